"""JSON Schema compiling: what the decoder enforces, what is checked after, what is refused.

In goes the schema a user wrote; out comes a `CompiledSchema` with the grammar for the engine, a
policy entry for every keyword, and a token budget. The decoder alone is never trusted: it ignores
some keywords silently and a token limit can cut any answer, so each instance is validated in full.

String `minLength`, `maxLength` and `pattern` are left out of the grammar on purpose: as grammar
they cost up to 25 times the mask time per token, as a check nearly nothing.
"""

from __future__ import annotations

import copy
import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from .json_schema_grammar import GrammarBuilder, Policy
from .json_schema_keywords import SchemaDocument, read_document
from .json_schema_nodes import GrammarNode
from .json_schema_validator import InstanceValidator, Violation, pattern_matcher

__all__ = ["CompiledSchema", "Policy", "Violation", "compile_schema"]

CHARACTERS_PER_TOKEN = 3.0
"""Fewer characters of English JSON than byte-pair vocabularies put in a token (about 4)."""
TOKEN_MARGIN = 16
"""For the first brace, the end-of-text token and numbers written digit by digit."""
MAX_TOKENS_CAP = 8_192
MAX_TEXT_FIELDS = 1_000
_SHARE_CHARS = 120
"""A part of the grammar that occurs twice and is at least this long becomes a definition."""


@dataclass(frozen=True)
class CompiledSchema:
    """A schema that is ready for decoding and for checking. Treat its mappings as read-only."""

    source: str
    """What errors call it."""
    original: Mapping[str, Any]
    """The schema as the user wrote it."""
    standard: Mapping[str, Any]
    """The same rules in draft 2020-12 spelling without annotations; instances are checked so."""
    grammar: Mapping[str, Any]
    """What goes to the decoder: bounded, closed, and readable by llguidance in every keyword."""
    policy: Mapping[str, Policy]
    """JSON pointer of every keyword in `standard` that is in effect, and how it is held."""
    max_tokens: int
    """Enough for the longest legal instance, or the cap."""
    text_fields: tuple[str, ...]
    """Paths of free text as `Draft.texts` gives them, with `*` for any item."""
    sha256: str
    """Of the original schema and the grammar: changes when either does."""

    def violations(self, instance: object) -> tuple[Violation, ...]:
        """Return every way in which `instance` breaks the schema; () when it is valid."""
        return self._validator.violations(instance)

    @cached_property
    def _validator(self) -> InstanceValidator:
        return InstanceValidator(self.standard)

    def __getstate__(self) -> dict[str, Any]:
        """Leave the validator behind: another process builds its own."""
        return {name: value for name, value in self.__dict__.items() if name != "_validator"}


def compile_schema(
    schema: Mapping[str, Any],
    *,
    source: str,
    top_level: Literal["object", "any"] = "object",
    characters_per_token: float = CHARACTERS_PER_TOKEN,
) -> CompiledSchema:
    """Compile a JSON Schema, or refuse it before the first token is spent.

    Objects are closed in the grammar (only declared properties are written, in declared order),
    optional properties stay optional, strings without `maxLength` count 1,000 characters,
    arrays without `maxItems` hold at most 8 items, and recursion is unrolled three levels.

    Args:
        schema: Draft 2020-12, or the common spellings of drafts 4 to 7.
        source: What to call the schema in errors: a file, or a place in a configuration.
        top_level: `object` is what a part of a row needs; `any` is for conformance suites.
        characters_per_token: Expected length of a token; lower it for scripts other than Latin.

    Raises:
        SchemaError: With the place, for any keyword that can be neither enforced nor checked,
            for a schema that nothing satisfies, and for recursion that can never finish.
    """
    document = read_document(schema, source=source)
    _check_against_metaschema(document)
    _check_patterns(document)
    if top_level == "object":
        _check_top_level(document)
    builder = GrammarBuilder(document)
    root = builder.build()
    if top_level == "object":
        root = _object_only(root, document)
    grammar = _share(root)
    shortest = math.ceil(root.shortest_chars / characters_per_token) + TOKEN_MARGIN
    if shortest > MAX_TOKENS_CAP:
        document.refuse(
            "",
            f"the shortest instance needs about {shortest:,} tokens; at most {MAX_TOKENS_CAP:,} "
            "are allowed. Split the schema into parts",
        )
    longest = math.ceil(root.longest_chars / characters_per_token) + TOKEN_MARGIN
    original = copy.deepcopy(dict(schema)) if isinstance(schema, Mapping) else {}
    identity = json.dumps([original, grammar], ensure_ascii=False, separators=(",", ":"))
    standard = document.root if isinstance(document.root, dict) else {}
    return CompiledSchema(
        source=source,
        original=original,
        standard=standard,
        grammar=grammar,
        policy=builder.policy,
        max_tokens=min(longest, MAX_TOKENS_CAP),
        text_fields=_text_fields(root),
        sha256=hashlib.sha256(identity.encode()).hexdigest(),
    )


