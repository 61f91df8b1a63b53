"""Migrating a database of version 0.2 keeps its records, their history and revisions, and what is public and private.

`data/version-0.2.json.gz` holds every row of such a database: for each table the columns with their types, then the
rows. Its `statements` are the tables and triggers that 0.2 created outside its migrations. Bytes are base64, moments are
UTC. All expected values come from this file, so that no model of today decides what was there.
"""

import base64
import gzip
import json
import re
import secrets
import zlib
from contextlib import contextmanager
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils.html import escape

pytestmark = [pytest.mark.slow, pytest.mark.engine]

DATA = json.loads(gzip.decompress((Path(__file__).parent / "data/version-0.2.json.gz").read_bytes()))
TABLES = DATA["tables"]
# Created by the file's statements, not by a migration.
UNMIGRATED = ("incidents_note", "incidents_watch")
# Derived from the records. Later versions may store them differently, so they are compared by what readers get.
DERIVED = ("incidents_edition", "incidents_entry", "incidents_posting", "incidents_change", *UNMIGRATED)
KEPT = [
    name
    for name in TABLES
    if name not in DERIVED
    and (name.startswith(("incidents_", "auth_user")) or name in ("auth_group", "django_admin_log"))
]
# A value of the row that each upgrade adds to a table.
ADDED = {"auth_group": "reader"}
# Columns that hold what they held in another table today.
MOVED = {
    f"incidents_{prefix}{name}": "action_id"
    for prefix in ("", "historical")
    for name in ("justification", "involvement")
}
PRIVATE = {
    "incidents_party": ("private_name", "contact", "notes"),
    "incidents_source": ("captured_by", "content_text"),
    "incidents_incident": ("editor_notes",),
    "auth_user": ("email",),
}


def rows(table):
    """The rows of a table of the file."""
    return [dict(zip(TABLES[table]["columns"], row, strict=True)) for row in TABLES[table]["rows"]]


def rows_left(table):
    """The rows of a table of the file without the column that has moved."""
    return [
        {column: value for column, value in row.items() if column != MOVED.get(table)} for row in rows(table)
    ]


def record(kept):
    """The public record in a column of the file."""
    return json.loads(zlib.decompress(base64.b64decode(kept)))


ENTRIES = {row["ref"]: row for row in rows("incidents_entry")}
RECORDS = {ref: record(row["record"]) for ref, row in ENTRIES.items()}
INCIDENTS = {row["ref"]: row for row in rows("incidents_incident")}
CHANGES = {(row["ref"], row["number"]): row for row in rows("incidents_change")}
VERSION = max(row["number"] for row in rows("incidents_edition"))


# A database of version 0.2, apart from the one that the other tests use


@contextmanager
def another_database(folder):
    """An empty database on the same engine, used as the default one inside this context."""
    usual = connections["default"]
    other, name = usual.copy(), str(folder / "tracker.sqlite3")
    if usual.vendor == "postgresql":
        name = f"tracker_{secrets.token_hex(4)}"
        administer(usual, f"CREATE DATABASE {name}")
    other.settings_dict["NAME"] = name
    connections["default"] = other
    try:
        yield
    finally:
        other.close()
        connections["default"] = usual
        if usual.vendor == "postgresql":
            administer(usual, f"DROP DATABASE {name}")


def administer(usual, statement):
    """Execute a statement about a whole PostgreSQL database, from outside it."""
    server = usual.copy()
    server.settings_dict["NAME"] = "postgres"
    with server.cursor() as cursor:
        cursor.execute(statement)
    server.close()


def make_version_0_2():
    """Create the tables of 0.2 and insert the rows of the file.

    The executor sends no signals, so nothing of today's code adds groups, content types or triggers.
    """
    executor = MigrationExecutor(connection)
    executor.loader.replace_migrations = False
    executor.loader.build_graph()
    executor.migrate(
        list({row["app"]: (row["app"], row["name"]) for row in rows("django_migrations")}.values())
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations")
        for name in [name for name in TABLES if name not in UNMIGRATED]:
            insert(cursor, name)
        for statement in DATA["statements"][connection.vendor]:
            cursor.execute(statement)
        for name in UNMIGRATED:
            insert(cursor, name)
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT table_name, column_name FROM information_schema.columns WHERE is_identity = 'YES'"
            )
            for table, column in cursor.fetchall():
                last = f"(SELECT max({column}) FROM {table})"
                cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), {last})")


