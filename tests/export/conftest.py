"""A small finished run, ready to export."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pytest
from populace.export import (
    ExportConfig,
    PhaseTime,
    RunSummary,
    StageCount,
    TokenCounts,
    export_run,
)
from populace.scoring import AttributeShares, RowLayout, RowSource, Score, Scorecard

LAYOUT = RowLayout(
    identity=("given_name", "family_name", "email", "city", "state"),
    attributes=("age", "city", "income", "loyalty_card", "interests"),
    texts=("story",),
    provenance=("attempts", "model"),
)

PASSING = Scorecard(
    scores=(
        Score("rows", "Rows in the set", 6.0, "at_least", 1.0, True),
        Score("fit", "Distance", 0.1, "at_most", 0.2, True, 0.05, 0.15, 0.09, "two", "measured"),
        Score("band", "Distinct", 0.7, "band", (0.5, 0.9), True),
        Score("not_made", "Not checked: near-duplicates", 0.0, "at_most"),
    ),
    n_rows=6,
    attributes=(
        AttributeShares("age", ("18–40", "41–90"), (0.5, 0.5), (0.6, 0.4), 0.1, 0.09, 0.2),
    ),
)

REFUSED = Scorecard(
    scores=(Score("copies", "Copies", 2.0, "at_most", 0.0, False, worst=("p-1",)),), n_rows=6
)

SUMMARY = RunSummary(
    name="small",
    seed=7,
    created="2026-01-02",
    config_yaml="seed: 7\n",
    config_sha256="ab" * 32,
    planned=8,
    exported=6,
    rejected_exhausted=1,
    failed=1,
    shortfall={"South": 2},
    stages=(
        StageCount("structure", 12, 10, 0, 2, {"truncated": 2}, 0.1),
        StageCount("rules", 10, 5, 1, 4, {"refusal": 4}, 0.2),
    ),
    phases=(PhaseTime("write", 9.0), PhaseTime("score", 1.0)),
    tokens=TokenCounts(100, 50, 20),
    engine={"kind": "scripted", "model": "a model"},
    versions={"populace": "0.1.0"},
    population="small-town",
    population_sha256="cd" * 32,
    command="populace run configs/small.yaml",
)


def make_rows(n: int = 6) -> pa.Table:
    return pa.table(
        {
            "id": [f"p-{i}" for i in range(n)],
            "slot": list(range(n)),
            "given_name": ["Ada"] * n,
            "family_name": [f"Miller{i}" for i in range(n)],
            "email": [f"ada.miller{i}@example.com" for i in range(n)],
            "city": ["Austin"] * n,
            "state": ["Texas"] * n,
            "age": [20 + i for i in range(n)],
            "income": [1000.5 * i for i in range(n)],
            "loyalty_card": [i % 2 == 0 for i in range(n)],
            "interests": [["tea", "bread"][: i % 3] for i in range(n)],
            "story": [f"Story number {i}, told\nover two lines." for i in range(n)],
            "attempts": [1] * n,
            "model": ["a model"] * n,
            "not_for_export": ["draft"] * n,
        }
    )


def make_rejections() -> pa.Table:
    return pa.table({"slot": [1, 2], "stage": ["rules"] * 2, "reason": ["refusal"] * 2})


@dataclass(frozen=True)
class SmallRun:
    """What `export_run` takes, and a short way to call it."""

    layout: RowLayout = LAYOUT
    summary: RunSummary = SUMMARY
    passing: Scorecard = PASSING
    refused: Scorecard = REFUSED

    def rows(self, n: int = 6) -> pa.Table:
        return make_rows(n)

    def source(self, table: pa.Table, size: int = 4) -> RowSource:
        def start() -> Iterator[pa.RecordBatch]:
            return iter(table.to_batches(max_chunksize=size))

        return start

    def export(
        self,
        directory: Path,
        *,
        rows: pa.Table | None = None,
        scorecard: Scorecard | None = None,
        summary: RunSummary | None = None,
        size: int = 4,
        config: ExportConfig | None = None,
        working_files: tuple[str, ...] = (),
    ) -> Path:
        export_run(
            directory,
            self.source(make_rows() if rows is None else rows, size),
            self.source(make_rejections()),
            self.layout,
            summary or self.summary,
            scorecard or self.passing,
            config or ExportConfig(formats=("parquet", "jsonl", "csv"), row_group_rows=5),
            working_files=working_files,
        )
        return directory


@pytest.fixture(scope="session")
def small_run() -> SmallRun:
    return SmallRun()


@pytest.fixture
def exported(small_run: SmallRun, tmp_path: Path) -> Path:
    return small_run.export(tmp_path / "run")


@pytest.fixture(scope="session")
def file_bytes() -> Callable[[Path], dict[str, bytes]]:
    def read(directory: Path) -> dict[str, bytes]:
        return {
            path.relative_to(directory).as_posix(): path.read_bytes()
            for path in sorted(directory.rglob("*"))
            if path.is_file()
        }

    return read
