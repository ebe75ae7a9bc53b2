"""Claims about work and schooling that clash with a retail persona.

Each entry says what cannot stand beside which values; whose claim it is decides `claim_context`.
"""

from __future__ import annotations

from .contradictions import Contradiction
from .vocabulary import SUBJECT

_BE = r"(?:'m|'s| am| is| was| been| being|\bas|\bbeing|\bstill|\bnow)"

_NOT_AT_WORK = ("retired", "unemployed", "homemaker")

_HOURS = (
    r"\b(?:full|part)[- ]time\b(?! (?:\w+ )?(?:student|studies|mom|mother|dad|father|parent"
    r"|homemaker"
    r"|caregiver|gardener|volunteer|hobby|grand\w+|job hunt\w*|learner|retiree|shopper|reader))"
)
"""Hours of a job: whoever has none works neither full-time nor part-time."""
_WORKPLACE_WORDS = (
    r"\bworks? (?:\w+ ){0,2}?(?:(?:at|for|as) (?:a|an|the)|in (?:a|an))\b(?! (?:time|while|"
    r"bit|pace|puzzle|garden|yard))",
    _HOURS,
    r"\b(?:my|her|his) (?:\w+ ){0,1}?(?:boss|coworkers?|co-workers?|colleagues?|shifts?"
    r"|lunch (?:break|hour)|job|day job|workday|work day|workweek|employees|employer|"
    r"paychecks?|payday|office|cubicle|desk job|commute|overtime|supervisor|crew at work"
    r"|work (?:clothes|boots|friends|buddies|schedule|phone|truck)|day off|days off"
    r"|hours at work|night shift|career)\b",
    (
        rf"{SUBJECT} (?:\w+ )?(?:works?|clocks? (?:in|out)|punch(?:es)? (?:in|out)|commutes?"
        rf"|get off (?:work|at)|gets off (?:work|at)|earns? (?:a|an) (?:hourly|salary))\b(?! "
        rf"(?:out|up|on (?:my|her|his) (?:tan|quilt|garden|car|house|puzzle)|well|fine|hard"
        rf" to|around|wonders|for me|for her|for him|with what|it out|in the (?:garden|yard)"
        rf"|better|the best|best|just|miracles|up an))"
    ),
    (
        rf"(?:{SUBJECT}|'m|'s|\bam|\bis|\bkeeps?|\bstill|\bwho) (?:\w+ )?(?:working (?:as|at"
        rf"|for|in|nights|days|weekends|double|late|full|part|two|a|nine|on a (?:site|line)"
        rf"|the (?:line|counter|register|night|floor|late))|employed)\b"
    ),
    (
        r"\b(?:who|and|still|now|she|he) works? (?:as|at|for|in|nights|days|weekends|double"
        r"|full|part|two|nine|the (?:line|counter|register|night|late|early))\b"
    ),
    (
        r"\b(?:after|before|at|from|during|between|to|off|leaving|leaves?|late for) (?:my "
        r"|her |his |a |the |long |\w+ )?(?:work|shifts?|the office|my job|her job|his"
        r" job)\b(?!ing|s? out|bench|shop| of| it)"
    ),
    r"\b(?:nine[- ]to[- ]five|9[- ]to[- ]5|full-time job|part-time job|day at the office"
    r"|clock(?:s|ing|ed)? (?:in|out)|boss (?:lets|gave|says|wants|makes)|job pays|on the"
    r" clock|day job|"
    r"got (?:hired|promoted|a raise)|last raise|got a promotion|business trip|conference"
    r" calls?|zoom meetings?|back-to-back meetings|the office (?:fridge|kitchen|party"
    r"|potluck))\b",
)

_WORK_UNLESS = (
    r"\b(?:used to|formerly|once|years of|after (?:\w+ )?years|before retir\w+|until"
    r"|former|old|last|lost|quit|left|looking for|hunting for|new|find|finding|between"
    r"|volunteer\w*|house|school|yard|church|home|searching for|without a|out of|no|"
    r"yard|homework|job (?:hunt|search|interview|fair|listing|offer|lead)\w*)\b.{0,32}",
    r"\b(?:husband|wife|partner|boyfriend|girlfriend|spouse|son|daughter|fianc\w+)\b.{0,40}",
    r"\b(?:job|jobs|career) (?:hunt|search|interview|application|listing|boards?|fairs?)\w*",
    (
        r"\bfrom the office supply\b|\bpost office\b|\bbox office\b|\bhome office\b"
        r"|\bdoctor's office\b|\boffice chair\b"
    ),
    r"\b(?:forty|thirty|twenty|\d+)(?:-\w+)? years\b.{0,30}",
    r"\b(?:spent|after|during|in|long|whole|entire|had|ended|built|of) (?:\w+ )?(?:my|her|h"
    r"is) (?:\w+ )?career\b",
    r"\bhouse(?:hold|work|boat)?\b.{0,12}full[- ]time",
)

