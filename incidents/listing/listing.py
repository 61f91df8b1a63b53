"""A listing: the incidents that have what was asked for, how many have each value, and any page of them in any order."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, reduce
from itertools import chain, islice
from operator import and_

from django.db.models import Q
from pyroaring import BitMap

from ..choices import Occurrence
from ..index.analysis import is_unigram
from ..index.documents import NAMES, SOURCES, TEXTS
from ..index.posting_lists import EMPTY
from ..index.terms import (
    COUNTED,
    FIRST_YEAR,
    LAST_YEAR,
    LISTED,
    MARKS,
    NONE,
    STEM,
    VALUE,
    pairs,
    terms_between,
    within_calendar,
)
from ..models import PublicIncident
from .query import Query

# What is asked together about actions must be true of one and the same action.
OF_ACTIONS = ("platform", "holder", "type", "status", "reason", "occurrence")
OF_INCIDENTS = ("ground", "country", "party", "account")
MOST_LOOKED_UP = 20_000  # incidents whose texts one query looks through for a phrase
MOST_SCORED = 8
FEW = 300  # incidents that are sorted at once
FEW_TOGETHER = 30
MANY = 100  # incidents of one month that are not
FIRST_READ = 25  # entries of such a month, four times as many, and again, until there is a page
FEW_TO_STREAM = 20_000
AT_ONCE = 2_000  # entries of a stream


@dataclass(frozen=True)
class Asked:
    """What is asked for: values by name, any of them or `every` one, those left out, the days, the words, the order."""

    values: dict = field(default_factory=dict)
    without: dict = field(default_factory=dict)
    every: frozenset = frozenset()
    first: date | None = None
    last: date | None = None
    undated: bool = False
    query: Query = Query()
    nothing: bool = False  # words were asked for, and none can be looked for
    order: str = "newest"


class Listing:
    """The listed incidents that have what was asked for, as one edition of the archive has them."""

    def __init__(self, reader, asked):
        self.reader, self.asked = reader, asked
        self.is_cut = (
            False  # whether more may be found: a phrase stood in too many places to look it up in all
        )

    def __len__(self):
        return len(self.found)

    @cached_property
    def found(self):
        return self._having()

    def having(self, *, but):
        """How many there would be if this name were not asked for."""
        return len(self._having(but))

    def _having(self, but=""):
        """The incidents that have all that is asked for, but for one name."""
        return self._of_actions(self._of_incidents(but), but)

    def _of_incidents(self, but=""):
        """Those that have what is asked of the incident as a whole."""
        found = self.words if but != "q" else self.reader.whole(LISTED)
        for name, values in self.asked.values.items():
            if name != but and values and name in OF_INCIDENTS:
                found = found & self._any_or_every(name, values)
        for name, values in self.asked.without.items():
            if name != but and values:
                found = found - self.reader.union(terms(name, values)).get(0, EMPTY)
        return found

    def _any_or_every(self, name, values):
        if name in self.asked.every:
            return reduce(and_, (self.reader.whole(term) for term in terms(name, values)))
        return self.reader.union(terms(name, values)).get(0, EMPTY)

    def _of_actions(self, incidents, but=""):
        """Those of these incidents of which one action has all that is asked of actions."""
        conditions = {
            name: self.asked.values[name]
            for name in OF_ACTIONS
            if name != but and self.asked.values.get(name)
        }
        each = [name for name in conditions if name in self.asked.every and len(conditions[name]) > 1]
        if each:
            chosen = [conditions | {name: [value]} for name in each for value in conditions[name]]
            return reduce(and_, (self._one_action(incidents, these, but) for these in chosen))
        return self._one_action(incidents, conditions, but)

    def _one_action(self, incidents, conditions, but):
        layers = self._layers(conditions, but)
        if layers is None:
            return incidents
        return incidents & union(layers.values())

    def _layers(self, conditions, but=""):
        """By layer, the incidents whose n-th action has all this; None if nothing is asked of actions."""
        wanted = [self.reader.union(terms(name, values)) for name, values in conditions.items()]
        if but != "from" and self._span is not None:
            wanted.append(self._span)
        if not wanted:
            return None
        return {
            layer: reduce(and_, (each[layer] for each in wanted))
            for layer in set.intersection(*(set(each) for each in wanted))
            if layer
        }

    @cached_property
    def _span(self):
        """By layer, the incidents whose n-th action may have begun in the days asked for; None if none are."""
        if self.asked.undated:
            return self.reader.union([f"{VALUE}start={NONE}"])
        if self.asked.first or self.asked.last:
            return self.reader.union(terms_between(self.asked.first, self.asked.last))
        return None

    def counts(self, name, values):
        """For each of these values, how many incidents there would be with it, all else as asked."""
        reader = self.reader.layers([f"{VALUE}{name}={value}" for value in values])
        base = self._of_incidents(but=name)
        found = dict(zip(values, reader.values(), strict=True))
        if name in OF_INCIDENTS or name == "start":
            base = self._of_actions(base, but="from" if name == "start" else name)
        if name == "start":
            layers = self._layers(self._conditions(), but="from")
            return self._count(base, layers, found)
        if name in OF_INCIDENTS:
            return {value: base.intersection_cardinality(of.get(0, EMPTY)) for value, of in found.items()}
        if self.asked.every:
            base = self._of_actions(base, but=name)
        return self._count(base, self._layers(self._conditions(but=name)), found)

    def _conditions(self, but=""):
        values = self.asked.values
        return {
            name: values[name]
            for name in OF_ACTIONS
            if name != but and values.get(name) and name not in self.asked.every
        }

    def _count(self, base, layers, found):
        """For each value how many of the base have it; `found` has its sets by layer, `layers` the actions in question."""
        if layers is None:
            return {value: base.intersection_cardinality(of.get(0, EMPTY)) for value, of in found.items()}
        # Mostly all actions of an incident are in question or none is: only the others are looked at layer by layer.
        partly = base & union(there - layers.get(layer, EMPTY) for layer, there in self._there.items())
        wholly = (base & union(layers.values())) - partly
        layers = {layer: rest for layer, each in layers.items() if (rest := each & partly)}
        counts = {}
        for value, of in found.items():
            beside = union(layers[layer] & of[layer] for layer in layers.keys() & of.keys())
            counts[value] = wholly.intersection_cardinality(of.get(0, EMPTY)) + len(beside)
        return counts

    @cached_property
    def _there(self):
        """By layer, the incidents that have so many actions."""
        there = self.reader.union(f"{VALUE}occurrence={value}" for value in Occurrence.values)
        return {layer: incidents for layer, incidents in there.items() if layer}

    def lines(self):
        """How many actions these incidents have, whether they count or not: the lines of a table of actions."""
        return sum(map(self.found.intersection_cardinality, self._there.values()))

    def span(self):
        """The years from the first to the last in which an incident begins."""
        years = list(range(FIRST_YEAR, LAST_YEAR + 1))
        first = self.reader.layers([f"{VALUE}first={year}" for year in years]).values()
        listed = self.reader.whole(LISTED)
        having = [year for year, of in zip(years, first, strict=True) if listed.intersect(of.get(0, EMPTY))]
        return range(having[0], having[-1] + 1) if having else range(0)

    def actions(self):
        """How many counted account actions these incidents have, of those that were asked for."""
        counted, layers = self.reader.layers([COUNTED])[COUNTED], self._layers(self._conditions())
        return sum(
            len(self.found & of & layers[layer]) if layers is not None else len(self.found & of)
            for layer, of in counted.items()
            if layer and (layers is None or layer in layers)
        )

    # Words

    @cached_property
    def words(self):
        """The incidents that have the words."""
        found, query = self.reader.whole(LISTED), self.asked.query
        if self.asked.nothing:
            return EMPTY
        for group in query.groups:
            found = found & union(self._of_term(term) for term in group)
        for term in query.without:
            found = found - self._of_term(term)
        return found

    def _of_term(self, term):
        mark = MARKS.get(term.scope, "")
        if term.stem:
            return self.reader.whole(mark + STEM + term.stem)
        found, is_cut = self.reader.phrases.get(term, (None, False))
        if found is None:
            found, is_cut = self._look_up(term, mark)
            self.reader.remember(term, (found, is_cut))
        self.is_cut = self.is_cut or is_cut
        return found

    def _look_up(self, term, mark):
        """The incidents that have these tokens side by side, and whether some were not looked through."""
        listed, begun = list(term.tokens), []
        if term.prefix and not is_unigram(listed[-1]):
            begun = [
                self.reader.union(self.reader.beginning_with(mark + listed.pop())).get(0, EMPTY),
            ]
        words = {*listed, *pairs(listed)}
        found = reduce(and_, chain(begun, (self.reader.whole(mark + word) for word in words)))
        size = len(term.tokens)
        if size == 1 or size == 2 and all(map(is_unigram, term.tokens)):
            return found, False
        candidates = found[-MOST_LOOKED_UP:]
        text = f" {' '.join(term.tokens)}{'' if term.prefix else ' '}"
        columns = (term.scope,) if term.scope else (NAMES, TEXTS, SOURCES)
        has_it = reduce(Q.__or__, (Q(**{f"{column}__contains": text}) for column in columns))
        right = BitMap()
        for part in batches(candidates, 1_000):
            entries = self._entries().filter(has_it, pk__in=part)
            right.update(entries.values_list("pk", flat=True))
        return right, len(found) > len(candidates)

    @cached_property
    def tiers(self):
        """What is found, those first that have most of the words in their title, ref and names."""
        least = [self.found]  # those with at least n of the words
        for group in self.asked.query.groups[:MOST_SCORED]:
            terms = [term.within(NAMES) for term in group if not term.scope]
            if not terms:
                continue
            named = union(map(self._of_term, terms))
            least.append(EMPTY)
            for n in range(len(least) - 1, 0, -1):
                least[n] = least[n] | least[n - 1] & named
        least.append(EMPTY)
        return [least[n] - least[n + 1] for n in range(len(least) - 2, -1, -1)]

    # Order

    def page(self, size, *, after=None, before=None):
        """Up to `size` incidents after or before a cursor, or from the first on."""
        backward = before is not None
        rows = list(islice(self._rows(before or after, backward=backward), size + 1))
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

    def __iter__(self):
        """The keys of all incidents in their order."""
        return (pk for (pk,) in self.entries("pk"))

    def entries(self, *fields):
        """These fields of all entries in their order, without holding many at a time."""
        if len(self.found) <= FEW_TO_STREAM:
            keys = (pk for pk, _cursor in self._rows(None))
            return fields_in_order(self.reader.using, keys, fields)
        return (row[1:] for row in self._scan(fields))

    def _scan(self, fields):
        """Along the index of the order, passing over what is not found: for very many."""
        dated = {f"{self._field}__isnull": False}
        for part in self._parts():
            entries = self._entries()
            for of in (entries.filter(**dated).order_by(*self._sorting(self._field, False)),
                       entries.exclude(**dated).order_by("ref")):  # fmt: skip
                for row in of.values_list("pk", *fields).iterator(chunk_size=AT_ONCE):
                    if row[0] in part:
                        yield row

    def _parts(self):
        return self.tiers if self.asked.order == "best" else [self.found]

    def _rows(self, cursor, *, backward=False):
        """(key, cursor) from a cursor on, or without one from the first."""
        number, cursor = (cursor.tier, cursor) if cursor else (0, None)
        parts = list(enumerate(self._parts()))
        if cursor:
            parts = parts[: number + 1] if backward else parts[number:]
        for tier, part in reversed(parts) if backward else parts:
            start = cursor if cursor and tier == number else None
            for key, pk in self._sorted(part, start, backward):
                yield pk, Cursor(tier, *key)

    def _sorted(self, part, cursor, backward):
        """((day or moment, ref), key) of these incidents, from a cursor on."""
        if len(part) <= FEW:
            yield from self._keys(part, cursor, backward)
            return
        together, edge = BitMap(), None
        for month, incidents in self._months(part, cursor, backward):
            at_edge = cursor if cursor and month == _month(cursor.day) else None
            if len(incidents) > MANY:
                yield from self._keys(together, edge, backward)
                yield from self._along(month, incidents, at_edge, backward)
                together, edge = BitMap(), None
                continue
            # Months with few are fetched together.
            together, edge = together | incidents, edge or at_edge
            if len(together) > FEW_TOGETHER:
                yield from self._keys(together, edge, backward)
                together, edge = BitMap(), None
        yield from self._keys(together, edge, backward)

    def _keys(self, incidents, cursor, backward):
        field = self._field
        rows = []
        for part in batches(incidents, 1_000):
            rows += self._entries().filter(pk__in=part).values_list(field, "ref", "pk")
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
        """The same for many of one month: along the index of the order, passing over what is not found."""
        field, size = self._field, FIRST_READ
        entries = self._of_month(month).order_by(*self._sorting(field, backward))
        last, read = cursor and (cursor.when, cursor.ref), size
        while read == size:
            size, left = 4 * size, 4 * size
            for stretch in self._beyond(entries, last, backward):
                rows = list(stretch.values_list(field, "ref", "pk")[:left])
                left -= len(rows)
                for when, ref, pk in rows:
                    last = (when, ref)
                    if pk in incidents:
                        yield last, pk
            read = size - left

    def _of_month(self, month):
        """The entries of a month; the first and the last month have those before and after as well."""
        entries, field = self._entries(), self._field
        if month is None:
            return entries.filter(**{f"{field}__isnull": True})
        first = date.fromisoformat(f"{month}-01")
        after = (
            (first + timedelta(days=31)).replace(day=1)
            if (first.year, first.month) < (LAST_YEAR, 12)
            else None
        )
        bounds = {"gte": first if first > date(FIRST_YEAR, 1, 1) else None, "lt": after}
        if field == "changed_at":
            bounds = {name: day and datetime.combine(day, time.min, UTC) for name, day in bounds.items()}
        return entries.filter(**{f"{field}__{name}": bound for name, bound in bounds.items() if bound})

    def _beyond(self, entries, last, backward):
        """What follows an incident: the rest of its day or moment, and all after that; without one, everything."""
        if last is None:
            return [entries]
        (when, ref), field = last, self._field
        rest = {"ref__lt" if backward else "ref__gt": ref}
        if when is None:
            return [entries.filter(**rest)]
        rising = (self.asked.order == "oldest") != backward
        return [
            entries.filter(**{field: when}, **rest),
            entries.filter(**{f"{field}__{'gt' if rising else 'lt'}": when}),
        ]

    @property
    def _field(self):
        return "changed_at" if self.asked.order == "changed" else "first_day"

    def _sorting(self, field, backward):
        down = (self.asked.order != "oldest") != backward
        return (f"{'-' if down else ''}{field}", "-ref" if backward else "ref")

    def _rank(self, when, ref):
        """What the order sorts by: undated ones last, and by ref within a day."""
        if when is None:
            return (1, 0, ref)
        number = when.toordinal() if type(when) is date else when.timestamp()
        return (0, number if self.asked.order == "oldest" else -number, ref)

    def _months(self, incidents, cursor, backward):
        """Each month with those of these incidents that belong to it, in order, from the month of a cursor on; None for
        those without a date."""
        name = "changed" if self.asked.order == "changed" else "first"
        start = _month(cursor.day) if cursor else ...
        undated = incidents & self.reader.whole(f"{VALUE}{name}={NONE}")
        if backward and undated and start in (..., None):
            yield None, undated
        if backward or start is not None:
            rising = (self.asked.order == "oldest") != backward
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

    def _entries(self):
        return PublicIncident.objects.using(self.reader.using)


@dataclass(frozen=True)
class Cursor:
    """A place in a listing: the incident that it lies beside, by what the order sorts by."""

    tier: int
    when: date | datetime | None
    ref: str

    @property
    def day(self):
        """The day under which the incident is found; None if it has none."""
        if self.when is None:
            return None
        return within_calendar(self.when.date() if isinstance(self.when, datetime) else self.when)

    def __str__(self):
        when = self.when.isoformat().replace("+00:00", "Z") if self.when else NONE
        return f"{self.tier}~{when}~{self.ref}"

    @classmethod
    def read(cls, text, order):
        """The cursor that was written so; ValueError if none was."""
        tier, when, ref = text.split("~")
        if when == NONE:
            when = None
        elif order == "changed":
            when = datetime.fromisoformat(when)
            if when.tzinfo is None:
                raise ValueError("a moment without its zone")
        else:
            when = date.fromisoformat(when)
        if not 0 <= int(tier) <= MOST_SCORED:
            raise ValueError("there is no such tier")
        return cls(int(tier), when, ref)

    @classmethod
    def at(cls, day, order):
        """The place where a day begins in this order."""
        if order == "changed":
            day = datetime.fromisoformat(f"{day + timedelta(days=1)}T00:00:00Z")
        return cls(0, day, "")


@dataclass(frozen=True)
class Page:
    """The keys of some incidents of a listing, the cursors of the first and the last, and what lies beyond them."""

    keys: list
    first: Cursor | None
    last: Cursor | None
    has_previous: bool
    has_next: bool


def _month(day):
    """The month of a day as its term has it; None where there is no day."""
    return day and day.isoformat()[:7]


def terms(name, values):
    """The terms of these values."""
    return [f"{VALUE}{name}={value}" for value in values]


def union(reader):
    reader = list(reader)
    return BitMap.union(*reader) if reader else BitMap()


def batches(items, size):
    items = iter(items)
    while part := list(islice(items, size)):
        yield part


def fields_in_order(using, keys, fields):
    """These fields of the entries with these keys, in the order of the keys, as many at a time as fit well."""
    for part in batches(keys, 500):
        rows = PublicIncident.objects.using(using).filter(pk__in=part).values_list("pk", *fields)
        found = {row[0]: row[1:] for row in rows}
        yield from (found[pk] for pk in part if pk in found)


def documents_in_order(keys):
    """The entries with these keys, in the order of the keys."""
    found = PublicIncident.objects.in_bulk(keys)
    return [found[pk] for pk in keys if pk in found]
