"""Private by default: every private field is filled with a marker, and every door is searched for the markers."""

import json
import logging
import re
import sys
import zipfile
from collections import Counter, deque
from io import BytesIO, StringIO
from typing import NamedTuple

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.test import Client

from incidents import mirror, models
from incidents.exports import FORMATS
from incidents.languages import OWN_WORDS
from incidents.leaks import ShownTexts
from incidents.listing.charts import CHARTS
from incidents.models import Incident, Party, Translation
from incidents.public import api
from incidents.public.discovery import SUBJECTS
from incidents.public.indexes import INDEXES
from incidents.public.revisions import may_be_shown
from incidents.publishing import problems, state_of
from incidents.records import incident_record, shown_in
from incidents.shape import SHAPE
from incidents.shown import CITED_RECORDS, SHOWN
from tracker.logs import DiscreetFormatter, ServerFormatter

from .factories import (
    make_account,
    make_action,
    make_citation,
    make_incident,
    make_involvement,
    make_justification,
    make_party,
    make_platform,
    make_published_incident,
    make_relation,
    make_source,
    make_topic,
    make_translation,
    public_fixture,
)

pytestmark = pytest.mark.django_db

MARKER = "HUSHED"
MAX_QUERIES_FOLLOWED = 12
MAKE = {
    "platform": make_platform,
    "party": make_party,
    "account": make_account,
    "source": make_source,
    "translation": make_translation,
    "action": make_action,
    "justification": make_justification,
    "involvement": make_involvement,
    "citation": make_citation,
}
HIDDEN_PARTY = {
    "public_label": "a student group in China",
    "kind": "collective",
    "at_risk": True,
    "name_public": False,
    "native_label": f"{MARKER}-native",
    "native_language": "zh-Hant",
    "name_public_basis": f"{MARKER}-basis",
    "aliases": f"{MARKER}-alias",
    "private_name": f"{MARKER}-private-name",
    "contact": f"{MARKER}-contact",
    "notes": f"{MARKER}-notes",
}


def secret_story(**fields):
    """An incident of which not one word may be seen outside."""
    party = make_party(slug=f"{MARKER}-party-{fields['ref']}".lower(), public_label=f"{MARKER}-party")
    platform = make_platform(slug=f"{MARKER}-{fields['ref']}".lower(), name=f"{MARKER}-platform")
    account = make_account(platform=platform, holder=party, label=f"{MARKER}-account")
    incident = make_incident(title=f"{MARKER}-title", summary=f"{MARKER}-summary", **fields)
    make_translation(incident, text=f"{MARKER}-translated")
    make_translation(incident, "summary", text=f"{MARKER}-told")
    incident.topics.add(make_topic(f"{MARKER}-topic", slug=f"{MARKER}-topic-{fields['ref']}".lower()))
    action = make_action(incident, account=account, start_text=f"{MARKER}-start")
    make_justification(incident, quote=f"{MARKER}-quote", speaker=party)
    make_involvement(incident, note=f"{MARKER}-note", party=party)
    make_citation(
        incident,
        action=action,
        source=make_source(title=f"{MARKER}-source", url=f"https://{MARKER}.example/"),
    )
    return incident


