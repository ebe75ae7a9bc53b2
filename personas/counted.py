"""Draw counted units: slot `i` takes one household of a file, each exactly once in N slots.

The order is a keyed permutation of the N units, worked out for the slots asked for and no others:
a Feistel network over the smallest power of four that holds N, walked until it lands inside.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .conditions import Column
from .counted_config import CountedAttribute
from .errors import ConfigError
from .near_name import near_name
from .random_stream import SlotNumbers

MAX_SIZE_BYTES = 64 * 1024 * 1024
"""Largest file; the 62,000 households of our test region take 2 MB."""
_ROUNDS = 12
"""Feistel rounds. Four make an ideal cipher strong; short blocks want more, and they are cheap."""
_LEAST_HALF_BITS = 4
"""Blocks of 8 bits and more: with fewer, a Feistel network reaches too few orders."""


@dataclass(frozen=True, slots=True)
class CountedUnits:
    """The units of a file."""

    columns: Mapping[str, Column]
    """One value for each row of the file."""
    upper: NDArray[np.int64]
    """Shape (rows,): units in this row and those above."""
    sha256: str
    """Hash of what the file says; line ends and quotes do not count."""

    @property
    def n_units(self) -> int:
        """Number of units."""
        return int(self.upper[-1])


@dataclass(frozen=True, slots=True)
class CountedSampler:
    """Gives each slot its unit; each attempt has an order of its own.

    Whoever draws a slot again because of a rule passes the unit on (`Population.draw`, `above`).
    """

    name: str
    """Name of the attribute."""
    units: CountedUnits
    """What the file says."""

    @property
    def inputs(self) -> frozenset[str]:
        """Return no column: units depend on nothing."""
        return frozenset()

    @property
    def outputs(self) -> tuple[str, ...]:
        """Return the columns of the file that are sampled."""
        return tuple(self.units.columns)

    def draw(self, columns: Mapping[str, Column], numbers: SlotNumbers) -> dict[str, Column]:
        """Return the columns of the units of the slots."""
        stream = f"{numbers.stream}/{self.name}/{numbers.attempt}"
        unit = permuted(numbers.slots, self.units.n_units, seed=numbers.seed, stream=stream)
        row = np.searchsorted(self.units.upper, unit, side="right")
        return {name: column.taken(row) for name, column in self.units.columns.items()}


def permuted(slots: NDArray[np.int64], n: int, *, seed: int, stream: str) -> NDArray[np.int64]:
    """Return the place in [0, n) that each slot takes; slots 0 to n - 1 take each place once.

    Slots n to 2 n - 1 take each once again, in an order of their own, and so on.

    Args:
        slots: Slots, from 0.
        n: Number of places, at least 1.
        seed: Seed of the run.
        stream: Name of the order.

    Source: Black and Rogaway (2002), "Ciphers with arbitrary finite domains" (cycle walking).
    """
    half = np.uint64(max(_LEAST_HALF_BITS, ((n - 1).bit_length() + 1) // 2))
    mask = np.uint64((1 << int(half)) - 1)
    keys = _round_keys(seed, stream)
    turn = (slots // n).astype(np.uint64)
    value = (slots % n).astype(np.uint64)
    outside = np.arange(len(slots))
    while len(outside):
        left, right = value[outside] >> half, value[outside] & mask
        for key in keys:
            mixed = _mixed(right ^ _mixed(turn[outside] + key))
            left, right = right, left ^ (mixed & mask)
        value[outside] = (left << half) | right
        outside = outside[value[outside] >= np.uint64(n)]
    return value.astype(np.int64)


def read_counted(path: Path, attribute: CountedAttribute) -> CountedUnits:
    """Read the file of a counted attribute.

    Raises:
        ConfigError: If it cannot be read, lacks a column, or a count is no whole number.
    """
    rows = _rows(path, attribute)
    where = f"{path}"
    counts = np.array(_whole(rows[attribute.count], f"{where}: column '{attribute.count}'"))
    if (counts < 0).any():
        line = int(np.argmax(counts < 0)) + 2
        raise ConfigError(
            f"{where}, line {line}: a negative number in '{attribute.count}'; expected how many "
            "units there are, 0 or more."
        )
    if counts.sum() == 0:
        raise ConfigError(f"{where}: no unit: every '{attribute.count}' is 0; expected at least 1.")
    columns: dict[str, Column] = {}
    for name, kind in attribute.columns.items():
        if kind == "integer":
            numbers = _whole(rows[name], f"{where}: column '{name}'")
            columns[name] = Column(np.array(numbers, dtype=np.int64))
        else:
            words = tuple(dict.fromkeys(rows[name]))
            code = {word: position for position, word in enumerate(words)}
            codes = np.array([code[word] for word in rows[name]], dtype=np.int64)
            columns[name] = Column(codes, words)
    names = [*attribute.columns, attribute.count]
    digest = hashlib.sha256()
    for cells in zip(*(rows[name] for name in names), strict=True):
        digest.update("\0".join(cells).encode() + b"\n")
    return CountedUnits(columns, np.cumsum(counts, dtype=np.int64), digest.hexdigest())


def _rows(path: Path, attribute: CountedAttribute) -> dict[str, list[str]]:
    what = f"counted attribute '{attribute.name}'"
    try:
        if path.stat().st_size > MAX_SIZE_BYTES:
            raise ConfigError(
                f"{path} is larger than {MAX_SIZE_BYTES // 2**20} MB; {what} needs a row for each "
                "kind of unit, not for each unit. Add up equal rows."
            )
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise ConfigError(
            f"{path} does not exist; {what} needs it beside the population file. "
            "`populace synthesise` writes both."
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read as UTF-8 text; {what} needs a CSV.") from error
    lines = [line for line in csv.reader(io.StringIO(text, newline="")) if line]
    if len(lines) < 2:
        raise ConfigError(f"{path} has no row; {what} needs a header line and rows.")
    header = lines[0]
    for name in (*attribute.columns, attribute.count):
        if name not in header:
            near = near_name(name, header)
            hint = f" Did you mean '{near}'?" if near else ""
            raise ConfigError(f"{path} has no column '{name}', which {what} names.{hint}")
    for position, line in enumerate(lines):
        if len(line) != len(header):
            raise ConfigError(
                f"{path}, line {position + 1}: {len(line)} cells; expected {len(header)}, as in "
                "the header."
            )
    table = list(zip(*lines[1:], strict=True))
    return {name: list(table[header.index(name)]) for name in (*attribute.columns, attribute.count)}


def _whole(cells: list[str], where: str) -> list[int]:
    numbers = []
    for position, cell in enumerate(cells):
        try:
            numbers.append(int(cell))
        except ValueError as error:
            raise ConfigError(f"{where}, line {position + 2}: expected a whole number.") from error
    return numbers


def _round_keys(seed: int, stream: str) -> list[np.uint64]:
    name = f"populace\0counted\0{seed}\0{stream}".encode()
    data = hashlib.shake_256(name).digest(8 * _ROUNDS)
    return [np.uint64(key) for key in np.frombuffer(data, dtype="<u8")]


def _mixed(value: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return the finaliser of SplitMix64: every bit of the input moves every bit of the output."""
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))
