"""Client of any OpenAI-compatible endpoint, `vllm serve` first of all.

It trusts the endpoint with nothing: no redirect is followed, replies are capped in size and time,
and whatever is not a well-formed answer with the right number of choices is asked for again.
"""

from __future__ import annotations

import asyncio
import os
import random
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import orjson

from ...personas.errors import ConfigError, EngineError
from .config import ServerEngineConfig
from .protocol import (
    Choice,
    Completion,
    EngineDied,
    EngineInfo,
    FinishReason,
    Request,
    RequestRefused,
)

if TYPE_CHECKING:
    import aiohttp

_REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_BAD_REQUEST = (400, 413, 414, 422)
_MAX_BACKOFF_SECONDS = 30.0
_START_TIMEOUT_SECONDS = 30.0


class ServerEngine:
    """An `Engine` that asks a server."""

    def __init__(self, config: ServerEngineConfig) -> None:
        self._config = config
        self.max_in_flight = config.max_in_flight
        self._session: aiohttp.ClientSession | None = None
        self._info: EngineInfo | None = None
        self._model = config.model or ""
        self._slots = asyncio.Semaphore(config.max_in_flight)
        self._n_answers = 0
        self._lock = asyncio.Lock()
        parts = urlsplit(config.base_url)
        self._place = f"{parts.scheme}://{parts.netloc}"

    async def start(self) -> EngineInfo:
        """Reach the endpoint and settle on the model. Idempotent.

        Raises:
            ConfigError: If a `${NAME}` of the configuration is not set in the environment.
            EngineError: If the endpoint cannot be used, with what to do about it.
        """
        async with self._lock:
            if self._info is not None:
                return self._info
            import aiohttp

            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0),
                timeout=aiohttp.ClientTimeout(total=self._config.timeout_seconds),
                headers=_headers(self._config),
                trust_env=False,
                cookie_jar=aiohttp.DummyCookieJar(),
            )
            try:
                notes = await self._settle_model()
            except BaseException:
                await self._end_session()
                raise
            self._info = EngineInfo(kind="server", model=self._model, notes=notes)
            return self._info

    async def complete(self, request: Request) -> Completion:
        """Answer one request, retrying what may be a passing failure."""
        session = self._session
        if session is None:
            raise EngineDied("the server engine is not started; start it, then send again.")
        body = self._body(request)
        async with self._slots:
            answers_before = self._n_answers
            failure = _Failure("it was not asked")
            for attempt in range(self._config.max_retries + 1):
                if attempt:
                    await asyncio.sleep(self._pause_seconds(attempt, failure))
                try:
                    reply = await self._exchange("POST", "/chat/completions", body)
                    completion = _completion(request, reply)
                except _Failure as error:
                    failure = error
                    if failure.is_bad_request:
                        raise RequestRefused(
                            f"request '{request.request_id}' was refused by {self._place}: "
                            f"{failure}. Check its schema and its length."
                        ) from None
                    if failure.is_final:
                        raise EngineError(f"{self._place} cannot be used: {failure}.") from None
                else:
                    self._n_answers += 1
                    return completion
        tries = f"{self._config.max_retries + 1} attempts"
        if self._n_answers > answers_before:
            # The endpoint works; it is this request that it cannot answer.
            raise RequestRefused(
                f"request '{request.request_id}' failed in {tries} at {self._place} while others "
                f"were answered: {failure}."
            )
        raise EngineDied(f"{self._place} gave no usable answer in {tries}: {failure}.")

    async def close(self) -> None:
        """Close all connections."""
        async with self._lock:
            await self._end_session()

    async def _end_session(self) -> None:
        session, self._session, self._info = self._session, None, None
        if session is not None:
            await session.close()
            # One turn of the loop, in which aiohttp's transports go away.
            await asyncio.sleep(0)

    async def _settle_model(self) -> tuple[str, ...]:
        try:
            async with asyncio.timeout(min(_START_TIMEOUT_SECONDS, self._config.timeout_seconds)):
                reply = await self._exchange("GET", "/models", None)
        except TimeoutError as error:
            raise EngineError(
                f"{self._place} did not list its models within {_START_TIMEOUT_SECONDS:g} s; "
                "is it still loading? Check the server's own log."
            ) from error
        except _Failure as failure:
            if failure.status in (404, 405) and self._model:
                return ("the server lists no models; the configured name is taken on trust",)
            raise EngineError(
                f"{self._place} cannot be used: {failure}. Start it, for example with "
                "`vllm serve MODEL --host 127.0.0.1`, or correct engine.base_url "
                f"(now '{self._config.base_url}')."
            ) from None
        names = _model_names(reply)
        if not self._model and len(names) == 1:
            self._model = names[0]
            return (f"model '{self._model}', the only one at the endpoint",)
        if self._model not in names:
            found = f"has no model '{self._model}'" if self._model else "serves several models"
            raise EngineError(
                f"{self._place} {found}; it has {names[:20]}. Set engine.model to one of them."
            )
        return ()

    def _pause_seconds(self, attempt: int, failure: _Failure) -> float:
        pause = min(_MAX_BACKOFF_SECONDS, self._config.backoff_seconds * 2.0 ** (attempt - 1))
        pause = max(pause, min(_MAX_BACKOFF_SECONDS, failure.retry_after_seconds))
        # Jitter keeps many clients apart; it touches the time of an answer, never its content.
        return pause * (0.5 + random.random())

    def _body(self, request: Request) -> bytes:
        sampling = request.sampling
        body: dict[str, Any] = {
            "model": self._model,
            "messages": [
                {"role": message.role, "content": message.content} for message in request.messages
            ],
            "max_tokens": request.max_tokens,
            "n": sampling.n,
            "temperature": sampling.temperature,
            "top_p": sampling.top_p,
        }
        if self._config.vllm_sampling:
            body["min_p"] = sampling.min_p
            body["repetition_penalty"] = sampling.repetition_penalty
            if request.messages and request.messages[-1].role == "assistant":
                body["add_generation_prompt"] = False
                body["continue_final_message"] = True
        if request.json_schema is not None:
            if self._config.structured == "structured_outputs":
                body["structured_outputs"] = {"json": request.json_schema}
            else:
                body["response_format"] = {
                    "type": "json_schema",
                    "json_schema": {
                        "name": "record",
                        "schema": request.json_schema,
                        "strict": True,
                    },
                }
        try:
            return orjson.dumps(body)
        except (TypeError, ValueError, OverflowError, RecursionError) as error:
            raise RequestRefused(
                f"request '{request.request_id}' cannot be serialised ({error}); expected text "
                "without lone surrogates and integers below 2**64."
            ) from error

    async def _exchange(self, method: str, path: str, body: bytes | None) -> Any:
        """Send one HTTP request and return the parsed JSON of a 200 reply, or raise _Failure."""
        import aiohttp

        if self._session is None:
            raise _Failure("the engine was closed")
        try:
            async with self._session.request(
                method,
                self._config.base_url + path,
                data=body,
                headers={"Content-Type": "application/json"} if body is not None else None,
                allow_redirects=False,
            ) as response:
                content = await self._read(response)
                status, retry_after = response.status, response.headers.get("Retry-After", "")
        except TimeoutError:
            raise _Failure(f"no complete answer in {self._config.timeout_seconds:g} s") from None
        except aiohttp.ClientConnectorError as error:
            reason = os.strerror(error.errno) if error.errno and error.errno > 0 else "no address"
            raise _Failure(f"no connection ({reason})") from None
        except (aiohttp.ClientError, ConnectionError, RuntimeError) as error:
            # RuntimeError: the session was closed by a restart while this request waited.
            raise _Failure(f"the connection broke ({type(error).__name__})") from None
        if status != 200:
            raise _status_failure(status, content, retry_after)
        try:
            return orjson.loads(content)
        except ValueError:
            raise _Failure(f"the reply is not JSON ({len(content)} bytes)") from None

    async def _read(self, response: aiohttp.ClientResponse) -> bytes:
        limit = self._config.max_reply_bytes
        content = bytearray()
        async for chunk in response.content.iter_chunked(65536):
            content += chunk
            if len(content) > limit:
                response.close()
                raise _Failure(f"the reply is longer than engine.max_reply_bytes ({limit})")
        return bytes(content)


