"""Conditional tables grown from counts: a tree of conditions whose leaves are distributions.

Plain tables over two or three parents either miss parents or run out of people. A tree asks for
another attribute only where the answer changes the distribution by more than chance, so it may
use many attributes and still keep enough people in each leaf. A leaf's shares lean on those of
the node above it.

Disclosure: a leaf holds at least `k` people. Inside a leaf, categories of 1 to k - 1 people are
pooled; the pool keeps its mass only if it holds `k` people itself, else the mass is a figure that
does not depend on the count.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class TreeOptions:
    """How far trees grow; the defaults are measured in `benchmarks/population.py`."""

    k: int = 11
    """Fewest people behind a leaf, and behind a published share."""
    min_leaf: int = 30
    """Fewest people in a leaf, whatever `k`."""
    penalty: float = 0.7
    """Log-likelihood a split must gain for each free share; 1 is AIC, ln(n) / 2 is BIC. Lower
    than both: what a split wrongly takes for real is evened out by smoothing, what it misses is
    lost."""
    smoothing: float = 5.0
    """How many people the node above counts for in a leaf's shares."""
    max_leaves: int = 150
    """Most leaves of one tree."""


@dataclass(frozen=True, slots=True)
class Predictor:
    """An attribute that a tree may ask for."""

    name: str
    codes: NDArray[np.int64]
    """Shape (n,)."""
    n_categories: int
    is_ordered: bool
    """Split between neighbours only."""
    is_also_nominal: bool = False
    """Ordered codes that may be labels: split them both ways."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A row of a conditional table."""

    allowed: dict[str, frozenset[int]]
    """For each attribute asked for, the categories that lead here."""
    shares: NDArray[np.float64]
    """Shape (n_categories,), sum 1."""
    n_people: int
    """People it rests on; never published."""


@dataclass(slots=True)
class _Node:
    rows: NDArray[np.int64]
    allowed: dict[str, frozenset[int]]
    prior: NDArray[np.float64]
    """Shares of the node above."""
    shares: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    children: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class _Split:
    gain: float
    predictor: int
    left: frozenset[int]


def grow_tree(
    codes: NDArray[np.int64],
    n_categories: int,
    weights: NDArray[np.float64],
    predictors: Sequence[Predictor],
    options: TreeOptions,
) -> list[Leaf]:
    """Return the leaves of a tree for `codes`, left to right.

    Args:
        codes: Shape (n,): what is to be drawn.
        n_categories: How many categories it has.
        weights: Shape (n,): people each row stands for; scaled to the effective sample size.
        predictors: Attributes drawn before; earlier ones win ties.
        options: How far to grow.
    """
    scaled = weights * (weights.sum() / np.square(weights).sum())
    grower = _Grower(codes, n_categories, scaled, list(predictors), options)
    return grower.leaves()