@pytest.fixture
def world(db):
    """A published incident with something to hide in every private field, and incidents that are hidden whole."""
    editor = get_user_model().objects.create_user(f"{MARKER}-editor")
    holder = make_party(slug="student-group", **HIDDEN_PARTY)
    account = make_account(
        slug="group-account", holder=holder, handle=f"@{MARKER}", url=f"https://platform.example/{MARKER}"
    )
    kept = {
        "captured_by": f"{MARKER}-captor",
        "notes": f"{MARKER}-remark",
        "private_url": f"https://news.example/{MARKER}-address",
        "content_text": f"The very words. {MARKER}-text",
    }
    shown = make_published_incident(
        ref="2020-shown",
        title="What is shown",
        account=account,
        source=make_source(citekey="open", **kept),
        editor_notes=f"{MARKER}-editor-notes",
        created_by=editor,
        updated_by=editor,
    )
    make_justification(shown, speaker=holder)
    make_involvement(shown, party=holder)
    make_justification(shown, together_with=[holder])
    make_involvement(shown, together_with=[holder])
    behind = make_source(citekey=f"{MARKER}-behind".lower(), title=f"{MARKER}-behind")
    confidential = make_source(
        citekey=f"{MARKER}-confidential".lower(),
        title=f"{MARKER}-confidential",
        is_confidential=True,
        derivation="translation",
        derived_from=behind,
    )
    quoted = make_citation(
        shown, source=confidential, quote=f"{MARKER}-confidential-quote", reading=f"{MARKER}-reading"
    )
    derived = make_source(
        citekey="derived",
        derivation="adaptation",
        derived_from=confidential,
        derivation_note=f"Closes with the name of {MARKER}-confidential",
    )
    make_citation(shown, source=derived, quote="Said elsewhere.")
    context = make_published_incident(ref="2020-context", kind="context", date="2020-05-31")
    make_relation(context, shown, kind="context_of")
    suspicion = make_relation(context, shown, kind="possibly_same_as", note=f"{MARKER}-suspicion")
    # What the holder was called once, and what is withheld, in another language.
    for record, field in (
        (holder, "public_label"),
        (holder, "name_public_basis"),
        (confidential, "title"),
        (derived, "derivation_note"),
        (quoted, "reading"),
        (suspicion, "note"),
    ):
        make_translation(
            record, field, text=f"{MARKER}-translated-{field}", is_behind=field == "public_label"
        )
    for publication in ("draft", "in_review"):
        make_relation(
            shown, secret_story(ref=f"2020-{publication.replace('_', '-')}", publication=publication)
        )
    withdrawn = secret_story(
        ref="2020-withdrawn", publication="withdrawn", withdrawn_reason="It was a mistake."
    )
    make_relation(shown, withdrawn)
    uncleared = secret_story(ref="2020-uncleared", publication="published", published_at="2026-11-20T00:00Z")
    uncleared.actions.get().account.holder.__class__.objects.filter(slug__contains="uncleared").update(
        cleared=False
    )
    return shown


class Answer(NamedTuple):
    status_code: int
    text: str


def readable(body):
    """All that can be read in a file: unpacked, if it is a zip file; whatever is text in it, if it is binary."""
    if not body.startswith(b"PK"):
        return body.decode(errors="replace")
    with zipfile.ZipFile(BytesIO(body)) as file:
        return "".join(f"{name} {file.read(name).decode(errors='replace')}" for name in file.namelist())


def answers(*starts):
    """Every answer that a stranger gets who follows every link, from these addresses on; of links that differ in their
    query string alone, the first few."""
    client, queue, seen, queries = Client(raise_request_exception=False), deque(starts), {}, Counter()
    while queue:
        address = queue.popleft()
        path, _question_mark, query = address.partition("?")
        if address in seen or (query and address not in starts and queries[path] >= MAX_QUERIES_FOLLOWED):
            continue
        queries[path] += bool(query)
        answer = client.get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        text = readable(body) + str(answer.headers)
        seen[address] = Answer(answer.status_code, text)
        for link in re.findall(r'(?:href|action|src)="(/[^"#]*|\?[^"#]*)', text):
            link = link.replace("&amp;", "&")
            if not link.startswith(("/admin", "/static")):
                queue.append(link if link.startswith("/") else path + link)
    return seen


