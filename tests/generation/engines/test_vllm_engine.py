from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from populace.generation.engines import (
    Completion,
    EngineDied,
    RequestRefused,
    ResilientEngine,
    VllmEngine,
    VllmEngineConfig,
)
from populace.generation.engines.cpu_threads import choose_threads
from populace.generation.engines.model_folder import check_model_folder
from populace.personas.errors import ConfigError, EngineError, ModelError
from pydantic import ValidationError

from .engine_requests import make_request, model_folder

real_vllm = [pytest.mark.vllm, pytest.mark.slow, pytest.mark.timeout(420)]


def small_engine(**settings: object) -> VllmEngine:
    pytest.importorskip("vllm", reason="vLLM is not installed")
    # One thread: tests run beside each other, and OpenMP threads that share a core spin.
    values = {"model": model_folder(), "max_model_len": 1024, "max_num_seqs": 16, "threads": 1}
    return VllmEngine(VllmEngineConfig.model_validate(values | settings))


def process_group_size(group: int) -> int:
    """Count the processes of a group that are still there and not zombies."""
    size = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            # The name in parentheses may hold spaces; the fields after it do not.
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        size += int(fields[2]) == group and fields[0] != "Z"
    return size


def wait_until_gone(group: int, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process_group_size(group) == 0:
            return True
        time.sleep(0.2)
    return False


class TestRealEngine:
    pytestmark = real_vllm

    def test_a_killed_child_is_restarted_and_no_request_is_lost(self) -> None:
        """SIGKILL in mid-run, then a stopped child that only the watchdog can notice."""

        async def scenario() -> None:
            inner = small_engine(progress_timeout_seconds=25)
            engine = ResilientEngine(inner)
            await engine.start()
            children = []
            for blow in (signal.SIGKILL, signal.SIGSTOP):
                tasks = [
                    asyncio.create_task(engine.complete(make_request(str(i), max_tokens=120)))
                    for i in range(24)
                ]
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                assert inner.pid is not None
                children.append(inner.pid)
                os.kill(inner.pid, blow)
                outcomes = await asyncio.gather(*tasks)
                assert [outcome.request_id for outcome in outcomes] == [str(i) for i in range(24)]
            assert engine.n_restarts >= 2
            assert inner.pid not in children
            await engine.close()
            for child in children:
                assert wait_until_gone(child, 20)

        asyncio.run(scenario())

    def test_a_poison_schema_or_an_endless_prompt_is_refused_alone(self) -> None:
        """Each of these hangs vLLM's client, fails a whole batch, or yields empty strings there."""
        poison = [
            make_request("huge", json_schema={"const": 10**23}),
            make_request("lookahead", json_schema={"type": "string", "pattern": "(?=a)b"}),
            make_request("not", json_schema={"not": {"type": "string"}}),
            make_request("remote", json_schema={"$ref": "http://127.0.0.1:9/x.json"}),
            make_request("empty", json_schema={"enum": []}),
            make_request("long", prompt="word " * 3000),
            make_request("control", prompt="end <|im_end|> here"),
            make_request("surrogate", prompt="\ud800"),
        ]

        async def scenario() -> None:
            engine = small_engine()
            await engine.start()
            good = [make_request(str(i)) for i in range(6)]
            outcomes = await asyncio.gather(
                *map(engine.complete, [*poison, *good]), return_exceptions=True
            )
            assert [type(o) for o in outcomes[: len(poison)]] == [RequestRefused] * len(poison)
            assert all(isinstance(outcome, Completion) for outcome in outcomes[len(poison) :])
            await engine.close()

        asyncio.run(scenario())

    def test_prefills_split_over_steps_work_and_the_prefix_is_cached(self) -> None:
        """With a per-request seed vLLM 0.32 ends the CPU engine on exactly this load."""
        story = "The shop on the corner sells bread, milk and one kind of cheese. " * 30

        async def scenario() -> None:
            engine = small_engine(max_num_batched_tokens=128, logprobs=True)
            await engine.start()
            requests = [make_request(str(i), prompt=f"{story} Reader {i}?") for i in range(8)]
            outcomes = await asyncio.gather(*map(engine.complete, requests))
            assert all(outcome.prompt_tokens > 400 for outcome in outcomes)
            late = await engine.complete(make_request("late", prompt=f"{story} Reader 99?"))
            assert late.cached_tokens > 300
            score = late.choices[0].cumulative_logprob
            assert score is not None
            assert score < 0
            await engine.close()

        asyncio.run(scenario())

    @pytest.mark.parametrize("moment", ["loading", "writing"])
    def test_nothing_is_left_when_the_parent_is_killed(self, moment: str, tmp_path: Path) -> None:
        script = tmp_path / "parent.py"
        script.write_text(
            "import asyncio, sys\n"
            "from populace.generation.engines import *\n"
            "async def main():\n"
            "    engine = VllmEngine(VllmEngineConfig(model=sys.argv[1], max_model_len=1024,\n"
            "                                         threads=1))\n"
            "    start = asyncio.create_task(engine.start())\n"
            "    while engine.pid is None:\n"
            "        await asyncio.sleep(0.05)\n"
            "    print(engine.pid, flush=True)\n"
            "    await start\n"
            "    print('ready', flush=True)\n"
            "    story = (Message('user', 'Tell a story.'),)\n"
            "    asks = [Request(str(i), story, None, 900, Sampling()) for i in range(8)]\n"
            "    await asyncio.gather(*map(engine.complete, asks))\n"
            "asyncio.run(main())\n"
        )
        pytest.importorskip("vllm", reason="vLLM is not installed")
        with subprocess.Popen(
            [sys.executable, str(script), model_folder()], stdout=subprocess.PIPE, text=True
        ) as parent:
            assert parent.stdout is not None
            child = int(parent.stdout.readline())
            assert process_group_size(child) >= 1
            if moment == "writing":
                assert parent.stdout.readline() == "ready\n"
            time.sleep(2)
            parent.kill()
        assert wait_until_gone(child, 20)

    def test_a_model_that_cannot_be_loaded_is_explained_in_one_line(self, tmp_path: Path) -> None:
        (tmp_path / "config.json").write_text('{"model_type": "llama"}')
        (tmp_path / "model.safetensors").write_bytes(b"not weights")
        engine = VllmEngine(VllmEngineConfig(model=str(tmp_path)))
        with pytest.raises(EngineError, match="could not load") as caught:
            asyncio.run(_start_and_close(engine))
        message = str(caught.value)
        assert "\n" not in message
        assert len(message) < 500
        assert str(tmp_path) not in message


async def _start_and_close(engine: VllmEngine) -> None:
    try:
        await engine.start()
    finally:
        await engine.close()


def test_an_engine_that_is_not_started_says_so() -> None:
    engine = VllmEngine(VllmEngineConfig(model="none"))
    with pytest.raises(EngineDied, match="not running"):
        asyncio.run(engine.complete(make_request("0")))
    asyncio.run(engine.close())


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({}, "no config.json"),
        ({"config.json": "{"}, "cannot be read as JSON"),
        ({"config.json": "{}"}, r"no \*\.safetensors file \(it has no weights\)"),
        ({"config.json": "{}", "pytorch_model.bin": ""}, "pickled weights can run code"),
        ({"config.json": '{"auto_map": {"A": "b.C"}}', "m.safetensors": ""}, "'auto_map'"),
        (
            {"config.json": "{}", "tokenizer_config.json": '{"auto_map": {"A": "b"}}'},
            "tokenizer_config.json of model 'tiny' has 'auto_map'",
        ),
    ],
)
def test_unsafe_model_folders_are_refused(
    files: dict[str, str], reason: str, tmp_path: Path
) -> None:
    for name, content in files.items():
        (tmp_path / name).write_text(content)
    with pytest.raises(ModelError, match=reason):
        check_model_folder(tmp_path, name="tiny")


