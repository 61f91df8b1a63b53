"""Incidents that may be the same: beside the form for a new one, and on the page of a draft, where editors answer."""

import pytest
from playwright.sync_api import expect

from incidents.doubles import doubles_of, outline_of
from incidents.models import Incident, Relation

from .factories import (
    make_account,
    make_action,
    make_citation,
    make_incident,
    make_party,
    make_platform,
    make_published_incident,
    make_source,
)
from .test_admin import address, log_in, transition
from .test_logging import desk  # noqa: F401

pytestmark = pytest.mark.django_db
TITLE = "Zoom shuts down the account of a student group"


def doubles(incident):
    return [(other, reasons) for other, reasons in doubles_of(outline_of(incident))]


def make_draft(account=None, start="2020-06-07", **fields):
    incident = make_incident(**fields)
    make_action(incident, account=account or make_account(holder=None), start=start)
    return incident


@pytest.mark.parametrize(
    ("title", "is_similar"),
    [
        ("Zoom shuts the account of a student group", True),
        ("The account of a student group is shut down by Zoom", True),
        ("Zoom reopens a meeting", False),
    ],
)
def test_incidents_with_similar_titles_may_be_the_same(title, is_similar):
    platform = make_platform()
    known = make_draft(make_account(platform=platform, holder=None), title=TITLE)
    draft = make_draft(make_account(platform=platform, holder=None), "2021", title=title)

    assert doubles(draft) == ([(known, ["similar title"])] if is_similar else [])


def test_a_similar_title_about_somebody_else_is_not_the_same():
    platform = make_platform()
    make_draft(make_account(platform=platform, holder=make_party()), title=TITLE)
    draft = make_draft(make_account(platform=platform, holder=make_party()), title=TITLE)

    assert doubles(draft) == []


def test_titles_are_compared_in_simplified_and_traditional_characters():
    known, draft = (
        make_incident(title="微博關閉學生團體的帳號"),
        make_incident(title="微博关闭学生团体的帐号"),
    )

    assert doubles(draft) == [(known, ["similar title"])]


def test_what_is_the_same_in_several_ways_comes_first():
    account, source = make_account(), make_source()
    weak = make_citation(make_incident(ref="a", title="Something else"), source=source).incident
    strong = make_citation(make_draft(account, ref="b", title=TITLE), source=source).incident
    draft = make_citation(make_draft(account, ref="c", title=TITLE), source=source).incident

    found = doubles(draft)

    assert found[0] == (
        strong,
        ["same account or account holder, about the same time", "similar title", "same source"],
    )
    assert [other for other, _reasons in found] == [strong, weak]


def test_the_form_for_a_new_incident_lists_what_is_like_what_was_typed(desk):  # noqa: F811
    account = make_account()
    known = make_draft(account, title=TITLE, ref="one")
    by_source = make_citation(
        make_incident(title="Other", ref="two"), source=make_source(url="https://news.example/a")
    ).incident
    typed = {"title": "", "platform": account.platform_id, "holder": account.holder_id, "start": "2020-06"}

    page = desk.post(address("incident_alike"), typed | {"source_url": "http://www.news.example/a/"})

    assert [row["incident"] for row in page.context["doubles"]] == [known, by_source]
    assert (
        desk.post(address("incident_alike"), {"platform": "x", "start": "nonsense"}).context["doubles"] == []
    )


@pytest.mark.slow
@pytest.mark.parametrize(("answer", "kind"), [("related", "see_also"), ("different", "not_same_as")])
def test_an_answer_is_remembered_and_not_asked_again(desk, answer, kind):  # noqa: F811
    account = make_account()
    known, draft = make_published_incident(account=account), make_draft(account)
    page = desk.get(address("incident_change", draft.pk))
    assert [row["incident"] for row in page.context["doubles"]] == [known]
    assert transition("merge", draft) + f"&amp;into={known.pk}" in page.content.decode()

    desk.post(address("incident_answer", draft.pk), {answer: known.pk})

    relation = Relation.objects.get()
    assert (relation.from_incident, relation.to_incident, relation.kind) == (draft, known, kind)
    assert desk.get(address("incident_change", draft.pk)).context["doubles"] == []


def test_a_merge_begins_with_the_incident_that_was_chosen(desk):  # noqa: F811
    known, draft = make_published_incident(), make_draft()

    page = desk.get(transition("merge", draft) + f"&into={known.pk}").content.decode()

    assert f'<option value="{known.pk}" selected>' in page


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_who_logs_what_is_on_record_sees_it_while_typing(browse, live_server):
    make_incident(title=TITLE)
    page = log_in(browse, "/admin/incidents/incident/add/")

    page.fill("#id_title", "Zoom shuts the account of a student group")
    page.keyboard.press("Tab")

    expect(page.locator("#alike")).to_contain_text(TITLE)
    page.fill("#id_title", "Weibo closes a page")
    page.keyboard.press("Tab")
    expect(page.locator("#alike")).to_be_empty()
    assert Incident.objects.count() == 1
