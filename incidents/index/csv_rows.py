"""The lines of an incident in a CSV file: one for each action, the unit that people analyse."""

import csv
import io
import re
from typing import Any

from django.conf import settings

from ..choices import Ground, Standing
from ..languages import ORIGINAL, language_tag
from ..shape import keys_of

# What the CSV file leaves out of the records in one row, and why.
LEFT_OUT = {
    "incident": {
        "publication": "always published",
    },
    "action": {},
    "account": {"handle_public": "where it is false, the handle is empty"},
    "platform": {
        "website": "about the platform, not the action",
        "policy_url": "about the platform, not the action",
        "aliases": "several lines",
    },
    "party": {
        "native_language": "of the native label",
        "at_risk": "how the party is shown, not who it is",
        "name_public": "how the party is shown, not who it is",
        "name_public_basis": "how the party is shown, not who it is",
        "cleared": "always true",
        "aliases": "several lines",
    },
}
# The records in a row, with what begins the names of their columns.
PARTS = {"incident": "", "action": "", "account": "account_", "platform": "platform_", "party": "holder_"}
# The texts of an incident in each other language of the site: title_zh_hant, summary_zh_hant, …
TRANSLATED = {
    f"{field}_{code.replace('-', '_')}": (field, language_tag(code))
    for code, _name in settings.LANGUAGES
    if code != ORIGINAL
    for field in ("title", "summary")
}
COLUMNS = [
    (name, key.name)
    for name in PARTS
    for key in keys_of(name)
    if not key.nested and key.name not in LEFT_OUT[name]
] + [
    *(("statements", name) for name in ("grounds", "other_grounds", "first_quote", "first_quote_standing")),
    ("incident", "topics"),
    *(("incident", name) for name in TRANSLATED),
]
HEADER = [f"{PARTS.get(name, f'{name}_')}{key}" for name, key in COLUMNS]
_NO_ACTION: dict[str, Any] = {"seq": None, "account": {"platform": None, "holder": None}}
# Where a cell begins, if a spreadsheet takes another separator than we do or breaks lines within cells, and what follows there
# could make it a formula. With settings for Chinese or Japanese, signs of full width do, too.
_BEGINS, _FORMULA = r"(?:\A|(?<=[;,|\t\r\n]))", r"(?=['\" ]*[=+\-@\t\r＝＋－＠﹦﹢﹣﹫])"
UNSAFE, SAFE = re.compile(_BEGINS + _FORMULA), re.compile(_BEGINS + "'" + _FORMULA)


def csv_rows(record):
    """The lines of one record (of dictionaries as JSON has them), a line for each action; of a background event, which has none,
    one."""
    out = io.StringIO()
    writer = csv.writer(out)
    known = {(each["field"], each["language"]): each["text"] for each in record["translations"]}
    words = {name: known.get(text) for name, text in TRANSLATED.items()}
    for action in record["actions"] or [_NO_ACTION]:
        account = action["account"]
        said = [
            each for each in record["justifications"] if action["seq"] in (each["actions"] or [action["seq"]])
        ]
        parts = {
            "incident": record | {"topics": " ".join(topic["slug"] for topic in record["topics"])} | words,
            "action": action,
            "account": account,
            "platform": account["platform"] or {},
            "party": account["holder"] or {},
            "statements": _statements(said),
        }
        writer.writerow([cell(parts[part].get(name)) for part, name in COLUMNS])
    return out.getvalue()


def _statements(said):
    """What these statements give as the reason: the stated ones, the others, and the first that is quoted."""
    reasons = [each for each in said if each["standing"]]
    stated = [
        ground for each in reasons if each["standing"] == Standing.STATED for ground in grounds_of(each)
    ]
    others = [
        ground for each in reasons if each["standing"] != Standing.STATED for ground in grounds_of(each)
    ]
    quoted = (each for each in reasons if each["quote"] and each["ground"] != Ground.NONE_STATED)
    first = next(quoted, {"quote": "", "standing": ""})
    return {
        "grounds": " ".join(dict.fromkeys(stated)),
        "other_grounds": " ".join(dict.fromkeys(others)),
        "first_quote": first["quote"],
        "first_quote_standing": first["standing"],
    }


def grounds_of(justification):
    """All reasons that a statement gives, the first first."""
    return [justification["ground"], *justification["further_grounds"]]


def cell(value):
    """A value as text that no spreadsheet takes for a formula: an apostrophe before what could begin like one."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return UNSAFE.sub("'", str(value))


def plain(text):
    """The text that `cell()` made safe."""
    return SAFE.sub("", text)
