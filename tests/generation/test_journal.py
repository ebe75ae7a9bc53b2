"""The journal keeps what it promised, through kills, damage and a disk that refuses."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from populace.generation.engines.protocol import Choice, Completion
from populace.generation.journal import Journal, Outcome, Rejection
from populace.generation.run_lock import RunLock
from populace.personas.errors import IntegrityError, RunDirectoryError


def _completion(request_id: str, text: str = "{}") -> Completion:
    return Completion(request_id, (Choice(text, "stop", 3),), prompt_tokens=10, cached_tokens=4)


@settings(max_examples=25, deadline=None)
@given(text=st.text(st.characters(codec="utf-8"), max_size=200))
def test_a_completion_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    journal = Journal(tmp_path_factory.mktemp("j") / "journal.sqlite")
    journal.commit(attempts=[(3, 1, 2, _completion("3.1.2", text))])
    assert journal.completion(3, 1, 2) == _completion("3.1.2", text)
    assert journal.completion(3, 1, 3) is None
    journal.close()


def test_usage_sums_over_all_attempts(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.sqlite")
    journal.commit(attempts=[(slot, 0, 0, _completion(f"{slot}.0.0")) for slot in range(5)])
    usage = journal.usage()
    assert (usage.requests, usage.choices, usage.completion_tokens) == (5, 5, 15)
    assert (usage.prompt_tokens, usage.cached_tokens) == (50, 20)
    journal.close()


def test_outcomes_and_rejections_come_back_in_order(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.sqlite")
    rejections = [Rejection(s, 0, 0, 0, "rules", "refusal", "summary", {"n": s}) for s in (2, 1)]
    outcomes = [Outcome(s, "exported", "", {"fields": {"summary": "x"}}) for s in (1, 0)]
    journal.commit(rejections=rejections, outcomes=outcomes)
    journal.commit(outcomes=[Outcome(2, "rejected", "rules: refusal", {})])
    assert [r.slot for r in journal.rejections()] == [1, 2]
    assert [o.slot for o in journal.outcomes()] == [0, 1, 2]
    assert journal.count_outcomes() == {"exported": 2, "rejected": 1, "failed": 0}
    assert journal.count_rejections() == {("rules", "refusal"): 2}
    journal.close()


_WRITER = """
import sys
from pathlib import Path
from populace.generation.engines.protocol import Choice, Completion
from populace.generation.journal import Journal
journal = Journal(Path(sys.argv[1]))
for slot in range(1_000_000):
    journal.commit(attempts=[(slot, 0, 0, Completion("x", (Choice("t" * 600, "stop", 1),), 1))])
    sys.stdout.write(f"{slot}\\n")
    sys.stdout.flush()
"""


@pytest.mark.parametrize("trial", range(3))
def test_a_killed_writer_loses_nothing_it_acknowledged(tmp_path: Path, trial: int) -> None:
    path = tmp_path / "journal.sqlite"
    with subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(path)], stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(0.1 + 0.07 * trial)
        os.kill(writer.pid, signal.SIGKILL)
        acknowledged = [int(line) for line in writer.stdout.read().splitlines() if line.isdigit()]
    journal = Journal(path)
    assert journal.last_attempted_slot() >= max(acknowledged, default=0)
    assert all(journal.completion(slot, 0, 0) is not None for slot in acknowledged)
    journal.close()


def test_a_damaged_file_is_an_integrity_error(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    path.write_bytes(b"this is not a database, however long the text may be " * 100)
    with pytest.raises(IntegrityError, match=r"not an intact journal"):
        Journal(path)


def test_a_directory_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "journal.sqlite").mkdir()
    with pytest.raises(RunDirectoryError, match=r"cannot be written"):
        Journal(tmp_path / "journal.sqlite")


def test_a_second_holder_of_the_lock_is_refused(tmp_path: Path) -> None:
    with (
        RunLock(tmp_path / "run"),
        pytest.raises(RunDirectoryError, match=r"another populace process"),
        RunLock(tmp_path / "run"),
    ):
        pass
    with RunLock(tmp_path / "run"):
        pass


def test_the_lock_needs_a_place_that_can_be_written() -> None:
    with pytest.raises(RunDirectoryError, match=r"cannot be created"):
        RunLock(Path("/proc/populace-test/run"))
