"""Indexes of what incidents show (parties, accounts, sources, stated reasons, countries), and the pages of those that have no
record of their own: the list of incidents with one facet fixed, under what is known of its value.

Everything comes from the public index: what no public document shows has neither a line nor a page.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from ..choices import Ground
from ..index.facets import FACET, NONE
from ..index.posting_lists import IndexReader, index_reader
from ..index.routers import reading
from ..index.terms import named_prefix, sort_key
from ..languages import native_name
from ..listing.counts import value_counts
from ..listing.criteria import Criteria
from ..listing.listing import Listing
from ..listing.stats import record_counts
from ..models import Account, Party, Source
from ..places import place_name
from ..records import public_record
from .caching import public_page
from .listings import listing_context
from .presenters import account_name, localized

MAX_ROWS = 100  # of one page of an index
MAX_KEY_CHARACTERS = 200


@dataclass(frozen=True)
class Index:
    """An index: its facet, which names its pages, too, its heading, and what it has in a sentence."""

    facet: str
    heading: str | Promise
    about: str | Promise
    rows: Callable[[IndexReader, list[str]], dict[str, dict[str, Any]]]
    of_records: bool = True  # as many as there are, in the order of their names; else a few, by number


def _parties(reader, slugs):
    found = Party.objects.with_texts().public().filter(slug__in=slugs)
    records = [localized(public_record(each), "party") for each in found]
    return {
        each["slug"]: {
            "name": each["public_label"],
            "beside": native_name(each),
            "language": each["native_language"],
            "detail": each["kind"].label,
        }
        for each in records
    }


def _accounts(reader, slugs):
    found = Account.objects.with_texts().public().filter(slug__in=slugs)
    records = [localized(public_record(each), "account") for each in found]
    return {
        each["slug"]: {
            "name": account_name(each),
            "detail": each["platform"]["name"] if each["platform"] else FACET["platform"].none,
        }
        for each in records
    }


def _sources(reader, citekeys):
    found = Source.objects.with_texts().public().filter(citekey__in=citekeys)
    records = [localized(public_record(each), "source") for each in found]
    return {
        each["citekey"]: {
            "source": each,
            "name": each["title"],
            "name_language": each["language"],
            "detail": each["container_title"] or each["publisher"],
            "date": each["issued"],
        }
        for each in records
    }


def _reasons(reader, values):
    return {value: {"name": Ground(value).label, "detail": Ground(value).definition} for value in values}


def _countries(reader, codes):
    return {code: {"name": place_name(code), "detail": code} for code in codes}


INDEXES = {
    "parties": Index(
        "party",
        gettext_lazy("People and bodies"),
        gettext_lazy("Whoever held an account, spoke or played a part in a recorded incident."),
        _parties,
    ),
    "accounts": Index(
        "account",
        gettext_lazy("Accounts"),
        gettext_lazy("The accounts, pages, groups and meetings that recorded incidents are about."),
        _accounts,
    ),
    "sources": Index(
        "source",
        gettext_lazy("Sources"),
        gettext_lazy("The articles, posts, filings and statements that recorded incidents cite."),
        _sources,
    ),
    "reasons": Index(
        "ground",
        gettext_lazy("Stated reasons"),
        gettext_lazy(
            "The reasons that were stated, neither denied nor second-hand nor replaced later. An incident is counted under each."
        ),
        _reasons,
        of_records=False,
    ),
    "countries": Index(
        "country",
        gettext_lazy("Countries and territories"),
        gettext_lazy(
            "Where the holder is, where an action applied, or whose authority or law is said to be behind it."
        ),
        _countries,
        of_records=False,
    ),
}


@require_safe
@public_page(parameters=("after",))
def index_page(request, name):
    """An index with the number of incidents of each entry."""
    index, reader = INDEXES[name], index_reader(reading.get(), request.dataset_version)
    following = None
    if index.of_records:
        values, following = _page_of_values(index.facet, request.GET.get("after", ""), reader)
        counts = value_counts(Listing(reader, Criteria()).matching, index.facet, values)
    else:
        counts = {value: number for value, number in record_counts(reader, index.facet).items() if number}
        values = sorted(counts)
    described = index.rows(reader, values)
    if not index.of_records:
        values.sort(key=lambda value: (-counts[value], sort_key(str(described[value]["name"]))))
    rows = [
        {"name_language": ""} | described[value] | {"value": value, "number": counts[value]}
        for value in values
        if value in described
    ]
    context = {"index": index, "name": name, "rows": rows, "following": following}
    return render(request, "incidents/index.html", context)


def _page_of_values(name, after, reader):
    """The next values of a facet by name, after a place in this order; and the last of these places if there are more."""
    prefix = named_prefix(name)
    found = reader.terms_after(prefix, after[:MAX_KEY_CHARACTERS], MAX_ROWS + 1)
    places = [term.removeprefix(prefix) for term in found]
    shown = places[:MAX_ROWS]
    values = [place.rpartition("/")[2] for place in shown]
    return list(dict.fromkeys(values)), shown[-1] if len(places) > MAX_ROWS else None


@require_safe
@public_page(parameters=None)
def value_page(request, name, value):
    """The page of a source, a stated reason or a country: what is known of it, and its incidents."""
    index, reader = INDEXES[name], index_reader(reading.get(), request.dataset_version)
    facet = FACET[index.facet]
    if value == NONE or not reader.incidents(facet.term(value)):
        raise Http404
    described = index.rows(reader, [value]).get(value)
    if not described:
        raise Http404
    counted = Listing(reader, Criteria({index.facet: [value]}))
    context = listing_context(request, fixed={index.facet: value})
    context |= {
        "index": index,
        "name": name,
        "about": {"name_language": ""} | described,
        "source": described.get("source"),
        "figures": {"incidents": len(counted), "actions": counted.counted_action_count()},
        "list_query": f"{index.facet}={value}",
    }
    return render(request, "incidents/value.html", context, status=400 if context["errors"] else 200)
