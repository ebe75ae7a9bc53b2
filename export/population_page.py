"""The population page: what the report shows of a set as people, and the same page on its own.

Baselines, heat map, telling columns, spreads and shares come ready from scoring; here they only
become figures and words.
"""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from ..scoring.scorecard import AttributeShares, Scorecard
from .figures import HEAT_LEVELS, attribute_bars, heat_map, score_gauge, spread_bars
from .page_templates import environment, policy_of, template_text


def population_context(scorecard: Scorecard) -> dict[str, Any]:
    """Return what the population part of a page needs."""
    detail = scorecard.population
    attributes = sorted(scorecard.attributes, key=_severity, reverse=True)
    shown_map = detail is not None and len(detail.map_attributes) > 1
    return {
        "population": detail,
        "population_name": "",
        "attributes": [(shares, attribute_bars(shares)) for shares in attributes],
        "heat": heat_map(detail.map_attributes, detail.map_ratios)
        if shown_map and detail
        else None,
        "heat_levels": list(enumerate(HEAT_LEVELS)),
        "spreads": spread_bars(detail.spreads) if detail and detail.spreads else None,
        "gives_away": any(score.name == "population_classifier_auc" for score in scorecard.failed),
    }


def render_population_page(scorecard: Scorecard, *, subject: str) -> str:
    """Return a page that holds nothing but the population part.

    Args:
        scorecard: Made by a comparison; has `population`.
        subject: What was compared: a file's name.
    """
    if scorecard.population is None:
        raise ValueError("the scorecard has no population part; compare the set first")
    style = template_text("report.css")
    judged = [score for score in scorecard.scores if score.passed is not None]
    return (
        environment()
        .get_template("population_page.html.jinja")
        .render(
            **population_context(scorecard),
            scorecard=scorecard,
            subject=subject,
            judged=judged,
            n_passed=sum(1 for score in judged if score.passed),
            gauge=score_gauge,
            style=Markup(style),
            policy=policy_of(style),
        )
    )


def _severity(shares: AttributeShares) -> float:
    room = shares.limit - shares.floor
    return (shares.total_variation - shares.floor) / room if room > 0 else 0.0
