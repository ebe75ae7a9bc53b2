"""Conditions on attributes: the `when` of a table row and the `forbid` of a rule.

A condition is a value, a list of values, or a comparison; a mapping of conditions holds when each
one does. The same words are judged for whole columns at once (sampling) and for one value
(checks).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
    model_validator,
)

Scalar = StrictBool | StrictInt | StrictFloat | StrictStr


class AttributeReference(BaseModel):
    """The persona's own value of another attribute, as the bound of a comparison."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    attribute: str
    """Name of a numeric attribute."""
    plus: float = Field(default=0.0, allow_inf_nan=False)
    """Added to its value before the comparison."""


Bound = StrictInt | StrictFloat | AttributeReference


class Comparison(BaseModel):
    """Bounds on a number, or values that are excluded; all that are given must hold."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    at_least: Bound | None = None
    """The value is this or more."""
    at_most: Bound | None = None
    """The value is this or less."""
    above: Bound | None = None
    """The value is more than this."""
    below: Bound | None = None
    """The value is less than this."""
    is_not: Scalar | list[Scalar] | None = None
    """The value is none of these."""

    @model_validator(mode="after")
    def _says_something(self) -> Comparison:
        if all(getattr(self, name) is None for name in type(self).model_fields):
            raise ValueError("a comparison needs at_least, at_most, above, below or is_not")
        return self

    def bounds(self) -> list[tuple[str, int | float | AttributeReference]]:
        """Return (operator, bound) for each bound that is given."""
        given = [(name, getattr(self, name)) for name in _OPERATORS]
        return [(name, bound) for name, bound in given if bound is not None]


Condition = Scalar | list[Scalar] | Comparison
Conditions = Mapping[str, Condition]

_OPERATORS = {
    "at_least": np.greater_equal,
    "at_most": np.less_equal,
    "above": np.greater,
    "below": np.less,
}


@dataclass(frozen=True, slots=True)
class Column:
    """One attribute of many slots: numbers, or positions in a list of categories."""

    values: NDArray[np.float64] | NDArray[np.int64]
    """Shape (n,). Positions in `categories` where there are any."""
    categories: tuple[str | int | float | bool, ...] | None = None
    """What the positions stand for; None for a numeric attribute."""

    def taken(self, where: NDArray[np.int64] | NDArray[np.bool_]) -> Column:
        """Return the column of some of the slots."""
        return Column(self.values[where], self.categories)


def values_of(condition: Condition) -> list[str | int | float | bool]:
    """Return the values that `condition` names (not its bounds)."""
    if isinstance(condition, Comparison):
        excluded = condition.is_not
        return [] if excluded is None else excluded if isinstance(excluded, list) else [excluded]
    return list(condition) if isinstance(condition, list) else [condition]


def references_of(conditions: Conditions) -> set[str]:
    """Return the names of all attributes that must be known to judge `conditions`."""
    names = set(conditions)
    for condition in conditions.values():
        if isinstance(condition, Comparison):
            bounds = [bound for _, bound in condition.bounds()]
            names |= {b.attribute for b in bounds if isinstance(b, AttributeReference)}
    return names


def holds(conditions: Conditions, columns: Mapping[str, Column], n: int) -> NDArray[np.bool_]:
    """Return for each of `n` slots whether all `conditions` hold; all do when there are none."""
    mask = np.ones(n, dtype=np.bool_)
    for name, condition in conditions.items():
        mask &= _holds_one(condition, columns[name], columns)
    return mask


def numbers_of(column: Column) -> NDArray[np.float64]:
    """Return the numbers of a column, of one whose categories are numbers too."""
    if column.categories is None:
        return np.asarray(column.values, dtype=np.float64)
    return np.array([float(value) for value in column.categories])[column.values]


def _holds_one(
    condition: Condition, column: Column, columns: Mapping[str, Column]
) -> NDArray[np.bool_]:
    named = _is_among(column, values_of(condition))
    if not isinstance(condition, Comparison):
        return named
    mask = ~named
    for operator, bound in condition.bounds():
        limit: NDArray[np.float64] | float
        if isinstance(bound, AttributeReference):
            limit = numbers_of(columns[bound.attribute]) + bound.plus
        else:
            limit = bound
        mask &= _OPERATORS[operator](numbers_of(column), limit)
    return mask


def _is_among(column: Column, values: list[str | int | float | bool]) -> NDArray[np.bool_]:
    if column.categories is None:
        return np.isin(column.values, values) if values else np.zeros(len(column.values), np.bool_)
    wanted = {(type(value), value) for value in values}
    table = np.array(
        [(type(value), value) in wanted for value in column.categories], dtype=np.bool_
    )
    return table[column.values]
