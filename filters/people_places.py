"""Persons, relations, places, occupations and times that a text names, against the facts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .wording import common_words, given_names, sentences, stem, words

_STATES = (
    "Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|"
    "Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|"
    "Mississippi|Missouri|Montana|Nebraska|Nevada|New Hampshire|New Jersey|New Mexico|New York|North Carolina|"
    "North Dakota|Ohio|Oklahoma|Oregon|Pennsylvania|Rhode Island|South Carolina|South Dakota|Tennessee|Texas|"
    "Utah|Vermont|Virginia|Washington|West Virginia|Wisconsin|Wyoming"
)
_CITIES = (
    "New York City|Los Angeles|Chicago|Houston|Phoenix|Philadelphia|San Antonio|San Diego|Dallas|San Jose|Austin|"
    "Jacksonville|Fort Worth|Columbus|Charlotte|San Francisco|Indianapolis|Seattle|Denver|Boston|El Paso|Nashville|"
    "Detroit|Oklahoma City|Portland|Las Vegas|Memphis|Louisville|Baltimore|Milwaukee|Albuquerque|Tucson|Fresno|"
    "Sacramento|Kansas City|Mesa|Atlanta|Omaha|Raleigh|Miami|Oakland|Minneapolis|Tulsa|Tampa|Arlington|"
    "New Orleans|Wichita|Cleveland|Honolulu|Pittsburgh|Cincinnati|St\\. Louis|Orlando|Newark|Brooklyn|Manhattan|"
    "Buffalo|Boise|Des Moines|Salt Lake City|Richmond|Spokane|Rochester|Toledo|London|Paris|Toronto|Sydney|Tokyo"
)
_REGIONS = {
    "northeast": "Northeast",
    "new england": "Northeast",
    "midwest": "Midwest",
    "midwestern": "Midwest",
    "southern": "South",
    "southerner": "South",
    "midwesterner": "Midwest",
    "deep south": "South",
    "west coast": "West",
    "pacific northwest": "West",
    "east coast": "",
}
_PLACE_BEFORE = r"(?:\b(?:[Ii]n|[Ff]rom|[Nn]ear|[Oo]utside|[Aa]round|[Aa]cross|[Tt]o|[Oo]f|[Dd]owntown|[Ss]uburban|[Rr]ural)\s|,\s)"
_KNOWN_PLACE = re.compile(
    rf"{_PLACE_BEFORE}(?P<place>{_CITIES}|{_STATES})\b(?!-style| (?:roll|strip|steak|style|apple|orange|potato|wine|cheese|peach)\w*)"
)
_HOME_PLACE = re.compile(
    r"\b(?:live|lives|living|resident|resides|residing|based|grew up|home|moved|settled|native|apartment|house|neighborhood)"
    r" (?:\w+ )?(?:in|near|outside|to|of)(?: (?:downtown|suburban|rural|sunny|central|northern|southern|eastern|western|the|greater))* "
    r"(?P<place>[A-Z][\w.'-]+(?: [A-Z][\w.'-]+)*)"
)
_REGION = re.compile(
    r"\b(?:in|across|from|of|around|throughout) the (?P<region>Northeast|Midwest|South|West|Deep South|West Coast|East Coast|Pacific Northwest)\b"
    r"|\b(?P<adjective>New England|Midwestern|Southern|Midwesterner|Southerner|West Coast|Pacific Northwest)\b(?! (?:fried|style|cooking|comfort))"
)
_RELATION = (
    r"(?:husband|wife|spouse|partner|son|daughter|kid|child|friend|neighbor|neighbour|sister|brother|mother|father|mom|dad|"
    r"aunt|uncle|cousin|niece|nephew|roommate|coworker|boss|manager|cashier|grandson|granddaughter|grandmother|grandma|"
    r"boyfriend|girlfriend|dog|cat|clerk)s?"
)
_NAMED_OTHER = re.compile(
    rf"\b{_RELATION},? (?:named |called |is |was )?(?P<name>[A-Z][a-z]+)\b|\b(?P<title>Mr|Mrs|Ms|Dr)\.? [A-Z][a-z]+|"
    r"\b(?:[Mm]y|[Hh]is|[Hh]er) name is (?P<said>[A-Z][a-z]+)|\b(?:I'm|I am) (?P<am>[A-Z][a-z]+)\b|\b(?:named|called) (?P<called>[A-Z][a-z]+)\b"
)
_SUBJECT_NAME = re.compile(
    r"(?:^|(?<=[.!?] ))(?P<name>[A-Z][a-z]+)(?: [A-Z][a-z'-]+)?(?:,| is| has| works| lives| shops| buys| loves| prefers| always|'s)"
)
_CHILD = re.compile(
    r"\b(?:my|her|his|their|our)\b (?:[\w'-]+ ){0,3}?(?P<kid>kids?|child|children|sons?|daughters?|toddlers?|baby|babies|newborn|twins|"
    r"teenagers?|teens?|little ones?|preschoolers?)\b|\b(?:mom|mother|dad|father|parent)s? (?:of|to) (?:\w+)\b|"
    r"\b(?:has|have|with|raising|raises) (?:a|an|one|two|three|four|five|six|\d|young|small|several)(?: [\w-]+){0,2} "
    r"(?:kids?|child|children|sons?|daughters?|toddlers?|teenagers?|teens)\b|\b(?:as|i'm|i am|is) (?:a|an) (?:\w+ ){0,2}(?:mom|mother|dad|father|parent)\b",
    re.IGNORECASE,
)
_GROWN = re.compile(
    r"\b(?:grown|adult|visit\w*|college|married|moved|away|out of state|grown-up|empty[- ]nest\w*|no|without|never|brother's|sister's|"
    r"friend's|neighbor's|inner|fur|for her kids' school|step\w*|drops? by|comes? over|coming over|home for)\b",
    re.IGNORECASE,
)
_CHILDLESS = re.compile(
    r"\b(?:no|without|doesn't have|don't have|childless|never had)(?: any)? (?:kids|children)\b|\bchildless\b|\bempty[- ]nest\w*\b",
    re.IGNORECASE,
)
_GRANDCHILD = re.compile(
    r"\b(?:my|her|his|their|our|a|with|has|have|of)\b (?:[\w'-]+ ){0,2}?grand(?:kids?|child|children|sons?|daughters?|bab(?:y|ies))\b|"
    r"\b(?:as|i'm|is|a|an)\b (?:\w+ ){0,2}?grand(?:mother|father|ma|pa|parent)\b",
    re.IGNORECASE,
)
_SHE = re.compile(r"\b(?:she|her|hers|herself|she's|she'll|she'd)\b", re.IGNORECASE)
_HE = re.compile(r"\b(?:he|him|his|himself|he's|he'll|he'd)\b", re.IGNORECASE)
_MALE_OTHER = re.compile(
    r"\b(?:husband|son|father|dad|brother|grandson|nephew|uncle|boyfriend|grandfather|grandpa|man|boy|neighbor|friend|cashier|clerk|"
    r"manager|boss|baby|child|kid|toddler|dog|cat|roommate|coworker|colleague|partner|spouse|cousin|butcher|baker|doctor|sons|kids|guy|guest)s?\b",
    re.IGNORECASE,
)
_FEMALE_OTHER = re.compile(
    r"\b(?:wife|daughter|mother|mom|sister|granddaughter|niece|aunt|girlfriend|grandmother|grandma|woman|girl|neighbor|friend|cashier|clerk|"
    r"manager|boss|baby|child|kid|toddler|dog|cat|roommate|coworker|colleague|partner|spouse|cousin|butcher|baker|doctor|kids|lady|guest)s?\b",
    re.IGNORECASE,
)
_YOUNG = re.compile(
    r"\b(?:is|i'm|as|a|an) young (?:\w+ )?(?:woman|man|professional|adult|mom|mother|dad|father|couple|lady|person)\b|\bteenager who\b|"
    r"\b(?:i'm|is) a teen(?:ager)?\b",
    re.IGNORECASE,
)
_OLD = re.compile(
    r"\b(?:is|i'm|as|an?) (?:elderly|senior citizen|older (?:woman|man|adult|shopper)|senior (?:shopper|woman|man))\b|\bsenior discount\b",
    re.IGNORECASE,
)
_OCCUPATION_BEFORE = r"(?:\b(?:works?|working|worked|job|employed|career|position|profession)\b(?: \w+){0,2}? as (?:an? |the )?|\b(?:I'm|I am|is|as|being|,) (?:an? )(?:\w+-(?:year-)?\w+ )?|^(?:\W*\w+, )?(?:An?|The) (?:\w+-year-old )?)(?:[\w'-]+ ){0,3}?"
_SHOPPING = re.compile(
    r"\b(?:shop\w*|store|trip|grocer\w*|aisle\w*|cart|market|supermarket|supercenter|run|runs|errand\w*|stock up|order\w*|delivery|club)\b",
    re.IGNORECASE,
)
_DAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_WHEN = re.compile(
    rf"\b(?:on|every|each|this|last|most|usually|during|for|of)? ?(?:the )?(?P<day>weekdays?|weekends?|(?:{_DAYS})s?)(?: (?P<part>mornings?|afternoons?|evenings?|nights?))?\b|"
    r"\b(?:in the|early|late) (?P<alone>mornings?|afternoons?|evenings?)\b|\bat (?P<night>night)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Names:
    """Which attributes and lists the checks of this module read; an empty name skips a check."""

    age: str
    sex: str
    children: str
    household: str
    occupation: str
    places: tuple[str, ...]
    region: str
    shopping_time: str
    titles: tuple[str, ...]
    """Occupations that a text may be caught claiming."""


Finding = tuple[str, str]


def check_relations(
    text: str, row: Mapping[str, Any], names: Names, *, said: str
) -> Finding | None:
    """Return (reason, attribute) if children, grandchildren or age words disagree with the facts.

    Args:
        text: What the model wrote.
        row: The attributes.
        names: Which attributes to read.
        said: All string facts joined in lower case; what they name is supported.
    """
    children, age = row.get(names.children), row.get(names.age)
    for sentence in sentences(text):
        if (
            isinstance(children, int)
            and children == 0
            and "child" not in _with_children(row, names)
        ):
            for match in _CHILD.finditer(sentence):
                kid = (match.group("kid") or "").lower()
                if kid and re.search(rf"\b{stem(kid)}", said):
                    continue
                if isinstance(age, int) and age >= 42 and _GROWN.search(sentence):
                    continue
                if re.search(
                    r"\b(?:no|without|n't have|never had)\b.{0,25}$",
                    sentence[: match.end()],
                    re.IGNORECASE,
                ):
                    continue
                if re.search(
                    r"(?:sister|brother|friend|neighbor|roommate|cousin)'s ", match.group()
                ):
                    continue
                return "children_differ", names.children
        if isinstance(children, int) and children > 0 and _CHILDLESS.search(sentence):
            return "children_differ", names.children
        if isinstance(age, int):
            if age < 45 and (match := _GRANDCHILD.search(sentence)) and "grand" not in said:
                return "age_differs", names.age
            if (age > 45 and _YOUNG.search(sentence)) or (age < 55 and _OLD.search(sentence)):
                return "age_differs", names.age
    return None


def _with_children(row: Mapping[str, Any], names: Names) -> str:
    household = str(row.get(names.household, ""))
    return "child" if household in {"couple with children at home", "single parent"} else ""


def check_sex(text: str, row: Mapping[str, Any], names: Names) -> Finding | None:
    """Return a finding if a third-person text speaks of the persona with the other sex's pronouns."""
    sex = row.get(names.sex)
    wrong, others, right = (
        (_HE, _MALE_OTHER, _SHE) if sex == "female" else (_SHE, _FEMALE_OTHER, _HE)
    )
    if sex not in {"female", "male"}:
        return None
    seen = ""
    for sentence in sentences(text):
        match = wrong.search(sentence)
        seen_before = f"{seen} {sentence[: match.start()]}" if match else ""
        if match and not others.search(seen_before):
            # "his" before any person of that sex was named can only mean the persona.
            after = sentence[match.end() :]
            if not (
                match.group().lower() in {"his", "her"}
                and right.search(seen_before)
                and others.search(after)
            ):
                return "sex_differs", names.sex
        seen += " " + sentence
    return None


