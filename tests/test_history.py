"""The public history shows what changed, revision by revision, and nothing that has since been withdrawn."""

import re
import xml.etree.ElementTree as ElementTree
from datetime import UTC, datetime

import pytest

from incidents import index, protection, publishing
from incidents.models import Incident, Party, PublicChange

from .factories import make_citation, make_published_incident, make_story

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def incident(db):
    incident = make_story()
    index.current_version("default")
    return incident


def change(**fields):
    Incident.objects.filter(ref="told").update(**fields)
    index.current_version("default")


def text(answer):
    return " ".join(re.sub("<[^>]+>", " ", answer.content.decode()).split())


def feed(client, path):
    answer = client.get(path)
    assert answer["Content-Type"].startswith("application/atom+xml")
    return ElementTree.fromstring(answer.content)


@pytest.mark.slow
def test_each_revision_has_an_address_that_says_what_changed(client, incident):
    change(title="Another title")
    change(summary="Another summary.")

    first, second, third = (client.get(f"/incidents/told/revisions/{number}/") for number in (1, 2, 3))

    assert "Zoom shuts an account" in text(first)
    assert "Another title" not in text(first).split("History of this page")[0]
    assert "title Zoom shuts an account Another title" in text(second)
    assert "summary" in text(third)
    assert "Another summary." in text(third)
    assert client.get("/incidents/told/revisions/4/").status_code == 404
    assert client.get("/incidents/told/revisions/0/").status_code == 404


def test_a_change_of_a_part_is_named_by_its_number(client, incident):
    incident.actions.update(status="expired")
    index.current_version("default")

    shown = text(client.get("/incidents/told/revisions/2/"))

    assert re.search(r"action 1: status .* Term ran out", shown), shown


def test_a_citation_that_is_taken_off_is_all_that_its_revision_tells_of(client, incident):
    make_citation(incident, quote="Said later.")
    index.current_version("default")
    incident.citations.order_by("seq").first().delete()
    index.current_version("default")

    shown = text(client.get("/incidents/told/revisions/3/"))

    assert "citation 1: source" in shown
    assert "citation 2" not in shown


def test_a_change_of_a_place_names_the_place(client, incident):
    incident.actions.update(scope="listed_countries", countries="CN HK")
    index.current_version("default")

    shown = text(client.get("/incidents/told/revisions/2/"))

    assert re.search(r"action 1: places +China, Hong Kong", shown), shown


def test_the_page_lists_its_revisions(client, incident):
    change(title="Another title")

    page = client.get("/incidents/told/").content.decode()

    assert re.findall(r'href="/incidents/told/revisions/(\d)/"', page) == ["2", "1"]
    assert "revision 2, dataset version" in page


@pytest.mark.slow
def test_a_name_that_is_no_longer_public_is_in_no_past_revision(client, incident):
    holder = incident.actions.first().account.holder
    change(title="Another title")
    assert client.get("/incidents/told/revisions/1/").status_code == 200

    Party.objects.filter(pk=holder.pk).update(name_public=False, public_label="a group")
    index.current_version("default")

    for number in (1, 2):
        answer = client.get(f"/incidents/told/revisions/{number}/")
        assert answer.status_code == 404
        assert "has been removed" in text(answer)
        assert holder.public_label not in answer.content.decode()


@pytest.mark.slow
def test_what_is_forgotten_is_in_no_past_revision(client, incident):
    change(summary="Said too much.")
    change(summary="Said less.")
    assert "Said too much." in text(client.get("/incidents/told/revisions/2/"))

    protection.forget_revisions("told")

    for number in (1, 2):
        assert client.get(f"/incidents/told/revisions/{number}/").status_code == 404
    assert "Said less." in text(client.get("/incidents/told/revisions/3/"))


@pytest.mark.slow
def test_changes_list_what_was_done_under_the_present_title(client, incident):
    change(title="A name that should not be here")
    change(title="A better title")
    make_published_incident(ref="other", title="Another story")
    index.current_version("default")
    publishing.withdraw(Incident.objects.get(ref="other"), reason="An error.", by=None)
    index.current_version("default")

    page = text(client.get("/changes/"))
    entries = feed(client, "/changes.atom").findall(f"{ATOM}entry")

    kinds = ["Withdrawn", "Published", "Changed", "Changed", "Published", "Published"]
    assert re.findall(r"UTC (Published|Changed|Withdrawn|Merged)", page) == kinds
    assert [entry.find(f"{ATOM}title").text.split(":")[0] for entry in entries] == kinds
    assert "A name that should not be here" not in page
    assert "Another story" not in page
    assert "Withdrawn : other" in page
    ids = [entry.find(f"{ATOM}id").text for entry in entries]
    assert len(set(ids)) == 6
    assert "tag:testserver,2020:incidents/told/revisions/1" in ids


@pytest.mark.slow
def test_nothing_of_a_withdrawn_incident_can_be_read_in_its_past(client, incident):
    change(title="Another title")
    publishing.withdraw(Incident.objects.get(ref="told"), reason="An error.", by=None)

    for path in ("", "sources/", "revisions/1/", "revisions/2/", "revisions/3/"):
        answer = client.get(f"/incidents/told/{path}")
        assert answer.status_code in (404, 410)
        assert "Zoom shuts an account" not in answer.content.decode()


