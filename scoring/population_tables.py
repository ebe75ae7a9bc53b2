"""Tables of people as users have them: CSV, Parquet, or the data of a finished run."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from ..personas.errors import ConfigError

_ENDINGS = (".parquet", ".csv", ".csv.gz", ".tsv", ".jsonl")


def read_people(path: Path) -> pa.Table:
    """Return the rows of a table, or of a run directory's `data/`.

    Raises:
        ConfigError: If there is no such file, its ending is unknown, or it cannot be read.
    """
    source = _data_file(path) if path.is_dir() else path
    if not source.is_file():
        raise ConfigError(
            f"there is no table {str(path)!r}; expected a file ending in {', '.join(_ENDINGS)}, a "
            "run directory, or a population file (.yaml). Check the path."
        )
    if not source.name.lower().endswith(_ENDINGS):
        raise ConfigError(
            f"{str(path)!r} is no table that can be read; expected an ending of "
            f"{', '.join(_ENDINGS)}. Convert it to one of them."
        )
    try:
        table = _read(source)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        # Arrow's message quotes the broken line, which may hold a person's data.
        raise ConfigError(
            f"{str(path)!r} cannot be read as {source.suffix} ({type(error).__name__}); expected a "
            "header line and the same number of fields in every row, in UTF-8. Export it again."
        ) from None
    if table.num_rows == 0 or table.num_columns == 0:
        raise ConfigError(
            f"{str(path)!r} is empty: {table.num_rows} rows and {table.num_columns} columns. "
            "Expected a table with a header line and one row per person."
        )
    repeated = sorted({n for n in table.column_names if table.column_names.count(n) > 1})
    if repeated:
        raise ConfigError(
            f"{str(path)!r} has the column names {', '.join(repeated[:10])} more than once; "
            "expected each once. Rename or drop the others."
        )
    return table


def _read(source: Path) -> pa.Table:
    name = source.name.lower()
    if name.endswith(".parquet"):
        import pyarrow.parquet as pq

        return pq.ParquetFile(source).read()
    if name.endswith(".jsonl"):
        import pyarrow.json

        return pyarrow.json.read_json(source)
    import pyarrow.csv

    delimiter = "\t" if name.endswith(".tsv") else ","
    return pyarrow.csv.read_csv(
        source,
        parse_options=pyarrow.csv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
        convert_options=pyarrow.csv.ConvertOptions(
            null_values=["", "NA", "NaN", "nan", "null", "NULL"], strings_can_be_null=True
        ),
    )


def _data_file(directory: Path) -> Path:
    for ending in _ENDINGS:
        found = sorted((directory / "data").glob(f"*{ending}"))
        if found:
            return found[0]
    raise ConfigError(
        f"{str(directory)!r} has no data files; expected a run directory with `data/*.parquet`. A "
        "set that the gate refused has none: compare another table."
    )
