"""`populace fit`: a population file from a table of people."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import typer

from ..personas.errors import ConfigError
from ..personas.fit import FitOptions, FittedPopulation, fit_population
from ..personas.fit_file import write_population
from ..personas.fit_table import MISSING_WORDS
from ..personas.fit_trees import TreeOptions
from ..personas.population import Population
from .run_progress import write_json_line
from .step_progress import StepProgress

DELTA = 1e-6
"""Probability left out of a private fit's promise; below one in the number of people."""


def fit(
    table: Path,
    *,
    out: Path,
    name: str | None,
    weight: str | None,
    exclude: str,
    words: str,
    missing: str | None,
    bounds: str,
    k: int,
    epsilon: float | None,
    delta: float | None,
    seed: int,
    max_parents: int,
    max_rows: int,
    overwrite: bool,
    quiet: bool,
    json: bool,
) -> None:
    """Fit a population to `table`, write it to `out`, load it once and say what it holds.

    Raises:
        PopulaceError: If the table cannot be used or `out` exists and `overwrite` is false.
    """
    if out.exists() and not overwrite:
        raise ConfigError(f"{out} exists; name another --out, or pass --overwrite.")
    if epsilon is None and (delta is not None or bounds):
        raise ConfigError(
            "--delta and --bounds belong to a private fit; add --epsilon, or leave them out."
        )
    options = FitOptions(
        weight=weight,
        exclude=_names(exclude),
        words=_names(words),
        missing=MISSING_WORDS if missing is None else frozenset(["", *_names(missing)]),
        seed=seed,
        max_parents=max_parents,
        trees=replace(TreeOptions(), k=k, max_leaves=max_rows),
    )
    with StepProgress(shown=not (quiet or json)) as progress:
        if epsilon is None:
            fitted = fit_population(table, options, name=name, progress=progress.show)
        else:
            from ..personas.fit_private import fit_privately

            fitted = fit_privately(
                table, options, epsilon=epsilon, delta=delta or DELTA, bounds=_bounds(bounds),
                name=name, progress=progress.show,
            )  # fmt: skip
        write_population(fitted.data, out)
        population = Population.from_file(out)
    if json:
        write_json_line(_event(fitted, population, out))
    elif not quiet:
        _print(fitted, population, out)


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _bounds(text: str) -> dict[str, tuple[float, float]]:
    found = {}
    for part in _names(text):
        column, _, ends = part.rpartition("=")
        low, _, high = ends.partition(":")
        try:
            found[column] = (float(low), float(high))
        except ValueError as error:
            raise ConfigError(
                f"--bounds has {part!r}; expected column=low:high, such as age=0:110."
            ) from error
    return found


def _event(fitted: FittedPopulation, population: Population, out: Path) -> dict[str, Any]:
    return {
        "event": "fitted",
        "out": str(out),
        "rows": fitted.n_rows,
        "columns": list(population.attribute_types),
        "table_rows": fitted.n_table_rows,
        "bytes": out.stat().st_size,
        "notes": list(fitted.notes),
        "privacy": fitted.data["origin"].get("privacy"),
    }


def _print(fitted: FittedPopulation, population: Population, out: Path) -> None:
    for note in fitted.notes:
        sys.stderr.write(f"note: {note}.\n")
    privacy = fitted.data["origin"].get("privacy")
    k = fitted.data["origin"].get("k")
    protection = f"epsilon = {privacy['epsilon']:g}" if privacy else f"k = {k}"
    typer.echo(
        f"{out}: {len(population.attribute_types)} columns from {fitted.n_rows:,} rows, "
        f"{fitted.n_table_rows:,} table rows, {protection}, "
        f"{out.stat().st_size / 1024:,.0f} KiB."
    )
