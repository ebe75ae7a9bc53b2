"""What is known of a column before anything is drawn: its type, its categories or its range."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AttributeInfo:
    """What is known of a column before anything is drawn."""

    type: type
    """str, int, float or bool."""
    categories: tuple[str | int | float | bool, ...] | None = None
    """All possible values; None for numbers."""
    low: float = -math.inf
    """Smallest number."""
    high: float = math.inf
    """Largest number."""
    hidden: bool = False
    """Left out of samples."""
