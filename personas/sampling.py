"""Draw one attribute for many slots at once, from uniform numbers that belong to the slots.

A sampler is compiled once per attribute and then takes the columns drawn so far and the slots'
numbers. Each value is the inverse of a distribution function at the slot's own number. The people
of one row of the table are one stratum: their numbers are spread evenly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from .attribute_info import AttributeInfo
from .conditions import Column
from .population_config import (
    BooleanAttribute,
    CategoricalAttribute,
    DerivedAttribute,
    LogNormal,
    NumberAttribute,
    NumberRow,
)
from .random_stream import SlotNumbers
from .row_finder import RowFinder


class Sampler(Protocol):
    """Draws the columns of one attribute of a population file."""

    @property
    def inputs(self) -> frozenset[str]:
        """Columns that must be drawn before."""
        ...

    @property
    def outputs(self) -> tuple[str, ...]:
        """Columns that it draws, in order."""
        ...

    def draw(self, columns: Mapping[str, Column], numbers: SlotNumbers) -> dict[str, Column]:
        """Return the columns of `outputs`; a value depends on the slot's own row and numbers."""
        ...


def categories_of(attribute: CategoricalAttribute) -> tuple[str | int | bool, ...]:
    """Return every category of the table, in the order in which the file names them first."""
    return tuple(dict.fromkeys(c for row in attribute.table() for c in row.probabilities()))


class CategoricalSampler:
    """Draws words by shares."""

    def __init__(self, attribute: CategoricalAttribute, known: Mapping[str, AttributeInfo]) -> None:
        """Compile the attribute; `known` describes the columns above it."""
        rows = attribute.table()
        self.outputs = (attribute.name,)
        self._finder = RowFinder(rows, known)
        self.inputs = self._finder.inputs
        self._categories = categories_of(attribute)
        place = {category: position for position, category in enumerate(self._categories)}
        table = np.zeros((len(rows), len(place)))
        for position, row in enumerate(rows):
            for category, probability in row.probabilities().items():
                table[position, place[category]] = probability
        self._inverse = Inverse(table)
        # A single parent is a finer stratum than its rows: pairs of the two come out evenly.
        (only,) = self.inputs if len(self.inputs) == 1 else (None,)
        self._parent = only if only is not None and known[only].categories is not None else None

    def draw(self, columns: Mapping[str, Column], numbers: SlotNumbers) -> dict[str, Column]:
        """Return the column."""
        (name,) = self.outputs
        row = self._finder.find(columns, len(numbers))
        strata = row
        if self._parent is not None:
            strata = columns[self._parent].values.astype(np.int64, copy=False)
        codes = self._inverse.at(row, numbers.of(name, strata))
        return {name: Column(codes, self._categories)}


class BooleanSampler:
    """Draws true with the row's share."""

    def __init__(self, attribute: BooleanAttribute, known: Mapping[str, AttributeInfo]) -> None:
        """Compile the attribute; `known` describes the columns above it."""
        self.outputs = (attribute.name,)
        self._finder = RowFinder(attribute.table(), known)
        self.inputs = self._finder.inputs
        self._share = np.array([row.share for row in attribute.table()])

    def draw(self, columns: Mapping[str, Column], numbers: SlotNumbers) -> dict[str, Column]:
        """Return the column."""
        (name,) = self.outputs
        row = self._finder.find(columns, len(numbers))
        drawn = numbers.of(name, row) < self._share.take(row)
        return {name: Column(drawn.astype(np.int64), (False, True))}


class NumberSampler:
    """Draws numbers from bands or a truncated log-normal distribution, then rounds."""

    def __init__(self, attribute: NumberAttribute, known: Mapping[str, AttributeInfo]) -> None:
        """Compile the attribute; `known` describes the columns above it."""
        rows = attribute.table()
        self.outputs = (attribute.name,)
        self._finder = RowFinder(rows, known)
        self.inputs = self._finder.inputs
        self._whole = attribute.kind == "integer"
        self._round_to = attribute.round_to
        # Each row belongs to one of the two spreads and has a position in it.
        self._is_lognormal = np.array([row.lognormal is not None for row in rows])
        position = np.where(
            self._is_lognormal, np.cumsum(self._is_lognormal), np.cumsum(~self._is_lognormal)
        )
        self._position = position.astype(np.int64) - 1
        self._lognormals = _LogNormals([r.lognormal for r in rows if r.lognormal is not None])
        self._bands = _Bands([r for r in rows if r.lognormal is None], whole=self._whole)

    def draw(self, columns: Mapping[str, Column], numbers: SlotNumbers) -> dict[str, Column]:
        """Return the column."""
        (name,) = self.outputs
        row = self._finder.find(columns, len(numbers))
        uniform = numbers.of(name, row)
        position = self._position.take(row)
        if self._is_lognormal.all():
            values = self._lognormals.at(position, uniform)
        elif not self._is_lognormal.any():
            values = self._bands.at(position, uniform)
        else:
            values = np.empty(len(uniform), dtype=np.float64)
            skewed = self._is_lognormal.take(row)
            values[skewed] = self._lognormals.at(position[skewed], uniform[skewed])
            values[~skewed] = self._bands.at(position[~skewed], uniform[~skewed])
        if self._round_to:
            values = np.round(values / self._round_to) * self._round_to
        if self._whole:
            return {name: Column(np.round(values).astype(np.int64))}
        # Twelve decimals hide the last bits in which mathematical libraries differ.
        return {name: Column(np.round(values, 12))}


