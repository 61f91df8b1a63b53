"""What facts, timeline, unknowns and rows ask of a statement: who made it, and whether it gives a reason."""

from enum import Enum
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ...choices import Ground, JustificationKind, PartyKind
from ...platform_names import other_names


class Voice(Enum):
    """Who makes a statement."""

    PLATFORM = "platform"
    AUTHORITY = "authority"
    OTHER = "other"


# Kinds of statement that give a reason, those that come first first.
REASON_KINDS = {
    JustificationKind.NOTICE_TO_HOLDER: 0,
    JustificationKind.PUBLIC_JUSTIFICATION: 0,
    JustificationKind.CONFIRMATION: 1,
    JustificationKind.DENIAL: 1,
}
# Kinds that record that no reason was given.
SILENT_KINDS = frozenset({JustificationKind.NO_REASON_GIVEN, JustificationKind.NO_RESPONSE})


def is_silent(justification: dict[str, Any]) -> bool:
    """Whether this records that the platform gave no reason, or did not answer."""
    return justification["kind"] in SILENT_KINDS


def gives_ground(justification: dict[str, Any]) -> bool:
    """Whether this is about the reason for the action, as a promise, for instance, is not."""
    return not is_silent(justification) and justification["ground"] != Ground.NOT_APPLICABLE


def is_about(part: dict[str, Any], action: dict[str, Any] | None, record: dict[str, Any]) -> bool:
    """Whether a statement or involvement is about this action; with None, whether it is about the incident as a whole.

    What is about the whole of an incident with a single action is about that action.
    """
    if not part["actions"] and len(record["actions"]) == 1:
        return action is not None
    return action["seq"] in part["actions"] if action else not part["actions"]


def platforms_of(justification: dict[str, Any], record: dict[str, Any]) -> list[dict[str, Any] | None]:
    """The platforms that a statement is about, and those of the incident with the same operator: one company speaks for all
    that it runs."""
    every = [each["account"]["platform"] for each in record["actions"] if each["account"]["platform"]]
    numbers = justification["actions"]
    own = [
        each["account"]["platform"]
        for each in record["actions"]
        if each["account"]["platform"] and (not numbers or each["seq"] in numbers)
    ]
    operators = {each["operator"] for each in own if each["operator"]}
    return [each for each in every if each in own or each["operator"] in operators]


def voice_of(justification: dict[str, Any], platforms: list[dict[str, Any] | None]) -> Voice:
    """Who speaks: one of these platforms, an authority, or neither for sure.

    A speaker without a party on record speaks for the platform, as the form says.
    """
    names = {name.casefold() for platform in platforms if platform for name in _names_of(platform)}
    voices = {
        _voice_of_party(party, names)
        for party in (justification["speaker"], *justification["together_with"])
        if party
    } or {Voice.PLATFORM}
    return voices.pop() if len(voices) == 1 else Voice.OTHER


def _voice_of_party(party: dict[str, Any], platform_names: set[str]) -> Voice:
    if party["kind"] in (PartyKind.STATE_BODY, PartyKind.INTERGOVERNMENTAL_BODY):
        return Voice.AUTHORITY
    is_platform = party["kind"] == PartyKind.COMPANY and party["public_label"].casefold() in platform_names
    return Voice.PLATFORM if is_platform else Voice.OTHER


def _names_of(platform: dict[str, Any]) -> list[str]:
    """What a platform and its operator are called: “Zoom”, “Zoom Video Communications, Inc.”, “Zoom Video Communications”."""
    others = [other.name for other in other_names(platform["aliases"])]
    return [platform["name"], *others, platform["operator"], platform["operator"].partition(",")[0]]


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
    listed = pgettext("between the parts of a list", ", ").join(others)
    return _("%(name)s, together with %(others)s") % {"name": first, "others": listed}
