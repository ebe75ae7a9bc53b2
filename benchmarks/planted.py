"""Plant contradictions in the narratives of a run and count what its screens catch.

    python benchmarks/planted.py runs/retail_narratives --planted 200

In each text one stated fact is replaced by another row's value (an age, a city, an occupation, a
household, a number of children, work, a hobby, a store, how often and when, a price, a purchase, a
habit, a pronoun); everything else stays. The row screens of the run's own configuration judge the
changed texts and, as the control, the texts as they were written. Beside them stands what the
grounding screen catches alone.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from populace.filters.chain import ScreenChain
from populace.filters.verdict import Draft
from populace.generation.draft_reading import Part
from populace.generation.locked_config import read_locked_config, unpack_locked_config
from populace.generation.preparation import prepare
from populace.personas.identity import IDENTITY_FIELDS

Row = Mapping[str, Any]

VERBATIM = (
    *("age", "city", "occupation", "hobby", "channel", "shopping_time", "last_item"),
    *("last_item_reason", "wakes_at", "morning_habit", "evening_habit", "pet_peeve"),
)
"""Attributes whose value stands in the text as it is; another row's value takes its place."""
PHRASES: Mapping[str, Sequence[str]] = {
    "household": (
        *("lives alone", "lives with a partner and two children", "lives with roommates"),
        *("is raising two children alone",),
    ),
    "children": ("one child", "two children", "three children", "four children", "five children"),
    "trips_per_week": (
        *("once a week", "twice a week", "three times a week", "four times a week"),
        "five times a week",
    ),
    "employment": ("retired", "self-employed", "part-time", "out of work", "a student"),
    "diet": ("vegan", "vegetarian", "gluten-free", "lactose-free"),
}
_OWN_HOUSEHOLD = re.compile(
    r"lives (?:alone|with (?:roommates|(?:his|her) (?:parents|partner)"
    r"(?: and (?:one child|\w+ children))?))|is raising (?:one child|\w+ children) alone"
)
_PRICE = re.compile(r"\$\d+(?:\.\d\d)?")


def main() -> int:
    """Print shares caught per attribute, and false alarms."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path)
    parser.add_argument("--planted", type=int, default=200, help="texts changed")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    report = measure(arguments.run, arguments.planted, np.random.default_rng(arguments.seed))
    print(json.dumps(report, indent=1))
    return 0


def measure(run: Path, planted: int, generator: np.random.Generator) -> dict[str, Any]:
    """Return counts of planted, caught, and rejected unchanged texts."""
    rows = [
        row
        for file in sorted((run / "data").glob("*.parquet"))
        for row in pq.read_table(file).to_pylist()
    ]
    with tempfile.TemporaryDirectory() as folder:
        prepared = prepare(unpack_locked_config(read_locked_config(run), Path(folder)))
    chain = ScreenChain(prepared.loaded.config.filters)
    chain.start()
    names = tuple(prepared.plan.population.attribute_types)
    changed: list[tuple[str, Draft]] = []
    unchanged: list[Draft] = []
    for part in prepared.parts:
        for row in rows:
            for field in sorted(part.field_names):
                unchanged.append(_draft(part, row, names, field, row[field]))
                changed += [
                    (attribute, _draft(part, row, names, field, text))
                    for attribute, text in _plant(row[field], row, rows, generator)
                ]
    picked = generator.permutation(len(changed))[:planted]
    chosen = [changed[i] for i in sorted(picked)]
    results = chain.judge([draft for _, draft in chosen])
    n = Counter(attribute for attribute, _ in chosen)
    caught: Counter[str] = Counter()
    stages: Counter[str] = Counter()
    named = 0
    for (attribute, _), result in zip(chosen, results, strict=True):
        if result.is_kept:
            continue
        caught[attribute] += 1
        refusal = next(v for v in result.verdicts if v.action == "reject")
        stages[refusal.stage] += 1
        named += refusal.evidence.get("attribute", refusal.evidence.get("fact")) == attribute
    alarms = sum(not result.is_kept for result in chain.judge(unchanged))
    return {
        "planted": len(chosen),
        "caught": caught.total(),
        "share": caught.total() / max(1, len(chosen)),
        "by_stage": dict(stages),
        "named_the_attribute": named,
        "by_attribute": {name: [caught[name], n[name]] for name in sorted(n)},
        "unchanged": len(unchanged),
        "false_alarms": alarms,
    }


def _draft(part: Part, row: Row, names: Sequence[str], field: str, text: str) -> Draft:
    *shown, notes = (m.content for m in part.template.render(row, slot=row["slot"]).messages)
    attributes = {name: row[name] for name in names}
    identity = {name: row[name] or "" for name in IDENTITY_FIELDS}
    return Draft(row["slot"], part.name, attributes, identity, {field: text}, tuple(shown), notes)


def _plant(
    text: str, row: Row, rows: Sequence[Row], generator: np.random.Generator
) -> Iterator[tuple[str, str]]:
    """Yield (attribute, text with that one fact exchanged) for each fact the text states."""
    for name in VERBATIM:
        own = str(row.get(name, "none"))
        pattern = rf"(?<![\w$.-]){re.escape(own)}(?![\w-])"
        if own == "none" or not re.search(pattern, text):
            continue
        others = sorted({str(r[name]) for r in rows if r[name] != "none"} - {own})
        if others:
            other = others[generator.integers(len(others))]
            yield name, re.sub(pattern, other.replace("\\", ""), text)
    for name, phrases in PHRASES.items():
        stated = _own_phrase(name, text, phrases)
        if stated is not None:
            others = [phrase for phrase in phrases if phrase not in stated]
            yield name, text.replace(stated, others[generator.integers(len(others))], 1)
    price = _PRICE.search(text)
    if price is not None:
        other = f"${float(row['last_item_price']) + float(generator.integers(2, 9)):.2f}"
        yield "last_item_price", text.replace(price.group(), other)
    if re.search(r"\b(?:He|She)\b", text):
        swap = {"He": "She", "She": "He", "he": "she", "she": "he", "his": "her", "her": "his"}
        words = "|".join(swap)
        yield "sex", re.sub(rf"\b(?:{words})\b", lambda match: swap[match.group()], text)


def _own_phrase(name: str, text: str, phrases: Sequence[str]) -> str | None:
    if name == "household":
        match = _OWN_HOUSEHOLD.search(text)
        return match.group() if match else None
    return next((p for p in phrases if re.search(rf"\b{re.escape(p)}\b", text)), None)


if __name__ == "__main__":
    sys.exit(main())
