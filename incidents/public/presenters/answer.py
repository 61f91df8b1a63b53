"""The head of an incident: who, what, when, how it ended, and the reasons that the platform stated, one after the other."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from ...choices import EndCause, Ground, JustificationKind, Standing, StartBasis
from ...dates import EDTF
from .actions import platform_name, type_words
from .facts import START_FIELDS, duration_words
from .notes import Notes
from .sentences import reason_words
from .statements import REASON_KINDS, SILENT_KINDS, Voice, gives_ground, is_silent, platforms_of, voice_of

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
class Reason:
    """One link of the chain: a reason as stated first, with its date and whatever makes it less than that."""

    anchor: str
    words: str
    date: EDTF | None
    doubts: list[str]
    speaker: str  # of several platforms, which one


@dataclass(frozen=True)
class Answer:
    """Who, what, when, how it ended, and why the platform said it did it."""

    who: list[dict[str, Any]]
    lines: list[Line]
    more: int  # actions that are only among the facts
    platforms: list[str]
    reasons: list[Reason]
    reason_status: Any  # if no reason of the platform is on record


def answer(record: dict[str, Any], statements: Iterable[dict[str, Any]], notes: Notes) -> Answer | None:
    """The answer to a reader's first five questions, with the statements in order of time; None for an incident without an
    action."""
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
        reasons=_reasons(record, statements),
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
            ended.append(_("lasted %(duration)s") % {"duration": length[:1].lower() + length[1:]})
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


def _reasons(record: dict[str, Any], statements: Iterable[dict[str, Any]]) -> list[Reason]:
    """The reasons that the platforms stated, in order of time: one that only repeats the last is left out, silence remains
    only before the first, and so does that something was an error where it takes back the act and gives no reason for it."""
    platforms = [action["account"]["platform"] for action in record["actions"]]
    several = len({platform and platform["slug"] for platform in platforms}) > 1
    chain: list[Reason] = []
    for each in statements:
        if not _is_reason(each) or voice_of(each, platforms_of(each, record)) != Voice.PLATFORM:
            continue
        silent = is_silent(each) or each["ground"] == Ground.NONE_STATED
        words = _silence(each) if silent else reason_words(each)
        if chain and (silent or chain[-1].words == words):
            continue
        chain.append(
            Reason(
                anchor=f"justification-{each['seq']}",
                words=words,
                date=each["date"],
                doubts=list(_doubts(each, silent=silent)),
                speaker=each["speaker_text"] or each["speaker"]["public_label"] if several else "",
            )
        )
    return chain


def _is_reason(justification):
    kind = justification["kind"]
    if kind == JustificationKind.CORRECTION:
        return justification["ground"] not in (Ground.ERROR, Ground.NOT_APPLICABLE)
    return kind in SILENT_KINDS or (kind in REASON_KINDS and gives_ground(justification))


def _doubts(justification, *, silent):
    if silent:
        yield justification["audience"].phrase
    if justification["standing"] in (Standing.DENIED, Standing.SECOND_HAND):
        yield justification["standing"].phrase
    elif justification["modality"] != "asserted":
        yield justification["modality"].phrase


def _silence(justification):
    return _("no answer") if justification["kind"] == JustificationKind.NO_RESPONSE else _("no reason")
