"""The words in which a population is declared: attributes in order, conditional tables, hard rules.

An attribute is drawn after those above it and may depend on them. A table's rows are read from
the top: the first row whose `when` holds applies, the one without `when` is the rest.
"""

from __future__ import annotations

import math
from typing import Annotated, Literal, Self

from pydantic import (
    BaseModel,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
    model_validator,
)

from .attribute_base import FROZEN, AttributeBase, Name
from .conditions import Condition
from .correlated_config import CorrelatedGroup
from .counted_config import CountedAttribute
from .population_origin import Origin

SHARE_SUM_TOLERANCE = 1e-6
"""How far shares may miss 1: room for decimal rounding, none for a forgotten value."""

Category = StrictBool | StrictInt | StrictStr


class _Row(BaseModel):
    model_config = FROZEN

    when: dict[Name, Condition] = Field(default_factory=dict)
    """Conditions on attributes above this one; without any the row applies to everyone left."""


class ShareRow(_Row):
    """Shares of the categories, for those to whom the row applies."""

    shares: dict[Category, float] | None = None
    """Share of each category, 0 to 1; they sum to 1."""
    weights: dict[Category, float] | None = None
    """Relative weight of each category, any sum; for long lists. Instead of `shares`."""

    @model_validator(mode="after")
    def _is_a_distribution(self) -> Self:
        if (self.shares is None) == (self.weights is None):
            raise ValueError("give either `shares` (sum 1) or `weights` (any sum)")
        _check_distribution(self.shares, self.weights)
        return self

    def probabilities(self) -> dict[str | int | bool, float]:
        """Return the probability of each category; they sum to 1 up to rounding."""
        given = self.shares if self.shares is not None else self.weights or {}
        total = math.fsum(given.values())
        return {category: share / total for category, share in given.items()}


class CategoricalAttribute(AttributeBase):
    """One of several words (or whole numbers), by shares that may depend on attributes above."""

    kind: Literal["categorical"]
    shares: dict[Category, float] | None = None
    """Shares for everyone; instead of `rows`."""
    weights: dict[Category, float] | None = None
    """Relative weights for everyone; instead of `rows`."""
    rows: list[ShareRow] = Field(default_factory=list)
    """Conditional table."""

    @model_validator(mode="after")
    def _has_one_source(self) -> Self:
        given = [self.shares is not None, self.weights is not None, bool(self.rows)]
        if sum(given) != 1:
            raise ValueError("give exactly one of `shares`, `weights` and `rows`")
        if not self.rows:
            _check_distribution(self.shares, self.weights)
        return self

    def table(self) -> list[ShareRow]:
        """Return the conditional table; one row without conditions for unconditional shares."""
        return self.rows or [ShareRow(shares=self.shares, weights=self.weights)]


class ProbabilityRow(_Row):
    """How likely `true` is, for those to whom the row applies."""

    share: float = Field(ge=0.0, le=1.0, allow_inf_nan=False)
    """Share of `true`, 0 to 1."""


class BooleanAttribute(AttributeBase):
    """True or false."""

    kind: Literal["boolean"]
    share: float | None = Field(default=None, ge=0.0, le=1.0, allow_inf_nan=False)
    """Share of `true` for everyone; instead of `rows`."""
    rows: list[ProbabilityRow] = Field(default_factory=list)
    """Conditional table."""

    @model_validator(mode="after")
    def _has_one_source(self) -> Self:
        if (self.share is not None) == bool(self.rows):
            raise ValueError("give either `share` or `rows`")
        return self

    def table(self) -> list[ProbabilityRow]:
        """Return the conditional table; one row without conditions for an unconditional share."""
        return self.rows or [ProbabilityRow(share=self.share or 0.0)]


class Band(BaseModel):
    """A range of numbers that are equally likely."""

    model_config = FROZEN

    low: StrictInt | StrictFloat
    """Smallest number."""
    high: StrictInt | StrictFloat
    """Largest number, included."""
    share: float = Field(ge=0.0, allow_inf_nan=False)
    """Share of the band, 0 to 1."""

    @model_validator(mode="after")
    def _is_a_range(self) -> Self:
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low <= self.high):
            raise ValueError(
                f"low {self.low} and high {self.high}: expected finite numbers, low <= high"
            )
        return self


