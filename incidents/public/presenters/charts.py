"""Charts: what their numbers say, in a sentence, and where the marks stand.

Positions across are percent of the width, so that text keeps its size; heights are pixels. A title claims no more than
what is recorded here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ...dates import EDTF
from ...index.facets import FACET, NONE, VocabularyFacet
from ...lasting import days_lasted, has_ended
from ...listing.charts import CHARTS, TIME, Numbers, Row
from ...locales import listed, short_month_words
from .actions import platform_name
from .chart_words import WORDINGS, Wording
from .drawing import percent
from .labels import broken_lines

MAX_DRAWN = 12  # rows; the table has all
MAX_NAMED = 3  # values in a title
# Columns of a line of a label: what the narrowest page has room for, however widely its reader spaces letters; and of a file.
PAGE_LABEL, FILE_LABEL = 24, 72
TITLE_LINE = 52  # columns of a title in a file
BAR_ROW, RANGE_ROW, LEGEND_ROW = 46, 66, 30  # pixels, with a label of one line
LABEL_LINE = 18
FULL = 86.0  # percent that the longest bar takes; its number is beside it
COLUMNS_TOP, COLUMNS_FOOT, COLUMNS_HEIGHT = 24, 150, 176
MAX_COLUMN_LABELS = 10
MAX_DIGITS_ACROSS = 34  # of all numbers above columns, so that they fit on a phone
STORY_FILLS = {"changed": "#7a1f2b", "same": "#b9a9a0", "not_stated": "#e4ded4"}


@dataclass
class Mark:
    """A value as it is drawn: its label, its number, and the list that it counts."""

    label: str
    number: str
    words: str
    address: str
    language: str = ""
    is_none: bool = False
    x: str = "0"
    width: str = "0"
    middle: str = "0"
    y: int = 0
    height: int = 0
    fill: str = ""
    kind: str = ""
    is_labelled: bool = True
    is_numbered: bool = True
    is_open: bool = False
    has_width: bool = True
    lines: list[str] = field(default_factory=list)

    # The heights of what is drawn for it

    @property
    def more_height(self) -> int:
        """What the lines of its label after the first take."""
        return LABEL_LINE * (len(self.lines) - 1)

    @property
    def text_y(self) -> int:
        return self.y + 15

    @property
    def second_y(self) -> int:
        return self.y + 34

    @property
    def bar_y(self) -> int:
        return self.y + self.more_height + 22

    @property
    def number_y(self) -> int:
        return self.bar_y + 12

    @property
    def line_y(self) -> int:
        return self.y + self.more_height + 48

    @property
    def axis_y(self) -> int:
        return self.line_y + 2

    @property
    def hit_height(self) -> int:
        """Of what can be clicked, as in a chart of bars, of lengths, or of parts."""
        return self.more_height + self.height

    @property
    def above_y(self) -> int:
        return self.y - 6


@dataclass
class Chart:
    """A chart for a template: `form` names the partial that draws `marks`; `rows` is its table."""

    name: str
    form: str
    heading: str
    title: str
    subtitle: str
    note: str
    rows: list[Mark]
    marks: list[Mark]
    height: int
    total: str = ""
    ticks: list[tuple[str, str]] = field(default_factory=list)

    @property
    def more(self) -> str:
        """What is only in the table, in words."""
        left = len(self.rows) - len(self.marks) if self.form == "bars" else 0
        return (
            ngettext("%(n)d more in the table", "%(n)d more in the table", left) % {"n": left}
            if left > 0
            else ""
        )

    @property
    def frame_height(self) -> int:
        """What it takes within a page of another site, with its words."""
        return self.height + 320

    @property
    def foot(self) -> int:
        """Where the lines of an axis end."""
        return self.height - 20

    @property
    def title_lines(self) -> list[str]:
        return broken_lines(self.title, TITLE_LINE)

    @property
    def partial(self) -> str:
        return f"incidents/charts/_{self.form}.html"


def chart(
    numbers: Numbers,
    sentence: str,
    actions: Sequence[tuple[dict[str, Any], dict[str, Any]]] = (),
    *,
    columns: int = PAGE_LABEL,
) -> Chart:
    """A chart of these numbers of a list, which `sentence` names; of lengths, with `actions` the few, each with its incident,
    that are drawn one by one. A line of a label has so many columns."""
    wording = WORDINGS[numbers.name]
    rows = [_row(numbers.name, row, numbers.total) for row in numbers.rows]
    subtitle = _("Number of incidents, of those recorded here: %(list)s") % {"list": sentence}
    made = Chart(
        numbers.name,
        form="bars",
        heading=str(wording.heading),
        title=_title(numbers, wording),
        subtitle=subtitle,
        note=str(wording.note),
        rows=rows,
        marks=rows[:MAX_DRAWN],
        height=0,
        total=number_words(numbers.total),
    )
    if numbers.name == TIME:
        _draw_columns(made, numbers)
    elif numbers.name == "reason-changes":
        _draw_share(made, numbers)
    elif actions:
        _draw_ranges(made, actions, sentence)
    else:
        _draw_bars(made, numbers.rows)
    if made.form != "columns":
        _place(made, columns)
    return made


def _place(made: Chart, columns: int) -> None:
    """Put the marks of a chart one below the other, each as high as the lines of its label need."""
    top, row, foot = {"bars": (0, BAR_ROW, 0), "ranges": (0, RANGE_ROW, 22), "share": (40, LEGEND_ROW, 0)}[
        made.form
    ]
    for mark in made.marks:
        mark.lines, mark.y, mark.height = broken_lines(mark.label, columns), top, row - 2
        top += row + mark.more_height
    made.height = top + foot


def labelled(numbers: Numbers) -> Iterator[tuple[Row, Mark]]:
    """Each row with its number and address as pages show them."""
    return ((row, _row(numbers.name, row, numbers.total)) for row in numbers.rows)


def number_words(number: int) -> str:
    """A number as text: “2,000”."""
    return number_format(number, force_grouping=True)


def _title(numbers: Numbers, wording: Wording) -> str:
    total = numbers.total
    if not total:
        return _("Nothing is recorded here yet")
    values = {"total": total, "of": number_words(total)}
    if numbers.name == "reason-changes":
        n = sum(row.number for row in numbers.rows if row.value == "changed")
        return wording.finding % (values | {"n": number_words(n)})
    most = max((row.number for row in numbers.known), default=0)
    if not most:
        return _("%(what)s: nothing is recorded") % {"what": wording.heading}
    first = [_within(numbers.name, row) for row in numbers.known if row.number == most]
    values |= {"n": number_words(most), "what": str(wording.heading)}
    if len(first) > MAX_NAMED:
        return (
            ngettext(
                "%(what)s: several share the highest number, %(n)s of %(of)s recorded incident",
                "%(what)s: several share the highest number, %(n)s of %(of)s recorded incidents",
                total,
            )
            % values
        )
    if len(first) > 1:
        return ngettext(
            "%(values)s: each in %(n)s of %(of)s recorded incident",
            "%(values)s: each in %(n)s of %(of)s recorded incidents",
            total,
        ) % (values | {"values": capfirst(listed(first))})
    return wording.finding % (values | {"value": first[0]})


def _within(name: str, row: Row) -> str:
    """What a value is called within a sentence."""
    if name == TIME:
        return EDTF(row.value).words()
    facet = FACET[CHARTS[name]]
    return facet.vocabulary(row.value).phrase if isinstance(facet, VocabularyFacet) else row.label


def _row(name: str, row: Row, total: int) -> Mark:
    label = capfirst(row.label) if row.value == NONE else row.label
    if name == TIME:
        label = _("No date recorded") if row.value == NONE else EDTF(row.value).words()
    number = number_words(row.number)
    words = ngettext("%(value)s: %(n)s of %(of)s incident", "%(value)s: %(n)s of %(of)s incidents", total) % {
        "value": label,
        "n": number,
        "of": number_words(total),
    }
    address = f"{reverse('incident_list')}?{row.query}"
    kind = "none" if row.value == NONE else row.value
    return Mark(label, number, words, address, row.language, is_none=row.value == NONE, kind=kind)


def _draw_bars(made: Chart, rows: Sequence[Row]) -> None:
    most = max((row.number for row in rows[:MAX_DRAWN]), default=1)
    for mark, row in zip(made.marks, rows, strict=False):
        mark.width = percent(FULL * row.number / most)


def _draw_columns(made: Chart, numbers: Numbers) -> None:
    """Columns side by side; with many, only some have a label, and the highest a number."""
    made.form, made.height = "columns", COLUMNS_HEIGHT
    rows = numbers.known
    made.marks = [mark for mark in made.rows if not mark.is_none]
    most, share = max((row.number for row in rows), default=1) or 1, 100 / max(len(rows), 1)
    step = -(-len(rows) // MAX_COLUMN_LABELS)
    is_crowded = sum(len(mark.number) for mark in made.marks) > MAX_DIGITS_ACROSS
    for place, (mark, row) in enumerate(zip(made.marks, rows, strict=True)):
        width = min(share * 0.72, 9.0)
        mark.middle = percent((place + 0.5) * share)
        mark.x, mark.width = percent((place + 0.5) * share - width / 2), percent(width)
        mark.height = round((COLUMNS_FOOT - COLUMNS_TOP) * row.number / most)
        mark.y = COLUMNS_FOOT - mark.height
        mark.is_labelled = not place % step
        mark.is_numbered = bool(row.number) and (not is_crowded or row.number == most)
        mark.kind = _short_span(row.value)


def _short_span(span: str) -> str:
    """A year, or a month without its year, below a column."""
    day = EDTF(span).earliest
    return span if len(span) == len("2020") or not day else short_month_words(day)


def _draw_share(made: Chart, numbers: Numbers) -> None:
    """One bar of all incidents, of which each has one value, and what its parts are."""
    made.form, left = "share", 0.0
    for mark, row in zip(made.marks, numbers.rows, strict=True):
        width = 100 * row.number / (numbers.total or 1)
        mark.x, mark.width, mark.fill = percent(left), percent(width), STORY_FILLS[row.value]
        left += width


def _draw_ranges(
    made: Chart, actions: Sequence[tuple[dict[str, Any], dict[str, Any]]], sentence: str
) -> None:
    """The lengths of single actions: a dot for one that is known, a bar from the shortest to the longest it may have been."""
    lengths = [(incident, days_lasted(action), action) for incident, action in actions if has_ended(action)]
    lengths.sort(key=lambda each: (each[1].at_least or 0, each[1].at_most or 10**6))
    longest = max(max(each.at_least or 0, each.at_most or 0) for _incident, each, _action in lengths) or 1
    if any(each.at_most is None for _incident, each, _action in lengths):
        longest += -(-longest // 4)  # room for what may have lasted longer
    scale, marks = FULL / longest, []
    for incident, lasted, action in lengths:
        label = _whose(incident, action)
        low = lasted.at_least or 0
        high = lasted.at_most if lasted.at_most is not None else longest
        words = lasted.words() or _("length not known")
        marks.append(
            Mark(
                label=label,
                number=capfirst(words),
                words=_("%(what)s: %(days)s") % {"what": label, "days": words},
                address=reverse("incident", args=[incident["ref"]]),
                x=percent(low * scale + 1),
                middle=percent(high * scale + 1),
                width=percent((high - low) * scale),
                is_open=lasted.at_most is None,
                has_width=high > low,
            )
        )
    made.form, made.marks = "ranges", marks
    made.subtitle = _(
        "Days from start to recorded end, as bounds where uncertain, of those recorded here: %(list)s"
    ) % {"list": sentence}
    made.ticks = [(percent(day * scale + 1), number_words(day)) for day in _round_ticks(longest)]


def _whose(incident: dict[str, Any], action: dict[str, Any]) -> str:
    holder = action["account"]["holder"]
    if not holder:
        return str(incident["title"])
    names = {"holder": holder["public_label"], "platform": platform_name(action)}
    return _("%(holder)s (%(platform)s)") % names


def _round_ticks(longest: int) -> list[int]:
    """Zero and up to four round numbers of days."""
    step = next(
        base * 10**power for power in range(9) for base in (1, 2, 5) if base * 10**power * 4 >= longest
    )
    return list(range(0, longest + 1, step))
