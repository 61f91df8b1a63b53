"""What publication requires is listed in words; a published incident can be withdrawn or merged."""

import pytest
from django.core.exceptions import ValidationError

from incidents import publishing
from incidents.models import Incident, Party

from .factories import (
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


def ready():
    """A draft that is ready to publish."""
    incident = make_published_incident()
    Incident.objects.filter(pk=incident.pk).update(publication="draft", published_at=None)
    return Incident.objects.get(pk=incident.pk)


def missing(incident):
    return [(str(problem), problem.field) for problem in publishing.problems(incident)]


def test_a_complete_draft_is_published():
    incident = publishing.publish(ready())

    assert incident.publication == "published"
    assert incident in Incident.objects.listed()


@pytest.mark.parametrize(
    ("spoil", "sentence", "field"),
    [
        (lambda i: Incident.objects.filter(pk=i.pk).update(summary=" "), "Write a summary.", "summary"),
        (lambda i: i.actions.all().delete(), "Add at least one action.", ""),
        (
            lambda i: i.actions.update(start="", start_earliest=None, start_latest=None),
            "Action 1: enter the start, as a date or in words.",
            "start_text",
        ),
        (
            lambda i: i.citations.update(quote=""),
            "Action 1: add a supporting citation with a quotation.",
            "",
        ),
        (
            lambda i: i.citations.update(stance="mentions"),
            "Action 1: add a supporting citation with a quotation.",
            "",
        ),
        (
            lambda i: i.citations.get().source.__class__.objects.update(is_confidential=True),
            "Action 1: add a supporting citation with a quotation.",
            "",
        ),
        (
            lambda i: i.citations.get().source.__class__.objects.update(citekey="k", accessed_on=None),
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
    spoil(incident)

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

    assert ("Li Si is named: say why this person's name may be published.", "name_public_basis") in missing(
        incident
    )


@pytest.mark.parametrize("field", ["title", "summary"])
def test_a_private_name_in_a_public_text_is_found(field):
    incident = ready()
    make_involvement(
        incident, party=make_party(kind="person", name_public=False, private_name="Li Si", at_risk=True)
    )
    Incident.objects.filter(pk=incident.pk).update(**{field: "What li si did"})

    problems = publishing.problems(Incident.objects.get(pk=incident.pk))

    assert [problem.field for problem in problems] == [field]
    assert "contains a name, user name or address that is not public" in str(problems[0])


def test_a_private_name_in_a_source_is_listed_once_however_often_the_source_is_cited():
    incident = make_incident()
    make_involvement(
        incident, party=make_party(kind="person", name_public=False, private_name="Li Si", at_risk=True)
    )
    source = make_source(title="The case of Li Si")
    action = make_action(incident)
    make_citation(action=action, source=source)
    make_citation(action=action, source=source)

    assert [problem.field for problem in publishing.problems(incident)] == ["title"]


def test_a_private_handle_in_a_quotation_is_found():
    incident = make_incident()
    action = make_action(incident, account=make_account(handle="@lisi"))
    make_citation(action=action, quote="the account @LiSi was closed")

    assert [problem.field for problem in publishing.problems(incident)] == ["quote"]


def test_an_action_without_a_known_day_may_have_its_start_in_words():
    incident = ready()
    incident.actions.update(start="", start_earliest=None, start_latest=None, start_text="also shut down")

    assert missing(incident) == []


def test_context_needs_a_citation_and_no_action():
    context = make_incident(kind="context")
    assert missing(context) == [("Add a supporting citation with a quotation.", "")]

    make_citation(context)

    assert missing(context) == []


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

    assert missing(incident) == [("Source k: enter the date we accessed it.", "accessed_on")]
