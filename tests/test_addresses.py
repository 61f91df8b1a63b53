"""What a request says of itself changes nothing of what others get: one address for links, feeds and identifiers."""

import pytest

from incidents.public import downloads

from .factories import make_story

pytestmark = pytest.mark.django_db

SITE = "https://tracker.example.org"
ELSEWHERE = {
    "host": "localhost:8123",
    "x-forwarded-proto": "gopher",
    "x-forwarded-host": "evil.example",
    "script-name": "/incidents",
}
PATHS = [
    "/", "/incidents/", "/incidents/told/", "/incidents.atom", "/changes.atom", "/data/", "/about/", "/sitemap.xml",
    "/robots.txt", "/opensearch.xml", "/api/v1/", "/api/v1/incidents/", "/incidents.json", "/incidents/told.csl.json",
]  # fmt: skip


@pytest.fixture(autouse=True)
def names(settings):
    settings.ALLOWED_HOSTS = ["tracker.example.org", "localhost", "testserver"]


@pytest.mark.slow
@pytest.mark.parametrize("path", PATHS)
def test_links_have_the_address_of_the_settings_whatever_a_request_says(client, settings, path):
    make_story()
    settings.SITE_URL = SITE
    first = client.get(path)
    expected, tag = first.getvalue(), first.get("ETag")

    answer = client.get(path, headers=ELSEWHERE)

    assert answer.getvalue() == expected
    assert answer.get("ETag") == tag
    assert b"localhost" not in expected


def test_only_names_of_this_site_are_answered(client, settings):
    settings.SITE_URL = SITE

    assert client.get("/incidents/", headers={"host": "evil.example"}).status_code == 400


def test_the_desk_is_used_under_the_name_that_was_called(client, settings):
    settings.SITE_URL = SITE

    assert client.get("/admin/login/", headers={"host": "localhost"}).wsgi_request.get_host() == "localhost"


def test_one_download_too_many_is_asked_to_come_again(client, monkeypatch):
    make_story()
    monkeypatch.setattr(downloads, "download_slots", downloads.BoundedSemaphore(1))
    taken = client.get("/incidents.json")

    refused = client.get("/incidents.csv")

    assert (refused.status_code, refused["Retry-After"]) == (503, "60")
    assert refused["Content-Type"] == "application/problem+json"
    assert client.get("/incidents/").status_code == 200
    taken.getvalue()
    assert client.get("/incidents.csv").status_code == 200


def test_a_download_that_is_given_up_ends_what_it_began_in_the_database():
    ended = []

    def pieces():
        try:
            yield b"first"
            yield b"second"
        finally:
            ended.append(True)

    downloads.download_slots.acquire()
    holder = downloads.SlotHolder(pieces())
    assert next(iter(holder)) == b"first"

    holder.close()

    assert ended == [True]
