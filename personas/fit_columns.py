"""Turn columns into categories to count: words with rare ones pooled, numbers in cells and bands.

A number is described twice. *Cells* are its finest parts: single values that many people share,
and ranges between rounded ends. *Bands* are runs of neighbouring cells; other attributes depend
on bands, and a number is drawn inside its band. Nothing here rests on fewer than `k` people: no
word, no end of a range, no single value.
"""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .errors import PopulationError
from .fit_table import PeopleTable, RawColumn

MISSING = "missing"
"""Category of people whose cell is empty; their sampled cell is empty too."""
OTHER = "other"
"""Category that holds the words too rare to be named."""
MAX_WORDS = 300
"""Most categories of one column; the longest of the public test tables has 85."""
MAX_PLAIN_NUMBERS = 12
"""Numbers with at most so many values are categories themselves, without bands."""
IDENTIFIER_RATIO = 0.95
"""Words of which so large a share is distinct name people instead of describing them."""
_MAX_BANDS = 24
_MAX_SPIKE_BANDS = 8
_SPIKE_SHARE = 0.004
"""Share of the people from which on a single value can be a band of its own."""
_SPIKE_PROMINENCE = 2.5
"""By how much such a value must exceed the median of the two cells on either side."""
_MAX_CELLS = 120


@dataclass(frozen=True, slots=True)
class Cell:
    """A single number (`low == high`) or a range of numbers, both ends included."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Numbers:
    """How the numbers of a column are cut."""

    cells: tuple[Cell, ...]
    """Ascending and disjoint."""
    band_starts: tuple[int, ...]
    """First cell of each band, ascending, starting with 0."""
    step: float
    """All numbers are multiples of this; 0 when there is no such step."""

    def band_cells(self, band: int) -> tuple[Cell, ...]:
        """Return the cells of one band."""
        ends = (*self.band_starts[1:], len(self.cells))
        return self.cells[self.band_starts[band] : ends[band]]


@dataclass(frozen=True, slots=True)
class FitColumn:
    """A column as categories, ready to be counted."""

    name: str
    """Name of the attribute."""
    source: str
    """Name in the table."""
    categories: tuple[str | int | bool, ...]
    """Words, whole numbers, booleans, or the names of bands; `missing` comes first."""
    codes: NDArray[np.int64]
    """Shape (n,): position of each person's category."""
    is_ordered: bool
    """Whether neighbouring categories are alike."""
    has_missing: bool = False
    """Whether the first category means "no value"."""
    numbers: Numbers | None = None
    """How bands are cut; None when the categories are the values."""
    cell_codes: NDArray[np.int64] | None = None
    """Shape (n,): cell of each person, -1 when missing; with `numbers` only."""


def attribute_names(sources: Sequence[str]) -> dict[str, str]:
    """Return an attribute name for each column name: lower case, words joined by underscores."""
    names: dict[str, str] = {}
    used: set[str] = set()
    for source in sources:
        plain = re.sub(r"[^a-z0-9]+", "_", source.lower()).strip("_") or "column"
        plain = (plain if plain[0].isalpha() else f"c_{plain}")[:50]
        name, count = plain, 1
        while name in used or f"{name}_band" in used:
            count += 1
            name = f"{plain}_{count}"
        used |= {name, f"{name}_band"}
        names[source] = name
    return names


def is_identifier(column: RawColumn) -> bool:
    """Return whether nearly every person has a value of their own: a key, a name, free text.

    Whole numbers count when no two are alike; decimal ones never do, since incomes and weights
    differ between people too.
    """
    present = column.values[~column.is_missing]
    distinct = len(set(present.tolist()))
    if column.kind == "words":
        return distinct >= IDENTIFIER_RATIO * len(present) and len(present) >= 20
    if column.kind == "numbers":
        return distinct == len(present) >= 20 and bool(np.all(present == np.floor(present)))
    return False


