"""The shipped retail population: coherent, sex-neutral, close to its declared figures."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from populace.personas.identity import identities_of, sample_identities
from populace.personas.population import Population
from populace.personas.population_config import CategoricalAttribute

FILE = Path(__file__).parents[2] / "configs" / "populations" / "retail_us.yaml"
Row = dict[str, Any]

ANIMAL = (
    r"\b(bacon|blts?|burgers?|chicken|ham|steaks?|wings|ribs|sausages?|meatballs|turkey|shrimp|salmon|beef|"
    r"eggs?|omelets?|yogurt|cheese|cheddar|mozzarella|lasagna|honey|hot chocolate|french toast)\b"
)
WHEAT = (
    r"\b(toast|pancakes?|waffles?|spaghetti|pasta|sandwich(es)?|pizza|cakes?|cookies?|"
    r"bagels?|pie|dough)\b"
)
PLANT_BASED = re.compile(
    r"plant-based|meatless|vegetarian|vegan|without|cashew|dairy-free|coconut|replac|goat"
)


@pytest.fixture(scope="module", name="population")
def _population() -> Population:
    return Population.from_file(FILE)


@pytest.fixture(scope="module", name="rows")
def _rows(population: Population) -> list[Row]:
    rows: list[Row] = population.sample(2024, 0, 20_000).to_pylist()
    return rows


def test_it_is_as_rich_as_promised(population: Population) -> None:
    items = population.catalogues["last_item"].items
    assert len(population.attribute_types) >= 20
    assert len(population.config.rules) >= 12
    assert len(items) >= 150
    assert len({item.category for item in items}) >= 14
    assert len({phrase for item in items for phrase in item.phrases()}) >= 60
    assert len(population.columns["pet_peeve"].categories or ()) >= 20
    assert len(population.columns["tone"].categories or ()) >= 8


NEVER: dict[str, Callable[[Row], bool]] = {
    "a retired young person": lambda r: r["employment"] == "retired" and r["age"] < 55,
    "a job title without a job": lambda r: (
        (r["occupation"] == "none") != (r["employment"] in {"student", "homemaker", "unemployed"})
    ),
    "a vegan with animal food": lambda r: (
        r["diet"] == "vegan" and r["last_item_category"] in {"meat and seafood", "dairy and eggs"}
    ),
    "a vegetarian with meat": lambda r: (
        r["diet"] == "vegetarian"
        and re.search(r"chicken|beef|bacon|ham\b|fish|pepperoni", r["last_item"]) is not None
    ),
    "a vegan occasion with animal food": lambda r: (
        r["diet"] == "vegan"
        and re.search(ANIMAL, r["last_item_reason"], re.IGNORECASE) is not None
        and not PLANT_BASED.search(r["last_item_reason"])
    ),
    "a gluten-free occasion with wheat": lambda r: (
        r["diet"] == "gluten-free"
        and "gluten-free" not in r["last_item"]
        and re.search(WHEAT, r["last_item_reason"]) is not None
    ),
    "milk for the lactose-free": lambda r: (
        r["diet"] == "lactose-free"
        and re.search(r"2% milk|cheddar|mozzarella|yogurt|heavy cream", r["last_item"]) is not None
    ),
    "diapers without a small child": lambda r: (
        r["last_item_category"] == "baby supplies"
        and "juice" not in r["last_item"]
        and r["youngest_child"] not in {"baby", "toddler"}
    ),
    "dog food without a dog": lambda r: "dog" in r["last_item"] and "dog" not in r["pet"],
    "a cat phrase without a cat": lambda r: (
        re.search(r"\b(cat|kitten)\b", r["last_item_reason"]) is not None
        and "cat" not in r["pet"]
        and "at a friend's" not in r["last_item_reason"]
    ),
    "children that do not add up": lambda r: (
        (r["children"] > 0) != (r["household"] in {"couple with children at home", "single parent"})
        or (r["youngest_child"] == "none") != (r["children"] == 0)
        or r["household_size"] <= r["children"]
    ),
    "an occasion with children of one's own but none at home": lambda r: (
        re.search(r"toddler|teenagers|our kids|with the kids", r["last_item_reason"]) is not None
        and r["children"] == 0
    ),
    "a roommate without roommates": lambda r: (
        re.search(r"roommate", r["last_item_reason"]) is not None
        and r["household"] != "with roommates"
    ),
    "a coworker without coworkers": lambda r: (
        re.search(r"coworker|boss|office|break room", r["last_item_reason"]) is not None
        and r["employment"] not in {"full-time", "part-time"}
    ),
    "an own yard while renting": lambda r: (
        re.search(r"backyard|the shed|the garage|yard work", r["last_item_reason"]) is not None
        and r["tenure"] != "owns"
    ),
}


@pytest.mark.parametrize("name", NEVER)
def test_nobody_is(name: str, rows: list[Row]) -> None:
    found = [row for row in rows if NEVER[name](row)]
    assert not found, f"{name}: {found[0]}"


def test_no_phrase_tells_the_sex(population: Population) -> None:
    for name, info in population.columns.items():
        for value in info.categories or ():
            if name != "sex":
                assert not re.search(r"\b(he|she|him|her|his|hers|wife|husband)\b", str(value)), (
                    value
                )


def test_phrases_are_clean_text(population: Population) -> None:
    for item in population.catalogues["last_item"].items:
        for phrase in [item.item, *item.phrases()]:
            assert phrase == " ".join(phrase.split())
            assert phrase[-1] not in ".,;:!"
            assert len(phrase) <= 60


def test_ten_thousand_people_fit_the_declared_marginals(population: Population) -> None:
    """With k categories chance alone leaves about sqrt(k / (2 pi n)); twice that is allowed."""
    n = 10_000
    table = population.sample(7, 0, n)
    checked = 0
    for attribute in population.config.attributes:
        if not isinstance(attribute, CategoricalAttribute) or len(attribute.table()) > 1:
            continue
        declared = attribute.table()[0].probabilities()
        counts = Counter(table[attribute.name].to_pylist())
        distance = sum(abs(counts[value] / n - share) for value, share in declared.items()) / 2
        assert distance <= 2 * (len(declared) / (6.28 * n)) ** 0.5 + 0.002, attribute.name
        checked += 1
    assert checked >= 2


def test_rules_reject_few_draws_so_the_tables_hold(population: Population, rows: list[Row]) -> None:
    """Ages of a sample against the declared bands: the rules must not bend them by 1 point."""
    n = len(rows)
    for low, high, share in [(18, 24, 0.117), (25, 34, 0.176), (65, 74, 0.13), (85, 90, 0.021)]:
        found = sum(low <= row["age"] <= high for row in rows) / n
        assert found == pytest.approx(share, abs=0.012)


def test_no_item_or_peeve_crowds_out_the_rest(rows: list[Row]) -> None:
    for name, most in [("last_item", 0.03), ("last_item_reason", 0.02), ("pet_peeve", 0.1)]:
        assert Counter(row[name] for row in rows).most_common(1)[0][1] / len(rows) <= most


def test_every_city_has_identities(population: Population) -> None:
    table = population.sample(1, 0, 20_000)
    places: dict[str, tuple[str, ...]] = {}
    for row in table.select(["state", "city"]).to_pylist():
        places[row["state"]] = (*places.get(row["state"], ()), row["city"])
    identities_of(population.config.locale).check_places(places)
    assert sample_identities(table.slice(0, 50), seed=1, start=0).num_rows == 50
