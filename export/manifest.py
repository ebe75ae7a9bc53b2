"""manifest.json: what is in a run directory, hash by hash, and its own hash.

The manifest is written last. A directory without one was not finished; a directory whose files do
not match it was changed afterwards.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from ..personas.errors import IntegrityError
from ..scoring.scorecard import Scorecard
from .durable_files import file_sha256
from .run_summary import RunSummary

MANIFEST_NAME = "manifest.json"
_FORMAT = 1
_SELF_HASH = "manifest_sha256"


def directory_files(directory: Path, working_files: Sequence[str]) -> dict[str, Path]:
    """Return every file below the directory by its relative name, sorted.

    Args:
        directory: A run directory.
        working_files: Patterns of names that are left out: files that live on after the export.
    """
    found = {}
    for path in sorted(directory.rglob("*")):
        name = path.relative_to(directory).as_posix()
        is_left_out = any(fnmatchcase(name, pattern) for pattern in working_files)
        if name != MANIFEST_NAME and not is_left_out and (path.is_symlink() or not path.is_dir()):
            found[name] = path
    return found


def build_manifest(
    directory: Path,
    summary: RunSummary,
    scorecard: Scorecard,
    *,
    dataset_sha256: str | None,
    working_files: Sequence[str],
) -> str:
    """Return the text of the manifest for the files that are in the directory now."""
    files = {
        name: {"sha256": file_sha256(path), "size_bytes": path.stat().st_size}
        for name, path in directory_files(directory, working_files).items()
    }
    override = summary.gate_override
    body: dict[str, Any] = {
        "format": _FORMAT,
        "generator": "populace",
        "name": summary.name,
        "created": summary.created,
        "seed": summary.seed,
        "config_sha256": summary.config_sha256,
        "population": summary.population,
        "population_sha256": summary.population_sha256,
        "engine": dict(sorted(summary.engine.items())),
        "versions": dict(sorted(summary.versions.items())),
        "planned": summary.planned,
        "kept": summary.exported,
        "rejected_exhausted": summary.rejected_exhausted,
        "failed": summary.failed,
        "gate": "passed" if scorecard.passed else "refused" if override is None else "overridden",
        "gate_override": None if override is None else override.reason,
        "dataset_sha256": dataset_sha256,
        "field_sources": {name: list(facts) for name, facts in summary.field_sources.items()},
        "working_files": list(working_files),
        "files": files,
    }
    body[_SELF_HASH] = hashlib.sha256(_dump(body).encode()).hexdigest()
    return _dump(body)


def read_manifest(directory: Path) -> dict[str, Any]:
    """Return the manifest of a run directory, after checking it against its own hash.

    Raises:
        IntegrityError: If it is missing, unreadable, or any byte of it was changed.
    """
    path = directory / MANIFEST_NAME
    if path.is_symlink() or not path.is_file():
        raise IntegrityError(
            f"{directory.name} has no {MANIFEST_NAME}; expected the one that an export writes "
            "last. The run is unfinished or this is no run directory: resume or export it."
        )
    raw = path.read_bytes()
    try:
        body = json.loads(raw)
        stated = body.pop(_SELF_HASH)
        files = body["files"]
        is_intact = isinstance(files, dict) and body["format"] == _FORMAT
        is_intact &= stated == hashlib.sha256(_dump(body).encode()).hexdigest()
        is_intact &= raw == _dump({**body, _SELF_HASH: stated}).encode()
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        is_intact = False
    if not is_intact:
        raise IntegrityError(
            f"{MANIFEST_NAME} in {directory.name} differs from what was exported (its own hash "
            "does not match). Trust no file here; export the run again from its journal."
        )
    body[_SELF_HASH] = stated
    result: dict[str, Any] = body
    return result


def _dump(body: Mapping[str, Any]) -> str:
    return json.dumps(body, indent=2, ensure_ascii=True) + "\n"
