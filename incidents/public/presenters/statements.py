"""What facts, timeline, unknowns and rows ask of a statement: whom it is about, and who made it, in words."""

from typing import Any

from django.utils.translation import gettext as _

from ...locales import listed


def is_about(part: dict[str, Any], action: dict[str, Any] | None, record: dict[str, Any]) -> bool:
    """Whether a statement or involvement is about this action; with None, whether it is about the incident as a whole.

    What is about the whole of an incident with a single action is about that action.
    """
    if not part["actions"] and len(record["actions"]) == 1:
        return action is not None
    return action["seq"] in part["actions"] if action else not part["actions"]


def speaker_names(justification: dict[str, Any]) -> list[str]:
    """Who made the statement; those who made it together follow the one it is recorded of."""
    speaker = justification["speaker"]
    first = speaker["public_label"] if speaker else justification["speaker_text"]
    return [first, *(other["public_label"] for other in justification["together_with"])]


def speaker_name(justification: dict[str, Any]) -> str:
    """Who made the statement, in words."""
    return _together(speaker_names(justification))


def party_name(involvement: dict[str, Any]) -> str:
    """Who had the part, in words."""
    party = involvement["party"]
    first = party["public_label"] if party else involvement["party_text"]
    return _together([first, *(other["public_label"] for other in involvement["together_with"])])


def _together(names: list[str]) -> str:
    first, *others = names
    if not others:
        return first
    return _("%(name)s, together with %(others)s") % {"name": first, "others": listed(others)}
