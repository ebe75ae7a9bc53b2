"""Files that are there in full or not at all.

Written under a temporary name in the same directory, synced, renamed, and the directory synced.
Whatever the disk answers becomes one clear error, and no temporary file is left.
"""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from ..personas.errors import RunDirectoryError

_FILE_MODE = 0o600
_DIRECTORY_MODE = 0o700
_TEMPORARY_SUFFIX = ".partial"
_READ_BYTES = 1 << 20


def make_directory(path: Path) -> None:
    """Create a directory (and its parents) that only its owner can read.

    Raises:
        RunDirectoryError: If the place is not writable or something else has the name.
    """
    try:
        path.mkdir(mode=_DIRECTORY_MODE, parents=True, exist_ok=True)
        path.chmod(_DIRECTORY_MODE)
    except OSError as error:
        raise directory_error(path, error) from error


def write_file(path: Path, write: Callable[[BinaryIO], None]) -> None:
    """Replace `path` by what `write` writes, in one step.

    Args:
        path: Final name; its directory exists.
        write: Called once with a binary file opened for writing.

    Raises:
        RunDirectoryError: If the file system refuses; the former file, if any, is untouched.
    """
    temporary = path.with_name(f".{path.name}{_TEMPORARY_SUFFIX}")
    try:
        try:
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
            with os.fdopen(os.open(temporary, flags, _FILE_MODE), "wb") as file:
                os.fchmod(file.fileno(), _FILE_MODE)
                write(file)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
            sync_directory(path.parent)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise directory_error(path, error) from error


def write_text(path: Path, text: str) -> None:
    """Replace `path` by a text in UTF-8, in one step."""
    write_file(path, lambda file: _write_all(file, text.encode()))


def remove_file(path: Path) -> None:
    """Remove a file if it is there."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise directory_error(path, error) from error


def remove_temporary_files(directory: Path) -> None:
    """Remove what a killed export left half-written in a directory."""
    try:
        for path in directory.glob(f".*{_TEMPORARY_SUFFIX}"):
            path.unlink(missing_ok=True)
    except OSError as error:
        raise directory_error(directory, error) from error


def sync_directory(path: Path) -> None:
    """Make renames within a directory survive a power loss."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file as hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_READ_BYTES):
            digest.update(block)
    return digest.hexdigest()


def directory_error(path: Path, error: OSError) -> RunDirectoryError:
    """Return the one-line error for what the file system refused."""
    place = f"{path.parent.name}/{path.name}"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return RunDirectoryError(
            f"no space left while writing {place}; expected room for the exported files. "
            "Free some space and export again: the journal is untouched."
        )
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return RunDirectoryError(
            f"cannot write {place}: {os.strerror(error.errno or 0).lower()}; expected a run "
            "directory that you may write to. Change its permissions or name another directory."
        )
    detail = os.strerror(error.errno).lower() if error.errno else type(error).__name__
    return RunDirectoryError(
        f"cannot write {place}: {detail}; expected a plain, writable directory on a local disk. "
        "Name another run directory."
    )


def _write_all(file: BinaryIO, content: bytes) -> None:
    file.write(content)
