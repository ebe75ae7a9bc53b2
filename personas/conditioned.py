"""A population of which only some people are wanted: conditions, quotas, boosts.

It is sampled as the population itself is: by seed and window of slots, each slot independent of
the size of the run. A slot takes the first of its own candidates who fits. For candidates only
the columns that the conditions depend on are drawn; the rest is drawn for those accepted. Whoever
then breaks a rule makes room for a new candidate, so the people are distributed exactly as those
of the population who fit.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from .attribute_info import AttributeInfo
from .catalogue import Catalogue
from .cell_order import CellOrder
from .cells import Cell, cells_of
from .conditions import Column
from .config_error import config_error
from .errors import PopulationError
from .population import (
    BLOCK_SLOTS,
    CHUNK_SLOTS,
    MAX_ATTEMPTS,
    REFERENCE_SEED,
    Population,
    whole_table,
    windows,
)
from .population_config import PopulationConfig
from .quota_config import CELL, WEIGHT, Selection
from .random_stream import SlotNumbers

if TYPE_CHECKING:
    import pyarrow as pa

_MAX_CANDIDATES = 131_072
"""Candidates drawn together; bounds memory."""
_MAX_PER_ROUND = 4_096
"""Candidates of one slot before the slots that found nobody are asked again."""
_CANDIDATES_PER_PERSON = 1.5
"""Candidates per slot and round, times the share of people who fit: 78 % of slots find somebody."""
_EXPECTED_BEFORE_GIVING_UP = 60.0
"""People who should have fitted by chance before a slot is given up: 1 slot in 10^26 needs more."""


@dataclass(frozen=True)
class ConditionedPopulation:
    """Some people of a population; build it with `Population.where` or `select`."""

    base: Population
    """The population they are taken from."""
    selection: Selection
    """Who is taken."""
    cells: tuple[Cell, ...]
    """The cells that slots belong to; one when there are no quotas or boosts."""
    order: CellOrder
    """Which cell each slot belongs to."""
    sha256: str
    """Hash of everything that decides who is sampled."""

    @classmethod
    def of(cls, base: Population, conditions: Mapping[str, Any]) -> ConditionedPopulation:
        """Return the people of `base` to whom `conditions` apply; see `Population.where`."""
        try:
            selection = Selection.model_validate({"who": dict(conditions)})
        except ValidationError as error:
            raise config_error(error, model=Selection, source="conditions") from error
        return cls.selected(base, selection)

    @classmethod
    def selected(cls, base: Population, selection: Selection) -> ConditionedPopulation:
        """Return the people of `base` whom `selection` takes.

        Raises:
            PopulationError: If a condition names what does not exist, nobody fits a cell, quotas
                share people, or a column of the population is called `cell` or `weight`.
        """
        if selection.has_cells and (taken := {CELL, WEIGHT} & base.columns.keys()):
            raise PopulationError(
                f"population '{base.config.name}' has a column '{min(taken)}', and quotas and "
                "boosts add one of that name. Rename the attribute."
            )
        cells = cells_of(base, selection)
        order = CellOrder([cell.parts for cell in cells])
        return cls(base, selection, cells, order, _sha256(base, selection))

    @property
    def config(self) -> PopulationConfig:
        """The declaration of the population."""
        return self.base.config

    @property
    def catalogues(self) -> Mapping[str, Catalogue]:
        """Catalogue of each item attribute, by the attribute's name."""
        return self.base.catalogues

    @property
    def files(self) -> tuple[str, ...]:
        """Names of all files beside the population file that it needs, relative to it."""
        return self.base.files

    @property
    def columns(self) -> Mapping[str, AttributeInfo]:
        """Every column in the order of drawing, hidden ones too."""
        if not self.selection.has_cells:
            return self.base.columns
        names = tuple(dict.fromkeys(cell.name for cell in self.cells))
        weights = [cell.weight for cell in self.cells]
        return {
            **self.base.columns,
            CELL: AttributeInfo(str, names),
            WEIGHT: AttributeInfo(float, low=min(weights), high=max(weights)),
        }

    @property
    def attribute_types(self) -> dict[str, type]:
        """Type of each column of a sample, in order: str, int, float or bool."""
        return {name: info.type for name, info in self.columns.items() if not info.hidden}

    def sample(self, seed: int, start: int, stop: int) -> pa.Table:
        """Return the people of slots `start` to `stop - 1`; see `Population.sample`.

        With quotas or boosts the columns `cell` and `weight` follow the attributes. Weights have
        the mean 1 over the plan.
        """
        return whole_table(self.stream(seed, start, stop))

    def stream(self, seed: int, start: int, stop: int) -> Iterator[pa.Table]:
        """Yield what `sample` returns in consecutive tables; see `Population.stream`."""
        yield from self._stream(seed, f"population/{self.config.name}", start, stop)

    def reference(self, n: int = 200_000) -> pa.Table:
        """Return `n` people from a stream of their own; see `Population.reference`."""
        stream = f"reference/{self.config.name}"
        return whole_table(self._stream(REFERENCE_SEED, stream, 0, n))

    def cell_names(self, start: int, stop: int) -> list[str]:
        """Return the name of the cell of slots `start` to `stop - 1`."""
        return [self.cells[cell].name for cell in self.order.cells(start, stop).tolist()]

    def cell_counts(self, n: int) -> dict[str, int]:
        """Return how many of the first `n` slots each cell has, by its name."""
        found: dict[str, int] = {}
        for cell, count in zip(self.cells, self.order.counts(n), strict=True):
            found[cell.name] = found.get(cell.name, 0) + count
        return found

    def _stream(self, seed: int, stream: str, start: int, stop: int) -> Iterator[pa.Table]:
        import pyarrow as pa

        block = self._block_slots()
        for first, last in windows(start, stop, step=max(block, CHUNK_SLOTS)):
            begin, end = first // block * block, -(-last // block) * block
            columns = self._draw(seed, stream, begin, end, block)
            window = slice(first - begin, last - begin)
            table = self.base.to_table(
                {name: Column(c.values[window], c.categories) for name, c in columns.items()}
            )
            if self.selection.has_cells:
                cells = self.order.cells(first, last)
                names = pa.array([cell.name for cell in self.cells], pa.string())
                weights = np.array([cell.weight for cell in self.cells])
                table = table.append_column(CELL, names.take(pa.array(cells)))
                table = table.append_column(WEIGHT, pa.array(weights[cells], pa.float64()))
            yield table

    def _block_slots(self) -> int:
        """Return over how many slots first draws are spread: fewer the rarer the people are."""
        wanted = max(1, _MAX_CANDIDATES // max(_per_round(cell) for cell in self.cells))
        return int(min(BLOCK_SLOTS, 1 << (wanted.bit_length() - 1)))

    def _draw(self, seed: int, stream: str, start: int, stop: int, block: int) -> dict[str, Column]:
        slots = np.arange(start, stop)
        cells = self.order.cells(start, stop)
        columns: dict[str, Column] = {}
        waiting = np.arange(len(slots))
        counted = self.base.counted_columns
        asked = frozenset[str]().union(*(cell.needs for cell in self.cells))
        for life in range(MAX_ATTEMPTS):
            above: dict[str, Column] = {}
            if life == 0 or not asked <= counted:
                above = self._accepted(seed, stream, slots[waiting], cells[waiting], life)
            if life > 0 and (asked <= counted or asked.isdisjoint(counted)):
                above |= self.base.counted_of(columns, waiting)  # a slot keeps its unit
            numbers = SlotNumbers(
                seed, f"{stream}/rest", slots[waiting], life, block if life == 0 else 1
            )
            drawn = self.base.draw(numbers, above=above)
            for name, column in drawn.items():
                if life == 0:
                    columns[name] = Column(column.values.copy(), column.categories)
                else:
                    columns[name].values[waiting] = column.values
            waiting = waiting[self.base.broken_rules(drawn, len(waiting))]
            if len(waiting) == 0:
                return columns
        raise PopulationError(
            f"population '{self.config.name}': slot {int(slots[waiting[0]])} broke a rule in each "
            f"of {MAX_ATTEMPTS} draws under {self.cells[int(cells[waiting[0]])].words()}. Move the "
            "exclusion from the rules into the conditional tables, or weaken the condition."
        )

    def _accepted(
        self,
        seed: int,
        stream: str,
        slots: NDArray[np.int64],
        cells: NDArray[np.int64],
        life: int,
    ) -> dict[str, Column]:
        """Return the columns that the conditions depend on, of the first candidate who fits."""
        found: dict[str, Column] = {}
        for position, cell in enumerate(self.cells):
            mine = np.flatnonzero(cells == position)
            if len(mine) == 0:
                continue
            per_round = _per_round(cell)
            rounds = int(_EXPECTED_BEFORE_GIVING_UP / (per_round * cell.acceptance)) + 2
            for attempt in range(rounds):
                mine = self._one_round(
                    seed, f"{stream}/candidate/{life}", slots, mine, cell, attempt, found
                )
                if len(mine) == 0:
                    break
            else:
                raise PopulationError(
                    f"population '{self.config.name}': slot {int(slots[mine[0]])} found nobody "
                    f"among {rounds * per_round:,} candidates with {cell.words()}. Weaken the "
                    "condition."
                )
        return found

    def _one_round(
        self,
        seed: int,
        stream: str,
        slots: NDArray[np.int64],
        waiting: NDArray[np.int64],
        cell: Cell,
        attempt: int,
        found: dict[str, Column],
    ) -> NDArray[np.int64]:
        """Draw candidates for the `waiting` slots, keep who fits, return the slots left over."""
        per_round = _per_round(cell)
        together = max(1, _MAX_CANDIDATES // per_round)
        left = []
        for first in range(0, len(waiting), together):
            some = waiting[first : first + together]
            candidates = slots[some, None] * per_round + np.arange(per_round)
            numbers = SlotNumbers(seed, stream, candidates.reshape(-1), attempt)
            columns = self.base.draw(numbers, only=cell.needs)
            fits = cell.fits(self.base, columns, len(numbers)).reshape(len(some), per_round)
            has_one = fits.any(axis=1)
            chosen = np.flatnonzero(has_one) * per_round + np.argmax(fits, axis=1)[has_one]
            for name, column in columns.items():
                if name not in found:
                    room = column.values[np.zeros(len(slots), dtype=np.int64)]
                    found[name] = Column(room, column.categories)
                found[name].values[some[has_one]] = column.values[chosen]
            left.append(some[~has_one])
        return np.concatenate(left)


def select(population: Population, selection: Selection) -> Population | ConditionedPopulation:
    """Return the people whom `selection` takes: the population itself when it takes everyone."""
    if not (selection.who or selection.has_cells):
        return population
    return ConditionedPopulation.selected(population, selection)


def _per_round(cell: Cell) -> int:
    return int(np.clip(np.ceil(_CANDIDATES_PER_PERSON / cell.acceptance), 1, _MAX_PER_ROUND))


def _sha256(base: Population, selection: Selection) -> str:
    # Whoever is selected otherwise is somebody else, so the selection is part of who they are;
    # quotas by number count by their proportions, so that the same mix gives the same people.
    # The number of slots is not, nor is the order of keys.
    fields = set(Selection.model_fields)
    content = selection.model_dump(mode="json", include=fields, exclude_defaults=True)
    if selection.total is not None:
        numbers = CellOrder([quota.n or 0 for quota in selection.quotas]).weights
        for quota, number in zip(content["quotas"], numbers, strict=True):
            quota["n"] = number
    text = json.dumps([base.sha256, content], ensure_ascii=True, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
