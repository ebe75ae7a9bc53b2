"""The configuration of a run: one frozen tree, composed of what each room declares.

`load_config` reads it from YAML with our safe loader, refuses unknown keys with the nearest known
one, and checks that environment references stand only where a secret is expected.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from ..export.config import ExportConfig
from ..filters.config import FiltersConfig
from ..personas.config_error import config_error
from ..personas.errors import ConfigError
from ..personas.quota_config import Selection
from ..personas.safe_yaml import load_yaml
from ..scoring.config import ScoringConfig
from .engines.config import EngineConfig

NAME_PATTERN = r"^[a-z][a-z0-9_-]{0,63}$"


class PlanConfig(Selection):
    """What is to be made, how much of it, and of whom."""

    kind: Literal["personas"] = "personas"
    """One row per sampled person."""
    n: int = Field(ge=1, le=10_000_000)
    """Rows to export, exactly. With quotas by number it is their sum; less makes the first rows of
    that plan."""

    @model_validator(mode="after")
    def _has_room_for_the_quotas(self) -> Self:
        if self.total is not None and self.n > self.total:
            raise ValueError(
                f"n is {self.n} and the quotas sum to {self.total}; make them agree, or give "
                "shares instead of numbers"
            )
        return self


class SamplingConfig(BaseModel):
    """Sampling parameters under vLLM's names; there is no seed, see docs/determinism.md."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    n: int = Field(default=1, ge=1, le=16)
    """Candidates per request; the screens choose the best of those that pass."""
    temperature: float = Field(default=0.8, ge=0.0, le=2.0)
    """Randomness of the next token; 0 is greedy."""
    top_p: float = Field(default=1.0, gt=0.0, le=1.0)
    """Keep the most likely tokens up to this total probability."""
    min_p: float = Field(default=0.05, ge=0.0, le=1.0)
    """Drop tokens less likely than this share of the most likely one."""
    repetition_penalty: float = Field(default=1.05, gt=0.0, le=2.0)
    """Above 1 discourages tokens that were used already."""


class PartConfig(BaseModel):
    """One request that writes some fields of every row."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, use_attribute_docstrings=True, populate_by_name=True
    )

    name: str = Field(pattern=NAME_PATTERN)
    """Name of the part in ledgers and reports."""
    template: str = Field(min_length=1, max_length=300)
    """A packaged template (`retail/summary`) or a path to a `.jinja` file beside the config."""
    json_schema: dict[str, Any] = Field(alias="schema")
    """JSON Schema of the object the model writes; its properties become columns."""
    examples_per_prompt: int = Field(default=4, ge=0, le=32)
    """Few-shot examples shown, rotated over those that the template brings."""
    max_tokens: int | None = Field(default=None, ge=8, le=32_768)
    """Completion limit in tokens; by default computed from the longest legal instance."""
    sampling: SamplingConfig = SamplingConfig()
    """How candidates are drawn."""


class LoopConfig(BaseModel):
    """How hard the run tries and how much it keeps in flight."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    max_attempts: int = Field(default=6, ge=1, le=100)
    """Requests per part of a row before the row is given up with its reason."""
    window: int | None = Field(default=None, ge=1, le=65_536)
    """Requests in flight; by default what keeps the engine busy. Never changes the result."""
    max_restarts: int = Field(default=5, ge=0, le=1_000)
    """Engine restarts without a completion in between before the run stops, resumable."""
    request_timeout_seconds: float = Field(default=900.0, gt=0.0)
    """Longest wait for one answer before it is asked again."""
    synchronous: Literal["NORMAL", "FULL"] = "NORMAL"
    """Journal durability: NORMAL survives every kill, FULL a power loss too."""


