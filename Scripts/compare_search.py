#!/usr/bin/env python3
"""Compares the searches of sine-tune with Optuna's, on the same worlds, budgets and lags.

    python3 -m venv ~/optuna && ~/optuna/bin/pip install numpy optuna==5.0.0
    sine-tune replay --worlds weak,sine,smooth,slow,interact --world_seeds "0..<24" --tables TABLES …
    ~/optuna/bin/python Scripts/compare_search.py peers TABLES rows.jsonl      # Optuna's
    ~/optuna/bin/python Scripts/compare_search.py program sine-tune rows.jsonl --algo kg
    ~/optuna/bin/python Scripts/compare_search.py report rows.jsonl --reference kg

A row is one search: the true mean of the configuration that it recommends, over that of the best
one. Rows that the file has already are not made again, so a run that was killed goes on. The peers
recommend the configuration of their best run, as these tuners do. By default there are 24 worlds with
3 repeats of weak and sine, and 20 with 2 of the others, at lag 2 and for 1/8, 1/4 and 1/2 of what the
grid costs: a quarter of an hour for the peers on 2 cores.
"""

import argparse
import collections
import dataclasses
import fractions
import itertools
import json
import math
import multiprocessing
import os
import pathlib
import re
import subprocess
import sys
import warnings

import numpy

# The worlds and the repeats of each kind.
PLAN = {
    "weak": (range(24), 3), "sine": (range(24), 3),
    "smooth": (range(20), 2), "slow": (range(20), 2), "interact": (range(20), 2)}

# The rungs of the halving pruners: epochs FIRST_RUNG · FACTORⁿ.
FIRST_RUNG, FACTOR = 3, 3

# What a run is expected to train before any has ended.
USUAL_EPOCHS = 30.0


# ---------------------------------------------------------------------------------------- worlds

class Table:
    """A world as `WorldTable` of sine-tune writes it."""

    def __init__(self, folder: pathlib.Path, kind: str, seed: int):
        name = f"{kind}-{seed}"
        facts = json.loads((folder / f"{name}.json").read_text())
        self.kind, self.seed = kind, seed
        self.scores = numpy.load(folder / f"{name}.npy")
        self.quality = numpy.load(folder / f"{name}-quality.npy", mmap_mode="r")
        self.shape, self.orders = facts["shape"], facts["orders"]
        self.cost, self.true_mean = numpy.array(facts["cost"]), numpy.array(facts["trueMean"])
        self.best_mean, self.grid_cost = facts["bestMean"], facts["gridCost"]
        self.cells, self.runs, self.epochs = self.scores.shape
        self.ends = self.early_stops(facts["patience"])

    def early_stops(self, patience: int) -> numpy.ndarray:
        """The epochs that each run trains by RecBole's early stopping."""
        best = numpy.maximum.accumulate(self.scores, axis=2)
        is_better = self.scores[:, :, 1:] > best[:, :, :-1]
        epochs = numpy.arange(self.epochs)
        last_better = numpy.zeros(self.scores.shape, int)
        last_better[:, :, 1:] = numpy.where(is_better, epochs[1:], 0)
        has_ended = epochs - numpy.maximum.accumulate(last_better, axis=2) > patience
        return numpy.where(has_ended.any(2), has_ended.argmax(2) + 1, self.epochs)

    def value(self, cell: int) -> float:
        """The true mean of a cell, over that of the best cell."""
        return float(self.true_mean[cell] / self.best_mean)

    def grid_value(self) -> float:
        """The mean value of the cell that the whole grid with one seed picks by its best run."""
        best = numpy.maximum.accumulate(self.scores, axis=2)
        finals = numpy.take_along_axis(best, self.ends[:, :, None] - 1, 2)[:, :, 0]
        return float(numpy.mean([self.value(cell) for cell in finals.argmax(0)]))


