"""Rows as Parquet, JSON lines and CSV, streamed, with the same bytes for the same rows.

Parquet and JSON lines are byte-true. CSV is made for spreadsheets, which run a cell that begins
with `=`, `+`, `-` or `@`: such cells, and cells that already begin with the mark, get a leading
apostrophe. Removing one leading apostrophe from every text cell restores the original.
"""

from __future__ import annotations

import csv
import hashlib
import io
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO

import orjson
import pyarrow as pa

from ..personas.errors import RunDirectoryError
from ..personas.persona_reading import SOURCES_KEY
from ..scoring.row_layout import RowSource

PARQUET_METADATA = {"synthetic": "true", "generator": "populace"}
"""Key-value metadata of every Parquet file; nothing that differs from run to run."""

_CSV_MARK = "'"
# OWASP's list of what a spreadsheet may take for a formula, and the mark itself.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", _CSV_MARK)


def write_parquet(
    file: BinaryIO, batches: Iterator[pa.RecordBatch], schema: pa.Schema, row_group_rows: int
) -> None:
    """Write rows as Parquet with zstd pages.

    Row groups are cut every `row_group_rows` rows, however the batches are cut.
    """
    import pyarrow.parquet as pq

    with pq.ParquetWriter(
        file, schema.with_metadata(PARQUET_METADATA), compression="zstd", compression_level=6
    ) as writer:
        for table in _row_groups(batches, schema, row_group_rows):
            writer.write_table(table, row_group_size=row_group_rows)


def write_json_lines(file: BinaryIO, batches: Iterator[pa.RecordBatch], schema: pa.Schema) -> None:
    """Write one JSON object per row, keys in column order."""
    for line in json_lines(batches, schema):
        file.write(line)


def write_csv(file: BinaryIO, batches: Iterator[pa.RecordBatch], schema: pa.Schema) -> None:
    """Write rows as CSV (RFC 4180, UTF-8) with neutralised formulas and lists as JSON."""
    wrapper = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(wrapper, lineterminator="\r\n")
    writer.writerow([neutralise(name) for name in schema.names])
    for batch in batches:
        for row in batch.select(schema.names).to_pylist():
            writer.writerow([_csv_cell(row[name]) for name in schema.names])
    wrapper.flush()
    wrapper.detach()


def json_lines(batches: Iterator[pa.RecordBatch], schema: pa.Schema) -> Iterator[bytes]:
    """Yield the canonical line of each row: compact JSON, column order, line break.

    Raises:
        RunDirectoryError: If a number is not finite, which JSON cannot say.
    """
    floats = [field.name for field in schema if pa.types.is_floating(field.type)]
    for batch in batches:
        for row in batch.select(schema.names).to_pylist():
            for name in floats:
                if row[name] is not None and not math.isfinite(row[name]):
                    raise RunDirectoryError(
                        f"column {name!r} holds a number that is not finite; expected finite "
                        "numbers or absent values. Mend the population that draws it."
                    )
            yield orjson.dumps(row) + b"\n"


def dataset_sha256(batches: Iterator[pa.RecordBatch], schema: pa.Schema) -> str:
    """Return the hash over the canonical lines of all rows in order.

    It is the hash of the JSON lines file, and does not depend on the Parquet library's version.
    """
    digest = hashlib.sha256()
    for line in json_lines(batches, schema):
        digest.update(line)
    return digest.hexdigest()


def rows_schema(rows: RowSource, columns: tuple[str, ...] | None = None) -> pa.Schema | None:
    """Return the schema of the first batch, reduced to `columns`; None when there are no rows."""
    for batch in rows():
        if batch.num_rows:
            schema = batch.schema
            if columns is not None:
                schema = pa.schema([schema.field(name) for name in columns])
            return schema.remove_metadata()
    return None


def with_field_sources(schema: pa.Schema, field_sources: Mapping[str, Sequence[str]]) -> pa.Schema:
    """Return the schema with the sources of each text column as metadata of its field.

    They travel in the Parquet file itself, as a JSON list under the key `SOURCES_KEY`.
    """
    for name, facts in field_sources.items():
        if name in schema.names:
            position = schema.get_field_index(name)
            sources = {SOURCES_KEY: orjson.dumps(list(facts))}
            schema = schema.set(position, schema.field(position).with_metadata(sources))
    return schema


def neutralise(text: str) -> str:
    """Return the text so that no spreadsheet takes it for a formula; see the module docstring."""
    return _CSV_MARK + text if text.startswith(_FORMULA_STARTS) else text


def restore(cell: str) -> str:
    """Undo `neutralise`."""
    return cell[1:] if cell.startswith(_CSV_MARK) else cell


def _csv_cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return orjson.dumps(value).decode()
    if isinstance(value, list):
        return orjson.dumps(value).decode()
    return neutralise(str(value))


def _row_groups(
    batches: Iterator[pa.RecordBatch], schema: pa.Schema, row_group_rows: int
) -> Iterator[pa.Table]:
    waiting: list[pa.RecordBatch] = []
    count = 0
    for batch in batches:
        rest = batch.select(schema.names).replace_schema_metadata(None)
        while rest.num_rows:
            taken = rest.slice(0, row_group_rows - count)
            rest = rest.slice(taken.num_rows)
            waiting.append(taken)
            count += taken.num_rows
            if count == row_group_rows:
                yield pa.Table.from_batches(waiting, schema).combine_chunks()
                waiting, count = [], 0
    if waiting:
        yield pa.Table.from_batches(waiting, schema).combine_chunks()
