"""Two tables made comparable: the columns they share, coded on common ground, rows pooled.

The set's rows come first, the real rows after them. What cannot be compared (a column that only one
side has, an identifier, free text) is named, never dropped in silence.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ..personas.errors import ConfigError
from .binning import CodedColumn, Floats, code_column, folded
from .config import PopulationFitConfig

MOST_SET_ROWS = 20_000
"""Rows of the set that are analysed; sampling error of a share is then at most 0.004."""
MOST_REAL_ROWS = 60_000
"""Rows of the reference that are analysed."""
FEWEST_ROWS = 20
"""Below this no distance means anything: chance alone gives half of the largest possible one."""
# A text column with more distinct values than this share of the rows names rows, not groups.
_NAMES_ROWS = 0.5


@dataclass(frozen=True, slots=True)
class Pool:
    """Rows of both sides in one order: the set, then the real rows."""

    columns: tuple[CodedColumn, ...]
    """Shared attributes, in the set's column order."""
    n_set: int
    """The first `n_set` rows are the set."""
    n_real: int
    """The rows after them."""
    weights: Floats | None
    """Mean 1 on each side; None when neither side has weights."""
    weight_loss: float
    """By how much weights make chance larger than the shuffled rows show; at least 1."""
    notes: tuple[str, ...]
    """What was left out and why."""

    @property
    def n(self) -> int:
        """Return the number of pooled rows."""
        return self.n_set + self.n_real

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the shared attributes."""
        return tuple(column.name for column in self.columns)

    def groups(self) -> NDArray[np.uint8]:
        """Return the coarse codes, shape (attributes, rows)."""
        return np.stack([column.groups for column in self.columns])

    def row_keys(self) -> NDArray[np.int64]:
        """Return a number per row; rows that agree in all attributes share it."""
        key = np.zeros(self.n, dtype=np.int64)
        for column in self.columns:
            combined = key * (int(column.values.max(initial=0)) + 1) + column.values
            key = np.unique(combined, return_inverse=True)[1].astype(np.int64)
        return key


def pool_tables(rows: pa.Table, real: pa.Table, config: PopulationFitConfig, *, seed: int) -> Pool:
    """Return both tables on common ground.

    Args:
        rows: The set.
        real: What it is compared with.
        config: Bins, excluded columns, weight column.
        seed: Of the sample taken from a large table.

    Raises:
        ConfigError: If a side is too small, no column is shared, a column is text on one side and
            a number on the other, or a weight is unusable.
    """
    for side, table in (("set", rows), ("reference", real)):
        if table.num_rows < FEWEST_ROWS:
            raise ConfigError(
                f"the {side} has {table.num_rows} rows; expected at least {FEWEST_ROWS}. With "
                "fewer, chance alone looks like a difference: give more rows."
            )
    rows, real = (_with_weight(table, config.weight) for table in (rows, real))
    names, notes = shared_columns(rows, real, config)
    generator = np.random.default_rng([seed, 0xA771])
    of_set, of_real = rows.num_rows, real.num_rows
    rows = sampled_rows(rows, MOST_SET_ROWS, generator)
    real = sampled_rows(real, MOST_REAL_ROWS, generator)
    for said, total, taken in (("set", of_set, rows), ("reference", of_real, real)):
        if total > taken.num_rows:
            notes.append(f"a seeded sample of {taken.num_rows:,} of {total:,} rows of the {said}")
    columns = []
    for name in names:
        both = joined(rows.column(name), real.column(name))
        if both.null_count == len(both):
            notes.append(f"{name}: absent in every row of both sides")
            continue
        if _names_rows(both):
            notes.append(f"{name}: an identifier or free text, not compared")
            continue
        columns.append(
            code_column(
                name,
                both,
                numeric_bins=config.numeric_bins,
                max_values=config.max_values,
                groups=config.groups,
            )
        )
    if not columns:
        raise ConfigError(
            f"none of the {len(names)} shared columns can be compared: {'; '.join(notes)}. "
            "Expected at least one attribute with values on both sides."
        )
    weights, loss = _weights(rows, real, config.weight)
    return Pool(tuple(columns), rows.num_rows, real.num_rows, weights, loss, tuple(notes))


def shared_columns(
    rows: pa.Table, real: pa.Table, config: PopulationFitConfig
) -> tuple[list[str], list[str]]:
    """Return the names of the columns to compare, and a note on those left out.

    Raises:
        ConfigError: If no column is shared or the types of a shared one differ.
    """
    left_out = {*config.exclude, config.weight}
    names = [
        name for name in rows.column_names if name in real.column_names and name not in left_out
    ]
    if not names:
        raise ConfigError(
            f"the set and its reference share no column: {_some(rows.column_names)} against "
            f"{_some(real.column_names)}. Rename the columns of one side, or compare another table."
        )
    unlike = [
        f"'{name}' is {first} in the set and {second} in the reference"
        for name in names
        for first, second in [(_family(rows, name), _family(real, name))]
        if first != second and "nothing" not in (first, second)
    ]
    if unlike:
        raise ConfigError(
            f"{'; '.join(unlike[:5])}. Expected the same type on both sides: cast the column, or "
            "leave it out (`--exclude`, `scoring.population.exclude`)."
        )
    notes = []
    for said, one, other in (("set", rows, real), ("reference", real, rows)):
        only = [n for n in one.column_names if n not in other.column_names and n not in left_out]
        if only:
            notes.append(f"only in the {said}: {_some(only)}")
    return names, notes


def _family(table: pa.Table, name: str) -> str:
    kind = table.column(name).type
    if pa.types.is_null(kind) or table.column(name).null_count == table.num_rows:
        return "nothing"
    if pa.types.is_boolean(kind):
        return "true or false"
    numeric = pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    if numeric:
        return "a number"
    return "a date" if pa.types.is_date(kind) or pa.types.is_timestamp(kind) else "text"


def joined(first: pa.ChunkedArray, second: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return one column below the other, in a type that holds both."""
    one, two = folded(first), folded(second)
    if pa.types.is_null(one.type) or one.null_count == len(one):
        one = pa.chunked_array([pa.nulls(len(one), two.type)])
    elif pa.types.is_null(two.type) or two.null_count == len(two):
        two = pa.chunked_array([pa.nulls(len(two), one.type)])
    if one.type != two.type:
        both = {one.type, two.type}
        whole = all(pa.types.is_integer(kind) for kind in both)
        number = whole or any(pa.types.is_floating(kind) for kind in both)
        common = pa.int64() if whole else pa.float64() if number else pa.string()
        one, two = one.cast(common), two.cast(common)
    return pa.chunked_array([*one.chunks, *two.chunks], type=one.type)


