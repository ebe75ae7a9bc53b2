"""A value of an attribute that a text states in its own words, but that is not the row's.

Hobbies, hours of rising and favourite aisles are read in sentences that claim one of them; habits,
peeves and purchases by their content words. The known values are in `data/retail_values.txt`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

from .claim_context import read_claim
from .figures import NUMBER, read_number
from .people_places import head_words
from .wording import stem, word_list, words

# What shows each hobby besides its own words; verbs stand in the third person and the first.
_DONE: Mapping[str, str] = {
    "baking": r"bak(?:es?|ing)",
    "birdwatching": r"bird-?watch\w*|birding|watch(?:es|ing)? (?:the )?birds",
    "board games": r"board games?",
    "bridge": r"bridge(?! (?:loan|street|over|to|and tunnel))",
    "camping": r"camp(?:s|ing)?",
    "crocheting": r"crochet(?:s|ing)?",
    "crossword puzzles": r"crosswords?(?: puzzles?)?",
    "cycling": r"cycling|bike rides|bicycling|(?:rides?|riding) (?:a|my|her|his) (?:road )?bike",
    "fishing": r"fish(?:es|ing)(?! (?:out|for compliments))",
    "gardening": r"garden(?:s|ing)(?! (?:section|center|aisle|supplies))",
    "genealogy": r"genealogy|family trees?|ancest\w+",
    "golf": r"golf(?:s|ing)?",
    "hiking": r"hik(?:es?|ing)",
    "jigsaw puzzles": r"jigsaws?(?: puzzles?)?",
    "knitting": r"knit(?:s|ting)?",
    "painting": r"painting(?:s)?(?! houses)|watercolors?",
    "photography": r"photography|tak(?:es|ing) (?:pictures|photos)",
    "pickleball": r"pickleball",
    "pickup basketball": r"(?:pickup )?basketball|shoot(?:s|ing)? hoops",
    "playing guitar": r"(?:the )?guitar",
    "quilting": r"quilt(?:s|ing)?",
    "reading mysteries": r"myster(?:y|ies)(?: novels?)?|whodunits?|crime novels?",
    "restoring old furniture": r"(?:restor\w+|refinish\w+) (?:old )?furniture",
    "rock climbing": r"(?:rock )?climbing",
    "running": r"running(?! (?:a|an|the|my|her|his|out|late|low|errands|water|into))|jog(?:s|ging)",
    "singing in a choir": r"choirs?|sing(?:s|ing) in a \w+",
    "skateboarding": r"skateboard(?:s|ing)?|skating",
    "thrift shopping": r"thrift(?:ing| shopping| stores?)",
    "trying new recipes": r"new recipes",
    "video games": r"video ?games?|gaming|gamer",
    "watching baseball": r"baseball(?: games?)?",
    "watching football": r"football(?: games?)?",
    "weightlifting": r"weight-?lifting|lift(?:s|ing)? weights",
    "woodworking": r"wood-?working|whittl\w+",
    "yoga": r"yoga(?! (?:pants|mats?))",
}
_LIKES = (
    r"\b(?:likes?|loves?|enjoys?|adores?|(?:fond|fan) of|into|passion(?:ate)?(?: \w+)? (?:i"
    r"s|for|about)"
    r"|(?:finds?|has|have|makes?|with|find|more) time for|(?:spend|give|fill|devote|dedicat"
    r"e)s?\b[^.;]{0,40}"
    r"|hobby is|hobbies|pastime|keen on|avid|devoted to|takes? up|unwinds? with|relax\w* wi"
    r"th|free time"
    r"|spare time|lives for|days off|off hours)\b"
)
_HOBBIES = {
    name: re.compile(
        rf"{_LIKES}(?: (?!but\b|not\b|and (?:she|he|i)\b|the \w+ aisle)[\w'-]+){{0,4}}?,? ("
        rf"?P<what>{done})\b"
        rf"|\b(?P<does>(?:avid|keen|passionate|weekend) (?:\w+ )?{done})\b",
        re.IGNORECASE,
    )
    for name, done in _DONE.items()
}
_ANY_HOBBY = re.compile(_LIKES + r"|\b(?:avid|keen|weekend)\b", re.IGNORECASE)
_NEAR_HOBBIES = {
    "baking": {"trying new recipes"},
    "trying new recipes": {"baking"},
    "hiking": {"camping", "birdwatching", "photography"},
    "camping": {"hiking", "fishing"},
    "jigsaw puzzles": {"crossword puzzles"},
}
_AISLES = {
    "coffee and tea": r"coffee|teas?",
    "fresh produce": r"(?:fresh )?produce|fruits?|vegetables?|greens",
    "meat and seafood": r"meats?|seafood|fish counter|butcher'?s?",
    "dairy and eggs": r"dairy|eggs?|cheeses?|yogurts?",
    "bread and baking": r"breads?|baker(?:y|ies)|baking",
    "snacks and sweets": r"snacks?|cand(?:y|ies)|sweets|cookies?|chips?",
    "frozen meals": r"freezers?|frozen",
    "pantry staples": r"pantry|canned goods|staples",
    "soft drinks and juice": r"(?:soft )?drinks?|sodas?|juices?|beverages?",
    "cleaning supplies": r"cleaning|detergents?",
    "personal care": r"personal care|toiletries|beauty|shampoos?|cosmetics",
    "pet supplies": r"pets?|pet food|dog food|cat food",
    "baby supplies": r"bab(?:y|ies)|diapers?",
    "home and garden": r"gardens?|home and garden|hardware|houseplants?",
    "plant-based foods": r"plant-based|vegan",
    "health and vitamins": r"vitamins?|supplements?|health",
}
_FIRST = (
    r"\b(?:heads?(?: straight)? (?:for|to)|goes? (?:straight |right |directly )?(?:to|for)"
    r"|makes? a beeline (?:to|for)|begins? (?:at|in|with)|starts? (?:at|in|with|every trip "
    r"(?:at|in))"
    r"|(?:always |never fails to )?(?:stops?|lingers?|pauses?) (?:at|by|in)|looks? at"
    r"|(?:first|favorite) (?:stop|aisle|section)(?: \w+){0,2}? is|cares? most about|never skips?) "
    r"(?:the |her |his |my )?"
)
_PART = (
    r"(?: and [\w-]+)?(?: (?:aisle|section|counter|case|shelf|shelves|department|supplies|stapl"
    r"es|foods?|goods))"
)
_FIRST_AISLE = {
    name: re.compile(
        rf"{_FIRST}(?:\w+ (?:and )?)?(?:{what})(?:{_PART}|(?= first\b)| [\w ]{{0,20}}?first\b)",
        re.IGNORECASE,
    )
    for name, what in _AISLES.items()
}
_RISES = re.compile(
    rf"\b(?:gets? (?:\w+ )?up|wakes?(?: up)?|is (?:already )?up|am up|rises?|out of bed|awake"
    rf"|(?:starts?|begins?) (?:the|her|his|my) (?:day|morning)|alarm (?:goes off|rings|is set))\b"
    rf"(?: (?!and\b|to\b)\w+){{0,3}}? (?P<how>before|around|about|at|after|by|past|for|near|until)"
    rf" (?P<half>half past |half-past )?(?P<hour>{NUMBER})(?:[: ](?P<min>\d\d|thirty|fifteen))?"
    rf"(?! (?:minutes|hours|people|or))",
    re.IGNORECASE,
)
_EVENING = re.compile(r"\b(?:evening|night|after dark|dinner|bedtime|before bed)\b", re.IGNORECASE)
_TOLD = ("morning_habit", "evening_habit", "pet_peeve", "last_item", "last_item_reason")
_BOUGHT = re.compile(
    r"\b(?:bought|got|ordered|picked up|grabbed|purchased|brought home|paid|buying)\b",
    re.IGNORECASE,
)


def stated_value_differs(
    sentences: Sequence[str], row: Mapping[str, Any], text: str
) -> tuple[str, str] | None:
    """Return (reason, attribute) of the first value that is stated and not the row's own.

    Args:
        sentences: The text's sentences, with pronouns for the persona's name.
        row: The attributes.
        text: The whole text, as it was written.
    """
    facts = {key: value for key, value in row.items() if isinstance(value, str)}
    for sentence in sentences:
        if (own := facts.get("hobby")) and _hobby_differs(sentence, own):
            return "hobby_differs", "hobby"
        if (own := facts.get("interest")) and _aisle_differs(sentence, own):
            return "interest_differs", "interest"
        if (own := facts.get("wakes_at")) and _rising_differs(sentence, own):
            return "time_differs", "wakes_at"
        stems = frozenset(stem(word) for word in words(sentence))
        habits = ["morning_habit", "evening_habit", "pet_peeve"]
        if _EVENING.search(sentence):
            habits = ["evening_habit", "morning_habit", "pet_peeve"]
        if any(_is_told(facts.get(attribute, ""), stems) for attribute in _TOLD):
            continue
        for attribute in habits:
            if attribute in facts and _other_value(attribute, stems, facts):
                return f"{attribute}_differs", attribute
    if "last_item" in facts and _item_differs(sentences[:2], facts, text):
        return "item_differs", "last_item"
    return None


def _hobby_differs(sentence: str, own: str) -> bool:
    if own not in _HOBBIES or not _ANY_HOBBY.search(sentence):
        return False
    if _HOBBIES[own].search(sentence):
        return False
    for name, pattern in _HOBBIES.items():
        if name == own or own in _NEAR_HOBBIES.get(name, ()):
            continue
        for match in pattern.finditer(sentence):
            group = "what" if match["what"] else "does"
            claim = read_claim(sentence, match.start(group), match.end(group))
            if claim.own and claim.real and claim.present and not _denied(sentence, match):
                return True
    return False


def _denied(sentence: str, match: re.Match[str]) -> bool:
    """Return whether the words of the claim's own half of a coordination deny it."""
    start = max(match.start() - len(re.split(r"\band\b", sentence[: match.start()])[-1]), 0)
    return read_claim(sentence[start:], match.start() - start, match.end() - start).denied


