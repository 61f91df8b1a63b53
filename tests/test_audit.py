"""The audit log says who did what with rights and private data, and nothing in it can be changed."""

from io import StringIO

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.utils import IntegrityError
from django.test.utils import CaptureQueriesContext

from incidents import audit, leaks, protection, publishing
from incidents.models import AuditEntry, Incident

from .databases import Database
from .factories import make_account, make_incident, make_party, make_published_incident, make_source
from .test_admin import address, staff, transition  # noqa: F401
from .test_logins import PASSWORD, SECOND_FACTOR, ada, app, locking, log_in, two_factors  # noqa: F401

pytestmark = pytest.mark.django_db


def entries(*, since=0):
    """The entries after the first few, as (who, event, about, detail), the oldest first."""
    found = AuditEntry.objects.order_by("pk").values_list("who", "event", "model", "detail")
    return list(found)[since:]


@pytest.mark.parametrize(
    "change",
    [
        lambda entry: entry.save(),
        lambda entry: entry.delete(),
        lambda entry: AuditEntry.objects.update(who="somebody else"),
        lambda entry: AuditEntry.objects.all().delete(),
        lambda entry: connection.cursor().execute(f"DELETE FROM {audit.TABLE}"),
    ],
)
def test_the_database_refuses_to_change_or_delete_an_entry(change):
    audit.protect("default")
    audit.record(audit.Event.EXPORTED)

    with (
        pytest.raises((IntegrityError, DatabaseError), match="The audit log can only be added to"),
        transaction.atomic(),
    ):
        change(AuditEntry.objects.get())

    assert AuditEntry.objects.count() == 1


def test_a_restore_replaces_the_log_and_protects_it_again():
    audit.protect("default")
    audit.record(audit.Event.EXPORTED)

    with audit.replaceable("default"):
        AuditEntry.objects.all().delete()

    assert not AuditEntry.objects.exists()
    assert audit.is_protected("default")


@pytest.mark.slow
def test_every_migrated_database_protects_its_log(tmp_path):
    database = Database.migrated(tmp_path)
    try:
        assert database.shell("from incidents import audit; print(audit.is_protected('default'))") == "True"
    finally:
        database.drop()


class TestLogins:
    pytestmark = pytest.mark.usefixtures("locking")

    def test_logins_and_what_failed_are_recorded(self, client, ada, app, settings):  # noqa: F811
        settings.SECOND_FACTOR = True
        before = AuditEntry.objects.count()

        log_in(client, "wrong")
        log_in(client)
        client.post(SECOND_FACTOR, {"code": "000000"})
        ada.totpdevice_set.update(throttling_failure_count=0)
        client.post(SECOND_FACTOR, {"code": app()})
        client.post("/admin/logout/")

        assert entries(since=before) == [
            ("", "wrong_password", "user", ""),
            ("ada", "password", "user", ""),
            ("ada", "wrong_code", "user", ""),
            ("ada", "code", "user", ""),
            ("ada", "logout", "user", ""),
        ]

    def test_a_lock_is_recorded_once_and_nobody_fills_the_disk(self, client, ada):  # noqa: F811
        before = AuditEntry.objects.count()

        for _attempt in range(9):
            log_in(client, "wrong")
            log_in(client, "wrong", username="a password in the wrong box")

        found = [event for _who, event, *_rest in entries(since=before)]
        assert sorted(found) == ["locked", *5 * ["wrong_password"]]


def test_changes_of_users_and_rights_are_recorded(staff):  # noqa: F811
    client = staff("administrator")
    before = AuditEntry.objects.count()
    user = User.objects.create_user("new", is_staff=True)
    user.groups.add(Group.objects.get(name="editor"))
    data = {"username": "new", "is_active": "", "date_joined_0": "2026-11-20", "date_joined_1": "00:00:00"}
    client.post(f"/admin/auth/user/{user.pk}/change/", data)
    user.refresh_from_db()
    user.set_password(PASSWORD)
    user.save()
    user.delete()

    assert entries(since=before) == [
        ("", "user_added", "user", "new"),
        ("", "rights", "user", "+editor"),
        ("some administrator", "rights", "user", "is_active=False, is_staff=False"),
        ("some administrator", "rights", "user", "-editor"),
        ("", "password_changed", "user", ""),
        ("", "user_deleted", "", "new"),
    ]


