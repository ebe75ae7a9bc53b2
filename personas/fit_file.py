"""Write a population file that people can read and edit: one row of a table per line or two."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from .errors import PopulationError

_WIDTH = 110


def population_text(data: Mapping[str, Any]) -> str:
    """Return `data`, the plain data of a `PopulationConfig`, as YAML."""
    lines: list[str] = []
    for key, value in data.items():
        if key != "attributes":
            lines.append(_block(key, value))
    lines.append("attributes:\n")
    lines += [_attribute(attribute) for attribute in data["attributes"]]
    return "".join(lines)


def write_population(data: Mapping[str, Any], path: Path) -> None:
    """Write a population file, whole or not at all.

    Raises:
        PopulationError: If the folder cannot be written to.
    """
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(population_text(data))
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except OSError as error:
        raise PopulationError(
            f"{path} cannot be written ({error.strerror}); choose another --out."
        ) from error


def _attribute(attribute: Mapping[str, Any]) -> str:
    lines = []
    for key, value in attribute.items():
        if key == "rows":
            lines.append("    rows:\n")
            for row in value:
                first = True
                for name, part in row.items():
                    lead = "      - " if first else "        "
                    lines.append(f"{lead}{_inline({name: part}, 8)}\n")
                    first = False
        else:
            lines.append(f"    {_inline({key: value}, 4)}\n")
    text = "".join(lines)
    return "  - " + text[4:]


def _inline(value: Mapping[str, Any], indent: int) -> str:
    """Return `{key: part}` as `key: part`, with mappings and lists in braces."""
    ((key, part),) = value.items()
    text: str = yaml.dump(part, Dumper=_Dumper, default_flow_style=True, sort_keys=False,
                     allow_unicode=True, width=_WIDTH)  # fmt: skip
    text = text.removesuffix("...\n").rstrip("\n")
    return f"{key}: " + text.replace("\n", "\n" + " " * (indent + 2))


def _block(key: str, value: Any) -> str:
    text: str = yaml.dump({key: value}, Dumper=_Dumper, default_flow_style=False, sort_keys=False,
                     allow_unicode=True, width=_WIDTH)  # fmt: skip
    return text


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]  # chosen at run time
    """Writes plain data without aliases, and quotes what our loader would read otherwise."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: Any, value: str) -> Any:
    # PyYAML quotes what YAML 1.1 would guess; our loader guesses less, so this is always enough.
    style = None if value.isprintable() else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


def _float(dumper: Any, value: float) -> Any:
    text = f"{value:.10f}".rstrip("0")
    text += "0" if text.endswith(".") else ""
    return dumper.represent_scalar("tag:yaml.org,2002:float", text)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(float, _float)
