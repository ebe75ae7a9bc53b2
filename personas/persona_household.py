"""The household of a persona: its members by role, worked out from the flat columns of a row.

A row names the two outer children's ages; a child in between gets the age evenly spaced between
them. Ages of parents, relatives and roommates are not sampled and stay absent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from .persona_sections import Section

NOBODY = -1
"""What a population writes for the age of somebody who does not exist; absent in the persona."""
_COUPLES = ("couple without children at home", "couple with children at home")
_MOST_PARENTS = 2
_PARENTS = ("couple with children at home", "single parent")
_AGES_OF_GROUP = {
    "baby": (0, 1), "toddler": (2, 4), "grade-schooler": (5, 12), "teenager": (13, 17),
}  # fmt: skip

Role = Literal["self", "partner", "child", "parent", "relative", "roommate"]


class Member(Section):
    """One person in the home."""

    role: Role
    """What the member is to the persona; `self` is the persona."""
    age: int | None = Field(default=None, ge=0, le=120)
    """Years; None where the population does not say."""


class Household(Section):
    """Who lives together, and in what."""

    kind: Literal[
        "lives alone",
        "couple without children at home",
        "couple with children at home",
        "single parent",
        "with parents",
        "with roommates",
    ] = Field(json_schema_extra={"column": "household"})
    """Whom the person lives with."""
    size: int = Field(ge=1, le=20, json_schema_extra={"column": "household_size"})
    """People in the home, the person included."""
    partner_age: int | None = Field(ge=16, le=110)
    """Years of the partner in the home; None without one."""
    children: int = Field(ge=0, le=12)
    """Children under 18 in the home as the person's own."""
    youngest_child: Literal["none", "baby", "toddler", "grade-schooler", "teenager"]
    """Age group of the youngest: 0 to 1, 2 to 4, 5 to 12, 13 to 17 years."""
    youngest_child_age: int | None = Field(ge=0, le=17)
    """Years of the youngest child in the home; None without one."""
    oldest_child_age: int | None = Field(ge=0, le=17)
    """Years of the oldest child in the home; None without one."""
    other_people: int = Field(ge=0, le=12)
    """Parents, relatives or roommates in the home."""
    tenure: Literal["owns", "rents"]
    """Whether the household owns or rents its home."""
    dwelling: Literal["house", "townhouse", "apartment", "mobile home"]
    """Kind of home."""
    years_at_address: int = Field(ge=0, le=110)
    """Full years in the present home."""
    vehicles: int = Field(ge=0, le=20)
    """Cars, vans and pickups of the household."""
    home_internet: bool
    """Broadband at home."""
    pet: Literal["none", "cat", "dog", "dog and cat"]
    """Pets in the home."""
    members: tuple[Member, ...] = Field(min_length=1)
    """Everybody in the home: the person first, then partner, children from the oldest, others."""

    @model_validator(mode="after")
    def _members_are_those_of_the_columns(self) -> Self:
        roles = [member.role for member in self.members]
        partners = int(self.kind in _COUPLES)
        counts: tuple[tuple[Role, int, str], ...] = (
            ("self", 1, "one person is the persona"),
            ("partner", partners, "a couple has a partner, nobody else has"),
            ("child", self.children, "`children` counts them"),
        )
        for role, wanted, why in counts:
            if roles.count(role) != wanted:
                raise ValueError(f"wrong number of members in the role '{role}': {why}")
        if roles[0] != "self":
            raise ValueError("the first member must be the persona itself")
        if len(roles) != self.size:
            raise ValueError("size is not the number of members")
        if (self.partner_age is None) == bool(partners):
            raise ValueError("partner_age must be given for a couple, and for nobody else")
        if (self.children > 0) != (self.kind in _PARENTS):
            raise ValueError("children at home make a household with children, and only they do")
        if self.kind == "lives alone" and self.size != 1:
            raise ValueError("living alone is a household of one")
        return self

    @model_validator(mode="after")
    def _ages_of_children_agree(self) -> Self:
        low, high = self.youngest_child_age, self.oldest_child_age
        if self.children == 0:
            if (low, high, self.youngest_child) != (None, None, "none"):
                raise ValueError("ages or an age group of children without children")
            return self
        if low is None or high is None or low > high or (self.children == 1 and low != high):
            raise ValueError("youngest and oldest child's ages must be given, in order, and equal "
                             "for one child")  # fmt: skip
        first, last = _AGES_OF_GROUP.get(self.youngest_child, (99, 0))
        if not first <= low <= last:
            raise ValueError("youngest_child_age lies outside the age group of youngest_child")
        ages = [member.age for member in self.members if member.role == "child"]
        if ages != child_ages(self.children, low, high):
            raise ValueError("ages of the children among the members are not those of the columns")
        return self


def household_members(columns: Mapping[str, Any], *, age: Any) -> tuple[dict[str, Any], ...]:
    """Return the members that a household's columns describe, as fields of `Member`.

    Args:
        columns: Fields of `Household` by name, `members` not among them; not validated yet.
        age: Years of the persona.

    Raises:
        TypeError: If a count or a child's age is no whole number.
    """
    members: list[tuple[Role, Any]] = [("self", age)]
    if columns["partner_age"] is not None:
        members.append(("partner", columns["partner_age"]))
    low, high = columns["youngest_child_age"], columns["oldest_child_age"]
    if low is not None and high is not None:
        members += [("child", years) for years in child_ages(columns["children"], low, high)]
    for number in range(columns["other_people"]):
        if columns["kind"] == "with roommates":
            members.append(("roommate", None))
        else:
            is_parent = columns["kind"] == "with parents" and number < _MOST_PARENTS
            members.append(("parent" if is_parent else "relative", None))
    return tuple({"role": role, "age": years} for role, years in members)


def child_ages(children: int, youngest: int, oldest: int) -> list[int]:
    """Return the children's ages from the oldest: the outer two, and evenly spaced ones between."""
    if children <= 1:
        return [oldest] * children
    step = (oldest - youngest) / (children - 1)
    return [oldest - round(number * step) for number in range(children)]
