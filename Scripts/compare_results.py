#!/usr/bin/env python3
"""Compares two results.db files that should hold the same sweep, bit by bit.

    python3 Scripts/compare_results.py before.db after.db [--sweep ml-100k-1] [--any_order]

The files may have different formats (1 to 3). Compared are the settings of the sweep, its trials, and
every figure of every epoch. Ignored are times, processes, ids and formats. Trials have the same
number in both files. With --any_order they only have the same parameters and the same seed: format 2
begins the trials of a searched `seed` in another order than format 1.

Prints how much was compared, then `equal` or the first differences, and exits with 1 if there are any.
Both files stay as they are. Python's standard library is enough.
"""

import argparse
import json
import pathlib
import sqlite3
import struct
import sys

FORMATS = (1, 2, 3, 4)

# What is compared, in the order of the table: a name, and keys with their values.
Facts = dict[str, dict[tuple, object]]


class Failure(Exception):
    """The files cannot be compared."""


class Results:
    """A results.db, opened for reading only."""

    def __init__(self, path: str):
        self.path = path
        if not pathlib.Path(path).is_file():
            raise Failure(f"no file '{path}'")
        uri = pathlib.Path(path).resolve().as_uri() + "?mode=ro"
        self.connection = sqlite3.connect(uri, uri=True)
        try:
            self.format = self.connection.execute("PRAGMA user_version").fetchone()[0]
        except sqlite3.DatabaseError as error:
            raise Failure(f"cannot read '{path}': {error}") from error
        if self.format not in FORMATS:
            raise Failure(f"'{path}' has format {self.format}, known are {FORMATS}")

    def rows(self, query: str, *arguments: object) -> list[tuple]:
        return self.connection.execute(query, arguments).fetchall()

    def sweeps(self) -> dict[str, int]:
        return dict(self.rows("SELECT name, id FROM sweep ORDER BY id"))

    def facts(self, sweep: int, any_order: bool) -> Facts:
        """Everything of a sweep that has to be the same in another file."""
        columns = ["model", "dataset", "dataDigest", "seed", "validMetric", "biggerIsBetter"]
        [values] = self.rows(f"SELECT {', '.join(columns)} FROM sweep WHERE id = ?", sweep)
        settings = [*zip(columns, values)]
        settings += self.rows("SELECT name, value FROM setting WHERE sweep = ?", sweep)
        facts: Facts = {"settings of the sweep": {(name,): value for name, value in settings}}
        trials = self.trials(sweep, any_order)
        facts |= self.facts_of_trials(sweep, trials)
        facts |= self.facts_of_epochs(sweep, trials)
        return facts

    def trials(self, sweep: int, any_order: bool) -> dict[int, tuple]:
        """The keys of the trials, by id."""
        keys = {}
        rows = self.rows("SELECT id, number, parameters, seed FROM trial WHERE sweep = ?", sweep)
        for identifier, number, parameters, seed in rows:
            point = point_text(parameters, seed)
            keys[identifier] = (f"{point} with seed {seed}",) if any_order else (number,)
        return keys

    def facts_of_trials(self, sweep: int, trials: dict[int, tuple]) -> Facts:
        names = ["parameters", "seeds", "states", "reasons", "best scores", "best epochs",
                 "numbers of epochs"]
        facts: Facts = {name: {} for name in names}
        rows = self.rows(
            """SELECT id, parameters, seed, state, reason, validScore, bestEpoch, epochs FROM trial
            WHERE sweep = ?""", sweep)
        for identifier, parameters, seed, state, *others in rows:
            # What format 1 called pruned is paused from format 2 on.
            state = {"pruned": "paused"}.get(state, state)
            values = [point_text(parameters, seed), seed, state, *others]
            for name, value in zip(names, values):
                facts[name][trials[identifier]] = value
        return facts

    def facts_of_epochs(self, sweep: int, trials: dict[int, tuple]) -> Facts:
        names = ["losses of epochs", "scores of epochs", "unrounded scores", "validation metrics",
                 "test metrics"]
        facts: Facts = {name: {} for name in names}
        # Format 1 does not keep them.
        unrounded = "epoch.unroundedScore" if self.format >= 2 else "NULL"
        rows = self.rows(
            f"""SELECT trial, epoch.number, trainLoss, epoch.validScore, {unrounded}
            FROM epoch JOIN trial ON trial.id = epoch.trial WHERE sweep = ?""", sweep)
        for trial, epoch, *values in rows:
            for name, value in zip(names, values):
                facts[name][*trials[trial], epoch] = value
        rows = self.rows(
            """SELECT trial, epoch, split, name, value
            FROM metric JOIN trial ON trial.id = metric.trial WHERE sweep = ?""", sweep)
        for trial, epoch, split, metric, value in rows:
            name = "validation metrics" if split == "valid" else "test metrics"
            facts[name][*trials[trial], epoch, metric] = value
        return facts


