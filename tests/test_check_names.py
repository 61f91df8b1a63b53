"""`manage.py check_names` looks through everything public for every private value. All names are invented."""

import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from incidents import index, leaks, protection
from incidents.leaks.shown import leaks_of
from incidents.models import Account, Citation, Incident, Party, Source
from incidents.names import CandidateIndex, NameKind, ReadText, hidden_name

from .factories import (
    make_account,
    make_citation,
    make_incident,
    make_involvement,
    make_party,
    make_published_incident,
    make_relation,
    make_source,
)
from .test_leaks import make_hidden
from .test_names import SCRIPTS

pytestmark = pytest.mark.django_db


def check(*options):
    """What the command says, and whether it is content."""
    out = StringIO()
    try:
        call_command("check_names", *options, stdout=out, stderr=StringIO())
    except CommandError as error:
        return f"{out.getvalue()}{error}", False
    return out.getvalue(), True


def make_naming(private="Lin Qiaozhen", **fields):
    """A published incident about a person who must not be named; saved past the rules, it may name them."""
    return make_published_incident(account=make_account(holder=make_hidden(private)), **fields)


def place(incident):
    return f"/admin/incidents/incident/{incident.pk}/change/"


def test_nothing_is_found_where_nobody_is_named():
    make_naming()

    said, content = check()

    assert content
    assert "1. Incidents and past revisions: 1. Finds: 0 sure, 0 doubtful, 0 answered." in said


def test_a_name_that_was_saved_past_the_rules_is_found_and_not_said():
    incident = make_naming(summary="Lin Qiaozhen complained.")

    said, content = check()

    assert not content
    assert f"sure: {place(incident)} summary" in said
    assert "“a blogger in a coastal city”" in said
    assert "Qiaozhen" not in said


def test_a_part_of_a_name_is_doubtful_until_an_editor_has_answered():
    incident = make_naming("Jane Roe", summary="Judge Roe decided.")
    said, content = check()
    assert not content
    assert f"doubtful: {place(incident)} summary" in said

    leaks.answer(leaks_of(incident), "The judge.")

    said, content = check()
    assert content
    assert f"answered: {place(incident)} summary" in said
    assert "Roe" not in said


@pytest.mark.slow
def test_a_past_revision_that_surely_tells_a_name_is_hidden_and_no_find(client):
    incident = make_naming("", summary="Lin Qiaozhen complained.")
    index.current_version("default")
    Incident.objects.filter(pk=incident.pk).update(summary="Somebody complained.")
    address = f"/incidents/{incident.ref}/revisions/1/"
    assert client.get(address).status_code == 200

    Party.objects.update(private_name="Lin Qiaozhen")
    index.indexer.invalidate_caches("default")

    assert client.get(address).status_code == 404
    assert check()[1]


def test_a_past_revision_that_may_tell_a_name_is_looked_at_until_it_is_forgotten(client):
    incident = make_naming("Jane Roe", summary="Judge Roe decided.")
    index.current_version("default")
    Incident.objects.filter(pk=incident.pk).update(summary="A judge decided.")

    said, content = check()

    assert not content
    assert f"doubtful: {place(incident)} revision 1, summary" in said
    protection.forget_revisions(incident.ref)
    assert check()[1]


def test_a_past_revision_hides_those_whom_it_showed(client):
    incident = make_naming("", summary="Lin Qiaozhen complained.")
    index.current_version("default")
    Account.objects.update(holder=None)
    Incident.objects.update(summary="Somebody complained.")
    Party.objects.update(private_name="Lin Qiaozhen")
    index.current_version("default")

    assert client.get(f"/incidents/{incident.ref}/revisions/1/").status_code == 404
    assert check()[1]


def test_an_answer_holds_for_the_same_text_in_a_past_revision():
    incident = make_naming("Jane Roe", summary="Judge Roe decided.")
    leaks.answer(leaks_of(incident), "The judge.")
    index.current_version("default")
    Incident.objects.update(summary="A judge decided.")

    said, content = check()

    assert content
    assert f"answered: {place(incident)} revision 1, summary" in said


def test_the_reason_and_the_ref_of_what_was_withdrawn_are_looked_at():
    incident = make_naming(ref="2020-lin-qiaozhen")
    index.current_version("default")
    Incident.objects.update(publication="withdrawn", withdrawn_reason="It named Lin Qiaozhen.")

    said, _content = check()

    assert f"sure: {place(incident)} why it was withdrawn" in said
    assert f"sure: {place(incident)} ref" in said
    assert "qiaozhen" not in said.lower()


def test_whoever_an_incident_hid_is_looked_for_in_the_one_it_was_merged_into():
    kept = make_published_incident(summary="Lin Qiaozhen complained.")
    between = make_published_incident()
    hiding = make_naming()
    Incident.objects.filter(pk=between.pk).update(publication="withdrawn", merged_into=kept)
    Incident.objects.filter(pk=hiding.pk).update(publication="withdrawn", merged_into=between)

    said, _content = check()

    assert f"sure: {place(kept)} summary" in said


def test_the_name_of_somebody_hidden_elsewhere_is_doubtful():
    make_naming()
    other = make_published_incident(summary="Lin Qiaozhen complained; Lin did so twice.")

    said, content = check()

    assert not content
    assert f"doubtful: {place(other)} summary" in said


