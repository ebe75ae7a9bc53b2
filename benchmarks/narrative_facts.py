"""Do the narratives of a run agree with the facts of their rows? Counted by rules of its own.

    python benchmarks/narrative_facts.py runs/retail_narratives --fields summary,day

Each claim that a rule can read in a text (an age, a place, an occupation, a relation, a number of
children, how often, where and when somebody shops, a hobby, a pet, a price) is compared with the
row's attribute. Nothing of `filters/` is used, so this can disagree with the grounding screen. A
claim is counted where it is read; what no rule reads is not counted at all.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

Row = Mapping[str, Any]
Claim = tuple[str, bool]
"""Attribute, and whether the text agrees with it."""

_NUMBERS = ("one", "two", "three", "four", "five", "six")
_OFTEN = {"once": 1, "twice": 2, **{f"{word} times": n for n, word in enumerate(_NUMBERS, 1)}}
_TIMES = (
    *("weekday mornings", "weekday afternoons", "weekday evenings", "late at night"),
    *("saturday mornings", "saturday afternoons", "sunday mornings", "sunday afternoons"),
)
_CHANNELS = (
    *("supermarket", "supercenter", "warehouse club", "discount grocer", "natural foods store"),
)
_COUPLES = {"couple without children at home", "couple with children at home"}
_HOUSEHOLDS: Mapping[str, set[str]] = {
    r"\b(?:partner|husband|wife|spouse)\b": _COUPLES,
    r"\blives (?:all )?(?:alone|by (?:him|her)self|on (?:his|her) own)\b": {"lives alone"},
    r"\braising\b[^.]*\balone\b|\bsingle (?:mother|father|mom|dad|parent)\b": {"single parent"},
    r"\broommates?\b": {"with roommates"},
    r"\b(?:his|her) parents\b": {"with parents"},
}
_WORK: Mapping[str, set[str]] = {
    r"\bretired\b|\bno longer works\b": {"retired"},
    r"\bstudent\b|\bclass(?:es)?\b|\bstudies\b": {"student"},
    r"\bpart-time\b|\bpart of the day\b|\bshort day\b": {"part-time"},
    r"\bself-employed\b|\bown boss\b|\bworks for (?:him|her)self\b": {"self-employed"},
    r"\bout of work\b|\bjob ads\b|\bapplications? or two\b": {"unemployed"},
    r"\bruns the household\b|\bkeeps the house running\b|\blooks after the home\b": {"homemaker"},
}
_DIETS = {
    r"\bvegan\b": "vegan",
    r"\bvegetarian\b": "vegetarian",
    r"\bgluten": "gluten-free",
    r"\blactose\b": "lactose-free",
    r"\bkeeps? sugar low\b|\blow-sugar\b": "low-sugar",
}
_DEALS = {
    r"\bnever uses coupons\b|\bnot bother with coupons\b": "ignores coupons",
    r"\buses (?:a coupon now and then|coupons once)": "uses coupons now and then",
    r"\bstore ads\b|\bweekly ads?\b": "plans around weekly ads",
}


def main() -> int:
    """Print the share of claims that agree, in total and per attribute."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path, help="run directory")
    parser.add_argument("--fields", default="summary,day", help="text columns, with commas")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    files = sorted((arguments.run / "data").glob("*.parquet"))
    if not files:
        print(f"no data/*.parquet in {arguments.run}; expected an exported run.", file=sys.stderr)
        return 2
    rows = [row for file in files for row in pq.read_table(file).to_pylist()]
    fields = arguments.fields.split(",")
    agreed: Counter[str] = Counter()
    read: Counter[str] = Counter()
    wrong_rows = 0
    vocabulary = {name: _values(rows, name) for name in ("city", "state", "occupation", "hobby")}
    for row in rows:
        found = [claim for name in fields for claim in claims(row[name], row, vocabulary)]
        read.update(attribute for attribute, _ in found)
        agreed.update(attribute for attribute, agrees in found if agrees)
        wrong_rows += any(not agrees for _, agrees in found)
    report = {
        "rows": len(rows),
        "fields": fields,
        "claims": read.total(),
        "agree": agreed.total(),
        "share": agreed.total() / max(1, read.total()),
        "share_95": _wilson(agreed.total(), read.total()),
        "rows_with_a_wrong_claim": wrong_rows,
        "by_attribute": {name: [agreed[name], read[name]] for name in sorted(read)},
    }
    if arguments.json:
        print(json.dumps(report, indent=1))
        return 0
    low, high = report["share_95"]
    print(
        f"{report['agree']:,} of {report['claims']:,} claims in {len(rows):,} rows agree: "
        f"{report['share']:.2%} (95 %: {low:.2%} to {high:.2%}); {wrong_rows} rows hold a wrong one"
    )
    for name, (agree, total) in report["by_attribute"].items():
        print(f"  {name:<16} {agree:>6,} / {total:>6,}")
    return 0


