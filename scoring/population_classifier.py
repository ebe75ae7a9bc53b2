"""Can a classifier tell the set from the reference, and by which columns?

Boosted trees are trained on rows of both sides and judged on rows that they have not seen
(classifier two-sample test). An area under the ROC curve of 0.5 is guessing. It sees what distances
of pairs cannot: combinations of many columns, rounding, values that never occur.

Source: Lopez-Paz and Oquab (2017), "Revisiting classifier two-sample tests", arXiv:1610.06545.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .binning import CodedColumn, Floats
from .population_columns import Pool

MOST_ROWS = 1500
"""Rows a side, the size at which the specification's figures were measured."""
_FOLDS = 5
_CATEGORIES = 200
"""Values of a column that the trees can tell apart; at most 255."""
_REAL_PER_SET = 4
"""Reference rows per row of a small set; more would only cost time."""


@dataclass(frozen=True, slots=True)
class Separation:
    """How well the trees tell one side from the other."""

    auc: float
    """Area under the ROC curve on unseen rows."""
    low: float
    """Lower end of its 95 % interval."""
    high: float
    """Upper end."""
    chance_deviation: float
    """Standard deviation of the value when both sides are alike."""
    importance: Floats
    """Loss of the area when a column is shuffled, per column."""
    rows: tuple[int, int]
    """Rows of the set and of the reference that were used."""


def separation(pool: Pool, *, seed: int) -> Separation:
    """Return how well boosted trees tell the set from the reference."""
    generator = np.random.default_rng([seed, 0xC257])
    one = _sample(np.arange(pool.n_set), MOST_ROWS, generator)
    most = min(MOST_ROWS, _REAL_PER_SET * len(one))
    two = _sample(np.arange(pool.n_set, pool.n), most, generator)
    return _separation(pool.columns, one, two, pool.weights, generator)


