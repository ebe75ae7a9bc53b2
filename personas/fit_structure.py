"""Order the attributes: hill climbing over Bayesian networks, by pgmpy.

A network says which attributes are drawn first and which depend on which directly. The tables are
grown afterwards (`fit_trees`), so only the order and the parents leave this module.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .fit_columns import FitColumn

_MAX_STATES = 8
"""Categories per attribute during the search: the score counts every cell of a table."""
_MAX_ROWS = 50_000
"""Rows the search looks at; edges worth having show long before."""


@dataclass(frozen=True, slots=True)
class Structure:
    """In which order attributes are drawn, and their parents in the network."""

    order: tuple[int, ...]
    """Positions of the columns, first drawn first."""
    parents: dict[int, tuple[int, ...]]
    """Parents of each column; all of them earlier in `order`."""
    score: str
    """What the search maximised."""


def search_structure(
    columns: Sequence[FitColumn],
    weights: NDArray[np.float64],
    *,
    score: str = "bic-d",
    max_parents: int = 3,
    seed: int = 0,
) -> Structure:
    """Return the network that hill climbing finds for `columns`.

    Scores of pgmpy count rows, so weighted rows are first drawn again, each about as often as its
    weight says (systematic resampling, seeded).

    Args:
        columns: The attributes as categories.
        weights: Shape (n,), people each row stands for.
        score: Score of pgmpy: `"bic-d"`, `"aic-d"`, `"bdeu"`, `"k2"`.
        max_parents: Most parents of an attribute.
        seed: Seed of the resampling.
    """
    varying = [i for i, column in enumerate(columns) if len(column.categories) > 1]
    if len(varying) < 2:
        return Structure(tuple(range(len(columns))), dict.fromkeys(range(len(columns)), ()), score)
    rows = _resampled(weights, seed)
    states = {str(i): coarse_codes(columns[i], _MAX_STATES)[rows] for i in varying}
    edges = _hill_climb(states, score, max_parents)
    parents: dict[int, tuple[int, ...]] = dict.fromkeys(range(len(columns)), ())
    for parent, child in edges:
        parents[child] = (*parents[child], parent)
    return Structure(_topological(len(columns), parents), parents, score)


def coarse_codes(column: FitColumn, most: int) -> NDArray[np.int64]:
    """Return codes of at most `most` groups: neighbours joined, or rare words pooled."""
    n = len(column.categories)
    if n <= most:
        return column.codes
    counts = np.bincount(column.codes, minlength=n)
    if column.is_ordered:
        middle = np.cumsum(counts) - counts / 2
        group = np.minimum((middle / max(counts.sum(), 1) * most).astype(np.int64), most - 1)
        if column.has_missing:
            group = group + 1
            group[0] = 0
    else:
        rank = np.empty(n, dtype=np.int64)
        rank[np.argsort(-counts, kind="stable")] = np.arange(n)
        group = np.minimum(rank, most - 1)
    _, dense = np.unique(group, return_inverse=True)
    return np.asarray(dense[column.codes], dtype=np.int64)


def _resampled(weights: NDArray[np.float64], seed: int) -> NDArray[np.int64]:
    n = min(len(weights), _MAX_ROWS)
    if n == len(weights) and np.all(weights == weights[0]):
        return np.arange(n, dtype=np.int64)
    generator = np.random.Generator(np.random.PCG64(seed))
    order = generator.permutation(len(weights))
    upper = np.cumsum(weights[order]) / weights.sum()
    points = (np.arange(n) + generator.random()) / n
    chosen = np.minimum(np.searchsorted(upper, points), len(weights) - 1)
    return np.asarray(order[chosen], dtype=np.int64)


def _hill_climb(
    states: dict[str, NDArray[np.int64]], score: str, max_parents: int
) -> list[tuple[int, int]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pgmpy announces its own renamings
        import pandas as pd
        from pgmpy.estimators import HillClimbSearch

        logging.getLogger("pgmpy").setLevel(logging.ERROR)
        frame = pd.DataFrame({name: pd.Categorical(codes) for name, codes in states.items()})
        found = HillClimbSearch(frame).estimate(
            scoring_method=score, max_indegree=max_parents, show_progress=False
        )
    return sorted((int(parent), int(child)) for parent, child in found.edges())


def _topological(n: int, parents: dict[int, tuple[int, ...]]) -> tuple[int, ...]:
    """Return an order in which parents come first; otherwise as in the table."""
    order: list[int] = []
    waiting = list(range(n))
    while waiting:
        ready = next((i for i in waiting if all(p in order for p in parents[i])), waiting[0])
        order.append(ready)
        waiting.remove(ready)
    return tuple(order)
