"""What may be meant by a name or an address: whatever public incidents show that is called so."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.http import QueryDict
from django.utils.translation import gettext_lazy
from rapidfuzz import fuzz

from ..addresses import canonical_address, is_address
from ..analysis import fold
from ..choices import PartyKind
from ..index import read_record
from ..index.facets import VALUE
from ..index.posting_lists import index_reader
from ..index.routers import reading
from ..listing.filters import IncidentFilter
from ..listing.ordering import fields_in_order
from ..listing.refusals import MAX_ADDRESS_CHARACTERS, MAX_CHARACTERS
from ..listing.suggestions import spelling_suggestions
from ..models import PublicIncident
from ..platform_names import other_names
from .api import REGISTRIES
from .presenters import account_name, topic_name

MAX_INCIDENTS_READ = 10  # for one query
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


TYPE_OF = {path: type_ for type_, (path, _name) in TYPES.items()}


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


def records_with(text: str, dataset_version, *, is_prefix: bool = False) -> list[dict[str, Any]]:
    """The public incidents in which this is found best: all its words, else any of them, else words that look alike. Of a
    prefix, the last word is only begun."""
    words = [text] if is_address(text) else OPERATORS.sub(" ", text).split()
    typed_words = (" ".join(words), " OR ".join(words))
    for typed in [f"{typed_words[0]}*"] if is_prefix else dict.fromkeys(typed_words):
        data = QueryDict(mutable=True)
        data["q"] = typed[:MAX_CHARACTERS] if len(words) > 1 else typed
        search = IncidentFilter(data, using=reading.get(), dataset_version=dataset_version)
        if words and search.is_valid() and len(search.listing):
            return read(search.page(MAX_INCIDENTS_READ).keys)
    if words and not is_prefix and search.is_valid() and (near := spelling_suggestions(search)):
        return read(search.with_query(q=near[0]["words"]).page(MAX_INCIDENTS_READ).keys)
    return []


def read(keys: Iterable[int]) -> list[dict[str, Any]]:
    """The records of these public incidents."""
    return [read_record(bytes(record)) for (record,) in fields_in_order(reading.get(), keys, ["record"])]


def incidents_showing(dataset_version, path: str, key: str) -> list[int]:
    """The keys of the public incidents that show something, or of the one that it is."""
    if path == "incidents":
        return list(PublicIncident.objects.filter(ref=key).values_list("pk", flat=True))
    if path not in REGISTRIES:
        return []
    reader = index_reader(reading.get(), dataset_version)
    return list(reader.incidents(f"{VALUE}{REGISTRIES[path].term}={key}"))


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
