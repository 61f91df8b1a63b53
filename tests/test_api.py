"""The API: the records of the pages, in steady pages, as its own description says; errors that programs can read."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from django.core.cache import caches

from incidents import choices, index
from incidents.models import Party
from incidents.public import api, reconciliation
from incidents.public.api import RECORD_LISTS, REGISTRIES

from .factories import make_account, make_party, make_platform, make_published_incident, make_story

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).parent.parent
LISTS = ("incidents", *RECORD_LISTS, *REGISTRIES)


@pytest.fixture(autouse=True)
def fresh_limits():
    for cache in caches.all(initialized_only=False):
        cache.clear()


def every(client, path):
    """All results of a list, page after page."""
    found, address = [], path
    while address:
        answer = client.get(address).json()
        found += answer["results"]
        address = answer["next"]
    return found


@pytest.mark.slow
def test_pages_pass_over_nothing_and_show_nothing_twice_while_others_are_added(client):
    for number in range(7):
        make_published_incident(ref=f"i{number}", action={"start": f"2020-01-0{number + 1}"})
    first = client.get("/api/v1/incidents/?limit=3").json()
    make_published_incident(ref="newer", action={"start": "2020-02-01"})
    make_published_incident(ref="older", action={"start": "2019-02-01"})

    rest = every(client, first["next"])

    refs = [record["ref"] for record in (*first["results"], *rest)]
    assert refs == ["i6", "i5", "i4", "i3", "i2", "i1", "i0", "older"]


def test_a_page_leads_back_to_the_one_before(client):
    for number in range(5):
        make_published_incident(ref=f"i{number}", action={"start": f"2020-01-0{number + 1}"})
    first = client.get("/api/v1/incidents/?limit=2").json()
    second = client.get(first["next"]).json()

    back = client.get(second["previous"]).json()

    assert back["results"] == first["results"]
    assert back["previous"] is None


def test_records_are_those_of_the_file(client):
    make_story()

    lines = b"".join(client.get("/incidents.jsonl").streaming_content).splitlines()
    *listed, background = map(json.loads, lines)

    assert listed == every(client, "/api/v1/incidents/")
    assert background["kind"] == "context"
    assert client.get("/api/v1/incidents/told/").json() == listed[0]


def test_registries_list_what_public_incidents_show(client):
    for number in range(5):
        platform = make_platform(slug=f"p{number}")
        make_published_incident(
            account=make_account(slug=f"a{number}", platform=platform, holder=make_party(slug=f"h{number}"))
        )
    make_platform(slug="unseen")

    assert [each["slug"] for each in every(client, "/api/v1/platforms/?limit=2")] == [
        f"p{n}" for n in range(5)
    ]
    assert [each["slug"] for each in every(client, "/api/v1/accounts/?limit=2")] == [
        f"a{n}" for n in range(5)
    ]
    assert {each["slug"] for each in every(client, "/api/v1/parties/")} >= {f"h{n}" for n in range(5)}


def test_parts_name_their_incident(client):
    make_story()
    (record,) = every(client, "/api/v1/incidents/")

    for name in RECORD_LISTS:
        assert every(client, f"/api/v1/{name}/") == [{"incident": "told", **part} for part in record[name]]


def test_every_vocabulary_is_listed_with_its_definitions(client):
    found = client.get("/api/v1/vocabularies/").json()["results"]

    assert [word["value"] for word in found["action_type"]] == choices.ActionType.values
    assert all(word["definition"] and word["label"] for words in found.values() for word in words)


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "limit=1&limit=2", "limit=", "limit=٣"])
@pytest.mark.parametrize("name", LISTS)
def test_a_limit_out_of_bounds_is_a_problem(client, name, query):
    answer = client.get(f"/api/v1/{name}/?{query}")

    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert [error["parameter"] for error in answer.json()["errors"]] == ["limit"]


def test_other_sites_may_read_and_who_has_it_gets_304(client):
    make_story()
    answer = client.get("/api/v1/incidents/")

    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Dataset-Version"] == str(index.current_version("default").number)
    assert client.get("/api/v1/incidents/", headers={"If-None-Match": answer["ETag"]}).status_code == 304
    assert client.post("/api/v1/incidents/").status_code == 405


def test_too_many_requests_get_429_and_how_long_to_wait(client, settings, stopped_clock):
    settings.API_RATE = 3
    make_story()

    answers = [client.get(f"/api/v1/incidents/?limit={number}") for number in range(1, 5)]
    elsewhere = client.get("/api/v1/incidents/?limit=9", REMOTE_ADDR="192.0.2.7")

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert 0 < int(answers[-1]["Retry-After"]) <= 61
    assert answers[-1]["Content-Type"] == "application/problem+json"
    assert elsewhere.status_code == 200


def test_behind_a_proxy_it_is_the_reader_who_is_counted(client, settings, stopped_clock):
    settings.API_RATE, settings.BEHIND_PROXY = 1, True

    answers = [
        client.get(f"/api/v1/platforms/?limit={number}", headers={"X-Forwarded-For": f"spoofed, {reader}"})
        for number, reader in enumerate(("192.0.2.1", "192.0.2.2", "192.0.2.1"), start=1)
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 429]


@pytest.fixture
def served(cases, live_server, settings):
    """The address of a running tracker with the three cases."""
    settings.API_RATE = 0
    index.current_version("default")
    return live_server.url


@pytest.mark.slow
@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_the_api_does_what_its_description_says(served, tmp_path):
    """Every check that schemathesis has. The lists within records take what the list of incidents takes."""
    run = subprocess.run(
        [
            *(Path(sys.executable).parent / "schemathesis", f"--config-file={ROOT}/tests/schemathesis.toml"),
            *("run", f"{served}/api/v1/openapi.json", "--no-color"),
        ],
        capture_output=True,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        text=True,
    )

    assert run.returncode == 0, run.stdout[-6000:]
    assert "No issues found" in run.stdout


def test_a_query_string_longer_than_any_search_is_a_problem_and_not_a_page_of_the_server(client):
    values = "&".join(f"platform=platform-{number}-{'x' * 80}" for number in range(200))

    problem = client.get(f"/api/v1/incidents/?{values}")
    page = client.get(f"/incidents/?{values}")

    assert (problem.status_code, problem["Content-Type"]) == (414, "application/problem+json")
    assert problem.json()["status"] == 414
    assert (page.status_code, page["Content-Type"]) == (414, "text/html; charset=utf-8")


def test_the_description_names_what_each_parameter_takes(client):
    described = client.get("/api/v1/openapi.json").json()
    parameters = described["components"]["parameters"]

    schemas = {name: each["schema"].get("items", each["schema"]) for name, each in parameters.items()}
    assert [
        name for name, schema in schemas.items() if not {"enum", "pattern", "minimum"} & set(schema)
    ] == []
    assert set(described["components"]["schemas"]["Dataset"]["properties"]) == set(
        client.get("/api/v1/incidents/").json()["dataset"]
    )
    country = schemas["country"]["pattern"]
    assert [bool(re.fullmatch(country, code)) for code in ("HK", "-UA-43", "XX", "hk")] == [
        True,
        True,
        False,
        False,
    ]


def test_values_that_say_nothing_are_counted_too(client):
    answer = client.get("/api/v1/incidents/?" + "&".join(["party="] * 101))

    assert answer.status_code == 400


@pytest.mark.slow
@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_a_client_made_from_the_description_fetches_the_cases(served, tmp_path):
    address = f"{served}/api/v1/openapi.json"
    description = tmp_path / "openapi.json"
    description.write_text(httpx.get(address, timeout=None).text)
    program = Path(sys.executable).parent / "openapi-python-client"

    subprocess.run(
        [program, "generate", "--path", description, "--output-path", tmp_path / "made", "--meta", "none"],
        check=True,
        capture_output=True,
        cwd=tmp_path,
    )
    code = (
        "from made import Client\nfrom made.api.default import incidents\n"
        f"page = incidents.sync(client=Client(base_url='{served}/api/v1'))\n"
        "print(*sorted(each.ref for each in page.results))"
    )
    out = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, cwd=tmp_path, text=True
    )

    assert out.stdout.split() == [
        "2020-zoom-hong-kong-alliance",
        "2020-zoom-humanitarian-china",
        "2020-zoom-wang-dan",
    ]


def test_no_list_of_the_api_shows_what_is_taken_back_while_the_index_is_behind(rf):
    holder = make_party(slug="shown", public_label="Jane Qvist")
    make_published_incident(account=make_account(slug="shown", holder=holder, label="Jane Qvist"))
    version = index.current_version("default")
    extend = '{"ids": ["parties/shown", "accounts/shown"], "properties": [{"id": "public_label"}, {"id": "label"}]}'

    def answers():
        addresses = {"parties": "/api/v1/parties/", "accounts": "/api/v1/accounts/"}
        for name, address in addresses.items():
            request = rf.get(address)
            request.dataset_version = version
            yield api.registry(request, name=name).content.decode()
        request = rf.post("/api/v1/reconcile/", {"extend": extend})
        request.dataset_version = version
        yield reconciliation.reconcile(request).content.decode()

    assert ["Jane Qvist" in answer for answer in answers()] == [True] * 3
    Party.objects.update(cleared=False)

    assert ["Jane Qvist" in answer for answer in answers()] == [False] * 3
