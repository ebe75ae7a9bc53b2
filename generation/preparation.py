"""Everything that can be checked before the first token: population, schemas, templates.

A run that is going to fail on its configuration fails here, in a second, with nothing written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..personas.conditioned import ConditionedPopulation, select
from ..personas.errors import ConfigError
from ..personas.identity import IDENTITY_FIELDS
from ..personas.population import Population
from ..prompts.template import PromptTemplate
from .config import LoadedConfig, PartConfig
from .content_hash import sha256_of_json
from .draft_reading import Part
from .engines.protocol import Sampling
from .json_schema import compile_schema
from .plan import PersonaPlan

PROVENANCE_FIELDS = ("attempts", "prompt_sha256", "model")
_RESERVED = frozenset({"id", "slot", *PROVENANCE_FIELDS})


@dataclass(frozen=True, slots=True)
class Prepared:
    """A configuration whose every part has been checked against the others."""

    loaded: LoadedConfig
    plan: PersonaPlan
    parts: tuple[Part, ...]
    fingerprint: str
    """SHA-256 of all that decides the content; two runs with one fingerprint make one dataset."""

    @property
    def text_fields(self) -> tuple[str, ...]:
        """Columns that the model writes, in the order of parts and properties."""
        return tuple(name for part in self.parts for name in part.schema.original["properties"])


def prepare(loaded: LoadedConfig) -> Prepared:
    """Check and compile a configuration.

    Raises:
        ConfigError: If the population is impossible, a template names what does not exist, a schema
            cannot be enforced or checked, or two sources claim one column.
    """
    config = loaded.config
    everyone = Population.from_file(loaded.base_dir / config.population)
    population = select(everyone, config.plan)
    known = (*population.attribute_types, *IDENTITY_FIELDS, "slot")
    parts = tuple(
        _compile_part(index, part, loaded, known) for index, part in enumerate(config.parts)
    )
    _refuse_column_clashes(parts, (*population.attribute_types, *IDENTITY_FIELDS))
    plan = PersonaPlan(population, seed=config.seed, n=config.plan.n)
    return Prepared(loaded, plan, parts, _fingerprint(loaded, population, parts))


def _compile_part(
    index: int, config: PartConfig, loaded: LoadedConfig, known: Sequence[str]
) -> Part:
    schema = compile_schema(config.json_schema, source=f"{loaded.source}: parts.{index}.schema")
    own = own_template(config.template, loaded)
    template = PromptTemplate.load(
        own or config.template, examples_per_prompt=config.examples_per_prompt
    )
    template.check(known)
    sampling = Sampling(**config.sampling.model_dump())
    return Part(
        index=index,
        name=config.name,
        template=template,
        schema=schema,
        sampling=sampling,
        max_tokens=config.max_tokens or schema.max_tokens,
        field_names=frozenset(schema.original.get("properties", {})),
    )


def own_template(template: str, loaded: LoadedConfig) -> Path | None:
    """Return the path of a template file beside the configuration; None for a packaged one."""
    return loaded.base_dir / template if template.endswith(".jinja") else None


def _refuse_column_clashes(parts: Sequence[Part], taken: Sequence[str]) -> None:
    for part in parts:
        if not part.field_names:
            raise ConfigError(
                f"part {part.name!r} has a schema without properties; every property becomes a "
                "column, so name at least one."
            )
        clash = sorted(part.field_names & (set(taken) | _RESERVED))
        if clash:
            raise ConfigError(
                f"part {part.name!r} writes a field {clash[0]!r}, which is already a sampled or "
                "reserved column. Rename the property in its schema."
            )


def _fingerprint(
    loaded: LoadedConfig, population: Population | ConditionedPopulation, parts: Sequence[Part]
) -> str:
    config: dict[str, Any] = loaded.config.model_dump(mode="json", by_alias=True)
    # What only changes speed or packaging is left out: a run may be resumed with it changed.
    for key in ("window", "max_restarts", "request_timeout_seconds", "synchronous"):
        config["loop"].pop(key)
    model = str(config["engine"].get("model") or "")
    # Local weights count by their name here; their bytes are compared when the engine starts.
    config["engine"] = {
        "kind": config["engine"]["kind"],
        "model": Path(model).name if Path(model).is_absolute() else model,
    }
    for key in ("export", "scoring", "population"):
        config.pop(key)
    return sha256_of_json(
        {
            "config": config,
            "population": population.sha256,
            "templates": [part.template.sha256 for part in parts],
        }
    )
