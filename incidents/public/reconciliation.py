"""The reconciliation API, version 0.2 (https://reconciliation-api.github.io/specs/0.2/): with it, OpenRefine and others match
lists of names and addresses against what public incidents show, and show what they have matched."""

from collections.abc import Iterable
from typing import Any

import orjson
from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from ..analysis import fold
from .api import json_response, too_many_requests
from .caching import PublicRequest, public_page
from .candidates import TYPE_OF, TYPES, candidates, incidents_showing, matches, read, records_with
from .extension import extension, properties_of
from .problem_details import invalid_parameters

MAX_QUERIES = 20  # in one request; OpenRefine sends ten
MAX_CANDIDATES = 10
MAX_CURSOR_DIGITS = 6
# With what somebody types, clients send settings of theirs; they change nothing.
SUGGEST_PARAMETERS = (
    "prefix", "cursor", "type", "limit", "type_strict", "spell", "lang", "exact", "scoring", "filter", "callback",
)  # fmt: skip
PREVIEW_SIZE = {"width": 430, "height": 260}


@csrf_exempt
@public_page(parameters=("queries", "extend"))
def reconcile(request):
    """The description of this service; or if `queries` are sent, the candidates for each; or values of what has been
    matched, to `extend` a table with."""
    sent = request.POST if request.method == "POST" else request.GET
    if response := too_many_requests(request):
        return response
    if "extend" in sent:
        if (values := extension(request, sent["extend"])) is None:
            return invalid_parameters({"extend": [_("Send an object of “ids” and “properties”.")]})
        return json_response(orjson.dumps(values))
    if "queries" not in sent:
        return json_response(orjson.dumps(manifest(request)))
    queries = read_queries(sent["queries"])
    if queries is None:
        message = _("Send an object of at most %d queries, each with the text of its “query”.") % MAX_QUERIES
        return invalid_parameters({"queries": [message]})
    results = {key: {"result": matches(request, **query)} for key, query in queries.items()}
    return json_response(orjson.dumps(results))


def manifest(request) -> dict[str, Any]:
    root = request.build_absolute_uri("/")
    service = f"{root}api/v1/reconcile"
    return {
        "versions": ["0.2"],
        "name": settings.SITE_NAME,
        "identifierSpace": root,
        "schemaSpace": request.build_absolute_uri("/api/v1/openapi.json"),
        "documentation": request.build_absolute_uri("/api/v1/"),
        "view": {"url": f"{root}{{{{id}}}}/"},
        "defaultTypes": [{"id": type_, "name": str(name)} for type_, (_path, name) in TYPES.items()],
        "preview": {"url": f"{service}/embed/?id={{{{id}}}}", **PREVIEW_SIZE},
        "suggest": {
            name: {"service_url": service, "service_path": f"/suggest/{name}/"} for name in SUGGESTED
        },
        "extend": {"propose_properties": {"service_url": service, "service_path": "/properties/"}},
    }


def read_queries(text: str) -> dict[str, dict[str, Any]] | None:
    """The queries of a batch, as arguments of `matches`; None if it is no batch. Properties to compare are left out."""
    try:
        batch = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(batch, dict) or len(batch) > MAX_QUERIES:
        return None
    queries = {}
    for key, query in batch.items():
        asked = query.get("query", "") if isinstance(query, dict) else None
        types, limit = (
            (query.get("type") or [], query.get("limit")) if isinstance(query, dict) else ([], None)
        )
        if not isinstance(asked, str) or not isinstance(types, str | list):
            return None
        size = int(limit) if isinstance(limit, int | float) and 0 < limit < MAX_CANDIDATES else MAX_CANDIDATES
        queries[key] = {
            "text": asked.strip(),
            "types": [types] if isinstance(types, str) else types,
            "limit": size,
        }
    return queries


@require_safe
@public_page(parameters=SUGGEST_PARAMETERS)
def suggest(request: PublicRequest, name: str) -> HttpResponse:
    """What somebody may mean who has typed a `prefix`: something that can be matched, its type, or a property of it."""
    if response := too_many_requests(request):
        return response
    prefix, cursor = request.GET.get("prefix", "").strip(), request.GET.get("cursor", "0")
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= MAX_CURSOR_DIGITS):
        return invalid_parameters({"cursor": [_("Give the number of suggestions to skip.")]})
    found = list(SUGGESTED[name](request, prefix))[int(cursor) :][:MAX_CANDIDATES]
    return json_response(orjson.dumps({"result": found}))


def _entities(request, prefix):
    types = request.GET.getlist("type")
    found = {
        (each.type, each.key): each
        for record in records_with(prefix, request.dataset_version, is_prefix=True)
        for each in candidates(record)
        if (not types or each.type in types) and _begins(prefix, (each.name, *each.names))
    }
    for each in sorted(found.values(), key=lambda each: (fold(each.name), each.type, each.key)):
        result = each.result(100, match=False)
        yield {"notable": result["type"]} | {
            name: result[name] for name in ("id", "name", "description") if name in result
        }


def _types(_request, prefix):
    named = ((type_, str(name)) for type_, (_path, name) in TYPES.items())
    return [{"id": type_, "name": name} for type_, name in named if _begins(prefix, (type_, name))]


def _properties(request, prefix):
    types = [name for name in request.GET.getlist("type") if name in TYPES] or list(TYPES)
    found = {each["id"]: each for type_ in types for each in properties_of(type_)}
    return [each for each in found.values() if _begins(prefix, (each["id"], each["name"]))]


SUGGESTED = {"entity": _entities, "type": _types, "property": _properties}


def _begins(prefix: str, names: Iterable[str]) -> bool:
    """Whether a word in one of these names begins like this; in scripts without spaces, whether it has this."""
    typed = fold(prefix)
    return any(
        typed in name if typed and not typed[0].isascii() else f" {typed}" in f" {name}"
        for name in map(fold, names)
    )


@require_safe
@public_page(parameters=("id",))
def preview(request: PublicRequest) -> HttpResponse:
    """What something that was matched is, as a page to stand within that of a client."""
    path, _slash, key = request.GET.get("id", "").partition("/")
    incidents = incidents_showing(request.dataset_version, path, key)
    if not incidents:
        raise Http404
    (record,) = read(incidents[:1])
    found = next(each for each in candidates(record) if (each.type, each.key) == (TYPE_OF[path], key))
    context = {
        "found": found,
        "type": TYPES[found.type][1],
        "number": "" if path == "incidents" else _number(len(incidents)),
        "other_names": [
            name for name in dict.fromkeys(found.names) if name and name not in (found.name, key)
        ],
        "page_address": request.build_absolute_uri(f"/{path}/{key}/"),
    }
    return render(request, "incidents/preview.html", context)


def _number(number):
    return ngettext("%(number)s incident", "%(number)s incidents", number) % {"number": number}


@require_safe
@public_page(parameters=("type", "limit"))
def properties(request: PublicRequest) -> HttpResponse:
    """The properties of a type, of which columns can be made."""
    type_ = request.GET.get("type", "")
    if type_ not in TYPES:
        return invalid_parameters({"type": [_("Give one of %s.") % ", ".join(TYPES)]})
    limit = request.GET.get("limit", "")
    found = properties_of(type_)
    found = found[: int(limit[:4])] if limit.isascii() and limit.isdigit() else found
    return json_response(orjson.dumps({"type": type_, "properties": found}))
