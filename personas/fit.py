"""Fit a population to a table of people: `fit_population` gives the data of a population file.

In goes a table and options, out comes a model made of conditions and shares. It holds no row of
the table, and with `k` people behind everything it names; that limits what it can reveal, it does
not make it anonymous. For a promise that can be proved, fit privately (`epsilon`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .errors import PopulationError
from .fit_columns import FitColumn, attribute_names, fit_columns, is_identifier
from .fit_structure import Structure, search_structure
from .fit_table import MISSING_WORDS, PeopleTable, read_people
from .fit_tables import category_attribute, count_values, number_attribute
from .fit_trees import Leaf, Predictor, TreeOptions, grow_tree
from .safe_yaml import MAX_NODES

Progress = Callable[[str, float], None]
"""Called with what is being done and the share of the work behind it, 0 to 1."""
_MOST_VALUES = int(0.9 * MAX_NODES)
"""Values the file may hold: the loader's limit, with room for later edits."""


@dataclass(frozen=True, slots=True)
class FitOptions:
    """What to learn from a table, and how."""

    weight: str | None = None
    """Column with the number of people a row stands for."""
    exclude: tuple[str, ...] = ()
    """Columns to leave out."""
    words: tuple[str, ...] = ()
    """Columns to read as words whatever they look like; also keeps columns like identifiers."""
    missing: frozenset[str] = MISSING_WORDS
    """Cells that mean "no value"."""
    seed: int = 0
    """Seed of everything random in the fit."""
    score: str = "bic-d"
    """Score of the structure search."""
    max_parents: int = 3
    """Most parents of an attribute in the network."""
    trees: TreeOptions = field(default_factory=TreeOptions)
    """How far conditional tables grow, and `k`."""


@dataclass(frozen=True, slots=True)
class FittedPopulation:
    """The data of a population file, and what the user should be told."""

    data: dict[str, Any]
    """Plain data of a `PopulationConfig`."""
    notes: tuple[str, ...]
    """Columns and rows that were left out or changed."""
    n_rows: int
    """Rows it was fitted to."""
    n_table_rows: int
    """Rows of all conditional tables."""


def fit_population(
    path: Path, options: FitOptions, *, name: str | None = None, progress: Progress | None = None
) -> FittedPopulation:
    """Fit a population to the table at `path`.

    Args:
        path: CSV (also gzipped) or Parquet, one row per person.
        options: What to learn and how.
        name: Name of the population; default: that of the file.
        progress: Told how far the fit is.

    Raises:
        PopulationError: If the table cannot be used; the message says what to do.
    """
    report = progress or (lambda _text, _share: None)
    report(f"reading {path.name}", 0.0)
    table = read_people(
        path,
        weight=options.weight,
        exclude=options.exclude,
        words=options.words,
        missing=options.missing,
    )
    table, dropped = without_identifiers(table, keep=options.words)
    report("cutting columns", 0.05)
    columns = fit_columns(table, k=options.trees.k)
    report("searching structure", 0.1)
    structure = search_structure(
        columns, table.weights, score=options.score, max_parents=options.max_parents,
        seed=options.seed,
    )  # fmt: skip
    attributes = _within_limit(columns, table.weights, structure, options.trees, report)
    notes = (*table.notes, *dropped)
    origin = {
        "method": "fitted",
        "source": path.name,
        "rows": len(table.weights),
        "weight": options.weight,
        "columns": {c.source: c.name for c in columns if c.source != c.name},
        "dropped": sorted([*options.exclude, *(note.split("'")[1] for note in dropped)]),
        "k": options.trees.k,
        "score": options.score,
        "parents": {columns[i].name: [columns[p].name for p in structure.parents[i]]
                    for i in structure.order if structure.parents[i]},
        "seed": options.seed,
    }  # fmt: skip
    data = {
        "kind": "declared",
        "name": name or population_name(path),
        "version": "1",
        "about": f"Fitted to {path.name} by populace fit.",
        "origin": {key: value for key, value in origin.items() if value not in (None, {}, [])},
        "attributes": attributes,
    }
    n_table_rows = sum(len(a.get("rows", [None])) for a in attributes)
    return FittedPopulation(data, notes, len(table.weights), n_table_rows)


