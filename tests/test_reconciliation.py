"""Lists of names and addresses are matched against what is public, and nothing else."""

import json

import jsonschema
import pytest
from django.test import Client

from incidents.public import overload

from .factories import (
    make_account,
    make_citation,
    make_incident,
    make_involvement,
    make_party,
    make_platform,
    make_published_incident,
    make_source,
)

pytestmark = pytest.mark.django_db

ADDRESS = "/api/v1/reconcile/"
# What https://reconciliation-api.github.io/specs/0.2/ requires of a manifest (section 3) and of results (section 4.3).
URI = {"type": "string", "pattern": "^http"}
NAMED = {
    "type": "object",
    "properties": {"id": {"type": "string"}, "name": {"type": "string"}},
    "required": ["id"],
}
MANIFEST = {
    "type": "object",
    "properties": {
        "versions": {"type": "array", "contains": {"const": "0.2"}},
        "name": {"type": "string"},
        "identifierSpace": URI,
        "schemaSpace": URI,
        "documentation": URI,
        "view": {
            "type": "object",
            "properties": {"url": {"type": "string", "pattern": r"\{\{id\}\}"}},
            "required": ["url"],
        },
        "defaultTypes": {"type": "array", "items": NAMED, "uniqueItems": True},
    },
    "required": ["versions", "name", "identifierSpace", "schemaSpace"],
}
CANDIDATE = {
    "type": "object",
    "properties": {
        "id": {"type": "string"},
        "name": {"type": "string"},
        "description": {"type": "string"},
        "score": {"type": "number"},
        "match": {"type": "boolean"},
        "type": {"type": "array", "items": NAMED},
    },
    "required": ["id", "name", "score"],
}
RESULTS = {
    "type": "object",
    "additionalProperties": {
        "type": "object",
        "properties": {"result": {"type": "array", "items": CANDIDATE}},
        "required": ["result"],
    },
}


@pytest.fixture(autouse=True)
def incident(db):
    platform = make_platform(slug="x", name="X", aliases="Twitter, ../2023-07", operator="X Corp.")
    holder = make_party(
        slug="lin-qiaozhen",
        public_label="Lin Qiaozhen",
        kind="person",
        native_label="林巧珍",
        native_language="zh-Hant",
    )
    account = make_account(
        slug="x-lin",
        platform=platform,
        holder=holder,
        url="https://x.example/lin",
        handle="@lin",
        handle_public=True,
    )
    incident = make_published_incident(ref="told", title="An account is shut", account=account)
    body = make_party(slug="green-group", public_label="Green Group", kind="organisation")
    make_citation(involvement=make_involvement(incident, party=body, role="appealed"))
    source = make_source(citekey="paper", title="A long report", url="https://paper.example/a?utm_source=x")
    make_citation(incident=incident, source=source)
    return incident


def asked(client, *texts, method="post", **more):
    """The candidates for each text."""
    queries = {f"q{number}": {"query": text, **more} for number, text in enumerate(texts)}
    answer = getattr(client, method)(ADDRESS, {"queries": json.dumps(queries)})
    assert answer.status_code == 200
    found = answer.json()
    jsonschema.validate(found, RESULTS)
    assert list(found) == list(queries)
    return [found[key]["result"] for key in queries]


def test_batches_wait_for_one_another_as_searches_do(client, monkeypatch):
    monkeypatch.setattr(overload, "MAX_WAIT_SECONDS", 0)
    monkeypatch.setattr(overload, "searches", overload.Slots(1))

    with overload.searches.taken():
        answer = client.post(ADDRESS, {"queries": "{}"})
    assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json")
    assert asked(client, "Twitter")[0][0]["id"] == "platforms/x"


def test_only_what_it_takes_can_be_sent(client):
    assert client.options(ADDRESS)["Allow"] == "GET, HEAD, OPTIONS, POST"
    refused = client.put(ADDRESS)
    assert (refused.status_code, refused["Allow"]) == (405, "GET, HEAD, OPTIONS, POST")


def test_the_service_says_what_it_is(client):
    found = client.get(ADDRESS).json()

    jsonschema.validate(found, MANIFEST)
    assert found["view"]["url"].replace("{{id}}", "platforms/x") == "http://testserver/platforms/x/"


@pytest.mark.parametrize("method", ["get", "post"])
def test_names_in_any_script_and_of_any_time_find_what_they_name(method):
    client = Client(enforce_csrf_checks=True)
    texts = ("Twitter", "Lin Qiaozhen", "林巧珍", "QIAOZHEN LIN", "green group", "Lin Qiaozhan")

    best = [result[0]["id"] for result in asked(client, *texts, method=method)]

    assert best == [
        "platforms/x",
        *["parties/lin-qiaozhen"] * 3,
        "parties/green-group",
        "parties/lin-qiaozhen",
    ]
    for each in best:
        assert client.get(f"/{each}/").status_code == 200


def test_an_address_finds_the_account_or_the_source_that_has_it(client):
    account, source, other = asked(
        client, "https://x.example/lin", "http://www.paper.example/a", "https://paper.example/b"
    )

    assert [(each["id"], each["match"]) for each in account] == [("accounts/x-lin", True)]
    assert [(each["id"], each["match"]) for each in source] == [("sources/paper", True)]
    assert other == []


def test_the_name_of_a_person_is_no_match_until_somebody_says_so(client):
    person, body, platform = asked(client, "Lin Qiaozhen", "Green Group", "Twitter")

    assert [(each[0]["score"], each[0]["match"]) for each in (person, body, platform)] == [
        (100, False),
        (100, True),
        (100, True),
    ]


def test_a_type_and_a_limit_narrow_the_candidates(client):
    (of_type,) = asked(client, "Green Group", type="platform")
    (limited,) = asked(client, "An account is shut", limit=1)

    assert of_type == []
    assert [each["id"] for each in limited] == ["incidents/told"]


def test_what_is_not_public_is_never_a_candidate(client, incident):
    hidden = make_party(
        slug="hidden",
        public_label="A Participant",
        private_name="Chen Meilin",
        name_public=False,
        at_risk=True,
    )
    make_involvement(incident, party=hidden, role="demanded_by")
    make_platform(slug="unseen", name="Unseen")
    make_incident(ref="draft", title="Chen Meilin is shut out")

    assert asked(client, "Chen Meilin", "Unseen") == [[], []]


def test_what_looks_like_a_search_is_a_name(client):
    for text in ('"Green" -Group', "platform:x", "OR", "-", '"', "green* OR group", "x" * 300, "王 " * 100):
        asked(client, text)
    assert asked(client, '"Green Group"')[0][0]["id"] == "parties/green-group"


@pytest.mark.parametrize(
    "queries",
    [
        "",
        "no",
        "[]",
        '{"q0": "x"}',
        '{"q0": {"query": 1}}',
        json.dumps({str(n): {"query": "x"} for n in range(21)}),
    ],
)
def test_what_is_no_batch_is_a_problem(client, queries):
    answer = client.post(ADDRESS, {"queries": queries})

    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


def test_a_batch_of_any_size_is_counted_as_requests_are(client, settings, stopped_clock):
    settings.API_RATE = 1

    assert [
        client.post(ADDRESS, {"queries": "{}"}, REMOTE_ADDR="192.0.2.9").status_code for _ in range(2)
    ] == [200, 429]
