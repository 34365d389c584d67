#!/usr/bin/env python3
"""Opens results.db with Optuna and prints what it finds there; the file stays as it is.

    python3 -m venv ~/optuna && ~/optuna/bin/pip install optuna==5.0.0
    ~/optuna/bin/python Scripts/optuna_reads.py runs/results.db [SWEEP]

Checks on the way that Optuna and the views of sine-tune agree on scores and on the best trial, that
every study survives `optuna.copy_study` and `add_trials` to another storage, that notes and attributes
can be written, and that whatever else Optuna writes is refused without an effect. What writes, writes to
a copy of the file.
"""

import contextlib
import datetime
import hashlib
import pathlib
import sqlite3
import sys
import tempfile

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


def facts(study):
    """What has to be the same of a study in another storage, by the numbers of its trials there."""
    return [
        (trial.state, trial.values, trial.params, trial.distributions, trial.intermediate_values,
         trial.user_attrs, trial.datetime_start, trial.datetime_complete)
        for trial in study.get_trials(deepcopy=False)
    ]


def copy(path, name, folder):
    """Takes a study to other storages, by both of Optuna's ways."""
    ours = f"sqlite:///{path}"
    study = optuna.load_study(storage=ours, study_name=name)
    other = f"sqlite:///{folder}/copied.db"
    optuna.copy_study(from_study_name=name, from_storage=ours, to_storage=other)
    copied = optuna.load_study(storage=other, study_name=name)
    assert facts(copied) == facts(study), "copy_study has changed something"
    added = optuna.create_study(directions=study.directions)
    added.add_trials(study.trials)
    assert facts(added) == facts(study), "add_trials has changed something"
    now = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
    for trial in study.trials:
        # Optuna's times have no zone and are UTC from version 5 on.
        for time in (trial.datetime_start, trial.datetime_complete):
            assert time is None or time.tzinfo is None and time <= now, f"time {time}"
        if trial.duration is not None:
            assert trial.duration >= datetime.timedelta(0), f"duration {trial.duration}"


def write(path, name, folder):
    """Notes and attributes are taken; anything else changes nothing. Works on a copy."""
    mine = f"{folder}/mine.db"
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as source:
        with contextlib.closing(sqlite3.connect(mine)) as target:
            source.backup(target)
    storage = f"sqlite:///{mine}"
    study = optuna.load_study(storage=storage, study_name=name)
    study.set_user_attr("who", "me")
    # What optuna-dashboard writes for a note about a study.
    study._storage.set_study_system_attr(study._study_id, "dashboard:note:0", "a note")
    again = optuna.load_study(storage=storage, study_name=name)
    assert again.user_attrs["who"] == "me"
    before = digest(mine)

    def refused(what, work):
        try:
            work()
        except Exception as error:
            assert not isinstance(error, optuna.exceptions.DuplicatedStudyError), "a misleading error"
            causes = []
            while error is not None:
                causes.append(str(error))
                error = error.__cause__ or error.__context__
            text = next((cause for cause in causes if "sine-tune" in cause or "view" in cause
                         or "sweep" in cause), None)
            assert text, f"{what}: {causes}"
            print(f"  {what}: {text.splitlines()[0]}")
        else:
            raise AssertionError(f"{what} was not refused")
        assert digest(mine) == before, f"{what} has changed the file"

    def create(**options):
        return optuna.create_study(storage=storage, **options)

    refused("create_study", lambda: create(study_name="new"))
    refused("create_study without a name", create)
    refused("ask", study.ask)
    refused("enqueue_trial", lambda: study.enqueue_trial({}))
    if study.trials:
        refused("add_trials", lambda: study.add_trials(study.trials))
    refused("delete_study", lambda: optuna.delete_study(study_name=name, storage=storage))
    assert create(study_name=name, load_if_exists=True).study_name == name


def main():
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    path = sys.argv[1] if len(sys.argv) > 1 else "runs/results.db"
    before = digest(path)
    names = sys.argv[2:] or optuna.get_all_study_names(f"sqlite:///{path}")
    for name in names:
        show(path, name)
        with tempfile.TemporaryDirectory() as folder:
            copy(path, name, pathlib.Path(folder))
            write(path, name, pathlib.Path(folder))
    assert digest(path) == before, "Optuna changed the file"
    noun = "study" if len(names) == 1 else "studies"
    print(f"Optuna {optuna.__version__} reads {len(names)} {noun}; the file is unchanged")


if __name__ == "__main__":
    main()
