"""What the tracker writes, read by validators and readers that others have written."""

import io
import json
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import citeproc
import feedparser
import jsonschema
import openapi_spec_validator
import openpyxl
import pandas
import pytest
import rdflib.plugins.shared.jsonld.context
import requests
import rocrate.rocrate
import rocrate_validator.models
import rocrate_validator.services
import sectxt
from lxml import etree
from rocrate_validator.utils.http import HttpRequester

from incidents import exports, index
from incidents.exports.tables import TABLES
from incidents.models import Source
from incidents.public import feeds
from incidents.public.citations import CITATION_FORMATS

from .factories import make_published_incident, make_story
from .test_citations import described

pytestmark = [pytest.mark.django_db, pytest.mark.once]

ROOT = Path(__file__).parent.parent
NODE = ROOT / "tests/node"
needs_node = pytest.mark.skipif(
    not (NODE / "node_modules").exists(), reason="npm ci --prefix tests/node --ignore-scripts"
)
needs_java = pytest.mark.skipif(not shutil.which("java"), reason="apt install default-jre-headless")
# Where a tool is not called by the name of its package.
CALLED_AS = {
    "openapi-spec-validator": "openapi_spec_validator",
    "@redocly/cli": "bin/redocly",
    "@seriousme/openapi-schema-validator": "bin/validate-api",
    "typescript": "bin/tsc",
    "dplib-py": "dplib",
    "pypandoc-binary": "pypandoc",
    "citeproc-py": "citeproc",
    "roc-validator": "rocrate_validator",
}
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def story(db):
    make_story()
    index.current_version("default")


def run(program, *arguments, given=""):
    """What a program of tests/node says; its status must be 0."""
    done = subprocess.run([program, *arguments], cwd=NODE, input=given, capture_output=True, text=True)
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    return done.stdout


def test_the_description_of_the_api_is_valid_openapi(client, story):
    openapi_spec_validator.validate(client.get("/api/v1/openapi.json").json())


@pytest.mark.slow
@needs_node
@pytest.mark.parametrize(
    "linter",
    [
        ("node_modules/.bin/redocly", "lint", "--config=redocly.yaml"),
        ("node_modules/.bin/validate-api",),
    ],
)
def test_linters_find_nothing_in_the_description_of_the_api(client, story, linter, tmp_path):
    description = tmp_path / "openapi.json"
    description.write_bytes(client.get("/api/v1/openapi.json").content)

    run(*linter, str(description))


def test_the_table_of_what_others_accept_is_true_and_whole():
    """Each version is the one that is installed, and each tool is called by a test."""
    table = (ROOT / "docs/formats.md").read_text().partition("## Read by others")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`[^|]+`)[^|]* \| (.+) \|$", table, re.MULTILINE)
    named = [tool for _formats, tools in rows for tool in re.findall(r"([^ ,;]+) ([0-9]+[.][0-9.]+)", tools)]
    locked = json.loads((NODE / "package.json").read_text())["dependencies"]
    locked |= dict(
        re.findall(r"^([\w-]+)==(\S+)", (ROOT / "requirements/dev.lock").read_text(), re.MULTILINE)
    )
    code = "".join(path.read_text() for path in (ROOT / "tests").glob("*.py"))

    assert {name: version for name, version in named if locked.get(name) != version} == {}
    assert [name for name, _version in named if CALLED_AS.get(name, name) not in code] == []
    formats = {form for forms, _tools in rows for form in re.findall("`([^`]+)`", forms)}
    assert {*exports.FORMATS, *CITATION_FORMATS} - formats == set()


def test_pandas_and_openpyxl_read_the_other_files(client, story):
    def file(name):
        return io.BytesIO(client.get(f"/incidents.{name}").getvalue())

    records = pandas.read_json(file("jsonl"), lines=True)
    described = pandas.DataFrame(json.load(file("json"))["incidents"])
    book = openpyxl.load_workbook(file("xlsx"), read_only=True)

    assert list(records["ref"]) == list(described["ref"]) == ["told", "before"]
    assert set(book.sheetnames) >= set(TABLES.values())
    cells = [cell.value for sheet in book for row in sheet for cell in row]
    assert "" not in cells  # what is empty is an empty cell, not an empty text


def test_a_data_package_is_a_research_object_too(client, story, tmp_path):
    path = tmp_path / "incidents.zip"
    path.write_bytes(client.get("/incidents.zip").getvalue())
    with zipfile.ZipFile(path) as package:
        sizes = {each.filename: each.file_size for each in package.infolist()}

    crate = rocrate.rocrate.ROCrate(path)

    about = crate.root_dataset
    assert (about["name"], about["license"]["@id"]) == (
        "Suspension tracker",
        "https://creativecommons.org/licenses/by/4.0/",
    )
    assert about["author"]["name"] == "Suspension tracker"
    described = {each.id: int(each["contentSize"]) for each in about["hasPart"]}
    assert described == {name: size for name, size in sizes.items() if name != "ro-crate-metadata.json"}


