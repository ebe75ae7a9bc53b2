"""Notes of the narrative templates as texts: true ones, and ones with a single fact swapped.

A note states a fact in the very words that a good answer keeps, so a screen that misses a swapped
fact here misses it in the product. Texts and facts are drawn from the shipped population.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from populace.filters import Draft
from populace.personas import Population, sample_identities
from populace.prompts import PromptTemplate

ROOT = Path(__file__).resolve().parents[2]
FIELDS = ("summary", "day", "last_trip", "quote")
SWAPPED = (
    *("age", "city", "household", "children", "employment", "occupation", "hobby", "sex"),
    *("channel", "trips_per_week", "shopping_time", "diet", "interest"),
    *("price_sensitivity", "deal_seeking", "brand_loyalty", "store_brands"),
    *("last_item", "last_item_price", "pet_peeve"),
    *("wakes_at", "morning_habit", "evening_habit"),
)
_STATED_IN = {
    "age": ("summary",),
    "trips_per_week": ("summary",),
    "household": ("summary",),
    "children": ("summary",),
    "diet": ("summary",),
    "interest": ("summary",),
    "employment": ("summary", "day"),
    "sex": ("summary", "day"),
    "price_sensitivity": FIELDS,
    "deal_seeking": FIELDS,
    "brand_loyalty": FIELDS,
    "store_brands": FIELDS,
    "last_item_price": ("last_trip",),
}
_PARENTS = {"couple with children at home", "single parent"}
_AT_WORK = {"full-time", "part-time", "self-employed", "retired"}


@dataclass(frozen=True)
class Case:
    """A text, the facts it is judged by, and the attribute that was swapped in it, if any."""

    draft: Draft
    swapped: str
    text: str


@cache
def people(n: int = 300, seed: int = 7) -> list[tuple[dict[str, Any], dict[str, str]]]:
    """Return (facts, identity) of the first people of a seed."""
    population = Population.from_file(ROOT / "configs" / "populations" / "retail_us.yaml")
    table = population.sample(seed, 0, n)
    identities = sample_identities(table, seed=seed, start=0).to_pylist()
    known = [{k: str(v) for k, v in row.items() if v is not None} for row in identities]
    return list(zip(table.to_pylist(), known, strict=True))


def told(field: str, facts: dict[str, Any], identity: dict[str, str]) -> str:
    """Return the notes of one template as running text."""
    [*_, message] = _template(field).render({**identity, **facts}, slot=0).messages
    lines = [line.strip() for line in message.content.splitlines() if line.strip()]
    if field == "last_trip":
        notes = dict(line.split(": ", 1) for line in lines)
        at = notes["Bought"].rsplit(", ", 1)
        verb = "got" if notes["Begin with"] == "For" else notes["Begin with"].split()[-1]
        if notes["Begin with"] == "For":
            return f"For {notes['For']} I {verb} {at[0]}, {at[1]}. {notes['Price']}"
        return f"I {verb} {at[0]}, {at[1]}, for {notes['For']}. {notes['Price']}"
    return " ".join(line[2:] for line in lines if line.startswith("- "))


def true_texts() -> Iterator[Case]:
    """Yield the four texts of every person."""
    for facts, identity in people():
        for field in FIELDS:
            text = told(field, facts, identity)
            yield Case(_draft(facts, identity, field, text), "", text)


def swapped_texts(step: int = 1) -> Iterator[Case]:
    """Yield, of every `step`th person, the texts that state a swapped fact instead of its own."""
    for number, (facts, identity) in enumerate(people()):
        if number % step:
            continue
        draw = random.Random(number)
        for attribute in SWAPPED:
            changed = _swap(attribute, facts, draw)
            if changed is None:
                continue
            for field in FIELDS:
                text = told(field, changed, identity)
                if text != told(field, facts, identity) and _tells(attribute, field, changed, text):
                    yield Case(_draft(facts, identity, field, text), attribute, text)


@cache
def _template(field: str) -> PromptTemplate:
    return PromptTemplate.load(f"retail/{field}", examples_per_prompt=0)


def _draft(facts: dict[str, Any], identity: dict[str, str], field: str, text: str) -> Draft:
    return Draft(0, field, facts, identity, {field: text})


def _swap(attribute: str, facts: dict[str, Any], draw: random.Random) -> dict[str, Any] | None:
    """Return the facts with another value, or None where the notes would not tell it apart."""
    own = facts[attribute]
    others = sorted({row[attribute] for row, _ in people()} - {own}, key=str)
    if attribute == "age":
        # Steps of 30 keep the wording that the templates choose by age.
        others = [age for age in (own - 30, own + 30) if 18 <= age <= 90]
    elif attribute == "children":
        others = [n for n in (1, 2, 3, 4) if n != own] if own else []
    elif attribute == "employment":
        works = facts["occupation"] != "none"
        # Whoever is said to be a nurse may be one full-time, part-time or on her own account.
        hidden = {"part-time": {"full-time"}, "self-employed": {"full-time", "part-time"}}
        others = [
            kind
            for kind in others
            if (works or kind not in _AT_WORK - {"retired"})
            and not (works and kind == "full-time" and own in hidden.keys() | {"full-time"})
            and not (own == "self-employed" and kind == "full-time")
        ]
    elif attribute == "occupation":
        others = [] if own == "none" else [job for job in others if job != "none"]
    elif attribute == "household":
        # A note that leaves the children out contradicts nothing.
        silent = "couple without children at home" if own in _PARENTS else ""
        others = [
            kind
            for kind in others
            if (kind in _PARENTS) <= (facts["children"] > 0) and kind != silent
        ]
    elif attribute == "last_item_price":
        others = [round(own + step, 2) for step in (1.5, 3.0, 7.25)]
    elif attribute == "brand_loyalty" and facts["store_brands"] != "buys some store brands":
        others = []
    elif attribute in {"morning_habit", "evening_habit"}:
        others = [habit for habit in others if not _close(habit, own)]
    if not others:
        return None
    changed = {**facts, attribute: draw.choice(others)}
    return changed


def _tells(attribute: str, field: str, changed: dict[str, Any], text: str) -> bool:
    """Return whether the text states the value; others only choose another wording by it."""
    if changed[attribute] in {"no restriction", "buys some store brands"}:
        return False
    if attribute in _STATED_IN:
        return field in _STATED_IN[attribute]
    value = str(changed[attribute])
    if attribute == "shopping_time":
        part = value.split()[-1].rstrip("s")
        return value in text or (field == "day" and f"in the {part}" in text)
    if attribute == "channel" and value == "online delivery":
        return "online" in text
    return value.lower() in text.lower()


def _close(one: str, other: str) -> bool:
    stems = [{word[:4] for word in re.findall(r"[a-z]{4,}", value)} for value in (one, other)]
    return bool(stems[0] & stems[1])
