"""A fake engine that anyone can run: schema-valid words at once, and faults on request.

What a request gets back depends on its id, its schema and the configured seed and on nothing else,
so answers do not change with order, window size or resumes. Strings ignore `pattern`.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path
from random import Random
from typing import Any

import orjson

from ...personas.errors import ConfigError
from .config import ScriptedEngineConfig
from .protocol import (
    Choice,
    Completion,
    EngineDied,
    EngineInfo,
    FinishReason,
    Request,
    RequestRefused,
)
from .scripted_words import Builder, compile_builder

_N_SHARED_TEXTS = 8
_MAX_BUILDERS = 256


class ScriptedEngine:
    """An `Engine` without a model; see `ScriptedEngineConfig` for its knobs."""

    def __init__(self, config: ScriptedEngineConfig | None = None) -> None:
        self._config = config or ScriptedEngineConfig()
        self.max_in_flight = self._config.max_in_flight
        self.n_requests = 0
        """Requests received since construction, resent ones included."""
        self._replies: dict[str, list[tuple[str, FinishReason]]] = {}
        self._builders: dict[int, tuple[object, Builder]] = {}
        self._in_flight: set[asyncio.Future[None]] = set()
        self._has_died: set[str] = set()
        self._is_running = False
        self._key = str(self._config.seed).encode()

    async def start(self) -> EngineInfo:
        """Read the scripted replies, if any."""
        if self._config.replies is not None and not self._replies:
            self._replies = _read_replies(Path(self._config.replies))
        self._is_running = True
        return EngineInfo(
            kind="scripted",
            model="scripted",
            notes=("the scripted engine writes random words: for tests and dry runs only",),
        )

    async def complete(self, request: Request) -> Completion:
        """Answer after the configured delay, or fail as the request's id decides."""
        if not self._is_running:
            raise EngineDied("the scripted engine is not running; start it, then send again.")
        self.n_requests += 1
        config = self._config
        random = Random(self._digest(request.request_id))
        # One draw per fault, always in this order, so that no rate moves another one's victims.
        refused, dies, poison, never = (random.random() for _ in range(4))
        if refused < config.refuse_rate:
            raise RequestRefused(f"request '{request.request_id}' is scripted to be refused.")
        await self._wait(random, never=never < config.never_rate)
        if poison < config.poison_rate or self._dies_now(request.request_id, dies):
            self._die()
            raise EngineDied(f"request '{request.request_id}' is scripted to kill the engine.")
        choices = self._scripted(request) or self._written(request, random)
        prompt_tokens = sum(len(message.content) for message in request.messages) // 4
        return Completion(request.request_id, choices, prompt_tokens=prompt_tokens)

    async def close(self) -> None:
        """Fail what is still in flight."""
        self._die()

    def _digest(self, text: str) -> int:
        return int.from_bytes(blake2b(text.encode(), digest_size=16, key=self._key[:64]).digest())

    async def _wait(self, random: Random, *, never: bool) -> None:
        config = self._config
        spread, place = random.random(), random.random()
        if config.delay_ms == 0 and not never:
            # With no delay, "shuffled" and "late" still let others overtake.
            turns = 1
            if config.order == "shuffled":
                turns = 1 + int(place * 16)
            elif config.order == "late" and place < 0.05:
                turns = 50
            for _ in range(turns):
                await asyncio.sleep(0)
            if not self._is_running:
                raise EngineDied("the scripted engine was stopped with this request in flight.")
            return
        delay = config.delay_ms / 1000 * (1 + config.jitter * (2 * spread - 1))
        if config.order == "shuffled":
            delay *= 2 * place
        elif config.order == "late" and place < 0.05:
            delay *= 10
        loop = asyncio.get_running_loop()
        answered: asyncio.Future[None] = loop.create_future()
        timer = None if never else loop.call_later(delay, _set_done, answered)
        self._in_flight.add(answered)
        try:
            await answered
        finally:
            self._in_flight.discard(answered)
            if answered.done() and not answered.cancelled():
                answered.exception()  # Seen, even if this request was cancelled in the meantime.
            if timer is not None:
                timer.cancel()

    def _dies_now(self, request_id: str, draw: float) -> bool:
        if draw >= self._config.die_rate or request_id in self._has_died:
            return False
        self._has_died.add(request_id)
        return True

    def _die(self) -> None:
        self._is_running = False
        for answered in self._in_flight:
            if not answered.done():
                answered.set_exception(
                    EngineDied("the scripted engine died with this request in flight.")
                )
        self._in_flight.clear()

    def _scripted(self, request: Request) -> tuple[Choice, ...] | None:
        replies = self._replies.get(request.request_id)
        if replies is None:
            return None
        picked = [replies[i % len(replies)] for i in range(request.sampling.n)]
        return tuple(Choice(text, reason, _count_tokens(text)) for text, reason in picked)

    def _written(self, request: Request, random: Random) -> tuple[Choice, ...]:
        builder = self._builder(request.json_schema)
        return tuple(self._choice(request, builder, random) for _ in range(request.sampling.n))

    def _choice(self, request: Request, builder: Builder, random: Random) -> Choice:
        config = self._config
        truncated, invalid, empty, duplicate = (random.random() for _ in range(4))
        own = random.getrandbits(64)
        if duplicate < config.duplicate_rate:
            own = self._digest(f"shared text {own % _N_SHARED_TEXTS}")
        if empty < config.empty_rate:
            return Choice("", "stop", 1)
        words = Random(own)
        value = builder(words)
        text = value if request.json_schema is None else orjson.dumps(value).decode()
        if invalid < config.invalid_rate:
            text = _spoil(text, value, own)
        n_tokens = _count_tokens(text)
        if truncated < config.truncated_rate:
            text = text[: max(1, int(len(text) * (0.2 + 0.7 * words.random())))]
            return Choice(text, "length", request.max_tokens)
        if n_tokens > request.max_tokens:
            return Choice(text[: 4 * request.max_tokens], "length", request.max_tokens)
        return Choice(text, "stop", n_tokens)

    def _builder(self, schema: Mapping[str, Any] | None) -> Builder:
        known = self._builders.get(id(schema))
        if known is not None and known[0] is schema:
            return known[1]
        if len(self._builders) >= _MAX_BUILDERS:
            self._builders.clear()
        builder = compile_builder({"type": "string"} if schema is None else schema)
        # The schema is kept beside its builder, so that its id cannot be given to another one.
        self._builders[id(schema)] = (schema, builder)
        return builder


