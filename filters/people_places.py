"""Persons that a text names, the pronouns it gives the persona, and the facts it mentions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from .wording import common_words, given_names, sentences, stem, word_list, words

_RELATION = (
    r"(?:husband|wife|spouse|partner|son|daughter|kid|child|friend|neighbor|neighbour|sister|"
    r"brother|mother|father|mom|dad|"
    r"aunt|uncle|cousin|niece|nephew|roommate|coworker|boss|manager|cashier|grandson|"
    r"granddaughter|grandmother|grandma|"
    r"boyfriend|girlfriend|dog|cat|clerk)s?"
)
_NAMED_OTHER = re.compile(
    rf"\b{_RELATION},? (?:named |called |is |was )?(?P<name>[A-Z][a-z]+)\b|\b(?P<title>Mr|Mrs|"
    rf"Ms|Dr)\.? [A-Z][a-z]+|"
    r"\b(?:[Mm]y|[Hh]is|[Hh]er) name is (?P<said>[A-Z][a-z]+)|\b(?:I'm|I am) "
    r"(?P<am>[A-Z][a-z]+)\b|\b(?:named|called) (?P<called>[A-Z][a-z]+)\b"
)
_SUBJECT_NAME = re.compile(
    r"(?:^|(?<=[.!?] )(?<!St\. )(?<!Mt\. ))(?P<name>[A-Z][a-z]+)(?: [A-Z][a-z'-]+)?(?:,| is"
    r"| has| works| lives| "
    r"shops| buys| loves| prefers| always|'s)"
)
_SHE = re.compile(r"\b(?:she|her|hers|herself|she's|she'll|she'd)\b", re.IGNORECASE)
_HE = re.compile(r"\b(?:he|him|his|himself|he's|he'll|he'd)\b", re.IGNORECASE)
_OPENING = r"(?:(?:in|at|on|after|by|every|most) [\w ]{2,24}?,? )?"
_SUBJECT_SHE = re.compile(rf"{_OPENING}she\b", re.IGNORECASE)
_SUBJECT_HE = re.compile(rf"{_OPENING}he\b", re.IGNORECASE)
_PETS = re.compile(r"\b(?:dog|cat|puppy|kitten|baby|kid|child|roommate|partner)s?\b", re.IGNORECASE)
_MALE_OTHER = re.compile(
    r"\b(?:husband|son|father|dad|brother|grandson|nephew|uncle|boyfriend|grandfather|grandpa|"
    r"man|boy|neighbor|friend|cashier|clerk|"
    r"manager|boss|baby|child|kid|toddler|dog|cat|roommate|coworker|colleague|partner|spouse|"
    r"cousin|butcher|baker|doctor|sons|kids|guy|guest)s?\b",
    re.IGNORECASE,
)
_FEMALE_OTHER = re.compile(
    r"\b(?:wife|daughter|mother|mom|sister|granddaughter|niece|aunt|girlfriend|grandmother|"
    r"grandma|woman|girl|neighbor|friend|cashier|clerk|"
    r"manager|boss|baby|child|kid|toddler|dog|cat|roommate|coworker|colleague|partner|spouse|"
    r"cousin|butcher|baker|doctor|kids|lady|guest)s?\b",
    re.IGNORECASE,
)
Finding = tuple[str, str]


def check_sex(text: str, sex: object, attribute: str, name: str = "") -> Finding | None:
    """Return a finding if a third-person text gives the persona the other sex's pronouns.

    Args:
        text: A text about the persona.
        sex: The fact.
        attribute: Its name, for the finding.
        name: The persona's given name; a pronoun that opens a sentence after it is the persona's.
    """
    wrong, others, right = (
        (_HE, _MALE_OTHER, _SHE) if sex == "female" else (_SHE, _FEMALE_OTHER, _HE)
    )
    if sex not in {"female", "male"}:
        return None
    seen = ""
    subject = _SUBJECT_HE if sex == "female" else _SUBJECT_SHE
    for sentence in sentences(text):
        people = _PETS.sub(" ", seen)
        follows = name and seen.startswith(f" {name}") and subject.match(sentence)
        if follows and not others.search(people):
            return "sex_differs", attribute
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
                return "sex_differs", attribute
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


def head_words(value: str) -> list[str]:
    """Return the words of a fact that a text has to share to have mentioned it, heads last.

    Measures and containers are left out: of `a 12-ounce bag of dark-roast coffee beans` remain
    `dark-roast`, `coffee` and `beans`.
    """
    return [
        stem(word)
        for word in words(value)
        if word not in word_list("measure_words") and not word[0].isdigit()
    ]


def mentions(text_stems: Sequence[str] | frozenset[str], value: str) -> bool:
    """Return whether a text with these stems names the fact: one of its last two head words."""
    heads = head_words(value)
    return not heads or any(_loose(head, text_stems) for head in heads[-2:])


def _loose(head: str, stems: Sequence[str] | frozenset[str]) -> bool:
    parts = [part for part in head.split("-") if part]
    return head in stems or (len(parts) > 1 and all(part in stems for part in parts))
