"""report.html: one self-contained page that says what was made, and whether it may leave.

Everything a model or a config wrote is escaped twice over: hidden characters become visible
escapes, then the template engine escapes markup. The page forbids itself scripts and any request
by its own content security policy; charts are inline SVG.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import pyarrow as pa
from jinja2 import DictLoader, Environment, StrictUndefined, select_autoescape
from markupsafe import Markup

from ..scoring.row_layout import ID_COLUMN, RowLayout, RowSource
from ..scoring.scorecard import Scorecard
from .config import ExportConfig
from .figures import WaterfallStep, attribute_bars, score_gauge, time_bars, waterfall
from .run_summary import RunSummary
from .visible_text import visible

_TEMPLATES = ("report.html.jinja", "report.css", "card.md.jinja")
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
    style = _template_text("report.css")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    judged = [score for score in scorecard.scores if score.passed is not None]
    wall = sum(phase.seconds for phase in summary.phases)
    page = environment().get_template("report.html.jinja")
    return page.render(
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
        attributes=[(shares, attribute_bars(shares)) for shares in scorecard.attributes],
        gauge=score_gauge,
        phases_bar=time_bars([(phase.name, phase.seconds) for phase in summary.phases]),
        wall_seconds=wall,
        style=Markup(style),
        policy=f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; "
        "form-action 'none'",
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


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Return the template engine: strict names, everything escaped and made visible."""
    made = Environment(
        loader=DictLoader({name: _template_text(name) for name in _TEMPLATES}),
        autoescape=select_autoescape(enabled_extensions=("html", "html.jinja"), default=False),
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {"number": number, "words": plain_name, "duration": duration, "cell": _cell}
    return made


def number(value: float) -> str:
    """Return a score's value as a reader expects it: counts whole, ratios with three digits."""
    if float(value).is_integer():
        return f"{int(value):,}"
    digits = 3 if abs(value) < 10 else 1 if abs(value) < 1000 else 0
    return f"{value:,.{digits}f}"


def duration(seconds: float) -> str:
    """Return a time in words: `0.4 s`, `3 min 20 s`, `2 h 5 min`."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"


def plain_name(name: str) -> str:
    """Return a column's name as words."""
    return name.replace("_", " ").strip()


def _finalize(value: Any) -> Any:
    return visible(value) if type(value) is str else value


def _cell(text: str) -> str:
    # One cell of a Markdown table: nothing that ends the cell, starts markup or spans lines.
    return re.sub(r"([\\`*_\[\]<>|!#])", r"\\\1", " ".join(visible(text).split()))


def _template_text(name: str) -> str:
    return files(__package__).joinpath("templates", name).read_text(encoding="utf-8")


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