def _check_against_metaschema(document: SchemaDocument) -> None:
    from jsonschema import Draft202012Validator

    validator = Draft202012Validator(Draft202012Validator.META_SCHEMA)
    error = min(
        validator.iter_errors(document.root), key=lambda x: -len(x.absolute_path), default=None
    )
    if error is not None:
        pointer = "".join(f"/{step}" for step in error.absolute_path)
        document.refuse(
            pointer,
            f"not a valid value for this keyword; it must satisfy '{error.validator}': "
            f"{str(error.validator_value)[:120]}",
        )


def _check_patterns(document: SchemaDocument) -> None:
    for pointer, node in document.nodes.items():
        if not isinstance(node, dict):
            continue
        patterns = [node["pattern"]] if "pattern" in node else []
        for pattern in [*patterns, *node.get("patternProperties", ())]:
            try:
                pattern_matcher(pattern)
            except ValueError as error:
                document.refuse(pointer, f"the pattern cannot be read: {error}")


def _check_top_level(document: SchemaDocument) -> None:
    root = document.root
    declared = root.get("type") if isinstance(root, dict) else None
    names = {declared} if isinstance(declared, str) else set(declared or ())
    if isinstance(root, bool) or (names and "object" not in names):
        document.refuse(
            "/type", "the top level must be an object, one property per text; wrap it in one"
        )


def _object_only(root: GrammarNode, document: SchemaDocument) -> GrammarNode:
    """Keep the alternatives that are objects with something to write in them."""
    objects = [node for node in _flat(root) if node.schema.get("type") == "object"]
    constants = [
        node
        for node in _flat(root)
        if "enum" in node.schema and all(isinstance(x, dict) for x in node.schema["enum"])
    ]
    if not objects and not constants:
        document.refuse("", "the top level must be an object: declare type: object and properties")
    if not constants and not any(node.children for node in objects):
        document.refuse(
            "/properties", "no property is declared, so there is nothing to write; declare one"
        )
    kept = [*(node for node in objects if node.children), *constants]
    if len(kept) == 1:
        return kept[0]
    return GrammarNode(
        {"anyOf": [node.schema for node in kept]},
        max(node.longest_chars for node in kept),
        min(node.shortest_chars for node in kept),
        children=tuple(("", node) for node in kept),
    )


def _flat(node: GrammarNode) -> list[GrammarNode]:
    if "anyOf" not in node.schema:
        return [node]
    return [leaf for _, child in node.children for leaf in _flat(child)]


def _text_fields(root: GrammarNode) -> tuple[str, ...]:
    found: dict[str, None] = {}
    stack = [("", root)]
    seen: set[tuple[str, int]] = set()
    while stack and len(found) < MAX_TEXT_FIELDS:
        path, node = stack.pop()
        if (path, id(node)) in seen or len(seen) > 10 * MAX_TEXT_FIELDS:
            continue
        seen.add((path, id(node)))
        if node.is_free_text:
            found[path] = None
        for name, child in reversed(node.children):
            stack.append((f"{path}.{name}" if path and name else path or name, child))
    return tuple(found)


def _share(root: GrammarNode) -> dict[str, Any]:
    """Write the grammar as one tree, with a definition for each large part that recurs."""
    uses: dict[int, int] = {}
    order: list[GrammarNode] = []
    stack = [root]
    while stack:
        node = stack.pop()
        uses[id(node)] = uses.get(id(node), 0) + 1
        if uses[id(node)] == 1:
            order.append(node)
            stack.extend(child for _, child in reversed(node.children))
    names: dict[int, str] = {}
    for node in order:
        if uses[id(node)] > 1 and _is_large(node):
            names[id(node)] = f"part{len(names) + 1}"
    schemas = {id(node.schema): node for node in order}

    def write(value: Any, *, is_definition: bool = False) -> Any:
        if isinstance(value, dict):
            node = schemas.get(id(value))
            if node is not None and id(node) in names and not is_definition:
                return {"$ref": f"#/$defs/{names[id(node)]}"}
            return {k: v if k == "enum" else write(v) for k, v in value.items()}
        return [write(item) for item in value] if isinstance(value, list) else value

    grammar: dict[str, Any] = write(root.schema, is_definition=True)
    definitions = {
        names[id(node)]: write(node.schema, is_definition=True)
        for node in order
        if id(node) in names
    }
    return grammar | ({"$defs": definitions} if definitions else {})


def _is_large(node: GrammarNode) -> bool:
    if node.children:
        return True
    return len(json.dumps(node.schema)) > _SHARE_CHARS
