from __future__ import annotations

import asyncio
import time
from itertools import count
from pathlib import Path

import pytest
from aiohttp import web
from populace.generation.engines import (
    Completion,
    EngineDied,
    RequestRefused,
    ServerEngine,
    ServerEngineConfig,
)
from populace.personas.errors import ConfigError, EngineError
from pydantic import ValidationError

from .engine_requests import Handler, chat_reply, endpoint, good_answer, make_request


def ask(answer: Handler, **settings: object) -> Completion:
    """Ask an endpoint that answers with `answer` for one completion."""

    async def scenario() -> Completion:
        async with endpoint(answer) as url:
            config = ServerEngineConfig.model_validate(
                {"base_url": url, "backoff_seconds": 0.001, "max_retries": 2, **settings}
            )
            engine = ServerEngine(config)
            await engine.start()
            try:
                return await engine.complete(make_request("0.story.1"))
            finally:
                await engine.close()

    return asyncio.run(scenario())


async def half_a_body(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": "1000"})
    await response.prepare(request)
    await response.write(b'{"choices": [')
    assert request.transport is not None
    request.transport.close()
    return response


async def hang(request: web.Request) -> web.StreamResponse:
    await asyncio.sleep(30)
    return web.Response()


async def drip(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    for _ in range(300):
        await response.write(b" ")
        await asyncio.sleep(0.1)
    return response


def reply(text: str, status: int = 200) -> Handler:
    async def answer(request: web.Request) -> web.StreamResponse:
        return web.Response(text=text, status=status, content_type="application/json")

    return answer


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (reply("oops", 500), "HTTP 500"),
        (reply("slow down", 429), "HTTP 429"),
        (reply("<html>"), "not JSON"),
        (reply("[]"), "not a chat completion"),
        (reply('{"choices": [{"message": 3}]}'), "not a chat completion"),
        (reply('{"choices": []}'), "0 choices, expected 1"),
        (half_a_body, "connection broke"),
        (hang, r"no complete answer in 0\.2 s"),
        (drip, r"no complete answer in 0\.2 s"),
        (reply('"' + 5000 * "x" + '"'), "longer than engine.max_reply_bytes"),
    ],
)
def test_unusable_replies_end_in_engine_died(answer: Handler, reason: str) -> None:
    with pytest.raises(EngineDied, match=reason):
        ask(answer, timeout_seconds=0.2, max_reply_bytes=4096)


@pytest.mark.parametrize(
    "answer", [reply("", 500), reply("", 429), reply("{"), reply("{}"), half_a_body]
)
def test_passing_failures_are_retried(answer: Handler) -> None:
    calls = count()

    async def bad_twice(request: web.Request) -> web.StreamResponse:
        return await (answer if next(calls) < 2 else good_answer)(request)

    assert ask(bad_twice).choices[0].text == '{"quote":"q","reason":"r"}'
    assert next(calls) == 3


def test_a_bad_request_is_refused_at_once_without_the_servers_words() -> None:
    calls = count()

    async def refuse(request: web.Request) -> web.StreamResponse:
        next(calls)
        body = {"error": {"type": "BadRequestError", "message": "secret prompt text"}}
        return web.json_response(body, status=400)

    with pytest.raises(RequestRefused, match="HTTP 400, BadRequestError") as caught:
        ask(refuse)
    assert "secret" not in str(caught.value)
    assert next(calls) == 1


def test_a_request_that_fails_while_others_succeed_is_refused() -> None:
    async def pick(request: web.Request) -> web.StreamResponse:
        body = await request.json()
        if body["messages"][1]["content"] == "cursed":
            await asyncio.sleep(0.02)
            return web.Response(status=500)
        return await good_answer(request)

    async def scenario() -> None:
        async with endpoint(pick) as url:
            engine = ServerEngine(
                ServerEngineConfig(base_url=url, backoff_seconds=0.001, max_retries=2)
            )
            await engine.start()
            cursed = engine.complete(make_request("cursed", prompt="cursed"))
            others = [engine.complete(make_request(str(i))) for i in range(5)]
            outcomes = await asyncio.gather(cursed, *others, return_exceptions=True)
            await engine.close()
        assert isinstance(outcomes[0], RequestRefused)
        assert all(isinstance(outcome, Completion) for outcome in outcomes[1:])

    asyncio.run(scenario())


