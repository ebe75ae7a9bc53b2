"""The configuration as a run directory keeps it: complete, readable, without secrets or paths.

`config.lock.yaml` holds the effective configuration and the text of every file it named beside
itself (population, catalogues, own templates), so `populace resume DIR` and `verify` need nothing
but the directory. Packaged templates are named by their hash, secrets by their variable, and
weights on this machine by their last name.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from ..personas.config_error import config_error
from ..personas.errors import ConfigError, IntegrityError, RunDirectoryError
from ..personas.safe_yaml import load_yaml
from .config import LoadedConfig, RunConfig
from .preparation import Prepared, own_template

LOCK_NAME = "config.lock.yaml"
_LOCAL = "local:"


@dataclass(frozen=True, slots=True)
class LockedConfig:
    """A configuration read back from a run directory."""

    config: dict[str, Any]
    files: dict[str, str]

    @property
    def needs_model_path(self) -> str | None:
        """Name of the local weights that the run used; they must be given again to resume."""
        model = self.config["engine"].get("model")
        return model.removeprefix(_LOCAL) if str(model).startswith(_LOCAL) else None


def write_locked_config(path: Path, prepared: Prepared) -> None:
    """Write the lock file of a new run, atomically.

    Raises:
        RunDirectoryError: If it cannot be written.
    """
    loaded = prepared.loaded
    document = {
        "populace": version("populace"),
        "fingerprint": prepared.fingerprint,
        "templates": {part.name: part.template.sha256 for part in prepared.parts},
        "config": portable_config(loaded),
        "files": _files(prepared),
    }
    temporary = path.with_name(".tmp-" + path.name)
    try:
        with temporary.open("w", encoding="utf-8") as stream:
            yaml.dump(
                document, stream, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100
            )
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(0o600)
        temporary.replace(path)
    except OSError as error:
        raise RunDirectoryError(
            f"{path.name} cannot be written in {path.parent.name!r}: {error.strerror}. "
            "Free space or choose another directory with --out."
        ) from error


def portable_config(loaded: LoadedConfig) -> dict[str, Any]:
    """Return what the configuration sets, without the place of local weights.

    Defaults are left to the named version of populace; should a later one differ, the fingerprint
    no longer matches and a resume is refused.
    """
    config = loaded.config.model_dump(mode="json", by_alias=True, exclude_unset=True)
    model = config["engine"].get("model")
    if model and Path(model).expanduser().is_absolute():
        config["engine"]["model"] = _LOCAL + Path(model).name
    return config


def config_text(loaded: LoadedConfig) -> str:
    """Return the configuration as YAML, as the lock, the card and the report show it."""
    text: str = yaml.dump(
        portable_config(loaded), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100
    )
    return text


def read_locked_config(directory: Path) -> LockedConfig:
    """Read the lock file of a run directory.

    Raises:
        ConfigError: If `directory` holds no run.
        IntegrityError: If the lock file is damaged.
    """
    path = directory / LOCK_NAME
    if not path.exists():
        raise ConfigError(
            f"{str(directory)!r} holds no run ({LOCK_NAME} is absent). Give the directory that "
            "`populace run` named."
        )
    document = load_yaml(path)
    if not isinstance(document, dict) or not {"config", "files"} <= document.keys():
        raise IntegrityError(f"{path.name} is damaged: it lacks the keys config and files.")
    return LockedConfig(document["config"], document["files"])


def unpack_locked_config(
    locked: LockedConfig, folder: Path, *, model: str | None = None
) -> LoadedConfig:
    """Lay the locked files out in `folder` and return the configuration that uses them.

    Args:
        locked: What `read_locked_config` returned.
        folder: An empty folder that outlives the use of the result.
        model: Path of the weights where the run used local ones.

    Raises:
        ConfigError: If local weights are needed and not given, or the lock does not fit.
    """
    config = dict(locked.config)
    if locked.needs_model_path is not None or model is not None:
        if model is None:
            raise ConfigError(
                f"the run used local weights {locked.needs_model_path!r}, whose place is not "
                "stored. Pass it again: `populace resume DIR --model PATH`."
            )
        config["engine"] = {**config["engine"], "model": model}
    for name, text in locked.files.items():
        target = (folder / name).resolve()
        if not target.is_relative_to(folder.resolve()):
            raise IntegrityError(f"{LOCK_NAME} names a file outside the run: refused.")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    try:
        parsed = RunConfig.model_validate(config)
    except ValidationError as error:
        raise config_error(error, model=RunConfig, source=LOCK_NAME) from error
    return LoadedConfig(parsed, folder, LOCK_NAME)


def _files(prepared: Prepared) -> dict[str, str]:
    base = prepared.loaded.base_dir.resolve()
    population = base / prepared.loaded.config.population
    paths = [population]
    paths += [population.parent / name for name in prepared.plan.population.files]
    for part in prepared.loaded.config.parts:
        own = own_template(part.template, prepared.loaded)
        if own is not None:
            # A template may include its neighbours and brings its examples.
            paths += sorted([*own.parent.glob("*.jinja"), *own.parent.glob("*.examples.yaml")])
    files: dict[str, str] = {}
    for path in paths:
        resolved = path.resolve()
        if not resolved.is_relative_to(base):
            raise ConfigError(
                f"{path.name!r} lies outside the folder of the configuration; a run keeps a copy "
                "of every file it uses under its relative name. Move it beside the configuration."
            )
        files[resolved.relative_to(base).as_posix()] = resolved.read_text(encoding="utf-8")
    return files


class _Dumper(yaml.SafeDumper):  # type: ignore[misc]  # PyYAML ships no types
    """Writes long texts as literal blocks, so that the lock stays readable."""


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent_text)
