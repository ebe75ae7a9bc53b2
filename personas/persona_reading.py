"""Read personas back from a run directory, with the sources of their texts.

Goes in: the data file of an exported run. Comes out: one `Persona` per row, in slot order, one
batch in memory at a time. Hashes are not checked here: `populace verify` does that.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from .errors import RunDirectoryError
from .schema import Persona

SOURCES_KEY = "sources"
"""Key of a column's Parquet metadata that lists, as JSON, the facts its text was written from."""
_BATCH_ROWS = 4_096


def read_personas(run_directory: str | Path) -> Iterator[Persona]:
    """Yield the personas of an exported run in slot order.

    Args:
        run_directory: What `populace run` wrote; its `data/` holds one Parquet or JSON lines file.

    Raises:
        RunDirectoryError: If there is no data file, as after a refused gate, or it cannot be read.
        PersonaError: If the rows lack columns of the persona schema, or a value breaks it.
    """
    run_directory = Path(run_directory)
    path = _data_file(run_directory)
    rows = _parquet_rows(path) if path.suffix == ".parquet" else _json_rows(path, run_directory)
    for row, sources in rows:
        yield Persona.from_row(row, field_sources=sources)


def _data_file(run_directory: Path) -> Path:
    folder = run_directory / "data"
    for ending in ("parquet", "jsonl"):
        found = sorted(folder.glob(f"*.{ending}"))
        if len(found) == 1:
            return found[0]
        if found:
            raise RunDirectoryError(
                f"{run_directory.name}/data holds {len(found)} .{ending} files; expected one, as "
                "an export leaves it. Remove what the run did not write."
            )
    raise RunDirectoryError(
        f"{run_directory.name} has no data/*.parquet or data/*.jsonl; expected the directory of an "
        "exported run. When the gate refused the set, scores.json says why; a CSV export cannot be "
        "read back, add parquet to export.formats."
    )


_Row = tuple[Mapping[str, Any], Mapping[str, tuple[str, ...]]]


def _parquet_rows(path: Path) -> Iterator[_Row]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            key = SOURCES_KEY.encode()
            sources = {
                field.name: tuple(json.loads(field.metadata[key]))
                for field in file.schema_arrow
                if key in (field.metadata or {})
            }
            for batch in file.iter_batches(batch_size=_BATCH_ROWS):
                for row in batch.to_pylist():
                    yield row, sources
    except (OSError, pa.ArrowInvalid, ValueError) as error:
        raise _unreadable(path, error) from error


def _json_rows(path: Path, run_directory: Path) -> Iterator[_Row]:
    try:
        manifest = json.loads((run_directory / "manifest.json").read_bytes())
        sources = {name: tuple(facts) for name, facts in manifest["field_sources"].items()}
        with path.open("rb") as lines:
            for line in lines:
                yield json.loads(line), sources
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception) -> RunDirectoryError:
    return RunDirectoryError(
        f"data/{path.name} or its manifest cannot be read ({type(error).__name__}). "
        "`populace verify` names the damaged file; export the run again from its journal."
    )
