"""The lines of an incident in a CSV file: one for each action, the unit that people analyse."""

import csv
import io

from ..records import PUBLIC_FIELDS

# The columns of the CSV file: of the incident, of the action, of the account with its platform and holder.
COLUMNS = (
    [("incident", name) for name in ("ref", "title", "summary", "published_at", "updated_at")]
    + [("action", name) for name in PUBLIC_FIELDS["action"] if name not in ("incident", "account")]
    + [("action", name) for name in ("counted", "not_counted_because")]
    + [("account", name) for name in ("slug", "label", "kind", "url", "handle")]
    + [("platform", name) for name in ("slug", "name", "operator", "operator_country", "kind")]
    + [("holder", name) for name in ("slug", "public_label", "native_label", "kind", "country")]
    + [("statements", name) for name in ("grounds", "first_quote")]
)
HEADER = [name if part in ("incident", "action") else f"{part}_{name}" for part, name in COLUMNS]
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_rows(record):
    """The lines of one record (of dictionaries as JSON has them), a line for each action."""
    out = io.StringIO()
    writer = csv.writer(out)
    for action in record["actions"]:
        account, said = action["account"], record["justifications"]
        parts = {
            "incident": record,
            "action": action,
            "account": account,
            "platform": account["platform"],
            "holder": account["holder"] or {},
            "statements": {
                "grounds": " ".join(dict.fromkeys(each["ground"] for each in said)),
                "first_quote": next((each["quote"] for each in said if each["quote"]), ""),
            },
        }
        writer.writerow([cell(parts[part].get(name)) for part, name in COLUMNS])
    return out.getvalue()


def cell(value):
    """A value as text that no spreadsheet takes for a formula: an apostrophe before what begins like one."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    return f"'{text}" if text.lstrip("'").startswith(FORMULA) else text


def plain(text):
    """The text that `cell()` made safe."""
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(FORMULA) else text
