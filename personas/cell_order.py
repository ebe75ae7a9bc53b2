"""Which cell each slot belongs to, so that every prefix of the slots has its shares.

Whole weights a_1 ... a_k with the sum D give a pattern of D slots that repeats. After any number t
of slots cell c has had t a_c / D of them to within one, and exactly after D.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


class CellOrder:
    """The order of the cells, worked out as far as it was asked for.

    Source: Tijdeman (1980), "The chairman assignment problem", Discrete Mathematics 32: among the
    cells that are due, the one that must be served first; the deviation stays below one slot.
    """

    def __init__(self, weights: Sequence[int]) -> None:
        """Take the weights, all above 0."""
        divisor = int(np.gcd.reduce(np.array(weights, dtype=np.int64)))
        self.weights = tuple(int(weight) // divisor for weight in weights)
        """Smallest whole weights in these proportions."""
        self.period = sum(self.weights)
        """Slots after which the order repeats."""
        self._order = array("H")
        self._given = [0] * len(self.weights)

    def cells(self, start: int, stop: int) -> NDArray[np.int64]:
        """Return the cell of slots `start` to `stop - 1`."""
        if len(self.weights) == 1:
            return np.zeros(stop - start, dtype=np.int64)
        self._extend(min(stop, self.period))
        order = np.frombuffer(self._order, dtype=np.uint16)
        return np.asarray(order[np.arange(start, stop) % self.period], dtype=np.int64)

    def counts(self, n: int) -> tuple[int, ...]:
        """Return how many of the first `n` slots each cell has."""
        whole, rest = divmod(n, self.period)
        inside = np.bincount(self.cells(0, rest), minlength=len(self.weights))
        return tuple(whole * w + int(more) for w, more in zip(self.weights, inside, strict=True))

    def _extend(self, n: int) -> None:
        weights, period, given = self.weights, self.period, self._given
        # In whole numbers: a cell is due when its deficit reaches 1 / (2k - 2) of a slot.
        parts = 2 * len(weights) - 2
        for slot in range(len(self._order) + 1, n + 1):
            best, best_weight, best_slack = -1, 1, 0
            for cell, weight in enumerate(weights):
                deficit = parts * (slot * weight - given[cell] * period)
                if deficit < period:
                    continue
                slack = (parts - 1) * period - deficit
                # slack / weight < best_slack / best_weight, without division.
                if best < 0 or slack * best_weight < best_slack * weight:
                    best, best_weight, best_slack = cell, weight, slack
            given[best] += 1
            self._order.append(best)
