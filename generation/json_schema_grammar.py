"""From a schema document to the grammar that the decoder enforces.

A place in an instance is governed by a *conjunction*: the schema for that place, what it refers
to, the members of its `allOf`, and one branch of each `anyOf`. Every conjunction is merged into
one plain schema that llguidance reads in full. The grammar may be narrower than the schema
(objects closed, everything bounded, recursion unrolled), and wider only where a keyword is noted
as *checked*: what it lets through is then caught by the validator.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from typing import Any, Literal, NoReturn, TypeAlias

from .json_schema_keywords import (
    GRAMMAR_FORMATS,
    SchemaDocument,
    escape_pointer,
)
from .json_schema_nodes import (
    ArrayShape,
    GrammarNode,
    Key,
    ObjectShape,
    alternatives,
    emit_array,
    emit_object,
    fixed,
    integer,
    real,
)
from .json_schema_validator import InstanceValidator, pattern_matcher

Policy: TypeAlias = Literal["enforced", "checked"]

DEFAULT_MAX_STRING_CHARS = 1_000
DEFAULT_MAX_ITEMS = 8
NUMBER_CHARS = 24
RECURSION_LEVELS = 3
"""How often a schema may contain itself in the grammar, where it could go on for ever."""
MAX_INSTANCE_NESTING = 64
MAX_CONJUNCTIONS = 20_000
MAX_BRANCHES = 64
"""Combinations of several `anyOf` at one place; beyond, the later ones are checked after."""

_TYPES = ("object", "array", "string", "number", "integer", "boolean", "null")
_IMPLIED_TYPE: Mapping[str, str] = {
    "properties": "object",
    "patternProperties": "object",
    "additionalProperties": "object",
    "unevaluatedProperties": "object",
    "propertyNames": "object",
    "required": "object",
    "minProperties": "object",
    "maxProperties": "object",
    "dependentRequired": "object",
    "dependentSchemas": "object",
    "items": "array",
    "prefixItems": "array",
    "unevaluatedItems": "array",
    "contains": "array",
    "minItems": "array",
    "maxItems": "array",
    "uniqueItems": "array",
    "minLength": "string",
    "maxLength": "string",
    "pattern": "string",
    "format": "string",
    "minimum": "number",
    "maximum": "number",
    "exclusiveMinimum": "number",
    "exclusiveMaximum": "number",
    "multipleOf": "number",
}
_CHECKED = frozenset(
    {
        "minLength",
        "maxLength",
        "pattern",
        "uniqueItems",
        "contains",
        "minContains",
        "maxContains",
        "not",
        "if",
        "then",
        "else",
        "dependentRequired",
        "dependentSchemas",
        "patternProperties",
        "propertyNames",
        "unevaluatedProperties",
        "unevaluatedItems",
    }
)
_IN_PLACE = ("$ref", "allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas")

_POINTING = frozenset({"$ref", "allOf", "$defs", "definitions"})


@dataclass(slots=True)
class _Shape:
    """What governs a place once merged: alternatives, or a union of types, or fixed values."""

    branches: tuple[Key, ...] = ()
    containers: list[ObjectShape | ArrayShape] = field(default_factory=list)
    leaves: list[GrammarNode] = field(default_factory=list)

    def keys(self) -> Iterator[Key]:
        yield from self.branches
        for container in self.containers:
            if isinstance(container, ObjectShape):
                yield from (key for _, key, _ in container.properties)
                if container.extra is not None:
                    yield container.extra
            else:
                yield from container.prefix
                if container.items is not None:
                    yield container.items


class GrammarBuilder:
    """Builds the grammar of one document and notes how each keyword is treated."""

    def __init__(self, document: SchemaDocument) -> None:
        self._document = document
        self._nodes = document.nodes
        self.policy: dict[str, Policy] = dict.fromkeys(document.vacuous, "checked")
        self._shapes: dict[Key, _Shape | None] = {}
        self._component: dict[Key, int] = {}
        self._order: dict[Key, int] = {}
        self._emitted: dict[tuple[Key, int], GrammarNode | None] = {}
        self._validator = InstanceValidator(document.root)
        self._dead_end = ""
        self._was_cut = False
        self._levels = RECURSION_LEVELS

    def build(self) -> GrammarNode:
        """Return the grammar's root.

        Raises:
            SchemaError: If no instance can exist, or none that ends.
        """
        self._refuse_idle_cycles()
        root = self._key([""])
        if root is None:
            self._refuse("", "no JSON value can satisfy the schema")
        largest = self._find_components(root)
        node = self._emit(root, self._levels, 0)
        if node is None and self._was_cut:
            # An instance that ends never needs a schema twice on one path.
            self._emitted.clear()
            self._levels = largest + 1
            node = self._emit(root, self._levels, 0)
            if node is None:
                self._refuse(
                    self._dead_end,
                    "the schema can never finish: it requires itself inside itself. Make the "
                    "recursive property optional or give it an alternative",
                )
        if node is None:
            self._refuse(self._dead_end, "no JSON value can satisfy the schema here")
        return node

    # -- the graph of conjunctions ------------------------------------------------------------

    def _refuse_idle_cycles(self) -> None:
        """Refuse a schema that refers to itself for the same value: its meaning has no end."""
        state: dict[str, int] = {}
        for start in self._nodes:
            stack = [(start, iter(self._in_place(start)))] if start not in state else []
            if stack:
                state[start] = 1
            while stack:
                pointer, targets = stack[-1]
                target = next(targets, None)
                if target is None:
                    state[pointer] = 2
                    stack.pop()
                elif state.get(target) == 1:
                    self._refuse(
                        pointer, "the schema can never finish: it refers to itself for one value"
                    )
                elif target not in state:
                    state[target] = 1
                    stack.append((target, iter(self._in_place(target))))

    def _in_place(self, pointer: str) -> list[str]:
        node = self._nodes[pointer]
        if isinstance(node, bool):
            return []
        found: list[str] = []
        for name in _IN_PLACE:
            value = node.get(name)
            if name == "$ref" and isinstance(value, str):
                found.append(_target(value))
            elif isinstance(value, list):
                found.extend(f"{pointer}/{name}/{i}" for i in range(len(value)))
            elif name == "dependentSchemas" and isinstance(value, dict):
                found.extend(f"{pointer}/{name}/{escape_pointer(key)}" for key in value)
            elif isinstance(value, dict):
                found.append(f"{pointer}/{name}")
        return found

    def _find_components(self, root: Key) -> int:
        """Tarjan's strongly connected components, without recursion; returns the largest size."""
        low: dict[Key, int] = {}
        open_keys: list[Key] = []
        is_open: set[Key] = set()
        largest = 1
        work: list[tuple[Key, Iterator[Key]]] = []

        def enter(key: Key) -> None:
            if len(self._order) >= MAX_CONJUNCTIONS:
                self._refuse("", f"more than {MAX_CONJUNCTIONS:,} combinations of subschemas")
            self._order[key] = low[key] = len(self._order)
            open_keys.append(key)
            is_open.add(key)
            shape = self._shape(key)
            work.append((key, iter(shape.keys()) if shape else iter(())))

        enter(root)
        while work:
            key, children = work[-1]
            child = next(children, None)
            if child is not None:
                if child not in self._order:
                    enter(child)
                elif child in is_open:
                    low[key] = min(low[key], self._order[child])
                continue
            work.pop()
            if work:
                low[work[-1][0]] = min(low[work[-1][0]], low[key])
            if low[key] == self._order[key]:
                size = 0
                while True:
                    member = open_keys.pop()
                    is_open.discard(member)
                    self._component[member] = self._order[key]
                    size += 1
                    if member == key:
                        break
                largest = max(largest, size)
        return largest

    # -- merging ----------------------------------------------------------------------------

    def _shape(self, key: Key) -> _Shape | None:
        if key not in self._shapes:
            self._shapes[key] = self._merge(key)
        return self._shapes[key]

    def _expand(self, pointers: Sequence[str]) -> list[str] | None:
        """Follow `$ref` and `allOf`; None when one member is `false`."""
        found: dict[str, None] = {}
        stack = list(reversed(pointers))
        while stack:
            pointer = stack.pop()
            node = self._nodes[pointer]
            if node is False:
                return None
            if node is True or pointer in found:
                continue
            found[pointer] = None
            for name in ("$ref", "allOf"):
                if name in node:
                    self._note(pointer, name, "enforced")
            if "allOf" in node:
                stack.extend(f"{pointer}/allOf/{i}" for i in reversed(range(len(node["allOf"]))))
            if "$ref" in node:
                stack.append(_target(node["$ref"]))
        return list(found)

    def _key(self, pointers: Sequence[str]) -> Key | None:
        """Name a place by the schemas that govern it; what merely points to others is left out."""
        expanded = self._expand(pointers)
        if expanded is None:
            return None
        return tuple(p for p in expanded if not set(self._node(p)) <= _POINTING), frozenset()

    def _merge(self, key: Key) -> _Shape | None:
        pointers = self._expand(key[0])
        if pointers is None:
            self._dead_end = self._dead_end or (key[0][0] if key[0] else "")
            return None
        for pointer in pointers:
            for name in self._node(pointer):
                if name not in {"$defs", "definitions"}:
                    self._note(pointer, name, "checked" if name in _CHECKED else "enforced")
        values = self._fixed_values(pointers)
        if values is not None:
            if not values:
                self._dead_end = self._dead_end or pointers[0]
                return None
            return _Shape(leaves=[fixed(values)])
        branches = self._branches(pointers, key[1])
        if branches is not None:
            return _Shape(branches=branches)
        shape = _Shape()
        for name in self._types(pointers):
            if name == "object":
                container: ObjectShape | ArrayShape | None = self._object(pointers)
            elif name == "array":
                container = self._array(pointers)
            else:
                container = None
                leaf = self._scalar(name, pointers)
                if leaf is not None:
                    shape.leaves.append(leaf)
            if container is not None:
                shape.containers.append(container)
        if not shape.leaves and not shape.containers:
            self._dead_end = self._dead_end or (pointers[0] if pointers else "")
            return None
        return shape

    def _node(self, pointer: str) -> dict[str, Any]:
        node = self._nodes[pointer]
        return node if isinstance(node, dict) else {}

    def _each(self, pointers: Sequence[str], keyword: str) -> list[Any]:
        return [self._node(p)[keyword] for p in pointers if keyword in self._node(p)]

    def _note(self, pointer: str, keyword: str, how: Policy) -> None:
        name = f"{pointer}/{keyword}"
        if self.policy.get(name) != "checked":
            self.policy[name] = how

    def _fixed_values(self, pointers: Sequence[str]) -> list[Any] | None:
        lists = self._each(pointers, "enum") + [[x] for x in self._each(pointers, "const")]
        if not lists:
            return None
        shared = set.intersection(*({_canonical(x) for x in values} for values in lists))
        candidates = {c: x for x in min(lists, key=len) if (c := _canonical(x)) in shared}
        checks = []
        for pointer in pointers:
            rules = {k: v for k, v in self._node(pointer).items() if k not in {"enum", "const"}}
            if rules:
                checks.append(self._validator.narrowed(rules))
        return [x for x in candidates.values() if not any(check.violations(x) for check in checks)]

    def _branches(self, pointers: Sequence[str], decided: frozenset[str]) -> tuple[Key, ...] | None:
        groups: list[tuple[str, list[str]]] = []
        for pointer in pointers:
            for name in ("anyOf", "oneOf"):
                group = f"{pointer}/{name}"
                if name in self._node(pointer) and group not in decided:
                    n = len(self._node(pointer)[name])
                    groups.append((group, [f"{group}/{i}" for i in range(n)]))
                    if name == "oneOf" and not self._are_disjoint(groups[-1][1]):
                        self._note(pointer, name, "checked")
        if not groups:
            return None
        taken: list[tuple[str, list[str]]] = []
        n_branches = 1
        for group, members in groups:
            if taken and n_branches * len(members) > MAX_BRANCHES:
                pointer, _, name = group.rpartition("/")
                self._note(pointer, name, "checked")
                continue
            n_branches *= len(members)
            taken.append((group, members))
        now_decided = decided | {group for group, _ in groups}
        return tuple(
            (tuple(dict.fromkeys([*pointers, *choice])), now_decided)
            for choice in product(*(members for _, members in taken))
        )

    def _are_disjoint(self, members: Sequence[str]) -> bool:
        """Whether no value can fit two members: other types, or other constants under one name."""
        expanded = [self._expand([member]) for member in members]
        known = [pointers for pointers in expanded if pointers is not None]
        tags = [self._tags(pointers) for pointers in known]
        for i in range(len(known)):
            for j in range(i):
                if self._own_types(known[i]).isdisjoint(self._own_types(known[j])):
                    continue
                if not any(
                    name in tags[j] and tags[i][name].isdisjoint(tags[j][name]) for name in tags[i]
                ):
                    return False
        return True

    def _own_types(self, pointers: Sequence[str]) -> set[str]:
        """Types a value may have, `number` spelt as the two disjoint halves it is."""
        allowed = {*_TYPES, "fraction"} - {"number"}
        for declared in self._each(pointers, "type"):
            names = {declared} if isinstance(declared, str) else set(declared)
            if "number" in names:
                names |= {"integer", "fraction"}
            allowed &= names
        for name in self._each(pointers, "enum") + [[x] for x in self._each(pointers, "const")]:
            allowed &= {_type_of(x) for x in name}
        return allowed

    def _tags(self, pointers: Sequence[str]) -> dict[str, set[str]]:
        """Values of required properties that are fixed, and of the place itself under ""."""
        required = {name for names in self._each(pointers, "required") for name in names}
        found: dict[str, set[str]] = {}
        own = self._listed(pointers)
        if own is not None:
            found[""] = own
        if self._own_types(pointers) != {"object"}:
            return found
        for name in required:
            inner = [
                f"{p}/properties/{escape_pointer(name)}"
                for p in pointers
                if name in self._node(p).get("properties", {})
            ]
            expanded = self._expand(inner)
            listed = self._listed(expanded) if expanded else None
            if listed is not None:
                found["/" + name] = listed
        return found

    def _listed(self, pointers: Sequence[str]) -> set[str] | None:
        lists = self._each(pointers, "enum") + [[x] for x in self._each(pointers, "const")]
        if not lists:
            return None
        sets = [{_canonical(x) for x in values} for values in lists]
        return set.intersection(*sets)

    def _types(self, pointers: Sequence[str]) -> list[str]:
        allowed = set(_TYPES)
        declared = self._each(pointers, "type")
        for names in declared:
            named = {names} if isinstance(names, str) else set(names)
            named |= {"integer"} if "number" in named else set()
            allowed &= named
        if not declared:
            implied = {
                _IMPLIED_TYPE[name]
                for pointer in pointers
                for name in self._node(pointer)
                if name in _IMPLIED_TYPE
            }
            # Nothing said: any scalar will do. A container nobody described helps nobody.
            allowed = implied or {"string", "number", "boolean", "null"}
        if "number" in allowed:
            allowed.discard("integer")
        return [name for name in _TYPES if name in allowed]

    # -- containers ---------------------------------------------------------------------------

    def _object(self, pointers: Sequence[str]) -> ObjectShape | None:
        names: dict[str, None] = {}
        for properties in self._each(pointers, "properties"):
            names.update(dict.fromkeys(properties))
        required = dict.fromkeys(n for x in self._each(pointers, "required") for n in x)
        names.update(required)
        lower = max([0, *map(math.ceil, self._each(pointers, "minProperties"))])
        upper = min([10**9, *map(math.floor, self._each(pointers, "maxProperties"))])
        possible = {n: k for n in names if (k := self._property(pointers, n)) is not None}
        missing = [n for n in required if n not in possible]
        if missing:
            self._dead_end = self._dead_end or f"{pointers[0]}/required"
            return None
        extra = self._extra(pointers) if not names else None
        if len(required) > upper or (extra is None and len(possible) < lower):
            self._dead_end = self._dead_end or pointers[0]
            return None
        # Whole-object counts cannot stand in the grammar beside optional properties: enough of
        # them are made required, in declared order, and none is left beyond the upper bound.
        kept = {n: k for n, k in possible.items() if n in required}
        for name, key in possible.items():
            if len(kept) < upper:
                kept.setdefault(name, key)
        n_promoted = max(0, lower - len(required)) if extra is None else 0
        optional = [n for n in possible if n in kept and n not in required]
        promoted = set(optional[:n_promoted])
        return ObjectShape(
            properties=tuple(
                (n, possible[n], n in required or n in promoted) for n in possible if n in kept
            ),
            extra=extra,
            n_extra_min=lower,
            n_extra_max=min(upper, max(DEFAULT_MAX_ITEMS, lower)),
        )

    def _property(self, pointers: Sequence[str], name: str) -> Key | None:
        """Return what governs the property `name`, or None where it must be absent."""
        found: list[str] = []
        for pointer in pointers:
            node = self._node(pointer)
            applied = False
            if name in node.get("properties", {}):
                found.append(f"{pointer}/properties/{escape_pointer(name)}")
                applied = True
            for pattern in node.get("patternProperties", {}):
                if pattern_matcher(pattern)(name):
                    found.append(f"{pointer}/patternProperties/{escape_pointer(pattern)}")
                    applied = True
            if not applied and "additionalProperties" in node:
                found.append(f"{pointer}/additionalProperties")
        return self._key(found)

    def _extra(self, pointers: Sequence[str]) -> Key | None:
        """What governs the values of a map: an object that declares no name of its own."""
        found = [
            f"{p}/additionalProperties"
            for p in pointers
            if isinstance(self._node(p).get("additionalProperties"), dict)
        ]
        closed = any(self._node(p).get("additionalProperties") is False for p in pointers)
        wanted = any(x > 0 for x in self._each(pointers, "minProperties"))
        if closed or not (found or wanted):
            return None
        return self._key(found)

    def _array(self, pointers: Sequence[str]) -> ArrayShape | None:
        lower = max([0, *map(math.ceil, self._each(pointers, "minItems"))])
        upper = min([10**9, *map(math.floor, self._each(pointers, "maxItems"))])
        prefixes = self._each(pointers, "prefixItems")
        n_prefix = max(map(len, prefixes), default=0)
        has_items = bool(self._each(pointers, "items"))
        keys = [self._item(pointers, index) for index in range(min(n_prefix, upper))]
        rest = self._item(pointers, n_prefix) if has_items or not n_prefix else None
        if rest is None and has_items is False and n_prefix and lower > n_prefix:
            rest = self._item(pointers, n_prefix)
        for index, key in enumerate(keys):
            if key is None:
                upper = min(upper, index)
                break
        if rest is None:
            upper = min(upper, n_prefix)
        else:
            upper = min(upper, max(DEFAULT_MAX_ITEMS, lower, n_prefix))
        if lower > upper:
            self._dead_end = self._dead_end or pointers[0]
            return None
        prefix = tuple(key for key in keys[:upper] if key is not None)
        return ArrayShape(prefix, rest if upper > len(prefix) else None, lower, upper)

    def _item(self, pointers: Sequence[str], index: int) -> Key | None:
        found: list[str] = []
        for pointer in pointers:
            node = self._node(pointer)
            if index < len(node.get("prefixItems", ())):
                found.append(f"{pointer}/prefixItems/{index}")
            elif "items" in node:
                found.append(f"{pointer}/items")
        return self._key(found)

    # -- scalars ------------------------------------------------------------------------------

    def _scalar(self, name: str, pointers: Sequence[str]) -> GrammarNode | None:
        if name in {"boolean", "null"}:
            return GrammarNode({"type": name}, 5, 4)
        if name == "string":
            return self._string(pointers)
        return self._number(name, pointers)

    def _string(self, pointers: Sequence[str]) -> GrammarNode | None:
        lower = max([0, *self._each(pointers, "minLength")])
        declared = [*self._each(pointers, "maxLength")]
        upper = min(declared, default=max(DEFAULT_MAX_STRING_CHARS, lower))
        if lower > upper:
            self._dead_end = self._dead_end or pointers[0]
            return None
        formats: dict[str, None] = {}
        for pointer in pointers:
            name = self._node(pointer).get("format")
            if (
                isinstance(name, str)
                and name in GRAMMAR_FORMATS
                and (not formats or name in formats)
            ):
                formats[name] = None
            elif name is not None:
                self._note(pointer, "format", "checked")
        for name in formats:
            longest = int(min(GRAMMAR_FORMATS[name], upper))
            schema: dict[str, Any] = {"type": "string", "format": name}
            if name in {"email", "hostname", "uri"}:
                schema["maxLength"] = longest  # Measured: 5 of 6 free e-mails never ended.
            return GrammarNode(schema, longest + 2, 2)
        return GrammarNode({"type": "string"}, int(upper) + 2, int(lower) + 2, is_free_text=True)

    def _number(self, name: str, pointers: Sequence[str]) -> GrammarNode | None:
        lows: list[tuple[Fraction, bool]] = [
            *((Fraction(str(x)), False) for x in self._each(pointers, "minimum")),
            *((Fraction(str(x)), True) for x in self._each(pointers, "exclusiveMinimum")),
        ]
        highs: list[tuple[Fraction, bool]] = [
            *((Fraction(str(x)), False) for x in self._each(pointers, "maximum")),
            *((Fraction(str(x)), True) for x in self._each(pointers, "exclusiveMaximum")),
        ]
        steps = [Fraction(str(x)) for x in self._each(pointers, "multipleOf")]
        schema = integer(lows, highs, steps) if name == "integer" else real(lows, highs, steps)
        if schema is None:
            self._dead_end = self._dead_end or pointers[0]
            return None
        if steps and "multipleOf" not in schema:
            for pointer in pointers:
                if "multipleOf" in self._node(pointer):
                    self._note(pointer, "multipleOf", "checked")
        if name == "integer":
            longest = max(len(str(schema["minimum"])), len(str(schema["maximum"])))
            return GrammarNode(schema, longest, 1)
        return GrammarNode(schema, NUMBER_CHARS, 1)

    # -- emission -----------------------------------------------------------------------------

    def _emit(self, key: Key, level: int, depth: int) -> GrammarNode | None:
        memo = (key, level)
        if memo not in self._emitted:
            if depth > 3 * MAX_INSTANCE_NESTING:
                self._refuse(
                    "".join(key[0][:1]), f"instances would nest more than {MAX_INSTANCE_NESTING}"
                )
            self._emitted[memo] = self._emit_new(key, level, depth)
        return self._emitted[memo]

    def _emit_new(self, key: Key, level: int, depth: int) -> GrammarNode | None:
        shape = self._shapes[key]
        if shape is None:
            return None

        def child(target: Key) -> GrammarNode | None:
            if self._component[target] != self._component[key]:
                return self._emit(target, self._levels, depth + 1)
            left = level - 1 if self._order[target] <= self._order[key] else level
            if left < 0:
                self._was_cut = True
                self._dead_end = self._dead_end or "".join(key[0][:1])
                return None
            return self._emit(target, left, depth + 1)

        found = [node for target in shape.branches if (node := child(target)) is not None]
        found.extend(shape.leaves)
        for container in shape.containers:
            if isinstance(container, ObjectShape):
                node = emit_object(container, child)
            else:
                node = emit_array(container, child)
            if node is not None:
                found.append(node)
        return alternatives(found)

    def _refuse(self, pointer: str, problem: str) -> NoReturn:
        self._document.refuse(pointer, problem)


def _type_of(value: object) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return "integer"
    names: Mapping[type, str] = {float: "fraction", str: "string", list: "array", dict: "object"}
    return names.get(type(value), "null")


def _canonical(value: object) -> str:
    """One spelling per JSON value: 1 and 1.0 are equal, 1 and true are not."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps(value, sort_keys=True)


def _target(reference: str) -> str:
    return reference.removeprefix("#").replace("%25", "%")
