"""What is declared, what is in the tree, and what arrives in a wheel are the same."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("personas", "prompts", "generation", "filters", "scoring", "export")


@pytest.fixture(scope="module")
def declared() -> dict[str, str]:
    """Package name to folder, from pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    setuptools = project["tool"]["setuptools"]
    assert set(setuptools["packages"]) == set(setuptools["package-dir"])
    return dict(setuptools["package-dir"])


@pytest.fixture(scope="module")
def wheel_names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    folder = tmp_path_factory.mktemp("wheel")
    tracked = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if tracked.returncode != 0:
        pytest.skip("not a git checkout")
    source = folder / "source"  # a copy, because setuptools leaves build/ beside the project
    for name in filter(None, tracked.stdout.split("\0")):
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)],
        cwd=source,
        capture_output=True,
        check=True,
        timeout=120,
    )
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_declared_packages_are_the_folders_with_init(declared: dict[str, str]) -> None:
    in_tree = {
        str(path.parent.relative_to(ROOT))
        for room in ROOMS
        for path in (ROOT / room).rglob("__init__.py")
    }
    assert set(declared.values()) == in_tree
    for name, folder in declared.items():
        assert name == "populace." + folder.replace("/", ".")


def test_every_folder_with_code_is_a_package() -> None:
    """A folder without __init__.py would be left out of the wheel in silence."""
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            assert (path.parent / "__init__.py").is_file(), path


def test_the_wheel_holds_every_module_and_nothing_else(
    declared: dict[str, str], wheel_names: set[str]
) -> None:
    expected = {
        f"populace/{path.relative_to(ROOT)}"
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
    }
    assert {name for name in wheel_names if name.endswith(".py")} == expected


def test_the_wheel_holds_the_data_of_every_room(wheel_names: set[str]) -> None:
    for room in ROOMS:
        for folder in ("data", "templates"):
            for path in (ROOT / room / folder).rglob("*"):
                if path.is_file() and "__pycache__" not in path.parts:
                    assert f"populace/{path.relative_to(ROOT)}" in wheel_names


def test_the_wheel_says_that_it_is_typed(declared: dict[str, str], wheel_names: set[str]) -> None:
    for folder in declared.values():
        assert f"populace/{folder}/py.typed" in wheel_names


def test_there_is_no_populace_package_that_would_hide_the_namespace(wheel_names: set[str]) -> None:
    assert "populace/__init__.py" not in wheel_names
    assert not (ROOT / "populace").exists()


def test_every_direct_dependency_is_in_the_lock() -> None:
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    pinned: dict[str, str] = {}
    for file in ("cpu.txt", "dev.txt"):
        for line in (ROOT / "requirements" / file).read_text("utf-8").splitlines():
            if line and not line.startswith("#"):
                name, _, version = line.partition("==")
                assert version, f"{line} is not pinned"
                pinned[name] = version
    wanted = project["dependencies"] + [
        text for extra in ("screens", "datasets", "weights", "dev") for text in extras[extra]
    ]
    for requirement in map(Requirement, wanted):
        name = canonicalize_name(requirement.name)
        assert name in pinned, f"{name} is not locked; run make lock"
        assert requirement.specifier.contains(pinned[name]), f"{name}: run make lock"
