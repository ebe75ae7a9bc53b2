"""One process per run directory: an advisory lock that the kernel drops when the holder dies."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType

from ..personas.errors import RunDirectoryError


class RunLock:
    """Hold the exclusive lock of a run directory while inside the `with` block."""

    def __init__(self, directory: Path) -> None:
        """Create `directory` (mode 0700) when absent and prepare its lock.

        Raises:
            RunDirectoryError: If the directory cannot be created or written.
        """
        self._path = directory / ".lock"
        self._descriptor = -1
        try:
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise RunDirectoryError(
                f"the run directory {directory.name!r} cannot be created: {error.strerror}. "
                "Choose a writable place with --out."
            ) from error

    def __enter__(self) -> RunLock:
        """Take the lock without waiting.

        Raises:
            RunDirectoryError: If another process holds it, or the directory is not writable.
        """
        try:
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise RunDirectoryError(
                f"the run directory {self._path.parent.name!r} is not writable: {error.strerror}. "
                "Choose a writable place with --out."
            ) from error
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._descriptor)
            self._descriptor = -1
            raise RunDirectoryError(
                f"another populace process is writing to {self._path.parent.name!r}. Wait for it, "
                "stop it, or choose another directory with --out."
            ) from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Release the lock."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
