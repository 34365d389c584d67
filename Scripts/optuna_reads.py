#!/usr/bin/env python3
"""Opens results.db with Optuna and prints what it finds there; the file stays as it is.

    python3 -m venv ~/optuna && ~/optuna/bin/pip install optuna==5.0.0
    ~/optuna/bin/python Scripts/optuna_reads.py runs/results.db [SWEEP]

Checks on the way that Optuna and the views of sine-tune agree on scores and on the best trial.
"""

import hashlib
import sqlite3
import sys

import optuna
from optuna.trial import TrialState


def digest(path):
    """A digest of all tables, views and rows."""
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
        return hashlib.sha256("\n".join(connection.iterdump()).encode()).hexdigest()


def scores(path, name):
    """The scores of complete trials by number, from sine-tune's own view."""
    query = """SELECT trial, valid_score FROM results
        WHERE sweep = ? AND state = 'complete' AND valid_score IS NOT NULL"""
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
        return dict(connection.execute(query, (name,)))


def show(path, name):
    study = optuna.load_study(storage=f"sqlite:///{path}", study_name=name)
    print(f"study '{name}': {study.direction.name}, {len(study.trials)} trials")
    print(f"  metric {study.metric_names}, attributes {study.user_attrs}")
    for trial in study.trials:
        print(f"  {trial.number:4d} {trial.state.name:8s} value {trial.value} params {trial.params}")
        print(f"       epochs {trial.intermediate_values}")
        print(f"       attributes {trial.user_attrs}")
    complete = study.get_trials(states=[TrialState.COMPLETE])
    ours = scores(path, name)
    assert {trial.number: trial.value for trial in complete} == ours, "scores differ"
    if complete:
        best = study.best_trial
        print(f"  best: trial {best.number}, value {best.value}, params {best.params}")
        choose = max if study.direction.name == "MAXIMIZE" else min
        assert best.value == choose(ours.values()), "best trials differ"


def main():
    path = sys.argv[1] if len(sys.argv) > 1 else "runs/results.db"
    before = digest(path)
    names = sys.argv[2:] or optuna.get_all_study_names(f"sqlite:///{path}")
    for name in names:
        show(path, name)
    assert digest(path) == before, "Optuna changed the file"
    noun = "study" if len(names) == 1 else "studies"
    print(f"Optuna {optuna.__version__} reads {len(names)} {noun}; the file is unchanged")


if __name__ == "__main__":
    main()
