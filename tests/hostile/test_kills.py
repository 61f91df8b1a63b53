"""Whatever is killed, at any moment: what was said to be done is done, and nothing is half done."""

import contextlib
import hashlib
import random
import signal
import sqlite3
import time

import pytest

from tests.databases import Database
from tests.hostile import TIMES

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

MAX_SECONDS = 1.5  # after which one is killed
# Incidents that others refer to by their refs, as these were and are.
MADE = """
from tests.factories import make_published_incident as make
for n in range(8): make(ref=f"one-{n}"), make(ref=f"two-{n}"), make(ref=f"three-{n}")
"""
# Incidents that are not as their history says, files that were imported in part, and what the index has wrong.
FOUND = """
from collections import Counter
from incidents import index
from incidents.models import Incident
for incident in Incident.objects.order_by("ref"):
    last = incident.history.latest()
    if (last.version, last.publication) != (incident.version, incident.publication):
        print("history", incident.ref)
    print("is", incident.ref, incident.publication, incident.version)
batches = Incident.objects.filter(ref__startswith="batch-").values_list("ref", flat=True)
for name, number in Counter(ref.rpartition("-")[0] for ref in batches).items():
    print("imported", name, number)
index.refresh("default")
for _n, part in index.differences("default"):
    for key, found in part.items(): print("index", key, found)
"""


@pytest.fixture
def database(tmp_path, django_db_setup):
    found = Database.migrated(tmp_path)
    found.shell(MADE)
    yield found
    found.drop()


def kill_all(database, chance, *hands):
    """Have these hands work at the same time, each until it is killed; the lines that they have written."""
    processes = [database.python("-m", "tests.hostile.hands", *map(str, hand)) for hand in hands]
    for process in processes:
        assert process.stdout.readline() == "begins\n"
    begun = time.monotonic()
    moments = sorted((chance.uniform(0, MAX_SECONDS), n) for n in range(len(hands)))
    for moment, n in moments:
        time.sleep(max(0, begun + moment - time.monotonic()))
        processes[n].kill()
    said = [process.communicate()[0].splitlines() for process in processes]
    assert {process.returncode for process in processes} == {-signal.SIGKILL}
    return said


def test_what_was_acknowledged_stays_and_nothing_is_half_done(database, tmp_path):
    chance, said, files = random.Random(TIMES), [], tmp_path / "files"
    folders = {name: tmp_path / name for name in ("dumps", "backups")}
    files.mkdir()

    for _round in range(TIMES):
        said += kill_all(
            *(database, chance),
            *(("transitions", "one"), ("transitions", "two", "three"), ("imports", files), ("indexing", "-")),
            *folders.items(),
        )

    found = [line.split() for line in database.shell(FOUND).splitlines()]
    versions = {
        ref: (state, int(version)) for kind, ref, state, version in (f for f in found if f[0] == "is")
    }
    assert [line for line in found if line[0] in ("history", "index")] == []
    imported = {name: number for kind, name, number in (f for f in found if f[0] == "imported")}
    assert set(imported.values()) <= {"50"}
    for line in (line.split() for lines in said for line in lines):
        if len(line) == 1:
            assert imported[line[0]] == "50"
        else:
            ref, state, version = line
            assert versions[ref] >= (state, int(version)) or versions[ref][1] > int(version)
    check_files(database, **folders)


def check_files(database, dumps, backups):
    """Every file that has its final name is whole; what the killed have left goes with the next run."""
    for sums in dumps.glob("[0-9]*/SHA256SUMS"):
        for line in sums.read_text().splitlines():
            digest, name = line.split("  ")
            assert hashlib.sha256((sums.parent / name).read_bytes()).hexdigest() == digest
    for path in backups.glob("*.sqlite3"):
        with contextlib.closing(sqlite3.connect(path)) as file:
            assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.manage("publish_dump", str(dumps))
    database.manage("backup", str(backups))
    beside = {path.name for path in dumps.iterdir() if not path.name.isdigit()}
    assert beside == {"latest", "index.html", "versions.json"}
    assert [path for path in backups.iterdir() if path.suffix != ".sqlite3"] == []


@pytest.mark.parametrize("attempt", range(TIMES // 10))  # in the long form only
def test_a_migration_that_was_killed_is_completed_by_the_next(tmp_path, django_db_setup, attempt):
    database = Database(tmp_path)
    process = database.python("manage.py", "migrate", "-v0")
    time.sleep(random.Random(attempt).uniform(1, 6))
    process.kill()
    process.communicate()

    database.manage("migrate", "-v0")

    assert database.manage("migrate", "--plan").endswith("No planned migration operations.")
    database.shell(MADE)
    assert database.shell(FOUND).count("is ") == 24
    database.drop()
