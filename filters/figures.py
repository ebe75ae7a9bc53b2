"""Numbers in a text and the facts that allow them: money, ages, counts, everything else.

Each number is read once, by the first reading that fits: an amount of money, an age, a counted
thing that an attribute declares, or a bare number. A bare number above a few has to occur in
some fact of the row, because small models invent figures more readily than anything else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict

from .claim_context import read_claim

_UNITS = dict(
    zip(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ],
        range(20),
        strict=True,
    )
)
_TENS = {
    word: 10 * value
    for value, word in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2
    )
}
_ONE_WORD = "|".join([*_TENS, *sorted(_UNITS, key=len, reverse=True)])
_WORD_NUMBER = (
    rf"(?:(?:{'|'.join(_TENS)})[- ](?:one|two|three|four|five|six|seven|eight|nine)|{_ONE_WORD}|"
    r"an? dozen|dozen)"
)
NUMBER = rf"(?:\d[\d,]*(?:\.\d+)?|\b{_WORD_NUMBER}\b)"
"""A number in digits or in words up to ninety-nine."""

HEDGE = re.compile(
    r"\b(?:about|around|roughly|nearly|almost|some|under|over|just|close to|less than|more than|"
    r"at least|up to|approximately|a bit|little|below|above|only)\b[^.;]{0,12}$",
    re.IGNORECASE,
)
"""A word shortly before a number that makes it a rounded one."""
_MONEY = re.compile(
    rf"\$ ?(?P<sign>\d[\d,]*(?:\.\d+)?) ?(?P<thousand>k|thousand|grand)?\b|"
    rf"(?P<dollars>{NUMBER}) ?(?P<thousands>k|thousand|grand)?[- ]?(?:dollars?|bucks?|usd)\b"
    rf"(?:(?:,? and)? (?P<and_cents>{NUMBER})(?: cents?)?)?|"
    rf"(?P<cents>{NUMBER})[- ]?(?:cents?|¢)(?!\w)|"
    r"(?<![\d.,$/-])(?P<bare>\d{1,4}\.\d\d)(?![\d%]|-| ?(?:oz|ounce|lb|pound|liter|gallon|"
    r"percent|mile))",
    re.IGNORECASE,
)
_IDIOM = re.compile(
    r"\b(?:\d+|\w+) (?:months?|weeks?) old\b|\b24/7\b|\b24-7\b|\b50[/-]50\b"
    r"|\bfifty-fifty\b|\b(?:nine|9)[- ]to[- ](?:five|5)\b|\b(?:a "
    r")?hundred(?: times| percent)\b|"
    r"\b100 ?(?:%|percent)|\bfive[- ]star\b|\b7-?eleven\b|\b7[- ]up\b|\bone\b|\btwo cents\b|"
    r"\bsecond nature\b|"
    r"\b(?:five|ten)[- ]second rule\b|\bforty winks\b|\bninety-nine percent of the time\b|"
    r"\bnine times out of ten\b|"
    r"\bzero(?:[- ](?:waste|sugar|calorie|tolerance|patience|interest|fuss|nonsense))?\b|\bat "
    r"sixes and sevens\b|"
    r"\b401\(?k\)?|\bW-2\b|\bfirst\b|\bin two\b|\bA1\b|\bfive o'clock shadow\b|\bcloud nine\b|"
    r"\bten out of ten\b|"
    r"\b(?:2|two|1|one) ?% milk\b|\b(?:two|2)[- ]percent\b|\bwhole nine yards\b|\bhigh[- "
    r"]five\b|\bseven days a week\b",
    re.IGNORECASE,
)
_ORDINAL_DIGITS = re.compile(r"\b\d+(?:st|nd|rd|th)\b", re.IGNORECASE)


_TIED = re.compile(
    r"[- ](?:\w+[- ]){0,1}?(?:years?|decades?|minutes?|hours?|miles?|blocks?|times?|trips?|"
    r"visits?|people|cars?"
    r"|vehicles?|trucks?|dogs?|cats?|pets?|kids?|children|grand\w+|sons?|daughters?|boys?|g"
    r"irls?|coupons?"
    r"|dollars?|bucks?|cents?|percent|packs?|count|ounces?|oz|pounds?|lbs?|rolls?|cans?|box"
    r"es|bags?|bottles?"
    r"|jars?|pods?|dozen|items?|weeks?|months?|days?|bedrooms?|roommates?|returns?|orders?|"
    r"points?|%)\b|%|,\d",
    re.IGNORECASE,
)
"""Nouns that tie a bare number to a fact; a number of anything else claims none."""
_CLOCK_PAST = re.compile(r"\b(?:aged?|since|in) $", re.IGNORECASE)


class CountLink(BaseModel):
    """An attribute that counts something, and how a text speaks of that count."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    attribute: str
    """The attribute that holds the count."""
    patterns: tuple[str, ...]
    """Regular expressions with `{n}` where the number stands; they also read once and twice as 1
    and 2 where `{times}` stands."""
    at_most: bool = False
    """Whether a smaller number agrees too: two sons of three children."""


