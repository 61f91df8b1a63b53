"""Several editors write at once, and nothing that was said to be saved is lost."""

import os
import subprocess
import sys

import pytest
from django.db import connection

from tests import postgres
from tests.hostile import TIMES
from tests.server import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


class Database:
    """A database of its own on the engine of DATABASE_URL, and the processes that write to it."""

    def __init__(self, folder):
        self.name, server = f"hostile_{os.getpid()}", os.environ.get("DATABASE_URL", "")
        url = f"sqlite:///{folder}/db.sqlite3"
        self.psql = None
        if connection.vendor == "postgresql":
            self.psql = [
                postgres.binaries() / "psql",
                "-q",
                "-d",
                server.replace("postgres://", "postgresql://", 1),
            ]
            subprocess.run([*self.psql, "-c", f"CREATE DATABASE {self.name}"], check=True)
            url = server.replace("/postgres?", f"/{self.name}?")
        self.environment = os.environ | {"DATABASE_URL": url, "DATA_DIR": str(folder)}

    def python(self, *arguments):
        """A process; its output is a pipe."""
        command = [sys.executable, *arguments]
        return subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, text=True)

    def manage(self, *arguments):
        """What this command prints, without the last line break."""
        with self.python("manage.py", *arguments) as process:
            output, _errors = process.communicate()
        assert process.returncode == 0
        return output.rstrip("\n")

    def shell(self, code):
        """What this code prints."""
        return self.manage("shell", "--no-imports", "-c", code)

    def at_once(self, *hands):
        """The lines that each of these hands prints, all working at the same time."""
        processes = [self.python("-m", "tests.hostile.hands", *map(str, hand)) for hand in hands]
        outputs = [process.communicate()[0].split() for process in processes]
        assert [process.returncode for process in processes] == [0] * len(hands)
        return outputs

    def drop(self):
        if self.psql:
            subprocess.run([*self.psql, "-c", f"DROP DATABASE {self.name} WITH (FORCE)"], check=True)


@pytest.fixture(scope="module")
def database(tmp_path_factory, django_db_setup):
    found = Database(tmp_path_factory.mktemp("hostile"))
    found.manage("migrate", "-v0")
    yield found
    found.drop()


def make_pairs(database, number):
    """Published incidents `one-N` and `two-N`, and none else."""
    database.manage("flush", "--no-input", "-v0")
    database.shell(
        "from tests.factories import make_published_incident as make\n"
        f"for n in range({number}): make(ref=f'one-{{n}}'), make(ref=f'two-{{n}}')"
    )


def publications(database):
    return database.shell(
        "from incidents.models import *\n"
        "for each in Incident.objects.order_by('ref'): print(each.ref, each.publication)"
    ).splitlines()


def test_no_save_of_three_editors_is_lost(database):
    database.shell("from tests.factories import make_source; make_source(citekey='notes')")
    each = 20 * TIMES

    saved = database.at_once(*(("add_lines", name, each) for name in ("Ada", "Bo", "Cy")))

    notes = database.shell(
        "from incidents.models import *; print(Source.objects.get(citekey='notes').notes)"
    ).split()
    assert sorted(notes) == sorted(line for lines in saved for line in lines)
    assert len(notes) == 3 * each


def test_merges_into_each_other_make_no_circle(database):
    make_pairs(database, 10 * TIMES)

    merged = database.at_once(("merge", "one", 10 * TIMES), ("merge", "two", 10 * TIMES))

    states = publications(database)
    assert (
        sum(state.endswith(" withdrawn") for state in states) == len([*merged[0], *merged[1]]) == 10 * TIMES
    )


def test_a_withdrawal_holds_whatever_is_saved_at_the_same_time(database):
    make_pairs(database, 10 * TIMES)

    withdrawn, *_notes = database.at_once(
        ("withdraw", "Ada", 10 * TIMES), *(("write_notes", name, 10 * TIMES) for name in ("Bo", "Cy"))
    )

    assert len(withdrawn) == 10 * TIMES
    assert [state for state in publications(database) if state.startswith("one-")] == [
        f"{ref} withdrawn" for ref in sorted(withdrawn)
    ]
