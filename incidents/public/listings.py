"""Lists of incidents: all of them, and those of a platform, account, party or topic, which are the same with one facet fixed."""

from functools import cache, lru_cache

from django.conf import settings
from django.http import Http404, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import conditional_escape
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from ..exports import FORMATS
from ..index import read_record
from ..index.documents import NAMES, passages
from ..index.facets import FACET, NONE, VALUE
from ..index.posting_lists import index_reader
from ..index.routers import reading
from ..index.terms import sort_key
from ..languages import language_name
from ..listing.criteria import Criteria
from ..listing.filter_form import FilterForm
from ..listing.filters import IncidentFilter
from ..listing.listing import Listing
from ..listing.ordering import fields_in_order
from ..listing.sentence import Sentence
from ..listing.stats import figures_of, record_counts
from ..listing.suggestions import spelling_suggestions
from ..models import Account, Citation, Party, Platform, Topic
from ..partials import HOLE, render_partial
from ..platform_names import other_names
from ..records import cited_records, public_record
from ..shown import CITED_RECORDS
from ..templatetags.record import highlight
from .caching import public_page, version_number
from .charts import scorecard
from .citations import list_citation
from .links import link_around
from .presenters import (
    ROW_FIELDS,
    account_name,
    incident_row,
    localized,
    localized_row,
    parts_of,
    registry_evidence,
    successions,
    topic_name,
    worded,
)

PAGE_SIZE = 25
MAX_CACHED_ROWS = 2_000
MAX_PARTS_READ = 25  # incidents whose parts the page of a party shows
MAX_NOTES = 100  # on the page of a platform, account or party


@require_safe
@public_page(parameters=None)
def incident_list(request):
    return list_page(request, "incidents/incident_list.html", listing_context(request))


def list_page(request, template, context):
    """The page of a list; its header leads to the pages around it, as its links do."""
    response = render(request, template, context, status=400 if context["errors"] else 200)
    if pages := context.get("pages"):
        link_around(response, following=pages["next"], preceding=pages["previous"])
    return response


@require_safe
@public_page
def platform_list(request):
    reader = index_reader(reading.get(), request.dataset_version)
    counts = record_counts(reader, "platform")
    found = Platform.objects.filter(slug__in=counts).with_texts().order_by("name", "slug")
    platforms = [
        localized(public_record(platform), "platform") | {"incidents": counts[platform.slug]}
        for platform in found
    ]
    unknown = Listing(reader, Criteria({"platform": [NONE]}))
    context = {"platforms": platforms, "unknown": len(unknown)}
    return render(request, "incidents/platform_list.html", context)


@require_safe
@public_page(parameters=None)
def platform(request, slug):
    platforms, accounts = Platform.objects.with_texts(), f"{VALUE}on={slug}/"
    return subject(request, "platform", platforms, slug, _platform_record, accounts, scorecard=scorecard)


@require_safe
@public_page(parameters=None)
def account(request, slug):
    accounts = Account.objects.with_texts()
    return subject(request, "account", accounts, slug, _account_record, FACET["account"].term(slug))


@require_safe
@public_page(parameters=None)
def party(request, slug):
    parties, accounts = Party.objects.with_texts(), f"{VALUE}of={slug}/"
    return subject(request, "party", parties, slug, _party_record, accounts, roles=_roles)


def _roles(request, slug):
    """The parts that a party had in the latest incidents."""
    reader = index_reader(reading.get(), request.dataset_version)
    found = Listing(reader, Criteria({"party": [slug]}))
    keys = found.page(MAX_PARTS_READ).keys
    stored = fields_in_order(reading.get(), keys, ["record"])
    records = [localized(read_record(bytes(record))) for (record,) in stored]
    return {"sides": parts_of(slug, records), "read": len(keys), "left": len(found) > len(keys)}


@require_safe
@public_page
def topic_list(request):
    counts = record_counts(index_reader(reading.get(), request.dataset_version), "topic")
    found = Topic.objects.filter(slug__in=counts).with_texts()
    topics = [_topic_record(topic) | {"incidents": counts[topic.slug]} for topic in found]
    topics.sort(key=lambda topic: (sort_key(topic["name"]), topic["slug"]))
    return render(request, "incidents/topic_list.html", {"topics": topics})


@require_safe
@public_page(parameters=None)
def topic(request, slug):
    topics = Topic.objects.with_texts()
    return subject(request, "topic", topics, slug, _topic_record, f"{VALUE}about={slug}/")


def subject(request, name, records, slug, record_of, accounts, **more):
    """The page of a platform, account, party or topic that a public incident shows: its record, its figures, its incidents;
    and `more` of it, as long as its list is not filtered."""
    reader = index_reader(reading.get(), request.dataset_version)
    if slug == NONE or not FACET[name].is_known(slug, reader):
        if (now := FACET[name].current(slug, reader)) == slug:
            raise Http404
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        return HttpResponsePermanentRedirect(reverse(name, args=[now]) + query)
    # Counted are the actions on a party’s own accounts; listed are all incidents in which it played a part.
    counted = Listing(reader, Criteria({"holder" if name == "party" else name: [slug]}))
    context = listing_context(request, fixed={name: slug})
    found = get_object_or_404(records.public(), slug=slug)  # the index may be a moment behind
    record = record_of(found)
    context |= {name: record, "figures": figures_of(counted, accounts)}
    if name in CITED_RECORDS:
        citations = Citation.objects.public().about(found)[:MAX_NOTES]
        context["evidence"] = registry_evidence(name, record, localized(cited_records(citations)))
    if not context.get("parts") and not context["errors"]:
        context |= {key: found_in(request, slug) for key, found_in in more.items()}
    return list_page(request, f"incidents/{name}.html", context)


