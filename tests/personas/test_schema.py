"""The persona id and the persona schema: every sampled row fits, every wrong value is refused."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from populace.personas import Persona, persona_id, sample_identities
from populace.personas.errors import PersonaError
from populace.personas.persona_household import child_ages
from populace.personas.persona_traits import TRAITS
from populace.personas.population import Population
from populace.personas.safe_yaml import load_yaml
from populace.personas.schema import SCHEMA_VERSION, typed_attributes
from pydantic import ValidationError

POPULATIONS = Path(__file__).parents[2] / "configs" / "populations"
SEED = 20261122
Row = dict[str, Any]


def sampled_rows(n: int) -> Iterator[Row]:
    """Yield flat rows as a run exports them, without texts."""
    population = Population.from_file(POPULATIONS / "retail_us.yaml")
    people = population.sample(SEED, 0, n)
    identities = sample_identities(people, seed=SEED, start=0)
    pairs = zip(people.to_pylist(), identities.to_pylist(), strict=True)
    for slot, (person, identity) in enumerate(pairs):
        row_id = persona_id(population.sha256, SEED, slot)
        yield {"id": row_id, "slot": slot, **person, **identity}


@pytest.fixture(scope="module", name="rows")
def _rows() -> list[Row]:
    return list(sampled_rows(2_000))


@pytest.fixture(name="row")
def _row(rows: list[Row]) -> Row:
    """A married mother of two, so that every part of the household is there."""
    return next(
        dict(row)
        for row in rows
        if row["household"] == "couple with children at home" and row["children"] == 2
    )


def test_an_id_is_the_head_of_a_published_hash() -> None:
    """Worked out with `printf 'abc:7:0' | sha256sum`."""
    assert persona_id("abc", 7, 0) == hashlib.sha256(b"abc:7:0").hexdigest()[:16]


def test_ids_differ_by_population_seed_and_slot() -> None:
    ids = {
        persona_id(p, seed, slot) for p in ("a", "b") for seed in range(20) for slot in range(500)
    }
    assert len(ids) == 2 * 20 * 500


def test_every_sampled_row_is_a_valid_persona(rows: list[Row]) -> None:
    """S1 of the specification, on 2,000 people; benchmarks/persona_schema.py does 10,000."""
    schema = jsonschema.Draft202012Validator(Persona.model_json_schema())
    for row in rows:
        persona = Persona.from_row(row)
        text = persona.model_dump_json()
        assert Persona.model_validate_json(text) == persona
        if persona.slot % 100 == 0:
            schema.validate(json.loads(text))


def test_nothing_of_a_row_is_lost(rows: list[Row]) -> None:
    for row in rows[:200]:
        document = Persona.from_row(row).model_dump()
        flat = [
            (k, v) for part in document.values() if isinstance(part, dict) for k, v in part.items()
        ]
        found = dict(flat)
        found |= {"household": found["kind"], "household_size": found["size"]}
        found |= {"id": document["id"], "slot": document["slot"]}
        for column, value in row.items():
            expected = None if column.endswith("_age") and value == -1 else value
            assert found[column] == expected, column


def test_there_are_sixty_typed_attributes_and_each_is_documented() -> None:
    names = typed_attributes()
    assert len(set(names)) == len(names) >= 60
    document = Persona.model_json_schema()
    for name, model in {"Persona": document, **document["$defs"]}.items():
        for field, declared in model.get("properties", {}).items():
            assert "$ref" in declared or declared.get("description"), (name, field)
    assert document["properties"]["schema_version"]["const"] == SCHEMA_VERSION


def test_members_are_the_people_of_the_columns(row: Row) -> None:
    row |= {"age": 41, "partner_age": 44, "children": 3, "youngest_child": "toddler",
            "youngest_child_age": 3, "oldest_child_age": 12, "other_people": 0,
            "household_size": 5}  # fmt: skip
    members = Persona.from_row(row).household.members
    assert [(m.role, m.age) for m in members] == [
        ("self", 41), ("partner", 44), ("child", 12), ("child", 8), ("child", 3)
    ]  # fmt: skip


def test_parents_and_relatives_are_told_apart(rows: list[Row]) -> None:
    row = next(r for r in rows if r["household"] == "with parents" and r["other_people"] == 3)
    roles = [member.role for member in Persona.from_row(row).household.members]
    assert roles == ["self", "parent", "parent", "relative"]


@given(st.integers(1, 8), st.integers(0, 17), st.integers(0, 17))
def test_ages_of_children_run_from_the_oldest_to_the_youngest(n: int, one: int, other: int) -> None:
    low, high = sorted((one, other))
    low = high if n == 1 else low
    ages = child_ages(n, low, high)
    assert len(ages) == n
    assert ages[0] == high
    assert ages[-1] == low
    assert ages == sorted(ages, reverse=True)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"age": 17}, "person.age: Input should be greater than or equal to 18"),
        ({"age": "41"}, "person.age: Input should be a valid integer"),
        ({"sex": "unknown"}, "person.sex: Input should be 'female' or 'male'"),
        ({"openness": 81}, "psychographics.openness: Input should be less than or equal to 80"),
        ({"openness": True}, "psychographics.openness: Input should be a valid integer"),
        ({"price_elasticity": 0.5}, "price.price_elasticity: Input should be less than 0"),
        ({"last_item_price": float("nan")}, "needs.last_item_price"),
        ({"channel": "bazaar"}, "shopping.channel: Input should be 'supermarket'"),
        ({"id": "17"}, "id: String should match pattern"),
        ({"weight": 0.0}, "weight: Input should be greater than 0"),
        ({"email": "nobody"}, "identity.email: String should match pattern"),
        ({"household_size": 2}, "household: size is not the number of members"),
        ({"partner_age": -1}, "wrong number of members in the role 'partner'"),
        ({"marital_status": "widowed"}, "who is married or lives with a partner has one"),
        ({"children": 0, "household_size": 2}, "household with children"),
        ({"youngest_child_age": 17, "oldest_child_age": 2}, "in order"),
        ({"youngest_child": "none"}, "outside the age group"),
        ({"oldest_child_age": None}, "wrong number of members in the role 'child'"),
        ({"children": 2.5}, "not all whole numbers"),
        ({"age": 25, "oldest_child_age": 16, "youngest_child_age": 15,
          "youngest_child": "teenager"}, "less than 14 years old at birth"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_by_name(row: Row, changes: Row, message: str) -> None:
    with pytest.raises(PersonaError, match=message):
        Persona.from_row(row | changes)


def test_messages_never_hold_a_value(row: Row) -> None:
    secret = "Mx. Very Private"
    for column in ("sex", "age", "channel", "email", "children", "id", "oldest_child_age"):
        with pytest.raises(PersonaError, match=r"schema|columns") as refused:
            Persona.from_row(row | {column: secret})
        assert secret not in str(refused.value)


def test_missing_columns_are_all_named(row: Row) -> None:
    for name in ("openness", "partner_age", "channel"):
        del row[name]
    with pytest.raises(PersonaError, match=r"lack 3 of the \d+ columns.*partner_age, openness"):
        Persona.from_row(row)


def test_a_row_without_identity_is_a_persona_without_one(row: Row) -> None:
    for name in ("given_name", "family_name", "email", "phone", "street_address", "postcode"):
        row.pop(name)
    assert Persona.from_row(row).identity is None


def test_columns_without_a_field_go_to_packs(row: Row) -> None:
    packs = Persona.from_row(row | {"politics": "moderate", "scores": [1, 2]}).packs
    assert packs["politics"] == "moderate"
    assert packs["scores"] == [1, 2]


def test_texts_and_their_sources_find_their_places(row: Row) -> None:
    written = {
        "summary": "A person.", "quote": "I say.", "voice": None, "model": "m", "attempts": 3,
        "prompt_sha256": ["ab" * 32],
    }  # fmt: skip
    sources = {"summary": ("age", "given_name"), "quote": ("tone",), "voice": ("tone",)}
    persona = Persona.from_row(row | written, field_sources=sources)
    assert persona.narrative.by_field() == {"summary": "A person.", "quote": "I say."}
    assert persona.narrative.texts == {"quote": "I say."}
    assert persona.provenance.field_sources == {
        "summary": ("age", "given_name"), "quote": ("tone",)
    }  # fmt: skip
    assert (persona.provenance.model, persona.provenance.attempts) == ("m", 3)
    assert (persona.memory.events, persona.memory.answers) == ((), ())
    assert not {"summary", "quote", "voice", "model"} & persona.packs.keys()


def test_a_source_that_the_row_lacks_is_refused(row: Row) -> None:
    with pytest.raises(PersonaError, match="names 'shoe_size', which is no column"):
        Persona.from_row(row | {"summary": "x"}, field_sources={"summary": ("shoe_size",)})


def test_a_document_of_another_version_or_with_unknown_fields_is_refused(row: Row) -> None:
    document = json.loads(Persona.from_row(row).model_dump_json())
    with pytest.raises(ValidationError, match=r"schema_version"):
        Persona.model_validate_json(json.dumps(document | {"schema_version": "0.9"}))
    with pytest.raises(ValidationError, match=r"extra_forbidden|Extra inputs"):
        Persona.model_validate_json(json.dumps(document | {"politics": "moderate"}))


def test_reliabilities_are_those_that_the_pack_states() -> None:
    pack = load_yaml(POPULATIONS / "packs" / "psychographics.yaml")
    stated = {
        name: float(column["about"].split("alpha ")[1].split()[0].rstrip(".,;"))
        for group in pack["attributes"]
        for name, column in group["columns"].items()
    }
    assert stated == {name: trait.reliability for name, trait in TRAITS.items()}
    assert all(trait.source for trait in TRAITS.values())
