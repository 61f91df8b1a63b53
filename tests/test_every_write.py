"""Nothing is written past the history: whoever changes a record by whatever way, a revision has all of it, and who or why."""

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.core.management import call_command
from django.utils import timezone

from incidents import merging, publishing, restoring
from incidents.models import Account, Citation, Incident, Merge, Party, Platform, Source
from incidents.models.base import Record

from .factories import (
    internal_fixture,
    make_account,
    make_action,
    make_incident,
    make_platform,
    make_published_incident,
    make_source,
    make_story,
)
from .test_admin import action_row, address, change_data, log_data
from .test_leaks import make_hidden
from .test_protection import save
from .test_tables import ROW, csv_of, with_cells

pytestmark = pytest.mark.django_db
MODELS = [
    model for model in apps.get_app_config("incidents").get_models() if "Historical" not in model.__name__
]
RECORDS = [model for model in MODELS if issubclass(model, Record)]
STAMPS = {"created_at", "updated_at", "version"}
# Models without a history, with the reason.
WITHOUT_HISTORY = {
    "AuditEntry": "is written once, and the database keeps it",
    "ImportedTable": "what is known of a spreadsheet; what it became has a history",
    "ImportedRow": "the same",
    "Merge": "says itself who merged what, who took it back, and when; the records have revisions",
    "NameDecision": "is written once, with who, when and why",
    "OpenPage": "who has a page open now; never public",
    "ReviewNote": "says itself who wrote it, who settled it, and when; never public",
    "Work": "who is at work now; never public",
    "DatasetVersion": "the index, which is derived",
    "PostingList": "the index, which is derived",
    "PublicChange": "the history of what was public, itself",
    "PublicIncident": "the index, which is derived",
}
# Functions that write past `save()`, which no revision would follow, with what they write.
PAST_SAVE = {
    "incidents/admin/table_pages.py:table_view": "a spreadsheet that waits",
    "incidents/backups.py:_copy": "all tables, with their history",
    "incidents/index/indexer.py:_write_changes": "the index",
    "incidents/index/indexer.py:invalidate_caches": "the index",
    "incidents/index/indexer.py:write_documents": "the index",
    "incidents/index/posting_lists.py:remove_everywhere": "the index",
    "incidents/merging.py:merge": "that a translation is not behind, where what it translates is what it was",
    "incidents/models/translation.py:note_that_the_original_changes": "that a translation is behind, which follows",
    "incidents/leaks/decisions.py:answer": "decisions about names",
    "incidents/protection.py:forget_revisions": "public changes",
    "incidents/protection.py:note_taken_back": "public changes",
    "incidents/protection.py:rename": "public changes",
    "incidents/second_factor.py:new_recovery_codes": "recovery codes of a user",
}


def test_every_model_has_a_history_or_a_reason_to_have_none():
    without = {model.__name__ for model in MODELS if not issubclass(model, Record)}

    assert without == {*WITHOUT_HISTORY}
    assert [model for model in MODELS if issubclass(model, Record) and not hasattr(model, "history")] == []


def test_every_relation_to_several_records_is_part_of_the_history():
    several = {(model, field.name) for model in RECORDS for field in model._meta.many_to_many}

    assert several == {
        (model, name) for model in MODELS for name in getattr(model, "_history_m2m_fields", ())
    }


@pytest.mark.slow
def test_no_function_writes_past_save_unless_it_is_named_here():
    found = set()
    for path in Path("incidents").rglob("*.py"):
        if "migrations" not in path.parts:
            tree = ast.parse(path.read_text())
            for function in (each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)):
                found |= {f"{path}:{function.name}" for call in ast.walk(function) if writes_past_save(call)}

    assert found == {*PAST_SAVE}


