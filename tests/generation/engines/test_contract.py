"""What every engine owes its caller, held against each of them."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import jsonschema
import pytest
from populace.generation.engines import (
    Engine,
    RequestRefused,
    ScriptedEngine,
    ScriptedEngineConfig,
    ServerEngine,
    ServerEngineConfig,
    VllmEngine,
    VllmEngineConfig,
)

from .engine_requests import SCHEMA, endpoint, make_request, model_folder

# No engine hangs a test: a real one loads for up to a minute on a busy machine.
pytestmark = pytest.mark.timeout(420)


@pytest.fixture(scope="module")
def vllm_server() -> Iterator[str]:
    """A real vLLM API server on this machine."""
    model = model_folder()
    pytest.importorskip("vllm", reason="vLLM is not installed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    arguments = ["--model", model, "--served-model-name", "tiny", "--host", "127.0.0.1"]
    arguments += ["--port", str(port), "--max-model-len", "1024", "--max-num-seqs", "16"]
    arguments += ["--enforce-eager", "--load-format", "safetensors"]
    backend = '{"backend": "guidance", "disable_any_whitespace": true}'
    arguments += ["--structured-outputs-config", backend]
    environment = {
        **os.environ,
        "VLLM_NO_USAGE_STATS": "1",
        "HF_HUB_OFFLINE": "1",
        "VLLM_CPU_KVCACHE_SPACE": "1",
        "VLLM_CPU_OMP_THREADS_BIND": "nobind",
        "OMP_NUM_THREADS": "1",
    }
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "vllm.entrypoints.openai.api_server", *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env=environment,
    )
    try:
        for _ in range(300):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2):
                    break
            except OSError:
                assert process.poll() is None, "the vLLM server ended while it started"
                time.sleep(1)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(20)


@pytest.fixture(
    params=[
        "scripted",
        "server",
        pytest.param("vllm", marks=[pytest.mark.vllm, pytest.mark.slow]),
        pytest.param("vllm-server", marks=[pytest.mark.vllm, pytest.mark.slow]),
    ]
)
def engine_kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@asynccontextmanager
async def started(kind: str, request: pytest.FixtureRequest) -> AsyncIterator[Engine]:
    """An engine of this kind, running; closed at the end."""
    if kind == "server":
        async with endpoint() as url:
            engine: Engine = ServerEngine(ServerEngineConfig(base_url=url))
            await engine.start()
            try:
                yield engine
            finally:
                await engine.close()
        return
    if kind == "scripted":
        engine = ScriptedEngine(ScriptedEngineConfig(delay_ms=1))
    elif kind == "vllm":
        pytest.importorskip("vllm", reason="vLLM is not installed")
        engine = VllmEngine(
            VllmEngineConfig(model=model_folder(), max_model_len=1024, max_num_seqs=16, threads=1)
        )
    else:
        url = request.getfixturevalue("vllm_server")
        engine = ServerEngine(ServerEngineConfig(base_url=url, backoff_seconds=0.01))
    await engine.start()
    try:
        yield engine
    finally:
        await engine.close()


def test_engine_keeps_the_contract(engine_kind: str, request: pytest.FixtureRequest) -> None:
    """One start serves the whole list: a real engine takes a minute to load."""
    if engine_kind == "vllm-server":
        request.getfixturevalue("vllm_server")

    async def scenario() -> None:
        async with started(engine_kind, request) as engine:
            assert engine.max_in_flight >= 1
            await _starts_again_without_harm(engine)
            await _answers_each_request_under_its_own_id(engine)
            await _holds_the_schema_and_the_number_of_choices(engine)
            await _refuses_one_request_and_answers_its_neighbours(engine)
            await _survives_a_cancelled_request(engine)

    asyncio.run(scenario())


async def _starts_again_without_harm(engine: Engine) -> None:
    first, second = await engine.start(), await engine.start()
    assert first == second
    assert first.kind in ("scripted", "server", "vllm")
    # The manifest holds this: no path of the machine may be in it.
    assert "/" not in first.model


async def _answers_each_request_under_its_own_id(engine: Engine) -> None:
    ids = [f"{slot}.story.1" for slot in range(12)]
    completions = await asyncio.gather(*(engine.complete(make_request(i)) for i in ids))
    assert [completion.request_id for completion in completions] == ids
    assert all(completion.prompt_tokens > 0 for completion in completions)


async def _holds_the_schema_and_the_number_of_choices(engine: Engine) -> None:
    completion = await engine.complete(make_request("n3", n=3, max_tokens=200))
    assert len(completion.choices) == 3
    for choice in completion.choices:
        assert choice.n_tokens > 0
        assert choice.finish_reason in ("stop", "length")
        if choice.finish_reason == "stop":
            jsonschema.validate(json.loads(choice.text), SCHEMA)
    free = await engine.complete(make_request("free", json_schema=None, max_tokens=8))
    assert free.choices[0].finish_reason in ("stop", "length")
    continued = await engine.complete(
        make_request("continued", json_schema=None, max_tokens=8, continued="Because")
    )
    assert len(continued.choices) == 1


async def _refuses_one_request_and_answers_its_neighbours(engine: Engine) -> None:
    """The 23-digit integer is the request that hangs vLLM's own client for good."""
    poison = make_request("poison", json_schema={"const": 12345678901234567890123})
    surrogate = make_request("surrogate", prompt="half of a pair: \ud83d")
    others = [make_request(f"neighbour {i}") for i in range(4)]
    outcomes = await asyncio.gather(
        *(engine.complete(each) for each in [poison, surrogate, *others]), return_exceptions=True
    )
    scripted = (await engine.start()).kind == "scripted"
    for refused in () if scripted else outcomes[:2]:
        assert isinstance(refused, RequestRefused)
        assert "serialised" in str(refused)
    assert not [outcome for outcome in outcomes[2:] if isinstance(outcome, BaseException)]


async def _survives_a_cancelled_request(engine: Engine) -> None:
    task = asyncio.create_task(engine.complete(make_request("cancelled", max_tokens=400)))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    completion = await engine.complete(make_request("after the cancelled one"))
    assert completion.choices


@pytest.mark.parametrize("kind", ["scripted", "server"])
def test_engine_closes_twice_and_starts_afresh(kind: str, request: pytest.FixtureRequest) -> None:
    async def scenario() -> None:
        async with started(kind, request) as engine:
            await engine.close()
            await engine.close()
            await engine.start()
            assert (await engine.complete(make_request("fresh"))).choices

    asyncio.run(scenario())