class LogNormal(BaseModel):
    """A skewed spread around a median, cut at both ends: incomes, amounts spent."""

    model_config = FROZEN

    median: float = Field(gt=0.0, allow_inf_nan=False)
    """Median before the cut."""
    sigma: float = Field(gt=0.0, le=3.0)
    """Standard deviation of the logarithm; 0.5 puts 68 % within a factor of 1.65."""
    low: float = Field(gt=0.0, allow_inf_nan=False)
    """Smallest value."""
    high: float = Field(gt=0.0, allow_inf_nan=False)
    """Largest value."""

    @model_validator(mode="after")
    def _is_a_range(self) -> Self:
        if self.low >= self.high:
            raise ValueError(f"low {self.low} and high {self.high}: expected low < high")
        if not self.low / 20 <= self.median <= self.high * 20:
            raise ValueError(f"median {self.median} lies far outside {self.low} to {self.high}")
        return self


class NumberRow(_Row):
    """A distribution of numbers, for those to whom the row applies."""

    bands: list[Band] | None = Field(default=None, min_length=1)
    """Ranges with shares that sum to 1."""
    lognormal: LogNormal | None = None
    """Instead of `bands`."""

    @model_validator(mode="after")
    def _has_one_source(self) -> Self:
        if (self.bands is None) == (self.lognormal is None):
            raise ValueError("give either `bands` or `lognormal`")
        _check_bands(self.bands)
        return self

    def range(self) -> tuple[float, float]:
        """Return the smallest and the largest number."""
        if self.lognormal is not None:
            return self.lognormal.low, self.lognormal.high
        bands = [band for band in self.bands or [] if band.share > 0]
        return min(band.low for band in bands), max(band.high for band in bands)


class NumberAttribute(AttributeBase):
    """A whole number (`integer`) or a decimal one (`number`)."""

    kind: Literal["integer", "number"]
    bands: list[Band] | None = Field(default=None, min_length=1)
    """Ranges with shares for everyone; instead of `rows`."""
    lognormal: LogNormal | None = None
    """Instead of `bands` and `rows`."""
    rows: list[NumberRow] = Field(default_factory=list)
    """Conditional table."""
    round_to: float = Field(default=0.0, ge=0.0, allow_inf_nan=False)
    """Round to a multiple of this; 0 leaves decimal numbers and rounds whole ones to 1."""

    @model_validator(mode="after")
    def _has_one_source(self) -> Self:
        if sum([self.bands is not None, self.lognormal is not None, bool(self.rows)]) != 1:
            raise ValueError("give exactly one of `bands`, `lognormal` and `rows`")
        _check_bands(self.bands)
        if self.kind == "integer":
            bands = [band for row in self.table() for band in row.bands or []]
            if any(isinstance(end, float) for band in bands for end in (band.low, band.high)):
                raise ValueError("bands of an integer attribute need whole numbers as ends")
            if self.round_to % 1:
                raise ValueError("round_to of an integer attribute must be a whole number")
        return self

    def table(self) -> list[NumberRow]:
        """Return the conditional table; one row without conditions for an unconditional one."""
        return self.rows or [NumberRow(bands=self.bands, lognormal=self.lognormal)]


class DerivedRow(_Row):
    """The value, for those to whom the row applies: fixed, or a sum of other attributes."""

    value: Category | StrictFloat | None = None
    """Fixed value."""
    sum_of: dict[Name, float] | None = Field(default=None, min_length=1)
    """Numeric attributes above, each with its factor; instead of `value`."""
    plus: float = Field(default=0.0, allow_inf_nan=False)
    """Added to `sum_of`."""

    @model_validator(mode="after")
    def _has_one_source(self) -> Self:
        if (self.value is None) == (self.sum_of is None):
            raise ValueError("give either `value` or `sum_of`")
        return self


class DerivedAttribute(AttributeBase):
    """Follows from attributes above without chance."""

    kind: Literal["derived"]
    rows: list[DerivedRow] = Field(min_length=1)
    """Table; all `value` of one type, or numbers together with `sum_of`."""

    @model_validator(mode="after")
    def _has_one_type(self) -> Self:
        found = {type(row.value) for row in self.rows if row.sum_of is None}
        if any(row.sum_of is not None for row in self.rows):
            if not found <= {int, float}:
                raise ValueError("rows with `sum_of` and rows with words cannot be mixed")
        elif len(found) > 1:
            names = sorted(kind.__name__ for kind in found)
            raise ValueError(f"values of several types ({', '.join(names)}); expected one")
        return self


class ItemColumns(BaseModel):
    """Names of the columns that a catalogue entry fills besides the item itself."""

    model_config = FROZEN

    category: Name
    """Column of the item's category."""
    price: Name
    """Column of the price, two decimals."""
    occasion: Name
    """Column of the occasion, one that fits item and person."""


