"""Progress of one long step on standard error: a bar in a terminal, a line per tenth elsewhere."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Any


class StepProgress:
    """Shows how far a step is; use it as a context."""

    def __init__(self, *, shown: bool) -> None:
        """Prepare the display.

        Args:
            shown: False shows nothing.
        """
        self._bar: Any = None
        self._task: Any = None
        if shown and sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

            self._bar = Progress(
                TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(),
                console=Console(stderr=True), transient=True,
            )  # fmt: skip
        self._plain = shown and self._bar is None
        self._tenths = -1

    def show(self, text: str, share: float) -> None:
        """Say what is being done and the share of the work behind it, 0 to 1."""
        if self._bar is not None:
            self._bar.update(self._task, completed=share, description=text)
        elif self._plain and int(share * 10) > self._tenths:
            self._tenths = int(share * 10)
            sys.stderr.write(f"{share:.0%} {text}\n")
            sys.stderr.flush()

    def __enter__(self) -> StepProgress:
        """Start the display."""
        if self._bar is not None:
            self._bar.start()
            self._task = self._bar.add_task("", total=1.0)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop the display."""
        if self._bar is not None:
            self._bar.stop()