def _aisle_differs(sentence: str, own: str) -> bool:
    if own not in _AISLES:
        return False
    for name, pattern in _FIRST_AISLE.items():
        if name == own or not (match := pattern.search(sentence)):
            continue
        if re.search(rf"\b(?:{_AISLES[own]})\b", match.group(), re.IGNORECASE):
            continue
        claim = read_claim(sentence, match.start(), match.end())
        if claim.own and claim.real and claim.present and not _denied(sentence, match):
            return True
    return False


def _rising_differs(sentence: str, own: str) -> bool:
    fact = re.fullmatch(
        rf"(?P<how>before|around|after|at) (?P<half>half past )?(?P<hour>{NUMBER})", own
    )
    if fact is None:
        return False
    low, high = _hours(fact["how"], fact["hour"], half=bool(fact["half"]))
    for match in _RISES.finditer(sentence):
        claim = read_claim(sentence, match.start(), match.end())
        if not claim.own or not claim.real or claim.denied or not claim.present:
            continue
        first, last = _hours(
            match["how"].lower(), match["hour"], half=bool(match["half"] or match["min"])
        )
        if not 1 <= first <= 13 or last < low or high < first:
            return True
    return False


def _hours(how: str, hour: str, *, half: bool) -> tuple[float, float]:
    """Return the span of hours that 'before six' or 'around half past six' means."""
    at = read_number(hour) + (0.5 if half else 0)
    if how == "before":
        return at - 1, at - 0.15
    if how in {"after", "past", "until"}:
        return at + 0.05, at + 3
    return at - 0.1, at + 0.1