def insert(cursor, name):
    columns = TABLES[name]["columns"]
    names, marks = ", ".join(f'"{column}"' for column in columns), ", ".join(["%s"] * len(columns))
    cursor.executemany(
        f"INSERT INTO {name} ({names}) VALUES ({marks})",
        [list(map(stored, columns.values(), row)) for row in TABLES[name]["rows"]],
    )


def stored(kind, value):
    """A value of the file in the form that the database stores."""
    if value is not None and kind == "bytes":
        return base64.b64decode(value)
    if value is not None and kind == "datetime" and connection.vendor == "sqlite":
        return datetime.fromisoformat(value).replace(tzinfo=None).isoformat(" ")
    return value


def read(name):
    """The rows of a table of the database, with the columns and value formats of the file; without what has moved."""
    names = ", ".join(f'"{column}"' for column in TABLES[name]["columns"] if column != MOVED.get(name))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {names} FROM {name}")
        return [list(map(written, row)) for row in cursor.fetchall()]


def written(value):
    if isinstance(value, datetime):
        moment = value if value.tzinfo else value.replace(tzinfo=UTC)
        return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else value


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@contextmanager
def undone():
    """Roll back whatever is written inside this context."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory, django_db_blocker):
    """The database of version 0.2 after `migrate`."""
    with django_db_blocker.unblock(), another_database(tmp_path_factory.mktemp("upgraded")):
        make_version_0_2()
        call_command("migrate", verbosity=0)
        yield


# Tables

DEFINITIONS = {
    "sqlite": "SELECT tbl_name, sql FROM sqlite_master WHERE type IN ('table', 'index')",
    "postgresql": """
        SELECT table_name, concat_ws(' ', column_name, data_type, character_maximum_length, is_nullable, collation_name)
          FROM information_schema.columns WHERE table_schema = 'public'
         UNION ALL SELECT conrelid::regclass::text, pg_get_constraintdef(oid)
          FROM pg_constraint WHERE conrelid <> 0 AND connamespace = 'public'::regnamespace
         UNION ALL SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'
    """,
}


def tables():
    """What each table of the tracker is made of: its columns, constraints and indexes, without the names of indexes."""
    made_of = {}
    with connection.cursor() as cursor:
        cursor.execute(DEFINITIONS[connection.vendor])
        for table, definition in cursor.fetchall():
            if table.startswith("incidents_") and definition:
                nameless = re.sub(r"INDEX \S+ ON", "INDEX ON", definition)
                made_of.setdefault(table, []).append(sorted(re.split(r"[\s,()]+", nameless)))
    return {table: sorted(parts) for table, parts in made_of.items()}


def test_an_upgraded_database_has_the_tables_of_a_new_one(upgraded, tmp_path):
    upgraded_tables = tables()
    with another_database(tmp_path):
        call_command("migrate", verbosity=0)
        new_tables = tables()

    assert len(new_tables) > 40
    assert upgraded_tables == new_tables


# Records, history, permissions


def with_term_not_known(row):
    """A row of an action as it should be today: “no term announced” was a default, and no source is cited for it."""
    return row | {"term": "unknown"} if row["term"] == "unstated" else row


def with_words_of_the_quotation(row):
    """A row of a citation as it should be today: words that are not in the quotation are our reading."""
    return row | {"value_as_stated": ""} if row["id"] in READINGS else row


def with_intervals(row):
    """A row of a platform as it should be today: the period of a name is an EDTF interval."""
    return row | {"aliases": row["aliases"].replace("Lamp, until 2019", "Lamp, ../2019")}


READINGS = {
    row["id"]: row["value_as_stated"]
    for row in rows("incidents_citation")
    if row["value_as_stated"] not in row["quote"]
}
RENAMED = [row["id"] for row in rows("incidents_platform") if ", until " in row["aliases"]]
UPGRADED = {
    "incidents_action": with_term_not_known,
    "incidents_citation": with_words_of_the_quotation,
    "incidents_platform": with_intervals,
}
REVISED = {"incidents_historicalcitation": sorted(READINGS), "incidents_historicalplatform": RENAMED}


@pytest.mark.parametrize("name", [name for name in KEPT if "_historical" not in name])
def test_every_row_keeps_every_value(upgraded, name):
    upgraded_row = UPGRADED.get(name, dict)
    expected = [list(upgraded_row(row).values()) for row in rows_left(name)]

    now = [row for row in read(name) if name not in ADDED or ADDED[name] not in row]
    assert sorted(now, key=repr) == sorted(expected, key=repr)


@pytest.mark.parametrize("name", [name for name in KEPT if "_historical" in name])
def test_the_history_keeps_every_revision_and_gets_one_for_what_the_upgrade_changes(upgraded, name):
    before = [list(row.values()) for row in rows_left(name)]

    after = read(name)

    added = [row for row in after if row not in before]
    assert [row for row in before if row not in after] == []
    pk = [column for column in TABLES[name]["columns"] if column != MOVED.get(name)].index("id")
    assert sorted(row[pk] for row in added) == REVISED.get(name, [])


@pytest.mark.parametrize("name", ["justification", "involvement"])
def test_what_a_statement_was_about_is_now_in_a_list(upgraded, name):
    now, past = (
        {(row[key], row["action_id"]) for row in rows(table) if row["action_id"]}
        for key, table in (("id", f"incidents_{name}"), ("history_id", f"incidents_historical{name}"))
    )

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {name}_id, action_id FROM incidents_{name}_actions")
        carried = set(cursor.fetchall())
        cursor.execute(f"SELECT history_id, action_id FROM incidents_historical{name}_actions")
        carried_past = set(cursor.fetchall())

    assert now
    assert past
    assert carried == now
    assert carried_past == past


def test_words_that_are_not_the_source_s_are_a_reading(upgraded):
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, reading FROM incidents_citation WHERE reading <> ''")
        readings = dict(cursor.fetchall())
        cursor.execute(
            "SELECT id, history_change_reason, history_user_id FROM incidents_historicalcitation WHERE reading <> ''"
        )
        revisions = cursor.fetchall()

    assert len(READINGS) > 50
    assert readings == READINGS
    assert sorted(pk for pk, _reason, _user in revisions) == sorted(READINGS)
    assert {(reason[:14], user) for _pk, reason, user in revisions} == {("Upgrade to 0.3", None)}


def test_the_period_of_a_name_is_an_interval(upgraded):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT history_change_reason, aliases FROM incidents_historicalplatform WHERE aliases LIKE '%/%'"
        )
        revisions = cursor.fetchall()

    assert len(RENAMED) == 1
    assert revisions == [
        ("Upgrade to 0.3: the period of a name is an EDTF interval", "Lamp, ../2019\nLanterne")
    ]


def test_groups_keep_their_permissions(upgraded):
    groups = {row["id"]: row["name"] for row in rows("auth_group")}
    permissions = {row["id"]: row["codename"] for row in rows("auth_permission")}
    granted = {
        (groups[row["group_id"]], permissions[row["permission_id"]]) for row in rows("auth_group_permissions")
    }

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT auth_group.name, codename FROM auth_group_permissions"
            " JOIN auth_group ON auth_group.id = group_id JOIN auth_permission ON auth_permission.id = permission_id"
        )
        assert granted <= set(cursor.fetchall())


def test_the_history_of_a_record_names_who_changed_it(upgraded, client):
    users = {row["id"]: row["username"] for row in rows("auth_user")}
    pk = INCIDENTS["sample-everything"]["id"]
    history = [row for row in rows("incidents_historicalincident") if row["id"] == pk]
    changed_by = {users[row["history_user_id"]] for row in history if row["history_user_id"]}

    with undone():
        client.force_login(User.objects.get(username="adaobi"))
        page = client.get(f"/admin/incidents/incident/{pk}/history/").content.decode()

    assert changed_by == {"ines", "tomas"}
    assert all(name in page for name in changed_by)
    assert "a better title" in page


# Public and private


def upgraded_record(value):
    """A record of version 0.2 as it should be today, without the words where codes are today."""
    if isinstance(value, list):
        return [upgraded_record(each) for each in value]
    if isinstance(value, dict):
        words = ("operator_country_name", "country_name", "places", "not_counted_because")
        kept = {key: upgraded_record(each) for key, each in value.items() if key not in words}
        if kept.get("value_as_stated", "") not in kept.get("quote", ""):
            kept["value_as_stated"] = ""
        if "action" in kept and "stance" not in kept:
            action = kept.pop("action")
            kept["actions"] = [action] if action else []
        if "operator" in kept:
            return with_intervals(kept)
        for number, citation in enumerate(kept.get("citations", ()), 1):
            citation["seq"] = number  # readers count only those that they see
        return with_term_not_known(kept) if "term" in kept else kept
    return value


def as_before(value, before):
    """Of a record of today, what a record of version 0.2 had as well."""
    if isinstance(before, list):
        return [as_before(*pair) for pair in zip(value, before, strict=True)]
    if isinstance(before, dict):
        return {key: as_before(value[key], each) for key, each in before.items()}
    return value


def test_every_public_record_is_shown_as_before(upgraded, client):
    shown = {ref: client.get(f"/api/v1/incidents/{ref}/").json() for ref in RECORDS}
    exported = json.loads(b"".join(client.get("/incidents.json").streaming_content))["incidents"]

    before = {ref: upgraded_record(record) for ref, record in RECORDS.items()}
    listed = {ref: before[ref] for ref, entry in ENTRIES.items() if entry["listed"]}
    assert as_before(shown, before) == before
    assert as_before({record["ref"]: record for record in exported}, listed) == listed


def test_each_incident_is_as_public_as_before(upgraded, client):
    found = {ref: client.get(f"/incidents/{ref}/") for ref in INCIDENTS}

    expected = {"published": 200, "draft": 404, "in_review": 404, "withdrawn": 410}
    assert {ref: answer.status_code for ref, answer in found.items()} == {
        ref: 301 if row["merged_into_id"] else expected[row["publication"]] for ref, row in INCIDENTS.items()
    }
    assert {row["publication"] for row in INCIDENTS.values()} == set(expected)
    assert found["sample-duplicate"]["Location"] == "/incidents/sample-everything/"
    assert INCIDENTS["sample-withdrawn"]["withdrawn_reason"] in found["sample-withdrawn"].content.decode()


def test_private_texts_stay_private(upgraded, client):
    hidden = {row[field] for table, fields in PRIVATE.items() for row in rows(table) for field in fields}
    hidden |= {row["handle"] for row in rows("incidents_account") if not row["handle_public"]}
    hidden |= {row["title"] for ref, row in INCIDENTS.items() if row["publication"] in ("draft", "in_review")}
    listed = "incidents", "platforms", "accounts", "parties", "sources"
    addresses = [f"/incidents/{ref}/" for ref in INCIDENTS] + [
        f"/api/v1/{name}/?limit=100" for name in listed
    ]

    seen = "".join(client.get(address).content.decode() for address in addresses)

    assert len(hidden) > 15
    assert [text for text in hidden if text and text in seen] == []


# Revisions and the dataset version


def test_a_revision_is_added_only_where_a_term_was_a_mere_default_or_words_were_ours(upgraded, client):
    feed = client.get("/changes.atom").content.decode()
    corrected = {
        (ref, 1 + max(number for of, number in CHANGES if of == ref))
        for ref, record in RECORDS.items()
        if any(action["term"] == "unstated" for action in record["actions"])
        or any(each["value_as_stated"] not in each["quote"] for each in record["citations"])
    }

    found = re.findall(r"<id>[^<]*incidents/([^</]+)/revisions/(\d+)</id>", feed)
    assert sorted((ref, int(number)) for ref, number in found) == sorted([*CHANGES, *corrected])


def test_every_revision_that_was_shown_is_shown_unless_its_incident_was_withdrawn_since(upgraded, client):
    withdrawals = {
        ref: number for (ref, number), change in sorted(CHANGES.items()) if change["kind"] == "withdrawn"
    }
    for (ref, number), change in CHANGES.items():
        answer = client.get(f"/incidents/{ref}/revisions/{number}/")
        if ref not in RECORDS or change["kind"] in ("withdrawn", "merged"):
            assert answer.status_code == 404, (ref, number)
            continue
        following = CHANGES.get((ref, number + 1))
        title = record(following["before"])["title"] if following else RECORDS[ref]["title"]
        shown = ref if number < withdrawals.get(ref, 0) else title
        assert re.search(r"<h1[^>]*>([^<]*)", answer.content.decode())[1] == escape(shown), (ref, number)


def test_the_dataset_version_never_goes_down(upgraded, client):
    assert client.get("/api/v1/incidents/").json()["dataset"]["version"] >= VERSION


def test_a_change_after_the_upgrade_is_the_next_revision(upgraded, client):
    before = client.get("/api/v1/incidents/").json()["dataset"]["version"]
    last = ENTRIES["sample-everything"]["revision"]

    with undone():
        sql("UPDATE incidents_incident SET title = 'A quokka' WHERE ref = 'sample-everything'")
        page = client.get(f"/incidents/sample-everything/revisions/{last + 1}/")
        found = client.get("/api/v1/incidents/?q=quokka").json()

    assert page.status_code == 200
    assert [record["ref"] for record in found["results"]] == ["sample-everything"]
    assert found["dataset"]["version"] == before + 1


def test_the_index_agrees_with_the_records(upgraded):
    with undone():
        call_command("check_index", stdout=StringIO())


def test_a_change_still_queued_at_the_upgrade_is_not_lost(tmp_path, django_db_blocker, client):
    with django_db_blocker.unblock(), another_database(tmp_path):
        make_version_0_2()
        sql("UPDATE incidents_incident SET title = 'A quokka' WHERE ref = 'sample-everything'")
        sql("UPDATE incidents_platform SET name = 'Numbat' WHERE slug = 'sample-wire'")

        call_command("migrate", verbosity=0)

        for word in ("quokka", "numbat"):
            found = client.get(f"/api/v1/incidents/?q={word}").json()["results"]
            assert "sample-everything" in [record["ref"] for record in found]


def test_translations_become_those_of_single_texts_with_their_history(tmp_path, django_db_blocker):
    with django_db_blocker.unblock(), another_database(tmp_path):
        # Its migrations alone, without what signals would add.
        before = MigrationExecutor(connection).migrate([("incidents", "0035_latest_first")]).apps
        made, gone = made_translations(before)
        after = MigrationExecutor(connection).migrate([("incidents", "0036_translated_texts")]).apps

        translation, past = (
            after.get_model("incidents", f"{name}Translation") for name in ("", "Historical")
        )
        columns = ("incident__ref", "field", "text", "language", "translator", "translated_from", "is_behind")
        assert set(translation.objects.values_list(*columns)) == {
            ("vigil", "title", "標題", "zh-Hant", "Ada", 1, True),
            ("vigil", "summary", "摘要", "zh-Hant", "Ada", 1, False),
            ("vigil", "title", "标题", "zh-Hans", "", None, False),
        }
        assert set(translation.objects.values_list("version", "created_at")) == {(2, made)}
        keys = dict(translation.objects.filter(language="zh-Hant").values_list("field", "key"))
        rows = past.objects.order_by("history_id").values_list("history_type", "text", "history_date")
        assert list(rows.filter(key=keys["title"])) == [("+", "舊題", made), ("~", "標題", gone)]
        assert list(rows.filter(key=keys["summary"])) == [("+", "摘要", made), ("~", "摘要", gone)]
        # What was deleted has a history, too, of its own.
        assert list(rows.exclude(key__in=keys.values())) == [("+", "刪除", made), ("-", "刪除", gone)]


def made_translations(apps):
    """Translations as they were kept before, of an incident whose title has changed since; the moments of their history."""
    incidents, changes, translations, past = (
        apps.get_model("incidents", name).objects
        for name in ("Incident", "PublicChange", "IncidentTranslation", "HistoricalIncidentTranslation")
    )
    made, gone = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
    vigil = incidents.create(ref="vigil", title="Now", summary="Same")
    then = zlib.compress(json.dumps({"title": "Then", "summary": "Same"}).encode())
    changes.create(ref="vigil", number=2, dataset_version=2, kind="corrected", before=then)
    known = {"created_at": made, "updated_at": gone, "version": 2}
    words = {
        "title": "標題",
        "summary": "摘要",
        "language": "zh-Hant",
        "translator": "Ada",
        "translated_from": 1,
    }
    row = translations.create(incident=vigil, **words, **known)
    translations.create(incident=vigil, title="标题", language="zh-Hans", **known)
    deleted = {"title": "刪除", "language": "ja"}
    for pk, kind, moment, values in (
        (row.pk, "+", made, words | {"title": "舊題"}),
        (row.pk, "~", gone, words),
        (99, "+", made, deleted),
        (99, "-", gone, deleted),
    ):
        past.create(id=pk, incident=vigil, history_type=kind, history_date=moment, **values)
    return made, gone
