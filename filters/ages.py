"""How old a text says the persona is: 'at 58', 'pushing sixty', 'a millennial'."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .claim_context import read_claim
from .figures import NUMBER, read_number

_DECADES = {
    word: 10 * tens
    for tens, word in enumerate(
        [
            "teens",
            "twenties",
            "thirties",
            "forties",
            "fifties",
            "sixties",
            "seventies",
            "eighties",
            "nineties",
        ],
        1,
    )
}
_TENS = r"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
_YEARS = (
    rf"(?:[1-9]\d|{_TENS}(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?"
    rf"|eighteen|nineteen|five-oh|six-oh|four-oh|three-oh)"
)
_MODIFIER = (
    r"(?:(?P<near>pushing|nearly|almost|nearing|approaching|close to|closing in on"
    r"|creeping up on|going on|about to (?:turn|hit|be)|shy of|knocking on|staring down"
    r"|just short of|not quite)|"
    r"(?P<over>over|past|well past|north of|(?:on )?the (?:wrong|far|other) side of"
    r"|beyond|more than|older than|well over|into my|into her|into his)|"
    r"(?P<under>under|not yet|not even|hasn't hit|haven't hit|isn't even|nowhere near"
    r"|younger than|south of|(?:on )?the (?:right|near|good|sunny) side of|yet to (?:hit"
    r"|turn|see)|less than|not old enough to be)|"
    r"(?P<about>about|around|roughly|somewhere around|maybe))"
)
_SAID = (
    re.compile(
        rf"(?:{_MODIFIER} )?\b(?P<n>{NUMBER})(?:[- ]years?[- ](?:old|young)\b|[- ]year[- ]old)",
        re.IGNORECASE,
    ),
    re.compile(
        (
            rf"\b(?:aged?|turn(?:s|ed|ing)?|hit|hits|hitting|reached|reaching|celebrat\w+ (?:my"
            rf"|her|his)|at (?:the (?:\w+ )?age of |age |a (?:young|spry|youthful|ripe|sprightly"
            rf"|tender) |the ripe old age of )?) ?(?:just |about )?(?:{_MODIFIER} )?(?:the big )?"
            rf"(?P<n>{_YEARS})(?![\d:$%/-]|\.\d| (?:percent|dollars|cents|bucks|minutes"
            rf"|miles|pounds"
            rf"|ounces|oz|o'clock|am|pm|a\.m|p\.m|each|apiece|degrees|stores|items|hours|times"
            rf"|cents|years in|years at|different|cars|people))"
        ),
        re.IGNORECASE,
    ),
    re.compile(
        (
            rf"\b(?:I'm|I am|she is|he is|she's|he's|is|was|am|be|who's|being|we're both|still) "
            rf"(?:just |only |now |already |a |proudly |\w+ly )?(?:{_MODIFIER} )?(?P<n>{_YEARS})"
            rf"(?=[,.;!?]| and | but | years| now| this| next| in | with| so| or |$| going)"
        ),
        re.IGNORECASE,
    ),
    re.compile(rf"(?<=[A-Za-z]), (?P<n>[1-9]\d|{_TENS}(?:-\w+)?)(?=,| and| years)", re.IGNORECASE),
    re.compile(
        (
            rf"\b{_MODIFIER} (?P<n>{_YEARS})(?![\d:$%/-]|\.\d| (?:percent|dollars|cents"
            rf"|bucks|minutes"
            rf"|miles|pounds|ounces|stores|items|hours|times|people|different|years?\b(?! old)"
            rf"|\w+s\b))"
        ),
        re.IGNORECASE,
    ),
    re.compile(
        (
            rf"\b(?P<n>{_YEARS})(?:th|st|nd|rd|ieth)? (?:birthday|candles|trips around the sun"
            rf"|years on this (?:earth|planet)|years (?:of age|young))"
        ),
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?P<big>big|the) (?P<n>(?:three|four|five|six|seven|eight)-oh)\b", re.IGNORECASE
    ),
)
_DECADE = re.compile(
    r"\b(?:(?:in|into|through|enter\w*|early|mid|late|middle of|well into|end of|start"
    r" of)[- ](?:to (?:mid|late)[- ])?(?:my |her |his |their |our )?)(?:(?P<part>early"
    r"|mid|middle|late|very early)[- ])?"
    r"(?P<decade>teens|twenties|thirties|forties|fifties|sixties|seventies|eighties"
    r"|nineties|[2-9]0'?s)\b|\b(?P<some>twenty|thirty|forty|fifty|sixty|seventy"
    r"|eighty)-?something\b",
    re.IGNORECASE,
)
_BE = r"(?:'m|\bam|\bis|'s|\bas|\bbeing|\bstill|\bnow|\bjust|\bbarely|,|^)"
_WORDS: tuple[tuple[str, int, int], ...] = (
    (
        rf"{_BE} (?:a |an )?(?:\w+ )?(?:teen|teenager|adolescent)\b(?!s? (?:at|in the house))",
        13,
        19,
    ),
    (
        (
            r"\b(?:as a|i'm a|is a|fellow|typical|like most|of us|us|elder|older|geriatric)"
            r" millennials?\b|, a millennial\b"
        ),
        26,
        47,
    ),
    (r"\b(?:gen[- ]?z|zoomer)\b", 11, 31),
    (r"\b(?:gen[- ]?x(?:er)?)\b", 42, 64),
    (r"\b(?:baby )?boomers?\b(?! prices)", 57, 83),
    (r"\boctogenarian\b", 79, 90),
    (r"\bseptuagenarian\b", 69, 80),
    (r"\bnonagenarian\b", 89, 100),
    (r"\bsexagenarian\b", 59, 70),
    (r"\bcentenarian\b", 99, 120),
    (
        (
            r"\b(?:senior citizen|senior(?:s')? discount|senior (?:shopper|woman|man|lady|moment"
            r"|center|hour|day)s?|aarp)\b"
        ),
        54,
        120,
    ),
    (r"\b(?:elderly|in my old age|in (?:her|his) old age|advanced age|twilight years)\b", 65, 120),
    (r"\bmedicare\b", 63, 120),
    (
        (
            r"\b(?:social security (?:check|payment)|my golden years|(?:her|his) golden years"
            r"|old-timer)\b"
        ),
        60,
        120,
    ),
    (r"\bmiddle-?aged?\b|\bmid-?life\b", 36, 64),
    (
        (
            r"\b(?:fresh|straight|just|right|barely|newly) out of high ?school\b|\bjust "
            r"(?:graduated|finished) high ?school\b|\brecent high school (?:grad|graduate)\b"
        ),
        17,
        20,
    ),
    (
        (
            r"\b(?:fresh|straight|just|right|barely|newly) out of (?:college|university"
            r"|school)\b|\b(?:recent|new) (?:college )?grad(?:uate)?\b|\bcollege (?:kid|age)\b"
            r"|\bmy first (?:real|grown-up) (?:job|apartment)\b"
        ),
        17,
        29,
    ),
    (
        (
            r"\b(?:not|isn't|n't|too young) (?:\w+ )?(?:old enough )?to (?:drink|buy (?:beer"
            r"|wine|alcohol)|vote|rent a car)\b|\bunderage\b"
        ),
        0,
        24,
    ),
    (r"\bold enough to (?:finally )?(?:drink|buy (?:beer|wine))\b", 18, 23),
    (
        (
            r"\bretirement (?:is )?(?:just )?(?:around the corner|on the horizon|in sight|a "
            r"(?:year|few years) (?:away|off)|looming|is (?:near|close))\b|\b(?:close|near"
            r"|nearing|approaching|counting down to|getting ready for) (?:to )?retire(?:ment"
            r"|ing)?\b|\bready to retire\b|\babout to retire\b"
        ),
        50,
        75,
    ),
    (
        (
            rf"{_BE} (?:an? |the )?(?:\w+ )?young (?:\w+ )?(?:woman|man|professional|adult|mom"
            rf"|mother|dad|father|lady|person|guy|shopper|couple|teacher|nurse|lawyer|worker"
            rf"|renter|buyer)\b|\b(?:my|her|his) whole life ahead\b|\bkids my age\b|\byounger"
            rf" generation\b(?= like me)"
        ),
        0,
        41,
    ),
    (
        (
            rf"{_BE} (?:an? |the )(?:\w+ )?(?:old|older|aging|ageing) (?:\w+ )?(?:woman|man|lady"
            rf"|adult|gal|timer|shopper|gentleman|fellow|geezer|person|couple|bird|coot)\b|\bat "
            rf"(?:my|her|his) (?:advanced )?age,? (?:you|the knees|the doctor|with retirement"
            rf"|i've)\b|\bold folks like (?:me|us)\b|\bolder folks like\b"
        ),
        52,
        120,
    ),
    (r"\bi still get carded\b|\bget(?:s)? carded\b", 18, 40),
    (r"\b(?:great-grand(?:mother|father|ma|pa|child|children|kids|son|daughter)s?)\b", 55, 120),
)
_WORD_AGES = tuple((re.compile(pattern, re.IGNORECASE), low, high) for pattern, low, high in _WORDS)
_GRANDPARENT = re.compile(
    r"\b(?:my|her|his|their|our|a|with|has|have|of)\b (?:[\w'-]+ ){0,2}?grand(?:kids?"
    r"|child|children|sons?|daughters?|bab(?:y|ies))\b|"
    r"\b(?:as|i'm|is|a|an)\b (?:\w+ ){0,2}?(?:grand(?:mother|father|ma|pa|parent)|granny"
    r"|grammy|nana)\b",
    re.IGNORECASE,
)
_KIN_OWNER = re.compile(
    (
        r"\b(?:grandchild|grandson|granddaughter) of\b|\b(?:my|her|his) grand(?:mother"
        r"|father|ma|pa|parent)"
    ),
    re.IGNORECASE,
)
_SOMEBODY = (
    r"(?:friend|neighbou?r|sister|brother|mother|father|mom|dad|aunt|uncle|cousin|niece"
    r"|nephew|husband|wife|partner|boyfriend|girlfriend|son|daughter|"
    r"kid|child|children|kids|boys|girls|twins|baby|toddler|youngest|oldest|eldest"
    r"|middle one|grand\w+|roommate|coworker|boss|dog|cat|house|car|truck)"
)
_OTHERS_BEFORE = re.compile(
    (
        rf"\b{_SOMEBODY}(?:'s)?,?(?: (?:who|is|was|just|turns?|turned|turning|only|at|now"
        rf"|aged?|will be|hits?|reached|about to|and|\w+ing|started|driving|lessons))*[ ,]*$"
    ),
    re.IGNORECASE,
)
_OTHERS_AFTER = re.compile(rf"^[- ]*(?:years?[- ]old)?[- ]?(?:\w+ )?{_SOMEBODY}s?\b", re.IGNORECASE)
_OTHER_TIME = re.compile(
    (
        r"\b(?:since|until|when|before|back|after|by the time|used to|back when|left|married"
        r"|started|began|quit|had|retired|moved)\b[^,.;]{0,30}$"
    ),
    re.IGNORECASE,
)


def said_ages(sentence: str) -> Iterator[tuple[int, int, float, float]]:
    """Yield (start, end, lowest, highest) of every age that the persona is said to have now."""
    for pattern in _SAID:
        for match in pattern.finditer(sentence):
            if not _of_somebody(sentence, match) and (span := _span(match)) is not None:
                yield match.start(), match.end(), *span
    for match in _DECADE.finditer(sentence):
        if not _of_somebody(sentence, match):
            yield match.start(), match.end(), *_decade(match)


def age_differs(sentence: str, age: int) -> bool:
    """Return whether the sentence gives the persona another age, in numbers or in words."""
    if any(not low <= age <= high for _, _, low, high in said_ages(sentence)):
        return True
    for pattern, low, high in _WORD_AGES:
        if low <= age <= high or not (match := pattern.search(sentence)):
            continue
        claim = read_claim(sentence, match.start(), match.end())
        denied = (
            claim.denied
            and "not" not in match.group().lower()
            and "n't" not in match.group().lower()
        )
        if claim.own and claim.real and not denied and claim.present:
            return True
    if age < 36 and (match := _GRANDPARENT.search(sentence)) and not _KIN_OWNER.search(sentence):
        claim = read_claim(sentence, match.start(), match.end())
        return claim.own and claim.real and not claim.denied
    return False


_PARTNER_AGE = re.compile(
    rf"\b(?:husband|wife|spouse|partner|boyfriend|girlfriend|hubby|fianc[eé]e?),? (?:"
    rf"(?:who|is|was|just|turns?|turned|turning|only|aged?|will be|hits?|about to turn"
    rf"|now|at|has|reached|of|\w+ly) ){{0,3}}(?P<n>{_YEARS})\b(?! (?:dollars|bucks"
    rf"|minutes|miles|years (?:ago|of))|\.\d|%)|"
    rf"\b(?P<old>{NUMBER})[- ]year[- ]old (?:husband|wife|partner|boyfriend|girlfriend"
    rf"|spouse)\b|\b(?:husband|wife|partner|boyfriend|girlfriend|spouse)'s "
    rf"(?P<birthday>{_YEARS})(?:th|st|nd|rd|ieth) birthday",
    re.IGNORECASE,
)


def partner_age_differs(sentence: str, partner_age: float) -> bool:
    """Return whether the sentence gives the partner another age."""
    for match in _PARTNER_AGE.finditer(sentence):
        said = match["n"] or match["old"] or match["birthday"]
        if said and read_number(said) != partner_age:
            return True
    return False


def _of_somebody(sentence: str, match: re.Match[str]) -> bool:
    before, after = sentence[: match.start()], sentence[match.end() :]
    if _OTHERS_BEFORE.search(before) or _OTHERS_AFTER.match(after):
        return True
    if _OTHER_TIME.search(before) and not re.search(
        r"\b(?:since|when) i turned\b", before, re.IGNORECASE
    ):
        return True
    claim = read_claim(sentence, match.start(), match.end())
    return not claim.own or not claim.real


def _span(match: re.Match[str]) -> tuple[float, float] | None:
    group = match.groupdict()
    said = group["n"].lower()
    if said.endswith("-oh"):
        number = {"three": 30, "four": 40, "five": 50, "six": 60, "seven": 70, "eight": 80}.get(
            said.split("-")[0], 50
        )
    else:
        number = int(read_number(said))
    if not 10 <= number <= 110:
        return None
    if group.get("near"):
        return number - 4, number - 0.5
    if group.get("over"):
        return number, number + 9
    if group.get("under"):
        return 0, number - 0.5
    if group.get("about"):
        return number - 2, number + 2
    return number, number


def _decade(match: re.Match[str]) -> tuple[float, float]:
    group = match.groupdict()
    if group["some"]:
        first = int(read_number(group["some"]))
        return first, first + 9
    word = group["decade"].lower()
    first = _DECADES[word] if word in _DECADES else int(word[:2])
    opening = re.split(r"[- ]", match.group().lower())[0]
    part = (group["part"] or "").lower().removeprefix("very ") or opening
    low, high = {"early": (0, 4), "mid": (3, 7), "middle": (3, 7), "late": (6, 9)}.get(part, (0, 9))
    return first + low, first + high
