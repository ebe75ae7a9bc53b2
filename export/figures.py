"""Charts of the report as SVG text, drawn here so that the page needs no script.

Each function takes numbers and labels and returns markup in which every label is escaped. Colours
and fonts are classes of the page's style sheet, so light, dark and print share one drawing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from ..scoring.population_detail import SpreadLine
from ..scoring.scorecard import AttributeShares, Score
from .visible_text import visible

# What fits beside the bars at the font size of the style sheet.
_LABEL_CHARS = 21
_SHOWN_BINS = 12
_ROW = 19
HEAT_LEVELS = ("chance", "over 1.5 ×", "over 2 ×", "over 3 ×", "over 5 × chance")
"""Levels of the heat map, in words; the first is what chance shows."""
_HEAT_STEPS = (1.5, 2.0, 3.0, 5.0)


@dataclass(frozen=True, slots=True)
class WaterfallStep:
    """One bar of the waterfall."""

    label: str
    """Name of the stage."""
    remaining: int
    """Drafts left after it."""
    lost: int
    """Drafts that ended here."""


def attribute_bars(shares: AttributeShares) -> Markup:
    """Return the declared shares of one attribute as outlines and the sampled ones as bars."""
    bins = list(zip(shares.labels, shares.declared, shares.sampled, strict=True))
    rest = bins[_SHOWN_BINS - 1 :] if len(bins) > _SHOWN_BINS else []
    bins = bins[: len(bins) - len(rest)]
    largest = max((max(declared, sampled) for _, declared, sampled in bins), default=0.0) or 1.0
    left, right, width = 158, 46, 430
    room = width - left - right
    parts: list[Markup] = []
    for row, (label, declared, sampled) in enumerate(bins):
        top = row * _ROW + 2
        parts.append(
            Markup(
                '<text class="label" x="{x}" y="{y}" text-anchor="end">{label}</text>'
                '<rect class="sampled" x="{left}" y="{bar}" width="{w:.1f}" height="9" rx="1.5"/>'
                '<line class="declared" x1="{d:.1f}" x2="{d:.1f}" y1="{a}" y2="{b}"/>'
                '<text class="number" x="{right}" y="{y}" text-anchor="end">{share}</text>'
            ).format(
                x=left - 9,
                y=top + 11,
                label=_short(label),
                left=left,
                bar=top + 3,
                w=room * sampled / largest,
                d=left + room * declared / largest,
                a=top + 0.5,
                b=top + 14.5,
                right=width,
                share=_percent(sampled),
            )
        )
    if rest:
        # The rest together would dwarf every single value, so it is told, not drawn.
        parts.append(
            Markup('<text class="number" x="{x}" y="{y}">{n} more values: {share}</text>').format(
                x=left,
                y=len(bins) * _ROW + 13,
                n=len(rest),
                share=_percent(sum(sampled for _, _, sampled in rest)),
            )
        )
    height = (len(bins) + bool(rest)) * _ROW + 4
    return _svg(width, height, f"Shares of {shares.attribute}", parts)


def waterfall(steps: Sequence[WaterfallStep]) -> Markup:
    """Return a bar per stage: what is left, and beside it what ended there."""
    total = max((step.remaining + step.lost for step in steps), default=0) or 1
    left, right, width, height = 150, 120, 984, 34
    room = width - left - right
    parts: list[Markup] = []
    for row, step in enumerate(steps):
        top = row * height
        kept = room * step.remaining / total
        lost = room * step.lost / total
        parts.append(
            Markup(
                '<text class="stage" x="{x}" y="{y}" text-anchor="end">{label}</text>'
                '<rect class="track" x="{left}" y="{bar}" width="{room}" height="18" rx="2"/>'
                '<rect class="kept" x="{left}" y="{bar}" width="{kept:.1f}" height="18" rx="2"/>'
                '<rect class="lost" x="{start:.1f}" y="{bar}" width="{lost:.1f}" height="18"/>'
                '<text class="count" x="{number}" y="{y}">{remaining}</text>'
                '<text class="minus" x="{end}" y="{y}" text-anchor="end">{minus}</text>'
            ).format(
                x=left - 12,
                y=top + 21,
                label=_short(step.label),
                left=left,
                bar=top + 7,
                room=room,
                kept=kept,
                start=left + kept,
                lost=lost,
                number=left + room + 12,
                remaining=f"{step.remaining:,}",
                end=width,
                minus=f"\u2212{step.lost:,}" if step.lost else "",
            )
        )
    return _svg(width, len(steps) * height + 4, "Drafts left after each stage", parts)


def score_gauge(score: Score) -> Markup:
    """Return a small scale: the passing range, the interval, the sampling floor and the value."""
    if score.threshold is None:
        return Markup("")
    band = score.threshold if isinstance(score.threshold, tuple) else None
    limit = band[1] if band else float(score.threshold)  # type: ignore[arg-type]  # not a tuple
    ends = [limit, score.value, *(end for end in (score.high, score.floor) if end is not None)]
    largest = max(ends) * 1.15 or 1.0
    if score.direction == "at_least" and limit <= 1 and score.value <= 1:
        largest = 1.0
    width, height = 124, 18

    def x(value: float) -> float:
        return 5 + (width - 10) * min(1.0, max(0.0, value / largest))

    start = x(band[0]) if band else x(limit) if score.direction == "at_least" else x(0)
    stop = x(largest) if score.direction == "at_least" else x(limit)
    tone = "good" if score.passed else "bad"
    parts = [
        Markup('<rect class="track" x="5" y="7" width="{w}" height="4" rx="2"/>').format(
            w=width - 10
        ),
        Markup('<rect class="range" x="{a:.1f}" y="7" width="{w:.1f}" height="4" rx="2"/>').format(
            a=start, w=max(0.0, stop - start)
        ),
    ]
    if score.low is not None and score.high is not None:
        parts.append(
            Markup('<line class="interval" x1="{a:.1f}" x2="{b:.1f}" y1="9" y2="9"/>').format(
                a=x(score.low), b=x(score.high)
            )
        )
    if score.floor is not None:
        parts.append(
            Markup('<line class="floor" x1="{a:.1f}" x2="{a:.1f}" y1="3" y2="15"/>').format(
                a=x(score.floor)
            )
        )
    parts.append(
        Markup('<circle class="{tone}" cx="{a:.1f}" cy="9" r="4"/>').format(
            tone=tone, a=x(score.value)
        )
    )
    return _svg(width, height, f"{score.title}: {score.value:.4g}", parts)


def time_bars(times: Sequence[tuple[str, float]]) -> Markup:
    """Return one stacked bar of wall time by phase."""
    total = sum(seconds for _, seconds in times) or 1.0
    width, start = 984.0, 0.0
    parts: list[Markup] = []
    for index, (name, seconds) in enumerate(times):
        size = width * seconds / total
        parts.append(
            Markup(
                '<rect class="phase phase-{i}" x="{a:.1f}" y="0" width="{w:.1f}" height="22">'
                "<title>{name}: {seconds:.1f} s</title></rect>"
            ).format(
                i=index % 6, a=start, w=max(0.5, size - 1), name=visible(name), seconds=seconds
            )
        )
        start += size
    return _svg(int(width), 22, "Wall time by phase", parts)


def heat_map(attributes: Sequence[str], ratios: Sequence[Sequence[float]]) -> Markup:
    """Return the pairs of attributes as squares, one path per level so that the page stays small.

    Args:
        attributes: Names, in order.
        ratios: Row i holds the distance of the pair over its floor for each attribute before i.
    """
    size, left, top = 20, 158, 4
    paths: dict[int, list[str]] = {}
    for row, line in enumerate(ratios):
        for column, ratio in enumerate(line):
            level = sum(ratio > step for step in _HEAT_STEPS)
            x, y = left + column * size, top + row * size
            paths.setdefault(level, []).append(f"M{x} {y}h{size - 2}v{size - 2}h{2 - size}z")
    parts = [
        Markup('<path class="heat-{level}" d="{d}"/>').format(level=level, d="".join(found))
        for level, found in sorted(paths.items())
    ]
    for place, name in enumerate(attributes):
        y = top + place * size + 14
        parts.append(
            Markup('<text class="label" x="{x}" y="{y}" text-anchor="end">{name}</text>').format(
                x=left - 9, y=y, name=_short(name)
            )
        )
        parts.append(
            Markup('<text class="number" x="{x}" y="{y}">{name}</text>').format(
                x=left + place * size + 3, y=y, name=_short(name)
            )
        )
    # The last name on the diagonal needs room on the right.
    width = left + len(attributes) * size + 132
    return _svg(width, top + len(attributes) * size + 4, "Distance of pairs over chance", parts)


def spread_bars(spreads: Sequence[SpreadLine]) -> Markup:
    """Return the variance ratio of each number with its interval, on a logarithmic scale."""
    left, right, width = 158, 60, 640
    room = width - left - right
    low, high = math.log(0.25), math.log(4.0)

    def x(ratio: float) -> float:
        return left + room * (min(high, max(low, math.log(max(ratio, 1e-9)))) - low) / (high - low)

    height = len(spreads) * _ROW
    parts = []
    for tick in (0.25, 0.5, 1.0, 2.0, 4.0):
        parts.append(
            Markup(
                '<line class="{kind}" x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{bottom}"/>'
                '<text class="number" x="{x:.1f}" y="{y}" text-anchor="middle">{tick:g}</text>'
            ).format(
                kind="declared" if tick == 1 else "grid",
                x=x(tick),
                bottom=height,
                y=height + 15,
                tick=tick,
            )
        )
    for row, line in enumerate(spreads):
        middle = row * _ROW + 9
        tone = "good" if line.low <= 1.0 <= line.high or 0.85 <= line.ratio <= 1.15 else "bad"
        parts.append(
            Markup(
                '<text class="label" x="{label}" y="{y}" text-anchor="end">{name}</text>'
                '<line class="interval" x1="{a:.1f}" x2="{b:.1f}" y1="{m}" y2="{m}"/>'
                '<circle class="{tone}" cx="{c:.1f}" cy="{m}" r="4"/>'
                '<text class="number" x="{end}" y="{y}" text-anchor="end">{ratio:.2f}</text>'
            ).format(
                label=left - 9, y=middle + 4, name=_short(line.attribute), a=x(line.low),
                b=x(line.high), m=middle, tone=tone, c=x(line.ratio), end=width, ratio=line.ratio,
            )
        )  # fmt: skip
    return _svg(width, height + 20, "Variance over that of the reference", parts)


def _short(label: str) -> str:
    text = visible(label.replace("_", " "))
    return text if len(text) <= _LABEL_CHARS else text[: _LABEL_CHARS - 1].rstrip() + "…"


def _percent(share: float) -> str:
    return "0" if share == 0 else "<0.1 %" if share < 0.001 else f"{100 * share:.1f} %"


def _svg(width: int, height: int, title: str, parts: Sequence[Markup]) -> Markup:
    return Markup(
        '<svg class="figure" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img" '
        'aria-label="{title}">{body}</svg>'
    ).format(w=width, h=height, title=escape(visible(title)), body=Markup("").join(parts))