_RETIRED_WORDS = (
    (
        rf"(?:{_BE}|{SUBJECT})(?: (?:now|recently|newly|happily|fully|semi|finally|long|a|an"
        rf"|the|already|since|just|\w+-year-old|\w+ly)){{0,2}} retired\b(?! (?:from "
        rf"(?:smoking|dating)|the))"
    ),
    r"\bretirees?\b|\bpensioners?\b|\b(?:since|after|when) (?:i |she |he |they |we )?"
    r"(?:retiring|retired|retirement)\b|^\W*(?:[\w']+,? ){0,2}(?:now )?retired[ ,]|, "
    r"(?:now )?(?:a |the )?retired\b|"
    r"\bthis retired \w+|\b(?:a|as) retired\b|\b(?:golden years|gold watch|senior living"
    r"|shuffleboard|life after work|pension (?:check|day)s?|(?:my|her|his|a|the) pension"
    r"|social security (?:check|payment|comes|day)s?)\b",
    r"\b(?:in|into|enjoy\w*|my|her|his) retirement\b(?! (?:plan|account|savings|fund"
    r"|around|is (?:years|decades)|party))|\b(?:hung up|hanging up) (?:my|her|his) "
    r"(?:hat|apron|tools|hard hat|scrubs|boots|badge|whistle)\b|"
    r"\b(?:done|finished|through) (?:with )?working\b|\bstopped working\b|\bno longer"
    r" works?\b|\bpast (?:my|her|his) working (?:days|years)\b|\bdon't work any ?more\b",
)

_STUDENT_WORDS = (
    r"\b(?:has|have|goes to|go to|attends?|off to|back from|sits? (?:in|through)) (?:\w+ )?"
    r"class(?:es)?\b(?! (?:reunion|act))"
    r"|\bstud(?:y|ies) (?:until|all|for|in|at|through|late|most)\b|\bthen studies\b",
    (
        rf"(?:{_BE}|\ba|\ban)(?: (?:a|an|the|full-time|part-time|busy|broke|poor|college"
        rf"|graduate|grad|university|nursing|law|medical|engineering|community|first-year"
        rf"|second-year|third-year|final-year|undergrad\w*|\w+ \w+)){{0,3}} (?:student"
        rf"|undergrad(?:uate)?|freshman|sophomore|grad student)\b(?! (?:loans?|discount|debt"
        rf"|teacher|housing|who))"
    ),
    (
        r"\b(?:my|her|his) (?:\w+ )?(?:dorm(?: room)?|finals|midterms?|classmates?|lectures?"
        r"|semester|thesis|dissertation|tuition|campus|major|syllabus|term papers?|study"
        r" group|roommates at school|professors?|exams|college classes|seminar|lab partner"
        r"|meal plan|student id)\b"
    ),
    (
        r"\b(?:go(?:es)? to|attend(?:s|ing)?|enrolled (?:in|at)|start(?:s|ed|ing)? at|off to"
        r"|back (?:in|to)|studying at|takes? classes at) (?:a |the |my |her |his )?(?:\w+ )?"
        r"(?:college|university|campus|law school|med(?:ical)? school|nursing school|grad"
        r"(?:uate)? school|class|school full)\b(?! fair)"
    ),
    (
        r"\b(?:between|after|before|in|during|skip\w*) (?:my |her |his )?(?:classes"
        r"|lectures?|finals|midterms|seminars?|exam week|\w+ lecture|college classes)\b|\b"
        r"(?:cram|crams|cramming|majoring|majors?) (?:for|in)\b|\bstudy(?:ing)? for (?:my"
        r"|her|his|an?|the) (?:exam|final|midterm|degree|bar|test|finals)\w*\b|\bdorm\b|\b"
        r"(?:freshman|sophomore|junior|senior) year\b(?! of high)|\bgrad school\b|\bstudent"
        r" loans (?:pay|cover)\b|\bon campus\b|\bstudies \w+ at\b"
    ),
)

