"""Columns of digits and letters, drawn and written as text for many slots at once.

A template such as `"(419) 555-01##"` is a text with placeholders; `filled` draws what they stand
for. Numbers with check digits are put together from columns by `fixed_width`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .random_stream import uniforms

if TYPE_CHECKING:
    import pyarrow as pa

PLACEHOLDERS = {
    "#": "0123456789",
    "%": "123456789",
    "@": "ABCEGHJKLMNPRSTVWXYZ",
    "!": "CIKMOV",
    "&": "ADS",
}
"""What a placeholder of a template may stand for.

`@` is a letter of a Canadian postal code; `!` a letter that no British postcode has in its last
two places; `&` the second letter of the pairs SA, SD and SS, which no Dutch postcode has.
"""

_PER_UNIFORM = 10
"""Digits taken from one uniform number: 10^10 of 2^53 leaves no bias that could be seen."""


@dataclass(frozen=True, slots=True)
class Draws:
    """The random numbers of the identities in slots `start` to `start + n - 1`."""

    seed: int
    start: int
    n: int

    def uniform(self, name: str) -> NDArray[np.float64]:
        """Return one number in [0, 1) per slot; `name` is the stream."""
        return uniforms(self.seed, f"identity/{name}", self.start, self.start + self.n)

    def index(self, name: str, count: int | NDArray[np.int64]) -> NDArray[np.int64]:
        """Return one whole number from 0 to `count - 1` per slot."""
        drawn = np.floor(self.uniform(name) * count).astype(np.int64)
        return np.asarray(np.minimum(drawn, count - 1))

    def digits(self, name: str, count: int) -> NDArray[np.int64]:
        """Return `count` decimal digits per slot, shape (n, count)."""
        columns = np.empty((self.n, count), dtype=np.int64, order="F")
        for first in range(0, count, _PER_UNIFORM):
            rest = (self.uniform(f"{name}/{first}") * 10.0**_PER_UNIFORM).astype(np.int64)
            for place in range(first, min(first + _PER_UNIFORM, count)):
                rest, columns[:, place] = np.divmod(rest, 10)
        return columns


def filled(
    templates: Sequence[str], row: NDArray[np.int64], draws: Draws, name: str
) -> pa.StringArray:
    """Return one text per slot: its template with every placeholder replaced by a drawn character.

    Args:
        templates: ASCII texts; the characters of `PLACEHOLDERS` are placeholders.
        row: For each slot the position of its template.
        draws: Where the characters come from.
        name: Stream.
    """
    width = max(map(len, templates), default=0)
    grid = np.zeros((len(templates), width), dtype=np.uint8)
    for position, template in enumerate(templates):
        grid[position, : len(template)] = np.frombuffer(template.encode("ascii"), dtype=np.uint8)
    text = grid[row]
    for place in range(width):
        column = text[:, place]
        for sign, options in PLACEHOLDERS.items():
            if not (grid[:, place] == ord(sign)).any():
                continue
            here = np.flatnonzero(column == ord(sign))
            letters = np.frombuffer(options.encode("ascii"), dtype=np.uint8)
            column[here] = letters[draws.index(f"{name}/{place}", len(letters))[here]]
    return _strings(text)


def fixed_width(parts: Sequence[str | NDArray[np.int64]], n: int) -> pa.StringArray:
    """Return one text per slot, put together from columns.

    Args:
        parts: ASCII text that is the same for all; or digits 0 to 9, shape (n,) or (n, k), where
            larger values are character codes.
        n: Number of slots.
    """
    return _strings(_columns(parts, n))


def characters(parts: Sequence[str | NDArray[np.int64]], n: int) -> NDArray[np.uint8]:
    """Return the character codes of `fixed_width`, shape (n, width)."""
    return _columns(parts, n)


def two_digits(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return values from 0 to 99 as two columns of digits."""
    return np.stack(np.divmod(values, 10), axis=1)


def other_than(digit: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return `digit`, or the next one where it is the right check digit: surely a wrong one."""
    return np.where(digit == right, (digit + 1) % 10, digit)


def luhn(digits: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the check digit that follows `digits`. Source: ISO/IEC 7812-1, annex B."""
    total = np.zeros(len(digits), dtype=np.int64)
    for place, column in enumerate(digits.T[::-1]):
        total += column if place % 2 else column * 2 - 9 * (column > 4)
    return np.asarray(-total % 10)


def weighted(digits: NDArray[np.int64], weights: Sequence[int]) -> NDArray[np.int64]:
    """Return the sum of the digits times their weights."""
    return np.asarray(digits[:, : len(weights)] @ np.array(weights, dtype=np.int64))


def _columns(parts: Sequence[str | NDArray[np.int64]], n: int) -> NDArray[np.uint8]:
    blocks = []
    for part in parts:
        if isinstance(part, str):
            codes = np.frombuffer(part.encode("ascii"), dtype=np.uint8)
            blocks.append(np.broadcast_to(codes, (n, len(codes))))
        else:
            block = (
                part.reshape(n, -1)
                if n
                else part.reshape(0, 1 if part.ndim == 1 else part.shape[1])
            )
            blocks.append(np.where(block < 10, block + ord("0"), block).astype(np.uint8))
    return np.concatenate(blocks, axis=1)


def _strings(text: NDArray[np.uint8]) -> pa.StringArray:
    """Return rows of character codes as strings; code 0 stands for nothing."""
    import pyarrow as pa

    used = text != 0
    offsets = np.zeros(len(text) + 1, dtype=np.int32)
    np.cumsum(used.sum(axis=1), out=offsets[1:])
    data = np.ascontiguousarray(text[used])
    return pa.StringArray.from_buffers(len(text), pa.py_buffer(offsets), pa.py_buffer(data))