def check_names(text: str, identity: Mapping[str, str], facts: str) -> Finding | None:
    """Return a finding if the text names a person other than the row's own."""
    own = {word for value in identity.values() for word in words(value)}
    for match in _NAMED_OTHER.finditer(text):
        if match.group("title"):
            if words(match.group())[-1] in own:
                continue
            return "unknown_name", ""
        name = next((v for k, v in match.groupdict().items() if v and k != "title"), "").lower()
        if not name or name in own or name in common_words() or name in facts:
            continue
        if match.group("am") and name not in given_names():
            continue
        return "unknown_name", ""
    for match in _SUBJECT_NAME.finditer(text):
        name = match.group("name").lower()
        if name in given_names() and name not in own and name not in common_words():
            return "unknown_name", ""
    return None


def check_places(
    text: str, row: Mapping[str, Any], identity: Mapping[str, str], names: Names
) -> Finding | None:
    """Return a finding if the text places the persona outside its own city, state and region."""
    values = [str(row[key]) for key in names.places if row.get(key)]
    values += [str(identity[key]) for key in ("city", "state") if identity.get(key)]
    if not values:
        return None
    own = {word for value in values for word in words(value)}
    facts = " ".join(str(v) for v in row.values() if isinstance(v, str)).lower()
    for pattern in (_KNOWN_PLACE, _HOME_PLACE):
        for match in pattern.finditer(text):
            place = match.group("place").rstrip(".")
            parts = [word.removesuffix("'s") for word in words(place)]
            if set(parts) <= own | {
                "us",
                "u.s",
                "usa",
                "america",
                "american",
                "united",
                "states",
                "main",
            }:
                continue
            if place.lower() in facts or (
                pattern is _HOME_PLACE and set(parts) <= common_words() | own
            ):
                continue
            return "place_differs", names.places[0] if names.places else ""
    region = row.get(names.region)
    if isinstance(region, str):
        for match in _REGION.finditer(text):
            said = (match.group("region") or match.group("adjective")).lower()
            if _REGIONS.get(said, said.capitalize()) not in {region, ""}:
                return "place_differs", names.region
            if said == "east coast" and region not in {"Northeast", "South"}:
                return "place_differs", names.region
    return None


