"""Deleting a draft offers to delete what only it has used, and nothing else."""

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from incidents.leftovers import leftovers
from incidents.models import Account, Incident, Party, Source, Work

from .factories import (
    make_account,
    make_action,
    make_citation,
    make_incident,
    make_involvement,
    make_justification,
    make_party,
    make_source,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(client):
    user = User.objects.create_user("some researcher", is_staff=True)
    user.groups.add(Group.objects.get(name="researcher"))
    client.force_login(user)
    return user


def make_draft(user, **fields):
    """A draft with an account, its holder, a speaker and a source of its own, all recorded by this user."""
    account = make_account(holder=make_party(created_by=user), created_by=user)
    incident = make_incident(created_by=user, **fields)
    make_justification(incident, together_with=[make_party(created_by=user)])
    make_citation(action=make_action(incident, account=account), source=make_source(created_by=user))
    return incident


def delete(client, incident, *records):
    tokens = [f"{record._meta.model_name}-{record.pk}" for record in records]
    address = reverse("admin:incidents_incident_delete", args=[incident.pk])
    return client.post(address, {"post": "yes", "leftover": tokens}, follow=True)


@pytest.mark.slow
def test_what_only_the_draft_uses_is_offered_and_deleted_if_ticked(client, user):
    incident = make_draft(user)
    offered = leftovers(incident)
    assert {*offered} == {*Account.objects.all(), *Party.objects.all(), *Source.objects.all()}

    page = client.get(reverse("admin:incidents_incident_delete", args=[incident.pk]))
    assert [row["record"] for row in page.context["leftovers"]] == offered
    counted = {"incidents": 1, "actions": 1, "stated reasons": 1, "citations": 1}
    assert {str(name): number for name, number in page.context["model_count"]} == counted
    delete(client, incident, *offered)

    assert [model.objects.count() for model in (Incident, Account, Party, Source)] == [0, 0, 0, 0]
    assert [str(each.history_user) for each in Source.history.filter(history_type="-")] == ["some researcher"]


def test_what_is_not_ticked_stays(client, user):
    incident = make_draft(user)

    delete(client, incident, Source.objects.get())

    assert [model.objects.count() for model in (Incident, Account, Party, Source)] == [0, 1, 2, 0]


def test_what_something_else_uses_is_not_offered(user):
    incident = make_draft(user)
    account, source = Account.objects.get(), Source.objects.get()
    make_involvement(party=account.holder)
    make_source(derived_from=source, derivation="republication")
    make_account(succeeded_by=account)

    assert leftovers(incident) == [
        Party.objects.exclude(pk=account.holder_id).get(accounts=None, involvements=None)
    ]


def test_what_another_has_recorded_is_not_offered_to_a_researcher(client, user):
    incident = make_draft(user)
    for model in (Account, Party, Source):
        model.objects.update(created_by=None)

    page = client.get(reverse("admin:incidents_incident_delete", args=[incident.pk]))
    delete(client, incident, *Source.objects.all())

    assert page.context["leftovers"] == []
    assert Source.objects.exists()


def test_a_holder_is_not_deleted_without_the_account(client, user):
    incident = make_draft(user)
    account = Account.objects.get()

    page = delete(client, incident, account.holder)

    assert Party.objects.filter(pk=account.holder_id).exists()
    assert "was not deleted: something else refers to it." in page.content.decode()


def test_more_sources_take_no_more_queries(user):
    incident = make_draft(user)

    def count():
        with CaptureQueriesContext(connection) as queries:
            leftovers(incident)
        return len(queries)

    one = count()
    for _n in range(3):
        make_citation(incident, source=make_source())

    assert count() == one


@pytest.mark.parametrize("is_limited", [True, False])
def test_what_only_a_limited_draft_shows_goes_with_it_unless_its_box_is_cleared(client, user, is_limited):
    incident = make_draft(user)
    Work.objects.update_or_create(incident=incident, defaults={"is_limited": is_limited})

    page = client.get(reverse("admin:incidents_incident_delete", args=[incident.pk])).content.decode()

    assert page.count('name="leftover"') == 4
    assert page.count(" checked>") == 4 * is_limited
