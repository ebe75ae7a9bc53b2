"""The words in which a plan says whom it wants: `who`, `quotas` and `boosts`.

`who` keeps only some people. Quotas divide the slots between cells in fixed shares. A boost draws
some people more often. Rows of a plan with quotas or boosts carry the design weight that undoes
them: weighted, they stand for the people of `who` as the population has them.
"""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, Field, model_validator

from .attribute_base import FROZEN
from .conditions import Condition
from .population_config import SHARE_SUM_TOLERANCE

CELL, WEIGHT = "cell", "weight"
"""Columns that quotas and boosts add."""
MAX_BOOSTS = 6
"""Boosts of one plan; each doubles the number of cells."""
CellName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 _.,<>=-]{0,79}$")]


class Quota(BaseModel):
    """A cell of the plan: some people, and how many of them."""

    model_config = FROZEN

    name: CellName
    """Name of the cell, in the column `cell` and in reports."""
    when: dict[str, Condition] = Field(min_length=1)
    """Who belongs to it; cells must not share anybody."""
    share: float | None = Field(default=None, gt=0.0, le=1.0)
    """Share of the slots, up to six decimals; those of all quotas sum to 1."""
    n: int | None = Field(default=None, ge=1)
    """Number of slots, instead of `share`; those of all quotas sum to the `n` of the plan."""

    @model_validator(mode="after")
    def _has_a_size(self) -> Self:
        if (self.share is None) == (self.n is None):
            raise ValueError("a quota needs either `share` or `n`")
        return self


class PeopleBoost(BaseModel):
    """People who are drawn more (or less) often than they occur."""

    model_config = FROZEN

    name: CellName | None = None
    """Name in the column `cell`; by default boost_1, boost_2 and so on."""
    when: dict[str, Condition] = Field(min_length=1)
    """Who."""
    factor: float = Field(gt=0.0, le=1_000.0, allow_inf_nan=False)
    """By how much their odds against everyone else are multiplied."""


class Selection(BaseModel):
    """Whom a plan takes from its population; everyone when empty."""

    model_config = FROZEN

    who: dict[str, Condition] = Field(default_factory=dict)
    """Conditions that each person meets."""
    quotas: list[Quota] = Field(default_factory=list, max_length=200)
    """Cells with fixed shares or numbers."""
    boosts: list[PeopleBoost] = Field(default_factory=list, max_length=MAX_BOOSTS)
    """People drawn more often, within each quota if there are any."""

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        names = [quota.name for quota in self.quotas]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"two quotas are named {twice[0]!r}")
        shares = [quota.share for quota in self.quotas if quota.share is not None]
        if shares and len(shares) < len(self.quotas):
            raise ValueError("give every quota a `share` or every quota an `n`, not both kinds")
        if shares and abs(sum(shares) - 1.0) > SHARE_SUM_TOLERANCE:
            raise ValueError(f"the shares of the quotas sum to {sum(shares):.6g}; expected 1")
        return self

    @property
    def has_cells(self) -> bool:
        """Whether rows carry a cell and a weight."""
        return bool(self.quotas or self.boosts)

    @property
    def total(self) -> int | None:
        """Slots that quotas by number add up to; None without such quotas."""
        numbers = [quota.n for quota in self.quotas if quota.n is not None]
        return sum(numbers) if numbers else None
