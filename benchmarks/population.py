"""Accuracy, privacy and cost of `populace fit`, on people it has not seen.

    python benchmarks/population.py [--data ../shared/data] [--quick] [--sets adult gss_people]
                                    [--k 11 0] [--epsilon 0.5 1 3 10] [--json out.json]

Each seed splits a table of people into two thirds, from which a population is fitted, and one
third, with which as many sampled people are compared (weights of the table count on the real side
only: sampled people stand for one person each). Beside the fitted population stand real people
(the floor: as many rows of the first part as the second has), independent columns and a Chow-Liu
tree. Total variation is taken in coarse bins of the first part: fifths of a number, the seven
commonest words.
"""

from __future__ import annotations

import argparse
import itertools
import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from populace.personas.fit import FitOptions, fit_population
from populace.personas.fit_file import write_population
from populace.personas.fit_trees import TreeOptions
from populace.personas.population import Population

ROOT = Path(__file__).resolve().parent.parent
MAX_ROWS_A_SIDE = 1_500
"""Rows a side of the two-sample test: more rows find smaller differences."""


@dataclass(frozen=True)
class DataSet:
    """A table and how it is used."""

    file: str
    columns: tuple[str, ...] | None
    """Columns to fit and compare; None for all."""
    weight: str | None = None
    exclude: tuple[str, ...] = ()
    target: str | None = None
    """Binary column that a model predicts, for the test of usefulness."""


SETS = {
    "adult": DataSet(
        "adult/adult.csv.gz",
        ("age", "workclass", "education", "marital_status", "occupation", "relationship", "race",
         "sex", "hours_per_week", "income"),
        target="income",
    ),
    "adult_all": DataSet("adult/adult.csv.gz", None, target="income"),
    "gss_people": DataSet(
        "gss_people/people.csv.gz",
        ("age", "sex", "race", "political_views", "party_identification", "marital_status",
         "work_status", "religion", "born_in_us", "highest_degree_received",
         "family_income_at_16", "total_wealth"),
    ),
    "gss_people_all": DataSet("gss_people/people.csv.gz", None, exclude=("person",)),
    "pums_households": DataSet(
        "pums_households/seed_households.csv.gz",
        ("NP", "BLD", "TEN", "VEH", "RMS", "HHT", "HINCP", "AGEHOH", "NOC", "NWESR"),
        weight="WGTP",
    ),
    "pums_households_all": DataSet(
        "pums_households/seed_households.csv.gz", None, weight="WGTP", exclude=("SERIALNO",)
    ),
}  # fmt: skip

Frame = pd.DataFrame
Weights = NDArray[np.float64]


@dataclass(frozen=True)
class Split:
    """Two parts of one table; the columns of both are the same."""

    train: Frame
    train_weights: Weights
    test: Frame
    test_weights: Weights


def load(data: Path, chosen: DataSet) -> tuple[Frame, Weights]:
    """Return the columns to compare and the weights, without rows of weight 0."""
    frame = pd.read_csv(data / chosen.file)
    weights = np.ones(len(frame))
    if chosen.weight:
        weights = frame[chosen.weight].to_numpy(dtype=np.float64)
        frame, weights = frame[weights > 0], weights[weights > 0]
    names = chosen.columns or tuple(
        c for c in frame.columns if c != chosen.weight and c not in chosen.exclude
    )
    return frame[list(names)].reset_index(drop=True), weights


def split(frame: Frame, weights: Weights, seed: int) -> Split:
    """Cut a table into two thirds and one third."""
    order = np.random.default_rng(seed).permutation(len(frame))
    cut = round(len(frame) * 2 / 3)
    first, second = order[:cut], order[cut:]
    return Split(
        frame.iloc[first].reset_index(drop=True), weights[first],
        frame.iloc[second].reset_index(drop=True), weights[second],
    )  # fmt: skip


class Bins:
    """Coarse bins, learnt from the first part."""

    def __init__(self, frame: Frame) -> None:
        self._of: dict[str, Callable[[pd.Series[Any]], NDArray[np.int64]]] = {}
        self.sizes: dict[str, int] = {}
        for name in frame.columns:
            column = frame[name]
            if column.dtype.kind in "if" and column.nunique() > 8:
                cuts = np.unique(np.nanquantile(column, [0.2, 0.4, 0.6, 0.8]))
                self._of[name] = _number_bins(cuts)
                self.sizes[name] = len(cuts) + 2
            else:
                common = _texts(column).value_counts().index[:7].tolist()
                self._of[name] = _word_bins(common)
                self.sizes[name] = len(common) + 1

    def codes(self, frame: Frame) -> dict[str, NDArray[np.int64]]:
        """Return the bin of each row, by column."""
        return {name: bin_of(frame[name]) for name, bin_of in self._of.items()}


