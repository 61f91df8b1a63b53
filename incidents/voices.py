"""Who makes a statement, whether it gives a reason, and whether a platform changed the reason that it stated."""

from enum import Enum
from typing import Any

from .choices import Ground, JustificationKind, PartyKind, Standing, Story
from .platform_names import other_names


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


def states_reason(justification: dict[str, Any]) -> bool:
    """Whether this says why it was done. That it was an error takes back the act, and gives no reason for it."""
    kind, ground = justification["kind"], justification["ground"]
    if kind == JustificationKind.CORRECTION:
        return ground not in (Ground.ERROR, Ground.NOT_APPLICABLE)
    return kind in REASON_KINDS and gives_ground(justification)


def story_of(record: dict[str, Any]) -> Story:
    """Whether a platform changed the reason that it stated in this incident: whether it gave another one later, by date or since
    the later statement is recorded as replacing the earlier. What is denied or second-hand is no reason that it gave,
    unless its own later statement replaces it."""
    reasons = [
        (each, frozenset((each["ground"], *each["further_grounds"])), platforms)
        for each in record["justifications"]
        if states_reason(each)
        and each["ground"] != Ground.NONE_STATED
        and each["standing"] != Standing.DENIED
        if voice_of(each, platforms := platforms_of(each, record)) == Voice.PLATFORM
    ]
    own = [each for each in reasons if each[0]["standing"] != Standing.SECOND_HAND]
    for later, grounds, platforms in own:
        for earlier, other_grounds, other_platforms in reasons:
            is_same_speaker = platforms == other_platforms or any(
                each in platforms for each in other_platforms
            )
            if is_same_speaker and not grounds <= other_grounds and _follows(later, earlier):
                return Story.CHANGED
    return Story.SAME if own else Story.NOT_STATED


def _follows(later: dict[str, Any], earlier: dict[str, Any]) -> bool:
    """Whether one statement was surely made after another, which it replaces or which the platform made itself."""
    if later["supersedes"] == earlier["seq"]:
        return True
    if earlier["standing"] == Standing.SECOND_HAND or not (later["date"] and earlier["date"]):
        return False
    first, last = later["date"].earliest, earlier["date"].latest
    return bool(first and last and first > last)
