"""The read-only API: the records of the pages as JSON, with the same filters, in pages that no addition upsets."""

import hashlib
import time
from functools import wraps

import orjson
from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from .. import choices
from ..exports import Selection
from ..exports.selection import unpacked
from ..index.posting_lists import index_reader
from ..index.routers import reading
from ..index.terms import VALUE
from ..listing.filters import IncidentFilter
from ..listing.ordering import fields_in_order
from ..models import Account, Party, Platform, PublicIncident, Source
from ..records import account_record, party_record, platform_record, source_record
from .caching import public_page
from .openapi import openapi
from .problem_details import invalid_parameters, problem_response

MOST = 100
USUAL = 25
MINUTE = 60
# The parts of incidents that are listed by themselves, and the registries with how their records are told.
PARTS = ("actions", "justifications", "involvements", "citations")
REGISTRIES = {
    "platforms": (Platform, "platform", "slug", platform_record, ()),
    "accounts": (Account, "account", "slug", account_record, ("platform", "holder")),
    "parties": (Party, "party", "slug", party_record, ()),
    "sources": (Source, "source", "citekey", source_record, ("derived_from",)),
}


def open_data(view):
    """A view that programs ask: open to other sites, and to anyone as often as the documented limit allows."""

    @wraps(view)
    def answered(request, *args, **kwargs):
        response = _too_many(request) or view(request, *args, **kwargs)
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = "ETag, Dataset-Version, Retry-After"
        if getattr(request, "dataset_version", None):
            response["Dataset-Version"] = str(request.dataset_version.number)
        return response

    # Other methods are to be told that they are not allowed, not that a token is missing.
    return csrf_exempt(require_safe(public_page(answered)))


def _too_many(request):
    """The answer to an address that has asked more than API_RATE times this minute. Nobody's address is kept."""
    if not settings.API_RATE:
        return None
    minute, passed = divmod(time.time(), MINUTE)
    address = request.META.get("REMOTE_ADDR")
    if settings.BEHIND_PROXY:  # the proxy puts whoever asked it last
        address = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() or address
    asked = f"{settings.SECRET_KEY} {minute} {address}"
    key = f"asked-{hashlib.sha256(asked.encode()).hexdigest()[:20]}"
    cache.add(key, 0, 2 * MINUTE)
    try:
        number = cache.incr(key)
    except ValueError:
        return None
    if number is None or number <= settings.API_RATE:  # None: the cache is away
        return None
    wait = int(MINUTE - passed) + 1
    response = problem_response(
        429,
        _("Too many requests"),
        _("At most %(rate)d a minute. Ask again in %(wait)d seconds, or take a whole file away.")
        % {"rate": settings.API_RATE, "wait": wait},
    )
    response["Retry-After"] = str(wait)
    return response


def answer(document):
    return HttpResponse(document, content_type="application/json")


def page_of(request, names=()):
    """The size of the page and the other parameters; or the problem with them."""
    data = request.GET.copy()
    limits = data.pop("limit", [str(USUAL)])
    if (
        len(limits) > 1
        or not limits[0].isascii()
        or not limits[0].isdigit()
        or not 1 <= int(limits[0][:6]) <= MOST
    ):
        return None, data, {"limit": [_("A limit is a number from 1 to %d.") % MOST]}
    errors = {
        name[:40]: [_("There is no parameter of this name here.")]
        for name in data
        if names and name not in names
    }
    return int(limits[0]), data, errors


def addressed(request, query, limit):
    """The whole address of another page, or null."""
    if query is None:
        return None
    given = request.GET.get("limit")
    parts = [part for part in (query, f"limit={given}" if given else "") if part]
    return request.build_absolute_uri(f"{request.path}?{'&'.join(parts)}" if parts else request.path)


@open_data
def incidents(request):
    return _listed(request, lambda record: [record])


@open_data
def parts(request, name):
    """The parts of the incidents that the filters find; a page has those of `limit` incidents."""

    def told(record):
        decoded = orjson.loads(record)
        return [orjson.dumps({"incident": decoded["ref"], **part}) for part in decoded[name]]

    return _listed(request, told)


def _listed(request, told):
    limit, data, errors = page_of(request)
    listing = IncidentFilter(data, using=reading.get(), dataset_version=request.dataset_version)
    errors = errors | listing.errors
    if errors:
        return invalid_parameters(errors)
    page = listing.page(limit)
    records = fields_in_order(reading.get(), page.keys, ["record"])
    results = [each for (record,) in records for each in told(unpacked(record))]
    head = {
        "dataset": Selection(listing.listing, reading.get(), request.dataset_version, listing.query).about(),
        "count": len(listing.listing),
        "next": addressed(request, listing.query_at(after=page.last) if page.has_next else None, limit),
        "previous": addressed(
            request, listing.query_at(before=page.first) if page.has_previous and page.first else None, limit
        ),
    }
    return answer(orjson.dumps(head)[:-1] + b',"results":[' + b",".join(results) + b"]}")


@open_data
def incident(request, ref):
    record = PublicIncident.objects.filter(ref=ref).values_list("record", flat=True).first()
    if record is None:
        return problem_response(404, _("Not found"), _("There is no public incident of this ref."))
    return answer(unpacked(record))


@open_data
def missing(request, rest):
    return problem_response(404, _("Not found"), _("The API has nothing at this address."))


@open_data
def registry(request, name):
    """Platforms, accounts, parties or sources that public incidents show, by their keys."""
    limit, data, errors = page_of(request, names=("after",))
    after = data.get("after", "")
    if len(data.getlist("after")) > 1 or len(after) > MOST or not after.isprintable():
        errors["after"] = [_("Give the key of the record that the page follows.")]
    if errors:
        return invalid_parameters(errors)
    model, term, key, told, beside = REGISTRIES[name]
    prefix = f"{VALUE}{term}="
    reader = index_reader(reading.get(), request.dataset_version)
    keys = [each.removeprefix(prefix) for each in reader.following(prefix, after, limit + 1)]
    found = model.objects.filter(**{f"{key}__in": keys[:limit]}).select_related(*beside)
    records = {getattr(record, key): told(record) for record in found}
    results = [records[each] for each in keys[:limit] if each in records]
    following = f"after={keys[limit - 1]}" if len(keys) > limit else None
    document = {
        "dataset": {"version": request.dataset_version.number if request.dataset_version else 0},
        "next": addressed(request, following, limit),
        "results": results,
    }
    return answer(orjson.dumps(document, default=str, option=orjson.OPT_UTC_Z))


@open_data
def vocabularies(request):
    """Every vocabulary: its values with label and definition."""
    _limit, _data, errors = page_of(request, names=("limit",))
    if errors or request.GET:
        return invalid_parameters(
            errors or {name[:40]: [_("There is no parameter here.")] for name in request.GET}
        )
    found = {
        vocabulary.anchor_of_all().replace("-", "_"): [
            {"value": member.value, "label": str(member.label), "definition": str(member.definition)}
            for member in vocabulary
        ]
        for vocabulary in choices.Vocabulary.__subclasses__()
    }
    return answer(orjson.dumps({"results": found}))


@open_data
def description(request):
    """The OpenAPI description of all this."""
    return answer(orjson.dumps(openapi(request.build_absolute_uri("/api/v1/"), MOST, PARTS, REGISTRIES)))


@open_data
def manual(request):
    return render(
        request,
        "incidents/api.html",
        {
            "parts": PARTS,
            "registries": list(REGISTRIES),
            "rate": settings.API_RATE,
            "most": MOST,
            "usual": USUAL,
        },
    )
