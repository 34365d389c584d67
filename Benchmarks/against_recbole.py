#!/usr/bin/env python3
"""Runs sine-tune and RecBole 1.2.1 alternately on ml-100k and prints how many times faster it is.

Both train SINE with the same settings on the same machine, in turns, so that other work on the
machine slows both. RecBole is measured as shipped, with torch's anomaly detection on, and without
it, with one thread and with all cores; the better count of threads is what sine-tune is held
against. sine-tune is measured on one core (`sine-tune train --threads 1`) and as a sweep with one
job a core. Seconds of a batch are medians of a round, and ratios are medians over the rounds.

Needs python3 with venv and pip, and Swift to build sine-tune. RecBole is installed from PyPI into a
folder of its own.
"""

import argparse
import glob
import json
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
REPOSITORY = os.path.dirname(HERE)

# RecBole 1.2.1 does not run with newer ones.
PINS = [
    "numpy<2",
    "pandas<2.2",
    "scipy<1.13",
    "setuptools<70",
    "pydantic<2",
    "hyperopt",
    "plotly",
]
TORCH = "2.13.0"
TORCH_INDEX = "https://download.pytorch.org/whl/cpu"
NEWEST_PYTHON = (3, 12)


class Failure(Exception):
    """What went wrong, in words for the user."""


def say(text):
    print(text, file=sys.stderr, flush=True)


# MARK: - Commands


def run(command, limit, folder):
    """Runs a command to its end; returns its output and the most memory it had resident.

    It is killed after `limit` seconds.
    """
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=errors
        )
        expired = threading.Event()

        def expire():
            expired.set()
            process.kill()

        timer = threading.Timer(limit, expire)
        timer.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            os.wait4(process.pid, 0)
            raise
        finally:
            timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        last = errors.read().strip().splitlines()[-1:] or ["no message"]
        if expired.is_set():
            raise Failure(f"not done after {limit:.0f} s: {' '.join(command)}")
        if process.returncode != 0:
            raise Failure(f"exit code {process.returncode}: {' '.join(command)}: {last[0]}")
        output.seek(0)
        unit = 1 if sys.platform == "darwin" else 1024
        return output.read(), usage.ru_maxrss * unit


