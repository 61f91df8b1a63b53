"""The drawing of a timeline: lanes of bars and marks on an axis of time, each a link to what it shows.

Positions across are percent of the width, so that text keeps its size; heights are pixels. Nothing is drawn firmer than it
is recorded: the span in which a day lies is hatched, and only what surely lasted is solid.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date as Date
from itertools import chain
from typing import Any

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from ...choices import CAUSE_ROLES, StartBasis, Status
from ...dates import EDTF
from ...voices import Voice, gives_ground, is_silent, platforms_of, voice_of
from .actions import has_happened, type_words
from .axis import Axis
from .sentences import reason_words
from .statements import party_name
from .timeline import Entry

ROW, LANE_HEAD, TOP, GAP = 24, 22, 24, 10  # pixels
MAX_ROWS = 8  # of a lane; marks that would need one more stand beneath, without a label
NARROWEST = 640  # pixels across, for which labels are placed
LETTER, HAN = 6.9, 13.5  # pixels that a letter takes, and a Chinese character
MAX_LABEL = 42  # characters
WIDE_SPAN = 25.0  # percent from which a label is drawn on its span
STUB = 1.6  # percent of a span whose other side is not known
MARK = 1.1  # percent from the middle of a mark to its label


def percent(x: float) -> str:
    """A position as SVG has it, in any language."""
    return f"{x:.2f}%"


@dataclass
class Mark:
    """A bar or point with its label: `spans` are its hatched pieces, `solid` what surely lasted, if anything."""

    entry: Entry
    label: str
    left: float
    right: float
    solid: tuple[float, float] | None = None
    is_ring: bool = False
    row: int = 0
    y: int = 0
    label_at: float | None = None
    is_before: bool = False  # whether the label ends at the mark

    @property
    def is_point(self) -> bool:
        return self.left == self.right

    @property
    def x(self) -> str:
        return percent(self.left)

    @property
    def width(self) -> str:
        return percent(self.right - self.left)

    @property
    def solid_x(self) -> str:
        return percent(self.solid[0]) if self.solid else ""

    @property
    def solid_width(self) -> str:
        return percent(self.solid[1] - self.solid[0]) if self.solid else ""

    @property
    def label_x(self) -> str:
        return percent(self.label_at) if self.label_at is not None else ""

    @property
    def line_y(self) -> int:
        return self.y + ROW // 2

    @property
    def is_wide(self) -> bool:
        """Whether the label is drawn above it, not beside it."""
        return self.right - self.left >= WIDE_SPAN

    @property
    def bar_y(self) -> int:
        return self.y + (15 if self.is_wide else 7)

    @property
    def bar_height(self) -> int:
        return 7 if self.is_wide else 11

    @property
    def text_y(self) -> int:
        return self.y + (11 if self.is_wide else ROW // 2 + 4)


@dataclass
class Lane:
    label: str
    marks: list[Mark]
    y: int = 0

    @property
    def label_y(self) -> int:
        return self.y + 15


@dataclass(frozen=True)
class Replacement:
    """A dashed line from a statement to the one that replaces it."""

    x1: str
    y1: int
    x2: str
    y2: int


@dataclass
class Drawing:
    lanes: list[Lane]
    axis: Axis
    replacements: list[Replacement] = field(default_factory=list)
    height: int = 0

    @property
    def ticks(self) -> list[tuple[str, str]]:
        return [(percent(tick.x), tick.label) for tick in self.axis.ticks]

    @property
    def breaks(self) -> list[str]:
        return [percent(x) for x in self.axis.breaks]


def drawing(record: dict[str, Any], entries: list[Entry]) -> Drawing | None:
    """The drawing of these entries; None if fewer than two can be placed in time."""
    dated = [entry for entry in entries if entry.date and entry.kind != "end"]
    days = {day: None for entry in dated for day in _days(entry)}
    if len(dated) < 2 or len(days) < 2:
        return None
    axis = Axis(days, _names([*chain.from_iterable(map(_named, dated))]))
    lanes = []
    for label, members in _lanes(record, dated):
        marks = [_mark(entry, axis) for entry in members]
        _place(marks)
        lanes.append(Lane(label, marks))
    drawn = Drawing(lanes, axis)
    top = TOP
    for lane in lanes:
        lane.y = top
        for mark in lane.marks:
            mark.y = top + LANE_HEAD + mark.row * ROW
        top += LANE_HEAD + (1 + max(mark.row for mark in lane.marks)) * ROW + GAP
    drawn.height = top
    drawn.replacements = list(_replacements(lanes))
    return drawn


def _lanes(record: dict[str, Any], entries: list[Entry]) -> Iterator[tuple[str, list[Entry]]]:
    """The lanes that have something, with their labels: the account, what the platform said, others, background."""
    platforms = [action["account"]["platform"] for action in record["actions"]]
    names = {platform["name"] for platform in platforms if platform}
    is_said = {
        id(entry): entry.kind == "justification"
        and voice_of(entry.statement, platforms_of(entry.statement, record)) == Voice.PLATFORM
        for entry in entries
    }
    of_platform = [entry for entry in entries if is_said[id(entry)]]
    others = [
        entry
        for entry in entries
        if entry.kind in ("justification", "involvement") and not is_said[id(entry)]
    ]
    of_platform.sort(key=lambda entry: not (is_silent(entry.statement) or gives_ground(entry.statement)))
    others.sort(key=lambda entry: entry.statement.get("role") not in CAUSE_ROLES)
    said = _("%(platform)s said") % {"platform": names.pop()} if len(names) == 1 else _("The platforms said")
    lanes = (
        (_("What was done"), [entry for entry in entries if entry.kind == "start"]),
        (said, of_platform),
        (_("Others"), others),
        (_("Background"), [entry for entry in entries if entry.kind == "context"]),
    )
    return ((label, members) for label, members in lanes if members)


def _bounds(value: EDTF | None) -> list[Date]:
    return [day for day in (value.earliest, value.latest) if day] if value else []


def _days(entry: Entry) -> list[Date]:
    """The days between which a mark is drawn."""
    if not entry.action:
        return _bounds(entry.date)
    action = entry.action
    noticed = action["start_at_from"] if _is_only_noticed(action) else None
    return [
        *([noticed.date()] if noticed else []),
        *_bounds(action["start"]),
        *(_bounds(action["end"]) or _bounds(action["status_as_of"])),
    ]


def _named(entry: Entry) -> Iterator[tuple[Date, str]]:
    """The days that have a label on the axis: those that are recorded as days, and the beginning of a recorded period."""
    values = [entry.date, entry.action["end"]] if entry.action else [entry.date]
    for value in values:
        if value and not value.is_whole_period:
            yield from ((day, "") for day in _bounds(value))
        elif value and value.earliest and not value.is_interval:
            yield value.earliest, value.words()


def _names(named: list[tuple[Date, str]]) -> dict[Date, str]:
    """The labels by day; those of periods only where there are none of days."""
    days = {day: "" for day, label in named if not label}
    return days or dict(named)


def _is_only_noticed(action: dict[str, Any]) -> bool:
    """Whether the action began on its date or at any time before."""
    return action["start_basis"] in (StartBasis.FIRST_OBSERVED, StartBasis.REPORTED)


def _mark(entry: Entry, axis: Axis) -> Mark:
    first, last = _span(entry.date, axis) if entry.date else (0.0, 0.0)
    if entry.action:
        return _bar(entry, entry.action, axis)
    said = entry.statement
    if entry.relation:
        label = entry.relation["incident"]["title"]
    elif entry.kind == "involvement":
        label = _("%(role)s: %(who)s") % {"role": said["role"].label, "who": party_name(said)}
    else:
        label = (
            reason_words(said)
            if gives_ground(said) and said["ground"] != "none_stated"
            else said["kind"].phrase
        )
    is_ring = entry.kind == "justification" and (is_silent(said) or said["ground"] == "none_stated")
    return Mark(entry, Truncator(label).chars(MAX_LABEL), first, last, is_ring=is_ring)


def _span(value: EDTF, axis: Axis) -> tuple[float, float]:
    """Where a date is drawn, from its earliest to its latest day; a side that is not known is a stub."""
    first, last = (day and axis.place(day) for day in (value.earliest, value.latest))
    if first is None:
        return max(last - STUB, 0.0), last
    if last is None:
        return first, first + STUB
    return first, last


def _bar(entry: Entry, action: dict[str, Any], axis: Axis) -> Mark:
    """An action from the first day on which it may have begun to the last on which it may have ended."""
    first, begun = _span(action["start"], axis)
    if _is_only_noticed(action):
        noticed = action["start_at_from"]
        first = axis.place(noticed.date()) if noticed else max(first - STUB, 0.0)
    ended, last = begun, begun
    if until := action["end"] or action["status_as_of"]:
        ended, last = _span(until, axis)
        if not action["end"]:
            last = ended
    lasted = has_happened(action) and action["status"] not in (Status.UNKNOWN, Status.NOT_APPLICABLE)
    label = type_words(action["type"], action["occurrence"])
    if action["status"] not in (Status.UNKNOWN, Status.NOT_APPLICABLE, Status.NEVER_APPLIED):
        label = _("%(what)s, %(status)s") % {"what": label, "status": action["status"].phrase}
    solid = (begun, ended) if lasted and ended > begun else None
    return Mark(entry, label, first, max(last, begun), solid=solid, is_ring=not has_happened(action))


def _place(marks: Iterable[Mark]) -> None:
    """Put each mark into the first row in which neither it nor its label meets another; if there is none, it loses its
    label."""
    free: list[list[tuple[float, float]]] = []
    for mark in marks:
        room = _room(mark.label)
        if mark.is_wide:
            mark.label_at, taken = mark.left, (mark.left, max(mark.right, mark.left + room))
        elif mark.right + MARK + room <= 100:
            mark.label_at, taken = mark.right + MARK, (mark.left, mark.right + MARK + room)
        elif mark.left - MARK - room >= 0:
            mark.label_at, mark.is_before = mark.left - MARK, True
            taken = (mark.left - MARK - room, mark.right)
        else:
            taken = (mark.left, mark.right)
        mark.row = _first_free(free, taken)
        if mark.row >= MAX_ROWS:
            mark.label_at, taken = None, (mark.left, mark.right)
            mark.row = MAX_ROWS + _first_free(free[MAX_ROWS:], taken)
        while len(free) <= mark.row:
            free.append([])
        free[mark.row].append(taken)


def _first_free(rows: list[list[tuple[float, float]]], wanted: tuple[float, float]) -> int:
    left, right = wanted[0] - MARK, wanted[1] + MARK
    for number, row in enumerate(rows):
        if all(right < taken[0] or left > taken[1] for taken in row):
            return number
    return len(rows)


def _room(label: str) -> float:
    """Percent of the narrowest drawing that a label takes."""
    return sum(HAN if ord(letter) > 0x2E7F else LETTER for letter in label) / NARROWEST * 100


def _replacements(lanes: Iterable[Lane]) -> Iterator[Replacement]:
    """Lines from each statement to the one that replaces it."""
    marks = {mark.entry.anchor: mark for lane in lanes for mark in lane.marks}
    for mark in marks.values():
        if mark.entry.replaces and (old := marks.get(f"justification-{mark.entry.replaces['seq']}")):
            yield Replacement(percent(old.right), old.line_y, percent(mark.left), mark.line_y)
