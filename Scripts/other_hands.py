#!/usr/bin/env python3
"""Does to a results.db what other hands do to it, goes on with its sweeps, and looks at what comes of it.

    python3 Scripts/other_hands.py SINE-TUNE [--optuna PYTHON] [--full] [--only TEXT] [--show]

SINE-TUNE is the built program. --optuna names a Python with optuna 5 and optuna-dashboard; without it
their writes are left out. --full tries more values in every column. --only does the cases whose name
holds a text, --show prints what the program says in each.

A file with two half-finished sweeps of different configurations is the start of every case. A hand
deletes, edits, copies, restores, locks or cuts it, or is refused; then both sweeps are gone on with and
a third one is begun. Each of these runs has to end in one of two ways: with exit code 0 and the tables of
sweeps that nobody touched, or with exit code 1 and one message. A sweep never holds trials of another one.
Python's standard library is enough. Prints a line for each case, and ends with 1 if any went wrong.
"""

import argparse
import collections
import concurrent.futures
import contextlib
import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

import compare_results

SPACE = "learning_rate choice [0.01,0.001]\nprototype_size choice [5,6,7]\n"
# Two configurations of one log: the figures of their trials differ, the parameters do not.
SWEEPS = {"first": ["--interest_size=2"], "second": ["--interest_size=3"]}
THIRD = ["--interest_size=4"]
TIMEOUT = 120


class Wrong(Exception):
    """What must not be."""


def write_log(folder):
    """40 users with 12 events each over 30 items."""
    lines = ["user_id:token\titem_id:token\ttimestamp:float"]
    for user in range(40):
        for event in range(12):
            item = (user * 7 + event * (1 + user % 3)) % 30
            lines.append(f"u{user}\ti{item}\t{1000 + event * 10 + user}")
    log = folder / "data" / "small" / "small.inter"
    log.parent.mkdir(parents=True)
    log.write_text("\n".join(lines) + "\n")
    (folder / "hyper.test").write_text(SPACE)


