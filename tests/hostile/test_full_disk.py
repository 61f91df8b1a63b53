"""A disk that is full under the running server: readers get what is there, a change is refused in words, all recovers."""

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import httpx
import pytest

from tests.databases import SERVER, Database
from tests.server import MAX_WAIT_SECONDS, TrackerServer, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

DISK = "size=48M"
# Two incidents that readers know, an editor who is logged in, and a change that waits to be indexed.
MADE = """
from django.contrib.auth.models import User
from django.test import Client
from incidents import index
from incidents.models import Incident
from tests.factories import *
make_published_incident(ref="one", title="Quokka"), make_incident(ref="two")
index.refresh("default")
client = Client()
client.force_login(User.objects.create_superuser("ada", password="a long pass phrase"))
Incident.objects.filter(ref="one").update(title="Wombat")
print(client.cookies["sessionid"].value)
"""
SOURCE = {"csl_type": "article-newspaper", "derivation": "original", "issued_basis": "unknown"}
HIDDEN = '<input type="hidden" name="([^"]*)"[^>]*value="([^"]*)'
# Each source that was added, with the length of its text and the number of its versions, and what the index has wrong.
KEPT = """
from incidents import index
from incidents.models import Source
for source in Source.objects.exclude(content_text="").order_by("title"):
    print(source.title, len(source.content_text), source.history.count())
index.refresh("default")
for _n, part in index.differences("default"):
    for key, found in part.items(): print("index", key, found)
"""


@pytest.fixture
def small_disk():
    """A folder on a disk of its own, which is soon full."""
    folder = Path(tempfile.mkdtemp(prefix="disk-", dir="/tmp"))
    mounted = os.geteuid() == 0 and shutil.which("mount")
    if not mounted or subprocess.run(["mount", "-t", "tmpfs", "-o", DISK, "tmpfs", folder]).returncode:
        folder.rmdir()
        pytest.skip("Only root can mount a small disk, and not in every container.")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)
    folder.rmdir()


@contextlib.contextmanager
def full(folder):
    """Nothing can be written here."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4096))
    yield
    filler.unlink()


@pytest.fixture
def database(small_disk, tmp_path, django_db_setup):
    """A database on this disk. It goes before the disk does, whatever the test finds: the server would miss its files."""
    database = Database.migrated(tmp_path if SERVER else small_disk)
    database.environment["DATA_DIR"] = str(tmp_path)
    if SERVER:
        shutil.chown(small_disk, Path(SERVER.partition("host=")[2].replace("%2F", "/")).owner())
        ask(database, f"CREATE TABLESPACE {database.name} LOCATION '{small_disk}'")
        ask(database, f"ALTER DATABASE {database.name} SET TABLESPACE {database.name}")
    yield database
    database.drop()
    if SERVER:
        ask(database, f"DROP TABLESPACE {database.name}")


def ask(database, sql):
    subprocess.run([*database.psql, "-c", sql], check=True)


def post(editor, path, **data):
    """The answer to a form that an editor opens and sends."""
    hidden = dict(re.findall(HIDDEN, editor.get(path).text))
    return editor.post(path, data=hidden | data)


def add_source(editor, title):
    """The answer to an editor who adds a source with a long text."""
    data = SOURCE | {"title": title, "content_text": os.urandom(100_000).hex()}
    return post(editor, "/admin/incidents/source/add/", **data)


def test_on_a_full_disk_readers_read_on_and_every_change_is_refused_in_words(database, small_disk, tmp_path):
    session = database.shell(MADE)
    own = {"DATABASE_URL": database.environment["DATABASE_URL"], "SINGLE_USER": "1"}
    with TrackerServer(tmp_path, **own) as tracker, httpx.Client(timeout=MAX_WAIT_SECONDS) as editor:
        editor.base_url = address = f"http://127.0.0.1:{tracker.port}"
        editor.headers["Referer"], editor.cookies = address, {"sessionid": session}
        assert add_source(editor, "before").status_code == 302

        with full(small_disk):
            read = [tracker.get(f"/incidents/?q=quokka&at={2000 + n}").status for n in range(10)]
            added = {f"meanwhile-{n}": add_source(editor, f"meanwhile-{n}") for n in range(3)}
            reviewed = post(editor, "/admin/incidents/incident/transition/review/?ids=2")

        after = add_source(editor, "after")
        wait_until(lambda: b"Wombat" in tracker.get("/incidents/one/").read())
        output = tracker.output

    assert read == [200] * 10
    refused = {title: answer.text for title, answer in added.items() if answer.status_code != 302}
    assert refused
    assert [title for title, text in refused.items() if "Nothing was saved" not in text] == []
    assert reviewed.status_code == 302 or "the database refused the change" in reviewed.text
    assert after.status_code == 302
    assert "quokka" not in output
    saved = [title for title in ("after", "before", *added) if title not in refused]
    assert database.shell(KEPT).splitlines() == [f"{title} 200000 1" for title in saved]
