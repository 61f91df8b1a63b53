"""Past revisions, as far as readers may still see them: what was taken back since is in none of them."""

import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Max

from ..choices import PartyKind
from ..models import Account, Incident, Party, PublicChange, Source
from ..records import past_from_json, shown_in
from .pages import PublicPage, pages_of
from .privates import Privates
from .shown import owners_by_incident

Revision = tuple[int, dict[str, Any]]  # its number and its record
PARTY_KEYS = ("slug", "public_label", "native_label", "aliases", "name_public")
ACCOUNT_KEYS = ("handle", "url", "succeeded_by")
PEOPLE = (PartyKind.PERSON, PartyKind.COLLECTIVE, PartyKind.UNKNOWN)


def past_pages(revisions: Iterable[Revision]) -> list[PublicPage]:
    """The records of past revisions as far as readers may still see them, in a constant number of queries.

    They see none that shows what is not public today, or that surely gives away what is private.
    """
    return [page for _revision, page in _shown(revisions)]


def past_pages_of(incident: Incident) -> list[PublicPage]:
    """The same of one incident, the oldest first."""
    changes = PublicChange.objects.filter(ref=incident.ref).exclude(before=b"").order_by("number")
    return past_pages(map(revision_before, changes))


def may_be_shown(number: int, record: dict[str, Any]) -> bool:
    """Whether readers may still see the record of a past revision."""
    return bool(past_pages([(number, record)]))


def taken_back_since(changes: Iterable[PublicChange]) -> list[PublicChange]:
    """Those of these changes before which an incident had a record that readers may no longer see."""
    changes = [change for change in changes if change.before]
    shown = {(record["ref"], number) for (number, record), _page in _shown(map(revision_before, changes))}
    return [change for change in changes if (change.ref, change.number - 1) not in shown]


def takes_out(before: dict[str, Any], after: dict[str, Any]) -> bool:
    """Whether a change of a public record, both as JSON has them, takes out what past revisions may have to follow: a name,
    an account, its handle or URL, a source or a related incident."""
    try:
        return not _hideable(before) <= _hideable(after)
    except KeyError:
        return True  # an earlier version of the tracker wrote it: it has to be looked at whole


def _hideable(record):
    parties = {tuple(map(party.get, PARTY_KEYS)) for party in shown_in(record, "party")}
    accounts = {
        (account["slug"], account["holder"] and account["holder"]["slug"], *map(account.get, ACCOUNT_KEYS))
        for account in shown_in(record, "account")
    }
    return {*parties, *accounts, *_sources_in(record), *_related_in(record)}


def _shown(revisions: Iterable[Revision]) -> list[tuple[Revision, PublicPage]]:
    revisions = list(revisions)
    if not revisions:
        return []
    today = _Today([record for _number, record in revisions])
    revisions = [revision for revision in revisions if today.lets_show(*revision)]
    pages = pages_of([(today.keys.get(record["ref"]), number, record) for number, record in revisions])
    privates = Privates.load({owner for page in pages for owner in page.own})
    return [
        (revision, page)
        for revision, page in zip(revisions, pages, strict=True)
        if not any(leak.refused for leak in privates.leaks_in(page.texts, own=page.own))
    ]


def revision_before(change: PublicChange) -> Revision:
    """The revision before a change, which the change keeps."""
    return change.number - 1, past_from_json(zlib.decompress(bytes(change.before)))


class _Today:
    """What today's records say of what past ones show."""

    def __init__(self, records: list[dict[str, Any]]):
        refs = {record["ref"] for record in records}
        self.keys = dict(Incident.objects.filter(ref__in=refs).values_list("ref", "pk"))
        self.owners = owners_by_incident(self.keys.values())
        parties = {party["slug"] for record in records for party in shown_in(record, "party")}
        self.parties = Party.objects.in_bulk(parties, field_name="slug")
        sources = {citekey for record in records for citekey in _sources_in(record)}
        open_sources = Source.objects.open().filter(citekey__in=sources)
        self.sources = set(open_sources.values_list("citekey", flat=True))
        accounts = {account["slug"] for record in records for account in shown_in(record, "account")}
        found = Account.objects.filter(slug__in=accounts).values_list(
            "slug", "holder__slug", "succeeded_by__slug"
        )
        self.accounts = {slug: (holder, following) for slug, holder, following in found}
        # What is public takes long to ask for. Most incidents have neither.
        self.following, self.public = set(), set()
        if following := {slug for _holder, slug in self.accounts.values() if slug}:
            found = Account.objects.public().filter(slug__in=following)
            self.following = set(found.values_list("slug", flat=True))
        if related := {ref for record in records for ref in _related_in(record)}:
            public = Incident.objects.public()
            # Its address leads there, its text was never taken back.
            merged = Incident.objects.filter(merged_into__in=public)
            self.public = set((public | merged).filter(ref__in=related).values_list("ref", flat=True))
        withdrawals = PublicChange.objects.filter(ref__in=refs, kind=PublicChange.Kind.WITHDRAWN)
        self.withdrawn = defaultdict(int, withdrawals.values_list("ref").annotate(Max("number")))

    def lets_show(self, number: int, record: dict[str, Any]) -> bool:
        """Whether a past revision shows nothing that was taken back: neither withdrawn since, even if its incident was
        published again, nor with what is confidential, withdrawn, uncleared or unnamed today, nor with somebody or a
        connection of accounts that was taken off."""
        return (
            number > self.withdrawn[record["ref"]]
            and self.sources.issuperset(_sources_in(record))
            and self.public.issuperset(_related_in(record))
            and all(self._may_show_party(party, record) for party in shown_in(record, "party"))
            and all(map(self._may_show_account, shown_in(record, "account")))
        )

    def _may_show_party(self, shown, record):
        party = self.parties.get(shown["slug"])
        return (
            party is not None
            and party.cleared
            and (party.name_public or not shown["name_public"])
            and (party.public_label == shown["public_label"] or party.name_public)
            # That a body was entered by mistake may be read. Where people were, they are left alone.
            and (party.kind not in PEOPLE or self._is_shown(party, record))
        )

    def _is_shown(self, party, record):
        return ("party", party.slug) in self.owners.get(self.keys.get(record["ref"], 0), ())

    def _may_show_account(self, shown):
        holder, following = self.accounts.get(shown["slug"], (None, None))
        shown_holder = shown["holder"] and shown["holder"]["slug"]
        return shown_holder in (None, holder) and (
            shown["succeeded_by"] is None or shown["succeeded_by"] == following in self.following
        )


def _sources_in(record: dict[str, Any]) -> Iterator[str]:
    """The keys of the sources in a public record, and of those that they derive from."""
    for source in record["sources"]:
        yield source["citekey"]
        if origin := source["derived_from"]:
            yield origin["citekey"]


def _related_in(record: dict[str, Any]) -> Iterator[str]:
    """The refs of the incidents to which a public record is related."""
    return (relation["incident"]["ref"] for relation in record["relations"])
