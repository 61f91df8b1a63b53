"""Actions in the field names and values of the EU Digital Services Act's statements of reasons (schema 2, 1 July 2025).

The crosswalk is for comparison: what that schema cannot express is named in the last column, and nothing is filled in
that no record says.
"""

import csv
import io
from collections.abc import Iterator
from typing import Any

import orjson

from ..choices import AccountKind, ActionType, Automation, Ground, Standing, StartBasis
from ..index.csv_rows import cell, grounds_of
from .selection import Selection
from .streaming import joined

# What is missing here has no counterpart in the schema, or is never counted as an account action.
DECISION_OF_TYPE = {
    ActionType.SUSPENDED: "DECISION_ACCOUNT_SUSPENDED",
    ActionType.TERMINATED: "DECISION_ACCOUNT_TERMINATED",
    ActionType.LOCKED: "DECISION_ACCOUNT_SUSPENDED",
    ActionType.RESTRICTED: "DECISION_PROVISION_PARTIAL_SUSPENSION",
    ActionType.POSTING_BLOCKED: "DECISION_PROVISION_PARTIAL_SUSPENSION",
    ActionType.GEO_WITHHELD: "DECISION_VISIBILITY_CONTENT_DISABLED",
    ActionType.VISIBILITY_REDUCED: "DECISION_VISIBILITY_CONTENT_DEMOTED",
    ActionType.MONETISATION_SUSPENDED: "DECISION_MONETARY_SUSPENSION",
    ActionType.ACCESS_REVOKED: "DECISION_PROVISION_TOTAL_SUSPENSION",
}
LAW_GROUNDS = frozenset(
    {
        Ground.LOCAL_LAW,
        Ground.GOVERNMENT_DEMAND,
        Ground.COURT_OR_LEGAL_ORDER,
        Ground.SANCTIONS_OR_EXPORT_CONTROL,
        Ground.UNLAWFUL_FUNDRAISING,
    }
)
NEITHER_GROUNDS = frozenset(
    {
        Ground.INTELLECTUAL_PROPERTY,  # under a law or a rule of the platform
        Ground.INSIDER_MISCONDUCT,
        Ground.OWNERSHIP_DISPUTE,
        Ground.ERROR,
        Ground.OTHER,
        Ground.NONE_STATED,
        Ground.NOT_APPLICABLE,
    }
)
DECISION_GROUND_OF = {
    ground: "DECISION_GROUND_ILLEGAL_CONTENT" for ground in Ground if ground in LAW_GROUNDS
} | {
    ground: "DECISION_GROUND_INCOMPATIBLE_CONTENT"
    for ground in Ground
    if ground not in LAW_GROUNDS | NEITHER_GROUNDS
}
EEA = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK".split()
)
# The columns of a decision, each with the one of the day on which it is to end.
DECISIONS = {
    "decision_visibility": "end_date_visibility_restriction",
    "decision_monetary": "end_date_monetary_restriction",
    "decision_provision": "end_date_service_restriction",
    "decision_account": "end_date_account_restriction",
}
# The columns of the schema's own exports, in their order. Those that no record of ours can fill are empty.
COLUMNS = tuple(
    """
    uuid
    decision_visibility decision_visibility_other end_date_visibility_restriction
    decision_monetary decision_monetary_other end_date_monetary_restriction
    decision_provision end_date_service_restriction
    decision_account end_date_account_restriction
    account_type
    decision_ground decision_ground_reference_url
    illegal_content_legal_ground illegal_content_explanation
    incompatible_content_ground incompatible_content_explanation incompatible_content_illegal
    category category_addition category_specification category_specification_other
    content_type content_type_other content_language content_date
    territorial_scope application_date
    decision_facts
    source_type source_identity
    automated_detection automated_decision
    platform_name created_at
    """.split()
)
# Columns of several values, which are JSON lists.
ARRAYS = frozenset(
    {"decision_visibility", "category_addition", "category_specification", "territorial_scope"}
)
# The most characters of a text.
MAX_CHARACTERS = {
    "decision_ground_reference_url": 500,
    "illegal_content_legal_ground": 500,
    "illegal_content_explanation": 2_000,
    "incompatible_content_ground": 500,
    "incompatible_content_explanation": 2_000,
}
# Only where both mean the same.
CATEGORY_OF = {
    Ground.CHILD_SAFETY: "STATEMENT_CATEGORY_PROTECTION_OF_MINORS",
    Ground.FRAUD: "STATEMENT_CATEGORY_SCAMS_AND_FRAUD",
    Ground.HATE_SPEECH: "STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH",
    Ground.INTELLECTUAL_PROPERTY: "STATEMENT_CATEGORY_INTELLECTUAL_PROPERTY_INFRINGEMENTS",
    Ground.PRIVACY_OR_DOXXING: "STATEMENT_CATEGORY_DATA_PROTECTION_AND_PRIVACY_VIOLATIONS",
}
KEYWORD_OF = {
    Ground.HATE_SPEECH: "KEYWORD_HATE_SPEECH",
    Ground.MISINFORMATION: "KEYWORD_MISINFORMATION_DISINFORMATION",
}
HEADER = (*COLUMNS, "incident", "action", "could_not_be_said")
BUSINESS = frozenset(
    {AccountKind.ORGANISATION_ACCOUNT, AccountKind.WORKER_OR_SELLER_ACCOUNT, AccountKind.AD_ACCOUNT}
)
FIRST_DAY, LAST_DAY = "2020-01-01", "2038-01-01"  # of what the schema accepts
UNTOLD = ("", "unknown")
AUTOMATED = {
    Automation.FULLY: "AUTOMATED_DECISION_FULLY",
    Automation.PARTIALLY: "AUTOMATED_DECISION_PARTIALLY",
    Automation.NOT_AUTOMATED: "AUTOMATED_DECISION_NOT_AUTOMATED",
}


