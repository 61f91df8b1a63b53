"""The head of an incident's page answers who, what, when, how it ended and why; the timeline is drawn as it is recorded."""

import pytest

from incidents import index
from incidents.choices import Certainty, JustificationKind, Modality, Role
from incidents.models import PublicIncident
from incidents.public.presenters import incident_page
from incidents.public.presenters.sentences import PARTS, RESPONSES, STATEMENTS, involvement_sentence

from .factories import (
    make_account,
    make_action,
    make_citation,
    make_involvement,
    make_justification,
    make_party,
    make_platform,
    make_published_incident,
    make_story,
)
from .test_pages import Page, text

pytestmark = pytest.mark.django_db


def page_of(incident):
    index.current_version("default")
    return incident_page(index.record_of(PublicIncident.objects.get(pk=incident.pk)))


@pytest.fixture
def zoom():
    """An account on Zoom, and Zoom as a company that speaks."""
    return make_account(platform=make_platform(slug="zoom", name="Zoom")), make_party(
        slug="zoom", public_label="Zoom", kind="company"
    )


def test_the_head_answers_who_what_when_how_it_ended_and_why(client):
    make_story()

    page = text(client.get("/incidents/told/"))

    assert (
        "Who Hong Kong Alliance 香港支聯會 on Zoom What Account suspended reported, platform silent"
        " When 22 May 2020 first noticed disputed by another source"
        " How it ended Lifted between 11 and 12 June 2020 lasted at least 20 days"
        " What Zoom said the reason was local law 10 June 2020 → government demand 11 June 2020"
    ) in page


def test_the_chain_of_reasons_is_in_order_of_time_and_repeats_none(zoom):
    account, speaker = zoom
    incident = make_published_incident(account=account)
    for date, kind, ground in (
        ("2020-06-12", "correction", "government_demand"),
        ("2020-06-07", "no_response", "none_stated"),
        ("2020-06-10", "public_justification", "local_law"),
        ("2020-06-10", "public_justification", "local_law"),
        ("2020-06-11", "no_response", "none_stated"),
        ("2020-06-11", "correction", "error"),
        ("2020-06-11", "policy_or_promise", "not_applicable"),
    ):
        make_justification(incident, date=date, kind=kind, ground=ground, speaker=speaker, note="Said.")

    chain = page_of(incident)["answer"].reasons

    assert [(reason.words, reason.date) for reason in chain] == [
        ("no answer", "2020-06-07"),
        ("local law", "2020-06-10"),
        ("government demand", "2020-06-12"),
    ]


def test_what_an_authority_says_is_no_reason_of_the_platform(zoom):
    account, speaker = zoom
    incident = make_published_incident(account=account, action={"reason_status": "none_stated"})
    ministry = make_party(public_label="a ministry", kind="state_body")
    make_justification(incident, speaker=ministry, ground="local_law")

    answer = page_of(incident)["answer"]

    assert (answer.reasons, answer.reason_status.phrase) == ([], "source says none was given")


@pytest.mark.parametrize(
    ("fields", "doubt"),
    [({"modality": "reported"}, "second-hand reason"), ({"kind": "denial"}, "reason denied")],
)
def test_a_reason_in_the_chain_keeps_its_doubt(zoom, fields, doubt):
    account, speaker = zoom
    incident = make_published_incident(account=account)
    make_justification(incident, speaker=speaker, **fields)

    (reason,) = page_of(incident)["answer"].reasons

    assert reason.doubts == [doubt]


def test_a_reason_not_given_for_an_action_is_told_from_those_that_were(zoom):
    account, speaker = zoom
    incident = make_published_incident(account=account)
    first = make_justification(incident, speaker=speaker, date="2020-06-10", ground="local_law")
    make_justification(incident, speaker=speaker, date="2020-12-18", ground="insider_misconduct")
    assert [reason.doubts for reason in page_of(incident)["answer"].reasons] == [[], []]
    first.actions.add(incident.actions.get())

    assert [reason.doubts for reason in page_of(incident)["answer"].reasons] == [
        [],
        ["about no action in particular"],
    ]


def test_actions_alike_are_one_answer_and_others_follow_it(zoom):
    account, _speaker = zoom
    incident = make_published_incident(
        account=account, action={"start": "2020-06-04", "start_basis": "occurred"}
    )
    for start in ("2020-06-04", "2020-06-05", "2020-06-06", "2020-06-07", "2020-06-08"):
        make_action(incident, account=account, start=start, start_basis="occurred")

    answer = page_of(incident)["answer"]

    assert [(line.number, line.when) for line in answer.lines] == [
        (2, ["4 June 2020"]),
        (1, ["5 June 2020"]),
        (1, ["6 June 2020"]),
    ]
    assert answer.more == 2


def test_a_background_event_has_no_head_of_answers(client):
    make_published_incident(ref="told", kind="context")

    assert "How it ended" not in text(client.get("/incidents/told/"))


