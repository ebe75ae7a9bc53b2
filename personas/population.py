"""A declared population: checked once, then sampled in any window of slots.

`sample(seed, start, stop)` gives the same people for the same seed and slots, however large the
run. A slot that breaks a rule is drawn again as a whole with the next attempt number, so no other
slot moves.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from . import sampling
from .attribute_info import AttributeInfo
from .catalogue import Catalogue
from .conditions import Column, holds, references_of
from .config_error import config_error
from .correlated import SolvedGroup, solve_group
from .correlated_config import CorrelatedGroup
from .counted import CountedSampler, CountedUnits, read_counted
from .counted_config import CountedAttribute
from .errors import PopulationError
from .item_sampling import ItemSampler
from .population_checks import check_population
from .population_config import (
    BooleanAttribute,
    CategoricalAttribute,
    DerivedAttribute,
    ItemAttribute,
    NumberAttribute,
    PopulationConfig,
)
from .population_file import file_inside, read_population
from .random_stream import SlotNumbers
from .safe_yaml import load_yaml
from .sampling import Sampler

if TYPE_CHECKING:
    import pyarrow as pa

    from .conditioned import ConditionedPopulation

MAX_ATTEMPTS = 200
"""Draws of one slot before giving up; at 10 % acceptance 1 slot in 10^9 needs more."""
CHUNK_SLOTS = 32_768
"""Slots drawn together, whole blocks; bounds memory, never changes a value."""
BLOCK_SLOTS = 2_048
"""Slots over which the first draws are spread evenly; changes who is sampled."""
_TRIAL_SLOTS = 4_096
"""Slots drawn once when a population is built, to see whether its rules can be kept."""
_GROUP_TRIAL_SLOTS = 32_768
"""Slots from which the coefficients of correlated groups are solved."""
REFERENCE_SEED = 0
"""Seed of all draws that belong to the population and to no run."""
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
    samplers: tuple[Sampler, ...]
    """What draws each attribute, in order; correlated groups are solved in it."""
    pack_files: tuple[str, ...] = ()
    """Names of the pack files, relative to the population file."""

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
        samplers = compile_samplers(config, catalogues, columns, counted)
        population = cls(config, catalogues, columns, sha256, samplers, pack_files)
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
        return whole_table(self.stream(seed, start, stop))

    def stream(self, seed: int, start: int, stop: int) -> Iterator[pa.Table]:
        """Yield what `sample` returns in consecutive tables of at most 32,768 rows.

        A million people need no more memory than the largest table.
        """
        yield from self._stream(seed, f"population/{self.config.name}", start, stop)

    def reference(self, n: int = 200_000) -> pa.Table:
        """Return `n` people from a stream of their own: what a set is compared with.

        It is the same for every run of this population and shares no number with any sample.
        """
        stream = f"reference/{self.config.name}"
        return whole_table(self._stream(REFERENCE_SEED, stream, 0, n))

    def where(self, conditions: Mapping[str, Any]) -> ConditionedPopulation:
        """Return the population of those people to whom all `conditions` apply.

        Args:
            conditions: By column, as in a `when` of the population file:
                `{"sex": "female", "age": {"at_least": 65}}`.

        Raises:
            ConfigError: If a condition is no condition.
            PopulationError: If a column or value does not exist, or nobody fits.
        """
        from .conditioned import ConditionedPopulation

        return ConditionedPopulation.of(self, conditions)

    def draw(
        self,
        numbers: SlotNumbers,
        *,
        only: Container[str] | None = None,
        above: Mapping[str, Column] | None = None,
    ) -> dict[str, Column]:
        """Draw columns from `numbers`, whatever the rules say.

        Args:
            numbers: The slots and their numbers.
            only: Columns that are wanted, with all that they depend on; None for every column.
            above: Columns of these slots that are drawn already.
        """
        columns = dict(above or {})
        for sampler in self.samplers:
            if sampler.outputs[0] in columns:
                continue
            if only is None or any(name in only for name in sampler.outputs):
                columns |= sampler.draw(columns, numbers)
        return columns

    def broken_rules(
        self, columns: Mapping[str, Column], n: int, *, known: Container[str] | None = None
    ) -> NDArray[np.bool_]:
        """Return for each of `n` slots whether it breaks a rule.

        Args:
            columns: What was drawn.
            n: Number of slots.
            known: Judge only rules about these columns; None for every rule.
        """
        broken = np.zeros(n, dtype=np.bool_)
        for rule in self.config.rules:
            if known is None or all(name in known for name in references_of(rule.forbid)):
                broken |= holds(rule.forbid, columns, n)
        return broken

    @property
    def counted_columns(self) -> frozenset[str]:
        """Columns that counted units settle."""
        found = [s.outputs for s in self.samplers if isinstance(s, CountedSampler)]
        return frozenset(name for outputs in found for name in outputs)

    def counted_of(
        self, columns: Mapping[str, Column], where: NDArray[np.int64]
    ) -> dict[str, Column]:
        """Return the counted columns of some slots: drawn again, a slot keeps its unit."""
        return {name: columns[name].taken(where) for name in self.counted_columns}

    def depends_on(self, names: Iterable[str]) -> frozenset[str]:
        """Return `names` and every column above them that has a say in them."""
        found = set(names)
        for sampler in reversed(self.samplers):
            if not found.isdisjoint(sampler.outputs):
                found |= {*sampler.outputs, *sampler.inputs}
        return frozenset(found)

    def to_table(self, columns: Mapping[str, Column]) -> pa.Table:
        """Return drawn columns as a table, without the hidden ones."""
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

    def _stream(self, seed: int, stream: str, start: int, stop: int) -> Iterator[pa.Table]:
        for first, last in windows(start, stop, step=CHUNK_SLOTS):
            yield self.to_table(self._draw_until_allowed(seed, stream, first, last))

    def _draw_until_allowed(
        self, seed: int, stream: str, start: int, stop: int
    ) -> dict[str, Column]:
        first, last = start // BLOCK_SLOTS * BLOCK_SLOTS, -(-stop // BLOCK_SLOTS) * BLOCK_SLOTS
        blocks = SlotNumbers(seed, stream, np.arange(first, last), block_slots=BLOCK_SLOTS)
        window = slice(start - first, stop - first)
        columns = {
            name: Column(column.values[window].copy(), column.categories)
            for name, column in self.draw(blocks).items()
        }
        slots = np.arange(start, stop)
        waiting = np.flatnonzero(self.broken_rules(columns, len(slots)))
        for attempt in range(1, MAX_ATTEMPTS):
            if len(waiting) == 0:
                return columns
            numbers = SlotNumbers(seed, stream, slots[waiting], attempt)
            again = self.draw(numbers, above=self.counted_of(columns, waiting))
            for name, column in again.items():
                columns[name].values[waiting] = column.values
            waiting = waiting[self.broken_rules(again, len(waiting))]
        if len(waiting):
            raise PopulationError(
                f"population '{self.config.name}': slot {int(slots[waiting[0]])} broke a rule in "
                f"each of {MAX_ATTEMPTS} draws. Move the exclusion from the rules into the "
                "conditional tables."
            )
        return columns

    def _check_acceptance(self) -> None:
        slots = np.arange(_TRIAL_SLOTS)
        columns = self.draw(SlotNumbers(REFERENCE_SEED, f"trial/{self.config.name}", slots))
        acceptance = 1.0 - float(self.broken_rules(columns, len(slots)).mean())
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
            f"pass the rules; at least {_MIN_ACCEPTANCE:.0%} must. Firing most: {most}. "
            "Correct these rules, or the tables that produce what they forbid."
        )


def compile_samplers(
    config: PopulationConfig,
    catalogues: Mapping[str, Catalogue],
    known: Mapping[str, AttributeInfo],
    counted: Mapping[str, CountedUnits],
) -> tuple[Sampler, ...]:
    """Return a sampler for each attribute, in order.

    Correlated groups are solved on one trial draw of the attributes above them. Rules that speak
    of these alone are kept in it, so that the totals are those of the people who are sampled.

    Raises:
        PopulationError: If the totals of a correlated group are impossible.
    """
    samplers: list[Sampler] = []
    trial: dict[str, Column] = {}
    numbers = SlotNumbers(
        REFERENCE_SEED,
        f"trial/{config.name}",
        np.arange(_GROUP_TRIAL_SLOTS),
        block_slots=BLOCK_SLOTS,
    )
    groups = [i for i, one in enumerate(config.attributes) if isinstance(one, CorrelatedGroup)]
    for position, attribute in enumerate(config.attributes):
        sampler: Sampler
        match attribute:
            case CategoricalAttribute():
                sampler = sampling.CategoricalSampler(attribute, known)
            case BooleanAttribute():
                sampler = sampling.BooleanSampler(attribute, known)
            case NumberAttribute():
                sampler = sampling.NumberSampler(attribute, known)
            case DerivedAttribute():
                whole = known[attribute.name].type is int
                sampler = sampling.DerivedSampler(attribute, known, whole=whole)
            case ItemAttribute():
                sampler = ItemSampler(attribute, catalogues[attribute.name], known)
            case CorrelatedGroup():
                sampler = _solve(attribute, config, trial)
            case CountedAttribute():
                sampler = CountedSampler(attribute.name, counted[attribute.name])
        samplers.append(sampler)
        if groups and position < groups[-1]:
            trial |= sampler.draw(trial, numbers)
    return tuple(samplers)


def _solve(
    group: CorrelatedGroup, config: PopulationConfig, trial: Mapping[str, Column]
) -> SolvedGroup:
    broken = np.zeros(_GROUP_TRIAL_SLOTS, dtype=np.bool_)
    for rule in config.rules:
        if references_of(rule.forbid) <= trial.keys():
            broken |= holds(rule.forbid, trial, len(broken))
    if broken.mean() > 1 - _MIN_ACCEPTANCE:  # refused later, with the rules named
        broken[:] = False
    return solve_group(
        group,
        {name: column.taken(~broken) for name, column in trial.items()},
        int((~broken).sum()),
        where=f"population '{config.name}', correlated group '{group.name}'",
    )


def windows(start: int, stop: int, *, step: int) -> Iterator[tuple[int, int]]:
    """Yield consecutive windows that end at multiples of `step`; one empty window for none.

    Raises:
        ValueError: If `start` is negative or past `stop`.
    """
    if not 0 <= start <= stop:
        raise ValueError(f"slots {start} to {stop}; expected 0 <= start <= stop.")
    if start == stop:
        yield start, stop
    while start < stop:
        end = min(stop, (start // step + 1) * step)
        yield start, end
        start = end


def whole_table(tables: Iterable[pa.Table]) -> pa.Table:
    """Return consecutive tables as one."""
    import pyarrow as pa

    return pa.concat_tables(tables)


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
