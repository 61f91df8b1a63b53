"""What publication requires is listed in words; a published incident can be withdrawn or merged."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.text import capfirst

from incidents import publishing, queues
from incidents.models import Action, Citation, Incident, Party, Source

from .databases import SERVER
from .factories import (
    cited,
    make_account,
    make_action,
    make_citation,
    make_incident,
    make_involvement,
    make_justification,
    make_party,
    make_published_incident,
    make_source,
)

pytestmark = pytest.mark.django_db

UNCITED = "%s: add a supporting citation with a quotation from an open source."
UNCITED_SUMMARY = (
    "Summary: add a supporting citation with a quotation from an open source, about the incident as a whole or its field "
    "“Summary”."
)


def ready():
    """A draft that is ready to publish."""
    incident = make_published_incident()
    Incident.objects.filter(pk=incident.pk).update(publication="draft", published_at=None)
    return Incident.objects.get(pk=incident.pk)


def missing(incident):
    return [(str(problem), problem.field) for problem in publishing.problems(incident)]


def fields_of_leaks(incident):
    return [problem.field for problem in publishing.problems(incident) if problem.leak]


def test_a_complete_draft_is_published():
    incident = publishing.publish(ready())

    assert incident.publication == "published"
    assert incident in Incident.objects.listed()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("spoil", "sentence", "field"),
    [
        (lambda i: Incident.objects.filter(pk=i.pk).update(summary=" "), "Write a summary.", "summary"),
        (lambda i: i.actions.all().delete(), "Add at least one action.", "actions"),
        (
            lambda i: i.actions.update(start="", start_earliest=None, start_latest=None),
            "Action 1: enter the start, as a date or in words.",
            "start_text",
        ),
        (
            lambda i: i.citations.update(quote=""),
            UNCITED % "Action 1",
            "citations",
        ),
        (
            lambda i: i.citations.update(stance="mentions"),
            UNCITED % "Action 1",
            "citations",
        ),
        (
            lambda i: i.citations.first().source.__class__.objects.update(is_confidential=True),
            UNCITED % "Action 1",
            "citations",
        ),
        (
            lambda i: i.citations.first().source.__class__.objects.update(citekey="k", accessed_on=None),
            "Source k: enter the date we accessed it.",
            "accessed_on",
        ),
        (
            lambda i: Party.objects.update(cleared=False, public_label="A group"),
            "A group: an editor has to clear this party for publication.",
            "cleared",
        ),
    ],
)
def test_what_is_missing_is_listed_with_its_field(spoil, sentence, field):
    incident = ready()
    assert not queues.incomplete().exists()
    spoil(incident)

    assert queues.incomplete().first() == incident
    assert (sentence, field) in missing(Incident.objects.get(pk=incident.pk))
    with pytest.raises(publishing.NotPublishable):
        publishing.publish(incident)
    assert not Incident.objects.public().exists()


@pytest.mark.parametrize("show", [make_justification, make_involvement])
def test_every_party_shown_needs_to_be_cleared(show):
    incident = ready()
    party = make_party(cleared=False, public_label="A group")
    show(incident, **{"speaker" if show is make_justification else "party": party})

    assert ("A group: an editor has to clear this party for publication.", "cleared") in missing(incident)


def test_a_person_is_named_for_a_reason():
    incident = ready()
    person = make_party(kind="person", public_label="Li Si", name_public_basis="", cleared=False)
    make_involvement(incident, party=person)

    assert ("Li Si is named: say why this person’s name may be published.", "name_public_basis") in missing(
        incident
    )


@pytest.mark.parametrize("field", ["title", "summary"])
def test_a_private_name_in_a_public_text_is_found(field):
    incident = ready()
    make_involvement(
        incident, party=make_party(kind="person", name_public=False, private_name="Li Si", at_risk=True)
    )
    Incident.objects.filter(pk=incident.pk).update(**{field: "What li si did"})

    (problem,) = (each for each in publishing.problems(Incident.objects.get(pk=incident.pk)) if each.leak)

    assert problem.field == field
    assert "contains a name, handle or URL that is not public" in str(problem)


def test_a_private_name_in_a_source_is_listed_once_however_often_the_source_is_cited():
    incident = make_incident()
    make_involvement(
        incident, party=make_party(kind="person", name_public=False, private_name="Li Si", at_risk=True)
    )
    source = make_source(title="The case of Li Si")
    action = make_action(incident)
    make_citation(action=action, source=source)
    make_citation(action=action, source=source)

    assert fields_of_leaks(incident) == ["title"]


def test_a_private_handle_in_a_quotation_is_found():
    incident = make_incident()
    action = make_action(incident, account=make_account(handle="@lisi"))
    make_citation(action=action, quote="the account @LiSi was closed")

    assert fields_of_leaks(incident) == ["quote"]


def test_an_action_without_a_known_day_may_have_its_start_in_words():
    incident = ready()
    incident.actions.update(start="", start_earliest=None, start_latest=None, start_text="also shut down")

    assert missing(incident) == []


def test_context_needs_a_citation_and_no_action():
    context = make_incident(kind="context")
    assert missing(context) == [(UNCITED_SUMMARY, "citations")]

    make_citation(context)

    assert missing(context) == []


@pytest.mark.parametrize("make", [make_action, make_justification, make_involvement])
@pytest.mark.parametrize(
    "spoil",
    [
        lambda citation: citation.delete(),
        lambda citation: Citation.objects.filter(pk=citation.pk).update(quote=""),
        lambda citation: Citation.objects.filter(pk=citation.pk).update(stance="mentions"),
        lambda citation: Source.objects.filter(pk=citation.source_id).update(is_confidential=True),
    ],
)
def test_every_part_needs_a_source_that_a_reader_can_check(make, spoil):
    incident = ready()
    part = make(incident)
    cited(part)
    assert missing(incident) == []

    spoil(part.citations.get())

    name = capfirst(part._meta.verbose_name)
    assert missing(incident) == [(UNCITED % f"{name} {part.seq}", "citations")]


@pytest.mark.parametrize("about", [{"field": "kind"}, {"stance": "contradicts"}, {"quote": ""}])
def test_the_summary_needs_a_source_of_its_own(about):
    incident = ready()
    make_citation(incident, **about)
    assert missing(incident) == []

    incident.citations.filter(action=None).exclude(**about).delete()

    assert missing(incident) == [(UNCITED_SUMMARY, "citations")]


def test_incidents_without_a_source_for_something_are_found():
    whole = make_published_incident()
    cited(make_justification(whole))
    parts = [make_justification(make_published_incident()), make_involvement(make_published_incident())]
    unsourced = make_published_incident()
    unsourced.citations.filter(action=None).delete()

    assert set(Incident.objects.uncited()) == {*(part.incident for part in parts), unsourced}


@pytest.mark.skipif(not SERVER, reason="It is PostgreSQL that plans by what it has counted.")
def test_no_part_is_compared_with_every_citation_however_many_there_are_that_nobody_has_counted():
    plan = Action.objects.uncited().order_by().explain()

    assert "SubPlan" in plan.splitlines()[1]  # otherwise it joins them


def test_the_number_of_queries_does_not_depend_on_how_much_there_is(django_assert_num_queries):
    incident = ready()

    def more():
        cited(make_justification(incident)), make_involvement(incident), make_action(incident)

    more()
    with CaptureQueriesContext(connection) as few:
        publishing.problems(incident)

    for _n in range(3):
        more()
    with django_assert_num_queries(len(few)):
        publishing.problems(incident)


def test_the_moment_of_first_publication_stays():
    incident = publishing.publish(ready())
    publishing.withdraw(incident, reason="A doubt.")

    again = publishing.publish(incident)

    assert again.published_at == incident.published_at
    assert again.withdrawn_reason == ""


def test_a_withdrawal_needs_a_reason():
    incident = make_published_incident()

    with pytest.raises(ValidationError, match="Say why it was withdrawn"):
        publishing.withdraw(incident)
    assert Incident.objects.public().get() == incident


def test_a_withdrawn_incident_is_gone(client):
    incident = make_published_incident(title="A story")
    publishing.withdraw(incident, reason="It named somebody.")

    page = client.get(incident.get_absolute_url())

    assert page.status_code == 410
    assert "It named somebody." in page.content.decode()
    assert "A story" not in page.content.decode()


def test_a_draft_that_was_withdrawn_was_never_there(client):
    incident = make_incident()
    publishing.withdraw(incident, reason="A double.")

    assert client.get(incident.get_absolute_url()).status_code == 404


def test_a_merged_incident_leads_to_the_one_that_tells_its_story(client):
    double, kept = make_published_incident(), make_published_incident()
    publishing.withdraw(double, merged_into=kept)

    page = client.get(double.get_absolute_url())

    assert (page.status_code, page.headers["Location"]) == (301, kept.get_absolute_url())


def test_a_source_is_read_before_its_incident_is_public():
    incident = make_incident()
    make_citation(action=make_action(incident), source=make_source(citekey="k", accessed_on=None))
    cited(incident)

    assert missing(incident) == [("Source k: enter the date we accessed it.", "accessed_on")]
