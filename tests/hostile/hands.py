"""What several at once do to one database, each in a process of its own.

`python -m tests.hostile.hands NAME …` does one thing until it is killed. Without a name it does one thing after another, as
lines of its input ask, and says DONE after each.
"""

import io
import itertools
import json
import os
import sys
import uuid
from pathlib import Path

import django

from tests.server import MAX_WAIT_SECONDS, ROOT

if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "tracker.settings"
    sys.path.insert(0, str(ROOT))
    django.setup()

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client

from incidents import index, merging, publishing
from incidents.models import Account, ChangedMeanwhileError, Incident, Platform, Source


def add_lines(name, number):
    """Add so many lines to the notes of the source, and print each that was saved."""
    for n in range(int(number)):
        while True:
            source = Source.objects.get(citekey="notes")
            source.notes = f"{source.notes} {name}/{n}"
            try:
                source.save()
            except ChangedMeanwhileError:
                continue
            print(f"{name}/{n}")
            break


def merge(name, number):
    """Merge incident `one-N` into `two-N`, or the other way round, for each N; print each that was merged."""
    other = {"one": "two", "two": "one"}[name]
    for n in range(int(number)):
        incident, into = (Incident.objects.get(ref=f"{each}-{n}") for each in (name, other))
        try:
            publishing.withdraw(incident, merged_into=into)
        except ValidationError:
            continue
        print(incident.ref)


def merge_platforms(name, number):
    """Merge platform `one-N` into `two-N`, or the other way round, for each N; print each that was merged."""
    other = {"one": "two", "two": "one"}[name]
    for n in range(int(number)):
        try:
            old, new = (Platform.objects.get(slug=f"{each}-{n}") for each in (name, other))
            merging.merge(old, new, chosen={}, seen=merging.seen_of(old, new))
        except (Platform.DoesNotExist, ValidationError):
            continue
        print(old.slug)


def add_accounts(name, number):
    """Add an account on each platform `one-N`, as long as it is there; print each that was saved."""
    for n in range(int(number)):
        try:
            platform = Platform.objects.get(slug=f"one-{n}")
            with transaction.atomic():
                Account.objects.create(slug=f"{name}-{n}", label="an account", platform=platform)
        except (Platform.DoesNotExist, IntegrityError):
            continue
        print(f"{name}-{n}")


def withdraw(name, number):
    """Withdraw each incident `one-N`."""
    for n in range(int(number)):
        publishing.withdraw(Incident.objects.get(ref=f"one-{n}"), reason="It names somebody.")
        print(f"one-{n}")


def write_notes(name, number):
    """Write an editor's note to each incident `one-N`, unless it is changed at that moment."""
    for n in range(int(number)):
        incident = Incident.objects.get(ref=f"one-{n}")
        incident.editor_notes += name
        try:
            incident.save()
        except ChangedMeanwhileError:
            continue
        print(f"one-{n}")


def log(name, number):
    """Log so many incidents on one platform from one newspaper and day, and print the ref of each."""
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.SECOND_FACTOR = False
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(username="ada"))
    for n in range(int(number)):
        data = {
            "title": f"{name} logs case {n}", "kind": "account_action", "platform": Platform.objects.get().pk,
            "account_kind": "unknown", "type": "suspended", "occurrence": "reported", "start": "2020-06-07",
            "start_basis": "reported", "status": "unknown", "reason_status": "not_recorded", "audience": "unknown",
            "source_url": f"https://news.example/{name}/{n}", "source_title": "A report",
            "source_outlet": "Example News", "source_date": "2020-06-11", "source_date_basis": "printed",
            "source_kind": "article-newspaper", "source_language": "en", "accessed_on": "2026-11-20",
            "quote": "The account was shut down.",
        }  # fmt: skip
        if client.post("/admin/incidents/incident/add/", data).status_code == 302:
            print(Incident.objects.get(title=data["title"]).ref)


def transitions(name, into=""):
    """Publish and withdraw each incident `name-N`, or merge it into `into-N`, without end; print what each became."""
    while True:
        for incident in Incident.objects.filter(ref__startswith=f"{name}-"):
            other = into and Incident.objects.get(ref=incident.ref.replace(name, into))
            if incident.publication != "published":
                incident = publishing.publish(incident)
            elif other:
                incident = publishing.withdraw(incident, merged_into=other)
            else:
                incident = publishing.withdraw(incident, reason="It was the same story.")
            print(incident.ref, incident.publication, incident.version, flush=True)


def imports(folder):
    """Import files of 50 incidents each without end; print the name of each."""
    while True:
        name = f"batch-{uuid.uuid4().hex[:12]}"
        refs = [f"{name}-{n}" for n in range(50)]
        entries = [{"model": "incidents.incident", "fields": {"ref": ref, "title": ref}} for ref in refs]
        path = Path(folder) / f"{name}.json"
        path.write_text(json.dumps(entries))
        call_command("import_fixture", str(path), stdout=io.StringIO())
        path.unlink()
        print(name, flush=True)


def indexing(_name):
    """Rename a platform, and index all that shows it, without end."""
    for n in itertools.count():
        Platform.objects.update(name=f"Platform, called {n}")
        index.refresh("default")


def dumps(folder):
    """Write all public data into a folder, each time of a new dataset version, without end."""
    for n in itertools.count():
        Source.objects.filter(pk=Source.objects.first().pk).update(title=f"A report, called {n}")
        call_command("publish_dump", folder, keep=3, stdout=io.StringIO(), stderr=io.StringIO())


def backups(folder):
    """Write backups into a folder without end."""
    while True:
        call_command("backup", folder, keep=3, stdout=io.StringIO())


def run(code):
    """Whatever this code does, which prints what it finds."""
    exec(code, {})


DONE = "done\n"
ONCE = (run, add_lines, merge, merge_platforms, add_accounts, withdraw, write_notes, log)
ENDLESS = (transitions, imports, indexing, dumps, backups)
HANDS = {each.__name__: each for each in (*ONCE, *ENDLESS)}

if __name__ == "__main__":
    if connection.vendor == "sqlite":  # one waits for the others, however long each of them takes
        connection.settings_dict["OPTIONS"]["timeout"] = MAX_WAIT_SECONDS
    if sys.argv[1:]:
        print("begins", flush=True)
        HANDS[sys.argv[1]](*sys.argv[2:])
    for line in sys.stdin:
        ContentType.objects.clear_cache()  # another hand may have emptied the tables
        name, *arguments = json.loads(line)
        HANDS[name](*arguments)
        print(DONE, end="", flush=True)
