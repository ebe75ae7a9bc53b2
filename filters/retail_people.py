"""Claims about who a retail persona is that clash with its attributes: home, family, work, school.

Each entry says what cannot stand beside which values; the vocabulary joins kinds of words, and
`claim_context` decides whose claim it is. English.
"""

from __future__ import annotations

from .contradictions import Contradiction
from .vocabulary import CAT, DOG, OTHER_PET, OWNED, PARTNER, SPOUSE, SUBJECT, VEHICLE

_BE = r"(?:'m|'s| am| is| was| been| being|\bas|\bbeing|\bstill|\bnow)"
_COUPLES = ("couple without children at home", "couple with children at home")
_AT_WORK = ("full-time", "part-time", "self-employed")
_NOT_AT_WORK = ("retired", "unemployed", "homemaker")
_MARRIED_WORDS = (
    (
        rf"{_BE}(?: (?:happily|newly|recently|still|finally|long|\w+ly))? (?:re)?married\b(?!"
        rf" to (?:the|my) (?:job|work))"
    ),
    (
        r"\b(?:got|getting|get|been) (?:re)?married\b|\btied the knot\b|\bsaid (?:our|their"
        r"|my) vows\b|\bnewlyweds?\b"
    ),
    (
        r"\b(?:my|her|his|our) (?:\w+ )?(?:wedding (?:ring|anniversary|day)|marriage"
        r"|honeymoon|spouse)\b"
    ),
    (
        r"\b(?:walked down the aisle|eloped|exchanged vows|our vows)\b|\bsaid (?:i do|yes at"
        r" the altar)\b"
    ),
)
_SINGLE_WORDS = (
    rf"(?:{SUBJECT}|{_BE}|\bstaying)(?: \w+)? single\b(?!-|\s(?:mom|dad|mother|father"
    rf"|parent|person household|item|day|one|time|"
    r"bag|aisle|trip|thing|coupon|cent|penny|dollar))",
    r"\b(?:dating (?:again|app|apps|scene|around|life)|go(?:es|ing)? on (?:first )?dates"
    r"|on the dating|bachelor(?:ette)?(?! ?'?s? degree)|"
    r"spinster|unattached|unmarried)\b",
    (
        r"\bno (?:husband|wife|spouse|partner|boyfriend|girlfriend|man|woman|significant"
        r" other)\b(?: (?:around|at home|in|to|of|and|,))?"
    ),
    r"\b(?:never|not) (?:\w+ )?(?:married|marry|marrying|tied the knot|wed)\b|\bhaven't "
    r"(?:\w+ )?(?:married|tied)\b|"
    r"\bwithout a (?:husband|wife|partner|spouse)\b",
)
_NEVER_MARRIED = (
    r"\bnever (?:\w+ )?(?:married|marry|wed|tied the knot|walked down|found (?:the right"
    r"|a) (?:husband|wife|man|woman|person))\b|"
    r"\b(?:confirmed|lifelong|eternal) (?:bachelor|bachelorette|single)\b|\bsingle "
    r"(?:all|my whole|her whole|his whole)\b|"
    r"\b(?:i'm|i am|she is|she's|he's|he is) (?:not married|unmarried)\b|\bhaven't "
    r"(?:ever )?(?:married|tied the knot)\b",
)
_DIVORCED = (
    r"\b(?:divorced?|divorcee|divorcing|alimony|custody|my ex|her ex|his ex|split from "
    r"(?:my|her|his)|"
    r"ex-(?:husband|wife|spouse))\b",
    r"\b(?:since|after) (?:the|my|her|his|our) (?:divorce|split|separation|break-?up"
    r"|marriage (?:ended|fell apart|broke up))\b|"
    r"\bmarriage (?:ended|fell apart|broke up|didn't last|did not last)\b",
    (
        r"\b(?:husband|wife) (?:walked out|left me|left her|left him|moved out)\b|\bwhen "
        r"(?:we|they) split\b"
    ),
)
_WIDOWED = (
    (
        r"\b(?:widow(?:er|ed)?|widowhood|late (?:husband|wife|spouse|partner)|(?:lost"
        r"|buried) (?:my|her|his) (?:husband|wife|spouse|partner))\b"
    ),
    r"\b(?:husband|wife|spouse|partner) (?:\w+ )?(?:died|passed|is gone|has been gone"
    r"|went to (?:heaven|be with))\b|"
    r"\bsince (?:(?:my|her|his) (?:husband|wife)|he|she) (?:died|passed)\b|\b(?:husband"
    r"|wife)'s (?:passing|death|funeral|grave)\b",
)
_OF_OTHERS = (
    (
        r"\b(?:brother|sister|son|daughter|friend|neighbou?r|cousin|boss|mother|father|mom"
        r"|dad|aunt|uncle|co-?worker)s?[- ](?:'s )?(?:\w+ )?(?:husband|wife|partner)"
    ),
    r"\b(?:ex|late|former|future|no)[- ]\w+",
    r"\bpartner in crime\b|\b(?:business|gym|running|climbing|study|hiking|tennis|dance) partner\b",
)
_ALONE = (
    (
        r"\b(?:liv(?:e|es|ing)|resid\w+|on (?:my|her|his) own in|home)(?: \w+){0,2}? "
        r"(?:alone|on (?:my|her|his) own|by (?:myself|herself|himself|my lonesome)|solo)\b"
    ),
    (
        r"\b(?:shop\w*|cook\w*|buy\w*|meals?|dinners?|portions?|table|groceries|household"
        r"|house|family|party) (?:\w+ ){0,2}?(?:for|of) (?:just |only )?one\b(?! (?:of|thing"
        r"|week|day|month|more|another|\w+))"
    ),
    (
        r"\b(?:just|only) (?:me|the one of me|myself)\b(?: (?:and (?:the|my|a) (?:\w+ )?"
        r"(?:dog|cat)s? )?(?:here|at home|at the table|in the house|to feed|now))"
    ),
    r"\b(?:nobody|no one|no-one) else (?:lives|at home|in the house|to (?:feed|cook for)"
    r"|is home|under)\b|\ball to (?:myself|herself|himself)\b|"
    r"\b(?:empty|quiet) (?:house|apartment|place) (?:to come|all|waiting)\b|\blives? all"
    r" alone\b|\bone-person household\b|\bsolo household\b",
)
_ROOMMATES = (
    (
        r"\b(?:room|house|flat|suite)-?mates?\b|\b(?:share|shares|sharing|split|splits) (?:a"
        r"|an|the|my|our|her|his) (?:\w+ ){0,2}(?:place|apartment|house|rent|flat|kitchen"
        r"|fridge) (?:with|between|among) (?:\w+ ){0,3}(?:friends|others|people|strangers"
        r"|students|guys|girls)\b"
    ),
)
_PARENTS = (
    (
        r"\b(?:liv(?:e|es|ing)|stay\w*|mov\w+) (?:\w+ ){0,2}?(?:with|at|in) (?:my|her|his) "
        r"(?:\w+ ){0,2}?(?:parents?|mom|mother|dad|father|folks|childhood (?:bedroom|home"
        r"|room))\b(?!'s (?:old|former))"
    ),
    r"\b(?:my|her|his) (?:parents?|mom|mom and dad|folks)['’]s? (?:\w+ )?(?:basement"
    r"|spare room|attic|roof|garage)\b|\bunder (?:my|her|his) (?:parents|mom"
    r"|folks)['’s]* roof\b|"
    r"\b(?:my|her|his) childhood (?:bedroom|room|home)\b|\b(?:my|her|his) (?:mom|parents"
    r"|dad|mom and dad)\b[^,.;]{0,60}\bstill live (?:there|at home|here)\b|\bnever "
    r"(?:left|moved out of) (?:home|the nest|my parents|her parents|his parents)",
)

