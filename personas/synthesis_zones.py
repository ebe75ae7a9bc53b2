"""Read zone tables and make their totals agree: in go files, out come whole numbers that add up.

What is changed is counted, and reported; what is too far apart is refused. Zones with their
household total decide: categories are scaled to it, and so are the totals of larger zones.
"""

from __future__ import annotations

import csv
import gzip
import io
import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .errors import PopulationError
from .near_name import near_name
from .synthesis_config import Control, SynthesisConfig, Tolerance, ZoneTable


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What was done to make the totals of a control agree."""

    control: str
    """Control, or `households`."""
    zones: str
    """Geography."""
    n_zones: int
    """Zones in which something changed."""
    largest: float
    """Largest change of a zone's sum, in households."""
    why: str
    """What did not fit."""

    def text(self) -> str:
        """Return it as a sentence."""
        return (
            f"{self.control} of {self.zones}: {self.why} in {self.n_zones:,} zones, "
            f"at most {self.largest:.6g}"
        )


@dataclass(frozen=True, slots=True)
class Zones:
    """The zones of one geography with totals that agree."""

    name: str
    """Name of the geography."""
    codes: tuple[str, ...]
    """Code of each zone, in the order of the table."""
    parent: NDArray[np.int64]
    """Shape (zones,): position of the zone it lies in; all 0 without a larger geography."""
    households: NDArray[np.int64]
    """Shape (zones,)."""
    controls: dict[str, NDArray[np.int64]]
    """Totals of each control, shape (zones, categories) or (zones, categories, categories)."""
    persons: NDArray[np.int64] | None = None
    """Shape (zones,), if given here."""


@dataclass(frozen=True, slots=True)
class _Table:
    where: str
    header: list[str]
    rows: list[list[str]]

    def column(self, name: str, what: str) -> list[str]:
        if name not in self.header:
            near = near_name(name, self.header)
            hint = f" Did you mean '{near}'?" if near else f" It has {self.header}."
            raise PopulationError(f"{self.where} has no column '{name}' ({what}).{hint}")
        at = self.header.index(name)
        return [row[at].strip() for row in self.rows]

    def numbers(self, name: str, what: str, codes: Sequence[str]) -> NDArray[np.float64]:
        found = []
        for code, cell in zip(codes, self.column(name, what), strict=True):
            try:
                number = float(cell)
            except ValueError:
                number = math.nan
            if not math.isfinite(number):
                kind = "is empty" if not cell else "holds no number"
                raise PopulationError(
                    f"{self.where}: column '{name}' ({what}) {kind} in zone {code!r}; "
                    "expected a number of 0 or more. Write 0 for none."
                )
            if number < 0:
                raise PopulationError(
                    f"{self.where}: column '{name}' ({what}) is negative in zone {code!r}; "
                    "expected 0 or more. Correct the table."
                )
            found.append(number)
        return np.array(found)


