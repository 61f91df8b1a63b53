"""The start page of the editing desk lists what waits for somebody, and each line is a list."""

import re

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from incidents import queues, reviewing
from incidents.admin_site import EditingDesk
from incidents.models import Incident, Work

from .factories import (
    make_account,
    make_action,
    make_incident,
    make_party,
    make_published_incident,
    make_relation,
    make_source,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    """`staff("editor")` is a client logged in as a member of that group; its `user` is they."""

    def log_in(group):
        client.user = User.objects.create_user(f"some {group}", is_staff=True)
        client.user.groups.add(Group.objects.get(name=group))
        client.force_login(client.user)
        return client

    return log_in


def counts(client):
    """The lines of the start page with their numbers."""
    page = client.get("/admin/").content.decode()
    return dict(re.findall(r"queue=(\w+)\">[^<]+</a>\s*<b>([^<]+)</b>", page))


def listed(client, model, name):
    page = client.get(reverse(f"admin:incidents_{model}_changelist"), {"queue": name})
    return list(page.context["cl"].result_list)


def in_review(at, **fields):
    incident = make_incident(publication="in_review", **fields)
    Work.objects.create(incident=incident, review_asked_at=at)
    return incident


@pytest.mark.slow
def test_each_line_of_the_start_page_counts_what_its_list_holds(staff):
    client = staff("editor")
    mine, free = make_incident(), make_incident()
    reviewing.claim(mine, by=client.user)
    late = in_review(timezone.now())
    early = in_review("2020-01-01T00:00Z", ref="z")
    account = make_account()
    ended = make_published_incident(
        account=account, action={"status": "in_force", "term": "fixed", "expected_end": "2020-07"}
    )
    double = make_incident()
    make_action(double, account=account)
    uncleared = make_party(cleared=False)
    unarchived = ended.citations.first().source
    make_source(archived_url="https://web.archive.example/1")

    held = {queue.name: listed(client, queue.model._meta.model_name, queue.name) for queue in queues.QUEUES}

    assert held["mine"] == [mine]
    assert set(held["unclaimed"]) == {free, late, early, double}
    assert held["review"] == [early, late]
    assert set(held["incomplete"]) == {mine, free, late, early, double}
    assert held["doubtful"] == [double]
    assert held["ended"] == [ended]
    assert held["uncleared"] == [uncleared]
    assert held["unarchived"] == [unarchived]
    assert counts(client) == {name: str(len(records)) for name, records in held.items()}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("start", "relation", "is_doubtful"),
    [
        ("2020-06", None, True),
        ("", None, True),
        ("2020-06-08", None, False),
        ("2020-06-07", "possibly_same_as", True),
        ("2020-06-07", "not_same_as", False),
        ("2020-06-07", "follows", False),
    ],
)
def test_an_incident_may_be_the_same_as_one_of_the_same_holder_and_time(staff, start, relation, is_doubtful):
    holder = make_party()
    known = make_published_incident(account=make_account(holder=holder))
    draft = make_incident()
    make_action(draft, account=make_account(holder=holder), start=start)
    if relation:
        make_relation(known, draft, kind=relation)

    page = staff("researcher").get(reverse("admin:incidents_incident_change", args=[draft.pk]))

    assert list(queues.doubtful()) == ([draft] if is_doubtful else [])
    assert [row["incident"] for row in page.context["doubles"]] == ([known] if is_doubtful else [])


def test_unknown_holders_are_not_the_same():
    for _n in range(2):
        make_action(account=make_account(holder=None))

    assert not queues.doubtful().exists()


@pytest.mark.slow
def test_the_start_page_takes_the_same_number_of_queries_for_one_and_for_many(staff):
    def count():
        with CaptureQueriesContext(connection) as queries:
            client.get("/admin/")
        return len(queries)

    client = staff("editor")
    make_action(make_incident())
    count()
    one = count()
    for _n in range(3):
        make_action(make_incident())

    assert count() == one


def test_very_many_are_counted_no_further_than_needed(staff, monkeypatch):
    monkeypatch.setattr(queues, "MAX_COUNT", 2)
    monkeypatch.setattr(f"{EditingDesk.__module__}.MAX_COUNT", 2)
    for _n in range(4):
        make_incident()

    assert counts(staff("editor"))["unclaimed"] == "more than 2"


def test_a_claim_is_made_given_up_and_taken_over_without_a_new_version(staff):
    client = staff("researcher")
    incident = make_incident()
    claim = reverse("admin:incidents_incident_claim", args=[incident.pk])
    holders = []

    for data in ({}, {"give_up": ""}):
        client.post(claim, data)
        holders.append(Work.objects.get().claimed_by)

    assert holders == [client.user, None]
    assert Incident.objects.get().version == incident.version
    assert client.get(claim).status_code == 405


def test_a_researcher_claims_nothing_that_was_published(staff):
    incident = make_published_incident()

    assert (
        staff("researcher").post(reverse("admin:incidents_incident_claim", args=[incident.pk])).status_code
        == 403
    )


def test_what_is_sent_to_review_waits_for_a_reviewer_and_comes_back_to_its_author(staff):
    client = staff("researcher")
    incident = make_incident()
    reviewing.claim(incident, by=client.user)
    moves = reverse("admin:incidents_incident_transition", args=["review"])
    back = reverse("admin:incidents_incident_transition", args=["return"])

    client.post(f"{moves}?ids={incident.pk}")
    waiting = Work.objects.get()
    client.post(f"{back}?ids={incident.pk}")

    assert (waiting.claimed_by, waiting.review_asked_by) == (None, client.user)
    assert Work.objects.get().claimed_by == client.user
