"""Whole numbers with exact sums: tables of zones, cells of a zone, sizes of households."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from populace.personas.random_stream import uniforms
from populace.personas.synthesis_fitting import FittedZone, Margin, fit_cells, project
from populace.personas.synthesis_persons import tilted
from populace.personas.synthesis_rounding import round_table, round_zones
from populace.personas.synthesis_zones import shared_out


@given(st.lists(st.floats(0, 1000), min_size=1, max_size=9), st.integers(0, 500))
def test_shared_out_numbers_sum_and_stay_near(parts: list[float], total: int) -> None:
    shares = np.array(parts) + 0.001
    found = shared_out(shares, total)
    assert found.sum() == total
    assert (np.abs(found - shares * total / shares.sum()) < 1 + 1e-6).all()


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 9), st.integers(1, 6), st.integers(0, 10_000))
def test_a_rounded_table_has_exact_sums_and_neighbouring_numbers(n: int, k: int, seed: int) -> None:
    numbers = uniforms(seed, "t", 0, 2 * n * k).reshape(2, n, k)
    rows = np.floor(9 * numbers[0].sum(axis=1)).astype(np.int64)
    columns = shared_out(numbers[1].sum(axis=0) + 0.1, int(rows.sum()))
    table, is_met = fit_cells(
        numbers[0] + 0.01, [Margin("", (0,), rows), Margin("", (1,), columns)]
    )
    assert is_met
    found = round_table(table, rows, columns, numbers[1])
    assert found.sum(axis=1).tolist() == rows.tolist()
    assert found.sum(axis=0).tolist() == columns.tolist()
    assert (np.abs(found - table) < 1 + 1e-6).all()


def test_fitting_keeps_the_seed_s_odds_and_meets_the_totals() -> None:
    """By hand: 2 x 2 with odds ratio 4 and all totals 3: cells 2, 1, 1, 2."""
    joint = np.array([[4.0, 1.0], [1.0, 1.0]])
    margins = [Margin("a", (0,), np.array([3, 3])), Margin("b", (1,), np.array([3, 3]))]
    found, is_met = fit_cells(joint, margins)
    assert is_met
    assert found == pytest.approx(np.array([[2.0, 1.0], [1.0, 2.0]]), abs=1e-6)


def test_fitting_says_when_no_mixture_of_cells_meets_the_totals() -> None:
    joint = np.array([[1.0, 0.0], [0.0, 1.0]])
    margins = [Margin("a", (0,), np.array([3, 1])), Margin("b", (1,), np.array([1, 3]))]
    assert not fit_cells(joint, margins)[1]


def test_projection_keeps_the_order_of_its_axes() -> None:
    cells = np.arange(24).reshape(2, 3, 4)
    assert project(cells, (2, 0)).tolist() == cells.sum(axis=1).T.tolist()


def _zone(totals: list[list[int]], joint: np.ndarray, *, zone: int = 0) -> FittedZone:
    margins = tuple(Margin(str(a), (a,), np.array(t)) for a, t in enumerate(totals))
    return FittedZone(zone, sum(totals[0]), fit_cells(joint, list(margins))[0], margins)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_rounded_zones_meet_their_totals_without_a_kind_that_the_seed_lacks(seed: int) -> None:
    """The totals are those of real households of the seed, so they can be met."""
    draw = uniforms(seed, "z", 0, 100)
    joint = np.where(uniforms(seed, "j", 0, 27) < 0.4, 0.0, 1.0).reshape(3, 3, 3)
    joint[0, 0, 0] = 1.0
    existing = np.argwhere(joint > 0)[(draw[:20] * (joint > 0).sum()).astype(int)]
    totals = [np.bincount(existing[:, a], minlength=3).tolist() for a in range(3)]
    zone = _zone(totals, joint)
    possible = np.ones((3, 3, 3), dtype=np.bool_)
    [found] = round_zones([zone], possible, lambda _name, n: uniforms(seed, "u", 0, n))
    assert found.n_missed == 0
    assert [project(found.cells, (a,)).tolist() for a in range(3)] == totals


def test_rounding_keeps_rare_kinds_as_often_as_they_are_expected() -> None:
    """200 zones of 4 households, a tenth of them of a rare kind: 80 households, not 0."""
    joint = np.array([[0.9, 0.0], [0.0, 0.1]])
    margin = Margin("all", (0,), np.array([4]))
    zones = [FittedZone(z, 4, (4 * joint).reshape(1, 4), (margin,)) for z in range(200)]
    possible = (joint > 0).reshape(1, 4)
    found = round_zones(zones, possible, lambda name, n: uniforms(1, name, 0, n))
    rare = sum(int(one.cells[0, 3]) for one in found)
    assert 50 <= rare <= 110


def test_a_part_of_a_larger_total_that_a_zone_cannot_take_goes_to_the_next() -> None:
    """The small zone has only kind 0, its part says kind 1; the large one makes up for it."""
    own = [np.array([2, 0]), np.array([3, 4])]
    shared = [np.array([1, 1]), np.array([3, 4])]
    joint = np.array([[1.0, 0.0], [1.0, 1.0]])
    zones = []
    for z in range(2):
        margins = (Margin("own", (0,), own[z]), Margin("shared", (1,), shared[z], True))
        zones.append(FittedZone(z, int(own[z].sum()), fit_cells(joint, list(margins))[0], margins))
    possible = np.array([[True, False], [True, True]])
    found = round_zones(zones, possible, lambda name, n: uniforms(1, name, 0, n))
    assert [one.n_missed for one in found] == [0, 0]
    cells = found[0].cells + found[1].cells
    assert cells.sum(axis=1).tolist() == [5, 4]
    assert cells.sum(axis=0).tolist() == [5, 4] or found[1].cells.tolist() == [[3, 0], [0, 4]]


def test_tilted_sizes_have_the_wanted_mean_and_keep_what_is_settled() -> None:
    """Category 0 is one person; 10 households of 4 or 6 with 46 persons: 7 and 3."""
    shares = np.array([[1.0, 0.0, 0.0], [0.0, 0.9, 0.1]])
    found = tilted(shares, np.array([1, 4, 6]), np.array([5, 10]), 5 + 46)
    assert found == pytest.approx(np.array([[5, 0, 0], [0, 7, 3]]), abs=1e-6)
