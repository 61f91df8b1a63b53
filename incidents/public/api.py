"""The read-only API: the records of the pages as JSON, with the same filters, in pages that stay the same when records
are added."""

import hashlib
import re
import time
from collections.abc import Callable
from functools import partial, wraps
from typing import Any, NamedTuple
from urllib.parse import urlencode

import orjson
from django.conf import settings
from django.core.cache import cache
from django.db import models
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from .. import choices
from ..clients import client_address
from ..exports import Selection
from ..exports.selection import unpacked
from ..index.facets import NONE, VALUE
from ..index.posting_lists import index_reader
from ..index.routers import reading
from ..languages import language_tag
from ..listing.filters import IncidentFilter
from ..listing.ordering import fields_in_order
from ..models import Account, Party, Platform, PublicIncident, Source, Topic
from ..records import public_record
from .caching import PublicRequest, public_page, version_number
from .links import link_around
from .openapi import SLUG, openapi
from .parameters import refuse, unknown_parameters
from .presenters import in_language
from .problem_details import invalid_parameters, problem_response

MAX_PAGE_SIZE = 100
DEFAULT_PAGE_SIZE = 25
RATE_PERIOD_SECONDS = 60
# The lists within an incident record that have an address of their own.
RECORD_LISTS = ("actions", "justifications", "involvements", "citations")


class Registry(NamedTuple):
    """What public incidents refer to: its model, its terms in the index, its key."""

    model: type[models.Model]
    term: str
    key: str

    def records(self) -> Any:
        """Those that are public, whatever the index still has, with what their records are built from."""
        manager: Any = self.model._default_manager
        return manager.with_texts().public()


REGISTRIES = {
    "platforms": Registry(Platform, "platform", "slug"),
    "accounts": Registry(Account, "account", "slug"),
    "parties": Registry(Party, "party", "slug"),
    "topics": Registry(Topic, "topic", "slug"),
    "sources": Registry(Source, "source", "citekey"),
}


def api_view(view=None, *, parameters=()):
    """A view for programs: limited to `API_RATE` requests a minute from one address.

    Any parameter but these is refused; with None, the view reads and checks its own.
    """
    if view is None:
        return partial(api_view, parameters=parameters)

    @wraps(view)
    def answered(request, *args, **kwargs):
        unknown = parameters is not None and unknown_parameters(request.GET, known=parameters)
        response = too_many_requests(request) or (
            refuse(request, unknown) if unknown else view(request, *args, **kwargs)
        )
        if getattr(request, "dataset_version", None):
            response["Dataset-Version"] = str(request.dataset_version.number)
        return response

    # Exempt, so that other methods get 405 and not a complaint about a missing token.
    return csrf_exempt(require_safe(public_page(parameters=None)(answered)))


def too_many_requests(request: HttpRequest) -> HttpResponse | None:
    """Status 429 for an address that has sent more than `API_RATE` requests this minute. No address is stored."""
    if not settings.API_RATE:
        return None
    period, passed = divmod(time.time(), RATE_PERIOD_SECONDS)
    digest = hashlib.sha256(f"{settings.SECRET_KEY} {period} {client_address(request)}".encode()).hexdigest()
    key = f"requests-{digest[:20]}"
    cache.add(key, 0, 2 * RATE_PERIOD_SECONDS)
    try:
        count = cache.incr(key)
    except ValueError:
        return None
    if count is None or count <= settings.API_RATE:  # None: the cache cannot be reached
        return None
    wait = int(RATE_PERIOD_SECONDS - passed) + 1
    response = problem_response(
        429,
        _("Too many requests"),
        _(
            "At most %(rate)d requests a minute are allowed. Try again in %(seconds)d seconds, or download a whole file."
        )
        % {"rate": settings.API_RATE, "seconds": wait},
    )
    response["Retry-After"] = str(wait)
    return response


def json_response(document: bytes) -> HttpResponse:
    return HttpResponse(document, content_type="application/json")


def take_limit(parameters: QueryDict) -> tuple[int, dict[str, list[str]]]:
    """The size of a page, taken out of the parameters, and what is wrong with it."""
    limits = parameters.pop("limit", [str(DEFAULT_PAGE_SIZE)])
    text = limits[0]
    if len(limits) == 1 and text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= MAX_PAGE_SIZE:
        return int(text), {}
    return 0, {"limit": [_("Give one number from 1 to %d.") % MAX_PAGE_SIZE]}


def take_language(parameters: QueryDict) -> tuple[str, dict[str, list[str]]]:
    """The language that titles and summaries are asked for in, taken out of the parameters, and what is wrong with it."""
    tags = parameters.pop("language", [""])
    known = [language_tag(code) for code, _name in settings.LANGUAGES]
    if len(tags) == 1 and tags[0] in ("", *known):
        return tags[0], {}
    return "", {"language": [_("Give one of %s.") % ", ".join(known)]}


def page_address(request: HttpRequest, query: str | None) -> str | None:
    """The absolute URL of another page with this query string, limit and language; None if there is no such page."""
    if query is None:
        return None
    kept = {name: request.GET[name] for name in ("limit", "language") if request.GET.get(name)}
    query = "&".join(part for part in (query, urlencode(kept)) if part)
    return request.build_absolute_uri(f"{request.path}?{query}" if query else request.path)