def point_text(parameters: str, seed: int) -> str:
    """The parameters of a trial in one order. A searched seed stands among those of format 1."""
    values = json.loads(parameters)
    if values.get("seed") == seed:
        del values["seed"]
    return json.dumps(values, sort_keys=True)


def place(key: tuple) -> str:
    """`trial 3, epoch 0, mrr@10`"""
    nouns = ("trial ", "epoch ", "")
    return ", ".join(
        f"{noun}{part}" if isinstance(part, int) else part for noun, part in zip(nouns, key))


def is_same(left: object, right: object) -> bool:
    """Equal to the last bit; 0.0 and -0.0 differ, and so do 1 and 1.0."""
    if isinstance(left, float) and isinstance(right, float):
        return struct.pack("<d", left) == struct.pack("<d", right)
    return type(left) is type(right) and left == right


def chosen(files: list[Results], name: str | None) -> list[tuple[str, int, int]]:
    """The pairs of sweeps to compare: all that the files have, by name, or the only one of each."""
    first, second = (file.sweeps() for file in files)
    if name is None and len(first) == len(second) == 1:
        [(name, left)], [right] = first.items(), second.values()
        return [(name, left, right)]
    names = [name] if name else sorted(first.keys() | second.keys())
    for file, sweeps in zip(files, (first, second)):
        missing = [name for name in names if name not in sweeps]
        if missing or not sweeps:
            found = ", ".join(sweeps) or "none"
            raise Failure(f"'{file.path}' has no sweep '{', '.join(missing)}'; it has {found}")
    return [(name, first[name], second[name]) for name in names]


def compare(left: Facts, right: Facts) -> tuple[list[tuple[str, int, int]], list[str]]:
    """A row for each name (how many values, how many of them differ), and the differences."""
    rows, differences = [], []
    for name in left:
        keys = sorted(left[name].keys() | right[name].keys())
        missing = object()
        count = 0
        for key in keys:
            values = [facts[name].get(key, missing) for facts in (left, right)]
            if is_same(*values):
                continue
            count += 1
            texts = ["nothing" if value is missing else repr(value) for value in values]
            differences.append(f"{name}: {place(key)}: {texts[0]} and {texts[1]}")
        rows.append((name, len(keys), count))
    return rows, differences


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs=2, metavar="results.db")
    parser.add_argument("--sweep", metavar="name", help="only this sweep (default: all of them)")
    parser.add_argument(
        "--any_order", action="store_true", help="trials may have other numbers in the other file")
    parser.add_argument(
        "--show", type=int, default=10, metavar="n", help="differences to print (default: 10)")
    options = parser.parse_args()
    try:
        files = [Results(path) for path in options.files]
        pairs = chosen(files, options.sweep)
    except Failure as failure:
        print(f"error: {failure}", file=sys.stderr)
        return 1
    for file in files:
        print(f"{file.path}: format {file.format}")
    all_differences = []
    for name, *ids in pairs:
        facts = [file.facts(id, options.any_order) for file, id in zip(files, ids)]
        if min(file.format for file in files) < 2:
            for sheet in facts:
                del sheet["unrounded scores"]
        rows, differences = compare(*facts)
        print(f"\nsweep {name}")
        print(f"  {'':24s}{'compared':>10s}{'different':>11s}")
        for row in rows:
            print("  {:24s}{:10d}{:11d}".format(*row))
        all_differences += differences
    if not all_differences:
        print("\nequal")
        return 0
    print(f"\n{len(all_differences)} differences, the first of them:")
    for difference in all_differences[: options.show]:
        print(f"  {difference}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