def write(selection: Selection) -> Iterator[bytes]:
    """One row for each action."""
    out = io.StringIO()
    csv.writer(out).writerow(HEADER)
    yield out.getvalue().encode()
    yield from joined(_rows(orjson.loads(record)) for record in selection.records())


def _rows(record: dict[str, Any]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    for action in record["actions"]:
        values, unsaid = crosswalk(record, action)
        row = [_written(name, values.get(name, "")) for name in COLUMNS]
        row += [record["ref"], action["seq"], "; ".join(dict.fromkeys(unsaid))]
        writer.writerow(map(cell, row))
    return out.getvalue().encode()


def _written(name: str, value: str) -> str:
    """A value as the schema writes it; several are kept with spaces between them."""
    return orjson.dumps(value.split()).decode() if value and name in ARRAYS else value


def crosswalk(record: dict[str, Any], action: dict[str, Any]) -> tuple[dict[str, str], list[str]]:
    """An action in the terms of the DSA, and what cannot be expressed in them, as “field: value”.

    Both are dictionaries as JSON has them: the record of an incident, and one of its actions. A statement of reasons is
    about a decision: what is not counted as an account action has none, and all that we know of it cannot be said.
    """
    platform, kind = action["account"]["platform"], action["account"]["kind"]
    values: dict[str, str] = {"platform_name": platform["name"] if platform else ""}
    unsaid: list[str] = []
    if kind in BUSINESS:
        values["account_type"] = "ACCOUNT_TYPE_BUSINESS"
    elif kind == AccountKind.PERSONAL_ACCOUNT:
        values["account_type"] = "ACCOUNT_TYPE_PRIVATE"
    else:
        unsaid.append(f"account kind: {kind}")
    if action["counted"]:
        _decision(action, values, unsaid)
        _grounds(record, action, values, unsaid)
    else:
        unsaid.append(f"not counted: {action['not_counted_because']}")
        left_out = ("type", "start", "expected_end", "automation", "countries", "scope_text")
        unsaid += [f"{name}: {action[name]}" for name in left_out if action[name] not in UNTOLD]
        unsaid += [f"{_called(each)}: {ground}" for each, ground in _reasons(record, action)]
    unsaid += [f"{name}: {action[name]}" for name in ("status", "occurrence", "end") if action[name]]
    for name, most in MAX_CHARACTERS.items():
        if len(values.get(name, "")) > most:
            values[name] = ""
            unsaid.append(f"{name}: longer than {most} characters")
    return values, unsaid


def _decision(action: dict[str, Any], values: dict[str, str], unsaid: list[str]) -> None:
    """What was decided, for when and where, and by whom."""
    decision = DECISION_OF_TYPE[action["type"]]
    column = next(name for name in DECISIONS if decision.startswith(name.upper()))
    values[column] = decision
    start, basis, end = action["start"], action["start_basis"], action["expected_end"]
    if basis == StartBasis.OCCURRED and not action["start_is_span"] and _is_day(start):
        values["application_date"] = start
    elif start:
        unsaid.append(f"start: {start} ({basis})")
    if _is_day(end):
        values[DECISIONS[column]] = end
    elif end:
        unsaid.append(f"expected_end: {end}")
    if automated := AUTOMATED.get(action["automation"]):
        values["automated_decision"] = automated
    elif action["automation"] not in UNTOLD:
        unsaid.append(f"automation: {action['automation']}")
    places = action["countries"].split()
    values["territorial_scope"] = " ".join(place for place in places if place in EEA)
    unsaid += [f"place: {place}" for place in places if place not in EEA]
    if action["scope_text"]:
        unsaid.append(f"scope_text: {action['scope_text']}")


def _grounds(
    record: dict[str, Any], action: dict[str, Any], values: dict[str, str], unsaid: list[str]
) -> None:
    """The first stated ground that the DSA has, in the platform's words; all others go to what cannot be expressed."""
    _categories(record, action, values)
    for each, ours in _reasons(record, action):
        ground = DECISION_GROUND_OF.get(Ground(ours)) if each["standing"] == Standing.STATED else None
        if not ground or values.get("decision_ground", ground) != ground:
            unsaid.append(f"{_called(each)}: {ours}")
            continue
        values["decision_ground"] = ground
        named = "illegal" if ground == "DECISION_GROUND_ILLEGAL_CONTENT" else "incompatible"
        column = "illegal_content_legal_ground" if named == "illegal" else "incompatible_content_ground"
        values[column] = values.get(column) or each["legal_basis"]
        explanation = f"{named}_content_explanation"
        values[explanation] = values.get(explanation) or each["quote"]
        values["decision_ground_reference_url"] = (
            values.get("decision_ground_reference_url") or each["reference_url"]
        )


def _categories(record: dict[str, Any], action: dict[str, Any], values: dict[str, str]) -> None:
    """What the stated reasons are about, where the schema has the same."""
    stated = [Ground(ours) for each, ours in _reasons(record, action) if each["standing"] == Standing.STATED]
    categories = list(dict.fromkeys(CATEGORY_OF[ground] for ground in stated if ground in CATEGORY_OF))
    values["category"] = "".join(categories[:1])
    values["category_addition"] = " ".join(categories[1:])
    keywords = dict.fromkeys(KEYWORD_OF[ground] for ground in stated if ground in KEYWORD_OF)
    values["category_specification"] = " ".join(keywords)


def _reasons(record: dict[str, Any], action: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    """The reasons given for the action or for the whole incident, each with its statement."""
    for each in record["justifications"]:
        if each["standing"] and (action["seq"] in each["actions"] or not each["actions"]):
            yield from ((each, ground) for ground in grounds_of(each))


def _called(justification: dict[str, Any]) -> str:
    """What the reason of a statement is called in the list of what cannot be expressed."""
    standing = justification["standing"]
    return "ground" if standing == Standing.STATED else f"{standing} ground"


def _is_day(date: str) -> bool:
    """Whether this is a day, without any doubt, that the schema accepts."""
    is_day = len(date) == len("2020-06-07") and date.replace("-", "").isdigit()
    return is_day and FIRST_DAY <= date <= LAST_DAY
