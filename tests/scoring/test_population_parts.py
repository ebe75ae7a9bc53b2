"""The parts of the population analysis, against values by hand and published cases."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from populace.personas.errors import ConfigError
from populace.scoring.binning import code_column
from populace.scoring.population_baselines import chow_liu_tree, independent_rows, tree_rows
from populace.scoring.population_classifier import auc_deviation, weighted_auc
from populace.scoring.population_distance import expected_distance, some_triples
from populace.scoring.population_tables import read_people


def code(values: Sequence[object], **changes: int) -> tuple[tuple[str, ...], list[int], list[int]]:
    limits = {"numeric_bins": 4, "max_values": 30, "groups": 8} | changes
    found = code_column("x", pa.chunked_array([pa.array(list(values))]), **limits)
    return found.labels, found.codes.tolist(), found.groups.tolist()


def test_numbers_are_cut_at_quantiles() -> None:
    labels, codes, _ = code([*range(100), None])
    assert labels == ("0–24", "25–49", "50–74", "75–99", "(absent)")
    assert [codes[i] for i in (0, 24, 25, 99, 100)] == [0, 0, 1, 3, 4]


def test_a_value_that_most_people_share_is_a_bin_of_its_own() -> None:
    """Capital gains: nine in ten have none; without a bin for 0 the rest would vanish in it."""
    labels, codes, _ = code([0] * 900 + list(range(1, 101)))
    assert labels[0] == "0"
    assert set(codes[:900]) == {0}
    assert len(set(codes[900:])) == 3


def test_rare_values_are_other_alone_but_balanced_groups_in_pairs() -> None:
    values = ["common"] * 50 + [f"rare {i}" for i in range(50)]
    labels, codes, groups = code(values, max_values=3, groups=4)
    assert labels == ("common", "rare 0", "other", "(absent)")
    assert codes.count(2) == 49
    assert sorted(groups.count(group) for group in set(groups[50:])) == [16, 17, 17]
    assert groups[0] not in groups[50:]


@given(st.lists(st.sampled_from(["a", "b", "c", None]) | st.text(max_size=2), min_size=1))
def test_equal_values_share_codes_and_groups_stay_within_their_number(
    values: list[str | None],
) -> None:
    found = code_column(
        "x",
        pa.chunked_array([pa.array(values, pa.string())]),
        numeric_bins=4,
        max_values=5,
        groups=3,
    )
    seen: dict[object, tuple[int, int, int]] = {}
    for value, *codes in zip(values, found.codes, found.groups, found.values, strict=True):
        assert seen.setdefault(value, (codes[0], codes[1], codes[2])) == tuple(codes)
    assert len({codes[2] for codes in seen.values()}) == len(seen)
    assert found.groups.max() < found.n_groups <= 4
    assert found.codes.max() < len(found.labels)


@settings(max_examples=30, deadline=None)
@given(
    weights=st.lists(st.integers(1, 50), min_size=2, max_size=8), n=st.sampled_from([5, 40, 300])
)
def test_expected_distance_is_the_mean_over_samples(weights: list[int], n: int) -> None:
    shares = np.array(weights) / sum(weights)
    samples = np.random.default_rng(0).multinomial(n, shares, size=4000) / n
    simulated = 0.5 * np.abs(samples - shares).sum(axis=1).mean()
    assert expected_distance(shares, n) == pytest.approx(simulated, rel=0.06)


def test_the_tree_finds_a_chain() -> None:
    """A -> b -> c, each a noisy copy of the one before; d has nothing to do with them."""
    generator = np.random.default_rng(0)
    a = generator.integers(0, 4, 5000)
    b = np.where(generator.random(5000) < 0.8, a, generator.integers(0, 4, 5000))
    c = np.where(generator.random(5000) < 0.8, b, generator.integers(0, 4, 5000))
    d = generator.integers(0, 4, 5000)
    codes = np.stack([a, c, b, d]).astype(np.uint8)
    edges = {frozenset(edge) for edge in chow_liu_tree(codes, None) if edge[1] >= 0}
    assert {frozenset({0, 2}), frozenset({1, 2})} <= edges
    made = np.take_along_axis(codes, tree_rows(codes, 20_000, weights=None, seed=1), axis=1)
    for one, two in ((0, 2), (2, 1), (0, 1)):
        agree = (made[one] == made[two]).mean()
        assert agree == pytest.approx((codes[one] == codes[two]).mean(), abs=0.02)


def test_independent_rows_keep_weighted_shares_and_nothing_else() -> None:
    codes = np.array([[0, 1], [0, 1]], dtype=np.uint8)
    weights = np.array([3.0, 1.0])
    places = independent_rows(codes, 20_000, weights=weights, seed=0)
    made = np.take_along_axis(codes, places, axis=1)
    assert made.mean(axis=1) == pytest.approx([0.25, 0.25], abs=0.02)
    assert np.corrcoef(made)[0, 1] == pytest.approx(0.0, abs=0.03)


def test_the_area_under_the_curve_by_hand() -> None:
    scores, labels = np.array([3.0, 2.0, 2.0, 1.0]), np.array([1, 1, 0, 0])
    assert weighted_auc(scores, labels) == pytest.approx(3.5 / 4)
    weights = np.array([1.0, 1.0, 3.0, 1.0])
    assert weighted_auc(scores, labels, weights) == pytest.approx((4 + 1.5 + 1) / 8)
    assert auc_deviation(10, 10) == pytest.approx(np.sqrt(21 / 1200))


@given(n=st.integers(3, 30), most=st.integers(1, 40), seed=st.integers(0, 5))
def test_triples_are_distinct_and_bounded(n: int, most: int, seed: int) -> None:
    triples = some_triples(n, most, seed)
    assert len(set(triples)) == len(triples) == min(most, n * (n - 1) * (n - 2) // 6)
    assert all(a < b < c < n for a, b, c in triples)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("ragged.csv", "a,b\n1,2\n3\n", "cannot be read as .csv"),
        ("empty.csv", "a,b\n", "is empty: 0 rows"),
        ("twice.csv", "a,a\n1,2\n", "column names a more than once"),
        ("people.xlsx", "x", "is no table that can be read"),
        ("broken.parquet", "not parquet", "cannot be read as .parquet"),
    ],
)
def test_tables_that_cannot_be_read_say_why(
    tmp_path: Path, name: str, text: str, said: str
) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(ConfigError, match=said):
        read_people(tmp_path / name)


def test_a_missing_table_and_a_directory_without_data_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no table"):
        read_people(tmp_path / "nobody.csv")
    with pytest.raises(ConfigError, match="has no data files"):
        read_people(tmp_path)


def test_the_data_of_a_run_directory_are_read(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "people.csv").write_text("age,note\n40,NA\n41,x\n")
    assert read_people(tmp_path).to_pydict() == {"age": [40, 41], "note": [None, "x"]}
