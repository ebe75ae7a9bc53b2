"""Load YAML as plain data, without the surprises of YAML 1.1.

Text goes in, dictionaries, lists, strings, numbers, `true`, `false` and null come out. What
PyYAML would guess stays a string: `NO`, `yes`, `on`, `2024-01-31`, `010`, `12:30:00`, `0x1F`,
`1_000`. Tags, aliases, merge keys, duplicate keys and several documents are refused; size, depth
and node count are capped, so that no file can exhaust memory or the stack. Each refusal names
source, line and column.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from .errors import ConfigError

MAX_SIZE_BYTES = 4 * 1024 * 1024
"""Largest file; the largest catalogue we ship is under 2 % of it."""
MAX_DEPTH = 64
"""Deepest nesting of mappings and lists; hand-written configurations stay under 10."""
MAX_NODES = 200_000
"""Most scalars, mappings and lists in one file."""
MAX_NUMBER_CHARS = 400
"""Longest number; every finite double fits, and Python refuses integers past 4300 digits."""

_FORBIDDEN = re.compile("[\0\ud800-\udfff]")
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_FLOAT = re.compile(
    r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)\.[0-9]*|(?:0|[1-9][0-9]*)(?=[eE]))(?:[eE][-+]?[0-9]+)?"
)
_SPECIAL: dict[str, Any] = {
    "": None,
    "~": None,
    "null": None,
    "true": True,
    "false": False,
    ".inf": float("inf"),
    "+.inf": float("inf"),
    "-.inf": float("-inf"),
    ".nan": float("nan"),
}


def load_yaml(path: Path) -> Any:
    """Return the one document in the file `path`.

    Raises:
        ConfigError: If the file is missing, is no regular file, is unreadable, too large, empty,
            not UTF-8, or breaks one of the rules of `parse_yaml`.
    """
    return parse_yaml(_decode(_read_bytes(path), str(path)), str(path))


def parse_yaml(text: str, source: str) -> Any:
    """Return the one document in `text`.

    Args:
        text: YAML; a leading byte order mark is ignored.
        source: What the messages call the text, usually its file name.

    Raises:
        ConfigError: If the text is empty, not YAML, exceeds a cap, or uses a tag, an alias, a merge
            key, a duplicate key, or a key that is no string or integer.
    """
    text = text.removeprefix("\ufeff")
    size_bytes = len(text.encode("utf-8", "surrogatepass"))
    if size_bytes > MAX_SIZE_BYTES:
        raise _too_large(source, size_bytes)
    if forbidden := _FORBIDDEN.search(text):
        line = text.count("\n", 0, forbidden.start()) + 1
        what = "a NUL character" if forbidden[0] == "\0" else "half of a surrogate pair"
        raise ConfigError(f"{source}, line {line}: {what}; save the file as plain UTF-8 text.")
    builder = _Builder(source)
    try:
        for event in _events(text):
            builder.add(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        problem = error.problem or error.context or "not YAML"
        if error.problem and error.context and error.context_mark:
            problem += f", {error.context} that begins in line {error.context_mark.line + 1}"
        raise ConfigError(
            f"{source}{where}: {problem}. Check the indentation, the quotes and the `key: value` "
            "spacing."
        ) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, max(error.position, 0)) + 1
        raise ConfigError(
            f"{source}, line {line}: a character that YAML does not allow "
            f"({error.reason}). Remove it or save the file as plain UTF-8 text."
        ) from error
    except yaml.YAMLError as error:
        raise ConfigError(
            f"{source}: not YAML ({type(error).__name__}). Check the file."
        ) from error
    if not builder.documents:
        raise ConfigError(f"{source} is empty; expected a YAML mapping such as `name: value`.")
    return builder.documents[0]


@dataclass(slots=True)
class _Open:
    """A mapping or list whose end has not been seen."""

    value: dict[Any, Any] | list[Any]
    key: Any = None
    has_key: bool = False


@dataclass(slots=True)
class _Builder:
    """Builds plain data from parser events with an explicit stack, so depth costs no recursion."""

    source: str
    documents: list[Any] = field(default_factory=list)
    stack: list[_Open] = field(default_factory=list)
    n_nodes: int = 0

    def add(self, event: Any) -> None:
        """Take the next parser event."""
        if isinstance(event, yaml.AliasEvent):
            raise self._error(
                event, f"alias *{event.anchor}; aliases are refused. Write the value out again."
            )
        if isinstance(event, yaml.NodeEvent):
            self._check_node(event)
        if isinstance(event, yaml.ScalarEvent):
            self._put(self._scalar(event), event)
        elif isinstance(event, yaml.MappingStartEvent):
            self._open({}, event)
        elif isinstance(event, yaml.SequenceStartEvent):
            self._open([], event)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._put(self.stack.pop().value, event)
        elif isinstance(event, yaml.DocumentStartEvent) and self.documents:
            raise self._error(event, "a second document; expected one. Remove the `---` line.")

    def _check_node(self, event: Any) -> None:
        self.n_nodes += 1
        if self.n_nodes > MAX_NODES:
            raise self._error(event, f"more than {MAX_NODES} values; split the file.")
        if event.tag is not None:
            raise self._error(
                event,
                f"tag {event.tag[:60]}; tags are refused. Write plain text, numbers or lists.",
            )

    def _open(self, value: dict[Any, Any] | list[Any], event: Any) -> None:
        if self.stack and isinstance(self.stack[-1].value, dict) and not self.stack[-1].has_key:
            raise self._error(event, "a mapping or list as a key; expected text before the colon.")
        if len(self.stack) >= MAX_DEPTH:
            raise self._error(event, f"nested deeper than {MAX_DEPTH} levels; flatten the file.")
        self.stack.append(_Open(value))

    def _put(self, value: Any, event: Any) -> None:
        if not self.stack:
            self.documents.append(value)
            return
        top = self.stack[-1]
        if isinstance(top.value, list):
            top.value.append(value)
        elif top.has_key:
            top.value[top.key] = value
            top.has_key = False
        else:
            self._put_key(top, value, event)

    def _put_key(self, top: _Open, key: Any, event: Any) -> None:
        if event.implicit[0] and key == "<<":
            raise self._error(event, "merge key <<; merging is refused. Write the keys out.")
        if not isinstance(key, str | int):
            raise self._error(event, "an empty or fractional key; put the key in quotes.")
        if key in top.value:
            raise self._error(event, f"key {str(key)[:60]!r} appears twice; keep one of the two.")
        top.key, top.has_key = key, True

    def _scalar(self, event: Any) -> Any:
        text: str = event.value
        if not event.implicit[0]:
            return text
        if text in _SPECIAL:
            return _SPECIAL[text]
        is_integer = _INTEGER.fullmatch(text)
        if not is_integer and not _FLOAT.fullmatch(text):
            return text
        if len(text) > MAX_NUMBER_CHARS:
            raise self._error(
                event,
                f"a number of {len(text)} characters; at most {MAX_NUMBER_CHARS}, or quote it.",
            )
        return int(text) if is_integer else float(text)

    def _error(self, event: Any, problem: str) -> ConfigError:
        mark = event.start_mark
        return ConfigError(
            f"{self.source}, line {mark.line + 1}, column {mark.column + 1}: {problem}"
        )


def _events(text: str) -> Iterator[Any]:
    # The compiled parser reads 4 MiB in about a second, the one in Python in more than a minute.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    events: Iterator[Any] = yaml.parse(text, Loader=loader)
    return events


def _read_bytes(path: Path) -> bytes:
    try:
        # Without O_NONBLOCK, opening a FIFO would wait for a writer for ever.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except FileNotFoundError as error:
        raise ConfigError(f"{path} does not exist; check the name and the folder.") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ConfigError(f"{path} cannot be read ({reason}); expected a YAML file.") from error
    try:
        return _read_regular_file(descriptor, path)
    finally:
        os.close(descriptor)


def _read_regular_file(descriptor: int, path: Path) -> bytes:
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        raise ConfigError(f"{path} is a folder, pipe or device; expected a regular YAML file.")
    data = bytearray()
    while chunk := os.read(descriptor, MAX_SIZE_BYTES):
        data += chunk
        if len(data) > MAX_SIZE_BYTES:
            raise _too_large(str(path), max(status.st_size, len(data)))
    return bytes(data)


def _decode(data: bytes, source: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
        raise ConfigError(
            f"{source}, line {line}, byte {column}: not UTF-8 (byte 0x{data[error.start]:02x}). "
            "Save the file as UTF-8."
        ) from error


def _too_large(source: str, size_bytes: int) -> ConfigError:
    return ConfigError(
        f"{source} has {size_bytes:,} bytes; at most {MAX_SIZE_BYTES:,} are read. Split the file."
    )
