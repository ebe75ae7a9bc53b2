"""The words of a controls file: zones and their tables, dimensions, control totals, rules.

A *dimension* cuts one column of the seed table into categories. A *control* says which columns of
a zone table hold the number of households in each category, or in each pair of categories.
"""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, Field, model_validator

from .attribute_base import FROZEN, Name
from .conditions import Condition
from .population_config import DerivedAttribute, Rule


class ZoneTable(BaseModel):
    """A table with one row for each zone of one geography."""

    model_config = FROZEN

    name: Name
    """Name of the geography; its column in the sample."""
    file: str
    """CSV, also gzipped, relative to the controls file."""
    zone: str
    """Column with the zone's code."""
    parent: str | None = None
    """Column with the code of the zone of the next table that this one lies in."""
    households: str
    """Column with the number of households."""


class Dimension(BaseModel):
    """A column of the seed table, cut into categories."""

    model_config = FROZEN

    name: Name
    """Name of the dimension; its column in the sample."""
    column: str
    """Column of the seed table."""
    categories: dict[str, Condition] = Field(min_length=2)
    """For each category which values belong to it: a value, a list, or bounds."""


class Control(BaseModel):
    """Numbers of households by the categories of one or two dimensions, for each zone."""

    model_config = FROZEN

    name: str = Field(min_length=1)
    """What messages and reports call it."""
    zones: Name
    """Geography whose table holds the totals."""
    dimensions: list[Name] = Field(min_length=1, max_length=2)
    """Dimensions it is about."""
    totals: list[str] | list[list[str]] = Field(min_length=2)
    """Columns with the totals, in the order of the categories; for two dimensions one list for
    each category of the first."""

    def columns(self) -> list[list[str]]:
        """Return the columns as a table; a one-way control has one column a row."""
        return [[one] if isinstance(one, str) else list(one) for one in self.totals]


class PersonTotals(BaseModel):
    """Numbers of persons, which settle how large the households of an open class are."""

    model_config = FROZEN

    dimension: Name
    """Dimension that cuts the column with the number of persons of a household."""
    zones: Name
    """Geography whose table holds the totals."""
    total: str
    """Column with the number of persons."""
    mean_at_most: float | None = Field(default=None, gt=1.0, allow_inf_nan=False)
    """Largest mean size of the households in open classes of an area; the persons beyond are taken
    to live outside households. Without it only the largest size of the seed table limits them."""


class Tolerance(BaseModel):
    """How far totals may disagree and still be reconciled; beyond, they are refused."""

    model_config = FROZEN

    households: float = Field(default=2.0, ge=0.0, allow_inf_nan=False)
    """Households that a zone's totals may be apart: rounding of four to six categories."""
    share: float = Field(default=0.05, ge=0.0, le=1.0)
    """Share of the zone's households that they may be apart; the larger of the two counts."""

    def allows(self, found: float, expected: float) -> bool:
        """Return whether `found` may stand for `expected`."""
        return abs(found - expected) <= max(self.households, self.share * expected) + 1e-9


class SynthesisConfig(BaseModel):
    """What to synthesise: the controls file."""

    model_config = FROZEN

    kind: Literal["synthesis"] = "synthesis"
    """Kind of file."""
    name: Name
    """Name of the population."""
    version: str = "1"
    """Version of the figures."""
    locale: str = "en_US"
    """Locale of identities."""
    about: str = ""
    """Who is described and where the figures come from."""
    weight: str | None = None
    """Column of the seed table with the number of households a row stands for; 0 is none."""
    ignore: list[str] = Field(default_factory=list)
    """Columns of the seed table to leave out: keys, codes of areas."""
    zones: list[ZoneTable] = Field(min_length=1, max_length=2)
    """Geographies, the smaller zones first."""
    dimensions: list[Dimension] = Field(min_length=2, max_length=8)
    """What the controls are about."""
    controls: list[Control] = Field(min_length=2)
    """Numbers that the population has to meet."""
    persons: PersonTotals | None = None
    """Numbers of persons, if known."""
    tolerance: Tolerance = Tolerance()
    """What is reconciled."""
    derived: list[DerivedAttribute] = Field(default_factory=list)
    """Attributes that follow from those of a household, such as its number of adults."""
    rules: list[Rule] = Field(default_factory=list)
    """What no household may be, in the names of the population (those of the seed, lower case)."""

    @model_validator(mode="after")
    def _names_fit(self) -> Self:
        zones = [one.name for one in self.zones]
        dimensions = {one.name: len(one.categories) for one in self.dimensions}
        if len({*zones, *dimensions}) < len(zones) + len(self.dimensions):
            raise ValueError("a zone table or dimension is named twice; choose another name")
        if len(zones) == 2 and self.zones[0].parent is None:
            raise ValueError(f"zones '{zones[0]}' need `parent`, the column with the '{zones[1]}'")
        covered: dict[frozenset[str], str] = {}
        for control in self.controls:
            where = f"control '{control.name}'"
            if control.zones not in zones:
                raise ValueError(f"{where}: no zones '{control.zones}'; there are {zones}")
            if unknown := [d for d in control.dimensions if d not in dimensions]:
                raise ValueError(f"{where}: no dimension {unknown}; there are {list(dimensions)}")
            key = frozenset(control.dimensions)
            if len(key) < len(control.dimensions):
                raise ValueError(f"{where}: the dimension is named twice")
            if key in covered:
                raise ValueError(
                    f"{where} and control '{covered[key]}' are about the same; keep that of the "
                    "smaller zones, the larger ones are sums of them"
                )
            covered[key] = control.name
            expected = [dimensions[d] for d in control.dimensions]
            widths = {len(row) for row in control.columns()}
            shape = [len(control.totals), *(widths if len(expected) == 2 else [])]
            if shape != expected or (len(expected) == 1 and widths != {1}):
                raise ValueError(
                    f"{where}: expected {' x '.join(map(str, expected))} columns of totals, one "
                    f"for each category, found {' x '.join(map(str, shape))}"
                )
        named = {d for control in self.controls for d in control.dimensions}
        if unused := sorted(dimensions.keys() - named):
            raise ValueError(f"no control is about the dimensions {unused}; add one or drop them")
        if not any(control.zones == zones[0] for control in self.controls):
            raise ValueError(f"no control is about the zones '{zones[0]}'; add one")
        if self.persons is not None:
            if self.persons.dimension not in dimensions:
                raise ValueError(f"persons: no dimension '{self.persons.dimension}'")
            if self.persons.zones not in zones:
                raise ValueError(f"persons: no zones '{self.persons.zones}'; there are {zones}")
        return self
