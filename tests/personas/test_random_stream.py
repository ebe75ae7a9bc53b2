"""The counter-based stream: windows, independence and uniformity."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from populace.personas.random_stream import uniforms, uniforms_at

PINNED = [0.1380210907497016, 0.07105453987620891, 0.1886378756639321]


@given(
    seed=st.integers(-(2**70), 2**70),
    start=st.integers(0, 300),
    length=st.integers(0, 300),
    attempt=st.integers(0, 5),
)
def test_any_window_equals_that_part_of_the_whole(
    seed: int, start: int, length: int, attempt: int
) -> None:
    whole = uniforms(seed, "age", 0, 600, attempt=attempt)
    window = uniforms(seed, "age", start, start + length, attempt=attempt)
    np.testing.assert_array_equal(window, whole[start : start + length])


@given(st.sets(st.integers(0, 500), max_size=20))
def test_chosen_slots_get_their_own_numbers(slots: set[int]) -> None:
    chosen = np.array(sorted(slots), dtype=np.int64)
    whole = uniforms(3, "age", 0, 501)
    np.testing.assert_array_equal(uniforms_at(3, "age", chosen), whole[chosen])


def test_far_slots_need_no_walk_from_the_start() -> None:
    far = 10**15 + 3
    assert uniforms(1, "a", far, far + 2)[1] == uniforms(1, "a", far + 1, far + 2)[0]


def test_numbers_are_pinned_for_every_platform_and_release() -> None:
    """These values decide every persona: a change here changes all published datasets."""
    found = uniforms(42, "attribute/age", 0, 3)
    np.testing.assert_array_equal(found, PINNED)


def test_seed_stream_and_attempt_each_give_other_numbers() -> None:
    base = uniforms(1, "a", 0, 2_000)
    others = [
        uniforms(2, "a", 0, 2_000),
        uniforms(1, "b", 0, 2_000),
        uniforms(1, "a", 0, 2_000, attempt=1),
    ]
    for other in others:
        assert abs(np.corrcoef(base, other)[0, 1]) < 0.1


def test_numbers_fill_the_unit_interval_evenly() -> None:
    numbers = uniforms(5, "a", 0, 100_000)
    assert numbers.min() >= 0.0
    assert numbers.max() < 1.0
    counts = np.histogram(numbers, bins=20, range=(0, 1))[0]
    # Five standard deviations of a count of 5,000 are 345.
    assert np.abs(counts - 5_000).max() < 345


@pytest.mark.parametrize(("start", "stop"), [(-1, 2), (3, 2)])
def test_a_window_that_is_none_is_refused(start: int, stop: int) -> None:
    with pytest.raises(ValueError, match="expected 0 <= start <= stop"):
        uniforms(1, "a", start, stop)
