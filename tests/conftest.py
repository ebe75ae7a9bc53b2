"""A small run that every test can start: a tiny population, one template, the scripted engine."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

POPULATION: dict[str, Any] = {
    "kind": "declared",
    "name": "tiny",
    "version": "1",
    "locale": "en_US",
    "attributes": [
        {"name": "age", "kind": "integer", "bands": [{"low": 18, "high": 90, "share": 1.0}]},
        {"name": "sex", "kind": "categorical", "shares": {"female": 0.5, "male": 0.5}},
        {"name": "state", "kind": "categorical", "shares": {"Ohio": 0.5, "Texas": 0.5}},
        {
            "name": "city",
            "kind": "categorical",
            "rows": [
                {"when": {"state": "Ohio"}, "shares": {"Columbus": 1.0}},
                {"shares": {"Austin": 1.0}},
            ],
        },
        {"name": "channel", "kind": "categorical", "shares": {"supermarket": 0.7, "online": 0.3}},
    ],
}

TEMPLATE = """\
{% block system %}You describe shoppers.{% endblock %}
{% block user -%}
Describe a {{ age }}-year-old {{ sex }} shopper of {{ city }}, {{ channel }}.{% endblock %}
"""

CONFIG: dict[str, Any] = {
    "name": "tiny_run",
    "seed": 7,
    "plan": {"kind": "personas", "n": 20},
    "population": "population.yaml",
    "parts": [
        {
            "name": "summary",
            "template": "summary.jinja",
            "examples_per_prompt": 0,
            "schema": {
                "type": "object",
                "properties": {"summary": {"type": "string", "minLength": 10, "maxLength": 200}},
                "required": ["summary"],
            },
        }
    ],
    "engine": {"kind": "scripted"},
    "filters": {"screens": []},
}

WriteConfig = Callable[..., Path]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep tests that start vLLM on one worker: two engines at once starve each other."""
    for item in items:
        if item.get_closest_marker("vllm") is not None:
            item.add_marker(pytest.mark.xdist_group("vllm"))


@pytest.fixture
def write_config(tmp_path: Path) -> WriteConfig:
    """Return a function that writes the small configuration, changed by dotted paths."""

    def write(changes: dict[str, Any] | None = None, *, folder: str = "config") -> Path:
        here = tmp_path / folder
        here.mkdir(exist_ok=True)
        documents = {"config": copy.deepcopy(CONFIG), "population": copy.deepcopy(POPULATION)}
        template = TEMPLATE
        for dotted, value in (changes or {}).items():
            if dotted == "template":
                template = value
                continue
            keys = dotted.split(".")
            document: Any = documents["config"]
            if keys[0] == "people":
                document, keys = documents["population"], keys[1:]
            for key in keys[:-1]:
                if isinstance(document, list):
                    document = document[int(key)]
                else:
                    document = document.setdefault(key, {})
            if isinstance(document, list):
                document[int(keys[-1])] = value
            else:
                document[keys[-1]] = value
        (here / "config.yaml").write_text(yaml.safe_dump(documents["config"], sort_keys=False))
        (here / "population.yaml").write_text(
            yaml.safe_dump(documents["population"], sort_keys=False)
        )
        (here / "summary.jinja").write_text(template)
        return here / "config.yaml"

    return write
