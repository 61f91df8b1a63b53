"""Several incidents at once: assigned, or given topics, after a page that shows which; each says what became of it."""

import pytest
from django.contrib.auth.models import User

from incidents.index import triggers
from incidents.models import Incident, Work

from .factories import make_incident, make_published_incident, make_topic
from .test_admin import transition
from .test_logging import desk  # noqa: F401

pytestmark = pytest.mark.django_db


def test_drafts_are_assigned_and_what_is_published_is_not(desk):  # noqa: F811
    drafts = [make_incident(), make_incident()]
    published = make_published_incident()
    colleague = User.objects.create_user("colleague", is_staff=True)
    page = desk.get(transition("assign", *drafts, published))
    assert [row["incident"] for row in page.context["ready"]] == drafts
    assert [row["incident"] for row in page.context["not_ready"]] == [published]

    answer = desk.post(transition("assign", *drafts, published), {"claimed_by": colleague.pk}, follow=True)

    assert {work.incident for work in Work.objects.filter(claimed_by=colleague)} == set(drafts)
    assert [f"“{draft}” has been assigned." in answer.content.decode() for draft in drafts] == [True, True]


@pytest.mark.slow
def test_topics_are_added_to_those_there_are_and_the_history_says_why(desk):  # noqa: F811
    old, new = make_topic("A war"), make_topic("An election")
    draft, published = make_incident(), make_published_incident()
    draft.topics.add(old)

    desk.post(transition("topics", draft, published), {"topics": [new.pk], "why": "found when reviewing"})

    assert {*draft.topics.all()} == {old, new}
    assert {*published.topics.all()} == {new}
    assert published.history.first().history_change_reason == "found when reviewing"
    assert Incident.objects.get(pk=published.pk).updated_by.username == "some editor"


def test_a_topic_without_a_name_is_not_added_to_what_is_published(desk):  # noqa: F811
    published, topic = make_published_incident(), make_topic()
    topic.labels.all().delete()

    page = desk.post(transition("topics", published), {"topics": [topic.pk]})

    assert f"Topic {topic.slug}: add a name." in page.content.decode()
    assert not published.topics.exists()


@pytest.mark.slow
def test_neither_stands_on_the_page_of_one_incident(desk):  # noqa: F811
    labels = {
        each["label"]
        for each in desk.get(f"/admin/incidents/incident/{make_incident().pk}/change/").context["transitions"]
    }

    assert labels.isdisjoint({"Assign…", "Add topics…"})


def test_between_two_incidents_that_are_moved_on_there_is_a_pause_in_which_others_can_save(desk, monkeypatch):  # noqa: F811
    pauses = []
    monkeypatch.setattr(triggers, "pause", pauses.append)
    drafts = [make_incident() for _n in range(3)]

    desk.post(transition("review", *drafts))

    assert set(Incident.objects.values_list("publication", flat=True)) == {"in_review"}
    assert pauses == ["default"] * 2