def separation_of_halves(pool: Pool, *, seed: int) -> Separation:
    """Return the same for rows of the reference against other rows of it: the floor."""
    generator = np.random.default_rng([seed, 0x4A1F])
    real = generator.permutation(np.arange(pool.n_set, pool.n))
    size = max(1, min(pool.n_set, MOST_ROWS, len(real) // 2))
    most = min(MOST_ROWS, _REAL_PER_SET * size, len(real) - size)
    return _separation(pool.columns, real[:size], real[size : size + most], pool.weights, generator)


def separation_of_rows(pool: Pool, made: NDArray[np.int64], *, seed: int) -> float:
    """Return the area under the curve for rows put together from values of pooled rows.

    Args:
        pool: Both sides.
        made: For each column and made row the pooled row that gives the value.
        seed: Of the samples.
    """
    generator = np.random.default_rng([seed, 0xBA5E])
    n = min(made.shape[1], MOST_ROWS)
    two = _sample(np.arange(pool.n_set, pool.n), min(MOST_ROWS, _REAL_PER_SET * n), generator)
    features, kinds = _features(pool.columns)
    simple = np.stack([features[made[i, :n], i] for i in range(len(made))], axis=1)
    weights = None if pool.weights is None else np.concatenate([np.ones(n), pool.weights[two]])
    stacked = np.concatenate([simple, features[two]])
    labels = np.repeat([1, 0], [n, len(two)])
    scores, _ = _held_out_scores(stacked, labels, kinds, weights, generator, shuffles=False)
    return weighted_auc(scores, labels, weights)


def weighted_auc(scores: Floats, labels: NDArray[np.int64], weights: Floats | None = None) -> float:
    """Return the chance that a row of label 1 scores above one of label 0; ties count half."""
    values, inverse = np.unique(scores, return_inverse=True)
    weight = np.ones(len(scores)) if weights is None else weights
    ones = np.bincount(inverse, weight * (labels == 1), minlength=len(values))
    zeros = np.bincount(inverse, weight * (labels == 0), minlength=len(values))
    below = np.cumsum(zeros) - zeros
    return float((ones * (below + zeros / 2)).sum() / (ones.sum() * zeros.sum()))


def auc_deviation(n: int, m: int) -> float:
    """Return the standard deviation of the area when n and m alike rows are told apart.

    Source: Mann and Whitney (1947).
    """
    return float(np.sqrt((n + m + 1) / (12 * n * m)))


def auc_interval(
    scores: Floats, labels: NDArray[np.int64], *, generator: np.random.Generator, draws: int = 100
) -> float:
    """Return half the width of the 95 % bootstrap interval of the area."""
    ones, zeros = np.flatnonzero(labels == 1), np.flatnonzero(labels == 0)
    found = []
    for _ in range(draws):
        places = np.concatenate(
            [generator.choice(ones, len(ones)), generator.choice(zeros, len(zeros))]
        )
        found.append(weighted_auc(scores[places], labels[places]))
    return float(1.96 * np.std(found))


def _separation(
    columns: tuple[CodedColumn, ...],
    one: NDArray[np.int64],
    two: NDArray[np.int64],
    weights: Floats | None,
    generator: np.random.Generator,
) -> Separation:
    features, kinds = _features(columns)
    places = np.concatenate([one, two])
    labels = np.repeat([1, 0], [len(one), len(two)])
    weight = None if weights is None else weights[places]
    scores, importance = _held_out_scores(
        features[places], labels, kinds, weight, generator, shuffles=True
    )
    auc = weighted_auc(scores, labels, weight)
    half = auc_interval(scores, labels, generator=generator)
    loss = 1.0 if weight is None else float(np.sqrt(np.mean(weight**2) / np.mean(weight) ** 2))
    return Separation(
        auc,
        max(0.0, auc - half * loss),
        min(1.0, auc + half * loss),
        auc_deviation(len(one), len(two)) * loss,
        importance,
        (len(one), len(two)),
    )


def _held_out_scores(
    features: Floats,
    labels: NDArray[np.int64],
    kinds: NDArray[np.bool_],
    weights: Floats | None,
    generator: np.random.Generator,
    *,
    shuffles: bool,
) -> tuple[Floats, Floats]:
    """Return each row's score by trees that have not seen it, and the columns' importance."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.model_selection import StratifiedKFold

    folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=int(generator.integers(2**31)))
    scores, n_columns = np.zeros(len(labels)), features.shape[1]
    importance = np.zeros(n_columns)
    balance = np.where(labels == 1, 1 / (labels == 1).sum(), 1 / (labels == 0).sum())
    sample_weight = balance * len(labels) / 2 * (1.0 if weights is None else weights)
    for train, test in folds.split(features, labels):
        trees = HistGradientBoostingClassifier(
            max_iter=40,
            learning_rate=0.15,
            max_leaf_nodes=12,
            min_samples_leaf=max(3, min(20, len(train) // 20)),
            categorical_features=kinds,
            early_stopping=False,
            random_state=0,
        ).fit(features[train], labels[train], sample_weight=sample_weight[train])
        # All shuffled copies are judged in one call; scores of different folds are not compared.
        copies = [features[test]]
        if shuffles:
            for column in range(n_columns):
                copy = features[test].copy()
                copy[:, column] = copy[generator.permutation(len(test)), column]
                copies.append(copy)
        judged = trees.decision_function(np.concatenate(copies)).reshape(len(copies), -1)
        # Ranks within the fold, because each fold has trees of its own.
        scores[test] = _ranks(judged[0])
        if shuffles:
            part = None if weights is None else weights[test]
            full = weighted_auc(judged[0], labels[test], part)
            for column in range(n_columns):
                drop = full - weighted_auc(judged[column + 1], labels[test], part)
                importance[column] += drop / _FOLDS
    return scores, importance


def _ranks(values: Floats) -> Floats:
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    middle = np.cumsum(counts) - counts / 2
    return np.asarray(middle[inverse] / len(values), dtype=np.float64)


def _features(columns: tuple[CodedColumn, ...]) -> tuple[Floats, NDArray[np.bool_]]:
    """Return one feature per column, numbers as they are, values as codes by frequency."""
    features = np.empty((len(columns[0].codes), len(columns)))
    for place, column in enumerate(columns):
        if column.numbers is not None:
            features[:, place] = column.numbers
            continue
        counts = np.bincount(column.values)
        rank = np.empty(len(counts), dtype=np.int64)
        rank[np.argsort(-counts, kind="stable")] = np.arange(len(counts))
        features[:, place] = np.minimum(rank, _CATEGORIES)[column.values]
    return features, np.array([column.numbers is None for column in columns])


def _sample(
    places: NDArray[np.int64], most: int, generator: np.random.Generator
) -> NDArray[np.int64]:
    if len(places) <= most:
        return places
    return np.sort(generator.choice(places, most, replace=False))
