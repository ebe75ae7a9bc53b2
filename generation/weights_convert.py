"""Convert one GGUF file to plain bfloat16 safetensors with config and tokenizer.

vLLM's CPU build has no GGUF kernels, so the weights are unpacked once. Tensors are unpacked in
blocks of rows and written as they come: 1.5 billion parameters take 2.5 GB at the peak, 1.1 of it
the mapped file, where loading the whole model through transformers took 5.8 GB.
The tokenizer, its chat template and the config are read by transformers.

`convert_in_child` runs this module as its own process, so that torch and its threads never enter
the caller.
"""

from __future__ import annotations

import json
import os
import re
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..personas.errors import ModelError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SUPPORTED_ARCHITECTURES = {
    "llama": "LlamaForCausalLM",
    "qwen2": "Qwen2ForCausalLM",
    "qwen3": "Qwen3ForCausalLM",
}
"""GGUF architecture to the class that vLLM and transformers load it with."""

ROWS_PER_BLOCK = 2048
"""Rows unpacked at a time: some ten megabytes, so the temporaries of unpacking stay in cache."""


def convert_in_child(
    gguf_path: Path, directory: Path, *, progress: Callable[[int, int], None] | None = None
) -> None:
    """Convert `gguf_path` into `directory` in a process of its own.

    Args:
        gguf_path: A file whose hash has been checked.
        directory: Existing, empty; receives model.safetensors, config and tokenizer files.
        progress: Called with bytes written and bytes to write.

    Raises:
        ModelError: If the file cannot be converted; holds the last line the child said.
    """
    package = __name__.rsplit(".", 1)[0]
    child = subprocess.Popen(
        [sys.executable, "-c", _CHILD.format(package=package), str(gguf_path), str(directory)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"TRANSFORMERS_VERBOSITY": "error", "HF_HUB_OFFLINE": "1"},
    )
    with ThreadPoolExecutor(1) as reader, child:
        errors = reader.submit(child.stderr.read if child.stderr else str)
        for line in child.stdout or ():
            if progress is not None and line.startswith("written "):
                _, done, total = line.split()
                progress(int(done), int(total))
        last_words = errors.result().strip().splitlines()
    if child.returncode != 0:
        reason = last_words[-1] if last_words else f"exit status {child.returncode}"
        if child.returncode == -9:
            reason = "it was killed, most likely for want of memory; about 3 GB must be free"
        raise ModelError(f"{gguf_path.name} could not be converted to safetensors: {reason}")


_CHILD = "import sys; from {package}.weights_convert import _main; sys.exit(_main(sys.argv[1:]))"


def convert(
    gguf_path: Path, directory: Path, *, progress: Callable[[int, int], None] | None = None
) -> None:
    """Convert in this process; see `convert_in_child`."""
    from gguf import GGUFReader

    try:
        reader = GGUFReader(gguf_path)
        architecture = str(reader.fields["general.architecture"].contents())
    except (ValueError, KeyError, IndexError, OSError) as error:
        raise ModelError(f"{gguf_path.name} is not a readable GGUF file ({error})") from error
    if architecture not in SUPPORTED_ARCHITECTURES:
        raise ModelError(
            f"{gguf_path.name} holds a model of architecture {architecture!r}; the converter "
            f"knows {', '.join(sorted(SUPPORTED_ARCHITECTURES))}. Give a safetensors directory."
        )
    config = _write_config_and_tokenizer(gguf_path, directory, architecture)
    tensors = {_safetensors_name(tensor.name): tensor for tensor in reader.tensors}
    _check_complete(gguf_path, set(tensors), config)
    _write_safetensors(directory / "model.safetensors", tensors, architecture, config, progress)


def _main(arguments: Sequence[str]) -> int:
    """Convert and say the bytes written, line by line, on standard output."""

    def say(done: int, total: int) -> None:
        sys.stdout.write(f"written {done} {total}\n")
        sys.stdout.flush()

    try:
        convert(Path(arguments[0]), Path(arguments[1]), progress=say)
    except ModelError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _write_config_and_tokenizer(
    gguf_path: Path, directory: Path, architecture: str
) -> dict[str, Any]:
    from transformers import AutoConfig, AutoTokenizer

    source = {"pretrained_model_name_or_path": str(gguf_path.parent), "gguf_file": gguf_path.name}
    config = AutoConfig.from_pretrained(**source)
    config.architectures = [SUPPORTED_ARCHITECTURES[architecture]]
    config.dtype = "bfloat16"
    if hasattr(config, "quantization_config"):
        del config.quantization_config
    config.save_pretrained(directory)
    AutoTokenizer.from_pretrained(**source).save_pretrained(directory)
    generation = {"bos_token_id": config.bos_token_id, "eos_token_id": config.eos_token_id}
    (directory / "generation_config.json").write_text(json.dumps(generation) + "\n", "utf-8")
    written: dict[str, Any] = json.loads((directory / "config.json").read_text("utf-8"))
    return written


