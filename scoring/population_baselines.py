"""Two simpler makers of people, measured beside the set: what it must be better than.

*Independent*: each attribute by its own shares. *Tree*: the tree of pairs that keeps most of what
attributes tell about each other (Chow and Liu). Both learn from real rows. The tree is ours: the
pair counts are there already, the rest is a spanning tree of scipy's and thirty lines, while
importing pgmpy for it costs six seconds of every run.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .binning import Codes, Floats

Places = NDArray[np.int64]


def independent_rows(codes: Codes, n: int, *, weights: Floats | None, seed: int) -> Places:
    """Return rows whose attributes are each taken from another learnt row.

    Args:
        codes: Learnt rows, shape (attributes, rows).
        n: Rows to make.
        weights: Of the learnt rows.
        seed: Of the draw.

    Returns:
        For each attribute and made row the learnt row that gives the value, shape (attributes, n).
    """
    generator = np.random.default_rng([seed, 0x1D0])
    share = None if weights is None else weights / weights.sum()
    return np.stack([generator.choice(codes.shape[1], n, p=share) for _ in codes])


def tree_rows(codes: Codes, n: int, *, weights: Floats | None, seed: int) -> Places:
    """Return rows of the Chow-Liu tree, as `independent_rows` does.

    An attribute's value comes from a learnt row with the same value of its parent.

    Source: Chow and Liu (1968), "Approximating discrete probability distributions with dependence
    trees".
    """
    generator = np.random.default_rng([seed, 0xC4])
    mass = np.ones(codes.shape[1]) if weights is None else weights
    made = np.empty((len(codes), n), dtype=np.int64)
    for attribute, parent in chow_liu_tree(codes, weights):
        if parent < 0:
            made[attribute] = generator.choice(len(mass), n, p=mass / mass.sum())
            continue
        wanted = codes[parent][made[parent]]
        # Learnt rows sorted by the parent's value: each value is one stretch of the sum of weights.
        order = np.argsort(codes[parent], kind="stable")
        upper = np.cumsum(mass[order])
        ends = np.concatenate(
            [[0.0], upper[np.cumsum(np.bincount(codes[parent], minlength=256)) - 1]]
        )
        low, high = ends[wanted], ends[wanted.astype(np.int64) + 1]
        target = low + (high - low) * generator.random(n)
        place = np.searchsorted(upper, target, side="right")
        made[attribute] = order[np.minimum(place, len(order) - 1)]
    return made


def chow_liu_tree(codes: Codes, weights: Floats | None) -> list[tuple[int, int]]:
    """Return (attribute, parent) in an order in which parents come first; the root has parent -1.

    Args:
        codes: Learnt rows, shape (attributes, rows).
        weights: Of the rows.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import breadth_first_order, minimum_spanning_tree

    n = len(codes)
    if n == 1:
        return [(0, -1)]
    information = _mutual_information(codes, weights)
    # Zero means "no edge" to scipy, so every weight is kept below it.
    cost = -information - 1e-6
    np.fill_diagonal(cost, 0.0)
    tree = minimum_spanning_tree(csr_array(cost))
    order, parents = breadth_first_order(tree, 0, directed=False)
    return [(int(attribute), max(-1, int(parents[attribute]))) for attribute in order]


def _mutual_information(codes: Codes, weights: Floats | None) -> Floats:
    """Return the mutual information of all pairs from one product of indicator columns."""
    widths = codes.max(axis=1).astype(np.int64) + 1
    starts = np.concatenate([[0], np.cumsum(widths)[:-1]])
    n_rows, total = codes.shape[1], int(widths.sum())
    joint = np.zeros((total, total))
    for first in range(0, n_rows, 8192):
        part = slice(first, first + 8192)
        block = np.zeros((codes[:, part].shape[1], total), dtype=np.float32)
        block[np.arange(len(block))[:, None], (codes[:, part].T + starts)] = 1.0
        weighted = block if weights is None else block * weights[part, None].astype(np.float32)
        joint += weighted.T @ block
    joint /= joint[: widths[0], : widths[0]].sum()
    single = np.diagonal(joint)
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(joint > 0, joint * np.log(joint / np.outer(single, single)), 0.0)
    summed = np.add.reduceat(np.add.reduceat(terms, starts, axis=0), starts, axis=1)
    np.fill_diagonal(summed, 0.0)
    return np.asarray(np.maximum(summed, 0.0), dtype=np.float64)
