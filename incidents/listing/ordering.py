"""The order of a listing: any page of it, from any place, and the whole of it as a stream.

Incidents are fetched by month, since the posting lists say which belong to which: a few at once, months with few together,
and along the index of the order where one month has many.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice

from pyroaring import BitMap

from ..dates import DAY
from ..index.facets import NONE, VALUE
from ..index.posting_lists import EMPTY
from ..index.terms import FIRST_YEAR, LAST_YEAR, within_calendar
from ..models import PublicIncident
from .matching import MAX_SCORED_GROUPS, Matching, batches

MAX_SORTED_AT_ONCE = 300  # incidents
MIN_FETCHED_TOGETHER = 30  # incidents of months that have few
MAX_OF_MONTH_AT_ONCE = 100  # incidents of one month; more are read along the index
FIRST_READ_ROWS = 25  # along the index of a month, then four times as many, and again, until there is a page
MAX_STREAMED_BY_KEY = 20_000  # incidents; more are streamed along the index
STREAM_BATCH_SIZE = 2_000
KEY_BATCH_SIZE = 1_000
FIELD_BATCH_SIZE = 500


# A cursor as it is written: its tier, its day or moment, and the ref of an incident.
MOMENT = f"{DAY}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]{{6}})?Z"
CURSOR = f"([0-{MAX_SCORED_GROUPS}])~({NONE}|{DAY}|{MOMENT})~([-a-zA-Z0-9_]{{0,100}})"


@dataclass(frozen=True)
class Cursor:
    """A place in a listing: next to an incident, known by its sort key."""

    tier: int
    when: date | datetime | None
    ref: str

    @property
    def day(self) -> date | None:
        """The day under which the incident is found; None if it has none."""
        if self.when is None:
            return None
        return within_calendar(self.when.date() if isinstance(self.when, datetime) else self.when)

    def __str__(self):
        when = self.when.isoformat().replace("+00:00", "Z") if self.when else NONE
        return f"{self.tier}~{when}~{self.ref}"

    @classmethod
    def read(cls, text: str, order: str) -> "Cursor":
        """The cursor written so. Raises ValueError if none was."""
        if not (match := re.fullmatch(CURSOR, text)):
            raise ValueError("this is not a place in a list")
        tier, written, ref = match.groups()
        if written == NONE:
            return cls(int(tier), None, ref)
        if ("T" in written) != (order == "changed"):
            raise ValueError("this is a place in another order")
        read = datetime.fromisoformat if order == "changed" else date.fromisoformat
        return cls(int(tier), read(written), ref)

    @classmethod
    def at(cls, day: date, order: str) -> "Cursor":
        """The place where a day begins in this order."""
        if order == "changed":
            day = datetime.fromisoformat(f"{day + timedelta(days=1)}T00:00:00Z")
        return cls(0, day, "")


@dataclass(frozen=True)
class Page:
    """The keys of some incidents of a listing, the cursors of the first and the last, and whether there are more."""

    keys: list[int]
    first: Cursor | None
    last: Cursor | None
    has_previous: bool
    has_next: bool


class Ordering:
    """The matching incidents in their order."""

    def __init__(self, matching: Matching):
        self.matching, self.reader = matching, matching.reader
        self.order = matching.criteria.order
        self.field = "changed_at" if self.order == "changed" else "first_day"

    def page(self, size: int, *, after: Cursor | None = None, before: Cursor | None = None) -> Page:
        """The Page of up to `size` incidents after or before a cursor, or from the first on."""
        backward = before is not None
        rows = list(islice(self.rows(before or after, backward=backward), size + 1))
        more = len(rows) > size
        rows = rows[:size]
        if backward:
            rows.reverse()
            if not more:
                return self.page(size)
        return Page(
            [pk for pk, _cursor in rows],
            first=rows[0][1] if rows else None,
            last=rows[-1][1] if rows else None,
            has_previous=more if backward else bool(after),
            has_next=backward or more,
        )

    def stream(self, fields: Sequence[str]) -> Iterator[tuple]:
        """These fields of all documents in their order, without holding many at a time."""
        if len(self.matching.incidents) <= MAX_STREAMED_BY_KEY:
            keys = (pk for pk, _cursor in self.rows(None))
            return fields_in_order(self.reader.using, keys, fields)
        return (row[1:] for row in self._scan(fields))

    def _scan(self, fields):
        """Along the index of the order, passing over what does not match: for very many."""
        dated = {f"{self.field}__isnull": False}
        for part in self._tiers():
            documents = self._documents()
            for run in (
                documents.filter(**dated).order_by(*self._sorting(backward=False)),
                documents.exclude(**dated).order_by("ref"),
            ):
                for row in run.values_list("pk", *fields).iterator(chunk_size=STREAM_BATCH_SIZE):
                    if row[0] in part:
                        yield row

    def _tiers(self):
        return self.matching.tiers if self.order == "best" else [self.matching.incidents]

    def rows(self, cursor: Cursor | None, *, backward: bool = False) -> Iterator[tuple[int, Cursor]]:
        """(key, cursor) from a cursor on, or without one from the first."""
        number = cursor.tier if cursor else 0
        tiers = list(enumerate(self._tiers()))
        if cursor:
            tiers = tiers[: number + 1] if backward else tiers[number:]
        for tier, part in reversed(tiers) if backward else tiers:
            start = cursor if cursor and tier == number else None
            for key, pk in self._sorted(part, start, backward):
                yield pk, Cursor(tier, *key)

    def _sorted(self, part, cursor, backward):
        """((day or moment, ref), key) of these incidents, from a cursor on."""
        if len(part) <= MAX_SORTED_AT_ONCE:
            yield from self._fetched(part, cursor, backward)
            return
        together, edge = BitMap(), None
        for month, incidents in self._months(part, cursor, backward):
            at_edge = cursor if cursor and month == _month(cursor.day) else None
            if len(incidents) > MAX_OF_MONTH_AT_ONCE:
                yield from self._fetched(together, edge, backward)
                yield from self._along(month, incidents, at_edge, backward)
                together, edge = BitMap(), None
                continue
            together, edge = together | incidents, edge or at_edge
            if len(together) > MIN_FETCHED_TOGETHER:
                yield from self._fetched(together, edge, backward)
                together, edge = BitMap(), None
        yield from self._fetched(together, edge, backward)

    def _fetched(self, incidents, cursor, backward):
        """The same, fetched by key and sorted here."""
        rows = []
        for part in batches(incidents, KEY_BATCH_SIZE):
            rows += self._documents().filter(pk__in=part).values_list(self.field, "ref", "pk")
        found = [((when, ref), pk) for when, ref, pk in rows]
        found.sort(key=lambda each: self._rank(*each[0]), reverse=backward)
        if cursor:
            edge = self._rank(cursor.when, cursor.ref)
            found = [
                each
                for each in found
                if (self._rank(*each[0]) < edge if backward else self._rank(*each[0]) > edge)
            ]
        return found

    def _along(self, month, incidents, cursor, backward):
        """The same for many of one month: along the index of the order, passing over what does not match."""
        size = FIRST_READ_ROWS
        documents = self._of_month(month).order_by(*self._sorting(backward=backward))
        last, read = cursor and (cursor.when, cursor.ref), size
        while read == size:
            size, left = 4 * size, 4 * size
            for stretch in self._beyond(documents, last, backward):
                rows = list(stretch.values_list(self.field, "ref", "pk")[:left])
                left -= len(rows)
                for when, ref, pk in rows:
                    last = (when, ref)
                    if pk in incidents:
                        yield last, pk
            read = size - left

    def _of_month(self, month):
        """The documents of a month; the first and the last month have those before and after as well."""
        documents, field = self._documents(), self.field
        if month is None:
            return documents.filter(**{f"{field}__isnull": True})
        first = date.fromisoformat(f"{month}-01")
        is_last = (first.year, first.month) >= (LAST_YEAR, 12)
        after = None if is_last else (first + timedelta(days=31)).replace(day=1)
        bounds = {"gte": first if first > date(FIRST_YEAR, 1, 1) else None, "lt": after}
        if field == "changed_at":
            bounds = {name: day and datetime.combine(day, time.min, UTC) for name, day in bounds.items()}
        return documents.filter(**{f"{field}__{name}": bound for name, bound in bounds.items() if bound})

    def _beyond(self, documents, last, backward):
        """What follows an incident: the rest of its day or moment, and all after that; without one, everything."""
        if last is None:
            return [documents]
        when, ref = last
        rest = {"ref__lt" if backward else "ref__gt": ref}
        if when is None:
            return [documents.filter(**rest)]
        rising = (self.order == "oldest") != backward
        return [
            documents.filter(**{self.field: when}, **rest),
            documents.filter(**{f"{self.field}__{'gt' if rising else 'lt'}": when}),
        ]

    def _sorting(self, *, backward):
        down = (self.order != "oldest") != backward
        return (f"{'-' if down else ''}{self.field}", "-ref" if backward else "ref")

    def _rank(self, when, ref):
        """What the order sorts by: undated ones last, and by ref within a day."""
        if when is None:
            return (1, 0, ref)
        number = when.toordinal() if type(when) is date else when.timestamp()
        return (0, number if self.order == "oldest" else -number, ref)

    def _months(self, incidents, cursor, backward):
        """Each month with those of these incidents that belong to it, in order, from the month of a cursor on; None for
        those without a date."""
        name = "changed" if self.order == "changed" else "first"
        start = _month(cursor.day) if cursor else ...
        undated = incidents & self.reader.incidents(f"{VALUE}{name}={NONE}")
        if backward and undated and start in (..., None):
            yield None, undated
        if backward or start is not None:
            rising = (self.order == "oldest") != backward
            yield from self._dated(incidents, name, None if start is ... else start, rising)
        if not backward and undated:
            yield None, undated

    def _dated(self, incidents, name, start, rising):
        def spans(keys, within):
            """Those of these years or months that have any, with what they have."""
            keys = [key for key in (keys if rising else reversed(keys)) if not past(key)]
            layers = self.reader.layers([f"{VALUE}{name}={key}" for key in keys])
            for key, of in zip(keys, layers.values(), strict=True):
                if found := within & of.get(0, EMPTY):
                    yield key, found

        def past(key):
            return start and (key < start[: len(key)] if rising else key > start[: len(key)])

        for year, of_year in spans([str(year) for year in range(FIRST_YEAR, LAST_YEAR + 1)], incidents):
            yield from spans([f"{year}-{month:02}" for month in range(1, 13)], of_year)

    def _documents(self):
        return PublicIncident.objects.using(self.reader.using)


def _month(day):
    """The month of a day, as in its term; None if there is no day."""
    return day and day.isoformat()[:7]


def fields_in_order(using: str, keys: Iterable[int], fields: Sequence[str]) -> Iterator[tuple]:
    """These fields of the documents with these keys, in the order of the keys, as many at a time as fit well."""
    for part in batches(keys, FIELD_BATCH_SIZE):
        rows = PublicIncident.objects.using(using).filter(pk__in=part).values_list("pk", *fields)
        found = {row[0]: row[1:] for row in rows}
        yield from (found[pk] for pk in part if pk in found)


def documents_in_order(keys: Iterable[int]) -> list[PublicIncident]:
    """The documents with these keys, in the order of the keys."""
    found = PublicIncident.objects.in_bulk(keys)
    return [found[pk] for pk in keys if pk in found]
