"""Past revisions follow what was taken back: what an incident must not tell any more, its past does not tell either."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from incidents import index, publishing
from incidents.leaks.past import past_pages_of
from incidents.models import Account, Incident, Involvement, Relation, Source
from incidents.public.revisions import record_at

from .factories import (
    make_account,
    make_action,
    make_citation,
    make_involvement,
    make_justification,
    make_party,
    make_published_incident,
    make_source,
    make_story,
)

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture
def incident(db):
    """A published incident with a past revision."""
    incident = make_story()
    index.current_version("default")
    Incident.objects.filter(ref="told").update(title="Another title")
    index.current_version("default")
    return incident


def is_readable(client, number=1):
    return client.get(f"/incidents/told/revisions/{number}/").status_code == 200


def account_of(incident):
    return incident.actions.get().account


@pytest.mark.parametrize("holder", [None, "another"])
def test_a_holder_who_was_taken_off_is_in_no_past_revision(client, incident, holder):
    assert is_readable(client)

    Account.objects.filter(slug="told").update(holder=holder and make_party(slug=holder), handle_public=False)

    assert not is_readable(client)
    assert is_readable(client, number=3)


def test_another_account_as_the_one_acted_on_is_a_correction(client, incident):
    other = make_account(holder=account_of(incident).holder)

    incident.actions.update(account=other)

    assert is_readable(client)


@pytest.mark.parametrize("kind", ["person", "collective", "unknown"])
@pytest.mark.parametrize("make", [make_involvement, make_justification])
def test_a_person_who_was_taken_off_is_in_no_past_revision(client, incident, kind, make):
    person = make_party(kind=kind, slug="taken-off")
    role = {"party": person} if make is make_involvement else {"speaker": person}
    made = make(incident, **role)
    index.current_version("default")
    assert "taken-off" in str(record_at("told", 3))

    type(made).objects.filter(pk=made.pk).delete()

    assert is_readable(client, number=1)
    assert not is_readable(client, number=3)


def test_a_body_that_was_entered_by_mistake_is_a_correction(client, incident):
    made = make_involvement(incident, party=make_party(kind="state_body"))
    index.current_version("default")

    Involvement.objects.filter(pk=made.pk).delete()

    assert is_readable(client, number=3)


def test_an_account_that_no_longer_follows_is_in_no_past_revision(client, incident):
    following = make_account(slug="following")
    make_published_incident(ref="again", account=following)
    Account.objects.filter(slug="told").update(succeeded_by=following)
    index.current_version("default")
    assert record_at("told", 3)["actions"][0]["account"]["succeeded_by"] == "following"

    Account.objects.filter(slug="told").update(succeeded_by=None)

    assert is_readable(client, number=1)
    assert not is_readable(client, number=3)


def test_an_account_that_follows_and_is_no_longer_public_is_in_no_past_revision(client, incident):
    following = make_account(slug="following")
    again = make_published_incident(ref="again", account=following)
    Account.objects.filter(slug="told").update(succeeded_by=following)
    index.current_version("default")

    publishing.withdraw(again, reason="An error.")

    assert not is_readable(client, number=3)


@pytest.mark.parametrize(
    ("take_back", "readable"),
    [
        (lambda: publishing.withdraw(Incident.objects.get(ref="before"), reason="An error."), False),
        (lambda: Relation.objects.all().delete(), True),
    ],
)
def test_a_background_event_that_was_withdrawn_is_in_no_past_revision(client, incident, take_back, readable):
    assert record_at("told", 1)["relations"][0]["incident"]["title"] == "A vigil is held"

    take_back()

    assert is_readable(client) is readable


def test_what_was_published_again_keeps_what_it_was_before_to_itself(client, incident):
    publishing.withdraw(Incident.objects.get(ref="told"), reason="It said too much.")
    index.current_version("default")
    incident = Incident.objects.get(ref="told")
    incident.summary = "It says less."
    incident.save()
    Incident.objects.filter(ref="told").update(publication="published", withdrawn_reason="")
    index.current_version("default")
    Incident.objects.filter(ref="told").update(title="A third title")
    index.current_version("default")

    assert [is_readable(client, number) for number in (1, 2, 3, 4, 5)] == [False, False, False, True, True]
    assert "Changed" in client.get("/incidents/told/revisions/5/").content.decode()


def test_a_source_that_only_past_revisions_cite_is_in_none_once_it_is_confidential(client, incident):
    source = make_source(citekey="told-then", url="")
    citation = make_citation(incident, source=source)
    index.current_version("default")
    citation.delete()
    index.current_version("default")
    first = client.get("/incidents/told/revisions/3/")
    assert "told-then" in str(record_at("told", 3))

    Source.objects.filter(pk=source.pk).update(is_confidential=True)

    assert first.status_code == 200
    assert not is_readable(client, number=3)
    same = {"If-None-Match": first.get("ETag", ""), "If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}
    assert client.get("/incidents/told/revisions/3/", headers=same).status_code == 404


def test_many_past_revisions_take_as_many_queries_as_one(incident, django_assert_num_queries):
    with CaptureQueriesContext(connection) as one:
        assert len(past_pages_of(incident)) == 1
    for title in ("Second", "Third"):
        Incident.objects.filter(ref="told").update(title=title)
        make_involvement(incident, party=make_party())
        make_action(incident)
        index.current_version("default")

    with django_assert_num_queries(len(one)):
        assert len(past_pages_of(incident)) == 3
