"""What a user's JSON Schema may hold: every keyword known by name, old spellings made new.

In goes the schema as it was read; out comes one document in draft 2020-12 spelling, without
annotations, and the place of every subschema in it. What is unknown, misspelt, remote, huge or
not JSON at all is refused here, before any grammar is built.
"""

from __future__ import annotations

import difflib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NoReturn, TypeAlias
from urllib.parse import unquote

from ..personas.errors import SchemaError

Subschema: TypeAlias = "dict[str, Any] | bool"

MAX_SCHEMA_CHARS = 1_000_000
MAX_SCHEMA_NESTING = 64
MAX_ENUM_VALUES = 10_000
MAX_EXACT_INTEGER = 2**53
"""The largest integer that every JSON reader holds exactly (RFC 8259, section 6)."""
MAX_WIRE_INTEGER = 2**63
"""Beyond it vLLM cannot serialise the request, and the request then never returns (measured)."""

Shape = Literal["schema", "schema_list", "schema_map", "value"]
KEYWORDS: Mapping[str, Shape] = {
    "$ref": "value",
    "$defs": "schema_map",
    "definitions": "schema_map",
    "type": "value",
    "enum": "value",
    "const": "value",
    "properties": "schema_map",
    "patternProperties": "schema_map",
    "additionalProperties": "schema",
    "unevaluatedProperties": "schema",
    "propertyNames": "schema",
    "required": "value",
    "minProperties": "value",
    "maxProperties": "value",
    "dependentRequired": "value",
    "dependentSchemas": "schema_map",
    "items": "schema",
    "prefixItems": "schema_list",
    "unevaluatedItems": "schema",
    "contains": "schema",
    "minContains": "value",
    "maxContains": "value",
    "minItems": "value",
    "maxItems": "value",
    "uniqueItems": "value",
    "minLength": "value",
    "maxLength": "value",
    "pattern": "value",
    "format": "value",
    "minimum": "value",
    "maximum": "value",
    "exclusiveMinimum": "value",
    "exclusiveMaximum": "value",
    "multipleOf": "value",
    "allOf": "schema_list",
    "anyOf": "schema_list",
    "oneOf": "schema_list",
    "not": "schema",
    "if": "schema",
    "then": "schema",
    "else": "schema",
}
"""Keywords of the normal form: draft 2020-12 names, plus `definitions` where a `$ref` points."""

OLD_SPELLINGS = frozenset({"dependencies", "additionalItems", "nullable"})
IDENTIFIERS = frozenset({"$schema", "$id", "id", "$anchor"})
ANNOTATIONS = frozenset(
    {
        "title",
        "description",
        "default",
        "examples",
        "example",
        "$comment",
        "readOnly",
        "writeOnly",
        "deprecated",
        "enumNames",
        "enumDescriptions",
        "markdownDescription",
        "discriminator",
        "externalDocs",
        "xml",
        "links",
        "propertyOrder",
        "preferredOrder",
        "self",
    }
)
"""Words about the schema that constrain nothing; also every name that begins as below."""
ANNOTATION_PREFIXES = ("x-", "_", "ui:")

REFUSED: Mapping[str, str] = {
    "$dynamicRef": "dynamic references cannot be bounded; use $ref",
    "$dynamicAnchor": "dynamic references cannot be bounded; use $anchor and $ref",
    "$recursiveRef": "dynamic references cannot be bounded; use $ref",
    "$recursiveAnchor": "dynamic references cannot be bounded; use $ref",
    "$vocabulary": "own vocabularies are neither enforced nor checked; remove it",
    "contentEncoding": "encoded content is neither enforced nor checked; use pattern",
    "contentMediaType": "encoded content is neither enforced nor checked; use pattern",
    "contentSchema": "encoded content is neither enforced nor checked; use pattern",
    "extends": "this is draft 3; use allOf",
    "disallow": "this is draft 3; use not",
    "divisibleBy": "this is draft 3; use multipleOf",
}

GRAMMAR_FORMATS: Mapping[str, int] = {
    "date-time": 35,
    "date": 10,
    "time": 21,
    "duration": 24,
    "email": 80,
    "hostname": 80,
    "ipv4": 15,
    "ipv6": 45,
    "uuid": 36,
    "uri": 200,
}
"""Formats that llguidance 1.7 enforces, with the characters to count for `max_tokens`."""
# `iri` is not among them: the only free checker builds 34 grammars at import, 6 s of CPU.
CHECKED_FORMATS = frozenset(
    {
        "idn-email",
        "idn-hostname",
        "json-pointer",
        "regex",
        "relative-json-pointer",
        "uri-reference",
        "uri-template",
    }
)
NUMBER_FORMATS: Mapping[str, tuple[int, int] | None] = {
    "int32": (-(2**31), 2**31 - 1),
    "int64": (-(2**63), 2**63 - 1),
    "float": None,
    "double": None,
}
"""OpenAPI's names for numbers: the integer ones become bounds, the others bound nothing."""