def sampled_rows(table: pa.Table, most: int, generator: np.random.Generator) -> pa.Table:
    """Return the table, or `most` of its rows drawn by `generator`, in their order."""
    if table.num_rows <= most:
        return table
    return table.take(np.sort(generator.choice(table.num_rows, most, replace=False)))


def _names_rows(column: pa.ChunkedArray) -> bool:
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return False
    distinct = len(column.unique())
    return distinct > 50 and distinct > _NAMES_ROWS * (len(column) - column.null_count)


def _weights(rows: pa.Table, real: pa.Table, name: str | None) -> tuple[Floats | None, float]:
    """Return pooled weights and how much larger chance is than among shuffled rows.

    Shuffling spreads the weights over both sides, so when one side alone is weighted and small,
    the shuffled sides are too alike. Kish's design effect says by how much.
    """
    if name is None:
        return None, 1.0
    if name not in rows.column_names and name not in real.column_names:
        raise ConfigError(
            f"neither side has the weight column '{name}'; the reference has "
            f"{_some(real.column_names)}. Name a column of one of them."
        )
    sides = [_side_weights(table, name) for table in (rows, real)]
    pooled = np.concatenate(sides)

    def design_effect(weights: Floats) -> float:
        return float(np.mean(weights**2) / np.mean(weights) ** 2)

    n, m = len(sides[0]), len(sides[1])
    wanted = design_effect(sides[0]) / n + design_effect(sides[1]) / m
    shown = design_effect(pooled) * (1 / n + 1 / m)
    return pooled, max(1.0, float(np.sqrt(wanted / shown)))


def _with_weight(table: pa.Table, name: str | None) -> pa.Table:
    """Drop rows of weight 0: they stand for nobody."""
    import pyarrow.compute as pc

    if name is None or name not in table.column_names:
        return table
    kind = table.column(name).type
    if not (pa.types.is_integer(kind) or pa.types.is_floating(kind)):
        return table
    return table.filter(pc.fill_null(pc.not_equal(table.column(name), 0), True))


def _side_weights(table: pa.Table, name: str) -> Floats:
    if name not in table.column_names:
        return np.ones(table.num_rows)
    column = table.column(name)
    numeric = pa.types.is_integer(column.type) or pa.types.is_floating(column.type)
    values = (
        column.cast(pa.float64()).to_numpy() if numeric and not column.null_count else np.array([])
    )
    bad = len(values) == 0 or not np.isfinite(values).all() or values.min() < 0 or values.sum() <= 0
    if bad:
        raise ConfigError(
            f"the weight column '{name}' holds something else than numbers of 0 or more with a "
            "positive sum. Fill or drop those rows, or compare without weights."
        )
    return np.asarray(values * (len(values) / values.sum()))


def _some(names: list[str]) -> str:
    shown = ", ".join(names[:12])
    return shown + (f" and {len(names) - 12} more" if len(names) > 12 else "")