def test_changes_of_what_protects_somebody_are_recorded(staff):  # noqa: F811
    editor = User.objects.create_user("ed")
    party, source, account = make_party(name_public=False), make_source(is_confidential=True), make_account()
    before = AuditEntry.objects.count()
    for record, changes in (
        (party, {"name_public": True, "contact": "hidden"}),
        (source, {"is_confidential": False}),
        (account, {"handle_public": True}),
        (party, {"notes": "hidden"}),
    ):
        for name, value in changes.items():
            setattr(record, name, value)
        record.updated_by = editor
        record.save()

    assert entries(since=before) == [
        ("ed", "mark", "party", "name_public=True"),
        ("ed", "mark", "source", "is_confidential=False"),
        ("ed", "mark", "account", "handle_public=True"),
    ]


@pytest.mark.slow
def test_transitions_and_exports_of_private_data_are_recorded_without_a_name(staff, tmp_path):  # noqa: F811
    client = staff("editor")
    into, told = make_published_incident(ref="into"), make_published_incident(ref="of-somebody")
    other = make_published_incident(ref="other")
    before = AuditEntry.objects.count()
    client.post(transition("withdraw", told), {"reason": "An error."})
    client.post(transition("merge", other), {"merged_into": into.pk})
    publishing.publish(Incident.objects.get(ref="of-somebody"))
    client.post(
        address("incident_changelist"), {"action": "export_internal", "_selected_action": [told.pk, into.pk]}
    )
    call_command("export_fixture", output=str(tmp_path / "internal.json"), internal=True, stdout=StringIO())

    assert entries(since=before) == [
        ("some editor", "withdrawn", "incident", ""),
        ("some editor", "merged", "incident", f"into {into.pk}"),
        ("", "published", "incident", ""),
        ("some editor", "exported", "", "2 incidents"),
        ("", "exported", "", "internal.json"),
    ]


def test_what_is_taken_back_because_somebody_became_private_is_recorded():
    published = make_published_incident(ref="naming", title="Jane Qvist speaks")
    holder = published.actions.get().account.holder
    before = AuditEntry.objects.count()
    holder.public_label, holder.private_name, holder.name_public, holder.kind = (
        "a student",
        "Jane Qvist",
        False,
        "person",
    )
    holder.save()
    protection.protect(leaks.private_values_around(holder))

    assert [event for _who, event, *_rest in entries(since=before)] == ["mark", "withdrawn"]


@pytest.mark.parametrize(("role", "status"), [("administrator", 200), ("editor", 403), ("researcher", 403)])
def test_administrators_read_the_log_and_nobody_changes_it(staff, role, status):  # noqa: F811
    make_incident()
    client = staff(role)
    entry = AuditEntry.objects.first()

    assert client.get(address("auditentry_changelist")).status_code == status
    assert client.get(address("auditentry_change", entry.pk)).status_code == status
    assert client.post(address("auditentry_change", entry.pk), {"who": "x"}).status_code == 403
    assert client.get(address("auditentry_delete", entry.pk)).status_code == 403


def test_a_long_log_takes_as_many_queries_as_a_short_one(staff, django_assert_num_queries):  # noqa: F811
    client = staff("administrator")
    with CaptureQueriesContext(connection) as few:
        client.get(address("auditentry_changelist"))
    for _number in range(20):
        make_party(at_risk=False).save()
        audit.record(audit.Event.MARK, about=make_party())

    with django_assert_num_queries(len(few)):
        client.get(address("auditentry_changelist"))
