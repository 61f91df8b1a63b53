"""The terms a public record is found by: its words, its values for each facet, and the days it may have begun on."""

import re
from calendar import monthrange
from datetime import date, timedelta
from itertools import pairwise

from anyascii import anyascii

from ..analysis import is_unigram, stem
from ..choices import IncidentKind
from ..shown import SHOWN
from .documents import END, NAMES, SOURCES, TEXTS, first_day
from .facets import FACETS, NONE, VALUE

FIRST_YEAR, LAST_YEAR = 1900, 2100  # a date without an end is taken to reach so far
STEM = "~"  # begins the stem of a word; like END and VALUE, it is never part of a token
LISTED, COUNTED = f"{VALUE}listed", f"{VALUE}counted"
MAX_SORT_KEY = 60  # characters
MARKS = {NAMES: f"{END}n", TEXTS: "", SOURCES: f"{END}s"}  # begins the words of a column; of texts, all words


def terms_of(record, found):
    """The terms of a public record with these passages: a set for each layer, 0 for the whole of it and n for its n-th action."""
    layers = {0: {*_words(found), *_values(record), *_order(record), *_names(record)}}
    if record["kind"] == IncidentKind.ACCOUNT_ACTION:
        layers[0].add(LISTED)
    else:
        # Its date is found like that of an action; nothing else that is asked of actions is.
        layers[1] = set(_days(record["date"]))
    for number, action in enumerate(record["actions"], start=1):
        layers[number] = set(_action_values(action))
    for number in range(1, len(layers)):
        layers[0] |= layers[number]
    return layers


def _words(found):
    # By column, its tokens and the pairs of them.
    columns: dict[str, tuple[set[str], set[str]]] = {column: (set(), set()) for column in MARKS}
    for passage in found:
        words, pairs = columns[passage.column]
        words.update(passage.tokens)
        if not passage.text.isascii():
            pairs.update(bigrams(passage.tokens))
    terms = set()
    for column, (words, pairs) in columns.items():
        pairs.update([STEM + root for root in map(stem, words) if root], words)
        terms |= pairs
        if mark := MARKS[column]:
            terms.update([mark + word for word in pairs])
    return terms


def bigrams(listed):
    """Adjacent characters in a list of tokens: most names in Han have two, so a pair is a term too."""
    return (one + two for one, two in pairwise(listed) if is_unigram(one) and is_unigram(two))


def _values(record):
    """The values of the incident as a whole, and the accounts by platform, holder and topic, to be counted."""
    for facet in FACETS:
        if not facet.of_action:
            yield from facet.terms(record)
    for action in record["actions"]:
        account = action["account"]
        platform, holder = account["platform"], account["holder"]
        if platform:
            yield f"{VALUE}on={platform['slug']}/{account['slug']}"
        if holder:
            yield f"{VALUE}of={holder['slug']}/{account['slug']}"
        yield from (f"{VALUE}about={topic['slug']}/{account['slug']}" for topic in record["topics"])


def _names(record):
    """The names of parties, accounts and sources, under which an index has them in the order of its readers' alphabet."""
    accounts = [action["account"] for action in record["actions"]]
    found = {
        "party": [(each["public_label"], each["slug"]) for each in _parties(record) if each],
        "account": [(each["label"], each["slug"]) for each in accounts],
        "source": [(each["title"], each["citekey"]) for each in record["sources"]],
    }
    for facet, named in found.items():
        yield from (f"{named_prefix(facet)}{sort_key(name)}/{value}" for name, value in named)


def _parties(record):
    for parts, path in SHOWN["party"]:
        for part in record[parts]:
            for step in path.split("__"):
                part = part and part[step]
            yield from part if isinstance(part, list) else [part]


def named_prefix(facet):
    """What begins the terms of the names of an index; what follows is a sort key, a slash, and the value of the facet."""
    return f"{VALUE}{facet}-named="


def sort_key(name):
    """What names of any script are sorted by, as a reader looks them up: without case and accents, Han by its sound."""
    return " ".join(re.findall("[a-z0-9]+", anyascii(name).lower()))[:MAX_SORT_KEY]


def _order(record):
    """The month that the list is sorted by, and the month it was last changed, each with its year."""
    for name, day in (("first", first_day(record)), ("changed", record["updated_at"].date())):
        written = within_calendar(day).isoformat() if day else NONE
        yield from (f"{VALUE}{name}={written[:length]}" for length in ((4, 7) if day else (4,)))


def _action_values(action):
    """The values of one action, whether it is counted, the first year and the days in which it may have begun."""
    for facet in FACETS:
        if facet.of_action:
            yield from facet.terms(action)
    if action["counted"]:
        yield COUNTED
    if start := action["start"]:
        yield f"{VALUE}begun={within_calendar(start.earliest or start.latest).year}"
    yield from _days(action["start"])


def _days(value):
    """The days that a date may mean, or that there is none."""
    return days_between(value.earliest, value.latest) if value else [f"{VALUE}start={NONE}"]


def within_calendar(day):
    """A day, or the first or last that is distinguished."""
    return min(max(day, date(FIRST_YEAR, 1, 1)), date(LAST_YEAR, 12, 31))


def days_between(first, last):
    """The terms of the days from first to last (None: no end), and `covers=` for the years and months all theirs."""
    for name, whole in _calendar(first, last):
        yield f"{VALUE}start={name}"
        if whole:
            yield f"{VALUE}covers={name}"


def terms_between(first, last):
    """Terms of which an action has at least one if it may have begun between these days (None: no end)."""
    for name, whole in _calendar(first, last):
        yield f"{VALUE}start={name}" if whole else f"{VALUE}covers={name}"


def _calendar(first, last):
    """The years of a span, the months of years it has not whole, the days of months it has not whole."""
    first, last = within_calendar(first or date.min), within_calendar(last or date.max)
    for year in range(first.year, last.year + 1):
        whole = first <= date(year, 1, 1) and date(year, 12, 31) <= last
        yield f"{year}", whole
        for month in () if whole else range(1, 13):
            begin, end = date(year, month, 1), date(year, month, monthrange(year, month)[1])
            if last < begin or end < first:
                continue
            whole = first <= begin and end <= last
            yield f"{year}-{month:02}", whole
            if not whole:
                day, until = max(begin, first), min(end, last)
                yield from ((str(day + timedelta(days=n)), True) for n in range((until - day).days + 1))
