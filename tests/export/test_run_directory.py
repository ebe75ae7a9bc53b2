"""An exported run is complete, repeatable to the byte, private to its owner, and verifiable."""

from __future__ import annotations

import csv
import errno
import hashlib
import json
import random
import stat
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from populace.export import ExportConfig, export_run, verify_run
from populace.export.durable_files import write_file
from populace.export.row_files import neutralise, restore
from populace.personas.errors import ConfigError, IntegrityError, RunDirectoryError
from populace.scoring import GateOverride

Run = Any
ReadAll = Callable[[Path], dict[str, bytes]]

EXPECTED = {
    "README.md",
    "croissant.json",
    "data/personas.csv",
    "data/personas.jsonl",
    "data/personas.parquet",
    "manifest.json",
    "rejected.parquet",
    "report.html",
    "scores.json",
}


def test_a_passed_run_leaves_every_file_and_verifies(exported: Path, file_bytes: ReadAll) -> None:
    assert set(file_bytes(exported)) == EXPECTED
    verified = verify_run(exported)
    assert (verified.n_files, verified.gate, verified.kept) == (9, "passed", 6)


def test_data_columns_are_those_of_the_layout(exported: Path, small_run: Run) -> None:
    table = pq.read_table(exported / "data/personas.parquet")
    assert tuple(table.column_names) == small_run.layout.columns
    assert table.equals(small_run.rows().select(list(small_run.layout.columns)))
    lines = (exported / "data/personas.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in lines] == table.to_pylist()


def test_parquet_says_that_it_is_synthetic(exported: Path) -> None:
    metadata = pq.read_schema(exported / "data/personas.parquet").metadata
    assert metadata == {b"synthetic": b"true", b"generator": b"populace"}


def test_exporting_again_gives_identical_bytes_however_the_batches_are_cut(
    small_run: Run, tmp_path: Path, file_bytes: ReadAll
) -> None:
    rows = small_run.rows(23)
    first = file_bytes(small_run.export(tmp_path / "a", rows=rows, size=4))
    again = file_bytes(small_run.export(tmp_path / "a", rows=rows, size=7))
    other = file_bytes(small_run.export(tmp_path / "b", rows=rows, size=100))
    assert first == again == other


def test_dataset_hash_is_the_hash_of_the_lines_whatever_the_formats(
    small_run: Run, tmp_path: Path
) -> None:
    run = small_run.export(tmp_path / "a")
    parquet = small_run.export(tmp_path / "b", config=ExportConfig(formats=("parquet",)))
    expected = hashlib.sha256((run / "data/personas.jsonl").read_bytes()).hexdigest()
    assert verify_run(run).dataset_sha256 == verify_run(parquet).dataset_sha256 == expected


def test_files_are_readable_by_their_owner_only(exported: Path) -> None:
    modes = {
        stat.S_IMODE(path.stat().st_mode): path.is_dir()
        for path in [exported, *exported.rglob("*")]
    }
    assert modes == {0o700: True, 0o600: False}


def test_a_refused_run_has_no_data_even_if_an_earlier_export_left_some(
    exported: Path, small_run: Run, file_bytes: ReadAll
) -> None:
    small_run.export(exported, scorecard=small_run.refused)
    assert not (exported / "data").exists()
    assert set(file_bytes(exported)) == {
        name for name in EXPECTED if not name.startswith("data/") and name != "croissant.json"
    }
    assert verify_run(exported).gate == "refused"
    assert "The gate refused the set" in (exported / "report.html").read_text()


def test_an_override_leaves_with_its_reason_in_card_report_and_manifest(
    small_run: Run, tmp_path: Path
) -> None:
    override = GateOverride("for a workshop | demo", ("copies is 2, expected at most 0",))
    run = small_run.export(
        tmp_path / "run",
        scorecard=small_run.refused,
        summary=replace(small_run.summary, gate_override=override),
    )
    assert verify_run(run).gate == "overridden"
    assert (run / "data/personas.parquet").is_file()
    assert "for a workshop \\| demo" in (run / "README.md").read_text()
    assert "for a workshop | demo" in (run / "report.html").read_text()
    assert json.loads((run / "manifest.json").read_text())["gate_override"] == override.reason


def test_every_flipped_byte_is_found(exported: Path, file_bytes: ReadAll) -> None:
    """300 random single-bit flips over all files, the manifest among them."""
    chooser = random.Random(0)
    contents = file_bytes(exported)
    names = sorted(contents)
    for trial in range(300):
        name = names[trial % len(names)]
        place = chooser.randrange(len(contents[name]))
        damaged = bytearray(contents[name])
        damaged[place] ^= 1 << chooser.randrange(8)
        (exported / name).write_bytes(damaged)
        with pytest.raises(IntegrityError, match=name):
            verify_run(exported)
        (exported / name).write_bytes(contents[name])
    verify_run(exported)


def test_missing_added_and_linked_files_are_named(exported: Path) -> None:
    (exported / "data/personas.csv").unlink()
    (exported / "extra.txt").write_text("new")
    moved = exported.parent / "scores.json"
    (exported / "scores.json").rename(moved)
    (exported / "scores.json").symlink_to(moved)
    with pytest.raises(IntegrityError) as caught:
        verify_run(exported)
    message = str(caught.value)
    assert "data/personas.csv is missing" in message
    assert "extra.txt was added" in message
    assert "scores.json is not a plain file" in message


def test_working_files_may_change_after_the_export(small_run: Run, tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.mkdir()
    (run / "journal.sqlite").write_bytes(b"1")
    (run / "config.lock.yaml").write_text("seed: 7\n")
    small_run.export(run, working_files=("journal.sqlite*",))
    (run / "journal.sqlite").write_bytes(b"2")
    (run / "journal.sqlite-wal").write_bytes(b"3")
    assert verify_run(run).n_files == 10
    (run / "config.lock.yaml").write_text("seed: 8\n")
    with pytest.raises(IntegrityError, match=r"config\.lock\.yaml differs"):
        verify_run(run)


def test_a_directory_without_manifest_is_no_finished_run(tmp_path: Path) -> None:
    with pytest.raises(IntegrityError, match=r"has no manifest\.json"):
        verify_run(tmp_path)
    with pytest.raises(IntegrityError, match="is no directory"):
        verify_run(tmp_path / "nowhere")


class FullDisk:
    """Breaks off a stream of rows as a full disk breaks off a write."""

    def __init__(self, rows: pa.Table, error: int) -> None:
        self.rows = rows
        self.error = error
        self.passes = 0

    def __call__(self) -> Iterator[pa.RecordBatch]:
        self.passes += 1
        yield from self.rows.to_batches(max_chunksize=2)[:2]
        if self.passes > 2:
            raise OSError(self.error, "the path /secret/place must not be shown")


@pytest.mark.parametrize(
    ("error", "words"),
    [(errno.ENOSPC, "no space left"), (errno.EROFS, "read-only file system"), (errno.EIO, "error")],
)
def test_a_failing_disk_is_one_line_and_leaves_no_temporary_file(
    error: int, words: str, small_run: Run, tmp_path: Path
) -> None:
    with pytest.raises(RunDirectoryError, match=words) as caught:
        export_run(
            tmp_path,
            FullDisk(small_run.rows(), error),
            small_run.source(small_run.rows()),
            small_run.layout,
            small_run.summary,
            small_run.passing,
            ExportConfig(),
        )
    assert "\n" not in str(caught.value)
    assert "/secret" not in str(caught.value)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_real_full_device_is_reported(tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("needs /dev/full")

    def write(file: Any) -> None:
        with Path("/dev/full").open("wb", buffering=0) as full:
            full.write(b"x")

    with pytest.raises(RunDirectoryError, match="no space left while writing"):
        write_file(tmp_path / "scores.json", write)
    assert list(tmp_path.iterdir()) == []


def test_a_failed_write_keeps_the_former_file(tmp_path: Path) -> None:
    path = tmp_path / "scores.json"
    path.write_text("former")

    def fail(file: Any) -> None:
        file.write(b"half")
        raise OSError(errno.ENOSPC, "full")

    with pytest.raises(RunDirectoryError, match="Free some space"):
        write_file(path, fail)
    assert path.read_text() == "former"


def test_a_half_written_file_of_a_killed_export_is_cleared(exported: Path, small_run: Run) -> None:
    (exported / "data/.personas.parquet.partial").write_bytes(b"half")
    (exported / ".report.html.partial").write_bytes(b"half")
    small_run.export(exported)
    assert list(exported.rglob("*.partial")) == []
    verify_run(exported)


def test_a_foreign_file_among_the_data_stops_the_export(exported: Path, small_run: Run) -> None:
    (exported / "data/mine.csv").write_text("keep me")
    with pytest.raises(RunDirectoryError, match=r"data/ holds files .*mine\.csv"):
        small_run.export(exported)
    assert (exported / "data/mine.csv").read_text() == "keep me"


def test_rows_without_a_declared_column_are_refused(small_run: Run, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"lack the columns \['story'\]"):
        small_run.export(tmp_path, rows=small_run.rows().drop_columns(["story"]))


def test_a_number_that_json_cannot_say_is_refused(small_run: Run, tmp_path: Path) -> None:
    rows = small_run.rows()
    index = rows.column_names.index("income")
    rows = rows.set_column(index, "income", pa.array([1.0, float("nan"), 2.0, 3.0, 4.0, 5.0]))
    with pytest.raises(RunDirectoryError, match="'income' holds a number that is not finite"):
        small_run.export(tmp_path, rows=rows)


@given(st.text())
def test_csv_neutralisation_is_reversible_and_leaves_no_formula(text: str) -> None:
    cell = neutralise(text)
    assert restore(cell) == text
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


def test_csv_neutralises_formulas_and_the_other_formats_do_not(
    small_run: Run, tmp_path: Path
) -> None:
    formulas = ['=HYPERLINK("http://x")', "+1", "@SUM(A1)", "\t=1", "'quoted", "plain"]
    rows = small_run.rows()
    rows = rows.set_column(rows.column_names.index("story"), "story", pa.array(formulas))
    run = small_run.export(tmp_path, rows=rows)
    with (run / "data/personas.csv").open(newline="", encoding="utf-8") as file:
        cells = [row["story"] for row in csv.DictReader(file)]
    assert cells == ["'" + text for text in formulas[:5]] + ["plain"]
    assert pq.read_table(run / "data/personas.parquet")["story"].to_pylist() == formulas
    assert "leading apostrophe" in (run / "README.md").read_text()


def test_the_hub_head_points_at_the_parquet_file(exported: Path, tmp_path: Path) -> None:
    import yaml

    head = yaml.safe_load((exported / "README.md").read_text().split("---\n")[1])
    assert head["configs"][0]["data_files"] == [{"split": "train", "path": "data/personas.parquet"}]
    assert head["size_categories"] == ["n<1K"]


def test_croissant_names_every_file_with_its_hash(exported: Path) -> None:
    body = json.loads((exported / "croissant.json").read_text())
    assert body["conformsTo"] == "http://mlcommons.org/croissant/1.0"
    for entry in body["distribution"]:
        content = (exported / entry["contentUrl"]).read_bytes()
        assert entry["sha256"] == hashlib.sha256(content).hexdigest()
    fields = {field["name"]: field for field in body["recordSet"][0]["field"]}
    assert fields["interests"]["repeated"] is True
    assert fields["age"]["dataType"] == "sc:Integer"


def test_the_card_matches_its_golden_file(exported: Path) -> None:
    golden = Path(__file__).with_name("golden_card.md")
    card = (exported / "README.md").read_text()
    rows_hash = verify_run(exported).dataset_sha256
    assert rows_hash is not None
    assert card == golden.read_text(encoding="utf-8").replace("ROWS_SHA256", rows_hash)


def test_an_empty_set_under_override_leaves_no_data(small_run: Run, tmp_path: Path) -> None:
    override = GateOverride("empty on purpose", ("rows is 0, expected at least 1",))
    run = small_run.export(
        tmp_path,
        rows=small_run.rows(0),
        scorecard=small_run.refused,
        summary=replace(small_run.summary, exported=0, gate_override=override),
    )
    assert not (run / "data").exists()
    verify_run(run)
