"""The pieces of a grammar: merged schemas as the decoder reads them, with bounds on their length.

A `GrammarNode` is finished; an `ObjectShape` or `ArrayShape` still names its parts by key. Each
function here answers None where no value is possible, and its caller decides what follows.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

from .json_schema_keywords import MAX_EXACT_INTEGER

DEFAULT_MAX_NUMBER = 1e15
"""Bound of a non-integer number: 15 digits before the point are exact in a double."""
NUMBER_STEP = 0.000001
"""A number that declares no step gets six decimals: digits would otherwise go on for ever."""

Key: TypeAlias = "tuple[tuple[str, ...], frozenset[str]]"
"""Pointers of the schemas that govern a place, and of the `anyOf` groups already decided."""


@dataclass(frozen=True, slots=True, eq=False)
class GrammarNode:
    """One merged schema: what the decoder gets, and the bounds on what it may then write."""

    schema: Mapping[str, Any]
    longest_chars: int
    shortest_chars: int
    is_free_text: bool = False
    children: tuple[tuple[str, GrammarNode], ...] = ()
    """Named by property, `*` for array items, "" for the alternatives of an `anyOf`."""


@dataclass(frozen=True, slots=True)
class ObjectShape:
    """An object whose properties are still keys; `extra` governs the values of a map."""

    properties: tuple[tuple[str, Key, bool], ...]
    extra: Key | None
    n_extra_min: int
    n_extra_max: int


@dataclass(frozen=True, slots=True)
class ArrayShape:
    """An array whose items are still keys; `items` governs those after the prefix."""

    prefix: tuple[Key, ...]
    items: Key | None
    min_items: int
    max_items: int


def emit_object(
    shape: ObjectShape, child: Callable[[Key], GrammarNode | None]
) -> GrammarNode | None:
    """Return the object, without optional properties that can have no value."""
    kept: dict[str, GrammarNode] = {}
    required: list[str] = []
    for name, key, is_required in shape.properties:
        node = child(key)
        if node is None and is_required:
            return None
        if node is not None:
            kept[name] = node
            required.extend([name] if is_required else [])
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {name: node.schema for name, node in kept.items()},
        "required": required,
        "additionalProperties": False,
    }
    sizes = {name: len(json.dumps(name, ensure_ascii=False)) + 2 for name in kept}
    longest = 2 + sum(sizes[name] + node.longest_chars for name, node in kept.items())
    shortest = 2 + sum(sizes[name] + kept[name].shortest_chars for name in required)
    children = tuple(kept.items())
    extra = child(shape.extra) if shape.extra is not None else None
    if shape.extra is not None and (extra is not None or shape.n_extra_min == 0):
        if extra is not None and shape.n_extra_max > 0:
            schema = {
                "type": "object",
                "additionalProperties": extra.schema,
                "minProperties": shape.n_extra_min,
                "maxProperties": shape.n_extra_max,
            }
            # A name that nobody declared: 30 characters are counted for it.
            longest = 2 + shape.n_extra_max * (34 + extra.longest_chars)
            shortest = 2 + shape.n_extra_min * (4 + extra.shortest_chars)
            children = (("*", extra),)
    elif shape.extra is not None:
        return None
    return GrammarNode(schema, longest, shortest, children=children)


def emit_array(shape: ArrayShape, child: Callable[[Key], GrammarNode | None]) -> GrammarNode | None:
    """Return the array, cut before the first item that can have no value."""
    prefix: list[GrammarNode] = []
    upper = shape.max_items
    for key in shape.prefix:
        node = child(key)
        if node is None:
            upper = len(prefix)
            break
        prefix.append(node)
    rest = child(shape.items) if shape.items is not None and upper > len(prefix) else None
    if rest is None:
        upper = min(upper, len(prefix))
    if shape.min_items > upper:
        return None
    schema: dict[str, Any] = {"type": "array", "minItems": shape.min_items, "maxItems": upper}
    if prefix:
        schema["prefixItems"] = [node.schema for node in prefix]
    schema["items"] = rest.schema if rest is not None else False
    sizes = [*prefix, *([rest] * max(0, upper - len(prefix)) if rest is not None else [])][:upper]
    children = [(str(i), node) for i, node in enumerate(prefix)]
    if rest is not None:
        children.append(("*", rest))
    return GrammarNode(
        schema,
        2 + sum(node.longest_chars + 1 for node in sizes),
        2 + sum(node.shortest_chars + 1 for node in sizes[: shape.min_items]),
        children=tuple(children),
    )


def alternatives(nodes: Sequence[GrammarNode]) -> GrammarNode | None:
    """Return the union of the nodes that are there."""
    unique = list({id(node): node for node in nodes}.values())
    if len(unique) <= 1:
        return unique[0] if unique else None
    return GrammarNode(
        {"anyOf": [node.schema for node in unique]},
        max(node.longest_chars for node in unique),
        min(node.shortest_chars for node in unique),
        children=tuple(("", node) for node in unique),
    )


def fixed(values: Sequence[Any]) -> GrammarNode:
    """Return the choice among constants."""
    sizes = [len(json.dumps(x, ensure_ascii=False, separators=(",", ":"))) for x in values]
    return GrammarNode({"enum": list(values)}, max(sizes), min(sizes))


def integer(
    lows: Sequence[tuple[Fraction, bool]],
    highs: Sequence[tuple[Fraction, bool]],
    steps: Sequence[Fraction],
) -> dict[str, Any] | None:
    """Return the integers between the bounds (value, is exclusive) on a common step."""
    low = max([-MAX_EXACT_INTEGER, *(_next_up(x, open_) for x, open_ in lows)])
    high = min([MAX_EXACT_INTEGER, *(_next_down(x, open_) for x, open_ in highs)])
    schema: dict[str, Any] = {"type": "integer", "minimum": low, "maximum": high}
    whole = [x.numerator for x in steps]  # A whole multiple of p/q in lowest terms is one of p.
    if whole:
        step = math.lcm(*whole)
        schema["multipleOf"] = step
        schema["minimum"], schema["maximum"] = -(-low // step) * step, high // step * step
    return schema if schema["minimum"] <= schema["maximum"] else None


def _next_up(bound: Fraction, is_open: bool) -> int:
    return math.floor(bound) + 1 if is_open else math.ceil(bound)


def _next_down(bound: Fraction, is_open: bool) -> int:
    return math.ceil(bound) - 1 if is_open else math.floor(bound)


def real(
    lows: Sequence[tuple[Fraction, bool]],
    highs: Sequence[tuple[Fraction, bool]],
    steps: Sequence[Fraction],
) -> dict[str, Any] | None:
    """Return the numbers between the bounds (value, is exclusive), six decimals at most."""
    low, low_open = max([(Fraction(int(-DEFAULT_MAX_NUMBER)), False), *lows])
    high, high_open = min(
        [(Fraction(int(DEFAULT_MAX_NUMBER)), False), *highs], key=lambda x: (x[0], not x[1])
    )
    if low > high or (low == high and (low_open or high_open)):
        return None
    if steps and math.floor(high / steps[0]) < math.ceil(low / steps[0]):
        return None
    schema: dict[str, Any] = {"type": "number"}
    schema["exclusiveMinimum" if low_open else "minimum"] = _plain(low)
    schema["exclusiveMaximum" if high_open else "maximum"] = _plain(high)
    if not steps:
        schema["multipleOf"] = NUMBER_STEP
    elif len(steps) == 1 and 10**6 % steps[0].denominator == 0:
        schema["multipleOf"] = _plain(steps[0])
    return schema


def _plain(value: Fraction) -> int | float:
    return int(value) if value.denominator == 1 else float(value)