@dataclasses.dataclass(eq=False)
class Run:
    """A run of a cell, which a search may train in parts."""
    number: int
    cell: int
    scores: numpy.ndarray   # of all epochs; the search may look at those that it has seen
    best: numpy.ndarray     # the best score up to each epoch
    end: int                # epochs until early stopping
    quality: numpy.ndarray
    seen: int = 0           # epochs whose scores are revealed
    trained: int = 0        # epochs that are paid for

    @property
    def score(self):
        return self.best[self.seen - 1]

    @property
    def has_ended(self) -> bool:
        return self.seen >= self.end


class Grid:
    """The runs of one search. The k-th run of a cell is the same for all searches of a repeat."""

    def __init__(self, table: Table, repeat: int):
        self.table = table
        self.order = numpy.array(table.orders[repeat]).reshape(table.cells, table.runs)
        self.count = collections.Counter()
        self.runs: list[Run] = []

    def start(self, cell: int) -> Run:
        index = self.order[cell, self.count[cell] % self.table.runs]
        self.count[cell] += 1
        scores = self.table.scores[cell, index]
        run = Run(
            len(self.runs), cell, scores, numpy.maximum.accumulate(scores),
            int(self.table.ends[cell, index]), self.table.quality[cell, index])
        self.runs.append(run)
        return run

    def withdraw(self, run: Run) -> None:
        """Takes back the last run, of which nothing has been trained."""
        self.runs.pop()
        self.count[run.cell] -= 1

    def expected_epochs(self, target: int) -> float:
        """The mean epochs of a run that trains until a target, by the runs seen so far."""
        seen = [
            min(run.seen, target) for run in self.runs
            if run.has_ended or (run.seen and run.seen >= target)]
        return float(numpy.mean(seen)) if seen else min(USUAL_EPOCHS, target)

    def best_run(self) -> Run:
        return max((run for run in self.runs if run.seen), key=lambda run: (run.score, -run.number))


# -------------------------------------------------------------------------------------- searches

class Shuffle:
    """Proposes all cells in a random order, then again in another one."""

    def __init__(self, table: Table, seed: int, random: numpy.random.Generator):
        self.cells, self.random = table.cells, random
        self.order = list(random.permutation(self.cells))

    def propose(self, grid: Grid) -> Run:
        if not self.order:
            self.order = list(self.random.permutation(self.cells))
        return grid.start(int(self.order.pop()))

    def tell(self, run: Run, is_pruned: bool) -> None:
        pass


class TPE:
    """Optuna's TPE with its defaults. The parameters are categorical, as RecBole's `choice`."""

    def __init__(self, table: Table, seed: int, _):
        import optuna
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        warnings.filterwarnings("ignore")
        self.optuna, self.shape = optuna, table.shape
        self.study = optuna.create_study(
            direction="maximize", sampler=optuna.samplers.TPESampler(seed=seed))
        self.space = {
            name: optuna.distributions.CategoricalDistribution(range(count))
            for name, count in zip("abc", table.shape)}
        self.trials = {}

    def propose(self, grid: Grid) -> Run:
        trial = self.study.ask(self.space)
        places = [trial.params[name] for name in self.space]
        run = grid.start(int(numpy.ravel_multi_index(places, self.shape)))
        self.trials[run.number] = trial
        return run

    def tell(self, run: Run, is_pruned: bool) -> None:
        trial = self.trials[run.number]
        if is_pruned:
            trial.report(float(run.score), run.seen)
            self.study.tell(trial, state=self.optuna.trial.TrialState.PRUNED)
        else:
            self.study.tell(trial, float(run.score))


class NoPruning:
    """Trains every run to its end."""

    def __init__(self, grid: Grid, sampler, random: numpy.random.Generator):
        self.grid, self.sampler, self.random = grid, sampler, random

    def propose(self) -> tuple[Run, int]:
        """The next run to train, and the epochs, counted from its start, until which it trains."""
        return self.sampler.propose(self.grid), self.grid.table.epochs

    def observe(self, run: Run) -> None:
        self.sampler.tell(run, is_pruned=False)


def rungs(epochs: int) -> list[int]:
    powers = (FIRST_RUNG * FACTOR ** power for power in itertools.count())
    return list(itertools.takewhile(lambda rung: rung < epochs, powers))


