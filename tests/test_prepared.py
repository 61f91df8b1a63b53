"""Files of everything are made beside the requests, go on where a download broke off, and never outlive what is in them."""

import shutil
import subprocess
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from incidents import exports, index, protection, publishing
from incidents.files import PREFIX
from incidents.models import DatasetVersion, Incident
from incidents.public import prepared

from .factories import make_story

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture
def folder(tmp_path, settings, monkeypatch):
    settings.SITE_URL = "http://testserver"
    monkeypatch.setattr(prepared, "FOLDER", tmp_path / "prepared")
    return tmp_path / "prepared"


@pytest.fixture
def story(folder):
    story = make_story()
    index.current_version("default")
    DatasetVersion.objects.update(published_at="2026-01-01T00:00Z")
    return story


def body(answer):
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def is_prepared(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    body(answer)
    return answer.has_header("Content-Length")


@pytest.mark.parametrize("name", exports.FORMATS)
def test_a_prepared_file_is_what_a_request_would_have_made(client, story, name):
    made = client.get(f"/incidents.{name}")
    before, headers = body(made), dict(made.items())

    prepared.prepare()

    answer = client.get(f"/incidents.{name}")
    assert "Content-Length" not in headers
    assert dict(answer.items()) == headers | {"Content-Length": str(len(before)), "Accept-Ranges": "bytes"}
    assert body(answer) == before
    head = client.head(f"/incidents.{name}")
    assert (head["Content-Length"], body(head)) == (str(len(before)), b"")


def test_other_lists_and_other_choices_are_made_when_they_are_asked_for(client, story):
    prepared.prepare()

    assert is_prepared(client, "/incidents.csv")
    others = (
        "/incidents.csv?platform=told",
        "/incidents.csv?bom=1",
        "/incidents/told.csv",
        "/zh-hant/incidents.zip",
    )
    for address in others:
        assert not is_prepared(client, address)


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        ("bytes=0-9", 206, slice(0, 10)),
        ("bytes=10-", 206, slice(10, None)),
        ("bytes=-10", 206, slice(-10, None)),
        ("Bytes=5-5", 206, slice(5, 6)),
        ("bytes=10-99999999", 206, slice(10, None)),
        ("bytes=-99999999", 206, slice(None)),
        ("bytes=99999999-", 416, slice(0, 0)),
        ("bytes=-0", 416, slice(0, 0)),
        ("bytes=9-5", 200, slice(None)),
        ("bytes=0-1,3-4", 200, slice(None)),
        ("bytes=-", 200, slice(None)),
        ("lines=1-2", 200, slice(None)),
        ("bytes=x-y", 200, slice(None)),
    ],
)
def test_a_part_of_a_file_is_sent_as_the_standard_says(client, story, asked, status, part):
    prepared.prepare()
    whole = body(client.get("/incidents.csv"))

    answer = client.get("/incidents.csv", headers={"Range": asked})

    assert (answer.status_code, body(answer)) == (status, whole[part])
    assert answer["Content-Length"] == str(len(whole[part]))
    first, end, _step = part.indices(len(whole))
    ranges = {206: f"bytes {first}-{end - 1}/{len(whole)}", 416: f"bytes */{len(whole)}"}
    assert answer.get("Content-Range") == ranges.get(status)


def test_the_rest_of_another_file_is_not_sent(client, story):
    prepared.prepare()
    first = client.get("/incidents.csv")
    body(first)
    asked = {"Range": "bytes=10-"}

    for condition, status in (
        (first["ETag"], 206),
        (first["Last-Modified"], 206),
        (f"W/{first['ETag']}", 200),
        ('"0-another"', 200),
        ("Thu, 01 Jan 2026 00:00:01 GMT", 200),
    ):
        answer = client.get("/incidents.csv", headers=asked | {"If-Range": condition})
        assert (condition, answer.status_code) == (condition, status)
        body(answer)


def test_who_has_the_file_gets_no_body_and_no_length_of_one(client, story):
    prepared.prepare()
    first = client.get("/incidents.csv")
    body(first)
    etag = first["ETag"]

    unchanged = client.get("/incidents.csv", headers={"If-None-Match": etag, "Range": "bytes=0-1"})
    failed = client.get("/incidents.csv", headers={"If-Match": '"another"', "Range": "bytes=0-1"})

    assert (unchanged.status_code, body(unchanged)) == (304, b"")
    assert (failed.status_code, body(failed), failed.has_header("Content-Length")) == (412, b"", False)


@pytest.mark.parametrize(
    "take_back",
    [
        lambda: publishing.withdraw(Incident.objects.get(ref="told"), reason="An error."),
        lambda: protection.forget_revisions("told"),
    ],
)
def test_what_is_taken_back_is_in_no_prepared_file_from_that_moment_on(client, story, folder, take_back):
    prepared.prepare()
    assert is_prepared(client, "/incidents.jsonl")
    files = list(folder.glob("*/*"))

    take_back()

    assert all(file.exists() for file in files)
    assert not is_prepared(client, "/incidents.jsonl")
    prepared.delete_outdated()
    assert list(folder.iterdir()) == []


def test_files_are_due_until_they_are_there_and_only_once_changes_have_come_to_rest(story, settings):
    latest = DatasetVersion.objects.order_by("number").last()
    assert prepared.is_due()
    much_later = latest.published_at + timedelta(days=36_500)
    DatasetVersion.objects.filter(pk=latest.pk).update(published_at=much_later)
    assert not prepared.is_due()
    DatasetVersion.objects.filter(pk=latest.pk).update(published_at=latest.published_at)
    prepared.prepare()
    assert not prepared.is_due()
    prepared.delete_outdated()
    assert not prepared.is_due()

    shutil.rmtree(prepared.FOLDER)
    assert prepared.is_due()
    settings.SITE_URL = ""
    assert not prepared.is_due()


def test_preparing_that_is_stopped_leaves_no_half_of_a_file_and_is_gone_on_with(story, folder):
    answers = iter([True, True, False])

    with pytest.raises(SystemExit):
        prepared.prepare(lambda: next(answers))

    left = [path.name for path in folder.glob("*/*")]
    assert 0 < len(left) < len(exports.FORMATS)
    assert not any(name.startswith(PREFIX) for name in left)
    prepared.prepare()
    assert len(list(folder.glob("*/*"))) == len(exports.FORMATS)


def test_the_command_prepares_and_says_what_it_needs(story, folder, settings):
    call_command("prepare_files")
    assert len(list(folder.glob("*/*"))) == len(exports.FORMATS)

    settings.SITE_URL = ""
    with pytest.raises(CommandError, match="SITE_URL"):
        call_command("prepare_files")


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
def test_curl_goes_on_where_a_download_broke_off(story, live_server, settings, tmp_path):
    settings.SITE_URL = live_server.url
    prepared.prepare()
    address, file, whole = f"{live_server.url}/incidents.zip", tmp_path / "half.zip", tmp_path / "whole.zip"

    def curl(*arguments):
        subprocess.run(["curl", "-sSf", *arguments, address], check=True)

    curl("-o", whole)
    curl("-r", "0-999", "-o", file)
    assert file.stat().st_size == 1000
    curl("-C", "-", "-o", file)

    assert file.read_bytes() == whole.read_bytes()
