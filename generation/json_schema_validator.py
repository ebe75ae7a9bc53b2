"""The independent check of one instance: draft 2020-12 with formats, safe against hostile patterns.

Built on `jsonschema`, with two keywords replaced. `pattern` runs on a linear-time engine, because
Python's `re` needs ages for `(a+)+$`; `multipleOf` counts in decimals, because 0.07 is a multiple
of 0.01 and binary floats deny it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from .json_schema_keywords import escape_pointer

PATTERN_TIMEOUT_SECONDS = 1.0
"""For patterns with lookaround or backreferences only, which no linear-time engine reads."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One way in which an instance breaks its schema; it never holds the value itself."""

    pointer: str
    """JSON pointer to the value that breaks the rule."""
    keyword: str
    message: str


class InstanceValidator:
    """Checks instances against one schema; built once, used for every row."""

    def __init__(self, schema: Mapping[str, Any] | bool) -> None:
        validator_class = _validator_class()
        self._validator = validator_class(schema, format_checker=validator_class.FORMAT_CHECKER)

    def narrowed(self, schema: Mapping[str, Any]) -> InstanceValidator:
        """Return a validator of `schema`, whose references are read in this one's document."""
        other = InstanceValidator.__new__(InstanceValidator)
        other._validator = self._validator.evolve(schema=schema)
        return other

    def violations(self, instance: object) -> tuple[Violation, ...]:
        """Return every violation, those nearest the top first; () when the instance is valid."""
        found = [
            Violation(
                "".join(f"/{escape_pointer(str(step))}" for step in error.absolute_path),
                str(error.validator),
                _message(str(error.validator), error.validator_value),
            )
            for error in self._validator.iter_errors(instance)
        ]
        return tuple(sorted(found, key=lambda x: (x.pointer.count("/"), x.pointer, x.keyword)))


@lru_cache(maxsize=1024)
def pattern_matcher(pattern: str) -> Callable[[str], bool]:
    r"""Return an unanchored search for an ECMA-262 pattern that cannot be made to hang.

    Args:
        pattern: As JSON Schema has it: `^` and `$` are the ends of the text, `\d` is 0-9.

    Raises:
        ValueError: If no engine can read the pattern.
    """
    from pydantic_core import SchemaError as CoreSchemaError
    from pydantic_core import SchemaValidator, core_schema

    # pydantic's core runs Rust's `regex` crate: linear in the text, whatever the pattern.
    try:
        core = SchemaValidator(core_schema.str_schema(pattern=_translate(pattern, end="$")))
    except CoreSchemaError:
        return _backtracking_matcher(pattern)
    return lambda text: core.isinstance_python(text, strict=True)


def _backtracking_matcher(pattern: str) -> Callable[[str], bool]:
    import regex

    try:
        compiled = regex.compile(_translate(pattern, end=r"\Z"))
    except regex.error as error:
        raise ValueError(str(error)) from error

    def search(text: str) -> bool:
        try:
            return compiled.search(text, timeout=PATTERN_TIMEOUT_SECONDS) is not None
        except TimeoutError:
            return False

    return search


def _translate(pattern: str, *, end: str) -> str:
    """Return the pattern with what ECMA-262 means otherwise spelt out."""
    out: list[str] = []
    in_class = False
    position = 0
    while position < len(pattern):
        character = pattern[position]
        if character == "\\" and position + 1 < len(pattern):
            out.append(_escape(pattern[position + 1], in_class=in_class))
            position += 2
            continue
        if in_class:
            in_class = character != "]"
            out.append("\\" + character if character in "[&~" else character)
        elif character == "[":
            in_class = True
            out.append(character)
        else:
            out.append(end if character == "$" else character)
        position += 1
    return "".join(out)


def _escape(letter: str, *, in_class: bool) -> str:
    members = {"d": "0-9", "w": "A-Za-z0-9_"}.get(letter.lower())
    if members is None:
        return letter if letter in "<>" else "\\" + letter
    if letter.isupper():
        return "\\" + letter if in_class else f"[^{members}]"
    return members if in_class else f"[{members}]"


@lru_cache(maxsize=1)
def _validator_class() -> Any:
    from jsonschema import Draft202012Validator, validators

    return validators.extend(
        Draft202012Validator,
        {
            "pattern": _check_pattern,
            "patternProperties": _check_pattern_properties,
            "additionalProperties": _check_additional_properties,
            "multipleOf": _check_multiple_of,
        },
    )


def _check_pattern(validator: Any, pattern: str, instance: object, schema: Any) -> Iterator[Any]:
    from jsonschema import ValidationError

    if isinstance(instance, str) and not pattern_matcher(pattern)(instance):
        yield ValidationError("pattern")


def _check_pattern_properties(
    validator: Any, patterns: Mapping[str, Any], instance: object, schema: Any
) -> Iterator[Any]:
    if not isinstance(instance, dict):
        return
    for pattern, subschema in patterns.items():
        matches = pattern_matcher(pattern)
        for name, value in instance.items():
            if matches(name):
                yield from validator.descend(value, subschema, path=name, schema_path=pattern)


def _check_additional_properties(
    validator: Any, subschema: Any, instance: object, schema: Mapping[str, Any]
) -> Iterator[Any]:
    from jsonschema import ValidationError

    if not isinstance(instance, dict):
        return
    declared = schema.get("properties", {})
    matchers = [pattern_matcher(x) for x in schema.get("patternProperties", {})]
    extra = [x for x in instance if x not in declared and not any(m(x) for m in matchers)]
    if subschema is False and extra:
        yield ValidationError("additionalProperties")
    elif subschema is not False:
        for name in extra:
            yield from validator.descend(instance[name], subschema, path=name)


def _check_multiple_of(validator: Any, step: float, instance: object, schema: Any) -> Iterator[Any]:
    from jsonschema import ValidationError

    if isinstance(instance, bool) or not isinstance(instance, int | float):
        return
    value = Decimal(str(instance))
    # A remainder needs more digits than a context has when the quotient is huge: not a multiple
    # that anybody can check, and no reason to stop.
    divisor = Decimal(str(step))
    if value.adjusted() - divisor.adjusted() > 25 or value % divisor != 0:
        yield ValidationError("multipleOf")


_MESSAGES: Mapping[str, str] = {
    "type": "is not of type {0}",
    "required": "lacks a required property; required are {0}",
    "additionalProperties": "has a property that the schema does not declare",
    "unevaluatedProperties": "has a property that the schema does not declare",
    "enum": "is not one of the values that the schema lists",
    "const": "is not the constant that the schema names",
    "minLength": "is shorter than {0} characters",
    "maxLength": "is longer than {0} characters",
    "pattern": "does not match the pattern",
    "format": "is not a valid {0}",
    "minimum": "is below {0}",
    "maximum": "is above {0}",
    "exclusiveMinimum": "is not above {0}",
    "exclusiveMaximum": "is not below {0}",
    "multipleOf": "is not a multiple of {0}",
    "minItems": "has fewer than {0} items",
    "maxItems": "has more than {0} items",
    "uniqueItems": "repeats an item",
    "contains": "has too few or too many items of the kind that `contains` asks for",
    "minProperties": "has fewer than {0} properties",
    "maxProperties": "has more than {0} properties",
    "anyOf": "fits none of the alternatives",
    "oneOf": "fits none, or more than one, of the alternatives",
    "not": "fits the schema that `not` forbids",
    "None": "must be absent: the schema for it is `false`",
}


def _message(keyword: str, rule: object) -> str:
    text = _MESSAGES.get(keyword, "breaks the rule")
    return text.format(", ".join(map(str, rule)) if isinstance(rule, list) else rule)
