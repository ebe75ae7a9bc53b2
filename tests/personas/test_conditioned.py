"""Conditions, quotas and boosts: only who fits, in the right numbers, with weights that undo it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from populace.personas.cell_order import CellOrder
from populace.personas.conditioned import ConditionedPopulation, select
from populace.personas.config_error import config_error
from populace.personas.errors import ConfigError
from populace.personas.population import Population
from populace.personas.population_config import PopulationConfig
from populace.personas.quota_config import Selection
from pydantic import ValidationError

TOWN: dict[str, Any] = {
    "name": "town",
    "version": "1",
    "attributes": [
        {"name": "region", "kind": "categorical", "shares": {"north": 0.3, "south": 0.7}},
        {"name": "sex", "kind": "categorical", "shares": {"female": 0.5, "male": 0.5}},
        {
            "name": "age",
            "kind": "integer",
            "rows": [
                {"when": {"sex": "female"}, "bands": [{"low": 18, "high": 90, "share": 1}]},
                {"bands": [{"low": 18, "high": 70, "share": 1}]},
            ],
        },
        {
            "name": "job",
            "kind": "categorical",
            "rows": [
                {"when": {"age": {"at_least": 60}}, "shares": {"retired": 0.6, "clerk": 0.4}},
                {"shares": {"student": 0.1, "clerk": 0.9}},
            ],
        },
        {
            "name": "online",
            "kind": "boolean",
            "rows": [{"when": {"job": "student"}, "share": 0.9}, {"share": 0.05}],
        },
    ],
    "rules": [
        {"name": "r", "forbid": {"job": "clerk", "region": "north", "sex": "male"}, "reason": "x"}
    ],
}


@pytest.fixture(scope="module", name="town")
def _town() -> Population:
    return Population.from_config(PopulationConfig.model_validate(TOWN), base_dir=Path())


def selection(**keys: Any) -> Selection:
    try:
        return Selection.model_validate(keys)
    except ValidationError as error:
        raise config_error(error, model=Selection, source="plan") from error


def chosen(town: Population, **keys: Any) -> ConditionedPopulation:
    found = select(town, selection(**keys))
    assert isinstance(found, ConditionedPopulation)
    return found


def shares(rows: list[dict[str, Any]], *names: str) -> dict[tuple[Any, ...], float]:
    counts: Counter[tuple[Any, ...]] = Counter()
    for row in rows:
        counts[tuple(row[name] for name in names)] += row.get("weight", 1.0)
    total = sum(counts.values())
    return {key: count / total for key, count in counts.items()}


def distance(one: dict[Any, float], other: dict[Any, float]) -> float:
    return sum(abs(one.get(k, 0.0) - other.get(k, 0.0)) for k in one.keys() | other.keys()) / 2


def test_conditioning_gives_the_people_of_the_whole_who_fit(town: Population) -> None:
    """The reference is rejection by hand; 8,000 against 8,000 differ by 0.01 to 0.02 by chance."""
    who = {"age": {"at_least": 50}, "online": True}
    some = town.where(who).sample(3, 0, 8_000).to_pylist()
    everyone = town.sample(4, 0, 400_000).to_pylist()
    right = [row for row in everyone if row["age"] >= 50 and row["online"]]
    assert all(row["age"] >= 50 and row["online"] for row in some)
    assert not any(
        r["job"] == "clerk" and r["region"] == "north" and r["sex"] == "male" for r in some
    )
    assert (
        distance(shares(some, "sex", "job", "region"), shares(right, "sex", "job", "region")) < 0.02
    )
    ages = [np.mean([row["age"] for row in rows]) for rows in (some, right)]
    assert ages[0] == pytest.approx(ages[1], abs=0.5)


@pytest.fixture(scope="module", name="offline_students")
def _offline_students(town: Population) -> tuple[ConditionedPopulation, pa.Table]:
    some = town.where({"job": "student", "online": False})
    return some, some.sample(7, 0, 3_400)


@settings(max_examples=12, deadline=None)
@given(start=st.integers(0, 3_000), length=st.integers(0, 300))
def test_any_window_holds_the_same_people(
    offline_students: tuple[ConditionedPopulation, pa.Table], start: int, length: int
) -> None:
    some, whole = offline_students
    assert some.sample(7, start, start + length).equals(whole.slice(start, length))


@settings(max_examples=60, deadline=None)
@given(weights=st.lists(st.integers(1, 400), min_size=1, max_size=9))
def test_every_prefix_has_its_shares_to_within_one_row(weights: list[int]) -> None:
    order = CellOrder(weights)
    n = min(order.period, 2_000)
    cells = order.cells(0, n)
    seen = np.cumsum(cells[:, None] == np.arange(len(weights)), axis=0)
    wanted = np.arange(1, n + 1)[:, None] * np.array(weights) / sum(weights)
    assert np.abs(seen - wanted).max() < 1
    assert order.counts(order.period) == order.weights
    assert order.counts(n) == tuple(seen[-1])
    assert (CellOrder(weights).cells(order.period, order.period + 5) == order.cells(0, 5)[:5]).all()


def test_quotas_by_number_are_met_exactly(town: Population) -> None:
    quotas = [
        {"name": "north", "when": {"region": "north"}, "n": 333},
        {"name": "south women", "when": {"region": "south", "sex": "female"}, "n": 500},
        {"name": "rest", "when": {"region": "south", "sex": "male"}, "n": 167},
    ]
    rows = chosen(town, quotas=quotas).sample(1, 0, 1_000).to_pylist()
    assert Counter(row["cell"] for row in rows) == {"north": 333, "south women": 500, "rest": 167}
    assert Counter(row["region"] for row in rows)["north"] == 333
    assert np.mean([row["weight"] for row in rows]) == pytest.approx(1.0, abs=1e-9)


def test_weighted_quotas_and_boosts_stand_for_everyone(town: Population) -> None:
    """Cells of a fifth to a half against their true shares; the weights put them right."""
    people = chosen(
        town,
        quotas=[
            {"name": "old", "when": {"age": {"at_least": 60}}, "share": 0.7},
            {"name": "young", "when": {"age": {"below": 60}}, "share": 0.3},
        ],
        boosts=[{"when": {"online": True}, "factor": 8}],
    )
    rows = people.sample(5, 0, 20_000).to_pylist()
    everyone = town.sample(6, 0, 100_000).to_pylist()
    assert sum(row["cell"] == "old" for row in rows) == 14_000
    raw = [{k: v for k, v in row.items() if k != "weight"} for row in rows]
    for names in (("sex",), ("job", "online"), ("region", "sex")):
        assert distance(shares(rows, *names), shares(everyone, *names)) < 0.015
    assert distance(shares(raw, "job", "online"), shares(everyone, "job", "online")) > 0.2
    assert np.mean([row["weight"] for row in rows]) == pytest.approx(1.0, abs=1e-3)
    mean = np.average([r["age"] for r in rows], weights=[r["weight"] for r in rows])
    assert mean == pytest.approx(np.mean([r["age"] for r in everyone]), abs=0.4)


def test_a_boost_multiplies_the_odds(town: Population) -> None:
    people = chosen(town, boosts=[{"name": "web", "when": {"online": True}, "factor": 4}])
    rows = people.sample(5, 0, 20_000).to_pylist()
    before = np.mean([row["online"] for row in town.sample(6, 0, 100_000).to_pylist()])
    after = np.mean([row["online"] for row in rows])
    assert after / (1 - after) == pytest.approx(4 * before / (1 - before), rel=0.05)
    assert {row["cell"] for row in rows} == {"web", "rest"}
    assert {row["weight"] for row in rows if row["online"]} == {people.cells[0].weight}


def test_ids_follow_from_the_selection_and_not_from_the_size(town: Population) -> None:
    assert select(town, selection()) is town
    one = chosen(town, who={"sex": "female", "region": "north"})
    assert chosen(town, who={"region": "north", "sex": "female"}).sha256 == one.sha256
    assert one.sha256 not in {town.sha256, chosen(town, who={"sex": "male"}).sha256}
    pair = [{"sex": "female"}, {"sex": "male"}]
    sizes = [[10, 30], [100, 300], [100, 200]]
    hashes = [
        chosen(
            town,
            quotas=[
                {"name": str(i), "when": when, "n": n}
                for i, (when, n) in enumerate(zip(pair, ns, strict=True))
            ],
        ).sha256
        for ns in sizes
    ]
    assert hashes[0] == hashes[1] != hashes[2]


def test_no_rule_is_broken_in_a_hundred_thousand(town: Population) -> None:
    people = chosen(town, boosts=[{"when": {"region": "north"}, "factor": 3}])
    for table in people.stream(1, 0, 100_000):
        found = table.filter(
            (table["job"].to_numpy() == "clerk") & (table["sex"].to_numpy() == "male")
        )
        assert "north" not in found["region"].to_pylist()


QUOTAS = [
    {"name": "women", "when": {"sex": "female"}, "share": 0.5},
    {"name": "men", "when": {"sex": "male"}, "share": 0.5},
]


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ({"who": {"sexx": "female"}}, "who uses 'sexx'.*Did you mean 'sex'"),
        ({"who": {"sex": "femal"}}, "'sex' can never be 'femal'.*Did you mean 'female'"),
        ({"who": {"age": "old"}}, "'age' can never be 'old'; it lies from 18 to 90"),
        ({"who": {"age": {"atleast": 3}}}, "did you mean 'at_least'"),
        (
            {"who": {"job": "student", "age": {"at_least": 65}}},
            r"nobody among 4,194,304 candidates had job = student, age at_least 65\. "
            r"By themselves: job = student in \d",
        ),
        (
            {"who": {"job": "clerk", "region": "north", "sex": "male"}},
            r"nobody among|breaks a rule",
        ),
        ({"quotas": [{**QUOTAS[0], "share": 0.6}, QUOTAS[1]]}, "sum to 1.1; expected 1"),
        (
            {
                "quotas": [
                    QUOTAS[0],
                    {"name": "old", "when": {"age": {"at_least": 60}}, "share": 0.5},
                ]
            },
            "quotas 'women' and 'old' share people",
        ),
        ({"quotas": [QUOTAS[0], {**QUOTAS[1], "name": "women"}]}, "two quotas are named 'women'"),
        ({"quotas": [{"name": "a", "when": {"sex": "male"}}]}, "needs either `share` or `n`"),
        ({"boosts": [{"when": {"sex": "male"}, "factor": 0}]}, "greater than 0"),
    ],
)
def test_an_impossible_selection_is_refused(
    town: Population, keys: dict[str, Any], expected: str
) -> None:
    with pytest.raises(ConfigError, match=expected):
        select(town, selection(**keys))


def test_a_population_with_a_column_called_weight_takes_no_quotas() -> None:
    data = {
        **TOWN,
        "attributes": [*TOWN["attributes"], {"name": "weight", "kind": "boolean", "share": 0.5}],
    }
    heavy = Population.from_config(PopulationConfig.model_validate(data), base_dir=Path())
    with pytest.raises(ConfigError, match="has a column 'weight'"):
        select(heavy, selection(quotas=QUOTAS))