def _texts(column: pd.Series[Any]) -> pd.Series[Any]:
    if column.dtype.kind in "if":
        return column.map(lambda v: "" if pd.isna(v) else f"{v:g}")
    return column.map(lambda v: "" if pd.isna(v) else str(v))


def _number_bins(cuts: NDArray[np.float64]) -> Callable[[pd.Series[Any]], NDArray[np.int64]]:
    def bins(column: pd.Series[Any]) -> NDArray[np.int64]:
        values = column.to_numpy(dtype=np.float64, na_value=np.nan)
        found = np.searchsorted(cuts, values, side="left")
        return np.where(np.isnan(values), len(cuts) + 1, found).astype(np.int64)

    return bins


def _word_bins(common: list[str]) -> Callable[[pd.Series[Any]], NDArray[np.int64]]:
    position = {word: i for i, word in enumerate(common)}

    def bins(column: pd.Series[Any]) -> NDArray[np.int64]:
        return np.array([position.get(w, len(common)) for w in _texts(column)], dtype=np.int64)

    return bins


def variation(bins: Bins, a: Frame, wa: Weights, b: Frame, wb: Weights) -> dict[str, Any]:
    """Return mean and largest total variation of single columns and of pairs."""
    codes_a, codes_b = bins.codes(a), bins.codes(b)

    def distance(names: Sequence[str]) -> float:
        tables = []
        for codes, weights in ((codes_a, wa), (codes_b, wb)):
            flat = np.zeros(len(weights), dtype=np.int64)
            size = 1
            for name in names:
                flat, size = flat * bins.sizes[name] + codes[name], size * bins.sizes[name]
            counts = np.bincount(flat, weights, size)
            tables.append(counts / counts.sum())
        return float(np.abs(tables[0] - tables[1]).sum() / 2)

    ones = [distance([name]) for name in bins.sizes]
    pairs = {pair: distance(pair) for pair in itertools.combinations(bins.sizes, 2)}
    worst = max(pairs, key=lambda pair: pairs[pair])
    return {"tvd1": float(np.mean(ones)), "tvd2": float(np.mean(list(pairs.values()))),
            "tvd2_max": pairs[worst], "worst_pair": "/".join(worst)}  # fmt: skip


def two_sample_auc(
    real: Frame,
    weights: Weights,
    made: Frame,
    made_weights: Weights,
    *,
    seed: int,
    bins: Bins | None,
) -> float:
    """Return the AUC, over five folds, of boosted trees that tell real from made rows."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import StratifiedKFold

    generator = np.random.default_rng(seed)
    n = min(len(real), len(made), MAX_ROWS_A_SIDE)
    mine, other = (generator.permutation(len(f))[:n] for f in (real, made))
    both = pd.concat([real.iloc[mine], made.iloc[other]], ignore_index=True)
    features = features_of(both) if bins is None else np.stack(list(bins.codes(both).values()), 1)
    label = np.repeat([0, 1], n)
    parts = (weights[mine], made_weights[other])
    weight = np.concatenate([part / part.mean() for part in parts])
    score = np.zeros(2 * n)
    for train, test in StratifiedKFold(5, shuffle=True, random_state=seed).split(features, label):
        model = HistGradientBoostingClassifier(random_state=seed, max_iter=100)
        model.fit(features[train], label[train], sample_weight=weight[train])
        score[test] = model.predict_proba(features[test])[:, 1]
    return float(roc_auc_score(label, score, sample_weight=weight))


def features_of(frame: Frame, like: Frame | None = None) -> NDArray[np.float64]:
    """Return numbers as they are and words by their rank of frequency."""
    parts = []
    for name in frame.columns:
        reference = frame[name] if like is None else like[name]
        if reference.dtype.kind in "if":
            parts.append(frame[name].to_numpy(dtype=np.float64, na_value=np.nan))
        else:
            counts = _texts(reference).value_counts()
            ranks = {word: i for i, word in enumerate(sorted(counts.index))}
            parts.append(np.array([ranks.get(w, -1) for w in _texts(frame[name])], np.float64))
    return np.stack(parts, axis=1)


def usefulness(parts: Split, made: Frame, target: str, *, seed: int) -> dict[str, float]:
    """Return the AUC on unseen people of a model trained on real and on made rows."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.metrics import roc_auc_score

    names = [c for c in parts.train.columns if c != target]
    positive = sorted(parts.train[target].unique())[1]
    found = {}
    for key, rows in (("tstr_real", parts.train), ("tstr_made", made)):
        model = HistGradientBoostingClassifier(random_state=seed)
        model.fit(features_of(rows[names], parts.train[names]), rows[target] == positive)
        score = model.predict_proba(features_of(parts.test[names], parts.train[names]))[:, 1]
        found[key] = float(roc_auc_score(parts.test[target] == positive, score))
    return found | {"tstr_loss": found["tstr_real"] - found["tstr_made"]}


