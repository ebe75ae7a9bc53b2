"""A faultless set of any size passes; each way of spoiling it fails, and says where."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pyarrow as pa
import pytest
from populace.personas.errors import ConfigError
from populace.scoring import (
    PopulationCheck,
    PopulationFit,
    PopulationFitConfig,
    Score,
    Scorecard,
    fit_population,
)

Draw = Callable[[int, int], pa.Table]
FAST = PopulationFitConfig(chance_draws=60, interval_draws=20, triples=60)
SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"


def load_battery() -> ModuleType:
    path = Path(__file__).resolve().parents[2] / "benchmarks" / "null_battery.py"
    spec = importlib.util.spec_from_file_location("null_battery", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["null_battery"] = module
    spec.loader.exec_module(module)
    return module


battery = load_battery()


def by_name(fit: PopulationFit) -> dict[str, Score]:
    return {score.name.removeprefix("population_"): score for score in fit.scores}


def failed(fit: PopulationFit) -> set[str]:
    return {name for name, score in by_name(fit).items() if score.passed is False}


def replaced(rows: pa.Table, name: str, values: object) -> pa.Table:
    return rows.set_column(rows.column_names.index(name), name, pa.array(values))


@pytest.fixture(scope="module")
def small_reference(reference: pa.Table) -> pa.Table:
    return reference.slice(0, 3000)


@pytest.mark.parametrize("n", [64, 300])
def test_clean_sets_pass_in_every_seed(
    n: int, draw_population: Draw, small_reference: pa.Table
) -> None:
    for seed in range(6):
        fit = fit_population(draw_population(n, seed), small_reference, FAST, seed=seed)
        assert failed(fit) == set(), seed


@pytest.mark.parametrize("n", [150, 500])
def test_each_way_of_spoiling_a_set_is_noticed_by_the_score_made_for_it(
    n: int, draw_population: Draw, small_reference: pa.Table
) -> None:
    clean, training = draw_population(n, 3), draw_population(n, 77)

    def found(rows: pa.Table, trained_on: pa.Table | None = None) -> set[str]:
        return failed(fit_population(rows, small_reference, FAST, trained_on=trained_on))

    shuffled = found(battery.shuffled(clean, 0))
    assert "2way_worst" in shuffled
    assert "1way_worst" not in shuffled
    assert {"repeated_rows", "effective_rows"} <= found(battery.ten_personas(clean, 0))
    assert {"spread_mean"} <= found(battery.halved_variance(clean, 0))
    larger = draw_population(6 * n, 5)
    west = larger.filter(pa.compute.equal(larger.column("region"), "West")).slice(0, n)
    assert "1way_worst" in found(west)
    copies = found(training, training)
    assert {"training_matches", "training_distance"} <= copies
    assert "2way_mean" not in copies


def test_a_clean_set_is_not_taken_for_a_copy(
    draw_population: Draw, small_reference: pa.Table
) -> None:
    for seed in range(3):
        fit = fit_population(
            draw_population(200, seed),
            small_reference,
            FAST,
            trained_on=draw_population(500, 90 + seed),
            seed=seed,
        )
        assert failed(fit) == set()


def test_the_worst_pair_and_the_telling_columns_are_named(
    draw_population: Draw, small_reference: pa.Table
) -> None:
    rows = draw_population(600, 3)
    states = rows.column("state").take(np.random.default_rng(1).permutation(600))
    rows = replaced(rows, "state", states.combine_chunks())
    fit = fit_population(rows, small_reference, FAST)
    scores = by_name(fit)
    assert scores["2way_worst"].worst == ("region × state",)
    assert {column.attribute for column in fit.detail.telling[:2]} == {"region", "state"}
    assert "does not go with" in fit.detail.telling[0].direction
    assert set(fit.detail.map_attributes[:2]) == {"region", "state"}
    assert fit.detail.map_ratios[1][0] > 3


def test_cities_grouped_by_the_alphabet_still_belong_to_their_states() -> None:
    """64 cities in eight states, none frequent enough for a group of its own."""
    generator = np.random.default_rng(0)
    state_of = generator.permutation(64) % 8

    def draw(n: int) -> pa.Table:
        city = generator.integers(0, 64, n)
        return pa.table(
            {"city": [f"city {c:02d}" for c in city], "state": [f"s{state_of[c]}" for c in city]}
        )

    reference, rows = draw(4000), draw(600)
    assert failed(fit_population(rows, reference, FAST)) == set()
    mixed = replaced(rows, "city", rows["city"].take(generator.permutation(600)).combine_chunks())
    assert "2way_worst" in failed(fit_population(mixed, reference, FAST))


def test_baselines_stand_between_floor_and_independence(reference: pa.Table) -> None:
    """The only dependent pairs form a tree, so the tree reaches the floor; shuffling does not."""
    fit = fit_population(reference.slice(0, 2000), reference.slice(5000, 5000), FAST)
    line = next(line for line in fit.detail.lines if line.score == "population_2way_mean")
    assert line.tree is not None
    assert line.independent is not None
    assert line.value == pytest.approx(line.floor, rel=0.15)
    assert line.tree == pytest.approx(line.floor, rel=0.15)
    assert line.independent > 1.3 * line.tree


def test_the_floor_is_what_clean_samples_of_that_size_show(
    draw_population: Draw, reference: pa.Table
) -> None:
    """5,000 rows lie beyond the rows dealt out for pairs, so this holds the scaling to truth."""
    fits = [fit_population(draw_population(5000, s), reference, FAST, seed=s) for s in range(3)]
    for name in ("1way_mean", "2way_mean", "3way_mean"):
        observed = np.mean([by_name(fit)[name].value for fit in fits])
        assert by_name(fits[0])[name].floor == pytest.approx(observed, rel=0.12)


def test_weights_undo_a_boost(draw_population: Draw, small_reference: pa.Table) -> None:
    """Vegans drawn four times as often and weighted by a quarter are the population again."""
    rows = draw_population(4000, 11)
    vegan = np.array(rows["diet"].to_pylist()) == "vegan"
    keep = vegan | (np.random.default_rng(0).random(4000) < 0.25)
    boosted = rows.filter(pa.array(keep)).append_column(
        "weight", pa.array(np.where(vegan, 0.25, 1.0)[keep])
    )
    config = FAST.model_copy(update={"weight": "weight"})
    assert "1way_worst" in failed(fit_population(boosted.drop(["weight"]), small_reference, FAST))
    assert failed(fit_population(boosted, small_reference, config)) == set()


def test_the_same_seed_gives_the_same_bytes_and_batches_do_not_matter(
    draw_population: Draw, small_reference: pa.Table
) -> None:
    rows = draw_population(300, 5)

    def check(size: int) -> PopulationFit | None:
        found = PopulationCheck(tuple(rows.column_names), small_reference, FAST, 4)
        for batch in rows.to_batches(max_chunksize=size):
            found.update(batch)
        return found.result()

    one, two = check(37), check(300)
    assert one is not None
    assert one == two
    card = Scorecard(one.scores, 300, one.shares, one.detail)
    assert Scorecard.from_json(card.to_json()) == card
    assert json.loads(card.to_json())["population"]["n_set"] == 300


def test_a_run_of_few_rows_is_not_judged(draw_population: Draw, small_reference: pa.Table) -> None:
    check = PopulationCheck(("age", "diet"), small_reference, FAST, 0)
    assert check.result() is None
    check.update(draw_population(5, 0).to_batches()[0])
    assert check.result() is None


def test_what_cannot_be_compared_is_named(draw_population: Draw, small_reference: pa.Table) -> None:
    rows = draw_population(100, 0)
    names = [f"p-{i}" for i in range(100)]
    extended = rows.append_column("only_here", pa.array([1] * 100))
    extended = extended.append_column("id", pa.array(names))
    extended = extended.append_column("empty", pa.nulls(100))
    other = small_reference.append_column("id", pa.array([f"r-{i}" for i in range(3000)]))
    other = other.append_column("empty", pa.nulls(3000))
    fit = fit_population(extended, other, FAST)
    notes = "; ".join(fit.detail.notes)
    for said in ("only in the set: only_here", "id: an identifier", "empty: absent in every row"):
        assert said in notes


def test_unusable_tables_are_refused_in_words(
    draw_population: Draw, small_reference: pa.Table
) -> None:
    rows = draw_population(50, 0)
    with pytest.raises(ConfigError, match="the set has 1 rows; expected at least 20"):
        fit_population(rows.slice(0, 1), small_reference, FAST)
    with pytest.raises(ConfigError, match="share no column"):
        fit_population(rows.select(["age"]).rename_columns(["years"]), small_reference, FAST)
    texts = replaced(rows, "age", [str(age) for age in rows["age"].to_pylist()])
    with pytest.raises(ConfigError, match="'age' is text in the set and a number"):
        fit_population(texts, small_reference, FAST)
    nothing = pa.table({"age": pa.nulls(50)})
    with pytest.raises(ConfigError, match="none of the 1 shared columns can be compared"):
        fit_population(nothing, pa.table({"age": pa.nulls(60)}), FAST)
    weighted = FAST.model_copy(update={"weight": "w"})
    with pytest.raises(ConfigError, match="neither side has the weight column 'w'"):
        fit_population(rows, small_reference, weighted)
    bad = rows.append_column("w", pa.array([-1.0] * 50))
    with pytest.raises(ConfigError, match="weight column 'w' holds something else"):
        fit_population(bad, small_reference, weighted)
    with pytest.raises(ConfigError, match="training table lacks"):
        fit_population(rows, small_reference, FAST, trained_on=rows.select(["age"]))


def test_a_column_absent_on_one_side_is_a_difference(
    draw_population: Draw, small_reference: pa.Table
) -> None:
    rows = replaced(draw_population(100, 0), "diet", pa.nulls(100))
    scores = by_name(fit_population(rows, small_reference, FAST))
    assert "diet" in scores["1way_worst"].worst


@pytest.mark.parametrize("table", ["adult", "gss_people"])
def test_real_data_pass_clean_and_fail_spoiled(table: str) -> None:
    if not (SHARED / table).is_dir():
        pytest.skip(f"needs {SHARED / table}")
    material = next(m for m in battery.materials(SHARED) if m.name == table)
    clean, _, training = material.draw(300, 1)
    assert battery.judge(material, clean, 1) == []
    for name, (rows, with_training) in battery.battery(material, 300, 1).items():
        found = battery.judge(material, rows, 1, training=training if with_training else None)
        assert found, name
