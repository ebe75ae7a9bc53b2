"""Fitted populations: what they keep of a table, and what they must not show of it."""

from __future__ import annotations

import csv
import itertools
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from populace.personas.errors import PopulationError
from populace.personas.fit import FitOptions, fit_population
from populace.personas.fit_columns import fit_columns, round_between
from populace.personas.fit_file import population_text, write_population
from populace.personas.fit_table import PeopleTable, RawColumn
from populace.personas.fit_trees import Predictor, TreeOptions, grow_tree, published_shares
from populace.personas.population import Population
from populace.personas.safe_yaml import parse_yaml

N = 3_000


def people(seed: int = 1) -> dict[str, list[Any]]:
    """Return a small society with known dependences and planted rare people."""
    g = np.random.default_rng(seed)
    sex = g.choice(["female", "male"], N)
    age = g.integers(18, 80, N)
    retired = (age >= 65) & (g.random(N) < 0.9)
    work = np.where(retired, "retired", np.where(g.random(N) < 0.8, "works", "looks"))
    gain = np.where(g.random(N) < 0.8, 0, g.choice([500, 1500], N))
    income = np.round(np.exp(g.normal(10, 0.6, N)) * np.where(work == "works", 1.5, 0.6))
    city = g.choice(["Aden", "Brno", "Cork"], N, p=[0.6, 0.3, 0.1]).astype(object)
    city[:4] = "Rareville"
    gain[:3] = 77_777
    income[0], income[1] = 98_765_432, 3
    age[2] = 117
    rent = np.where(sex == "male", np.nan, np.round(income / 40))
    return {
        "ID": [f"p{i}" for i in range(N)],
        "Sex": sex.tolist(),
        "age": age.tolist(),
        "work status": work.tolist(),
        "gain": gain.tolist(),
        "income": income.astype(int).tolist(),
        "city": city.tolist(),
        "rent": ["" if np.isnan(v) else int(v) for v in rent],
        "member": g.choice(["true", "false"], N).tolist(),
        "country": ["X"] * N,
    }


