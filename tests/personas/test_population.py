"""Declared populations: what is refused before sampling, and what a sample promises."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from populace.personas.config_error import config_error
from populace.personas.errors import ConfigError, PopulationError
from populace.personas.population import Population
from populace.personas.population_config import PopulationConfig
from pydantic import ValidationError

CATALOGUE = """
items:
  - {item: a bag of apples, category: fruit, price: [2.00, 4.00], occasions: [a pie]}
  - {item: a dog bone, category: pets, price: [1.10, 1.20], when: {pet: dog}, weight: 3,
     occasions: [a treat, {occasion: a long evening alone, when: {household: alone}}]}
"""

BASE: dict[str, Any] = {
    "name": "village",
    "version": "1",
    "attributes": [
        {
            "name": "age",
            "kind": "integer",
            "bands": [{"low": 18, "high": 39, "share": 0.5}, {"low": 40, "high": 80, "share": 0.5}],
        },
        {
            "name": "household",
            "kind": "categorical",
            "rows": [
                {"when": {"age": {"below": 30}}, "shares": {"alone": 0.2, "family": 0.8}},
                {"shares": {"alone": 0.6, "family": 0.4}},
            ],
        },
        {
            "name": "children",
            "kind": "integer",
            "rows": [
                {"when": {"household": "alone"}, "bands": [{"low": 0, "high": 0, "share": 1}]},
                {"bands": [{"low": 0, "high": 3, "share": 1}]},
            ],
        },
        {
            "name": "size",
            "kind": "derived",
            "rows": [
                {"when": {"household": "alone"}, "value": 1},
                {"sum_of": {"children": 1}, "plus": 2},
            ],
        },
        {
            "name": "income",
            "kind": "number",
            "lognormal": {"median": 50, "sigma": 0.5, "low": 10, "high": 200},
        },
        {"name": "card", "kind": "boolean", "share": 0.25},
        {"name": "pet", "kind": "categorical", "shares": {"dog": 0.5, "none": 0.5}},
        {"name": "trips", "kind": "categorical", "shares": {1: 0.5, 2: 0.5}},
        {
            "name": "item",
            "kind": "item",
            "catalogue": "items.yaml",
            "columns": {
                "category": "item_category",
                "price": "item_price",
                "occasion": "item_reason",
            },
        },
    ],
    "rules": [
        {
            "name": "no_old_large_family",
            "forbid": {"age": {"at_least": 70}, "children": {"at_least": 2}},
            "reason": "Few do.",
        }
    ],
}


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    (tmp_path / "items.yaml").write_text(CATALOGUE, encoding="utf-8")
    return tmp_path


def build(folder: Path, **changes: Any) -> Population:
    """Build the village, with attributes replaced or added by name and other keys replaced."""
    data = copy.deepcopy(BASE)
    for attribute in changes.pop("attributes", []):
        names = [one["name"] for one in data["attributes"]]
        if attribute["name"] in names:
            data["attributes"][names.index(attribute["name"])] = attribute
        else:
            data["attributes"].append(attribute)
    data |= changes
    try:
        config = PopulationConfig.model_validate(data)
    except ValidationError as error:
        raise config_error(error, model=PopulationConfig, source="village.yaml") from error
    return Population.from_config(config, base_dir=folder)


def test_a_sample_has_the_declared_columns_and_types(folder: Path) -> None:
    village = build(folder)
    row = village.sample(1, 0, 1).to_pylist()[0]
    assert {name: type(value) for name, value in row.items()} == village.attribute_types
    assert list(row) == [
        *("age", "household", "children", "size", "income", "card", "pet", "trips"),
        *("item", "item_category", "item_price", "item_reason"),
    ]


def test_every_row_follows_from_its_tables_and_rules(folder: Path) -> None:
    for row in build(folder).sample(3, 0, 3_000).to_pylist():
        assert 18 <= row["age"] <= 80
        assert row["size"] == (1 if row["household"] == "alone" else row["children"] + 2)
        assert row["household"] == "family" or row["children"] == 0
        assert not (row["age"] >= 70 and row["children"] >= 2)
        assert 10 <= row["income"] <= 200
        assert row["item"] == "a bag of apples" or row["pet"] == "dog"
        assert row["item_reason"] != "a long evening alone" or row["household"] == "alone"
        # The only usual endings inside the ranges; the bone's range holds none, so cents stand.
        if row["item"] == "a bag of apples":
            assert row["item_price"] in {2.29, 2.49, 2.79, 2.99, 3.29, 3.49, 3.79, 3.99}
        else:
            assert row["item_price"] == pytest.approx(round(row["item_price"], 2))
            assert 1.10 <= row["item_price"] <= 1.20


@settings(max_examples=25, deadline=None)
@given(start=st.integers(0, 400), length=st.integers(0, 200), seed=st.integers(0, 3))
def test_any_window_holds_the_same_people_as_the_whole(
    tmp_path_factory: pytest.TempPathFactory, start: int, length: int, seed: int
) -> None:
    folder = tmp_path_factory.mktemp("village")
    (folder / "items.yaml").write_text(CATALOGUE, encoding="utf-8")
    village = build(folder)
    whole = village.sample(seed, 0, 600)
    assert village.sample(seed, start, start + length).equals(whole.slice(start, length))


def test_shares_come_out_as_declared(folder: Path) -> None:
    rows = build(folder, rules=[]).sample(9, 0, 40_000).to_pylist()
    young = [row for row in rows if row["age"] < 30]

    def rate(some: list[dict[str, Any]], name: str, value: object) -> float:
        return len([row for row in some if row[name] == value]) / len(some)

    # Four standard errors of a share of 0.5 in 10,000 are 0.02.
    assert rate(rows, "card", True) == pytest.approx(0.25, abs=0.02)
    assert rate(young, "household", "alone") == pytest.approx(0.2, abs=0.02)
    owners = [row for row in rows if row["pet"] == "dog"]
    assert rate(owners, "item", "a dog bone") == pytest.approx(0.75, abs=0.02)
    incomes = sorted(row["income"] for row in rows)
    assert incomes[len(incomes) // 2] == pytest.approx(50, rel=0.03)


def test_rules_move_no_other_slot(folder: Path) -> None:
    free = build(folder, rules=[]).sample(4, 0, 500).to_pylist()
    ruled = build(folder).sample(4, 0, 500).to_pylist()
    breaks = [row["age"] >= 70 and row["children"] >= 2 for row in free]
    assert any(breaks)
    for before, after, broken in zip(free, ruled, breaks, strict=True):
        assert (before == after) is not broken


def test_the_reference_is_fixed_and_no_sample(folder: Path) -> None:
    village = build(folder)
    assert village.reference(300).equals(village.reference(500).slice(0, 300))
    assert not village.reference(300).equals(village.sample(0, 0, 300))


def test_the_hash_covers_figures_and_catalogue_but_no_layout(folder: Path) -> None:
    before = build(folder).sha256
    assert build(folder).sha256 == before
    assert build(folder, version="2").sha256 != before
    path = folder / "items.yaml"
    path.write_text(CATALOGUE + "# comment\n", encoding="utf-8")
    assert build(folder).sha256 == before
    path.write_text(CATALOGUE.replace("4.00", "5.00"), encoding="utf-8")
    assert build(folder).sha256 != before


def test_a_hidden_attribute_decides_but_is_not_sampled(folder: Path) -> None:
    village = build(folder, attributes=[{**BASE["attributes"][6], "hidden": True}])
    assert "pet" not in village.sample(1, 0, 5).column_names
    assert "pet" not in village.attribute_types


def table(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"name": "mood", "kind": "categorical", "rows": list(rows)}


FAIR = {"good": 0.5, "bad": 0.5}


@pytest.mark.parametrize(
    ("attribute", "expected"),
    [
        (
            {"name": "mood", "kind": "categorical", "shares": {"good": 0.5, "bad": 0.4}},
            "sum to 0.9; expected 1",
        ),
        (
            {"name": "mood", "kind": "categorical", "shares": {"good": 1.5, "bad": -0.5}},
            "'bad' is -0.5",
        ),
        (
            {"name": "mood", "kind": "categorical", "shares": {"good": float("nan")}},
            "'good' is nan",
        ),
        ({"name": "mood", "kind": "categorical", "shares": {}}, "no category"),
        ({"name": "mood", "kind": "categorical", "weights": {"good": 0}}, "all weights are 0"),
        ({"name": "mood", "kind": "categorical"}, "exactly one of"),
        (
            {"name": "mood", "kind": "categorical", "shares": {"good": "half"}},
            "mood|found the text 'half'",
        ),
        ({"name": "mood", "kind": "categorcal", "shares": FAIR}, "Did you mean 'categorical'"),
        ({"name": "mood", "kind": "categorical", "share": FAIR}, "did you mean 'shares'"),
        ({"name": "Mood", "kind": "categorical", "shares": FAIR}, "name: found the text 'Mood'"),
        ({"name": "mood", "kind": "boolean", "share": 1.2}, "less than or equal to 1"),
        (
            {"name": "mood", "kind": "integer", "bands": [{"low": 5, "high": 1, "share": 1}]},
            "low <= high",
        ),
        (
            {"name": "mood", "kind": "integer", "bands": [{"low": 1.5, "high": 2, "share": 1}]},
            "whole numbers",
        ),
        (
            {"name": "mood", "kind": "integer", "bands": [{"low": 1, "high": 2, "share": 0.7}]},
            "sum to 0.7",
        ),
        (table({"when": {"agee": 1}, "shares": FAIR}), "uses 'agee'.*Did you mean 'age'"),
        (
            table({"when": {"mood": "good"}, "shares": FAIR}),
            "uses 'mood', which is declared at the same place",
        ),
        (
            table({"when": {"pet": "cat"}, "shares": FAIR}),
            "'pet' can never be 'cat'; it has 'dog', 'none'",
        ),
        (
            table({"when": {"age": 17}, "shares": FAIR}),
            "'age' can never be 17; it lies from 18 to 80",
        ),
        (
            table({"when": {"card": "yes"}, "shares": FAIR}),
            "'card' can never be 'yes'; it has False, True",
        ),
        (
            table({"when": {"pet": {"above": 3}}, "shares": FAIR}),
            "above compares 'pet', which is no number",
        ),
        (table({"when": {"pet": "dog"}, "shares": FAIR}), "no row applies to pet='none'"),
        (table({"when": {"age": {"at_most": 40}}, "shares": FAIR}), "no row applies to age=41"),
        (
            table({"shares": FAIR}, {"when": {"pet": "dog"}, "shares": FAIR}),
            "row 2 can never apply",
        ),
        (table({"when": {"pet": {}}, "shares": FAIR}, {"shares": FAIR}), "a comparison needs"),
        (
            {"name": "mood", "kind": "derived", "rows": [{"sum_of": {"pet": 1}}]},
            "'pet', which is no number",
        ),
        (
            {"name": "item_price", "kind": "boolean", "share": 0.5},
            "column 'item_price' exists already",
        ),
        ({**BASE["attributes"][8], "catalogue": "../items.yaml"}, "leaves the folder"),
        ({**BASE["attributes"][8], "catalogue": "none.yaml"}, "does not exist"),
        (
            {**BASE["attributes"][8], "interest": "pet"},
            r"pet may be \['dog', 'none'\], which the catalogue lacks",
        ),
        (
            {**BASE["attributes"][8], "boosts": [{"categories": ["fruits"], "factor": 2}]},
            r"a boost names \['fruits'\]",
        ),
    ],
)
def test_an_impossible_attribute_is_refused_before_sampling(
    folder: Path, attribute: dict[str, Any], expected: str
) -> None:
    with pytest.raises(ConfigError, match=expected):
        build(folder, attributes=[attribute])


def test_a_name_declared_twice_is_refused(folder: Path) -> None:
    data = copy.deepcopy(BASE)
    data["attributes"].append(data["attributes"][0])
    config = PopulationConfig.model_validate(data)
    with pytest.raises(PopulationError, match="column 'age' exists already"):
        Population.from_config(config, base_dir=folder)


def test_rules_that_nobody_can_satisfy_are_named(folder: Path) -> None:
    rules = [
        {"name": "no_dogs", "forbid": {"pet": "dog"}, "reason": "r"},
        {"name": "no_cardless", "forbid": {"card": False, "pet": "none"}, "reason": "r"},
        {"name": "no_cards", "forbid": {"card": True, "pet": "none"}, "reason": "r"},
    ]
    with pytest.raises(PopulationError, match=r"0\.0% of 4,096 .*'no_dogs' \(5\d%|4\d%\)"):
        build(folder, rules=rules)


@pytest.mark.parametrize(
    ("forbid", "expected"),
    [
        ({"pets": "dog"}, "rule 'r' uses 'pets'.*Did you mean 'pet'"),
        ({"pet": "fish"}, "rule 'r': 'pet' can never be 'fish'"),
        ({"children": {"at_least": {"attribute": "sizes"}}}, "rule 'r' uses 'sizes'.*'size'"),
    ],
)
def test_a_rule_about_something_unknown_is_refused(
    folder: Path, forbid: dict[str, Any], expected: str
) -> None:
    with pytest.raises(PopulationError, match=expected):
        build(folder, rules=[{"name": "r", "forbid": forbid, "reason": "x"}])


@pytest.mark.parametrize(
    ("catalogue", "expected"),
    [
        (
            CATALOGUE.replace("pet: dog", "pet: fish"),
            "item 'a dog bone': 'pet' can never be 'fish'",
        ),
        (CATALOGUE.replace("[2.00, 4.00]", "[4, 2]"), "expected low <= high"),
        (CATALOGUE.replace("a dog bone", "a bag of apples"), "listed twice"),
        (CATALOGUE.replace("a treat, ", ""), "needs an occasion without `when`"),
        ("items: []", "items: found a list of 0"),
        ("- 1", "the file: found a list of 1"),
    ],
)
def test_a_catalogue_with_an_impossible_entry_is_refused(
    folder: Path, catalogue: str, expected: str
) -> None:
    (folder / "items.yaml").write_text(catalogue, encoding="utf-8")
    with pytest.raises(ConfigError, match=expected):
        build(folder)
