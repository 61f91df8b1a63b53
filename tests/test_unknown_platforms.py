"""A platform that no source names is “not known”: shown in words, found with `platform=none`, and never somebody's."""

import csv
import io

import pytest
from django.core.exceptions import ValidationError

from incidents import exports, index
from incidents.exports.importing import import_fixture
from incidents.index.posting_lists import index_reader
from incidents.listing.filters import IncidentFilter
from incidents.listing.ordering import documents_in_order
from incidents.listing.stats import record_counts
from incidents.models import Account, Incident, Party, Platform, PublicIncident
from incidents.public.presenters.rows import incident_line

from .factories import (
    make_account,
    make_action,
    make_incident,
    make_party,
    make_platform,
    make_published_incident,
    make_selection,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def unnamed():
    """A published incident on a platform that no source names, beside one on Zoom."""
    account = make_account(
        slug="unnamed", platform=None, holder=make_party(public_label="Green Group"), label="account"
    )
    make_published_incident(
        ref="zoom", account=make_account(platform=make_platform(slug="zoom", name="Zoom"))
    )
    return make_published_incident(ref="unnamed", account=account, action={"start": "2020-06-07"})


def refs(query):
    index.current_version("default")
    found = IncidentFilter(query)
    assert found.errors == {}
    return sorted(entry.ref for entry in documents_in_order(list(found.listing)))


def page(client, address):
    return " ".join(client.get(address).content.decode().split())


def test_pages_say_in_words_that_it_is_not_known(client, unnamed):
    make_action(unnamed, account=Account.objects.get(slug="unnamed"), start="2021")

    incident, row, account = (
        page(client, address) for address in ("/incidents/unnamed/", "/incidents/", "/accounts/unnamed/")
    )

    assert "1. Platform not known: account suspended – account of Green Group" in incident
    assert (
        '<th scope="row">Platform</th> <td colspan="2"> <span class="value"><span dir="auto">Not known'
        in incident
    )
    assert incident.count("Platform not known: account suspended</th>") == 2
    assert "which platform it was" in incident
    assert '<span class="fact" dir="auto">platform not known</span>' in row
    assert "Account on a platform that no source names" in account
    assert "<title>account of Green Group –" in account
    record = index.record_of(PublicIncident.objects.get(ref="unnamed"))
    assert incident_line(record).startswith("7 June 2020 (first reported), platform not known, Green Group")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("platform=none", ["unnamed"]),
        ("platform=-none", ["zoom"]),
        ("platform=zoom&platform=none", ["unnamed", "zoom"]),
        ("q=platform:none", ["unnamed"]),
        ("q=platform:zoom", ["zoom"]),
    ],
)
def test_it_is_found_where_nothing_is_recorded(unnamed, query, found):
    assert refs(query) == found


def test_it_is_not_counted_as_a_platform(client, unnamed):
    index.current_version("default")

    assert record_counts(index_reader("default"), "platform") == {"zoom": 1}
    listed = page(client, "/platforms/")
    assert listed.count('<th scope="row">') == 1
    assert 'In <a href="/incidents/?platform=none">1 incident</a> no source names the platform.' in listed
    assert client.get("/platforms/none/").status_code == 404
    answer = client.get("/api/v1/platforms/", {"limit": 1}).json()
    assert ([each["slug"] for each in answer["results"]], answer["next"]) == (["zoom"], None)
    assert client.get("/api/v1/incidents/unnamed/").json()["actions"][0]["account"]["platform"] is None


def test_no_record_can_have_the_slug_that_stands_for_nothing(db):
    with pytest.raises(ValidationError) as refusal:
        make_platform(slug="none").full_clean()

    assert list(refusal.value.message_dict) == ["slug"]


def test_actions_of_two_incidents_never_share_such_an_account(unnamed):
    account = Account.objects.get(slug="unnamed")
    make_action(unnamed, account=account, start="2021").full_clean()

    with pytest.raises(ValidationError, match="No source names the platform of this account"):
        make_action(make_incident(), account=account).full_clean()


def test_an_account_of_two_incidents_cannot_lose_its_platform():
    account = make_account()
    for _number in range(2):
        make_action(make_incident(), account=account)
    account.platform = None

    with pytest.raises(ValidationError, match="its platform must be known"):
        account.full_clean()


def test_two_accounts_of_one_holder_are_told_apart_by_their_slugs():
    holder = make_party(public_label="Green Group")
    first, second = (
        make_account(platform=None, holder=holder, label="account", slug=slug) for slug in ("a", "b")
    )

    assert [str(first), str(second)] == [
        "account of Green Group (platform not known, a)",
        "account of Green Group (platform not known, b)",
    ]


def test_files_have_an_empty_platform(unnamed):
    rows = list(csv.DictReader(io.StringIO(b"".join(exports.write("csv", make_selection())).decode())))
    crosswalk = list(
        csv.DictReader(io.StringIO(b"".join(exports.write("dsa.csv", make_selection())).decode()))
    )

    assert {row["ref"]: row["platform_name"] for row in rows} == {"unnamed": "", "zoom": "Zoom"}
    assert sorted(row["platform_name"] for row in crosswalk) == ["", "Zoom"]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["fixture.json", "zip", "sqlite"])
def test_it_comes_back_from_a_file(unnamed, tmp_path, name):
    path = tmp_path / f"out.{name}"
    path.write_bytes(b"".join(exports.write(name, make_selection("platform=none"))))
    for model in (Incident, Account, Party, Platform):
        model.objects.all().delete()

    report = import_fixture(path)

    assert report.errors == []
    assert Account.objects.get().platform is None