def test_redirects_are_not_followed() -> None:
    seen = []

    async def redirect(request: web.Request) -> web.StreamResponse:
        seen.append(request.path)
        raise web.HTTPFound("/v1/models")

    with pytest.raises(EngineError, match="a redirect, and those are never followed"):
        ask(redirect)
    assert seen == ["/v1/chat/completions"]


def test_the_key_is_sent_and_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POPULACE_TEST_KEY", "sk-canary-7313")
    sent = []

    async def refuse(request: web.Request) -> web.StreamResponse:
        sent.append(request.headers["Authorization"])
        return web.Response(status=401)

    with pytest.raises(EngineError, match="key is missing or refused") as caught:
        ask(refuse, api_key="${POPULACE_TEST_KEY}")
    assert sent == ["Bearer sk-canary-7313"]
    assert "canary" not in repr(caught.value)


def test_a_key_that_is_not_set_is_named() -> None:
    with pytest.raises(ConfigError, match="POPULACE_ABSENT_KEY, which is not set"):
        ask(good_answer, api_key="${POPULACE_ABSENT_KEY}")


def test_an_unknown_model_is_answered_with_the_names_there_are() -> None:
    async def scenario() -> None:
        async with endpoint(models=("tiny", "large")) as url:
            await ServerEngine(ServerEngineConfig(base_url=url, model="medium")).start()

    with pytest.raises(EngineError, match=r"no model 'medium'; it has \['large', 'tiny'\]"):
        asyncio.run(scenario())


def test_an_unreachable_endpoint_fails_at_start_with_the_next_step() -> None:
    engine = ServerEngine(ServerEngineConfig(base_url="http://127.0.0.1:9/v1"))
    began = time.monotonic()
    with pytest.raises(EngineError, match=r"Connection refused.*vllm serve MODEL"):
        asyncio.run(engine.start())
    assert time.monotonic() - began < 10


def test_choices_keep_their_index_order_and_token_counts_add_up() -> None:
    async def shuffled(request: web.Request) -> web.StreamResponse:
        body = chat_reply(["a", "b", "c"])
        body["choices"].reverse()
        return web.json_response(body)

    async def scenario() -> Completion:
        async with endpoint(shuffled) as url:
            engine = ServerEngine(ServerEngineConfig(base_url=url))
            await engine.start()
            try:
                return await engine.complete(make_request("0.story.1", n=3))
            finally:
                await engine.close()

    choices = asyncio.run(scenario()).choices
    assert [choice.text for choice in choices] == ["a", "b", "c"]
    assert sum(choice.n_tokens for choice in choices) == 7


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"base_url": "file:///etc/passwd"}, "http or https"),
        ({"base_url": "gopher://example.org/v1"}, "http or https"),
        ({"base_url": "http://user:pw@example.org/v1"}, "user name or password"),
        ({"base_url": "http://example.org/v1?key=1"}, "query or a fragment"),
        ({"base_url": "http://example.org", "api_key": "sk-123"}, "name an environment variable"),
        ({"base_url": "http://e.org", "headers": {"X-Api-Key": "abc"}}, "looks secret"),
        ({"base_url": "http://e.org", "retries": 3}, "Extra inputs"),
    ],
)
def test_unsafe_settings_are_refused(settings: dict[str, object], reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        ServerEngineConfig.model_validate(settings)


def test_a_bare_host_gets_the_usual_path() -> None:
    assert ServerEngineConfig(base_url="http://127.0.0.1:8000").base_url.endswith(":8000/v1")


def test_no_module_of_the_engines_imports_a_client_at_load(tmp_path: Path) -> None:
    """Importing the package must stay instant: aiohttp alone takes a quarter of a second."""
    import subprocess
    import sys

    code = (
        "import sys, populace.generation.engines;"
        "print([name for name in ('aiohttp', 'vllm', 'torch', 'transformers')"
        " if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert done.stdout.strip() == "[]"
