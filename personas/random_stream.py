"""Uniform numbers that depend on a slot's index, never on how many slots are drawn.

Each (seed, stream, attempt) names its own Philox generator; slot `i` owns the `i`-th number of
it. So the first thousand personas of a run of a thousand and of a run of a million are the same,
any window can be drawn by itself, and a retried slot disturbs nobody else.
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

_NUMBERS_PER_COUNTER = 4
"""Philox-4x64 gives four 64-bit numbers for each value of its counter."""


def uniforms(
    seed: int, stream: str, start: int, stop: int, *, attempt: int = 0
) -> NDArray[np.float64]:
    """Return the numbers of slots `start` to `stop - 1`, each in [0, 1).

    Args:
        seed: Seed of the run, any integer.
        stream: What the numbers are for, such as `"attribute/age"`; streams are independent.
        start: First slot, from 0.
        stop: One past the last slot.
        attempt: How often the slot was drawn before; attempts are independent.

    Raises:
        ValueError: If `start` is negative or past `stop`: a mistake of the caller, not of a user.

    Source: Salmon et al. (2011), "Parallel random numbers: as easy as 1, 2, 3" (Philox).
    """
    if not 0 <= start <= stop:
        raise ValueError(f"slots {start} to {stop}; expected 0 <= start <= stop.")
    first_counter = start // _NUMBERS_PER_COUNTER
    skipped = start - first_counter * _NUMBERS_PER_COUNTER
    generator = np.random.Philox(key=_key(seed, stream, attempt), counter=first_counter)
    # The raw numbers are fixed by the algorithm; Generator.random may change with numpy (NEP 19).
    raw = np.asarray(generator.random_raw(stop - start + skipped))[skipped:]
    return (raw >> np.uint64(11)).astype(np.float64) * 2.0**-53


def uniforms_at(
    seed: int, stream: str, slots: NDArray[np.int64], *, attempt: int = 0
) -> NDArray[np.float64]:
    """Return the numbers of the ascending `slots`, equal to those of `uniforms` at these places."""
    if len(slots) == 0:
        return np.empty(0, dtype=np.float64)
    first = int(slots[0])
    window = uniforms(seed, stream, first, int(slots[-1]) + 1, attempt=attempt)
    return window if len(window) == len(slots) else window[slots - first]


def _key(seed: int, stream: str, attempt: int) -> int:
    name = f"populace\0{seed}\0{attempt}\0{stream}".encode()
    return int.from_bytes(hashlib.blake2b(name, digest_size=16).digest(), "little")