def read_zones(
    config: SynthesisConfig, folder: Path
) -> tuple[Zones, Zones | None, list[Adjustment]]:
    """Read the zone tables of a controls file and make them agree.

    Args:
        config: The controls file.
        folder: Its folder.

    Returns:
        The smaller zones, the larger ones if there are any, and what was adjusted.

    Raises:
        PopulationError: If a table cannot be used, or totals disagree beyond the tolerance.
    """
    adjusted: list[Adjustment] = []
    tables = [_read(folder / one.file) for one in config.zones]
    codes = [_codes(table, one) for table, one in zip(tables, config.zones, strict=True)]
    small = config.zones[0]
    if len(tables) == 2:
        names = tables[0].column(small.parent or "", f"parent of zones '{small.name}'")
        parent = _places(names, codes, tables, config)
    else:
        parent = np.zeros(len(codes[0]), dtype=np.int64)
    wanted = tables[0].numbers(small.households, "households", codes[0])
    households = _whole_within(wanted, parent)
    _note(adjusted, "households", small.name, households - wanted, "not whole, rounded")
    large_households: NDArray[np.int64] | None = None
    if len(tables) == 2:
        large = config.zones[1]
        stated = tables[1].numbers(large.households, "households", codes[1])
        large_households = np.bincount(parent, households, len(codes[1])).astype(np.int64)
        _check(stated, large_households, codes[1], large, "households", config.tolerance,
               f"the sum of the zones '{small.name}' in it")  # fmt: skip
        _note(adjusted, "households", large.name, large_households - stated,
              f"another total than the '{small.name}' in it, whose sum was taken,")  # fmt: skip
    found: list[Zones] = []
    for level, one in enumerate(config.zones):
        total = households if level == 0 else large_households
        if total is None:
            continue
        controls = {
            control.name: _control(control, one, tables[level], codes[level], total,
                                   config.tolerance, adjusted)
            for control in config.controls if control.zones == one.name
        }  # fmt: skip
        persons = None
        if config.persons is not None and config.persons.zones == one.name:
            numbers = tables[level].numbers(config.persons.total, "persons", codes[level])
            persons = np.floor(numbers + 0.5).astype(np.int64)
            _note(adjusted, "persons", one.name, persons - numbers, "not whole, rounded")
        above = parent if level == 0 else np.zeros(len(codes[1]), dtype=np.int64)
        found.append(Zones(one.name, tuple(codes[level]), above, total, controls, persons))
    if households.sum() == 0:
        raise PopulationError(
            f"{tables[0].where}: no household in any of {len(codes[0]):,} zones "
            f"(column '{small.households}'); expected at least one. Is it the right column?"
        )
    return found[0], found[1] if len(found) == 2 else None, adjusted


def shared_out(shares: NDArray[np.float64], total: int) -> NDArray[np.int64]:
    """Return whole numbers that sum to `total`, each next to its part (largest remainder).

    Args:
        shares: Shape (n,), 0 or more; their sum is positive, or `total` is 0.
        total: What they sum to.
    """
    if total == 0:
        return np.zeros(len(shares), dtype=np.int64)
    exact = shares * (total / shares.sum())
    whole = np.floor(exact + 1e-9)
    order = np.argsort(-(exact - whole), kind="stable")
    whole[order[: total - int(whole.sum())]] += 1
    return np.asarray(whole, dtype=np.int64)


def _control(
    control: Control,
    zones: ZoneTable,
    table: _Table,
    codes: list[str],
    households: NDArray[np.int64],
    tolerance: Tolerance,
    adjusted: list[Adjustment],
) -> NDArray[np.int64]:
    columns = control.columns()
    what = f"control '{control.name}'"
    flat = [name for row in columns for name in row]
    totals = np.stack([table.numbers(name, what, codes) for name in flat], axis=1)
    sums = totals.sum(axis=1)
    _check(sums, households, codes, zones, what, tolerance, f"column '{zones.households}'")
    if (stuck := np.flatnonzero((sums == 0) & (households > 0))).size:
        raise PopulationError(
            f"{what}, zone {codes[stuck[0]]!r} of '{zones.name}': {households[stuck[0]]} "
            "households and 0 in every category; nothing says of which kind they are. "
            "Fill in the totals or set the households to 0."
        )
    whole = np.stack([shared_out(row, int(n)) for row, n in zip(totals, households, strict=True)])
    _note(adjusted, control.name, zones.name, sums - households,
          f"categories that did not sum to '{zones.households}' were scaled")  # fmt: skip
    rounded = np.abs(whole - totals).max(axis=1) * (np.abs(sums - households) < 1e-9)
    _note(adjusted, control.name, zones.name, rounded, "not whole, rounded")
    shape = (len(codes), len(columns)) if len(control.dimensions) == 1 else (
        len(codes), len(columns), len(columns[0]))  # fmt: skip
    return whole.reshape(shape)


