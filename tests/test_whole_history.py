"""The history of an incident is one page: all its parts, who changed what, when and why, word by word."""

import re
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from incidents.admin.history import word_differences
from incidents.models import Incident, Party

from .factories import (
    make_action,
    make_citation,
    make_incident,
    make_justification,
    make_party,
    make_published_incident,
    make_relation,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    user = User.objects.create_user("some editor", is_staff=True)
    user.groups.add(Group.objects.get(name="editor"))
    client.force_login(user)
    return user


def history(client, incident):
    page = client.get(reverse("admin:incidents_incident_history", args=[incident.pk]))
    return page.content.decode()


def text(html):
    return " ".join(re.sub("<[^>]+>", " ", html).split())


def test_a_difference_is_told_by_word():
    pieces = list(word_differences("Zoom shut one account.", "Zoom shut two accounts, 六四."))

    assert pieces == [
        ("span", "Zoom shut "),
        ("del", "one account"),
        ("ins", "two accounts, 六四"),
        ("span", "."),
    ]


def test_the_history_has_every_part_and_what_was_deleted(client, editor):
    incident = make_incident(title="Old title")
    action, statement = make_action(incident), make_justification(incident)
    citation = make_citation(incident, quote="The old words.")
    make_relation(incident, make_incident())
    incident.title, incident._history_user = "New title", editor
    incident._change_reason = "A better title"
    incident.save()
    statement.together_with.add(make_party(public_label="A partner"))
    statement.save()
    citation.quote = "The new words."
    citation.save()
    action.delete()
    Incident.history.update(published_at=datetime(2026, 11, 26, 21, 31, 41, tzinfo=UTC))

    page = history(client, incident)
    words = text(page)

    assert "<del>Old </del><ins>New </ins><span>title</span>" in page
    assert "<del>old </del><ins>new </ins><span>words.</span>" in page
    assert "some editor : A better title" in words or "some editor: A better title" in words
    for line in (
        "Action 1: deleted",
        "Action 1: created",
        "Citation 1: changed",
        "Relation: created",
        "A partner",
        "first published at 26 November 2026, 21:31 UTC",
    ):
        assert line in words, line


def test_what_a_revision_referred_to_may_be_gone(client, editor):
    incident = make_incident()
    statement = make_justification(incident, speaker=make_party(), speaker_text="")
    statement.speaker, statement.speaker_text = None, "a spokesperson"
    statement.save()
    Party.objects.all().delete()

    assert "deleted since" in history(client, incident)


@pytest.mark.slow
def test_a_change_of_what_is_public_is_asked_for_its_reason_and_keeps_it(client, editor):
    incident, draft = make_published_incident(), make_incident()
    party = incident.actions.get().account.holder
    address = reverse("admin:incidents_party_change", args=[party.pk])
    data = {
        "public_label": "Another name",
        "kind": party.kind,
        "name_public": "on",
        "cleared": "on",
        "slug": party.slug,
        "change_reason": " They were\0renamed. ",
    }

    page = client.get(address).content.decode()
    client.post(address, data)

    assert 'name="change_reason"' in page
    assert party.history.first().history_change_reason == "They were renamed."
    assert party.history.first().history_user == editor
    unpublished = client.get(reverse("admin:incidents_incident_change", args=[draft.pk])).content.decode()
    assert 'name="change_reason"' not in unpublished


def test_no_stranger_reads_a_history(client):
    incident = make_incident()
    client.force_login(User.objects.create_user("nobody in particular", is_staff=True))

    assert client.get(reverse("admin:incidents_incident_history", args=[incident.pk])).status_code == 403


@pytest.mark.parametrize("page", ["0", "x", "99"])
def test_no_page_of_a_history_is_an_error(client, editor, page):
    incident = make_incident()

    assert (
        client.get(reverse("admin:incidents_incident_history", args=[incident.pk]), {"p": page}).status_code
        == 200
    )


@pytest.mark.slow
def test_a_long_history_takes_no_more_queries_than_a_short_one(client, editor):
    incident = make_incident()

    def count():
        with CaptureQueriesContext(connection) as queries:
            history(client, incident)
        return len(queries)

    make_citation(make_action(incident).incident)
    make_justification(incident, together_with=[make_party()])
    count()
    one = count()
    for _n in range(3):
        make_citation(make_action(incident).incident)
        make_justification(incident, together_with=[make_party()])

    assert count() == one