@cache
def known_values(attribute: str) -> Mapping[str, frozenset[str]]:
    """Return the content stems of every known value of an attribute."""
    found: dict[str, frozenset[str]] = {}
    for line in word_list("retail_values"):
        name, value = line.split("; ", 1)
        if name == attribute:
            heads = attribute == "last_item"
            found[value] = frozenset(head_words(value)) if heads else _content(value)
    return dict(sorted(found.items()))


def _is_told(value: str, stems: frozenset[str]) -> bool:
    """Return whether a sentence with these stems tells the value, at least for the most part."""
    own = _content(value)
    return len(own & stems) > 0.5 * len(own)


@lru_cache(maxsize=4096)
def _content(value: str) -> frozenset[str]:
    empty = word_list("function_words")
    return frozenset(stem(word) for word in words(value) if word not in empty and len(word) > 2)


def _other_value(attribute: str, stems: frozenset[str], facts: Mapping[str, str]) -> bool:
    """Return whether a sentence with these stems tells another known value nearly in full."""
    own = _content(facts[attribute])
    for value, wanted in known_values(attribute).items():
        if value == facts[attribute] or len(wanted) < 2:
            continue
        shared = wanted & stems
        if len(shared) >= 2 and len(shared) >= 0.75 * len(wanted) and not shared <= own:
            return not any(value in other for other in facts.values())
    return False


@lru_cache(maxsize=1024)
def _last_head(value: str) -> str:
    heads = head_words(value)
    return heads[-1] if heads else ""


def _item_differs(sentences: Sequence[str], facts: Mapping[str, str], text: str) -> bool:
    """Return whether another known item was bought while the row's own is nowhere mentioned."""
    told = frozenset(stem(word) for word in words(text.replace("-", " ")))
    own = {part for head in head_words(facts["last_item"]) for part in head.split("-")}
    reason = {stem(word) for word in words(facts.get("last_item_reason", "").replace("-", " "))}
    if ((own - reason) or own) & told or "$" not in text:
        return False
    for sentence in sentences:
        if not _BOUGHT.search(sentence):
            continue
        stems = frozenset(stem(word) for word in words(sentence)) - reason
        for value, wanted in known_values("last_item").items():
            if _last_head(value) in stems and len(wanted & stems) >= 0.6 * len(wanted):
                return True
    return False
