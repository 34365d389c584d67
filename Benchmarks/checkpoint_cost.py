#!/usr/bin/env python3
"""Measures what checkpoints cost a training of ml-100k.

    python3 Benchmarks/checkpoint_cost.py [--program .build/release/sine-tune] [--epochs 40]

Trains the same trial with checkpoints every five seconds, after every epoch, and with none, in
turns, and prints the least time that an epoch took of each beside that without checkpoints: what
other programs do at the same time only ever adds to it.
"""

import argparse
import pathlib
import sqlite3
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
INTERVALS = {"none": "1e9", "every 5 s": "5", "every epoch": "0"}


def seconds(program, interval, epochs, prototypes):
    """Runs one trial; returns the seconds an epoch took, checkpoints included."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "hyper.test").write_text(f"prototype_size choice [{prototypes}]\n")
        database = folder / "results.db"
        subprocess.run(
            [program, "--params_file", folder / "hyper.test", "--db", database,
             f"--epochs={epochs}", "--stopping_step=1000", "--keep_checkpoints", "none",
             "--checkpoint_interval", interval],
            cwd=ROOT, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        rows = sqlite3.connect(database)
        return rows.execute("SELECT seconds FROM results").fetchone()[0] / epochs


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", default=ROOT / ".build/release/sine-tune")
    parser.add_argument("--epochs", type=int, default=40)
    parser.add_argument("--prototypes", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    found = {name: [] for name in INTERVALS}
    for _ in range(options.rounds):
        for name, interval in INTERVALS.items():
            found[name].append(
                seconds(options.program, interval, options.epochs, options.prototypes))
    base = min(found["none"])
    for name, values in found.items():
        least = min(values)
        print(f"{name:12} {least * 1000:8.1f} ms an epoch   {(least / base - 1) * 100:+.1f} %")


if __name__ == "__main__":
    main()
