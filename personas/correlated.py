"""Draw a correlated group: coefficients once from a trial draw, then normal numbers per slot.

A column is its mean plus what it leans on the attributes above plus a normal rest; the rests of
the columns are correlated. Leaning and rest are solved so that the totals are the declared ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .conditions import Column, Conditions, holds, numbers_of, references_of
from .correlated_config import CorrelatedGroup, Effect
from .errors import PopulationError
from .random_stream import SlotNumbers

_DECIMALS = 10
"""Coefficients are rounded to this, which hides what linear algebra libraries differ in."""
_LEAST_SHARE = 1e-4
"""A group of people must hold this share of the trial draw, or d says nothing about it."""
_WORST_CONDITION = 1e8
"""Condition number above which two covariates of one column count as the same."""


@dataclass(frozen=True, slots=True)
class Covariate:
    """What some column leans on: a number or membership of a group, standardised."""

    attribute: str | None
    """Numeric attribute; None for a group."""
    when: Conditions
    """The group."""
    centre: float
    """Mean in the trial draw."""
    scale: float
    """Standard deviation in the trial draw."""

    def standardised(self, columns: Mapping[str, Column], n: int) -> NDArray[np.float64]:
        """Return the covariate of `n` slots in standard deviations from its mean."""
        return (_raw(self.attribute, self.when, columns, n) - self.centre) / self.scale


@dataclass(frozen=True, slots=True)
class SolvedGroup:
    """A group with the coefficients that give it the declared totals."""

    group: CorrelatedGroup
    covariates: tuple[Covariate, ...]
    slopes: NDArray[np.float64]
    """Shape (columns, covariates): standard deviations per standard deviation."""
    mixing: NDArray[np.float64]
    """Lower triangle, shape (columns, columns): what turns independent rests into joint ones."""

    @property
    def inputs(self) -> frozenset[str]:
        """Columns that it leans on."""
        return covariate_names(self.group)

    @property
    def outputs(self) -> tuple[str, ...]:
        """Its columns."""
        return tuple(self.group.columns)

    def draw(self, columns: Mapping[str, Column], numbers: SlotNumbers) -> dict[str, Column]:
        """Return the columns of the group; each owns the stream of its name."""
        from scipy.special import ndtri

        n = len(numbers)
        covariates = [one.standardised(columns, n) for one in self.covariates]
        rests = []
        drawn: dict[str, Column] = {}
        for k, (name, column) in enumerate(self.group.columns.items()):
            rests.append(ndtri(np.clip(numbers.of(name), 2.0**-54, 1 - 2.0**-53)))
            # Term by term: a matrix product may round differently for another number of slots.
            score = np.zeros(n)
            for slope, covariate in zip(self.slopes[k], covariates, strict=True):
                if slope:
                    score += slope * covariate
            for weight, rest in zip(self.mixing[k, : k + 1], rests, strict=True):
                if weight:
                    score += weight * rest
            values = np.clip(column.mean + column.sd * score, column.low, column.high)
            # Fewer decimals than double precision hide in what mathematical libraries differ.
            drawn[name] = Column(
                np.round(values).astype(np.int64) if column.whole else np.round(values, 9)
            )
        return drawn


def solve_group(
    group: CorrelatedGroup, columns: Mapping[str, Column], n: int, *, where: str
) -> SolvedGroup:
    """Return the coefficients under which `group` shows its declared totals.

    With X the standardised covariates, C their covariance and S the wanted covariance of columns
    and covariates, column k leans on its own covariates by S C^-1, and the rests have the
    covariance R - B C B'. All totals are then exact in the trial draw.

    Args:
        group: The declaration.
        columns: Trial draw of the attributes above.
        n: Slots of the trial draw.
        where: How messages name the group.

    Raises:
        PopulationError: If a covariate does not vary, or no population can have these totals.
    """
    covariates = tuple(_covariates(group, columns, n, where))
    keys = [_key(one.attribute, one.when) for one in covariates]
    names = list(group.columns)
    shared = (
        np.stack([one.standardised(columns, n) for one in covariates])
        if covariates
        else np.zeros((0, n))
    )
    covariance = shared @ shared.T / n
    slopes = np.zeros((len(names), len(covariates)))
    for k, name in enumerate(names):
        mine = [effect for effect in group.effects if effect.column == name]
        if mine:
            at = [keys.index(_key(e.attribute, e.when or {})) for e in mine]
            slopes[k, at] = _slopes(mine, at, covariates, covariance, f"{where}, column '{name}'")
    wanted = np.eye(len(names))
    for one in group.correlations:
        i, j = (names.index(name) for name in one.pair)
        wanted[i, j] = wanted[j, i] = one.r
    explained = slopes @ covariance @ slopes.T
    mixing = _mixing(wanted - explained, explained, group, where)
    return SolvedGroup(group, covariates, np.round(slopes, _DECIMALS), np.round(mixing, _DECIMALS))


def covariate_names(group: CorrelatedGroup) -> frozenset[str]:
    """Return the attributes that `group` leans on."""
    numeric = {effect.attribute for effect in group.effects if effect.attribute is not None}
    return frozenset(numeric).union(*(references_of(e.when or {}) for e in group.effects))


def _covariates(
    group: CorrelatedGroup, columns: Mapping[str, Column], n: int, where: str
) -> list[Covariate]:
    found: dict[str, Covariate] = {}
    for effect in group.effects:
        when = effect.when or {}
        key = _key(effect.attribute, when)
        if key in found:
            continue
        raw = _raw(effect.attribute, when, columns, n)
        centre, scale = float(raw.mean()), float(raw.std())
        if effect.attribute is not None and scale == 0.0:
            raise PopulationError(
                f"{where}: an effect of '{effect.column}' leans on '{effect.attribute}', which has "
                f"one value only in {n:,} trial draws. Drop the effect."
            )
        if effect.attribute is None and not _LEAST_SHARE <= centre <= 1 - _LEAST_SHARE:
            raise PopulationError(
                f"{where}: an effect of '{effect.column}' compares people by "
                f"{', '.join(sorted(when))}, and {centre:.2%} of {n:,} trial draws are in the "
                "group; expected some inside and some outside. Drop the effect, or correct its "
                "condition."
            )
        found[key] = Covariate(
            effect.attribute, when, round(centre, _DECIMALS), round(scale, _DECIMALS)
        )
    return list(found.values())


def _slopes(
    effects: Sequence[Effect],
    at: Sequence[int],
    covariates: Sequence[Covariate],
    covariance: NDArray[np.float64],
    where: str,
) -> NDArray[np.float64]:
    wanted = []
    for effect, position in zip(effects, at, strict=True):
        if effect.r is not None:
            wanted.append(effect.r)
            continue
        # A 0/1 covariate of share p has the variance p(1-p); the total variance of the column is
        # 1, so a difference of d standard deviations within groups is d / sqrt(1 + p(1-p) d^2).
        spread = covariates[position].scale
        d = effect.d or 0.0
        wanted.append(d * spread / float(np.sqrt(1.0 + (spread * d) ** 2)))
    mine = covariance[np.ix_(at, at)]
    if np.linalg.cond(mine) > _WORST_CONDITION:
        raise PopulationError(
            f"{where}: two of its effects name covariates that say the same about everyone; "
            "keep one of them."
        )
    slopes: NDArray[np.float64] = np.linalg.solve(mine, np.array(wanted))
    share = float(slopes @ np.array(wanted))
    if share >= 1.0 - 1e-6:
        raise PopulationError(
            f"{where}: its effects together explain {share:.0%} of its variance; expected less "
            "than 100 %. Weaken the largest of them."
        )
    return slopes


def _mixing(
    rest: NDArray[np.float64],
    explained: NDArray[np.float64],
    group: CorrelatedGroup,
    where: str,
) -> NDArray[np.float64]:
    values, vectors = np.linalg.eigh(rest)
    if values[0] > 1e-9:
        return np.asarray(np.linalg.cholesky(rest))
    # The pair that pulls hardest in the direction in which the variance would be negative.
    names = list(group.columns)
    worst = vectors[:, 0]
    pull = rest * np.outer(worst, worst)
    np.fill_diagonal(pull, np.inf)
    i, j = sorted(np.unravel_index(int(np.argmin(pull)), pull.shape))
    raise PopulationError(
        f"{where}: no population has these correlations and effects together (the rest would have "
        f"the variance {values[0]:.3f}; expected above 0). Weaken the correlation of "
        f"'{names[i]}' and '{names[j]}' ({rest[i, j] + explained[i, j]:+.2f}, of which effects "
        f"give {explained[i, j]:+.2f}), or the effects of these two."
    )


def _raw(
    attribute: str | None, when: Conditions, columns: Mapping[str, Column], n: int
) -> NDArray[np.float64]:
    if attribute is not None:
        return numbers_of(columns[attribute])
    return holds(when, columns, n).astype(np.float64)


def _key(attribute: str | None, when: Conditions) -> str:
    return repr((attribute, sorted(when.items())))