def _check(
    found: NDArray[np.float64],
    expected: NDArray[np.int64],
    codes: list[str],
    zones: ZoneTable,
    what: str,
    tolerance: Tolerance,
    against: str,
) -> None:
    bad = [i for i in range(len(codes)) if not tolerance.allows(found[i], float(expected[i]))]
    if bad:
        worst = max(bad, key=lambda i: abs(found[i] - float(expected[i])))
        raise PopulationError(
            f"{what}, zone {codes[worst]!r} of '{zones.name}': the totals sum to "
            f"{found[worst]:.10g}, {against} says {expected[worst]}; {len(bad):,} of "
            f"{len(codes):,} zones are apart by more than {tolerance.households:g} households "
            f"and {tolerance.share:.0%}. Correct the table, check that the columns are those of "
            "this control, or raise `tolerance` in the controls file."
        )


def _note(
    adjusted: list[Adjustment],
    control: str,
    zones: str,
    difference: NDArray[np.float64],
    why: str,
) -> None:
    changed = np.abs(difference) > 1e-9
    if changed.any():
        largest = float(np.abs(difference).max())
        adjusted.append(Adjustment(control, zones, int(changed.sum()), largest, why))


def _whole_within(wanted: NDArray[np.float64], parent: NDArray[np.int64]) -> NDArray[np.int64]:
    """Round so that the sum over the zones of each parent is its rounded sum."""
    whole = np.zeros(len(wanted), dtype=np.int64)
    for one in np.unique(parent):
        inside = np.flatnonzero(parent == one)
        whole[inside] = shared_out(wanted[inside], math.floor(wanted[inside].sum() + 0.5))
    return whole


def _codes(table: _Table, zones: ZoneTable) -> list[str]:
    codes = table.column(zones.zone, f"zones '{zones.name}'")
    if "" in codes:
        raise PopulationError(
            f"{table.where}, row {codes.index('') + 1}: no code in '{zones.zone}'; "
            "expected one for each zone. Drop the row or fill it in."
        )
    if len(set(codes)) < len(codes):
        twice = next(code for code in codes if codes.count(code) > 1)
        raise PopulationError(
            f"{table.where}: zone {twice!r} has {codes.count(twice)} rows; expected one for each "
            f"zone of '{zones.name}'. Add them up or drop the repetition."
        )
    return codes


def _places(
    names: list[str], codes: list[list[str]], tables: list[_Table], config: SynthesisConfig
) -> NDArray[np.int64]:
    place = {code: position for position, code in enumerate(codes[1])}
    small, large = config.zones
    lost = [(code, name) for code, name in zip(codes[0], names, strict=True) if name not in place]
    if lost:
        raise PopulationError(
            f"zone {lost[0][0]!r} of '{small.name}' lies in {lost[0][1]!r}, which "
            f"{tables[1].where} lacks (column '{large.zone}'); {len(lost):,} zones have no "
            f"'{large.name}'. Add its row, or leave these zones out of {tables[0].where}."
        )
    return np.array([place[name] for name in names], dtype=np.int64)


def _read(path: Path) -> _Table:
    try:
        data = path.read_bytes()
        if path.name.endswith(".gz"):
            data = gzip.decompress(data)
        text = data.decode("utf-8-sig")
    except FileNotFoundError as error:
        raise PopulationError(
            f"{path} does not exist; the controls file names it. Paths start from its folder."
        ) from error
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise PopulationError(
            f"{path} cannot be read as UTF-8 text ({type(error).__name__}); "
            "expected a CSV, plain or gzipped."
        ) from error
    rows = [row for row in csv.reader(io.StringIO(text, newline="")) if row]
    if len(rows) < 2:
        raise PopulationError(f"{path} has no row; expected a header line and a row for each zone.")
    header = [cell.strip() for cell in rows[0]]
    for position, row in enumerate(rows[1:]):
        if len(row) != len(header):
            raise PopulationError(
                f"{path}, row {position + 2}: {len(row)} cells; expected {len(header)}, as in the "
                "header."
            )
    return _Table(str(path), header, rows[1:])