class RunConfig(BaseModel):
    """Everything that decides what a run makes."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, use_attribute_docstrings=True, title="populace run"
    )

    name: str = Field(pattern=NAME_PATTERN)
    """Name of the dataset and of its directory under `runs/`."""
    seed: int = Field(default=0, ge=0, lt=2**63)
    """Seed of everything sampled by us."""
    plan: PlanConfig
    """What is to be made."""
    population: str = Field(min_length=1, max_length=300)
    """Path of the population file, relative to this configuration."""
    parts: tuple[PartConfig, ...] = Field(min_length=1, max_length=32)
    """The requests that write one row."""
    engine: EngineConfig
    """Who writes."""
    filters: FiltersConfig = FiltersConfig()
    """What is kept."""
    scoring: ScoringConfig = ScoringConfig()
    """What decides whether the set may leave."""
    export: ExportConfig = ExportConfig()
    """How it leaves."""
    loop: LoopConfig = LoopConfig()
    """Attempts, window, restarts."""

    @field_validator("parts")
    @classmethod
    def _parts_have_their_own_names(cls, parts: tuple[PartConfig, ...]) -> tuple[PartConfig, ...]:
        names = [part.name for part in parts]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two parts are called {twice[0]!r}; every part needs its own name")
        return parts

    @model_validator(mode="after")
    def _fields_have_one_writer(self) -> RunConfig:
        writer: dict[str, str] = {}
        for part in self.parts:
            properties = part.json_schema.get("properties", {})
            for name in properties if isinstance(properties, Mapping) else ():
                if name in writer:
                    raise ValueError(
                        f"field {name!r} is written by parts {writer[name]!r} and {part.name!r}; "
                        "each field belongs to one part"
                    )
                writer[name] = part.name
        return self


@dataclass(frozen=True, slots=True)
class LoadedConfig:
    """A configuration with the folder that its relative paths start from."""

    config: RunConfig
    base_dir: Path
    source: str
    """How messages name the file."""


def command_overrides(*, seed: int | None, engine: str | None, model: str | None) -> dict[str, Any]:
    """Return what the command line changes of a configuration, by dotted path."""
    changes: dict[str, Any] = {}
    if seed is not None:
        changes["seed"] = seed
    if engine is not None:
        changes["engine"] = {"kind": engine}
    if model is not None:
        changes["engine.model"] = model
    return changes


def load_config(path: Path, *, overrides: Mapping[str, Any] | None = None) -> LoadedConfig:
    """Load and validate a run configuration.

    Args:
        path: A YAML file.
        overrides: Values by dotted path (`plan.n`) that replace what the file says.

    Raises:
        ConfigError: If the file cannot be read safely or does not fit the model.
    """
    raw = load_yaml(path)
    if not isinstance(raw, dict):
        raise ConfigError(
            f"{path.name} holds {type(raw).__name__} at the top; expected a mapping with keys "
            "such as name, plan, population, parts, engine. `populace schema config` lists all."
        )
    for dotted, value in (overrides or {}).items():
        _replace(raw, dotted.split("."), value, source=path.name)
    _refuse_references(raw, "", source=path.name)
    try:
        config = RunConfig.model_validate(raw)
    except ValidationError as error:
        raise config_error(error, model=RunConfig, source=path.name) from error
    return LoadedConfig(config, path.resolve().parent, path.name)


def _replace(raw: dict[str, Any], keys: list[str], value: Any, *, source: str) -> None:
    for key in keys[:-1]:
        raw = raw.setdefault(key, {})
        if not isinstance(raw, dict):
            raise ConfigError(f"{source}: {key} is {type(raw).__name__}; expected a mapping.")
    raw[keys[-1]] = value


def _refuse_references(value: Any, path: str, *, source: str) -> None:
    """Refuse `${NAME}` outside the one place that takes a secret."""
    if isinstance(value, dict):
        for key, item in value.items():
            _refuse_references(item, f"{path}.{key}" if path else str(key), source=source)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _refuse_references(item, f"{path}.{index}", source=source)
    elif isinstance(value, str) and "${" in value and path != "engine.api_key":
        raise ConfigError(
            f"{source}: {path} refers to an environment variable; that is done for secrets only "
            "(engine.api_key). Write the value out, or pass it on the command line."
        )
