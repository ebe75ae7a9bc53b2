"""The run loop: keeps the engine full, screens what comes back, settles slots in order.

Each part of each slot goes its own way: request, journal, parse, screen, and again with the next
attempt until a candidate passes or the attempts are used up. What a part ends with depends only on
its slot and attempts, never on timing, so those steps may run in any order. The decisions that
compare rows with each other (near-duplicates) are taken at the head of the line, in slot order.
Both together make the kept set independent of the window and of interruptions.

Nothing is acted upon before it is journalled; a resumed run finds its completions in the journal
and replays them instead of asking the engine.
"""

from __future__ import annotations

import asyncio
import heapq
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..filters.chain import ScreenChain
from ..filters.verdict import Draft, Verdict
from ..personas.errors import EngineError
from ..prompts.template import RenderedPrompt
from .draft_reading import Part, read_choices
from .engines.protocol import Completion, Engine, Request, RequestRefused
from .journal import Journal, Outcome, OutcomeState, Rejection
from .plan import PersonaPlan, Slot

MICRO_BATCH_DRAFTS = 64
"""Answers screened in one call: enough to batch spaCy, few enough to stay responsive."""


@dataclass(frozen=True, slots=True)
class LoopSettings:
    """How far the loop may go."""

    max_attempts: int
    """Requests per part of a slot before the slot is given up."""
    window: int
    """Requests kept in flight."""


@dataclass(slots=True)
class LoopProgress:
    """What a watcher is shown; counts cover this session unless stated."""

    planned: int
    exported: int = 0
    rejected: int = 0
    failed: int = 0
    resumed: int = 0
    """Slots that were settled before this session."""
    requests: int = 0
    in_flight: int = 0
    choices: int = 0
    completion_tokens: int = 0
    refusals: Counter[str] = field(default_factory=Counter)
    """Refused choices by stage."""
    engine_busy_seconds: float = 0.0
    """Time with at least one request in flight."""
    seconds: float = 0.0
    first_completion_seconds: float | None = None

    @property
    def settled(self) -> int:
        """Slots with a final state, earlier sessions included."""
        return self.exported + self.rejected + self.failed


@dataclass(frozen=True, slots=True)
class _Candidate:
    choice: int
    attempt: int
    draft: Draft
    quality: float
    mended_by: tuple[str, ...]
    prompt_sha256: str


@dataclass(slots=True)
class _PartProgress:
    prompt: RenderedPrompt | None = None
    attempt: int = 0
    finished: bool = False
    candidates: list[_Candidate] = field(default_factory=list)
    failure: str = ""
    refused_by_engine: bool = False
    last_refusal: str = ""


@dataclass(slots=True)
class _SlotProgress:
    slot: Slot
    parts: list[_PartProgress]

    @property
    def finished(self) -> bool:
        return all(part.finished for part in self.parts)


@dataclass(frozen=True, slots=True)
class _Arrival:
    slot: int
    part: int
    attempt: int
    completion: Completion


@dataclass(slots=True)
class _Screened:
    """What the screens say of one arrival."""

    arrival: _Arrival
    candidates: list[_Candidate]
    rejections: list[Rejection]


@dataclass(slots=True)
class _Decision:
    """What the set screens say of one finished slot: the chosen row, or who was refused."""

    state: _SlotProgress
    row: dict[str, Any] | None = None
    refused: list[tuple[int, _Candidate, Verdict]] = field(default_factory=list)


_KEPT = Verdict("keep", "commit")
_Work = tuple[_Arrival, Slot, RenderedPrompt]