def fit_columns(table: PeopleTable, *, k: int) -> list[FitColumn]:
    """Cut every column of `table` into categories that at least `k` people share.

    Raises:
        PopulationError: If a column has too many words, or too few people share them.
    """
    names = attribute_names([column.source for column in table.columns])
    least = max(k, 1)
    found = []
    for column in table.columns:
        name = names[column.source]
        if column.kind == "numbers":
            found.append(number_column(name, column, least))
        else:
            found.append(word_column(name, column, least))
    return found


def word_column(name: str, column: RawColumn, least: int) -> FitColumn:
    """Pool the words that fewer than `least` people share, in a column of words or booleans."""
    counts = Counter(column.values[~column.is_missing].tolist())
    n_present = sum(counts.values())
    kept = [word for word, count in counts.most_common() if count >= least]
    pooled = n_present - sum(counts[word] for word in kept)
    if len(counts) > MAX_WORDS and (len(kept) > MAX_WORDS or pooled > 0.5 * n_present):
        raise PopulationError(
            f"column '{column.source}' has {len(counts):,} different words, {len(kept):,} of them "
            f"shared by at least {least} people; at most {MAX_WORDS} can be told apart. Group "
            f"them into fewer, or leave the column out with --exclude {column.source}."
        )
    kept.sort()
    n_missing = int(column.is_missing.sum())
    if n_missing and n_missing < least:
        # So few gaps say nothing that may be published; these people get the commonest word.
        n_missing = 0
    code: dict[Any, int] = {}
    categories: list[str | int | bool] = []
    if n_missing:
        categories.append(_free_word(MISSING, kept))
    for word in kept:
        code[word] = len(categories)
        categories.append(word)
    if pooled:
        rest = next((w for w in kept if w.lower() == OTHER), None)
        if rest is None and (pooled >= least or not kept):
            rest = _free_word(OTHER, kept)
            code[rest] = len(categories)
            categories.append(rest)
    commonest = max(kept, key=lambda word: (counts[word], word)) if kept else categories[-1]
    fallback = code[rest if pooled and rest is not None else commonest]
    gap = 0 if n_missing else code[commonest]
    codes = np.array([gap if missing else code.get(word, fallback)
                      for word, missing in zip(column.values.tolist(), column.is_missing,
                                               strict=True)], dtype=np.int64)  # fmt: skip
    if column.kind == "booleans" and not n_missing and set(categories) <= {"true", "false"}:
        categories = [word == "true" for word in categories]
    return FitColumn(name, column.source, tuple(categories), codes, False, bool(n_missing))


def number_column(name: str, column: RawColumn, least: int) -> FitColumn:
    """Cut numbers into cells of at least `least` people, and cells into bands."""
    present = column.values[~column.is_missing]
    n_missing = int(column.is_missing.sum())
    if len(present) < least:
        raise PopulationError(
            f"column '{column.source}' has a number for {len(present)} people, fewer than {least}; "
            f"leave it out with --exclude {column.source}."
        )
    step = _step(present)
    cells = _cells(present, step, least)
    cell_codes = _assign(present, cells)
    counts = np.bincount(cell_codes, minlength=len(cells))
    while len(cells) > 1 and counts.min() < least:
        del cells[int(np.argmin(counts))]
        cell_codes = _assign(present, cells)
        counts = np.bincount(cell_codes, minlength=len(cells))
    all_cells = np.full(len(column.values), -1, dtype=np.int64)
    all_cells[~column.is_missing] = cell_codes
    if n_missing and n_missing < least:
        all_cells[column.is_missing] = int(np.argmax(counts))
        n_missing = 0
    whole = step >= 1 and float(step).is_integer()
    is_points = all(cell.low == cell.high for cell in cells)
    if whole and is_points and len(cells) <= MAX_PLAIN_NUMBERS and not n_missing:
        values = tuple(int(cell.low) for cell in cells)
        return FitColumn(name, column.source, values, all_cells, True)
    starts = _bands(counts, cells, least)
    numbers = Numbers(tuple(cells), tuple(starts), step)
    bands = np.searchsorted(np.array(starts), all_cells, side="right") - 1
    labels: list[str] = []
    for band in range(len(starts)):
        inside = numbers.band_cells(band)
        low, high = number_text(inside[0].low), number_text(inside[-1].high)
        labels.append(low if low == high else f"{low} to {high}")
    if n_missing:
        labels.insert(0, MISSING)
        bands = np.where(all_cells < 0, 0, bands + 1)
    return FitColumn(
        name, column.source, tuple(labels), bands.astype(np.int64), True, bool(n_missing),
        numbers, all_cells,
    )  # fmt: skip


