"""Attribute fit: do the rows have the attributes of the declared population?

Total variation between rows and reference, for each attribute and each pair of attributes. The
trap is size: 64 faultless rows differ from their own population by 0.1 to 0.3 per attribute. So
each value is shown beside its sampling floor, what faultless samples of the same size give, and
fails only above both its threshold and the upper end of that floor.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ..personas.errors import ConfigError
from .binning import Bins, Codes, learn_bins
from .config import AttributeFitConfig
from .scorecard import AttributeShares, Score, at_most

Floats = NDArray[np.float64]

# Samples for floors and intervals have at most this many rows; beyond, deviations are scaled.
_DRAWN_ROWS = 2000
_FEWEST_REFERENCE_ROWS = 200


class AttributeFit:
    """Counts the rows' attributes batch by batch and compares them with a reference."""

    def __init__(
        self,
        attributes: tuple[str, ...],
        reference: pa.Table,
        config: AttributeFitConfig,
        seed: int,
    ) -> None:
        """Learn the bins.

        Args:
            attributes: Attribute columns of the rows; those the reference lacks are not compared.
            reference: A large sample of the declared population, one column per attribute.
            config: Thresholds and numbers of draws.
            seed: Of the floor and the interval samples.

        Raises:
            ConfigError: If the reference is too small or shares no attribute with the rows.
        """
        self._names = tuple(
            name
            for name in attributes
            if name in reference.column_names and name not in config.exclude
        )
        self._skipped = tuple(name for name in attributes if name not in self._names)
        if not self._names or reference.num_rows < _FEWEST_REFERENCE_ROWS:
            raise ConfigError(
                f"the reference has {reference.num_rows} rows and {len(self._names)} attributes in "
                f"common with the rows; expected at least {_FEWEST_REFERENCE_ROWS} rows and one "
                "attribute. Draw it from the population that the run declares."
            )
        self._config = config
        self._generator = np.random.default_rng([seed, 0xA771])
        self._bins: tuple[Bins, ...] = tuple(
            learn_bins(
                reference.column(name),
                numeric_bins=config.numeric_bins,
                max_values=config.max_values,
            )
            for name in self._names
        )
        self._cells = [(index,) for index in range(len(self._names))] + list(
            combinations(range(len(self._names)), 2)
        )
        self._reference = self._encode(reference)
        self._shares = [self._counts(cell, self._reference) for cell in self._cells]
        self._counted = [np.zeros_like(shares) for shares in self._shares]
        for shares in self._shares:
            shares /= reference.num_rows
        self._n_rows = 0
        self._held: Codes = np.empty((0, len(self._names)), dtype=np.uint8)
        self._priorities: Floats = np.empty(0)

    def update(self, batch: pa.RecordBatch) -> None:
        """Count one batch of rows."""
        codes = self._encode(batch)
        self._n_rows += len(codes)
        for counted, cell in zip(self._counted, self._cells, strict=True):
            counted += self._counts(cell, codes)
        # A seeded sample for the intervals, the same however the rows are cut into batches.
        self._priorities = np.concatenate([self._priorities, self._generator.random(len(codes))])
        self._held = np.concatenate([self._held, codes])
        if len(self._held) > _DRAWN_ROWS:
            kept = np.sort(np.argpartition(self._priorities, _DRAWN_ROWS)[:_DRAWN_ROWS])
            self._priorities, self._held = self._priorities[kept], self._held[kept]

    def scores(self) -> tuple[tuple[Score, ...], tuple[AttributeShares, ...]]:
        """Return the four scores and the shares behind them, after the last batch."""
        n_one_way = len(self._names)
        sampled = [counted / self._n_rows for counted in self._counted]
        values = np.array(
            [_total_variation(a, b) for a, b in zip(sampled, self._shares, strict=True)]
        )
        floor = self._sampling_floor()
        spread = self._bootstrap()
        config = self._config
        found: list[Score] = []
        limits = np.zeros_like(values)
        groups = (
            ("1way", "one attribute", slice(0, n_one_way), config.one_way_mean),
            ("2way", "a pair of attributes", slice(n_one_way, None), config.two_way_mean),
        )
        for label, noun, part, mean_limit in groups:
            worst_limit = config.one_way_worst if label == "1way" else config.two_way_worst
            if len(values[part]) == 0:
                continue
            limits[part] = np.maximum(worst_limit, floor.limits(part, config.floor_quantile))
            found.append(
                self._mean_score(
                    label, noun, values[part], floor.draws[part], spread[part], mean_limit
                )
            )
            found.append(
                self._worst_score(
                    label, noun, values, limits, floor.draws, spread, part, worst_limit
                )
            )
        shares = tuple(
            AttributeShares(
                attribute=name,
                labels=tuple(self._bins[index].labels[bin_] for bin_ in shown),
                declared=tuple(float(self._shares[index][bin_]) for bin_ in shown),
                sampled=tuple(float(sampled[index][bin_]) for bin_ in shown),
                total_variation=float(values[index]),
                floor=float(floor.draws[index].mean()),
                limit=float(limits[index]),
            )
            for index, name in enumerate(self._names)
            for shown in [np.flatnonzero((self._shares[index] > 0) | (sampled[index] > 0))]
        )
        return tuple(found), shares

    def _mean_score(
        self, label: str, noun: str, values: Floats, draws: Floats, spread: Floats, limit: float
    ) -> Score:
        chance = draws.mean(axis=0)
        threshold = max(limit, float(np.quantile(chance, self._config.floor_quantile)))
        value, half = float(values.mean()), 1.96 * float(spread.mean(axis=0).std())
        order = np.argsort(-values, kind="stable")[:3]
        names = self._cell_names(label)
        return Score(
            name=f"attribute_fit_{label}_mean",
            title=f"Distance from the population, {noun} at a time, mean",
            value=value,
            direction="at_most",
            threshold=threshold,
            passed=at_most(value, threshold),
            low=max(0.0, value - half),
            high=min(1.0, value + half),
            floor=float(chance.mean()),
            note=f"total variation over {len(values)} comparisons" + self._skipped_note(),
            origin=self._origin(limit, threshold),
            worst=tuple(names[index] for index in order),
        )

    def _worst_score(
        self,
        label: str,
        noun: str,
        values: Floats,
        limits: Floats,
        draws: Floats,
        spread: Floats,
        part: slice,
        limit: float,
    ) -> Score:
        margins = values[part] - limits[part]
        index = int(np.argmax(margins))
        value, threshold = float(values[part][index]), float(limits[part][index])
        half = 1.96 * float(spread[part][index].std())
        names = self._cell_names(label)
        failed = [
            names[place] for place in np.argsort(-margins, kind="stable") if margins[place] > 1e-12
        ]
        return Score(
            name=f"attribute_fit_{label}_worst",
            title=f"Distance from the population, {noun} at a time, worst",
            value=value,
            direction="at_most",
            threshold=threshold,
            passed=not failed,
            low=max(0.0, value - half),
            high=min(1.0, value + half),
            floor=float(draws[part][index].mean()),
            note=f"{names[index]}; {len(failed)} of {len(margins)} above their own limit",
            origin=self._origin(limit, threshold),
            worst=tuple(failed[:10]) or (names[index],),
        )

    def _origin(self, limit: float, threshold: float) -> str:
        if threshold > limit:
            return (
                f"quantile {self._config.floor_quantile:g} of {self._config.floor_draws} faultless "
                f"samples of {self._n_rows:,} rows; the configured {limit:g} needs more rows"
            )
        return f"configured limit {limit:g}, which is above the sampling floor"

    def _skipped_note(self) -> str:
        return f"; not compared: {', '.join(self._skipped)}" if self._skipped else ""

    def _cell_names(self, label: str) -> list[str]:
        size = 1 if label == "1way" else 2
        return [
            " × ".join(self._names[index] for index in cell)
            for cell in self._cells
            if len(cell) == size
        ]

    def _encode(self, rows: pa.Table | pa.RecordBatch) -> Codes:
        columns = [
            bins.encode(rows.column(name))
            for name, bins in zip(self._names, self._bins, strict=True)
        ]
        return np.stack(columns, axis=1)

    def _joint(self, cell: tuple[int, ...], codes: Codes) -> tuple[NDArray[np.int64], int]:
        joint = codes[:, cell[0]].astype(np.int64)
        size = len(self._bins[cell[0]].labels)
        for index in cell[1:]:
            width = len(self._bins[index].labels)
            joint = joint * width + codes[:, index]
            size *= width
        return joint, size

    def _counts(self, cell: tuple[int, ...], codes: Codes) -> Floats:
        joint, size = self._joint(cell, codes)
        return np.bincount(joint, minlength=size).astype(np.float64)

    def _sampling_floor(self) -> _Floor:
        # Rows and reference are both samples of the population, so the distance of two faultless
        # samples is that of one of the harmonic size from the truth.
        n_reference = len(self._reference)
        size = max(1, round(self._n_rows * n_reference / (self._n_rows + n_reference)))
        drawn = min(size, _DRAWN_ROWS)
        places = self._generator.integers(0, n_reference, (self._config.floor_draws, drawn))
        draws = self._drawn_distances(self._reference, places)
        if size > drawn:
            for index, shares in enumerate(self._shares):
                small, large = expected_distance(shares, drawn), expected_distance(shares, size)
                mean = draws[index].mean()
                ratio = large / small if small > 0 else 1.0
                draws[index] = mean * ratio + (draws[index] - mean) * np.sqrt(drawn / size)
        return _Floor(draws)

    def _bootstrap(self) -> Floats:
        held = len(self._held)
        places = self._generator.integers(0, held, (self._config.interval_draws, held))
        draws = self._drawn_distances(self._held, places)
        centre = draws.mean(axis=1, keepdims=True)
        return np.asarray((draws - centre) * np.sqrt(held / self._n_rows))

    def _drawn_distances(self, codes: Codes, places: NDArray[np.int64]) -> Floats:
        """Return the distance from the reference, shape (cells, draws)."""
        n_draws, size = places.shape
        distances = np.empty((len(self._cells), n_draws))
        offsets = np.arange(n_draws)[:, None]
        for index, (cell, shares) in enumerate(zip(self._cells, self._shares, strict=True)):
            joint, width = self._joint(cell, codes)
            flat = (joint[places] + offsets * width).ravel()
            table = np.bincount(flat, minlength=n_draws * width).reshape(n_draws, width)
            distances[index] = 0.5 * np.abs(table / size - shares).sum(axis=1)
        return distances


