"""Fit a population from differentially private counts: a tree of noisy pairs of attributes.

Words, numbers, pairs and shares are all read from noisy counts paid from one budget; the rows are
not looked at outside it. Taken as public: the names of the columns, whether each holds words,
numbers or booleans, which are identifiers, and the bounds that the user declares.

The noise comes from the operating system, not from a seed: whoever knew the seed could take it
away. So two private fits of one table differ, unlike everything else that populace makes.

Source of the method: McKenna, Miklau and Sheldon (2021), "Winning the NIST contest: a scalable
and general approach to differentially private synthetic data" (MST). Deviations: fewer counts are
combined, and the tables are raked to the single columns instead of by a graphical model.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .errors import PopulationError
from .fit import FitOptions, FittedPopulation, Progress, population_name, without_identifiers
from .fit_budget import PrivacyBudget, noise_scale
from .fit_columns import MISSING, OTHER, Cell, FitColumn, Numbers, attribute_names, number_text
from .fit_table import RawColumn, read_people
from .fit_tables import category_attribute, number_attribute
from .fit_trees import Leaf

_PARTS = {"categories": 0.1, "columns": 0.2, "choice of pairs": 0.1, "pairs": 0.6}
"""Share of the budget for each step."""
_THRESHOLD_DEVIATIONS = 3.0
"""Noisy counts under so many standard deviations of the noise count as nobody."""
_MAX_BANDS = 16
_MANTISSAS = (1.0, 1.2, 1.4, 1.6, 1.8, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0, 6.0, 7.0, 8.0, 9.0)
_DECADES = range(-2, 9)
_BOUND_CELLS = 128
"""Most cells between declared bounds."""
_SINGLE_NUMBERS = 100
"""Whole numbers up to this are cells of their own: ages, hours, counts."""


@dataclass(frozen=True, slots=True)
class _NoisyColumn:
    column: FitColumn
    shares: NDArray[np.float64]
    """Noisy shares of its categories, sum 1."""
    cell_shares: NDArray[np.float64] | None
    """Noisy shares of its cells."""
    total: float
    """Noisy number of people."""


def fit_privately(
    path: Path,
    options: FitOptions,
    *,
    epsilon: float,
    delta: float,
    bounds: Mapping[str, tuple[float, float]] | None = None,
    name: str | None = None,
    progress: Progress | None = None,
) -> FittedPopulation:
    """Fit a population to the table at `path` with (epsilon, delta)-differential privacy.

    Args:
        path: CSV (also gzipped) or Parquet, one row per person, each person in one row.
        options: What to learn; `weight` must be None, `trees` and `score` are not used.
        epsilon: Budget; two tables that differ in one row give nearly the same file.
        delta: Probability left out of that promise.
        bounds: Public range of a column of numbers, by name; finer than the built-in grid.
        name: Name of the population; default: that of the file.
        progress: Told how far the fit is.

    Raises:
        PopulationError: If the table cannot be used, weights are asked for, or a step would
            exceed the budget.
    """
    if options.weight is not None:
        raise PopulationError(
            f"--weight {options.weight} with --epsilon: a weight lets one row count more than "
            "once, which the budget does not cover. Leave one of the two out."
        )
    report = progress or (lambda _text, _share: None)
    report(f"reading {path.name}", 0.0)
    budget = PrivacyBudget.from_epsilon(epsilon, delta)
    table = read_people(path, exclude=options.exclude, words=options.words,
                        missing=options.missing)  # fmt: skip
    table, dropped = without_identifiers(table, keep=options.words)
    names = attribute_names([column.source for column in table.columns])
    if unknown := sorted(set(bounds or {}) - set(names)):
        raise PopulationError(
            f"--bounds names {unknown}, which the table lacks; it has {sorted(names)}."
        )
    report("counting columns", 0.1)
    each = len(table.columns)
    noisy = [
        _noisy_column(names[raw.source], raw, budget, each, (bounds or {}).get(raw.source))
        for raw in table.columns
    ]
    report("choosing pairs", 0.4)
    edges = _choose_edges(noisy, budget)
    report("counting pairs", 0.6)
    attributes, parents = _attributes(noisy, edges, budget)
    total = float(np.mean([one.total for one in noisy]))
    data = {
        "kind": "declared",
        "name": name or population_name(path),
        "version": "1",
        "about": f"Fitted to {path.name} by populace fit, from differentially private counts.",
        "origin": {
            "method": "fitted_privately",
            "source": path.name,
            "rows": int(max(0.0, round(total, -2 if total >= 1000 else -1))),
            "columns": {source: new for source, new in names.items() if source != new},
            "dropped": sorted([*options.exclude, *(note.split("'")[1] for note in dropped)]),
            "score": "distance from independence (MST)",
            "parents": parents,
            "privacy": {
                "epsilon": float(epsilon),
                "delta": float(delta),
                "rho": budget.rho,
                "spent": budget.spent,
                "public": [
                    "names of the columns",
                    "whether a column holds words, numbers, whole numbers or booleans",
                    "which columns are identifiers or free text",
                    *(f"range of {column}" for column in sorted(bounds or {})),
                ],
            },
        },
        "attributes": attributes,
    }
    origin: Any = data["origin"]
    data["origin"] = {key: value for key, value in origin.items() if value not in ({}, [])}
    n_table_rows = sum(len(a.get("rows", [None])) for a in attributes)
    return FittedPopulation(data, dropped, origin["rows"], n_table_rows)


def _noisy_column(
    name: str,
    raw: RawColumn,
    budget: PrivacyBudget,
    n_columns: int,
    bounds: tuple[float, float] | None,
) -> _NoisyColumn:
    first = _PARTS["categories"] * budget.rho / n_columns
    if raw.kind == "numbers":
        return _noisy_numbers(name, raw, budget, n_columns, bounds)
    counts = Counter(raw.values[~raw.is_missing].tolist())
    words: list[str | int | bool]
    if raw.kind == "booleans":
        words = ["false", "true"]
    else:
        words = list(budget.words("categories", counts, first, budget.delta / n_columns))
    categories: list[str | int | bool] = [_free(MISSING, words), *words, _free(OTHER, words)]
    position = {word: i for i, word in enumerate(categories)}
    codes = np.array([0 if gap else position.get(word, len(categories) - 1)
                      for word, gap in zip(raw.values.tolist(), raw.is_missing, strict=True)],
                     dtype=np.int64)  # fmt: skip
    shares, total, keep = _single(codes, len(categories), budget, n_columns)
    column = _kept(FitColumn(name, raw.source, tuple(categories), codes, False, True), keep)
    return _NoisyColumn(column, shares, None, total)


def _free(word: str, taken: list[str | int | bool]) -> str:
    while word in taken:
        word = f"({word})"
    return word


def _single(
    codes: NDArray[np.int64], n: int, budget: PrivacyBudget, n_columns: int
) -> tuple[NDArray[np.float64], float, NDArray[np.int64]]:
    """Return noisy shares of the categories that have people, the total, and which those are."""
    rho = _PARTS["columns"] * budget.rho / n_columns
    noisy = budget.counts("columns", np.bincount(codes, minlength=n), rho)
    keep = np.flatnonzero(noisy >= _THRESHOLD_DEVIATIONS * noise_scale(rho))
    if len(keep) == 0:
        keep = np.array([int(np.argmax(noisy))])
    kept = np.maximum(noisy[keep], 1.0)
    return kept / kept.sum(), float(max(noisy.sum(), 0.0)), keep


def _kept(column: FitColumn, keep: NDArray[np.int64]) -> FitColumn:
    """Return the column without the other categories; their people go to the next one kept."""
    nearest = np.array([int(np.argmin(np.abs(keep - code)))
                        for code in range(len(column.categories))])  # fmt: skip
    return FitColumn(
        column.name, column.source, tuple(column.categories[i] for i in keep),
        nearest[column.codes], column.is_ordered, bool(column.has_missing and keep[0] == 0),
        column.numbers, column.cell_codes,
    )  # fmt: skip


def _noisy_numbers(
    name: str,
    raw: RawColumn,
    budget: PrivacyBudget,
    n_columns: int,
    bounds: tuple[float, float] | None,
) -> _NoisyColumn:
    whole = bool(np.all(raw.values[~raw.is_missing] == np.floor(raw.values[~raw.is_missing])))
    grid = _grid(bounds, whole=whole)
    lows = np.array([cell.low for cell in grid])
    values = np.where(raw.is_missing, lows[0], raw.values)
    cell_codes = np.clip(np.searchsorted(lows, values, side="right") - 1, 0, len(grid) - 1)
    counted = np.where(raw.is_missing, 0, cell_codes + 1)
    rho = _PARTS["categories"] * budget.rho / n_columns
    noisy = budget.counts("categories", np.bincount(counted, minlength=len(grid) + 1), rho)
    runs = _occupied(noisy[1:], noise_scale(rho))
    cells = tuple(Cell(grid[first].low, grid[last].high) for first, last, _ in runs)
    mass = np.array([people for _, _, people in runs])
    owner = np.full(len(grid), -1, dtype=np.int64)
    for position, (first, last, _) in enumerate(runs):
        owner[first : last + 1] = position
    covered = np.flatnonzero(owner >= 0)
    nearest = np.array([owner[covered[np.argmin(np.abs(covered - i))]] for i in range(len(grid))])
    starts = _noisy_bands(mass, max(mass.sum() / _MAX_BANDS, 4 * noise_scale(rho)))
    own = np.where(raw.is_missing, -1, nearest[cell_codes])
    bands = np.searchsorted(np.array(starts), own, side="right")
    shares, total, keep = _single(bands, len(starts) + 1, budget, n_columns)
    # A band without people keeps its cells by joining the band below.
    bands_kept = [band for band in keep.tolist() if band > 0] or [1]
    starts = [0, *(starts[band - 1] for band in bands_kept[1:])]
    has_missing = bool(keep[0] == 0)
    if not has_missing:
        own = np.where(own < 0, int(np.argmax(mass)), own)
    numbers = Numbers(cells, tuple(starts), 1.0 if whole else 0.0)
    labels = []
    for band in range(len(starts)):
        inside = numbers.band_cells(band)
        low, high = number_text(inside[0].low), number_text(inside[-1].high)
        labels.append(low if low == high else f"{low} to {high}")
    codes = np.searchsorted(np.array(starts), own, side="right") - 1
    if has_missing:
        labels.insert(0, MISSING)
        codes = np.where(own < 0, 0, codes + 1)
    if len(shares) != len(labels):
        shares = np.full(len(labels), 1 / len(labels))
    column = FitColumn(name, raw.source, tuple(labels), codes.astype(np.int64), True, has_missing,
                       numbers, own)  # fmt: skip
    return _NoisyColumn(column, shares, mass / mass.sum(), total)


def _occupied(noisy: NDArray[np.float64], noise: float) -> list[tuple[int, int, float]]:
    """Return (first cell, last cell, noisy people) of the runs in which there are people.

    A cell that stands out of the noise is a run of its own; weaker neighbours are added up until
    their sum stands out, and given up when it falls to 0. Reads nothing but noisy counts.
    """
    # Of hundreds of empty cells some would pass a lower threshold by chance.
    strong = math.sqrt(2 * math.log(20 * len(noisy))) * noise
    runs: list[tuple[int, int, float]] = []
    first, people = -1, 0.0
    for position, value in enumerate(noisy.tolist()):
        if value >= strong:
            runs.append((position, position, value))
            first, people = -1, 0.0
            continue
        if first < 0:
            first = position
        people += value
        if people <= 0:
            first, people = -1, 0.0
        elif people >= strong * math.sqrt(position - first + 1):
            runs.append((first, position, people))
            first, people = -1, 0.0
    largest = int(np.argmax(noisy))
    return runs or [(largest, largest, 1.0)]


def _noisy_bands(mass: NDArray[np.float64], target: float) -> list[int]:
    starts, inside = [0], 0.0
    for position, value in enumerate(mass):
        if inside >= target and position > 0:
            starts.append(position)
            inside = 0.0
        inside += float(value)
    return starts


def _grid(bounds: tuple[float, float] | None, *, whole: bool) -> list[Cell]:
    """Return cells that do not depend on the table."""
    if bounds is not None:
        low, high = bounds
        if not low < high:
            raise PopulationError(
                f"--bounds has {low:g} to {high:g}; expected the smaller number first."
            )
        width = (high - low) / _BOUND_CELLS
        edges = [low + i * (max(1, math.ceil(width)) if whole else width)
                 for i in range(_BOUND_CELLS + 1)]  # fmt: skip
        edges = sorted({min(math.floor(e) if whole else e, high) for e in edges})
        last = edges.pop() if not whole and len(edges) > 1 else high
    else:
        powers = [10.0**d * m for d in _DECADES for m in _MANTISSAS]
        positive = [p for p in powers if not whole or p >= 1]
        if whole:
            singles = map(float, range(1, _SINGLE_NUMBERS + 1))
            positive = sorted({*singles, *(p for p in positive if p > _SINGLE_NUMBERS)})
        edges = [-p for p in reversed(positive)] + [0.0, *positive]
        last = positive[-1] * 10
    following = [*edges[1:], last]
    if whole:
        cells = [Cell(float(e), float(max(e, nxt - 1))) for e, nxt in zip(edges, following,
                                                                         strict=True)]  # fmt: skip
        return [*cells[:-1], Cell(cells[-1].low, float(max(cells[-1].low, math.floor(last))))]
    cells = [Cell(float(e), float(nxt)) for e, nxt in zip(edges, following, strict=True)]
    zero = next((i for i, cell in enumerate(cells) if cell.low == 0.0), None)
    if zero is not None:
        # Exactly 0 is a value of its own: no income, no purchase.
        tiny = 10.0 ** (_DECADES[0] - 1)
        cells[zero : zero + 1] = [Cell(0.0, 0.0), Cell(tiny, cells[zero].high)]
    return cells


def _choose_edges(noisy: list[_NoisyColumn], budget: PrivacyBudget) -> list[tuple[int, int]]:
    """Choose a spanning tree of dependent pairs, one pair at a time, each paid for."""
    n = len(noisy)
    group = list(range(n))
    rho = _PARTS["choice of pairs"] * budget.rho / max(n - 1, 1)
    pair_noise = noise_scale(_PARTS["pairs"] * budget.rho / max(n - 1, 1))
    scores = {}
    for a, b in itertools.combinations(range(n), 2):
        one, two = noisy[a], noisy[b]
        outer = np.outer(one.shares, two.shares) * (one.total + two.total) / 2
        distance = np.abs(_pair(one, two) - outer).sum()
        # What noise alone would add is known without looking.
        scores[a, b] = float(distance - math.sqrt(2 / math.pi) * pair_noise * outer.size)
    edges = []
    for _ in range(n - 1):
        open_pairs = [pair for pair in scores if group[pair[0]] != group[pair[1]]]
        a, b = open_pairs[budget.best("choice of pairs", [scores[p] for p in open_pairs], rho)]
        edges.append((a, b))
        old = group[b]
        group = [group[a] if g == old else g for g in group]
    return edges


def _pair(one: _NoisyColumn, two: _NoisyColumn) -> NDArray[np.int64]:
    sizes = len(one.column.categories), len(two.column.categories)
    flat = one.column.codes * sizes[1] + two.column.codes
    return np.bincount(flat, minlength=sizes[0] * sizes[1]).reshape(sizes)


def _attributes(
    noisy: list[_NoisyColumn], edges: list[tuple[int, int]], budget: PrivacyBudget
) -> tuple[list[dict[str, Any]], dict[str, list[str]]]:
    known = {one.column.name: one.column for one in noisy}
    rho = _PARTS["pairs"] * budget.rho / max(len(edges), 1)
    neighbours: dict[int, list[int]] = {i: [] for i in range(len(noisy))}
    for a, b in edges:
        neighbours[a].append(b)
        neighbours[b].append(a)
    attributes: list[dict[str, Any]] = []
    parents: dict[str, list[str]] = {}
    waiting: list[tuple[int | None, int]] = [(None, 0)]
    while waiting:
        parent, child = waiting.pop(0)
        leaves = [Leaf({}, noisy[child].shares, 0)]
        if parent is not None:
            counts = budget.counts("pairs", _pair(noisy[parent], noisy[child]), rho)
            leaves = _leaves(noisy[parent], noisy[child], counts, noise_scale(rho))
            parents[noisy[child].column.name] = [noisy[parent].column.name]
        attributes += _write(noisy[child], leaves, known)
        waiting += [(child, other) for other in neighbours[child] if other != parent]
    return attributes, parents


def _leaves(
    parent: _NoisyColumn, child: _NoisyColumn, counts: NDArray[np.float64], noise: float
) -> list[Leaf]:
    """Rake a noisy table, without its small cells, to the two noisy columns."""
    table = np.where(counts >= noise, counts, 0.0)
    # Nothing may be impossible that noise alone has emptied: a trace of independence stays.
    table = table + 1e-3 * np.outer(parent.shares, child.shares) * max(table.sum(), 1.0)
    for _ in range(50):
        table *= (parent.shares / table.sum(axis=1))[:, None]
        table *= (child.shares / table.sum(axis=0))[None, :]
    shares = table / table.sum(axis=1, keepdims=True)
    if len(shares) == 1:
        return [Leaf({}, shares[0], 0)]
    return [Leaf({parent.column.name: frozenset([row])}, one, 0)
            for row, one in enumerate(shares)]  # fmt: skip


def _write(
    one: _NoisyColumn, leaves: list[Leaf], known: Mapping[str, FitColumn]
) -> list[dict[str, Any]]:
    column = one.column
    if column.numbers is None:
        return [category_attribute(column, leaves, known, name=column.name)]
    band_name = f"{column.name}_band"
    inside = []
    ends = (*column.numbers.band_starts[1:], len(column.numbers.cells))
    for start, end in zip(column.numbers.band_starts, ends, strict=True):
        shares = (one.cell_shares if one.cell_shares is not None else np.ones(end))[start:end]
        inside.append([Leaf({}, shares / shares.sum(), 0)])
    return [
        category_attribute(column, leaves, known, name=band_name),
        number_attribute(column, inside, known, band_name=band_name),
    ]