def number_text(value: float) -> str:
    """Write a number as the file does: no exponent, no trailing zeros."""
    return str(int(value)) if float(value).is_integer() else f"{value:.10f}".rstrip("0")


def _free_word(word: str, taken: Sequence[str]) -> str:
    while word in taken:
        word = f"({word})"
    return word


def _step(values: NDArray[np.float64]) -> float:
    """Return the largest step of which nearly all values are multiples: 10, 1, 0.01; else 0."""
    for step in (1000.0, 100.0, 50.0, 10.0, 5.0, 1.0, 0.1, 0.01, 0.001):
        off = np.abs(values / step - np.round(values / step)) > 1e-6
        if off.mean() <= (0.0 if step <= 1 else 0.002) and len(np.unique(values)) > 2:
            return step
    if np.all(values == np.floor(values)):
        return 1.0
    return 0.0


def _cells(values: NDArray[np.float64], step: float, least: int) -> list[Cell]:
    """Cut numbers into single values that `least` people share and ranges between them."""
    unit = step or 0.0
    distinct, counts = np.unique(values, return_counts=True)
    if len(distinct) <= _MAX_CELLS and unit:
        spike_least = least
    else:
        spike_least = max(least, math.ceil(0.01 * len(values)))
    points = {float(v): int(c) for v, c in zip(distinct, counts, strict=True) if c >= spike_least}
    if len(points) > _MAX_CELLS:
        biggest = sorted(points, key=lambda v: (-points[v], v))[:_MAX_CELLS]
        points = {v: points[v] for v in sorted(biggest)}
    cells = [Cell(v, v) for v in points]
    # People between two points get ranges, or join the nearest point when they are too few.
    edges = [-math.inf, *points, math.inf]
    rest = np.array([v for v in np.sort(values) if float(v) not in points])
    target = max(2 * least, math.ceil(len(values) / (3 * _MAX_BANDS)))
    for left, right in itertools.pairwise(edges):
        gap = rest[(rest > left) & (rest < right)]
        if len(gap) >= least:
            cells += _ranges(gap, left, right, unit, least, target)
    return sorted(cells, key=lambda cell: cell.low)