def privacy(parts: Split, made: Frame, *, seed: int) -> dict[str, float]:
    """Return how close made rows come to the rows they were learnt from, against unseen rows."""
    from sklearn.metrics import roc_auc_score

    def keys(frame: Frame) -> pd.Series[Any]:
        return pd.Series(list(zip(*(_texts(frame[c]) for c in frame.columns), strict=True)))

    known = set(keys(parts.train))
    found = {"match_made": float(keys(made).isin(known).mean()),
             "match_test": float(keys(parts.test).isin(known).mean())}  # fmt: skip
    generator = np.random.default_rng(seed)
    n = min(1_000, len(parts.test), len(made))
    frames = {"made": made, "test": parts.test, "train": parts.train}
    pick = {key: frame.iloc[generator.permutation(len(frame))[:n]] for key, frame in frames.items()}
    scale = _Distance(parts.train)
    to_train = {key: scale.nearest(pick[key], parts.train) for key in ("made", "test")}
    middle = {key: float(np.median(value)) for key, value in to_train.items()}
    found["nearest_ratio"] = 1.0 if middle["test"] == 0 else middle["made"] / middle["test"]
    found["nearest_mean_ratio"] = float(to_train["made"].mean() / to_train["test"].mean())
    near = -np.concatenate([scale.nearest(pick["train"], made), scale.nearest(pick["test"], made)])
    found["membership_auc"] = float(roc_auc_score(np.repeat([1, 0], n), near))
    return found


class _Distance:
    """Mean over columns of 0/1 for words and the difference in ranks for numbers."""

    def __init__(self, frame: Frame) -> None:
        self._sorted = {c: np.sort(frame[c].to_numpy(np.float64, na_value=np.nan))
                        for c in frame if frame[c].dtype.kind in "if"}  # fmt: skip

    def _arrays(self, frame: Frame) -> tuple[NDArray[np.float64], NDArray[Any]]:
        numbers = [np.searchsorted(s, frame[c].to_numpy(np.float64, na_value=np.nan)) / len(s)
                   for c, s in self._sorted.items()]  # fmt: skip
        words = [_texts(frame[c]) for c in frame if c not in self._sorted]
        n = len(frame)
        return (np.stack(numbers, 1) if numbers else np.zeros((n, 0)),
                np.stack([w.to_numpy(object) for w in words], 1) if words
                else np.zeros((n, 0), object))  # fmt: skip

    def nearest(self, rows: Frame, among: Frame) -> NDArray[np.float64]:
        """Return the distance of each row to the nearest of `among`."""
        numbers, words = self._arrays(rows)
        all_numbers, all_words = self._arrays(among)
        codes = [pd.factorize(np.concatenate([words[:, i], all_words[:, i]]))[0]
                 for i in range(words.shape[1])]  # fmt: skip
        result = np.empty(len(rows))
        for i in range(len(rows)):
            total = np.zeros(len(among))
            for j in range(numbers.shape[1]):
                total += np.abs(all_numbers[:, j] - numbers[i, j])
            for code in codes:
                total += code[len(rows) :] != code[i]
            result[i] = total.min()
        return np.asarray(result / (numbers.shape[1] + words.shape[1]))


def independent(parts: Split, n: int, seed: int) -> Frame:
    """Return rows whose columns are drawn by themselves."""
    generator = np.random.default_rng(seed)
    chance = parts.train_weights / parts.train_weights.sum()
    return pd.DataFrame({c: parts.train[c].to_numpy()[generator.choice(len(chance), n, p=chance)]
                         for c in parts.train})  # fmt: skip


