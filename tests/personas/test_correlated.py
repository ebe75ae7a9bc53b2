"""Correlated groups: the declared totals come out, impossible ones are refused with the pair."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from populace.personas.config_error import config_error
from populace.personas.errors import ConfigError
from populace.personas.population import Population
from populace.personas.population_config import PopulationConfig
from pydantic import ValidationError

SCORE = {"mean": 50, "sd": 10, "low": 20, "high": 80}
GROUP: dict[str, Any] = {
    "name": "traits",
    "kind": "correlated",
    "columns": {"warm": {**SCORE, "whole": True}, "open": SCORE, "tense": SCORE},
    "correlations": [{"pair": ["warm", "open"], "r": 0.47}, {"pair": ["tense", "warm"], "r": -0.2}],
    "effects": [
        {"column": "warm", "attribute": "age", "r": 0.18},
        {"column": "warm", "when": {"sex": "female"}, "d": 0.39},
        {"column": "tense", "when": {"sex": "female"}, "d": 0.27},
        {"column": "tense", "when": {"degree": True, "age": {"at_least": 40}}, "d": -0.5},
    ],
}
ABOVE: list[dict[str, Any]] = [
    {"name": "sex", "kind": "categorical", "shares": {"female": 0.5, "male": 0.5}},
    {
        "name": "age",
        "kind": "integer",
        "rows": [
            {"when": {"sex": "female"}, "bands": [{"low": 18, "high": 80, "share": 1}]},
            {"bands": [{"low": 18, "high": 60, "share": 1}]},
        ],
    },
    {"name": "degree", "kind": "boolean", "share": 0.4},
]


def build(group: dict[str, Any], *, rules: Any = ()) -> Population:
    data = {"name": "town", "version": "1", "attributes": [*ABOVE, group], "rules": list(rules)}
    try:
        config = PopulationConfig.model_validate(data)
    except ValidationError as error:
        raise config_error(error, model=PopulationConfig, source="town.yaml") from error
    return Population.from_config(config, base_dir=Path())


def columns_of(population: Population, n: int = 60_000) -> dict[str, NDArray[Any]]:
    table = population.sample(3, 0, n)
    return {name: table[name].to_numpy() for name in table.column_names}


def cohen_d(values: NDArray[Any], inside: NDArray[Any]) -> float:
    one, other = values[inside], values[~inside]
    within = (one.var() * len(one) + other.var() * len(other)) / len(values)
    return float((one.mean() - other.mean()) / np.sqrt(within))


def test_all_declared_totals_come_out() -> None:
    """Three standard errors of a correlation at 60,000 are 0.012."""
    found = columns_of(build(GROUP))
    scores = np.corrcoef([found["warm"], found["open"], found["tense"]])
    assert scores[0, 1] == pytest.approx(0.47, abs=0.015)
    assert scores[0, 2] == pytest.approx(-0.2, abs=0.015)
    assert scores[1, 2] == pytest.approx(0.0, abs=0.015)
    assert np.corrcoef(found["warm"], found["age"])[0, 1] == pytest.approx(0.18, abs=0.015)
    women = found["sex"] == "female"
    assert cohen_d(found["warm"], women) == pytest.approx(0.39, abs=0.03)
    assert cohen_d(found["tense"], women) == pytest.approx(0.27, abs=0.03)
    learned = (found["degree"] == 1) & (found["age"] >= 40)
    assert cohen_d(found["tense"], learned) == pytest.approx(-0.5, abs=0.03)
    for name in ("warm", "open", "tense"):
        assert found[name].mean() == pytest.approx(50, abs=0.15)
        assert found[name].std() == pytest.approx(10, abs=0.12)
        assert found[name].min() >= 20
        assert found[name].max() <= 80


def test_an_independent_draw_would_fail_the_same_figures() -> None:
    found = columns_of(build({**GROUP, "correlations": [], "effects": []}))
    scores = np.corrcoef([found["warm"], found["open"], found["tense"], found["age"]])
    assert np.abs(scores - np.eye(4)).max() < 0.02
    assert abs(cohen_d(found["warm"], found["sex"] == "female")) < 0.03


def test_totals_are_those_of_people_who_break_no_rule() -> None:
    rules = [{"name": "r", "forbid": {"sex": "female", "age": {"below": 30}}, "reason": "x"}]
    found = columns_of(build(GROUP, rules=rules))
    assert np.corrcoef(found["warm"], found["age"])[0, 1] == pytest.approx(0.18, abs=0.015)
    assert cohen_d(found["warm"], found["sex"] == "female") == pytest.approx(0.39, abs=0.03)


def test_the_columns_are_ordinary_numbers_below_and_in_rules() -> None:
    population = build(
        GROUP,
        rules=[{"name": "r", "forbid": {"warm": {"below": 40}, "degree": True}, "reason": "x"}],
    )
    assert population.attribute_types["warm"] is int
    assert population.attribute_types["open"] is float
    assert list(population.attribute_types) == ["sex", "age", "degree", "warm", "open", "tense"]
    found = columns_of(population, 5_000)
    assert not ((found["warm"] < 40) & (found["degree"] == 1)).any()


@settings(max_examples=15, deadline=None)
@given(start=st.integers(0, 9_000), length=st.integers(0, 3_000))
def test_any_window_holds_the_same_scores(start: int, length: int) -> None:
    population = build(GROUP)
    whole = population.sample(1, 0, 12_000)
    assert population.sample(1, start, start + length).equals(whole.slice(start, length))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            {
                "correlations": [
                    {"pair": ["warm", "open"], "r": 0.9},
                    {"pair": ["open", "tense"], "r": 0.9},
                    {"pair": ["warm", "tense"], "r": -0.9},
                ],
            },
            r"no population has these.*Weaken the correlation of '\w+' and '\w+'",
        ),
        (
            {
                "effects": [
                    {"column": "warm", "attribute": "age", "r": 0.9},
                    {"column": "warm", "when": {"degree": True}, "d": 2},
                ]
            },
            r"column 'warm': its effects together explain 1\d\d%",
        ),
        ({"effects": [{"column": "warm", "attribute": "agee", "r": 0.1}]}, "Did you mean 'age'"),
        ({"effects": [{"column": "warm", "attribute": "sex", "r": 0.1}]}, "'sex' is no number"),
        ({"effects": [{"column": "warm", "attribute": "age"}]}, "needs `attribute` and `r`"),
        ({"effects": [{"column": "cold", "attribute": "age", "r": 0.1}]}, "no column of the group"),
        (
            {"effects": [{"column": "warm", "when": {"sex": "other"}, "d": 1}]},
            "'sex' can never be 'other'",
        ),
        (
            {"effects": [{"column": "warm", "when": {"age": {"at_least": 18}}, "d": 1}]},
            r"compares people by age, and 100\.00% of",
        ),
        (
            {
                "effects": [
                    {"column": "warm", "when": {"sex": "female"}, "d": 0.1},
                    {"column": "warm", "when": {"sex": "male"}, "d": -0.1},
                ]
            },
            "column 'warm': two of its effects .* say the same",
        ),
        ({"correlations": [{"pair": ["warm", "warm"], "r": 0.1}]}, "wrongly or twice"),
        ({"correlations": [{"pair": ["warm", "cold"], "r": 0.1}]}, "names 'cold'"),
        ({"columns": {"warm": {**SCORE, "low": 60}}, "correlations": [], "effects": []}, "low < m"),
        ({"columns": {"age": SCORE}, "correlations": [], "effects": []}, "'age' exists already"),
    ],
)
def test_an_impossible_group_is_refused(change: dict[str, Any], expected: str) -> None:
    with pytest.raises(ConfigError, match=expected):
        build({**copy.deepcopy(GROUP), **change})