class _Grower:
    def __init__(
        self,
        codes: NDArray[np.int64],
        n_categories: int,
        weights: NDArray[np.float64],
        predictors: list[Predictor],
        options: TreeOptions,
    ) -> None:
        self._codes, self._n, self._weights = codes, n_categories, weights
        self._predictors, self._options = predictors, options
        self._least = max(options.k, options.min_leaf, 1)
        everyone = np.arange(len(codes), dtype=np.int64)
        counts = np.bincount(codes, weights, n_categories)
        self._nodes = [_Node(everyone, {}, counts / counts.sum())]
        self._publish(self._nodes[0])

    def leaves(self) -> list[Leaf]:
        """Grow best gain first, then read the leaves from left to right."""
        queue: list[tuple[float, int, _Split]] = []
        self._offer(0, queue)
        n_leaves = 1
        while queue and n_leaves < self._options.max_leaves:
            _, position, split = heapq.heappop(queue)
            for child in self._split(position, split):
                self._offer(child, queue)
            n_leaves += 1
        found: list[Leaf] = []
        stack = [0]
        while stack:
            node = self._nodes[stack.pop()]
            if node.children is None:
                found.append(Leaf(node.allowed, node.shares, len(node.rows)))
            else:
                stack += [node.children[1], node.children[0]]
        return found

    def _offer(self, position: int, queue: list[tuple[float, int, _Split]]) -> None:
        split = self._best_split(self._nodes[position])
        if split is not None:
            heapq.heappush(queue, (-split.gain, position, split))

    def _split(self, position: int, split: _Split) -> tuple[int, int]:
        node = self._nodes[position]
        predictor = self._predictors[split.predictor]
        here = node.allowed.get(predictor.name, frozenset(range(predictor.n_categories)))
        is_left = np.isin(predictor.codes[node.rows], list(split.left))
        children = []
        for rows, allowed in ((node.rows[is_left], here & split.left),
                              (node.rows[~is_left], here - split.left)):  # fmt: skip
            child = _Node(rows, node.allowed | {predictor.name: frozenset(allowed)}, node.shares)
            self._publish(child)
            children.append(len(self._nodes))
            self._nodes.append(child)
        node.children = (children[0], children[1])
        node.rows = np.empty(0, dtype=np.int64)
        return node.children

    def _publish(self, node: _Node) -> None:
        codes = self._codes[node.rows]
        people = np.bincount(codes, minlength=self._n)
        mass = np.asarray(np.bincount(codes, self._weights[node.rows], self._n), np.float64)
        node.shares = published_shares(
            people, mass, node.prior, k=self._options.k, smoothing=self._options.smoothing
        )

    def _best_split(self, node: _Node) -> _Split | None:
        if len(node.rows) < 2 * self._least:
            return None
        codes, weights = self._codes[node.rows], self._weights[node.rows]
        present = np.flatnonzero(np.bincount(codes, minlength=self._n))
        if len(present) < 2:
            return None
        recode = np.zeros(self._n, dtype=np.int64)
        recode[present] = np.arange(len(present))
        codes, n = recode[codes], len(present)
        best: _Split | None = None
        for position, predictor in enumerate(self._predictors):
            here = predictor.codes[node.rows]
            size = predictor.n_categories
            flat = here * n + codes
            mass = np.bincount(flat, weights, size * n).reshape(size, n).astype(np.float64)
            people = np.bincount(here, minlength=size)
            used = np.flatnonzero(people)
            if len(used) < 2:
                continue
            for order in self._orders(predictor, used, mass):
                gain, cut = self._best_cut(mass[order], people[order])
                if cut >= 0 and (best is None or gain > best.gain + 1e-9):
                    left = self._spread(predictor, node, frozenset(order[: cut + 1].tolist()), used)
                    best = _Split(gain, position, left)
        return best

    def _spread(
        self, predictor: Predictor, node: _Node, left: frozenset[int], used: NDArray[np.int64]
    ) -> frozenset[int]:
        """Give categories that nobody here has to the side of their neighbour."""
        allowed = node.allowed.get(predictor.name, frozenset(range(predictor.n_categories)))
        if not predictor.is_ordered:
            return left
        result = set(left)
        for code in allowed - set(used.tolist()):
            nearest = int(used[np.argmin(np.abs(used - code))])
            if nearest in left:
                result.add(code)
        return frozenset(result)

    def _orders(
        self, predictor: Predictor, used: NDArray[np.int64], mass: NDArray[np.float64]
    ) -> list[NDArray[np.int64]]:
        orders = [used] if predictor.is_ordered else []
        if len(used) > 2 and (not predictor.is_ordered or predictor.is_also_nominal):
            orders.append(used[_principal_order(mass[used])])
        return orders or [used]

    def _best_cut(self, mass: NDArray[np.float64], people: NDArray[np.int64]) -> tuple[float, int]:
        left = np.cumsum(mass, axis=0)[:-1]
        total = mass.sum(axis=0)
        right = total - left
        n_left = np.cumsum(people)[:-1]
        n_right = people.sum() - n_left
        gain = _log_likelihood(left) + _log_likelihood(right) - _log_likelihood(total[None])[0]
        # Only shares that can be told from 0 on either side cost a parameter.
        free = np.minimum((left > 0.5).sum(axis=1), (right > 0.5).sum(axis=1))
        gain = gain - self._options.penalty * np.maximum(free - 1, 1)
        gain[(n_left < self._least) | (n_right < self._least)] = -np.inf
        cut = int(np.argmax(gain))
        return (float(gain[cut]), cut) if gain[cut] > 0 else (0.0, -1)


