"""A declared population: checked once, then sampled in any window of slots.

`sample(seed, start, stop)` gives the same people for the same seed and slots, however large the
run. A slot that breaks a rule is drawn again as a whole with the next attempt number, so no other
slot moves.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from . import sampling
from .catalogue import Catalogue
from .conditions import Column, holds, references_of
from .config_error import config_error
from .correlated import SolvedGroup, solve_group
from .correlated_config import CorrelatedGroup
from .counted import CountedUnits, read_counted
from .counted_config import CountedAttribute
from .errors import PopulationError
from .population_checks import AttributeInfo, check_population
from .population_config import (
    Attribute,
    BooleanAttribute,
    CategoricalAttribute,
    DerivedAttribute,
    ItemAttribute,
    NumberAttribute,
    PopulationConfig,
)
from .population_file import file_inside, read_population
from .random_stream import uniforms_at
from .safe_yaml import load_yaml

if TYPE_CHECKING:
    import pyarrow as pa

MAX_ATTEMPTS = 200
"""Draws of one slot before giving up; at 10 % acceptance 1 slot in 10^9 needs more."""
_CHUNK_SLOTS = 131_072
"""Slots drawn together; bounds memory, never changes a value."""
_TRIAL_SLOTS = 4_096
"""Slots drawn once when a population is built, to see whether its rules can be kept."""
_GROUP_TRIAL_SLOTS = 32_768
"""Slots from which the coefficients of correlated groups are solved."""
_REFERENCE_SEED = 0
_MIN_ACCEPTANCE = 0.02
"""Share of first draws that must pass the rules; less means the tables contradict the rules."""


@dataclass(frozen=True)
class Population:
    """A population that has passed all checks; build it with `from_file` or `from_config`."""

    config: PopulationConfig
    """What was declared."""
    catalogues: Mapping[str, Catalogue]
    """Catalogue of each item attribute, by the attribute's name."""
    columns: Mapping[str, AttributeInfo]
    """Every column in the order of drawing, hidden ones too."""
    sha256: str
    """Hash of everything that decides who is sampled, packs and catalogues included."""
    groups: Mapping[str, SolvedGroup] = field(default_factory=dict)
    """Correlated groups with their coefficients, by name."""
    pack_files: tuple[str, ...] = ()
    """Names of the pack files, relative to the population file."""
    counted: Mapping[str, CountedUnits] = field(default_factory=dict)
    """Units of each counted attribute, by its name."""

    @classmethod
    def from_file(cls, path: Path) -> Population:
        """Read and check the population file `path`.

        Raises:
            ConfigError: If the file, a pack or a catalogue cannot be read or has a wrong shape.
            PopulationError: If shares, conditions or rules are impossible.
        """
        read = read_population(path)
        return cls._build(read.config, path.parent, read.packs, read.pack_files)

    @classmethod
    def from_config(cls, config: PopulationConfig, *, base_dir: Path) -> Population:
        """Check a population and read its catalogues.

        Args:
            config: The declaration.
            base_dir: Folder in which catalogue files are looked up.

        Raises:
            ConfigError: If a catalogue cannot be read or has a wrong shape.
            PopulationError: If conditions or rules are impossible.
        """
        return cls._build(config, base_dir, {}, ())

    @classmethod
    def _build(
        cls,
        config: PopulationConfig,
        base_dir: Path,
        packs: Mapping[str, str],
        pack_files: tuple[str, ...],
    ) -> Population:
        catalogues = {
            attribute.name: _read_catalogue(base_dir, attribute)
            for attribute in config.attributes
            if isinstance(attribute, ItemAttribute)
        }
        counted = {
            one.name: read_counted(
                file_inside(base_dir, one.file, what=f"attribute '{one.name}': file"), one
            )
            for one in config.attributes
            if isinstance(one, CountedAttribute)
        }
        columns = check_population(config, catalogues, packs=packs, counted=counted)
        sha256 = _sha256(config, catalogues, counted)
        population = cls(config, catalogues, columns, sha256, {}, pack_files, counted)
        population = replace(population, groups=population._solve_groups())
        population._check_acceptance()
        return population

    @property
    def attribute_types(self) -> dict[str, type]:
        """Type of each column of a sample, in order: str, int, float or bool."""
        return {name: info.type for name, info in self.columns.items() if not info.hidden}

    @property
    def catalogue_files(self) -> tuple[str, ...]:
        """Names of the catalogue files, relative to the population file."""
        items = [a for a in self.config.attributes if isinstance(a, ItemAttribute)]
        return tuple(dict.fromkeys(item.catalogue for item in items))

    @property
    def files(self) -> tuple[str, ...]:
        """Names of all files beside the population file that it needs, relative to it."""
        counted = [a.file for a in self.config.attributes if isinstance(a, CountedAttribute)]
        return tuple(dict.fromkeys((*self.pack_files, *self.catalogue_files, *counted)))

    def sample(self, seed: int, start: int, stop: int) -> pa.Table:
        """Return the people of slots `start` to `stop - 1`, one row each, in order.

        Args:
            seed: Seed of the run; another seed gives other people.
            start: First slot, from 0.
            stop: One past the last slot.

        Raises:
            PopulationError: If a slot breaks a rule in each of 200 draws.
        """
        return self._sample(seed, f"population/{self.config.name}", start, stop)

    def reference(self, n: int = 200_000) -> pa.Table:
        """Return `n` people from a stream of their own: what a set is compared with.

        It is the same for every run of this population and shares no number with any sample.
        """
        return self._sample(_REFERENCE_SEED, f"reference/{self.config.name}", 0, n)

    def _sample(self, seed: int, stream: str, start: int, stop: int) -> pa.Table:
        import pyarrow as pa

        if not 0 <= start <= stop:
            raise ValueError(f"slots {start} to {stop}; expected 0 <= start <= stop.")
        tables = []
        for first in range(start, max(stop, start + 1), _CHUNK_SLOTS):
            slots = np.arange(first, min(first + _CHUNK_SLOTS, stop), dtype=np.int64)
            tables.append(self._table(self._draw_until_allowed(seed, stream, slots)))
        return pa.concat_tables(tables)

    def _draw_until_allowed(
        self, seed: int, stream: str, slots: NDArray[np.int64]
    ) -> dict[str, Column]:
        columns = self._draw(seed, stream, slots, attempt=0)
        waiting = np.flatnonzero(self._breaks_a_rule(columns, len(slots)))
        for attempt in range(1, MAX_ATTEMPTS):
            if len(waiting) == 0:
                return columns
            again = self._draw(seed, stream, slots[waiting], attempt=attempt)
            for name, column in again.items():
                columns[name].values[waiting] = column.values
            waiting = waiting[self._breaks_a_rule(again, len(waiting))]
        if len(waiting):
            raise PopulationError(
                f"population '{self.config.name}': slot {int(slots[waiting[0]])} broke a rule in "
                "each of "
                f"{MAX_ATTEMPTS} draws. Move the exclusion from the rules into the conditional "
                "tables."
            )
        return columns

    def _draw(
        self, seed: int, stream: str, slots: NDArray[np.int64], *, attempt: int
    ) -> dict[str, Column]:
        def uniforms(name: str) -> NDArray[np.float64]:
            return uniforms_at(seed, f"{stream}/{name}", slots, attempt=attempt)

        columns: dict[str, Column] = {}
        for attribute in self.config.attributes:
            if isinstance(attribute, CountedAttribute):  # the unit of a slot stays, attempts vary
                columns |= self._units(attribute, seed, stream, slots)
                continue
            columns |= self._draw_one(attribute, columns, uniforms, len(slots))
        return columns

    def _units(
        self, attribute: CountedAttribute, seed: int, stream: str, slots: NDArray[np.int64]
    ) -> dict[str, Column]:
        return self.counted[attribute.name].draw(seed, f"{stream}/{attribute.name}", slots)

    def _draw_one(
        self,
        attribute: Attribute,
        columns: Mapping[str, Column],
        uniforms: sampling.Uniforms,
        n: int,
    ) -> dict[str, Column]:
        match attribute:
            case CategoricalAttribute():
                drawn = sampling.draw_categorical(attribute, columns, uniforms, n)
            case BooleanAttribute():
                drawn = sampling.draw_boolean(attribute, columns, uniforms, n)
            case NumberAttribute():
                drawn = sampling.draw_number(attribute, columns, uniforms, n)
            case DerivedAttribute():
                whole = self.columns[attribute.name].type is int
                drawn = sampling.draw_derived(attribute, columns, n, whole=whole)
            case ItemAttribute():
                catalogue = self.catalogues[attribute.name]
                return sampling.draw_item(attribute, catalogue, columns, uniforms, n)
            case CorrelatedGroup():
                return self.groups[attribute.name].draw(columns, uniforms, n)
            case CountedAttribute():
                raise ValueError(f"'{attribute.name}' is drawn by slot, in _draw.")
        return {attribute.name: drawn}

    def _solve_groups(self) -> dict[str, SolvedGroup]:
        """Solve each correlated group on one trial draw of the attributes above it.

        Rules that speak of these attributes alone are kept, so that the totals are those of the
        people who are sampled.
        """
        attributes = self.config.attributes
        places = [i for i, one in enumerate(attributes) if isinstance(one, CorrelatedGroup)]
        columns: dict[str, Column] = {}
        solved: dict[str, SolvedGroup] = {}
        n = _GROUP_TRIAL_SLOTS

        def uniforms(name: str) -> NDArray[np.float64]:
            return uniforms_at(
                _REFERENCE_SEED, f"trial/{self.config.name}/{name}", np.arange(n, dtype=np.int64)
            )

        for attribute in attributes[: places[-1] + 1] if places else ():
            if isinstance(attribute, CountedAttribute):
                stream = f"trial/{self.config.name}"
                slots = np.arange(n, dtype=np.int64)
                columns |= self._units(attribute, _REFERENCE_SEED, stream, slots)
                continue
            if not isinstance(attribute, CorrelatedGroup):
                columns |= self._draw_one(attribute, columns, uniforms, n)
                continue
            rules = [r for r in self.config.rules if references_of(r.forbid) <= columns.keys()]
            broken = np.zeros(n, dtype=np.bool_)
            for rule in rules:
                broken |= holds(rule.forbid, columns, n)
            if broken.mean() > 1 - _MIN_ACCEPTANCE:  # refused below, with the rules named
                broken[:] = False
            kept = {name: column.taken(~broken) for name, column in columns.items()}
            group = solve_group(
                attribute,
                kept,
                int((~broken).sum()),
                where=f"population '{self.config.name}', correlated group '{attribute.name}'",
            )
            solved[attribute.name] = group
            columns |= group.draw(columns, uniforms, n)
        return solved

    def _breaks_a_rule(self, columns: Mapping[str, Column], n: int) -> NDArray[np.bool_]:
        broken = np.zeros(n, dtype=np.bool_)
        for rule in self.config.rules:
            broken |= holds(rule.forbid, columns, n)
        return broken

    def _check_acceptance(self) -> None:
        slots = np.arange(_TRIAL_SLOTS, dtype=np.int64)
        columns = self._draw(_REFERENCE_SEED, f"trial/{self.config.name}", slots, attempt=0)
        acceptance = 1.0 - float(self._breaks_a_rule(columns, len(slots)).mean())
        if acceptance >= _MIN_ACCEPTANCE:
            return
        fired = Counter(
            {r.name: int(holds(r.forbid, columns, len(slots)).sum()) for r in self.config.rules}
        )
        most = ", ".join(
            f"'{name}' ({count / len(slots):.0%})" for name, count in fired.most_common(3) if count
        )
        raise PopulationError(
            f"population '{self.config.name}': {acceptance:.1%} of {len(slots):,} trial draws "
            "pass the "
            f"rules; at least {_MIN_ACCEPTANCE:.0%} must. Firing most: {most}. "
            "Correct these rules, or the tables that produce what they forbid."
        )

    def _table(self, columns: Mapping[str, Column]) -> pa.Table:
        import pyarrow as pa
        import pyarrow.compute as pc

        arrays = {}
        empty_when = {a.name: a.empty_when for a in self.config.attributes if a.empty_when}
        for name, info in self.columns.items():
            if info.hidden:
                continue
            column = columns[name]
            if column.categories is None:
                arrays[name] = pa.array(column.values, type=_arrow_type(info.type))
            else:
                words = pa.array(column.categories, type=_arrow_type(info.type))
                arrays[name] = words.take(pa.array(column.values))
            if name in empty_when:
                is_empty = holds(empty_when[name], columns, len(column.values))
                nothing = pa.scalar(None, type=arrays[name].type)
                arrays[name] = pc.if_else(pa.array(is_empty), nothing, arrays[name])
        return pa.table(arrays)


def _arrow_type(kind: type) -> Any:
    import pyarrow as pa

    return {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}[kind]


def _read_catalogue(base_dir: Path, attribute: ItemAttribute) -> Catalogue:
    what = f"attribute '{attribute.name}': catalogue"
    path = file_inside(base_dir, attribute.catalogue, what=what)
    try:
        return Catalogue.model_validate(load_yaml(path))
    except ValidationError as error:
        raise config_error(error, model=Catalogue, source=str(path)) from error


def _sha256(
    config: PopulationConfig,
    catalogues: Mapping[str, Catalogue],
    counted: Mapping[str, CountedUnits],
) -> str:
    # Order decides what is drawn, so keys are not sorted; comments and layout do not count.
    content = {
        "config": config.model_dump(mode="json", exclude={"origin"}),
        "catalogues": {name: c.model_dump(mode="json") for name, c in catalogues.items()},
    }
    if counted:
        content["counted"] = {name: units.sha256 for name, units in counted.items()}
    text = json.dumps(content, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