HOUSEHOLD = (
    Contradiction(
        attribute="marital_status",
        values=("never married", "divorced", "separated", "widowed"),
        patterns=(
            OWNED + PARTNER,
            r"\b(?:my|her|his)\b " + PARTNER,
            *_MARRIED_WORDS[:1],
            r"\bnewlyweds?\b",
        ),
        unless=_OF_OTHERS,
        of_anyone=True,
    ),
    Contradiction(
        attribute="marital_status",
        values=("living with partner",),
        patterns=(OWNED + SPOUSE, *_MARRIED_WORDS),
        unless=_OF_OTHERS,
        of_anyone=True,
    ),
    Contradiction(
        attribute="marital_status",
        values=("married",),
        patterns=(OWNED + r"\b(?:boyfriend|girlfriend|fianc[eé]e?|live-in)\b",),
        unless=_OF_OTHERS,
        of_anyone=True,
    ),
    Contradiction(
        attribute="marital_status",
        values=("married", "living with partner"),
        patterns=_SINGLE_WORDS[:2],
    ),
    Contradiction(
        attribute="marital_status",
        values=("married", "living with partner"),
        patterns=_SINGLE_WORDS[2:3],
        denied="either",
    ),
    Contradiction(
        attribute="marital_status",
        except_values=("never married", "living with partner"),
        patterns=_NEVER_MARRIED,
        denied="either",
    ),
    Contradiction(
        attribute="marital_status",
        values=("living with partner",),
        denied="either",
        patterns=(
            (
                r"\bnever (?:dated|had a (?:partner|boyfriend|girlfriend))\b|\bwithout a (?:partner"
                r"|boyfriend|girlfriend)\b"
            ),
        ),
    ),
    Contradiction(
        attribute="marital_status",
        values=("never married",),
        patterns=(*_DIVORCED, *_WIDOWED),
        of_any_time=True,
        of_anyone=True,
        unless=(
            (
                r"\b(?:parents|mother|father|sister|brother|friend|neighbou?r)\b.{0,20}\b"
                r"(?:divorc\w+|widow\w*|ex)\b"
            ),
            r"\bcustody of the\b",
            r"\b(?:my|her|his) ex\b(?!-)",
        ),
    ),
    Contradiction(
        attribute="marital_status",
        values=("married", "widowed"),
        of_any_time=True,
        of_anyone=True,
        patterns=(
            (
                r"\b(?:since|after|before) (?:the|my|her|his|our) (?:divorce|split|separation"
                r"|break-?up)\b"
            ),
            r"\b(?:divorced|divorcee|a divorcé|alimony|newly single)\b",
            r"\bmarriage (?:ended|fell apart|broke up|didn't last)\b",
        ),
        unless=(
            (
                r"\b(?:parents|mother|father|sister|brother|friend|neighbou?r|son"
                r"|daughter)\b.{0,20}\b(?:divorc\w+)\b"
            ),
        ),
    ),
    Contradiction(
        attribute="marital_status",
        values=("married", "living with partner", "divorced", "separated"),
        of_any_time=True,
        of_anyone=True,
        patterns=_WIDOWED,
        unless=(
            (
                r"\b(?:mother|father|mom|dad|sister|brother|friend|neighbou?r|aunt"
                r"|uncle)\b.{0,20}\bwidow\w*"
            ),
            r"\bwidow-?maker\b",
        ),
    ),
    # Without a marital status the type of household speaks.
    Contradiction(
        attribute="household",
        values=("lives alone", "single parent"),
        patterns=(OWNED + PARTNER, r"\b(?:my|her|his)\b " + PARTNER, *_MARRIED_WORDS),
        unless=_OF_OTHERS,
        of_anyone=True,
    ),
    Contradiction(
        attribute="household",
        values=("with parents", "with roommates"),
        unless_row_has=("marital_status",),
        patterns=(OWNED + PARTNER, r"\b(?:my|her|his)\b " + PARTNER, *_MARRIED_WORDS),
        unless=_OF_OTHERS,
        of_anyone=True,
    ),
    Contradiction(
        attribute="household",
        values=_COUPLES,
        patterns=(*_WIDOWED, r"\b(?:divorced|divorcee)\b", *_SINGLE_WORDS[:2]),
        of_anyone=True,
        unless_row_has=("marital_status",),
        unless=(
            (
                r"\b(?:mother|father|mom|dad|sister|brother|friend|neighbou?r|aunt|uncle)\b.{0,20}\b"
                r"(?:widow\w*|divorc\w*)"
            ),
        ),
    ),
    Contradiction(
        attribute="household",
        values=_COUPLES,
        patterns=_SINGLE_WORDS[2:3],
        denied="either",
        unless_row_has=("marital_status",),
    ),
    Contradiction(
        attribute="household",
        except_values=("lives alone",),
        patterns=_ALONE[:3],
        unless=(r"\b(?:while|when|if|weekend) (?:\w+ ){0,4}alone\b",),
    ),
    Contradiction(
        attribute="household",
        except_values=("lives alone",),
        patterns=_ALONE[3:],
        denied="either",
        unless=(
            (
                r"\b(?:aisles?|store|kitchen|closet|bathroom|bed|morning|afternoon|weekend|car"
                r"|couch)\b.{0,8}all to \w+"
            ),
        ),
    ),
    Contradiction(
        attribute="household",
        except_values=("single parent",),
        patterns=(
            r"\bsingle[- ](?:working[- ])?(?:mom|mother|dad|father|parent)\b",
            (
                r"\b(?:rais\w+|bringing up) (?:\w+ ){0,4}(?:alone|on (?:my|her|his) own|by (?:myself"
                r"|herself|himself)|solo|single-handed\w*)\b"
            ),
            (
                r"\b(?:only|just) (?:me|him|her) and (?:the|my|her|his|our) (?:\w+ )?(?:kids?|baby"
                r"|boys|girls|son|daughter|child|children|toddler)\b"
            ),
        ),
    ),
    Contradiction(
        attribute="household",
        except_values=("with roommates",),
        patterns=_ROOMMATES,
        of_anyone=True,
        unless=(r"\b(?:college|old|former|freshman) roommates?\b",),
    ),
    Contradiction(
        attribute="household", except_values=("with parents",), patterns=_PARENTS, of_anyone=True
    ),
    Contradiction(
        attribute="household",
        values=("lives alone",),
        patterns=(
            (
                r"\b(?:my|her|his|our) (?:\w+ )?(?:family|household|crew|clan) of\b|\b(?:feed|feeds"
                r"|feeding|cooks? for|shops? for|buys? for) (?:\w+ ){0,3}(?:family|crew|brood"
                r"|household|four|five|six|three|two|army|tribe)\b"
            ),
            (
                r"\bliv(?:e|es|ing) with\b(?! (?:\w+ ){0,3}(?:cats?|dogs?|pets?|it|this|that"
                r"|arthritis|diabetes|pain|celiac))"
            ),
            (
                r"\b(?:the whole family at home|everyone at home|kids at home|full house|two of us"
                r"|three of us|four of us|five of us|both of us)\b|\bmoved in with (?:me|her|him)\b"
            ),
            r"\b(?:my|her|his) (?:family|household) (?:eats|goes|drinks|likes|loves|of)\b",
        ),
        of_anyone=True,
        unless=(
            (
                r"\b(?:parents|friend|neighbou?r|sister|brother|they|mother|father|son|daughter)s? "
                r"(?:\w+ )?liv\w+ with\b"
            ),
            r"\b(?:two|both) of us\b(?= (?:had|were|laughed|reached|in line))",
        ),
    ),
    Contradiction(
        attribute="household",
        values=_COUPLES,
        patterns=(r"\b(?:liv(?:e|es|ing)|lived) (?:in a dorm|in the dorms|on campus)\b",),
    ),
)

