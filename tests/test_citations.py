"""Records and lists can be cited, and pages describe themselves to machines."""

import json
import re
import xml.etree.ElementTree as ElementTree

import pytest

from incidents import index
from incidents.models import Incident

from .factories import make_incident, make_story

pytestmark = pytest.mark.django_db

HOSTILE = [
    "50 % of {braces} & \\backslash $x_1^2~ #tag",
    "two\nlines, “quotes” and 'others'",
    "王丹的帳號 \u202e right to left",
    "ER  - \r\nTY  - BOOK",
]


@pytest.fixture
def incident(db):
    make_story()
    index.current_version("default")


def cited(client, form):
    answer = client.get(f"/incidents/told.{form}")
    assert answer.status_code == 200
    return answer.content.decode()


def unescaped(tex):
    for name, sign in (("textbackslash{}", "\\"), ("textasciitilde{}", "~"), ("textasciicircum{}", "^")):
        tex = tex.replace(f"\\{name}", f"\0{sign}")
    return re.sub(r"\\([{}$&%#_])", r"\1", tex).replace("\0", "")


@pytest.mark.parametrize("title", HOSTILE)
def test_a_title_survives_every_form(client, incident, title):
    Incident.objects.update(title=title)
    stored = Incident.objects.get(ref="told").title
    plain = " ".join(stored.split())

    bibtex, ris, csl = (cited(client, form) for form in ("bib", "ris", "csl.json"))

    assert unescaped(re.search(r"  title = \{\{(.*)\}\},\n", bibtex)[1]) == plain
    lines = ris.split("\r\n")
    assert [line[:6] for line in lines if line] == [
        f"{tag}  - " for tag in "TY ID TI PB M1 ET PY DA UR ER".split()
    ]
    assert lines[2] == f"TI  - {plain}"
    assert json.loads(csl)[0]["title"] == stored
    depth = 0
    for sign in re.sub(r"\\[{}]", "", bibtex):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        assert depth >= 0
    assert depth == 0


def test_a_citation_names_revision_version_and_address(client, incident):
    version = index.current_version("default").number

    (record,) = json.loads(cited(client, "csl.json"))
    page = client.get("/incidents/told/").content.decode()

    assert record["version"] == f"revision 1, dataset version {version}"
    assert record["URL"] == "http://testserver/incidents/told/"
    assert f"revision 1, dataset version {version}. http://testserver/incidents/told/" in page
    listed = client.get("/incidents/?platform=told").content.decode()
    assert f"Dataset version {version}. http://testserver/incidents/?platform=told" in listed


def described(client, path):
    found = re.search(
        r'<script type="application/ld\+json">(.*?)</script>', client.get(path).content.decode()
    )
    return json.loads(found[1])


def test_the_data_are_described_with_every_download(client, incident):
    dataset = described(client, "/data/")

    assert dataset["@type"] == "Dataset"
    assert dataset["license"] == "https://creativecommons.org/licenses/by/4.0/"
    for download in dataset["distribution"]:
        answer = client.head(download["contentUrl"].removeprefix("http://testserver"))
        assert (answer.status_code, answer["Content-Type"].split(";")[0]) == (200, download["encodingFormat"])


def test_an_incident_is_described_by_what_its_record_says(client, incident):
    Incident.objects.update(title="</script><script>alert(1)</script>")

    article = described(client, "/incidents/told/")

    assert article["headline"] == "</script><script>alert(1)</script>"
    record = client.get("/api/v1/incidents/told/").json()
    assert [each["text"] for each in article["mentions"]] == [
        each["quote"] for each in record["justifications"] if each["quote"]
    ]
    assert [each["name"] for each in article["citation"]] == [each["title"] for each in record["sources"]]


def test_the_site_map_leads_to_what_is_public(client, incident):
    make_incident(ref="hidden")
    index = ElementTree.fromstring(client.get("/sitemap.xml").content)
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    found = []
    for part in index.iter(f"{space}loc"):
        pages = ElementTree.fromstring(client.get(part.text.removeprefix("http://testserver")).content)
        found += [each.text.removeprefix("http://testserver") for each in pages.iter(f"{space}loc")]

    assert "/incidents/told/" in found
    assert "/incidents/hidden/" not in found
    assert all(client.get(path).status_code == 200 for path in found)
    assert client.get("/sitemap-x.xml").status_code == 404


def test_crawlers_and_browsers_find_their_way(client, incident, settings):
    assert "Sitemap: http://testserver/sitemap.xml" in client.get("/robots.txt").content.decode()
    search = ElementTree.fromstring(client.get("/opensearch.xml").content)
    template = search.find("{http://a9.com/-/spec/opensearch/1.1/}Url").get("template")
    assert template == "http://testserver/incidents/?q={searchTerms}"
    assert client.get("/.well-known/security.txt").status_code == 404
    settings.SECURITY_CONTACT = "mailto:security@example.org"
    contact = client.get("/.well-known/security.txt").content.decode()
    assert contact.startswith("Contact: mailto:security@example.org\nExpires: ")
