"""A few rows on the screen, through the same loop and screens as a real run, kept nowhere."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from .config import command_overrides, load_config
from .journal import Journal
from .preparation import Prepared, prepare
from .row_batches import RowBatches
from .run import RunOptions, execute
from .run_progress import PanelWatcher, QuietWatcher, write_json_line


def show_preview(
    config: Path,
    *,
    rows: int,
    seed: int | None,
    model: str | None,
    engine: str | None,
    json: bool,
) -> None:
    """Write `rows` rows of a configuration and print them.

    Three attempts at most: a preview shows the taste of a configuration, not its best rows.

    Raises:
        PopulaceError: As a run does.
    """
    overrides: dict[str, Any] = {"plan.n": rows, "loop.max_attempts": 3}
    overrides |= command_overrides(seed=seed, engine=engine, model=model)
    prepared = prepare(load_config(config, overrides=overrides))
    with tempfile.TemporaryDirectory(prefix="populace-preview-") as folder:
        directory = Path(folder) / "run"
        with QuietWatcher() if json else PanelWatcher() as watcher:
            execute(prepared, RunOptions(directory, export=False), watcher)
        journal = Journal(directory / "journal.sqlite")
        try:
            _print_rows(prepared, journal, json=json)
        finally:
            journal.close()


def _print_rows(prepared: Prepared, journal: Journal, *, json: bool) -> None:
    batches = RowBatches(prepared, journal, model=journal.meta("model") or "unknown")
    shown = 0
    for batch in batches.rows():
        for row in batch.to_pylist():
            shown += 1
            if json:
                write_json_line(row)
            else:
                _print_card(row, batches)
    counts = journal.count_rejections()
    missing = prepared.plan.n - shown
    if json:
        return
    from rich.console import Console

    reasons = ", ".join(f"{stage}/{reason} {n}" for (stage, reason), n in sorted(counts.items()))
    Console().print(
        f"{shown} of {prepared.plan.n} rows; {sum(counts.values())} candidates refused"
        + (f" ({reasons})" if reasons else "")
        + (f"; {missing} rows found no candidate in three attempts" if missing else ""),
        markup=False,
        highlight=False,
        style="dim",
    )


def _print_card(row: dict[str, Any], batches: RowBatches) -> None:
    from rich.console import Console, Group
    from rich.panel import Panel
    from rich.text import Text

    layout = batches.layout
    name = " ".join(str(row.get(key, "")) for key in ("given_name", "family_name"))
    facts = "  ".join(
        f"{key.replace('_', ' ')}: {row[key]}" for key in layout.attributes if row[key] is not None
    )
    texts = [Text(f"{key}: {_printable(str(row[key]))}") for key in layout.texts]
    contact = " · ".join(str(row[key]) for key in ("email", "phone", "postcode") if key in row)
    body = Group(Text(contact, style="cyan"), Text(facts, style="dim"), Text(""), *texts)
    Console().print(Panel(body, title=Text(f"{name}  {row['id']}"), title_align="left"))


def _printable(text: str) -> str:
    """Show control characters as escapes, so that model output cannot drive the terminal."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
