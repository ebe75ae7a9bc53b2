"""Total variation between a set and its reference for single attributes, pairs and triples.

Each distance comes with what chance alone gives: the rows of both sides are shuffled together and
dealt out again, which is exact when both come from the same population. The trap is size: 64
faultless rows are 0.1 to 0.3 away from their own population in each attribute.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from .binning import Codes, Floats
from .population_columns import Pool

Places = NDArray[np.int64]

_DEALT_ROWS = 2000
"""Rows dealt out per draw for pairs; beyond, the distances are scaled to the true size."""


@dataclass(frozen=True, slots=True)
class CellDistances:
    """Distances of all single attributes, of all pairs, or of triples."""

    cells: tuple[tuple[int, ...], ...]
    """Attribute numbers of each comparison."""
    values: Floats
    """Total variation, shape (cells,)."""
    chance: Floats
    """The same for faultless sets of the same size, shape (cells, draws)."""
    spread: Floats
    """Standard deviation over bootstrap samples, around 0, shape (cells, draws)."""
    baselines: Floats
    """The same distance for sets made by simpler means, shape (baselines, cells)."""
    rare_found: float
    """Share of the reference's rare mass whose cell the set holds; nan without rare cells."""
    rare_chance: Floats
    """The same for faultless sets, shape (draws,)."""
    rare_baselines: Floats
    """The same for the baselines, shape (baselines,)."""

    def floors(self) -> Floats:
        """Return the mean distance of faultless sets, per comparison."""
        return np.asarray(self.chance.mean(axis=1))

    def limits(self, margin: float) -> Floats:
        """Return a chance limit per comparison, corrected for their number.

        Each comparison is measured in its own standard deviations; the limit lies `margin`
        deviations above the mean of the largest over all comparisons (max-T).
        """
        mean, deviation = self.floors(), np.maximum(self.chance.std(axis=1), 1e-9)
        largest = ((self.chance - mean[:, None]) / deviation[:, None]).max(axis=0)
        return np.asarray(mean + (largest.mean() + margin * largest.std()) * deviation)


def all_singles(n: int) -> list[tuple[int, ...]]:
    """Return every attribute as a comparison of one."""
    return [(index,) for index in range(n)]


def all_pairs(n: int) -> list[tuple[int, ...]]:
    """Return every pair."""
    return list(combinations(range(n), 2))


def some_triples(n: int, most: int, seed: int) -> list[tuple[int, ...]]:
    """Return all triples, or a seeded sample of `most`."""
    total = n * (n - 1) * (n - 2) // 6
    if total <= most:
        return list(combinations(range(n), 3))
    generator = np.random.default_rng([seed, 0x3A3])
    found: dict[tuple[int, ...], None] = {}
    while len(found) < most:
        chosen = np.sort(generator.choice(n, 3, replace=False))
        found[tuple(int(index) for index in chosen)] = None
    return sorted(found)


def cell_distances(
    pool: Pool,
    codes: Codes,
    cells: list[tuple[int, ...]],
    *,
    baselines: list[Codes],
    draws: int,
    interval_draws: int,
    rare_share: float,
    seed: int,
) -> CellDistances:
    """Return the distances of the comparisons in `cells`.

    Args:
        pool: Both sides.
        codes: Code of each attribute and pooled row, shape (attributes, rows).
        cells: Attribute numbers of each comparison; 1, 2 or 3.
        baselines: Codes of sets made by simpler means, each of shape (attributes, rows).
        draws: Faultless sets dealt out.
        interval_draws: Bootstrap samples.
        rare_share: Reference share below which a cell is rare.
        seed: Of all draws.
    """
    deal = _deal(
        pool, draws, interval_draws, seed, most=_DEALT_ROWS if len(cells[0]) == 2 else None
    )
    widths = codes.max(axis=1).astype(np.int64) + 1
    shape = len(cells)
    values, chance = np.zeros(shape), np.zeros((shape, draws))
    spread, others = np.zeros((shape, interval_draws)), np.zeros((len(baselines), shape))
    rare, rare_drawn = np.zeros(2), np.zeros((2, draws))
    rare_others = np.zeros((len(baselines), 2))
    for place, cell in enumerate(cells):
        joint, size = _joint(codes, cell, widths)
        of_set = _shares(joint[: pool.n_set], size, pool.weights, slice(0, pool.n_set))
        of_real = _shares(joint[pool.n_set :], size, pool.weights, slice(pool.n_set, None))
        values[place] = 0.5 * np.abs(of_set - of_real).sum()
        dealt, left = deal.dealt(joint, size)
        chance[place] = deal.scaled(0.5 * np.abs(dealt - left).sum(axis=1), of_real)
        resampled = deal.resampled(joint, size)
        spread[place] = (resampled - resampled.mean()) * deal.interval_scale
        for number, baseline in enumerate(baselines):
            made = _shares(_joint(baseline, cell, widths)[0], size, None, slice(0))
            others[number, place] = 0.5 * np.abs(made - of_real).sum()
            rare_others[number] += _rare_mass(made, of_real, rare_share)
        rare += _rare_mass(of_set, of_real, rare_share)
        if deal.complete:
            part, rest = (dealt, left) if deal.deals_the_set else (left, dealt)
            rare_drawn += _rare_mass(part, rest, rare_share)
    return CellDistances(
        tuple(cells),
        values,
        chance,
        spread,
        others,
        _ratio(rare[0], rare[1]),
        np.array([_ratio(found, mass) for found, mass in rare_drawn.T]),
        np.array([_ratio(found, mass) for found, mass in rare_others]),
    )


