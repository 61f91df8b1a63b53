"""A version of an incident can be restored with all its parts, through the checks of any save."""

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from incidents import merging, publishing
from incidents.models import Incident, Relation

from .factories import (
    make_action,
    make_citation,
    make_incident,
    make_involvement,
    make_justification,
    make_party,
    make_published_incident,
    make_relation,
    make_source,
    make_topic,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    return log_in(client, "editor")


def log_in(client, group):
    user = User.objects.create_user(f"some {group}", is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    client.force_login(user)
    return user


def moment_of(incident):
    """The moment of the last change of an incident or its parts."""
    parts = (incident.actions, incident.justifications, incident.involvements, incident.citations)
    records = [incident, *(part for found in (*parts, incident.relations_from) for part in found.all())]
    return max(record.history.first().history_date for record in records)


def page_of(incident, moment):
    return (
        f"{reverse('admin:incidents_incident_restore', args=[incident.pk])}"
        f"?at={moment.isoformat().replace('+', '%2B')}"
    )


def restore(client, incident, moment, **data):
    """Restore from the page; its errors, none if it was done."""
    address = page_of(incident, moment)
    response = client.post(address, {"seen": client.get(address).context["seen"]} | data)
    return [] if response.status_code == 302 else list(map(str, response.context["errors"]))


def values(incident):
    """All values of an incident and its parts, without keys and what every save changes."""
    incident = Incident.objects.get(pk=incident.pk)
    parts = ("actions", "justifications", "involvements", "citations", "relations_from")
    records = [incident, *(part for name in parts for part in getattr(incident, name).order_by("pk"))]
    every_save = {"updated_at", "updated_by", "version"}
    return [
        {
            each.name: getattr(record, each.attname)
            for each in record._meta.fields
            if each.name not in every_save
        }
        | {each.name: sorted(getattr(record, each.name).all(), key=str) for each in record._meta.many_to_many}
        for record in records
    ]


@pytest.mark.slow
def test_restoring_brings_back_what_was_changed_and_deleted_and_takes_away_what_came_since(client, editor):
    incident = make_incident(title="As it was")
    incident.topics.add(make_topic())
    first, second = make_action(incident, start_text="at noon"), make_action(incident)
    replaced = make_justification(incident, actions=[second], together_with=[make_party()])
    later = make_justification(incident, supersedes=replaced)
    make_involvement(incident, actions=[first])
    make_citation(incident, justification=later, quote="As it was.")
    make_relation(incident, make_incident())
    before, moment = values(incident), moment_of(incident)

    incident.title = "As it is"
    incident.save()
    incident.topics.clear()
    first.start_text = "at night"
    first.save()
    for record in (later, replaced, second, *incident.citations.all(), *Relation.objects.all()):
        if type(record).objects.filter(pk=record.pk):
            type(record).objects.get(pk=record.pk).delete()
    make_citation(incident, action=make_action(incident))
    assert restore(client, incident, moment) == []

    assert values(incident) == before
    assert incident.history.first().history_user == editor
    assert incident.history.first().history_change_reason.startswith("Restored: 20")
    assert replaced.history.first().history_change_reason.startswith("Restored: 20")


def test_the_page_says_what_would_change_before_it_does(client, editor):
    incident = make_incident(title="The old title")
    action = make_action(incident)
    moment = moment_of(incident)
    incident.title = "The new title"
    incident.save()
    action.delete()
    make_citation(incident, quote="Later words.")

    page = client.get(page_of(incident, moment)).content.decode()

    assert "<del>new </del><ins>old </ins>" in page
    for line in ("Incident: changes", "Action 1: comes back", "Citation: is deleted", "Later words."):
        assert line in page, line
    assert Incident.objects.get(pk=incident.pk).title == "The new title"


def test_each_save_in_the_history_but_the_last_can_be_restored(client, editor):
    incident = make_incident()
    incident.history.update(history_date="2026-01-01T00:00:00Z")
    incident.title = "Another title"
    incident.save()

    page = client.get(reverse("admin:incidents_incident_history", args=[incident.pk])).content.decode()

    assert page.count("Restore this version") == 1
    assert "at=2026-01-01T00%3A00%3A00%2B00%3A00" in page


def test_what_refers_to_a_source_that_was_deleted_is_said_and_left_out(client, editor):
    incident = make_incident(title="As it was")
    topic, source = make_topic("A topic"), make_source()
    incident.topics.add(topic)
    make_citation(incident, source=source)
    moment = moment_of(incident)
    incident.citations.get().delete()
    source.delete()
    topic.delete()
    incident.title = "As it is"
    incident.save()

    page = client.get(page_of(incident, moment)).content.decode()
    errors = restore(client, incident, moment)

    assert "Citation 1 stays as it is now: its “source” was deleted since." in page
    assert "one of its “topics” was deleted since and does not come back." in page
    assert errors == []
    assert Incident.objects.get(pk=incident.pk).title == "As it was"
    assert incident.citations.count() == 0


@pytest.mark.slow
def test_what_was_merged_since_is_replaced_by_what_it_was_merged_into(client, editor):
    incident, old, new = make_incident(), make_party(), make_party()
    statement = make_justification(incident, speaker=old, speaker_text="")
    involvement = make_involvement(incident, together_with=[old])
    moment = moment_of(incident)
    for part in (statement, involvement):
        part.delete()
    merging.merge(old, new, chosen={}, seen=merging.seen_of(old, new))

    page = client.get(page_of(incident, moment)).content.decode()

    assert "its “speaker” was merged into another one since" in page
    assert restore(client, incident, moment) == []
    assert incident.justifications.get().speaker == new
    assert list(incident.involvements.get().together_with.all()) == [new]


@pytest.mark.slow
def test_a_name_that_was_hidden_since_does_not_come_back(client, editor):
    incident = make_published_incident(ref="2020-a", summary="Alice Hidden was suspended.")
    party = incident.actions.get().account.holder
    moment = moment_of(incident)
    incident.refresh_from_db()
    incident.summary = "A student was suspended."
    incident.save()
    party.kind, party.name_public, party.public_label = "person", False, "a student"
    party.private_name = "Alice Hidden"
    party.save()

    errors = restore(client, incident, moment)

    assert errors == ["Incident 2020-a: summary: This contains a name, handle or URL that is not public."]
    assert Incident.objects.get(pk=incident.pk).summary == "A student was suspended."


@pytest.mark.slow
def test_a_published_incident_does_not_lose_what_publication_requires(client, editor):
    incident = make_published_incident(summary="")
    moment = moment_of(incident)
    incident.summary = "What happened."
    incident.save()

    errors = restore(client, incident, moment)

    assert len(errors) == 1
    assert "Write a summary." in errors[0]
    assert Incident.objects.get(pk=incident.pk).summary == "What happened."


def test_a_version_from_before_publishing_leaves_it_published(client, editor):
    incident = make_incident(title="As it was")
    moment = moment_of(incident)
    Incident.objects.filter(pk=incident.pk).update(title="As it is", ref="2020-another")
    incident.refresh_from_db()
    publishing.withdraw(incident, reason="Wrong.")

    assert restore(client, incident, moment, change_reason="It was right.") == []

    stored = Incident.objects.get(pk=incident.pk)
    assert (stored.title, stored.ref, stored.publication) == ("As it was", "2020-another", "withdrawn")
    assert incident.history.first().history_change_reason.endswith(". It was right.")


def test_what_changed_since_the_page_was_opened_is_not_undone_unread(client, editor):
    incident = make_incident(title="As it was")
    moment = moment_of(incident)
    action = make_action(incident)
    address = page_of(incident, moment)
    seen = client.get(address).context["seen"]
    action.note = "Read this first."
    action.save()

    errors = client.post(address, {"seen": seen}).context["errors"]

    assert "has been changed since you opened this page" in errors[0]
    assert incident.actions.get() == action


def test_who_may_not_change_an_incident_may_not_restore_it(client):
    log_in(client, "researcher")
    draft, published = make_incident(), make_published_incident()
    moment = moment_of(published)

    assert client.get(page_of(published, moment)).status_code == 403
    assert client.post(page_of(published, moment)).status_code == 403
    assert client.get(page_of(draft, moment)).status_code == 200


@pytest.mark.parametrize("moment", ["", "x", "2020-13-45T00:00:00Z", "2020-01-01T00:00:00"])
def test_a_moment_that_is_none_is_not_found(client, editor, moment):
    address = reverse("admin:incidents_incident_restore", args=[make_incident().pk])

    assert client.get(address, {"at": moment}).status_code == 404


def test_a_large_version_takes_no_more_queries_than_a_small_one(client, editor):
    incident = make_incident()

    def count():
        address = page_of(incident, moment_of(incident))
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        return len(queries)

    def add():
        make_citation(make_action(incident).incident)
        make_justification(incident, together_with=[make_party()])

    add()
    count()
    one = count()
    for _n in range(3):
        add()

    assert count() == one
