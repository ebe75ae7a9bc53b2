"""The words in which a group of correlated numbers is declared: traits, scores, amounts.

The figures are wanted totals, as a table of a paper prints them. How strongly each column must
lean on the attributes above to show them is worked out in `correlated.py`.
"""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, Field, model_validator

from .attribute_base import FROZEN, AttributeBase, Name
from .conditions import Condition


class CorrelatedColumn(BaseModel):
    """One number of the group: normal around a mean, cut at both ends."""

    model_config = FROZEN

    mean: float = Field(allow_inf_nan=False)
    """Mean over everyone, before the ends are cut."""
    sd: float = Field(gt=0.0, allow_inf_nan=False)
    """Standard deviation over everyone, before the ends are cut."""
    low: float = Field(allow_inf_nan=False)
    """Smallest value; less becomes this."""
    high: float = Field(allow_inf_nan=False)
    """Largest value; more becomes this."""
    whole: bool = False
    """Round to whole numbers."""
    about: str = ""
    """What it measures, its source and its reliability."""

    @model_validator(mode="after")
    def _is_a_range(self) -> Self:
        if not self.low < self.mean < self.high:
            raise ValueError(
                f"low {self.low:g}, mean {self.mean:g}, high {self.high:g}: "
                "expected low < mean < high"
            )
        if self.whole and (self.low % 1 or self.high % 1):
            raise ValueError("low and high of whole numbers must be whole")
        return self


class Correlation(BaseModel):
    """How two columns of the group go together over everyone."""

    model_config = FROZEN

    pair: tuple[Name, Name]
    """Two columns of the group."""
    r: float = Field(gt=-1.0, lt=1.0)
    """Pearson correlation over everyone."""


class Effect(BaseModel):
    """How a column goes together with an attribute above the group.

    Give `attribute` and `r`, or `when` and `d`. A column leans on the attributes of its own effects
    only: with an attribute that no effect of it names, it has what follows from those.
    """

    model_config = FROZEN

    column: Name
    """Column of the group."""
    attribute: Name | None = None
    """A numeric attribute above."""
    r: float | None = Field(default=None, gt=-1.0, lt=1.0)
    """Pearson correlation with it over everyone."""
    when: dict[Name, Condition] | None = Field(default=None, min_length=1)
    """A group of people, by attributes above."""
    d: float | None = Field(default=None, allow_inf_nan=False)
    """Mean of these people less the mean of the rest, in standard deviations within the two groups
    (Cohen's d)."""

    @model_validator(mode="after")
    def _is_one_of_two(self) -> Self:
        by_number = self.attribute is not None and self.r is not None
        by_group = self.when is not None and self.d is not None
        given = sum(one is not None for one in (self.attribute, self.r, self.when, self.d))
        if by_number == by_group or given != 2:
            raise ValueError("an effect needs `attribute` and `r`, or `when` and `d`")
        return self


class CorrelatedGroup(AttributeBase):
    """Several numbers drawn together: right among each other and with the attributes above.

    The name stands for the group in messages; the columns are ordinary numeric attributes for all
    that is declared below.
    """

    kind: Literal["correlated"]
    columns: dict[Name, CorrelatedColumn] = Field(min_length=1, max_length=64)
    """The numbers, by column name."""
    correlations: list[Correlation] = Field(default_factory=list)
    """Wanted correlations between columns; 0 for pairs that are not named."""
    effects: list[Effect] = Field(default_factory=list)
    """Wanted relations with attributes above."""

    @model_validator(mode="after")
    def _names_its_own_columns(self) -> Self:
        seen: set[frozenset[str]] = set()
        for one in self.correlations:
            pair = frozenset(one.pair)
            if unknown := sorted(pair - self.columns.keys()):
                raise ValueError(f"a correlation names {unknown[0]!r}, no column of the group")
            if len(pair) < 2 or pair in seen:
                raise ValueError(f"correlations name the pair {list(one.pair)} wrongly or twice")
            seen.add(pair)
        for effect in self.effects:
            if effect.column not in self.columns:
                raise ValueError(f"an effect names {effect.column!r}, no column of the group")
        named = [
            (e.column, e.attribute, repr(sorted((e.when or {}).items()))) for e in self.effects
        ]
        if len(set(named)) < len(named):
            raise ValueError("two effects of one column name the same attribute or group")
        return self
