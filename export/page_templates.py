"""Templates of the pages and the card: strict names, everything escaped and made visible.

A value that is text passes `visible` before the template engine escapes it, so nothing that a model
or a user's table holds can hide or act. Each page forbids itself scripts and requests.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import lru_cache
from importlib.resources import files
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined, select_autoescape

from .visible_text import visible

_TEMPLATES = (
    "report.html.jinja",
    "scores.html.jinja",
    "population.html.jinja",
    "population_page.html.jinja",
    "card.md.jinja",
)


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Return the template engine: strict names, everything escaped and made visible."""
    made = Environment(
        loader=DictLoader({name: template_text(name) for name in _TEMPLATES}),
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


def template_text(name: str) -> str:
    """Return the text of a file in `templates/`."""
    return files(__package__).joinpath("templates", name).read_text(encoding="utf-8")


def policy_of(style: str) -> str:
    """Return a content security policy that allows this one style sheet and nothing else."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
