"""The command line: thin wrappers that parse, call and print; every decision lives elsewhere.

Results go to standard output, progress and messages to standard error, so both can be piped.
Heavy packages are imported inside the commands that need them: `--help` answers at once.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from ..personas.errors import PopulaceError
from .compare_command import compare
from .sample_command import sample

EXIT_CODES = """\
Exit codes: 0 complete · 2 configuration, argument or run-directory error · 3 complete with a
shortfall (named per cell) · 4 interrupted, run the same command again to resume · 5 engine error,
resumable · 6 the gate refused the export, or a comparison failed · 7 integrity error."""

app = typer.Typer(
    name="populace",
    help="Synthetic personas, records and labelled text: sampled by statistics, written by an open "
    "model, screened, scored and gated.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

ConfigPath = Annotated[Path, typer.Argument(help="Run configuration (YAML).", show_default=False)]
RunDirectory = Annotated[Path, typer.Argument(help="Run directory.", show_default=False)]
OutOption = Annotated[
    Path | None,
    typer.Option("--out", help="Run directory; default runs/<name>.", show_default=False),
]
RowsOption = Annotated[
    int | None,
    typer.Option("--rows", "-n", help="Rows to make instead of plan.n.", show_default=False),
]
SeedOption = Annotated[
    int | None,
    typer.Option("--seed", help="Seed instead of the configuration's.", show_default=False),
]
ModelOption = Annotated[
    str | None,
    typer.Option(
        "--model",
        help="Named model, local directory, .gguf file or hub id.",
        show_default=False,
    ),
]
EngineOption = Annotated[
    str | None,
    typer.Option(
        "--engine", help="Engine kind instead of the configuration's: scripted for a dry run."
    ),
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON lines for machines.")]
OverrideOption = Annotated[
    str | None,
    typer.Option(
        "--override",
        help="Export although the gate fails; the reason goes into card, report and manifest.",
        show_default=False,
    ),
]


@app.command(epilog=EXIT_CODES)
def run(
    config: ConfigPath,
    out: OutOption = None,
    rows: RowsOption = None,
    seed: SeedOption = None,
    model: ModelOption = None,
    engine: EngineOption = None,
    again: Annotated[
        bool,
        typer.Option("--again", help="Make a finished run again; an unfinished one is resumed."),
    ] = False,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Start over, whatever the directory holds.")
    ] = False,
    override: OverrideOption = None,
    quiet: QuietOption = False,
    json: JsonOption = False,
) -> None:
    """Make a dataset, or go on where an earlier call stopped."""
    from .config import command_overrides, load_config
    from .preparation import prepare

    overrides: dict[str, Any] = {}
    if rows is not None:
        overrides["plan.n"] = rows
    overrides |= command_overrides(seed=seed, engine=engine, model=model)
    prepared = prepare(load_config(config, overrides=overrides))
    directory = out or Path("runs") / prepared.loaded.config.name
    existing = "fresh" if fresh else "again" if again else "resume"
    _execute(prepared, directory, existing, override, quiet=quiet, json=json)


@app.command(epilog=EXIT_CODES)
def resume(
    directory: RunDirectory,
    model: ModelOption = None,
    override: OverrideOption = None,
    quiet: QuietOption = False,
    json: JsonOption = False,
) -> None:
    """Go on with an interrupted run; nothing but its directory is needed."""
    import tempfile

    from .locked_config import read_locked_config, unpack_locked_config
    from .preparation import prepare

    locked = read_locked_config(directory)
    with tempfile.TemporaryDirectory(prefix="populace-") as folder:
        prepared = prepare(unpack_locked_config(locked, Path(folder), model=model))
        _execute(prepared, directory, "resume", override, quiet=quiet, json=json)


@app.command()
def preview(
    config: ConfigPath,
    rows: Annotated[int, typer.Option("--rows", "-n", min=1, max=50, help="Rows to show.")] = 5,
    seed: SeedOption = None,
    model: ModelOption = None,
    engine: EngineOption = None,
    json: JsonOption = False,
) -> None:
    """Write a few rows and show them; nothing is kept."""
    from .preview import show_preview

    show_preview(config, rows=rows, seed=seed, model=model, engine=engine, json=json)


@app.command("fit")
def fit_table(
    table: Annotated[Path, typer.Argument(help="CSV (.gz) or Parquet, a person a row.")],
    out: Annotated[Path, typer.Option("--out", help="Population file to write.")],
    name: Annotated[str | None, typer.Option(help="Name of the population.")] = None,
    weight: Annotated[str | None, typer.Option(help="Column: people a row stands for.")] = None,
    exclude: Annotated[str, typer.Option(help="Columns to leave out, by commas.")] = "",
    words: Annotated[str, typer.Option(help="Columns to read as words, by commas.")] = "",
    missing: Annotated[
        str | None, typer.Option(help="Cells that mean 'no value', by commas.", show_default=False)
    ] = None,
    k: Annotated[int, typer.Option(min=0, help="Fewest people behind anything named.")] = 11,
    epsilon: Annotated[
        float | None, typer.Option(help="Fit from differentially private counts.")
    ] = None,
    delta: Annotated[float | None, typer.Option(help="With --epsilon; default 1e-6.")] = None,
    bounds: Annotated[
        str, typer.Option(help="With --epsilon: public ranges, such as age=0:110.")
    ] = "",
    seed: Annotated[int, typer.Option(help="Seed of the fit.")] = 0,
    max_parents: Annotated[
        int, typer.Option(min=1, max=8, help="Most parents in the network.")
    ] = 3,
    max_rows: Annotated[int, typer.Option(min=1, max=2_000, help="Most rows of one table.")] = 150,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace --out.")] = False,
    quiet: QuietOption = False,
    json: JsonOption = False,
) -> None:
    """Fit a population to a table of people; the file is readable and holds no row."""
    from .fit_command import fit

    fit(
        table, out=out, name=name, weight=weight, exclude=exclude, words=words, missing=missing,
        bounds=bounds, k=k, epsilon=epsilon, delta=delta, seed=seed, max_parents=max_parents,
        max_rows=max_rows, overwrite=overwrite, quiet=quiet, json=json,
    )  # fmt: skip


@app.command()
def verify(directory: RunDirectory, json: JsonOption = False) -> None:
    """Check every file of a finished run against its manifest."""
    from ..export.verify import verify_run
    from .run_progress import write_json_line

    found = verify_run(directory)
    if json:
        write_json_line({"event": "verified", "files": found.n_files, "bytes": found.size_bytes})
    else:
        typer.echo(
            f"{directory}: {found.n_files} files, {found.size_bytes:,} bytes, all as stated."
        )


@app.command()
def doctor(json: JsonOption = False) -> None:
    """Say what this machine and environment can run, and what to do about what is missing."""
    from .doctor import diagnose
    from .run_progress import write_json_line

    findings = diagnose()
    marks = {"ok": "ok  ", "warn": "note", "fail": "FAIL"}
    for finding in findings:
        if json:
            write_json_line(
                {"event": "finding", "name": finding.name, "state": finding.state,
                 "found": finding.found, "advice": finding.next_step}
            )  # fmt: skip
        else:
            typer.echo(f"{marks[finding.state]}  {finding.name}: {finding.found}")
            if finding.next_step:
                typer.echo(f"      {finding.next_step}")
    if any(finding.state == "fail" for finding in findings):
        raise typer.Exit(2)


app.command(epilog=EXIT_CODES)(compare)


@app.command("synthesise")
def synthesise_table(
    table: Annotated[Path, typer.Argument(help="Seed table: CSV (.gz) or Parquet.")],
    controls: Annotated[Path, typer.Option("--controls", help="Control totals (YAML).")],
    out: Annotated[Path, typer.Option("--out", help="Population file or folder to write.")],
    tables: Annotated[
        Path | None, typer.Option(help="Folder of the zone tables, if not that of --controls.")
    ] = None,
    weight: Annotated[
        str | None, typer.Option(help="Column: households a row stands for; 0 is none.")
    ] = None,
    k: Annotated[int, typer.Option(min=1, help="Fewest seed households behind a row.")] = 11,
    seed: Annotated[int, typer.Option(help="Seed of everything random.")] = 0,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace --out.")] = False,
    quiet: QuietOption = False,
    json: JsonOption = False,
) -> None:
    """Make whole households that meet control totals, from a seed table; no seed row is kept."""
    from .synthesise_command import synthesise_households

    synthesise_households(
        table, controls=controls, out=out, tables=tables, weight=weight, k=k, seed=seed,
        overwrite=overwrite, quiet=quiet, json=json,
    )  # fmt: skip


@app.command()
def schema(
    what: Annotated[str, typer.Argument(help="`config`, `population` or `persona`.")] = "config",
) -> None:
    """Print the JSON Schema of configuration, population files or exported personas."""
    import orjson
    from pydantic import BaseModel

    from ..personas.errors import ConfigError
    from ..personas.population_file import PopulationFile
    from ..personas.schema import Persona
    from .config import RunConfig

    models: dict[str, type[BaseModel]] = {
        "config": RunConfig,
        "population": PopulationFile,
        "persona": Persona,
    }
    if what not in models:
        raise ConfigError(f"there is no schema {what!r}; expected one of {sorted(models)}.")
    document = models[what].model_json_schema(by_alias=True)
    document["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    typer.echo(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode())


app.command()(sample)


def _execute(
    prepared: Any,
    directory: Path,
    existing: Any,
    override: str | None,
    *,
    quiet: bool,
    json: bool,
) -> None:
    from .run import RunOptions, execute
    from .run_progress import JsonLinesWatcher, PanelWatcher, QuietWatcher
    from .run_report import print_result

    with JsonLinesWatcher() if json else QuietWatcher() if quiet else PanelWatcher() as watcher:
        result = execute(prepared, RunOptions(directory, existing, override), watcher)
    print_result(result, quiet=quiet, json=json)
    raise typer.Exit(result.exit_code)


def main() -> None:
    """Run the command line; every error of ours ends as one line and its exit code."""
    # Nothing here may reach for the network on its own.
    os.environ.setdefault("VLLM_NO_USAGE_STATS", "1")
    os.environ.setdefault("DO_NOT_TRACK", "1")
    try:
        app()
    except PopulaceError as error:
        sys.stderr.write(f"populace: {error}\n")
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.stderr.write("populace: interrupted; run the same command again to resume.\n")
        sys.exit(4)


if __name__ == "__main__":
    main()