_WORKPLACE_WORDS = (
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
_RENT_FOOD = (
    r"\brent(?:s|ed|ing)? (?:a |an |the |some |out )?(?:car|truck|u-haul|van|movie"
    r"|movies|video|carpet|tool|tools|tux|bike|chairs|tent|books|textbooks|skis|cabin"
    r"|kayak|boat|space in)\w*"
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
                r"\b(?:not|never|n't|before|until|till|someday|early|ready to|can't"
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
                r"\bnine[- ]to[- ]five\b|\b9[- ]to[- ]5\b|\bfull-time (?:job|work|position|career"
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
            r"\bmy own (?:boss|manager)\b",
            r"\b(?:store|shift|assistant|produce) manager\b",
            r"\b(?:\w+'s) (?:boss|manager)\b",
        ),
    ),
    Contradiction(
        attribute="employment",
        values=("full-time", "self-employed"),
        patterns=(
            (
                r"\bwork\w* part[- ]time\b|\bpart[- ]time (?:job|work|\w+ who|hours|gig|basis"
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
                r"\bwork\w* full[- ]time\b|\bfull[- ]time (?:job|work|hours|position|\w+ who"
                r"|schedule|career)\b|\b(?:forty|fifty|sixty|seventy|40|50|60|70)(?:-\w+)?[- ]"
                r"(?:plus )?hours?(?: a |[- ])(?:work ?)?weeks?\b|\bovertime\b|\bnine[- ]to[-"
                r" ]five\b|\b9[- ]to[- ]5\b|\bfive days a week at\b|\ba full-time \w+"
            ),
        ),
    ),
)

