"""Several editors write at once, and nothing that was said to be saved is lost."""

import contextlib
import json
import subprocess

import pytest

from tests.databases import SERVER, Database
from tests.hostile import TIMES
from tests.hostile.hands import DONE

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

# An editor saves while somebody else writes to the same file of SQLite: the status, and what is said.
LOCKED = """
import re, sqlite3
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
settings.SECOND_FACTOR = False
client = Client(SERVER_NAME="localhost", raise_request_exception=False)
client.force_login(User.objects.create_superuser("eve"))
connection.cursor().execute("PRAGMA busy_timeout = 1")
other = sqlite3.connect(settings.DATABASES["default"]["NAME"], isolation_level=None)
other.execute("BEGIN IMMEDIATE")
answer = client.post("/admin/incidents/platform/add/", {"slug": "typed", "name": "What was typed"})
print(answer.status_code, *re.findall("Nothing was saved|What was typed", answer.content.decode()))
"""


@pytest.fixture(scope="module")
def database(tmp_path_factory, django_db_setup):
    found = Database.migrated(tmp_path_factory.mktemp("hostile"))
    yield found
    found.drop()


class Editors:
    """Three processes that do what they are asked, all at the same time."""

    def __init__(self, processes):
        self.processes = processes

    def at_once(self, *asked):
        """The words that each prints who is asked."""
        for process, (name, *arguments) in zip(self.processes, asked, strict=False):
            process.stdin.write(json.dumps([name, *arguments]) + "\n")
            process.stdin.flush()
        return [self.words(process) for process, _asked in zip(self.processes, asked, strict=False)]

    def words(self, process):
        lines = []
        while (line := process.stdout.readline()) != DONE:
            assert line, "It has ended."
            lines.append(line)
        return "".join(lines).split()

    def run(self, code):
        """The words that this code prints."""
        return self.at_once(("run", code))[0]


@pytest.fixture(scope="module")
def editors(database):
    with contextlib.ExitStack() as stack:
        hand = ("-m", "tests.hostile.hands")
        yield Editors([stack.enter_context(database.python(*hand, stdin=subprocess.PIPE)) for _n in range(3)])


# Empties all tables, the audit log too, which the database otherwise keeps.
EMPTY = """
from django.core.management import call_command
from incidents import audit
with audit.replaceable("default"):
    call_command("flush", interactive=False, verbosity=0)
"""


def make_pairs(editors, number):
    """Published incidents `one-N` and `two-N`, and none else."""
    editors.run(
        f"{EMPTY}\nfrom tests.factories import make_published_incident as make\n"
        f"for n in range({number}): make(ref=f'one-{{n}}'), make(ref=f'two-{{n}}')"
    )


def publications(editors):
    """What each incident has become, by its ref."""
    found = editors.run(
        "from incidents.models import *\n"
        "for each in Incident.objects.order_by('ref'): print(each.ref, each.publication)"
    )
    return dict(zip(found[::2], found[1::2], strict=True))


def test_no_save_of_three_editors_is_lost(editors):
    editors.run("from tests.factories import make_source; make_source(citekey='notes')")
    each = 20 * TIMES

    saved = editors.at_once(*(("add_lines", name, each) for name in ("Ada", "Bo", "Cy")))

    notes = editors.run("from incidents.models import *; print(Source.objects.get(citekey='notes').notes)")
    assert sorted(notes) == sorted(line for lines in saved for line in lines)
    assert len(notes) == 3 * each


def test_merges_into_each_other_make_no_circle(editors):
    make_pairs(editors, 5 * TIMES)

    merged = editors.at_once(("merge", "one", 5 * TIMES), ("merge", "two", 5 * TIMES))

    states = list(publications(editors).values())
    assert states.count("withdrawn") == len([*merged[0], *merged[1]]) == 5 * TIMES


def test_platforms_that_are_merged_into_each_other_are_one_with_all_their_accounts(editors):
    number = 5 * TIMES
    editors.run(
        "from tests.factories import make_account, make_platform, make_published_incident\n"
        f"for slug in [f'{{each}}-{{n}}' for each in ('one', 'two') for n in range({number})]:\n"
        "    account = make_account(platform=make_platform(slug=slug))\n"
        "    make_published_incident(account=account)"
    )

    one, two, added = editors.at_once(
        ("merge_platforms", "one", number),
        ("merge_platforms", "two", number),
        ("add_accounts", "Ada", number),
    )

    counts = editors.run(
        "from incidents.models import *\n"
        "platforms = Platform.objects.filter(slug__regex='^(one|two)-')\n"
        "print(len(platforms), Merge.objects.count(), Account.objects.filter(platform__in=platforms).count())"
    )
    assert len([*one, *two]) == number
    assert counts == [str(number), str(number), str(2 * number + len(added))]


def test_a_withdrawal_holds_whatever_is_saved_at_the_same_time(editors):
    make_pairs(editors, 5 * TIMES)

    withdrawn, *_notes = editors.at_once(
        ("withdraw", "Ada", 5 * TIMES), *(("write_notes", name, 5 * TIMES) for name in ("Bo", "Cy"))
    )

    assert len(withdrawn) == 5 * TIMES
    states = publications(editors)
    assert {states[ref] for ref in withdrawn} == {"withdrawn"}


def test_nobody_is_refused_who_logs_on_the_same_platform_from_the_same_paper(editors):
    editors.run(
        f"{EMPTY}\nfrom django.contrib.auth.models import User; from tests.factories import make_platform\n"
        "User.objects.create_superuser('ada'); make_platform(slug='zoom', name='Zoom')"
    )
    each = 5 * TIMES

    refs = editors.at_once(*(("log", name, each) for name in ("Ada", "Bo", "Cy")))

    assert len({ref for found in refs for ref in found}) == 3 * each


@pytest.mark.skipif(bool(SERVER), reason="On PostgreSQL, editors write at the same time.")
def test_who_cannot_save_because_others_write_for_long_is_told_so_and_keeps_what_was_typed(database):
    assert database.shell(LOCKED) == "200 Nothing was saved What was typed"
