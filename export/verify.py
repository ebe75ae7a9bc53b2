"""Verify a run directory: every file is the one its manifest states, none is missing or new."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..personas.errors import IntegrityError
from .durable_files import file_sha256
from .manifest import MANIFEST_NAME, directory_files, read_manifest

_NAMED = 20


@dataclass(frozen=True, slots=True)
class VerifiedRun:
    """A run directory whose every file matched."""

    name: str
    """Name of the run."""
    n_files: int
    """Files checked, the manifest included."""
    size_bytes: int
    """Their size together, without the manifest."""
    kept: int
    """Rows the run kept."""
    gate: str
    """`passed`, `refused` or `overridden`."""
    dataset_sha256: str | None
    """Hash over the rows in order; None when the gate refused them."""


def verify_run(directory: Path) -> VerifiedRun:
    """Compare every file of a run directory with its manifest.

    Raises:
        IntegrityError: Naming each file that differs, is missing or was added.
    """
    if not directory.is_dir():
        raise IntegrityError(
            f"{directory.name} is no directory; expected a run directory. Name the directory that "
            "holds manifest.json."
        )
    manifest = read_manifest(directory)
    stated = manifest["files"]
    present = directory_files(directory, manifest["working_files"])
    problems = [f"{name} is missing" for name in sorted(stated.keys() - present.keys())]
    problems += [f"{name} was added" for name in sorted(present.keys() - stated.keys())]
    size_bytes = 0
    for name in sorted(stated.keys() & present.keys()):
        path, expected = present[name], stated[name]
        if path.is_symlink() or not path.is_file():
            problems.append(f"{name} is not a plain file")
            continue
        try:
            is_same = path.stat().st_size == expected["size_bytes"]
            is_same = is_same and file_sha256(path) == expected["sha256"]
        except OSError:
            problems.append(f"{name} cannot be read")
            continue
        size_bytes += expected["size_bytes"]
        if not is_same:
            problems.append(f"{name} differs")
    if problems:
        more = f"; and {len(problems) - _NAMED} more" if len(problems) > _NAMED else ""
        raise IntegrityError(
            f"{directory.name} does not match its {MANIFEST_NAME}: "
            f"{'; '.join(problems[:_NAMED])}{more}. "
            "Take the files from the original, or export the run again from its journal."
        )
    return VerifiedRun(
        name=manifest["name"],
        n_files=len(stated) + 1,
        size_bytes=size_bytes,
        kept=manifest["kept"],
        gate=manifest["gate"],
        dataset_sha256=manifest["dataset_sha256"],
    )
