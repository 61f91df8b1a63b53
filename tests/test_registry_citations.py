"""Facts of platforms, parties and accounts can be cited within an incident that shows them, and pages say where none is."""

import json
import re

import pytest
from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from incidents import exports, index
from incidents.exports.importing import import_fixture
from incidents.models import Account, Citation, Incident, Party, Platform, Source
from incidents.public.presenters import incident_page
from incidents.public.revisions import differences
from incidents.publishing import problems
from incidents.records import incident_record

from .factories import (
    make_account,
    make_citation,
    make_incident,
    make_involvement,
    make_justification,
    make_party,
    make_platform,
    make_published_incident,
    make_selection,
    make_source,
)
from .test_admin import address, change_data
from .test_pages import Page

pytestmark = pytest.mark.django_db

UNCITED = "no source cited here"


@pytest.fixture
def shown():
    """A published incident on an account of Green Group (US) on Chat (run by Chat Inc., US)."""
    platform = make_platform(
        slug="chat",
        name="Chat",
        kind="messaging",
        operator="Chat Inc.",
        operator_country="US",
        aliases="Chatty",
    )
    holder = make_party(slug="green", public_label="Green Group", country="US", kind="organisation")
    account = make_account(slug="green-chat", platform=platform, holder=holder, kind="page_or_channel")
    return make_published_incident(ref="shown", account=account)


def subjects(incident):
    account = incident.actions.get().account
    return {"platform": account.platform, "party": account.holder, "account": account}


def record_of(incident):
    return incident_record(Incident.objects.public().with_story().get(pk=incident.pk))


def text(client, path):
    return Page(client.get(path)).text


# What can be cited


@pytest.mark.parametrize(
    ("kind", "field"),
    [("platform", "operator_country"), ("party", "country"), ("account", "holder"), ("party", "")],
)
def test_a_fact_of_what_the_incident_shows_can_be_cited(shown, kind, field):
    citation = make_citation(shown, **{kind: subjects(shown)[kind]}, field=field)

    citation.full_clean()

    assert citation.target == subjects(shown)[kind]
    assert record_of(shown)["citations"][-1] | {"seq": 0} == {
        **record_of(shown)["citations"][-1],
        "seq": 0,
        "field": field,
        "action": None,
        **dict.fromkeys(("platform", "party", "account")),
        kind: subjects(shown)[kind].slug,
    }


@pytest.mark.parametrize("make", [make_platform, make_party, make_account])
def test_what_the_incident_does_not_show_cannot_be_cited(shown, make):
    record = make()
    citation = make_citation(shown, **{record._meta.model_name: record})

    with pytest.raises(ValidationError, match="This incident does not show"):
        citation.full_clean()


def test_a_speaker_or_somebody_involved_can_be_cited(shown):
    speaker, other, third = make_party(), make_party(), make_party()
    make_justification(shown, speaker=speaker, speaker_text="", together_with=[third])
    make_involvement(shown, party=other)

    for party in (speaker, other, third):
        make_citation(shown, party=party, field="country").full_clean()


@pytest.mark.parametrize(
    "field", ["private_name", "contact", "notes", "is_minor", "at_risk", "slug", "cleared"]
)
def test_no_private_field_can_be_cited(shown, field):
    citation = make_citation(shown, party=subjects(shown)["party"])
    citation.field = field

    with pytest.raises(ValidationError, match="cannot be cited"):
        citation.full_clean()


@pytest.mark.parametrize("field", ["native_label", "aliases", "name_public_basis", "native_language"])
def test_the_names_of_a_party_that_is_not_named_cannot_be_cited(field):
    hidden = make_party(name_public=False, kind="collective", public_label="a student group")
    incident = make_published_incident(account=make_account(holder=hidden))
    citation = make_citation(incident, party=hidden, field=field)

    with pytest.raises(ValidationError, match="private, since the name of this party is not public"):
        citation.full_clean()


# What is public of it, whatever was saved past the rules


def public_texts(incident):
    """The record of an incident, and the files with all tables, as texts."""
    files = (b"".join(exports.write(name, make_selection())) for name in ("fixture.json", "sqlite", "jsonl"))
    return [json.dumps(record_of(incident), default=str), *(each.decode(errors="replace") for each in files)]