_HOME_WORDS = (
    r"\bkeeps? the (?:house|home|household) running\b|\blooks? after the (?:home|house)\b"
    r"|\bruns? the household\b|\bspends? the day on (?:laundry|housework|chores|meals)\b",
    (
        r"\b(?:homemaker|housewife|househusband|house husband|stay-at-home|stay at home "
        r"(?:mom|dad|mother|father|parent|wife|husband|spouse)|full-time (?:mom|mother|dad"
        r"|father|parent|homemaker|wife))\b"
    ),
    (
        r"\b(?:stays?|staying|stayed|'m|is|am|be) (?:at )?home (?:all day )?(?:with|to "
        r"(?:raise|take care of|look after)) (?:the|my|our|her|his) (?:\w+ )?(?:kids?|baby"
        r"|children|boys|girls|son|daughter|twins|toddler|little ones)\b|\bkeeps? house "
        r"(?:all day|full|for a living)\b|\brun(?:s|ning)? the (?:household|home) (?:full"
        r"|all|while)\b"
    ),
)

_JOBLESS_WORDS = (
    r"\b(?:looks? (?:at|through)|reads?|scans?|browses?) (?:the )?job (?:ads|listings|postings)\b"
    r"|\b(?:writes?|sends?(?: out)?|fills? (?:in|out)) (?:an |a few |\w+ )?(?:job )?applica"
    r"tions?\b",
    r"\b(?:unemployed|unemployment|out of (?:work|a job)|between jobs|laid off|lay-?off"
    r"|jobless|got fired|was let go|were let go|been let go|job (?:hunt|search)\w*|on"
    r" the dole|collect(?:s|ing) unemployment|"
    r"(?:looking|hunting|searching|applying) for (?:a |any |new )?(?:\w+ )?(?:jobs?"
    r"|work)\b|lost (?:my|her|his) job|sending out resum\w+|(?:my|her|his) last job"
    r" interview|not working right now|without (?:a job|work))\b",
)

_OWN_BUSINESS = (
    r"\bself-employed\b|\bfreelanc\w+\b|\b(?:my|her|his|our) own (?:\w+ ){0,2}?"
    r"(?:business|shop|boss|company|firm|practice|studio|salon|hours|clients|outfit)\b"
    r"|\bwork(?:s|ing)? for (?:myself|herself|himself)\b|"
    r"\b(?:runs?|owns?|started|opened) (?:a|an|my|her|his|our) (?:\w+ ){0,3}?(?:business"
    r"|shop|company|firm|salon|bakery|studio|food truck|restaurant|agency|start-?up)\b"
    r"|\bbusiness owner\b|\bentrepreneur\b|\bindependent contractor\b|\bis (?:her|his)"
    r" own boss\b|\bsole proprietor\b",
)

_EMPLOYED_BY = (
    (
        r"\b(?:my|her|his) (?:\w+ )?(?:boss|employer|supervisor|line manager|shift|paid"
        r" vacation|hr department|company's hr|pto|company 401)\b|\b(?:my|her|his) manager\b"
        r"|\bboss (?:lets|gave|says|wants)\b|\bpunch(?:es)? (?:in|out|a clock)\b|\bon (?:the"
        r" )?payroll\b|\bclocks? (?:in|out)\b"
    ),
)

