"""The child process that holds vLLM: `python -m populace.generation.engines.vllm_worker FD PID`.

JSON lines come in and go out over the socket `FD`; standard output and error belong to vLLM's log.
The engine core runs in this very process (no `EngineCore` of its own that could outlive us) and is
stepped by the main thread, while a reader thread renders, tokenizes and checks the next requests.
The process ends when `PID`, its parent, ends: by signal and by the end of the socket's stream.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import queue
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson

_PR_SET_PDEATHSIG = 1
_BEAT_SECONDS = 1.0
_MAX_KNOWN_SCHEMAS = 4096


def main() -> None:
    """Serve one parent until it closes the socket or dies."""
    descriptor, parent = int(sys.argv[1]), int(sys.argv[2])
    _die_with_parent(parent)
    cpus = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else None
    link = _Link(socket.socket(fileno=descriptor))
    lines: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(link, lines), name="reader", daemon=True).start()
    settings = lines.get()
    progress = _Progress()
    beat = threading.Thread(target=_beat, args=(link, progress), name="beat", daemon=True)
    beat.start()
    try:
        worker = _Worker(settings, link, progress)
    except BaseException as error:  # The process edge: the parent turns this into its own error.
        link.send({"kind": "failed", "name": type(error).__name__, "reason": _one_line(error)})
        raise
    threading.Thread(target=worker.prepare, args=(lines, cpus), name="prepare", daemon=True).start()
    try:
        worker.run()
    except BaseException as error:
        link.send({"kind": "fatal", "reason": f"{type(error).__name__}: {_one_line(error)}"})
        raise


def _die_with_parent(parent: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # It died before the line above took effect.
        _end_group()


def _end_group() -> None:
    """End this process and whatever vLLM started, without any clean-up that could hang."""
    if os.getpgid(0) == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


class _Link:
    """The socket to the parent; lines may be sent from any thread."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._connection.setblocking(True)
        self._lock = threading.Lock()

    def send(self, *messages: dict[str, Any]) -> None:
        data = b"".join(orjson.dumps(message) + b"\n" for message in messages)
        with self._lock, contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self._connection.sendall(data)

    def lines(self) -> Iterator[bytes]:
        with self._connection.makefile("rb", buffering=1 << 16) as stream:
            yield from stream


def _read(link: _Link, lines: queue.SimpleQueue[dict[str, Any]]) -> None:
    with contextlib.suppress(OSError):
        for line in link.lines():
            lines.put(orjson.loads(line))
    _end_group()


@dataclass(slots=True)
class _Progress:
    """What the heartbeats report; written by the main thread."""

    steps: int = 0


def _beat(link: _Link, progress: _Progress) -> None:
    """Tell the parent every second how far we are; it ends us when that stands still."""
    while True:
        link.send({"kind": "beat", "steps": progress.steps})
        time.sleep(_BEAT_SECONDS)


@dataclass(frozen=True, slots=True)
class _Prepared:
    """One request, ready for the engine; `token_ids` is None to abort it."""

    number: int
    token_ids: list[int] | None
    params: Any = None


class _Refused(Exception):
    """This request can never be answered, with the reason."""


