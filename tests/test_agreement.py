"""Page, download and command give the same incidents for the same query string, or all refuse it."""

import json
import re

import pytest
from django.core.management import CommandError, call_command

from .factories import (
    make_account,
    make_justification,
    make_party,
    make_platform,
    make_published_incident,
    make_relation,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
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


@pytest.mark.parametrize(("query", "number"), QUERIES.items())
def test_every_door_finds_the_same(archive, client, tmp_path, query, number):
    call_command("export_fixture", query, output=str(tmp_path / "out.json"))
    by_command = (tmp_path / "out.json").read_bytes()

    download = client.get(f"/incidents.fixture.json?{query}")
    by_download = b"".join(download.streaming_content)

    assert by_command == by_download
    assert set(on_the_page(client, query)) == listed(by_download)
    assert len(on_the_page(client, query)) == number


@pytest.mark.parametrize("query", REFUSED)
def test_every_door_refuses_the_same(archive, client, tmp_path, query):
    page = client.get(f"/incidents/?{query}")
    download = client.get(f"/incidents.fixture.json?{query}")
    with pytest.raises(CommandError):
        call_command("export_fixture", query, output=str(tmp_path / "out.json"))

    assert on_the_page(client, query) == []
    assert "do not understand" in page.content.decode() or 'role="alert"' in page.content.decode()
    assert download.status_code == 400
    assert download.headers["Content-Type"] == "application/problem+json"
    assert {error["parameter"] for error in download.json()["errors"]} <= {
        "colour",
        "platform",
        "type",
        "from",
        "to",
        "sort",
        "q",
        "country",
    }
    assert list(tmp_path.iterdir()) == []