class _Failure(Exception):
    """One failed exchange: what happened, and whether asking again could help."""

    def __init__(
        self,
        reason: str,
        *,
        status: int = 0,
        is_bad_request: bool = False,
        is_final: bool = False,
        retry_after_seconds: float = 0.0,
    ) -> None:
        super().__init__(reason)
        self.status = status
        self.is_bad_request = is_bad_request
        self.is_final = is_final
        self.retry_after_seconds = retry_after_seconds


def _headers(config: ServerEngineConfig) -> dict[str, str]:
    headers = {name: _resolved(value, f"headers.{name}") for name, value in config.headers.items()}
    if config.api_key is not None:
        headers["Authorization"] = f"Bearer {_resolved(config.api_key, 'api_key')}"
    return headers


def _resolved(value: str, field: str) -> str:
    def lookup(match: re.Match[str]) -> str:
        found = os.environ.get(match.group(1), "").strip()
        if not found:
            raise ConfigError(
                f"engine.{field} names the environment variable {match.group(1)}, which is not "
                "set; export it before the run."
            )
        if not found.isascii() or not found.isprintable():
            raise ConfigError(
                f"the environment variable {match.group(1)} holds characters that no HTTP header "
                "may have; expected printable ASCII."
            )
        return found

    return _REFERENCE.sub(lookup, value)


