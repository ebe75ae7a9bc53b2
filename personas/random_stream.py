"""Uniform numbers that depend on a slot's index, never on how many slots are drawn.

Each (seed, stream, attempt) names its own Philox generator; slot `i` owns the `i`-th number of
it. So the first thousand personas of a run of a thousand and of a run of a million are the same,
any window can be drawn by itself, and a retried slot disturbs nobody else.

Stratified numbers are spread evenly as well: the m slots of one block that share a stratum get one
number each from the m equal parts of [0, 1), in an order drawn at random for each stream. Blocks
start at multiples of their length, so windows still agree.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_NUMBERS_PER_COUNTER = 4
"""Philox-4x64 gives four 64-bit numbers for each value of its counter."""
_WIDE_GAP = 4_096
"""Slots whose numbers cost about as much as to start a generator anew."""
MAX_BLOCK_SLOTS = 1 << 13
"""Longest block: 13 bits of position, 32 of order, 19 of stratum fill 64 bits."""


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
    return _as_uniforms(raw_numbers(seed, stream, start, stop, attempt=attempt))


def uniforms_at(
    seed: int, stream: str, slots: NDArray[np.int64], *, attempt: int = 0
) -> NDArray[np.float64]:
    """Return the numbers of the ascending `slots`, equal to those of `uniforms` at these places."""
    if len(slots) == 0:
        return np.empty(0, dtype=np.float64)
    # Numbers between two slots are drawn for nothing, unless the gap is worth a new generator.
    runs = np.split(slots, np.flatnonzero(np.diff(slots) > _WIDE_GAP) + 1)
    parts = []
    for run in runs:
        first = int(run[0])
        window = uniforms(seed, stream, first, int(run[-1]) + 1, attempt=attempt)
        parts.append(window if len(window) == len(run) else window[run - first])
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def raw_numbers(
    seed: int, stream: str, start: int, stop: int, *, attempt: int = 0
) -> NDArray[np.uint64]:
    """Return the 64 random bits of slots `start` to `stop - 1`; see `uniforms`."""
    if not 0 <= start <= stop:
        raise ValueError(f"slots {start} to {stop}; expected 0 <= start <= stop.")
    first_counter = start // _NUMBERS_PER_COUNTER
    skipped = start - first_counter * _NUMBERS_PER_COUNTER
    generator = np.random.Philox(key=_key(seed, stream, attempt), counter=first_counter)
    # The raw numbers are fixed by the algorithm; Generator.random may change with numpy (NEP 19).
    raw = np.asarray(generator.random_raw(stop - start + skipped))[skipped:]
    return raw


def stratified_uniforms(
    raw: NDArray[np.uint64], strata: NDArray[np.int64] | None, *, block_slots: int
) -> NDArray[np.float64]:
    """Return numbers in [0, 1) that fall evenly in each stratum of each block.

    Args:
        raw: 64 random bits per slot, whole blocks: the upper half orders the slots, the lower half
            places a number in its part.
        strata: Stratum of each slot, from 0; None for one stratum.
        block_slots: Slots per block, a power of two up to `MAX_BLOCK_SLOTS`.

    Source: McKay, Beckman and Conover (1979), "A comparison of three methods for selecting values
    of input variables" (Latin hypercube sampling).
    """
    position_bits = np.uint64(block_slots.bit_length() - 1)
    n = len(raw)
    # Stratum, random order and position in one number: one sort does all, ties cannot occur.
    order = (raw >> np.uint64(32)) << position_bits
    order |= np.arange(n, dtype=np.uint64) & np.uint64(block_slots - 1)
    if strata is not None:
        order |= strata.astype(np.uint64) << (np.uint64(32) + position_bits)
    order = np.sort(order.reshape(-1, block_slots), axis=1)
    places = (order & np.uint64(block_slots - 1)).astype(np.int64)
    places += np.arange(0, n, block_slots)[:, None]
    places = places.reshape(-1)
    is_first = np.zeros((n // block_slots, block_slots), dtype=np.bool_)
    is_first[:, 0] = True
    if strata is not None:
        stratum = order >> (np.uint64(32) + position_bits)
        is_first[:, 1:] = stratum[:, 1:] != stratum[:, :-1]
    first = np.flatnonzero(is_first)
    size = np.diff(first, append=n)
    rank = np.arange(n) - np.repeat(first, size)
    inside = (raw & np.uint64(0xFFFF_FFFF)).astype(np.float64)[places] * 2.0**-32
    result = np.empty(n, dtype=np.float64)
    result[places] = (rank + inside) / np.repeat(size, size)
    # The quotient can round up to 1 for the last place of a large stratum.
    return np.minimum(result, 1.0 - 2.0**-53, out=result)


@dataclass(frozen=True, slots=True)
class SlotNumbers:
    """The uniform numbers of some slots, by the name of what they are for."""

    seed: int
    """Seed of the run."""
    stream: str
    """What all streams of these slots begin with."""
    slots: NDArray[np.int64]
    """Slots, ascending."""
    attempt: int = 0
    """How often the slots were drawn before."""
    block_slots: int = 1
    """Above 1 the numbers are stratified; `slots` are then whole blocks without gaps."""

    def __len__(self) -> int:
        """Return the number of slots."""
        return len(self.slots)

    def of(self, name: str, strata: NDArray[np.int64] | None = None) -> NDArray[np.float64]:
        """Return the numbers of the stream `name`, stratified within `strata` if at all."""
        stream = f"{self.stream}/{name}"
        if self.block_slots == 1 or len(self.slots) == 0:
            return uniforms_at(self.seed, stream, self.slots, attempt=self.attempt)
        first, last = int(self.slots[0]), int(self.slots[-1]) + 1
        raw = raw_numbers(self.seed, stream, first, last, attempt=self.attempt)
        return stratified_uniforms(raw, strata, block_slots=self.block_slots)


def _as_uniforms(raw: NDArray[np.uint64]) -> NDArray[np.float64]:
    return (raw >> np.uint64(11)).astype(np.float64) * 2.0**-53


def _key(seed: int, stream: str, attempt: int) -> int:
    name = f"populace\0{seed}\0{attempt}\0{stream}".encode()
    return int.from_bytes(hashlib.blake2b(name, digest_size=16).digest(), "little")