_DRAFTS = (
    "json-schema.org/draft-04/schema",
    "json-schema.org/draft-06/schema",
    "json-schema.org/draft-07/schema",
    "json-schema.org/draft/2019-09/schema",
    "json-schema.org/draft/2020-12/schema",
    "json-schema.org/schema",
)


@dataclass(frozen=True, slots=True)
class SchemaDocument:
    """One schema in draft 2020-12 spelling, with an index of its subschemas."""

    source: str
    """What the user calls it: a file name, or a place in a configuration."""
    root: Subschema
    nodes: Mapping[str, Subschema]
    """Every subschema by its JSON pointer, in document order; "" is the root."""
    vacuous: tuple[str, ...]
    """Pointers of old keywords that the standard gives no effect where they stand."""

    def refuse(self, pointer: str, problem: str) -> NoReturn:
        """Raise a `SchemaError` that names the place."""
        refuse(self.source, pointer, problem)


def refuse(source: str, pointer: str, problem: str) -> NoReturn:
    """Raise a `SchemaError` that names the schema and the place in it."""
    raise SchemaError(f"{source}: at '{pointer or '/'}': {problem}")


def escape_pointer(name: str) -> str:
    """Return `name` as one step of a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")


def read_document(schema: object, *, source: str) -> SchemaDocument:
    """Return the schema in one spelling, or refuse it with the place and the reason.

    Args:
        schema: What a JSON or YAML reader returned: mappings, lists and scalars.
        source: What to call it in error messages.

    Raises:
        SchemaError: For anything that is not JSON, too large, unknown, misspelt or remote.
    """
    _check_plain_json(schema, source)
    if not isinstance(schema, Mapping | bool):
        refuse(source, "", "a schema is an object; got something else")
    reader = _Reader(source, schema)
    root = reader.read(schema, "")
    for pointer, target in reader.references:
        if target not in reader.nodes:
            refuse(
                source,
                pointer,
                f"$ref names '#{target}', which is no subschema of this document; "
                "add it under $defs or correct the reference",
            )
    return SchemaDocument(source, root, reader.nodes, tuple(reader.vacuous))


class _Reader:
    """Walks the schema by position, so that a property called `enum` is just a property."""

    def __init__(self, source: str, schema: Mapping[str, Any] | bool) -> None:
        self.source = source
        self.nodes: dict[str, Subschema] = {}
        self.references: list[tuple[str, str]] = []
        self.vacuous: list[str] = []
        self.base = ""
        self.anchors: dict[str, str] = {}
        if isinstance(schema, Mapping):
            self._check_identifiers(schema)
            _find_anchors(schema, "", self.anchors)

    def _check_identifiers(self, schema: Mapping[str, Any]) -> None:
        for name in ("$id", "id"):
            if isinstance(schema.get(name), str):
                self.base = schema[name].removesuffix("#")
        declared = schema.get("$schema")
        if declared is None:
            return
        name = str(declared).removesuffix("#").removeprefix("https://").removeprefix("http://")
        if name not in _DRAFTS:
            refuse(
                self.source,
                "/$schema",
                "this dialect is not known; drafts 4, 6, 7, 2019-09 and 2020-12 are",
            )

    def read(self, node: object, pointer: str) -> Subschema:
        if isinstance(node, bool):
            self.nodes[pointer] = node
            return node
        if not isinstance(node, Mapping):
            refuse(self.source, pointer, "expected a schema (an object, true or false)")
        self.nodes[pointer] = True  # Holds the place: document order is the order of reading.
        result: dict[str, Any] = {}
        for name in node:
            self._check_name(name, pointer)
        if pointer and any(name in node for name in ("$id", "id")) and _refers(node):
            refuse(
                self.source,
                pointer,
                "a part with its own $id may hold no $ref; remove the $id, references are read "
                "from the top",
            )
        for name, value in self._modernise(node, pointer).items():
            where = f"{pointer}/{escape_pointer(name)}"
            shape = KEYWORDS[name]
            if shape == "schema":
                result[name] = self.read(value, where)
            elif shape == "schema_list":
                if not isinstance(value, list) or not value:
                    refuse(self.source, where, "expected a list of at least one schema")
                result[name] = [self.read(x, f"{where}/{i}") for i, x in enumerate(value)]
            elif shape == "schema_map":
                if not isinstance(value, Mapping):
                    refuse(self.source, where, "expected an object of schemas")
                result[name] = {
                    key: self.read(x, f"{where}/{escape_pointer(key)}") for key, x in value.items()
                }
            else:
                result[name] = self._read_value(name, value, where)
        self.nodes[pointer] = result
        return result

    def _check_name(self, name: str, pointer: str) -> None:
        if name in KEYWORDS or name in ANNOTATIONS or name in OLD_SPELLINGS:
            return
        if name.startswith(ANNOTATION_PREFIXES):
            return
        where = f"{pointer}/{escape_pointer(name)}"
        if name in IDENTIFIERS:
            return
        if name in REFUSED:
            refuse(self.source, where, f"keyword '{name}' is refused: {REFUSED[name]}")
        known = [*KEYWORDS, *ANNOTATIONS, *OLD_SPELLINGS]
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
        hint = f"did you mean '{near[0]}'?" if near else "remove it, or name it 'x-...'."
        refuse(self.source, where, f"unknown keyword '{name[:60]}'; {hint}")

    def _modernise(self, node: Mapping[str, Any], pointer: str) -> dict[str, Any]:
        """Return the node's keywords with the spellings of drafts 4 to 7 made those of 2020-12."""
        new = {name: value for name, value in node.items() if name in KEYWORDS}
        for limit, exclusive in (
            ("minimum", "exclusiveMinimum"),
            ("maximum", "exclusiveMaximum"),
        ):
            flag = new.get(exclusive)
            if isinstance(flag, bool):
                del new[exclusive]
                if flag and limit not in new:
                    refuse(self.source, pointer, f"{exclusive}: true needs a {limit} beside it")
                if flag:
                    new[exclusive] = new.pop(limit)
        if isinstance(new.get("items"), list):
            new["prefixItems"] = new.pop("items")
            if not new["prefixItems"]:
                del new["prefixItems"]
            if "additionalItems" in node:
                new["items"] = node["additionalItems"]
        elif "additionalItems" in node:
            self.vacuous.append(f"{pointer}/additionalItems")
        for name, value in self._dependencies(node, pointer):
            kind = "dependentRequired" if isinstance(value, list) else "dependentSchemas"
            new[kind] = {**new.get(kind, {}), name: value}
        if node.get("nullable") is True:
            _allow_null(new)
        _bound_number_format(new)
        return new

    def _dependencies(self, node: Mapping[str, Any], pointer: str) -> list[tuple[str, Any]]:
        value = node.get("dependencies", {})
        if not isinstance(value, Mapping):
            refuse(self.source, f"{pointer}/dependencies", "expected an object")
        return [(k, [v] if isinstance(v, str) else v) for k, v in value.items()]

    def _read_value(self, name: str, value: object, where: str) -> object:
        if name == "$ref":
            return self._read_reference(value, where)
        if name == "enum":
            if not isinstance(value, list) or not value:
                refuse(self.source, where, "expected a list of at least one value")
            if len(value) > MAX_ENUM_VALUES:
                refuse(
                    self.source,
                    where,
                    f"{len(value):,} values; at most {MAX_ENUM_VALUES:,} are allowed. Sample the "
                    "value as an attribute instead",
                )
        if name == "required" and isinstance(value, bool):
            refuse(self.source, where, "this is draft 3; list the names in the object's required")
        if name in {"enum", "const"}:
            for item in value if name == "enum" and isinstance(value, list) else [value]:
                _check_constant(item, self.source, where)
        if name == "format" and isinstance(value, str):
            known = [*GRAMMAR_FORMATS, *CHECKED_FORMATS]
            if value not in known:
                near = difflib.get_close_matches(value, known, n=1, cutoff=0.5)
                hint = f"did you mean '{near[0]}'?" if near else "use pattern instead."
                refuse(self.source, where, f"format '{value[:60]}' cannot be checked; {hint}")
        return value

    def _read_reference(self, value: object, where: str) -> str:
        if not isinstance(value, str):
            refuse(self.source, where, "expected a string")
        address, _, fragment = value.partition("#")
        if address and address != self.base:
            refuse(
                self.source,
                where,
                "remote references are refused; copy the schema under $defs and refer to it there",
            )
        target = unquote(fragment)
        if target and not target.startswith("/"):
            if target not in self.anchors:
                refuse(self.source, where, f"$ref names the anchor '{target}', which is not there")
            target = self.anchors[target]
        self.references.append((where, target))
        # The validator reads a fragment too, so what is special in an address is escaped again.
        return "#" + target.replace("%", "%25")


