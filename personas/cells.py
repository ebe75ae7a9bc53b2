"""Cells of a plan: who belongs to each, how common they are, what one of them weighs.

How common people are is counted in a trial of fixed seed, so it is the same for every run.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .conditions import Column, Comparison, Condition, Conditions, holds, references_of
from .errors import PopulationError
from .population import BLOCK_SLOTS, REFERENCE_SEED, Population
from .population_checks import check_conditions
from .quota_config import Selection
from .random_stream import SlotNumbers

_TRIAL_CANDIDATES = 65_536
"""Candidates drawn together in the trial."""
_FEWEST_TRIALS = 8
"""Trials of a plan with several cells, whose weights rest on their shares."""
_MAX_TRIALS = 64
"""Trials before people who never occurred are called impossible: 4 million candidates."""
_ENOUGH = 4_096
"""People of a cell after which its share is known to 2 % of itself."""
_SHARE_PARTS = 1_000_000
"""Parts of the whole in which shares are counted: six decimals are kept exactly."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Some people, and their part of the slots."""

    name: str
    """Name in the column `cell`; empty without quotas and boosts."""
    when: tuple[Conditions, ...]
    """Each of these conditions holds."""
    unless: tuple[Conditions, ...]
    """None of these holds: the boosts that do not concern the cell."""
    needs: frozenset[str]
    """Columns that must be drawn to judge any cell of the plan."""
    acceptance: float = 1.0
    """Share of candidates who fit and break no rule about `needs`."""
    parts: int = 1
    """Slots of the cell, relative to the other cells."""
    weight: float = 1.0
    """Design weight of each of its rows."""

    def fits(self, population: Population, columns: dict[str, Column], n: int) -> NDArray[np.bool_]:
        """Return which of `n` candidates belong to the cell and break no rule known so far."""
        fit = ~population.broken_rules(columns, n, known=columns)
        for conditions in self.when:
            fit &= holds(conditions, columns, n)
        for conditions in self.unless:
            fit &= ~holds(conditions, columns, n)
        return fit

    def words(self) -> str:
        """Return the conditions as a message names them."""
        parts = [_words(name, one) for when in self.when for name, one in when.items()]
        parts += [
            "not (" + ", ".join(_words(name, one) for name, one in when.items()) + ")"
            for when in self.unless
        ]
        return ", ".join(parts) or "no condition"


def cells_of(population: Population, selection: Selection) -> tuple[Cell, ...]:
    """Return the cells of a plan with their sizes and weights.

    Raises:
        PopulationError: If a condition names what does not exist, nobody fits a cell, or two
            quotas share people.
    """
    for where, when in _named_conditions(selection):
        check_conditions(when, population.columns, population=population.config.name, where=where)
    cells, quota_of, factors = _blank_cells(population, selection)
    accepted, shares, overlap = _count(population, cells, may_be_empty=bool(selection.boosts))
    if overlap:
        first, second = overlap
        raise PopulationError(
            f"population '{population.config.name}': the quotas {cells[first].name!r} and "
            f"{cells[second].name!r} share people; make their conditions exclude each other."
        )
    if not selection.has_cells:
        return (_with(cells[0], acceptance=accepted[0]),)
    present = [i for i, share in enumerate(shares) if share > 0]
    sizes = np.zeros(len(cells))
    for number in range(max(quota_of) + 1):
        mine = [i for i in present if quota_of[i] == number]
        boosted = np.array([shares[i] * factors[i] for i in mine])
        if not mine:
            raise _nobody(population, [cells[quota_of.index(number)]], _MAX_TRIALS)
        sizes[mine] = _quota_size(selection, number) * boosted / boosted.sum()
    total = sum(shares)
    parts = _whole_parts(selection, sizes, quota_of)
    made = sum(parts[i] for i in present)
    return tuple(
        _with(
            cells[i],
            acceptance=accepted[i],
            parts=parts[i],
            weight=round(shares[i] / total * made / parts[i], 9),
        )
        for i in present
    )


def _named_conditions(selection: Selection) -> list[tuple[str, Conditions]]:
    named: list[tuple[str, Conditions]] = [("who", selection.who)]
    named += [(f"quota {quota.name!r}", quota.when) for quota in selection.quotas]
    named += [(f"boost {i + 1}", boost.when) for i, boost in enumerate(selection.boosts)]
    return named


def _blank_cells(
    population: Population, selection: Selection
) -> tuple[list[Cell], list[int], list[float]]:
    """Return each quota crossed with each combination of boosts; its quota; its factor."""
    asked = set[str]().union(*(references_of(when) for _, when in _named_conditions(selection)))
    needs = population.depends_on(asked)
    cells: list[Cell] = []
    quota_of: list[int] = []
    factors: list[float] = []
    boosts = selection.boosts
    labels = [boost.name or f"boost_{i + 1}" for i, boost in enumerate(boosts)]
    for number, quota in enumerate(selection.quotas or [None]):
        for applies in itertools.product((True, False), repeat=len(boosts)):
            on = [i for i, one in enumerate(applies) if one]
            when: list[Conditions] = [selection.who] if selection.who else []
            when += [quota.when] if quota is not None else []
            when += [boosts[i].when for i in on]
            unless = tuple(boosts[i].when for i, one in enumerate(applies) if not one)
            label = "+".join(labels[i] for i in on) or ("rest" if boosts else "")
            name = quota.name if quota is not None else label
            cells.append(Cell(name, tuple(when), unless, needs))
            quota_of.append(number)
            factors.append(math.prod(boosts[i].factor for i in on))
    return cells, quota_of, factors