def set_up_recbole(venv, python):
    """Installs RecBole where it is missing; returns its Python."""
    interpreter = os.path.join(venv, "bin", "python")
    if not os.path.exists(interpreter):
        version = subprocess.run(
            [python, "-c", "import sys; print(*sys.version_info[:2])"],
            check=True, capture_output=True, text=True,
        ).stdout.split()
        if tuple(map(int, version)) > NEWEST_PYTHON:
            newest = ".".join(map(str, NEWEST_PYTHON))
            raise Failure(
                f"RecBole's numpy needs Python {newest} or older, found {'.'.join(version)}; "
                "name one with --python"
            )
        say(f"making {venv}")
        subprocess.run([python, "-m", "venv", venv], check=True)
    if not glob.glob(data_pattern(venv)):
        say("installing RecBole and torch from the package index")
        pip = [interpreter, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        install_torch(pip)
        subprocess.run(pip + ["recbole==1.2.1"], check=True, timeout=1800)
        # In a step of its own: what torch says about setuptools contradicts what RecBole needs.
        subprocess.run(pip + PINS, check=True, timeout=1800)
    return interpreter


def install_torch(pip):
    """Installs the build for CPUs where an index has it: it is much smaller, but not on PyPI."""
    cpu = f"torch=={TORCH}+cpu"
    choices = [[cpu], ["--extra-index-url", TORCH_INDEX, cpu], [f"torch=={TORCH}"]]
    for choice in choices:
        if subprocess.run(pip + choice, timeout=3600).returncode == 0:
            return
    raise Failure(f"cannot install torch {TORCH}")


def data_pattern(venv):
    return os.path.join(
        venv, "lib", "python*", "site-packages", "recbole", "dataset_example", "ml-100k",
        "ml-100k.inter",
    )


def build():
    say("building sine-tune for release")
    command = ["swift", "build", "-c", "release", "--product", "sine-tune"]
    subprocess.run(command, cwd=REPOSITORY, check=True, stdout=sys.stderr, timeout=3600)
    folder = subprocess.run(
        command + ["--show-bin-path"], cwd=REPOSITORY, check=True, capture_output=True, text=True
    ).stdout.strip()
    return os.path.join(folder, "sine-tune")


# MARK: - Measuring


class Bench:
    """Both sides, ready to run, with a working folder that has ml-100k."""

    def __init__(self, options, binary, interpreter, folder):
        self.options = options
        self.binary = binary
        self.interpreter = interpreter
        self.folder = folder

    def recbole(self, sizes, anomaly):
        """Seconds of batches by threads, and what else RecBole reports."""
        limit = self.options.limit
        command = [
            self.interpreter, os.path.join(HERE, "recbole_batches.py"),
            "--prototypes", str(sizes[0]), "--interests", str(sizes[1]),
            "--anomaly", str(int(anomaly)), "--batches", str(self.options.batches),
            "--seconds", str(limit / 2 / len(self.options.threads)),
            "--threads", *map(str, self.options.threads),
        ]
        output, _ = run(command, limit, self.folder)
        report = json.loads(output.splitlines()[-1])
        for entry in report["runs"]:
            if not entry["seconds"]:
                raise Failure(f"no batch was done in the time limit of {limit:.0f} s")
        return report

    def train(self, sizes, batches):
        """Seconds of a batch in each epoch of one trial on one core; the peak memory."""
        command = [
            self.binary, "train", "--threads", "1", "--format", "json",
            *self.settings(), "--prototype_size", str(sizes[0]), "--interest_size", str(sizes[1]),
        ]
        output, memory = run(command, self.options.limit, self.folder)
        epochs = [json.loads(line) for line in output.splitlines()]
        return [e["train_seconds"] / batches for e in epochs if "train_seconds" in e], memory

    def sweep(self, sizes, batches):
        """Seconds of a batch of a sweep, all jobs together, in each epoch; the peak memory."""
        jobs = self.options.jobs
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            space = os.path.join(folder, "hyper.test")
            rates = [0.001 + 0.0001 * trial for trial in range(2 * jobs)]
            with open(space, "w") as file:
                file.write("learning_rate choice [%s]\n" % ",".join(f"{r:.4f}" for r in rates))
                file.write(f"prototype_size choice [{sizes[0]}]\n")
                file.write(f"interest_size choice [{sizes[1]}]\n")
            database = os.path.join(folder, "results.db")
            command = [
                self.binary, "--params_file", space, "--db", database, "--jobs", str(jobs),
                "--threads", "1", *self.settings(),
            ]
            _, memory = run(command, self.options.limit, self.folder)
            with sqlite3.connect(database) as connection:
                rows = connection.execute("SELECT trainSeconds FROM epoch").fetchall()
            connection.close()
        return [seconds / batches / jobs for (seconds,) in rows], memory

    def settings(self):
        return ["--dataset", "ml-100k", f"--epochs={self.options.epochs}"]

    def round(self, sizes, measured):
        """Both sides once, in turns."""
        for anomaly in (True, False):
            report = self.recbole(sizes, anomaly)
            batches = report["batches_per_epoch"]
            for entry in report["runs"]:
                measured.add_peer(anomaly, entry["threads"], entry["seconds"])
            measured.memory["recbole"].append(report["peak_memory"])
            kind = self.train if anomaly else self.sweep
            name = "train" if anomaly else "sweep"
            seconds, memory = kind(sizes, batches)
            measured.ours[name].append(statistics.median(seconds))
            measured.memory[name].append(memory)


class Measured:
    """The rounds of one pair of sizes: medians of seconds a batch."""

    def __init__(self, sizes):
        self.sizes = sizes
        self.peer = {}
        self.ours = {"train": [], "sweep": []}
        self.memory = {"recbole": [], "train": [], "sweep": []}

    def add_peer(self, anomaly, threads, seconds):
        self.peer.setdefault((anomaly, threads), []).append(statistics.median(seconds))

    def seconds_of_peer(self, anomaly, threads):
        return statistics.median(self.peer[anomaly, threads])

    def ratio(self, name, anomaly):
        """How many times faster: the median of the rounds' ratios to RecBole's better count."""
        counts = [threads for kind, threads in self.peer if kind == anomaly]
        best = [min(times) for times in zip(*(self.peer[anomaly, count] for count in counts))]
        return statistics.median(peer / ours for peer, ours in zip(best, self.ours[name]))

    def report(self):
        return {
            "prototype_size": self.sizes[0],
            "interest_size": self.sizes[1],
            "rounds": len(self.ours["sweep"]),
            "recbole_seconds_per_batch": [
                {"anomaly": anomaly, "threads": threads, "seconds": statistics.median(rounds)}
                for (anomaly, threads), rounds in sorted(self.peer.items(), reverse=True)
            ],
            "train_seconds_per_batch": statistics.median(self.ours["train"]),
            "sweep_seconds_per_batch": statistics.median(self.ours["sweep"]),
            "train_ratio": {
                "as_shipped": self.ratio("train", True), "anomaly_off": self.ratio("train", False)
            },
            "sweep_ratio": {
                "as_shipped": self.ratio("sweep", True), "anomaly_off": self.ratio("sweep", False)
            },
            "peak_memory": {name: max(values) for name, values in self.memory.items()},
        }


# MARK: - The tables


def table(header, rows):
    """A table in Markdown, aligned."""
    lines = [header] + rows
    widths = [max(len(line[i]) for line in lines) for i in range(len(header))]
    text = ["| " + " | ".join(c.rjust(w) for c, w in zip(line, widths)) + " |" for line in lines]
    return "\n".join([text[0], "|" + "|".join("-" * (w + 1) + ":" for w in widths) + "|"] + text[1:])


def tables(measured, options):
    seconds, ratios, memory = [], [], []
    for item in measured:
        name = "%d,%d" % item.sizes
        peer = [
            f"{item.seconds_of_peer(anomaly, threads):.2f}"
            for anomaly in (True, False) for threads in options.threads
        ]
        ours = [f"{statistics.median(item.ours[kind]):.4f}" for kind in ("train", "sweep")]
        seconds.append([name] + peer + ours)
        ratios.append(
            [name]
            + [
                f"{item.ratio(kind, anomaly):.0f}"
                for kind in ("train", "sweep") for anomaly in (True, False)
            ]
        )
        memory.append(
            [name]
            + [f"{max(item.memory[kind]) / 1e6:.0f}" for kind in ("recbole", "train", "sweep")]
        )
    kinds = [
        f"RecBole, {words}, {threads} thread{'s' * (threads > 1)}"
        for words in ("as shipped", "anomaly off") for threads in options.threads
    ]
    sweep = f"sweep, {options.jobs} job{'s' * (options.jobs > 1)}"
    return "\n\n".join(
        [
            "Seconds a batch of 2048\n\n"
            + table(["L,k"] + kinds + ["train, 1 core", sweep], seconds),
            "Times as fast as RecBole with its better count of threads\n\n"
            + table(
                ["L,k", "train : as shipped", "train : anomaly off", f"{sweep} : as shipped",
                 f"{sweep} : anomaly off"],
                ratios,
            ),
            "Peak memory, MB\n\n" + table(["L,k", "RecBole", "train", sweep], memory),
        ]
    )


# MARK: - The command line


def pair(text):
    prototypes, interests = map(int, text.split(","))
    return prototypes, interests


def parse_options():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    cores = os.cpu_count() or 1
    sizes = [(50, 3), (500, 4), (50, 16), (5000, 16)]
    parser.add_argument(
        "--sizes", type=pair, nargs="+", default=sizes, metavar="L,K",
        help="pairs of prototype_size and interest_size (default: 50,3 500,4 50,16 5000,16)",
    )
    parser.add_argument("--rounds", type=int, default=3, help="(default: %(default)s)")
    parser.add_argument(
        "--batches", type=int, default=4, help="RecBole's, a measurement (default: %(default)s)"
    )
    parser.add_argument(
        "--epochs", type=int, default=2, help="sine-tune's, a trial (default: %(default)s)"
    )
    parser.add_argument("--jobs", type=int, default=cores, help="of the sweep (default: the cores)")
    parser.add_argument(
        "--threads", type=int, nargs="+", default=sorted({1, cores}),
        help="RecBole's (default: one, and the cores)",
    )
    parser.add_argument(
        "--limit", type=float, default=300, help="seconds of one measurement (default: %(default)s)"
    )
    parser.add_argument(
        "--venv", default=os.path.join(REPOSITORY, ".build", "recbole-venv"),
        help="where RecBole is or will be installed (default: %(default)s)",
    )
    parser.add_argument(
        "--python", default=sys.executable, help="makes the venv; 3.12 or older (default: this one)"
    )
    parser.add_argument("--binary", help="a sine-tune to measure instead of building one")
    parser.add_argument("--json", metavar="FILE", help="writes the figures as JSON as well")
    options = parser.parse_args()
    for name in ("rounds", "batches", "epochs", "jobs"):
        if getattr(options, name) < 1:
            parser.error(f"--{name} is at least 1")
    if min(options.threads) < 1:
        parser.error("--threads are at least 1")
    return options


def main():
    options = parse_options()
    interpreter = set_up_recbole(os.path.abspath(options.venv), options.python)
    binary = os.path.abspath(options.binary) if options.binary else build()
    measured = [Measured(sizes) for sizes in options.sizes]
    with tempfile.TemporaryDirectory(prefix="sine-tune-bench-") as folder:
        target = os.path.join(folder, "dataset", "ml-100k")
        os.makedirs(target)
        shutil.copy(glob.glob(data_pattern(os.path.abspath(options.venv)))[0], target)
        bench = Bench(options, binary, interpreter, folder)
        try:
            for number in range(options.rounds):
                for item in measured:
                    say("round %d of %d: %d,%d" % (number + 1, options.rounds, *item.sizes))
                    bench.round(item.sizes, item)
        except KeyboardInterrupt:
            measured = [item for item in measured if item.ours["sweep"]]
            if not measured:
                raise
            say("interrupted: this is what has been measured so far")
    print(tables(measured, options))
    if options.json:
        with open(options.json, "w") as file:
            json.dump([item.report() for item in measured], file, indent=2)
            file.write("\n")


if __name__ == "__main__":
    try:
        main()
    except (Failure, subprocess.SubprocessError, OSError) as error:
        say(f"error: {error}")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
