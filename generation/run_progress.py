"""What a person or a machine sees while a run goes on: a live panel, JSON lines, or nothing."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Any, Protocol

import orjson

from .run_loop import LoopProgress


class Watcher(Protocol):
    """Receives the phases of a run and the progress of its loop."""

    def phase(self, name: str, note: str = "") -> None:
        """A phase begins: `engine`, `generate`, `score`, `export`."""
        ...

    def progress(self, progress: LoopProgress) -> None:
        """The loop has moved on."""
        ...

    def __enter__(self) -> Watcher: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


class QuietWatcher:
    """Shows nothing."""

    def phase(self, name: str, note: str = "") -> None:
        """Ignore the phase."""

    def progress(self, progress: LoopProgress) -> None:
        """Ignore the progress."""

    def __enter__(self) -> QuietWatcher:
        """Start showing nothing."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop."""


class JsonLinesWatcher(QuietWatcher):
    """Writes one JSON object per event to standard output, at most one progress line a second."""

    def __init__(self) -> None:
        self._next = 0.0

    def phase(self, name: str, note: str = "") -> None:
        """Write a phase event."""
        write_json_line({"event": "phase", "phase": name, "note": note})

    def progress(self, progress: LoopProgress) -> None:
        """Write a progress event when the last one is a second old or the plan is settled."""
        now = time.monotonic()
        if now < self._next and progress.settled < progress.planned:
            return
        self._next = now + 1.0
        write_json_line({"event": "progress", **progress_numbers(progress)})


class PanelWatcher(QuietWatcher):
    """A live panel on standard error: bar, rates, ETA, refusals by stage."""

    def __init__(self) -> None:
        from rich.console import Console

        self._console = Console(stderr=True)
        self._live: Any = None
        self._last: LoopProgress | None = None

    def phase(self, name: str, note: str = "") -> None:
        """Print the phase as a line above the panel."""
        self._console.print(f"[bold]{name}[/bold] [dim]{note}[/dim]", highlight=False)

    def progress(self, progress: LoopProgress) -> None:
        """Redraw the panel."""
        from rich.live import Live

        if self._live is None:
            self._live = Live(
                console=self._console, refresh_per_second=4, transient=not self._console.is_terminal
            )
            self._live.start()
        if self._console.is_terminal:
            self._live.update(_panel(progress))
        self._last = progress
        if progress.settled >= progress.planned:
            self._stop()

    def _stop(self) -> None:
        if self._live is not None:
            if self._last is not None:
                self._live.update(_panel(self._last))
            self._live.stop()
            self._live = None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave the last state of the panel on the screen."""
        self._stop()


def progress_numbers(progress: LoopProgress) -> dict[str, Any]:
    """Return the figures of a progress report as plain numbers."""
    seconds = max(progress.seconds, 1e-9)
    done_here = progress.settled - progress.resumed
    rate = done_here / seconds
    left = progress.planned - progress.settled
    return {
        "planned": progress.planned,
        "exported": progress.exported,
        "rejected": progress.rejected,
        "failed": progress.failed,
        "resumed": progress.resumed,
        "in_flight": progress.in_flight,
        "requests": progress.requests,
        "choices": progress.choices,
        "refusals": dict(sorted(progress.refusals.items())),
        "rows_per_second": round(rate, 3),
        "tokens_per_second": round(progress.completion_tokens / seconds, 1),
        "eta_seconds": round(left / rate, 1) if rate > 0 else None,
        "seconds": round(progress.seconds, 1),
    }


def write_json_line(event: dict[str, Any]) -> None:
    """Write one JSON object as a line on standard output."""
    sys.stdout.write(orjson.dumps(event).decode() + "\n")
    sys.stdout.flush()


def _panel(progress: LoopProgress) -> Any:
    from rich.console import Group
    from rich.progress_bar import ProgressBar
    from rich.table import Table
    from rich.text import Text

    numbers = progress_numbers(progress)
    head = Table.grid(padding=(0, 2))
    head.add_column(justify="right")
    head.add_column(width=40)
    head.add_column()
    eta = numbers["eta_seconds"]
    head.add_row(
        f"{progress.settled}/{progress.planned} rows",
        ProgressBar(total=progress.planned, completed=progress.settled, width=40),
        f"{numbers['rows_per_second']:.2f} rows/s   {numbers['tokens_per_second']:.0f} tokens/s   "
        + ("" if eta is None else f"ETA {int(eta) // 60}:{int(eta) % 60:02d}"),
    )
    refused = sum(progress.refusals.values())
    judged = max(progress.choices, 1)
    stages = ", ".join(f"{stage} {count}" for stage, count in progress.refusals.most_common())
    line = Text(
        f"{progress.choices} candidates answered, {refused} refused "
        f"({100 * refused / judged:.0f} %){': ' + stages if stages else ''}; "
        f"{progress.in_flight} in flight",
        style="dim",
    )
    return Group(head, line)
