"""Where a population file came from: the method, the rows, and what was spent to protect them.

It informs the reader and the report. It never changes who is sampled.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

_CONFIG = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class PrivacySpending(BaseModel):
    """The differential-privacy budget of a file and where it went."""

    model_config = _CONFIG

    epsilon: float = Field(gt=0.0, allow_inf_nan=False)
    """Budget that was granted; two tables that differ in one row give nearly the same file."""
    delta: float = Field(ge=0.0, lt=1.0)
    """Probability left out of that promise."""
    rho: float = Field(gt=0.0, allow_inf_nan=False)
    """The same budget as zero-concentrated privacy, the unit of `spent`."""
    spent: dict[str, float] = Field(default_factory=dict)
    """Rho spent by each step; together at most `rho`."""
    public: list[str] = Field(default_factory=list)
    """What was taken as known to everyone and so not protected."""


class Origin(BaseModel):
    """How a population file was made from data."""

    model_config = _CONFIG

    method: Literal["fitted", "fitted_privately", "synthesised"]
    """What made it: `populace fit`, the same from noisy counts, or `populace synthesise`."""
    source: str = ""
    """Name of the table, without its folder."""
    rows: int | None = Field(default=None, ge=0)
    """People it rests on; rounded and noisy when fitted privately."""
    weight: str | None = None
    """Column that said how many people a row stands for."""
    columns: dict[str, str] = Field(default_factory=dict)
    """Attribute of each column of the table, where the names differ."""
    dropped: list[str] = Field(default_factory=list)
    """Columns that were left out."""
    k: int | None = Field(default=None, ge=0)
    """Fewest people behind a category, an end of a band, a single number, a row or a share."""
    score: str = ""
    """What the structure search maximised."""
    parents: dict[str, list[str]] = Field(default_factory=dict)
    """Parents of each attribute in the network that gave the order."""
    seed: int | None = None
    """Seed of the fit."""
    privacy: PrivacySpending | None = None
    """Budget, when fitted privately."""
    notes: list[str] = Field(default_factory=list)
    """What else the reader should know."""