def write_csv(path: Path, columns: dict[str, list[Any]]) -> Path:
    """Write columns as CSV."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))
    return path


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path]:
    """Return the data of a population fitted to `people`, and its file."""
    folder = tmp_path_factory.mktemp("fit")
    found = fit_population(write_csv(folder / "society.csv", people()), FitOptions(seed=1))
    write_population(found.data, folder / "society.yaml")
    return found.data, folder / "society.yaml"


def test_a_fitted_population_loads_and_keeps_types_and_dependences(
    fitted: tuple[dict[str, Any], Path],
) -> None:
    """Sampled people have the columns, types, gaps and the relations of the table."""
    made = Population.from_file(fitted[1]).sample(3, 0, 4_000).to_pandas()
    assert set(made.columns) == {
        "sex", "age", "work_status", "gain", "income", "city", "rent", "member", "country",
    }  # fmt: skip
    assert made["member"].dtype == bool
    assert made["country"].unique().tolist() == ["X"]
    assert made.loc[made["sex"] == "male", "rent"].isna().all()
    assert made.loc[made["sex"] == "female", "rent"].notna().all()
    assert not ((made["work_status"] == "retired") & (made["age"] < 60)).any()
    works = made.loc[made["work_status"] == "works", "income"].median()
    assert works / made.loc[made["work_status"] != "works", "income"].median() > 1.8
    women = made[made["sex"] == "female"]
    assert women["rent"].corr(women["income"], method="spearman") > 0.97
    assert (made["gain"] == 0).mean() == pytest.approx(0.8, abs=0.03)
    assert set(made["gain"].unique()) == {0, 500, 1500}


def test_nothing_rare_is_shown(fitted: tuple[dict[str, Any], Path]) -> None:
    """No word, single value or end of a band of fewer than 11 people is in the file."""
    text = fitted[1].read_text(encoding="utf-8")
    for rare in ("Rareville", "77777", "98765432", "117", "p17"):
        # A share may hold the digits by chance.
        assert not re.search(rf"(?<![\d.]){rare}(?!\d)", text)
    real = people()
    for attribute in fitted[0]["attributes"]:
        if attribute["kind"] != "integer":
            continue
        values = np.array([v for v in real[attribute["name"]] if v != ""], dtype=float)
        rows = attribute.get("rows", [attribute])
        # The last row of a column with gaps is for those whose cell stays empty.
        rows = rows[:-1] if "empty_when" in attribute else rows
        bands = [band for row in rows for band in row["bands"]]
        assert max(b["low"] for b in bands) <= np.sort(values)[-11]
        assert min(b["high"] for b in bands) >= np.sort(values)[10]
        for band in bands:
            if band["low"] == band["high"]:
                assert (values == band["low"]).sum() >= 11


def test_the_same_table_and_seed_give_the_same_bytes(tmp_path: Path) -> None:
    """A fit is a function of table and options."""
    path = write_csv(tmp_path / "society.csv", people())
    texts = [population_text(fit_population(path, FitOptions(seed=4)).data) for _ in range(2)]
    assert texts[0] == texts[1]


def test_the_file_reads_back_as_it_was_written(fitted: tuple[dict[str, Any], Path]) -> None:
    """Our loader finds the data that the writer was given, words that look like numbers too."""
    assert parse_yaml(fitted[1].read_text(encoding="utf-8"), "file") == fitted[0]
    odd = {"attributes": [{"name": "a", "kind": "categorical",
                           "shares": {"yes": 0.25, "010": 0.25, "1_000": 0.125, "~": 0.125,
                                      "é, {x: 1}": 0.25}}]}  # fmt: skip
    assert parse_yaml(population_text(odd), "file") == odd


def test_weights_count(tmp_path: Path) -> None:
    """A row that stands for nine people counts nine times in the shares."""
    columns: dict[str, list[Any]] = {"x": ["a", "b"] * 300, "w": [9, 1] * 300}
    path = write_csv(tmp_path / "t.csv", columns)
    found = fit_population(path, FitOptions(weight="w"))
    assert found.data["attributes"][0]["shares"] == {"a": 0.9, "b": 0.1}
    assert found.data["origin"]["weight"] == "w"


def test_origin_does_not_change_who_is_sampled(
    fitted: tuple[dict[str, Any], Path], tmp_path: Path
) -> None:
    """It is for readers: the hash that ids are made from leaves it out."""
    other = fitted[0] | {"origin": fitted[0]["origin"] | {"rows": 5}}
    write_population(other, tmp_path / "other.yaml")
    one, two = Population.from_file(fitted[1]), Population.from_file(tmp_path / "other.yaml")
    assert one.config != two.config
    assert one.sha256 == two.sha256


def test_odd_tables(tmp_path: Path) -> None:
    """One column, constant columns, identifiers, and words by the thousand."""
    one = fit_population(write_csv(tmp_path / "one.csv", {"x": [1, 2] * 50}), FitOptions())
    assert one.data["attributes"][0]["shares"] == {1: 0.5, 2: 0.5}
    flat = fit_population(write_csv(tmp_path / "flat.csv", {"x": ["a"] * 60}), FitOptions())
    assert flat.data["attributes"][0]["shares"] == {"a": 1.0}
    keys: dict[str, list[Any]] = {"key": [f"k{i}" for i in range(60)], "x": [1, 2] * 30}
    found = fit_population(write_csv(tmp_path / "key.csv", keys), FitOptions())
    assert [a["name"] for a in found.data["attributes"]] == ["x"]
    assert "column 'key' was left out" in found.notes[0]
    with pytest.raises(PopulationError, match="every column looks like an identifier"):
        fit_population(write_csv(tmp_path / "keys.csv", {"key": keys["key"]}), FitOptions())
    many: dict[str, list[Any]] = {
        "word": [f"w{i % 10_000}" for i in range(20_000)],
        "x": [1, 2] * 10_000,
    }
    with pytest.raises(PopulationError, match=r"10,000 different words.*--exclude word"):
        fit_population(write_csv(tmp_path / "many.csv", many), FitOptions())


@given(
    st.lists(st.integers(0, 60), min_size=2, max_size=8),
    st.integers(2, 20),
    st.data(),
)
@settings(max_examples=200, deadline=None)
def test_shares_do_not_depend_on_counts_below_k(
    counts: list[int], k: int, data: st.DataObject
) -> None:
    """Other counts of 1 to k - 1, with a pool still below k, publish the same shares."""
    people_here = np.array([max(counts) + k, *counts])
    small = np.flatnonzero((people_here > 0) & (people_here < k))
    prior = np.full(len(people_here), 1 / len(people_here))
    if people_here[small].sum() >= k:
        return
    shares = published_shares(people_here, people_here.astype(float), prior, k=k, smoothing=5)
    changed = people_here.copy()
    for position in small:
        room = k - 1 - (changed[small].sum() - changed[position])
        changed[position] = data.draw(st.integers(1, max(1, int(room))))
    if changed[small].sum() >= k:
        return
    again = published_shares(changed, changed.astype(float), prior, k=k, smoothing=5)
    np.testing.assert_allclose(shares, again, rtol=1e-12)


def test_small_cells_are_published_as_groups_of_k_people_alike_in_frequency() -> None:
    """Shares in a group follow the node above; its total is that of at least 11 people."""
    people_here = np.array([40, 9, 8, 3, 5, 6])
    prior = np.array([0.25, 0.05, 0.05, 0.2, 0.3, 0.15])
    shares = published_shares(people_here, people_here.astype(float), prior, k=11, smoothing=0)
    # 9 + 8 are far commoner here than above, 6 + 5 + 3 rarer.
    np.testing.assert_allclose(shares * 71, [40, 8.5, 8.5, *(14 * prior[3:] / prior[3:].sum())])


def test_leaves_rest_on_k_people_and_find_what_matters() -> None:
    """A tree asks for the attribute that decides, not for noise, and keeps 11 people a leaf."""
    g = np.random.default_rng(5)
    a, noise = g.integers(0, 4, 2_000), g.integers(0, 6, 2_000)
    codes = (a >= 2).astype(np.int64)
    leaves = grow_tree(codes, 2, np.ones(2_000), [Predictor("noise", noise, 6, False),
                       Predictor("a", a, 4, False)], TreeOptions(k=11))  # fmt: skip
    assert {frozenset(leaf.allowed["a"]) for leaf in leaves} == {
        frozenset({0, 1}), frozenset({2, 3}),
    }  # fmt: skip
    assert all(leaf.n_people >= 11 for leaf in leaves)
    assert all(leaf.shares.max() == 1.0 for leaf in leaves)


@given(st.floats(-1e6, 1e6), st.floats(0.01, 1e5), st.sampled_from([0.0, 0.01, 1.0, 10.0]))
def test_round_numbers_lie_between_the_ends(low: float, width: float, unit: float) -> None:
    """A rounded end stays inside its range whenever the range holds a multiple of the unit."""
    high = low + max(width, 2 * unit)
    found = round_between(low, high, unit)
    # Division leaves a billionth of the step: 1e-8 of the larger end covers it.
    slack = 1e-8 * max(abs(low), abs(high), 1.0)
    assert low - slack <= found <= high + slack


@given(st.lists(st.integers(-50, 400), min_size=60, max_size=400), st.integers(1, 15))
@settings(max_examples=60, deadline=None)
def test_cells_of_numbers_hold_k_people_and_do_not_overlap(values: list[int], k: int) -> None:
    """Every cell and band is disjoint, ascending, and rests on at least k people."""
    column = RawColumn("x", "numbers", np.array(values, dtype=float), np.zeros(len(values), bool))
    table = PeopleTable((column,), np.ones(len(values)))
    (found,) = fit_columns(table, k=k)
    assert np.bincount(found.codes, minlength=len(found.categories)).min() >= k
    if found.numbers is None or found.cell_codes is None:
        return
    cells = found.numbers.cells
    assert all(c.low <= c.high for c in cells)
    assert all(a.high < b.low for a, b in itertools.pairwise(cells))
    assert np.bincount(found.cell_codes, minlength=len(cells)).min() >= k


def test_the_written_file_is_plain_yaml(fitted: tuple[dict[str, Any], Path]) -> None:
    """Other tools read it too."""
    assert yaml.safe_load(fitted[1].read_text(encoding="utf-8"))["name"] == "society"