def published_shares(
    people: NDArray[np.int64],
    mass: NDArray[np.float64],
    prior: NDArray[np.float64],
    *,
    k: int,
    smoothing: float,
) -> NDArray[np.float64]:
    """Return the shares of a leaf, none of which reveals a count of 1 to `k - 1`.

    Args:
        people: Shape (n_categories,): unweighted counts.
        mass: Shape (n_categories,): weighted counts.
        prior: Published shares of the node above.
        k: Fewest people behind a share; 0 or 1 publishes every count.
        smoothing: People that the prior counts for.
    """
    expected = prior * mass.sum()
    # A category that many people should have and nobody has is impossible here, not unlucky.
    is_possible = (people > 0) | ((expected < _STRUCTURAL_ZERO) & (prior > 0))
    small = is_possible & (people < max(k, 1))
    result = np.where(people >= max(k, 1), mass, 0.0)
    if small.any():
        if int(people[small].sum()) >= k:
            for group in _groups(people, prior, np.flatnonzero(small), k):
                spread = prior[group] if prior[group].sum() > 0 else np.ones(len(group))
                result[group] = float(mass[group].sum()) * spread / spread.sum()
        else:
            # Only figures of the large categories enter: nothing depends on the hidden counts.
            spread = prior[small] if prior[small].sum() > 0 else np.ones(int(small.sum()))
            large = people >= max(k, 1)
            ratio = float(prior[small].sum()) / max(float(prior[large].sum()), 1e-12)
            per_person = float(mass[large].sum() / people[large].sum())
            likely = float(people[large].sum()) * ratio
            result[small] = mean_below(likely, k) * per_person * spread / spread.sum()
    base = np.where(is_possible, prior, 0.0)
    if base.sum() > 0:
        result = result + smoothing * base / base.sum()
    return np.asarray(result / result.sum())


def _groups(
    people: NDArray[np.int64], prior: NDArray[np.float64], small: NDArray[np.int64], k: int
) -> list[NDArray[np.int64]]:
    """Part small categories into groups of `k` people or more, alike in how common they are here.

    Only a group's total is published; inside it the categories share as in the node above.
    """
    lift = people[small] / np.maximum(prior[small], 1e-12)
    order = small[np.argsort(-lift, kind="stable")]
    groups: list[NDArray[np.int64]] = []
    start = count = 0
    for stop, category in enumerate(order, 1):
        count += int(people[category])
        if count >= k:
            groups.append(order[start:stop])
            start, count = stop, 0
    if start < len(order):
        rest = order[start:]
        groups[-1:] = [np.concatenate([groups[-1], rest])] if groups else [rest]
    return groups


def mean_below(mean: float, k: int) -> float:
    """Return what a count that is below `k` is on average, if it is `mean` on average elsewhere.

    Counts vary like a negative binomial distribution: more than by chance, since a leaf was cut
    out where people differ.
    """
    failure = mean / (mean + POOL_SHAPE)
    weight, total, moment = 1.0, 0.0, 0.0
    for count in range(k):
        total += weight
        moment += count * weight
        weight *= (POOL_SHAPE + count) / (count + 1) * failure
    return moment / total


POOL_SHAPE = 2.0
"""Shape of that distribution."""
_STRUCTURAL_ZERO = 4.0
"""Expected people from which on 0 found means impossible: by chance it has odds of 1 in 55."""


def _log_likelihood(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    positive = np.maximum(counts, 1e-300)
    total = np.maximum(counts.sum(axis=1), 1e-300)
    inner = np.where(counts > 1e-9, counts * np.log(positive), 0.0).sum(axis=1)
    return np.asarray(inner - total * np.log(total))


def _principal_order(mass: NDArray[np.float64]) -> NDArray[np.int64]:
    """Order categories along the direction in which their distributions differ most."""
    total = np.maximum(mass.sum(axis=1, keepdims=True), 1e-12)
    # Few people say little: their distributions are drawn towards the common one.
    common = mass.sum(axis=0, keepdims=True) / mass.sum()
    shares = (mass + 2.0 * common) / (total + 2.0)
    centred = (shares - common) / np.sqrt(np.maximum(common, 1e-6))
    weighted = centred * np.sqrt(total)
    _, vectors = np.linalg.eigh(weighted.T @ weighted)
    score = centred @ vectors[:, -1]
    # Solvers may flip the sign; the heaviest category decides it.
    if score[int(np.argmax(total))] < 0:
        score = -score
    return np.argsort(score, kind="stable")


def rounded(leaves: Sequence[Leaf], digits: int) -> list[Leaf]:
    """Return leaves whose shares have at most `digits` decimals and still sum to 1."""
    result = []
    for leaf in leaves:
        shares = np.round(leaf.shares, digits)
        largest = int(np.argmax(shares))
        shares[largest] = round(1.0 - float(np.delete(shares, largest).sum()), digits)
        result.append(replace(leaf, shares=shares))
    return result