RETAIL_COUNTS: tuple[CountLink, ...] = (
    CountLink(
        attribute="children",
        patterns=(
            r"\b{n} (?:\w+ ){{0,2}}?(?:kids|children)\b(?! (?:in line|at the store|across|next "
            r"door|on the))",
            r"\b(?:mom|mother|dad|father|parent) (?:of|to) {n}\b",
        ),
    ),
    CountLink(
        attribute="children",
        patterns=(
            r"\b{n} (?:\w+ ){{0,2}}?(?:sons|daughters|boys|girls|toddlers|teenagers|teens)\b",
        ),
        at_most=True,
    ),
    CountLink(
        attribute="household_size",
        patterns=(
            r"\b(?:family|household|house|home|party) of {n}\b",
            r"\b{n}[- ]person household\b",
            r"\b(?:the|all|just|only|there are|there's|were) (?:only |just |the )?{n} of us\b",
            r"\b(?:cooks?|cooking|shops?|shopping|buys?|buying|feeds?|feeding) (?:meals? )?for "
            r"{n}\b"
            r"(?! (?:days?|weeks?|hours?|minutes?|people|guests))",
        ),
    ),
    CountLink(
        attribute="vehicles",
        patterns=(
            (
                r"\b(?:own|owns|have|has|share|shares|got|drive|keep|keeps|insure|with) (?:just "
                r"|only )?{n} (?:\w+ )?(?:cars?|vehicles?|trucks?|automobiles?)\b(?! (?:payments?"
                r"|seats?|keys|loads?))"
            ),
            r"\b{n}[- ](?:car|vehicle) (?:household|family|home)\b",
            r"\b(?:our|my|her|his|both|the) {n} (?:cars|vehicles|trucks)\b",
        ),
    ),
    CountLink(
        attribute="coupons_per_month",
        patterns=(r"\b{n} (?:\w+ )?coupons (?:\w+ )?(?:a|per|each|every) month\b",),
    ),
    CountLink(
        attribute="returns_per_year",
        patterns=(
            r"\b{n} (?:returns|things back|items back) (?:\w+ )?(?:a|per|each|every) year\b",
            (
                r"\b(?:return|returns|returned|bring|brings|send|sends|take|takes) (?:\w+ ){{0,3}}?"
                r"(?:back )?{times} (?:a|per|each|every) year\b"
            ),
        ),
    ),
)
"""Counts of the shipped retail population."""


@dataclass(frozen=True, slots=True)
class Figures:
    """The facts of one row that figures are compared with."""

    prices: Sequence[float]
    """Amounts that have to be said exactly, in currency units."""
    incomes: Sequence[float]
    """Yearly amounts; said exactly or rounded to the next five thousand when hedged."""
    numbers: frozenset[float]
    """Every number of any attribute or identity value, also those inside strings."""
    max_free: float
    """A bare number up to this needs no fact."""


@dataclass(frozen=True, slots=True)
class FigureFinding:
    """One figure that disagrees, without the figure itself."""

    reason: str
    """`price_differs`, `income_differs`, `count_differs` or `unsupported_number`."""
    attribute: str
    """The attribute it disagrees with; empty if it belongs to none."""


def numbers_in(values: Iterable[object]) -> Iterator[float]:
    """Yield the numbers of attribute values, those inside strings included."""
    for value in values:
        if isinstance(value, bool):
            continue
        if isinstance(value, int | float):
            yield float(value)
        elif isinstance(value, str):
            for match in re.finditer(NUMBER, value, re.IGNORECASE):
                yield read_number(match.group())
        elif isinstance(value, list | tuple):
            yield from numbers_in(value)


