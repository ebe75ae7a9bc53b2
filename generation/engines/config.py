"""Engine configurations: one frozen pydantic member per kind, told apart by `kind`.

A secret is only ever named here, as `${ENV_NAME}`; the engine reads the variable when it starts
and nothing stores its value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator

_SECRET = re.compile(r"\$\{[A-Za-z_][A-Za-z0-9_]*\}")
_SECRET_HEADERS = ("authorization", "cookie", "key", "token", "secret")
_CPU_LIST = re.compile(r"[0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*")


class AutoEngineConfig(BaseModel):
    """Let populace choose: vLLM on the accelerator or the CPU, with the named or default model."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    kind: Literal["auto"] = "auto"
    model: str | None = Field(default=None, min_length=1)
    """A path, hub id or packaged name; none takes the packaged default."""


class VllmEngineConfig(BaseModel):
    """vLLM in a supervised child process on this machine."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    kind: Literal["vllm"] = "vllm"
    model: str = Field(min_length=1)
    """A folder with safetensors weights, a hub id, or the name of a packaged model."""
    dtype: Literal["auto", "bfloat16", "float16", "float32"] = "auto"
    """Data type of the weights in memory; `auto` takes the one they are stored in."""
    max_model_len: int | None = Field(default=None, ge=64)
    """Longest prompt plus completion in tokens; none takes 4096 or the model's own if smaller."""
    max_num_seqs: int | None = Field(default=None, ge=1)
    """Sequences decoded together; none takes 64 on a CPU and 1024 on an accelerator."""
    max_num_batched_tokens: int | None = Field(default=None, ge=64)
    """Tokens per engine step; none takes 2048 on a CPU and 16384 on an accelerator."""
    gpu_memory_utilization: float = Field(default=0.92, gt=0.0, le=1.0)
    """Share of accelerator memory that vLLM may take; unused on a CPU."""
    kv_cache_gib: int | None = Field(default=None, ge=1)
    """GiB of key-value cache; none takes 1 on a CPU and what is left on an accelerator."""
    quantization: str | None = None
    """vLLM's name of a quantization, such as `fp8`; none takes what the model declares."""
    tensor_parallel_size: int = Field(default=1, ge=1)
    """Accelerators that share one copy of the model; must be 1 on a CPU."""
    enforce_eager: bool | None = None
    """Skip graph compilation; none means yes on a CPU (4 to 11 times quicker start), else no."""
    threads: str | int = "auto"
    """CPU threads: `auto` measures the load at start, a count, or a CPU list such as `0-3,6`."""
    logprobs: bool = False
    """Fill `Choice.cumulative_logprob`; costs a pass over the vocabulary for each token."""
    start_timeout_seconds: float = Field(default=900.0, gt=0.0)
    """Time to load before the start counts as failed; a first hub download is inside it."""
    progress_timeout_seconds: float = Field(default=180.0, gt=0.0)
    """With requests in flight and no step done for so long the engine is killed and restarted."""

    @field_validator("threads")
    @classmethod
    def _threads_are_a_count_or_a_list(cls, threads: str | int) -> str | int:
        if isinstance(threads, int):
            if threads < 1:
                raise ValueError(f"threads is {threads}; expected 'auto', a count >= 1, or '0-3,6'")
        elif threads != "auto" and not _CPU_LIST.fullmatch(threads):
            raise ValueError(f"threads is {threads!r}; expected 'auto', a count >= 1, or '0-3,6'")
        return threads