DOORS = [
    "/",
    "/incidents/",
    "/incidents/?sort=changed",
    f"/incidents/?q={MARKER}",
    f"/incidents/?q={MARKER.lower()}*",
    "/incidents/?platform=nobody&holder=nobody",
    "/incidents/2020-shown/",
    "/incidents/2020-context/",
    "/incidents/2020-draft/",
    "/incidents/2020-in-review/",
    "/incidents/2020-withdrawn/",
    "/incidents/2020-uncleared/",
    "/platforms/",
    "/topics/",
    "/charts/",
    *(f"/{name}/" for name in INDEXES),
    "/reasons/local_law/",
    *(f"/sitemap-{name}-0.xml" for name in SUBJECTS),
    *(f"/charts/{name}.{suffix}" for name in CHARTS for suffix in ("svg", "csv")),
    *(f"/charts/{name}/embed/" for name in CHARTS),
    "/incidents/2020-shown/embed/",
    "/incidents/2020-shown/sources/",
    "/incidents/2020-draft/sources/",
    "/incidents/2020-withdrawn/sources/",
    "/incidents/2020-context/embed/",
    "/incidents/2020-draft/embed/",
    *(f"/api/v1/reconcile/embed/?id=incidents/2020-{name}" for name in ("shown", "draft")),
    *(f"/api/v1/reconcile/suggest/entity/?prefix={prefix}" for prefix in ("a", "z", "s")),
    "/about/",
    "/nowhere/",
    "/data/",
    "/changes/",
    "/changes.atom",
    "/changes.jsonl",
    "/withdrawals.json",
    "/datasette.json",
    "/incidents.atom",
    "/sitemap.xml",
    "/sitemap-pages.xml",
    "/sitemap-0.xml",
    "/robots.txt",
    "/opensearch.xml",
    "/incidents/2020-shown.bib",
    "/incidents/2020-shown.ris",
    "/incidents/2020-shown.csl.json",
    "/incidents/2020-shown/revisions/1/",
    "/incidents/2020-withdrawn/revisions/1/",
    "/api/v1/",
    "/api/v1/openapi.json",
    *(f"/api/v1/{name}/" for name in ("incidents", "vocabularies", *api.RECORD_LISTS, *api.REGISTRIES)),
    "/api/v1/incidents/2020-shown/",
    "/api/v1/incidents/2020-draft/",
    *(f"/incidents.{name}" for name in FORMATS),
    *(f"/incidents.{name}?type=nonsense" for name in FORMATS),
]
HIDDEN_SLUGS = ["2020-draft", "2020-in-review", "2020-withdrawn", "2020-uncleared"]


@pytest.mark.slow
def test_no_door_shows_a_marker(world):
    hidden = [
        f"/{kind}/{MARKER}-{part}{ref}/".lower()
        for ref in HIDDEN_SLUGS
        for kind, part in (("platforms", ""), ("parties", "party-"), ("topics", "topic-"))
    ]
    seen = answers(*DOORS, *hidden)

    leaks = {
        address: answer.text[max(answer.text.upper().find(MARKER) - 60, 0) :][:140]
        for address, answer in seen.items()
        if MARKER in answer.text.upper().replace(address.upper(), "").replace(f'VALUE="{MARKER}', "")
        and MARKER.lower() not in address.lower()
    }

    assert leaks == {}
    assert seen["/incidents/2020-shown/"].status_code == 200
    assert seen["/parties/student-group/"].status_code == 200


@pytest.mark.slow
def test_a_source_that_is_reached_only_through_a_confidential_one_is_not_public(world):
    behind = models.Source.objects.get(citekey=f"{MARKER}-behind".lower())

    assert behind not in models.Source.objects.public()
    assert models.Source.objects.get(citekey="derived") in models.Source.objects.public()
    make_citation(world, source=behind)
    assert behind in models.Source.objects.public()


def test_what_a_source_was_derived_from_is_told_while_it_is_open(world):
    models.Source.objects.filter(is_confidential=True).update(is_confidential=False)

    record = incident_record(Incident.objects.public().with_story().get(ref="2020-shown"))

    (derived,) = (source for source in record["sources"] if source["citekey"] == "derived")
    assert derived["derived_from"]["title"] == f"{MARKER}-confidential"
    assert derived["derivation_note"] == f"Closes with the name of {MARKER}-confidential"