class Case:
    """A folder with a results.db, and the runs on it."""

    def __init__(self, program, folder):
        self.program = program
        self.folder = folder
        self.db = folder / "runs" / "results.db"
        self.said = []
        self.refusals = []

    def command(self, name, *options, epochs=3):
        own = SWEEPS.get(name, THIRD)
        return [
            self.program, "--params_file", "hyper.test", "--dataset", "small", "--data_path=data",
            "--embedding_size=8", "--train_batch_size=128", "--MAX_ITEM_LIST_LENGTH=8",
            f"--epochs={epochs}", "--jobs", "1", "--threads", "1", "--lag", "1", *own,
            *(["--sweep", name] if name in SWEEPS else []), *options,
        ]

    def run(self, command, user=None):
        """Returns exit code and standard error; more than an orderly end is wrong."""
        if user is not None:
            command = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", *command]
        try:
            ended = subprocess.run(
                command, cwd=self.folder, capture_output=True, text=True, errors="replace",
                stdin=subprocess.DEVNULL, timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            raise Wrong(f"no end after {TIMEOUT} s: {' '.join(command[1:4])}") from None
        errors = [line for line in ended.stderr.splitlines() if "error:" in line]
        self.said.append((ended.returncode, errors, ended.stdout))
        if ended.returncode not in (0, 1):
            raise Wrong(f"exit code {ended.returncode}: {ended.stderr[-400:]}")
        if ended.returncode == 1 and len(errors) != 1:
            raise Wrong(f"{len(errors)} messages with exit code 1: {ended.stderr[-400:]}")
        if ended.returncode == 0 and errors:
            raise Wrong(f"exit code 0 with a message: {errors}")
        return ended.returncode, ended.stderr

    def go_on(self, name, *options):
        return self.run(self.command(name, *options))[0] == 0

    def sql(self, text, *arguments):
        """As the sqlite3 shell does it: no foreign keys. The file may refuse the statement."""
        with contextlib.closing(sqlite3.connect(self.db, timeout=10)) as connection:
            connection.execute("PRAGMA ignore_check_constraints = ON")
            try:
                with connection:
                    connection.execute(text, arguments)
            except sqlite3.Error as error:
                self.refusals.append(str(error))

    def rows(self, text, *arguments):
        uri = self.db.resolve().as_uri() + "?mode=ro"
        with contextlib.closing(sqlite3.connect(uri, uri=True)) as connection:
            return connection.execute(text, arguments).fetchall()


def facts(db, any_order=True):
    """What is compared of every sweep of a file: by its settings, since a hand may rename it."""
    results = compare_results.Results(str(db))
    try:
        found = {}
        for name, identifier in results.sweeps().items():
            sheet = results.facts(identifier, any_order)
            found[name] = sheet
        return found
    finally:
        results.connection.close()


def size_of(sheet):
    """The interest_size of a sweep, by which the three configurations are known."""
    return sheet["settings of the sweep"].get(("interest_size",))


class Hands:
    """All cases, over copies of one start."""

    def __init__(self, program, root, options):
        self.program = program
        self.root = root
        self.options = options
        self.outcomes = collections.Counter()
        self.failures = []
        self.cases = []
        self.start = root / "start"
        self.start.mkdir()
        write_log(self.start)
        case = Case(program, self.start)
        for name, evals in (("first", "4"), ("second", "2")):
            assert case.go_on(name, "--max_evals", evals), case.said
        reference = root / "reference"
        shutil.copytree(self.start, reference)
        case = Case(program, reference)
        for name in (*SWEEPS, "third"):
            assert case.go_on(name), case.said
        self.reference = {size_of(sheet): sheet for sheet in facts(case.db).values()}
        assert len(self.reference) == 3

    def case(self, name, hand, check=None):
        """A hand that works on a copy of the start, and what is asked of it afterwards."""
        if self.options.only and self.options.only not in name:
            return
        self.cases.append((name, hand, check or self.go_on))

    def run(self):
        """Runs all cases, several at a time: most of the time is waiting for the disk."""
        with concurrent.futures.ThreadPoolExecutor(3) as pool:
            for line in pool.map(lambda case: self.outcome(*case), self.cases):
                print(line, flush=True)

    def outcome(self, name, hand, check):
        folder = pathlib.Path(tempfile.mkdtemp(dir=self.root)) / "case"
        shutil.copytree(self.start, folder, symlinks=True)
        case = Case(self.program, folder)
        try:
            hand(case)
            outcome = check(case)
            if case.refusals:
                if "message" in outcome:
                    raise Wrong(f"refused, and yet {outcome}")
                outcome = "refused, " + outcome
            self.outcomes[outcome] += 1
        except (Wrong, AssertionError, compare_results.Failure, sqlite3.Error) as error:
            outcome = f"WRONG: {error}"
            self.outcomes["wrong"] += 1
            self.failures.append(name)
        lines = [f"{name:58s} {outcome}"]
        if self.options.show:
            lines += [f"    the file: {refusal}" for refusal in case.refusals]
            lines += [f"    exit {code}{''.join('; ' + line for line in errors)}"
                      for code, errors, _ in case.said]
        shutil.rmtree(folder.parent)
        return "\n".join(lines)

    def go_on(self, case):
        """Goes on with both sweeps and begins a third; every sweep that ends has to be right."""
        ended = {name: case.go_on(name) for name in (*SWEEPS, "third")}
        for command in (["status"], ["best"]):
            case.run([self.program, *command])
        self.compare(case, ended)
        refused = [name for name, is_right in ended.items() if not is_right]
        return "right tables" if not refused else f"message ({', '.join(refused)})"

    def compare(self, case, ended):
        """No sweep holds what is not its own, and those that ended hold all of it."""
        if not any(ended.values()):
            return
        found = facts(case.db)
        for name, sheet in found.items():
            reference = self.reference.get(size_of(sheet))
            if reference is None:
                continue
            for kind in ("losses of epochs", "scores of epochs", "validation metrics",
                         "test metrics"):
                for key, value in sheet[kind].items():
                    if key in reference[kind] and not compare_results.is_same(
                            value, reference[kind][key]):
                        raise Wrong(f"sweep {name}: {kind}: {key} is {value}, "
                                    f"not {reference[kind][key]}")
        for name, has_ended in ended.items():
            if has_ended:
                sizes = {"first": "2", "second": "3", "third": "4"}
                sheets = [s for s in found.values() if size_of(s) == sizes[name]]
                best = [compare_results.compare(self.reference[sizes[name]], s)[1] for s in sheets]
                if not any(not differences for differences in best):
                    shown = best[0][:2] if best else ["it is not there"]
                    raise Wrong(f"sweep {name} ended with exit code 0, but: {shown}")


class Table:
    """A table of ours or of Optuna, with its columns."""

    def __init__(self, name, information):
        self.name = name
        self.columns = [row[1] for row in information]
        keys = sorted((row[5], row[1]) for row in information if row[5])
        self.key = [name for _, name in keys] or ["rowid"]

    def row(self, order):
        """The first or the last row, as a condition."""
        key = ", ".join(self.key)
        sorting = ", ".join(f"{column} {order}" for column in self.key)
        return f"({key}) IN (SELECT {key} FROM {self.name} ORDER BY {sorting} LIMIT 1)"


def tables(db):
    """The native tables and Optuna's."""
    with contextlib.closing(sqlite3.connect(db)) as connection:
        names = [name for name, in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")]
        return [Table(name, list(connection.execute(f"PRAGMA table_info({name})")))
                for name in sorted(names)]


def sql_cases(hands):
    """Deletes and edits rows of every table, in the way of the sqlite3 shell."""
    def statement(text, *arguments):
        return lambda case: case.sql(text, *arguments)

    known = tables(hands.start / "runs" / "results.db")
    for table in known:
        for rows, where in (("the first row", table.row("ASC")), ("the last row", table.row("DESC")),
                            ("all rows", "1")):
            hands.case(f"DELETE {rows} of {table.name}",
                       statement(f"DELETE FROM {table.name} WHERE {where}"))
    for name, text in {
            "DELETE the last trial of the first sweep":
                "DELETE FROM trial WHERE sweep = 1 AND number = 3",
            "DELETE a trial in the middle": "DELETE FROM trial WHERE sweep = 1 AND number = 1",
            "DELETE the first sweep": "DELETE FROM sweep WHERE name = 'first'",
            "DELETE all trials of a sweep": "DELETE FROM trial WHERE sweep = 1",
            "DELETE the study of a sweep": "DELETE FROM studies WHERE study_name = 'first'",
            "UPDATE the name of a sweep": "UPDATE sweep SET name = 'mine' WHERE name = 'first'",
            "UPDATE the name of a study":
                "UPDATE studies SET study_name = 'mine' WHERE study_name = 'first'",
            "UPDATE trials into the other sweep":
                "UPDATE trial SET sweep = 2, number = number + 10 WHERE sweep = 1",
            "UPDATE trials to other numbers":
                "UPDATE trial SET number = number + 100 WHERE sweep = 1",
            "UPDATE a trial to running": "UPDATE trial SET state = 'running' WHERE id = 1",
            "UPDATE a trial to waiting": "UPDATE trial SET state = 'waiting' WHERE id = 1",
            "UPDATE a trial to failed":
                "UPDATE trial SET state = 'failed', reason = 'failed' WHERE id = 1",
            "UPDATE user_version to a newer one": "PRAGMA user_version = 99",
            "UPDATE application_id": "PRAGMA application_id = 1",
            "DROP VIEW results": "DROP VIEW results",
            "DROP VIEW trials": "DROP VIEW trials",
            "DROP TABLE metric": "DROP TABLE metric",
            "ADD a column to trial": "ALTER TABLE trial ADD COLUMN note TEXT",
            "CREATE a table and an index": "CREATE TABLE notes AS SELECT 1 AS note",
            "PRAGMA journal_mode = DELETE": "PRAGMA journal_mode = DELETE",
    }.items():
        hands.case(name, statement(text))
    hands.case("VACUUM", lambda case: vacuum(case))
    values = ["NULL", "'x'"] + (
        ["-1", "0", "9223372036854775807", "1e300", "x'00ff'", "''"] if hands.options.full else [])
    for table in known:
        for column in table.columns:
            for value in values:
                hands.case(
                    f"UPDATE {table.name}.{column} = {value}",
                    statement(f"UPDATE {table.name} SET {column} = {value} "
                              f"WHERE {table.row('ASC')}"), check=hands_off(hands))


def vacuum(case):
    with contextlib.closing(sqlite3.connect(case.db, isolation_level=None)) as connection:
        connection.execute("VACUUM")


def hands_off(hands):
    """After an edit of a value only this is asked: an orderly end, and no harm to the other sweep."""
    def check(case):
        ended = {name: case.go_on(name) for name in SWEEPS}
        for command in (["status"], ["best"]):
            case.run([hands.program, *command])
        if ended["second"]:
            found = [sheet for sheet in facts(case.db).values() if size_of(sheet) == "3"]
            wanted = hands.reference["3"]["losses of epochs"]
            if not any(sheet["losses of epochs"] == wanted for sheet in found):
                raise Wrong("the sweep that nobody touched has changed")
        refused = [name for name, is_right in ended.items() if not is_right]
        return "orderly end" if not refused else f"message ({', '.join(refused)})"
    return check


def running(case, name="first", epochs=3):
    """A sweep that runs beside the hand. Any other name means a sweep whose trials have no end."""
    options = [] if name in SWEEPS else [f"--stopping_step={epochs}"]
    return subprocess.Popen(
        case.command(name, *options, epochs=epochs), cwd=case.folder, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def complete(case):
    return case.rows("SELECT count(*) FROM trial WHERE state = 'complete'")[0][0]


def wait_for(condition, what):
    deadline = time.monotonic() + TIMEOUT
    while not condition():
        if time.monotonic() > deadline:
            raise Wrong(f"waited {TIMEOUT} s for {what}")
        time.sleep(0.002)


def copy_cases(hands):
    """Copies of the .db alone, backups, restores, and files that are cut."""
    def copy_beside_run(case):
        process = running(case)
        try:
            wait_for(lambda: complete(case) >= 7, "a trial of the run")
            ended = complete(case)
            time.sleep(0.5)  # A trial has ended a moment before the .db alone holds it.
            shutil.copy(case.db, case.folder / "copy.db")
        finally:
            process.kill()
            process.communicate()
        replace_by_copy(case, ended)

    def replace_by_copy(case, ended):
        shutil.rmtree(case.folder / "runs")
        case.db.parent.mkdir()
        shutil.move(case.folder / "copy.db", case.db)
        with contextlib.closing(sqlite3.connect(case.db)) as connection:
            count = connection.execute(
                "SELECT count(*) FROM trial WHERE state = 'complete'").fetchone()[0]
        if count < ended:
            raise Wrong(f"{ended} trials had ended, the copy holds {count}")

    def copy_after_kill(case):
        process = running(case)
        try:
            wait_for(lambda: complete(case) >= 7, "a trial of the run")
            ended = complete(case)
            time.sleep(0.5)
        finally:
            process.send_signal(signal.SIGKILL)
            process.communicate()
        shutil.copy(case.db, case.folder / "copy.db")
        replace_by_copy(case, ended)

    def backup_restored(case):
        with contextlib.closing(sqlite3.connect(case.db)) as source:
            with contextlib.closing(sqlite3.connect(case.folder / "backup.db")) as backup:
                source.backup(backup)
        assert case.go_on("second")
        os.replace(case.folder / "backup.db", case.db)

    def old_file_under_new_log(case):
        """A backup is put back while the log of the killed newer one still lies beside it."""
        shutil.copy(case.db, case.folder / "old.db")
        process = running(case, epochs=3)
        wait_for(lambda: complete(case) >= 7 or process.poll() is not None, "a trial of the run")
        process.kill()
        process.communicate()
        shutil.copy(case.folder / "old.db", case.db)

    def kill_and_remove(suffix):
        def hand(case):
            process = running(case)
            wait_for(lambda: complete(case) >= 7 or process.poll() is not None, "a trial")
            process.kill()
            process.communicate()
            with contextlib.suppress(FileNotFoundError):
                os.remove(str(case.db) + suffix)
        return hand

    def cut(keep):
        def hand(case):
            size = case.db.stat().st_size
            os.truncate(case.db, int(size * keep))
        return hand

    def zeros(case):
        with open(case.db, "r+b") as file:
            file.seek(4096 * 3)
            file.write(bytes(4096 * 4))

    def torn(case):
        """Half of the pages are of another time: what `cp` beside a checkpoint may give."""
        old = case.db.read_bytes()
        assert case.go_on("second") and case.go_on("first")
        new = case.db.read_bytes()
        half = (len(old) // 8192) * 4096
        header = bytearray(old[:half])
        header[18:20] = b"\x02\x02"  # in the middle of a run
        case.db.write_bytes(bytes(header) + new[half:])

    def dump(case):
        text = subprocess.run(["sqlite3", str(case.db), ".dump"], capture_output=True, check=True)
        case.db.unlink()
        subprocess.run(["sqlite3", str(case.db)], input=text.stdout, check=True)

    def locked_for_a_while(case):
        subprocess.Popen(
            [sys.executable, "-c",
             "import sqlite3, sys, time\n"
             "c = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
             "c.execute('BEGIN IMMEDIATE'); print('held', flush=True); time.sleep(3)", str(case.db)],
            stdout=subprocess.PIPE).stdout.readline()

    def in_place(case):
        """The file is cut while a run has it open."""
        process = running(case, "long", epochs=100_000)
        try:
            wait_for(lambda: case.rows("SELECT 1 FROM trial WHERE state = 'running'"), "a trial")
            os.truncate(case.db, 4096 * 2)
            _, errors = process.communicate(timeout=TIMEOUT)
        finally:
            process.kill()
        if process.returncode != 1 or errors.count("error:") != 1:
            raise Wrong(f"exit code {process.returncode} of the run: {errors[-300:]}")

    hands.case("copy of the .db alone beside a run", copy_beside_run)
    hands.case("copy of the .db alone after kill -9", copy_after_kill)
    hands.case("kill -9, the -wal removed", kill_and_remove("-wal"))
    hands.case("kill -9, the -shm removed", kill_and_remove("-shm"))
    hands.case("an older backup restored", backup_restored)
    hands.case("an older file under a newer log", old_file_under_new_log)
    hands.case("the file cut to a half", cut(0.5))
    hands.case("the file cut to nothing", cut(0))
    hands.case("pages of zeros", zeros)
    hands.case("a torn copy", torn)
    hands.case("dumped and read in again", dump)
    hands.case("locked for three seconds", locked_for_a_while)
    hands.case("cut in place during a run", in_place, check=lambda case: messages_only(hands, case))
    hands.case("moved away during a run", moved_away, check=hands.go_on)
    hands.case("its folder renamed during a run", folder_renamed, check=hands.go_on)


def messages_only(hands, case):
    """A file that is beyond help is called so by every command."""
    for command in (case.command("first"), [hands.program, "status"], [hands.program, "best"]):
        if case.run(command)[0] == 0:
            raise Wrong(f"no message of {command[1:2]}")
    return "message (all)"


def ends_with_message(process):
    try:
        _, errors = process.communicate(timeout=TIMEOUT)
    finally:
        process.kill()
    if process.returncode != 1 or errors.count("error:") != 1:
        raise Wrong(f"exit code {process.returncode} of the run: {errors[-300:]}")


def moved_away(case):
    process = running(case, "long", epochs=100_000)
    wait_for(lambda: case.rows("SELECT 1 FROM trial WHERE state = 'running'"), "a running trial")
    os.rename(case.db, case.folder / "away.db")
    ends_with_message(process)
    os.rename(case.folder / "away.db", case.db)
    forget_long_trials(case)


def folder_renamed(case):
    process = running(case, "long", epochs=100_000)
    wait_for(lambda: case.rows("SELECT 1 FROM trial WHERE state = 'running'"), "a running trial")
    os.rename(case.folder / "runs", case.folder / "away")
    ends_with_message(process)
    shutil.rmtree(case.folder / "runs", ignore_errors=True)
    os.rename(case.folder / "away", case.folder / "runs")
    forget_long_trials(case)


def forget_long_trials(case):
    """The sweep that was run aside had other epochs, and so it was another one."""
    case.sql("DELETE FROM sweep WHERE name NOT IN ('first', 'second')")


def permission_cases(hands):
    """Other users, and a mount that cannot be written."""
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        print("permissions: left out, since they need root and setpriv")
        return
    nobody = 65534

    def readers_only(case):
        """What someone else sees who may read and nothing more."""
        for command in (["status"], ["best"], ["status", "--format", "json"]):
            if case.run([hands.program, *command], user=nobody)[0] != 0:
                raise Wrong(f"{command} as a reader: {case.said[-1][1]}")
        shell = subprocess.run(
            ["setpriv", f"--reuid={nobody}", f"--regid={nobody}", "--clear-groups", "sqlite3",
             str(case.db), "SELECT count(*) FROM results"], capture_output=True, text=True)
        if shell.stdout.strip() != "6":
            raise Wrong(f"sqlite3 as a reader: {shell.stderr or shell.stdout}")
        code, errors = case.run(case.command("first"), user=nobody)
        if code == 0 or "read" not in errors:
            raise Wrong(f"a reader may write: {errors[-200:]}")
        return hands.go_on(case)

    def open_path(case):
        """Lets everybody through to the folder, but not write."""
        for folder in (hands.root, case.folder.parent, case.folder, case.folder / "data", case.folder / "runs"):
            folder.chmod(0o755)
        case.db.chmod(0o644)

    def left_by_kill(case):
        open_path(case)
        process = running(case, epochs=3)
        wait_for(lambda: complete(case) >= 7 or process.poll() is not None, "a trial")
        process.kill()
        process.communicate()

    def reads_after_kill(case):
        if case.run([hands.program, "status"], user=nobody)[0] != 0:
            raise Wrong(f"status as a reader: {case.said[-1][1]}")
        return hands.go_on(case)

    hands.case("another user, who may only read", open_path, check=readers_only)
    hands.case("another user after kill -9", left_by_kill, check=reads_after_kill)

    def mounted(case):
        folder = case.folder / "runs"
        bind = subprocess.run(["mount", "--bind", str(folder), str(folder)], capture_output=True)
        if bind.returncode != 0:
            return "left out: no mounts here"
        try:
            subprocess.run(["mount", "-o", "remount,ro,bind", str(folder)], check=True)
            for command in (["status"], ["best"]):
                if case.run([hands.program, *command])[0] != 0:
                    raise Wrong(f"{command} on a read-only mount: {case.said[-1][1]}")
            code, errors = case.run(case.command("first"))
            if code == 0 or "read-only" not in errors:
                raise Wrong(f"a sweep on a read-only mount: {errors[-200:]}")
        finally:
            subprocess.run(["umount", str(folder)], check=True)
        return hands.go_on(case)

    hands.case("a read-only mount", lambda case: None, check=mounted)


# What users do with Optuna; the storage is its first argument.
OPTUNA = {
    "optuna.create_study":
        "optuna.create_study(storage=s, study_name='other')",
    "optuna.create_study and optimize":
        "optuna.create_study(storage=s, study_name='other').optimize("
        "lambda t: t.suggest_float('x', 0, 1), n_trials=2)",
    "optuna ask of a sweep": "optuna.load_study(storage=s, study_name='first').ask()",
    "optuna add_trial to a sweep":
        "study = optuna.load_study(storage=s, study_name='first'); study.add_trials(study.trials)",
    "optuna attributes of a study":
        "optuna.load_study(storage=s, study_name='first').set_user_attr('note', 'mine')",
    "optuna.delete_study": "optuna.delete_study(storage=s, study_name='first')",
    "optuna.copy_study within the file":
        "optuna.copy_study(from_study_name='first', from_storage=s, to_storage=s,"
        " to_study_name='copy')",
    "optuna.copy_study to another file":
        "optuna.copy_study(from_study_name='first', from_storage=s, to_storage='sqlite:///o.db');"
        "assert len(optuna.load_study(storage='sqlite:///o.db', study_name='first').trials) == 4",
    "optuna-dashboard renames a study":
        "from optuna_dashboard._storage import get_studies\n"
        "from optuna_dashboard._rename_study import rename_study\n"
        "rename_study(s, 1, 'mine')",
    "optuna-dashboard deletes a study": "s.delete_study(1)",
    "optuna-dashboard notes":
        "from optuna_dashboard import save_note\n"
        "save_note(optuna.load_study(storage=s, study_name='first'), 'a note')",
}


def optuna_cases(hands):
    python = hands.options.optuna
    if python is None:
        print("Optuna: left out, since --optuna names no Python that has it")
        return

    def writes(program):
        def hand(case):
            text = (
                "import optuna, sys\n"
                "s = optuna.storages.RDBStorage('sqlite:///runs/results.db')\n" + program)
            subprocess.run([python, "-c", text], cwd=case.folder, capture_output=True, check=False)
        return hand

    for name, program in OPTUNA.items():
        hands.case(name, writes(program))


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", metavar="SINE-TUNE")
    parser.add_argument("--optuna", metavar="PYTHON")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--only", metavar="TEXT")
    parser.add_argument("--show", action="store_true")
    options = parser.parse_args()
    program = str(pathlib.Path(options.program).resolve())
    with tempfile.TemporaryDirectory(prefix="other-hands-") as root:
        hands = Hands(program, pathlib.Path(root), options)
        copy_cases(hands)
        permission_cases(hands)
        optuna_cases(hands)
        sql_cases(hands)
        hands.run()
    count = sum(hands.outcomes.values())
    print(f"\n{count} cases: " + ", ".join(
        f"{count} {outcome}" for outcome, count in hands.outcomes.most_common()))
    return 1 if hands.failures else 0


if __name__ == "__main__":
    sys.exit(main())