class Stopping(NoPruning):
    """Optuna's SuccessiveHalvingPruner: a run that is not among the best at a rung stops."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.rungs = rungs(self.grid.table.epochs)
        self.scores = collections.defaultdict(list)
        self.going_on: list[Run] = []

    def start(self) -> Run:
        return self.sampler.propose(self.grid)

    def rungs_of(self, run: Run) -> list[int]:
        return self.rungs

    def rivals(self, run: Run) -> list[float]:
        """The scores of all runs at the rung that a run has reached."""
        return self.scores[run.seen]

    def propose(self) -> tuple[Run, int]:
        run = self.going_on.pop(0) if self.going_on else self.start()
        above = (rung for rung in self.rungs_of(run) if rung > run.seen)
        return run, next(above, self.grid.table.epochs)

    def observe(self, run: Run) -> None:
        if run.has_ended:
            self.sampler.tell(run, is_pruned=False)
            return
        rivals = self.rivals(run)
        rivals.append(run.score)
        worst = max(len(rivals) // FACTOR - 1, 0)
        is_good = run.score >= sorted(rivals, reverse=True)[worst]
        if is_good and run.seen in self.rungs_of(run):
            self.going_on.append(run)
        else:
            self.sampler.tell(run, is_pruned=True)


class Hyperband(Stopping):
    """Optuna's HyperbandPruner: brackets of `Stopping` with later first rungs, drawn by size."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        count = len(self.rungs)
        sizes = [math.ceil(count * FACTOR ** rest / (rest + 1)) for rest in reversed(range(count))]
        self.shares = numpy.array(sizes, float) / sum(sizes)
        self.brackets = {}

    def start(self) -> Run:
        run = super().start()
        self.brackets[run.number] = int(self.random.choice(len(self.shares), p=self.shares))
        return run

    def rungs_of(self, run: Run) -> list[int]:
        return self.rungs[self.brackets[run.number]:]

    def rivals(self, run: Run) -> list[float]:
        return self.scores[self.brackets[run.number], run.seen]