def _ranges(
    gap: NDArray[np.float64], left: float, right: float, unit: float, least: int, target: int
) -> list[Cell]:
    """Cut the sorted numbers of a gap between two points into ranges with rounded ends."""
    # Each end lies where `least` people lie beyond it, and is rounded: nobody's extreme shows.
    start = round_between(float(gap[0]) if least <= 1 else -math.inf, float(gap[least - 1]), unit)
    end = round_between(float(gap[-least]), float(gap[-1]) if least <= 1 else math.inf, unit)
    tiny = unit  # ranges of decimal numbers share their ends
    start, end = max(start, left + tiny), min(end, right - tiny)
    if start >= end and least > 1:
        # Few people: their two ends may cross, or fall together.
        wide = max(unit, 1e-3 * abs(start))
        start, end = max(min(start, end - wide), left + tiny), min(max(start, end), right - tiny)
    if start > end or not left < start <= right:
        return []
    n_parts = max(1, len(gap) // max(target, 2 * least))
    cuts: list[float] = []
    for part in range(1, n_parts):
        at = part * len(gap) // n_parts
        spread = max(1, len(gap) // (4 * n_parts))
        cut = round_between(float(gap[at - spread]), float(gap[at + spread - 1]), unit)
        previous = cuts[-1] if cuts else start
        inside = int(((gap >= previous) & (gap < cut)).sum())
        if previous < cut < end and inside >= least and int((gap >= cut).sum()) >= least:
            cuts.append(cut)
    lows = [start, *cuts]
    highs = [*(cut - tiny for cut in cuts), end]
    return [Cell(_clean(a, unit), _clean(max(a, b), unit))
            for a, b in zip(lows, highs, strict=True)]  # fmt: skip


def _clean(value: float, unit: float) -> float:
    return round(round(value / unit) * unit, 9) if unit else float(f"{value:.9g}")


def round_between(low: float, high: float, unit: float) -> float:
    """Return the roundest number from `low` to `high`: the fewest digits, a multiple of `unit`.

    With one end infinite the number lies within a twentieth of the other end, on its open side.
    """
    if math.isinf(low):
        low = high - max(abs(high) * 0.05, unit)
        low = max(low, 0.0) if high >= 0 else low
    if math.isinf(high):
        high = low + max(abs(low) * 0.05, unit)
    largest = max(abs(low), abs(high))
    if low <= 0 <= high or largest == 0:
        return 0.0
    exponent = math.floor(math.log10(largest)) + 1
    for power in range(exponent, exponent - 9, -1):
        for factor in (5.0, 2.0, 1.0):
            size = factor * 10.0**power
            if unit and (size < unit or abs(size / unit - round(size / unit)) > 1e-9):
                continue
            number = math.ceil(low / size - 1e-9) * size
            if number <= high + 1e-12:
                return round(number, 9)
    return round(round((low + high) / 2 / unit) * unit, 9) if unit else float(f"{low:.6g}")


def _assign(values: NDArray[np.float64], cells: Sequence[Cell]) -> NDArray[np.int64]:
    """Return the nearest cell of each value."""
    low = np.array([cell.low for cell in cells])
    high = np.array([cell.high for cell in cells])
    below = np.clip(np.searchsorted(low, values, side="right") - 1, 0, len(cells) - 1)
    above = np.minimum(below + 1, len(cells) - 1)
    outside_below = np.maximum(np.maximum(values - high[below], low[below] - values), 0.0)
    outside_above = np.maximum(np.maximum(values - high[above], low[above] - values), 0.0)
    return np.asarray(np.where(outside_above < outside_below, above, below), dtype=np.int64)


def _bands(counts: NDArray[np.int64], cells: Sequence[Cell], least: int) -> list[int]:
    """Return the first cell of each band: heavy single values alone, the rest in equal parts."""
    total = int(counts.sum())
    is_point = np.array([cell.low == cell.high for cell in cells])
    padded = np.pad(counts.astype(np.float64), 2, mode="reflect" if len(cells) > 2 else "edge")
    around = np.median([padded[:-4], padded[1:-3], padded[3:-1], padded[4:]], axis=0)
    heavy = np.flatnonzero(
        is_point
        & (counts >= max(_SPIKE_SHARE * total, least))
        & (counts >= _SPIKE_PROMINENCE * around)
    )
    if len(cells) > _MAX_BANDS:
        heavy = heavy[np.argsort(-counts[heavy], kind="stable")][:_MAX_SPIKE_BANDS]
    alone = set(heavy.tolist())
    target = max((total - int(counts[heavy].sum())) / (_MAX_BANDS - len(alone)), 2.0 * least)
    if len(cells) <= _MAX_BANDS:
        target = 0.0
    starts: list[int] = []
    inside = 0
    for position in range(len(cells)):
        fresh = not starts or position in alone or position - 1 in alone
        if fresh or (inside >= target and inside >= least):
            starts.append(position)
            inside = 0
        inside += int(counts[position])
    return _merge_small(starts, counts, least)


def _merge_small(starts: list[int], counts: NDArray[np.int64], least: int) -> list[int]:
    """Join bands of fewer than `least` people to the one below (the first to the one above)."""
    merged = list(starts)
    position = 0
    while position < len(merged) and len(merged) > 1:
        end = merged[position + 1] if position + 1 < len(merged) else len(counts)
        if int(counts[merged[position] : end].sum()) >= least:
            position += 1
        elif position == 0:
            del merged[1]
        else:
            del merged[position]
            position -= 1
    return merged
