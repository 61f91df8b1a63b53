"""The timeline of an incident: what happened and what was said about it, in one order."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date as Date
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from ...choices import AUTHORITY_ROLES, RESPONSE_ROLES, EndCause, IncidentKind, Stance, StartBasis, Status
from ...dates import EDTF
from ...voices import is_silent
from ...word_changes import Changes, word_changes
from .actions import action_heading, numbered
from .facts import END_FIELDS, START_FIELDS
from .notes import Noted, Notes
from .sentences import claimant_of, involvement_sentence, statement_sentence

# The order of entries that have the same date.
KIND_ORDER = ("context", "start", "involvement", "justification", "response", "end")
SAID_BY_STATUS = {Status.SUPERSEDED: EndCause.SUPERSEDED, Status.EXPIRED: EndCause.TERM_EXPIRED}


@dataclass(kw_only=True)
class Entry(Noted):
    """One entry: the start or end of an action, a statement, an involvement, or a background event."""

    kind: str
    number: int
    date: EDTF | None
    sentence: str  # what happened or was said, with its doubts
    action: dict[str, Any] | None = None
    statement: dict[str, Any] = field(default_factory=dict)
    about: list[str] = field(default_factory=list)  # the actions it is about, if these are some of several
    silent: bool = False  # whether the statement records that no reason was given
    replaces: dict[str, Any] | None = None
    replaced_by: list[dict[str, Any]] = field(default_factory=list)
    relation: dict[str, Any] | None = None
    is_span: bool = False  # whether the date is a period over which the action was carried out
    begun: EDTF | None = None  # of an end: when that action began
    changes: Changes | None = None  # from the statement that it replaces

    @property
    def anchor(self) -> str:
        return f"{self.kind}-{self.number}"

    is_open: bool = False  # whether its words stand in the open: those of the platform on its reason

    @property
    def address(self) -> str:
        """Where the first source cited for it is."""
        return next((each.note["source"]["url"] for each in self.notes if each.note["source"]["url"]), "")

    @property
    def is_of_authority(self) -> bool:
        """Whether the country of an involvement is the one whose authority or law it was."""
        return bool(self.statement) and self.statement.get("role") in AUTHORITY_ROLES

    @property
    def rank(self) -> str:
        """What it is among the entries of a day: what others said in answer comes after what it answers."""
        is_response = self.statement and self.statement.get("role") in RESPONSE_ROLES
        return "response" if is_response else self.kind

    @property
    def order(self) -> tuple[Date, Date, bool, int, int]:
        """By the day it is placed on, then the latest it may have been; undated entries come last, as recorded."""
        dates = [self.date, self.begun] if self.begun and self.date else [self.date]
        # No end is listed before its own start, however little is known of either.
        placed = max(map(_place, dates))
        last = max((each and each.latest) or Date.max for each in dates)
        vague = any(each and each.is_whole_period for each in dates)
        return (placed, last, vague, KIND_ORDER.index(self.rank), self.number)


def _place(value: EDTF | None) -> Date:
    """The day by which a date is sorted: a month or year comes after its days, an interval where it
    begins."""
    if not value:
        return Date.max
    if value.is_interval or not value.is_whole_period:
        return value.earliest or value.latest
    return value.latest


def timeline(record: dict[str, Any], notes: Notes) -> list[Entry]:
    """All entries of an incident, in order of time."""
    entries = [
        *_action_entries(record, notes),
        *_justification_entries(record, notes),
        *_involvement_entries(record, notes),
        *_background_entries(record),
    ]
    return _replaced_before_replacing(sorted(entries, key=lambda entry: entry.order))


def statements_in_order(record: dict[str, Any]) -> list[dict[str, Any]]:
    """The statements of an incident, in the order of its timeline."""
    replacing = defaultdict(list)
    for each in record["justifications"]:
        replacing[each["supersedes"]].append(each)
    entries = [
        Entry(
            kind="justification",
            number=each["seq"],
            date=each["date"],
            sentence="",
            statement=each,
            replaced_by=replacing[each["seq"]],
        )
        for each in record["justifications"]
    ]
    return [
        entry.statement
        for entry in _replaced_before_replacing(sorted(entries, key=lambda entry: entry.order))
    ]


def by_day(entries: list[Entry]) -> list[dict[str, Any]]:
    """Entries that follow one another and have the same date, together."""
    days = groupby(entries, key=lambda entry: (entry.date, entry.is_span))
    return [{"date": date, "is_span": is_span, "entries": list(each)} for (date, is_span), each in days]


def _replaced_before_replacing(entries):
    """The entries with each statement ahead of the one that replaces it, where their dates leave both orders open."""
    for entry in [each for each in entries if each.replaced_by and each.date]:
        at = entries.index(entry)
        replacing = {other["seq"] for other in entry.replaced_by}
        later, other = next(
            (place, each)
            for place, each in enumerate(entries)
            if each.kind == "justification" and each.number in replacing
        )
        latest = other.date and (other.date.latest or Date.max)
        if latest and later < at and (entry.date.earliest or Date.min) <= latest:
            entries.insert(later, entries.pop(at))
    return entries


def _action_entries(record, notes):
    several = len(record["actions"]) > 1
    for action in record["actions"]:
        seq = action["seq"]
        fields = ("", "type", "occurrence", *START_FIELDS)
        yield Entry(
            kind="start",
            action=action,
            number=seq,
            date=action["start"],
            sentence=_start_sentence(action, several=several),
            is_span=action["start_is_span"],
            notes=notes.of("action", seq, fields),
            is_uncited=notes.lack("action", seq, fields),
        )
        if action["end"] or action["end_text"]:
            yield Entry(
                kind="end",
                action=action,
                number=seq,
                date=action["end"],
                sentence=_end_sentence(action, several=several),
                begun=action["start"],
                notes=notes.of("action", seq, END_FIELDS),
                is_uncited=notes.lack("action", seq, END_FIELDS),
            )


def _justification_entries(record, notes):
    by_number = {each["seq"]: each for each in record["justifications"]}
    replacing = defaultdict(list)
    for each in record["justifications"]:
        replacing[each["supersedes"]].append(each)
    for each in record["justifications"]:
        cited = notes.of("justification", each["seq"])
        yield Entry(
            kind="justification",
            number=each["seq"],
            date=each["date"],
            sentence=statement_sentence(each, _claimant(cited)),
            notes=cited,
            is_uncited=notes.lack("justification", each["seq"]),
            statement=each,
            about=_about(each, record),
            silent=is_silent(each),
            replaces=(before := by_number.get(each["supersedes"])),
            changes=_changes(before, each),
            replaced_by=replacing[each["seq"]],
        )


def _involvement_entries(record, notes):
    for each in record["involvements"]:
        cited = notes.of("involvement", each["seq"])
        yield Entry(
            kind="involvement",
            number=each["seq"],
            date=each["date"],
            sentence=involvement_sentence(each, _claimant(cited)),
            notes=cited,
            is_uncited=notes.lack("involvement", each["seq"]),
            statement=each,
            about=_about(each, record),
        )


def _changes(before, after):
    """What changed from a quotation to the one that replaces it, if they are in the same language."""
    is_alike = (
        before and before["quote"] and after["quote"] and before["quote_language"] == after["quote_language"]
    )
    return word_changes(before["quote"], after["quote"]) if is_alike else None


def _start_sentence(action, *, several):
    """What was done, and what its date is if that is not the day it took effect."""
    heading = numbered(action) if several else action_heading(action)
    if not action["start"] or action["start_basis"] == StartBasis.OCCURRED:
        return heading
    return _("%(action)s (date: %(basis)s)") % {
        "action": heading,
        "basis": action["start_basis"].phrase,
    }


def _end_sentence(action, *, several):
    """How an action ended, and why, if that is known and says more."""
    ended = action["status"].label
    if cause := end_cause(action):
        ended = _("%(ended)s: %(cause)s") % {"ended": ended, "cause": cause.phrase}
    if not several:
        return ended
    return _("%(number)d. %(action)s") % {"number": action["seq"], "action": ended}


def end_cause(action: dict[str, Any]) -> EndCause | None:
    """Why an action ended, if that is known and says more than its status."""
    cause, status = action["end_cause"], action["status"]
    says_nothing = (EndCause.UNKNOWN, EndCause.NOT_APPLICABLE, SAID_BY_STATUS.get(status))
    return None if cause in says_nothing else cause


def _claimant(cited):
    """Who alone is cited as saying so."""
    return claimant_of(each.note["attribution"] for each in cited if each.note["stance"] == Stance.SUPPORTS)


def _about(part, record):
    """The actions that a statement or involvement is about, in words, if the incident has several and it is about some."""
    actions = record["actions"] if len(record["actions"]) > 1 else []
    return [numbered(action) for action in actions if action["seq"] in part["actions"]]


def _background_entries(record):
    if record["kind"] == IncidentKind.CONTEXT:
        return
    for number, relation in enumerate(record["relations"]):
        other = relation["incident"]
        if other["kind"] == IncidentKind.CONTEXT:
            yield Entry(
                kind="context", number=number, date=other["date"], sentence=other["title"], relation=relation
            )
