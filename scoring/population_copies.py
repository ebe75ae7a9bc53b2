"""Are the people different from each other, and different from those the maker learnt from?

Repeats within the set are counted against the repeats of faultless sets: few attributes repeat by
nature. Against a training table, the set's people must be no closer to it than kept-apart real
people are. *Synthetic* is not *anonymous*: this is measured risk of three kinds of attack.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .binning import Floats
from .population_classifier import auc_deviation, auc_interval, weighted_auc
from .population_columns import Pool

_JUDGED_ROWS = 1000
"""Rows a side whose nearest record is searched."""
_SEARCHED_ROWS = 10_000
"""Training rows searched at most."""


@dataclass(frozen=True, slots=True)
class Repeats:
    """Repeats of whole rows within the set."""

    rate: float
    """Share of rows that repeat an earlier row in all compared attributes."""
    rate_chance: Floats
    """The same for faultless sets."""
    effective: float
    """Effective number of different rows over the number of rows, in (0, 1]."""
    effective_chance: Floats
    """The same for faultless sets."""


@dataclass(frozen=True, slots=True)
class Closeness:
    """How close the set comes to the training table, beside kept-apart real people."""

    match_rate: float
    """Share of the set's rows that equal a training row in all attributes."""
    real_match_rate: float
    """The same for the reference."""
    rows: tuple[int, int]
    """Rows of the set and of the reference behind both."""
    distance_ratio: float
    """Mean distance to the nearest training row, the set's over the reference's."""
    distance_chance: Floats
    """The same when set and reference are alike."""
    membership_auc: float
    """How well closeness to the set tells training rows from those of the reference."""
    membership_half_width: float
    """Half the 95 % interval."""
    membership_deviation: float
    """Standard deviation when closeness tells nothing."""


def repeats(pool: Pool, *, draws: int, seed: int) -> Repeats:
    """Return how often the set repeats itself, and what faultless sets of its size do."""
    keys = pool.row_keys()
    generator = np.random.default_rng([seed, 0x4E9])
    n = pool.n_set
    # Drawn from the reference where it is large enough; else from both, which is exact as well.
    source = np.arange(n, pool.n) if pool.n_real >= 2 * n else np.arange(pool.n)
    found = [_repeat_shares(keys[generator.permutation(source)[:n]]) for _ in range(draws)]
    rate, effective = _repeat_shares(keys[:n])
    return Repeats(
        rate, np.array([one for one, _ in found]), effective, np.array([two for _, two in found])
    )


def closeness(pool: Pool, n_training: int, *, draws: int, seed: int) -> Closeness:
    """Return how close the set is to the training table.

    Args:
        pool: Set, then reference and training table as one side; the last `n_training` rows are
            the training table.
        n_training: Rows of the training table.
        draws: Faultless comparisons.
        seed: Of the samples.
    """
    generator = np.random.default_rng([seed, 0xC105E])
    keys = pool.row_keys()
    border = pool.n - n_training
    of_set, of_real, of_training = np.split(np.arange(pool.n), [pool.n_set, border])
    known = np.unique(keys[of_training])
    matches = [float(np.isin(keys[part], known).mean()) for part in (of_set, of_real)]
    coordinates, kinds = _coordinates(pool)
    one = _some(of_set, _JUDGED_ROWS, generator)
    two = _some(of_real, _JUDGED_ROWS, generator)
    members = _some(of_training, _JUDGED_ROWS, generator)
    searched = _some(of_training, _SEARCHED_ROWS, generator)
    near_set = _nearest(coordinates[:, one], coordinates[:, searched], kinds)
    near_real = _nearest(coordinates[:, two], coordinates[:, searched], kinds)
    both = np.concatenate([near_set, near_real])
    dealt = [generator.permutation(both) for _ in range(draws)]
    people = _some(of_set, _SEARCHED_ROWS, generator)
    attacked = np.concatenate([members, two])
    labels = np.repeat([1, 0], [len(members), len(two)])
    scores = -_nearest(coordinates[:, attacked], coordinates[:, people], kinds)
    return Closeness(
        matches[0],
        matches[1],
        (len(of_set), len(of_real)),
        _mean_ratio(near_set, near_real),
        np.array([_mean_ratio(d[: len(one)], d[len(one) :]) for d in dealt]),
        weighted_auc(scores, labels),
        auc_interval(scores, labels, generator=generator),
        auc_deviation(len(members), len(two)),
    )


def _repeat_shares(keys: NDArray[np.int64]) -> tuple[float, float]:
    counts = np.unique(keys, return_counts=True)[1]
    share = counts / len(keys)
    effective = float(np.exp(-(share * np.log(share)).sum()))
    return 1.0 - len(counts) / len(keys), effective / len(keys)


def _coordinates(pool: Pool) -> tuple[Floats, NDArray[np.bool_]]:
    """Return a number per attribute: the pooled rank of numbers, the value's number of others."""
    found = []
    for column in pool.columns:
        if column.numbers is None:
            found.append(column.values.astype(np.float64))
            continue
        distinct, inverse, counts = np.unique(
            column.numbers, return_inverse=True, return_counts=True
        )
        middle = (np.cumsum(counts) - counts / 2) / len(column.numbers)
        # An absent number is one rank range away from all others.
        middle[np.isnan(distinct)] = 2.0
        found.append(middle[inverse])
    return np.stack(found), np.array([column.numbers is not None for column in pool.columns])


def _nearest(rows: Floats, others: Floats, kinds: NDArray[np.bool_]) -> Floats:
    """Return the mean over attributes of the distance to the nearest other row (Gower)."""
    nearest = np.empty(rows.shape[1], dtype=np.float32)
    others = others.astype(np.float32)
    for first in range(0, rows.shape[1], 100):
        block = rows[:, first : first + 100].astype(np.float32)
        total = np.zeros((block.shape[1], others.shape[1]), dtype=np.float32)
        for one, two, is_number in zip(block, others, kinds, strict=True):
            apart = one[:, None] - two[None, :]
            total += np.minimum(np.abs(apart), 1.0) if is_number else apart != 0
        nearest[first : first + 100] = total.min(axis=1)
    return nearest.astype(np.float64) / len(kinds)


def _mean_ratio(one: Floats, two: Floats) -> float:
    return float((one.mean() + 1e-9) / (two.mean() + 1e-9))


def _some(
    places: NDArray[np.int64], most: int, generator: np.random.Generator
) -> NDArray[np.int64]:
    if len(places) <= most:
        return places
    return np.sort(generator.choice(places, most, replace=False))
