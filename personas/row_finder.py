"""Which row of a conditional table applies: compiled once, then a few array look-ups per slot.

Each attribute that the table depends on is cut into the cells that its conditions tell apart. The
cells are read one attribute after the other, and what is remembered in between is the set of rows
that may still apply; equal sets are one state. So a table of any number of attributes costs one
look-up for each of them, and its size follows from how many different sets of rows there are, not
from the product of all values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from .attribute_info import AttributeInfo
from .conditions import (
    AttributeReference,
    Column,
    Comparison,
    Condition,
    Conditions,
    holds,
    references_of,
    values_of,
)

_MAX_ENTRIES = 4_000_000
"""Entries of the transition tables; a table beyond it is judged row by row."""
_MAX_WHOLE_RANGE = 65_536
"""Range of whole numbers up to which each number has its own place in a look-up array."""

Value = str | int | float | bool


class HasConditions(Protocol):
    """A row of a conditional table."""

    @property
    def when(self) -> Conditions:
        """Whom the row is for."""
        ...


def matching_rows(
    rows: Sequence[HasConditions], columns: Mapping[str, Column], n: int
) -> NDArray[np.int64]:
    """Return for each slot the position of the first row that applies, -1 where none does.

    The plain reading of the definition, row by row; `RowFinder` gives the same faster.
    """
    found = np.full(n, -1, dtype=np.int64)
    for position in range(len(rows) - 1, -1, -1):
        found[holds(rows[position].when, columns, n)] = position
    return found


class RowFinder:
    """Finds the row of one table for many slots."""

    def __init__(self, rows: Sequence[HasConditions], known: Mapping[str, AttributeInfo]) -> None:
        """Compile `rows`.

        Args:
            rows: The table, first row first.
            known: What is known of every column that the table depends on.
        """
        self.rows = rows
        self.inputs = frozenset[str]().union(*(references_of(row.when) for row in rows))
        """Columns that the table depends on."""
        self._axes = _axes(rows, known)
        self._transitions: list[NDArray[np.int32]] | None = []
        self._states: list[list[int]] = []
        self._compile(len(rows))

    @property
    def is_exact(self) -> bool:
        """Whether each combination of cells can occur as far as the table can tell."""
        return self._transitions is not None and not any(a.conditions for a in self._axes)

    def find(self, columns: Mapping[str, Column], n: int) -> NDArray[np.int64]:
        """Return for each slot the position of the first row that applies, -1 where none does."""
        if self._transitions is None:
            return matching_rows(self.rows, columns, n)
        if not self._axes:
            return np.zeros(n, dtype=np.int64)
        state: NDArray[np.int64] | None = None
        for axis, transition in zip(self._axes, self._transitions, strict=True):
            cell = axis.cells_of(columns, n)
            at = cell if state is None else state * axis.n_cells + cell
            state = transition.take(at).astype(np.int64)
        return self._final().take(state if state is not None else np.zeros(n, np.int64))

    def used_rows(self) -> set[int]:
        """Return the positions of the rows that some combination reaches; if `is_exact`."""
        return {int(row) for row in self._final() if row >= 0} if self._axes else {0}

    def missing_example(self) -> dict[str, Value] | None:
        """Return a combination to which no row applies, None if there is none; if `is_exact`."""
        if not self._axes or 0 not in self._states[-1]:
            return None
        example: dict[str, Value] = {}
        target = self._states[-1].index(0)
        for axis, transition in zip(
            reversed(self._axes), reversed(self._transitions or []), strict=True
        ):
            at = int(np.flatnonzero(transition == target)[0])
            target, cell = divmod(at, axis.n_cells)
            example[axis.name] = axis.examples[cell]
        return dict(sorted(example.items()))

    def _final(self) -> NDArray[np.int64]:
        return np.array([state.bit_length() - 1 for state in self._states[-1]], dtype=np.int64)

    def _compile(self, n_rows: int) -> None:
        """Build the transition tables; a state is the set of rows that may still apply, as bits."""
        needed_later = [0] * (len(self._axes) + 1)
        for position in range(len(self._axes) - 1, -1, -1):
            needed_later[position] = needed_later[position + 1] | self._axes[position].rows
        states = [(1 << n_rows) - 1]
        entries = 0
        transitions: list[NDArray[np.int32]] = []
        for position, axis in enumerate(self._axes):
            number: dict[int, int] = {}
            entries += len(states) * axis.n_cells
            if entries > _MAX_ENTRIES:
                self._transitions = None
                return
            table = [
                number.setdefault(_settled(s & allowed, needed_later[position + 1]), len(number))
                for s in states
                for allowed in axis.allowed
            ]
            states = list(number)
            transitions.append(np.array(table, dtype=np.int32))
            self._states.append(states)
        self._transitions = transitions


def _settled(rows: int, needed_later: int) -> int:
    """Drop all rows below the first one that nothing can rule out any more."""
    certain = rows & ~needed_later
    return rows & (((certain & -certain) << 1) - 1) if certain else rows


@dataclass(frozen=True, slots=True)
class _Axis:
    """One attribute of a table, cut into cells; or one condition between two attributes."""

    name: str
    rows: int
    """Rows that say something about it, as bits."""
    allowed: tuple[int, ...]
    """Rows that may apply in each cell, as bits."""
    examples: tuple[Value, ...]
    """A value in each cell."""
    places: NDArray[np.int64]
    """Cell of each category, whole number or interval."""
    first: int | None = None
    """Smallest whole number, where `places` goes by number."""
    points: NDArray[np.float64] | None = None
    """Bounds, where `places` goes by interval and point."""
    conditions: tuple[tuple[str, Condition], ...] = ()
    """The condition, where it compares two attributes."""

    @property
    def n_cells(self) -> int:
        return len(self.allowed)

    def cells_of(self, columns: Mapping[str, Column], n: int) -> NDArray[np.int64]:
        """Return the cell of each slot."""
        if self.conditions:
            return holds(dict(self.conditions), columns, n).astype(np.int64)
        values = columns[self.name].values
        if self.points is not None:
            left = np.searchsorted(self.points, values)
            on = self.points.take(np.minimum(left, len(self.points) - 1)) == values
            return np.asarray(self.places.take(2 * left + on))
        codes = values.astype(np.int64, copy=False)
        if self.first is not None:
            codes = codes - self.first
        return np.asarray(self.places.take(codes))


def _axes(rows: Sequence[HasConditions], known: Mapping[str, AttributeInfo]) -> list[_Axis]:
    by_name: dict[str, dict[str, tuple[Condition, int]]] = {}
    crossed: dict[tuple[str, str], tuple[Condition, int]] = {}
    for position, row in enumerate(rows):
        for name, condition in row.when.items():
            key = repr(condition)
            if references_of({name: condition}) != {name}:
                before = crossed.get((name, key), (condition, 0))[1]
                crossed[name, key] = (condition, before | 1 << position)
            else:
                before = by_name.setdefault(name, {}).get(key, (condition, 0))[1]
                by_name[name][key] = (condition, before | 1 << position)
    everyone = (1 << len(rows)) - 1
    axes = [_axis(name, list(c.values()), known[name], everyone) for name, c in by_name.items()]
    # What most rows ask about first: it splits the table best, as at the root of a tree.
    axes.sort(key=lambda axis: -axis.rows.bit_count())
    for (name, _), (condition, mask) in crossed.items():
        allowed = (everyone & ~mask, everyone)
        where = np.arange(2, dtype=np.int64)
        pair = ((name, condition),)
        axes.append(_Axis(name, mask, allowed, (False, True), where, conditions=pair))
    return axes


def _axis(
    name: str, conditions: list[tuple[Condition, int]], info: AttributeInfo, everyone: int
) -> _Axis:
    first: int | None = None
    points: NDArray[np.float64] | None = None
    examples: Sequence[Value]
    if info.categories is not None:
        examples = info.categories
        column = Column(np.arange(len(examples), dtype=np.int64), info.categories)
    elif info.type is int and info.high - info.low < _MAX_WHOLE_RANGE:
        first = int(info.low)
        examples = range(first, int(info.high) + 1)
        column = Column(np.array(examples, dtype=np.int64))
    else:
        points = _points([condition for condition, _ in conditions])
        examples = _inside(points, info)
        column = Column(np.array(examples, dtype=np.float64))
    n = len(examples)
    truth = np.array([holds({name: one}, {name: column}, n) for one, _ in conditions])
    cells, at, places = np.unique(truth, axis=1, return_index=True, return_inverse=True)
    asking = 0
    for _, mask in conditions:
        asking |= mask
    allowed = []
    for cell in range(cells.shape[1]):
        rows = everyone & ~asking
        for (_, mask), applies in zip(conditions, cells[:, cell], strict=True):
            rows |= mask if applies else 0
        allowed.append(rows)
    shown = tuple(examples[int(i)] for i in at)
    return _Axis(name, asking, tuple(allowed), shown, places.reshape(-1), first, points)


def _points(conditions: Sequence[Condition]) -> NDArray[np.float64]:
    """Return every number that a condition names, ascending."""
    found: set[float] = set()
    for condition in conditions:
        found |= {float(value) for value in values_of(condition)}
        if isinstance(condition, Comparison):
            bounds = [bound for _, bound in condition.bounds()]
            found |= {float(b) for b in bounds if not isinstance(b, AttributeReference)}
    return np.array(sorted(found))


def _inside(points: NDArray[np.float64], info: AttributeInfo) -> list[Value]:
    """Return a possible number for each interval between points and each point, in order.

    A place that no value can reach is given the number nearest to it.
    """
    whole = info.type is int
    numbers = [points[0] - 1]
    for point, after in zip(points, [*points[1:], points[-1] + 2], strict=True):
        between = np.floor(point) + 1 if whole else (point + after) / 2
        numbers += [point, between if between < after else point]
    clipped = [min(max(float(number), info.low), info.high) for number in numbers]
    return [int(number) for number in clipped] if whole else list(clipped)
