"""A database that takes no changes under the running server: readers read on, a change is refused in words, all recovers."""

import contextlib
import re
import subprocess

import httpx
import pytest

from tests.databases import SERVER, Database
from tests.server import MAX_WAIT_SECONDS, TrackerServer, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

# An incident that readers know, a draft, an editor who is logged in, and a change that waits to be indexed.
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
print(client.cookies["sessionid"].value)
"""
CHANGED = """
from incidents.models import Incident
Incident.objects.filter(ref="one").update(title="Wombat")
"""
KEPT = """
from incidents import index
from incidents.models import Incident, Source
print(*Source.objects.filter(title__in=["before", "meanwhile", "after"]).order_by("pk").values_list("title", flat=True))
print(*Incident.objects.order_by("ref").values_list("publication", flat=True))
index.refresh("default")
print(sum(len(part) for _n, part in index.differences("default")))
"""
SOURCE = {"csl_type": "article-newspaper", "derivation": "original", "issued_basis": "unknown"}
HIDDEN = '<input type="hidden" name="([^"]*)"[^>]*value="([^"]*)'
REVIEW = "/admin/incidents/incident/transition/review/?ids=2"


@contextlib.contextmanager
def read_only(database):
    """No transaction can change anything in this database."""
    for setting in ("on", "off"):
        # Sessions that are there keep their own setting, and are ended.
        for sql in (
            f"ALTER DATABASE {database.name} SET default_transaction_read_only = {setting}",
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database.name}'",
        ):
            subprocess.run([*database.psql, "-o", "/dev/null", "-c", sql], check=True)
        if setting == "on":
            yield


def post(editor, path, **data):
    """The answer to a form that an editor opens and sends."""
    hidden = dict(re.findall(HIDDEN, editor.get(path).text))
    return editor.post(path, data=hidden | data)


def add_source(editor, title):
    return post(editor, "/admin/incidents/source/add/", **SOURCE, title=title)


@pytest.mark.skipif(
    not SERVER, reason="Under a process that has mapped them, files of SQLite do not become read-only."
)
def test_without_changes_readers_read_on_and_editors_are_told_so(tmp_path, django_db_setup):
    database = Database.migrated(tmp_path)
    session = database.shell(MADE)
    own = {"DATABASE_URL": database.environment["DATABASE_URL"], "SINGLE_USER": "1"}
    with TrackerServer(tmp_path, **own) as tracker, contextlib.ExitStack() as stack:
        address = f"http://127.0.0.1:{tracker.port}"
        editor, stranger = (
            stack.enter_context(
                httpx.Client(base_url=address, headers={"Referer": address}, timeout=MAX_WAIT_SECONDS)
            )
            for _n in range(2)
        )
        editor.cookies = {"sessionid": session}
        before = add_source(editor, "before")
        database.shell(CHANGED)

        with read_only(database):
            # A connection of the server may have been ended, which is noticed once.
            read = [tracker.get(f"/incidents/?q=-bilby&at={2000 + n}").status for n in range(20)]
            draft = editor.get("/admin/incidents/incident/2/change/")
            added = add_source(editor, "meanwhile")
            reviewed = post(editor, REVIEW)
            logged_in = post(stranger, "/admin/login/", username="ada", password="a long pass phrase")

        wait_until(lambda: add_source(editor, "after").status_code == 302)
        wait_until(lambda: b"Wombat" in tracker.get("/incidents/one/").read())
        output = tracker.output

    assert before.status_code == 302
    assert read == [200] * 20
    assert draft.status_code == 200
    assert "Nothing was saved" in added.text
    assert "the database refused the change" in reviewed.text
    assert (logged_in.status_code, "may not have been saved" in logged_in.text) == (503, True)
    assert "bilby" not in output
    assert database.shell(KEPT).splitlines() == ["before after", "published draft", "0"]
    database.drop()