def chow_liu(parts: Split, n: int, seed: int) -> Frame:
    """Return rows of the best tree over coarse bins; inside a bin values are drawn by themselves.

    Source: Chow and Liu (1968), "Approximating discrete probability distributions with dependence
    trees".
    """
    import networkx as nx

    generator = np.random.default_rng(seed)
    bins = Bins(parts.train)
    codes, weights = bins.codes(parts.train), parts.train_weights
    joint = {}
    graph = nx.Graph()
    graph.add_nodes_from(codes)
    for a, b in itertools.combinations(codes, 2):
        table = np.zeros((bins.sizes[a], bins.sizes[b]))
        np.add.at(table, (codes[a], codes[b]), weights)
        joint[a, b], joint[b, a] = table, table.T
        p = table / table.sum()
        outer = p.sum(1, keepdims=True) * p.sum(0, keepdims=True)
        use = p > 0
        graph.add_edge(a, b, weight=float((p[use] * np.log(p[use] / outer[use])).sum()))
    tree = nx.maximum_spanning_tree(graph)
    root = next(iter(codes))
    drawn = {root: generator.choice(codes[root], n, p=weights / weights.sum())}
    for parent, child in nx.bfs_edges(tree, root):
        table = joint[parent, child] + 1e-12
        upper = np.cumsum(table / table.sum(1, keepdims=True), 1)[drawn[parent]]
        drawn[child] = np.minimum((upper < generator.random((n, 1))).sum(1), table.shape[1] - 1)
    made = {}
    for name, code in drawn.items():
        values = parts.train[name].to_numpy()
        column = np.empty(n, dtype=values.dtype)
        for one in np.unique(code):
            where, inside = code == one, np.flatnonzero(codes[name] == one)
            inside = inside if len(inside) else np.arange(len(values))
            chance = weights[inside] / weights[inside].sum()
            column[where] = values[generator.choice(inside, where.sum(), p=chance)]
        made[name] = column
    return pd.DataFrame(made)[list(parts.train.columns)]


@dataclass(frozen=True)
class Fitted:
    """A population fitted to the first part of a split, and what it cost."""

    population: Population
    seconds: float
    size_bytes: int
    columns: dict[str, str]

    def people(self, n: int, seed: int, like: Frame) -> Frame:
        """Return `n` people with the column names of the table."""
        made: Frame = self.population.sample(seed, 0, n).to_pandas()
        return made.rename(columns=self.columns)[list(like.columns)]


def fit(parts: Split, options: FitOptions, *, weighted: bool, epsilon: float | None = None
        ) -> Fitted:  # fmt: skip
    """Fit through files, as the command does."""
    with tempfile.TemporaryDirectory() as name:
        table = parts.train.copy()
        if weighted and epsilon is None:
            table["weight_of_row"] = parts.train_weights
            options = replace(options, weight="weight_of_row")
        path = Path(name) / "table.csv"
        table.to_csv(path, index=False)
        started = time.monotonic()
        if epsilon is None:
            found = fit_population(path, options)
        else:
            from populace.personas.fit_private import fit_privately

            found = fit_privately(path, options, epsilon=epsilon, delta=1e-6)
        seconds = time.monotonic() - started
        out = Path(name) / "population.yaml"
        write_population(found.data, out)
        names = {new: old for old, new in found.data["origin"].get("columns", {}).items()}
        return Fitted(Population.from_file(out), seconds, out.stat().st_size, names)


def judge(
    parts: Split, made: Frame, wm: Weights, *, seed: int, full: bool, target: str | None
) -> dict[str, Any]:
    """Return all figures of one set of rows against the unseen part."""
    bins = Bins(parts.train)
    n = len(parts.test)
    found = variation(bins, made[:n], wm[:n], parts.test, parts.test_weights)
    if full:
        part = made[:n].reset_index(drop=True)
        for key, used in (("c2st_raw", None), ("c2st_bins", bins)):
            found[key] = two_sample_auc(parts.test, parts.test_weights, part, wm[:n],
                                        seed=seed, bins=used)  # fmt: skip
        found |= privacy(parts, part, seed=seed)
        if target:
            found |= usefulness(parts, made, target, seed=seed)
    return found