def test_a_complete_model_folder_is_accepted(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "llama"}))
    (tmp_path / "model.safetensors").write_bytes(b"")
    check_model_folder(tmp_path, name="tiny")


@pytest.mark.parametrize("threads", [0, -1, "all", "0-", "1,,2", ""])
def test_unreadable_threads_are_refused(threads: object) -> None:
    with pytest.raises(ValidationError, match="expected 'auto', a count >= 1"):
        VllmEngineConfig.model_validate({"model": "m", "threads": threads})


def test_threads_follow_the_configuration_then_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = min(os.sched_getaffinity(0))
    listed = choose_threads(str(first))
    assert (listed.n_threads, listed.cpus) == (1, (first,))
    assert listed.environment()["OMP_PLACES"] == f"{{{first}}}"
    assert choose_threads(3).environment() == {
        "OMP_NUM_THREADS": "3",
        "VLLM_CPU_OMP_THREADS_BIND": "nobind",
    }
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    assert "from OMP_NUM_THREADS" in choose_threads("auto").note
    with pytest.raises(ConfigError, match=r"names CPU 4095, which this process may not use"):
        choose_threads("4095")


def test_automatic_threads_leave_out_busy_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever else runs here, there is one thread at least and never more than allowed."""
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    choice = choose_threads("auto", measure_seconds=0.1)
    assert 1 <= choice.n_threads <= len(os.sched_getaffinity(0))
    assert "busy at start" in choice.note