@pytest.mark.slow
def test_a_citation_of_names_that_are_no_longer_public_is_withheld(shown, client):
    holder = subjects(shown)["party"]
    make_citation(shown, party=holder, field="aliases", quote="HUSHED said so.")
    make_citation(shown, party=holder, field="country", quote="It works in the US.")
    assert all("HUSHED" in each for each in public_texts(shown))

    Party.objects.filter(pk=holder.pk).update(name_public=False)

    assert not any("HUSHED" in each for each in public_texts(shown))
    assert all("It works in the US." in each for each in public_texts(shown))
    for path in ("/incidents/shown/", "/parties/green/"):
        assert "HUSHED" not in text(client, path)


@pytest.mark.slow
def test_a_citation_of_what_the_incident_does_not_show_is_withheld(shown, client):
    make_published_incident(account=make_account(holder=make_party(slug="hushed", public_label="Red Group")))
    make_citation(shown, party=Party.objects.get(slug="hushed"), quote="HUSHED said so.")

    assert not any("HUSHED" in each for each in public_texts(shown))
    assert "HUSHED" not in text(client, "/parties/hushed/")
    assert [str(problem) for problem in problems(shown)] == [
        "Citation 3: it is about “Red Group”, which this incident does not show. Remove it."
    ]


def test_what_drafts_and_confidential_sources_say_of_a_party_is_not_on_its_page(shown, client):
    holder = subjects(shown)["party"]
    draft = make_incident()
    make_involvement(draft, party=holder)
    make_citation(draft, party=holder, field="country", quote="HUSHED by a draft.")
    confidential = make_source(is_confidential=True, title="HUSHED title")
    make_citation(shown, party=holder, field="country", quote="HUSHED by a source.", source=confidential)

    page = text(client, "/parties/green/")

    assert "HUSHED" not in page
    assert f"United States of America {UNCITED}" in page


# Pages


def test_the_incident_shows_the_fact_with_its_note(shown, client):
    make_citation(
        shown, platform=subjects(shown)["platform"], field="operator_country", quote="A US company."
    )
    make_citation(shown, party=subjects(shown)["party"], field="country", quote="Based in the US.")

    page = Page(client.get("/incidents/shown/sources/"))

    assert "What is cited about people, bodies and platforms" in page.text
    assert re.search(r"Chat Operator: Chat Inc\., United States of America 1 source \(2\)", page.text)
    assert re.search(r"Green Group Country or territory: United States of America 1 source \(3\)", page.text)
    assert "Cited for: Green Group: countries or territories" in page.text


def test_an_incident_without_such_citations_has_no_such_block(shown, client):
    assert "People, bodies" not in text(client, "/incidents/shown/")


@pytest.mark.parametrize(
    ("path", "count"), [("/platforms/chat/", 3), ("/parties/green/", 2), ("/accounts/green-chat/", 2)]
)
def test_pages_of_the_registry_say_what_is_not_cited(shown, client, path, count):
    assert text(client, path).count(UNCITED) == count


def test_what_is_not_known_of_a_platform_needs_no_source(client):
    make_published_incident(account=make_account(platform=make_platform(slug="chat"), holder=None))

    assert UNCITED not in text(client, "/platforms/chat/")


def test_pages_of_the_registry_show_notes_of_all_public_incidents(shown, client):
    holder = subjects(shown)["party"]
    other = make_published_incident()
    make_involvement(other, party=holder)
    source = make_source(citekey="paper", title="Who they are")
    make_citation(shown, party=holder, field="country", quote="Based in the US.", source=source)
    make_citation(
        other,
        party=holder,
        field="country",
        quote="Now in Canada.",
        stance="contradicts",
        attribution="A neighbour",
        reading="She moved.",
    )
    make_citation(other, party=holder, field="country", quote="Based in the US.", source=source)

    page = Page(client.get("/parties/green/"))

    assert (
        "Country or territory United States of America Disputed by another source (countries or territories):"
        " “Now in Canada.”, A neighbour, A newsroom, 11 June 2020. Our reading: She moved. 2 sources (1, 2)"
    ) in page.text
    assert page.text.count("Cited for:") == 2
    assert "source-paper" in page.ids
    assert page.text.count(UNCITED) == 1  # its kind


@pytest.mark.slow
def test_a_page_of_the_registry_takes_as_many_queries_with_three_citations_as_with_one(shown, client):
    def cite(number):
        make_citation(
            shown,
            party=subjects(shown)["party"],
            field="country",
            quote=f"Based in the US, {number}.",
            source=make_source(derivation="adaptation", derived_from=make_source()),
        )

    def queries():
        index.current_version("default")
        with CaptureQueriesContext(connection) as few:
            client.get("/parties/green/")
        return len(few)

    cite(1)
    client.get("/parties/green/")
    with_one = (cite(2), queries())[1]
    cite(3), cite(4)

    assert queries() == with_one


