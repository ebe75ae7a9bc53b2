"""The shipped retail population: coherent, sex-neutral, close to its declared figures."""

from __future__ import annotations

import importlib
import operator
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from populace.personas.conditions import Comparison, Condition, references_of
from populace.personas.identity import identities_of, sample_identities
from populace.personas.population import Population
from populace.personas.population_config import (
    BooleanAttribute,
    CategoricalAttribute,
    NumberAttribute,
    NumberRow,
    ProbabilityRow,
    ShareRow,
)

ROOT = Path(__file__).parents[2]
FILE = ROOT / "configs" / "populations" / "retail_us.yaml"
BENCHMARKS = ROOT / "benchmarks"
Row = dict[str, Any]
TableRow = ShareRow | ProbabilityRow | NumberRow

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
    assert len(population.attribute_types) >= 60
    assert len(population.config.rules) >= 40
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
    "an own yard without an own house": lambda r: (
        re.search(r"backyard|the shed|the garage|yard work|mowing", r["last_item_reason"])
        is not None
        and (r["tenure"] != "owns" or r["dwelling"] != "house")
    ),
    "an office at home": lambda r: (
        re.search(r"the office|break room|at work\b|commute", r["last_item_reason"]) is not None
        and r["works_from_home"]
    ),
    "several children with an only child": lambda r: (
        re.search(r"the kids|bored kids|two hungry kids|teenagers", r["last_item_reason"])
        is not None
        and r["children"] < 2
    ),
    "diapers for a child past two": lambda r: (
        r["last_item"] == "a box of size 3 diapers" and r["youngest_child_age"] not in (0, 1, 2)
    ),
    "a wedding anniversary of the unmarried": lambda r: (
        r["last_item_reason"] == "a wedding anniversary" and r["marital_status"] != "married"
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


@pytest.fixture(scope="module", name="rules")
def _rules() -> Iterator[Sequence[Any]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(BENCHMARKS))
        yield importlib.import_module("plausibility_rules").RULES


@pytest.fixture(scope="module", name="persons")
def _persons(population: Population) -> list[Row]:
    table = population.sample(11, 0, 2_000)
    identities = sample_identities(table, seed=11, start=0).to_pylist()
    return [{**row, **one} for row, one in zip(table.to_pylist(), identities, strict=True)]


def test_every_person_keeps_every_plausibility_rule(
    rules: Sequence[Any], persons: list[Row]
) -> None:
    verdicts = {rule.name: [rule.judge(person) for person in persons] for rule in rules}
    broken = {name: found.count(False) for name, found in verdicts.items() if False in found}
    assert not broken
    judged = [name for name, found in verdicts.items() if True in found]
    assert len(judged) >= 70


def test_people_put_together_by_chance_break_the_rules(
    rules: Sequence[Any], persons: list[Row]
) -> None:
    """The same values, each column shuffled by itself: nobody is plausible any more."""
    generator = np.random.default_rng(5)
    order = {name: generator.permutation(len(persons)) for name in persons[0]}
    mixed = [
        {name: persons[places[slot]][name] for name, places in order.items()}
        for slot in range(len(persons))
    ]
    broken = [r.name for r in rules if any(r.judge(person) is False for person in mixed)]
    whole = [person for person in mixed if all(r.judge(person) is not False for r in rules)]
    assert len(broken) >= 60
    assert not whole


OPERATORS = {
    "at_least": operator.ge,
    "at_most": operator.le,
    "above": operator.gt,
    "below": operator.lt,
}


def _applies(when: Mapping[str, Condition], column: list[Any]) -> NDArray[np.bool_]:
    """Judge conditions on one attribute, without the code that the sampler uses."""
    mask = np.ones(len(column), dtype=np.bool_)
    for condition in when.values():
        if isinstance(condition, Comparison):
            given = condition.model_dump(exclude_none=True)
            excluded = given.pop("is_not", [])
            excluded = excluded if isinstance(excluded, list) else [excluded]
            mask &= [value not in excluded for value in column]
            for name, bound in given.items():
                mask &= [OPERATORS[name](value, bound) for value in column]
        else:
            wanted = condition if isinstance(condition, list) else [condition]
            mask &= [value in wanted for value in column]
    return mask


def _cells(row: TableRow) -> dict[Any, float]:
    """Return the declared share of each value, or of each band as (low, high)."""
    if isinstance(row, ShareRow):
        return dict(row.probabilities())
    if isinstance(row, ProbabilityRow):
        return {True: row.share, False: 1 - row.share}
    return {(band.low, band.high): band.share for band in row.bands or []}


def _count(values: list[Any], cell: Any) -> int:
    if isinstance(cell, tuple):
        return sum(cell[0] <= value <= cell[1] for value in values)
    return sum(value == cell for value in values)


def _distances(population: Population, seed: int) -> dict[str, dict[str, float]]:
    """Return the TVD of each unconditional table and of each one with a single parent.

    Of 10,000 people; the share of the people in a table's row is taken from a larger sample, the
    shares within the row from the file.
    """
    table, n = population.sample(seed, 0, 10_000), 10_000
    large = population.reference(40_000)
    found: dict[str, dict[str, float]] = {"marginals": {}, "pairs": {}}
    for attribute in population.config.attributes:
        if not isinstance(attribute, CategoricalAttribute | BooleanAttribute | NumberAttribute):
            continue
        rows = attribute.table()
        names = sorted({name for row in rows for name in references_of(row.when)})
        if attribute.hidden or len(names) > 1 or not _cells(rows[0]):
            continue
        values = np.array(table[attribute.name].to_pylist(), dtype=object)
        parent, reference = (
            one[names[0]].to_pylist() if names else [None] * one.num_rows for one in (table, large)
        )
        left, left_large = np.ones(n, np.bool_), np.ones(len(reference), np.bool_)
        distance = 0.0
        for row in rows:
            mine = left & _applies(row.when, parent)
            there = left_large & _applies(row.when, reference)
            left, left_large = left & ~mine, left_large & ~there
            inside = list(values[mine])
            distance += sum(
                abs(_count(inside, cell) / n - there.mean() * share)
                for cell, share in _cells(row).items()
            )
        found["pairs" if names else "marginals"][attribute.name] = distance / 2
    return found


def test_ten_thousand_people_fit_each_given_marginal_and_pair(population: Population) -> None:
    """The rules reject so few draws that they bend nothing; education by age stays as given."""
    for seed in (7, 8):
        found = _distances(population, seed)
        marginals, pairs = found["marginals"], found["pairs"]
        assert marginals.keys() >= {"region", "sex", "age"}
        assert pairs.keys() >= {"state", "city", "ethnicity", "education", "hobby"}
        assert {name: tvd for name, tvd in marginals.items() if tvd > 0.01} == {}
        assert {name: tvd for name, tvd in pairs.items() if tvd > 0.03} == {}
        assert pairs["education"] <= 0.015


def test_elasticities_spread_as_measured(rows: list[Row]) -> None:
    """10/25/50/75/90 % of 136 products of the Complete Journey data."""
    found = np.quantile([row["price_elasticity"] for row in rows], [0.1, 0.25, 0.5, 0.75, 0.9])
    assert found == pytest.approx([-3.8, -3.0, -2.0, -1.1, -0.4], abs=0.08)


@pytest.mark.parametrize(
    ("score", "habit", "order"),
    [
        ("price_consciousness", "price_sensitivity", ["low", "medium", "high"]),
        ("brand_attachment", "brand_loyalty", ["low", "medium", "high"]),
        (
            "deal_proneness",
            "deal_seeking",
            ["ignores coupons", "uses coupons now and then", "plans around weekly ads"],
        ),
        ("novelty_seeking", "new_products", ["waits for others", "tries some", "among the first"]),
    ],
)
def test_habits_follow_from_the_scores_with_noise(
    rows: list[Row], score: str, habit: str, order: list[str]
) -> None:
    scores = [row[score] for row in rows]
    habits = [order.index(row[habit]) for row in rows]
    assert 0.25 <= np.corrcoef(scores, habits)[0, 1] <= 0.7


def test_money_is_spent_by_people_and_income(rows: list[Row]) -> None:
    spend, size, income = (
        np.array([float(row[name]) for row in rows])
        for name in ("weekly_grocery_spend", "household_size", "income")
    )
    alone = np.median(spend[size == 1])
    assert np.median(spend[size == 4]) >= 1.5 * alone
    assert np.corrcoef(np.log(spend), np.log(income))[0, 1] >= 0.4


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
