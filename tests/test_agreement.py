"""Page, download and command give the same incidents for the same query string, or all refuse it."""

import csv
import io
import json
import re
import sqlite3
import tempfile
import zipfile
from contextlib import closing

import pytest
from django.core.management import CommandError, call_command

from incidents.exports import FORMATS

from .factories import (
    make_account,
    make_justification,
    make_party,
    make_platform,
    make_published_incident,
    make_relation,
)
from .kept import kept

pytestmark = pytest.mark.django_db


@pytest.fixture
@kept
def archive(db):
    """Incidents that differ in everything the list can be asked for."""
    zoom, weibo = make_platform(slug="zoom", name="Zoom"), make_platform(slug="weibo", name="Weibo")
    wang = make_party(slug="wang-dan", native_label="王丹", native_language="zh-Hant", country="US")
    group = make_party(slug="group", country="CN")
    context = make_published_incident(
        ref="2020-context", kind="context", date="2020-05-31", title="Zoom, a conference"
    )
    for n, (platform, holder, action) in enumerate(
        [
            (zoom, wang, {"status": "lifted", "start": "2020-06-03/2020-06-04", "reason_status": "generic"}),
            (zoom, group, {"type": "terminated", "status": "in_force", "start": "2021-07-06"}),
            (
                weibo,
                group,
                {"type": "locked", "start": "", "start_text": "once", "reason_status": "none_stated"},
            ),
            (weibo, wang, {"occurrence": "disputed", "start": "2020"}),
        ]
    ):
        incident = make_published_incident(
            ref=f"2020-story-{n}", account=make_account(platform=platform, holder=holder), action=action
        )
        if n % 2:
            make_justification(incident, ground="government_demand", quote="The government asked 政府要求.")
        make_relation(context, incident, kind="context_of")


QUERIES = {
    "": 4,
    "platform=zoom": 2,
    "platform=zoom&platform=weibo": 4,
    "holder=wang-dan": 2,
    "type=terminated&type=locked": 2,
    "status=lifted": 1,
    "ground=government_demand": 2,
    "reason=none_stated": 1,
    "country=CN": 2,
    "occurrence=disputed": 1,
    "from=2020-06-01&to=2020-06-30": 2,
    "from=2021": 1,
    "q=王丹": 2,
    "q=zoom": 2,
    "q=政府要求": 2,
    "q=nothing+has+this": 0,
    "platform=zoom&holder=group&type=terminated": 1,
    "platform=weibo&type=terminated": 0,
    "sort=oldest": 4,
    "sort=changed": 4,
}
# One of them stands for the rest in the quick tests.
QUICK = {"q=政府要求"}
REFUSED = [
    "colour=red",
    "platform=nowhere",
    "type=red",
    "from=June",
    "from=2021&to=2020",
    "sort=size",
    "q=a&q=b",
    "country=ZZ",
]


def on_the_page(client, query):
    page = client.get(f"/incidents/?{query}").content.decode()
    return re.findall(r'href="/incidents/([\w-]+)/"', page.split('id="results"')[-1])


def listed(fixture):
    return {
        entry["fields"]["ref"]
        for entry in json.loads(fixture)
        if entry["model"] == "incidents.incident" and entry["fields"]["kind"] == "account_action"
    }


def downloaded(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def refs_in(name, content):
    """The refs of the listed incidents in a file."""
    if name in ("json", "jsonl"):
        lines = json.loads(content)["incidents"] if name == "json" else map(json.loads, content.splitlines())
        return [record["ref"] for record in lines if record["kind"] == "account_action"]
    if name.endswith("csv"):
        column = "ref" if name == "csv" else "incident"
        rows = csv.DictReader(io.StringIO(content.decode()))
        refs = dict.fromkeys(row[column] for row in rows if row.get("kind") != "context")
        return [ref for ref in refs if ref != "2020-context"]
    if name == "fixture.json":
        return sorted(listed(content))
    if name == "zip":
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            rows = csv.DictReader(io.StringIO(package.read("incidents.csv").decode()))
            return sorted(row["ref"] for row in rows if row["kind"] == "account_action")
    if name == "sqlite":
        with tempfile.NamedTemporaryFile() as file:
            file.write(content)
            file.flush()
            with closing(sqlite3.connect(file.name)) as database:
                found = database.execute(
                    "SELECT ref FROM incidents WHERE kind = 'account_action' ORDER BY ref"
                )
                return [ref for (ref,) in found]
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        text = "".join(book.read(part).decode() for part in book.namelist() if part.startswith("xl/"))
        return sorted(set(re.findall(r"2020-story-\d", text)))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("query", "number"),
    [
        pytest.param(query, number, marks=() if query in QUICK else pytest.mark.slow)
        for query, number in QUERIES.items()
    ],
)
def test_every_door_finds_the_same(archive, client, tmp_path, query, number):
    shown = on_the_page(client, query)

    for name in FORMATS:
        content = downloaded(client, f"/incidents.{name}?{query}")
        ordered = name in ("csv", "json", "jsonl", "dsa.csv", "statements.csv")
        assert refs_in(name, content) == (shown if ordered else sorted(shown)), name
        call_command("export", name, query, output=str(tmp_path / "out"))
        if name not in ("json", "xlsx", "sqlite", "zip"):  # these name the address they came from
            assert (tmp_path / "out").read_bytes() == content, name
    asked = client.get(f"/api/v1/incidents/?{query}").json()
    assert [record["ref"] for record in asked["results"]] == shown
    assert asked["count"] == number == len(shown)
    feed = downloaded(client, f"/incidents.atom?{query}").decode()
    assert sorted(re.findall(r"<id>tag:testserver,2020:incidents/([\w-]+)</id>", feed)) == sorted(shown)


@pytest.mark.parametrize("query", REFUSED)
def test_every_door_refuses_the_same(archive, client, tmp_path, query):
    page = client.get(f"/incidents/?{query}")
    answers = [client.get(f"/incidents.{name}?{query}") for name in FORMATS]
    if not query.startswith("sort="):  # a feed has an order of its own
        answers.append(client.get(f"/incidents.atom?{query}"))
    answers.append(client.get(f"/api/v1/incidents/?{query}"))
    answers.append(client.get(f"/api/v1/actions/?{query}"))
    with pytest.raises(CommandError):
        call_command("export", "csv", query, output=str(tmp_path / "out"))

    assert on_the_page(client, query) == []
    assert 'role="alert"' in page.content.decode()
    for answer in answers:
        assert answer.status_code == 400
        assert answer.headers["Content-Type"] == "application/problem+json"
        named = {error["parameter"] for error in answer.json()["errors"]}
        assert named <= {"colour", "platform", "type", "from", "to", "sort", "q", "country"}
    assert list(tmp_path.iterdir()) == []
