#!/usr/bin/env python3
"""Trains ml-100k with RecBole's seeds and puts the results beside RecBole's own runs.

    python3 Benchmarks/seeds_against_recbole.py [--kernels avx512 avx2] [--folder FOLDER]

Two sweeps over the seeds 2020-2027, with the settings of Tests/Fixtures/golden/ml-100k/runs.json,
for each kernel set. After some ten epochs the last bits of float32 decide how a run goes on, so the
sets are replicates of one another, as RecBole on another CPU would be. Prints a table for each set,
and for the mean over all runs how many of RecBole's standard errors it is away. Exit code 1 where
one is more than two standard errors away.
"""

import argparse
import json
import os
import pathlib
import sqlite3
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
RUNS = ROOT / "Tests/Fixtures/golden/ml-100k/runs.json"
SETTINGS = ["--train_neg_sample_args=None", "--metric_decimal_place=6", "--topk=[5,10,20,50]"]


def train(program, folder, number, config, seeds, kernels):
    """Runs one sweep over the seeds of a configuration; returns seed -> figures."""
    space = folder / f"seeds-{number}.test"
    space.write_text(f"seed choice {seeds}\n")
    keys = [f"--{name}={value}" for name, value in config.items()]
    database = folder / "seeds.db"
    name = f"seeds-{number}-{kernels}"
    environment = dict(os.environ, SINE_TUNE_KERNELS="" if kernels == "fastest" else kernels)
    subprocess.run(
        [program, "--params_file", space, "--db", database, "--sweep", name, *SETTINGS, *keys],
        cwd=ROOT, check=True, stdout=subprocess.DEVNULL, env=environment)
    rows = sqlite3.connect(database)
    figures = {}
    for trial, seed, epochs, valid, test in rows.execute(
            "SELECT trial, seed, epochs, valid_mrr_10, test_ndcg_10 FROM results"
            " WHERE sweep = ? AND state = 'complete'", (name,)):
        losses = [loss for (loss,) in rows.execute(
            "SELECT loss FROM curve WHERE sweep = ? AND trial = ? ORDER BY epoch", (name, trial))]
        figures[seed] = dict(epochs=epochs, valid=valid, test=test, losses=losses)
    return figures


def epochs_together(ours, theirs, tolerance=1e-3):
    """How many first epochs have the same loss within the tolerance."""
    together = 0
    for a, b in zip(ours, theirs):
        if abs(a / b - 1) > tolerance:
            break
        together += 1
    return together


def show(kernels, ours, runs):
    print(f"{kernels}\nseed   epochs: ours RecBole   valid mrr@10: ours  RecBole"
          "   test ndcg@10: ours  RecBole   epochs with the same loss to 1e-3")
    for run in runs:
        mine = ours[run["seed"]]
        print(f"{run['seed']}   {mine['epochs']:12d} {run['epochs']:7d}"
              f"   {mine['valid']:18.6f} {run['best_valid']['mrr@10']:8.6f}"
              f"   {mine['test']:18.6f} {run['test']['ndcg@10']:8.6f}"
              f"   {epochs_together(mine['losses'], run['train_loss']):6d}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--program", default=ROOT / ".build/release/sine-tune", type=pathlib.Path)
    parser.add_argument("--kernels", nargs="+", default=["fastest"],
                        help="kernel sets: avx512, avx2, generic (default: the fastest)")
    parser.add_argument("--folder", type=pathlib.Path, help="where results.db is kept")
    arguments = parser.parse_args()
    folder = arguments.folder or pathlib.Path(tempfile.mkdtemp(prefix="sine-tune-seeds-"))
    folder.mkdir(parents=True, exist_ok=True)

    recorded = json.loads(RUNS.read_text())
    is_close = True
    for number, summary in enumerate(recorded["summary"]):
        config = summary["config"]
        runs = [run for run in recorded["runs"] if run["config"] == config]
        seeds = [run["seed"] for run in runs]
        print(", ".join(f"{name} {value}" for name, value in config.items()))
        every = []
        for kernels in arguments.kernels:
            ours = train(arguments.program, folder, number, config, seeds, kernels)
            every += ours.values()
            show(kernels, ours, runs)
        for label, key, golden in [("valid mrr@10", "valid", "best_valid_mrr_10"),
                                   ("test ndcg@10", "test", "test_ndcg_10")]:
            mean = statistics.mean(figure[key] for figure in every)
            theirs = summary[golden]
            distance = (mean - theirs["mean"]) / theirs["standard_error"]
            is_close = is_close and abs(distance) <= 2
            print(f"mean {label} of {len(every)} runs: ours {mean:.6f}, RecBole {theirs['mean']:.6f}"
                  f" ± {theirs['standard_error']:.6f}: {distance:+.2f} standard errors")
        print()
    sys.exit(0 if is_close else 1)


if __name__ == "__main__":
    main()
