"""The one protocol behind which every engine stands, and the plain types that cross it.

An engine takes one request and answers with one completion that holds `n` choices. It raises
`RequestRefused` when this request can never succeed, `EngineDied` when it lost the request and
the same request may be sent again, and `EngineError` when nothing further can be expected.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from ...personas.errors import EngineError
from ...prompts.message import Message as Message
from ...prompts.message import Role as Role

FinishReason = Literal["stop", "length", "error"]


@dataclass(frozen=True, slots=True)
class Sampling:
    """Sampling parameters, under vLLM's own names. There is no seed: see docs/determinism.md."""

    n: int = 1
    temperature: float = 0.8
    top_p: float = 1.0
    min_p: float = 0.05
    repetition_penalty: float = 1.05


@dataclass(frozen=True, slots=True)
class Request:
    """What one slot and attempt asks of the engine."""

    request_id: str
    """Unique in a run: `slot.part.attempt`."""
    messages: tuple[Message, ...]
    json_schema: Mapping[str, Any] | None
    """The grammar for decoding, already compiled by our policy; None for free text."""
    max_tokens: int
    sampling: Sampling


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the `n` answers to a request."""

    text: str
    finish_reason: FinishReason
    n_tokens: int
    cumulative_logprob: float | None = None


@dataclass(frozen=True, slots=True)
class Completion:
    """All answers to one request."""

    request_id: str
    choices: tuple[Choice, ...]
    prompt_tokens: int
    cached_tokens: int = 0
    """Prompt tokens served from the prefix cache, where the engine reports it."""


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """What was started, for the manifest: no path of this machine, no secret."""

    kind: str
    model: str
    model_sha256: str | None = None
    versions: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    """Choices made for the user, in words: thread binding, data type, where `auto` settled."""


class RequestRefused(EngineError):
    """This request can never succeed (schema refused, prompt too long); others may."""


class EngineDied(EngineError):
    """The engine was lost with this request in flight; it may be sent again."""


class Engine(Protocol):
    """An asynchronous source of completions; safe for many `complete` calls at once."""

    @property
    def max_in_flight(self) -> int:
        """How many requests keep the engine busy; the run loop's default window."""
        ...

    async def start(self) -> EngineInfo:
        """Load the model or reach the endpoint. Idempotent."""
        ...

    async def complete(self, request: Request) -> Completion:
        """Answer one request."""
        ...

    async def close(self) -> None:
        """Stop whatever `start` started and wait until it is gone. Idempotent."""
        ...
