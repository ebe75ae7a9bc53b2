"""Read a table of people: CSV (also gzipped) or Parquet in, typed columns and row weights out.

Every cell is read as text first and typed by us, so that the same table gives the same columns
from either format. A message names columns, lines and counts, never the value of a cell.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from .errors import PopulationError

MISSING_WORDS = frozenset(
    ["", "NA", "N/A", "n/a", "#N/A", "<NA>", "NaN", "nan", "NULL", "null", "None"]
)
"""Cells that mean "no value": the words that pandas reads so by default, without the rare ones."""
MIN_ROWS = 50
"""Fewer people say nothing about pairs of attributes: a 2 x 2 table has 12 a cell."""
_DELIMITERS = ",;\t|"
_NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d{1,3})?")
_LEADING_ZERO = re.compile(r"[-+]?0\d")
_DATE = re.compile(
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:[T ].*)?|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})(?:[T ].*)?"
)
_BOOLEAN = {"true": True, "false": False}
ColumnKind = Literal["words", "numbers", "booleans"]


@dataclass(frozen=True, slots=True)
class RawColumn:
    """One column as read: words, numbers or booleans, each with its gaps."""

    source: str
    """Name in the table."""
    kind: ColumnKind
    """What the cells are."""
    values: NDArray[Any]
    """Shape (n,): float64 with NaN for gaps (numbers), else str with `""` for gaps."""
    is_missing: NDArray[np.bool_]
    """Shape (n,)."""


@dataclass(frozen=True, slots=True)
class PeopleTable:
    """The people to learn from."""

    columns: tuple[RawColumn, ...]
    """Columns in the order of the table, without the weight and the excluded ones."""
    weights: NDArray[np.float64]
    """Shape (n,), mean 1; all 1 without a weight column."""
    notes: tuple[str, ...] = field(default=())
    """What was left out or read in a way the user should know."""


def read_people(
    path: Path,
    *,
    weight: str | None = None,
    exclude: Sequence[str] = (),
    words: Sequence[str] = (),
    missing: frozenset[str] = MISSING_WORDS,
) -> PeopleTable:
    """Read the table at `path`.

    Args:
        path: A `.csv`, `.csv.gz` or `.parquet` file with one row per person and a header.
        weight: Column with the number of people a row stands for; rows of weight 0 are dropped.
        exclude: Columns to leave out.
        words: Columns to read as words although cells look like numbers or mix with them.
        missing: Cells that mean "no value".

    Raises:
        PopulationError: If the file cannot be read as a table, a named column is absent, weights
            are unusable, or a column holds dates, mixed types or nothing at all.
    """
    header, cells = _read_cells(path)
    _check_header(path, header)
    for option, names in (("--weight", [weight] if weight else []), ("--exclude", exclude),
                          ("--words", words)):  # fmt: skip
        if unknown := [name for name in names if name not in header]:
            raise PopulationError(
                f"{path}: {option} names {unknown}, which the table lacks; it has {header}."
            )
    if weight is not None and weight in exclude:
        raise PopulationError(
            f"{path}: column '{weight}' is both the weight and excluded; "
            "leave it out of --exclude (a weight is never modelled)."
        )
    notes: list[str] = []
    n_rows = len(cells[0]) if cells else 0
    keep = np.ones(n_rows, dtype=np.bool_)
    weights = np.ones(n_rows, dtype=np.float64)
    if weight is not None:
        weights = _weights(path, weight, cells[header.index(weight)], missing)
        keep = weights > 0
        if dropped := int((~keep).sum()):
            notes.append(f"{dropped:,} rows have weight 0 in '{weight}' and were dropped")
        if not keep.any():
            raise PopulationError(
                f"{path}: column '{weight}' is 0 in all {n_rows:,} rows; "
                "expected the number of people each row stands for. Name another --weight."
            )
    n_kept = int(keep.sum())
    if n_kept < MIN_ROWS:
        raise PopulationError(
            f"{path}: {n_kept} rows to learn from; at least {MIN_ROWS} are needed. "
            "Declare so small a population by hand instead (configs/populations shows how)."
        )
    columns = []
    for name, column in zip(header, cells, strict=True):
        if name == weight or name in exclude:
            continue
        kept = column[keep]
        columns.append(_typed(path, name, kept, missing, as_words=name in words, notes=notes))
    if not columns:
        raise PopulationError(f"{path}: every column is excluded; leave at least one in.")
    return PeopleTable(tuple(columns), weights[keep] / weights[keep].mean(), tuple(notes))


def _read_cells(path: Path) -> tuple[list[str], list[NDArray[Any]]]:
    name = path.name.lower()
    if name.endswith((".parquet", ".pq")):
        return _read_parquet(path)
    if not name.endswith((".csv", ".csv.gz", ".tsv", ".tsv.gz", ".txt")):
        raise PopulationError(
            f"{path}: expected a file that ends in .csv, .csv.gz, .tsv or .parquet. "
            "Save the table in one of these formats."
        )
    return _read_csv(path, _read_text(path))


def _read_text(path: Path) -> str:
    try:
        data = path.read_bytes()
        if path.name.lower().endswith(".gz"):
            data = gzip.decompress(data)
    except FileNotFoundError as error:
        raise PopulationError(f"{path} does not exist; check the name and the folder.") from error
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise PopulationError(
            f"{path} cannot be read ({reason}); expected a table, plain or gzipped."
        ) from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise PopulationError(
            f"{path}, line {line}: not UTF-8 (byte 0x{data[error.start]:02x}). "
            "Save the table as UTF-8."
        ) from error


def _read_csv(path: Path, text: str) -> tuple[list[str], list[NDArray[Any]]]:
    if not text.strip():
        raise PopulationError(f"{path} is empty; expected a header line and one row per person.")
    first = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[list[str]] = []
    header: list[str] | None = None
    try:
        for row in reader:
            if not row:
                continue
            if header is None:
                header = [cell.strip() for cell in row]
            elif len(row) != len(header):
                raise PopulationError(
                    f"{path}, line {reader.line_num}: {len(row)} cells; expected {len(header)}, "
                    "as in the header. Put quotes around cells that hold the delimiter "
                    f"({delimiter!r}), or mend the line."
                )
            else:
                rows.append(row)
    except csv.Error as error:
        raise PopulationError(
            f"{path}, line {reader.line_num}: not CSV ({error}). Check the quotes there."
        ) from error
    if header is None or not rows:
        raise PopulationError(f"{path} has a header and no row; expected one row per person.")
    table = np.array(rows, dtype=object)
    return header, [np.array([cell.strip() for cell in table[:, i]], dtype=object)
                    for i in range(len(header))]  # fmt: skip


def _read_parquet(path: Path) -> tuple[list[str], list[NDArray[Any]]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with path.open("rb") as file:
            table = pq.read_table(file)
    except FileNotFoundError as error:
        raise PopulationError(f"{path} does not exist; check the name and the folder.") from error
    except (OSError, pa.ArrowException) as error:
        raise PopulationError(
            f"{path} cannot be read as Parquet ({type(error).__name__}); write it again."
        ) from error
    if table.num_rows == 0:
        raise PopulationError(f"{path} has no row; expected one row per person.")
    cells = []
    for name, column in zip(table.column_names, table.columns, strict=True):
        kind = column.type
        if pa.types.is_nested(kind) or pa.types.is_binary(kind):
            raise PopulationError(
                f"{path}: column '{name}' is {kind}; expected text, numbers or booleans. "
                f"Unpack it, or leave it out with --exclude {name}."
            )
        values = [_as_text(value) for value in column.to_pylist()]
        cells.append(np.array(values, dtype=object))
    return list(table.column_names), cells


def _as_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return "" if value != value else repr(int(value) if value.is_integer() else value)
    return str(value).strip()


def _check_header(path: Path, header: list[str]) -> None:
    if twice := sorted(name for name, count in Counter(header).items() if count > 1):
        raise PopulationError(
            f"{path}: the header names {twice} twice; give each column a name of its own."
        )
    if "" in header:
        raise PopulationError(
            f"{path}: column {header.index('') + 1} has no name; name it in the header "
            "(a table saved with its row index starts with such a column: drop it)."
        )


def _weights(
    path: Path, name: str, cells: NDArray[Any], missing: frozenset[str]
) -> NDArray[np.float64]:
    bad = [cell in missing or _NUMBER.fullmatch(cell) is None for cell in cells]
    if any(bad):
        raise PopulationError(
            f"{path}: weight column '{name}' has no usable number in {sum(bad):,} of "
            f"{len(cells):,} rows; expected 0 or more in each. Fill them in or drop these rows."
        )
    weights = np.array([float(cell) for cell in cells])
    if not np.isfinite(weights).all() or (weights < 0).any():
        count = int((~np.isfinite(weights) | (weights < 0)).sum())
        raise PopulationError(
            f"{path}: weight column '{name}' is negative or infinite in {count:,} rows; "
            "expected the number of people each row stands for. Correct it or name another."
        )
    return weights


def _typed(
    path: Path,
    name: str,
    cells: NDArray[Any],
    missing: frozenset[str],
    *,
    as_words: bool,
    notes: list[str],
) -> RawColumn:
    counts = Counter(cells.tolist())
    gaps = {word: count for word, count in counts.items() if word in missing}
    n_missing = sum(gaps.values())
    if n_missing == len(cells):
        raise PopulationError(
            f"{path}: column '{name}' is missing in all {len(cells):,} rows; "
            f"fill it in or leave it out with --exclude {name}."
        )
    if worded := sum(count for word, count in gaps.items() if word):
        notes.append(
            f"column '{name}': {worded:,} cells hold a word such as 'NA' or 'None' and were read "
            "as missing (--missing changes the words)"
        )
    present = {word: count for word, count in counts.items() if word not in missing}
    is_missing = np.array([cell in gaps for cell in cells], dtype=np.bool_)
    kind = "words" if as_words else _kind(path, name, present)
    if kind == "numbers":
        number = {word: float(word) for word in present}
        values = np.array([number.get(cell, np.nan) for cell in cells])
        if not np.isfinite(values[~is_missing]).all():
            raise PopulationError(
                f"{path}: column '{name}' holds numbers too large to compute with; "
                f"rescale it or leave it out with --exclude {name}."
            )
        return RawColumn(name, "numbers", values, is_missing)
    if kind == "booleans":
        cells = np.array([cell.lower() for cell in cells], dtype=object)
    return RawColumn(name, kind, np.where(is_missing, "", cells), is_missing)


def _kind(path: Path, name: str, present: dict[str, int]) -> ColumnKind:
    if all(word.lower() in _BOOLEAN for word in present):
        return "booleans"
    numbers = [word for word in present if _NUMBER.fullmatch(word)]
    others = [word for word in present if not _NUMBER.fullmatch(word)]
    if not others:
        # "01234" is a code: as a number it would lose its zero.
        return "words" if any(_LEADING_ZERO.match(word) for word in numbers) else "numbers"
    dates = sum(present[word] for word in others if _DATE.fullmatch(word))
    if dates > 0.5 * sum(present.values()):
        raise PopulationError(
            f"{path}: column '{name}' holds dates in {dates:,} rows; a population describes "
            "people by ages and durations. Turn it into a number (such as years before a fixed "
            f"day), or leave it out with --exclude {name}; --words {name} keeps dates as words."
        )
    # "3+" or "18-24" beside "1" and "2" is a list of codes; "unknown" beside numbers is a gap.
    plain = [word for word in others if not any(c.isdigit() for c in word)]
    if numbers and plain:
        n_numbers = sum(present[word] for word in numbers)
        raise PopulationError(
            f"{path}: column '{name}' mixes {n_numbers:,} numbers with "
            f"{sum(present[w] for w in plain):,} words. Name the words that mean "
            f"'no value' with --missing, read all as words with --words {name}, "
            f"or leave it out with --exclude {name}."
        )
    return "words"
