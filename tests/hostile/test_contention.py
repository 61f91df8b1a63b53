"""Several editors write at once, and nothing that was said to be saved is lost."""

import pytest

from tests.databases import SERVER, Database
from tests.hostile import TIMES

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


def empty(database):
    """Empty all tables, the audit log too, which the database otherwise keeps."""
    database.shell(
        "from django.core.management import call_command; from incidents import audit\n"
        "with audit.replaceable('default'): call_command('flush', interactive=False, verbosity=0)"
    )


def make_pairs(database, number):
    """Published incidents `one-N` and `two-N`, and none else."""
    empty(database)
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
    make_pairs(database, 5 * TIMES)

    merged = database.at_once(("merge", "one", 5 * TIMES), ("merge", "two", 5 * TIMES))

    states = publications(database)
    assert sum(state.endswith(" withdrawn") for state in states) == len([*merged[0], *merged[1]]) == 5 * TIMES


def test_platforms_that_are_merged_into_each_other_are_one_with_all_their_accounts(database):
    number = 5 * TIMES
    database.shell(
        "from tests.factories import make_account, make_platform, make_published_incident\n"
        f"for slug in [f'{{each}}-{{n}}' for each in ('one', 'two') for n in range({number})]:\n"
        "    account = make_account(platform=make_platform(slug=slug))\n"
        "    make_published_incident(account=account)"
    )

    one, two, added = database.at_once(
        ("merge_platforms", "one", number),
        ("merge_platforms", "two", number),
        ("add_accounts", "Ada", number),
    )

    counts = database.shell(
        "from incidents.models import *\n"
        "platforms = Platform.objects.filter(slug__regex='^(one|two)-')\n"
        "print(len(platforms), Merge.objects.count(), Account.objects.filter(platform__in=platforms).count())"
    ).split()
    assert len([*one, *two]) == number
    assert counts == [str(number), str(number), str(2 * number + len(added))]


def test_a_withdrawal_holds_whatever_is_saved_at_the_same_time(database):
    make_pairs(database, 5 * TIMES)

    withdrawn, *_notes = database.at_once(
        ("withdraw", "Ada", 5 * TIMES), *(("write_notes", name, 5 * TIMES) for name in ("Bo", "Cy"))
    )

    assert len(withdrawn) == 5 * TIMES
    assert [state for state in publications(database) if state.startswith("one-")] == [
        f"{ref} withdrawn" for ref in sorted(withdrawn)
    ]


def test_nobody_is_refused_who_logs_on_the_same_platform_from_the_same_paper(database):
    empty(database)
    database.shell(
        "from django.contrib.auth.models import User; from tests.factories import make_platform\n"
        "User.objects.create_superuser('ada'); make_platform(slug='zoom', name='Zoom')"
    )
    each = 5 * TIMES

    refs = database.at_once(*(("log", name, each) for name in ("Ada", "Bo", "Cy")))

    assert len({ref for found in refs for ref in found}) == 3 * each


@pytest.mark.skipif(bool(SERVER), reason="On PostgreSQL, editors write at the same time.")
def test_who_cannot_save_because_others_write_for_long_is_told_so_and_keeps_what_was_typed(database):
    assert database.shell(LOCKED) == "200 Nothing was saved What was typed"
