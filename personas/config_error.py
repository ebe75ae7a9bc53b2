"""Turn pydantic's list of problems into one message that a user can act on.

Each problem says where (a dotted path as written in the file), what was found, what was expected
and, for a misspelt key or word, the nearest one that exists. Values of secret fields are never
shown and long values are cut.
"""

from __future__ import annotations

import math
import types
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, SecretBytes, SecretStr, ValidationError
from pydantic_core import ErrorDetails

from .errors import ConfigError
from .near_name import near_name

MAX_PROBLEMS = 12
"""Problems listed in one message; the rest are counted."""
_MAX_SHOWN_CHARS = 48
_SECRET_WORDS = ("secret", "password", "passwd", "token", "api_key", "apikey", "credential")


def config_error(error: ValidationError, *, model: type[BaseModel], source: str) -> ConfigError:
    """Return `error` as one `ConfigError` that names every problem.

    Args:
        error: What pydantic raised while validating `source` as `model`.
        model: The model that was validated; its keys are what unknown ones are compared with.
        source: File or argument that the data came from.
    """
    problems = list(
        dict.fromkeys(
            _problem(details, model)
            for details in error.errors(include_url=False, include_context=True)
        )
    )
    shown = problems[:MAX_PROBLEMS]
    if len(problems) > len(shown):
        shown.append(f"and {len(problems) - len(shown)} more problems of this kind.")
    count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    return ConfigError("\n".join([f"{source}: {count}.", *(f"  {line}" for line in shown)]))


def _problem(details: ErrorDetails, model: type[BaseModel]) -> str:
    location = details["loc"]
    kind = details["type"]
    if kind == "extra_forbidden":
        parent, name = _walk(model, location[:-1]), str(location[-1])
        near = near_name(name, parent.keys())
        hint = f"did you mean '{near}'?" if near else f"expected one of {_listed(parent.keys())}."
        return f"{_path([*parent.path, name])}: unknown key; {hint}"
    place = _walk(model, location)
    path = _path(place.path)
    if kind == "missing":
        return f"{path}: missing; add it."
    if kind == "value_error" and isinstance(details["input"], Mapping):
        return f"{path}: {_expected(details, secret=place.is_secret)}"
    found = "a secret value" if place.is_secret else _found(details["input"])
    return f"{path}: found {found}; {_expected(details, secret=place.is_secret)}"


class _Place:
    """Where a location leads: the models that may stand there, and the path without union tags."""

    def __init__(self, path: list[str | int], annotations: list[Any], *, is_secret: bool) -> None:
        self.path, self.annotations, self.is_secret = path, annotations, is_secret

    def keys(self) -> list[str]:
        """Return the keys that every model at this place knows."""
        return sorted({key for one in self.annotations if _is_model(one) for key in _keys(one)})


def _walk(model: type[BaseModel], location: Sequence[str | int]) -> _Place:
    path: list[str | int] = []
    here: list[Any] = [model]
    is_secret = False
    for step in location:
        options = [leaf for one in here for leaf in _leaves(one)]
        inside = [found for one in options if (found := _inside(one, step)) is not None]
        if inside:
            path.append(step)
            here = inside
            is_secret |= isinstance(step, str) and any(w in step.lower() for w in _SECRET_WORDS)
        elif tagged := [one for one in options if _is_tagged(one, str(step))]:
            here = tagged
        elif any(str(step) in _type_names(one) for one in options):
            here = [one for one in options if str(step) in _type_names(one)]
        elif not _is_union_step(step, options):
            path.append(step)
            here = []
    leaves = [leaf for one in here for leaf in _leaves(one)]
    is_secret |= any(leaf in (SecretStr, SecretBytes) for leaf in leaves)
    return _Place(path, leaves, is_secret=is_secret)


def _is_union_step(step: str | int, options: Sequence[Any]) -> bool:
    """Whether pydantic put a label of a union member, such as `list[str]`, into the location."""
    return isinstance(step, str) and (len(options) > 1 or any(c in step for c in "[](),-"))


def _leaves(annotation: Any) -> list[Any]:
    """Return the members of a union, without `Annotated` and type aliases around them."""
    if hasattr(annotation, "__value__"):
        return _leaves(annotation.__value__)
    origin = get_origin(annotation)
    if origin is Annotated:
        return _leaves(get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        return [leaf for one in get_args(annotation) for leaf in _leaves(one)]
    return [annotation]


def _inside(annotation: Any, step: str | int) -> Any | None:
    """Return the annotation of the member `step` of a value annotated so, None if it has none."""
    if _is_model(annotation):
        return _keys(annotation).get(str(step))
    origin, arguments = get_origin(annotation), get_args(annotation)
    if isinstance(step, int) and origin in (list, tuple, Sequence, set, frozenset):
        if origin is tuple and arguments[-1] is not Ellipsis:
            return arguments[min(step, len(arguments) - 1)]
        return arguments[0]
    if isinstance(origin, type) and issubclass(origin, Mapping) and len(arguments) == 2:
        return arguments[1]
    return None


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _keys(model: type[BaseModel]) -> dict[str, Any]:
    return {field.alias or name: field.annotation for name, field in model.model_fields.items()}


def _is_tagged(annotation: Any, tag: str) -> bool:
    if not _is_model(annotation):
        return False
    return any(
        tag in map(str, get_args(leaf))
        for field in _keys(annotation).values()
        for leaf in _leaves(field)
        if get_origin(leaf) is Literal
    )


def _type_names(annotation: Any) -> tuple[str, ...]:
    name = getattr(annotation, "__name__", str(annotation))
    return (name, f"constrained-{name}")


def _path(steps: Sequence[str | int]) -> str:
    text = ""
    for step in steps:
        text += f"[{step}]" if isinstance(step, int) else f".{_cut(step)}" if text else _cut(step)
    return text or "the file"


def _found(value: Any) -> str:
    """Describe a value by its type, and show it if it is short and plain."""
    if value is None:
        return "nothing (null)"
    if isinstance(value, bool):
        return f"the boolean {str(value).lower()}"
    if isinstance(value, int | float):
        return f"the number {_cut(repr(value))}" if math.isfinite(value) else f"{value}"
    if isinstance(value, str):
        return f"the text {_cut(value)!r}"
    if isinstance(value, Mapping):
        return f"a mapping with {len(value)} keys"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}"
    return f"a {type(value).__name__}"


def _expected(details: ErrorDetails, *, secret: bool) -> str:
    context: Mapping[str, Any] = details.get("ctx", {})
    if details["type"] == "value_error":
        return f"{context.get('error', details['msg'])}."
    if details["type"] in ("union_tag_invalid", "literal_error", "enum"):
        words = str(context.get("expected_tags") or context.get("expected", ""))
        value = str(context.get("tag", details["input"]))
        near = None if secret else near_name(value, [w.strip(" '") for w in _split(words)])
        return f"expected {words}." + (f" Did you mean '{near}'?" if near else "")
    if details["type"] == "union_tag_not_found":
        return f"expected a mapping with the key {context.get('discriminator', 'kind')}."
    message = details["msg"].removeprefix("Input should be ").removeprefix("Input should ")
    return f"expected {message[:1].lower()}{message[1:]}."


def _split(words: str) -> list[str]:
    return words.replace(" or ", ",").split(",")


def _listed(keys: Sequence[str]) -> str:
    return ", ".join(f"'{key}'" for key in keys) if keys else "no key at all"


def _cut(text: str) -> str:
    return text if len(text) <= _MAX_SHOWN_CHARS else f"{text[: _MAX_SHOWN_CHARS - 3]}..."
