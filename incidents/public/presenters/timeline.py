"""The timeline of an incident: what happened and what was said about it, in one order."""

from dataclasses import dataclass
from datetime import date as Date
from typing import Any

from ...choices import IncidentKind
from ...dates import EDTF
from .facts import END_FIELDS, START_FIELDS
from .notes import Noted, Notes
from .statements import is_silent

# The order of entries that have the same date.
KIND_ORDER = ("context", "start", "involvement", "justification", "end")


@dataclass(kw_only=True)
class Entry(Noted):
    """One entry: the start or end of an action, a statement, an involvement, or a background event."""

    kind: str
    number: int
    date: EDTF | None
    action: dict[str, Any] | None = None
    several: bool = (
        False  # whether the incident has several actions, so that an entry must say which it is about
    )
    statement: dict[str, Any] | None = None
    silent: bool = False  # whether the statement records that no reason was given
    replaces: dict[str, Any] | None = None
    replaced_by: dict[str, Any] | None = None
    relation: dict[str, Any] | None = None

    @property
    def anchor(self) -> str:
        return f"{self.kind}-{self.number}"

    @property
    def order(self) -> tuple[Date, Date, int, int]:
        """By the earliest day it may have been, then the latest; undated entries come last, as recorded."""
        first, last = Date.max, Date.max
        if self.date:
            first, last = self.date.earliest or self.date.latest, self.date.latest or self.date.earliest
        return (first, last, KIND_ORDER.index(self.kind), self.number)


def timeline(record: dict[str, Any], notes: Notes) -> list[Entry]:
    """All entries of an incident, in order of time."""
    entries = [
        *_action_entries(record, notes),
        *_justification_entries(record, notes),
        *_involvement_entries(record, notes),
        *_background_entries(record),
    ]
    return sorted(entries, key=lambda entry: entry.order)


def _action_entries(record, notes):
    several = len(record["actions"]) > 1
    for action in record["actions"]:
        seq, about = action["seq"], {"action": action, "several": several}
        begun = notes.of("action", seq, ("", "type", "occurrence", *START_FIELDS))
        yield Entry(kind="start", number=seq, date=action["start"], notes=begun, **about)
        if action["end"] or action["end_text"]:
            ended = notes.of("action", seq, END_FIELDS)
            yield Entry(kind="end", number=seq, date=action["end"], notes=ended, **about)


def _justification_entries(record, notes):
    by_number = {each["seq"]: each for each in record["justifications"]}
    replaced = {each["supersedes"]: each for each in record["justifications"] if each["supersedes"]}
    for each in record["justifications"]:
        yield Entry(
            kind="justification",
            number=each["seq"],
            date=each["date"],
            notes=notes.of("justification", each["seq"]),
            statement=each,
            silent=is_silent(each),
            replaces=by_number.get(each["supersedes"]),
            replaced_by=replaced.get(each["seq"]),
        )


def _involvement_entries(record, notes):
    for each in record["involvements"]:
        yield Entry(
            kind="involvement",
            number=each["seq"],
            date=each["date"],
            notes=notes.of("involvement", each["seq"]),
            statement=each,
        )


def _background_entries(record):
    if record["kind"] == IncidentKind.CONTEXT:
        return
    for number, relation in enumerate(record["relations"]):
        other = relation["incident"]
        if other["kind"] == IncidentKind.CONTEXT:
            yield Entry(kind="context", number=number, date=other["date"], relation=relation)
