"""A persona as one checked document, and what names it.

`Persona.from_row` reads the flat row of a run into typed sections; columns it does not know go to
`packs`, so nothing is lost. The schema has a version of its own: a reader that meets another one
is told so, instead of finding fields missing later.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, Literal, Self

from pydantic import Field, JsonValue, ValidationError, model_validator
from pydantic.fields import FieldInfo

from .errors import PersonaError
from .persona_household import NOBODY, Household, household_members
from .persona_sections import (
    CategoryNeeds,
    Economics,
    Identity,
    Locale,
    Memory,
    Narrative,
    Person,
    Price,
    Provenance,
    Psychographics,
    Section,
    Shopping,
    Values,
)

PERSONA_ID = "persona_id"
"""Name of the id column."""
SCHEMA_VERSION: Literal["1.0"] = "1.0"
"""Version of `Persona`: the first number changes when a reader of the old one would fail."""

_KEYS = {"id", "slot", "weight", "cell"}
_PROVENANCE_COLUMNS = {"model", "prompt_sha256", "attempts"}
_MAY_BE_NOBODY = ("partner_age", "youngest_child_age", "oldest_child_age")
_FROM_COLUMNS: dict[str, type[Section]] = {
    "person": Person,
    "household": Household,
    "locale": Locale,
    "identity": Identity,
    "economics": Economics,
    "psychographics": Psychographics,
    "shopping": Shopping,
    "needs": CategoryNeeds,
    "price": Price,
    "values": Values,
}
_DERIVED = {"members", "reliability"}
_NAMED = 8
"""Problems that one message lists."""


def persona_id(population_sha256: str, seed: int, slot: int) -> str:
    """Return the id of the persona in `slot`: 16 hexadecimal digits, the same on every machine.

    Args:
        population_sha256: `Population.sha256`; another population gives other ids.
        seed: Seed of the run.
        slot: Index of the slot, from 0.
    """
    return hashlib.sha256(f"{population_sha256}:{seed}:{slot}".encode()).hexdigest()[:16]


class Persona(Section):
    """One synthetic person with all that is known, written and remembered."""

    schema_version: Literal["1.0"] = SCHEMA_VERSION
    """Version of this schema."""
    id: str = Field(pattern=r"^[0-9a-f]{16}$")
    """Hash of population, seed and slot; see `persona_id`."""
    slot: int = Field(ge=0)
    """Index in the plan of the run."""
    weight: float = Field(default=1.0, gt=0.0, allow_inf_nan=False)
    """How many people of the population the persona stands for, relative to the others."""
    cell: str = Field(default="", max_length=400)
    """Quota cell (stratum) the persona was drawn for; empty without quotas."""
    person: Person
    """Who the person is."""
    household: Household
    """Who lives together, and in what."""
    locale: Locale
    """Where the person lives and comes from."""
    identity: Identity | None = None
    """Sanctioned identity; None for a row that was sampled without one."""
    economics: Economics
    """Work and money."""
    psychographics: Psychographics
    """Big Five and retail traits."""
    shopping: Shopping
    """Where, when and how the person shops."""
    needs: CategoryNeeds
    """What the person needs from the store."""
    price: Price
    """How the person reacts to prices."""
    values: Values
    """Attitudes, habits and manner."""
    narrative: Narrative = Field(default_factory=Narrative)
    """What a model wrote, from attributes only."""
    memory: Memory = Field(default_factory=Memory)
    """What the person remembers."""
    provenance: Provenance = Field(default_factory=Provenance)
    """How the persona came to be."""
    packs: dict[str, JsonValue] = Field(default_factory=dict)
    """Further attributes of the population, by column; untyped."""

    @classmethod
    def from_row(
        cls, row: Mapping[str, Any], *, field_sources: Mapping[str, tuple[str, ...]] | None = None
    ) -> Persona:
        """Read the flat row of an exported run.

        Args:
            row: Values by column, as `pyarrow.Table.to_pylist` gives them. A text column is one
                that `field_sources` names or that is called like a field of `Narrative`.
            field_sources: Facts that each text column was written from, as the manifest and the
                Parquet file of a run list them.

        Raises:
            PersonaError: If the row lacks columns, or a value is not one the schema allows. The
                message names columns, never values.
        """
        sources = {
            name: facts
            for name, facts in (field_sources or {}).items()
            if row.get(name) is not None
        }
        wanted = dict(_FROM_COLUMNS)
        if "given_name" not in row:
            del wanted["identity"]
        _refuse_missing(row, wanted.values())
        if unknown := sorted({fact for facts in sources.values() for fact in facts} - row.keys()):
            raise PersonaError(
                f"field_sources names {unknown[0]!r}, which is no column of the row; expected the "
                "sources that the run itself lists. Read the rows of the run they belong to."
            )
        content: dict[str, Any] = {name: _fields(row, model) for name, model in wanted.items()}
        texts = {
            name: row[name]
            for name in dict.fromkeys((*Narrative.model_fields, *sources))
            if name != "texts" and row.get(name) is not None
        }
        named = {name: texts.pop(name) for name in Narrative.model_fields if name in texts}
        known = {column for model in wanted.values() for column, _, _ in _columns(model)}
        known |= _KEYS | _PROVENANCE_COLUMNS | Narrative.model_fields.keys()
        known |= (field_sources or {}).keys()
        try:
            home = content["household"]
            home["members"] = household_members(home, age=content["person"]["age"])
            return cls.model_validate(
                {
                    **{name: row[name] for name in _KEYS if row.get(name) is not None},
                    **content,
                    "narrative": {**named, "texts": texts},
                    "provenance": _provenance(row, sources),
                    "packs": {name: value for name, value in row.items() if name not in known},
                }
            )
        except ValidationError as error:
            raise _value_error(error) from error
        except TypeError as error:
            raise PersonaError(
                "the household columns (household_size, children, other_people, ages) are not all "
                "whole numbers; expected the types that a run exports."
            ) from error

    @model_validator(mode="after")
    def _sections_agree(self) -> Self:
        if self.household.members[0].age != self.person.age:
            raise ValueError("the first household member must have the person's age")
        has_partner = self.household.partner_age is not None
        if has_partner != (self.person.marital_status in ("married", "living with partner")):
            raise ValueError("who is married or lives with a partner has one in the home, and "
                             "nobody else")  # fmt: skip
        oldest = self.household.oldest_child_age
        if oldest is not None and self.person.age - oldest < 14:
            raise ValueError("oldest_child_age leaves the person less than 14 years old at birth")
        stray = sorted(self.provenance.field_sources.keys() - self.narrative.by_field().keys())
        if stray:
            raise ValueError(f"field_sources names {stray[0]!r}, which is no text of the persona")
        return self


def typed_attributes() -> tuple[str, ...]:
    """Return every typed attribute of a persona as `section.field`, without texts and derived."""
    return tuple(
        f"{section}.{name}"
        for section, model in _FROM_COLUMNS.items()
        for name in model.model_fields
        if name not in _DERIVED
    )


def _columns(model: type[Section]) -> Iterator[tuple[str, str, FieldInfo]]:
    """Yield (column, field, declaration) of each field that is read from a column."""
    for name, info in model.model_fields.items():
        if name not in _DERIVED:
            extra = info.json_schema_extra
            column = extra.get("column", name) if isinstance(extra, dict) else name
            yield str(column), name, info


def _refuse_missing(row: Mapping[str, Any], models: Any) -> None:
    required = [c for model in models for c, _, info in _columns(model) if info.is_required()]
    missing = [name for name in ("id", "slot", *required) if name not in row]
    if missing:
        raise PersonaError(
            f"rows lack {len(missing)} of the {len(required) + 2} columns of persona schema "
            f"{SCHEMA_VERSION}: {', '.join(missing)}. Sample from a population that has them, such "
            "as configs/populations/retail_us.yaml, or read the rows as a plain table."
        )


def _fields(row: Mapping[str, Any], model: type[Section]) -> dict[str, Any]:
    fields = {name: row[column] for column, name, _ in _columns(model) if column in row}
    for name in _MAY_BE_NOBODY:
        if fields.get(name) == NOBODY:
            fields[name] = None
    return fields


def _provenance(row: Mapping[str, Any], sources: Mapping[str, Any]) -> dict[str, Any]:
    found = {name: row[name] for name in _PROVENANCE_COLUMNS if row.get(name) is not None}
    if isinstance(found.get("prompt_sha256"), list):
        found["prompt_sha256"] = tuple(found["prompt_sha256"])
    return {**found, "field_sources": {name: tuple(facts) for name, facts in sources.items()}}


def _value_error(error: ValidationError) -> PersonaError:
    """Say which fields break the schema and what was expected; never what they hold."""
    problems = [
        f"{'.'.join(map(str, one['loc'])) or 'persona'}: {one['msg'].removeprefix('Value error, ')}"
        for one in error.errors(include_input=False, include_url=False, include_context=False)
    ]
    more = f"; and {len(problems) - _NAMED} more" if len(problems) > _NAMED else ""
    return PersonaError(
        f"a row breaks persona schema {SCHEMA_VERSION}: {'; '.join(problems[:_NAMED])}{more}. "
        "Correct the population that drew it; `populace schema persona` prints what is allowed."
    )