WORK = (
    Contradiction(
        attribute="employment",
        except_values=("retired",),
        patterns=_RETIRED_WORDS,
        unless=(
            (
                r"\b(?:husband|wife|father|mother|dad|mom|parents?|neighbou?r|partner|he|she)"
                r" .{0,12}retired\b(?= (?:teacher|cop)?$)"
            ),
            (
                r"\b(?:not|never|\w+n't|before|until|till|someday|early|ready to|can't"
                r" wait)\b.{0,24}retire\w*"
            ),
            r"\bsemi-retired\b",
        ),
    ),
    Contradiction(
        attribute="employment",
        values=_NOT_AT_WORK,
        patterns=_WORKPLACE_WORDS,
        unless=_WORK_UNLESS,
        of_anyone=False,
    ),
    Contradiction(
        attribute="employment",
        values=_NOT_AT_WORK,
        patterns=(r"\b(?:my|her|his) (?:boss|manager|supervisor|coworkers?|employer)\b",),
        unless=_WORK_UNLESS,
        of_anyone=True,
    ),
    Contradiction(
        attribute="employment",
        values=("student",),
        patterns=(
            (
                r"\bnine[- ]to[- ]five\b|\b9[- ]to[- ]5\b|\bworks? full[- ]time\b|\b(?:a|an"
                r"|is|as|her|his|my) full-time (?!student|studies|course|class)\w+|\bfull-t"
                r"ime (?:job|work|position|career"
                r"|employee)\b|\bworks? full[- ]time\b|\b(?:my|her|his) (?:career|law practice"
                r"|patients|employees|years on the job)\b|\bfinished (?:my|her|his) (?:degree"
                r"|studies|schooling)\b|\bgraduated (?:\w+ )?(?:years|decades|a long time) ago\b|\b"
                r"(?:corner|big) office\b|\b(?:done with|out of) (?:school|college) (?:for|years"
                r"|since)\b"
            ),
        ),
        of_any_time=True,
        denied="harmless",
    ),
    Contradiction(
        attribute="employment",
        except_values=("student",),
        patterns=_STUDENT_WORDS,
        unless=(
            (
                r"\b(?:son|daughter|kids?|child|roommate|granddaughter|grandson|teach\w*|taught"
                r"|grad\w* student of|husband|wife|partner|boyfriend|girlfriend)\b.{0,40}(?:student"
                r"|college|class\w*|campus|dorm|finals|lecture\w*|school)"
            ),
            r"\bsenior year\b(?= for)",
            (
                r"\b(?:water aerobics|yoga|spin|cooking|pottery|art|exercise|dance|quilting|barre"
                r"|pilates|fitness) (?:class|classes)\b"
            ),
            r"\b(?:back to school (?:sale|season|ads?|shopping))\b",
        ),
    ),
    Contradiction(
        attribute="employment",
        except_values=("homemaker",),
        patterns=_HOME_WORDS,
        unless=(r"\bwork(?:s|ing)? (?:from|at) home\b",),
    ),
    Contradiction(attribute="employment", except_values=("unemployed",), patterns=_JOBLESS_WORDS),
    Contradiction(
        attribute="employment",
        except_values=("self-employed",),
        patterns=_OWN_BUSINESS,
        when={},
        unless=(
            r"\b(?:husband|wife|partner|brother|sister|friend|son|daughter)\b.{0,40}",
            r"\bmy own boss (?:in|at) (?:the kitchen|home)\b",
            r"\bown hours? of sleep\b",
        ),
    ),
    Contradiction(
        attribute="employment",
        values=("self-employed",),
        patterns=_EMPLOYED_BY,
        of_anyone=True,
        unless=(
            r"\b(?:my|her|his) own (?:boss|manager)\b",
            r"\b(?:store|shift|assistant|produce) manager\b",
            r"\b(?:\w+'s) (?:boss|manager)\b",
        ),
    ),
    Contradiction(
        attribute="employment",
        values=("full-time", "self-employed"),
        patterns=(
            (
                r"\bworks? (?:only )?(?:a short day|part of the day|half days?|half the day"
                r")\b|\bwork\w* part[- ]time\b|\bpart[- ]time (?:job|work|\w+ who|hours|gig"
                r"|basis"
                r"|schedule|position)\b|\b(?:a few|a couple of|ten|fifteen|twenty|10|15|20) hours a"
                r" week\b|\bonly works? (?:weekends|mornings|two days|three days)\b|\bhalf days"
                r" only\b|\ba part-time \w+"
            ),
        ),
        unless=(r"\bside\b.{0,10}part-time",),
    ),
    Contradiction(
        attribute="employment",
        values=("part-time",),
        patterns=(
            (
                r"\bworks? all day\b|\b(?:spends? the|all) day at work\b|\bwork\w* full[- ]"
                r"time\b|\bfull[- ]time (?:job|work|hours|position|\w+ who"
                r"|schedule|career)\b|\b(?:forty|fifty|sixty|seventy|40|50|60|70)(?:-\w+)?[- ]"
                r"(?:plus )?hours?(?: a |[- ])(?:work ?)?weeks?\b|\bovertime\b|\bnine[- ]to[-"
                r" ]five\b|\b9[- ]to[- ]5\b|\bfive days a week at\b|\ba full-time \w+"
            ),
        ),
    ),
)

_GRADUATE = (
    r"\b(?:ph\.?d|doctorate|doctoral|dissertation|master's|masters degree|master of "
    r"(?:arts|science)|mba|law degree|law school|med(?:ical)? school|m\.?d\.|juris"
    r" doctor|graduate (?:degree|school)|grad school|advanced degree|post-?graduate|two"
    r" degrees|second degree|postdoc)\b"
)

