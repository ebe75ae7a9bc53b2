"""Small integer codes for attribute values, with bins learnt from the reference alone.

Each attribute becomes a column of codes: numbers by the quantiles of the reference, values by
themselves, rare values together as `other`. Rows are coded batch by batch with the same bins.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Codes = NDArray[np.uint8]

_ABSENT = "(absent)"
_OTHER = "other"
# A number with this few values (children at home, trips per week) is shown value by value.
_FEW_VALUES = 12


class Bins(Protocol):
    """Turns one column into codes."""

    @property
    def labels(self) -> tuple[str, ...]:
        """Return one label per bin."""
        ...

    def encode(self, column: pa.Array) -> Codes:
        """Return the bin of each value."""
        ...


@dataclass(frozen=True, slots=True)
class ValueBins:
    """One bin per frequent value, one for all others, one for absent values."""

    labels: tuple[str, ...]
    codes: dict[Any, int]
    """Bin of each value; what is not in it is `other`."""

    def encode(self, column: pa.Array) -> Codes:
        """Return the bin of each value; values never seen in the reference are `other`."""
        other, absent = len(self.labels) - 2, len(self.labels) - 1
        distinct, indices = _distinct(column)
        codes = [self.codes.get(_hashable(value), other) for value in distinct]
        return np.array([*codes, absent], dtype=np.uint8)[indices]


@dataclass(frozen=True, slots=True)
class RangeBins:
    """Number ranges cut at quantiles of the reference, and one bin for absent values."""

    labels: tuple[str, ...]
    cuts: NDArray[np.float64]
    """Lower ends of all ranges but the first; a value equal to a cut lies above it."""

    def encode(self, column: pa.Array) -> Codes:
        """Return the range of each number."""
        values: NDArray[np.float64] = column.cast(pa.float64()).to_numpy(zero_copy_only=False)
        codes = np.searchsorted(self.cuts, values, side="right")
        codes[np.isnan(values)] = len(self.labels) - 1
        return codes.astype(np.uint8)


def learn_bins(column: pa.ChunkedArray, *, numeric_bins: int, max_values: int) -> Bins:
    """Return the bins of one attribute, from its values in the reference.

    Args:
        column: The attribute in the reference table.
        numeric_bins: Ranges for a number with more than a dozen values.
        max_values: Values kept apart; with more, the most frequent ones are, ties by value.
    """
    distinct, indices = _distinct(column)
    sizes = np.bincount(indices, minlength=len(distinct) + 1)
    counts: Counter[Any] = Counter()
    for value, size in zip(distinct, sizes, strict=False):
        counts[_hashable(value)] += int(size)
    is_number = pa.types.is_integer(column.type) or pa.types.is_floating(column.type)
    if is_number and len(counts) > _FEW_VALUES:
        numbers = column.drop_null().cast(pa.float64()).to_numpy()
        return _range_bins(numbers, numeric_bins, column.type)
    ranked = sorted(counts, key=lambda value: (-counts[value], str(value)))
    kept = ranked if len(ranked) <= max_values else ranked[: max_values - 1]
    if is_number or pa.types.is_boolean(column.type):
        kept = sorted(kept)
    return ValueBins(
        labels=(*(_label(value) for value in kept), _OTHER, _ABSENT),
        codes={value: code for code, value in enumerate(kept)},
    )


def _distinct(column: pa.Array | pa.ChunkedArray) -> tuple[list[Any], NDArray[np.int64]]:
    """Return the distinct values and, per row, which one it is; one past the last is absent."""
    if pa.types.is_nested(column.type):
        keys = ["" if value is None else _hashable(value) for value in column.to_pylist()]
        absent = [value is None for value in column.to_pylist()]
        column = pa.array(keys, mask=np.array(absent, dtype=bool))
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    encoded = column.dictionary_encode()
    distinct = encoded.dictionary.to_pylist()
    indices = encoded.indices.fill_null(len(distinct)).to_numpy(zero_copy_only=False)
    return distinct, indices.astype(np.int64)


def _range_bins(values: NDArray[np.float64], n_bins: int, kind: pa.DataType) -> RangeBins:
    inner = np.linspace(0, 1, n_bins + 1)[1:-1]
    cuts = np.unique(np.quantile(values, inner, method="higher"))
    cuts = cuts[cuts > values.min()]
    ends = [float(values.min()), *(float(cut) for cut in cuts), float(values.max())]
    labels = []
    for index, (low, high) in enumerate(pairwise(ends)):
        is_last = index == len(ends) - 2
        if pa.types.is_integer(kind):
            top = int(high) if is_last else int(high) - 1
            labels.append(f"{int(low):,}" if int(low) == top else f"{int(low):,}–{top:,}")
        else:
            labels.append(f"{low:,.2f}–{high:,.2f}" if is_last else f"{low:,.2f}–<{high:,.2f}")
    return RangeBins(labels=(*labels, _ABSENT), cuts=cuts)


def _hashable(value: Any) -> Any:
    # A list of values counts as one value, whatever its order.
    return ", ".join(sorted(map(str, value))) if isinstance(value, list) else value


def _label(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