@pytest.mark.slow
@pytest.mark.parametrize("hide", [lambda source: source, lambda source: source.derived_from])
def test_no_past_revision_shows_a_source_that_has_become_confidential(client, hide):
    origin = make_source(title=f"{MARKER}-origin")
    incident = make_published_incident(
        ref="2020-shown", source=make_source(title="Told", derivation="adaptation", derived_from=origin)
    )
    client.get("/incidents/2020-shown/")
    Incident.objects.filter(pk=incident.pk).update(title="Another title")
    cited = incident.citations.first().source
    before = client.get("/incidents/2020-shown/revisions/1/").content.decode()

    source = hide(cited)
    source.is_confidential = True
    source.save()

    after = client.get("/incidents/2020-shown/revisions/1/").content.decode()
    assert (f"{MARKER}-origin" in before, f"{MARKER}-origin" in after) == (True, False)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("2020-draft", 404),
        ("2020-in-review", 404),
        ("2020-uncleared", 404),
        ("2020-withdrawn", 410),
        ("2020-none", 404),
    ],
)
def test_what_is_not_public_has_no_page(world, client, address, status):
    answer = client.get(f"/incidents/{address}/")

    assert answer.status_code == status
    assert MARKER not in answer.content.decode()


@pytest.mark.slow
def test_a_search_for_a_private_word_finds_nothing(world, client):
    for word in (
        MARKER,
        f"{MARKER}-alias",
        f"{MARKER}-private-name",
        f"{MARKER}-confidential-quote",
        f"@{MARKER}",
    ):
        listing = client.get("/incidents/", {"q": word})

        assert "What is shown" not in listing.content.decode()


@pytest.mark.slow
def test_the_public_export_of_the_command_shows_no_marker(world, tmp_path):
    call_command("export_fixture", output=str(tmp_path / "out.json"), stdout=StringIO())

    text = (tmp_path / "out.json").read_text()

    assert "2020-shown" in text
    assert MARKER not in text.upper()


@pytest.mark.slow
def test_no_file_of_a_mirror_shows_a_marker(world, tmp_path, settings):
    settings.SITE_URL, settings.ALLOWED_HOSTS = "https://tracker.example", ["tracker.example"]
    settings.LANGUAGES = [("en", "English")]

    mirror.publish(tmp_path)

    found = {path: readable(path.read_bytes()) for path in tmp_path.glob("latest/**/*") if path.is_file()}
    assert [path for path, text in found.items() if MARKER in f"{path.name} {text}".upper()] == []
    assert tmp_path / "latest/incidents/2020-shown/index.html" in found
    assert tmp_path / "latest/incidents/2020-context/index.html" in found


def test_the_record_itself_shows_no_marker(world):
    found = Incident.objects.public().with_story().get(ref="2020-shown")

    assert MARKER not in json.dumps(incident_record(found), default=str)


def test_the_doors_without_a_password_lead_nowhere_else(world):
    client = Client()
    for address in (
        "/admin/",
        "/admin/incidents/incident/",
        "/admin/incidents/party/1/change/",
        "/admin/jsi18n/",
    ):
        answer = client.get(address, follow=True)

        assert MARKER not in answer.content.decode()


@pytest.mark.slow
def test_public_pages_set_no_cookie_and_do_not_vary_by_one(world, client):
    for address in DOORS:
        answer = client.get(address)

        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")


def test_an_error_is_logged_without_the_row_it_is_about():
    """PostgreSQL quotes the whole row, SQLite does not; neither may reach the log."""
    party = make_party(private_name=f"{MARKER}-name", notes=f"{MARKER}\nnotes")
    formatter = DiscreetFormatter()

    try:
        with transaction.atomic():
            Party.objects.filter(pk=party.pk).update(kind="no such word")
    except IntegrityError:
        logged = formatter.formatException(sys.exc_info())

    assert "party_kind_in_vocabulary" in logged
    assert MARKER not in logged