_BACHELOR = (
    r"\b(?:bachelor's|bachelors|bachelor of|b\.?a\. in|b\.?s\. in|college grad(?:uate)?"
    r"|college[- ]educated|university[- ]educated|university graduate|(?:college"
    r"|university|four-year|undergraduate|business|engineering|english|history|biology"
    r"|nursing) (?:degree|diploma)|my degree|her degree|his degree|a degree|framed "
    r"(?:degree|diploma)|alma mater|graduat\w+ (?:\w+ ){0,2}(?:from )?(?:college"
    r"|university|state|summa|magna)|finish(?:ed|es) (?:college|university|my degree|her"
    r" degree|his degree)|has a college education|sheepskin|cap and gown)\b"
)

_NO_DIPLOMA = (
    r"\b(?:dropped out of (?:high )?school|(?:high[- ]school )?drop-?out|left (?:high"
    r" )?school (?:at|in|after|before|early|to)|(?:never|not|\w+n't) (?:\w+ )?(?:finish\w*"
    r"|complet\w*|graduat\w*)(?: from)? (?:high school|tenth grade|school)|quit (?:high"
    r" )?school|ged|no (?:high school )?diploma|without (?:a|even a) (?:high school"
    r" )?diploma|(?:ninth|tenth|eleventh|eighth|9th|10th|8th|11th)[- ]grade education"
    r"|left in (?:ninth|tenth|eleventh|eighth) grade)\b"
)

_NO_COLLEGE = (
    r"\b(?:(?:never|not|\w+n't|skipped) (?:\w+ )?(?:go(?:ne)?|went|attend\w*|set foot)(?:"
    r" to| in| into| on)?(?: a| any)? (?:college|university|campus)|no college|skipped"
    r" college|(?:only|just) (?:a |finished |got |has a |have a )?high school(?:"
    r" diploma)?|high school (?:was|is) (?:as far|enough|all|the end)|straight (?:from"
    r" high school )?(?:in)?to work (?:after|out of|from) high school|high school"
    r" diploma is|never saw the inside of a (?:college|university)|stopped after high"
    r" school|education ended (?:with|at|after) high school)\b"
)

_SOME_COLLEGE = (
    r"\b(?:dropped out of (?:college|university)|college drop-?out|(?:never|not|\w+n't) "
    r"(?:\w+ )?(?:finish\w*|complet\w*|graduat\w*)(?: from)? (?:college|university|my"
    r" degree|her degree|his degree|a degree)|left college (?:before|after|early"
    r"|without)|(?:a|one|two|three|couple|few) (?:of )?(?:years?|semesters?) of "
    r"(?:community )?college|associate'?s? degree|community college|no degree|without "
    r"(?:a|ever finishing a) (?:college )?degree|a few credits short|some college)\b"
)

SCHOOL = (
    Contradiction(
        attribute="education",
        except_values=("graduate degree",),
        patterns=(_GRADUATE,),
        unless=(r"\bmy (?:son|daughter)'s\b.{0,30}",),
    ),
    Contradiction(
        attribute="education",
        values=("no diploma", "high school diploma", "some college"),
        patterns=(_BACHELOR,),
        unless=(
            (
                r"\b(?:toward|towards|working on|finish(?:ing)?|halfway|earning|part of|high"
                r" school)"
                r" (?:\w+ ){0,3}(?:degree|diploma)"
            ),
            r"\bhigh school diploma\b",
            r"\bdegrees? (?:outside|below|above|in the shade)\b",
            r"\bassociate'?s? degree\b",
        ),
    ),
    Contradiction(
        attribute="education",
        except_values=("no diploma",),
        patterns=(_NO_DIPLOMA,),
        denied="either",
        of_any_time=True,
        unless=(r"\bged\b(?= (?:tutor|class|teacher))", r"\bno diploma\b(?= required)"),
    ),
    Contradiction(
        attribute="education",
        values=("some college", "bachelor's degree", "graduate degree"),
        patterns=(_NO_COLLEGE,),
        denied="either",
        of_any_time=True,
    ),
    Contradiction(
        attribute="education",
        values=("bachelor's degree", "graduate degree"),
        patterns=(_SOME_COLLEGE,),
        denied="either",
        of_any_time=True,
        unless=(
            r"\b(?:teach\w*|taught|instructor|professor|works?) (?:\w+ ){0,3}community college",
            r"\bcommunity college (?:instructor|teacher|professor|students|class)\w*",
            r"\bcoll\w+ years\b",
        ),
    ),
    Contradiction(
        attribute="education",
        values=("no diploma",),
        patterns=(
            (
                r"\b(?:graduated|finished|diploma from) (?:from )?(?:\w+ )?high school\b|\bmy "
                r"(?:high school )?diploma\b|\b(?:community )?college (?:classes|credits|courses)\b"
            ),
        ),
        of_any_time=True,
    ),
)