def read_number(text: str) -> float:
    """Return the number that `NUMBER` matched."""
    lowered = text.lower().replace(",", "").strip()
    if lowered[0].isdigit():
        return float(lowered.rstrip("."))
    if lowered.endswith("dozen"):
        return 12.0
    return float(sum(_TENS.get(w, 0) + _UNITS.get(w, 0) for w in re.split(r"[- ]", lowered)))


def mentions_price(text: str, price: float) -> bool:
    """Return whether `text` says exactly this amount of money."""
    return any(abs(amount - price) < 0.005 for _, amount in _amounts(text))


def check_figures(
    text: str,
    figures: Figures,
    attributes: Mapping[str, Any],
    counts: Sequence[CountLink],
    names: Mapping[str, str],
    read: Sequence[tuple[int, int]] = (),
) -> FigureFinding | None:
    """Return the first figure of `text` that disagrees with the facts, or None.

    Args:
        text: What the model wrote.
        figures: The facts to compare with.
        attributes: The row's attributes, for `counts`.
        counts: Declared counts.
        names: Attribute names for evidence: keys `price`, `income`.
        read: Spans of numbers that another check has read.
    """
    taken: list[tuple[int, int]] = [*read, *(m.span() for m in _IDIOM.finditer(text))]
    for span, amount in _amounts(text):
        if any(start < span[1] and span[0] < end for start, end in read):
            taken.append(span)
            continue
        hedged = HEDGE.search(text[: span[0]]) is not None
        if not _money_agrees(amount, figures, hedged=hedged):
            kind = "income" if amount >= 1000 and figures.incomes else "price"
            return FigureFinding(f"{kind}_differs", names.get(kind, ""))
        taken.append(span)
    for link in counts:
        value = attributes.get(link.attribute)
        if not isinstance(value, int) or isinstance(value, bool):
            continue
        for span, said in _counted(text, link):
            if _inside(span, taken):
                continue
            claim = read_claim(text, *span)
            if not claim.own or not claim.real:
                taken.append(span)
                continue
            if said > value or (said < value and not link.at_most):
                return FigureFinding("count_differs", link.attribute)
            taken.append(span)
    for match in re.finditer(NUMBER, text, re.IGNORECASE):
        if _inside(match.span(), taken):
            continue
        number = read_number(match.group())
        if not _TIED.match(text[match.end() :]) and not _CLOCK_PAST.search(text[: match.start()]):
            continue
        if number > figures.max_free and number not in figures.numbers:
            return FigureFinding("unsupported_number", "")
    return None


def _amounts(text: str) -> Iterator[tuple[tuple[int, int], float]]:
    """Yield (span, amount) of every sum of money."""
    for match in _MONEY.finditer(text):
        group = match.groupdict()
        if group["sign"]:
            amount = read_number(group["sign"])
            amount *= 1000 if group["thousand"] else 1
        elif group["dollars"]:
            amount = read_number(group["dollars"]) * (1000 if group["thousands"] else 1)
            if group["and_cents"]:
                amount += read_number(group["and_cents"]) / 100
        elif group["cents"]:
            amount = read_number(group["cents"]) / 100
            if re.match(r"two", group["cents"], re.IGNORECASE):
                continue
        else:
            amount = read_number(group["bare"])
        yield match.span(), amount


def _money_agrees(amount: float, figures: Figures, *, hedged: bool) -> bool:
    for price in figures.prices:
        if abs(amount - price) < 0.005:
            return True
        # "about $12" or "under $12" for 11.49: a whole number less than one unit away.
        if hedged and amount == int(amount) and abs(amount - price) < 1:
            return True
    for income in figures.incomes:
        if abs(amount - income) < 0.5 or (
            hedged and abs(amount - income) <= 5000 and amount >= 1000
        ):
            return True
    return False


def _counted(text: str, link: CountLink) -> Iterator[tuple[tuple[int, int], float]]:
    for pattern in link.patterns:
        times = rf"(?P<times>once|twice|thrice|{NUMBER} times)"
        compiled = pattern.format(n=rf"(?P<n>{NUMBER})", times=times)
        for match in re.finditer(compiled, text, re.IGNORECASE):
            group = match.groupdict()
            said = group.get("n") or group.get("times") or ""
            known = {"once": 1.0, "twice": 2.0, "thrice": 3.0}.get(said.lower())
            yield (
                match.span(),
                known
                if known is not None
                else read_number(re.sub(r" times$", "", said, flags=re.IGNORECASE)),
            )


def _inside(span: tuple[int, int], taken: Sequence[tuple[int, int]]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in taken)
