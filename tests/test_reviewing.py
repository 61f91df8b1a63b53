"""A second person publishes what the first one wrote, and says in notes what is to be done before."""

import re

import pytest
from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from incidents import publishing, reviewing
from incidents.models import Incident, OpenPage, ReviewNote

from .factories import make_action, make_citation, make_incident, make_published_incident

pytestmark = pytest.mark.django_db

OWN = "You wrote this incident or sent it to review, so somebody else has to publish it."


@pytest.fixture
def editor(client):
    user = User.objects.create_user("some editor", is_staff=True)
    user.groups.add(Group.objects.get(name="editor"))
    client.force_login(user)
    return user


@pytest.fixture
def another():
    return User.objects.create_user("another", is_staff=True)


def ready(**fields):
    incident = make_published_incident(**fields)
    Incident.objects.filter(pk=incident.pk).update(publication="draft", published_at=None)
    return Incident.objects.get(pk=incident.pk)


def publish(client, incident):
    address = f"{reverse('admin:incidents_incident_transition', args=['publish'])}?ids={incident.pk}"
    page = client.post(address).content.decode()
    return page, Incident.objects.get(pk=incident.pk).publication == "published"


def test_an_editor_does_not_publish_what_they_wrote(client, editor):
    page, is_published = publish(client, ready(created_by=editor))

    assert OWN in page
    assert not is_published


def test_an_editor_does_not_publish_what_they_sent_to_review(client, editor, another):
    incident = ready(created_by=another)
    reviewing.ask_for_review(incident, by=editor)

    assert publish(client, incident)[1] is False


@pytest.mark.slow
def test_an_editor_publishes_what_another_wrote_or_sent_to_review(client, editor, another):
    written, sent = ready(created_by=another), ready(created_by=editor)
    reviewing.ask_for_review(sent, by=another)

    assert publish(client, written)[1] is True
    assert publish(client, sent)[1] is True


def test_one_person_alone_publishes_in_a_trial(client, editor, settings):
    settings.SINGLE_USER = True

    assert publish(client, ready(created_by=editor))[1] is True


def test_no_door_publishes_without_a_second_person(editor):
    with pytest.raises(ValidationError, match="somebody else"):
        publishing.publish(ready(created_by=editor), by=editor)


@pytest.mark.slow
def test_an_incident_with_an_open_note_is_published_once_it_is_done(client, editor):
    incident = ready()
    notes = reverse("admin:incidents_incident_notes", args=[incident.pk])
    client.post(notes, {"about": "field.summary", "text": "Who says so?"})

    noted = client.get(reverse("admin:incidents_incident_change", args=[incident.pk])).content.decode()
    page, is_published = publish(client, incident)
    client.post(notes, {"done": ReviewNote.objects.get().pk})

    assert "1 review note is open." in page
    assert "Ready to publish" not in noted
    assert not is_published
    assert publish(client, incident)[1] is True
    assert ReviewNote.objects.get().done_by == editor


@pytest.mark.slow
@pytest.mark.parametrize(
    ("about", "link"),
    [
        ("field.summary", '<a href="#id_summary">Summary</a>:'),
        ("citation.2", '<a href="#id_citations-1-quote">Citation 2</a>:'),
        ("", ""),
    ],
)
def test_a_note_leads_to_what_it_is_about(client, editor, about, link):
    incident = make_incident()
    for _n in range(2):
        make_citation(incident)

    client.post(
        reverse("admin:incidents_incident_notes", args=[incident.pk]),
        {"about": about, "text": "Who says so?"},
    )
    page = client.get(reverse("admin:incidents_incident_change", args=[incident.pk])).content.decode()

    assert "Who says so?" in page
    assert link in page
    assert ("</a>:" in page) == bool(link)


@pytest.mark.slow
def test_the_form_for_a_note_says_what_each_part_is(client, editor):
    incident = make_incident()
    make_action(incident, type="suspended", start="2020-06-07")

    page = client.get(reverse("admin:incidents_incident_notes", args=[incident.pk])).content.decode()

    assert re.search(">Action 1: Account suspended, .*, 7 June 2020</option>", page)


def test_a_note_on_a_part_that_was_deleted_stays(client, editor):
    incident = make_incident()
    citation = make_citation(incident)
    ReviewNote.objects.create(incident=incident, part_model="citation", part_seq=citation.seq, text="Where?")
    citation.delete()

    page = client.get(reverse("admin:incidents_incident_change", args=[incident.pk])).content.decode()

    assert "Where?" in page


@pytest.mark.parametrize("about", ["citation.1", "field.ref", "x", "citation.x"])
def test_a_note_about_nothing_is_refused(client, editor, about):
    notes = reverse("admin:incidents_incident_notes", args=[make_incident().pk])

    assert client.post(notes, {"about": about, "text": "Where?"}).status_code == 200
    assert not ReviewNote.objects.exists()


def test_notes_are_not_public(client, editor):
    incident = make_published_incident()
    ReviewNote.objects.create(incident=incident, text="Ask quokka again.")

    for path in (incident.get_absolute_url(), f"{incident.get_absolute_url().rstrip('/')}.json"):
        assert "quokka" not in client.get(path).getvalue().decode()


def test_who_else_has_an_incident_open_is_said_while_they_do(client, editor, another):
    incident = make_incident()
    address = reverse("admin:incidents_incident_open", args=[incident.pk])
    assert f'data-url="{address}"' in client.get(address.replace("open/", "change/")).content.decode()
    reviewing.keep_open(make_incident(), by=another)

    alone = client.post(address).content.decode()
    reviewing.keep_open(incident, by=another)
    together = client.post(address).content.decode()
    OpenPage.objects.filter(user=another).update(at=timezone.now() - reviewing.STAYS_OPEN)
    later = client.post(address).content.decode()

    assert (alone, together, later) == ("", f"Others who have this page open: {another}", "")