def _refers(node: object) -> bool:
    if isinstance(node, Mapping):
        return "$ref" in node or any(_refers(item) for item in node.values())
    return isinstance(node, list) and any(_refers(item) for item in node)


def _allow_null(node: dict[str, Any]) -> None:
    declared = node.get("type")
    if isinstance(declared, str):
        node["type"] = [declared, "null"]
    elif isinstance(declared, list) and "null" not in declared:
        node["type"] = [*declared, "null"]
    if isinstance(node.get("enum"), list) and None not in node["enum"]:
        node["enum"] = [*node["enum"], None]


def _bound_number_format(node: dict[str, Any]) -> None:
    name = node.get("format")
    if not isinstance(name, str) or name not in NUMBER_FORMATS:
        return
    del node["format"]
    bounds = NUMBER_FORMATS[name]
    if bounds is None:
        return
    for keyword, bound, choose in (("minimum", bounds[0], max), ("maximum", bounds[1], min)):
        own = node.get(keyword)
        if own is None:
            node[keyword] = bound
        elif isinstance(own, int | float) and not isinstance(own, bool):
            node[keyword] = choose(own, bound)


def _check_constant(value: object, source: str, where: str) -> None:
    if isinstance(value, int) and abs(value) > MAX_EXACT_INTEGER:
        refuse(
            source, where, "an integer constant beyond 2^53 cannot be read back; make it a string"
        )
    if isinstance(value, Mapping):
        for item in value.values():
            _check_constant(item, source, where)
    elif isinstance(value, list):
        for item in value:
            _check_constant(item, source, where)


