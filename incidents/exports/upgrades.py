"""Files of earlier versions: their fields as today's records have them, and what is said about each that changes."""

from typing import Any

from ..platform_names import with_intervals

# Columns in the tables of earlier versions that no record has today, each with one that holds the same kind of value.
FORMER_COLUMNS = {
    ("justification", "action"): ("citation", "action"),
    ("involvement", "action"): ("citation", "action"),
}


def upgraded(model: str, fields: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The fields of a record of this model in a file of any version, as today's, and what became of them in sentences."""
    upgrade = UPGRADES.get(model)
    return upgrade(fields) if upgrade else (fields, [])


def _citation(fields):
    """Until 0.3, a statement had one action, and `value_as_stated` could hold our words; those that are not in the
    quotation are a reading."""
    if fields.get("field") == "action":
        fields = fields | {"field": "actions"}
    words, quote = fields.get("value_as_stated"), fields.get("quote")
    is_earlier = "reading" not in fields and isinstance(words, str) and isinstance(quote, str)
    if not is_earlier or words in quote:
        return fields, []
    note = f"value_as_stated: “{words}” is not in the quotation, so it becomes our reading."
    return fields | {"value_as_stated": "", "reading": words}, [note]


def _platform(fields):
    """Until 0.3, the period of a name was in words."""
    names = fields.get("aliases")
    if not isinstance(names, str) or (written := with_intervals(names)) == names:
        return fields, []
    return fields | {"aliases": written}, ["aliases: the period of a name is an EDTF interval now."]


def _statement(fields):
    """Until 0.3, a statement or involvement was about one action or about the incident as a whole."""
    if "actions" in fields or "action" not in fields:
        return fields, []
    fields = dict(fields)
    action = fields.pop("action")
    return fields | {"actions": [action] if action else []}, []


UPGRADES = {
    "citation": _citation,
    "platform": _platform,
    "justification": _statement,
    "involvement": _statement,
}
