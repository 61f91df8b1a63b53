"""What is private changes nothing that anybody else can see: no answer, count, ETag, feed or list is another one with it."""

import orjson
import pytest

from incidents import index, publishing
from incidents.exports.importing import import_fixture
from incidents.models import DatasetVersion, Incident, Source

from .factories import (
    make_account,
    make_action,
    make_citation,
    make_incident,
    make_involvement,
    make_justification,
    make_party,
    make_platform,
    make_relation,
    make_source,
    make_story,
    make_topic,
    make_translation,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

HIDDEN, ABSENT = "quokkas", "numbats"
WORDS = (
    HIDDEN,
    HIDDEN.title(),
    HIDDEN[:-1],
    f"{HIDDEN}x",
    f"{HIDDEN}*",
    f'"{HIDDEN} told"',
    f"platform:{HIDDEN}",
    f"@{HIDDEN}",
)
PATHS = [
    "/",
    "/incidents/",
    "/incidents/told/",
    "/incidents.json",
    "/incidents.csv",
    "/incidents.atom",
    "/changes/",
    "/changes.atom",
    "/changes.jsonl",
    "/withdrawals.json",
    "/data/",
    "/platforms/",
    "/topics/",
    "/sitemap.xml",
    "/sitemap-0.xml",
    "/charts/",
    "/parties/",
    "/sources/",
    "/platforms/told/",
    "/parties/told/",
    "/accounts/told/",
    "/incidents/told.fixture.json",
    *(
        f"/api/v1/{name}/"
        for name in ("", "incidents", "platforms", "parties", "accounts", "topics", "sources", "citations")
    ),
    *(f"/incidents/?q={word}" for word in WORDS),
    "/incidents/told/sources/",
    "/incidents/told/embed/",
    "/incidents/told/card.png",
    "/incidents/told/sources.bib",
    "/incidents.ris",
    "/charts/reasons.svg",
    "/charts/reasons/embed/",
    "/changes.jsonl?since=1",
    "/zh-hant/incidents/",
    "/zh-hant/incidents/told/",
    "/zh-hant/incidents.atom",
    "/api/v1/incidents/?language=zh-Hant",
    "/api/v1/reconcile/embed/?id=parties/told",
    '/api/v1/reconcile/?extend={"ids":["parties/told"],"properties":[{"id":"aliases"},{"id":"notes"}]}',
    *(f'/api/v1/reconcile/?queries={{"q":{{"query":"{word}"}}}}' for word in (HIDDEN, HIDDEN.title())),
    *(f"/api/v1/reconcile/suggest/entity/?prefix={HIDDEN[:length]}" for length in (1, 3, 7)),
]
BY_NAME = [
    "/incidents/{}/",
    "/incidents/{}/sources/",
    "/incidents/{}.json",
    "/incidents/{}/revisions/1/",
    "/platforms/{}/",
    "/parties/{}/",
    "/accounts/{}/",
    "/topics/{}/",
    "/sources/{}/",
    "/api/v1/incidents/{}/",
    *(f"/incidents/?{name}={{}}" for name in ("platform", "party", "holder", "account", "topic", "q")),
    *(f"/incidents.json?{name}={{}}" for name in ("platform", "party", "holder", "account", "topic", "q")),
    *(f"/incidents/?q={name}:{{}}" for name in ("platform", "party", "account", "topic")),
    *(
        f"/incidents/{{}}{end}"
        for end in ("/embed/", "/card.png", "/sources.bib", ".bib", ".atom", ".csl.json")
    ),
    "/zh-hant/incidents/{}/",
    "/zh-hant/parties/{}/",
    *(
        f"/api/v1/reconcile/embed/?id={name}/{{}}"
        for name in ("incidents", "platforms", "parties", "sources")
    ),
    '/api/v1/reconcile/?extend={{"ids":["parties/{0}","incidents/{0}"],"properties":[{{"id":"slug"}},{{"id":"title"}}]}}',
    '/api/v1/reconcile/?queries={{"q":{{"query":"{}"}}}}',
    "/api/v1/reconcile/suggest/entity/?prefix={}",
]


def hide_a_draft():
    """An unfinished incident with records of its own, related to what is public."""
    told = Incident.objects.get(ref="told")
    party = make_party(slug=HIDDEN, public_label=f"{HIDDEN} told", cleared=False)
    account = make_account(slug=HIDDEN, platform=make_platform(slug=HIDDEN, name=HIDDEN), holder=party)
    draft = make_incident(ref=HIDDEN, title=HIDDEN, summary=f"{HIDDEN} told", publication="in_review")
    draft.topics.add(make_topic(HIDDEN, slug=HIDDEN))
    make_action(draft, account=account)
    make_justification(draft, quote=HIDDEN, speaker=party)
    make_citation(draft, source=make_source(citekey=HIDDEN, title=HIDDEN, url=f"https://{HIDDEN}.example/"))
    make_relation(draft, told)
    make_translation(draft, text=HIDDEN)
    make_translation(party, "public_label", text=HIDDEN)
    # It shows what is public, too: that must not be counted more often.
    action = told.actions.get()
    make_action(draft, account=action.account)
    make_involvement(draft, party=action.account.holder)
    draft.topics.add(*told.topics.all())


def hide_in_what_is_public():
    """Private values of records that readers see, and a citation of a confidential source."""
    told = Incident.objects.get(ref="told")
    told.editor_notes = HIDDEN
    told.save()
    holder = told.actions.get().account.holder
    holder.contact = holder.notes = HIDDEN
    holder.save()
    account = told.actions.get().account
    account.handle = f"@{HIDDEN}"
    account.save()
    for source in Source.objects.filter(citations__incident=told).distinct():
        source.notes = source.captured_by = source.content_text = HIDDEN
        source.save()
    confidential = make_source(citekey=HIDDEN, title=HIDDEN, is_confidential=True)
    quoted = make_citation(told, source=confidential, quote=f"{HIDDEN} told")
    for record, field in ((confidential, "title"), (quoted, "quote")):
        make_translation(record, field, text=HIDDEN)


def hide_a_name():
    """Somebody who is not named, whom nothing public shows."""
    party = make_party(
        slug="somebody", public_label="a student", kind="person", name_public=False, at_risk=True,
        private_name=f"{HIDDEN} Told", aliases=HIDDEN, contact=HIDDEN,
        name_public_basis=HIDDEN,
    )  # fmt: skip
    make_translation(party, "public_label", text=HIDDEN, is_behind=True)
    make_translation(party, "name_public_basis", text=HIDDEN)


def answers(client):
    """Body and headers of each answer."""
    found = {}
    for path in PATHS:
        answer = client.get(path)
        found[path] = answer.status_code, answer.getvalue(), dict(answer.headers)
    return found


@pytest.fixture
def told(db):
    make_story()
    index.current_version("default")
    # Of a version made in this very second no answer says when it was made.
    DatasetVersion.objects.update(published_at="2026-11-20T00:00Z")


@pytest.mark.parametrize("hide", [hide_a_draft, hide_in_what_is_public, hide_a_name])
def test_what_is_private_changes_no_answer(client, told, hide):
    before = answers(client)

    hide()

    after = answers(client)
    assert [path for path in PATHS if before[path] != after[path]] == []
    assert {status for status, _body, _headers in after.values()} <= {200, 404}


def test_a_hidden_name_is_answered_like_one_that_is_not_there(client, told):
    hide_a_draft()

    different = []
    for address in BY_NAME:
        hidden, absent = (client.get(address.format(name)) for name in (HIDDEN, ABSENT))
        shown = hidden.getvalue().decode().replace(HIDDEN, ABSENT).replace(HIDDEN.title(), ABSENT.title())
        if (hidden.status_code, shown) != (absent.status_code, absent.getvalue().decode()):
            different.append(address)

    assert different == []


def public_numbers(client, ref):
    return [each["seq"] for each in client.get(f"/api/v1/incidents/{ref}/").json()["citations"]]


@pytest.fixture
def numbered(told):
    """A published incident that cites a source three times: another one before, between and after its six open citations."""
    incident = make_incident(ref="numbered")
    leaving = make_source(citekey="leaving", accessed_on="2026-11-20")
    for source in (leaving, make_source(), leaving):
        make_citation(incident, source=source, action=make_action(incident))
    for action in incident.actions.all():
        make_citation(incident, action=action)
    make_citation(incident)
    publishing.publish(incident)
    make_citation(incident, source=leaving)
    make_citation(incident)
    return incident


def make_confidential(source):
    source = Source.objects.get(pk=source.pk)
    source.is_confidential = True
    source.save()


def test_no_number_is_left_out_where_a_source_has_become_confidential(client, numbered):
    assert public_numbers(client, "numbered") == list(range(1, 10))

    make_confidential(Source.objects.get(citekey="leaving"))

    assert public_numbers(client, "numbered") == list(range(1, 7))
    file = orjson.loads(client.get("/incidents/numbered.fixture.json").getvalue())
    assert [each["fields"]["seq"] for each in file if each["model"] == "incidents.citation"] == list(
        range(1, 7)
    )
    statements = client.get("/incidents.statements.csv").getvalue().decode()
    for number in range(1, 7):
        assert f"numbered/{number}," in statements
    assert "numbered/7," not in statements


def test_a_hidden_citation_that_is_deleted_leaves_the_numbers_of_the_others(client, numbered):
    make_confidential(Source.objects.get(citekey="leaving"))
    before = client.get("/api/v1/incidents/numbered/").getvalue()

    for citation in numbered.citations.filter(source__citekey="leaving"):
        citation.delete()

    assert client.get("/api/v1/incidents/numbered/").getvalue() == before


def test_a_public_file_leaves_hidden_citations_as_they_are(client, numbered, tmp_path):
    make_confidential(Source.objects.get(citekey="leaving"))
    file = tmp_path / "numbered.json"
    file.write_bytes(client.get("/incidents/numbered.fixture.json").getvalue())
    entries = orjson.loads(file.read_bytes())
    cited = [each for each in entries if each["model"] == "incidents.citation"]
    new = {"model": "incidents.citation", "fields": cited[0]["fields"] | {"seq": 7, "quote": "And again."}}
    before = list(numbered.citations.order_by("seq").values_list("pk", "seq", "source"))

    again = import_fixture(file)

    assert (again.errors, again.changes) == ([], [])
    file.write_bytes(orjson.dumps([*entries, new]))
    for _twice in range(2):
        assert import_fixture(file).errors == []
    assert list(numbered.citations.order_by("seq").values_list("pk", "seq", "source"))[:-1] == before
    assert public_numbers(client, "numbered") == list(range(1, 8))
    file.write_bytes(orjson.dumps([each for each in entries if each != cited[1]]))
    refused = import_fixture(file).errors
    assert refused
    assert all("is a citation here that is not public" in error for error in refused)


def test_a_citation_that_was_public_keeps_its_number(client, told):
    incident = Incident.objects.get(ref="told")
    before = public_numbers(client, "told")
    confidential = make_source(is_confidential=True)
    hidden = make_citation(incident, source=confidential)

    publishing.withdraw(incident, reason="An error.")
    publishing.publish(Incident.objects.get(ref="told"))

    assert public_numbers(client, "told") == before
    Source.objects.filter(pk=confidential.pk).update(is_confidential=False, accessed_on="2026-11-20")
    assert public_numbers(client, "told") == [*before, hidden.seq]
