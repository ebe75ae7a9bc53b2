"""The journal of a run: every attempt, rejection and outcome, durable before it is acted upon.

One SQLite file in WAL mode. A process may be killed at any moment: what `commit` returned for is
kept, a half-written transaction is rolled back by SQLite at the next open. With the default
`synchronous=NORMAL` a power loss may lose the latest commits but never corrupts the file; `FULL`
keeps them at the price of one fsync per commit.

Completions are kept verbatim, so a resumed run replays them through the screens instead of asking
the engine again. Rows are stored without their sampled facts: those follow from (seed, slot).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import orjson

from ..personas.errors import IntegrityError, RunDirectoryError
from .engines.protocol import Choice, Completion

OutcomeState = Literal["exported", "rejected", "failed"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS attempt (
    slot INTEGER NOT NULL, part INTEGER NOT NULL, attempt INTEGER NOT NULL,
    choices INTEGER NOT NULL, prompt_tokens INTEGER NOT NULL, cached_tokens INTEGER NOT NULL,
    completion_tokens INTEGER NOT NULL, completion BLOB NOT NULL,
    PRIMARY KEY (slot, part, attempt)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS rejection (
    slot INTEGER NOT NULL, part INTEGER NOT NULL, attempt INTEGER NOT NULL, choice INTEGER NOT NULL,
    stage TEXT NOT NULL, reason TEXT NOT NULL, field TEXT NOT NULL, evidence TEXT NOT NULL,
    PRIMARY KEY (slot, part, attempt, choice)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS outcome (
    slot INTEGER PRIMARY KEY, state TEXT NOT NULL, reason TEXT NOT NULL, row BLOB NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Rejection:
    """One refused choice of one attempt: who refused it and why, without its text."""

    slot: int
    part: int
    """Index of the part in the configuration."""
    attempt: int
    choice: int
    """Index among the attempt's candidates; -1 when the whole attempt was refused."""
    stage: str
    reason: str
    field: str
    evidence: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The final state of one slot. `row` holds what cannot be sampled again."""

    slot: int
    state: OutcomeState
    reason: str
    """Empty for exported rows, else `stage: reason` of the last refusal."""
    row: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Usage:
    """Totals over all answered requests of a run."""

    requests: int
    choices: int
    prompt_tokens: int
    cached_tokens: int
    completion_tokens: int


class Journal:
    """The open journal of one run; one writer, guarded by the run directory's lock."""

    def __init__(self, path: Path, *, synchronous: Literal["NORMAL", "FULL"] = "NORMAL") -> None:
        """Open or create the journal at `path`.

        Raises:
            RunDirectoryError: If the file cannot be created or written.
            IntegrityError: If the file exists and is not an intact journal.
        """
        self._path = path
        try:
            self._db = sqlite3.connect(path, isolation_level=None)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute(f"PRAGMA synchronous={synchronous}")
            self._db.execute("PRAGMA cache_size=-16384")
            self._db.executescript(_SCHEMA)
        except sqlite3.Error as error:
            raise self._translated(error) from error

    def _translated(self, error: sqlite3.Error) -> RunDirectoryError | IntegrityError:
        if isinstance(error, sqlite3.DatabaseError) and not isinstance(
            error, sqlite3.OperationalError
        ):
            return IntegrityError(
                f"{self._path.name} is not an intact journal ({error}). Restore it from a backup, "
                "or start over in another directory with --out."
            )
        return RunDirectoryError(
            f"the journal {self._path.name} in {self._path.parent.name}/ cannot be written: "
            f"{error}. Free space or permissions are needed there; what was journalled is kept: "
            "run the same command again to resume."
        )

    def close(self) -> None:
        """Close the file; uncommitted work is rolled back."""
        self._db.close()

    def checkpoint(self) -> None:
        """Move everything into the main file, so that its bytes can be hashed."""
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    # -- what identifies the run -----------------------------------------------------------

    def meta(self, key: str) -> str | None:
        """Return the value stored under `key`, or None."""
        found = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if found is None else str(found[0])

    def set_meta(self, key: str, value: str) -> None:
        """Store `value` under `key`, replacing what was there."""
        try:
            self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))
        except sqlite3.Error as error:
            raise self._translated(error) from error

    # -- writing -----------------------------------------------------------------------------

    def commit(
        self,
        *,
        attempts: list[tuple[int, int, int, Completion]] | None = None,
        rejections: list[Rejection] | None = None,
        outcomes: list[Outcome] | None = None,
    ) -> None:
        """Write everything given in one transaction; on return it survives a kill.

        Args:
            attempts: (slot, part, attempt, completion) of each answered request.
            rejections: Refused choices.
            outcomes: Final states of slots.

        Raises:
            RunDirectoryError: If the disk is full or read-only; nothing of the call is kept.
        """
        try:
            self._db.execute("BEGIN IMMEDIATE")
            if attempts:
                self._db.executemany(
                    "INSERT OR REPLACE INTO attempt VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    [_attempt_record(*attempt) for attempt in attempts],
                )
            if rejections:
                self._db.executemany(
                    "INSERT OR REPLACE INTO rejection VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    [
                        (
                            *(r.slot, r.part, r.attempt, r.choice, r.stage, r.reason, r.field),
                            orjson.dumps(r.evidence, option=orjson.OPT_SORT_KEYS).decode(),
                        )
                        for r in rejections
                    ],
                )
            if outcomes:
                self._db.executemany(
                    "INSERT OR REPLACE INTO outcome VALUES (?, ?, ?, ?)",
                    [(o.slot, o.state, o.reason, orjson.dumps(o.row)) for o in outcomes],
                )
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise self._translated(error) from error

    # -- reading -----------------------------------------------------------------------------

    def completion(self, slot: int, part: int, attempt: int) -> Completion | None:
        """Return the journalled answer to one attempt, or None."""
        found = self._db.execute(
            "SELECT completion, prompt_tokens, cached_tokens FROM attempt "
            "WHERE slot = ? AND part = ? AND attempt = ?",
            (slot, part, attempt),
        ).fetchone()
        if found is None:
            return None
        blob, prompt_tokens, cached_tokens = found
        choices = tuple(Choice(*choice) for choice in orjson.loads(blob))
        return Completion(f"{slot}.{part}.{attempt}", choices, prompt_tokens, cached_tokens)

    def last_attempted_slot(self) -> int:
        """Return the highest slot with a journalled attempt, -1 for a new journal."""
        found = self._db.execute("SELECT max(slot) FROM attempt").fetchone()
        return -1 if found[0] is None else int(found[0])

    def settled_slots(self, state: OutcomeState | None = None) -> Iterator[int]:
        """Yield the slots that have an outcome, or one in a certain state, in order."""
        query = "SELECT slot FROM outcome WHERE state = coalesce(?, state) ORDER BY slot"
        for (slot,) in self._db.execute(query, (state,)):
            yield int(slot)

    def outcomes(self, state: OutcomeState | None = None) -> Iterator[Outcome]:
        """Yield outcomes in slot order, all or those in one state."""
        query = "SELECT slot, state, reason, row FROM outcome"
        arguments: tuple[str, ...] = ()
        if state is not None:
            query, arguments = query + " WHERE state = ?", (state,)
        for slot, found, reason, row in self._db.execute(query + " ORDER BY slot", arguments):
            yield Outcome(slot, found, reason, orjson.loads(row))

    def count_outcomes(self) -> dict[str, int]:
        """Return the number of slots in each final state; absent states are 0."""
        counts = {"exported": 0, "rejected": 0, "failed": 0}
        for state, n in self._db.execute("SELECT state, count(*) FROM outcome GROUP BY state"):
            counts[state] = n
        return counts

    def rejections(self) -> Iterator[Rejection]:
        """Yield every rejection by slot, part, attempt and choice."""
        query = "SELECT * FROM rejection ORDER BY slot, part, attempt, choice"
        for slot, part, attempt, choice, stage, reason, field, evidence in self._db.execute(query):
            yield Rejection(
                slot, part, attempt, choice, stage, reason, field, orjson.loads(evidence)
            )

    def count_rejections(self) -> dict[tuple[str, str], int]:
        """Return the number of rejections by (stage, reason)."""
        query = "SELECT stage, reason, count(*) FROM rejection GROUP BY stage, reason"
        return {(stage, reason): n for stage, reason, n in self._db.execute(query)}

    def usage(self) -> Usage:
        """Return what the engine was asked and answered over all sessions of the run."""
        query = (
            "SELECT count(*), sum(choices), sum(prompt_tokens), sum(cached_tokens), "
            "sum(completion_tokens) FROM attempt"
        )
        return Usage(*(int(value or 0) for value in self._db.execute(query).fetchone()))


def _attempt_record(
    slot: int, part: int, attempt: int, completion: Completion
) -> tuple[int, int, int, int, int, int, int, bytes]:
    choices = completion.choices
    blob = orjson.dumps(
        [[c.text, c.finish_reason, c.n_tokens, c.cumulative_logprob] for c in choices]
    )
    tokens = sum(c.n_tokens for c in choices)
    return (
        slot, part, attempt, len(choices), completion.prompt_tokens, completion.cached_tokens,
        tokens, blob,
    )  # fmt: skip