class Boost(BaseModel):
    """Categories that some people buy more (or less) often."""

    model_config = FROZEN

    when: dict[Name, Condition] = Field(default_factory=dict)
    """Who; everyone when empty."""
    categories: list[str] = Field(min_length=1)
    """Categories of the catalogue."""
    factor: float = Field(gt=0.0, allow_inf_nan=False)
    """Multiplies the weight of each item of these categories; to exclude items use their `when`."""


class PriceRow(_Row):
    """The part of an item's price range that some people pay."""

    low: float = Field(default=0.0, ge=0.0, le=1.0)
    """Lower end, 0 for the cheapest price of the item."""
    high: float = Field(default=1.0, ge=0.0, le=1.0)
    """Upper end, 1 for the dearest."""

    @model_validator(mode="after")
    def _is_a_range(self) -> Self:
        if self.low > self.high:
            raise ValueError(f"low {self.low} exceeds high {self.high}")
        return self


class ItemAttribute(AttributeBase):
    """An entry of a catalogue file, with its category, a price and a fitting occasion."""

    kind: Literal["item"]
    catalogue: str
    """Catalogue file, relative to the population file."""
    columns: ItemColumns
    """Where the other parts of the entry go."""
    interest: Name | None = None
    """Attribute that holds a favourite category; None for no preference."""
    interest_factor: float = Field(default=1.0, gt=0.0, allow_inf_nan=False)
    """Multiplies the weight of items of that category."""
    boosts: list[Boost] = Field(default_factory=list)
    """Further preferences, multiplied together."""
    prices: list[PriceRow] = Field(default_factory=lambda: [PriceRow()])
    """Where in its range a price lies, as a table."""
    price_endings: list[float] = Field(default=[0.29, 0.49, 0.79, 0.99], min_length=1)
    """Cents a shelf price ends with; the nearest one inside the item's range is taken."""


Attribute = Annotated[
    CategoricalAttribute
    | BooleanAttribute
    | NumberAttribute
    | DerivedAttribute
    | ItemAttribute
    | CorrelatedGroup
    | CountedAttribute,
    Field(discriminator="kind"),
]


class Rule(BaseModel):
    """What no persona may be; whoever is drawn so is drawn again."""

    model_config = FROZEN

    name: Name
    """Name in messages."""
    forbid: dict[Name, Condition] = Field(min_length=1)
    """Conditions that must not hold together."""
    reason: str = Field(min_length=1)
    """Why, for the reader of the file and of messages."""


class PopulationFields(BaseModel):
    """The keys of a population beside its attributes."""

    model_config = FROZEN

    kind: Literal["declared"] = "declared"
    """How the population came to be; populations fitted from tables will get kinds of their own."""
    name: Name
    """Name of the population."""
    version: str = Field(min_length=1, max_length=40)
    """Version of the figures; part of the hash, so it changes every persona's id."""
    locale: str = "en_US"
    """Locale of identities."""
    about: str = ""
    """Who is described and where the figures come from."""
    origin: Origin | None = None
    """How the file was made from data, if it was; never changes who is sampled."""
    rules: list[Rule] = Field(default_factory=list)
    """What no persona may be."""


class PopulationConfig(PopulationFields):
    """A population declared by marginals, conditional tables and hard rules; no pack is left."""

    attributes: list[Attribute] = Field(min_length=1)
    """Attributes in the order in which they are drawn."""


def _check_distribution(
    shares: dict[Category, float] | None, weights: dict[Category, float] | None
) -> None:
    given = shares if shares is not None else weights
    if given is None:
        return
    if not given:
        raise ValueError("no category; expected at least one with its share")
    for category, share in given.items():
        if not (math.isfinite(share) and share >= 0):
            raise ValueError(f"share of {category!r} is {share}; expected a number from 0 to 1")
    if len({type(category) for category in given}) > 1:
        raise ValueError("categories of several types; put quotes around the numbers")
    total = math.fsum(given.values())
    if shares is not None and abs(total - 1.0) > SHARE_SUM_TOLERANCE:
        raise ValueError(f"shares sum to {total:.6g}; expected 1")
    if total <= 0:
        raise ValueError("all weights are 0; expected a positive one")


def _check_bands(bands: list[Band] | None) -> None:
    if bands is not None:
        total = math.fsum(band.share for band in bands)
        if abs(total - 1.0) > SHARE_SUM_TOLERANCE:
            raise ValueError(f"shares of the bands sum to {total:.6g}; expected 1")