class DerivedSampler:
    """Works out what follows from the columns above."""

    def __init__(
        self, attribute: DerivedAttribute, known: Mapping[str, AttributeInfo], *, whole: bool
    ) -> None:
        """Compile the attribute.

        Args:
            attribute: Its table.
            known: What is known of the columns above it.
            whole: Whether sums are whole numbers.
        """
        self.outputs = (attribute.name,)
        self._rows, self._whole = attribute.rows, whole
        self._finder = RowFinder(attribute.rows, known)
        terms = frozenset[str]().union(*((r.sum_of or {}).keys() for r in attribute.rows))
        self.inputs = self._finder.inputs | terms
        values = [row.value for row in attribute.rows if row.value is not None]
        self._words: tuple[str | int | float | bool, ...] | None = None
        if len(values) == len(attribute.rows) and not all(type(v) in (int, float) for v in values):
            self._words = tuple(dict.fromkeys(values))
            self._codes = np.array([self._words.index(v) for v in values], dtype=np.int64)

    def draw(self, columns: Mapping[str, Column], numbers: SlotNumbers) -> dict[str, Column]:
        """Return the column; no number is used."""
        (name,) = self.outputs
        n = len(numbers)
        row = self._finder.find(columns, n)
        if self._words is not None:
            return {name: Column(self._codes.take(row), self._words)}
        result = np.zeros(n, dtype=np.float64)
        for position, spread in enumerate(self._rows):
            where = row == position
            if spread.sum_of is None:
                result[where] = float(spread.value or 0)
            else:
                terms = [f * columns[one].values[where] for one, f in spread.sum_of.items()]
                result[where] = np.sum(terms, axis=0) + spread.plus
        return {name: Column(np.round(result).astype(np.int64) if self._whole else result)}


class Inverse:
    """The inverse distribution functions of the rows of a table of shares."""

    def __init__(self, table: NDArray[np.float64]) -> None:
        """Compile `table`, shape (rows, categories), not necessarily of sum 1."""
        cumulative = np.cumsum(table, axis=1)
        cumulative /= cumulative[:, -1:]
        self._n = table.shape[1]
        # One sorted search over all rows: row r occupies the numbers r to r + 1.
        self._flat = (cumulative + np.arange(len(table))[:, None]).ravel()
        self._last = self._n - 1 - np.argmax(table[:, ::-1] > 0, axis=1)

    def at(self, row: NDArray[np.int64], uniform: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return for each slot the category at `uniform` in the distribution of its row."""
        codes = np.searchsorted(self._flat, row + uniform, side="right") - row * self._n
        # r + u can round up to r + 1; the last category with a share takes it.
        return np.asarray(np.minimum(codes, self._last.take(row)), dtype=np.int64)


class _Bands:
    """Distributions that are flat inside bands."""

    def __init__(self, rows: Sequence[NumberRow], *, whole: bool) -> None:
        bands = [[band for band in row.bands or [] if band.share > 0] for row in rows]
        self._most = max((len(some) for some in bands), default=1)
        self._whole = whole
        shape = (max(1, len(rows)), self._most)
        share, low, high = np.zeros(shape), np.zeros(shape), np.zeros(shape)
        for position, some in enumerate(bands):
            share[position, : len(some)] = [band.share for band in some]
            low[position, : len(some)] = [band.low for band in some]
            high[position, : len(some)] = [band.high for band in some]
        if not rows:
            share[0, 0] = 1.0
        share /= share.sum(axis=1, keepdims=True)
        self._inverse = Inverse(share)
        self._below = (np.cumsum(share, axis=1) - share).ravel()
        self._share = np.where(share > 0, share, 1.0).ravel()
        self._low, self._high = low.ravel(), high.ravel()

    def at(self, row: NDArray[np.int64], uniform: NDArray[np.float64]) -> NDArray[np.float64]:
        band = row * self._most + self._inverse.at(row, uniform)
        inside = np.clip((uniform - self._below.take(band)) / self._share.take(band), 0.0, 1.0)
        low, high = self._low.take(band), self._high.take(band)
        if not self._whole:
            return np.asarray(low + (high - low) * inside)
        return np.asarray(np.minimum(np.floor(low + (high - low + 1) * inside), high))


class _LogNormals:
    """Log-normal distributions that are cut at both ends."""

    def __init__(self, spreads: Sequence[LogNormal]) -> None:
        self._median = np.array([one.median for one in spreads])
        self._sigma = np.array([one.sigma for one in spreads])
        self._low = np.array([one.low for one in spreads])
        self._high = np.array([one.high for one in spreads])

    def at(self, row: NDArray[np.int64], uniform: NDArray[np.float64]) -> NDArray[np.float64]:
        from scipy.special import ndtr, ndtri

        below = ndtr(np.log(self._low / self._median) / self._sigma)
        above = ndtr(np.log(self._high / self._median) / self._sigma)
        normal = ndtri(below.take(row) + (above - below).take(row) * uniform)
        values = self._median.take(row) * np.exp(self._sigma.take(row) * normal)
        return np.asarray(np.clip(values, self._low.take(row), self._high.take(row)))
