"""Personas come back from what a run left behind, whichever format it wrote."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from populace.personas import read_personas
from populace.personas.errors import PersonaError, RunDirectoryError
from populace.personas.persona_reading import SOURCES_KEY

from .test_schema import sampled_rows

SOURCES = {"summary": ["age", "given_name"], "quote": ["tone"]}


@pytest.fixture(scope="module", name="table")
def _table() -> pa.Table:
    rows = [
        {**row, "summary": f"Text {row['slot']}.", "quote": "I say.", "attempts": 2,
         "prompt_sha256": ["ab" * 32, "cd" * 32], "model": "m"}
        for row in sampled_rows(40)
    ]  # fmt: skip
    table = pa.Table.from_pylist(rows)
    for name, facts in SOURCES.items():
        at = table.schema.get_field_index(name)
        field = table.schema.field(at).with_metadata({SOURCES_KEY: json.dumps(facts)})
        table = table.cast(table.schema.set(at, field))
    return table


def write_run(folder: Path, table: pa.Table, *, kind: str) -> Path:
    (folder / "data").mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps({"field_sources": SOURCES}))
    if kind == "parquet":
        pq.write_table(table, folder / "data" / "personas.parquet")
    else:
        lines = "".join(json.dumps(row) + "\n" for row in table.to_pylist())
        (folder / "data" / "personas.jsonl").write_text(lines)
    return folder


DAILY_LIFE = {"wakes_at", "morning_habit", "evening_habit"}


@pytest.mark.parametrize("kind", ["parquet", "jsonl"])
def test_personas_are_read_back_in_slot_order(table: pa.Table, tmp_path: Path, kind: str) -> None:
    personas = list(read_personas(str(write_run(tmp_path, table, kind=kind))))
    assert [persona.slot for persona in personas] == list(range(40))
    for persona, row in zip(personas, table.to_pylist(), strict=True):
        assert persona.id == row["id"]
        assert persona.narrative.summary == row["summary"]
        assert persona.narrative.texts == {"quote": "I say."}
        assert persona.provenance.field_sources == {k: tuple(v) for k, v in SOURCES.items()}
        assert persona.provenance.prompt_sha256 == tuple(row["prompt_sha256"])
        # What the schema does not know comes from packs.
        assert persona.packs.keys() == DAILY_LIFE


def test_both_formats_give_the_same_personas(table: pa.Table, tmp_path: Path) -> None:
    one = write_run(tmp_path / "a", table, kind="parquet")
    other = write_run(tmp_path / "b", table, kind="jsonl")
    assert list(read_personas(one)) == list(read_personas(other))


def test_a_refused_run_has_nothing_to_read(tmp_path: Path) -> None:
    with pytest.raises(RunDirectoryError, match=r"scores\.json says why"):
        next(read_personas(tmp_path))


def test_two_data_files_are_refused(table: pa.Table, tmp_path: Path) -> None:
    run = write_run(tmp_path, table, kind="parquet")
    pq.write_table(table, run / "data" / "more.parquet")
    with pytest.raises(RunDirectoryError, match=r"holds 2 \.parquet files"):
        next(read_personas(run))


@pytest.mark.parametrize("kind", ["parquet", "jsonl"])
def test_a_damaged_file_is_named(table: pa.Table, tmp_path: Path, kind: str) -> None:
    run = write_run(tmp_path, table, kind=kind)
    [path] = (run / "data").iterdir()
    path.write_bytes(path.read_bytes()[:3_000])
    with pytest.raises(RunDirectoryError, match=rf"data/personas\.{kind} or its manifest"):
        list(read_personas(run))


def test_a_run_without_a_manifest_cannot_say_its_sources(table: pa.Table, tmp_path: Path) -> None:
    run = write_run(tmp_path, table, kind="jsonl")
    (run / "manifest.json").unlink()
    with pytest.raises(RunDirectoryError, match="FileNotFoundError"):
        list(read_personas(run))


def test_another_population_is_told_what_it_lacks(tmp_path: Path) -> None:
    people: dict[str, list[Any]] = {"id": ["ab" * 8], "slot": [0], "age": [30], "sex": ["female"]}
    run = write_run(tmp_path, pa.table(people), kind="parquet")
    with pytest.raises(PersonaError, match=r"lack \d+ of the \d+ columns"):
        next(read_personas(run))
