"""A faultless sample of any size passes the attribute fit; a skewed one does not."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from populace.personas.errors import ConfigError
from populace.scoring import AttributeFit, AttributeFitConfig, Score
from populace.scoring.attribute_fit import expected_distance
from populace.scoring.binning import learn_bins

Draw = Callable[[int, int], pa.Table]


def fit(rows: pa.Table, reference: pa.Table, seed: int = 0, batch: int = 1000) -> list[Score]:
    names = tuple(reference.column_names)
    check = AttributeFit(names, reference, AttributeFitConfig(floor_draws=300), seed)
    for part in rows.to_batches(max_chunksize=batch):
        check.update(part)
    return list(check.scores()[0])


def replaced(rows: pa.Table, name: str, values: object) -> pa.Table:
    index = rows.column_names.index(name)
    return rows.set_column(index, name, pa.array(values))


@pytest.mark.parametrize(("n", "seeds"), [(64, 20), (10_000, 20)])
def test_clean_samples_pass_in_at_least_19_of_20_seeds(
    n: int, seeds: int, draw_population: Draw, reference: pa.Table
) -> None:
    passed = [
        all(score.passed for score in fit(draw_population(n, seed), reference, seed))
        for seed in range(seeds)
    ]
    assert sum(passed) >= seeds - 1


@pytest.mark.parametrize("n", [64, 10_000])
@pytest.mark.parametrize("seed", range(3))
def test_a_doubled_share_fails(
    n: int, seed: int, draw_population: Draw, reference: pa.Table
) -> None:
    """South is 50 % of the population; doubled, it is all of the set."""
    rows = draw_population(n, seed)
    rows = replaced(rows, "region", ["South"] * n)
    failed = {score.name for score in fit(rows, reference, seed) if score.passed is False}
    assert "attribute_fit_1way_worst" in failed


@pytest.mark.parametrize("seed", range(3))
def test_a_rare_value_doubled_fails_once_the_set_is_large(
    seed: int, draw_population: Draw, reference: pa.Table
) -> None:
    """Vegans go from 5 % to more than 10 % of 10,000 rows: 0.05 is the limit of one attribute."""
    rows = draw_population(10_000, seed)
    diets = np.array(rows["diet"].to_pylist(), dtype=object)
    turned = np.random.default_rng(seed).random(10_000) < 0.075
    diets[turned] = "vegan"
    score = fit(replaced(rows, "diet", diets.tolist()), reference, seed)[1]
    assert score.passed is False
    assert score.worst == ("diet",)


@pytest.mark.parametrize("n", [64, 10_000])
def test_shuffled_columns_keep_each_attribute_and_fail_in_pairs(
    n: int, draw_population: Draw, reference: pa.Table
) -> None:
    rows = draw_population(n, 3)
    order = np.random.default_rng(1).permutation(n)
    rows = replaced(rows, "state", [rows["state"].to_pylist()[i] for i in order])
    scores = {score.name: score for score in fit(rows, reference)}
    assert scores["attribute_fit_1way_worst"].passed
    assert scores["attribute_fit_2way_worst"].passed is False
    assert "region × state" in scores["attribute_fit_2way_worst"].worst


def test_batches_do_not_change_the_scores(draw_population: Draw, reference: pa.Table) -> None:
    rows = draw_population(3000, 5)
    assert fit(rows, reference, batch=7 * 37) == fit(rows, reference, batch=3000)


def test_the_floor_is_what_clean_samples_of_that_size_show(
    draw_population: Draw, reference: pa.Table
) -> None:
    """5,000 rows lie beyond the drawn sample size, so this holds the scaling to the truth."""
    scores = [fit(draw_population(5000, seed), reference, seed) for seed in range(5)]
    for index in (0, 2):
        observed = np.mean([found[index].value for found in scores])
        assert scores[0][index].floor == pytest.approx(observed, rel=0.12)


@settings(max_examples=30, deadline=None)
@given(
    weights=st.lists(st.integers(1, 50), min_size=2, max_size=8), n=st.sampled_from([5, 40, 300])
)
def test_expected_distance_is_the_mean_over_samples(weights: list[int], n: int) -> None:
    shares = np.array(weights) / sum(weights)
    samples = np.random.default_rng(0).multinomial(n, shares, size=4000) / n
    simulated = 0.5 * np.abs(samples - shares).sum(axis=1).mean()
    assert expected_distance(shares, n) == pytest.approx(simulated, rel=0.06)


def test_numbers_are_cut_at_quantiles_and_rare_values_are_grouped() -> None:
    bins = learn_bins(pa.chunked_array([list(range(100))]), numeric_bins=4, max_values=30)
    assert bins.labels == ("0–24", "25–49", "50–74", "75–99", "(absent)")
    assert bins.encode(pa.array([0, 24, 25, 99, None])).tolist() == [0, 0, 1, 3, 4]
    many = pa.chunked_array([["common"] * 5 + [f"rare {i}" for i in range(9)]])
    kept = learn_bins(many, numeric_bins=4, max_values=3)
    assert kept.labels == ("common", "rare 0", "other", "(absent)")
    assert kept.encode(pa.array(["common", "rare 8", "unseen"])).tolist() == [0, 2, 2]


def test_a_small_reference_is_refused(draw_population: Draw) -> None:
    with pytest.raises(ConfigError, match="the reference has 50 rows"):
        AttributeFit(("age",), draw_population(50, 0), AttributeFitConfig(), 0)