@pytest.fixture
def without_network(monkeypatch):
    """The validator of research objects asks for their context, which is in the package rocrate."""
    context = (Path(rocrate.__file__).parent / "data/ro-crate.jsonld").read_bytes()
    answer = requests.Response()
    answer.status_code, answer._content = 200, context
    answer.headers["Content-Type"] = "application/ld+json"
    monkeypatch.setattr(HttpRequester, "get", lambda *_args, **_options: answer, raising=False)
    monkeypatch.setattr(
        rdflib.plugins.shared.jsonld.context,
        "source_to_json",
        lambda *_args, **_options: (json.loads(context), None),
    )


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
def test_a_validator_of_research_objects_recommends_nothing_else(client, story, tmp_path, without_network):
    path = tmp_path / "incidents.zip"
    path.write_bytes(client.get("/incidents.zip").getvalue())
    settings = rocrate_validator.services.ValidationSettings(
        rocrate_uri=str(path),
        profile_identifier="ro-crate-1.1",
        requirement_severity=rocrate_validator.models.Severity.RECOMMENDED,
    )

    found = rocrate_validator.services.validate(settings)

    assert [issue.message for issue in found.get_issues()] == []
    assert found.passed()


FEEDS = ["/incidents.atom", "/incidents.atom?platform=told", "/changes.atom", "/incidents/told.atom"]


@pytest.mark.parametrize("path", FEEDS)
def test_feeds_keep_to_the_grammar_of_atom_and_readers_read_them(client, story, path, monkeypatch):
    monkeypatch.setattr(feeds, "MAX_ENTRIES", 1)
    make_published_incident(ref="another")
    index.current_version("default")
    grammar = etree.RelaxNG(etree.parse(ROOT / "tests/data/atom.rng"))

    text = client.get(path).content
    document = etree.fromstring(text)
    read = feedparser.parse(text)

    assert grammar.validate(document), grammar.error_log
    assert (read.bozo, read.version) == (False, "atom10")
    entries = document.findall(f"{ATOM}entry")
    assert len(read.entries) == len(entries) > 0
    ids = [each.findtext(f"{ATOM}id") for each in entries]
    assert len(set(ids)) == len(ids)
    assert document.find(f"{ATOM}author") is not None
    assert {link.get("rel") for link in document.findall(f"{ATOM}link")} >= {"self", "alternate"}


SITE_MAP_SCHEMA = f"""<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema">
<xsd:import namespace="http://www.w3.org/1999/xhtml" schemaLocation="{ROOT}/tests/data/sitemap_links.xsd"/>
<xsd:import namespace="http://www.sitemaps.org/schemas/sitemap/0.9"
 schemaLocation="{NODE}/node_modules/sitemap/schema/sitemap.xsd"/>
</xsd:schema>"""


@pytest.mark.slow
@needs_node
def test_the_site_map_keeps_to_its_schema(client, story):
    schema = etree.XMLSchema(etree.fromstring(SITE_MAP_SCHEMA))
    parts = etree.fromstring(client.get("/sitemap.xml").content)
    paths = [each.text.removeprefix("http://testserver") for each in parts.iter("{*}loc")]

    assert len(paths) > 5
    for path in paths:
        schema.assertValid(etree.fromstring(client.get(path).content))


def test_the_security_contact_is_valid(client, settings):
    settings.SECURITY_CONTACT = "mailto:security@example.org"

    read = sectxt.Parser(client.get("/.well-known/security.txt", secure=True).content)

    assert read.errors == []


@pytest.mark.slow
@needs_node
def test_descriptions_for_search_engines_have_the_types_of_schema_org(client, story, tmp_path):
    code = 'import type { Article, Dataset, WithContext } from "schema-dts";\n'
    for name, path, type_ in (("one", "/data/", "Dataset"), ("two", "/incidents/told/", "Article")):
        code += f"const {name}: WithContext<{type_}> = {json.dumps(described(client, path))};\n"
    program = tmp_path / "described.ts"
    program.write_text(code)
    (tmp_path / "node_modules").symlink_to(NODE / "node_modules")
    options = (
        "--noEmit",
        "--strict",
        "--skipLibCheck",
        "--module",
        "esnext",
        "--moduleResolution",
        "bundler",
    )

    run("node_modules/.bin/tsc", *options, str(program))