def _status_failure(status: int, content: bytes, retry_after: str) -> _Failure:
    if status in _BAD_REQUEST:
        return _Failure(f"HTTP {status}{_error_code(content)}", status=status, is_bad_request=True)
    if status in (401, 403):
        reason = f"HTTP {status}, the key is missing or refused (engine.api_key)"
        return _Failure(reason, status=status, is_final=True)
    if 300 <= status < 400:
        reason = f"HTTP {status}, a redirect, and those are never followed"
        return _Failure(reason, status=status, is_final=True)
    if status == 429 or status == 408 or status >= 500:
        seconds = float(retry_after) if retry_after.isdigit() else 0.0
        return _Failure(f"HTTP {status}", status=status, retry_after_seconds=seconds)
    return _Failure(f"HTTP {status}{_error_code(content)}", status=status, is_final=True)


def _error_code(content: bytes) -> str:
    """The server's own words may repeat the prompt, so only its error type is taken over."""
    try:
        error = orjson.loads(content)
        error = error.get("error", error)
        code = error.get("type") or error.get("code")
        if "context length" in str(error.get("message", "")):
            return ", the prompt and max_tokens are longer than the model's context"
        return f", {code[:60]}" if isinstance(code, str) and code.isprintable() else ""
    except (ValueError, AttributeError):
        return ""


def _model_names(reply: Any) -> list[str]:
    try:
        return sorted(str(model["id"]) for model in reply["data"])
    except (TypeError, KeyError, AttributeError):
        return []


def _completion(request: Request, reply: Any) -> Completion:
    """Read an answer, or raise _Failure where it is not one."""
    try:
        listed = reply["choices"]
        if len(listed) != request.sampling.n:
            raise _Failure(f"the reply has {len(listed)} choices, expected {request.sampling.n}")
        usage = reply.get("usage") or {}
        written = int(usage.get("completion_tokens") or 0)
        details = usage.get("prompt_tokens_details") or {}
        share, rest = divmod(written, len(listed))
        choices = []
        for i, item in enumerate(sorted(listed, key=lambda item: int(item.get("index", 0)))):
            text = item["message"].get("content")
            if text is not None and not isinstance(text, str):
                raise TypeError("content")
            reason = _finish_reason(item.get("finish_reason"), text)
            # Servers count the tokens of all choices together; they are shared out evenly.
            choices.append(Choice(text or "", reason, share + (i < rest)))
        return Completion(
            request_id=request.request_id,
            choices=tuple(choices),
            prompt_tokens=int(usage.get("prompt_tokens") or 0),
            cached_tokens=int(details.get("cached_tokens") or 0),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise _Failure("the reply is JSON but not a chat completion") from None


def _finish_reason(reason: object, text: str | None) -> FinishReason:
    if reason == "length":
        return "length"
    return "stop" if reason == "stop" and text is not None else "error"