def test_the_title_of_a_related_incident_stands_on_the_page_of_whoever_is_hidden():
    incident = make_naming()
    other = make_published_incident(title="Lin Qiaozhen complains")
    make_relation(incident, other)

    said, _content = check()

    assert f"sure: {place(other)} title" in said


@pytest.mark.parametrize(
    ("place", "field"),
    [
        (lambda incident, text: make_citation(incident, source=make_source(title=text)), "title"),
        (lambda incident, text: make_citation(incident, locator=text), "place in the source"),
        (lambda incident, text: make_involvement(incident, party=make_party(public_label=text)), "public label"),
        (
            lambda incident, text: make_citation(
                incident,
                source=make_source(
                    derivation="adaptation",
                    derived_from=make_source(derivation="adaptation", derived_from=make_source(author=text)),
                ),
            ),
            "author",
        ),
    ],
)  # fmt: skip
def test_every_record_that_is_shown_is_looked_at(place, field):
    incident = make_naming()
    assert check()[1]

    place(incident, "Qiaozhen Lin")

    said, _content = check()
    assert re.search(rf"^sure: \S+ .*{field} may name", said, re.MULTILINE)
    assert "Qiaozhen" not in said


def test_a_record_of_which_the_key_is_the_name_is_called_by_its_number():
    holder = make_hidden(slug="lin-qiaozhen", public_label="Lin Qiaozhen")
    make_published_incident(account=make_account(holder=holder, slug="lin-qiaozhen"), ref="lin-qiaozhen")
    source = make_source(citekey="lin-qiaozhen", private_url="https://news.example/lin-qiaozhen", url="")
    make_citation(Incident.objects.get(), source=source, quote="See news.example/lin-qiaozhen.")

    said, content = check()

    assert not content
    assert f"sure: /admin/incidents/party/{holder.pk}/change/ slug" in said
    assert "qiaozhen" not in said.lower()


def test_a_find_in_a_record_that_many_incidents_show_is_reported_once():
    hidden, source = make_hidden(), make_source(title="Lin Qiaozhen speaks")
    account = make_account(holder=hidden)
    for _n in range(3):
        make_published_incident(account=account, source=source)

    said, _content = check()

    assert said.count("sure: ") == 1


def test_drafts_and_confidential_sources_are_not_looked_at():
    holder = make_hidden()
    make_incident(summary="Lin Qiaozhen complained.")
    incident = make_published_incident(account=make_account(holder=holder))
    make_citation(incident, source=make_source(title="Lin Qiaozhen", is_confidential=True))
    Party.objects.exclude(pk=holder.pk).delete()

    assert check()[1]


def test_our_own_vocabulary_is_not_looked_at():
    make_naming("Start Suspended", action={"type": "suspended"})
    Citation.objects.update(field="start")

    assert check()[1]


def test_a_public_name_within_a_text_is_no_find():
    named = make_party(public_label="Tang Foundation")
    incident = make_naming("Tang Roe", summary="The Tang Foundation complained.")
    involvement = make_involvement(incident, party=named)
    assert check()[1]

    involvement.delete()

    assert not check()[1]


def test_what_waits_to_be_indexed_is_looked_at_as_well():
    make_naming()
    index.current_version("default")
    Source.objects.update(author="Lin Qiaozhen")

    assert not check()[1]


@pytest.mark.slow
def test_the_number_of_queries_does_not_depend_on_how_much_there_is():
    def queries():
        index.current_version("default")
        with CaptureQueriesContext(connection) as captured:
            check()
        return len(captured)

    def make(summary):
        incident = make_naming("Jane Qvist", summary=summary)
        make_citation(incident), make_relation(incident, make_published_incident())
        index.current_version("default")
        Incident.objects.filter(pk=incident.pk).update(summary="Somebody complained.")

    make("Jane Qvist complained.")
    few = queries()
    for _n in range(3):
        make("Someone complained.")
    Party.objects.exclude(pk=Party.objects.earliest("pk").pk).update(private_name="")

    assert queries() == few


# What is looked for quickly is looked for completely


@st.composite
def names_and_texts(draw):
    parts, ordinary = SCRIPTS[draw(st.sampled_from(list(SCRIPTS)))]
    name = " ".join(parts)
    words = draw(
        st.lists(st.sampled_from([name, name.upper(), "-".join(parts), *parts, *ordinary]), max_size=5)
    )
    return name, draw(st.sampled_from(NameKind)), " ".join(words)


@given(st.lists(names_and_texts(), min_size=1, max_size=5))
def test_a_text_that_may_hold_a_value_is_never_passed_over(examples):
    hidden = [hidden_name(name, kind) for name, kind, _text in examples]
    found = CandidateIndex(hidden)
    for _name, _kind, text in examples:
        read = ReadText(text)
        may_be_in = {number for number, each in enumerate(hidden) if each.may_be_in(read, whole_only=True)}

        assert may_be_in <= found.in_text(read.letters, read.address)


@given(st.text(max_size=200))
def test_the_letters_of_a_text_are_those_of_its_words(text):
    for reading in ReadText(text).readings:
        assert reading.letters == "".join(word.token for word in reading.words)