@pytest.mark.parametrize(
    ("certainty", "modality", "claimant", "sentence"),
    [
        ("documented", "asserted", "", "A Party demanded it"),
        ("admitted", "asserted", "", "A Party demanded it (admitted)"),
        ("admitted", "asserted", "Zoom", "A Party demanded it, Zoom says"),
        ("alleged", "asserted", "", "A Party is said to have demanded it (alleged)"),
        ("alleged", "asserted", "A Group", "A Party demanded it, A Group says"),
        ("alleged", "hedged", "A Group", "A Party may have demanded it, A Group says"),
        ("alleged", "conditional", "", "A Party may have demanded it (alleged, conditional)"),
        ("denied", "asserted", "", "A Party is said to have demanded it (denied)"),
        ("unknown", "reported", "", "A Party is said to have demanded it (certainty not known, second-hand)"),
    ],
)
def test_who_is_behind_it_is_a_sentence_that_keeps_every_doubt(certainty, modality, claimant, sentence):
    part = {
        "party": {"public_label": "A Party"},
        "together_with": [],
        "role": Role.DEMANDED_BY,
        "certainty": Certainty(certainty),
        "modality": Modality(modality),
        "outcome": "unknown",
    }

    assert involvement_sentence(part, claimant) == sentence


def test_every_role_and_every_kind_of_statement_has_its_sentence():
    assert {*PARTS, *RESPONSES} == set(Role)
    assert set(STATEMENTS) == set(JustificationKind)


def test_who_says_so_is_named_only_if_all_sources_have_it_from_the_same():
    incident = make_published_incident()
    part = make_involvement(incident, party_text="a ministry", role="ordered_by")
    for who in ("Zoom", "Zoom", ""):
        make_citation(involvement=part, attribution=who)
    several = page_of(incident)["timeline"]["all"][-1].sentence
    incident.citations.filter(attribution="", involvement=part).delete()

    assert several == "a ministry is said to have ordered it (alleged)"
    assert page_of(incident)["timeline"]["all"][-1].sentence == "a ministry ordered it, Zoom says"


# The timeline, drawn


def marks_of(incident):
    lanes = page_of(incident)["timeline"]["drawing"].lanes
    return {mark.entry.anchor: mark for lane in lanes for mark in lane.marks}


def test_only_what_surely_lasted_is_solid():
    incident = make_published_incident(
        action={
            "start": "2020-06-03/2020-06-04",
            "start_basis": "occurred",
            "end": "2020-06-10/2020-06-12",
            "status": "lifted",
        }
    )
    dates = {"start": "2020-06-03/2020-06-04", "end": "2020-06-03/2020-06-12"}
    make_action(incident, start_basis="occurred", status="lifted", **dates)
    make_action(incident, start_basis="occurred", start="2020-06-05", status="unknown")

    sure, unsure, open_end = (marks_of(incident)[f"start-{number}"] for number in (1, 2, 3))

    assert sure.left < sure.solid[0] < sure.solid[1] < sure.right
    assert (unsure.left, unsure.right, unsure.solid) == (sure.left, sure.right, None)
    assert (open_end.is_point, open_end.solid) == (True, None)


def test_what_was_only_noticed_may_have_begun_before():
    incident = make_published_incident(
        action={
            "start": "2020-06-07",
            "start_basis": "first_observed",
            "end": "2020-06-10",
            "status": "lifted",
        }
    )
    make_justification(incident, date="2020-06-01")

    mark = marks_of(incident)["start-1"]

    assert mark.left < mark.solid[0]


def test_a_long_gap_is_cut_short_and_says_so(client):
    incident = make_published_incident(ref="told", action={"start": "2020-06-07"})
    for date in ("2020-06-08", "2020-06-09", "2020-12-18"):
        make_justification(incident, date=date)

    drawn = page_of(incident)["timeline"]["drawing"]
    places = [drawn.axis.place(day) for day in drawn.axis.days]

    assert len(drawn.axis.breaks) == 1
    assert places == sorted(places)
    assert places[3] - places[2] < 3 * (places[1] - places[0])
    assert ">//</text>" in client.get("/incidents/told/").content.decode()


@pytest.mark.slow
def test_no_label_runs_into_another_or_over_the_edge():
    incident = make_published_incident(action={"start": "2020-06-07"})
    for number in range(30):
        make_justification(incident, date=f"2020-06-0{1 + number % 3}", kind="confirmation")
    make_justification(incident, date="2020-06-20", ground="terrorism_or_dangerous_org")

    marks = marks_of(incident).values()
    boxes = {}
    for mark in marks:
        if mark.label_at is not None:
            width = len(mark.label) * 6.9 / 6.4
            left = mark.label_at - width if mark.is_before else mark.label_at
            boxes.setdefault((mark.entry.kind, mark.row), []).append((left, left + width))

    for row in boxes.values():
        row.sort()
        assert all(one[1] <= other[0] for one, other in zip(row, row[1:], strict=False))
        assert all(left >= 0 and right <= 100 for left, right in row)
    assert [mark.label_at for mark in marks].count(None) > 0


def test_each_mark_leads_to_what_it_stands_for_and_is_said_in_words(client):
    make_story()

    page = Page(client.get("/incidents/told/"))
    marks = [each for tag, each in page.elements if tag == "a" and each.get("tabindex") == "-1"]

    assert {each["href"][1:] for each in marks} <= set(page.ids)
    assert "10 June 2020: Zoom gave its reason: local law (reason later replaced)" in page.text


def test_a_single_moment_is_not_drawn():
    assert page_of(make_published_incident())["timeline"]["drawing"] is None


def test_the_head_says_how_long_it_lasted_only_where_that_is_known():
    incident = make_published_incident(
        action={"start": "", "start_text": "in spring", "status": "lifted", "end": "2020-06-12"}
    )

    (line,) = page_of(incident)["answer"].lines

    assert line.ended == ["12 June 2020"]
