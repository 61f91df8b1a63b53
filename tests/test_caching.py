"""Answers kept by dataset version: sent again while nothing changes, never after, and nothing from the admin among them."""

import gzip
import time

import brotli
import pytest
from django.contrib.auth import get_user_model
from django.core.cache import caches
from django.test import Client
from django.utils import timezone
from django.utils.http import http_date

from incidents import index
from incidents.models import DatasetVersion, Incident

from .factories import make_published_incident, make_story

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident(db):
    caches["pages"].clear()
    return make_story()


PAGES = [
    "/",
    "/incidents/",
    "/incidents/told/",
    "/platforms/",
    "/platforms/told/",
    "/topics/told/",
    "/parties/told/",
    "/about/",
]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_asked_again_needs_no_more_than_the_number_of_the_dataset_version(
    client, incident, path, django_assert_num_queries
):
    first = client.get(path)

    with django_assert_num_queries(1):
        again = client.get(path)

    assert again.content == first.content
    assert dict(again.items()) == dict(first.items())
    assert "Content-Security-Policy" in again
    assert again["Cache-Control"] == "public, no-cache"
    assert not again.cookies


@pytest.mark.parametrize("path", [*PAGES, "/incidents.fixture.json"])
def test_who_has_the_page_already_gets_304(client, incident, path):
    tag = client.get(path)["ETag"]

    answer = client.get(path, headers={"If-None-Match": tag})

    assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", tag)


def test_a_moment_is_taken_for_an_answer_only_when_no_other_version_may_have_it(client, incident):
    index.current_version("default")
    DatasetVersion.objects.update(published_at=timezone.now() + timezone.timedelta(minutes=1))
    assert "Last-Modified" not in client.get("/incidents/")
    DatasetVersion.objects.update(published_at=timezone.now() - timezone.timedelta(minutes=1))
    caches["pages"].clear()

    modified = client.get("/incidents/")["Last-Modified"]

    assert client.get("/incidents/", headers={"If-Modified-Since": modified}).status_code == 304
    Incident.objects.update(title="Quokka")
    assert b"Quokka" in client.get("/incidents/", headers={"If-Modified-Since": modified}).content


def test_a_moment_is_no_answer_to_what_was_never_there(client, incident):
    index.current_version("default")
    DatasetVersion.objects.update(published_at=timezone.now() - timezone.timedelta(minutes=1))
    later = http_date(time.time() + 3600)

    assert client.get("/incidents/no-such-ref/", headers={"If-Modified-Since": later}).status_code == 404


@pytest.mark.slow
def test_no_page_outlives_a_change(client, incident):
    tags = {path: client.get(path)["ETag"] for path in PAGES}

    make_published_incident(title="Quokka")

    assert b"Quokka" in client.get("/incidents/").content
    for path, tag in tags.items():
        answer = client.get(path, headers={"If-None-Match": tag})
        assert (answer.status_code, answer["ETag"] != tag) == (200, True)


def test_what_was_withdrawn_is_kept_by_nobody(client, incident):
    tag = client.get("/incidents/told/")["ETag"]

    Incident.objects.filter(pk=incident.pk).update(publication="withdrawn", withdrawn_reason="An error.")

    gone = client.get("/incidents/told/", headers={"If-None-Match": tag})
    assert gone.status_code == 410
    assert "ETag" not in gone


def test_an_editor_sees_the_same_public_page_and_the_admin_is_never_kept(incident):
    editor = Client()
    editor.force_login(get_user_model().objects.create_superuser("editor"))

    admin = editor.get("/admin/")

    assert "ETag" not in admin
    assert "no-store" in admin["Cache-Control"] or "private" in admin["Cache-Control"]
    assert Client().get("/admin/").status_code == 302
    assert editor.get("/incidents/").content == Client().get("/incidents/").content


def test_addresses_and_hosts_are_kept_apart(client, incident, settings):
    settings.ALLOWED_HOSTS = ["one.example", "other.example"]

    pages = {
        host: client.get("/incidents/told/", headers={"Host": host}).content.decode()
        for host in settings.ALLOWED_HOSTS
    }

    assert all(host in page for host, page in pages.items())
    assert "other.example" not in pages["one.example"]


@pytest.mark.parametrize("path", ["/nowhere/", "/incidents/nowhere/", "/incidents.fixture.json?colour=red"])
def test_what_is_not_there_is_not_kept(client, incident, path):
    assert "ETag" not in client.get(path)
    assert "ETag" not in client.get(path, headers={"If-None-Match": "*"})


@pytest.mark.parametrize(
    ("accepted", "encoding", "read"),
    [
        ("gzip, br;q=0.5", "br", brotli.decompress),
        ("gzip;q=1, br;q=0", "gzip", gzip.decompress),
        ("*", None, bytes),
    ],
)
def test_a_public_answer_comes_in_an_encoding_that_the_reader_takes(client, accepted, encoding, read):
    make_story()
    plain = client.get("/incidents/told/")

    first, kept = (client.get("/incidents/told/", headers={"accept-encoding": accepted}) for _ in range(2))
    again = client.get(
        "/incidents/told/", headers={"accept-encoding": accepted, "if-none-match": first["ETag"]}
    )

    for each in (plain, first, kept):
        assert each["Content-Length"] == str(len(each.content))
    for each in (first, kept):
        assert each.headers.get("Content-Encoding") == encoding
        assert read(each.content) == plain.content
        assert each["Vary"] == plain["Vary"] == "Accept-Encoding, Accept"
        assert each["ETag"].removeprefix("W/") == plain["ETag"]
        assert each["ETag"].startswith("W/") == bool(encoding)
    assert (again.status_code, again["ETag"]) == (304, first["ETag"])


def test_what_has_a_secret_is_never_compressed_and_no_public_page_has_one(client):
    make_story()

    desk = client.get("/admin/login/", headers={"accept-encoding": "gzip, br"})

    assert "csrfmiddlewaretoken" in desk.content.decode()
    assert "Content-Encoding" not in desk.headers
    for path in ("/", "/incidents/", "/incidents/told/", "/about/"):
        assert "csrfmiddlewaretoken" not in client.get(path).content.decode()
