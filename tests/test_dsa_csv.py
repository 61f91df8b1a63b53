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


def rows_of(*grounds, **action):
    incident = make_published_incident(action={"type": "geo_withheld", **action})
    for ground in grounds:
        cited(make_justification(incident, ground=ground, quote="The very words.", legal_basis="A law"))
    return list(csv.DictReader(io.StringIO(b"".join(exports.write("dsa.csv", make_selection())).decode())))


# Rules of the schema's own forms, of 1 July 2025.
ORDER = (
    "uuid decision_visibility decision_visibility_other end_date_visibility_restriction decision_monetary"
    " decision_monetary_other end_date_monetary_restriction decision_provision end_date_service_restriction decision_account"
    " end_date_account_restriction account_type decision_ground decision_ground_reference_url illegal_content_legal_ground"
    " illegal_content_explanation incompatible_content_ground incompatible_content_explanation incompatible_content_illegal"
    " category category_addition category_specification category_specification_other content_type content_type_other"
    " content_language content_date territorial_scope application_date decision_facts source_type source_identity"
    " automated_detection automated_decision platform_name created_at"
).split()
SINGLE = {
    "decision_monetary": "DECISION_MONETARY_",
    "decision_provision": "DECISION_PROVISION_",
    "decision_account": "DECISION_ACCOUNT_",
    "account_type": "ACCOUNT_TYPE_",
    "decision_ground": "DECISION_GROUND_",
    "category": "STATEMENT_CATEGORY_",
    "automated_decision": "AUTOMATED_DECISION_",
}
LISTS = {
    "decision_visibility": "DECISION_VISIBILITY_",
    "category_addition": "STATEMENT_CATEGORY_",
    "category_specification": "KEYWORD_",
    "territorial_scope": "",
}


@pytest.mark.parametrize("ground", ["hate_speech", "local_law", "misinformation", "fraud", "other"])
def test_rows_have_the_columns_the_types_and_the_limits_of_the_schema(ground):
    (row,) = rows_of(
        ground,
        scope="listed_countries",
        countries="DE FR US",
        start_basis="occurred",
        term="fixed",
        expected_end="2020-07-01",
    )

    assert list(row)[: len(ORDER)] == ORDER
    for name, begins in SINGLE.items():
        assert row[name] == "" or (row[name].startswith(begins) and " " not in row[name])
    for name, begins in LISTS.items():
        values = json.loads(row[name] or "[]")
        assert isinstance(values, list)
        assert all(value.startswith(begins) for value in values)
    assert json.loads(row["territorial_scope"]) == ["DE", "FR"]
    assert json.loads(row["decision_visibility"]) == ["DECISION_VISIBILITY_CONTENT_DISABLED"]
    for name in ("application_date", *DECISIONS.values()):
        assert row[name] == "" or "2020-01-01" <= row[name] <= "2038-01-01"
    assert bool(row["illegal_content_legal_ground"]) == (
        row["decision_ground"] == "DECISION_GROUND_ILLEGAL_CONTENT"
    )
    assert all(len(row[name]) <= 2_000 for name in ORDER)


def test_the_words_of_the_platform_explain_the_ground_that_it_stated():
    (row,) = rows_of("local_law")
    assert row["illegal_content_explanation"] == "The very words."

    record = json.loads(unpacked(PublicIncident.objects.get().record))
    record["justifications"][0]["quote"] = "x" * 2_001
    values, unsaid = crosswalk(record, record["actions"][0])
    assert values["illegal_content_explanation"] == ""
    assert "illegal_content_explanation: longer than 2000 characters" in unsaid


def test_a_category_is_written_only_where_both_mean_the_same():
    (row,) = rows_of("fraud", "child_safety", "misinformation", "terms_rule_named")

    assert row["category"] == "STATEMENT_CATEGORY_SCAMS_AND_FRAUD"
    assert json.loads(row["category_addition"]) == ["STATEMENT_CATEGORY_PROTECTION_OF_MINORS"]
    assert json.loads(row["category_specification"]) == ["KEYWORD_MISINFORMATION_DISINFORMATION"]


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


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_no_separator_makes_a_formula_of_what_cannot_be_said(separator):
    make_published_incident(action={"scope": "worldwide", "scope_text": f"everywhere{separator}=1+1"})

    rows = b"".join(exports.write("dsa.csv", make_selection())).decode().splitlines()

    cells = [cell for row in rows for cell in next(csv.reader([row], delimiter=separator))]
    assert [cell for cell in cells if cell.startswith("=")] == []
