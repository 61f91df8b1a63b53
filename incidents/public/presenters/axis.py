"""An axis of time for a drawing: days become positions in percent, and long gaps between what is recorded are cut short."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from statistics import median

from django.utils.formats import date_format

# A gap is cut short if it is so many times as long as the median one; it then takes as much room as so many of those.
LONG_GAP, CUT_GAP = 8, 2.5
FIRST, LAST = 2.0, 92.0  # percent of the width between which days are placed
TICK_ROOM = 8.5  # percent that the label of a tick takes


@dataclass(frozen=True)
class Tick:
    x: float
    label: str


class Axis:
    """Where days stand: evenly, except for the long gaps, of which `breaks` has the middle."""

    def __init__(self, days: Iterable[date], named: Mapping[date, str]) -> None:
        """An axis for these days, of which the `named` ones have a label where there is room: their date if it is empty."""
        self.days = sorted(set(days))
        gaps = [(later - earlier).days for earlier, later in pairwise(self.days)]
        usual = median(gaps) if gaps else 1
        is_long = [gap > LONG_GAP * usual for gap in gaps]
        lengths = [CUT_GAP * usual if long else gap for gap, long in zip(gaps, is_long, strict=True)]
        scale = (LAST - FIRST) / (sum(lengths) or 1)
        self.places = [FIRST if lengths else (FIRST + LAST) / 2]
        for length in lengths:
            self.places.append(self.places[-1] + length * scale)
        self.breaks = [
            (left + right) / 2
            for (left, right), long in zip(pairwise(self.places), is_long, strict=True)
            if long
        ]
        self.ticks = list(self._ticks(sorted(named.items())))

    def place(self, day: date) -> float:
        """Where a day is drawn, in percent of the width; a day beyond the ends is drawn at the end."""
        after = bisect_right(self.days, day)
        if after == 0:
            return self.places[0]
        if after == len(self.days):
            return self.places[-1]
        earlier, later = self.days[after - 1], self.days[after]
        left, right = self.places[after - 1], self.places[after]
        return left + (right - left) * (day - earlier).days / (later - earlier).days

    def _ticks(self, named: list[tuple[date, str]]) -> Iterator[Tick]:
        """The labels of days: one that would run into the label before it is left out; the year is said where it changes."""
        year, free = None, 0.0
        for day, label in named:
            x = self.place(day)
            if x < free:
                continue
            has_year = bool(label) or day.year != year
            yield Tick(x, label or date_format(day, "DATE_FORMAT" if has_year else "MONTH_DAY_FORMAT"))
            free, year = x + TICK_ROOM * (1.6 if has_year else 1), day.year
