"""Attributes of a synthesised population: the counted units, and conditional tables for the rest.

Every column of the seed that the counts do not settle becomes a conditional table on the counted
columns and on those above it, grown as `populace fit` grows them: weighted, with at least `k` seed
households behind each row. A column that a dimension cuts is drawn inside its category.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .conditions import Comparison, Condition
from .errors import PopulationError
from .fit_columns import Cell, FitColumn, Numbers, is_identifier, number_column, word_column
from .fit_structure import search_structure
from .fit_table import RawColumn
from .fit_tables import category_attribute, conditions, number_attribute
from .fit_trees import Leaf, Predictor, TreeOptions, grow_tree, rounded
from .synthesis_config import Dimension, SynthesisConfig
from .synthesis_seed import Seed

COUNTS = "households"
"""Column of the counts file with the numbers."""


def counted_attribute(
    config: SynthesisConfig, seed: Seed, *, file: str, types: dict[str, str]
) -> dict[str, Any]:
    """Return the attribute that takes households from the counts file.

    Args:
        config: The controls file.
        seed: The seed table.
        file: Name of the counts file.
        types: `word` or `integer` for the column of each geography.
    """
    columns = {one.name: types[one.name] for one in config.zones}
    columns |= {one.name: "word" for one in config.dimensions}
    if config.persons is not None:
        columns[seed.names[_persons_dimension(config).column]] = "integer"
    return {
        "name": "counted_household" if "household" in columns else "household",
        "kind": "counted",
        "about": "Households by zone and kind; they meet the control totals.",
        "file": file,
        "count": COUNTS,
        "columns": columns,
    }


def table_attributes(
    config: SynthesisConfig,
    seed: Seed,
    options: TreeOptions,
    *,
    progress: Callable[[str, float], None] = lambda _text, _share: None,
) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the attributes that are drawn once the household's kind is known, and notes.

    Args:
        config: The controls file.
        seed: The seed table.
        options: How far tables grow; `k` among them.
        progress: Told what is grown and the share of the columns behind it.
    """
    weights = seed.table.weights
    known: dict[str, FitColumn] = {}
    given: list[FitColumn] = []
    for axis, dimension in enumerate(config.dimensions):
        if config.persons is not None and config.persons.dimension == dimension.name:
            column = _plain_numbers(seed, dimension)
        else:
            column = FitColumn(dimension.name, dimension.column, tuple(dimension.categories),
                               seed.codes[:, axis], True)  # fmt: skip
        given.append(column)
        known[column.name] = column
    predictors = [_predictor(column) for column in given]
    attributes: list[dict[str, Any]] = []
    for axis, dimension in enumerate(config.dimensions):
        if config.persons is None or config.persons.dimension != dimension.name:
            attributes.append(_inside_categories(dimension, axis, seed, predictors, known, options))
    used = {dimension.column for dimension in config.dimensions}
    others, notes = _other_columns(seed, used, options.k)
    progress("searching structure", 0.0)
    structure = search_structure([*given, *others], weights)
    order = [i - len(given) for i in structure.order if i >= len(given)]
    for position, index in enumerate(order):
        column = others[index]
        progress(f"growing {column.name}", 0.3 + 0.7 * position / len(order))
        leaves = grow_tree(column.codes, len(column.categories), weights, predictors, options)
        name = column.name if column.numbers is None else f"{column.name}_band"
        attributes.append(_as_number(category_attribute(column, leaves, known, name=name), column))
        if column.numbers is not None:
            inside = _inside_bands(column, weights, predictors, options)
            attributes.append(number_attribute(column, inside, known, band_name=name))
        known[column.name] = column
        if len(column.categories) > 1:
            predictors.append(_predictor(column))
    return attributes, notes


