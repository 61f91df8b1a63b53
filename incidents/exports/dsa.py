"""Account actions in the field names and values of the EU DSA statement-of-reasons schema, version 2.

What that vocabulary cannot say is named in the last column; nothing is filled in that no record says.
"""

import csv
import io

import orjson

from ..choices import DSA_DECISION, DSA_GROUND, AccountKind, Automation, Ground
from ..index.csv_rows import cell
from .rows import joined

EEA = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK".split()
)
DECISIONS = ("decision_visibility", "decision_monetary", "decision_provision", "decision_account")
COLUMNS = (
    "platform_name",
    *DECISIONS,
    "account_type",
    "end_date_account_restriction",
    "decision_ground",
    "decision_ground_reference_url",
    "illegal_content_legal_ground",
    "incompatible_content_ground",
    "territorial_scope",
    "application_date",
    "automated_decision",
)
HEADER = (*COLUMNS, "incident", "action", "could_not_be_said")
BUSINESS = frozenset(
    {AccountKind.ORGANISATION_ACCOUNT, AccountKind.WORKER_OR_SELLER_ACCOUNT, AccountKind.AD_ACCOUNT}
)
AUTOMATED = {
    Automation.FULLY: "AUTOMATED_DECISION_FULLY",
    Automation.PARTIALLY: "AUTOMATED_DECISION_PARTIALLY",
    Automation.NOT_AUTOMATED: "AUTOMATED_DECISION_NOT_AUTOMATED",
}


def write(selection):
    """One row per action."""
    out = io.StringIO()
    csv.writer(out).writerow(HEADER)
    yield out.getvalue().encode()
    yield from joined(_rows(orjson.loads(record)) for record in selection.records())


def _rows(record):
    out = io.StringIO()
    writer = csv.writer(out)
    for action in record["actions"]:
        values, unsaid = crosswalk(record, action)
        row = [cell(values.get(name, "")) for name in COLUMNS]
        writer.writerow([*row, record["ref"], action["seq"], "; ".join(dict.fromkeys(unsaid))])
    return out.getvalue().encode()


def crosswalk(record, action):
    """An action in the terms of the DSA, and what could not be said in them, as “field: value”."""
    values, unsaid = {"platform_name": action["account"]["platform"]["name"]}, []
    decision = DSA_DECISION.get(action["type"])
    if decision:
        values[next(name for name in DECISIONS if decision.startswith(name.upper()))] = decision
    else:
        unsaid.append(f"type: {action['type']}")
    if action["account"]["kind"] in BUSINESS:
        values["account_type"] = "ACCOUNT_TYPE_BUSINESS"
    elif action["account"]["kind"] == AccountKind.PERSONAL_ACCOUNT:
        values["account_type"] = "ACCOUNT_TYPE_PRIVATE"
    else:
        unsaid.append(f"account kind: {action['account']['kind']}")
    for name, field in (("application_date", "start"), ("end_date_account_restriction", "expected_end")):
        if _is_day(action[field]):
            values[name] = action[field]
        elif action[field]:
            unsaid.append(f"{field}: {action[field]}")
    if automated := AUTOMATED.get(action["automation"]):
        values["automated_decision"] = automated
    places = action["countries"].split()
    values["territorial_scope"] = " ".join(place for place in places if place in EEA)
    unsaid += [f"place: {place}" for place in places if place not in EEA]
    _grounds(record, action, values, unsaid)
    unsaid += [f"{name}: {action[name]}" for name in ("status", "occurrence", "end") if action[name]]
    return values, unsaid


def _grounds(record, action, values, unsaid):
    """The first stated ground that the DSA knows; all others are named as not said."""
    about = [each for each in record["justifications"] if each["action"] in (None, action["seq"])]
    for each in about:
        if each["ground"] == Ground.NOT_APPLICABLE:
            continue
        ground = DSA_GROUND.get(each["ground"])
        if not ground or values.get("decision_ground", ground) != ground:
            unsaid.append(f"ground: {each['ground']}")
            continue
        values["decision_ground"] = ground
        named = "illegal" if ground == "DECISION_GROUND_ILLEGAL_CONTENT" else "incompatible"
        column = "illegal_content_legal_ground" if named == "illegal" else "incompatible_content_ground"
        values[column] = values.get(column) or each["legal_basis"]
        values["decision_ground_reference_url"] = (
            values.get("decision_ground_reference_url") or each["reference_url"]
        )


def _is_day(date):
    return len(date) == len("2020-06-07") and date.replace("-", "").isdigit()