def _count(
    population: Population, cells: Sequence[Cell], *, may_be_empty: bool
) -> tuple[list[float], list[float], tuple[int, int] | None]:
    """Return by cell the acceptance of candidates and the share of people; two that overlap."""
    hits = np.zeros(len(cells), dtype=np.int64)
    kept: list[list[dict[str, Column]]] = [[] for _ in cells]
    tried = 0
    for trial in range(_MAX_TRIALS):
        slots = np.arange(trial * _TRIAL_CANDIDATES, (trial + 1) * _TRIAL_CANDIDATES)
        stream = f"cells/{population.config.name}"
        numbers = SlotNumbers(REFERENCE_SEED, stream, slots, block_slots=BLOCK_SLOTS)
        columns = population.draw(numbers, only=cells[0].needs)
        fits = np.stack([cell.fits(population, columns, len(slots)) for cell in cells])
        if len(cells) > 1 and (twice := np.flatnonzero(fits.sum(axis=0) > 1)).size:
            first, second = np.flatnonzero(fits[:, twice[0]])[:2]
            return [], [], (int(first), int(second))
        tried += len(slots)
        for position, fit in enumerate(fits):
            if hits[position] < _ENOUGH and fit.any():
                kept[position].append({n: c.taken(fit) for n, c in columns.items()})
        hits += fits.sum(axis=1)
        if trial + 1 < (_FEWEST_TRIALS if len(cells) > 1 else 1):
            continue
        if hits.min() >= _ENOUGH or (may_be_empty and _enough_but_empty(hits)):
            break
    if not may_be_empty and (hits == 0).any():
        raise _nobody(population, [c for c, h in zip(cells, hits, strict=True) if h == 0], tried)
    acceptance = [float(h) / tried for h in hits]
    shares = [
        accepted * _share_within_rules(population, parts, cell) if parts else 0.0
        for accepted, parts, cell in zip(acceptance, kept, cells, strict=True)
    ]
    return acceptance, shares, None


def _enough_but_empty(hits: NDArray[np.int64]) -> bool:
    """Whether every combination of boosts that occurs at all is counted well enough."""
    return bool(((hits >= _ENOUGH) | (hits == 0)).all() and hits.any())


def _share_within_rules(
    population: Population, parts: Sequence[dict[str, Column]], cell: Cell
) -> float:
    """Return how many of those who fit break no rule once all their columns are drawn."""
    names = parts[0].keys()
    above = {
        name: Column(
            np.concatenate([part[name].values for part in parts])[:_ENOUGH],
            parts[0][name].categories,
        )
        for name in names
    }
    n = len(next(iter(above.values())).values)
    stream = f"cells/{population.config.name}/rest"
    columns = population.draw(SlotNumbers(REFERENCE_SEED, stream, np.arange(n)), above=above)
    share = 1.0 - float(population.broken_rules(columns, n).mean())
    if share == 0.0:
        raise PopulationError(
            f"population '{population.config.name}': each of {n:,} people with {cell.words()} "
            "breaks a rule. Weaken the condition, or correct the rules."
        )
    return share


def _nobody(population: Population, cells: Sequence[Cell], tried: int) -> PopulationError:
    cell = cells[0]
    slots = np.arange(_TRIAL_CANDIDATES)
    numbers = SlotNumbers(REFERENCE_SEED, f"cells/{population.config.name}", slots)
    columns = population.draw(numbers, only=cell.needs)
    alone = [
        (_words(name, one), float(holds({name: one}, columns, len(slots)).mean()))
        for when in cell.when
        for name, one in when.items()
    ]
    listed = "; ".join(f"{words} in {share:.2%}" for words, share in alone)
    whose = f"cell {cell.name!r}: " if cell.name else ""
    return PopulationError(
        f"population '{population.config.name}': {whose}nobody among {tried:,} candidates had "
        f"{cell.words()}. By themselves: {listed}. Weaken or drop the condition, or correct the "
        "tables that exclude it."
    )


def _quota_size(selection: Selection, number: int) -> float:
    if not selection.quotas:
        return 1.0
    quota = selection.quotas[number]
    return float(quota.share if quota.share is not None else quota.n or 0)


def _whole_parts(
    selection: Selection, sizes: NDArray[np.float64], quota_of: Sequence[int]
) -> list[int]:
    """Return the sizes as whole parts; quotas by number or share keep theirs exactly."""
    scale = (selection.total or _SHARE_PARTS) / float(sizes.sum())
    parts = [max(1, round(size * scale)) if size > 0 else 0 for size in sizes]
    for number, quota in enumerate(selection.quotas):
        # What rounding moved between the boosted parts of a quota goes to its largest.
        mine = [i for i, one in enumerate(quota_of) if one == number]
        largest = max(mine, key=lambda i: parts[i])
        parts[largest] += round(_quota_size(selection, number) * scale) - sum(
            parts[i] for i in mine
        )
        if parts[largest] < 1:
            raise PopulationError(
                f"quota {quota.name!r} is too small for {sum(parts[i] > 0 for i in mine)} boosted "
                "cells; give it more slots, or drop a boost."
            )
    return parts


def _with(cell: Cell, **changes: Any) -> Cell:
    return replace(cell, **changes)


def _words(name: str, condition: Condition) -> str:
    if isinstance(condition, Comparison):
        said = condition.model_dump(exclude_none=True)
        return f"{name} " + " and ".join(f"{key} {value}" for key, value in said.items())
    return f"{name} = {condition}"
