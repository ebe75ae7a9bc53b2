"""`populace sample`: people of a population as a file, without a model and without a run.

Tables are streamed: a million people need no more memory than thirty thousand. Persona ids are
those of a run with the same population, conditions and seed.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO

import typer

from ..personas.errors import ConfigError

if TYPE_CHECKING:
    import pyarrow as pa

    from ..personas.conditioned import ConditionedPopulation
    from ..personas.population import Population

ID = "id"
_ROW_GROUP_ROWS = 65_536
_QUIET_SECONDS = 2.0
"""Shorter work shows no progress."""


def sample(
    population: Annotated[Path, typer.Argument(help="Population (YAML).", show_default=False)],
    out: Annotated[
        Path,
        typer.Option("--out", help="File to write: .parquet, .jsonl or .csv.", show_default=False),
    ],
    n: Annotated[int, typer.Option("-n", "--rows", min=1, help="People to sample.")] = 1_000,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Another seed, other people.")] = 0,
    where: Annotated[
        str | None,
        typer.Option(
            "--where",
            help="Only these people, as in a population file: '{sex: female, age: {at_least: 65}}'",
            show_default=False,
        ),
    ] = None,
    identities: Annotated[
        bool, typer.Option("--identities", help="Add a sanctioned identity to each person.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON lines for machines.")] = False,
) -> None:
    """Sample people into a file; no model is used."""
    from ..export.durable_files import write_file
    from ..personas.population import Population
    from .run_progress import write_json_line

    started = time.monotonic()
    write = _writer(out)
    everyone = Population.from_file(population)
    people = everyone if where is None else everyone.where(_conditions(where))
    progress = _Progress(n, show=not quiet and not json)
    batches = _batches(people, seed, n, identities=identities, report=progress.update)
    first = next(batches)

    def all_batches() -> Iterator[pa.RecordBatch]:
        yield first
        yield from batches

    write_file(out, lambda file: write(file, all_batches(), first.schema))
    seconds = time.monotonic() - started
    progress.close()
    if json:
        write_json_line(
            {
                "event": "sampled",
                "rows": n,
                "columns": first.num_columns,
                "file": out.name,
                "population_sha256": people.sha256,
                "seconds": round(seconds, 2),
            }
        )
    elif not quiet:
        typer.echo(f"{n:,} people, {first.num_columns} columns in {out} ({seconds:.1f} s)")


def _writer(out: Path) -> Callable[[BinaryIO, Iterator[pa.RecordBatch], pa.Schema], None]:
    from ..export.row_files import write_csv, write_json_lines, write_parquet

    def parquet(file: BinaryIO, batches: Iterator[pa.RecordBatch], schema: pa.Schema) -> None:
        write_parquet(file, batches, schema, _ROW_GROUP_ROWS)

    writers = {".parquet": parquet, ".jsonl": write_json_lines, ".csv": write_csv}
    if out.suffix not in writers:
        raise ConfigError(
            f"--out {out.name!r} ends in {out.suffix!r}; expected {', '.join(sorted(writers))}."
        )
    return writers[out.suffix]


def _conditions(text: str) -> dict[str, Any]:
    from ..personas.safe_yaml import parse_yaml

    parsed = parse_yaml(text, "--where")
    if not isinstance(parsed, dict):
        raise ConfigError(
            f"--where holds {type(parsed).__name__}; expected a mapping such as "
            "'{sex: female, age: {at_least: 65}}'."
        )
    return parsed


def _batches(
    people: Population | ConditionedPopulation,
    seed: int,
    n: int,
    *,
    identities: bool,
    report: Callable[[int], None],
) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    from ..personas.identity import sample_identities
    from ..personas.schema import persona_id

    start = 0
    for attributes in people.stream(seed, 0, n):
        stop = start + attributes.num_rows
        ids = [persona_id(people.sha256, seed, slot) for slot in range(start, stop)]
        columns = {ID: pa.array(ids, pa.string())}
        if identities:
            locale = people.config.locale
            found = sample_identities(attributes, seed=seed, start=start, locale=locale)
            columns |= {name: found[name] for name in found.column_names}
        for name in attributes.column_names:
            columns.setdefault(name, attributes[name])
        yield from pa.table(columns).combine_chunks().to_batches()
        start = stop
        report(start)


class _Progress:
    """A bar on standard error for work of more than two seconds."""

    def __init__(self, n: int, *, show: bool) -> None:
        self._n, self._show = n, show and sys.stderr.isatty()
        self._started = time.monotonic()
        self._bar: Any = None

    def update(self, done: int) -> None:
        """Move the bar."""
        if not self._show or time.monotonic() - self._started < _QUIET_SECONDS:
            return
        if self._bar is None:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

            self._bar = Progress(
                "people",
                BarColumn(),
                MofNCompleteColumn(),
                TimeRemainingColumn(),
                console=Console(stderr=True),
                transient=True,
            )
            self._bar.start()
            self._bar.add_task("people", total=self._n)
        self._bar.update(self._bar.task_ids[0], completed=done)

    def close(self) -> None:
        """Remove the bar."""
        if self._bar is not None:
            self._bar.stop()