def writes_past_save(node):
    """Whether it calls `update()` of a queryset, which takes names of fields, or a method for many records at once."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return False
    is_update = node.func.attr in ("update", "aupdate") and node.keywords and not node.args
    return is_update or node.func.attr in (
        "bulk_create",
        "bulk_update",
        "abulk_create",
        "abulk_update",
        "_raw_delete",
    )


@pytest.fixture
def story(client):
    """A published incident with all its parts, whose revisions say why; somebody who may do everything is logged in."""
    incident = make_story()
    note_why()
    client.force_login(User.objects.create_superuser("Ada"))
    return incident


def note_why():
    """Have all revisions so far say why: they were made for a test."""
    for model in RECORDS:
        model.history.filter(history_change_reason=None).update(history_change_reason="Made for a test")


def unrecorded():
    """What differs between records and the last revisions of them, and revisions that say neither who nor why."""
    for model in RECORDS:
        then, now = restoring.as_of(model, timezone.now()), restoring.stored_versions(model)
        for key in then | now:
            if values(then.get(key)) != values(now.get(key)):
                yield model.__name__, key
        for revision in model.history.filter(history_user=None, history_change_reason=None):
            yield model.__name__, revision.id, revision.get_history_type_display()


def values(version):
    if version is None:
        return None
    # What `loaddata` reads again unchanged has no new revision, though it is stamped anew.
    columns = [each for each in version.record._meta.concrete_fields if each.name not in STAMPS]
    return {each.name: getattr(version.record, each.attname) for each in columns} | version.keys


def unpublished(incident):
    incident.publication, incident.published_at = "draft", None
    incident.save()
    note_why()
    return incident


def save_a_record(client, incident):
    party = incident.actions.get().account.holder
    data = {"public_label": "Another", "kind": party.kind, "slug": party.slug}
    client.post(address("party_change", party.pk), data | {"name_public": "on", "cleared": "on"})
    assert Party.objects.get(pk=party.pk).public_label == "Another"


def save_a_part(client, incident):
    draft, account = make_incident(), make_account()
    note_why()
    row = action_row(account=account.pk)
    assert client.post(address("incident_change", draft.pk), change_data(draft, **row)).status_code == 302
    assert draft.actions.count() == 1


def log(client, incident):
    assert client.post(address("incident_add"), log_data()).status_code == 302
    assert Incident.objects.count() == 3  # with the two of the story


def withdraw_and_publish(client, incident):
    for name, state in (("withdraw", "withdrawn"), ("publish", "published")):
        client.post(f"{address('incident_transition', name)}?ids={incident.pk}", {"reason": "An error."})
        assert Incident.objects.get(pk=incident.pk).publication == state


def merge_incidents(client, incident):
    other = Incident.objects.get(ref="before")
    client.post(f"{address('incident_transition', 'merge')}?ids={other.pk}", {"merged_into": incident.pk})
    assert Incident.objects.get(pk=other.pk).merged_into == incident


def merge_platforms_and_take_it_back(client, incident):
    old, new = Platform.objects.get(slug="told"), make_platform()
    note_why()
    client.post(
        f"{address('platform_merge', old.pk)}?into={new.pk}",
        {
            "seen": merging.seen_of(old, new),
            "name": "keep",
            "operator": "take",
            "operator_country": "take",
            "aliases": "take",
        },
    )
    assert list(Platform.objects.all()) == [new]
    assert list(unrecorded()) == []
    client.post(address("platform_merge_undo", new.pk), {"merge": Merge.objects.get().pk})
    assert Platform.objects.count() == 2


def review(client, incident):
    unpublished(incident)
    for name, state in (("review", "in_review"), ("return", "draft")):
        client.post(f"{address('incident_transition', name)}?ids={incident.pk}")
        assert Incident.objects.get(pk=incident.pk).publication == state


def delete_a_draft(client, incident):
    for each in Incident.objects.all():
        unpublished(each)
    client.post(address("incident_delete", incident.pk), {"post": "yes"})
    assert not Incident.objects.filter(pk=incident.pk).exists()


def delete_several(client, incident):
    chosen = [make_source(), make_source()]
    note_why()
    data = {"action": "delete_selected", "_selected_action": [each.pk for each in chosen], "post": "yes"}
    client.post(address("source_changelist"), data)
    assert not Source.objects.filter(pk__in=[each.pk for each in chosen]).exists()


def delete_what_others_refer_to(client, incident):
    later = incident.justifications.get(supersedes__isnull=False)
    action, following = make_action(incident), make_account()
    later.actions.add(action)
    account = Account.objects.get(slug="told")
    account.succeeded_by = following
    account.save()
    note_why()
    for record in (later.supersedes, action, incident.topics.get(), following):
        record._change_reason = "For a test"
        record.delete()
    later.refresh_from_db()
    assert (later.supersedes, later.actions.count(), incident.topics.count()) == (None, 1, 0)
    assert later.history.first().history_change_reason == "For a test"


def hide_a_name(client, incident):
    account = make_account(holder=make_hidden())
    told = make_published_incident(account=account, ref="2020-zoom-jane-qvist")
    note_why()
    save(client, account.holder, private_name="Jane Qvist")
    assert Incident.objects.get(pk=told.pk).publication == "withdrawn"
    client.post(f"{address('incident_transition', 'rename')}?ids={told.pk}", {"ref": "2020-zoom-unnamed"})
    assert Incident.objects.get(pk=told.pk).ref == "2020-zoom-unnamed"


def restore_a_version(client, incident):
    moment = timezone.now()
    action = incident.actions.get()
    action.delete()
    note_why()
    restoring.restore(incident, moment, seen=publishing.state_of(incident), reason="For a test")
    assert incident.actions.get().seq == action.seq


DOORS = [
    save_a_record,
    save_a_part,
    log,
    withdraw_and_publish,
    merge_incidents,
    merge_platforms_and_take_it_back,
    review,
    delete_a_draft,
    delete_several,
    delete_what_others_refer_to,
    hide_a_name,
    restore_a_version,
]


@pytest.mark.slow
@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_whatever_changes_a_record_leaves_a_revision_with_who_or_why(client, story, settings, door):
    settings.SINGLE_USER = True
    assert list(unrecorded()) == []

    door(client, story)

    assert list(unrecorded()) == []


def test_what_a_spreadsheet_brings_leaves_a_revision_with_who(story, tmp_path):
    path = tmp_path / "cases.csv"
    for row in (ROW, with_cells(ROW, Title="Weibo closes the account of a choir")):
        path.write_bytes(csv_of(row))

        call_command("import_table", str(path), user="Ada", verbosity=0)

    assert Incident.objects.filter(title="Weibo closes the account of a choir").exists()
    assert list(unrecorded()) == []


@pytest.mark.slow
@pytest.mark.parametrize("command", ["import_fixture", "loaddata"])
def test_what_a_file_changes_leaves_a_revision_with_why(story, tmp_path, command):
    path = tmp_path / "internal.json"
    path.write_bytes(
        internal_fixture(Incident.objects.all()).replace(b"We follow local law.", b"We follow the law.")
    )
    options = {"internal": True} if command == "import_fixture" else {}

    call_command(command, str(path), verbosity=0, **options)

    assert Citation.objects.filter(quote="We follow the law.").exists()
    assert list(unrecorded()) == []
