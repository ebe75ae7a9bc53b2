"""Measured facts in a text: minutes of a commute, years at an address, miles to the store.

A sentence that speaks of the measured thing and gives an amount in its unit has to give the row's
amount; a hedged one ('about half an hour') may be a quarter off.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from .claim_context import read_claim
from .figures import HEDGE, NUMBER, read_number

Unit = Literal["minutes", "years", "miles", "dollars"]


class MeasureLink(BaseModel):
    """An attribute with a unit, and the words that show that a sentence speaks of it."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    attribute: str
    """The attribute that holds the amount."""
    unit: Unit
    """Unit of the attribute."""
    about: tuple[str, ...]
    """Regular expressions of which one has to occur in the sentence."""
    unless: tuple[str, ...] = ()
    """Regular expressions of which none may occur in the sentence."""
    tolerance: float = 0.0
    """Relative difference that agrees without a hedge."""


RETAIL_MEASURES: tuple[MeasureLink, ...] = (
    MeasureLink(
        attribute="commute_minutes",
        unit="minutes",
        tolerance=0.1,
        about=(
            r"\bcommut\w+",
            (
                r"\b(?:to|from|into) (?:work|the office|the plant|the hospital|the job|the shop|my"
                r" desk|her desk|his desk|school and back)\b"
            ),
            (
                r"\beach way\b|\bdoor to door\b|\bhome to (?:work|the office|my desk)\b|\bdrive in"
                r" to\b|\bfreeway (?:in|home)\b"
            ),
        ),
        unless=(r"\b(?:store|supermarket|groceries|checkout|aisle|line)\b",),
    ),
    MeasureLink(
        attribute="years_at_address",
        unit="years",
        about=(
            (
                r"\b(?:liv(?:e|es|ed|ing)|been|stayed|rented|owned|settled) (?:\w+ )?(?:here|there"
                r"|in (?:this|the same|our|my|her|his)|at (?:this|the same))\b"
            ),
            r"\b(?:moved|moving) (?:in|into|here|to (?:this|our))\b",
            r"\bsame (?:house|address|apartment|place|roof|street|trailer|townhouse)\b",
            (
                r"\b(?:in|at) (?:this|the|our|my|her|his) (?:\w+ )?(?:house|apartment|address|place"
                r"|townhouse|trailer|home|building)\b"
            ),
            (
                r"\bunder this roof\b|\bat this address\b|\b(?:call|called|calling) (?:\w+"
                r" ){1,3}home for\b|\bon this (?:street|block)\b"
            ),
        ),
        unless=(r"\b(?:married|shopp\w+|worked|works|taught|age|old|card|member\w*|brand|sold)\b",),
    ),
    MeasureLink(
        attribute="loyalty_years",
        unit="years",
        about=(
            r"\b(?:loyalty|rewards?|member(?:ship)?|store|points|club) (?:card|program|member)\b",
            r"\b(?:card|member)\b[^.;]{0,20}\b(?:for|since|years)\b",
        ),
        unless=(r"\bcredit\b",),
    ),
    MeasureLink(
        attribute="store_distance_miles",
        unit="miles",
        tolerance=0.15,
        about=(
            (
                r"\b(?:store|supermarket|market|club|grocer|shop|supercenter|co-op|walk|drive|ride"
                r"|away|trip|bike|bus|from (?:home|my|her|his))\b"
            ),
        ),
        unless=(
            (
                r"\b(?:marathon|hik\w+|jog\w*|trail|run(?:s|ning)? (?:\w+ )?miles|gallon|odometer"
                r"|commut\w+|work|office)\b"
            ),
        ),
    ),
    MeasureLink(
        attribute="weekly_grocery_spend",
        unit="dollars",
        tolerance=0.05,
        about=(
            (
                r"\b(?:a|per|each|every|this|weekly|one) ?weeks?(?:'s)?\b[^.;]{0,40}\b(?:groceries"
                r"|food|spend\w*|store|bill|shopping|cart|checkout|haul|register|market)\b|\b"
                r"(?:groceries|food|spend\w*|bill|budget|shopping|cart|haul|goes|runs?|drop\w*"
                r"|market)\b[^.;]{0,50}\b(?:a|per|each|every|weekly) ?week(?:ly)?\b|\bweekly "
                r"(?:grocery |food |shopping )?(?:bill|budget|spend\w*|total|haul|tab)\b"
            ),
        ),
    ),
)
"""Measured facts of the shipped retail population."""