@api_view(parameters=None)
def incidents(request):
    parameters = request.GET.copy()
    language, errors = take_language(parameters)
    results = (lambda record: [told_in(language, record)]) if language else (lambda record: [record])
    return incident_results(request, results, parameters, errors)


def told_in(language: str, record: bytes) -> bytes:
    """The JSON of a record with its title and summary in this language, as far as they are translated."""
    return orjson.dumps(in_language(orjson.loads(record), language))


@api_view(parameters=None)
def record_list(request, name):
    """One list within the records of matching incidents, for example all their actions; `limit` counts incidents."""

    def results(record):
        incident = orjson.loads(record)
        return [orjson.dumps({"incident": incident["ref"], **part}) for part in incident[name]]

    return incident_results(request, results, request.GET.copy(), {})


def incident_results(
    request: PublicRequest,
    results_of: Callable[[bytes], list[bytes]],
    parameters: QueryDict,
    errors: dict[str, list[str]],
) -> HttpResponse:
    """A page of the incidents that these parameters find, with what `results_of` makes of the JSON of each record; `errors`
    are those of parameters that were taken out before."""
    limit, of_limit = take_limit(parameters)
    incident_filter = IncidentFilter(parameters, using=reading.get(), dataset_version=request.dataset_version)
    if errors := errors | of_limit | incident_filter.errors:
        return invalid_parameters(errors)
    page = incident_filter.page(limit)
    records = fields_in_order(reading.get(), page.keys, ["record"])
    results = [result for (record,) in records for result in results_of(unpacked(record))]
    following = incident_filter.query_at(after=page.last) if page.has_next else None
    preceding = incident_filter.query_at(before=page.first) if page.has_previous and page.first else None
    head = {
        "dataset": Selection.of(incident_filter, dataset_version=request.dataset_version).about(),
        "count": len(incident_filter.listing),
        "next": page_address(request, following),
        "previous": page_address(request, preceding),
    }
    response = json_response(orjson.dumps(head)[:-1] + b',"results":[' + b",".join(results) + b"]}")
    link_around(response, following=head["next"], preceding=head["previous"])
    return response


@api_view(parameters=("language",))
def incident(request, ref):
    language, errors = take_language(request.GET.copy())
    if errors:
        return invalid_parameters(errors)
    record = PublicIncident.objects.filter(ref=ref).values_list("record", flat=True).first()
    if record is None:
        return problem_response(404, _("Not found"), _("There is no public incident with this ref."))
    return json_response(told_in(language, unpacked(record)) if language else unpacked(record))


@api_view(parameters=None)
def not_found(request, rest):
    return problem_response(
        404, _("Not found"), _("The API has no such address. See /api/v1/ for those it has.")
    )


@api_view(parameters=None)
def registry(request, name):
    """Platforms, accounts, parties, topics or sources that public incidents refer to, in the order of their keys."""
    parameters = request.GET.copy()
    limit, errors = take_limit(parameters)
    errors |= unknown_parameters(parameters, known=("limit", "after"))
    after = parameters.get("after", "")
    if len(parameters.getlist("after")) > 1 or not re.fullmatch(f"({SLUG})?", after):
        errors["after"] = [_("Give one key: that of the last record of a page.")]
    if errors:
        return invalid_parameters(errors)
    of = REGISTRIES[name]
    prefix = f"{VALUE}{of.term}="
    reader = index_reader(reading.get(), request.dataset_version)
    # One of the terms may be that of records where nothing is recorded.
    keys = [term.removeprefix(prefix) for term in reader.terms_after(prefix, after, limit + 2)]
    keys = [key for key in keys if key != NONE]
    shown, has_next = keys[:limit], len(keys) > limit
    found = of.records().filter(**{f"{of.key}__in": shown})
    records = {getattr(each, of.key): public_record(each) for each in found}
    document = {
        "dataset": {"version": version_number(request)},
        "next": page_address(request, f"after={shown[-1]}" if has_next else None),
        "results": [records[key] for key in shown if key in records],
    }
    response = json_response(orjson.dumps(document, default=str, option=orjson.OPT_UTC_Z))
    link_around(response, following=document["next"])
    return response


@api_view
def vocabularies(request):
    """Every vocabulary: its values with label and definition."""
    results = {
        vocabulary.anchor_of_all().replace("-", "_"): [
            {"value": member.value, "label": str(member.label), "definition": str(member.definition)}
            for member in vocabulary
        ]
        for vocabulary in choices.Vocabulary.__subclasses__()
    }
    return json_response(orjson.dumps({"results": results}))


@api_view
def description(request):
    """The OpenAPI description of the API."""
    address = request.build_absolute_uri(reverse("api"))
    return json_response(orjson.dumps(openapi(address, MAX_PAGE_SIZE, RECORD_LISTS, REGISTRIES)))


@api_view
def manual(request):
    context = {"parts": RECORD_LISTS, "registries": list(REGISTRIES), "rate": settings.API_RATE}
    context |= {"root": reverse("api"), "most": MAX_PAGE_SIZE, "usual": DEFAULT_PAGE_SIZE}
    return render(request, "incidents/api.html", context)
