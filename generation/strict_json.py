"""Strict reading of what a model wrote: one JSON object, or the one reason why not.

Ordinary readers keep the last of two equal keys, turn 1e999 into infinity and let half a surrogate
pair through; each of these surfaces rows later, in an export. Here they are reasons, counted in
the waterfall like any other rejection. Nothing raises, whatever the text.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from .json_schema_keywords import MAX_EXACT_INTEGER

FailureReason: TypeAlias = Literal[
    "truncated",
    "empty",
    "not_json",
    "duplicate_key",
    "non_finite",
    "number_too_large",
    "lone_surrogate",
    "not_an_object",
    "trailing_text",
    "too_deep",
]

MAX_NESTING = 64
"""Deeper than any schema that is accepted; Python's own reader gives up near 1,000."""
MAX_NUMBER_CHARS = 400
"""The longest literal of a finite double without an exponent has 309 digits before the point."""

_WHITESPACE = " \t\n\r"
_LONG_NUMBER = re.compile(r"[0-9]{16}|[0-9][eE]")
_NON_FINITE_WORD = re.compile(r"(?:^|[\[,:{\s])-?(?:NaN|Infinity)\b")


@dataclass(frozen=True, slots=True)
class ParsedObject:
    """One JSON object: keys unique, numbers finite and exact, text valid Unicode."""

    fields: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ParseFailure:
    """Why a completion holds no such object; it never holds the text."""

    reason: FailureReason


def parse_object(text: str, *, finish_reason: str) -> ParsedObject | ParseFailure:
    """Read exactly one JSON object from a completion.

    Args:
        text: What the model wrote; whitespace around the object is allowed, nothing else is.
        finish_reason: As the engine reports it. `length` turns a text that breaks off into
            `truncated`; the same text with `stop` is `not_json`. A complete object counts,
            whatever the finish reason.
    """
    stripped = text.strip(_WHITESPACE)
    if not stripped:
        return ParseFailure("truncated" if finish_reason == "length" else "empty")
    fields = _parse_fast(stripped)
    if fields is not None:
        return ParsedObject(fields)
    answer = _parse_slowly(stripped)
    if isinstance(answer, dict):
        return ParsedObject(answer)
    if answer == "not_json" and finish_reason == "length":
        return ParseFailure("truncated")
    return ParseFailure(answer)


def _parse_fast(text: str) -> dict[str, Any] | None:
    """Return the object when nothing about the text is doubtful, else None.

    orjson refuses NaN, lone surrogates and trailing text by itself. What it lets through is told
    by the text: a number of 16 digits or with an exponent, nesting, and an equal key twice, which
    shows in fewer colons kept than written.
    """
    import orjson

    if not text.startswith("{") or _LONG_NUMBER.search(text) is not None:
        return None
    if "\\u" in text or text.count("{") + text.count("[") > MAX_NESTING:
        return None
    try:
        value = orjson.loads(text)
    except (ValueError, UnicodeEncodeError):
        return None
    n_keys, n_colons_in_text = _count(value)
    if not isinstance(value, dict) or text.count(":") != n_keys + n_colons_in_text:
        return None
    return value


def _count(value: object) -> tuple[int, int]:
    r"""Return how many keys there are, and how many colons inside keys and strings.

    Without `\u` escapes every kept key and colon was written once, so the text holds at least
    as many colons, and a pair lost to an equal key holds one more.
    """
    n_keys = n_colons = 0
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, dict):
            n_keys += len(item)
            for key, child in item.items():
                n_colons += key.count(":")
                stack.append(child)
        elif isinstance(item, list):
            stack.extend(item)
        elif isinstance(item, str):
            n_colons += item.count(":")
    return n_keys, n_colons


class _RefusalError(Exception):
    """Carries a reason out of the reader's hooks."""

    def __init__(self, reason: FailureReason) -> None:
        super().__init__(reason)
        self.reason: FailureReason = reason


def _parse_slowly(text: str) -> dict[str, Any] | FailureReason:
    if _nesting(text) > MAX_NESTING:
        return "too_deep"
    try:
        value, end = _DECODER.raw_decode(text)
    except _RefusalError as refusal:
        return refusal.reason
    except (ValueError, RecursionError):
        return "non_finite" if _NON_FINITE_WORD.match(text) else "not_json"
    if not isinstance(value, dict):
        return "not_an_object" if end == len(text) else _other_than_object(text)
    if end != len(text):
        return "trailing_text"
    return "lone_surrogate" if _has_lone_surrogate(text, value) else value


def _other_than_object(text: str) -> FailureReason:
    """Tell `[1] and more` (another JSON value first) from plain prose such as `12 monkeys`."""
    return "not_an_object" if text[0] in '["' else "not_json"


def _nesting(text: str) -> int:
    """Depth of brackets outside strings; reads on after an error, so it may only be too high."""
    if text.count("{") + text.count("[") <= MAX_NESTING:
        return 0
    depth = deepest = 0
    in_string = escaped = False
    for character in text:
        if in_string:
            if escaped:
                escaped = False
            elif character == "\\":
                escaped = True
            elif character == '"':
                in_string = False
        elif character == '"':
            in_string = True
        elif character in "{[":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "}]":
            depth -= 1
    return deepest


def _has_lone_surrogate(text: str, value: object) -> bool:
    if "\\u" not in text and text.isascii():
        return False
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, dict):
            stack.extend(item)
            stack.extend(item.values())
        elif isinstance(item, list):
            stack.extend(item)
        elif isinstance(item, str):
            try:
                item.encode()
            except UnicodeEncodeError:
                return True
    return False


def _read_pairs(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise _RefusalError("duplicate_key")
    return fields


def _read_integer(digits: str) -> int:
    if len(digits) > MAX_NUMBER_CHARS or abs(int(digits)) > MAX_EXACT_INTEGER:
        raise _RefusalError("number_too_large")
    return int(digits)


def _read_float(digits: str) -> float:
    if len(digits) > MAX_NUMBER_CHARS:
        raise _RefusalError("number_too_large")
    value = float(digits)
    if not math.isfinite(value):
        raise _RefusalError("non_finite")
    return value


def _read_constant(name: str) -> Any:
    raise _RefusalError("non_finite")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_read_pairs,
    parse_int=_read_integer,
    parse_float=_read_float,
    parse_constant=_read_constant,
)
