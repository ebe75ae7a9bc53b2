"""Random values that fit a JSON Schema, written in words a reader can bear.

`compile_builder` walks the schema once and returns a function from a random stream to a value, so
the scripted engine can answer tens of thousands of requests a second.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from ...personas.errors import SchemaError

Builder = Callable[[Random], Any]

_MAX_DEPTH = 24
_MAX_OPTIONAL_DEPTH = 6
_FORMATS = {
    "date": "2024-03-{:02d}",
    "date-time": "2024-03-{:02d}T09:30:00Z",
    "time": "09:{:02d}:00Z",
    "email": "reader{:02d}@example.org",
    "uri": "https://example.org/{:02d}",
    "uuid": "00000000-0000-4000-8000-0000000000{:02d}",
    "ipv4": "192.0.2.{:d}",
}


def _bank(words: str) -> tuple[str, ...]:
    return tuple(words.split("|"))


# Words that belong together loosely: any row of one draw each is a sentence.
_OPENINGS = [
    "After work",
    "On most weekends",
    "Before breakfast",
    "Late in the evening",
    "Now and then",
    "Last Tuesday",
    "When it rains",
    "During the holidays",
    "Most mornings",
    "Once the bills are paid",
    "In a hurry",
    "Every spring",
    "Between two errands",
    "At the end of the month",
    "With music on",
    "For once",
    "Without a list",
    "On quiet afternoons",
    "Since moving house",
    "On the way home",
    "Around noon",
    "Whenever guests come",
    "As a habit",
    "Against all advice",
]
_SUBJECTS = [
    "I",
    "my neighbour",
    "the whole family",
    "my older sister",
    "a friend from choir",
    "our street",
    "my partner",
    "the children",
    "a colleague",
    "my father",
    "the cashier",
    "everyone at home",
    "an old classmate",
    "my cousin",
    "the baker",
    "our landlord",
    "the new manager",
    "my running group",
    "a stranger in line",
    "the gardener",
]
_VERBS = [
    "compared",
    "carried home",
    "forgot",
    "ordered",
    "praised",
    "returned",
    "tried",
    "unpacked",
    "counted",
    "noticed",
    "shared",
    "picked out",
    "weighed",
    "saved for",
    "argued about",
    "tasted",
    "repaired",
    "described",
    "put back",
    "wrapped",
    "missed",
    "looked for",
    "gave away",
    "recommended",
]
_ADJECTIVES = [
    "a cheap",
    "a heavy",
    "a fresh",
    "a surprising",
    "one last",
    "a well-made",
    "an ordinary",
    "a large",
    "a rather small",
    "a dented",
    "a bright green",
    "an overpriced",
    "a seasonal",
    "the usual",
    "a half-empty",
    "a handmade",
    "the familiar",
    "a sturdy",
    "a slow",
    "a strange",
]
_OBJECTS = [
    "bag of oranges",
    "winter coat",
    "jar of honey",
    "box of nails",
    "umbrella",
    "loaf of rye bread",
    "kettle",
    "bunch of tulips",
    "bottle of vinegar",
    "pair of gloves",
    "notebook",
    "packet of seeds",
    "frying pan",
    "desk lamp",
    "carton of eggs",
    "wool blanket",
    "bicycle bell",
    "roll of tape",
    "bar of soap",
    "tin of sardines",
    "chess set",
    "birthday cake",
    "garden hose",
    "lunch box",
]
_ENDINGS = [
    "near the station",
    "with little patience",
    "for a fair price",
    "without a second thought",
    "because the old one broke",
    "on the top shelf",
    "as a present",
    "just before closing",
    "under a flickering light",
    "and laughed about it",
    "to everybody's relief",
    "at the corner shop",
    "while the radio played",
    "in exact change",
    "with a torn receipt",
    "for the third time",
    "next to the river",
    "and felt better",
    "despite the queue",
    "after a long talk",
    "in the wrong size",
    "by pure luck",
]


def compile_builder(schema: Mapping[str, Any]) -> Builder:
    """Return a function that builds one value of `schema` from a random stream.

    Raises:
        SchemaError: If the schema refers to itself without an end, or names a missing definition.
    """
    return _compile(schema, schema, 0)


def _compile(schema: Any, root: Mapping[str, Any], depth: int) -> Builder:
    if depth > _MAX_DEPTH:
        raise SchemaError(
            f"the schema nests deeper than {_MAX_DEPTH} levels or never ends; the scripted engine "
            "cannot fill it. Bound the recursion."
        )
    if not isinstance(schema, Mapping):
        return _text(0, None)
    if "$ref" in schema:
        return _compile(_resolve(schema["$ref"], root), root, depth + 1)
    if "const" in schema:
        constant = schema["const"]
        return lambda random: constant
    if "enum" in schema:
        values = list(schema["enum"])
        return lambda random: random.choice(values)
    for keyword in ("anyOf", "oneOf"):
        if keyword in schema:
            branches = [_compile(branch, root, depth + 1) for branch in schema[keyword]]
            return lambda random: random.choice(branches)(random)
    if "allOf" in schema:
        merged: dict[str, Any] = {key: value for key, value in schema.items() if key != "allOf"}
        for part in schema["allOf"]:
            merged = _merge(merged, part)
        return _compile(merged, root, depth + 1)
    return _compile_typed(schema, root, depth)


def _compile_typed(schema: Mapping[str, Any], root: Mapping[str, Any], depth: int) -> Builder:
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = kind[0] if kind else None
    if kind == "object" or (kind is None and "properties" in schema):
        required = set(schema.get("required", ()))
        properties = schema.get("properties", {})
        # Optional properties are left out where the recursion would otherwise never end.
        names = [name for name in properties if name in required or depth < _MAX_OPTIONAL_DEPTH]
        fields = [(name, _compile(properties[name], root, depth + 1)) for name in names]
        return lambda random: {name: build(random) for name, build in fields}
    if kind == "array":
        low = int(schema.get("minItems", 0))
        high = max(low, int(schema.get("maxItems", max(low, 3))))
        items = _compile(schema.get("items", {"type": "string"}), root, depth + 1)
        high = min(high, max(low, 5))
        low = max(low, min(1, high))
        return lambda random: [items(random) for _ in range(random.randint(low, high))]
    if kind == "integer":
        whole = [round(bound) for bound in _bounds(schema, step=1)]
        return lambda random: random.randint(whole[0], whole[1])
    if kind == "number":
        low_value, high_value = _bounds(schema, step=0)
        return lambda random: min(
            high_value, max(low_value, round(random.uniform(low_value, high_value), 2))
        )
    if kind == "boolean":
        return lambda random: random.random() < 0.5
    if kind == "null":
        return lambda random: None
    if schema.get("format") in _FORMATS:
        shape = _FORMATS[schema["format"]]
        return lambda random: shape.format(random.randint(10, 28))
    maximum = schema.get("maxLength")
    return _text(int(schema.get("minLength", 0)), None if maximum is None else int(maximum))


def _text(minimum: int, maximum: int | None) -> Builder:
    """Sentences of at least `minimum` characters, cut between words at `maximum`."""
    target = max(minimum, 1)
    if maximum is None or maximum >= 200:
        target = max(target, 90)

    def build(random: Random) -> str:
        text = _sentence(random)
        while len(text) < target:
            text = f"{text} {_sentence(random)}"
        if maximum is None or len(text) <= maximum:
            return text
        cut = text[: maximum + 1].rfind(" ")
        short = text[:cut] if cut >= max(minimum, 1) else text[:maximum]
        return short.rstrip(" ,.") if len(short.rstrip(" ,.")) >= minimum else short

    return build


def _sentence(random: Random) -> str:
    # One draw, taken apart: a call of `choice` for each word would cost most of the time.
    bits = random.getrandbits(96)
    words = []
    for bank in (_OPENINGS, _SUBJECTS, _VERBS, _ADJECTIVES, _OBJECTS, _ENDINGS):
        bits, index = divmod(bits, len(bank))
        words.append(bank[index])
    opening, subject, verb, adjective, thing, ending = words
    if bits & 1:
        return f"{opening} {subject} {verb} {adjective} {thing} {ending}."
    return f"{subject[0].upper()}{subject[1:]} {verb} {adjective} {thing} {ending}."


def _bounds(schema: Mapping[str, Any], *, step: float) -> tuple[float, float]:
    margin = step or 0.01
    low = schema.get("minimum")
    high = schema.get("maximum")
    if low is None and "exclusiveMinimum" in schema:
        low = schema["exclusiveMinimum"] + margin
    if high is None and "exclusiveMaximum" in schema:
        high = schema["exclusiveMaximum"] - margin
    if low is None:
        low = 0 if high is None or high >= 0 else high - 100
    if high is None:
        high = low + 100
    return low, high


def _resolve(reference: Any, root: Mapping[str, Any]) -> Any:
    node: Any = root
    if not isinstance(reference, str) or not reference.startswith("#"):
        raise SchemaError("the schema has a remote $ref; only local ones (#/$defs/...) are read.")
    for part in reference.lstrip("#/").split("/") if reference not in ("#", "#/") else ():
        name = part.replace("~1", "/").replace("~0", "~")
        if not isinstance(node, Mapping) or name not in node:
            raise SchemaError(f"the schema's $ref names '{name}', which it does not define.")
        node = node[name]
    return node


def _merge(left: dict[str, Any], right: Mapping[str, Any]) -> dict[str, Any]:
    merged = {**left, **right}
    if "properties" in left and "properties" in right:
        merged["properties"] = {**left["properties"], **right["properties"]}
    if "required" in left and "required" in right:
        merged["required"] = [*left["required"], *right["required"]]
    return merged
