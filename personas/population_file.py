"""Read a population file and put the packs it names in their places.

A pack is a file of attributes and rules that several populations share. `- pack: packs/x.yaml` in
`attributes:` is replaced by the attributes of that file; its rules follow those of the population.
Every path, those inside a pack too, starts from the folder of the population file and stays in it.
A pack names no further pack.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, Field, ValidationError, model_validator

from .attribute_base import FROZEN, Name
from .config_error import config_error
from .errors import ConfigError
from .population_config import Attribute, PopulationConfig, PopulationFields, Rule
from .safe_yaml import load_yaml

_Model = TypeVar("_Model", bound=BaseModel)


class PackReference(BaseModel):
    """The attributes of another file, at this place."""

    model_config = FROZEN

    kind: Literal["pack"] = "pack"
    """Need not be written."""
    pack: str = Field(min_length=1, max_length=300)
    """Path of the pack, relative to the population file and inside its folder."""


class PopulationFile(PopulationFields):
    """A population as its file declares it, packs by name."""

    attributes: list[Attribute | PackReference] = Field(min_length=1)
    """Attributes in order of drawing; `- pack: FILE` stands for those of that file."""

    @model_validator(mode="before")
    @classmethod
    def _mark_packs(cls, data: Any) -> Any:
        if not isinstance(data, Mapping) or not isinstance(data.get("attributes"), list):
            return data
        marked = [
            {"kind": "pack", **one} if isinstance(one, Mapping) and "pack" in one else one
            for one in data["attributes"]
        ]
        return {**data, "attributes": marked}


class PopulationPack(BaseModel):
    """Attributes and rules that a population takes in whole."""

    model_config = FROZEN

    name: Name
    """Name of the pack."""
    about: str = ""
    """What it adds and where its figures come from."""
    attributes: list[Attribute] = Field(min_length=1)
    """Attributes in the order in which they are drawn."""
    rules: list[Rule] = Field(default_factory=list)
    """What no persona may be."""

    @model_validator(mode="before")
    @classmethod
    def _names_no_pack(cls, data: Any) -> Any:
        listed = data.get("attributes") if isinstance(data, Mapping) else None
        if isinstance(listed, list) and any(isinstance(a, Mapping) and "pack" in a for a in listed):
            raise ValueError("a pack cannot name another pack; name both in the population")
        return data


@dataclass(frozen=True, slots=True)
class ReadPopulation:
    """A population with its packs put in."""

    config: PopulationConfig
    """The population; no pack is named in it any more."""
    packs: Mapping[str, str]
    """Pack file of each attribute and rule that came from one, by name."""

    @property
    def pack_files(self) -> tuple[str, ...]:
        """Paths of the packs, relative to the population file."""
        return tuple(dict.fromkeys(self.packs.values()))


def read_population(path: Path) -> ReadPopulation:
    """Read the population file `path` and its packs.

    Raises:
        ConfigError: If a file cannot be read or has a wrong shape; the message names the file.
    """
    file = _validated(PopulationFile, load_yaml(path), str(path))
    attributes: list[Any] = []
    rules = list(file.rules)
    packs: dict[str, str] = {}
    for one in file.attributes:
        if not isinstance(one, PackReference):
            attributes.append(one)
            continue
        if one.pack in packs.values():
            raise ConfigError(f"{path}: the pack {one.pack!r} is named twice; name it once.")
        source = file_inside(path.parent, one.pack, what="pack")
        pack = _validated(PopulationPack, load_yaml(source), str(source))
        attributes += pack.attributes
        rules += pack.rules
        packs |= {part.name: one.pack for part in (*pack.attributes, *pack.rules)}
    fields = {name: getattr(file, name) for name in PopulationFields.model_fields}
    config = PopulationConfig(**{**fields, "attributes": attributes, "rules": rules})
    return ReadPopulation(config, packs)


def file_inside(folder: Path, name: str, *, what: str) -> Path:
    """Return the path of the file `name` in `folder` or below.

    Raises:
        ConfigError: If the name leads out of the folder.
    """
    path = Path(name)
    if path.is_absolute() or ".." in path.parts:
        raise ConfigError(
            f"{what} {name!r} leaves the folder of the population file; name a file inside it."
        )
    return folder / path


def _validated(model: type[_Model], data: Any, source: str) -> _Model:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise config_error(error, model=model, source=source) from error