@dataclass(frozen=True, slots=True)
class _Floor:
    """Distances of faultless samples."""

    draws: Floats
    """Shape (cells, draws)."""

    def limits(self, part: slice, quantile: float) -> Floats:
        """Return a limit per cell that a faultless sample breaks anywhere with 1 - quantile.

        Each cell is measured in its own standard deviations and the quantile is taken of the
        largest over all cells (max-T), so many comparisons do not add up to a false alarm.
        """
        draws = self.draws[part]
        mean, deviation = draws.mean(axis=1), draws.std(axis=1)
        scaled = (draws - mean[:, None]) / np.maximum(deviation, 1e-9)[:, None]
        return np.asarray(mean + np.quantile(scaled.max(axis=0), quantile) * deviation)


def expected_distance(shares: Floats, n: int) -> float:
    """Return the mean total variation between a distribution and samples of n from it.

    Half the sum of the binomial mean absolute deviations of its cells, in closed form.

    Source: De Moivre (1730); Diaconis and Zabell (1991), "Closed form summation for classical
    distributions".
    """
    from scipy.special import gammaln

    p = shares[(shares > 0) & (shares < 1)]
    if len(p) == 0:
        return 0.0
    m = np.floor(n * p) + 1
    log_choose = gammaln(n + 1) - gammaln(m + 1) - gammaln(n - m + 1)
    log_term = np.log(2 * m) + log_choose + m * np.log(p) + (n - m + 1) * np.log1p(-p)
    return float(0.5 * np.exp(log_term).sum() / n)


def _total_variation(a: Floats, b: Floats) -> float:
    return float(0.5 * np.abs(a - b).sum())
