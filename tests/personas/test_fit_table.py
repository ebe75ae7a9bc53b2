"""Tables of people: what is read, what is refused, and with which words."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from populace.personas.errors import PopulationError
from populace.personas.fit_table import read_people

WriteTable = Callable[..., Path]


@pytest.fixture
def write_table(tmp_path: Path) -> WriteTable:
    """Return a function that writes columns as a CSV file."""

    def write(columns: dict[str, list[object]], *, name: str = "people.csv") -> Path:
        rows = zip(*columns.values(), strict=True)
        lines = [",".join(columns), *(",".join(map(str, row)) for row in rows)]
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write


AGES: list[object] = [20 + i % 40 for i in range(100)]


def test_a_table_reads_alike_from_csv_gzip_and_parquet(
    write_table: WriteTable, tmp_path: Path
) -> None:
    """The format changes nothing: numbers, words, booleans and gaps are the same."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    sexes: list[object] = ["f", "m"] * 50
    flags: list[object] = ["True", "false"] * 50
    scores: list[object] = [0.5, ""] * 50
    path = write_table({"age": AGES, "sex": sexes, "flag": flags, "score": scores})
    zipped = tmp_path / "people.csv.gz"
    zipped.write_bytes(gzip.compress(path.read_bytes()))
    parquet = tmp_path / "people.parquet"
    pq.write_table(
        pa.table(
            {"age": AGES, "sex": sexes, "flag": [True, False] * 50, "score": [0.5, None] * 50}
        ),
        parquet,
    )
    tables = [read_people(one) for one in (path, zipped, parquet)]
    for table in tables:
        assert [c.kind for c in table.columns] == ["numbers", "words", "booleans", "numbers"]
        assert table.columns[3].is_missing.sum() == 50
    for other in tables[1:]:
        for mine, theirs in zip(tables[0].columns, other.columns, strict=True):
            np.testing.assert_array_equal(mine.values, theirs.values)


def test_rows_of_weight_0_are_dropped_and_counted(write_table: WriteTable) -> None:
    """A row that stands for nobody is no person; the user is told how many went."""
    path = write_table({"age": AGES, "w": [0, 3, 1, 4] * 25})
    table = read_people(path, weight="w")
    assert len(table.weights) == 75
    assert table.weights.mean() == pytest.approx(1.0)
    assert table.notes == ("25 rows have weight 0 in 'w' and were dropped",)


def test_words_for_missing_are_read_as_missing_and_counted(write_table: WriteTable) -> None:
    """`NA` is no category unless the user says so."""
    path = write_table({"faith": ["NA", "x", "y", "y"] * 25})
    table = read_people(path)
    assert table.columns[0].is_missing.sum() == 25
    assert "25 cells" in table.notes[0]
    kept = read_people(path, missing=frozenset([""]))
    assert kept.columns[0].is_missing.sum() == 0


def test_leading_zeros_make_words(write_table: WriteTable) -> None:
    """A postcode keeps its zeros."""
    table = read_people(write_table({"postcode": ["01234", "99999"] * 50}))
    assert table.columns[0].kind == "words"


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"age": AGES, "w": [-1] * 100}, "weight column 'w' is negative or infinite in 100 rows"),
        ({"age": AGES, "w": ["", *[1] * 99]}, "no usable number in 1 of 100 rows"),
        ({"age": AGES, "w": ["NaN", *[1] * 99]}, "no usable number in 1 of 100 rows"),
        ({"age": AGES, "w": [0] * 100}, "is 0 in all 100 rows.*Name another --weight"),
        ({"age": AGES}, r"--weight names \['w'\], which the table lacks; it has \['age'\]"),
        ({"age": AGES[:5], "w": [1] * 5}, "5 rows to learn from; at least 50 are needed"),
    ],
)
def test_unusable_weights_are_refused(
    write_table: WriteTable, columns: dict[str, list[object]], message: str
) -> None:
    """Weights say how many people a row stands for, or the fit stops."""
    with pytest.raises(PopulationError, match=message):
        read_people(write_table(columns), weight="w")


@pytest.mark.parametrize(
    ("column", "message"),
    [
        (["a", 1.5, 2.5, 3.5] * 25, "'x' mixes 75 numbers with 25 words.*--words x"),
        ([""] * 100, "'x' is missing in all 100 rows.*--exclude x"),
        ([f"20{i:02}-03-04" for i in range(100)], "'x' holds dates in 100 rows.*--exclude x"),
        ([f"1{i % 9}/12/2020" for i in range(100)], "'x' holds dates"),
        (["1e999", *[2] * 99], "'x' holds numbers too large"),
    ],
)
def test_columns_that_describe_nobody_are_refused(
    write_table: WriteTable, column: list[object], message: str
) -> None:
    """The message names the column, counts, and what to do; never a value."""
    with pytest.raises(PopulationError, match=message):
        read_people(write_table({"age": AGES, "x": column}))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty; expected a header line"),
        (b"\n\n", "is empty"),
        (b"a,b\n", "has a header and no row"),
        (b"a,b\n1,2\n1,2,3\n", "line 3: 3 cells; expected 2"),
        (b"a,b\n1,2\n1\n", "line 3: 1 cells; expected 2"),
        (b"a,a\n1,2\n", r"names \['a'\] twice"),
        (b"a,\n1,2\n", "column 2 has no name"),
        ("a,b\ncafé,1\n".encode("latin-1"), r"line 2: not UTF-8 \(byte 0xe9\)"),
    ],
)
def test_files_that_are_no_table_are_refused(tmp_path: Path, data: bytes, message: str) -> None:
    """What was found, in which line, what was expected."""
    path = tmp_path / "people.csv"
    path.write_bytes(data)
    with pytest.raises(PopulationError, match=message):
        read_people(path)


def test_wrong_files_are_refused(tmp_path: Path) -> None:
    """Absent files, other formats, broken gzip and Parquet."""
    with pytest.raises(PopulationError, match="does not exist"):
        read_people(tmp_path / "no.csv")
    with pytest.raises(PopulationError, match=r"ends in \.csv"):
        read_people(tmp_path / "people.xlsx")
    for name in ("people.csv.gz", "people.parquet"):
        (tmp_path / name).write_bytes(b"neither")
        with pytest.raises(PopulationError, match="cannot be read"):
            read_people(tmp_path / name)
