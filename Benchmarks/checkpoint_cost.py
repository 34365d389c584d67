#!/usr/bin/env python3
"""Compares trainings of ml-100k with and without checkpoints.

    python3 Benchmarks/checkpoint_cost.py [--program .build/release/sine-tune] [--epochs 40]

Trains the same trial with checkpoints every five seconds, after every epoch, and with none, in
turns, and prints the median over the rounds of the seconds an epoch took, and of its ratio to that
without checkpoints of the same round: what other programs do at the same time changes slowly. Where
they do much, a difference of one per cent cannot be seen this way; 'sine-tune bench' measures the
checkpoints themselves.
"""

import argparse
import pathlib
import sqlite3
import statistics
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
INTERVALS = {"none": "1e9", "every 5 s": "5", "every epoch": "0"}


def seconds(program, interval, epochs, prototypes, interests):
    """Runs one trial; returns the seconds an epoch took, checkpoints included."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "hyper.test").write_text(
            f"prototype_size choice [{prototypes}]\ninterest_size choice [{interests}]\n")
        database = folder / "results.db"
        subprocess.run(
            [program, "--params_file", folder / "hyper.test", "--db", database, "--threads", "1",
             f"--epochs={epochs}", "--stopping_step=1000", "--keep_checkpoints", "none",
             "--checkpoint_interval", interval],
            cwd=ROOT, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        rows = sqlite3.connect(database)
        return rows.execute("SELECT seconds FROM results").fetchone()[0] / epochs


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", default=ROOT / ".build/release/sine-tune")
    parser.add_argument("--epochs", type=int, default=40)
    parser.add_argument("--prototypes", type=int, default=50)
    parser.add_argument("--interests", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    found = {name: [] for name in INTERVALS}
    for number in range(options.rounds):
        # Whoever comes first in a round gains or loses by it: they take turns in that as well.
        names = list(INTERVALS)
        for name in names[number % len(names):] + names[:number % len(names)]:
            found[name].append(seconds(
                options.program, INTERVALS[name], options.epochs, options.prototypes,
                options.interests))
    for name, values in found.items():
        ratio = statistics.median(a / b for a, b in zip(values, found["none"]))
        print(f"{name:12} {statistics.median(values) * 1000:8.1f} ms an epoch"
              f"   {(ratio - 1) * 100:+.1f} %")


if __name__ == "__main__":
    main()
