"""Who may import whom, and what an import may cost."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("personas", "prompts", "filters", "scoring", "export", "generation")
"""In the order of import: each may import those before it."""
HEAVY = {"torch", "vllm", "spacy", "transformers", "presidio_analyzer", "sentence_transformers"}


def modules() -> list[Path]:
    return [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]


def imported_names(path: Path) -> Iterator[str]:
    """Yield each imported module by absolute name, relative ones as `populace.<room>...`."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    package = ("populace", *parts[:-1])
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module or ""
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1]
            if node.module:
                yield ".".join((*base, node.module))
            else:
                yield from (".".join((*base, alias.name)) for alias in node.names)


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_room_imports_only_rooms_before_it(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    allowed = ROOMS[: ROOMS.index(room) + 1]
    for name in imported_names(path):
        parts = name.split(".")
        if parts[0] == "populace" and len(parts) > 1:
            assert parts[1] in allowed, f"{room} imports populace.{parts[1]}"


def test_nothing_imports_a_room_by_its_bare_folder_name() -> None:
    """`import personas` works from the repository root and loads a second copy of each class."""
    folders = [ROOT / "tests", ROOT / "benchmarks", *(ROOT / room for room in ROOMS)]
    for path in [file for folder in folders for file in folder.rglob("*.py")]:
        tree = ast.parse(path.read_text("utf-8"))
        for node in ast.walk(tree):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module or ""]
            bare = [name for name in names if name.split(".")[0] in ROOMS]
            assert not bare, f"{path.relative_to(ROOT)}: write populace.{bare[0]}"


@pytest.mark.parametrize("room", [room for room in ROOMS if room != "personas"])
def test_a_bare_import_of_a_room_with_code_fails_loudly(room: str) -> None:
    """Relative imports between rooms leave the package when it is imported by its bare name."""
    crossing = [
        path
        for path in sorted((ROOT / room).glob("*.py"))
        if any(
            isinstance(node, ast.ImportFrom) and node.level == 2
            for node in ast.parse(path.read_text("utf-8")).body
        )
    ]
    if not crossing:
        pytest.skip(f"{room} has no module yet that imports another room")
    done = subprocess.run(
        [sys.executable, "-c", f"import {room}.{crossing[0].stem}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "beyond top-level package" in done.stderr


@pytest.mark.parametrize("room", ROOMS)
def test_importing_a_room_loads_no_heavy_package(room: str) -> None:
    code = f"import sys, populace.{room}; print(' '.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert not loaded & HEAVY


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_has_a_docstring_and_at_most_800_lines(path: Path) -> None:
    text = path.read_text("utf-8")
    assert ast.get_docstring(ast.parse(text)), "no module docstring"
    assert text.count("\n") <= 800