def expected_distance(shares: Floats, n: float) -> float:
    """Return the mean total variation between a distribution and samples of n from it.

    Half the sum of the binomial mean absolute deviations of its cells, in closed form.

    Source: De Moivre (1730); Diaconis and Zabell (1991), "Closed form summation for classical
    distributions".
    """
    from scipy.special import gammaln

    p = shares[(shares > 0) & (shares < 1)]
    if len(p) == 0:
        return 0.0
    n = max(1, round(n))
    m = np.floor(n * p) + 1
    log_choose = gammaln(n + 1) - gammaln(m + 1) - gammaln(n - m + 1)
    log_term = np.log(2 * m) + log_choose + m * np.log(p) + (n - m + 1) * np.log1p(-p)
    return float(0.5 * np.exp(log_term).sum() / n)


@dataclass(frozen=True, slots=True)
class _Deal:
    """Rows dealt to the smaller side, and bootstrap samples of both sides."""

    pool: Pool
    places: Places
    """Pooled rows of the dealt side, shape (draws, rows)."""
    deals_the_set: bool
    """Whether the dealt side stands for the set; else for the reference, which is smaller."""
    complete: bool
    """Whether the dealt side has its true size."""
    samples: tuple[Places, Places]
    """Bootstrap rows of the set and of the reference."""
    interval_scale: float
    """From the bootstrap's sizes to the true ones."""

    def dealt(self, joint: Places, size: int) -> tuple[Floats, Floats]:
        """Return the shares of the dealt side and of the other, each of shape (draws, size)."""
        weights = self.pool.weights
        part = _drawn_counts(joint, self.places, size, weights)
        total = np.bincount(joint, weights, minlength=size).astype(np.float64)
        rest = total - part
        return part / part.sum(axis=1, keepdims=True), np.maximum(rest, 0.0) / rest.sum(
            axis=1, keepdims=True
        )

    def scaled(self, distances: Floats, shares: Floats) -> Floats:
        """Return the distances of faultless sets of the true size, weights considered."""
        loss = self.pool.weight_loss
        if self.complete:
            return distances * loss
        n, dealt = self.pool.n, self.places.shape[1]
        shown = dealt * (n - dealt) / n
        wanted = self.pool.n_set * self.pool.n_real / n
        mean = distances.mean()
        expected = expected_distance(shares, shown)
        ratio = expected_distance(shares, wanted) / expected if expected > 0 else 1.0
        return np.asarray(loss * (mean * ratio + (distances - mean) * np.sqrt(shown / wanted)))

    def resampled(self, joint: Places, size: int) -> Floats:
        """Return the distances between bootstrap samples of both sides, shape (draws,)."""
        weights = self.pool.weights
        one, two = (_drawn_counts(joint, places, size, weights) for places in self.samples)
        one /= one.sum(axis=1, keepdims=True)
        two /= two.sum(axis=1, keepdims=True)
        return np.asarray(0.5 * np.abs(one - two).sum(axis=1))


def _deal(pool: Pool, draws: int, interval_draws: int, seed: int, *, most: int | None) -> _Deal:
    generator = np.random.default_rng([seed, 0xDEA1])
    n, m = pool.n_set, pool.n_real
    smaller = min(n, m)
    dealt = smaller if most is None else min(smaller, most)
    places = np.stack([generator.permutation(pool.n)[:dealt] for _ in range(draws)])
    held_set = min(n, _DEALT_ROWS)
    held_real = min(m, _DEALT_ROWS, 4 * held_set)
    samples = (
        generator.integers(0, n, (interval_draws, held_set)),
        generator.integers(n, n + m, (interval_draws, held_real)),
    )
    shown, wanted = held_set * held_real / (held_set + held_real), n * m / (n + m)
    return _Deal(pool, places, n <= m, dealt == smaller, samples, float(np.sqrt(shown / wanted)))


def _joint(codes: Codes, cell: tuple[int, ...], widths: Places) -> tuple[Places, int]:
    joint = codes[cell[0]].astype(np.int64)
    size = int(widths[cell[0]])
    for index in cell[1:]:
        joint *= int(widths[index])
        joint += codes[index]
        size *= int(widths[index])
    return joint, size


def _shares(joint: Places, size: int, weights: Floats | None, part: slice) -> Floats:
    counts = np.bincount(joint, None if weights is None else weights[part], minlength=size)
    return np.asarray(counts / counts.sum(), dtype=np.float64)


def _drawn_counts(joint: Places, places: Places, size: int, weights: Floats | None) -> Floats:
    n_draws = len(places)
    flat = (joint[places] + np.arange(n_draws)[:, None] * size).ravel()
    weight = None if weights is None else weights[places].ravel()
    counts = np.bincount(flat, weight, minlength=n_draws * size)
    return np.asarray(counts.reshape(n_draws, size), dtype=np.float64)


def _rare_mass(of_set: Floats, of_real: Floats, rare_share: float) -> Floats:
    """Return the rare mass of the reference that the set holds, and all of it; last axis summed."""
    mass = np.where((of_real > 0) & (of_real < rare_share), of_real, 0.0)
    return np.stack([np.where(of_set > 0, mass, 0.0).sum(axis=-1), mass.sum(axis=-1)])


def _ratio(found: float, mass: float) -> float:
    return float(found / mass) if mass > 0 else float("nan")
