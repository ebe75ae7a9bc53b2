"""The seed table as cells: which kinds of household there are, how often, and which cannot be.

A *cell* is one combination of the dimensions' categories. Rows that break a rule are set aside
and counted; a cell is impossible when each combination of the values it can have breaks a rule.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .conditions import Column, Condition, Conditions, holds, references_of
from .errors import PopulationError
from .fit_columns import attribute_names
from .fit_table import PeopleTable, RawColumn, read_people
from .near_name import near_name
from .population_config import DerivedAttribute
from .row_finder import matching_rows
from .synthesis_config import Dimension, SynthesisConfig

_MOST_VALUES_TRIED = 12
"""Values of a column tried per category to see whether a cell is possible: ends and quantiles."""


@dataclass(frozen=True, slots=True)
class Seed:
    """Households to take the joint distribution from."""

    table: PeopleTable
    """All columns, without the rows that break a rule."""
    names: Mapping[str, str]
    """Attribute of each column of the table."""
    codes: NDArray[np.int64]
    """Shape (rows, dimensions): category of each household."""
    joint: NDArray[np.float64]
    """Weight of each cell, one axis for each dimension, sum 1."""
    possible: NDArray[np.bool_]
    """Which cells no rule forbids; the same shape."""
    n_set_aside: int
    """Rows that broke a rule."""
    notes: tuple[str, ...]
    """What the user should know about the table."""

    def column(self, source: str) -> RawColumn:
        """Return the column named `source` in the table."""
        return next(one for one in self.table.columns if one.source == source)


def read_seed(path: Path, config: SynthesisConfig, *, weight: str | None, k: int) -> Seed:
    """Read the seed table.

    Args:
        path: The table.
        config: The controls file.
        weight: Column with the weight; instead of that of the controls file.
        k: Fewest households that a seed table must have (each cell would show one otherwise).

    Raises:
        PopulationError: If the table cannot be used, a dimension's column is missing, a value falls
            into no category, or no row keeps the rules.
    """
    table = read_people(path, weight=weight or config.weight, exclude=config.ignore)
    header = [column.source for column in table.columns]
    for dimension in config.dimensions:
        if dimension.column not in header:
            near = near_name(dimension.column, header)
            hint = f" Did you mean '{near}'?" if near else f" It has {header}."
            raise PopulationError(
                f"{path}: no column '{dimension.column}', which dimension '{dimension.name}' "
                f"cuts.{hint}"
            )
    _check_persons(config, table)
    codes = np.stack([_categories(one, table, path) for one in config.dimensions], axis=1)
    names = attribute_names(header)
    taken = {one.name for one in config.dimensions} | {one.name for one in config.zones}
    names = {s: f"{n}_value" if n in taken else n for s, n in names.items()}
    columns = _as_columns(table, names) | {
        one.name: Column(codes[:, axis], tuple(one.categories))
        for axis, one in enumerate(config.dimensions)
    }
    broken = _broken(config, columns, len(codes), where=str(path))
    if len(codes) - broken.sum() < k:
        raise PopulationError(
            f"{path}: {broken.sum():,} of {len(codes):,} rows break a rule of the controls file, "
            f"fewer than {k} are left; correct the rules or the table."
        )
    kept = ~broken
    table = _taken(table, kept)
    joint = np.zeros([len(one.categories) for one in config.dimensions])
    np.add.at(joint, tuple(codes[kept].T), table.weights)
    notes = list(table.notes)
    if broken.any():
        notes.append(
            f"{broken.sum():,} of {len(codes):,} seed rows break a rule and were set aside"
        )
    return Seed(table, names, codes[kept], joint / joint.sum(), _possible(config, columns, codes),
                int(broken.sum()), tuple(notes))  # fmt: skip


def with_derived(
    derived: list[DerivedAttribute], columns: dict[str, Column], n: int
) -> dict[str, Column]:
    """Return the columns together with those that follow from them."""
    known = dict(columns)
    for attribute in derived:
        row = matching_rows(attribute.rows, known, n)
        if all(isinstance(one.value, str | bool) for one in attribute.rows):
            words = tuple(dict.fromkeys(r.value for r in attribute.rows if r.value is not None))
            code = np.array([words.index(r.value) for r in attribute.rows if r.value is not None])
            known[attribute.name] = Column(code[row].astype(np.int64), words)
            continue
        values = np.full(n, np.nan)
        for position, one in enumerate(attribute.rows):
            terms = {
                name: factor * known[name].values for name, factor in (one.sum_of or {}).items()
            }
            total = sum(terms.values()) + one.plus if terms else float(one.value or 0)
            values = np.where(row == position, total, values)
        known[attribute.name] = Column(values)
    return known


def _check_persons(config: SynthesisConfig, table: PeopleTable) -> None:
    if config.persons is None:
        return
    named = next(d for d in config.dimensions if d.name == config.persons.dimension)
    column = next(one for one in table.columns if one.source == named.column)
    whole = column.kind == "numbers" and not column.is_missing.any()
    if not whole or np.any(column.values != np.floor(column.values)) or column.values.min() < 1:
        raise PopulationError(
            f"persons: column '{named.column}' of dimension '{named.name}' must hold the number of "
            "persons of each household, whole and 1 or more, without gaps."
        )


def _categories(dimension: Dimension, table: PeopleTable, path: Path) -> NDArray[np.int64]:
    column = next(one for one in table.columns if one.source == dimension.column)
    n = len(column.is_missing)
    one = {dimension.column: _condition_column(column)}
    found = np.full(n, -1, dtype=np.int64)
    for position, (label, condition) in enumerate(dimension.categories.items()):
        mask = _fits(condition, one[dimension.column]) & ~column.is_missing
        if (mask & (found >= 0)).any():
            other = list(dimension.categories)[int(found[mask & (found >= 0)][0])]
            raise PopulationError(
                f"dimension '{dimension.name}': the categories {other!r} and {label!r} overlap; "
                "each value must fall into one."
            )
        found[mask] = position
        if not mask.any():
            raise PopulationError(
                f"dimension '{dimension.name}': no row of {path} (with a weight above 0) falls "
                f"into {label!r} by column '{dimension.column}'. Households of this kind cannot be "
                "made from nothing: widen the category, join it with a neighbour, or add seed rows."
            )
    if (lost := int((found < 0).sum())) > 0:
        raise PopulationError(
            f"{path}: {lost:,} of {n:,} rows fall into no category of dimension "
            f"'{dimension.name}' (column '{dimension.column}', {int(column.is_missing.sum()):,} "
            f"gaps); it has {list(dimension.categories)}. Widen them, or drop these rows."
        )
    return found


def _fits(condition: Condition, column: Column) -> NDArray[np.bool_]:
    return holds({"value": condition}, {"value": column}, len(column.values))


def _condition_column(column: RawColumn) -> Column:
    if column.kind == "numbers":
        return Column(column.values)
    words, codes = np.unique(column.values, return_inverse=True)
    if column.kind == "booleans":
        return Column(codes.astype(np.int64), tuple(word == "true" for word in words.tolist()))
    return Column(codes.astype(np.int64), tuple(words.tolist()))


def _as_columns(table: PeopleTable, names: Mapping[str, str]) -> dict[str, Column]:
    return {names[one.source]: _condition_column(one) for one in table.columns}


def _taken(table: PeopleTable, kept: NDArray[np.bool_]) -> PeopleTable:
    columns = tuple(
        replace(one, values=one.values[kept], is_missing=one.is_missing[kept])
        for one in table.columns
    )
    weights = table.weights[kept]
    return PeopleTable(columns, weights / weights.mean(), table.notes)


def _broken(
    config: SynthesisConfig, columns: dict[str, Column], n: int, *, where: str
) -> NDArray[np.bool_]:
    known = columns.keys() | {one.name for one in config.derived}
    for attribute in config.derived:
        for row in attribute.rows:
            _check_names({*references_of(row.when), *(row.sum_of or {})}, known,
                         f"derived attribute '{attribute.name}'", where)  # fmt: skip
    for rule in config.rules:
        _check_names(references_of(rule.forbid), known, f"rule '{rule.name}'", where)
    broken = np.zeros(n, dtype=np.bool_)
    everything = with_derived(config.derived, columns, n)
    for rule in config.rules:
        broken |= holds(rule.forbid, everything, n)
    return broken


def _check_names(used: set[str], known: set[str], what: str, where: str) -> None:
    for name in sorted(used - known):
        near = near_name(name, known)
        hint = f" Did you mean '{near}'?" if near else ""
        raise PopulationError(
            f"{what} uses '{name}', which is no column of {where} in lower case, no dimension and "
            f"not derived.{hint}"
        )


def _possible(
    config: SynthesisConfig, columns: dict[str, Column], codes: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Return which cells no rule forbids, judged by rules on dimensions and their columns alone."""
    names = attribute_names([one.column for one in config.dimensions])
    axis_of = {one.name: axis for axis, one in enumerate(config.dimensions)}
    taken = set(axis_of) | {one.name for one in config.zones}
    for axis, one in enumerate(config.dimensions):
        name = names[one.column]
        axis_of[f"{name}_value" if name in taken else name] = axis
    possible = np.ones([len(one.categories) for one in config.dimensions], dtype=np.bool_)
    for rule in config.rules:
        used = references_of(rule.forbid)
        if not used <= axis_of.keys():
            continue
        axes = sorted({axis_of[name] for name in used})
        for cell in itertools.product(*(range(possible.shape[axis]) for axis in axes)):
            if _always(rule.forbid, dict(zip(axes, cell, strict=True)), axis_of, columns, codes):
                place: list[Any] = [slice(None)] * possible.ndim
                for axis, code in zip(axes, cell, strict=True):
                    place[axis] = code
                possible[tuple(place)] = False
    return possible


def _always(
    forbid: Conditions,
    cell: Mapping[int, int],
    axis_of: Mapping[str, int],
    columns: Mapping[str, Column],
    codes: NDArray[np.int64],
) -> bool:
    """Return whether every combination of values that a cell can have is forbidden."""
    used = sorted(references_of(forbid))
    choices = []
    for name in used:
        inside = codes[:, axis_of[name]] == cell[axis_of[name]]
        values = np.unique(columns[name].values[inside])
        if len(values) > _MOST_VALUES_TRIED:
            values = values[np.linspace(0, len(values) - 1, _MOST_VALUES_TRIED).astype(int)]
        choices.append(values)
    n = math.prod(map(len, choices))
    grid = np.stack(np.meshgrid(*choices, indexing="ij"), axis=-1).reshape(n, len(used))
    tried = {}
    for position, name in enumerate(used):
        values = grid[:, position]
        words = columns[name].categories
        tried[name] = Column(values if words is None else values.astype(np.int64), words)
    return bool(holds(forbid, tried, n).all())
