"""Records and lists can be cited, and pages describe themselves to machines."""

import json
import re
import subprocess
import xml.etree.ElementTree as ElementTree

import pypandoc
import pytest

from incidents import index
from incidents.dates import EDTF
from incidents.models import Incident, PublicChange
from incidents.public import linked_data
from incidents.public.citations import source_item

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
        f"{tag}  - " for tag in "TY ID AU TI T2 ET PY DA UR ER".split()
    ]
    assert lines[3] == f"TI  - {plain}"
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
    assert record["URL"] == "http://testserver/incidents/told/revisions/1/"
    assert client.get(record["URL"]).status_code == 200
    assert f"revision 1, dataset version {version}. {record['URL']}" in page
    listed = client.get("/incidents/?platform=told").content.decode()
    assert f"Dataset version {version}. http://testserver/incidents/?platform=told" in listed


READERS = {"bib": "biblatex", "ris": "ris", "csl.json": "csljson"}


def read_by_pandoc(text, form):
    """What pandoc understands of references, as CSL-JSON without the markup that it adds to titles."""
    command = [pypandoc.get_pandoc_path(), "-f", READERS[form], "-t", "csljson"]
    output = subprocess.run(command, input=text, capture_output=True, text=True, check=True)
    assert output.stderr == ""
    return json.loads(re.sub(r"</?span[^>]*>", "", output.stdout))


@pytest.mark.slow
@pytest.mark.parametrize("form", READERS)
@pytest.mark.parametrize("path", ["/incidents/told.", "/incidents."])
def test_reference_managers_read_who_what_when_and_where(client, incident, form, path):
    answer = client.get(path + form)

    (item,) = read_by_pandoc(answer.getvalue().decode(), form)

    (change,) = PublicChange.objects.filter(ref="told")
    assert item["title"] == "Zoom shuts an account"
    assert (
        item["author"] == [{"literal": "Suspension tracker"}]
        or item["author"][0]["family"] == "Suspension tracker"
    )
    date = [change.at.year, change.at.month, change.at.day]
    # Pandoc reads the year of RIS and no more.
    assert item["issued"]["date-parts"] == [date[:1] if form == "ris" else date]
    assert item["URL"] == "http://testserver/incidents/told/revisions/1/"


@pytest.mark.slow
@pytest.mark.parametrize("form", READERS)
def test_the_sources_of_an_incident_are_references_too(client, incident, form):
    sources = client.get("/api/v1/incidents/told/").json()["sources"]

    items = read_by_pandoc(client.get(f"/incidents/told/sources.{form}").content.decode(), form)

    assert len(sources) > 0
    assert [each["title"] for each in items] == [each["title"] for each in sources]
    assert [each.get("URL", "") for each in items] == [each["url"] for each in sources]


def test_a_date_in_doubt_is_not_made_a_day():
    source = dict.fromkeys(
        "title author container_title publisher accessed_on url archived_url language".split(), ""
    )
    doubtful, known = (
        source_item(source | {"citekey": "x", "csl_type": "webpage", "issued": EDTF(text)})["issued"]
        for text in ("2020-06~", "2020-06")
    )

    assert (doubtful, known) == ({"literal": "2020-06~"}, {"date-parts": [[2020, 6]]})


def described(client, path):
    found = re.search(
        r'<script type="application/ld\+json">(.*?)</script>', client.get(path).content.decode()
    )
    return json.loads(found[1])


@pytest.mark.slow
def test_the_data_are_described_with_every_download(client, incident):
    dataset = described(client, "/data/")

    assert dataset["@type"] == "Dataset"
    version = index.current_version("default")
    assert dataset["dateModified"] == version.published_at.isoformat()
    assert dataset["version"] == str(version.number)
    assert dataset["creator"]["@type"] == "Organization"
    assert dataset["temporalCoverage"].endswith("/..")
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


def test_a_claim_is_of_a_person_or_an_organisation_or_of_a_name_alone():
    statement = {
        "quote": "No.",
        "quote_language": "en",
        "date": None,
        "speaker_text": "a spokesperson",
        "together_with": [],
    }
    speakers = {kind: {"kind": kind, "public_label": "Somebody"} for kind in ("person", "company", "unknown")}

    authors = [
        linked_data._claim(statement | {"speaker": each})["author"] for each in [*speakers.values(), None]
    ]

    assert authors == [
        {"@type": "Person", "name": "Somebody"},
        {"@type": "Organization", "name": "Somebody"},
        "Somebody",
        "a spokesperson",
    ]


@pytest.mark.slow
def test_the_site_map_leads_to_what_is_public(client, incident):
    make_incident(ref="hidden")
    index = ElementTree.fromstring(client.get("/sitemap.xml").content)
    dated = [part.findtext("{*}loc") for part in index if part.findtext("{*}lastmod")]
    assert [bool(re.search(r"sitemap-[0-9]+\.xml", address)) for address in dated] == [True]
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
    assert search.find("{http://a9.com/-/spec/opensearch/1.1/}ShortName").text == "Suspension"
    assert client.get("/.well-known/security.txt").status_code == 404
    settings.SECURITY_CONTACT = "mailto:security@example.org"
    contact = client.get("/.well-known/security.txt").content.decode()
    assert contact.startswith("Contact: mailto:security@example.org\nExpires: ")