def _set_done(answered: asyncio.Future[None]) -> None:
    if not answered.done():
        answered.set_result(None)


def _count_tokens(text: str) -> int:
    return math.ceil(len(text) / 4)


def _spoil(text: str, value: Any, pick: int) -> str:
    """Break a valid answer the way models and endpoints do."""
    ways = [
        "I am sorry, but I cannot help with that.",
        text[:-1],
        text + " and that is my answer.",
        f"```json\n{text}\n```",
        '{"unexpected":true}',
    ]
    if isinstance(value, dict) and value:
        key = orjson.dumps(next(iter(value))).decode()
        ways.append(f"{{{key}:NaN,{text[1:]}")
        ways.append(f'{{{key}:"\\ud800"}}')
    return ways[(pick >> 8) % len(ways)]


def _read_replies(path: Path) -> dict[str, list[tuple[str, FinishReason]]]:
    replies: dict[str, list[tuple[str, FinishReason]]] = {}
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise ConfigError(
            f"engine.replies '{path.name}' cannot be read ({error.strerror}); "
            "expected a JSON-lines file of scripted answers."
        ) from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            record = orjson.loads(line)
            listed = record.get("choices", [record])
            answers = [(_reply_text(item["text"]), _reason(item)) for item in listed]
            if not answers:
                raise ValueError("no choices")
            replies[str(record["request_id"])] = answers
        except (ValueError, KeyError, TypeError) as error:
            raise ConfigError(
                f"line {number} of engine.replies '{path.name}' is not a scripted answer; expected "
                '{"request_id": "0.story.1", "text": "..."} or the same with "choices".'
            ) from error
    return replies


def _reply_text(text: object) -> str:
    return text if isinstance(text, str) else orjson.dumps(text).decode()


def _reason(item: Mapping[str, Any]) -> FinishReason:
    reason = item.get("finish_reason", "stop")
    if reason == "stop":
        return "stop"
    if reason == "length":
        return "length"
    if reason == "error":
        return "error"
    raise ValueError("finish_reason")
