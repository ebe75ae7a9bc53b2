"""`populace synthesise`: a population file and its counts from control totals and a seed table."""

from __future__ import annotations

import sys
from pathlib import Path

import typer

from ..personas.errors import ConfigError
from ..personas.population import Population
from ..personas.synthesis import Synthesis, read_controls, synthesise, write_synthesis
from ..personas.synthesis_report import as_plain
from .run_progress import write_json_line
from .step_progress import StepProgress


def synthesise_households(
    table: Path,
    *,
    controls: Path,
    out: Path,
    tables: Path | None,
    weight: str | None,
    k: int,
    seed: int,
    overwrite: bool,
    quiet: bool,
    json: bool,
) -> None:
    """Synthesise a population, write it, load it once and say how well the controls are met.

    Args:
        table: Seed table.
        controls: Controls file.
        out: Population file (`.yaml`), or a folder for one named as the controls say.
        tables: Folder of the zone tables; default: that of the controls file.
        weight: Column with weights, instead of the controls' own.
        k: Fewest seed households behind a row of a table.
        seed: Seed of everything random.
        overwrite: Replace files that exist.
        quiet: Print nothing.
        json: Print one JSON line.

    Raises:
        PopulaceError: If an input cannot be used or the output exists and `overwrite` is false.
    """
    is_file = out.suffix in (".yaml", ".yml")
    path = out if is_file else out / f"{read_controls(controls).name}.yaml"
    counts = path.with_suffix(".counts.csv")
    for one in (path, counts):
        if one.exists() and not overwrite:
            raise ConfigError(f"{one} exists; name another --out, or pass --overwrite.")
    with StepProgress(shown=not (quiet or json)) as progress:
        made = synthesise(
            table, controls, counts_name=counts.name, tables=tables, weight=weight, k=k, seed=seed,
            progress=progress.show,
        )  # fmt: skip
        population = write_synthesis(made, path, counts.name)
    if json:
        write_json_line(
            {
                "event": "synthesised",
                "out": str(path),
                "households": made.n_households,
                "columns": list(population.attribute_types),
                "controls": [as_plain(one) for one in made.results],
                "notes": list(made.notes),
            }
        )
    elif not quiet:
        _print(made, population, path)


def _print(made: Synthesis, population: Population, path: Path) -> None:
    for note in made.notes:
        sys.stderr.write(f"note: {note}.\n")
    typer.echo(f"{'control':24} {'zones':12} {'totals':>8} {'met':>7} {'exact':>7}  worst")
    for one in made.results:
        worst = f"{one.worst_miss} in {one.worst_zone}" if one.worst_miss else "-"
        typer.echo(
            f"{one.control:24} {one.zones:12} {one.n_totals:8,} {one.met_ratio:7.1%} "
            f"{one.exact_ratio:7.1%}  {worst}"
        )
    typer.echo(
        f"{path}: {made.n_households:,} households, {len(population.attribute_types)} columns. "
        f"A sample of {made.n_households:,} holds each of them once."
    )
