#!/usr/bin/env python3
"""Draws a sweep: the score of every trial by epoch, and the best scores by the value of a parameter.

    python3 -m venv ~/plots && ~/plots/bin/pip install matplotlib
    ~/plots/bin/python Scripts/plot_curves.py runs/results.db [--sweep ml-100k-1] [--output sweep.png]

Reads the views `results` and `curve` and changes nothing, also while the sweep runs.
"""

import argparse
import pathlib
import sqlite3
import sys
from dataclasses import dataclass, field

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.ticker import MaxNLocator

HIGHLIGHT, OTHERS, TEXT, FAINT = "#c8324f", "#b9bec6", "#2b2f36", "#7b828c"
STYLE = {
    "font.family": "DejaVu Sans", "font.size": 10, "text.color": TEXT, "axes.edgecolor": OTHERS,
    "axes.labelcolor": FAINT, "xtick.color": FAINT, "ytick.color": FAINT, "axes.spines.top": False,
    "axes.spines.right": False, "axes.grid": True, "axes.grid.axis": "y", "grid.color": "#eceef1",
    "axes.axisbelow": True, "axes.titlesize": 11, "axes.titlepad": 12,
}


@dataclass
class Trial:
    number: int
    score: float
    best_epoch: int
    parameters: dict[str, object]
    # Epochs and the scores after them.
    curve: list[tuple[int, float]] = field(default_factory=list)


@dataclass
class Sweep:
    name: str
    metric: str
    trials: list[Trial]

    @property
    def best(self) -> Trial:
        """The best trial. The views do not say which scores are better, but the curves do."""
        longest = max(self.trials, key=lambda trial: len(trial.curve))
        is_bigger_better = longest.score >= max(score for _, score in longest.curve)
        choose = max if is_bigger_better else min
        return choose(self.trials, key=lambda trial: trial.score)


def read(path: str, name: str | None) -> Sweep:
    uri = pathlib.Path(path).resolve().as_uri() + "?mode=ro"
    connection = sqlite3.connect(uri, uri=True)
    connection.row_factory = sqlite3.Row
    names = [row[0] for row in connection.execute("SELECT DISTINCT sweep FROM results")]
    if not names or name not in [None, *names]:
        sys.exit(f"no sweep '{name or ''}' in '{path}'; it has {', '.join(names) or 'none'}")
    name = name or names[-1]
    rows = connection.execute(
        """SELECT * FROM results
        WHERE sweep = ? AND state = 'complete' AND valid_score IS NOT NULL ORDER BY trial""",
        (name,)).fetchall()
    if not rows:
        sys.exit(f"no trial of '{name}' is complete yet")
    searched = [row[0] for row in connection.execute(
        """SELECT title FROM parameter JOIN sweep ON sweep.id = parameter.sweep
        JOIN resultColumn ON resultColumn.name = parameter.name AND resultColumn.kind = 'parameter'
        WHERE sweep.name = ? ORDER BY position""", (name,))]
    trials = {
        row["trial"]: Trial(
            row["trial"], row["valid_score"], row["best_epoch"],
            {column: row[column] for column in searched if row[column] is not None})
        for row in rows}
    for row in connection.execute(
            """SELECT trial, epoch, valid_score FROM curve
            WHERE sweep = ? AND valid_score IS NOT NULL ORDER BY trial, epoch""", (name,)):
        if row["trial"] in trials:
            trials[row["trial"]].curve.append((row["epoch"], row["valid_score"]))
    return Sweep(name, metric(rows), list(trials.values()))


def metric(rows: list[sqlite3.Row]) -> str:
    """The name of the metric that is the score: the one that is equal to it in every trial."""
    for column in rows[0].keys():
        if column.startswith("valid_") and column != "valid_score":
            if all(row[column] == row["valid_score"] for row in rows):
                kind, _, k = column.removeprefix("valid_").rpartition("_")
                return f"{kind.upper()}@{k}"
    return "score"


def draw_curves(axes: plt.Axes, sweep: Sweep) -> None:
    best = sweep.best
    for trial in sweep.trials:
        if trial is not best:
            axes.plot(*zip(*trial.curve), color=OTHERS, linewidth=1.1, alpha=0.8)
            axes.plot(*trial.curve[-1], ".", color=OTHERS, markersize=5)
    axes.plot(*zip(*best.curve), color=HIGHLIGHT, linewidth=2.4, zorder=3)
    axes.plot(best.best_epoch, best.score, "o", color=HIGHLIGHT, markersize=7, zorder=4)
    axes.annotate(
        f"{best.score:.4f}", (best.best_epoch, best.score), xytext=(0, 9), ha="center",
        textcoords="offset points", color=HIGHLIGHT, fontweight="bold")
    axes.set_xlabel("epoch")
    axes.set_ylabel(f"validation {sweep.metric}")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.margins(x=0.02, y=0.08)


def draw_strip(axes: plt.Axes, sweep: Sweep, name: str) -> None:
    best = sweep.best
    values = sorted({trial.parameters.get(name) for trial in sweep.trials}, key=sort_key)
    for place, value in enumerate(values):
        group = [trial for trial in sweep.trials if trial.parameters.get(name) == value]
        group.sort(key=lambda trial: trial.score)
        for index, trial in enumerate(group):
            offset = (index % 3 - 1) * 0.12 if len(group) > 1 else 0.0
            is_best = trial is best
            axes.plot(
                place + offset, trial.score, "o", color=HIGHLIGHT if is_best else OTHERS,
                markersize=8 if is_best else 6, markeredgecolor="white", zorder=3 + is_best)
    axes.set_xticks(
        range(len(values)), [text(value) for value in values],
        fontsize=9 if len(values) < 5 else 8)
    axes.tick_params(axis="y", length=0)
    axes.set_xlim(-0.5, len(values) - 0.5)
    axes.set_xlabel(name)


def text(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def sort_key(value: object) -> tuple:
    is_number = isinstance(value, (int, float))
    return (not is_number, value if is_number else 0, str(value))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("database", nargs="?", default="runs/results.db")
    parser.add_argument("--sweep", metavar="name", help="default: the last one of the file")
    parser.add_argument("--by", metavar="parameter", help="of the right part (default: the first)")
    parser.add_argument("--output", metavar="file", default="sweep.png", help=".png, .svg or .pdf")
    options = parser.parse_args()
    sweep = read(options.database, options.sweep)
    names = list(sweep.best.parameters)
    name = options.by or ("learning_rate" if "learning_rate" in names else next(iter(names), None))
    if options.by and options.by not in names:
        sys.exit(f"'{options.by}' is not searched; searched are {', '.join(names)}")
    plt.rcParams.update(STYLE)
    figure, (left, right) = plt.subplots(
        1, 2, figsize=(9, 4), width_ratios=(2.6, 1), sharey=True, layout="constrained")
    draw_curves(left, sweep)
    draw_strip(right, sweep, name)
    best = sweep.best
    values = ", ".join(f"{name} {text(value)}" for name, value in best.parameters.items())
    left.set_title(f"best of {len(sweep.trials)} trials: {values}", loc="left", color=HIGHLIGHT)
    right.set_title("best score of each trial", loc="left")
    figure.savefig(options.output, dpi=140)
    print(f"wrote {options.output}: {len(sweep.trials)} trials of {sweep.name}")


if __name__ == "__main__":
    main()
