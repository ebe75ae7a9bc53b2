"""`populace compare`: is a set of people like real people, or like the population it claims?

Prints the verdict first, then the scores; the same analysis is the population page of a run's
report. Exit code 0: every score is within its limit; 6: at least one is not, as for a refused gate.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import pyarrow as pa
import typer

from ..personas.errors import ConfigError, GateRefused
from ..personas.population import Population
from ..scoring.config import PopulationFitConfig
from ..scoring.population_fit import fit_population
from ..scoring.population_tables import read_people
from ..scoring.scorecard import Scorecard

REFERENCE_PEOPLE = 60_000
"""People sampled when the reference is a declared population."""
_MOST_SAMPLED = 20_000
_SHORT = {
    "1way_mean": "1-way distance, mean",
    "1way_worst": "1-way distance, worst",
    "2way_mean": "2-way distance, mean",
    "2way_worst": "2-way distance, worst",
    "3way_mean": "3-way distance, mean",
    "3way_worst": "3-way distance, worst",
    "classifier_auc": "told apart, AUC",
    "rare_cells": "rare cells covered",
    "correlations": "correlation error",
    "spread_mean": "variance ratio, mean",
    "spread_worst": "variance ratio, worst",
    "repeated_rows": "repeated rows",
    "effective_rows": "different rows",
    "training_matches": "training rows copied",
    "training_distance": "distance to training",
    "membership_auc": "membership AUC",
}


def compare_populations(
    synthetic: Path,
    real: Path,
    *,
    trained_on: Path | None = None,
    weight: str | None = None,
    exclude: tuple[str, ...] = (),
    rows: int | None = None,
    seed: int = 0,
) -> Scorecard:
    """Return the scorecard of a set compared with real people or a declared population.

    Args:
        synthetic: A table (.csv, .csv.gz, .parquet, .jsonl), a run directory, or a population file.
        real: A table of real people, or a population file.
        trained_on: The table that the set's maker has seen; adds the privacy scores.
        weight: Weight column, used on whichever side has it.
        exclude: Columns that are not compared.
        rows: People sampled from a population file given as `synthetic`; default as many as the
            reference has, at most 20,000.
        seed: Of samples and draws.

    Raises:
        ConfigError: If a table cannot be read or the two cannot be compared.
    """
    reference = _people(real, REFERENCE_PEOPLE, reference=True, seed=seed)
    wanted = rows or min(reference.num_rows, _MOST_SAMPLED)
    people = _people(synthetic, wanted, reference=False, seed=seed)
    kind = "people sampled from" if _is_population(real) else "rows of"
    found = fit_population(
        people,
        reference,
        PopulationFitConfig(weight=weight, exclude=exclude),
        trained_on=None if trained_on is None else read_people(trained_on),
        seed=seed,
        reference_name=f"{reference.num_rows:,} {kind} {real.name}",
    )
    return Scorecard(
        scores=found.scores,
        n_rows=people.num_rows,
        attributes=found.shares,
        population=found.detail,
    )


def compare(
    synthetic: Annotated[
        Path,
        typer.Argument(
            help="The set: a table (.csv, .csv.gz, .parquet, .jsonl), a run directory, or a "
            "population file (.yaml), which is sampled.",
            show_default=False,
        ),
    ],
    real: Annotated[
        Path,
        typer.Argument(
            help="What it should be like: a table of real people, or a population file.",
            show_default=False,
        ),
    ],
    trained_on: Annotated[
        Path | None,
        typer.Option(
            "--trained-on",
            help="Table that the set's maker has seen: counts copies and measures closeness. REAL "
            "must then be people who are not in it.",
            show_default=False,
        ),
    ] = None,
    weight: Annotated[
        str | None,
        typer.Option(
            "--weight", help="Weight column, on whichever side has it.", show_default=False
        ),
    ] = None,
    exclude: Annotated[
        list[str] | None,
        typer.Option("--exclude", help="Column to leave out; repeatable.", show_default=False),
    ] = None,
    rows: Annotated[
        int | None,
        typer.Option(
            "--rows",
            "-n",
            min=20,
            help="People to sample from a population file.",
            show_default=False,
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Write the population page (HTML).", show_default=False),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="Of samples and draws.")] = 0,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the scorecard as JSON.")] = False,
) -> None:
    """Judge a set of people against real people or a declared population.

    Exit code 6 when a score misses its limit.
    """
    if out is not None and not out.parent.is_dir():
        raise ConfigError(
            f"--out names {str(out)!r}, but there is no folder {str(out.parent)!r}. Make it first."
        )
    with _Waiting(shown=not (quiet or json)):
        card = compare_populations(
            synthetic,
            real,
            trained_on=trained_on,
            weight=weight,
            exclude=tuple(exclude or ()),
            rows=rows,
            seed=seed,
        )
    if out is not None:
        from ..export.population_page import render_population_page

        out.write_text(render_population_page(card, subject=synthetic.name), encoding="utf-8")
    if json:
        sys.stdout.write(card.to_json())
    elif not quiet:
        print_comparison(card, subject=synthetic.name, page=out)
    if not card.passed:
        raise typer.Exit(GateRefused.exit_code)


def print_comparison(card: Scorecard, *, subject: str, page: Path | None = None) -> None:
    """Print the verdict and a table of the scores to standard output."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    detail = card.population
    if detail is None:
        raise ValueError("the card was not made by `compare_populations`")
    judged = [score for score in card.scores if score.passed is not None]
    verdict = (
        Text(f"PASSED  {subject} is like {detail.reference}", style="bold green")
        if card.passed
        else Text(f"FAILED  {subject} is not like {detail.reference}", style="bold red")
    )
    console.print(verdict)
    console.print(
        f"{len(judged) - len(card.failed)} of {len(judged)} scores within their limits; "
        f"{len(card.attributes)} attributes, {detail.n_pairs:,} pairs, {detail.n_triples:,} of "
        f"{detail.all_triples:,} triples compared.\n"
    )
    lines = {line.score: line for line in detail.lines}
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column("")
    table.add_column("score", overflow="fold")
    for head in ("value", "real/real", "indep.", "tree", "limit"):
        table.add_column(head, justify="right", no_wrap=True)
    for score in sorted(judged, key=lambda score: bool(score.passed)):
        line = lines.get(score.name)
        key = score.name.removeprefix("population_")
        table.add_row(
            Text("ok", style="green") if score.passed else Text("FAIL", style="bold red"),
            _SHORT.get(key, key),
            f"{score.value:.3f}",
            "" if score.floor is None else f"{score.floor:.3f}",
            "" if line is None or line.independent is None else f"{line.independent:.3f}",
            "" if line is None or line.tree is None else f"{line.tree:.3f}",
            score.threshold_in_words(),
        )
    console.print(table)
    for score in card.failed:
        if score.worst and score.name.endswith("worst"):
            key = score.name.removeprefix("population_")
            console.print(f"{_SHORT.get(key, key)}, most weight: {', '.join(score.worst[:3])}")
    if detail.telling:
        console.print("most telling columns: " + ", ".join(c.attribute for c in detail.telling))
    for note in detail.notes:
        console.print(f"Note: {note}.", style="dim")
    if page is not None:
        console.print(f"Page: {page}")


class _Waiting:
    """A spinner on standard error while the analysis runs, where someone watches."""

    def __init__(self, *, shown: bool) -> None:
        self._shown = shown and sys.stderr.isatty()

    def __enter__(self) -> _Waiting:
        if self._shown:
            from rich.console import Console

            self._status = Console(stderr=True).status("comparing people…")
            self._status.start()
        return self

    def __exit__(self, *exc: object) -> None:
        if self._shown:
            self._status.stop()


def _is_population(path: Path) -> bool:
    return path.suffix.lower() in (".yaml", ".yml")


def _people(path: Path, n: int, *, reference: bool, seed: int) -> pa.Table:
    if not _is_population(path):
        return read_people(path)
    population = Population.from_file(path)
    return population.reference(n) if reference else population.sample(seed, 0, n)
