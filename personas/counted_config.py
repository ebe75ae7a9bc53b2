"""The words in which counted units are declared: a file that says how often each kind exists."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from .attribute_base import AttributeBase, Name


class CountedAttribute(AttributeBase):
    """Units, such as households, of which a file says how many of each kind exist.

    The file is a plain CSV: one column for each of `columns`, one with the number of units. With N
    units in all, the first N slots take each unit exactly once, in a pseudo-random order, so a
    run of N meets every total of the file and a shorter one is a simple random sample of it. The
    next N slots take all of them again, in another order.
    """

    kind: Literal["counted"]
    file: str = Field(min_length=1, max_length=300)
    """Path of the CSV, relative to the population file and inside its folder."""
    count: str = "households"
    """Column of the file with the number of units, whole and 0 or more."""
    columns: dict[Name, Literal["word", "integer"]] = Field(min_length=1)
    """Columns of the file that become columns of the sample, each with its type."""

    @model_validator(mode="after")
    def _counts_in_a_column_of_its_own(self) -> Self:
        if self.count in self.columns:
            raise ValueError(
                f"the column {self.count!r} holds the counts; take it out of `columns`"
            )
        return self
