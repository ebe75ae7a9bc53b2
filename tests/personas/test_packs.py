"""Packs: attributes and rules of another file, put in place, hashed and named in messages."""

from __future__ import annotations

from pathlib import Path

import pytest
from populace.personas.errors import ConfigError
from populace.personas.population import Population
from populace.personas.population_file import read_population

TOWN = """
name: town
version: "1"
attributes:
  - {name: sex, kind: categorical, shares: {female: 0.5, male: 0.5}}
  - pack: packs/mood.yaml
  - {name: smiles, kind: derived, rows: [{when: {mood: good}, value: true}, {value: false}]}
rules:
  - {name: first, forbid: {sex: male, card: true}, reason: x}
"""
PACK = """
name: mood
about: How people feel.
attributes:
  - {name: mood, kind: categorical, rows: [{when: {sex: female}, shares: {good: 0.9, bad: 0.1}},
                                          {shares: {good: 0.5, bad: 0.5}}]}
  - {name: card, kind: boolean, share: 0.5}
rules:
  - {name: no_sad_cards, forbid: {mood: bad, card: true}, reason: x}
"""


@pytest.fixture(name="town")
def _town(tmp_path: Path) -> Path:
    (tmp_path / "packs").mkdir()
    (tmp_path / "packs" / "mood.yaml").write_text(PACK, encoding="utf-8")
    (tmp_path / "town.yaml").write_text(TOWN, encoding="utf-8")
    return tmp_path / "town.yaml"


def test_a_pack_stands_in_its_place_and_brings_its_rules(town: Path) -> None:
    population = Population.from_file(town)
    assert list(population.attribute_types) == ["sex", "mood", "card", "smiles"]
    assert [rule.name for rule in population.config.rules] == ["first", "no_sad_cards"]
    assert population.files == ("packs/mood.yaml",)
    for row in population.sample(1, 0, 500).to_pylist():
        assert not (row["card"] and (row["mood"] == "bad" or row["sex"] == "male"))


def test_the_hash_is_that_of_the_expanded_content(town: Path) -> None:
    before = Population.from_file(town)
    pack = town.parent / "packs" / "mood.yaml"
    pack.write_text(PACK + "# comment\n", encoding="utf-8")
    assert Population.from_file(town).sha256 == before.sha256
    written_out = Population.from_config(read_population(town).config, base_dir=town.parent)
    assert written_out.sha256 == before.sha256
    pack.write_text(PACK.replace("0.9", "0.8").replace("0.1}", "0.2}"), encoding="utf-8")
    assert Population.from_file(town).sha256 != before.sha256


@pytest.mark.parametrize(
    ("pack", "expected"),
    [
        (PACK.replace("shares: {good: 0.9", "share: {good: 0.9"), "packs/mood.yaml: .*'shares'"),
        (PACK.replace("sex: female", "sexx: female"), "of pack 'packs/mood.yaml'.*mean 'sex'"),
        (
            PACK.replace("{mood: bad, card", "{mud: bad, card"),
            "of pack 'packs/mood.yaml' uses 'mud'",
        ),
        (PACK.replace("name: card", "name: sex"), "of pack 'packs/mood.yaml': column 'sex' exists"),
        (PACK.replace("  - {name: card", "  - pack: x.yaml\n  - {name: card"), "another pack"),
        ("- 1", "packs/mood.yaml"),
    ],
)
def test_a_mistake_in_a_pack_names_the_pack(town: Path, pack: str, expected: str) -> None:
    (town.parent / "packs" / "mood.yaml").write_text(pack, encoding="utf-8")
    with pytest.raises(ConfigError, match=f"(?s){expected}"):
        Population.from_file(town)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../mood.yaml", "leaves the folder"),
        ("packs/none.yaml", "does not exist"),
        ("packs/mood.yaml\n  - pack: packs/mood.yaml", "named twice"),
    ],
)
def test_a_pack_that_cannot_be_taken_in_is_refused(town: Path, name: str, expected: str) -> None:
    town.write_text(TOWN.replace("packs/mood.yaml", name), encoding="utf-8")
    with pytest.raises(ConfigError, match=expected):
        Population.from_file(town)
