"""Charts: numbers that are those of the lists they lead to, and words that claim no more than is recorded."""

import csv
import io
import xml.etree.ElementTree as ElementTree
from urllib.parse import urlsplit

import pytest

from incidents import choices
from incidents.dates import EDTF
from incidents.lasting import lengths_of
from incidents.listing.charts import CHARTS, chart_numbers
from incidents.listing.filters import IncidentFilter
from incidents.models import Justification
from incidents.public.presenters.charts import chart
from incidents.public.presenters.labels import broken_lines

from .factories import (
    make_account,
    make_involvement,
    make_justification,
    make_party,
    make_platform,
    make_published_incident,
    make_source,
)
from .kept import kept
from .test_pages import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
@kept
def archive(db):
    """Incidents that differ in all that charts count by."""
    zoom, weibo = make_platform(slug="zoom", name="Zoom"), make_platform(slug="weibo", name="Weibo <&>")
    group = make_party(slug="group", country="CN")
    government = make_party(slug="government", kind="state_body", country="CN")
    for n, (platform, action) in enumerate(
        [
            (
                zoom,
                {
                    "status": "lifted",
                    "start": "2020-06-03/2020-06-04",
                    "start_basis": "occurred",
                    "end": "2020-06-11",
                },
            ),
            (
                zoom,
                {"status": "lifted", "start": "2021-07-06", "start_basis": "reported", "end": "2021-08-01"},
            ),
            (weibo, {"type": "locked", "start": "", "start_text": "once", "reason_status": "none_stated"}),
            (weibo, {"occurrence": "disputed", "start": "2020"}),
        ]
    ):
        account = make_account(platform=platform, holder=group)
        incident = make_published_incident(ref=f"2020-story-{n}", account=account, action=action)
        if n < 2:
            make_justification(incident, date="2020-06-10", ground="local_law")
            make_involvement(incident, role="demanded_by", party=government)
        if not n:
            make_justification(incident, seq=2, date="2020-06-11", ground="government_demand", quote="Asked.")


def numbers(client, name, query=""):
    response = client.get(f"/charts/{name}.csv{query}")
    rows = list(csv.DictReader(io.StringIO(response.content.decode())))
    return {row["value"]: int(row["incidents"]) for row in rows}, rows


def count(client, address):
    parts = urlsplit(address)
    return client.get(f"/api/v1/incidents/?{parts.query}").json()["count"]


@pytest.mark.parametrize("name", CHARTS)
def test_each_number_of_a_chart_is_that_of_the_list_it_leads_to(client, archive, name):
    found, rows = numbers(client, name)

    assert found
    assert {row["value"]: count(client, row["address"]) for row in rows} == found
    assert {row["of"] for row in rows} == {"4"}


def test_charts_count_what_they_say(client, archive):
    found = {name: numbers(client, name)[0] for name in CHARTS}

    assert found["reason-changes"] == {"changed": 1, "same": 1, "not_stated": 2}
    assert found["platforms"] == {"weibo": 2, "zoom": 2}
    assert found["time"] == {"2020": 2, "2021": 1, "none": 1}
    assert found["durations"] == {"week": 1, "month": 2, "year": 1, "longer": 1, "none": 2}
    assert found["behind"] == {"government": 2, "none": 2}


def test_a_chart_of_a_list_is_of_that_list_and_not_of_what_it_is_filtered_by(client, archive):
    assert numbers(client, "reasons", "?platform=zoom")[0] == {"local_law": 2, "government_demand": 1}
    assert client.get("/charts/platforms.csv?platform=zoom").status_code == 404
    assert client.get("/charts/reasons.csv?platform=nowhere").status_code == 400
    assert client.get("/charts/?colour=red").status_code == 400


@pytest.mark.parametrize("name", CHARTS)
def test_a_picture_needs_nothing_else_and_says_whose_it_is(client, archive, settings, name):
    response = client.get(f"/charts/{name}.svg")
    picture = ElementTree.fromstring(response.content)
    words = " ".join(picture.itertext())

    assert response["Content-Type"] == "image/svg+xml"
    assert not [
        each
        for each in picture.iter()
        if each.tag.endswith(("style", "script", "image")) or "style" in each.attrib
    ]
    assert all("fill" in each.attrib for each in picture.iter("{http://www.w3.org/2000/svg}text"))
    said = (
        settings.SITE_NAME,
        settings.DATA_LICENSE,
        "dataset version",
        "of those recorded here: 4 incidents",
    )
    assert [each for each in said if each not in words] == []


def test_a_chart_on_a_page_has_its_numbers_as_text_as_links_and_as_a_table(client, archive):
    page = Page(client.get("/charts/"))

    drawn = [attributes for tag, attributes in page.elements if tag == "a" and "aria-label" in attributes]
    assert {"Zoom: 2 of 4 incidents", "Changed its stated reason: 1 of 4 incidents"} <= {
        each["aria-label"] for each in drawn
    }
    assert page.links.count("/incidents/?platform=zoom") == 2
    assert "In 1 of 4 recorded incidents, the platform changed its stated reason" in page.text
    assert "Weibo <&>, Zoom: each in 2 of 4 recorded incidents" in page.text
    assert "happened" not in page.text.replace("What happened, as confirmed or reported", "")


def test_charts_of_nothing_say_so(client):
    page = Page(client.get("/charts/"))

    assert "Nothing is recorded here yet" in page.text
    assert client.get("/charts/reasons.svg").status_code == 200
    assert numbers(client, "time")[0] == {}


def test_a_chart_of_one_incident_counts_one(client):
    make_published_incident(account=make_account(platform=make_platform(slug="one", name="One")))

    assert "1 of 1 recorded incident was on One" in Page(client.get("/charts/")).text