def test_a_change_of_what_is_cited_is_a_revision_that_names_it(shown):
    citation = make_citation(shown, party=subjects(shown)["party"], field="country")
    before = record_of(shown)
    Citation.objects.filter(pk=citation.pk).update(
        party=None, account=subjects(shown)["account"], field="holder"
    )

    found = [(each["field"], each["was"], each["now"]) for each in differences(before, record_of(shown))]

    assert found == [("party", "green", ""), ("account", "", "green-chat"), ("field", "country", "holder")]


def test_sources_and_their_notes_are_in_the_order_of_the_page(shown):
    make_citation(shown, party=subjects(shown)["party"], field="country", quote="Based in the US.")
    make_citation(shown, involvement=make_involvement(shown, role="appealed"), quote="They asked.")

    sources = incident_page(record_of(shown))["sources"]

    assert [note["quote"] for source in sources for note in source["notes"]] == [
        "The very words.",
        "They asked.",
        "Based in the US.",
    ]


@pytest.mark.slow
@pytest.mark.parametrize(("plan", "words"), [("paid", "Paid account"), ("free", "Free account")])
def test_a_paid_or_free_account_is_called_so_with_its_source(client, plan, words):
    account = make_account(slug="green-chat", plan=plan)
    incident = make_published_incident(ref="shown", account=account)
    assert f"Paid or free {words} {UNCITED}" in text(client, "/accounts/green-chat/")
    make_citation(incident, account=account, field="plan", quote="A paid account.")

    assert f"Paid or free {words} 1 source" in text(client, "/accounts/green-chat/")
    assert f"Kind not known {words} " in text(client, "/incidents/shown/")
    assert f"Paid or free: {words} 1 source" in text(client, "/incidents/shown/sources/")


def test_nothing_is_said_of_a_plan_that_is_not_recorded(client):
    make_published_incident(ref="shown", account=make_account(slug="green-chat"))

    assert "aid or free" not in text(client, "/incidents/shown/")
    # The filters of the list beneath ask about it; the facts of the account do not.
    assert f"aid or free Not known {UNCITED}" not in text(client, "/accounts/green-chat/")
    assert "free Not recorded" not in text(client, "/accounts/green-chat/")


# In and out


@pytest.mark.slow
@pytest.mark.parametrize("name", ["fixture.json", "sqlite", "zip"])
def test_they_go_out_and_come_back(shown, tmp_path, name):
    for kind, record in subjects(shown).items():
        make_citation(shown, **{kind: record}, field="kind", quote=f"A {kind}.")
    (path := tmp_path / "out").write_bytes(b"".join(exports.write(name, make_selection())))
    before = record_of(shown)["citations"]
    for model in (Incident, Account, Party, Platform, Source):
        model.objects.all().delete()

    assert import_fixture(path).errors == []

    assert record_of(Incident.objects.get())["citations"] == before


def test_an_import_refuses_one_of_what_the_incident_does_not_show(shown, tmp_path):
    make_citation(shown, party=subjects(shown)["party"], field="country")
    make_published_incident(account=make_account(holder=make_party(slug="other")))
    entries = json.loads(b"".join(exports.write("fixture.json", make_selection())))
    for entry in entries:
        if entry["fields"].get("party"):
            entry["fields"]["party"] = ["other"]
    (path := tmp_path / "in.json").write_text(json.dumps(entries))

    (problem,) = import_fixture(path).errors

    assert "party: This incident does not show" in problem


# The desk


@pytest.mark.slow
def test_the_desk_offers_what_the_incident_shows_and_nothing_else(shown, client):
    make_account(label="elsewhere", holder=make_party(public_label="Red Group"))
    editor = User.objects.create_user("editor", is_staff=True)
    editor.groups.add(Group.objects.get(name="editor"))
    client.force_login(editor)
    row = {"source": make_source().pk, "stance": "supports", "quote": "Based in the US.", "field": "country"}
    row |= {"party": subjects(shown)["party"].pk}
    rows = {f"citations-0-{name}": value for name, value in row.items()} | {"citations-TOTAL_FORMS": 1}

    page = client.get(address("incident_change", shown.pk)).content.decode()
    answer = client.post(address("incident_change", shown.pk), change_data(shown, **rows))

    offered = re.search(r'<select name="citations-__prefix__-party".*?</select>', page, re.DOTALL)[0]
    assert re.findall(r">([^<>]+)</option>", offered) == ["–", "Green Group"]
    assert answer.status_code == 302
    assert shown.citations.get(party__isnull=False).field == "country"