class _Worker:
    """The engine, the requests that wait for it, and the counters that prove progress."""

    def __init__(self, settings: dict[str, Any], link: _Link, progress: _Progress) -> None:
        self._link = link
        self._waiting: queue.SimpleQueue[_Prepared] = queue.SimpleQueue()
        self._known_schemas: dict[str, str | None] = {}
        self._progress = progress
        self._logprobs = bool(settings["logprobs"])
        began = time.monotonic()
        if settings["is_hub_model"]:
            _check_hub_model(settings["engine"]["model"])

        import torch
        import transformers
        import vllm
        from vllm.engine.arg_utils import EngineArgs
        from vllm.v1.engine.llm_engine import LLMEngine

        imported = time.monotonic()
        arguments = dict(settings["engine"])
        if arguments["max_model_len"] is None:
            arguments["max_model_len"] = _model_length(arguments["model"])
        self._engine: Any = LLMEngine.from_engine_args(EngineArgs(**arguments))
        self._max_model_len = int(self._engine.model_config.max_model_len)
        self._count_steps()
        tokenizer: Any = self._engine.get_tokenizer()
        self._decoder = tokenizer
        # A fast tokenizer must not be used by two threads at once.
        self._tokenizer: Any = transformers.AutoTokenizer.from_pretrained(
            arguments["model"], trust_remote_code=False
        )
        self._has_template = bool(getattr(self._tokenizer, "chat_template", None))
        self._control_tokens = tuple(self._tokenizer.all_special_tokens)
        self._grammar_tokenizer = _grammar_tokenizer(self._engine, tokenizer)
        ready = time.monotonic()
        data_type = str(self._engine.model_config.dtype).removeprefix("torch.")
        template = "its own chat template" if self._has_template else "no chat template"
        link.send(
            {
                "kind": "ready",
                "versions": {
                    "vllm": vllm.__version__,
                    "torch": torch.__version__,
                    "transformers": transformers.__version__,
                },
                "notes": [
                    f"{data_type}, {self._max_model_len} tokens per sequence, {template}",
                    f"start: {imported - began:.1f} s import, {ready - imported:.1f} s engine",
                ],
            }
        )

    def run(self) -> None:
        """Step the engine for as long as there is work, and wait for work otherwise."""
        engine = self._engine
        while True:
            if not engine.has_unfinished_requests():
                self._admit(self._waiting.get())
            with contextlib.suppress(queue.Empty):
                while True:
                    self._admit(self._waiting.get_nowait())
            if not engine.has_unfinished_requests():
                continue
            before = self._progress.steps
            finished = [output for output in engine.step() if output.finished]
            if finished:
                self._link.send(*(self._answer(output) for output in finished))
            elif self._progress.steps == before:
                time.sleep(0.001)  # Nothing could be scheduled: a grammar is being compiled.

    def prepare(self, lines: queue.SimpleQueue[dict[str, Any]], cpus: set[int] | None) -> None:
        """Turn incoming messages into checked engine requests; refuse the impossible ones."""
        if cpus is not None:
            # OpenMP has bound the main thread, and new threads inherit that one core.
            os.sched_setaffinity(0, cpus)
        while True:
            message = lines.get()
            number = message["number"]
            if message["kind"] == "abort":
                self._waiting.put(_Prepared(number, None))
                continue
            try:
                prepared = self._prepared(number, message)
            except _Refused as refusal:
                self._link.send({"kind": "refused", "number": number, "reason": str(refusal)})
            except Exception as error:  # One bad request must never touch its neighbours.
                reason = f"{type(error).__name__}: {_one_line(error)}"
                self._link.send({"kind": "refused", "number": number, "reason": reason})
            else:
                self._waiting.put(prepared)

    def _prepared(self, number: int, message: dict[str, Any]) -> _Prepared:
        from vllm import SamplingParams
        from vllm.sampling_params import RequestOutputKind, StructuredOutputsParams

        schema = message["schema"]
        if schema is not None:
            self._check_schema(schema)
        token_ids = self._tokenize(message["messages"])
        room = self._max_model_len - len(token_ids)
        if not token_ids:
            raise _Refused("the prompt is empty; expected at least one token")
        if message["max_tokens"] > room:
            raise _Refused(
                f"the prompt has {len(token_ids)} tokens and max_tokens is "
                f"{message['max_tokens']}, together more than the {self._max_model_len} of "
                "engine.max_model_len; shorten the prompt or raise the limit"
            )
        # No per-request seed: on a CPU it ends the engine when a prefill is split over steps.
        params = SamplingParams(
            n=message["n"],
            temperature=message["temperature"],
            top_p=message["top_p"],
            min_p=message["min_p"],
            repetition_penalty=message["repetition_penalty"],
            max_tokens=message["max_tokens"],
            logprobs=0 if self._logprobs else None,
            structured_outputs=None if schema is None else StructuredOutputsParams(json=schema),
            output_kind=RequestOutputKind.FINAL_ONLY,
            detokenize=False,  # The whole text is decoded once, at its end.
        )
        return _Prepared(number, token_ids, params)

    def _tokenize(self, messages: list[list[str]]) -> list[int]:
        if not self._has_template:
            text = "".join(content for _, content in messages)
            return list(self._tokenizer.encode(text))
        for _, content in messages:
            found = next((token for token in self._control_tokens if token in content), None)
            if found is not None:
                raise _Refused(
                    f"a message holds the model's control token {found!r}, which would change who "
                    "speaks; remove it from the data"
                )
        is_continued = messages[-1][0] == "assistant"
        text = self._tokenizer.apply_chat_template(
            [{"role": role, "content": content} for role, content in messages],
            tokenize=False,
            add_generation_prompt=not is_continued,
            continue_final_message=is_continued,
        )
        return list(self._tokenizer.encode(text, add_special_tokens=False))

    def _check_schema(self, schema: str) -> None:
        if schema not in self._known_schemas:
            if len(self._known_schemas) >= _MAX_KNOWN_SCHEMAS:
                self._known_schemas.clear()
            self._known_schemas[schema] = _schema_error(schema, self._grammar_tokenizer)
        if error := self._known_schemas[schema]:
            raise _Refused(f"the decoder cannot enforce the JSON Schema: {error}")

    def _admit(self, request: _Prepared) -> None:
        identifier = str(request.number)
        if request.token_ids is None:
            self._engine.abort_request([identifier])
            return
        prompt = {"type": "token", "prompt_token_ids": request.token_ids}
        try:
            self._engine.add_request(identifier, prompt, request.params)
        except Exception as error:  # vLLM refused it; make sure that no half of it stays behind.
            self._engine.abort_request([identifier])
            reason = f"{type(error).__name__}: {_one_line(error)}"
            self._link.send({"kind": "refused", "number": request.number, "reason": reason})

    def _answer(self, output: Any) -> dict[str, Any]:
        choices = [
            (
                self._decoder.decode(
                    list(choice.token_ids),
                    skip_special_tokens=True,
                    clean_up_tokenization_spaces=False,
                ),
                choice.finish_reason if choice.finish_reason in ("stop", "length") else "error",
                len(choice.token_ids),
                choice.cumulative_logprob if self._logprobs else None,
            )
            for choice in sorted(output.outputs, key=lambda choice: int(choice.index))
        ]
        return {
            "kind": "done",
            "number": int(output.request_id),
            "choices": choices,
            "prompt_tokens": len(output.prompt_token_ids or ()),
            "cached_tokens": output.num_cached_tokens or 0,
        }

    def _count_steps(self) -> None:
        """Count steps that ran the model: an engine that only spins makes no progress."""
        core = self._engine.engine_core.engine_core
        step = core.step_fn

        def counted() -> Any:
            outputs, ran_model = step()
            self._progress.steps += bool(ran_model)
            return outputs, ran_model

        core.step_fn = counted