@pytest.mark.slow
def test_older_changes_are_a_page_further(client, db):
    for number in range(27):
        make_published_incident(ref=f"i{number}")
    index.current_version("default")

    first = client.get("/changes/").content.decode()
    older = re.search(r'href="(\?before=\d+)"', first)[1]
    second = client.get(f"/changes/{older}").content.decode()

    refs = re.findall(r'/incidents/(i\d+)/"', first) + re.findall(r'/incidents/(i\d+)/"', second)
    assert len(refs) == len(set(refs)) == 27
    assert client.get("/changes/?before=x").status_code == 400


def test_a_record_that_is_read_again_unchanged_makes_no_revision(incident):
    index.repair("default", [incident.pk])

    assert PublicChange.objects.filter(ref="told").count() == 1


def test_a_filter_is_a_feed_with_names_that_stay(client, incident):
    before = feed(client, "/incidents.atom?platform=told")
    change(title="<b>Another</b> title")

    after = feed(client, "/incidents.atom?platform=told")

    ids = [
        [entry.find(f"{ATOM}id").text for entry in each.findall(f"{ATOM}entry")] for each in (before, after)
    ]
    assert ids[0] == ids[1] == ["tag:testserver,2020:incidents/told"]
    assert after.find(f"{ATOM}entry/{ATOM}title").text == "<b>Another</b> title"
    assert "<" not in after.find(f"{ATOM}entry/{ATOM}summary").text


def links(found):
    return {each.get("rel"): each.get("href") for each in found.findall(f"{ATOM}link")}


@pytest.mark.slow
def test_a_feed_goes_on_with_older_entries(client, db):
    for number in range(52):
        make_published_incident(ref=f"i{number}")
    index.current_version("default")

    for path in ("/incidents.atom", "/changes.atom"):
        first = feed(client, path)
        second = feed(client, links(first)["next"])
        ids = [
            entry.find(f"{ATOM}id").text for each in (first, second) for entry in each.iter(f"{ATOM}entry")
        ]
        assert len(set(ids)) == len(ids) == 52
        assert "next" not in links(second)
        assert client.get(f"{path}?older=x").status_code == 400


def test_the_identifiers_of_a_feed_stay_when_the_address_changes(client, incident, settings):
    settings.TAG_AUTHORITY, settings.ALLOWED_HOSTS = "example.org,2026", ["*"]

    first, second = (
        re.findall("<id>(.*?)</id>", client.get("/changes.atom", headers={"host": host}).content.decode())
        for host in ("old.example", "new.example")
    )

    assert (
        first
        == second
        == [
            "tag:example.org,2026:changes.atom",
            "tag:example.org,2026:incidents/before/revisions/1",
            "tag:example.org,2026:incidents/told/revisions/1",
        ]
    )


def test_a_feed_says_who_wrote_it_under_a_title_that_stays(client, incident):
    of_zoom, before = feed(client, "/incidents.atom?platform=told"), feed(client, "/incidents.atom")
    make_published_incident(ref="other")
    after = feed(client, "/incidents.atom")

    assert before.find(f"{ATOM}author/{ATOM}name").text == "Suspension tracker"
    assert of_zoom.find(f"{ATOM}title").text == "Suspension tracker: incidents on Zoom"
    assert (
        before.find(f"{ATOM}title").text == after.find(f"{ATOM}title").text == "Suspension tracker: incidents"
    )


def test_a_feed_of_background_events_says_what_they_are(client, db):
    make_published_incident(kind="context", title="A vigil is held", date="2020-05-20")

    assert "background event" in client.get("/incidents.atom?kind=context").content.decode().lower()


def test_an_incident_has_a_feed_of_what_became_of_it(client, incident):
    change(title="Another title")
    make_published_incident(ref="other")

    entries = feed(client, "/incidents/told.atom").findall(f"{ATOM}entry")

    assert [entry.find(f"{ATOM}title").text for entry in entries] == [
        "Changed: Another title",
        "Published: Another title",
    ]
    assert client.get("/incidents/none.atom").status_code == 404


def test_a_feed_without_entries_is_as_old_as_the_data(client, incident):
    version = index.current_version("default")

    empty = feed(client, "/incidents.atom?q=nothing")

    assert empty.findall(f"{ATOM}entry") == []
    assert datetime.fromisoformat(empty.find(f"{ATOM}updated").text) == version.published_at


def test_a_feed_begins_at_the_first_page_wherever_in_the_list_it_was_asked_for(client, incident):
    assert len(feed(client, "/incidents.atom?at=1999").findall(f"{ATOM}entry")) == 1


def test_the_page_of_a_version_says_which_one_it_is_and_leads_to_the_current_one(client, db):
    incident = make_published_incident(ref="told")
    index.current_version("default")
    incident.title = "Another title"
    incident.save()
    index.current_version("default")

    old = client.get("/incidents/told/revisions/1/").content.decode()
    latest = client.get("/incidents/told/revisions/2/").content.decode()

    assert (
        '<strong>Old version:</strong> revision 1 of 2. <a href="/incidents/told/">The current version</a>'
        in old
    )
    assert 'Revision 2, the latest. <a href="/incidents/told/">' in latest
    assert re.findall(r'datetime="[^"]*\.\d', old + latest) == []


def test_what_was_first_published_elsewhere_has_one_first_day(client, db):
    make_published_incident(ref="told", published_at=datetime(2020, 7, 1, tzinfo=UTC))
    index.current_version("default")

    page = " ".join(client.get("/incidents/told/").content.decode().split())

    assert "taken into this copy of the tracker; first published on 1 July 2020" in page
