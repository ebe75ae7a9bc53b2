"""Claims about family, home, vehicles, pets and sex that clash with a retail persona.

Each entry says what cannot stand beside which values; whose claim it is decides `claim_context`.
"""

from __future__ import annotations

from .contradictions import Contradiction
from .vocabulary import CAT, DOG, OTHER_PET, OWNED, PARTNER, SPOUSE, SUBJECT

_BE = r"(?:'m|'s| am| is| was| been| being|\bas|\bbeing|\bstill|\bnow)"

_COUPLES = ("couple without children at home", "couple with children at home")

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
    r"\b(?:will|would|should|when am i going to|going to|asks? (?:when|if|whether) \w+(?: "
    r"\w+)?|wants? \w+ to) (?:get|getting|be|ever) (?:\w+ )?married\b",
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
        r"|fridge|home|duplex|condo|unit)(?: in [\w. ]{2,22}?)? (?:with|between|among) (?:"
        r"\w+ ){0,3}(?:friends|others|people|strangers"
        r"|students|guys|girls)\b"
    ),
)

_PARENTS = (
    r"\b(?:parents?|mom|mother|dad|father|folks),? (?:who|whom|that)? ?(?:i|she|he) (?:stil"
    r"l )?lives? with\b"
    r"|\b(?:mom|mother|dad|father|parents|folks),? with whom\b",
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

_SHARES_HOME = (
    r"\bshar(?:es?|ing) (?:a|an|the|my|her|his|their) (?:\w+ ){0,2}(?:place|apartment|house"
    r"|home|flat|condo|duplex|townhouse|trailer|room|roof|bathroom|kitchen)"
    r"(?: in [\w. ]{2,22}?)? with (?!(?:\w+ ){0,3}(?:cats?|dogs?|pets?)\b)\w+",
)
_OWN_PLACE = (
    r"\b(?:has|have|rents?|got|bought|owns?|keeps?|in|into) (?:my|her|his) own (?:\w+ )?(?:"
    r"place|apartment|house|home|flat|condo|studio|townhouse)\b",
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
                r"\b(?:mother|father|mom|dad|sister|brother|friend|neighbou?r|aunt"
                r"|uncle)\b.{0,20}\b"
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
                r"\b(?:rais\w+|bringing up) (?:\w+ ){0,4}(?:alone|on (?:my|her|his) own|by "
                r"(?:myself"
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
    Contradiction(attribute="household", values=("lives alone",), patterns=_SHARES_HOME),
    Contradiction(
        attribute="household",
        values=("with parents", "with roommates"),
        patterns=_OWN_PLACE,
    ),
    Contradiction(
        attribute="household",
        values=_COUPLES,
        patterns=(r"\b(?:liv(?:e|es|ing)|lived) (?:in a dorm|in the dorms|on campus)\b",),
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
                r"|puppy|pup) (?:woke|ate|slept|sat|stole|ran|knew|got|came|took|\w+(?:s|ed"
                r"))\b|\ba dog (?:at home|to feed|to walk)\b|\b(?:has|have|own"
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
                r"\blitter box\b|\bcat (?:owner|lady|litter|food)\b|\bthe (?:cat|kitten|kitty"
                r"|cats) "
                r"(?:and i|waits?|sleeps|purrs|eats|gets|begs|needs|wants|is|judges|won't|naps)\b"
                r"|\bthe (?:cat|kitten) (?:woke|ate|slept|sat|stole|ran|knew|got|came|took|"
                r"\w+(?:s|ed))\b|\ba cat (?:at home|to feed)\b|\b(?:has|have"
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
                r"|cat|kibble|cat litter) (?:food|treats|hair)\b(?= (?:for (?:my|her|his|our)|on"
                r"|all"
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
                r"\b(?:no|zero|without(?: any)?|(?:do|does)(?:\w+n't| not) (?:\w+ )?(?:own"
                r"|have|keep"
                r"|want)(?: any| a)?|never (?:had|owned|kept|wanted)(?: a| any)?|not (?:a|an)) "
                r"(?:pets?|animals?|pet person|animal person|furry \w+)\b|\bpet-free\b"
                r"|\ballergic to"
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
                rf"(?:\bas|'m|\bi am|\bis|'s|\bbeing|\blike any|\bevery) (?:a|an|the|this|any"
                rf"|just a"
                rf"|one|other) (?:[\w'-]+ ){{0,4}}?{noun}\b(?! (?:in front|behind|next|at the|who"
                rf" stocks|of the house)|'s)"
            ),
            (
                rf"^(?:\W*\w+, )?(?:an?|this) (?:[\w'-]+ ){{0,3}}?{noun}\b(?= (?:of|who|with|in"
                rf"|from"
                rf"|on|living|and|at)\b)|, an? (?:[\w'-]+ ){{0,3}}?{noun}\b|\b(?:year-old|aged"
                rf"|elderly|working|retired|single|married|divorced|widowed|family|career"
                rf"|stay-at-home|soccer|proud) {noun}\b|\bi'm (?:a |the )?{noun}\b|\b{noun} of "
                rf"(?:one"
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
                r"\b(?:my|her|his|our|the) (?:[\w'-]+ )?(?:son|daughter|sister|brother|mother"
                r"|father"
                r"|husband|wife|boss|neighbou?r|friend)\S* (?:is|was|'s) (?:a|an|the)\b.{0,40}"
            ),
        ),
    )
    for sex, noun in (("male", _F_NOUN), ("female", _M_NOUN))
)
