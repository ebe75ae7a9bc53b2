"""Engines behind one asynchronous protocol: vLLM in process, a server, a scripted fake."""

from .config import (
    AutoEngineConfig,
    EngineConfig,
    ScriptedEngineConfig,
    ServerEngineConfig,
    VllmEngineConfig,
)
from .protocol import (
    Choice,
    Completion,
    Engine,
    EngineDied,
    EngineInfo,
    FinishReason,
    Message,
    Request,
    RequestRefused,
    Sampling,
)
from .resilient import ResilientEngine
from .scripted import ScriptedEngine
from .server import ServerEngine
from .vllm_engine import VllmEngine

__all__ = [
    "AutoEngineConfig",
    "Choice",
    "Completion",
    "Engine",
    "EngineConfig",
    "EngineDied",
    "EngineInfo",
    "FinishReason",
    "Message",
    "Request",
    "RequestRefused",
    "ResilientEngine",
    "Sampling",
    "ScriptedEngine",
    "ScriptedEngineConfig",
    "ServerEngine",
    "ServerEngineConfig",
    "VllmEngine",
    "VllmEngineConfig",
]
