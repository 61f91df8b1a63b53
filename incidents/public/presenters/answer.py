"""The head of an incident: who, what, when, how it ended, and the reasons that the platform stated, one after the other."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from ...choices import EndCause, StartBasis
from ...dates import EDTF
from .actions import platform_name, type_words
from .chain import Reason, chain_of_reasons
from .facts import START_FIELDS, duration_words
from .notes import Notes

MAX_LINES = 3


@dataclass(frozen=True)
class Line:
    """What was done, when, and how it ended: for one action, or for several that have all of it in common."""

    action: dict[str, Any]
    what: str
    number: int
    when: list[str]
    is_disputed: bool  # whether a source contradicts the date
    end: EDTF | None
    ended: list[str]


@dataclass(frozen=True)
class Answer:
    """Who, what, when, how it ended, and why the platform said it did it."""

    who: list[dict[str, Any]]
    lines: list[Line]
    more: int  # actions that are only among the facts
    platforms: list[str]
    reasons: list[Reason]
    reason_status: Any  # if no reason of the platform is on record


def answer(record: dict[str, Any], notes: Notes) -> Answer | None:
    """The answer to a reader's first five questions; None for an incident without an action."""
    if not record["actions"]:
        return None
    alike = defaultdict(list)
    for action in record["actions"]:
        alike[_key(action)].append(action)
    lines = [_line(first, 1 + len(others), notes) for first, *others in list(alike.values())[:MAX_LINES]]
    statuses = {action["reason_status"]: None for action in record["actions"]}
    platforms = list(dict.fromkeys(platform_name(action) for action in record["actions"]))
    return Answer(
        who=_holders(record),
        lines=lines,
        more=len(record["actions"]) - sum(line.number for line in lines),
        platforms=platforms,
        reasons=chain_of_reasons(record),
        reason_status=next(iter(statuses)),
    )


def _holders(record):
    """Each holder with the platform of the account, once."""
    found: dict[Any, dict[str, Any]] = {}
    for action in record["actions"]:
        holder, platform = action["account"]["holder"], action["account"]["platform"]
        key = (holder and holder["slug"], platform and platform["slug"])
        found.setdefault(key, {"holder": holder, "platform": platform, "name": platform_name(action)})
    return list(found.values())


def _key(action):
    names = ("type", "occurrence", "start", "start_basis", "end", "end_cause", "status", "status_as_of")
    account = action["account"]
    return (account["platform"] and account["platform"]["slug"], *(action[name] for name in names))


def _line(action, number, notes):
    when = []
    if action["start"]:
        when.append(action["start"].span_words() if action["start_is_span"] else action["start"].words())
        if action["start_basis"] != StartBasis.OCCURRED:
            when.append(action["start_basis"].phrase)
    against = [each for each in notes.of("action", action["seq"], START_FIELDS) if each.contradicts]
    ended = []
    if action["end"]:
        ended.append(action["end"].words())
        if length := duration_words(action):
            ended.append(_("lasted %(duration)s") % {"duration": length})
    elif action["status_as_of"]:
        ended.append(_("as of %(date)s") % {"date": action["status_as_of"].words()})
    if action["end_cause"] not in (EndCause.UNKNOWN, EndCause.NOT_APPLICABLE):
        ended.append(action["end_cause"].phrase)
    return Line(
        action=action,
        what=capfirst(type_words(action["type"], action["occurrence"])),
        number=number,
        when=when,
        is_disputed=bool(against),
        end=action["end"],
        ended=ended,
    )