class Promotion(NoPruning):
    """ASHA as its paper has it: runs pause at rungs, and the best third of a rung goes on."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.rungs = rungs(self.grid.table.epochs)
        self.waiting: list[list[Run]] = [[] for _ in self.rungs]
        self.promoted = [set() for _ in self.rungs]

    def propose(self) -> tuple[Run, int]:
        for place, rung in reversed(list(enumerate(self.rungs))):
            runs = sorted(
                self.waiting[place],
                key=lambda run: (-run.best[min(rung, run.seen) - 1], run.number))
            for run in runs[:len(runs) // FACTOR]:
                if run.number in self.promoted[place]:
                    continue
                self.promoted[place].add(run.number)
                if not run.has_ended:
                    return run, (self.rungs + [self.grid.table.epochs])[place + 1]
        return self.sampler.propose(self.grid), self.rungs[0]

    def observe(self, run: Run) -> None:
        # A run that stopped by itself counts at the next rung with its best score.
        for place, rung in enumerate(self.rungs):
            below = self.rungs[place - 1] if place else 0
            if run.seen == rung or (run.has_ended and below < run.seen <= rung):
                self.waiting[place].append(run)


SEARCHES = {
    "random": (Shuffle, NoPruning), "tpe": (TPE, NoPruning), "asha_stop": (Shuffle, Stopping),
    "asha_promote": (Shuffle, Promotion), "hyperband": (Shuffle, Hyperband),
    "tpe+asha": (TPE, Stopping)}


def simulate(grid: Grid, search, budget: float, lag: int) -> float:
    """Lets a search decide by the rule of sine-tune, and returns the cost of all that was trained.

    A decision sees the outcomes of those `lag` and more decisions before it. Revealed decisions are
    charged with what they cost, the others with what they are expected to cost. The search goes on
    while something is left for the cheapest cell, and its targets are capped to what is left.
    """
    cost = grid.table.cost
    pending = collections.deque()
    revealed = spent = 0.0

    def reveal() -> None:
        nonlocal revealed
        run, epochs, price, _ = pending.popleft()
        run.seen = epochs
        revealed += price
        search.observe(run)

    while True:
        while len(pending) >= lag:
            reveal()
        left = budget - revealed - sum(charge for *_, charge in pending)
        if left < cost.min():
            if not pending:
                return spent
            reveal()
            continue
        run, target = search.propose()
        epochs_left = int(left / cost[run.cell])
        if epochs_left <= 0:        # this cell is too dear for what is left
            if run.trained == 0 and grid.runs[-1] is run:
                grid.withdraw(run)
            if not pending:
                return spent
            reveal()
            continue
        target = min(target, run.trained + epochs_left)
        expected = max(min(grid.expected_epochs(target), target) - run.trained, 1)
        end = min(target, run.end)
        price = (end - run.trained) * cost[run.cell]
        spent += price
        run.trained = end
        pending.append((run, end, price, expected * cost[run.cell]))


# --------------------------------------------------------------------------------- rows of peers

Key = tuple[str, str, int, int, int, int]


def key(row: dict) -> Key:
    return tuple(row[name] for name in ("algo", "kind", "world", "rep", "frac", "lag"))


def row_of(table: Table, algo: str, repeat: int, fraction: int, lag: int) -> dict:
    row = {"algo": algo, "kind": table.kind, "world": table.seed, "rep": repeat}
    if algo == "grid":
        return {**row, "frac": fraction, "lag": lag, "value": table.grid_value(), "spent": 1.0}
    seed = 1000 * table.seed + repeat
    random = numpy.random.default_rng([seed, 5])
    grid = Grid(table, repeat)
    sampler, pruner = SEARCHES[algo]
    search = pruner(grid, sampler(table, seed, random), random)
    spent = simulate(grid, search, table.grid_cost / fraction, lag)
    run = grid.best_run()
    quality = run.quality[int(numpy.argmax(run.scores[:run.seen]))]
    return {
        **row, "frac": fraction, "lag": lag, "value": table.value(run.cell),
        "delivered": float(quality) / table.best_mean,
        "observed": float(run.score) / table.best_mean, "spent": spent / table.grid_cost}


def rows_of_world(task: tuple[pathlib.Path, str, int, list[Key]]) -> list[dict]:
    folder, kind, seed, keys = task
    table = Table(folder, kind, seed)
    return [row_of(table, algo, repeat, fraction, lag)
            for algo, _, _, repeat, fraction, lag in keys]


def make_peers(options: argparse.Namespace) -> None:
    known = {key(row) for row in read_rows(options.rows)}
    tasks = []
    for seed, kind in itertools.product(range(max(len(s) for s, _ in PLAN.values())), PLAN):
        seeds, repeats = PLAN[kind]
        if seed not in seeds or kind not in options.kinds or seed not in options.world_seeds:
            continue
        for lag, repeat in itertools.product(options.lags, range(repeats)):
            keys = [
                (algo, kind, seed, repeat, fraction, lag)
                for algo in options.algos for fraction in options.budgets]
            # The row of the whole grid is the mean over all seeds, so a world needs only one.
            if repeat == 0 and lag == options.lags[0]:
                keys.append(("grid", kind, seed, 0, 1, 1))
            keys = [key for key in keys if key not in known]
            if keys:
                tasks.append((options.tables, kind, seed, keys))
    with multiprocessing.Pool(options.jobs) as pool, open(options.rows, "a") as file:
        for number, rows in enumerate(pool.imap_unordered(rows_of_world, tasks), 1):
            write_rows(rows, file)
            print(f"{number} of {len(tasks)}", file=sys.stderr, flush=True)


def read_rows(path: str) -> list[dict]:
    """The rows of a file; a last line that was cut is removed from it."""
    if not os.path.exists(path):
        return []
    with open(path, "rb+") as file:
        content = file.read()
        whole = content[:content.rfind(b"\n") + 1]
        if whole != content:
            file.truncate(len(whole))
    return [json.loads(line) for line in whole.splitlines()]


def write_rows(rows: list[dict], file) -> None:
    file.write("".join(json.dumps(row) + "\n" for row in rows))
    file.flush()


# ----------------------------------------------------------------------------- rows of sine-tune

def make_program(options: argparse.Namespace) -> None:
    known = {key(row) for row in read_rows(options.rows)}
    name = options.name or "+".join([options.algo] + ([options.pruner] if options.pruner else []))
    with open(options.rows, "a") as file:
        for kind, lag, fraction in itertools.product(options.kinds, options.lags, options.budgets):
            seeds, repeats = PLAN[kind]
            seeds = [seed for seed in seeds if seed in options.world_seeds]
            keys = {
                (name, kind, seed, repeat, fraction, lag)
                for seed in seeds for repeat in range(repeats)}
            if keys <= known:
                continue
            rows = replay(options, kind, seeds, repeats, lag, fraction)
            rows = [{"algo": name, **row} for row in rows]
            write_rows([row for row in rows if key(row) not in known], file)


def replay(options, kind: str, seeds: list[int], repeats: int, lag: int, fraction: int):
    command = [
        options.program, "replay", "--worlds", kind,
        "--world_seeds", f"{seeds[0]}..<{seeds[-1] + 1}", "--algo", options.algo,
        "--lag", str(lag), "--budget", f"1/{fraction}", "--repeats", str(repeats),
        "--by", "world", "--format", "json"]
    if options.pruner:
        command += ["--pruner", options.pruner]
    command += options.arguments
    print(" ".join(command), file=sys.stderr)
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    for group in json.loads(output):
        group = {camel_case(name): value for name, value in group.items()}
        for repeat, value in enumerate(group["values"]):
            budget = fractions.Fraction(str(group["budget"])).limit_denominator(1000)
            yield {
                "kind": group["world"], "world": group["worldSeed"], "rep": repeat,
                "frac": round(1 / budget), "lag": group["lag"], "value": value,
                "delivered": group["model"], "spent": group["spent"]}


def camel_case(name: str) -> str:
    return re.sub("_(.)", lambda match: match[1].upper(), name)


# ---------------------------------------------------------------------------------------- report

# The values of a search by kind: one number a world, the mean of its repeats.
Worlds = dict[str, dict[int, float]]


def by_world(rows: list[dict]) -> Worlds:
    groups = collections.defaultdict(list)
    for row in rows:
        groups[row["kind"], row["world"]].append(row["value"])
    worlds: Worlds = {}
    for (kind, seed), values in sorted(groups.items()):
        worlds.setdefault(kind, {})[seed] = float(numpy.mean(values))
    return worlds


def interval(worlds: Worlds, kinds: list[str], samples: int = 4000) -> tuple[float, float, float]:
    """The mean over kinds, each the mean over its worlds, and the bounds of 95 % of its bootstrap.

    The worlds of a kind are drawn with replacement. The kinds are fixed.
    """
    random = numpy.random.default_rng(0)
    values = [numpy.array(list(worlds[kind].values())) for kind in kinds]
    means = [
        one[random.integers(0, len(one), (samples, len(one)))].mean(1) for one in values]
    low, high = numpy.percentile(numpy.mean(means, 0), [2.5, 97.5])
    return float(numpy.mean([one.mean() for one in values])), float(low), float(high)


def difference(one: Worlds, other: Worlds) -> Worlds:
    """The difference of two searches on the worlds that both have searched."""
    both = {
        kind: {seed: one[kind][seed] - other[kind][seed] for seed in one[kind].keys() & other[kind]}
        for kind in one.keys() & other}
    return {kind: dict(sorted(seeds.items())) for kind, seeds in both.items() if seeds}


def figure(mean: float, low: float, high: float, sign: str = "") -> str:
    texts = [f"{value:{sign}.3f}".replace("0.", ".", 1) for value in (mean, low, high)]
    return "{} [{} {}]".format(*texts)


def print_report(options: argparse.Namespace) -> None:
    groups = collections.defaultdict(list)
    for row in itertools.chain.from_iterable(read_rows(path) for path in options.rows):
        groups[row["frac"], row["lag"], row["algo"]].append(row)
    worlds = {group: by_world(rows) for group, rows in groups.items()}
    places = sorted({group[:2] for group in worlds}, key=lambda place: (place[1], -place[0]))
    for place in places:
        print_values(worlds, *place)
    print_differences(worlds, [place for place in places if place[0] > 1], options.reference)


def print_values(worlds: dict[tuple, Worlds], fraction: int, lag: int) -> None:
    title = "the whole grid" if fraction == 1 else f"1/{fraction} of the grid, lag {lag}"
    print(f"\n| {title} | {' | '.join(PLAN)} | mean |\n|{'---|' * (len(PLAN) + 2)}")
    for group, values in sorted(worlds.items()):
        if group[:2] != (fraction, lag):
            continue
        cells = [figure(*interval(values, [kind])) if kind in values else "" for kind in PLAN]
        has_all = values.keys() >= PLAN.keys()
        mean = figure(*interval(values, list(PLAN))) if has_all else ""
        print(f"| {group[2]} | {' | '.join(cells)} | {mean} |")


def print_differences(worlds: dict[tuple, Worlds], places: list, reference: str) -> None:
    heads = " | ".join(f"1/{fraction}, lag {lag}" for fraction, lag in places)
    print(f"\n| {reference} minus | {heads} |\n|{'---|' * (len(places) + 1)}")
    for peer in sorted({group[2] for group in worlds} - {reference, "grid"}):
        cells = []
        for place in places:
            pair = [worlds.get((*place, algo), {}) for algo in (reference, peer)]
            values = difference(*pair)
            has_all = values.keys() >= PLAN.keys()
            cells.append(figure(*interval(values, list(PLAN)), sign="+") if has_all else "")
        print(f"| {peer} | {' | '.join(cells)} |")


# --------------------------------------------------------------------------------------- options

def numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",")]


def seeds(text: str) -> range:
    low, high = text.split("..<")
    return range(int(low), int(high))


def kinds(text: str) -> list[str]:
    unknown = [kind for kind in text.split(",") if kind not in PLAN]
    if unknown:
        raise argparse.ArgumentTypeError(f"no kind '{unknown[0]}', the kinds are {', '.join(PLAN)}")
    return text.split(",")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    peers = commands.add_parser("peers", help="let Optuna's searches run on tables of worlds")
    peers.add_argument("tables", type=pathlib.Path, help="the folder that '--tables' named")
    peers.add_argument("rows", help="the file that the rows are appended to")
    peers.add_argument("--algos", type=lambda text: text.split(","), default=list(SEARCHES))
    peers.add_argument("--jobs", type=int, default=2, help="processes (default: 2)")
    peers.set_defaults(command=make_peers)
    program = commands.add_parser("program", help="let sine-tune replay the same searches")
    program.add_argument("program", help="the path of sine-tune")
    program.add_argument("rows", help="the file that the rows are appended to")
    program.add_argument("--algo", default="kg")
    program.add_argument("--pruner")
    program.add_argument("--name", help="what the rows call this search (default: algo+pruner)")
    program.add_argument(
        "--arguments", nargs=argparse.REMAINDER, default=[],
        help="last: further arguments of 'sine-tune replay'")
    program.set_defaults(command=make_program)
    for command in (peers, program):
        command.add_argument("--kinds", type=kinds, default=list(PLAN))
        command.add_argument("--world_seeds", type=seeds, default=range(24), metavar="0..<24")
        command.add_argument("--lags", type=numbers, default=[2])
        command.add_argument(
            "--budgets", type=numbers, default=[8, 4, 2],
            help="8 stands for 1/8 of what the grid costs (default: 8,4,2)")
    report = commands.add_parser("report", help="print the tables")
    report.add_argument("rows", nargs="+", help="files of rows")
    report.add_argument(
        "--reference", default="kg", help="the search that others are compared with")
    report.set_defaults(command=print_report)
    options = parser.parse_args()
    options.command(options)


if __name__ == "__main__":
    main()
