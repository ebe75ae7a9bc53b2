"""What every attribute of a population file has: a name, a note, and whether it is shown."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from .conditions import Condition

FROZEN = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)
"""Settings of every model of a population file."""
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
"""Name of a population, an attribute, a column or a rule."""


class AttributeBase(BaseModel):
    """The keys that all kinds of attribute share."""

    model_config = FROZEN

    name: Name
    """Name of the attribute and of its column."""
    about: str = ""
    """What it means and where its figures come from."""
    hidden: bool = False
    """Used by other attributes and by rules, but left out of the sampled table."""
    empty_when: dict[Name, Condition] = Field(default_factory=dict)
    """Who has no value: their cell is empty. Conditions on this attribute and those above it."""