def rules_on_values(
    config: SynthesisConfig, attributes: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return the rules in the words of the population file.

    No rule may judge the stand-in for a number that is missing, nor name a value that so few seed
    households have that no table holds it; a rule about such values alone can never be broken.
    """
    values = {one["name"]: _values_of(one) for one in attributes}
    empty = {one["name"]: one["empty_when"] for one in attributes
             if one["kind"] in ("integer", "number") and "empty_when" in one}  # fmt: skip
    found = []
    for rule in config.rules:
        forbid: dict[str, Any] = {}
        plain = rule.model_dump(exclude_none=True)
        for name, condition in plain["forbid"].items():
            left = _left_of(condition, values.get(name))
            if left is None:
                break
            forbid[name] = left
            for band, word in empty.get(name, {}).items():
                forbid.setdefault(band, {"is_not": word})
        else:
            found.append({**plain, "forbid": forbid})
    return found


def _values_of(attribute: dict[str, Any]) -> tuple[float, float] | set[Any] | None:
    """Return the range of a number or the words of a category; None for other kinds."""
    rows = attribute.get("rows", [attribute])
    if attribute["kind"] in ("integer", "number"):
        bands = [band for row in rows for band in row["bands"]]
        return min(b["low"] for b in bands), max(b["high"] for b in bands)
    if attribute["kind"] == "categorical":
        return {word for row in rows for word in row["shares"]}
    return None


def _left_of(condition: Any, values: tuple[float, float] | set[Any] | None) -> Any:
    """Return a condition without values that cannot be; None if nothing is left."""
    if values is None or isinstance(condition, dict):
        return condition
    listed = condition if isinstance(condition, list) else [condition]
    if isinstance(values, set):
        left = [one for one in listed if one in values]
    else:
        left = [one for one in listed if values[0] <= one <= values[1]]
    return (left if isinstance(condition, list) else left[0]) if left else None


def _as_number(attribute: dict[str, Any], column: FitColumn) -> dict[str, Any]:
    """Return whole numbers that were fitted as categories as numbers, so that sums can use them."""
    is_number = [type(one) is int for one in column.categories]
    if column.numbers is not None or not all(is_number):
        return attribute

    def bands(shares: dict[int, float]) -> list[dict[str, Any]]:
        return [{"low": v, "high": v, "share": share} for v, share in shares.items()]

    found = {**attribute, "kind": "integer"}
    if "shares" in found:
        found["bands"] = bands(found.pop("shares"))
    else:
        found["rows"] = [
            {key: part for key, part in row.items() if key != "shares"}
            | {"bands": bands(row["shares"])}
            for row in found["rows"]
        ]
    return found


def _persons_dimension(config: SynthesisConfig) -> Dimension:
    named = config.persons.dimension if config.persons is not None else ""
    return next(one for one in config.dimensions if one.name == named)


def _plain_numbers(seed: Seed, dimension: Dimension) -> FitColumn:
    sizes, codes = np.unique(seed.column(dimension.column).values, return_inverse=True)
    categories = tuple(int(size) for size in sizes)
    return FitColumn(seed.names[dimension.column], dimension.column, categories,
                     codes.astype(np.int64), True)  # fmt: skip


def _predictor(column: FitColumn) -> Predictor:
    return Predictor(
        column.name, column.codes, len(column.categories), column.is_ordered,
        is_also_nominal=column.is_ordered and column.numbers is None,
    )  # fmt: skip


def _other_columns(seed: Seed, used: set[str], k: int) -> tuple[list[FitColumn], list[str]]:
    found, notes = [], []
    for raw in seed.table.columns:
        if raw.source in used:
            continue
        if is_identifier(raw):
            notes.append(f"column '{raw.source}' was left out: its values name households")
            continue
        make = number_column if raw.kind == "numbers" else word_column
        found.append(make(seed.names[raw.source], raw, max(k, 1)))
    return found, notes


def _inside_bands(
    column: FitColumn,
    weights: NDArray[np.float64],
    predictors: Sequence[Predictor],
    options: TreeOptions,
) -> list[list[Leaf]]:
    """Grow for each band the distribution over its cells."""
    numbers, cells = column.numbers, column.cell_codes
    if numbers is None or cells is None:
        return []
    few = replace(options, max_leaves=max(2, options.max_leaves // len(numbers.band_starts)))
    found = []
    for band, start in enumerate(numbers.band_starts):
        n_cells = len(numbers.band_cells(band))
        rows = np.flatnonzero((cells >= start) & (cells < start + n_cells))
        narrowed = [replace(p, codes=p.codes[rows]) for p in predictors]
        found.append(grow_tree(cells[rows] - start, n_cells, weights[rows], narrowed, few))
    return found


def _inside_categories(
    dimension: Dimension,
    axis: int,
    seed: Seed,
    predictors: Sequence[Predictor],
    known: dict[str, FitColumn],
    options: TreeOptions,
) -> dict[str, Any]:
    """Return the column that a dimension cuts, drawn inside the categories of that dimension."""
    raw, name = seed.column(dimension.column), seed.names[dimension.column]
    codes = seed.codes[:, axis]
    about = f"Column {dimension.column}, inside its category of {dimension.name}."
    values = [np.unique(raw.values[codes == one]) for one in range(len(dimension.categories))]
    if all(len(one) == 1 for one in values):
        rows = [{"when": {dimension.name: label}, "value": _plain(raw, one[0])}
                for label, one in zip(dimension.categories, values, strict=True)]  # fmt: skip
        return {"name": name, "kind": "derived", "about": about, "rows": rows}
    rest = [p for p in predictors if p.name != dimension.name]
    few = replace(options, max_leaves=max(2, options.max_leaves // len(values)))
    parts = [
        _category(raw, name, label, condition, np.flatnonzero(codes == position), options.k)
        for position, (label, condition) in enumerate(dimension.categories.items())
    ]
    leaves = []
    for part in parts:
        narrowed = [replace(p, codes=p.codes[part.rows]) for p in rest]
        leaves.append(grow_tree(part.codes, part.n, seed.table.weights[part.rows], narrowed, few))
    if raw.kind == "numbers":
        step = max(part.step for part in parts)
        numbers = Numbers(
            tuple(cell for part in parts for cell in part.cells),
            tuple(np.cumsum([0, *(len(part.cells) for part in parts[:-1])]).tolist()),
            step,
        )
        column = FitColumn(name, dimension.column, tuple(dimension.categories), codes, True,
                           numbers=numbers)  # fmt: skip
        return number_attribute(column, leaves, known, band_name=dimension.name) | {"about": about}
    table = []
    for label, part, grown in zip(dimension.categories, parts, leaves, strict=True):
        for leaf in rounded(grown, 5):
            shares = {word: float(share)
                      for word, share in zip(part.words, leaf.shares, strict=True)
                      if share > 0}  # fmt: skip
            table.append({"when": {dimension.name: label} | conditions(leaf, known),
                          "shares": shares})  # fmt: skip
    return {"name": name, "kind": "categorical", "about": about, "rows": table}


class _Category:
    """The rows of one category and what their column is cut into."""

    def __init__(self, rows: NDArray[np.int64], column: FitColumn) -> None:
        self.rows = rows
        self.words = column.categories
        self.step = 1.0
        self.codes = column.codes
        self.cells: list[Cell] = []
        if column.numbers is not None and column.cell_codes is not None:
            self.cells = list(column.numbers.cells)
            self.codes = column.cell_codes
            self.step = column.numbers.step
        elif all(isinstance(word, int) for word in column.categories):
            self.cells = [Cell(float(word), float(word)) for word in column.categories]
        self.n = len(self.cells) or len(self.words)


def _category(
    raw: RawColumn, name: str, label: str, condition: Condition, rows: NDArray[np.int64], k: int
) -> _Category:
    inside = replace(raw, values=raw.values[rows], is_missing=raw.is_missing[rows])
    if raw.kind != "numbers":
        return _Category(rows, word_column(name, inside, max(k, 1)))
    try:
        part = _Category(rows, number_column(name, inside, max(k, 1)))
    except PopulationError as error:
        raise PopulationError(
            f"category {label!r} of column '{raw.source}' has {len(rows)} seed rows, fewer than "
            f"k = {k}: its values would show single households. Join it with a neighbour, or "
            "lower --k."
        ) from error
    low, high = _bounds(condition, part.step or 0.01)
    part.cells = [
        Cell(min(max(cell.low, low), high), min(max(cell.high, low), high)) for cell in part.cells
    ]
    return part


def _bounds(condition: Condition, step: float) -> tuple[float, float]:
    """Return between which numbers a category lies; infinite where it is open."""
    low, high = -np.inf, np.inf
    if isinstance(condition, Comparison):
        for operator, bound in condition.bounds():
            if not isinstance(bound, int | float):
                continue
            match operator:
                case "at_least":
                    low = max(low, bound)
                case "above":
                    low = max(low, bound + step)
                case "at_most":
                    high = min(high, bound)
                case "below":
                    high = min(high, bound - step)
    else:
        listed = condition if isinstance(condition, list) else [condition]
        numbers = [float(one) for one in listed if isinstance(one, int | float)]
        if numbers:
            low, high = min(numbers), max(numbers)
    return low, high


def _plain(raw: RawColumn, value: Any) -> Any:
    if raw.kind == "numbers":
        return int(value) if float(value).is_integer() else float(value)
    return value == "true" if raw.kind == "booleans" else str(value)