_DEGREE = r"(?:degree|diploma)"
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
    r" )?school (?:at|in|after|before|early|to)|(?:never|not|n't) (?:\w+ )?(?:finish\w*"
    r"|complet\w*|graduat\w*)(?: from)? (?:high school|tenth grade|school)|quit (?:high"
    r" )?school|ged|no (?:high school )?diploma|without (?:a|even a) (?:high school"
    r" )?diploma|(?:ninth|tenth|eleventh|eighth|9th|10th|8th|11th)[- ]grade education"
    r"|left in (?:ninth|tenth|eleventh|eighth) grade)\b"
)
_NO_COLLEGE = (
    r"\b(?:(?:never|not|n't|skipped) (?:\w+ )?(?:go(?:ne)?|went|attend\w*|set foot)(?:"
    r" to| in| into| on)?(?: a| any)? (?:college|university|campus)|no college|skipped"
    r" college|(?:only|just) (?:a |finished |got |has a |have a )?high school(?:"
    r" diploma)?|high school (?:was|is) (?:as far|enough|all|the end)|straight (?:from"
    r" high school )?(?:in)?to work (?:after|out of|from) high school|high school"
    r" diploma is|never saw the inside of a (?:college|university)|stopped after high"
    r" school|education ended (?:with|at|after) high school)\b"
)
_SOME_COLLEGE = (
    r"\b(?:dropped out of (?:college|university)|college drop-?out|(?:never|not|n't) "
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
                r"\b(?:toward|towards|working on|finish(?:ing)?|halfway|earning|part of|high school)"
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

HOME = (
    Contradiction(
        attribute="tenure",
        values=("rents",),
        patterns=(
            (
                r"\b(?:owns?|owning|owned|bought|buying|closed on|closing on|purchased|paid off|paid"
                r" for|inherited|built|remodel\w*|refinanc\w*) (?:(?!car|truck|of|for|from|with"
                r"|and)[\w'-]+ ){0,4}?(?:home|house|condo|place|townhouse|apartment|trailer|property"
                r"|duplex|bungalow|fixer-upper)\b(?! (?:a |an |the |some |\w+ )?(?:plants?|depot"
                r"|goods|improvement|cook|made|brew))"
            ),
            (
                r"\b(?:home-?owners?(?:hip)?|mortgages?|property tax(?:es)?|hoa|home equity"
                r"|first-time (?:home ?)?buyers?|escrow|house is paid|deed to|down payment on)\b"
                r"|\bhouse poor\b|\bpaid[- ]off (?:house|home)\b"
            ),
            (
                r"\b(?:house|home|condo|place) (?:i|we|she|he) (?:own|owns|bought|built|paid off)\b"
                r"|\bfree and clear\b"
            ),
        ),
        unless=(
            r"\bparents' .{0,20}",
            r"\b(?:own|owns) (?:the|a|my) (?:place|house) (?:in line)\b",
            r"\bhome depot\b",
            r"\bat home\b",
        ),
        of_anyone=False,
    ),
    Contradiction(
        attribute="tenure",
        values=("owns",),
        of_anyone=True,
        patterns=(
            (
                r"\b(?:my|her|his|the|our|a) (?:\w+ )?(?:landlord|landlady|lease|security deposit"
                r"|leasing office|sublet|building super|property manager|rental (?:unit|apartment"
                r"|house))\b"
            ),
            rf"{SUBJECT} (?:\w+ )?(?:rents?|sublets?|leas(?:e|es))\b(?! (?:out|a car|movies|a"
            rf" movie|a truck|it out|a carpet|a tux|a room to|to))|\brenting (?:a|an|the|my|our"
            rf"|her|his|this|here|instead|for|since)\b|"
            r"\b(?:rents|renting|rented) (?:\w+ ){0,3}(?:apartment|house|home|place|condo|room"
            r"|unit|studio|flat|townhouse|duplex|trailer)\b|\b(?:my|her|his|our|the|on|for|make"
            r"|makes|pay|pays|paying|behind on|after|month's) (?:\w+ )?rent\b(?!s? (?:a|out))"
            r"|\brenters?\b|\brent(?:'s| is| goes| went| check| day| hike| money)\b"
            r"|\bmonth-to-month\b|\btenants?\b(?! of (?:mine|ours))",
        ),
        unless=(
            _RENT_FOOD,
            (
                r"\b(?:son|daughter|sister|brother|friend|neighbou?r|tenant|roommate)s?\b.{0,30}"
                r"(?:rent\w*|landlord|lease)"
            ),
            (
                r"\b(?:never|n't|no|without a|no more|stopped) (?:\w+ ){0,3}(?:rent\w*|landlord"
                r"|lease)\b"
            ),
            r"\b(?:used to|years of|before (?:i|we) bought|after years|first) .{0,20}rent\w*",
            r"\b(?:we|i|she|he) (?:are|am|is|'m|was) (?:a |the )?landlord\b",
            r"\bcar lease\b|\blease on (?:the|my|a) (?:car|truck)\b",
            r"\bparents rented\b",
        ),
    ),
    Contradiction(
        attribute="dwelling",
        except_values=("apartment",),
        patterns=(
            (
                r"\b(?:my|her|his|our|a|an|the|tiny|small|little|this|one-bedroom|two-bedroom"
                r"|studio) (?:\w+ ){0,2}?(?:apartment|studio apartment|walk-?up|high-?rise|loft)\b"
                r"(?! (?:complex down|building across|next|over there|store|hunting))|\b(?:flights? "
                r"(?:up|of stairs)|(?:third|fourth|fifth|sixth|tenth|top|second)[- ]floor "
                r"(?:apartment|unit|walk|flat|place)|(?:elevator|upstairs neighbors?|downstairs"
                r" neighbors?|doorman|apartment (?:building|living|kitchen|complex)))\b|\b(?:live"
                r"|lives|living) in (?:an|the|my|her|his) apartment\b|\bapartment\b"
            ),
        ),
        unless=(
            (
                r"\b(?:son|daughter|sister|brother|friend|mother|neighbou?r|first|old)(?:'s)? (?:\w+"
                r" )?apartment\b"
            ),
            r"\b(?:apartment|apartments) (?:complex|building)s? (?:next door|down|across|nearby)\b",
        ),
    ),
    Contradiction(
        attribute="dwelling",
        values=("apartment",),
        patterns=(
            r"\b(?:my|her|his|our|the|own|a|big|old|little|whole|front|back)[- ]?(?:back ?yard"
            r"|front yard|yard|lawn|driveway|attic|basement|garage|(?:two|three|one)-car garage"
            r"|picket fence|white fence|porch swing|vegetable garden out back|mudroom|front"
            r" lawn)\b|\b(?:backyard|driveway|(?:two|three)-car garage|front lawn|picket"
            r" fence)\b|\bmow(?:s|ing)? (?:the|my|her|his|our) lawn\b|"
            r"\b(?:live|lives|living|settled|moved|bought|rents?|renting|owns?|owning) (?:\w+"
            r" ){0,3}(?:in|into|a|our|my|her|his) (?:[\w-]+ ){0,3}(?:house|farmhouse|bungalow"
            r"|cottage|ranch|colonial|townhouse|townhome|row ?house|duplex|mobile home|trailer"
            r"|double-wide|cabin|farm)\b|\b(?:three|four|five|two|3|4|5|2)-(?:bedroom|story) "
            r"(?:house|home|ranch|colonial|bungalow|place)\b|\b(?:our|my|her|his) (?:\w+ )?"
            r"(?:house|home) (?:has|with|sits on|needs a new roof)\b|\b(?:farmhouse"
            r"|single-family|bungalow|townhouse|townhome|row house|mobile home|trailer (?:park"
            r"|home)|double-wide|split-level|cul-de-sac|ranch house)\b|\bmy (?:townhouse|trailer"
            r"|cottage|cabin)\b",
        ),
        unless=(
            r"\bgarage (?:sale|band)s?\b",
            (
                r"\b(?:parents|mother|father|mom|dad|sister|brother|friend|neighbou?r|grandma)\S* "
                r"(?:\w+ )?(?:house|yard|garage|basement|porch|lawn)\b"
            ),
            r"\bhouse (?:salad|blend|plants?|brand)s?\b",
            r"\bparking garage\b",
            r"\bbuilding's \w+",
        ),
    ),
    Contradiction(
        attribute="dwelling",
        values=("house",),
        patterns=(
            (
                r"\b(?:my|our|her|his|a|the|this) (?:\w+ )?(?:trailer|mobile home|double-wide"
                r"|single-wide|townhouse|townhome|row ?house|condo|loft|studio|duplex|manufactured"
                r" home)\b|\b(?:trailer park|mobile home park|lot rent|shared walls?|neighbors?"
                r" through the wall)\b"
            ),
        ),
        unless=(
            r"\b(?:travel|boat|horse|utility|camping) trailer\b",
            r"\bmovie trailer\b",
            (
                r"\b(?:son|daughter|sister|brother|friend|mother|art|yoga|dance|recording)(?:'s)? "
                r"(?:\w+ )?(?:condo|townhouse|trailer|studio|loft)\b"
            ),
            r"\bstudio (?:class|time)\b",
        ),
    ),
    Contradiction(
        attribute="dwelling",
        values=("mobile home",),
        patterns=(
            (
                r"\b(?:our|my|her|his|a|the) (?:\w+ )?(?:townhouse|townhome|row ?house|condo|loft"
                r"|studio|duplex|farmhouse|bungalow|colonial|brownstone|two-story house|brick"
                r" house)\b|\b(?:three|four|five|two|3|4|5|2)-(?:bedroom|story) (?:house|colonial"
                r"|bungalow)\b|\b(?:our|my|her|his) (?:\w+ )?house (?:has|with|sits)\b|\b(?:back"
                r" stairs|upstairs|second floor|attic|basement|two-car garage)\b|\b(?:live|lives"
                r"|living|bought|rents?|owns?) (?:in )?(?:a|our|my|her|his|the) (?:[\w-]+"
                r" ){0,2}house\b"
            ),
        ),
        unless=(
            (
                r"\b(?:son|daughter|sister|brother|friend|mother|parents|neighbou?r)\S* (?:\w+ )?"
                r"(?:condo|townhouse|house|studio|loft)\b"
            ),
        ),
    ),
    Contradiction(
        attribute="dwelling",
        values=("townhouse",),
        patterns=(
            (
                r"\b(?:our|my|her|his|a|the) (?:\w+ )?(?:trailer|mobile home|double-wide|farmhouse"
                r"|bungalow|ranch house|cabin|studio apartment|loft|farm)\b|\b(?:trailer park|mobile"
                r" home park|acres|acre lot|detached house|single-family)\b|\b(?:live|lives|living) "
                r"(?:on|in) (?:a|our|my|her|his|the) (?:[\w-]+ ){0,2}(?:farm|ranch|detached house)\b"
            ),
        ),
    ),
    # ---------------------------------------------------------------------------------- vehicles
    Contradiction(
        attribute="vehicles",
        values=(0,),
        patterns=(
            (
                r"\b(?:my|our|her|his)\b (?:(?!shopping|dream|toy|first|old car|cable|cart"
                r"|neighbou?r|friend|mother|father|mom|dad|sister|brother|son|daughter|husband's"
                r"|wife's)[\w-]+ ){0,3}?"
            )
            + VEHICLE,
            (
                r"\b(?:load|loads|loaded|loading|pack|packs|packed|stuff|stuffs|toss|tosses) (?:\w+"
                r" ){0,5}(?:trunk|back ?seat|car|truck|hatch|minivan|suv)\b|\b(?:fill|fills|filled)"
                r" up the (?:tank|car)\b|\b(?:i|she|he|we) (?:park|parks|parked)\b|\b(?:parking"
                r" space|parking spot) (?:by|near|close)\b|\b(?:owns?|bought|drives?|has|have) (?:a"
                r"|an|two|three|the) (?:[\w-]+ ){0,3}?"
            )
            + VEHICLE,
        ),
        unless=(
            r"\b(?:rental|zip|toy|cable|street|dining|train|police)[- ]?(?:car|truck|van)s?\b",
            r"\bdelivery (?:van|truck|car)\b",
            r"\bbus\b.{0,12}",
        ),
    ),
    Contradiction(
        attribute="vehicles",
        values=(0,),
        unless_row_has=(),
        patterns=(
            (
                r"\b(?:i|she|he|we|who) (?:\w+ )?(?:drive|drives|drove)\b(?! (?:me|her|him|us|a hard"
                r"|a bus|a school|a truck for|a cab|people|them)\b)"
            ),
        ),
        when={
            "transport": (
                "takes the bus or train",
                "walks",
                "rides a bike",
                "rides along with a relative",
            )
        },
        unless=(r"\b(?:used to|learned to|never|n't)\b.{0,10}driv\w+",),
    ),
    Contradiction(
        attribute="vehicles",
        above=0,
        denied="either",
        patterns=(
            (
                r"\b(?:no|without a|without wheels|sold (?:my|the|her|his|our)|gave up (?:my|the|her"
                r"|his|our)|gave away (?:my|the)|(?:do|does|did)(?:n't| not) (?:even )?(?:own|have"
                r"|drive|keep) (?:a|any)?) ?(?:car|truck|vehicle|wheels|cars)\b|\bcar-?(?:free"
                r"|less)\b|\b(?:never|not|n't) (?:\w+ )?(?:learned (?:how )?to drive|own(?:ed)? a "
                r"(?:car|vehicle|truck)|had a (?:car|driver's license|license)|get a license|got "
                r"(?:a|my|her|his) license)\b|\bno (?:driver's )?license\b|\b(?:n't|not|no longer"
                r"|never) drive\b(?! (?:me|us|far|to work|at night|on|in|there|across|a))|\bgave up"
                r" driving\b|\b(?:haven't|hasn't) owned a car\b"
            ),
        ),
        unless=(
            r"\bno car (?:payments?|trouble|seats?|wash)\b",
            r"\bno (?:truck|cars?) (?:beside|in sight|in the lot|parked)\b",
        ),
        of_any_time=True,
    ),
)

PETS = (
    Contradiction(
        attribute="pet",
        values=("none", "cat"),
        patterns=(
            OWNED + DOG,
            r"\b(?:my|her|his|our) " + DOG,
            (
                r"\bwalk(?:s|ing)? the dog\b|\bdog owner\b|\bthe (?:dog|pup|puppy) (?:and i|waits?"
                r"|sleeps|barks|eats|gets|begs|needs|comes|rides|wants|is|won't)\b|\bthe (?:dog"
                r"|puppy|pup) \w+(?:s|ed)\b|\ba dog (?:at home|to feed|to walk)\b|\b(?:has|have|own"
                r"|owns|adopted|rescued|raising|got) (?:a|an|two|three|one|another) (?:[\w-]+"
                r" ){0,2}?"
            )
            + DOG,
        ),
        unless=(
            r"\bhot dogs?\b",
            r"\bdog (?:walker|groomer|walking|grooming|sitter|trainer)\b",
            (
                r"\b(?:neighbou?r|friend|sister|brother|client|customer|son|daughter|mother|mom"
                r"|landlord|roommate)(?:'s|s') (?:\w+ ){0,2}\w+"
            ),
            r"\bno (?:dog|dogs)\b",
        ),
    ),
    Contradiction(
        attribute="pet",
        values=("none", "dog"),
        patterns=(
            OWNED + CAT,
            r"\b(?:my|her|his|our) " + CAT,
            (
                r"\blitter box\b|\bcat (?:owner|lady|litter|food)\b|\bthe (?:cat|kitten|kitty|cats) "
                r"(?:and i|waits?|sleeps|purrs|eats|gets|begs|needs|wants|is|judges|won't|naps)\b"
                r"|\bthe (?:cat|kitten) \w+(?:s|ed)\b|\ba cat (?:at home|to feed)\b|\b(?:has|have"
                r"|own|owns|adopted|rescued|raising|got) (?:a|an|two|three|one|another) (?:[\w-]+"
                r" ){0,2}?"
            )
            + CAT,
        ),
        unless=(
            (
                r"\b(?:neighbou?r|friend|sister|brother|client|customer|son|daughter|mother|mom"
                r"|landlord|roommate)(?:'s|s') (?:\w+ ){0,2}\w+"
            ),
            r"\bno (?:cat|cats)\b",
            r"\b(?:fat|cool|copy|alley)[- ]?cats?\b",
        ),
    ),
    Contradiction(
        attribute="pet",
        values=("none", "dog", "cat", "dog and cat"),
        patterns=(OWNED + OTHER_PET, r"\b(?:my|her|his|our|a pet) " + OTHER_PET),
        of_anyone=True,
        unless=(
            r"\b(?:neighbou?r|friend|sister|brother|son|daughter|kid|child)(?:'s|s') (?:\w+ )?\w+",
            r"\b(?:chocolate|easter|dust) bunn\w+",
            r"\bcanned?\b",
        ),
    ),
    Contradiction(
        attribute="pet",
        values=("none",),
        patterns=(
            OWNED
            + (
                r"(?:pets?|animals|fur ?bab(?:y|ies)|four-legged \w+|furry \w+)\b|\b(?:my|her|his"
                r"|our) (?:pets?|fur ?bab(?:y|ies)|four-legged|furry)\b|\bpet owner\b|\b(?:pet|dog"
                r"|cat|kibble|cat litter) (?:food|treats|hair)\b(?= (?:for (?:my|her|his|our)|on|all"
                r" over|aisle for me))|\bkibble\b"
            ),
        ),
        unless=(r"\bpet peeves?\b", r"\bpet (?:aisle|section|store)\b"),
    ),
    Contradiction(
        attribute="pet",
        except_values=("none",),
        denied="either",
        patterns=(
            (
                r"\b(?:no|zero|without(?: any)?|(?:do|does)(?:n't| not) (?:\w+ )?(?:own|have|keep"
                r"|want)(?: any| a)?|never (?:had|owned|kept|wanted)(?: a| any)?|not (?:a|an)) "
                r"(?:pets?|animals?|pet person|animal person|furry \w+)\b|\bpet-free\b|\ballergic to"
                r" (?:dogs and cats|cats and dogs|animals|pets|fur)\b"
            ),
        ),
    ),
    Contradiction(
        attribute="pet",
        values=("dog", "dog and cat"),
        denied="either",
        patterns=(
            r"\b(?:no|without a|n't (?:own|have|want) a|never (?:had|owned|wanted) a) dogs?\b",
        ),
    ),
    Contradiction(
        attribute="pet",
        values=("cat", "dog and cat"),
        denied="either",
        patterns=(
            r"\b(?:no|without a|n't (?:own|have|want) a|never (?:had|owned|wanted) a) cats?\b",
        ),
    ),
)

_F_NOUN = (
    r"(?:woman|lady|mother|mom|mama|grandmother|grandma|housewife|widow|wife|girl|gal"
    r"|daughter|sister|aunt|businesswoman|waitress|actress|hostess|saleswoman|mommy"
    r"|housewife)"
)
_M_NOUN = (
    r"(?:man|guy|gentleman|father|dad|daddy|grandfather|grandpa|widower|husband|boy|dude"
    r"|bloke|fella|fellow|son|brother|uncle|businessman|bachelor|waiter|salesman|lad)"
)

SEX = tuple(
    Contradiction(
        attribute="sex",
        values=(sex,),
        patterns=(
            (
                rf"(?:\bas|'m|\bi am|\bis|'s|\bbeing|\blike any|\bevery) (?:a|an|the|this|any|just a"
                rf"|one|other) (?:[\w'-]+ ){{0,4}}?{noun}\b(?! (?:in front|behind|next|at the|who"
                rf" stocks|of the house)|'s)"
            ),
            (
                rf"^(?:\W*\w+, )?(?:an?|this) (?:[\w'-]+ ){{0,3}}?{noun}\b(?= (?:of|who|with|in|from"
                rf"|on|living|and|at)\b)|, an? (?:[\w'-]+ ){{0,3}}?{noun}\b|\b(?:year-old|aged"
                rf"|elderly|working|retired|single|married|divorced|widowed|family|career"
                rf"|stay-at-home|soccer|proud) {noun}\b|\bi'm (?:a |the )?{noun}\b|\b{noun} of (?:one"
                rf"|two|three|four|five|six|\d)\b"
            ),
        ),
        unless=(
            (
                r"\b(?:delivery|mail|milk|repair|handy|sales|trash|door|nice|kind) (?:man|guy|lady"
                r"|woman|boy|girl) (?:who|at|in|that|with|behind|stocking|leaves|came|bags"
                r"|carries)\b"
            ),
            r"\bladies'? room\b",
            (
                r"\b(?:cereal|meat-and-potatoes|numbers|tofu|coffee) (?:man|guy|girl|gal|woman"
                r"|person)\b(?= in front)"
            ),
            (
                r"\b(?:my|her|his|our|the) (?:[\w'-]+ )?(?:son|daughter|sister|brother|mother|father"
                r"|husband|wife|boss|neighbou?r|friend)\S* (?:is|was|'s) (?:a|an|the)\b.{0,40}"
            ),
        ),
    )
    for sex, noun in (("male", _F_NOUN), ("female", _M_NOUN))
)

PEOPLE_CONTRADICTIONS: tuple[Contradiction, ...] = (*HOUSEHOLD, *WORK, *SCHOOL, *HOME, *PETS, *SEX)
"""Contradictions about the person, the home, work and school."""
