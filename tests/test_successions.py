"""Accounts that follow one another: both pages and the incident say so, and JSON does, where both accounts are public."""

import json
import re

import pytest

from incidents import exports, index
from incidents.index import comparison
from incidents.models import Account, Incident, Party, PublicChange

from .factories import (
    make_account,
    make_action,
    make_citation,
    make_incident,
    make_party,
    make_published_incident,
    make_selection,
)

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

LINK = '<a href="/accounts/{}/" dir="auto">{}</a>'


@pytest.fixture
def followed():
    """A public account that is followed by another one, of which only a draft tells so far."""
    holder = make_party(slug="group", public_label="Green Group")
    second = make_account(slug="second", label="account opened in 2021", holder=holder)
    first = make_account(slug="first", label="account", holder=holder, succeeded_by=second)
    make_published_incident(ref="closed", account=first)
    draft = make_incident(ref="again")
    make_citation(action=make_action(draft, account=second))
    return first


def publish_the_second():
    Incident.objects.filter(ref="again").update(publication="published", published_at="2026-11-20T00:00Z")


def page(client, address):
    return " ".join(client.get(address).content.decode().split())


def named_in_json(client):
    record = client.get("/api/v1/incidents/closed/").json()
    return record["actions"][0]["account"]["succeeded_by"]


def test_both_pages_and_the_incident_name_the_other_account(client, followed):
    publish_the_second()

    first, second, incident, again = (
        page(client, address)
        for address in (
            "/accounts/first/",
            "/accounts/second/",
            "/incidents/closed/",
            "/incidents/again/",
        )
    )

    link_to_second = LINK.format("second", "account opened in 2021, Green Group")
    link_to_first = LINK.format("first", "account of Green Group")
    assert "<dt>Holder’s next account</dt>" in first
    assert link_to_second in first
    assert "<dt>Holder’s earlier account</dt>" in second
    assert link_to_first in second
    assert '<th scope="row">Holder’s next account</th>' in incident
    assert link_to_second in incident
    assert link_to_first in again


def test_an_account_that_is_not_public_is_named_nowhere(client, followed):
    for address in ("/accounts/first/", "/incidents/closed/", "/api/v1/accounts/", "/incidents/closed.json"):
        answer = client.get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content

        assert answer.status_code == 200
        assert b"second" not in body
        assert "2021" not in body.decode()
    assert client.get("/accounts/second/").status_code == 404


def test_json_names_it_as_soon_as_it_is_public_and_no_longer(client, followed):
    assert named_in_json(client) is None

    publish_the_second()
    assert named_in_json(client) == "second"
    (listed,) = [
        each for each in client.get("/api/v1/accounts/").json()["results"] if each["slug"] == "first"
    ]
    assert listed["succeeded_by"] == "second"

    Party.objects.filter(slug="group").update(cleared=False)
    Party.objects.filter(slug="group").update(cleared=True)
    assert named_in_json(client) == "second"

    Incident.objects.filter(ref="again").update(publication="withdrawn", withdrawn_reason="A mistake.")
    assert named_in_json(client) is None


def test_it_is_public_by_an_action_that_is_added_or_moved(client, followed):
    action = make_action(make_published_incident(), account=Account.objects.get(slug="second"))
    assert named_in_json(client) == "second"

    action.account = make_account()
    action.save()
    assert named_in_json(client) is None


def test_the_index_has_nothing_to_mend_after_any_of_it(client, followed):
    index.current_version("default")
    publish_the_second()
    index.current_version("default")
    Incident.objects.filter(ref="again").delete()
    index.current_version("default")

    assert [found for _number, found in comparison.differences("default")] == [{}]
    assert PublicChange.objects.filter(ref="closed").count() == 3


def test_files_name_it_where_both_are_in_them(followed):
    def successor(query):
        entries = json.loads(b"".join(exports.write("fixture.json", make_selection(query))))
        accounts = [each["fields"] for each in entries if each["model"] == "incidents.account"]
        return {each["slug"]: each["succeeded_by"] for each in accounts}

    assert successor("") == {"first": None}
    publish_the_second()
    assert successor("") == {"first": ["second"], "second": None}
    assert successor("account=first") == {"first": None}


def test_the_page_says_whether_a_source_is_cited_for_it(client, followed):
    publish_the_second()
    row = re.compile(r"<dt>Holder’s next account</dt>.*?</div>")
    assert "no source cited here" in row.search(page(client, "/accounts/first/"))[0]

    make_citation(Incident.objects.get(ref="closed"), account=followed, field="succeeded_by")

    assert "no source cited here" not in row.search(page(client, "/accounts/first/"))[0]