def measure(
    data: Path, name: str, seeds: int, *, ks: list[int], epsilons: list[float], full: bool,
    options: FitOptions, baselines: bool = True,
) -> dict[str, dict[str, Any]]:  # fmt: skip
    """Return the mean figures of each method on one set."""
    chosen = SETS[name]
    frame, weights = load(data, chosen)
    results: dict[str, list[dict[str, Any]]] = {}
    for seed in range(seeds):
        parts = split(frame, weights, seed)
        n_all = len(parts.train) if chosen.target and full else len(parts.test)
        bins = Bins(parts.train)
        n = len(parts.test)
        floor = variation(bins, parts.train[:n], parts.train_weights[:n], parts.test,
                          parts.test_weights)  # fmt: skip
        if full:
            real = parts.train[:n]
            for key, used in (("c2st_raw", None), ("c2st_bins", bins)):
                floor[key] = two_sample_auc(
                    parts.test, parts.test_weights, real, parts.train_weights[:n],
                    seed=seed, bins=used,
                )  # fmt: skip
        results.setdefault("real (floor)", []).append(floor)
        ones = np.ones(n_all)
        if baselines:
            for method, draw in (("independent", independent), ("Chow-Liu", chow_liu)):
                made = draw(parts, n_all, seed)
                results.setdefault(method, []).append(
                    judge(parts, made, ones, seed=seed, full=full, target=chosen.target)
                )
        runs: list[tuple[str, int, float | None]] = [(f"fitted k={k}", k, None) for k in ks]
        runs += [(f"private eps={epsilon:g}", 11, epsilon) for epsilon in epsilons]
        for method, k, epsilon in runs:
            trees = replace(options.trees, k=k)
            fitted = fit(parts, replace(options, trees=trees, seed=seed),
                         weighted=chosen.weight is not None, epsilon=epsilon)  # fmt: skip
            started = time.monotonic()
            made = fitted.people(n_all, seed, parts.train)
            seconds = time.monotonic() - started
            found = judge(parts, made, ones, seed=seed, full=full, target=chosen.target)
            found |= {"fit_seconds": fitted.seconds, "yaml_bytes": fitted.size_bytes,
                      "sample_seconds": seconds}  # fmt: skip
            results.setdefault(method, []).append(found)
    return {method: summarise(found, results["real (floor)"]) for method, found in results.items()}


def summarise(found: list[dict[str, Any]], floor: list[dict[str, Any]]) -> dict[str, Any]:
    """Return means over seeds, and ratios to the floor."""
    means = {key: float(np.mean([one[key] for one in found]))
             for key in found[0] if key != "worst_pair"}  # fmt: skip
    means["tvd2_ratio"] = means["tvd2"] / float(np.mean([one["tvd2"] for one in floor]))
    means["max_ratio"] = means["tvd2_max"] / float(np.mean([one["tvd2_max"] for one in floor]))
    return means | {"seeds": len(found), "worst_pair": found[0]["worst_pair"]}


def table(name: str, results: dict[str, dict[str, Any]]) -> str:
    """Return the figures of one set as text."""
    keys = ["tvd1", "tvd2", "tvd2_ratio", "tvd2_max", "max_ratio", "c2st_raw", "c2st_bins",
            "tstr_loss", "match_made", "match_test", "nearest_ratio", "membership_auc",
            "fit_seconds", "yaml_bytes", "sample_seconds"]  # fmt: skip
    lines = [name, "  " + " ".join([f"{'':<18}", *(f"{key:>14}" for key in keys)])]
    for method, row in results.items():
        cells = [f"{row[key]:>14.4g}" if key in row else f"{'':>14}" for key in keys]
        lines.append("  " + " ".join([f"{method:<18}", *cells, row["worst_pair"]]))
    return "\n".join(lines)


def main() -> None:
    """Measure the chosen sets; print a table, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--sets", nargs="+", default=list(SETS), choices=list(SETS))
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--k", type=int, nargs="*", default=[11, 0])
    parser.add_argument("--epsilon", type=float, nargs="*", default=[0.5, 1.0, 3.0, 10.0])
    parser.add_argument("--quick", action="store_true", help="two seeds, distances only")
    parser.add_argument("--json", type=Path)
    for name, kind in (("penalty", float), ("smoothing", float), ("min-leaf", int),
                       ("max-leaves", int)):  # fmt: skip
        parser.add_argument(f"--{name}", type=kind)
    parser.add_argument("--score")
    parser.add_argument("--max-parents", type=int)
    arguments = parser.parse_args()
    given = {key: getattr(arguments, key) for key in ("penalty", "smoothing", "min_leaf",
                                                      "max_leaves")}  # fmt: skip
    trees = replace(TreeOptions(), **{k: v for k, v in given.items() if v is not None})
    more = {key: getattr(arguments, key) for key in ("score", "max_parents")}
    options = replace(FitOptions(trees=trees), **{k: v for k, v in more.items() if v is not None})
    everything = {}
    for name in arguments.sets:
        everything[name] = measure(
            arguments.data, name, 2 if arguments.quick else arguments.seeds, ks=arguments.k,
            epsilons=arguments.epsilon, full=not arguments.quick, options=options,
        )  # fmt: skip
        sys.stdout.write(table(name, everything[name]) + "\n")
        sys.stdout.flush()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"peak memory of this process: {peak:,.0f} MiB\n")
    if arguments.json:
        arguments.json.write_text(json.dumps(everything, indent=1) + "\n")


if __name__ == "__main__":
    main()
