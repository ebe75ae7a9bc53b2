"""report.html: one self-contained page that says what was made, and whether it may leave.

Everything a model or a config wrote is escaped twice over: hidden characters become visible
escapes, then the template engine escapes markup. The page forbids itself scripts and any request
by its own content security policy; charts are inline SVG.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from markupsafe import Markup

from ..scoring.row_layout import ID_COLUMN, RowLayout, RowSource
from ..scoring.scorecard import Scorecard
from .config import ExportConfig
from .figures import WaterfallStep, score_gauge, time_bars, waterfall
from .page_templates import environment, plain_name, policy_of, template_text
from .population_page import population_context
from .run_summary import RunSummary

_MOST_CHARS = 1500
_HEADLINE_FACTS = 6
# A word that says nothing without the name of its attribute: `low`, `none`, `yes`.
_BARE_WORDS = frozenset({"low", "medium", "high", "none", "yes", "no", "true", "false", "other"})


@dataclass(frozen=True, slots=True)
class ExamplePersona:
    """One row as a card of the report."""

    row_id: str
    """Its id."""
    name: str
    """Given and family name, or the id."""
    headline: str
    """The first facts in one line."""
    contact: tuple[str, ...]
    """Sanctioned e-mail, phone and address."""
    facts: tuple[tuple[str, str], ...]
    """All attributes as (name, value)."""
    texts: tuple[tuple[str, str], ...]
    """Text fields as (name, text), the longest first."""


def render_report(
    summary: RunSummary,
    scorecard: Scorecard,
    examples: Sequence[ExamplePersona],
    config: ExportConfig,
    *,
    dataset_sha256: str | None,
) -> str:
    """Return the page.

    Args:
        summary: Counts, stages and timings of the run.
        scorecard: Scores and attribute shares.
        examples: Rows to show in full.
        config: Title and description.
        dataset_sha256: Hash over the exported rows; None when the gate refused them.
    """
    style = template_text("report.css")
    judged = [score for score in scorecard.scores if score.passed is not None]
    wall = sum(phase.seconds for phase in summary.phases)
    page = environment().get_template("report.html.jinja")
    population = population_context(scorecard) | {"population_name": summary.population}
    return page.render(
        **population,
        summary=summary,
        scorecard=scorecard,
        config=config,
        examples=examples,
        dataset_sha256=dataset_sha256,
        verdict=verdict_of(summary, scorecard),
        judged=judged,
        n_passed=sum(1 for score in judged if score.passed),
        reported=[score for score in scorecard.scores if score.passed is None],
        steps=(steps := _waterfall_steps(summary)),
        waterfall=waterfall(steps),
        reasons=_reasons(summary),
        gauge=score_gauge,
        phases_bar=time_bars([(phase.name, phase.seconds) for phase in summary.phases]),
        wall_seconds=wall,
        style=Markup(style),
        policy=policy_of(style),
    )


def example_personas(
    rows: RowSource, layout: RowLayout, *, count: int, total: int
) -> list[ExamplePersona]:
    """Return `count` rows, or all if there are fewer, evenly spread over all `total`."""
    shown = min(count, total)
    wanted = {place * total // shown for place in range(shown)}
    found: list[ExamplePersona] = []
    start = 0
    for batch in rows():
        for place in sorted(p for p in wanted if start <= p < start + batch.num_rows):
            row = batch.slice(place - start, 1).select(list(layout.columns)).to_pylist()[0]
            found.append(_persona(row, layout))
        start += batch.num_rows
    return found


def verdict_of(summary: RunSummary, scorecard: Scorecard) -> str:
    """Return `passed`, `refused` or `overridden`."""
    if scorecard.passed:
        return "passed"
    return "overridden" if summary.gate_override is not None else "refused"


def _waterfall_steps(summary: RunSummary) -> list[WaterfallStep]:
    steps = []
    if summary.stages:
        steps.append(WaterfallStep("drafts written", summary.stages[0].judged, 0))
    steps += [WaterfallStep(s.stage, s.kept + s.mended, s.rejected) for s in summary.stages]
    return steps


def _reasons(summary: RunSummary) -> list[tuple[str, str, int]]:
    found = [(s.stage, reason, n) for s in summary.stages for reason, n in s.reasons.items()]
    return sorted(found, key=lambda item: (-item[2], item[0], item[1]))


def _persona(row: dict[str, Any], layout: RowLayout) -> ExamplePersona:
    identity = {name: row[name] or "" for name in layout.identity}
    name = " ".join(identity[part] for part in ("given_name", "family_name") if identity.get(part))
    place = ", ".join(identity[part] for part in ("city", "state") if identity.get(part))
    address_parts = (identity.get("street_address"), place, identity.get("postcode"))
    address = " ".join(part for part in address_parts if part)
    facts = tuple((plain_name(name), _fact(row[name])) for name in layout.attributes)
    headline = [
        f"{label} {value}" if value[:1].isdigit() or value.lower() in _BARE_WORDS else value
        for label, value in facts
        if value and plain_name(label) not in ("city", "state")
    ]
    texts = [(plain_name(name), (row[name] or "")[:_MOST_CHARS]) for name in layout.texts]
    return ExamplePersona(
        row_id=str(row[ID_COLUMN]),
        name=name or str(row[ID_COLUMN]),
        headline=" · ".join(headline[:_HEADLINE_FACTS]),
        contact=tuple(
            part for part in (identity.get("email"), identity.get("phone"), address) if part
        ),
        facts=facts,
        texts=tuple(texts),
    )


def _fact(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.2f}"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def column_table(schema: pa.Schema, layout: RowLayout) -> list[tuple[str, str, str]]:
    """Return (name, type, role) of each exported column, for the card."""
    return [(field.name, str(field.type), layout.role_of(field.name)) for field in schema]
