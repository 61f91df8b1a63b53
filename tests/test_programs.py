"""Programs, and scripts of other sites, can read every public address and understand what it answers."""

from threading import BoundedSemaphore
from urllib.parse import urljoin

import pytest
import requests
from django.core.cache import caches
from django.test import Client

from incidents.public import downloads, listings

from .factories import make_published_incident, make_story

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


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/api/v1/incidents/", "application/problem+json"), ("/about/", "text/html; charset=utf-8")],
)
def test_a_request_for_another_site_is_refused_in_the_form_that_was_asked_for(client, path, kind):
    answer = client.get(path, headers={"Host": "elsewhere.example"})

    assert (answer.status_code, answer["Content-Type"]) == (400, kind)


@pytest.mark.parametrize("address", ["/incidents.csv", "/incidents/told.json", "/api/v1/incidents/"])
def test_another_method_is_refused_with_those_that_there_are(client, address):
    answer = client.post(address)

    assert (answer.status_code, answer["Content-Type"]) == (405, "application/problem+json")
    assert answer["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("address", ["/", "/incidents/", "/incidents/told/", "/data/", "/platforms/"])
def test_nothing_can_be_sent_to_a_page(address):
    answer = Client(enforce_csrf_checks=True).post(address, {"a": "b"})

    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, OPTIONS")


# RFC 8288 and RFC 9110, section 12


def links_of(answer):
    """The links of a header as {(relation, media type): address}, as a library of others reads them."""
    parsed = requests.utils.parse_header_links(answer["Link"])
    return {(link["rel"], link.get("type", "")): link["url"] for link in parsed}


@pytest.mark.parametrize("path", ["/incidents/told", "/incidents"])
def test_a_page_names_its_files_its_licence_and_its_description(client, path):
    links = links_of(client.get(f"{path}/"))

    assert links["license", ""] == "https://creativecommons.org/licenses/by/4.0/"
    assert links["describedby", ""] == "/data/"
    assert (("collection", "") in links) == (path != "/incidents")
    files = {address: type_ for (relation, type_), address in links.items() if relation == "alternate"}
    assert {f"{path}.{suffix}" for suffix in ("csv", "json", "atom", "bib", "zip")} <= set(files)
    for address, media_type in files.items():
        answer = client.get(address)
        assert (answer.status_code, answer["Content-Type"].partition(";")[0]) == (200, media_type)


def test_links_lead_through_a_list_page_by_page(client, monkeypatch):
    monkeypatch.setattr(listings, "PAGE_SIZE", 1)
    make_published_incident(ref="another")
    for first in ("/incidents/", "/api/v1/incidents/?limit=1"):
        caches["pages"].clear()
        address = links_of(client.get(first))["next", ""]
        second = client.get(urljoin(f"http://testserver{first}", address))

        assert ("next", "") not in links_of(second)
        assert links_of(second)["prev", ""]


@pytest.mark.parametrize(
    ("accept", "location"),
    [
        ("application/json", "/incidents/told.json"),
        ("text/csv", "/incidents/told.csv"),
        ("application/x-bibtex, application/json;q=0.5", "/incidents/told.bib"),
        ("application/atom+xml", "/incidents/told.atom"),
        ("text/html;q=0.1, text/csv", "/incidents/told.csv"),
    ],
)
@pytest.mark.parametrize("is_kept", [True, False])
def test_a_program_is_led_to_the_form_that_it_prefers(client, accept, location, is_kept):
    if is_kept:
        client.get("/incidents/told/")

    answer = client.get("/incidents/told/", headers={"Accept": accept})

    assert (answer.status_code, answer["Location"]) == (303, location)
    assert "Accept" in answer["Vary"]
    assert client.get(location).status_code == 200


@pytest.mark.parametrize(
    "accept",
    [
        "",
        "*/*",
        "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8",
        "image/png",
        "application/json;q=0.5, text/html",
    ],
)
def test_whoever_takes_pages_gets_the_page_and_caches_are_told_that_it_depends(client, accept):
    client.get("/incidents/told/", headers={"Accept": "application/json"})
    answer = client.get("/incidents/told/", headers={"Accept": accept} if accept else {})
    again = client.get("/incidents/told/", headers={"If-None-Match": answer["ETag"]})

    assert (answer.status_code, answer["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "Accept" in answer["Vary"].split(", ")
    assert "Accept" in again["Vary"].split(", ")


def test_the_filters_of_a_list_go_with_it(client):
    answer = client.get("/incidents/?platform=told&q=王丹", headers={"Accept": "text/csv"})

    assert answer["Location"] == "/incidents.csv?platform=told&q=%E7%8E%8B%E4%B8%B9"


def test_other_pages_do_not_depend_on_what_is_accepted(client):
    answer = client.get("/platforms/", headers={"Accept": "application/json"})

    assert (answer.status_code, answer["Vary"]) == (200, "Accept-Encoding")


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
