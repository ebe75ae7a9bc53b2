"""Columns as small integer codes, learnt from both sides of a comparison together.

A column of the pooled rows comes in. Out come fine codes for one attribute at a time, coarse groups
for pairs and triples, exact value numbers for repeats, and the numbers themselves. Both sides are
pooled on purpose: bins of one side alone would call each rare value of the other side unseen, and
two halves of one table would then differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Codes = NDArray[np.uint8]
Floats = NDArray[np.float64]

_ABSENT = "(absent)"
_OTHER = "other"
# A number with this few values (children at home, trips per week) is shown value by value.
_FEW_VALUES = 12


@dataclass(frozen=True, slots=True)
class CodedColumn:
    """One attribute of all pooled rows."""

    name: str
    """The column's name."""
    labels: tuple[str, ...]
    """One per code: a value, a range of numbers, `other` or `(absent)`."""
    codes: Codes
    """Fine bin of each row."""
    groups: Codes
    """Coarse group of each row, of about equal mass; neighbours share a group, not rare values."""
    n_groups: int
    """One more than the largest group."""
    values: NDArray[np.int64]
    """Number of each row's exact value; equal numbers, equal values."""
    numbers: Floats | None
    """The values when the column is numeric or boolean, absent ones as nan."""


def code_column(
    name: str, column: pa.ChunkedArray, *, numeric_bins: int, max_values: int, groups: int
) -> CodedColumn:
    """Return one attribute as codes.

    Args:
        name: Its name.
        column: Its values in the pooled rows.
        numeric_bins: Ranges for a number with more than a dozen values.
        max_values: Values kept apart; with more, the most frequent ones are, ties by value.
        groups: Coarse groups at most, one more for absent values.
    """
    distinct, indices = _distinct(column)
    counts = np.bincount(indices, minlength=len(distinct) + 1)
    is_number = pa.types.is_integer(column.type) or pa.types.is_floating(column.type)
    numbers: Floats | None = None
    if is_number or pa.types.is_boolean(column.type):
        table = np.array([*(float(value) for value in distinct), np.nan])
        numbers = table[indices]
    if numbers is not None and len(distinct) > _FEW_VALUES:
        labels, codes = _ranges(numbers, numeric_bins, column.type)
        coarse = codes if numeric_bins <= groups else _ranges(numbers, groups, column.type)[1]
        n_groups = int(coarse.max()) + 1
    else:
        by_value = is_number or pa.types.is_boolean(column.type)
        labels, fine = _frequent(distinct, counts, max_values, by_value=by_value)
        codes = fine[indices]
        coarse = _balanced(distinct, counts, groups, by_value=by_value)[indices]
        n_groups = int(coarse.max(initial=0)) + 1
    return CodedColumn(name, labels, codes, coarse, n_groups, indices, numbers)


def folded(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column whose lists became text (order does not count) and dates became numbers."""
    kind = column.type
    if pa.types.is_nested(kind):
        texts = [
            None if value is None else ", ".join(sorted(map(str, value)))
            for value in column.to_pylist()
        ]
        return pa.chunked_array([pa.array(texts, pa.string())])
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        return column.cast(pa.timestamp("s"), safe=False).cast(pa.int64())
    if pa.types.is_dictionary(kind):
        return column.cast(kind.value_type)
    if pa.types.is_decimal(kind):
        return column.cast(pa.float64())
    return column.cast(pa.string()) if pa.types.is_time(kind) else column


def _distinct(column: pa.ChunkedArray) -> tuple[list[Any], NDArray[np.int64]]:
    """Return the distinct values and, per row, which one it is; one past the last is absent."""
    import pyarrow.compute as pc

    if pa.types.is_floating(column.type):
        column = pc.if_else(pc.is_nan(column), None, column)
    encoded = column.combine_chunks().dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    distinct = encoded.dictionary.to_pylist()
    indices = encoded.indices.fill_null(len(distinct)).to_numpy(zero_copy_only=False)
    return distinct, indices.astype(np.int64)


def _frequent(
    distinct: list[Any], counts: NDArray[np.int64], max_values: int, *, by_value: bool
) -> tuple[tuple[str, ...], Codes]:
    """Return labels, and the bin of each distinct value: frequent ones by themselves."""
    places = range(len(distinct))
    ranked = sorted(places, key=lambda place: (-counts[place], str(distinct[place])))
    kept = ranked if len(ranked) <= max_values else ranked[: max_values - 1]
    if by_value:
        kept = sorted(kept, key=lambda place: distinct[place])
    codes = np.full(len(distinct) + 1, len(kept), dtype=np.uint8)
    codes[kept] = np.arange(len(kept))
    codes[-1] = len(kept) + 1
    return (*(_label(distinct[place]) for place in kept), _OTHER, _ABSENT), codes


def _balanced(
    distinct: list[Any], counts: NDArray[np.int64], groups: int, *, by_value: bool
) -> Codes:
    """Return the group of each distinct value; the large stand alone, neighbours share the rest.

    Grouping the rare values as one `other` would hide that a city lies in its state: cities
    grouped by the alphabet are as telling together as they are one by one.
    """
    n = len(distinct)
    codes = np.zeros(n + 1, dtype=np.uint8)
    order = sorted(
        range(n), key=lambda place: distinct[place] if by_value else str(distinct[place])
    )
    if n <= groups:
        codes[order] = np.arange(n)
        codes[-1] = n
        return codes
    total = counts[:n].sum()
    ranked = sorted(order, key=lambda place: -counts[place])
    alone = [place for place in ranked[: groups - 1] if counts[place] * groups >= total]
    rest = [place for place in order if place not in set(alone)]
    codes[alone] = np.arange(len(alone))
    mass = counts[rest].astype(np.float64)
    middle = (np.cumsum(mass) - mass / 2) / mass.sum()
    spare = groups - len(alone)
    codes[rest] = len(alone) + np.minimum((middle * spare).astype(np.int64), spare - 1)
    codes[-1] = groups
    return codes


def _ranges(values: Floats, n_bins: int, kind: pa.DataType) -> tuple[tuple[str, ...], Codes]:
    """Return labels and bins of numbers cut at quantiles; a value equal to a cut lies above it."""
    present = values[~np.isnan(values)]
    distinct, counts = np.unique(present, return_counts=True)
    # A value that most people share (a capital gain of 0) is a bin; the rest is cut at quantiles.
    heavy = np.flatnonzero(counts * n_bins >= len(present))
    spare = max(1, n_bins - len(heavy))
    rest = present[~np.isin(present, distinct[heavy])] if len(heavy) else present
    inner = np.linspace(0, 1, spare + 1)[1:-1]
    after = distinct[heavy[heavy + 1 < len(distinct)] + 1]
    inside = np.quantile(rest, inner, method="higher") if len(rest) else rest
    cuts = np.unique(np.concatenate([distinct[heavy], after, inside]))
    cuts = cuts[cuts > present.min()]
    ends = [float(present.min()), *(float(cut) for cut in cuts), float(present.max())]
    labels = []
    for index, (low, high) in enumerate(pairwise(ends)):
        is_last = index == len(ends) - 2
        if pa.types.is_integer(kind):
            top = int(high) if is_last else int(high) - 1
            labels.append(f"{int(low):,}" if int(low) == top else f"{int(low):,}–{top:,}")
        else:
            labels.append(f"{low:,.2f}–{high:,.2f}" if is_last else f"{low:,.2f}–<{high:,.2f}")
    codes = np.searchsorted(cuts, values, side="right")
    codes[np.isnan(values)] = len(labels)
    return (*labels, _ABSENT), codes.astype(np.uint8)


def _label(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