def raised(words):
    """The traceback of an error that another one has led to."""
    try:
        try:
            raise KeyError(f"{words}\n  {words}")
        except KeyError as error:
            raise ValueError(f"{words}: {words}\n{words}") from error
    except ValueError:
        return sys.exc_info()


def test_an_error_is_logged_by_its_place_and_kind_alone():
    server = logging.LogRecord(
        "_granian", logging.ERROR, "", 1, "An error\n" + traceback_of(MARKER), (), None
    )

    for logged in (DiscreetFormatter().formatException(raised(MARKER)), ServerFormatter().format(server)):
        assert MARKER not in logged
        assert "KeyError" in logged
        assert logged.endswith("ValueError")
        assert "in raised" in logged


def traceback_of(words):
    return logging.Formatter().formatException(raised(words))


def test_what_a_stranger_looks_for_is_not_written_down(client, caplog):
    for address in (f"/parties/{MARKER}/", f"/incidents/?q={MARKER}"):
        client.get(address)
    client.get("/", headers={"host": f"{MARKER}.example"})
    Client(enforce_csrf_checks=True).post(f"/incidents/?{MARKER}")

    assert [record for record in caplog.records if MARKER in record.getMessage()] == []


def test_what_a_reader_asked_for_is_not_written_down_when_it_fails(client, caplog):
    client.raise_request_exception = False
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE incidents_publicincident RENAME TO away")

    status = client.get(f"/incidents/{MARKER}/").status_code

    logged = "".join(DiscreetFormatter().format(record) for record in caplog.records)
    assert status >= 500
    assert "incidents/<slug:ref>/" in logged
    assert "OperationalError" in logged or "ProgrammingError" in logged
    assert MARKER not in logged


def test_every_field_is_public_by_name_or_known_to_be_private():
    private = {
        "party": {"private_name", "contact", "notes", "is_minor"},
        "incident": {"merged_into", "withdrawn_reason", "editor_notes"},
        "source": {"captured_by", "notes", "content_text", "is_confidential", "private_url"},
    }
    kept = {"id", "created_at", "created_by", "updated_at", "updated_by", "version"}
    for model in models.IN_ORDER:
        name = model._meta.model_name
        fields = {
            field.name
            for field in (*model._meta.concrete_fields, *model._meta.many_to_many)
            if not field.name.endswith(("_earliest", "_latest"))
        }

        assert fields - kept - private.get(name, set()) == set(SHAPE[name].fields) - {"updated_at"}


# The account that follows is named where an incident shows it itself, and only there.
# A citation can only be about a platform, party or account that its incident shows in one of the ways in SHOWN.
LEFT_OUT = {("account", "succeeded_by"), *(("citation", name) for name in CITED_RECORDS)}
PARTS = {
    relation.name: relation.related_model
    for relation in Incident._meta.related_objects
    if relation.related_model not in (Incident, Translation)
    and relation.related_model._meta.model_name in SHAPE
}
WAYS = [(model, *way) for model, ways in SHOWN.items() for way in ways]


def public_ways(model, parts, path=()):
    """The public relations by which one reaches platforms, parties, accounts and sources, as SHOWN has them."""
    for name in SHAPE[model._meta.model_name].fields:
        field = model._meta.get_field(name)
        other = field.related_model
        is_within = other is Incident or other in PARTS.values()
        if other is None or is_within or name in path or (model._meta.model_name, name) in LEFT_OUT:
            continue
        if other._meta.model_name in SHOWN:
            yield other._meta.model_name, parts, "__".join((*path, name))
        yield from public_ways(other, parts, (*path, name))
    for name, nested in SHAPE[model._meta.model_name].nested.items():
        if nested.owned and nested.record in SHOWN:
            yield nested.record, parts, "__".join((*path, name))


