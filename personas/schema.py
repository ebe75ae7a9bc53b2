"""What names a persona: an id that depends on the population, the seed and the slot alone."""

from __future__ import annotations

import hashlib

PERSONA_ID = "persona_id"
"""Name of the id column."""


def persona_id(population_sha256: str, seed: int, slot: int) -> str:
    """Return the id of the persona in `slot`: 16 hexadecimal digits, the same on every machine.

    Args:
        population_sha256: `Population.sha256`; another population gives other ids.
        seed: Seed of the run.
        slot: Index of the slot, from 0.
    """
    return hashlib.sha256(f"{population_sha256}:{seed}:{slot}".encode()).hexdigest()[:16]
