"""A catalogue: concrete items, each with a price range and the occasions for which people buy it.

An item or an occasion may carry `when`: conditions on the persona (a household with a dog, a
diet). An item needs at least one occasion that fits everyone who may get the item.
"""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from .conditions import Condition, Conditions

_CONFIG = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Occasion(BaseModel):
    """An occasion that fits only some personas."""

    model_config = _CONFIG

    occasion: str = Field(min_length=3)
    """Phrase that follows "for": "the school bake sale"."""
    when: dict[str, Condition]
    """Whom it fits."""


class Item(BaseModel):
    """Something that is sold."""

    model_config = _CONFIG

    item: str = Field(min_length=3)
    """The item as one says it: "a 12-ounce bag of dark-roast coffee beans"."""
    category: str
    """Category, one of the catalogue's."""
    price: tuple[
        Annotated[float, Field(gt=0, allow_inf_nan=False)],
        Annotated[float, Field(gt=0, allow_inf_nan=False)],
    ]
    """Lowest and highest price."""
    occasions: list[str | Occasion] = Field(min_length=1)
    """Why one buys it."""
    when: dict[str, Condition] = Field(default_factory=dict)
    """Who may get it; everyone when empty."""
    weight: float = Field(default=1.0, gt=0.0, allow_inf_nan=False)
    """How often it is bought, relative to the other items."""

    @model_validator(mode="after")
    def _fits_everyone(self) -> Self:
        if self.price[0] > self.price[1]:
            raise ValueError(f"price {self.price[0]} to {self.price[1]}: expected low <= high")
        if not any(isinstance(occasion, str) for occasion in self.occasions):
            raise ValueError(f"{self.item!r} needs an occasion without `when`")
        phrases = self.phrases()
        if len(set(phrases)) < len(phrases):
            raise ValueError(f"{self.item!r} names an occasion twice")
        return self

    def phrases(self) -> list[str]:
        """Return the phrases of all its occasions."""
        return [o if isinstance(o, str) else o.occasion for o in self.occasions]

    def occasion_conditions(self) -> list[Conditions]:
        """Return whom each occasion fits, in order; empty conditions fit everyone."""
        return [{} if isinstance(o, str) else o.when for o in self.occasions]


class Catalogue(BaseModel):
    """All items."""

    model_config = _CONFIG

    items: list[Item] = Field(min_length=1)
    """Items in any order; the order is part of the population's hash."""

    @model_validator(mode="after")
    def _names_items_once(self) -> Self:
        seen: set[str] = set()
        for item in self.items:
            if item.item in seen:
                raise ValueError(f"{item.item!r} is listed twice")
            seen.add(item.item)
        return self
