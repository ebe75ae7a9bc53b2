"""Do numbers vary as much, and move together, as in the reference?

Synthetic people are often too alike: means agree while the variance is half. The ratio of variances
is taken per number; correlations are those of ranks, so one rich household decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .binning import Floats
from .population_columns import Pool

_FEWEST_VALUES = 10
"""Present values that a side needs before its variance is compared."""


@dataclass(frozen=True, slots=True)
class NumberFit:
    """Variances and rank correlations of the shared numbers."""

    names: tuple[str, ...]
    """Columns whose variance is compared."""
    log_ratios: Floats
    """Logarithm of the set's variance over the reference's, per column."""
    chance: Floats
    """The same for faultless sets, shape (columns, draws)."""
    spread: Floats
    """Bootstrap samples of the logarithms, around 0, shape (columns, draws)."""
    correlation_error: float
    """Mean absolute difference of rank correlations; nan with fewer than two numbers."""
    correlation_chance: Floats
    """The same for faultless sets, shape (draws,)."""
    correlation_spread: float
    """Standard deviation of the error over bootstrap samples."""
    worst_pairs: tuple[str, ...]
    """Pairs of columns whose correlation differs most."""


def number_fit(pool: Pool, *, draws: int, interval_draws: int, seed: int) -> NumberFit | None:
    """Return how numbers vary and move together; None when no number can be compared."""
    columns = [column for column in pool.columns if column.numbers is not None]
    kept = []
    for column in columns:
        numbers = np.asarray(column.numbers)
        sides = (numbers[: pool.n_set], numbers[pool.n_set :])
        enough = all(np.isfinite(side).sum() >= _FEWEST_VALUES for side in sides)
        if enough and np.nanstd(sides[1]) > 0:
            kept.append(column)
    if not kept:
        return None
    sums = _Sums.of(pool, np.stack([np.asarray(column.numbers) for column in kept], axis=1))
    generator = np.random.default_rng([seed, 0x4E0B])
    of_set, of_real = sums.over(np.arange(pool.n_set)), sums.over(np.arange(pool.n_set, pool.n))
    log_ratios = _log_ratio(of_set, of_real)
    differences = _correlation_differences(of_set, of_real)
    total = of_set.plus(of_real, 1.0)
    dealt = min(pool.n_set, pool.n_real)
    sign = 1.0 if pool.n_set <= pool.n_real else -1.0
    chance, correlation_chance = np.zeros((len(kept), draws)), np.zeros(draws)
    for draw in range(draws):
        part = sums.over(generator.permutation(pool.n)[:dealt])
        rest = total.plus(part, -1.0)
        chance[:, draw] = sign * _log_ratio(part, rest) * pool.weight_loss
        correlation_chance[draw] = _mean(_correlation_differences(part, rest)) * pool.weight_loss
    spread, errors = np.zeros((len(kept), interval_draws)), np.zeros(interval_draws)
    held = min(pool.n_real, 4 * pool.n_set)
    for draw in range(interval_draws):
        one = sums.over(generator.integers(0, pool.n_set, pool.n_set))
        two = sums.over(generator.integers(pool.n_set, pool.n, held))
        spread[:, draw] = _log_ratio(one, two) - log_ratios
        errors[draw] = _mean(_correlation_differences(one, two))
    first, second = np.triu_indices(len(kept), 1)
    worst = np.argsort(-differences, kind="stable")[:3]
    return NumberFit(
        tuple(column.name for column in kept),
        log_ratios,
        chance,
        spread,
        _mean(differences) if len(differences) else float("nan"),
        correlation_chance,
        float(errors.std()),
        tuple(f"{kept[first[i]].name} × {kept[second[i]].name}" for i in worst),
    )


@dataclass(frozen=True, slots=True)
class _Moments:
    """Weighted sums over some rows; the sums of the other rows follow by subtraction."""

    mass: Floats
    """Weight of the present values, per column."""
    first: Floats
    """Sum of the values."""
    second: Floats
    """Sum of their squares."""
    weight: float
    """Weight of all rows."""
    ranks: Floats
    """Sum of the ranks."""
    products: Floats
    """Sum of the products of ranks, shape (columns, columns)."""

    def plus(self, other: _Moments, sign: float) -> _Moments:
        """Return the sums over the rows of both, or without the other's."""
        return _Moments(
            self.mass + sign * other.mass,
            self.first + sign * other.first,
            self.second + sign * other.second,
            self.weight + sign * other.weight,
            self.ranks + sign * other.ranks,
            self.products + sign * other.products,
        )

    def variances(self) -> Floats:
        """Return the variance of each column, in pooled variances."""
        mass = np.maximum(self.mass, 1e-300)
        # A side without any variance is 9 orders below one that has it, not at minus infinity.
        return np.asarray(np.maximum(self.second / mass - (self.first / mass) ** 2, 1e-9))

    def correlations(self) -> Floats:
        """Return the correlations of the ranks."""
        mean = self.ranks / self.weight
        covariance = self.products / self.weight - np.outer(mean, mean)
        deviation = np.sqrt(np.maximum(np.diagonal(covariance), 0.0))
        scale = np.outer(deviation, deviation)
        return np.asarray(
            np.divide(covariance, scale, out=np.zeros_like(scale), where=scale > 1e-9)
        )


@dataclass(frozen=True, slots=True)
class _Sums:
    """Centred values, presence, ranks and weights of all pooled rows."""

    present: Floats
    values: Floats
    ranks: Floats
    weights: Floats | None

    @classmethod
    def of(cls, pool: Pool, values: Floats) -> _Sums:
        """Centre and scale the values, so that subtracting sums loses no digits."""
        present = np.isfinite(values)
        centred = np.where(present, values - np.nanmean(values, axis=0), 0.0)
        centred /= np.maximum(np.nanstd(values, axis=0), 1e-300)
        ranks = np.stack([_standard_ranks(column) for column in values.T], axis=1)
        return cls(present.astype(np.float64), centred, ranks, pool.weights)

    def over(self, places: NDArray[np.int64]) -> _Moments:
        """Return the sums over some rows."""
        values, ranks, present = self.values[places], self.ranks[places], self.present[places]
        weight = np.ones(len(places)) if self.weights is None else self.weights[places]
        return _Moments(
            weight @ present,
            weight @ values,
            weight @ values**2,
            float(weight.sum()),
            weight @ ranks,
            (ranks * weight[:, None]).T @ ranks,
        )


def _standard_ranks(values: Floats) -> Floats:
    """Return pooled mid-ranks; an absent value takes the middle, so it moves nothing."""
    present = np.isfinite(values)
    _, inverse, counts = np.unique(values[present], return_inverse=True, return_counts=True)
    ranks = np.full(len(values), 0.5)
    ranks[present] = (np.cumsum(counts) - counts / 2)[inverse] / present.sum()
    return ranks - 0.5


def _log_ratio(one: _Moments, two: _Moments) -> Floats:
    return np.asarray(np.log(one.variances()) - np.log(two.variances()))


def _correlation_differences(one: _Moments, two: _Moments) -> Floats:
    difference = np.abs(one.correlations() - two.correlations())
    return np.asarray(difference[np.triu_indices(len(difference), 1)])


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else 0.0
