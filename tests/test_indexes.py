"""Indexes of parties, accounts, sources, reasons and countries, and the pages they lead to."""

import re
from urllib.parse import urljoin

import pytest

from incidents.models import Incident, Party
from incidents.public import discovery, indexes
from incidents.public.indexes import INDEXES

from .factories import (
    make_account,
    make_citation,
    make_incident,
    make_involvement,
    make_party,
    make_published_incident,
    make_source,
    make_story,
)
from .test_charts import count
from .test_pages import Page

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture
def story():
    make_incident(title="A draft")
    make_party(slug="of-nobody", public_label="Of nobody")
    make_source(citekey="of-nothing")
    return make_story()


@pytest.mark.parametrize("name", INDEXES)
def test_each_number_of_an_index_is_that_of_the_list_it_leads_to_and_each_entry_has_a_page(
    client, story, name
):
    page = Page(client.get(f"/{name}/"))
    entries = [link for link in page.links if link.startswith("./")]
    lists = [link for link in page.links if link.startswith("/incidents/?")]

    assert entries
    for entry in entries:
        assert client.get(urljoin(f"/{name}/", entry)).status_code == 200
    for address in lists:
        assert f" {count(client, address)} incident" in page.text
    assert "Of nobody" not in page.text
    assert "of-nothing" not in page.text


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/sources/paper/", "Sources What happened Kind"),
        ("/reasons/government_demand/", "Stated reasons Government demand"),
        ("/countries/HK/", "Countries and territories Hong Kong"),
    ],
)
def test_a_source_a_reason_and_a_country_have_a_page_that_is_a_list_with_files_and_a_feed(
    client, story, path, words
):
    page = Page(client.get(path))

    assert words in page.text
    assert "Zoom shuts an account" in page.text
    assert [link for link in page.links if link.startswith("/incidents.csv?")]
    assert [link for link in page.links if link.startswith("/incidents.atom?")]
    assert client.get(f"{path}?colour=red").status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "/sources/of-nothing/",
        "/reasons/fraud/",
        "/reasons/nonsense/",
        "/reasons/none/",
        "/countries/AQ/",
        "/countries/hk/",
    ],
)
def test_what_no_public_incident_shows_has_no_page(client, story, path):
    assert client.get(path).status_code == 404


def test_a_confidential_source_has_no_page_and_no_line(client, story):
    make_published_incident(source=make_source(citekey="open"))
    source = make_source(citekey="secret", title="Secret paper", is_confidential=True)
    make_citation(story, source=source)

    assert client.get("/sources/secret/").status_code == 404
    assert "Secret paper" not in Page(client.get("/sources/")).text


def test_what_only_background_shows_has_a_line_that_says_so(client, story):
    paper = make_source(citekey="vigil-report", title="Vigil report")
    make_published_incident(ref="vigil", kind="context", source=paper, date="2020-05-21")

    assert "Vigil report" in Page(client.get("/sources/")).text
    assert "background only" in Page(client.get("/sources/")).text
    assert "as background in others" in Page(client.get("/sources/vigil-report/")).text


def test_a_long_index_has_pages(client, story, monkeypatch):
    monkeypatch.setattr(indexes, "MAX_ROWS", 2)
    for n in range(3):
        make_published_incident(account=make_account(slug=f"more-{n}"))
    seen, path = [], "/accounts/"

    while path:
        page = Page(client.get(path))
        seen += [link for link in page.links if link.startswith("./") and "after" not in link]
        following = [link for link in page.links if "after=" in link]
        path = following and urljoin("/accounts/", following[0])

    assert sorted(seen) == ["./more-0/", "./more-1/", "./more-2/", "./told/"]
    assert client.get("/accounts/?before=x").status_code == 400


def test_indexes_are_in_the_order_of_the_names_that_readers_see(client):
    for slug, name in (("a", "王丹"), ("b", "Zhou"), ("c", "Émile"), ("d", "alliance"), ("e", "Ütz")):
        party = make_party(slug=slug, public_label=name)
        account = make_account(slug=slug, label=f"{name} page account", holder=party)
        make_published_incident(account=account, source=make_source(citekey=slug, title=name))
        make_involvement(Incident.objects.latest("pk"), country={"a": "DE", "b": "AT"}.get(slug, "HK"))

    def order(path):
        return [link for link in Page(client.get(path)).links if re.fullmatch(r"\./\w+/", link)]

    for path in ("/parties/", "/accounts/", "/sources/"):
        assert order(path) == ["./d/", "./c/", "./e/", "./a/", "./b/"], path
    assert order("/countries/") == ["./HK/", "./AT/", "./DE/"]

    renamed = Party.objects.get(slug="a")
    renamed.public_label = "Aaron"
    renamed.save()
    assert order("/parties/") == ["./a/", "./d/", "./c/", "./e/", "./b/"]


def test_the_sitemap_has_the_page_of_everything_that_is_shown(client, story, monkeypatch):
    monkeypatch.setattr(discovery, "KEYS_PER_SITE_MAP", 2)
    index = client.get("/sitemap.xml").content.decode()
    parts = [part.partition("<")[0] for part in index.split("http://testserver")[1:]]
    pages = "".join(client.get(part).content.decode() for part in parts)

    for path in (
        "/parties/told/",
        "/sources/paper/",
        "/reasons/government_demand/",
        "/countries/HK/",
        "/topics/told/",
    ):
        assert pages.count(f"http://testserver{path}<") == 1
    assert "of-nobody" not in pages
    assert client.get("/sitemap-party-x.xml").status_code == 404
