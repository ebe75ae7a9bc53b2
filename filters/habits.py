"""When and how often a text says the persona shops, against its shopping time and weekly trips."""

from __future__ import annotations

import re

from .claim_context import read_claim
from .figures import NUMBER, read_number

_SHOPPING = re.compile(
    r"\b(?:shop\w*|stores?|trips?|grocer\w*|aisles?|cart|markets?|supermarket"
    r"|supercenter|my run|her run|his run|runs?|errands?|stock\w* up|order\w*|delivery"
    r"|club|checkout|register|"
    r"list in hand|the place|produce|buy\w*|pick up|picks up|co-op|crowds?|(?:i|she|he"
    r"|we) (?:always |usually |mostly |only |like to |prefer to )?(?:go(?:es)?|went)(?! (?:to "
    r"(?:bed|sleep|church|work|school)|hiking|fishing|out|for)\b)|fill\w* (?:my|her|his"
    r"|the) (?:fridge|pantry|basket)|bags?)\b",
    re.IGNORECASE,
)
_DAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_PARTS: tuple[tuple[str, str], ...] = (
    (
        "morning",
        (
            r"mornings?|dawn|sunrise|sun-?up|bright and early|first thing|before breakfast|crack"
            r" of dawn|a\.m\.|before the (?:sun|rooster|doors)|early bird|(?:when|as soon as"
            r"|before) (?:it|they|the (?:store|doors)) opens?|(?:five|six|seven|eight) in the"
            r" morning|daybreak|over breakfast"
        ),
    ),
    (
        "afternoon",
        (
            r"afternoons?|after lunch|midday|mid-day|noon|lunch (?:hour|break)|lunchtime|after"
            r" school lets out"
        ),
    ),
    (
        "evening",
        (
            r"evenings?|nights?|after (?:dinner|supper|dark|work|sunset|hours|the kids are "
            r"(?:asleep|in bed))|sunset|sundown|dusk|midnight|moonlight|nightfall|wee hours"
            r"|right before (?:it|they|the store) closes?|before closing|near closing|night owl"
            r"|p\.m\.|(?:nine|ten|eleven) o'clock at night|once the (?:sun|kids) (?:is|are|goes)"
            r" (?:down|asleep|in bed)"
        ),
    ),
)
_WHEN = re.compile(
    (
        rf"\b(?:(?P<day>weekdays?|weekends?|(?:{_DAYS})s?|monday (?:to|through) friday)"
        rf"(?:['’]s)?(?: (?P<part>mornings?|afternoons?|evenings?|nights?))?|"
        rf"(?P<alone>{'|'.join(words for _, words in _PARTS)}))\b"
    ),
    re.IGNORECASE,
)
_LATE = re.compile(r"\blate at night\b|\bmidnight\b|\bwee hours\b", re.IGNORECASE)
"""Later than an evening."""
_NOT_HABIT = re.compile(
    (
        r"\b(?:not|never|avoid\w*|except|but not|than|instead of|rather than|hate|hates"
        r"|ahead of|by|before|until|since|this|last|next|the other|good|for|of|one|an|a"
        r" whole|on a|all)\s(?:the |a |my |early |\w+ly )?$|n't\b[^.;,]{0,20}$|\b(?:for"
        r"|about|of)\b[^.;,]{0,14}$"
    ),
    re.IGNORECASE,
)
_OTHER_DOING = re.compile(
    (
        r"\b(?:grill\w*|cook\w*|bak\w+|party|brunch|breakfasts?|dinners?|supper|church|game"
        r"|football|work|works|shift|school|class|sleep\w*|drink\w*|coffee|tea|watch\w*|read"
        r"|quilt\w*|fish(?:es|ing)|hik\w+|visit\w*|eats?|fed|practice|movie|garden\w*|rides?"
        r"|cookout|picnic|wak\w+|snack\w*|garage|yoga|choir|pancakes)\b"
    ),
    re.IGNORECASE,
)
_PER = r"(?:a|per|each|every|in a|over the) "
_OFTEN: tuple[tuple[re.Pattern[str], float, float], ...] = tuple(
    (re.compile(rf"\b(?:{words})\b", re.IGNORECASE), low, high)
    for words, low, high in (
        (
            (
                r"(?:every|each) (?:single |blessed )?day(?: of the week)?|daily|day in,? day out"
                r"|every (?:morning|afternoon|evening|night)(?! before)|seven days a week|morning,"
                r" noon and night"
            ),
            5,
            7,
        ),
        (r"every other day|every second day|every two days", 3, 4),
        (
            (
                r"(?:a )?couple (?:of )?(?:times|trips|days|visits|runs|mornings|evenings) (?:a|per"
                r"|each|every) week"
            ),
            2,
            2,
        ),
        (
            (
                r"(?:a few|several|three or four) (?:times|trips|days|visits|runs|mornings"
                r"|evenings)"
                r" (?:a|per|each|every) week"
            ),
            3,
            5,
        ),
        (r"once or twice (?:a|each|per|every) week", 1, 2),
        (r"two or three times (?:a|each|per|every) week", 2, 3),
        (
            (
                r"once (?:a|each|per|every) week|(?:one|single|a single|just one) (?:\w+ )?(?:trip"
                r"|visit|run|shop) (?:a|per|each|every) week|one (?:big |large )?weekly (?:trip"
                r"|shop"
                r"|run|haul)|once weekly|once every seven days"
            ),
            1,
            1,
        ),
        (r"twice (?:a|each|per|every) week|twice weekly|bi-?weekly trips", 2, 2),
        (r"thrice (?:a|each|per) week", 3, 3),
        (
            (
                r"every other week|once (?:a|per|each|every) (?:month|fortnight|two weeks|other"
                r" week"
                r"|couple of weeks)|(?:one|a|a single|just one) (?:\w+ )?(?:trip|run|haul|shop"
                r"|visit) (?:a|per|each|every) (?:month|fortnight)|(?:twice|two times|a couple of"
                r" times|a few times) (?:a|per|each|every) (?:month|year)|once in a blue moon"
                r"|monthly|every (?:two|three|few|couple of) weeks|every month|once every (?:two"
                r"|three|few|couple)"
            ),
            0,
            0.6,
        ),
    )
)
_TIMES = re.compile(
    (
        rf"\b(?P<n>{NUMBER}) (?:\w+ )?(?:times|trips|visits|runs|days|mornings|evenings"
        rf"|afternoons|nights) (?:\w+ ){{0,3}}?(?:{_PER})week|\b(?P<m>{NUMBER}) weekly "
        rf"(?:trips|visits|runs)\b"
    ),
    re.IGNORECASE,
)


