"""Write fitted trees in the words of a population file: attributes, `when` rows, shares, bands.

Everything here is text and shares; counts stay behind. The result is the plain data of a
`PopulationConfig`, so a fitted population is loaded, edited and sampled like a declared one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .fit_columns import FitColumn, number_text
from .fit_trees import Leaf, rounded

SHARE_DIGITS = 5
"""Decimals of a share: what is below would be 1 person in 100,000."""


def category_attribute(
    column: FitColumn, leaves: Sequence[Leaf], known: Mapping[str, FitColumn], *, name: str
) -> dict[str, Any]:
    """Return a categorical attribute; `name` is that of the column or of its bands."""
    attribute: dict[str, Any] = {"name": name, "kind": "categorical"}
    if column.numbers is not None:
        attribute |= {"about": f"Band of {column.name}.", "hidden": True}
    elif column.source != column.name:
        attribute["about"] = f"Column {column.source}."
    if column.has_missing and column.numbers is None:
        attribute["empty_when"] = {name: column.categories[0]}
    tables = [_shares(column.categories, leaf) for leaf in rounded(leaves, SHARE_DIGITS)]
    if len(leaves) == 1:
        return attribute | {"shares": tables[0]}
    rows = [{"when": conditions(leaf, known), "shares": shares}
            for leaf, shares in zip(leaves, tables, strict=True)]  # fmt: skip
    del rows[-1]["when"]
    return attribute | {"rows": rows}


def number_attribute(
    column: FitColumn,
    leaves_by_band: Sequence[Sequence[Leaf]],
    known: Mapping[str, FitColumn],
    *,
    band_name: str,
) -> dict[str, Any]:
    """Return the number itself, drawn inside its band.

    Args:
        column: The column, with `numbers`.
        leaves_by_band: For each band (without "missing") the leaves over its cells.
        known: Columns by attribute name, for the conditions.
        band_name: Name of the hidden attribute.
    """
    numbers = column.numbers
    if numbers is None:
        raise ValueError(f"column '{column.name}' has no numbers.")
    whole = numbers.step >= 1 and float(numbers.step).is_integer()
    attribute: dict[str, Any] = {"name": column.name, "kind": "integer" if whole else "number"}
    if column.source != column.name:
        attribute["about"] = f"Column {column.source}."
    if numbers.step not in (0.0, 1.0):
        attribute["round_to"] = int(numbers.step) if whole else numbers.step
    rows: list[dict[str, Any]] = []
    offset = 1 if column.has_missing else 0
    for band, leaves in enumerate(leaves_by_band):
        label = column.categories[band + offset]
        cells = numbers.band_cells(band)
        for leaf in rounded(leaves, SHARE_DIGITS):
            bands = [
                {
                    "low": _end(cell.low, whole=whole),
                    "high": _end(cell.high, whole=whole),
                    "share": float(share),
                }
                for cell, share in zip(cells, leaf.shares, strict=True)
                if share > 0
            ]
            when = {band_name: label} | conditions(leaf, known)
            rows.append({"when": when, "bands": bands})
    if column.has_missing:
        attribute["empty_when"] = {band_name: column.categories[0]}
        # Left empty in samples; it lies below all others so that no condition takes it for one.
        low = _end(numbers.cells[0].low - max(numbers.step, 1.0), whole=whole)
        rows.append({"bands": [{"low": low, "high": low, "share": 1.0}]})
    else:
        del rows[-1]["when"]
    if len(rows) == 1:
        return attribute | {"bands": rows[0]["bands"]}
    return attribute | {"rows": rows}


def conditions(leaf: Leaf, known: Mapping[str, FitColumn]) -> dict[str, Any]:
    """Return the `when` of a leaf: a value, a list of values or bounds for each attribute."""
    found: dict[str, Any] = {}
    for name, allowed in leaf.allowed.items():
        column = known[name]
        if len(allowed) == len(column.categories):
            continue
        found |= _condition(name, column, sorted(allowed))
    return found


def _condition(name: str, column: FitColumn, allowed: list[int]) -> dict[str, Any]:
    n = len(column.categories)
    first, last = allowed[0], allowed[-1]
    is_run = last - first + 1 == len(allowed)
    if column.numbers is not None:
        start = 1 if column.has_missing else 0
        if not (is_run and first >= start):
            return {f"{name}_band": _values(column, allowed)}
        cells = column.numbers
        whole = cells.step >= 1
        bounds: dict[str, Any] = {}
        if first > 0:
            low = cells.cells[cells.band_starts[first - start]].low
            bounds["at_least"] = _end(low, whole=whole)
        if last < n - 1:
            high = cells.cells[cells.band_starts[last + 1 - start]].low
            bounds["below"] = _end(high, whole=whole)
        if "at_least" in bounds and len(allowed) == 1:
            inside = cells.band_cells(first - start)
            if len(inside) == 1 and inside[0].low == inside[0].high:
                return {name: bounds["at_least"]}
        return {name: bounds}
    if column.is_ordered and is_run and len(allowed) > 2 and isinstance(column.categories[0], int):
        bounds = {"at_least": column.categories[first]} if first > 0 else {}
        if last < n - 1:
            bounds["at_most"] = column.categories[last]
        return {name: bounds}
    return {name: _values(column, allowed)}


def _values(column: FitColumn, allowed: list[int]) -> Any:
    values = [column.categories[i] for i in allowed]
    if len(values) == 1:
        return values[0]
    excluded = [c for i, c in enumerate(column.categories) if i not in set(allowed)]
    if len(excluded) < len(values) - 1:
        return {"is_not": excluded[0] if len(excluded) == 1 else excluded}
    return values


def _shares(categories: Sequence[str | int | bool], leaf: Leaf) -> dict[Any, float]:
    return {category: float(share)
            for category, share in zip(categories, leaf.shares, strict=True)
            if share > 0}  # fmt: skip


def _end(value: float, *, whole: bool) -> int | float:
    return int(np.round(value)) if whole else float(number_text(value))


def count_values(data: Any) -> int:
    """Return how many mappings, lists and scalars a YAML file of `data` has."""
    if isinstance(data, Mapping):
        return 1 + sum(1 + count_values(value) for value in data.values())
    if isinstance(data, list):
        return 1 + sum(count_values(value) for value in data)
    return 1