def _platform_record(platform):
    """The public record of a platform with its `other_names` in words."""
    record = localized(public_record(platform), "platform")
    return record | {"other_names": other_names(record["aliases"])}


def _party_record(party):
    return localized(public_record(party), "party")


def _topic_record(topic):
    """The public record of a topic with its `name` in the reader's language, and its `labels` with what their languages
    are called."""
    record = localized(public_record(topic), "topic")
    labels = [each | {"language_name": language_name(each["language"])} for each in record["labels"]]
    return record | topic_name(record) | {"labels": labels}


def _account_record(account):
    """The public record of an account with its `name`, what it is called together with its holder, and the `next` and
    `earlier` accounts of the holder."""
    record = localized(public_record(account), "account")
    return record | {"name": account_name(record)} | successions([account.slug]).get(account.slug, {})


def listing_context(request, fixed=None):
    """What the page of a list shows: the filter form, and if the parameters are valid, a page of rows with its links.

    `fixed` has the facet of a platform, account, party or topic page with its value.
    """
    incident_filter = IncidentFilter(
        request.GET, using=reading.get(), dataset_version=request.dataset_version, fixed=fixed
    )
    form = FilterForm(incident_filter)
    groups = form.groups()
    context = {"errors": incident_filter.errors, "groups": groups, "hidden": form.hidden_inputs()}
    labels = {group["name"]: group["label"] for group in groups}
    context["problems"] = [(name, labels.get(name), each) for name, each in incident_filter.errors.items()]
    context |= {
        "downloads": _downloads(get_language()),
        "query": incident_filter.query,
        "local_query": incident_filter.local_query,
    }
    if not incident_filter.is_valid():
        return context
    sentence, page = Sentence(incident_filter), incident_filter.page(PAGE_SIZE)
    query = f"?{incident_filter.query}" if incident_filter.query else ""
    context |= {
        "parts": sentence.parts,
        "sentence": str(sentence),
        "left_out": sentence.left_out(),
        "background": sentence.background(),
        "number": len(incident_filter.listing),
        "number_words": sentence.number,
        "has_charts": not incident_filter.criteria.lists_background,
        "years": {} if incident_filter.criteria.lists_background else form.years(),
        "rows": list_rows(page.keys, incident_filter.words),
        "cite": list_citation(
            str(sentence),
            address=request.build_absolute_uri(reverse("incident_list") + query),
            version=version_number(request),
        ),
        "pages": paging(page, incident_filter.query_at),
        "hidden_inputs": incident_filter.hidden_inputs(),
    }
    if not len(incident_filter.listing):
        context["spelling_suggestions"] = spelling_suggestions(incident_filter)
        context["relaxations"] = sentence.relaxations()
    return context


@cache
def _downloads(_language):
    """The formats of a list, each with its address in this language."""
    return [(name, reverse("incident_download", args=[name])) for name in FORMATS]


def list_rows(keys, query=None):
    """The rows of these incidents as HTML, with what matched the query highlighted."""
    records = fields_in_order(reading.get(), keys, ["record"])
    return [row_html(bytes(record), query) for (record,) in records]


def row_html(stored_record, query):
    """A row in the active language, with what matched the query: only that is new for another query."""
    frame = row_frame.__wrapped__ if settings.DEBUG else row_frame
    title, parts = frame(stored_record, get_language())
    if not query:
        filling = (conditional_escape(title), "")
    else:
        record = worded(row_record(stored_record))
        excerpt = query.snippet(passages(record))
        is_shown = excerpt and excerpt[0].text != title
        filling = (
            highlight(query.highlight(title, NAMES)),
            render_partial("incidents/_row_excerpt.html", {"excerpt": excerpt}) if is_shown else "",
        )
    before, between, after = parts
    return mark_safe(f"{before}{filling[0]}{between}{filling[1]}{after}")  # noqa: S308 - joined from escaped pieces


@lru_cache(maxsize=MAX_CACHED_ROWS)
def row_frame(stored_record, language):
    """The title of a row, and the row in three parts, between which are its title and the place where something was found.

    The active language is an argument only to be part of the cache key.
    """
    record = localized_row(row_record(stored_record))
    context = {"row": incident_row(record), "title": HOLE, "excerpt": HOLE}
    return record["title"], render_to_string("incidents/_incident_row.html", context).split(HOLE)


@lru_cache(maxsize=1)
def row_record(stored_record):
    """The record that a row is made of: one after the other, its frame and what was found in it."""
    return read_record(stored_record, ROW_FIELDS)


def paging(page, query):
    """The query strings of the first, previous and next page; None if there is no such page."""
    return {
        "first": query() if page.has_previous else None,
        "previous": query(before=page.first) if page.has_previous and page.first else None,
        "next": query(after=page.last) if page.has_next else None,
    }
