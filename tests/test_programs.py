"""Programs, and scripts of other sites, can read every public address and understand what it answers."""

from threading import BoundedSemaphore

import pytest
from django.core.cache import caches

from incidents.public import downloads

from .factories import make_story

pytestmark = pytest.mark.django_db

ADDRESSES = [
    "/incidents/told/",
    "/incidents.csv",
    "/incidents.atom",
    "/incidents/told.bib",
    "/incidents/told.json",
    "/api/v1/incidents/",
    "/api/v1/openapi.json",
    "/sitemap.xml",
    "/incidents/told",  # leads to the address with a slash
    "/incidents.csv?no=filter",
    "/nothing.json",
]


@pytest.fixture(autouse=True)
def story(db):
    caches["pages"].clear()
    return make_story()


@pytest.mark.parametrize("address", ADDRESSES)
def test_scripts_of_other_sites_read_whatever_is_public(client, address):
    asked = client.options(
        address, headers={"Origin": "https://other.example", "Access-Control-Request-Method": "GET"}
    )
    answer = client.get(address, headers={"Origin": "https://other.example"})

    assert asked.status_code == 204
    assert "If-None-Match" in asked["Access-Control-Allow-Headers"]
    assert asked["Access-Control-Allow-Origin"] == answer["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("address", ["/admin/", "/admin/login/", "/healthz"])
def test_no_script_of_another_site_reads_the_desk_or_the_state_of_the_server(client, address):
    answer = client.get(address, headers={"Origin": "https://other.example"})

    assert "Access-Control-Allow-Origin" not in answer


@pytest.mark.parametrize(
    "address", ["/nothing.json", "/incidents/none.csv", "/incidents/none.bib", "/api/v1/none/", "/feed.atom"]
)
def test_what_is_not_there_is_a_document_for_a_program(client, address):
    answer = client.get(address)

    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert answer.json()["status"] == 404


@pytest.mark.parametrize("address", ["/incidents/none/", "/nothing"])
def test_what_is_not_there_is_a_page_for_a_reader(client, address):
    answer = client.get(address, follow=True)

    assert (answer.status_code, answer["Content-Type"]) == (404, "text/html; charset=utf-8")


@pytest.mark.parametrize("address", ["/incidents.csv", "/incidents/told.json", "/api/v1/incidents/"])
def test_another_method_is_refused_with_those_that_there_are(client, address):
    answer = client.post(address)

    assert (answer.status_code, answer["Content-Type"]) == (405, "application/problem+json")
    assert answer["Allow"] == "GET, HEAD, OPTIONS"


# RFC 9110, section 13.1


@pytest.mark.parametrize("address", ["/incidents/told/", "/incidents.csv", "/api/v1/incidents/"])
@pytest.mark.parametrize("is_kept", [True, False])
def test_the_conditions_of_a_request_are_kept(client, address, is_kept):
    etag = client.get(address)["ETag"]
    if not is_kept:
        caches["pages"].clear()

    def status(**headers):
        return client.get(address, headers={k.replace("_", "-"): v for k, v in headers.items()}).status_code

    assert status(If_None_Match=etag) == 304
    assert status(If_None_Match="*") == 304
    assert status(If_None_Match='"other"') == 200
    assert status(If_Match=etag) == 200
    assert status(If_Match="*") == 200
    assert status(If_Match='"other"') == 412
    assert status(If_Match='"other"', If_None_Match=etag) == 412


def test_a_file_that_is_not_sent_holds_no_slot(client, monkeypatch):
    slots = BoundedSemaphore(1)
    monkeypatch.setattr(downloads, "download_slots", slots)
    etag = client.head("/incidents.csv")["ETag"]

    for condition in ({"If-Match": '"other"'}, {"If-None-Match": "*"}, {"If-None-Match": etag}):
        answer = client.get("/incidents.csv", headers=condition)
        assert (answer.status_code in (304, 412), answer.getvalue()) == (True, b"")

    assert slots.acquire(blocking=False)


def test_any_answer_is_one_only_where_there_is_something(client):
    assert client.get("/incidents/none/", headers={"If-None-Match": "*"}).status_code == 404
    assert client.get("/incidents.csv?no=filter", headers={"If-None-Match": "*"}).status_code == 400