def _check_hub_model(model: str) -> None:
    from transformers import PretrainedConfig

    from .model_folder import refuse_model_code

    content, _ = PretrainedConfig.get_config_dict(model)
    refuse_model_code(content, file_name="config.json", name=model)


def _model_length(model: str) -> int:
    from transformers import PretrainedConfig

    content, _ = PretrainedConfig.get_config_dict(model)
    text = content.get("text_config", content)
    return min(4096, int(text.get("max_position_embeddings", 4096)))


def _grammar_tokenizer(engine: Any, tokenizer: Any) -> Any:
    from vllm.v1.structured_output.backend_guidance import GuidanceBackend

    vocabulary = int(engine.model_config.get_vocab_size())
    return GuidanceBackend._build_ll_tokenizer(tokenizer, vocabulary)


def _schema_error(schema: str, tokenizer: Any) -> str | None:
    """Compile as the engine will, because it turns a failure there into empty strings."""
    import llguidance
    from vllm.v1.structured_output.backend_guidance import serialize_guidance_grammar
    from vllm.v1.structured_output.backend_types import StructuredOutputOptions

    try:
        grammar = serialize_guidance_grammar(
            StructuredOutputOptions.JSON, schema, disable_any_whitespace=True
        )
        matcher = llguidance.LLMatcher(tokenizer, grammar, log_level=0)
        error = matcher.get_error()
    except Exception as failure:  # Whatever the compiler raises, the schema is what is wrong.
        return _one_line(failure)
    return _one_line(error) if error else None


def _one_line(error: object) -> str:
    return " ".join(str(error).split())[:300]


if __name__ == "__main__":
    main()
