"""Export: everything a run leaves behind, in one directory that can be verified.

Data files are written only when the gate let the set pass. The manifest comes last, and an older
one is removed first: a directory with a manifest is complete, one without is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from ..personas.errors import RunDirectoryError
from ..scoring.row_layout import RowLayout, RowSource
from ..scoring.scorecard import Scorecard
from .config import ExportConfig
from .dataset_card import render_card, render_croissant
from .durable_files import (
    directory_error,
    file_sha256,
    make_directory,
    remove_file,
    remove_temporary_files,
    write_file,
    write_text,
)
from .manifest import MANIFEST_NAME, build_manifest
from .report import example_personas, render_report
from .row_files import (
    dataset_sha256,
    rows_schema,
    with_field_sources,
    write_csv,
    write_json_lines,
    write_parquet,
)
from .run_summary import RunSummary

_DATA = "data"
_ENDINGS = ("parquet", "jsonl", "csv")

LEDGER_SCHEMA = pa.schema(
    [
        ("slot", pa.int64()),
        ("part", pa.string()),
        ("attempt", pa.int64()),
        ("stage", pa.string()),
        ("reason", pa.string()),
        ("field", pa.string()),
        ("evidence", pa.string()),
    ]
)
"""Columns of rejected.parquet when nothing was rejected; else those that the batches bring."""


@dataclass(frozen=True, slots=True)
class _Exported:
    schema: pa.Schema | None
    hashes: dict[str, str]
    """Relative name of each data file -> SHA-256."""
    dataset_sha256: str | None


def export_run(
    directory: Path,
    rows: RowSource,
    rejections: RowSource,
    layout: RowLayout,
    summary: RunSummary,
    scorecard: Scorecard,
    config: ExportConfig,
    *,
    working_files: Sequence[str] = (),
) -> None:
    """Write data, ledger, scores, card, report and manifest into a run directory.

    Exporting again replaces the files; the same rows give the same bytes in every data file.

    Args:
        directory: The run directory; created if need be, readable by its owner only.
        rows: Starts a pass over the kept rows, in slot order.
        rejections: Starts a pass over the rejection ledger; it holds reasons, not texts.
        layout: Role of each column; other columns of the rows do not leave.
        summary: The run in numbers.
        scorecard: Its scores; unless they pass or an override is in `summary`, no data leaves.
        config: What to write.
        working_files: Patterns of files that live on after the export (an open journal) and are
            therefore not in the manifest.

    Raises:
        RunDirectoryError: If the file system refuses; no temporary file is left.
        ConfigError: If a batch lacks a column of the layout.
    """
    make_directory(directory)
    remove_file(directory / MANIFEST_NAME)
    remove_temporary_files(directory)
    may_leave = scorecard.passed or summary.gate_override is not None
    schema = rows_schema(rows)
    if schema is not None:
        layout.check(schema)
        schema = rows_schema(rows, layout.columns)
    if schema is not None:
        schema = with_field_sources(schema, summary.field_sources)
    exported = _Exported(schema, {}, None)
    if may_leave and schema is not None:
        exported = _write_data(directory / _DATA, rows, schema, config)
    _remove_stale_data(directory / _DATA, exported.hashes, config)

    ledger_schema = rows_schema(rejections) or LEDGER_SCHEMA
    write_file(
        directory / "rejected.parquet",
        lambda file: write_parquet(file, rejections(), ledger_schema, config.row_group_rows),
    )
    write_text(directory / "scores.json", scorecard.to_json())
    write_text(
        directory / "README.md",
        render_card(
            summary,
            scorecard,
            layout,
            config,
            schema=schema,
            data_files=exported.hashes,
            dataset_sha256=exported.dataset_sha256,
        ),
    )
    if exported.hashes and schema is not None:
        write_text(
            directory / "croissant.json",
            render_croissant(summary, config, schema=schema, data_files=exported.hashes),
        )
    else:
        remove_file(directory / "croissant.json")
    examples = example_personas(rows, layout, count=config.report_examples, total=summary.exported)
    write_text(
        directory / "report.html",
        render_report(summary, scorecard, examples, config, dataset_sha256=exported.dataset_sha256),
    )
    try:
        manifest = build_manifest(
            directory,
            summary,
            scorecard,
            dataset_sha256=exported.dataset_sha256,
            working_files=working_files,
        )
    except OSError as error:
        raise directory_error(directory / MANIFEST_NAME, error) from error
    write_text(directory / MANIFEST_NAME, manifest)


def _write_data(data: Path, rows: RowSource, schema: pa.Schema, config: ExportConfig) -> _Exported:
    make_directory(data)
    remove_temporary_files(data)
    hashes: dict[str, str] = {}
    for kind in _ENDINGS:
        if kind not in config.formats:
            continue
        path = data / f"{config.file_stem}.{kind}"
        if kind == "parquet":
            write_file(
                path,
                lambda file: write_parquet(file, rows(), schema, config.row_group_rows),
            )
        elif kind == "jsonl":
            write_file(path, lambda file: write_json_lines(file, rows(), schema))
        else:
            write_file(path, lambda file: write_csv(file, rows(), schema))
        try:
            hashes[f"{_DATA}/{path.name}"] = file_sha256(path)
        except OSError as error:
            raise directory_error(path, error) from error
    # The canonical lines are the JSON lines file: hash them only when it was not written.
    lines_name = f"{_DATA}/{config.file_stem}.jsonl"
    rows_hash = hashes.get(lines_name) or dataset_sha256(rows(), schema)
    return _Exported(schema, hashes, rows_hash)


def _remove_stale_data(data: Path, hashes: dict[str, str], config: ExportConfig) -> None:
    """Remove data files of an earlier export that this one did not write."""
    if not data.is_dir():
        return
    for kind in _ENDINGS:
        name = f"{config.file_stem}.{kind}"
        if f"{_DATA}/{name}" not in hashes:
            remove_file(data / name)
    left = sorted(path.name for path in _entries(data) if f"{_DATA}/{path.name}" not in hashes)
    if left:
        raise RunDirectoryError(
            f"data/ holds files that this export did not write: {left[:5]}; expected none. "
            "Move them elsewhere and export again."
        )
    if not hashes:
        try:
            data.rmdir()
        except OSError as error:
            raise directory_error(data, error) from error


def _entries(data: Path) -> Iterator[Path]:
    try:
        yield from data.iterdir()
    except OSError as error:
        raise directory_error(data, error) from error
