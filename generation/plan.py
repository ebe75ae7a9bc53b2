"""What a run is to make: slots in order, each with its facts and its sanctioned identity.

Facts are sampled before any token is spent, in chunks, from streams keyed by (seed, slot): the
first k slots are the same whatever `n` is, and only the chunks in use are held in memory.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from ..personas.conditioned import ConditionedPopulation
from ..personas.identity import sample_identities
from ..personas.population import Population
from ..personas.schema import persona_id

CHUNK_SLOTS = 4096
"""Slots sampled together: sampling has a fixed cost per call, memory grows with the chunk."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One planned row."""

    index: int
    row_id: str
    attributes: Mapping[str, Any]
    identity: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PlanChunk:
    """Facts and identities of consecutive slots as columns."""

    attributes: pa.Table
    identities: pa.Table


class PersonaPlan:
    """A plan of `n` personas drawn from one population, or from some people of it.

    Ids follow from population, selection, seed and slot: the first thousand of a hundred thousand
    personas are those of a run of a thousand. A plan of everyone has the ids of the population.
    """

    def __init__(
        self, population: Population | ConditionedPopulation, *, seed: int, n: int
    ) -> None:
        """Plan `n` slots of `population` under `seed`; nothing is sampled yet."""
        self.population = population
        self.seed = seed
        self.n = n
        self._open: dict[int, list[Slot]] = {}

    def chunk(self, start: int, stop: int) -> PlanChunk:
        """Sample slots `start` to `stop` (exclusive) as columns."""
        attributes = self.population.sample(self.seed, start, stop)
        locale = self.population.config.locale
        identities = sample_identities(attributes, seed=self.seed, start=start, locale=locale)
        return PlanChunk(attributes, identities)

    def slot(self, index: int) -> Slot:
        """Return one slot; cheap when slots are asked for roughly in order."""
        number, offset = divmod(index, CHUNK_SLOTS)
        if number not in self._open:
            while len(self._open) >= 2:
                del self._open[min(self._open)]
            start = number * CHUNK_SLOTS
            self._open[number] = self._slots(start, min(start + CHUNK_SLOTS, self.n))
        return self._open[number][offset]

    def row_id(self, index: int) -> str:
        """Return the stable id of the row in slot `index`."""
        return persona_id(self.population.sha256, self.seed, index)

    def shortfall(self, exported: Iterable[int]) -> dict[str, int]:
        """Return how many rows are missing by cell, given the slots that were exported.

        Without cells all missing rows stand under one name; nothing is listed that is complete.
        """
        if not isinstance(self.population, ConditionedPopulation) or not any(
            cell.name for cell in self.population.cells
        ):
            missing = self.n - sum(1 for _ in exported)
            return {"all rows": missing} if missing else {}
        planned = self.population.cell_counts(self.n)
        names = self.population.cell_names(0, self.n)
        kept = Counter(names[slot] for slot in exported)
        return {name: n - kept[name] for name, n in planned.items() if n > kept[name]}

    def _slots(self, start: int, stop: int) -> list[Slot]:
        chunk = self.chunk(start, stop)
        pairs = zip(chunk.attributes.to_pylist(), chunk.identities.to_pylist(), strict=True)
        return [
            Slot(start + offset, self.row_id(start + offset), attributes, identity)
            for offset, (attributes, identity) in enumerate(pairs)
        ]
