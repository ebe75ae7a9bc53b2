"""Filters for templates: how a number reads in a sentence."""

from __future__ import annotations


def money(amount: float, symbol: str = "$") -> str:
    """Return 11.5 as `$11.50` and -1234 as `-$1,234.00`."""
    return f"{'-' if amount < 0 else ''}{symbol}{abs(amount):,.2f}"


def ordinal(number: int) -> str:
    """Return 1 as `1st`, 12 as `12th`, 23 as `23rd`."""
    if 10 <= abs(number) % 100 <= 20:
        return f"{number}th"
    return f"{number}{({1: 'st', 2: 'nd', 3: 'rd'}).get(abs(number) % 10, 'th')}"
