"""What is printed when a run has ended: where things are, how it went, what to do next."""

from __future__ import annotations

import sys

from .run import COMPLETE, INTERRUPTED, SHORTFALL, RunResult
from .run_progress import write_json_line


def print_result(result: RunResult, *, quiet: bool, json: bool) -> None:
    """Print the end of a run as JSON, as a few lines, or not at all."""
    if json:
        write_json_line(
            {
                "event": "result",
                "exit_code": result.exit_code,
                "directory": str(result.directory),
                "planned": result.planned,
                "exported": result.exported,
                "rejected": result.rejected,
                "failed": result.failed,
                "gate": None if result.scorecard is None else result.scorecard.passed,
                "phases": {phase.name: phase.seconds for phase in result.phases},
            }
        )
        return
    if quiet:
        return
    write = sys.stdout.write
    if result.already_complete:
        write(
            f"{result.directory}: already complete, {result.exported} of {result.planned} rows. "
            "Use --again to make it again.\n"
        )
    elif result.exit_code == INTERRUPTED:
        settled = result.exported + result.rejected + result.failed
        write(
            f"Interrupted with {settled} of {result.planned} rows settled; nothing is lost. "
            f"Go on with the same command or `populace resume {result.directory}`.\n"
        )
        return
    elif result.gate_message:
        write(f"{result.gate_message}\n")
    elif result.exit_code in (COMPLETE, SHORTFALL):
        write(f"{result.exported} of {result.planned} rows exported to {result.directory}/data/\n")
    if result.exit_code == SHORTFALL:
        write(
            f"Shortfall of {result.planned - result.exported}: {result.rejected} rejected after "
            f"all attempts, {result.failed} failed; rejected.parquet names the reasons.\n"
        )
    if result.phases:
        phases = ", ".join(f"{phase.name} {phase.seconds:.1f} s" for phase in result.phases)
        write(f"Time: {phases}\n")
    write(f"Report: {result.directory / 'report.html'}\n")
