"""Lists of names and addresses are matched against what is public, and nothing else."""

import json
from urllib.parse import quote

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
SERVICE = {
    "type": "object",
    "properties": {"service_url": URI, "service_path": {"type": "string", "pattern": "^/"}},
    "required": ["service_url", "service_path"],
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
        "suggest": {
            "type": "object",
            "properties": {"entity": SERVICE, "type": SERVICE, "property": SERVICE},
            "additionalProperties": False,
        },
        "preview": {
            "type": "object",
            "properties": {
                "url": {"type": "string", "pattern": r"\{\{id\}\}"},
                "width": {"type": "integer"},
                "height": {"type": "integer"},
            },
            "required": ["url", "width", "height"],
        },
        "extend": {"type": "object", "properties": {"propose_properties": SERVICE}},
    },
    "required": ["versions", "name", "identifierSpace", "schemaSpace", "suggest", "preview", "extend"],
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


# And of suggestions (section 5) and of values (section 6.3).
SUGGESTIONS = {
    "type": "object",
    "properties": {
        "result": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "id": {"type": "string"},
                    "name": {"type": "string"},
                    "description": {"type": "string"},
                    "notable": {"type": "array", "items": NAMED},
                },
                "required": ["id", "name"],
            },
        }
    },
    "required": ["result"],
}


def exactly(**properties):
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


TEXT = {"type": "string"}
VALUES = {
    "type": "object",
    "properties": {
        "meta": {"type": "array", "items": NAMED | {"required": ["id", "name"]}},
        "rows": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "additionalProperties": {
                    "type": "array",
                    "items": {
                        "oneOf": [
                            exactly(str=TEXT),
                            exactly(int={"type": "integer"}),
                            exactly(id=TEXT, name=TEXT),
                        ]
                    },
                },
            },
        },
    },
    "required": ["meta", "rows"],
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


@pytest.mark.slow
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


# What a client shows of what can be matched


def suggested(client, name, prefix, **more):
    """What is suggested by the service that the manifest names."""
    service = client.get(ADDRESS).json()["suggest"][name]
    answer = client.get(service["service_url"] + service["service_path"], {"prefix": prefix, **more})
    assert answer.status_code == 200
    jsonschema.validate(answer.json(), SUGGESTIONS)
    return [each["id"] for each in answer.json()["result"]]


@pytest.mark.parametrize(
    ("prefix", "more", "found"),
    [
        ("Lin Q", {}, ["accounts/x-lin", "parties/lin-qiaozhen"]),
        ("Lin Q", {"type": "party"}, ["parties/lin-qiaozhen"]),
        ("林巧", {"type": "party"}, ["parties/lin-qiaozhen"]),
        ("twit", {}, ["platforms/x"]),
        ("gre", {}, ["parties/green-group"]),
        ("reen", {}, []),
        ("an account is", {}, ["incidents/told"]),
        ("gre", {"cursor": "1", "spell": "always"}, []),
        ("*", {}, []),
        ("", {}, []),
    ],
)
def test_what_is_typed_suggests_what_is_called_so(client, prefix, more, found):
    assert suggested(client, "entity", prefix, **more) == found


def test_types_and_their_properties_are_suggested(client):
    assert suggested(client, "type", "a") == ["account"]
    assert suggested(client, "type", "pers") == ["party"]
    assert "operator" in suggested(client, "property", "oper", type="platform")
    assert suggested(client, "property", "oper", type="topic") == []


@pytest.mark.parametrize("cursor", ["x", "-1", "9999999"])
def test_a_place_in_suggestions_that_is_no_number_is_a_problem(client, cursor):
    answer = client.get(f"{ADDRESS}suggest/entity/?prefix=gre&cursor={cursor}")

    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


def previewed(client, id_):
    return client.get(client.get(ADDRESS).json()["preview"]["url"].replace("{{id}}", quote(id_, safe="")))


@pytest.mark.parametrize(
    ("id_", "shown"),
    [
        ("platforms/x", ("X", "Twitter", "X Corp.", "1 incident")),
        ("parties/lin-qiaozhen", ("Lin Qiaozhen", "林巧珍")),
        ("accounts/x-lin", ("@lin",)),
        ("sources/paper", ("A long report",)),
        ("incidents/told", ("An account is shut",)),
    ],
)
def test_a_preview_may_stand_in_a_page_of_others_and_says_what_was_matched(client, id_, shown):
    answer = previewed(client, id_)

    page = answer.content.decode()
    assert [word for word in shown if word not in page] == []
    assert f'href="http://testserver/{id_}/"' in page
    assert "frame-ancestors *" in answer["Content-Security-Policy"]


def extended(client, ids, *names):
    asked = json.dumps({"ids": ids, "properties": [{"id": name} for name in names]})
    answer = client.post(ADDRESS, {"extend": asked})
    assert answer.status_code == 200
    jsonschema.validate(answer.json(), VALUES)
    return answer.json()["rows"]


def test_columns_of_values_are_those_that_can_be_proposed(client):
    service = client.get(ADDRESS).json()["extend"]["propose_properties"]
    address = service["service_url"] + service["service_path"]

    proposed = client.get(address, {"type": "account", "limit": "500"}).json()["properties"]

    names = [each["id"] for each in proposed]
    assert {"label", "platform", "holder", "kind"} <= {*names}
    (row,) = extended(client, ["accounts/x-lin"], *names).values()
    assert row["platform"] == [{"id": "platforms/x", "name": "X"}]
    assert row["holder"] == [{"id": "parties/lin-qiaozhen", "name": "Lin Qiaozhen"}]
    assert row["url"] == [{"str": "https://x.example/lin"}]
    assert [
        each["id"] for each in client.get(address, {"type": "account", "limit": "1"}).json()["properties"]
    ] == names[:1]
    assert client.get(address).status_code == 400


def test_every_type_has_values(client):
    ids = ["platforms/x", "parties/green-group", "accounts/x-lin", "sources/paper", "incidents/told"]

    rows = extended(client, ids, "slug", "citekey", "ref", "origins", "nothing")

    keys = [row["slug"] + row["citekey"] + row["ref"] for row in rows.values()]
    assert [key["str"] for (key,) in keys] == [id_.partition("/")[2] for id_ in ids]
    assert rows["incidents/told"]["origins"] == [{"int": 3}]


@pytest.mark.parametrize(
    "asked", ["", "[]", "{}", '{"ids": "x", "properties": []}', '{"ids": [1], "properties": []}',
              json.dumps({"ids": ["x"] * 101, "properties": []})],
)  # fmt: skip
def test_what_asks_for_no_values_is_a_problem(client, asked):
    assert client.post(ADDRESS, {"extend": asked}).status_code == 400


def test_what_is_not_public_is_neither_suggested_nor_previewed_nor_has_values(client, incident):
    hidden = make_party(
        slug="hidden", public_label="A Participant", private_name="Chen Meilin", name_public=False
    )
    draft = make_incident(ref="draft", title="Chen Meilin is shut out")
    make_involvement(draft, party=hidden, role="demanded_by")
    make_platform(slug="unseen", name="Unseen")

    for prefix in ("Chen", "A Part", "Uns"):
        assert suggested(client, "entity", prefix) == []
    ids = [
        "parties/hidden",
        "platforms/unseen",
        "incidents/draft",
        "parties/none",
        "x",
        "",
        "topics/",
        "nothing/x",
    ]
    for id_ in ids:
        assert previewed(client, id_).status_code == 404
    assert extended(client, ids, "public_label", "title", "name") == {
        id_: {"public_label": [], "title": [], "name": []} for id_ in ids
    }