def check_occupation(text: str, row: Mapping[str, Any], names: Names) -> Finding | None:
    """Return a finding if the persona claims an occupation that is not its own."""
    own = row.get(names.occupation)
    if not isinstance(own, str) or not names.titles:
        return None
    own_words = {stem(word) for word in words(own)}
    titles = "|".join(re.escape(title) for title in sorted(names.titles, key=len, reverse=True))
    for sentence in sentences(text):
        pattern = rf"{_OCCUPATION_BEFORE}(?P<title>{titles})\b(?!'s)"
        for match in re.finditer(pattern, sentence, re.IGNORECASE):
            claimed = {stem(word) for word in words(match.group("title"))}
            if claimed & own_words or re.search(
                rf"\b(?:{_RELATION})\b", match.group(), re.IGNORECASE
            ):
                continue
            before = sentence[: match.start()]
            if re.search(rf"\b{_RELATION}(?:,| who| is)?\s*$", before, re.IGNORECASE):
                continue
            return "occupation_differs", names.occupation
    return None


def check_time(text: str, row: Mapping[str, Any], names: Names) -> Finding | None:
    """Return a finding if the persona shops on other days or at another time of day than stated."""
    own = row.get(names.shopping_time)
    if not isinstance(own, str) or not own:
        return None
    own_days, own_part = _days(own), _part(own)
    said_facts = " ".join(
        str(v) for k, v in row.items() if isinstance(v, str) and k != names.shopping_time
    ).lower()
    for sentence in sentences(text):
        if not _SHOPPING.search(sentence):
            continue
        for match in _WHEN.finditer(sentence):
            if match.group().strip().lower() in said_facts:
                continue
            if re.search(
                r"\b(?:not|never|avoid\w*|except|but|than|instead of|for)\b[^.;]{0,20}$",
                sentence[: match.start()] + " ",
                re.IGNORECASE,
            ):
                continue
            days, part = _days(match.group()), _part(match.group())
            if days and own_days and not days & own_days:
                return "time_differs", names.shopping_time
            clause = re.split(r"[,;]", sentence[: match.start()])[-1] + match.group()
            if (
                part
                and own_part
                and part != own_part
                and (match.group("day") or _SHOPPING.search(clause))
            ):
                return "time_differs", names.shopping_time
    return None