def population_name(path: Path) -> str:
    """Return a population name made from a file name."""
    return attribute_names([path.name.split(".")[0]])[path.name.split(".")[0]]


def without_identifiers(
    table: PeopleTable, *, keep: Sequence[str]
) -> tuple[PeopleTable, tuple[str, ...]]:
    """Return the table without the columns that name people, and a note for each.

    Raises:
        PopulationError: If no other column is left.
    """
    dropped = [c for c in table.columns if c.source not in keep and is_identifier(c)]
    kept = tuple(column for column in table.columns if column not in dropped)
    if not kept:
        raise PopulationError(
            "every column looks like an identifier or free text: nearly all values differ. "
            "Add columns that several people share."
        )
    notes = tuple(
        f"column '{column.source}' was left out: nearly all of its values differ, so it names "
        "people instead of describing them"
        for column in dropped
    )
    return PeopleTable(kept, table.weights, table.notes), notes


def _within_limit(
    columns: Sequence[FitColumn],
    weights: NDArray[np.float64],
    structure: Structure,
    options: TreeOptions,
    report: Progress,
) -> list[dict[str, Any]]:
    """Grow all tables; if the file would be too large to load, again with fewer rows each."""
    most = options.max_leaves
    while True:
        attributes = _grow_all(columns, weights, structure, replace(options, max_leaves=most),
                               report)  # fmt: skip
        n_values = count_values(attributes)
        if n_values <= _MOST_VALUES or most <= 2:
            return attributes
        most = max(2, int(most * 0.9 * _MOST_VALUES / n_values))


def _grow_all(
    columns: Sequence[FitColumn],
    weights: NDArray[np.float64],
    structure: Structure,
    options: TreeOptions,
    report: Progress,
) -> list[dict[str, Any]]:
    attributes: list[dict[str, Any]] = []
    predictors: list[Predictor] = []
    known: dict[str, FitColumn] = {}
    for position, index in enumerate(structure.order):
        column = columns[index]
        report(f"growing {column.name}", 0.2 + 0.8 * position / len(columns))
        leaves = grow_tree(column.codes, len(column.categories), weights, predictors, options)
        name = column.name if column.numbers is None else f"{column.name}_band"
        attributes.append(category_attribute(column, leaves, known, name=name))
        if column.numbers is not None:
            inside = _grow_inside(column, weights, predictors, options)
            attributes.append(number_attribute(column, inside, known, band_name=name))
        known[column.name] = column
        if len(column.categories) > 1:
            predictors.append(Predictor(
                column.name, column.codes, len(column.categories), column.is_ordered,
                is_also_nominal=column.is_ordered and column.numbers is None,
            ))  # fmt: skip
    return attributes


def _grow_inside(
    column: FitColumn,
    weights: NDArray[np.float64],
    predictors: Sequence[Predictor],
    options: TreeOptions,
) -> list[list[Leaf]]:
    """Grow for each band the distribution over its cells."""
    numbers, cell_codes = column.numbers, column.cell_codes
    if numbers is None or cell_codes is None:
        return []
    found = []
    few = replace(options, max_leaves=max(2, options.max_leaves // len(numbers.band_starts)))
    for band, start in enumerate(numbers.band_starts):
        n_cells = len(numbers.band_cells(band))
        inside = np.flatnonzero((cell_codes >= start) & (cell_codes < start + n_cells))
        narrowed = [replace(p, codes=p.codes[inside]) for p in predictors]
        found.append(grow_tree(cell_codes[inside] - start, n_cells, weights[inside], narrowed, few))
    return found
