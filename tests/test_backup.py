"""A backup is whole and brings everything back, from and into either engine."""

import stat

import pytest

from .databases import SERVER, Database

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

WORLD = """
from django.contrib.auth.models import Group, User
from django.contrib.sessions.models import Session
from incidents import index, publishing
from tests.factories import *
user = User.objects.create_user("ada", password="a long pass phrase", is_staff=True)
user.groups.add(Group.objects.get(name="editor"))
incident = make_story()
index.refresh("default")
incident.title = "Zoom shut an account"
incident.save()
make_incident(ref="a-draft", editor_notes="Nobody may read this.")
publishing.withdraw(make_published_incident(ref="gone"), reason="It was the same story.")
make_source(citekey="hidden", is_confidential=True, notes="Handed to us.")
Session.objects.create(session_key="k", session_data="x", expire_date="2100-01-01T00:00Z")
index.refresh("default")
"""
# No static files are collected here.
BROWSER = """
from django.conf import settings
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
from django.test import Client
client = Client(SERVER_NAME="localhost")
"""
# All rows of all tables, and what readers get.
EVERYTHING = """
from django.apps import apps
from django.core.cache import caches
from incidents import index
caches["pages"].clear()
paths = ["/", "/incidents/", "/incidents/told/", "/incidents/told/revisions/1/", "/changes/", "/incidents.json", "/api/v1/parties/"]
for path in paths:
    answer = client.get(path)
    print(path, answer.status_code, answer.get("ETag"), answer.getvalue())
for model in apps.get_models(include_auto_created=True):
    for row in model._base_manager.order_by("pk").values_list():
        print(model._meta.label, *(bytes(value) if isinstance(value, memoryview) else value for value in row))
print("differences", {key: found for _n, part in index.differences("default") for key, found in part.items()})
"""
WORK = """
from tests.factories import *
make_published_incident(ref="new", title="Quokka", source=make_source(citekey="new"))
print(client.get("/incidents/").content.decode())
"""
# `restore(file, option)` prints why the command refuses.
RESTORE = """
from django.core.management import CommandError, call_command
def restore(*arguments):
    try:
        call_command("restore", *arguments)
    except CommandError as error:
        print("refused", error)
"""
LOG = "incidents.AuditEntry "
ENGINES = ["SQLite", "PostgreSQL"] if SERVER else ["SQLite"]
DIRECTIONS = [("SQLite", "PostgreSQL"), ("PostgreSQL", "SQLite")] if SERVER else [("SQLite", "SQLite")]


@pytest.fixture(scope="module")
def databases(tmp_path_factory, django_db_setup):
    """`databases(engine)` is a new database on that engine; with `Database.migrated`, one that has its tables."""
    folder, made = tmp_path_factory.mktemp("databases"), []

    def make(engine, create=Database):
        made.append(create(folder, on_sqlite=engine == "SQLite"))
        return made[-1]

    yield make
    for database in made:
        database.drop()


@pytest.fixture(scope="module")
def worlds(databases):
    """On each engine a site with a user, a draft, private values, a past, and a withdrawn incident."""
    found = {}
    for engine in ENGINES:
        found[engine] = database = databases(engine, Database.migrated)
        database.shell(WORLD)
    return found


def backup(database, folder, *options):
    """The newest file that a backup leaves in this folder."""
    database.manage("backup", str(folder), *options)
    return max(folder.iterdir(), key=lambda path: path.stat().st_mtime_ns)


@pytest.mark.parametrize(("source", "target"), DIRECTIONS)
def test_a_restored_site_is_the_same_to_every_reader_and_editor(worlds, databases, tmp_path, source, target):
    path, restored = backup(worlds[source], tmp_path), databases(target)

    restored.manage("restore", str(path))

    before = worlds[source].shell(BROWSER + EVERYTHING).splitlines()
    found, made = restored.shell(f"{BROWSER}{EVERYTHING}print('next')\n{WORK}").split("next\n", 1)
    after = found.splitlines()
    # The backup and the restore are in the log of where they were made.
    logged = [[line for line in lines if line.startswith(LOG)] for lines in (before, after)]
    assert logged[1][:-1] == logged[0][:-1] != []
    assert ("exported" in logged[0][-1], "restored" in logged[1][-1]) == (True, True)
    assert [line for line in after if not line.startswith(LOG)] == [
        line for line in before if not line.startswith(("sessions.Session ", LOG))
    ]
    assert after[-1] == "differences {}"
    assert "Quokka" in made


def test_what_is_there_is_lost_only_when_asked_and_only_for_a_whole_backup(worlds, tmp_path):
    world = worlds[ENGINES[-1]]
    path = backup(world, tmp_path)
    whole = path.read_bytes()
    damaged = [tmp_path / name for name in ("half", "empty", "other")]
    for file, content in zip(damaged, (whole[: len(whole) // 2], b"", b"{" * 5000), strict=True):
        file.write_bytes(content)

    attempts = [f"restore({str(path)!r})\n", *(f"restore({str(file)!r}, '--replace')\n" for file in damaged)]
    seen = "".join(f"print('next')\n{each}" for each in (EVERYTHING, *attempts, EVERYTHING))
    _nothing, before, unasked, *refused, after = world.shell(BROWSER + RESTORE + seen).split("next\n")

    assert "There are incidents in this database" in unasked
    assert ["not a backup" in each for each in refused] == [True] * 3
    assert before.rstrip("\n") == after != ""


@pytest.mark.parametrize("year", [2020, 2100])  # the clock may have been wrong
def test_nobody_else_may_read_a_backup_and_the_oldest_others_go(worlds, tmp_path, year):
    folder = tmp_path / "backups"
    folder.mkdir(mode=0o700)
    others = [folder / f"tracker-{year}-01-0{day}T000000Z.sqlite3" for day in (1, 2)]
    for other in others:
        other.touch()

    path = backup(worlds[ENGINES[0]], folder, "--keep", "2")

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert set(folder.iterdir()) == {others[1], path}
