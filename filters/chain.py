"""Runs drafts through the row screens, cheapest first, and hands out the set screens.

`judge` may be called from any thread but from one at a time; its answer for a draft does not
depend on the batch. A screen that fails rejects the draft it failed on: fail closed, and counted.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from .config import FiltersConfig, is_set_screen, row_screen, set_screen
from .near_duplicates import NearDuplicateScreen
from .verdict import Draft, RowScreen, Verdict


@dataclass(frozen=True, slots=True)
class DraftResult:
    """What the row screens made of one draft."""

    draft: Draft
    """The draft as it stands now: mended where a screen mended it."""
    verdict: Verdict
    """The deciding verdict: the rejection, or `keep` with the summed quality."""
    verdicts: tuple[Verdict, ...]
    """The answer of every screen that saw the draft, in order."""

    @property
    def is_kept(self) -> bool:
        """Whether every row screen let the draft pass."""
        return self.verdict.action != "reject"

    @property
    def quality(self) -> float:
        """The sum of the screens' quality; higher is better."""
        return self.verdict.quality


@dataclass(slots=True)
class StageCounts:
    """What one stage did so far; judged = kept + mended + rejected."""

    judged: int = 0
    kept: int = 0
    mended: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    """Rejections by reason."""
    seconds: float = 0.0
    """Time spent in the stage; for the report only, never for a decision."""

    def count(self, verdict: Verdict) -> None:
        """Add one verdict."""
        self.judged += 1
        if verdict.action == "reject":
            self.rejected[verdict.reason] += 1
        elif verdict.action == "mend":
            self.mended += 1
        else:
            self.kept += 1


class ScreenChain:
    """The configured screens in order: row screens in `judge`, set screens for the commit step."""

    def __init__(self, config: FiltersConfig, screens: Sequence[RowScreen] | None = None) -> None:
        """Build the screens of `config`; `screens` puts own row screens in place of its row screens."""
        self._row: list[RowScreen] = (
            list(screens)
            if screens is not None
            else [row_screen(item) for item in config.screens if not is_set_screen(item)]
        )
        self.set_screens: list[NearDuplicateScreen] = [
            set_screen(item) for item in config.screens if is_set_screen(item)
        ]
        """Screens that compare with earlier rows; ask them in slot order, `admit` what is kept."""
        self.counts: dict[str, StageCounts] = {
            screen.stage: StageCounts() for screen in (*self._row, *self.set_screens)
        }
        """Counts by stage, in the order of the stages; set screens are counted by `commit`."""

    def start(self) -> None:
        """Load the models of every screen once; idempotent, may run in a thread beside other work."""
        for screen in (*self._row, *self.set_screens):
            begin = getattr(screen, "start", None)
            if begin is not None:
                begin()

    def judge(self, drafts: Sequence[Draft]) -> list[DraftResult]:
        """Return one result per draft, in order; what a screen rejects goes no further."""
        current = list(drafts)
        verdicts: list[list[Verdict]] = [[] for _ in current]
        alive = list(range(len(current)))
        for screen in self._row:
            counts = self.counts[screen.stage]
            begun = time.perf_counter()
            answers = _ask(screen, [current[index] for index in alive])
            counts.seconds += time.perf_counter() - begun
            passed: list[int] = []
            for index, verdict in zip(alive, answers, strict=True):
                counts.count(verdict)
                verdicts[index].append(verdict)
                if verdict.action == "reject":
                    continue
                if verdict.fields is not None:
                    current[index] = replace(current[index], fields=verdict.fields)
                passed.append(index)
            alive = passed
        return [_result(draft, given) for draft, given in zip(current, verdicts, strict=True)]

    def prepare(self, drafts: Sequence[Draft]) -> None:
        """Do the dear work of the set screens (embedding) for drafts that will be committed."""
        for screen in self.set_screens:
            begun = time.perf_counter()
            screen.prepare(drafts)
            self.counts[screen.stage].seconds += time.perf_counter() - begun

    def commit(self, draft: Draft) -> Verdict:
        """Ask the set screens about the next row in slot order and remember it if all keep it.

        The returned verdict is the rejection or, with the nearest row as evidence, the last keep.
        """
        last = Verdict("keep", "commit")
        for screen in self.set_screens:
            begun = time.perf_counter()
            [last] = _ask_set(screen, draft)
            self.counts[screen.stage].seconds += time.perf_counter() - begun
            self.counts[screen.stage].count(last)
            if last.action == "reject":
                return last
        for screen in self.set_screens:
            screen.admit(draft)
        return last

    def restore(self, drafts: Sequence[Draft]) -> None:
        """Bring the set screens to the state after committing `drafts` (kept rows, slot order)."""
        for screen in self.set_screens:
            screen.prepare(drafts)
            for draft in drafts:
                screen.admit(draft)


def _ask(screen: RowScreen, drafts: Sequence[Draft]) -> list[Verdict]:
    """Ask for a batch; if that fails ask one by one, so that one draft cannot fail the others."""
    if not drafts:
        return []
    try:
        answers = screen.judge(drafts)
        if len(answers) == len(drafts):
            return answers
    # The edge between the run and a screen: the failure is recorded as the draft's rejection.
    except Exception as error:
        if len(drafts) == 1:
            return [_failed(screen.stage, error)]
    if len(drafts) == 1:
        return [_failed(screen.stage, ValueError())]
    return [verdict for draft in drafts for verdict in _ask(screen, [draft])]


def _ask_set(screen: NearDuplicateScreen, draft: Draft) -> list[Verdict]:
    try:
        return [screen.judge(draft)]
    # As above: a row that cannot be compared is not admitted.
    except Exception as error:
        return [_failed(screen.stage, error)]


def _failed(stage: str, error: Exception) -> Verdict:
    return Verdict("reject", stage, "screen_error", "", {"error": type(error).__name__})


def _result(draft: Draft, verdicts: Sequence[Verdict]) -> DraftResult:
    if verdicts and verdicts[-1].action == "reject":
        return DraftResult(draft, verdicts[-1], tuple(verdicts))
    quality = sum(verdict.quality for verdict in verdicts)
    changed = any(verdict.action == "mend" for verdict in verdicts)
    deciding = Verdict(
        "mend" if changed else "keep",
        "chain",
        quality=quality,
        fields=draft.fields if changed else None,
    )
    return DraftResult(draft, deciding, tuple(verdicts))