def claims(text: str, row: Row, vocabulary: Mapping[str, Sequence[str]]) -> Iterator[Claim]:
    """Yield each claim that a rule reads in `text`."""
    # Sampled phrases and the own name are no claims, though Austin and Madison are also cities.
    phrases = ("morning_habit", "evening_habit", "last_item", "last_item_reason")
    for name in ("given_name", "interest", *phrases):
        if row.get(name):
            text = re.sub(re.escape(row[name]), "…", text, flags=re.IGNORECASE)
    low = text.lower()
    for number in re.findall(
        r"(?<![\d$.,])(\d{2})(?![\d,.]*\d)(?!%|-(?:pack|count|ounce|inch))", text
    ):
        yield "age", int(number) == row["age"]
    for price in re.findall(r"\$(\d+(?:,\d{3})*(?:\.\d\d)?)", text):
        yield "last_item_price", math.isclose(float(price.replace(",", "")), row["last_item_price"])
    yield from _named(text, row, vocabulary)
    yield from _mapped(low, row["household"], "household", _HOUSEHOLDS)
    yield from _mapped(low, row["employment"], "employment", _WORK)
    yield from _mapped(low, row["diet"], "diet", {k: {v} for k, v in _DIETS.items()})
    yield from _mapped(
        low, row["deal_seeking"], "deal_seeking", {k: {v} for k, v in _DEALS.items()}
    )
    for word in re.findall(r"\b(one|two|three|four|five|six) (?:children|child|kids?)\b", low):
        yield "children", _NUMBERS.index(word) + 1 == row["children"]
    for often in re.findall(r"\b(once|twice|(?:three|four|five|six) times) a week\b", low):
        yield "trips_per_week", _OFTEN[often] == row["trips_per_week"]
    for time in _TIMES:
        if time in low:
            yield "shopping_time", time == row["shopping_time"].lower()
    for channel in _CHANNELS:
        if channel in low:
            yield "channel", channel == row["channel"]
    if re.search(r"\b(?:orders?|groceries) online\b|\bonline delivery\b", low):
        yield "channel", row["channel"] == "online delivery"
    pronouns = set(re.findall(r"\b(she|her|herself|he|his|him|himself)\b", low))
    for pronoun in pronouns:
        yield "sex", (pronoun in ("she", "her", "herself")) == (row["sex"] == "female")
    for pet in re.findall(r"\b(dog|cat)s?\b", low.replace(row["occupation"], "")):
        yield "pet", pet in row["pet"]
    wakes = r"\b(before (?:five|six)|after nine|around (?:six|seven|eight|half past six))\b"
    for time in re.findall(wakes, low) if row.get("wakes_at") else ():
        yield "wakes_at", time == row["wakes_at"]


def _named(text: str, row: Row, vocabulary: Mapping[str, Sequence[str]]) -> Iterator[Claim]:
    """Yield places, occupations and hobbies, the longest names first."""
    for names, check in (
        (("city", "state"), lambda value: value in (row["city"], row["state"])),
        (("occupation",), lambda value: value == row["occupation"]),
        (("hobby",), lambda value: value == row["hobby"]),
    ):
        yield from _longest(text, names, vocabulary, check)


def _longest(
    text: str,
    names: Sequence[str],
    vocabulary: Mapping[str, Sequence[str]],
    check: Callable[[str], bool],
) -> Iterator[Claim]:
    values = sorted({v for name in names for v in vocabulary[name]}, key=lambda v: (-len(v), v))
    for value in values:
        pattern = rf"(?<![\w-]){re.escape(value)}(?![\w-])"
        if re.search(pattern, text):
            text = re.sub(pattern, "…", text)
            yield names[0], check(value)


def _mapped(
    text: str, value: str, attribute: str, patterns: Mapping[str, set[str]]
) -> Iterator[Claim]:
    for pattern, values in patterns.items():
        if re.search(pattern, text):
            yield attribute, value in values


def _values(rows: Sequence[Row], name: str) -> list[str]:
    return sorted({row[name] for row in rows if row[name] != "none"})


def _wilson(hits: int, n: int) -> tuple[float, float]:
    """Return the 95 % Wilson interval of a share."""
    if n == 0:
        return 0.0, 1.0
    z, share = 1.96, hits / n
    centre = share + z * z / (2 * n)
    spread = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return (centre - spread) / (1 + z * z / n), (centre + spread) / (1 + z * z / n)


if __name__ == "__main__":
    sys.exit(main())
