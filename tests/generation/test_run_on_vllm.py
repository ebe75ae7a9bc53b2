"""The whole command on real vLLM: killed half-way, resumed, nothing lost, nothing left over."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from populace.generation.journal import Journal

from ..conftest import WriteConfig
from .engines.engine_requests import model_folder

POPULACE = [sys.executable, "-m", "populace.generation.cli"]
pytestmark = [pytest.mark.vllm, pytest.mark.slow, pytest.mark.timeout(420)]


def _engines() -> list[int]:
    """Return the processes of our engine, and of vLLM's own, that are alive."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            command = (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if b"vllm_worker" in command or b"EngineCore" in command:
            found.append(int(entry.name))
    return found


def test_a_real_run_survives_a_kill_and_ends_complete(
    write_config: WriteConfig, tmp_path: Path
) -> None:
    model = model_folder()
    before = set(_engines())
    config = write_config(
        {
            "plan.n": 12,
            "loop.window": 4,
            "loop.max_attempts": 8,
            "parts.0.max_tokens": 60,
            "engine": {"kind": "vllm", "model": model, "threads": 1},
        }
    )
    directory = tmp_path / "run"
    command = [*POPULACE, "run", str(config), "--out", str(directory), "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            event = json.loads(line)
            if event["event"] == "progress" and event["requests"] >= 4:
                break
        os.kill(process.pid, signal.SIGKILL)
    deadline = time.monotonic() + 20
    while set(_engines()) - before and time.monotonic() < deadline:
        time.sleep(0.2)
    assert set(_engines()) <= before

    journal = Journal(directory / "journal.sqlite")
    answered = {o.slot: o.row["fields"] for o in journal.outcomes("exported")}
    n_requests = journal.usage().requests
    journal.close()
    finished = subprocess.run(
        [*POPULACE, "resume", str(directory), "--model", model, "--json", "--override", "a test"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode in (0, 3), finished.stderr
    journal = Journal(directory / "journal.sqlite")
    kept = {o.slot: o.row["fields"] for o in journal.outcomes("exported")}
    counts = journal.count_outcomes()
    assert sum(counts.values()) == 12
    assert journal.usage().requests >= n_requests >= 4
    journal.close()
    assert {slot: kept[slot] for slot in answered} == answered
    [data] = (directory / "data").glob("*.parquet")
    assert pq.read_table(data).column("slot").to_pylist() == sorted(kept)
