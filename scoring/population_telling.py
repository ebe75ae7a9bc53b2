"""In words: by which columns a set gives itself away, and in which direction."""

from __future__ import annotations

import numpy as np

from .binning import Floats
from .population_classifier import Separation
from .population_columns import Pool
from .population_detail import TellingColumn
from .population_distance import CellDistances

_TELLING = 6
_WORTH_SAYING = 0.02
"""Difference of shares, or of a pair's distance over its floor, that is put into words."""


def telling_columns(
    pool: Pool, found: Separation, pairs: CellDistances | None, *, least: float
) -> tuple[TellingColumn, ...]:
    """Return the columns that help trees most, the most telling first.

    Args:
        pool: Both sides.
        found: The trees' importance of each column.
        pairs: Distances of pairs, to say with which column it does not fit.
        least: Importance below which a column is not worth naming.
    """
    order = np.argsort(-found.importance, kind="stable")[:_TELLING]
    return tuple(
        TellingColumn(
            attribute=pool.names[index],
            importance=float(found.importance[index]),
            direction=_direction(pool, int(index), pairs),
        )
        for index in order
        if found.importance[index] > least
    )


def code_shares(pool: Pool, index: int) -> tuple[Floats, Floats]:
    """Return the share of each fine bin of one attribute, in the set and in the reference."""
    column = pool.columns[index]
    size = max(len(column.labels), int(column.codes.max()) + 1)
    found = []
    for part in (slice(0, pool.n_set), slice(pool.n_set, None)):
        weights = None if pool.weights is None else pool.weights[part]
        counts = np.bincount(column.codes[part], weights, minlength=size)
        found.append(np.asarray(counts / counts.sum(), dtype=np.float64))
    return found[0], found[1]


def _direction(pool: Pool, index: int, pairs: CellDistances | None) -> str:
    column = pool.columns[index]
    of_set, of_real = code_shares(pool, index)
    said = []
    if column.numbers is not None:
        weights = np.ones(pool.n) if pool.weights is None else pool.weights
        one, two = (
            _mean(column.numbers[part], weights[part])
            for part in (slice(0, pool.n_set), slice(pool.n_set, None))
        )
        said.append(f"mean {_plain(one)} against {_plain(two)}")
    worst = int(np.argmax(np.abs(of_set - of_real)))
    if abs(of_set[worst] - of_real[worst]) > _WORTH_SAYING:
        more = "more often" if of_set[worst] > of_real[worst] else "less often"
        said.append(
            f"“{column.labels[worst]}” {more}: {100 * of_set[worst]:.1f} % against "
            f"{100 * of_real[worst]:.1f} %"
        )
    if pairs is not None:
        floors = pairs.floors()
        mine = [place for place, cell in enumerate(pairs.cells) if index in cell]
        place = max(mine, key=lambda one: pairs.values[one] - floors[one])
        if pairs.values[place] - floors[place] > _WORTH_SAYING:
            other = next(i for i in pairs.cells[place] if i != index)
            said.append(
                f"does not go with {pool.names[other].replace('_', ' ')} as it should (distance "
                f"{pairs.values[place]:.2f}, chance {floors[place]:.2f})"
            )
    return "; ".join(said) or "no single value stands out"


def _mean(values: Floats, weights: Floats) -> float:
    present = np.isfinite(values)
    mass = weights[present].sum()
    return float((values[present] * weights[present]).sum() / mass) if mass > 0 else float("nan")


def _plain(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