class RunLoop:
    """Drives one run from its plan to an outcome for every slot."""

    def __init__(
        self,
        *,
        plan: PersonaPlan,
        parts: Sequence[Part],
        engine: Engine,
        chain: ScreenChain | None,
        journal: Journal,
        settings: LoopSettings,
        on_progress: Callable[[LoopProgress], None] = lambda progress: None,
    ) -> None:
        """Prepare the loop; `run` does the work.

        Args:
            plan: The slots.
            parts: The requests that make one row, in the order of their columns.
            engine: A started engine.
            chain: Started screens, or None to keep every valid draft.
            journal: The open journal of this run.
            settings: Attempts and window.
            on_progress: Called after every round of work, at most some dozen times a second.
        """
        self._plan = plan
        self._parts = tuple(parts)
        self._engine = engine
        self._chain = chain
        self._journal = journal
        self._settings = settings
        self._on_progress = on_progress
        self.progress = LoopProgress(planned=plan.n)

        self._active: dict[int, _SlotProgress] = {}
        self._next_slot = 0
        self._head = 0
        self._replay_until = -1
        self._to_send: list[tuple[int, int]] = []
        self._arrived: list[_Arrival] = []
        self._unscreened: list[_Arrival] = []
        self._outcomes: list[Outcome] = []
        self._rejections: list[Rejection] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._job: asyncio.Task[None] | None = None
        self._wake = asyncio.Event()
        self._fatal: EngineError | None = None
        self._stopping = False
        self._started = 0.0
        self._busy_since: float | None = None

    def stop(self) -> None:
        """Ask the loop to end soon; what has arrived is journalled, the rest can be resumed."""
        self._stopping = True
        self._wake.set()

    async def run(self) -> LoopProgress:
        """Settle every slot, or stop early when asked to.

        Raises:
            EngineError: If the engine is lost for good; what was answered is journalled.
            RunDirectoryError: If the journal cannot be written.
        """
        self._started = time.monotonic()
        self._restore()
        next_report = 0.0
        try:
            while self._head < self._plan.n and not self._stopping:
                self._wake.clear()
                self._activate()
                self._send()
                self._journal_arrivals()
                if self._fatal is not None:
                    raise self._fatal
                self._start_screening()
                self._flush()
                now = time.monotonic()
                if now >= next_report:
                    next_report = now + 0.1
                    self._report()
                if not (self._arrived or self._wake.is_set()) and self._head < self._plan.n:
                    await self._sleep()
                else:
                    await asyncio.sleep(0)
        finally:
            await self._wind_down()
        return self.progress

    # -- resuming ----------------------------------------------------------------------------

    def _restore(self) -> None:
        counts = self._journal.count_outcomes()
        self.progress.exported, self.progress.rejected = counts["exported"], counts["rejected"]
        self.progress.failed = counts["failed"]
        self.progress.resumed = sum(counts.values())
        self._replay_until = self._journal.last_attempted_slot()
        # Outcomes are written in slot order, so those that exist are a prefix of the plan.
        self._head = self._next_slot = self.progress.resumed
        if self._chain is not None and self._chain.set_screens:
            self._chain.restore(
                [
                    self._row_draft(self._plan.slot(outcome.slot), outcome.row["fields"])
                    for outcome in self._journal.outcomes("exported")
                ]
            )

    # -- asking ------------------------------------------------------------------------------

    def _activate(self) -> None:
        limit = 4 * self._settings.window + 64
        while (
            self._next_slot < self._plan.n
            and len(self._active) < limit
            and len(self._to_send) < self._settings.window
        ):
            slot = self._plan.slot(self._next_slot)
            self._active[slot.index] = _SlotProgress(slot, [_PartProgress() for _ in self._parts])
            self._next_slot += 1
            for part in self._parts:
                self._ask(slot.index, part.index)

    def _ask(self, slot: int, part: int) -> None:
        if slot <= self._replay_until:
            attempt = self._active[slot].parts[part].attempt
            completion = self._journal.completion(slot, part, attempt)
            if completion is not None:
                self._unscreened.append(_Arrival(slot, part, attempt, completion))
                return
        heapq.heappush(self._to_send, (slot, part))

    def _send(self) -> None:
        while self._to_send and len(self._tasks) < self._settings.window:
            slot, part = heapq.heappop(self._to_send)
            attempt = self._active[slot].parts[part].attempt
            prompt = self._prompt(slot, part)
            request = self._parts[part].request(f"{slot}.{part}.{attempt}", prompt, attempt)
            if self._busy_since is None:
                self._busy_since = time.monotonic()
            task = asyncio.create_task(self._call(slot, part, attempt, request))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _call(self, slot: int, part: int, attempt: int, request: Request) -> None:
        try:
            completion = await self._engine.complete(request)
        except RequestRefused as error:
            self._refused_by_engine(slot, part, attempt, str(error))
        except EngineError as error:
            self._fatal = self._fatal or error
        else:
            if self.progress.first_completion_seconds is None:
                self.progress.first_completion_seconds = time.monotonic() - self._started
            self._arrived.append(_Arrival(slot, part, attempt, completion))
        finally:
            if len(self._tasks) <= 1 and not self._to_send and self._busy_since is not None:
                self.progress.engine_busy_seconds += time.monotonic() - self._busy_since
                self._busy_since = None
            self._wake.set()

    def _refused_by_engine(self, slot: int, part: int, attempt: int, reason: str) -> None:
        progress = self._active[slot].parts[part]
        progress.finished = True
        progress.refused_by_engine = True
        progress.failure = "engine: request refused"
        self.progress.refusals["engine"] += 1
        self._rejections.append(
            Rejection(
                slot, part, attempt, -1, "engine", "request_refused", "", {"why": reason[:300]}
            )
        )

    # -- screening ---------------------------------------------------------------------------

    def _journal_arrivals(self) -> None:
        if not self._arrived:
            return
        arrived, self._arrived = self._arrived, []
        self._journal.commit(attempts=[(a.slot, a.part, a.attempt, a.completion) for a in arrived])
        self._unscreened.extend(arrived)
        for arrival in arrived:
            self.progress.requests += 1
            self.progress.choices += len(arrival.completion.choices)
            self.progress.completion_tokens += sum(c.n_tokens for c in arrival.completion.choices)

    def _start_screening(self) -> None:
        """Screen what has arrived, then settle the head of the line.

        With screens the judging happens in one worker thread, so the loop keeps feeding the
        engine, which computes in a process of its own. The thread only computes: all state of the
        loop is changed here, in the event loop's thread.
        """
        if self._job is not None:
            if not self._job.done():
                return
            # Whatever went wrong in the worker ends the run here instead of leaving it waiting.
            job, self._job = self._job, None
            job.result()
        batch = self._unscreened[:MICRO_BATCH_DRAFTS]
        del self._unscreened[:MICRO_BATCH_DRAFTS]
        work = [(a, self._active[a.slot].slot, self._prompt(a.slot, a.part)) for a in batch]
        if self._chain is None:
            self._apply(self._screen(work))
            self._settle(self._decide(self._finished_run()))
            if self._unscreened:
                self._wake.set()
        elif work or self._head_is_finished():
            self._job = asyncio.create_task(self._screen_in_thread(work))
            self._job.add_done_callback(lambda job: self._wake.set())

    async def _screen_in_thread(self, work: list[_Work]) -> None:
        if work:
            self._apply(await asyncio.to_thread(self._screen, work))
        while self._head_is_finished():
            self._settle(await asyncio.to_thread(self._decide, self._finished_run()))

    def _prompt(self, slot: int, part: int) -> RenderedPrompt:
        progress = self._active[slot].parts[part]
        if progress.prompt is None:
            active = self._active[slot]
            progress.prompt = self._parts[part].render(active.slot, progress.attempt)
        return progress.prompt

    def _screen(self, work: list[_Work]) -> list[_Screened]:
        screened: list[_Screened] = []
        drafts: list[Draft] = []
        origin: list[tuple[int, int, str]] = []
        for arrival, slot, prompt in work:
            entry = _Screened(arrival, [], [])
            screened.append(entry)
            part = self._parts[arrival.part]
            for choice, reading in enumerate(read_choices(part, slot, prompt, arrival.completion)):
                if isinstance(reading, Draft):
                    drafts.append(reading)
                    origin.append((len(screened) - 1, choice, prompt.sha256))
                else:
                    entry.rejections.append(_rejection(arrival, choice, reading))
        results = self._chain.judge(drafts) if self._chain and drafts else None
        for index, (number, choice, prompt_sha256) in enumerate(origin):
            entry = screened[number]
            draft, quality = drafts[index], 0.0
            mended_by: tuple[str, ...] = ()
            if results is not None:
                result = results[index]
                if not result.is_kept:
                    entry.rejections.append(_rejection(entry.arrival, choice, result.verdict))
                    continue
                draft, quality = result.draft, result.quality
                mended_by = tuple(v.stage for v in result.verdicts if v.action == "mend")
            entry.candidates.append(
                _Candidate(choice, entry.arrival.attempt, draft, quality, mended_by, prompt_sha256)
            )
        return screened

    def _apply(self, screened: list[_Screened]) -> None:
        for entry in screened:
            arrival = entry.arrival
            part = self._active[arrival.slot].parts[arrival.part]
            self._rejections.extend(entry.rejections)
            for rejection in entry.rejections:
                self.progress.refusals[rejection.stage] += 1
            if entry.rejections:
                last = entry.rejections[-1]
                part.last_refusal = f"{last.stage}: {last.reason}"
            if entry.candidates:
                part.candidates = sorted(entry.candidates, key=lambda c: (-c.quality, c.choice))
                part.finished = True
            else:
                self._try_again(arrival.slot, arrival.part)

    def _try_again(self, slot: int, part: int) -> None:
        progress = self._active[slot].parts[part]
        progress.candidates = []
        progress.prompt = None
        progress.attempt += 1
        if progress.attempt >= self._settings.max_attempts:
            progress.finished = True
            progress.failure = progress.last_refusal or "engine: no choices"
        else:
            progress.finished = False
            self._ask(slot, part)

    # -- settling, in slot order -------------------------------------------------------------

    def _head_is_finished(self) -> bool:
        head = self._active.get(self._head)
        return head is not None and head.finished

    def _finished_run(self) -> list[_SlotProgress]:
        """Return the finished slots from the head on, up to the first that is still open."""
        run: list[_SlotProgress] = []
        while (state := self._active.get(self._head + len(run))) is not None and state.finished:
            run.append(state)
        return run

    def _decide(self, run: list[_SlotProgress]) -> list[_Decision]:
        """Judge finished slots against the rows before them; stop where one needs another try."""
        decisions: list[_Decision] = []
        for state in run:
            decision = _Decision(state)
            decisions.append(decision)
            if any(part.failure for part in state.parts):
                continue
            left = [list(part.candidates) for part in state.parts]
            while decision.row is None and all(left):
                chosen = [candidates[0] for candidates in left]
                fields: dict[str, Any] = {}
                for candidate in chosen:
                    fields.update(candidate.draft.fields)
                draft = self._row_draft(state.slot, fields)
                verdict = self._chain.commit(draft) if self._chain is not None else _KEPT
                if verdict.action != "reject":
                    decision.row = {
                        "fields": fields,
                        "attempts": sum(part.attempt + 1 for part in state.parts),
                        "prompts": [candidate.prompt_sha256 for candidate in chosen],
                        "mended_by": sorted({stage for c in chosen for stage in c.mended_by}),
                    }
                else:
                    part = self._part_of_field(verdict.field)
                    decision.refused.append((part, left[part].pop(0), verdict))
            if decision.row is None:
                break
        return decisions

    def _settle(self, decisions: list[_Decision]) -> None:
        for decision in decisions:
            state, slot = decision.state, decision.state.slot.index
            for part, candidate, verdict in decision.refused:
                self._rejections.append(
                    Rejection(
                        slot, part, candidate.attempt, candidate.choice, verdict.stage,
                        verdict.reason, verdict.field, verdict.evidence,
                    )
                )  # fmt: skip
                self.progress.refusals[verdict.stage] += 1
                state.parts[part].last_refusal = f"{verdict.stage}: {verdict.reason}"
            failures = [part.failure for part in state.parts if part.failure]
            if decision.row is not None:
                self._close(slot, "exported", "", decision.row)
            elif failures:
                lost = any(part.refused_by_engine for part in state.parts)
                self._close(slot, "failed" if lost else "rejected", failures[0], {})
            else:
                # The last refused candidate was its part's last: that part is asked again. What
                # the other parts lost stays lost, or the same refusals would come back.
                for part, candidate, _ in decision.refused:
                    state.parts[part].candidates.remove(candidate)
                for part, progress in enumerate(state.parts):
                    if not progress.candidates:
                        self._try_again(slot, part)

    def _close(self, slot: int, state: OutcomeState, reason: str, row: dict[str, Any]) -> None:
        self._outcomes.append(Outcome(slot, state, reason, row))
        del self._active[slot]
        self._head += 1
        setattr(self.progress, state, getattr(self.progress, state) + 1)

    def _row_draft(self, slot: Slot, fields: dict[str, Any]) -> Draft:
        return Draft(slot.index, "", slot.attributes, slot.identity, fields)

    def _part_of_field(self, path: str) -> int:
        name = path.split(".", 1)[0]
        for part in self._parts:
            if name in part.field_names:
                return part.index
        return self._parts[-1].index

    # -- housekeeping ------------------------------------------------------------------------

    def _flush(self) -> None:
        if self._outcomes or self._rejections:
            outcomes, self._outcomes = self._outcomes, []
            rejections, self._rejections = self._rejections, []
            self._journal.commit(rejections=rejections, outcomes=outcomes)

    def _report(self) -> None:
        self.progress.seconds = time.monotonic() - self._started
        self.progress.in_flight = len(self._tasks)
        self._on_progress(self.progress)

    async def _sleep(self) -> None:
        try:
            await asyncio.wait_for(self._wake.wait(), timeout=0.25)
        except TimeoutError:
            self._report()

    async def _wind_down(self) -> None:
        if self._job is not None:
            await asyncio.wait({self._job})
        for task in tuple(self._tasks):
            task.cancel()
        if self._tasks:
            await asyncio.wait(set(self._tasks))
        if self._busy_since is not None:
            self.progress.engine_busy_seconds += time.monotonic() - self._busy_since
            self._busy_since = None
        self._journal_arrivals()
        self._flush()
        self._report()


def _rejection(arrival: _Arrival, choice: int, verdict: Verdict) -> Rejection:
    return Rejection(
        arrival.slot, arrival.part, arrival.attempt, choice, verdict.stage, verdict.reason,
        verdict.field, verdict.evidence,
    )  # fmt: skip