_COUNT = rf"(?P<n>{NUMBER}|an?|half an?|a couple(?: of)?|a few|several)"
_PATTERNS: dict[Unit, re.Pattern[str]] = {
    "minutes": re.compile(
        (
            rf"\b{_COUNT}[- ](?P<unit>minutes?|mins?|hours?|hrs?)\b(?P<half> and a half)?(?: and "
            rf"(?P<more>{NUMBER}) minutes)?"
        ),
        re.IGNORECASE,
    ),
    "years": re.compile(
        rf"\b{_COUNT}[- ](?:\w+ )?(?P<unit>years?|yrs?|decades?|months?)\b(?P<half> and a half)?",
        re.IGNORECASE,
    ),
    "miles": re.compile(
        rf"\b{_COUNT}[- ](?:\w+ )?(?P<unit>miles?|mi)\b(?P<half> and a half)?", re.IGNORECASE
    ),
    "dollars": re.compile(
        (
            rf"\$ ?(?P<n>\d[\d,]*(?:\.\d+)?)|(?P<n2>{NUMBER}|a hundred|two hundred|three hundred"
            rf"|four hundred)(?: and (?:fifty|\w+))?[- ](?:dollars|bucks)\b"
        ),
        re.IGNORECASE,
    ),
}
_RECENT = re.compile(
    r"\b(?:moved (?:in(?:to)?|here|to)(?: [\w']+){0,4}? (?:last|this|just|only|a (?:few"
    r" )?(?:week|month)s?)(?: \w+)?|(?:just|recently|newly|only just|finally) moved "
    r"(?:in|here|into)\b|still unpacking|new (?:to the neighborhood|in town|to town)"
    r"|brand-new (?:apartment|house|place)|"
    r"(?:moved|been)\b[^.;]{0,25}\b(?:last (?:summer|year|month|spring|fall|winter|week)"
    r"|this (?:summer|year|spring|fall|winter|month))|boxes (?:are )?still)\b",
    re.IGNORECASE,
)
_LONG = re.compile(
    (
        r"\b(?:for decades|decades (?:now|in|at|here)|lived here (?:all|my whole|her whole"
        r"|his whole|forever)|never lived anywhere else|for ages|most of (?:my|her|his) life"
        r"|since (?:the (?:sixties|seventies|eighties|nineties)|i was born))\b"
    ),
    re.IGNORECASE,
)


def measure_differs(
    sentence: str,
    row: Mapping[str, Any],
    links: Sequence[MeasureLink],
    taken: list[tuple[int, int]],
) -> str:
    """Return the attribute whose amount the sentence gets wrong, or an empty string.

    Amounts that agree are added to `taken`, so that no other check reads them.
    """
    for link in links:
        value = row.get(link.attribute)
        if isinstance(value, bool) or not isinstance(value, int | float):
            continue
        if not any(re.search(about, sentence, re.IGNORECASE) for about in link.about):
            continue
        if any(re.search(word, sentence, re.IGNORECASE) for word in link.unless):
            continue
        if link.attribute.startswith("years") and _told_in_words(sentence, value):
            return link.attribute
        for start, end, low, high in _amounts(sentence, link.unit):
            claim = read_claim(sentence, start, end)
            if not claim.own or not claim.real:
                continue
            slack = 0.25 if HEDGE.search(sentence[:start]) else link.tolerance
            if value < low * (1 - slack) - 0.01 or value > high * (1 + slack) + 0.01:
                return link.attribute
            taken.append((start, end))
    return ""


def _told_in_words(sentence: str, years: float) -> bool:
    for pattern, wrong in ((_RECENT, years > 2), (_LONG, years < 10)):
        if wrong and (match := pattern.search(sentence)):
            claim = read_claim(sentence, match.start(), match.end())
            if claim.own and claim.real and not claim.denied:
                return True
    return False


def _amounts(sentence: str, unit: Unit) -> Iterator[tuple[int, int, float, float]]:
    for match in _PATTERNS[unit].finditer(sentence):
        said = (match.groupdict().get("n") or match.groupdict().get("n2") or "").lower()
        low, high = _number(said)
        word = (match.groupdict().get("unit") or "").lower()
        factor = (
            60
            if word.startswith("h")
            else 10
            if word.startswith("decade")
            else 1 / 12
            if word.startswith("month")
            else 1
        )
        if match.groupdict().get("half"):
            low, high = low + 0.5, high + 0.5
        more = read_number(match["more"]) if match.groupdict().get("more") else 0
        yield match.start(), match.end(), low * factor + more, high * factor + more


def _number(said: str) -> tuple[float, float]:
    if said in {"a", "an"}:
        return 1, 1
    if said.startswith("half"):
        return 0.5, 0.5
    if said.startswith("a couple"):
        return 2, 2
    if said in {"a few", "several"}:
        return 3, 6
    if said.endswith("hundred"):
        return {"a": 100, "two": 200, "three": 300, "four": 400}[said.split()[0]], 499
    return read_number(said), read_number(said)