def time_differs(sentence: str, own: str, facts: str, item: str) -> bool:
    """Return whether the persona shops on other days or at another time of day than stated.

    Args:
        sentence: One sentence.
        own: The row's shopping time: days, part of the day.
        facts: The other string facts in lower case; a time that they name is supported.
        item: The last word of the row's purchase, which also shows that shopping is spoken of.
    """
    about = _SHOPPING.search(sentence) or (item and item in sentence.lower())
    if not about:
        return False
    own_days, own_parts = _days(own), _parts(own)
    for match in _WHEN.finditer(sentence):
        said = match.group()
        if said.strip().lower() in facts or _NOT_HABIT.search(sentence[: match.start()]):
            continue
        claim = read_claim(sentence, match.start(), match.end())
        if not claim.own or not claim.real or claim.denied or not claim.present:
            continue
        around = _clause(sentence, match)
        if re.search(r"\b(?:she|he|i) it\b", around, re.IGNORECASE):
            continue  # a habit of the row's own, cut out
        shops_here = _SHOPPING.search(around) or (item and item in around.lower())
        if not shops_here and _OTHER_DOING.search(around):
            continue
        if _OTHER_DOING.search(around) and not _SHOPPING.search(around):
            continue
        days, parts = _days(said), _parts(said)
        if days and own_days and not days & own_days:
            return True
        if parts and own_parts and not parts & own_parts:
            return True
        if _LATE.search(own) and re.search(r"\bevenings?\b", said, re.IGNORECASE):
            return True
        around_it = sentence[max(0, match.start() - 12) : match.end()]
        if _LATE.search(around_it) and "evening" in own:
            return True
    return False


def trips_differ(sentence: str, trips: float) -> bool:
    """Return whether the persona is said to shop more or less often a week than it does."""
    if not _SHOPPING.search(sentence) and not re.search(
        (
            r"\b(?:in|go|goes|going) there\b|\b(?:i|she|he) (?:go|goes|stop|stops|pop|pops|swing"
            r"|swings)\b"
        ),
        sentence,
        re.IGNORECASE,
    ):
        return False
    for pattern, low, high in _OFTEN:
        for match in pattern.finditer(sentence):
            if not low <= trips <= high and _is_habit(sentence, match):
                return True
    for match in _TIMES.finditer(sentence):
        if read_number(match["n"] or match["m"]) != trips and _is_habit(sentence, match):
            return True
    return False


def _is_habit(sentence: str, match: re.Match[str]) -> bool:
    claim = read_claim(sentence, match.start(), match.end())
    around = _clause(sentence, match)
    return (
        claim.own
        and claim.real
        and not claim.denied
        and claim.present
        and not (
            _OTHER_DOING.search(around)
            and not re.search(
                r"\b(?:shop\w*|store|market|trip\w*|grocer\w*|go|goes|order\w*|club|run|runs)\b",
                around,
                re.IGNORECASE,
            )
        )
        and not re.search(
            (
                r"\b(?:news|ads?|sales?|prices?|flyers?|circulars?|coupons?|specials|wear\w*|us(?:e"
                r"|es)|cost\w*|spend\w*|dollars?)\b[^.,;]{0,12}$"
            ),
            sentence[: match.start()],
            re.IGNORECASE,
        )
    )


def _clause(sentence: str, match: re.Match[str]) -> str:
    before = re.split(r"[,;:]|\b(?:and|but|because|so|while)\b", sentence[: match.start()])[-1]
    after = re.split(r"[,;:]|\b(?:and|but|because|so|while)\b", sentence[match.end() :])[0]
    clause = f"{before} {match.group()} {after}"
    return clause if len(clause.split()) > len(match.group().split()) + 1 else sentence


def _days(text: str) -> frozenset[str]:
    lowered = text.lower()
    days = {day for day in _DAYS.split("|") if day in lowered}
    if "weekend" in lowered:
        days |= {"saturday", "sunday"}
    if "weekday" in lowered or "through friday" in lowered or "to friday" in lowered:
        days |= {"monday", "tuesday", "wednesday", "thursday", "friday"}
    return frozenset(days)


def _parts(text: str) -> frozenset[str]:
    return frozenset(
        part for part, words in _PARTS if re.search(rf"\b(?:{words})\b", text, re.IGNORECASE)
    )
