"""Whole runs with the scripted engine: exact n, one hash, resumable, every slot accounted for."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from populace.generation.config import load_config
from populace.generation.journal import Journal
from populace.generation.preparation import prepare
from populace.generation.run import RunOptions, RunResult, execute
from populace.personas.errors import GateRefused, RunDirectoryError

from ..conftest import WriteConfig

POPULACE = [sys.executable, "-m", "populace.generation.cli"]


def _run(config: Path, directory: Path, **options: Any) -> RunResult:
    return execute(prepare(load_config(config)), RunOptions(directory, **options))


def _data_hash(directory: Path) -> str:
    [path] = (directory / "data").glob("*.parquet")
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _rows(directory: Path) -> list[dict[str, Any]]:
    [path] = (directory / "data").glob("*.parquet")
    rows: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return rows


def assert_every_slot_is_accounted_for(directory: Path) -> None:
    """Planned = exported + rejected + failed, and every refusal names stage and reason."""
    journal = Journal(directory / "journal.sqlite")
    outcomes = list(journal.outcomes())
    rejections = list(journal.rejections())
    journal.close()
    assert [outcome.slot for outcome in outcomes] == list(range(len(outcomes)))
    assert all(outcome.reason for outcome in outcomes if outcome.state != "exported")
    assert all(rejection.stage and rejection.reason for rejection in rejections)
    ledger = pq.read_table(directory / "rejected.parquet")
    assert ledger.num_rows == len(rejections)


def test_a_run_exports_exactly_n_rows(write_config: WriteConfig, tmp_path: Path) -> None:
    result = _run(write_config(), tmp_path / "run")
    assert (result.exit_code, result.exported) == (0, 20)
    rows = _rows(tmp_path / "run")
    assert len({row["id"] for row in rows}) == 20
    assert all(10 <= len(row["summary"]) <= 200 for row in rows)
    assert_every_slot_is_accounted_for(tmp_path / "run")


def test_window_size_never_changes_the_data(write_config: WriteConfig, tmp_path: Path) -> None:
    hashes = set()
    for window in (1, 16, 256):
        config = write_config(
            {
                "plan.n": 300,
                "loop.window": window,
                "engine": {"kind": "scripted", "invalid_rate": 0.2, "truncated_rate": 0.1,
                           "delay_ms": 1.0, "jitter": 1.0},
            },
            folder=f"w{window}",
        )  # fmt: skip
        result = _run(config, tmp_path / f"run{window}")
        assert result.exported == 300
        hashes.add(_data_hash(tmp_path / f"run{window}"))
        assert_every_slot_is_accounted_for(tmp_path / f"run{window}")
    assert len(hashes) == 1


def test_near_duplicates_are_refused_in_slot_order_whatever_the_window(
    write_config: WriteConfig, tmp_path: Path
) -> None:
    hashes = set()
    for window in (1, 64):
        config = write_config(
            {
                "plan.n": 60,
                "loop.window": window,
                "loop.max_attempts": 20,
                "filters": {"screens": [{"kind": "near_duplicates", "use_embeddings": False}]},
                "engine": {
                    "kind": "scripted",
                    "duplicate_rate": 0.5,
                    "delay_ms": 1.0,
                    "jitter": 1.0,
                },
            },
            folder=f"w{window}",
        )
        _run(config, tmp_path / f"run{window}")
        hashes.add(_data_hash(tmp_path / f"run{window}"))
        texts = [row["summary"] for row in _rows(tmp_path / f"run{window}")]
        assert len(set(texts)) == len(texts)
        assert_every_slot_is_accounted_for(tmp_path / f"run{window}")
        journal = Journal(tmp_path / f"run{window}" / "journal.sqlite")
        assert any(stage == "near_duplicates" for stage, _ in journal.count_rejections())
        journal.close()
    assert len(hashes) == 1


def test_hopeless_rows_are_named_as_a_shortfall(write_config: WriteConfig, tmp_path: Path) -> None:
    config = write_config(
        {"loop.max_attempts": 2, "engine": {"kind": "scripted", "invalid_rate": 0.7}}
    )
    result = _run(config, tmp_path / "run", override="a shortfall is what this test is about")
    assert result.exit_code == 3
    assert result.exported + result.rejected + result.failed == 20
    assert result.rejected > 0
    assert_every_slot_is_accounted_for(tmp_path / "run")


def test_a_request_that_the_engine_refuses_fails_its_row_only(
    write_config: WriteConfig, tmp_path: Path
) -> None:
    config = write_config({"engine": {"kind": "scripted", "refuse_rate": 0.2}})
    result = _run(config, tmp_path / "run", override="failed rows are what this test is about")
    assert result.failed > 0
    assert result.exported == 20 - result.failed
    assert_every_slot_is_accounted_for(tmp_path / "run")


def test_a_longer_plan_begins_with_the_same_people(
    write_config: WriteConfig, tmp_path: Path
) -> None:
    short = write_config({"plan.n": 20}, folder="short")
    long = write_config({"plan.n": 90}, folder="long")
    _run(short, tmp_path / "short-run")
    _run(long, tmp_path / "long-run")
    assert _rows(tmp_path / "short-run") == _rows(tmp_path / "long-run")[:20]


def test_another_configuration_may_not_write_into_a_run(
    write_config: WriteConfig, tmp_path: Path
) -> None:
    _run(write_config(), tmp_path / "run")
    with pytest.raises(RunDirectoryError, match=r"another configuration"):
        _run(write_config({"seed": 8}, folder="other"), tmp_path / "run")


def test_a_directory_with_other_files_is_left_alone(
    write_config: WriteConfig, tmp_path: Path
) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "thesis.txt").write_text("years of work")
    with pytest.raises(RunDirectoryError, match=r"holds other files"):
        _run(write_config(), tmp_path / "run")
    assert (tmp_path / "run" / "thesis.txt").read_text() == "years of work"


def test_fresh_leaves_a_directory_that_holds_no_run_alone(
    write_config: WriteConfig, tmp_path: Path
) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "thesis.txt").write_text("years of work")
    with pytest.raises(RunDirectoryError, match=r"holds other files"):
        _run(write_config(), tmp_path / "run", existing="fresh")
    assert (tmp_path / "run" / "thesis.txt").read_text() == "years of work"


def test_a_finished_run_is_not_made_twice(write_config: WriteConfig, tmp_path: Path) -> None:
    config = write_config()
    _run(config, tmp_path / "run")
    stamp = (tmp_path / "run" / "manifest.json").stat().st_mtime_ns
    again = _run(config, tmp_path / "run")
    assert again.already_complete
    assert (tmp_path / "run" / "manifest.json").stat().st_mtime_ns == stamp
    assert not _run(config, tmp_path / "run", existing="again").already_complete


def test_a_failed_gate_exports_no_data(write_config: WriteConfig, tmp_path: Path) -> None:
    config = write_config({"plan.n": 40, "engine": {"kind": "scripted", "duplicate_rate": 1.0}})
    result = _run(config, tmp_path / "run")
    assert result.exit_code == GateRefused.exit_code
    assert not (tmp_path / "run" / "data").exists()
    assert (tmp_path / "run" / "report.html").exists()


@pytest.mark.parametrize("sig", [signal.SIGKILL, signal.SIGTERM])
def test_killed_again_and_again_it_ends_with_the_bytes_of_an_uninterrupted_run(
    write_config: WriteConfig, tmp_path: Path, sig: signal.Signals
) -> None:
    config = write_config(
        {
            "plan.n": 400,
            "loop.window": 8,
            "engine": {"kind": "scripted", "delay_ms": 10.0, "invalid_rate": 0.1},
        }
    )
    _run(config, tmp_path / "reference")
    directory = tmp_path / "run"
    command = [*POPULACE, "run", str(config), "--out", str(directory), "--json"]
    codes = []
    for kill in range(3):
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            for line in process.stdout:
                if json.loads(line)["event"] == "progress":
                    break
            time.sleep(0.05 + 0.1 * kill)
            os.kill(process.pid, sig)
            process.stdout.read()
            codes.append(process.wait())
    assert codes == ([-9] * 3 if sig == signal.SIGKILL else [4] * 3)
    finished = subprocess.run([*POPULACE, "resume", str(directory), "--quiet"], check=False)
    assert finished.returncode == 0
    assert _data_hash(directory) == _data_hash(tmp_path / "reference")
    assert_every_slot_is_accounted_for(directory)
