"""`populace synthesise`: files written, figures printed, nothing replaced unasked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from populace.generation.synthesise_command import synthesise_households
from populace.personas.errors import ConfigError
from populace.personas.population import Population

EXAMPLE = Path(__file__).resolve().parents[2] / "configs/populations/synthesis_example"


def run(out: Path, *, overwrite: bool = False, json: bool = False) -> None:
    synthesise_households(
        EXAMPLE / "seed_households.csv", controls=EXAMPLE / "controls.yaml", out=out, tables=None,
        weight=None, k=11, seed=0, overwrite=overwrite, quiet=False, json=json,
    )  # fmt: skip


def test_a_folder_gets_the_population_named_in_the_controls(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(tmp_path / "out", json=True)
    event = json.loads(capsys.readouterr().out)
    assert event["households"] == 432
    assert all(one["exact_ratio"] == 1.0 for one in event["controls"])
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [
        "valley.counts.csv", "valley.yaml",
    ]  # fmt: skip
    assert Population.from_file(tmp_path / "out/valley.yaml").sample(1, 0, 432).num_rows == 432
    with pytest.raises(ConfigError, match=r"valley\.yaml exists; name another --out"):
        run(tmp_path / "out")
    run(tmp_path / "out/valley.yaml", overwrite=True)
    printed = capsys.readouterr()
    assert "432 households" in printed.out
    assert "12 persons in 1 areas are more" in printed.err
