"""The DSA crosswalk: a decision only for what is counted, nothing firmer than the record, all else named."""

import csv
import io
import json

import pytest

from incidents import exports, index
from incidents.choices import COUNTED_TYPES, Automation
from incidents.exports.dsa_csv import DECISION_OF_TYPE, DECISIONS, crosswalk
from incidents.exports.selection import unpacked
from incidents.models import PublicIncident

from .factories import cited, make_justification, make_published_incident, make_selection

pytestmark = pytest.mark.django_db


def test_the_dsa_crosswalk_says_what_it_can_and_names_what_it_cannot(cases):
    rows = list(csv.DictReader(io.StringIO(b"".join(exports.write("dsa.csv", make_selection())).decode())))
    suspended = [row for row in rows if row["decision_account"]]

    assert [row["decision_account"] for row in suspended] == ["DECISION_ACCOUNT_SUSPENDED"] * 3
    assert {row["application_date"] for row in suspended} == {""}
    assert "start: 2020-06-07 (first_observed)" in suspended[0]["could_not_be_said"]
    assert "superseded ground: local_law" in suspended[0]["could_not_be_said"]
    assert "status: lifted" in suspended[0]["could_not_be_said"]
    assert all(row["incident"] and row["could_not_be_said"] for row in rows)


def crosswalk_of(**action):
    """The only action of an incident in the terms of the DSA, and what cannot be expressed."""
    incident = make_published_incident(action=action)
    make_justification(incident, ground="local_law", legal_basis="A law")
    index.current_version("default")
    record = json.loads(unpacked(PublicIncident.objects.get(pk=incident.pk).record))
    return crosswalk(record, record["actions"][0])


@pytest.mark.parametrize(("type_", "decision"), DECISION_OF_TYPE.items())
def test_every_decision_stands_in_the_columns_of_its_kind(type_, decision):
    values, unsaid = crosswalk_of(
        type=type_, automation=Automation.FULLY, term="fixed", expected_end="2020-07-01"
    )

    assert [name for name in DECISIONS if values.get(name)] == [decision_column(decision)]
    assert [name for name in DECISIONS.values() if values.get(name)] == [DECISIONS[decision_column(decision)]]
    assert values["automated_decision"] == "AUTOMATED_DECISION_FULLY"
    assert not any(each.startswith("type:") for each in unsaid)


def decision_column(decision):
    return next(name for name in DECISIONS if decision.startswith(name.upper()))


def test_every_counted_type_has_a_decision():
    assert set(DECISION_OF_TYPE) == COUNTED_TYPES


@pytest.mark.parametrize(
    ("action", "reason"),
    [
        ({"occurrence": "disputed"}, "disputed"),
        ({"occurrence": "announced_not_applied", "status": "never_applied"}, "not_applied"),
        ({"occurrence": "not_platform_action"}, "not_platform_action"),
        ({"type": "content_removed"}, "type_not_counted"),
        ({"type": "unknown"}, "type_unknown"),
    ],
)
def test_what_is_not_counted_has_no_decision(action, reason):
    told = {"start_basis": "occurred", "automation": "fully", "scope": "listed_countries", "countries": "DE"}

    values, unsaid = crosswalk_of(**told, **action)

    assert [name for name, value in values.items() if value] == ["platform_name"]
    assert unsaid[1:] == [
        f"not counted: {reason}",
        *([f"type: {action.get('type', 'suspended')}"] if reason != "type_unknown" else []),
        "start: 2020-06-07",
        "automation: fully",
        "countries: DE",
        "ground: local_law",
        f"status: {action.get('status', 'unknown')}",
        f"occurrence: {action.get('occurrence', 'reported')}",
    ]


@pytest.mark.parametrize(
    ("start", "basis", "is_written"),
    [
        ("2020-06-07", "occurred", True),
        ("2020-06-07~", "occurred", False),
        ("2020-06-07?", "occurred", False),
        ("2020-06", "occurred", False),
        ("2020-06-07/2020-06-08", "occurred", False),
        ("2019-06-07", "occurred", False),
        ("2020-06-07", "first_observed", False),
        ("2020-06-07", "reported", False),
    ],
)
def test_a_doubtful_date_is_not_written_as_a_day(start, basis, is_written):
    values, unsaid = crosswalk_of(start=start, start_basis=basis)

    assert values.get("application_date", "") == (start if is_written else "")
    assert (f"start: {start} ({basis})" in unsaid) is not is_written


@pytest.mark.parametrize(
    ("ground", "decision"),
    [
        ("misinformation", "DECISION_GROUND_INCOMPATIBLE_CONTENT"),
        ("sexual_or_graphic_content", "DECISION_GROUND_INCOMPATIBLE_CONTENT"),
        ("evasion", "DECISION_GROUND_INCOMPATIBLE_CONTENT"),
        ("intellectual_property", ""),  # it may be a law or a rule of the platform
        ("other", ""),
    ],
)
def test_a_ground_is_on_the_side_of_the_law_or_of_the_rules_only_if_that_is_known(ground, decision):
    incident = make_published_incident(ref="told")
    cited(make_justification(incident, ground=ground))
    row = next(csv.DictReader(io.StringIO(b"".join(exports.write("dsa.csv", make_selection())).decode())))

    assert row["decision_ground"] == decision
    assert (f"ground: {ground}" in row["could_not_be_said"]) is not decision


@pytest.mark.parametrize("occurrence", ["reported", "disputed"])
def test_where_it_applied_in_words_is_named_among_what_cannot_be_said(occurrence):
    make_published_incident(
        action={"type": "geo_withheld", "occurrence": occurrence, "scope_text": "for users in the region"}
    )
    row = next(csv.DictReader(io.StringIO(b"".join(exports.write("dsa.csv", make_selection())).decode())))

    assert "scope_text: for users in the region" in row["could_not_be_said"]
