"""What a text says of the persona's children, against their number and ages.

Only children at home count: grown ones who visit, other people's and the persona's own childhood
clash with nothing. Ages of children come from their columns, or from the age group of the youngest.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .claim_context import read_claim
from .figures import NUMBER, read_number
from .vocabulary import CHILD

_GROUPS = {"baby": (0, 1), "toddler": (1, 4), "grade-schooler": (5, 12), "teenager": (12, 17)}
_STAGES: tuple[tuple[re.Pattern[str], int, int], ...] = tuple(
    (re.compile(rf"\b(?:{words})\b", re.IGNORECASE), low, high)
    for words, low, high in (
        (
            (
                r"newborns?|infants?|teething|breast ?feed\w*|nursing the baby|crawling|learning"
                r" to "
                r"(?:crawl|walk)|maternity leave|(?:baby )?formula|crib|bassinet"
            ),
            0,
            1,
        ),
        (
            (
                r"bab(?:y|ies)(?! (?:of the family|sister|brother|carrots|back|spinach|boomer|wipes"
                r"|shower|supplies|aisle|food))"
            ),
            0,
            2,
        ),
        (r"toddlers?|potty[- ]train\w*", 1, 4),
        (r"diapers?|strollers?|nap ?time|pacifier|high ?chair", 0, 4),
        (r"preschool(?:er)?s?|pre-k|daycare", 0, 5),
        (r"kindergart[en]+(?:er)?s?", 4, 7),
        (r"(?:first|1st)[- ]grade(?:rs?)?", 5, 8),
        (r"(?:second|2nd|third|3rd)[- ]grade(?:rs?)?", 6, 10),
        (r"(?:fourth|4th|fifth|5th)[- ]grade(?:rs?)?", 8, 12),
        (
            r"grade[- ]school(?:er)?s?|elementary school(?:er)?s?|little league|school-?age\w*",
            5,
            12,
        ),
        (r"tweens?", 8, 13),
        (
            r"middle[- ]school(?:er)?s?|junior high|(?:sixth|seventh|eighth)[- ]grade(?:rs?)?",
            10,
            15,
        ),
        (r"teens?|teenagers?|teenaged?|adolescents?", 12, 19),
        (
            (
                r"high[- ]school(?:er)?s?|prom (?:dress|night|date)|learner's permit|driving"
                r" lessons"
                r"|driver's ed|(?:ninth|tenth|eleventh|twelfth)[- ]grade(?:rs?)?|sat prep|college"
                r" applications|learning to drive"
            ),
            13,
            18,
        ),
    )
)
_OWN_CHILD = re.compile(
    rf"\b(?:my|our|her|his|their|whose)\b (?:(?!neighbou?r|sister|brother|friend|parent|mother"
    rf"|father|mom|dad|inner|room|grand|step|sister's|fur)[\w'-]+ ){{0,3}}?"
    rf"(?P<kid>{CHILD})(?!'s (?:friend|teacher|house))|"
    rf"\b(?P<count>a|an|one|two|three|four|five|six|seven|eight|\d|young|small|several"
    rf"|both|all|twin|more)(?: (?!of\b)[\w-]+){{0,2}}? (?P<kid2>{CHILD})(?: (?:at home|to"
    rf" feed|in tow|to raise|of (?:my|our|her|his) own|under|in the (?:house|back)|at our"
    rf" house|and a|eat|want))|"
    rf"\b(?:has|have|had|with|rais\w+|got|feed\w*|parent\w* of|for)\b (?:a|an|one|two"
    rf"|three|four|five|six|seven|eight|\d|young|small|several|both|little|the|just the"
    rf" one|only one|twin|those|these) (?:[\w-]+ ){{0,2}}?(?P<kid3>{CHILD})|"
    r"\b(?:mom|mother|dad|father|mama|parent|mum)s? (?:of|to) (?:[\w-]+)\b|\b(?:as|i'm|i"
    r" am|is|, ?|being|this|any|a) (?:a |an |the )?(?:\w+ ){0,3}?(?:mom|mother|dad"
    r"|father|parent|mama|daddy|mommy)\b(?! of god|'s|-in-law)|"
    rf"\bthe (?:(?:whole|little|older|younger|two|three) )?(?P<kid4>kids|kiddos|children"
    rf"|twins|toddler|baby|boys|girls|little ones?|youngest|oldest|teenagers?|newborn)\b"
    rf"(?! (?:on (?:my|her|his|the) (?:bus|route|team|street|block)|aisle|section|menu|next"
    rf" door|down|across|in line|at the (?:store|register"
    rf"|counter)|in the (?:store|aisle|next)|who (?:works?|bags?|stocks?)|in front|food"
    rf"|department|table|supplies|stuff|things|from)|'s (?:aisle|section|menu"
    rf"|department))",
    re.IGNORECASE,
)
_LIFE = re.compile(
    r"\b(?:parent-teacher|pta (?:meeting|mom|dad)|soccer (?:mom|dad)|(?:my|our|her|his) "
    r"(?:kids?'s?|child's|children's|son's|daughter's|boys'|girls') \w+|school "
    r"(?:pick-?up|drop-?off) (?:line|run|before|then|and)|after school pick-?up|"
    r"bedtime stor(?:y|ies)|(?:soccer|ballet|karate|swim|hockey) practice (?:pick|run"
    r"|eats)|carpool line|pack(?:s|ing)? (?:\w+ )?lunch ?boxes|tooth fairy|maternity"
    r" leave|custody weekends?|playdates?|my parenting|(?:night|diaper|bottle) feeds?"
    r"|changing (?:table|diapers))\b",
    re.IGNORECASE,
)
_SMALL = re.compile(
    (
        r"\b(?:school (?:bus|lunch|lunches|run|pick-?up|day|night|play|shoes)|after school"
        r"|before school|from school|homework|bedtime|recess|babysitter|car seat|playground"
        r"|recitals?|birthday party|lunch ?box\w*|soccer|ballet|little)\b"
    ),
    re.IGNORECASE,
)
_CHILDLESS = re.compile(
    r"\b(?:no|zero|without|doesn't have|don't have|do not have|does not have|never had"
    r"|never wanted|didn't have|not have|haven't had|haven't any|hasn't any|hasn't got"
    r"|haven't got|not one for|chose not to have|decided against(?: having)?|can't have)"
    r"(?: any| our| my| \w+ly| a)? (?:kids?|children|child|little ones|offspring)\b(?! "
    r"(?:menu|meal|eats?|size|section|in line|in the store|with me|along|under|today"
    r"|screaming|this weekend|at the store))|"
    r"\bchild(?:less|-?free)\b|\bkid-?free (?:home|house|life|by choice)\b|\bempty[-"
    r" ]nest\w*\b|\b(?:kids|children|boys|girls|son|daughter)(?: (?:are|is|have|has|'ve"
    r"|all|both))+ (?:\w+ )?(?:grown(?: and gone| up)?|moved out|gone off|flown the|out"
    r" of the house|long gone|off at college|left home|away at)\b|\bgrown (?:kids"
    r"|children)\b|\bnot (?:a |anybody's |anyone's )(?:parent|mother|father|mom|dad)\b"
    r"|\bparenthood (?:never|wasn't)\b",
    re.IGNORECASE,
)
_GROWN = re.compile(
    r"\b(?:grown|adult|visit\w*|college|married|moved|away|gone|out of state|out of town"
    r"|grown-up|empty[- ]nest\w*|brother's|sister's|friend's|neighbou?r's|neighbou?rs'"
    r"|inner|fur|step\w*|drops? by|"
    r"comes? over|coming over|comes? by|home for|calls?|called|phones?|lives? (?:in|out"
    r"|across|down|far|nearby)|own (?:kids|family|house|place|home)|grand\w+|drives? "
    r"(?:me|her|him)|sunday dinner|thanksgiving|christmas|long ago|raised|were (?:little"
    r"|small|young)|was (?:little|small|young)|back when|years ago|in-law|nieces?"
    r"|nephews?|my students|class|godson|goddaughter|people's|these days|somebody's"
    r"|someone's|other)\b",
    re.IGNORECASE,
)
_BELONGS = re.compile(
    r"(?:sister|brother|friend|neighbou?r|roommate|cousin|boss|co-?worker|landlord|aunt"
    r"|niece|nephew|customer|client|else|people|patient|student)(?:'s|s'|s) (?:\w+"
    r" )?\w*$|\b(?:no|without|n't have|never had|never wanted|nor|not)\b[^,.;]{0,25}$|"
    r"\b(?:when|since|as) (?:i|she|he|we) (?:was|were) (?:a |an |just |only )*\w*$|\b"
    r"(?:my|her|his) (?:inner|only) $|\bchild of the\b",
    re.IGNORECASE,
)
_ONLY = re.compile(
    (
        r"\b(?:and|with|rais\w+|has|have|of) (?:just |only )?(?:one|1|a single) (?:(?!of)\w"
        r"+ )?(?:child|kid)\b"
        r"(?! (?:in line|at the store|of|who|behind|ahead))|\brais\w+ (?:my|her|his|their|o"
        r"ur) only (?:son|daughter)\b|"
        r"\b(?:my|her|his|their|our|an|the) only (?:child|kid|son and|daughter and)\b|\b"
        r"(?:just|only|with) (?:the |have |has |got )*(?:one|1|a single) (?:kid|child|baby"
        r"|toddler|teen\w*)\b|\bmother of one\b|\bfather of one\b|\b(?:mom|dad|parent) (?:of"
        r"|to) one\b|\bone-child (?:home|house\w*|family)\b"
    ),
    re.IGNORECASE,
)
_WORD_COUNT = rf"(?:{NUMBER}|a|an|one)"
_MIXED = re.compile(
    (
        rf"\b(?P<a>{_WORD_COUNT}|my|our|her|his) (?:\w+ )?(?:boys?|sons?|girls?|daughters?)"
        rf" and (?:my |our |her |his )?(?P<b>{_WORD_COUNT}) (?:\w+ )?(?:boys?|sons?|girls?"
        rf"|daughters?)\b"
    ),
    re.IGNORECASE,
)
_PLURAL = re.compile(
    (
        r"\b(?:my|our|her|his)(?: (?:two|three|own|little|young|teenage|growing))? (?:kids"
        r"|children|boys|girls|sons|daughters|twins|toddlers|teenagers|babies)\b(?!')"
    ),
    re.IGNORECASE,
)
_BOTH = re.compile(
    r"\bboth (?:of )?(?:my |our |her |his |the )?(?:kids|children)\b|\btwo (?:kids|children)\b",
    re.IGNORECASE,
)
_RANKED = re.compile(
    (
        r"\b(?:my|our|her|his|the) (?P<rank>youngest|oldest|eldest|firstborn|littlest|baby"
        r" of the family|middle (?:child|kid|one))\b"
    ),
    re.IGNORECASE,
)
_CHILD_AGE = re.compile(
    (
        rf"\b(?P<old>{NUMBER})[- ](?P<unit>year|month|week)s?[- ]olds?\b|\b(?:is|turn(?:s|ed"
        rf"|ing)|who's|just|at|aged?|will be|hit|,) (?:just |only |now |almost |already "
        rf"|turned |about )?(?P<n>{NUMBER})(?=[,.;!?]| and | in | now| this| next| but| so|"
        rf" who| going| today|$| years?\b)"
    ),
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Children:
    """What a row says of the children at home."""

    number: int
    youngest: tuple[float, float]
    """Lowest and highest age of the youngest."""
    oldest: tuple[float, float]
    exact: bool
    """Whether ages are known in years, not as a group."""
    parent_age: int | None


def children_of(
    row: Mapping[str, Any], *, number: str, group: str, youngest: str, oldest: str, age: str
) -> Children | None:
    """Return the children of a row, or None if it does not tell how many there are."""
    count = row.get(number)
    if isinstance(count, bool) or not isinstance(count, int):
        return None
    low, high = _GROUPS.get(str(row.get(group)), (0, 17))
    young: tuple[float, float] = (low, high)
    exact = _number(row.get(youngest)) is not None
    if (said := _number(row.get(youngest))) is not None:
        young = (said, said)
    old: tuple[float, float] = (young[0], 17)
    if (said := _number(row.get(oldest))) is not None:
        old = (said, said)
    elif count == 1:
        old = young
    own_age = row.get(age)
    return Children(count, young, old, exact, own_age if isinstance(own_age, int) else None)


def children_differ(sentence: str, children: Children, facts: str) -> str:
    """Return what of the children disagrees: `number`, `youngest`, `oldest`, or an empty string.

    Args:
        sentence: One sentence of the text.
        children: The facts.
        facts: All string facts in lower case; a child that they name is supported.
    """
    if children.number == 0:
        return "number" if _has_child(sentence, children, facts) else ""
    if match := _CHILDLESS.search(sentence):
        claim = read_claim(sentence, match.start(), match.end())
        grown = re.search(
            r"grown|moved|gone|out of the house|left home|college|away at|flown",
            match.group(),
            re.IGNORECASE,
        )
        if (
            claim.real
            and (claim.own or grown)
            and not (grown and children.parent_age is not None and children.parent_age >= 50)
        ):
            return "number"
    if _wrong_count(sentence, children):
        return "number"
    return _wrong_age(sentence, children)


_FEWER = re.compile(
    rf"\b(?:with|has|have|and|rais\w+|of) (?:his |her |my |their )?(?P<n>{NUMBER}) (?:\w+ )?"
    r"(?:sons|daughters|boys|girls)\b(?!.*\b(?:sons?|daughters?|boys?|girls?|child|kids?|ba"
    r"b(?:y|ies)|children)\b)",
    re.IGNORECASE,
)
"""All children that a sentence names: 'an architect with two daughters' has no third child."""


def _has_child(sentence: str, children: Children, facts: str) -> bool:
    age = children.parent_age
    if (
        (match := _LIFE.search(sentence))
        and read_claim(sentence, match.start(), match.end()).real
        and not _GROWN.search(sentence)
    ):
        return match.group().lower() not in facts
    for match in _OWN_CHILD.finditer(sentence):
        kid = next(
            (
                value.lower()
                for name, value in match.groupdict().items()
                if name.startswith("kid") and value
            ),
            "",
        )
        if kid and re.search(rf"\b{re.escape(kid.rstrip('s'))}", facts):
            continue
        if re.search(r"graders?|kindergart|preschooler", kid) and re.search(
            r"\bteach|school|tutor|aide|principal|counselor|coach|daycare", facts
        ):
            continue
        begins = match.start() + match.group().lower().rfind(kid) if kid else match.start()
        after = read_claim(sentence, match.start(), match.end())
        if (
            not after.own
            and re.match(r"(?:has|have|had|with|her|his|their|the)\b", match.group(), re.IGNORECASE)
            and begins
        ):
            continue
        if _BELONGS.search(sentence[: match.end()]) or _BELONGS.search(match.group()):
            continue
        claim = read_claim(sentence, match.start(), match.end())
        if claim.denied or not claim.real or not claim.present:
            continue
        if (
            match.group("kid4")
            and not claim.own
            and not re.search(
                r"\bthe (?:kids|children|twins|baby|toddler)\b", match.group(), re.IGNORECASE
            )
        ):
            continue
        if not kid and not claim.own:
            continue
        small = bool(_SMALL.search(sentence)) or (
            any(pattern.search(sentence) for pattern, low, high in _STAGES if high <= 19)
            and not re.search(r"\bhigh school\b", sentence)
        )
        if (
            isinstance(age, int)
            and age >= 42
            and not small
            and (_GROWN.search(sentence) or age >= 62)
        ):
            continue
        return True
    return False


def _wrong_count(sentence: str, children: Children) -> bool:
    number = children.number
    if number > 1 and (match := _ONLY.search(sentence)):
        claim = read_claim(sentence, match.start(), match.end())
        return claim.real and not claim.denied and claim.own
    if match := _MIXED.search(sentence):
        claim = read_claim(sentence, match.start(), match.end())
        plural = re.match(
            r"(?:my|our|her|his) (?:\w+ )?(?:boys|sons|girls|daughters)\b",
            match.group(),
            re.IGNORECASE,
        )
        if claim.real and not plural:
            return (
                sum(
                    1
                    if match[g].lower() in {"a", "an", "my", "our", "her", "his"}
                    else read_number(match[g])
                    for g in ("a", "b")
                )
                != number
            )
    if (match := _FEWER.search(sentence)) and read_number(match["n"]) != number:
        claim = read_claim(sentence, match.start(), match.end())
        if claim.own and claim.real and not claim.denied and claim.present:
            return True
    if number != 2 and (match := _BOTH.search(sentence)):
        claim = read_claim(sentence, match.start(), match.end())
        if claim.own and claim.real and not claim.denied:
            return True
    young_parent = children.parent_age is None or children.parent_age < 45
    if number == 1 and young_parent and (match := _PLURAL.search(sentence)):
        claim = read_claim(sentence, match.start(), match.end())
        return claim.real and not claim.denied and claim.present
    if match := _RANKED.search(sentence):
        rank = match.group("rank").lower()
        return number < (3 if rank.startswith("middle") else 2) and young_parent
    return False


def _wrong_age(sentence: str, children: Children) -> str:
    owner = _OWN_CHILD.search(sentence) or _RANKED.search(sentence)
    if not owner or re.search(
        r"\b(?:grand|niece|nephew|neighbou?r|sister|brother|friend|cousin|student)",
        sentence,
        re.IGNORECASE,
    ):
        return ""
    rank = _RANKED.search(sentence)
    ranked = rank.group("rank").lower() if rank else ""
    every = re.search(r"\b(?:all|both)\b(?: \w+){0,6}", sentence, re.IGNORECASE)
    low, high = children.youngest[0], children.oldest[1]
    named = "youngest"
    if ranked.startswith(("youngest", "baby", "littlest")):
        low, high = children.youngest
    elif ranked.startswith(("oldest", "eldest", "first")):
        low, high, named = *children.oldest, "oldest"
    elif every:
        low, high = children.youngest
    for pattern, first, last in _STAGES:
        if (match := pattern.search(sentence)) and (last < low or first > high):
            claim = read_claim(sentence, match.start(), match.end())
            if claim.real and not claim.denied and claim.present and "used to" not in sentence:
                return (
                    named if last < low or named == "oldest" or children.number == 1 else "youngest"
                )
    for match in _CHILD_AGE.finditer(sentence):
        said = match.group("old") or match.group("n")
        number = read_number(said)
        if match.group("unit") and match.group("unit").lower() != "year":
            number = 0 if number < 24 else 2
        elif number > 19 or (not match.group("old") and match.start() < owner.start()):
            continue
        if not low <= number <= high:
            return named
        if (
            children.exact
            and children.number <= 2
            and number not in {*children.youngest, *children.oldest}
        ):
            return named
    return ""


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