RNC = Path(citeproc.__file__).parent / "data/schema/schemas/styles"
DATE = {
    "type": "object",
    "properties": {
        "date-parts": {
            "type": "array",
            "minItems": 1,
            "maxItems": 2,
            "items": {
                "type": "array",
                "minItems": 1,
                "maxItems": 3,
                "items": {"type": ["integer", "string"]},
            },
        },
        "season": {"type": ["integer", "string"]},
        "circa": {"type": ["boolean", "integer", "string"]},
        "literal": {"type": "string"},
        "raw": {"type": "string"},
    },
    "additionalProperties": False,
}
NAME_PARTS = ["family", "given", "dropping-particle", "non-dropping-particle", "suffix", "literal"]
PERSON = {
    "type": "object",
    "properties": dict.fromkeys(NAME_PARTS, {"type": "string"}),
    "additionalProperties": False,
}


def csl_words(name, file):
    """The values of a pattern in the schema of the Citation Style Language that citeproc-py brings."""
    text = (RNC / f"csl-{file}.rnc").read_text()
    return re.findall(
        r'"([^"]+)"', re.search(rf"{re.escape(name)} =([^=]+?)(?=\n\s*[\w.-]+ =|\n}})", text)[1]
    )


def csl_schema():
    """What an item of CSL-JSON may have: the types and variables of CSL 1.0.2, each with the kind of value that it takes."""
    text, number = {"type": "string"}, {"type": ["string", "integer"]}
    kinds = {
        "variables.dates": DATE,
        "variables.names": {"type": "array", "items": PERSON},
        "variables.numbers": number,
        "variables.strings": text,
        "variables.titles": text,
    }
    properties = {"type": {"enum": csl_words("item-types", "types")}, "id": number, "language": text}
    for name, value in kinds.items():
        properties |= dict.fromkeys(csl_words(name, "variables"), value)
    item = {
        "type": "object",
        "properties": properties,
        "required": ["type", "id"],
        "additionalProperties": False,
    }
    return {"type": "array", "items": item}


@pytest.mark.parametrize("address", ["/incidents.csl.json", "/incidents/told/sources.csl.json"])
def test_citations_in_json_have_the_types_and_variables_of_csl(client, story, address):
    schema = csl_schema()
    items = json.loads(client.get(address).getvalue())

    assert {"issued", "author", "container-title", "version", "URL"} < schema["items"]["properties"].keys()
    assert items
    jsonschema.validate(items, schema)


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("biber"), reason="apt install --no-install-recommends biber")
@pytest.mark.parametrize("address", ["/incidents.bib", "/incidents/told/sources.bib"])
def test_biber_warns_of_nothing_but_dates_that_are_not_known(client, story, address, tmp_path):
    copy = Source.objects.get(citekey="copy")
    copy.url, copy.issued = "", None
    copy.save()
    index.current_version("default")
    file, written = tmp_path / "given.bib", tmp_path / "written.bib"
    file.write_bytes(client.get(address).getvalue())

    said = run("biber", "--tool", "--validate-datamodel", f"--output-file={written}", str(file))

    warnings = [line for line in said.splitlines() if line.startswith(("WARN", "ERROR"))]
    undated = "Missing mandatory field - one of 'date, year' must be defined"
    assert [line for line in warnings if undated not in line] == []
    assert len(re.findall(r"^@", written.read_text(), re.MULTILINE)) == file.read_text().count("\n@") + 1


CITATION_JS = """const Cite = require("citation-js");
const found = new Cite(require("fs").readFileSync(0, "utf8"));
console.log(JSON.stringify(found.data));"""


@pytest.mark.slow
@needs_node
@pytest.mark.parametrize("form", ["bib", "ris", "csl.json"])
def test_a_reader_of_citations_in_javascript_reads_them(client, story, form):
    given = client.get(f"/incidents/told.{form}").content.decode()

    (item,) = json.loads(run("node", "-e", CITATION_JS, given=given))

    assert item["title"] == "Zoom shuts an account"
    assert item["URL"] == "http://testserver/incidents/told/revisions/1/"


PAGES = [
    "/",
    "/incidents/",
    "/incidents/?platform=told&q=account",
    "/incidents/?platform=nowhere",
    "/incidents/2020-zoom-wang-dan/",
    "/incidents/2020-zoom-wang-dan/revisions/1/",
    "/platforms/zoom/",
    "/parties/",
    "/topics/",
    "/sources/",
    "/countries/",
    "/charts/",
    "/data/",
    "/changes/",
    "/about/",
    "/imprint/",
    "/api/v1/",
    "/charts/reasons/embed/",
    "/incidents/2020-zoom-wang-dan/embed/",
    "/incidents/?kind=context",
    "/incidents/?colour=red",
    "/nowhere/",
]


@needs_java
@needs_node
def test_pages_are_valid_html(client, cases, tmp_path):
    for number, path in enumerate(PAGES):
        (tmp_path / f"{number}.html").write_bytes(client.get(path).content)

    run("java", "-jar", "node_modules/vnu-jar/build/dist/vnu.jar", "--errors-only", *tmp_path.glob("*.html"))