def test_every_public_relation_is_a_way_in_which_an_incident_shows_something():
    found = set(public_ways(Incident, "")).union(*(public_ways(each, name) for name, each in PARTS.items()))

    assert found - set(WAYS) == set()
    # What a source derives from is followed one step further, since it is shown as a source itself.
    twice = "source__derived_from__derived_from"
    assert set(WAYS) - found == {
        ("source", "citations", twice),
        ("translation", "citations", f"{twice}__translations"),
    }


TEXTS = {"": "title", "citations": "quote"}


def part_of(incident, parts):
    """A new part of the incident."""
    if parts == "relations_from":
        return make_relation(incident, make_published_incident(ref="other"))
    if parts == "relations_to":
        return make_relation(make_published_incident(ref="other"), incident)
    return MAKE[PARTS[parts]._meta.model_name](incident)


def shown_by(incident, parts, path):
    """A new record that the incident shows in this way."""
    if path == "translations":
        return make_translation(
            part_of(incident, parts) if parts else incident, TEXTS.get(parts, "note"), text="譯"
        )
    if path.endswith("__translations"):
        record = shown_by(incident, parts, path.removesuffix("__translations"))
        field = OWN_WORDS[record._meta.model_name][0]
        return make_translation(record, field, text="譯")
    if not parts:
        topic = make_topic()
        incident.topics.add(topic)
        return topic if path == "topics" else topic.labels.get()
    model, chain = PARTS[parts], []
    for name in path.split("__"):
        chain.append((model._meta.model_name, name))
        model = model._meta.get_field(name).related_model
    shown = record = MAKE[model._meta.model_name]()
    for owner, name in reversed(chain[1:]):
        fields = {"derivation": "adaptation"} if name == "derived_from" else {}
        record = MAKE[owner](**{name: record}, **fields)
    is_many = PARTS[parts]._meta.get_field(chain[0][1]).many_to_many
    MAKE[chain[0][0]](incident, **{chain[0][1]: [record] if is_many else record})
    return shown


@pytest.mark.parametrize(("model", "parts", "path"), WAYS)
def test_what_an_incident_shows_in_any_way_is_known_everywhere(model, parts, path):
    incident = make_published_incident(ref="showing")
    shown = shown_by(incident, parts, path)
    records = type(shown).objects

    assert shown in records.public()
    assert shown in records.shown_by(incident)
    assert shown in ShownTexts(incident).records
    before = state_of(incident)
    records.filter(pk=shown.pk).update(version=F("version") + 1)
    assert state_of(incident) != before
    # A relation is shown at both its ends.
    assert set(Incident.objects.showing(shown)) == {incident, *Incident.objects.filter(ref="other")}
    exported = json.loads(public_fixture(Incident.objects.all()))
    fields = [each.partition("__")[0] for each in records.all().natural_key_fields]
    keys = [
        [part for field in fields for part in _listed(each["fields"][field])]
        for each in exported
        if each["model"] == shown._meta.label_lower
    ]
    assert list(shown.natural_key()) in keys


def _listed(value):
    return value if isinstance(value, list) else [value]


@pytest.mark.slow
@pytest.mark.parametrize(("parts", "path"), SHOWN["party"])
def test_a_party_that_is_shown_in_any_way_hides_its_incident_until_it_is_cleared(client, parts, path):
    incident = make_published_incident(ref="showing")
    party = shown_by(incident, parts, path)
    record = incident_record(Incident.objects.public().with_story().get())
    assert party.slug in {each["slug"] for each in shown_in(record, "party")}
    assert client.get("/incidents/showing/").status_code == 200

    Party.objects.filter(pk=party.pk).update(cleared=False)

    assert party in [problem.record for problem in problems(incident)]
    assert client.get("/incidents/showing/").status_code == 404
    assert party not in Party.objects.public()
    assert not may_be_shown(1, record)


def test_a_line_about_a_request_that_has_no_address_is_written_as_it_is(rf):
    record = logging.makeLogRecord(
        {"msg": "A warning.", "args": (), "request": rf.get("/incidents/?q=HUSHED")}
    )

    assert DiscreetFormatter().format(record) == "A warning."
