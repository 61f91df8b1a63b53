"""A draft for named people only is found by nobody else at the desk."""

import pytest
from django.contrib.auth.models import Group, User

from incidents import reviewing
from incidents.models import AuditEntry, Incident, Relation, Work

from .factories import make_citation, make_incident, make_relation, make_source, make_story
from .test_admin import address, log_data, transition

pytestmark = pytest.mark.django_db

TITLE = "What only few may read"


@pytest.fixture
def user():
    def make(role="researcher", name="me"):
        made = User.objects.create_user(name, is_staff=True)
        made.groups.add(Group.objects.get(name=role))
        return made

    return make


@pytest.fixture
def limited(user):
    """A draft that is limited, by the editor who recorded it, and told by the same source as a public incident."""
    editor = user("editor", "ed")
    told = make_story()
    source = make_source(url="https://news.example/told", title="A report")
    draft = make_incident(ref="few", title=TITLE, created_by=editor)
    for incident in (told, draft):
        make_citation(incident, source=source)
    make_relation(draft, told)
    reviewing.limit(draft, is_limited=True, named=[], by=editor)
    return draft


def pages(limited):
    """Every page of the desk that could show it, with what to send there."""
    told, relation = Incident.objects.get(ref="told"), Relation.objects.get(from_incident=limited)
    citation = limited.citations.get()
    return [
        ("/admin/", None),
        (address("incident_changelist"), None),
        (address("incident_changelist") + "?q=few", None),
        (address("incident_changelist") + "?queue=unclaimed", None),
        (address("incident_change", limited.pk), None),
        (address("incident_delete", limited.pk), None),
        (address("incident_history", limited.pk), None),
        (address("incident_notes", limited.pk), None),
        (address("incident_limit", limited.pk), None),
        (address("incident_restore", limited.pk), None),
        (transition("review", limited), None),
        (transition("publish", limited), None),
        (address("incident_change", told.pk), None),
        (address("citation_history", citation.pk), None),
        (address("relation_history", relation.pk), None),
        (address("source_change", citation.source_id), None),
        (address("incident_add") + "?source_url=https://news.example/told", None),
        (address("incident_add"), log_data(title=TITLE, source_url="https://news.example/told")),
        (address("incident_alike"), {"title": TITLE, "source_url": "https://news.example/told"}),
        (address("incident_claim", limited.pk), {}),
        (address("incident_answer", told.pk), {"related": limited.pk}),
        (
            "/admin/autocomplete/?app_label=incidents&model_name=relation&field_name=to_incident&term=few",
            None,
        ),
    ]


def shown_at(client, limited):
    """The pages that show the draft, of those that `pages()` names."""
    found = []
    for path, data in pages(limited):
        answer = client.get(path, follow=True) if data is None else client.post(path, data, follow=True)
        text = answer.getvalue().decode()
        # What was typed comes back; a link to the draft does not.
        shows_title = TITLE in text and not (data and data.get("title") == TITLE)
        if shows_title or f"incident/{limited.pk}/" in text:
            found.append(path)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("role", ["researcher", "reader"])
def test_a_limited_draft_is_on_no_page_of_others(client, user, limited, role):
    client.force_login(user(role))

    assert shown_at(client, limited) == []
    assert not Work.objects.filter(claimed_by__username="me").exists()


@pytest.mark.slow
def test_it_is_on_all_of_them_for_those_who_may_publish(client, user, limited):
    client.force_login(user("editor"))

    assert len(shown_at(client, limited)) > 12


def recorded(draft, me):
    Incident.objects.filter(pk=draft.pk).update(created_by=me)


def claimed(draft, me):
    reviewing.claim(draft, by=me)


def is_named(draft, me):
    draft.work.named.add(me)


def is_open_again(draft, me):
    reviewing.limit(draft, is_limited=False, named=[], by=me)


@pytest.mark.parametrize("happened", [recorded, claimed, is_named, is_open_again])
def test_it_is_read_by_who_recorded_or_claimed_it_or_is_named_in_it(client, user, limited, happened):
    me = user()
    client.force_login(me)
    assert TITLE not in client.get(address("incident_changelist")).content.decode()

    happened(limited, me)

    assert TITLE in client.get(address("incident_changelist")).content.decode()
    assert client.get(address("incident_change", limited.pk)).status_code == 200


def test_a_researcher_limits_their_own_draft_and_names_who_else_may_read_it(client, user):
    me, other, stranger = user(), user(name="other"), user(name="stranger")
    draft = make_incident(ref="few", title=TITLE)
    client.force_login(me)

    client.post(address("incident_limit", draft.pk), {"is_limited": "on", "named": [other.pk]})

    may_read = []
    for each in (me, other, stranger):
        client.force_login(each)
        if TITLE in client.get(address("incident_changelist")).content.decode():
            may_read.append(each)
    assert may_read == [me, other]
    entry = AuditEntry.objects.get(event="limited")
    assert (entry.who, entry.event, entry.detail) == ("me", "limited", "me, other")


def test_a_reader_limits_nothing(client, user):
    client.force_login(user("reader"))

    answer = client.post(address("incident_limit", make_incident().pk), {"is_limited": "on"})

    assert (answer.status_code, Work.objects.filter(is_limited=True).exists()) == (403, False)
