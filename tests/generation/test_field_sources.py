"""Every text names the facts it was written from, and its template was shown no others."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import yaml
from populace.export.verify import verify_run
from populace.generation.config import load_config
from populace.generation.preparation import Prepared, prepare
from populace.generation.run import RunOptions, execute
from populace.personas import read_personas

from ..conftest import WriteConfig

RETAIL = Path(__file__).parents[2] / "configs" / "retail_personas.yaml"

SUMMARY = """\
{% set place = city if channel == "supermarket" else "home" %}
{% block system %}You describe shoppers.{% endblock %}
{% block user -%}
{{ given_name }} shops at {{ place }}, row {{ slot }}.{% if age is defined %} Known.{% endif %}
{%- for word in ["a", "b"] %}{{ word }}{% endfor %}{% endblock %}
"""
"""Looks up age, channel, city and given_name; `slot`, `place` and `word` are no facts."""

QUOTE = "{% block user %}Quote of a {{ sex }}.{% endblock %}"


@pytest.fixture(name="prepared")
def _prepared(write_config: WriteConfig) -> Prepared:
    path = write_config({"template": SUMMARY})
    (path.parent / "quote.jinja").write_text(QUOTE)
    config = yaml.safe_load(path.read_text())
    schema = {
        "type": "object",
        "properties": {"quote": {"type": "string", "minLength": 10, "maxLength": 200}},
        "required": ["quote"],
    }
    config["parts"].append({"name": "quote", "template": "quote.jinja", "schema": schema})
    path.write_text(yaml.safe_dump(config))
    return prepare(load_config(path))


def test_an_exported_run_lists_exactly_the_variables_of_each_template(
    prepared: Prepared, tmp_path: Path
) -> None:
    expected = {"summary": ["age", "channel", "city", "given_name"], "quote": ["sex"]}
    result = execute(
        prepared, RunOptions(tmp_path / "run", override="random words, to see the files")
    )
    assert result.exported == 20
    manifest = json.loads((tmp_path / "run/manifest.json").read_text())
    assert manifest["field_sources"] == expected
    schema = pq.read_schema(next((tmp_path / "run/data").glob("*.parquet")))
    found = {
        field.name: json.loads(field.metadata[b"sources"])
        for field in schema
        if b"sources" in (field.metadata or {})
    }
    assert found == expected
    card = (tmp_path / "run/README.md").read_text()
    assert "| quote | sex |" in card
    assert r"| summary | age, channel, city, given\_name |" in card
    croissant = json.loads((tmp_path / "run/croissant.json").read_text())
    described = {f["name"]: f.get("description") for f in croissant["recordSet"][0]["field"]}
    assert described["quote"] == "Written from: sex."
    assert described["age"] is None
    verify_run(tmp_path / "run")


def test_a_template_is_shown_its_sources_and_nothing_else(prepared: Prepared) -> None:
    """Altering or removing every other fact changes no prompt; altering a source does."""
    slot = prepared.plan.slot(3)
    known: dict[str, Any] = {**slot.attributes, **slot.identity}
    for part in prepared.parts:
        full = part.render(slot, 0)
        only = {name: known[name] for name in part.sources}
        assert part.render(replace(slot, attributes=only, identity={}), 0) == full
        others = {name: "something else" for name in known if name not in part.sources}
        altered = replace(slot, attributes={**known, **others}, identity={**known, **others})
        assert part.render(altered, 0) == full
    for part, printed in zip(prepared.parts, ("given_name", "sex"), strict=True):
        changed = {**known, printed: "another"}
        altered = replace(slot, attributes=changed, identity=changed)
        assert part.render(altered, 0) != part.render(slot, 0)


def test_every_text_of_the_shipped_configuration_has_sources_that_exist() -> None:
    prepared = prepare(load_config(RETAIL))
    known = {*prepared.plan.population.attribute_types, "given_name", "city", "state"}
    assert tuple(prepared.field_sources) == prepared.text_fields
    for part in prepared.parts:
        for name in part.schema.original["properties"]:
            sources = prepared.field_sources[name]
            assert set(sources) == part.template.variables
            assert sources
            assert set(sources) <= known


def test_a_scripted_run_of_the_shipped_configuration_reads_back_as_personas(
    tmp_path: Path,
) -> None:
    """Every text, with exactly the variables of its template, on people that fit the schema."""
    overrides = {
        "plan.n": 25,
        "engine": {"kind": "scripted"},
        "filters.screens": [],
    }
    prepared = prepare(load_config(RETAIL, overrides=overrides))
    execute(prepared, RunOptions(tmp_path / "run", override="random words, to see the files"))
    personas = list(read_personas(tmp_path / "run"))
    assert [persona.slot for persona in personas] == list(range(25))
    for persona in personas:
        assert persona.id == prepared.plan.row_id(persona.slot)
        assert persona.narrative.by_field().keys() == set(prepared.text_fields)
        assert persona.provenance.field_sources == prepared.field_sources
        assert len(persona.provenance.prompt_sha256) == len(prepared.parts)
        assert persona.provenance.model == "scripted"
        slot = prepared.plan.slot(persona.slot)
        prompts = [part.render(slot, 0).sha256 for part in prepared.parts]
        assert list(persona.provenance.prompt_sha256) == prompts
