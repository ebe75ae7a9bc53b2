"""What a model must not bring along: code of its own, or weights in a format that can run code."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...personas.errors import ModelError


def check_model_folder(folder: Path, *, name: str) -> None:
    """Refuse a local model that is incomplete or could run code.

    Args:
        folder: Where the weights lie.
        name: How messages call the model, so that they hold no path of this machine.

    Raises:
        ModelError: If `config.json` or the safetensors weights are missing or unreadable, or a
            configuration asks for code from the model's repository.
    """
    if not (folder / "config.json").is_file():
        raise ModelError(
            f"model '{name}' has no config.json in its folder; expected a Hugging Face model "
            "folder with config.json, a tokenizer and *.safetensors."
        )
    for file_name in ("config.json", "tokenizer_config.json"):
        path = folder / file_name
        if not path.exists():
            continue
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ModelError(
                f"{file_name} of model '{name}' cannot be read as JSON ({type(error).__name__}); "
                "fetch the model again."
            ) from error
        refuse_model_code(content, file_name=file_name, name=name)
    if not any(folder.glob("*.safetensors")):
        other = sorted(path.name for path in folder.glob("*.bin"))[:1]
        found = f"it has {other[0]}" if other else "it has no weights"
        raise ModelError(
            f"model '{name}' has no *.safetensors file ({found}); pickled weights can run code "
            "and are refused. Convert them with safetensors, or choose another model."
        )


def refuse_model_code(content: Mapping[str, Any], *, file_name: str, name: str) -> None:
    """Raise ModelError if a model's configuration asks for its own Python code."""
    if not isinstance(content, dict) or content.get("auto_map"):
        raise ModelError(
            f"{file_name} of model '{name}' has 'auto_map', which runs Python code from the "
            "model's repository; that is never done here. Choose a model that vLLM knows itself."
        )