_LAYER_NAMES = {
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "attn_q_norm": "self_attn.q_norm",
    "attn_k_norm": "self_attn.k_norm",
    "attn_norm": "input_layernorm",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}
_TOP_NAMES = {
    "token_embd.weight": "model.embed_tokens.weight",
    "output_norm.weight": "model.norm.weight",
    "output.weight": "lm_head.weight",
}


def _safetensors_name(gguf_name: str) -> str:
    """Return the name a tensor has in a transformers checkpoint."""
    if gguf_name in _TOP_NAMES:
        return _TOP_NAMES[gguf_name]
    match = re.fullmatch(r"blk\.(\d+)\.(\w+)\.(weight|bias)", gguf_name)
    if match is None or match[2] not in _LAYER_NAMES:
        # Among them rope_freqs: a scaling that the config written here would lose.
        raise ModelError(
            f"tensor {gguf_name!r} has no place in a dense llama or qwen model. "
            "Give a safetensors directory of this model instead."
        )
    return f"model.layers.{match[1]}.{_LAYER_NAMES[match[2]]}.{match[3]}"


def _check_complete(gguf_path: Path, names: set[str], config: dict[str, Any]) -> None:
    needed = {"model.embed_tokens.weight", "model.norm.weight"}
    for layer in range(config["num_hidden_layers"]):
        needed |= {
            f"model.layers.{layer}.{part}.weight"
            for key, part in _LAYER_NAMES.items()
            if key not in ("attn_q_norm", "attn_k_norm")
        }
    if missing := sorted(needed - names):
        raise ModelError(
            f"{gguf_path.name} lacks {len(missing)} tensors that its config asks for, "
            f"the first is {missing[0]}. The file is incomplete; fetch it again."
        )


def _write_safetensors(
    path: Path,
    tensors: dict[str, Any],
    architecture: str,
    config: dict[str, Any],
    progress: Callable[[int, int], None] | None,
) -> None:
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    total = 0
    for name, tensor in tensors.items():
        shape = [int(size) for size in reversed(tensor.shape)]  # GGUF counts from the inside out
        size_bytes = 2 * int(tensor.n_elements)
        header[name] = {
            "dtype": "BF16",
            "shape": shape,
            "data_offsets": [total, total + size_bytes],
        }
        total += size_bytes
    encoded = json.dumps(header).encode()
    encoded += b" " * (-len(encoded) % 8)
    done = 0
    with path.open("wb") as file, ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        file.write(struct.pack("<Q", len(encoded)) + encoded)
        for tensor in tensors.values():
            heads = _heads_to_unpermute(tensor.name, architecture, config)
            for block in _bfloat16_blocks(tensor, heads, pool):
                file.write(block)
                done += len(block)
                if progress is not None:
                    progress(done, total)
        file.flush()
        os.fsync(file.fileno())


def _heads_to_unpermute(name: str, architecture: str, config: dict[str, Any]) -> int | None:
    """Return the heads whose rotary halves llama.cpp interleaved in this tensor, or None."""
    if architecture != "llama":
        return None
    if name.endswith("attn_q.weight"):
        return int(config["num_attention_heads"])
    if name.endswith("attn_k.weight"):
        return int(config["num_key_value_heads"])
    return None


def _bfloat16_blocks(tensor: Any, heads: int | None, pool: ThreadPoolExecutor) -> Iterator[bytes]:
    """Yield the tensor's values in row order, unpacked and rounded to bfloat16."""
    import numpy as np
    from gguf import dequantize

    def unpack(rows: NDArray[Any]) -> bytes:
        return _round_to_bfloat16(dequantize(rows, tensor.tensor_type)).tobytes()

    packed: NDArray[Any] = tensor.data
    if heads is not None:
        # Rows of one head are (half, 2) in the file and (2, half) in a transformers checkpoint;
        # a packed row is permuted whole.
        n_rows = packed.shape[0]
        order = np.arange(n_rows).reshape(heads, n_rows // heads // 2, 2).swapaxes(1, 2).ravel()
        packed = packed[order]
    starts = range(0, packed.shape[0], ROWS_PER_BLOCK)
    blocks = [packed[start : start + ROWS_PER_BLOCK] for start in starts]
    for first in range(0, len(blocks), 8):  # a few at a time: `map` alone would hold them all
        yield from pool.map(unpack, blocks[first : first + 8])


def _round_to_bfloat16(values: NDArray[np.float32]) -> NDArray[np.uint16]:
    """Round to the nearest bfloat16, ties to even, as torch does; returns the bit patterns."""
    import numpy as np

    bits = np.ascontiguousarray(values, dtype=np.float32).view(np.uint32)
    lowest_kept_bit = (bits >> np.uint32(16)) & np.uint32(1)
    rounded = (bits + np.uint32(0x7FFF) + lowest_kept_bit) >> np.uint32(16)
    return rounded.astype(np.uint16)
