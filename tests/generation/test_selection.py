"""Whom a run is about: conditions, quotas, packs, and `populace sample` without a model."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import orjson
import pyarrow.parquet as pq
import pytest
from populace.generation.config import load_config
from populace.generation.journal import Journal
from populace.generation.locked_config import read_locked_config, unpack_locked_config
from populace.generation.preparation import prepare
from populace.generation.run import RunOptions, execute
from populace.personas.errors import ConfigError
from populace.personas.population import Population

from ..conftest import WriteConfig

POPULACE = [sys.executable, "-m", "populace.generation.cli"]
QUOTAS = [
    {"name": "online women", "when": {"channel": "online", "sex": "female"}, "n": 12},
    {"name": "everyone else", "when": {"channel": "supermarket"}, "n": 8},
]


def _rows(directory: Path) -> list[dict[str, Any]]:
    [path] = (directory / "data").glob("*.parquet")
    rows: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return rows


def test_a_run_takes_its_quotas_and_exports_cell_and_weight(
    write_config: WriteConfig, tmp_path: Path
) -> None:
    config = write_config({"plan.quotas": QUOTAS, "plan.who": {"age": {"at_least": 40}}})
    result = execute(prepare(load_config(config)), RunOptions(tmp_path / "run", override="test"))
    assert result.exported == 20
    rows = _rows(tmp_path / "run")
    assert Counter(row["cell"] for row in rows) == {"online women": 12, "everyone else": 8}
    assert all(row["age"] >= 40 for row in rows)
    assert all(row["sex"] == "female" for row in rows if row["cell"] == "online women")
    # 0.15 and 0.7 of the people against 0.6 and 0.4 of the slots.
    weights = {row["cell"]: row["weight"] for row in rows}
    assert weights["everyone else"] / weights["online women"] == pytest.approx(7.0, rel=0.05)


def test_a_run_of_everyone_has_no_cell(write_config: WriteConfig, tmp_path: Path) -> None:
    execute(prepare(load_config(write_config())), RunOptions(tmp_path / "run"))
    assert not {"cell", "weight"} & _rows(tmp_path / "run")[0].keys()


def test_a_shortfall_is_named_by_cell(write_config: WriteConfig) -> None:
    plan = prepare(load_config(write_config({"plan.quotas": QUOTAS}))).plan
    cells = [plan.slot(index).attributes["cell"] for index in range(20)]
    kept = [slot for slot, cell in enumerate(cells) if cell != "everyone else"][1:]
    assert plan.shortfall(kept) == {"online women": 1, "everyone else": 8}
    assert plan.shortfall(range(20)) == {}
    assert prepare(load_config(write_config())).plan.shortfall(range(5)) == {"all rows": 15}


def test_ids_of_a_small_run_are_the_first_of_a_large_one(write_config: WriteConfig) -> None:
    quotas = [{"name": q["name"], "when": q["when"], "share": 0.5} for q in QUOTAS]
    small, large = (
        prepare(load_config(write_config({"plan.quotas": quotas, "plan.n": n}))).plan
        for n in (30, 5_000)
    )
    assert [small.slot(i) for i in range(30)] == [large.slot(i) for i in range(30)]


def test_more_rows_than_the_quotas_have_is_refused(write_config: WriteConfig) -> None:
    with pytest.raises(ConfigError, match="n is 21 and the quotas sum to 20"):
        load_config(write_config({"plan.quotas": QUOTAS, "plan.n": 21}))


def test_a_run_keeps_its_packs(write_config: WriteConfig, tmp_path: Path) -> None:
    config = write_config()
    people = config.parent / "population.yaml"
    text = people.read_text(encoding="utf-8")
    people.write_text(text + "- pack: packs/mood.yaml\n", encoding="utf-8")
    (config.parent / "packs").mkdir()
    (config.parent / "packs" / "mood.yaml").write_text(
        "name: mood\nattributes:\n- {name: glad, kind: boolean, share: 0.5}\n", encoding="utf-8"
    )
    prepared = prepare(load_config(config))
    execute(prepared, RunOptions(tmp_path / "run"))
    assert "glad" in _rows(tmp_path / "run")[0]
    locked = read_locked_config(tmp_path / "run")
    assert "packs/mood.yaml" in locked.files
    again = prepare(unpack_locked_config(locked, tmp_path / "unpacked"))
    assert again.fingerprint == prepared.fingerprint


def test_the_journal_lists_slots_by_outcome(write_config: WriteConfig, tmp_path: Path) -> None:
    execute(prepare(load_config(write_config())), RunOptions(tmp_path / "run"))
    journal = Journal(tmp_path / "run" / "journal.sqlite")
    try:
        assert list(journal.settled_slots("exported")) == list(range(20))
        assert list(journal.settled_slots("failed")) == []
    finally:
        journal.close()


def _sample(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*POPULACE, "sample", *arguments], capture_output=True, text=True, check=False, timeout=120
    )


def test_people_are_sampled_without_a_model(write_config: WriteConfig, tmp_path: Path) -> None:
    people = str(write_config().parent / "population.yaml")
    where = "{sex: female, age: {at_least: 65}}"
    files = [tmp_path / f"people.{kind}" for kind in ("parquet", "jsonl", "csv")]
    for path in files:
        found = _sample(people, "-n", "200", "--seed", "3", "--where", where, "--identities",
                        "--out", str(path), "--json")  # fmt: skip
        assert found.returncode == 0, found.stderr
        assert json.loads(found.stdout)["rows"] == 200
    rows = pq.read_table(files[0]).to_pylist()
    assert all(row["sex"] == "female" and row["age"] >= 65 for row in rows)
    assert rows == [orjson.loads(line) for line in files[1].read_text().splitlines()]
    with files[2].open(newline="", encoding="utf-8") as stream:
        assert [row["email"] for row in csv.DictReader(stream)] == [row["email"] for row in rows]
    direct = Population.from_file(Path(people)).where({"sex": "female", "age": {"at_least": 65}})
    assert direct.sample(3, 0, 200)["age"].to_pylist() == [row["age"] for row in rows]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--out", "a.txt"), "expected .csv, .jsonl, .parquet"),
        (("--out", "a.csv", "--where", "[1]"), "expected a mapping such as"),
        (("--out", "a.csv", "--where", "{sexx: female}"), "Did you mean 'sex'"),
        (("--out", "a.csv", "--where", "{sex: female"), "--where, line"),
        (("--out", "/nowhere/a.csv"), "cannot write"),
    ],
)
def test_a_mistake_on_the_command_line_is_one_message(
    write_config: WriteConfig, arguments: tuple[str, ...], expected: str
) -> None:
    found = _sample(str(write_config().parent / "population.yaml"), *arguments)
    assert found.returncode == 2
    assert expected in found.stderr
    assert "Traceback" not in found.stderr