def _days(text: str) -> frozenset[str]:
    lowered = text.lower()
    days = {day for day in _DAYS.split("|") if day in lowered}
    if "weekend" in lowered:
        days |= {"saturday", "sunday"}
    if "weekday" in lowered:
        days |= {"monday", "tuesday", "wednesday", "thursday", "friday"}
    return frozenset(days)


def _part(text: str) -> str:
    lowered = text.lower()
    for word in ("morning", "afternoon", "evening", "night"):
        if word in lowered:
            return "evening" if word == "night" else word
    return ""


def head_words(value: str) -> list[str]:
    """Return the words of a fact that a text has to share to have mentioned it, heads last.

    Measures and containers are left out: of `a 12-ounce bag of dark-roast coffee beans` remain
    `dark-roast`, `coffee` and `beans`.
    """
    return [stem(word) for word in words(value) if word not in _MEASURES and not word[0].isdigit()]


def mentions(text_stems: Sequence[str] | frozenset[str], value: str) -> bool:
    """Return whether a text with these stems names the fact: one of its last two head words."""
    heads = head_words(value)
    return not heads or any(_loose(head, text_stems) for head in heads[-2:])


def _loose(head: str, stems: Sequence[str] | frozenset[str]) -> bool:
    parts = [part for part in head.split("-") if part]
    return head in stems or (len(parts) > 1 and all(part in stems for part in parts))


_MEASURES = frozenset(
    """a an the of and or with for in on to at her his their my its ounce ounces pound pounds bag bags box boxes
    can cans jar jars bottle bottles carton cartons pack packs package pint quart gallon half dozen tub tube roll
    rolls loaf bunch head container case tin block wedge pouch packet six-pack four-pack twelve-pack some two
    three four five six large small family size family-size liter that who which is are""".split()
)