STATED = {"kind": "public_justification", "ground": "local_law", "date": "2020-06-10"}


@pytest.mark.parametrize(
    ("statements", "story"),
    [
        ([], "not_stated"),
        ([STATED], "same"),
        ([STATED, {**STATED, "date": "2020-06-11"}], "same"),
        ([STATED, {**STATED, "date": "2020-06-11", "ground": "spam_manipulation"}], "changed"),
        ([STATED, {**STATED, "ground": "spam_manipulation"}], "same"),
        ([STATED, {**STATED, "date": "2020-06", "ground": "spam_manipulation"}], "same"),
        ([STATED, {**STATED, "ground": "spam_manipulation", "supersedes": 1}], "changed"),
        ([STATED, {**STATED, "date": "2020-07", "ground": "none_stated"}], "same"),
        ([STATED, {**STATED, "date": "2020-07", "kind": "denial", "ground": "spam_manipulation"}], "same"),
        ([STATED, {**STATED, "date": "2020-07", "kind": "correction", "ground": "error"}], "same"),
        ([{**STATED, "modality": "reported"}], "not_stated"),
        ([{**STATED, "modality": "reported"}, {**STATED, "date": "2020-07", "ground": "fraud"}], "same"),
    ],
)
def test_a_platform_changed_its_reason_only_if_it_surely_gave_another_one_later(client, statements, story):
    incident = make_published_incident()
    for seq, fields in enumerate(statements, start=1):
        if "supersedes" in fields:
            fields = fields | {
                "supersedes": Justification.objects.get(incident=incident, seq=fields["supersedes"])
            }
        make_justification(incident, seq=seq, **fields)

    assert numbers(client, "reason-changes")[0] == {story: 1}


def test_what_an_authority_says_is_no_reason_of_the_platform(client):
    incident = make_published_incident()
    make_justification(incident, speaker=make_party(kind="state_body"), **STATED)

    assert numbers(client, "reason-changes")[0] == {"not_stated": 1}


@pytest.mark.parametrize(
    ("start", "end", "basis", "lengths"),
    [
        ("2020-06-07", "2020-06-08", "occurred", "day"),
        ("2020-06-07", "2020-06-09", "occurred", "week"),
        ("2020-06-03/2020-06-04", "2020-06-12", "occurred", "month"),
        ("2020-06-03/2020-06-04", "2020-06-11", "occurred", "week month"),
        ("2020-06-07", "2020-06-10", "first_observed", "week month year longer"),
        ("", "2020-06-10", "occurred", "day week month year longer"),
        ("2020-06-07", "", "occurred", ""),
    ],
)
def test_an_uncertain_length_is_each_that_it_may_be(start, end, basis, lengths):
    action = {"start": start and EDTF(start), "end": end and EDTF(end), "start_basis": basis}
    action |= {"status": choices.Status.LIFTED, "start_at_from": None, "timezone": ""}

    assert " ".join(lengths_of(action)) == lengths


def test_sources_and_those_said_to_be_behind_it_are_filters(client, archive):
    source = make_source(citekey="paper-2020")
    make_published_incident(ref="2020-cites", source=source)

    assert count(client, "?source=paper-2020") == 1
    assert count(client, "?behind=government&platform=zoom") == 2
    assert client.get("/api/v1/incidents/?source=nowhere").status_code == 400


def test_the_page_of_a_platform_counts_what_is_recorded_of_it_and_leads_to_each_count(client, archive):
    page = Page(client.get("/platforms/zoom/"))
    drawn = {
        attributes["aria-label"]: attributes["href"]
        for tag, attributes in page.elements
        if tag == "a" and "aria-label" in attributes
    }

    assert {
        "Changed its stated reason: 1 of 2 incidents": "/incidents/?platform=zoom&story=changed",
        "Local law: 2 of 2 incidents": "/incidents/?platform=zoom&ground=local_law",
        "Lifted: 2 of 2 incidents": "/incidents/?platform=zoom&status=lifted",
    }.items() <= drawn.items()
    assert [each for each in drawn if each.startswith("Party ")]
    for label, address in drawn.items():
        if address.startswith("/incidents/?"):
            assert label.endswith(f": {count(client, address)} of 2 incidents")
    assert "Counted in the 2 incidents recorded here" in page.text
    assert "What is recorded of" not in Page(client.get("/platforms/zoom/?status=lifted")).text


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("Zoom", ["Zoom"]),
        ("An employee’s or contractor’s misconduct", ["An employee’s or", "contractor’s", "misconduct"]),
        ("香港市民支援愛國民主運動聯合會", ["香港市民支援愛國", "民主運動聯合會"]),
        ("被關閉，被刪除。再開", ["被關閉，被刪除。", "再開"]),
        ("人道中國的會議（Zoom）", ["人道中國的會議", "（Zoom）"]),
        ("Humanitarian（Zoom）", ["Humanitarian", "（Zoom）"]),
        ("Donaudampfschifffahrtsgesellschaft", ["Donaudampfschifff", "ahrtsgesellschaft"]),
        ("", [""]),
    ],
)
def test_a_label_is_broken_and_never_cut(text, lines):
    assert broken_lines(text, 17) == lines


def test_the_next_mark_stands_below_all_lines_of_a_label(client):
    label = "A very long name of a body that demanded what was done"
    make_involvement(
        make_published_incident(), role="demanded_by", party=make_party(slug="long", public_label=label)
    )
    page = ElementTree.fromstring(client.get("/charts/behind.svg").content)
    assert label in " ".join(page.itertext())

    made = chart(chart_numbers(IncidentFilter(""), "behind"), "", columns=20)
    assert [" ".join(mark.lines) for mark in made.marks] == [label]
    assert len(made.marks[0].lines) == 3
    assert made.height == 46 + 2 * 18