class ServerEngineConfig(BaseModel):
    """Any OpenAI-compatible endpoint; `vllm serve` is the one we test against."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    kind: Literal["server"] = "server"
    base_url: str
    """Address up to and including `/v1`; http or https, without user name, query or fragment."""
    model: str | None = Field(default=None, min_length=1)
    """The model's name on the server; none takes the only one that it serves."""
    api_key: str | None = None
    """The environment variable that holds the key, as `${NAME}`; sent as a bearer token."""
    headers: Mapping[str, str] = Field(default_factory=dict)
    """Further request headers; a secret value must be a `${NAME}` reference."""
    timeout_seconds: float = Field(default=300.0, gt=0.0)
    """Time for one answer, from connecting to the last byte."""
    max_in_flight: int = Field(default=256, ge=1)
    """Requests held open at once."""
    max_retries: int = Field(default=4, ge=0)
    """Further attempts after 429, 5xx, a broken connection, or an unusable reply."""
    backoff_seconds: float = Field(default=0.5, ge=0.0)
    """Wait before the first retry; doubles each time up to 30 s, with random jitter."""
    max_reply_bytes: int = Field(default=16 * 2**20, ge=1024)
    """A longer reply is cut off and counts as unusable."""
    structured: Literal["response_format", "structured_outputs"] = "response_format"
    """How the JSON Schema is sent: OpenAI's `response_format` or vLLM's `structured_outputs`."""
    vllm_sampling: bool = True
    """Send vLLM's `min_p`, `repetition_penalty` and `continue_final_message`, which other
    servers may refuse."""

    @field_validator("base_url")
    @classmethod
    def _base_url_is_plain(cls, base_url: str) -> str:
        parts = urlsplit(base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("base_url must be like http://127.0.0.1:8000/v1 (http or https)")
        if parts.username is not None or parts.password is not None:
            raise ValueError("base_url holds a user name or password; use api_key: ${NAME} instead")
        if parts.query or parts.fragment:
            raise ValueError("base_url must not have a query or a fragment")
        path = parts.path.rstrip("/") or "/v1"
        return f"{parts.scheme}://{parts.netloc}{path}"

    @field_validator("api_key")
    @classmethod
    def _api_key_is_a_reference(cls, api_key: str | None) -> str | None:
        # The value is not repeated: somebody may have pasted the key itself.
        if api_key is not None and not _SECRET.fullmatch(api_key):
            raise ValueError("api_key must name an environment variable, like ${OPENAI_API_KEY}")
        return api_key

    @field_validator("headers")
    @classmethod
    def _secret_headers_are_references(cls, headers: Mapping[str, str]) -> Mapping[str, str]:
        for name, value in headers.items():
            if any(word in name.lower() for word in _SECRET_HEADERS) and not _SECRET.search(value):
                raise ValueError(f"header {name!r} looks secret; give its value as ${{NAME}}")
        return headers


class ScriptedEngineConfig(BaseModel):
    """A fake engine for dry runs and tests: no model, schema-valid words, faults on request.

    Every rate is decided by the request's id alone, so the same plan meets the same faults in any
    order, at any window size, and after any number of resumes.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    kind: Literal["scripted"] = "scripted"
    seed: int = 0
    """Changes all texts and which requests meet a fault."""
    max_in_flight: int = Field(default=256, ge=1)
    """The window that the run loop keeps open by default."""
    delay_ms: float = Field(default=0.0, ge=0.0)
    """Mean time to an answer in milliseconds."""
    jitter: float = Field(default=0.0, ge=0.0, le=1.0)
    """Spread of the delay around its mean, as a ratio of it."""
    order: Literal["as_sent", "late", "shuffled"] = "as_sent"
    """`late` delays one request in twenty tenfold; `shuffled` spreads answers over two delays."""
    truncated_rate: float = Field(default=0.0, ge=0.0, le=1.0)
    """Share of choices cut off with finish reason `length`."""
    invalid_rate: float = Field(default=0.0, ge=0.0, le=1.0)
    """Share of choices that break JSON or the schema, in turn in seven ways."""
    empty_rate: float = Field(default=0.0, ge=0.0, le=1.0)
    """Share of choices that are empty with finish reason `stop`."""
    duplicate_rate: float = Field(default=0.0, ge=0.0, le=1.0)
    """Share of choices that repeat one of eight texts word for word."""
    never_rate: float = Field(default=0.0, ge=0.0, le=1.0)
    """Share of requests that are never answered."""
    refuse_rate: float = Field(default=0.0, ge=0.0, le=1.0)
    """Share of requests that are refused for good."""
    die_rate: float = Field(default=0.0, ge=0.0, le=1.0)
    """Share of requests that kill the engine the first time they are sent."""
    poison_rate: float = Field(default=0.0, ge=0.0, le=1.0)
    """Share of requests that kill the engine every time they are sent."""
    replies: str | None = None
    """JSON-lines file of exact answers: `{"request_id": ..., "text": ...}`; other requests get
    generated text. `finish_reason` is optional, `choices` may stand in place of `text`."""


EngineConfig = Annotated[
    AutoEngineConfig | VllmEngineConfig | ServerEngineConfig | ScriptedEngineConfig,
    Field(discriminator="kind"),
]
"""What a run's `engine:` section may hold."""