def _find_anchors(node: object, pointer: str, found: dict[str, str]) -> None:
    if isinstance(node, Mapping):
        anchor = node.get("$anchor")
        if isinstance(anchor, str):
            found.setdefault(anchor, pointer)
        for name, value in node.items():
            if name not in {"enum", "const", "default", "examples", "example"}:
                _find_anchors(value, f"{pointer}/{escape_pointer(name)}", found)
    elif isinstance(node, list):
        for index, value in enumerate(node):
            _find_anchors(value, f"{pointer}/{index}", found)


def _check_plain_json(schema: object, source: str) -> None:
    """Refuse what is not JSON, too deep, too long, or would hang the engine's serialiser."""
    stack: list[tuple[object, str, int]] = [(schema, "", 0)]
    n_values = 0
    while stack:
        value, pointer, depth = stack.pop()
        n_values += 1
        if depth > MAX_SCHEMA_NESTING:
            refuse(source, pointer[:200], f"nested more than {MAX_SCHEMA_NESTING} deep")
        if n_values > MAX_SCHEMA_CHARS:
            refuse(source, "", f"more than {MAX_SCHEMA_CHARS:,} values")
        if isinstance(value, Mapping):
            for name, item in value.items():
                if not isinstance(name, str):
                    refuse(source, pointer, "a key is not a string; put it in quotes")
                _check_text(name, source, pointer)
                stack.append((item, f"{pointer}/{escape_pointer(name)}", depth + 1))
        elif isinstance(value, list):
            stack.extend((item, f"{pointer}/{i}", depth + 1) for i, item in enumerate(value))
        else:
            _check_scalar(value, source, pointer)
    if len(json.dumps(schema, ensure_ascii=False)) > MAX_SCHEMA_CHARS:
        refuse(source, "", f"longer than {MAX_SCHEMA_CHARS:,} characters")


def _check_scalar(value: object, source: str, pointer: str) -> None:
    if isinstance(value, str):
        _check_text(value, source, pointer)
    elif isinstance(value, float):
        if not math.isfinite(value):
            refuse(source, pointer, "NaN and Infinity are not JSON")
    elif isinstance(value, int):
        if abs(value) > MAX_WIRE_INTEGER:
            refuse(source, pointer, "an integer beyond 2^63 cannot be sent to the engine")
    elif value is not None:
        refuse(
            source,
            pointer,
            f"a value of type {type(value).__name__} is not JSON; put dates and the like in quotes",
        )


def _check_text(text: str, source: str, pointer: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise SchemaError(
            f"{source}: under '{pointer.encode(errors='replace').decode()[:200] or '/'}': a string "
            "holds half of a surrogate pair, which UTF-8 cannot carry; correct the escape"
        ) from error
