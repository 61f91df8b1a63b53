"""The reconciliation API, version 0.2 (https://reconciliation-api.github.io/specs/0.2/): with it, OpenRefine and others match
lists of names and addresses against what public incidents show."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import orjson
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from rapidfuzz import fuzz

from ..addresses import canonical_address, is_address
from ..analysis import fold
from ..choices import PartyKind
from ..index import read_record
from ..index.routers import reading
from ..listing.filters import IncidentFilter
from ..listing.ordering import fields_in_order
from ..listing.refusals import MAX_ADDRESS_CHARACTERS, MAX_CHARACTERS
from ..listing.suggestions import spelling_suggestions
from ..platform_names import other_names
from .api import json_response, too_many_requests
from .caching import public_page
from .presenters import account_name, topic_name
from .problem_details import invalid_parameters

MAX_QUERIES = 20  # in one request; OpenRefine sends ten
MAX_INCIDENTS_READ = 10  # for one query
MAX_CANDIDATES = 10
MIN_SCORE = 60  # of 100: how much a name has in common with what was asked for
# What searches read as more than words.
OPERATORS = re.compile(r'["“”„‟「」:*]|(?<!\S)-+|(?<!\S)OR(?!\S)')
# What can be matched, with what its address begins with.
TYPES = {
    "platform": ("platforms", gettext_lazy("Platform")),
    "party": ("parties", gettext_lazy("Person or body")),
    "account": ("accounts", gettext_lazy("Account")),
    "topic": ("topics", gettext_lazy("Topic")),
    "source": ("sources", gettext_lazy("Source")),
    "incident": ("incidents", gettext_lazy("Incident")),
}


class Candidate(NamedTuple):
    """Something that may be meant: its type, its key, what it is called, all its names and addresses, and what tells it apart."""

    type: str
    key: str
    name: str
    names: tuple[str, ...]
    description: str = ""
    has_namesakes: bool = False

    def score(self, text: str) -> float:
        """How well it fits, of 100. An address fits or does not."""
        if is_address(text):
            addresses = {canonical_address(name) for name in self.names if is_address(name)}
            return 100.0 if canonical_address(text) in addresses else 0.0
        asked = fold(text)
        return max((fuzz.token_sort_ratio(asked, fold(name)) for name in self.names if name), default=0.0)

    def result(self, score: float, *, match: bool) -> dict[str, Any]:
        path, name = TYPES[self.type]
        found = {
            "id": f"{path}/{self.key}",
            "name": self.name,
            "score": round(score, 1),
            "match": match,
            "type": [{"id": self.type, "name": str(name)}],
        }
        return found | ({"description": self.description} if self.description else {})


@csrf_exempt
@public_page(parameters=("queries",))
def reconcile(request):
    """The description of this service; or if `queries` are sent, the candidates for each."""
    sent = request.POST if request.method == "POST" else request.GET
    if response := too_many_requests(request):
        return response
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
    return {
        "versions": ["0.2"],
        "name": settings.SITE_NAME,
        "identifierSpace": root,
        "schemaSpace": request.build_absolute_uri("/api/v1/openapi.json"),
        "documentation": request.build_absolute_uri("/api/v1/"),
        "view": {"url": f"{root}{{{{id}}}}/"},
        "defaultTypes": [{"id": type_, "name": str(name)} for type_, (_path, name) in TYPES.items()],
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


def matches(request, *, text: str, types: list[str], limit: int) -> list[dict[str, Any]]:
    """The best candidates for a text. One is a match if nothing else fits, too, and it can have no namesakes."""
    if not text or len(text) > (MAX_ADDRESS_CHARACTERS if is_address(text) else MAX_CHARACTERS):
        return []
    found = {
        (each.type, each.key): (each.score(text), each)
        for record in records_with(text, request.dataset_version)
        for each in candidates(record)
        if not types or each.type in types
    }
    best = sorted(found.values(), key=lambda scored: (-scored[0], scored[1].type, scored[1].key))
    sure = [each for score, each in best if score == 100]
    is_sure = len(sure) == 1 and not sure[0].has_namesakes
    return [
        each.result(score, match=is_sure and each is sure[0])
        for score, each in best[:limit]
        if score >= MIN_SCORE
    ]


def records_with(text: str, dataset_version) -> list[dict[str, Any]]:
    """The public incidents in which this is found best: all its words, else any of them, else words that look alike."""
    words = [text] if is_address(text) else OPERATORS.sub(" ", text).split()
    for typed in dict.fromkeys((" ".join(words), " OR ".join(words))):
        data = QueryDict(mutable=True)
        data["q"] = typed[:MAX_CHARACTERS] if len(words) > 1 else typed
        search = IncidentFilter(data, using=reading.get(), dataset_version=dataset_version)
        if words and search.is_valid() and len(search.listing):
            return _read(search)
    if words and search.is_valid() and (near := spelling_suggestions(search)):
        return _read(search.with_query(q=near[0]["words"]))
    return []


def _read(search):
    keys = search.page(MAX_INCIDENTS_READ).keys
    return [read_record(bytes(record)) for (record,) in fields_in_order(reading.get(), keys, ["record"])]


def candidates(record: dict[str, Any]) -> Iterator[Candidate]:
    """Everything that an incident shows, and itself."""
    yield Candidate("incident", record["ref"], record["title"], (record["title"], record["ref"]))
    for action in record["actions"]:
        yield from _account(action["account"])
    for statement in (*record["justifications"], *record["involvements"]):
        for party in (statement.get("speaker") or statement.get("party"), *statement["together_with"]):
            yield from _party(party)
    for topic in record["topics"]:
        labels = [name for each in topic["labels"] for name in (each["name"], *each["aliases"].splitlines())]
        yield Candidate("topic", topic["slug"], topic_name(topic)["name"], tuple(labels))
    for source in record["sources"]:
        names = (source["title"], source["citekey"], source["url"], source["archived_url"])
        yield Candidate("source", source["citekey"], source["title"], names, source["container_title"])


def _account(account):
    platform, holder = account["platform"], account["holder"]
    names, where = (
        (account["handle"], account["handle"].lstrip("@"), account["url"]),
        platform and platform["name"],
    )
    yield Candidate("account", account["slug"], account_name(account), names, where or "")
    yield from _party(holder)
    if platform:
        others = (each.name for each in other_names(platform["aliases"]))
        names = (platform["name"], *others, platform["website"])
        yield Candidate("platform", platform["slug"], platform["name"], names, platform["operator"])


def _party(party):
    if party:
        names = (party["public_label"], party["native_label"], *party["aliases"].splitlines())
        kind = PartyKind(party["kind"])
        # Others can have the name of a person, so whoever asks decides.
        is_body = kind not in (PartyKind.PERSON, PartyKind.UNKNOWN)
        yield Candidate("party", party["slug"], party["public_label"], names, str(kind.label), not is_body)
