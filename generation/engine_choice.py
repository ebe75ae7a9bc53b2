"""From the configured engine to a running one: `auto`, named models and supervision."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

from ..personas.errors import ConfigError
from .config import RunConfig
from .engines.config import (
    AutoEngineConfig,
    ScriptedEngineConfig,
    ServerEngineConfig,
    VllmEngineConfig,
)
from .engines.protocol import Engine
from .engines.resilient import ResilientEngine


def build_engine(config: RunConfig, *, note: Callable[[str], None]) -> Engine:
    """Return the supervised engine of a configuration, not yet started.

    Named models are fetched and converted here when they are not in the cache.

    Args:
        config: The run's configuration.
        note: Told in words what is chosen and done for the user.

    Raises:
        ConfigError: If `auto` finds nothing to run.
        ModelError: If weights are missing or are not what they should be.
    """
    return ResilientEngine(
        _build(config.engine, note),
        max_restarts=config.loop.max_restarts,
        request_timeout_seconds=config.loop.request_timeout_seconds,
    )


def _build(engine: Any, note: Callable[[str], None]) -> Engine:
    if isinstance(engine, AutoEngineConfig):
        engine = _settle_auto(engine, note)
    if isinstance(engine, ScriptedEngineConfig):
        from .engines.scripted import ScriptedEngine

        return ScriptedEngine(engine)
    if isinstance(engine, ServerEngineConfig):
        from .engines.server import ServerEngine

        return ServerEngine(engine)
    from .engines.vllm_engine import VllmEngine
    from .weights import resolve_model

    resolved = resolve_model(engine.model, progress=_progress_notes(note))
    note(f"{resolved.name} from {resolved.source}")
    return VllmEngine(
        engine.model_copy(update={"model": resolved.name}),
        model=str(resolved.path),
        model_sha256=resolved.sha256,
    )


def _progress_notes(note: Callable[[str], None]) -> Callable[[str, int, int], None]:
    """Turn byte counts into a note at the start of each phase and at every quarter of it."""
    told: set[tuple[str, int]] = set()

    def report(phase: str, done: int, total: int) -> None:
        quarter = 4 * done // total if total > 0 else 0
        if (phase, quarter) in told:
            return
        told.add((phase, quarter))
        size = f" of {total / 1e6:,.0f} MB" if total > 1e6 else ""
        note(f"{phase}: {25 * quarter} %{size}")

    return report


def _settle_auto(engine: AutoEngineConfig, note: Callable[[str], None]) -> VllmEngineConfig:
    if find_spec("vllm") is None:
        raise ConfigError(
            "engine kind 'auto' found no vLLM in this environment. Install it (`make run` does, or "
            "the extra `cpu` or `gpu`), or name an endpoint: engine: {kind: server, base_url: ..., "
            "model: ...}."
        )
    from .weights import default_model

    model = engine.model or default_model()
    note(f"auto: vLLM in process with {model}")
    return VllmEngineConfig(model=model)
