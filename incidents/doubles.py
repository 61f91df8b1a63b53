"""Incidents that may be the same as another one: by account or holder and time, by source, or by title."""

from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.translation import gettext as _
from rapidfuzz import fuzz, process

from .analysis import fold
from .choices import Publication, RelationKind
from .limits import readable
from .models import Account, Action, Citation, Incident, Relation

MIN_TITLE_SCORE = 85
MAX_TITLES = 5000
MAX_DOUBLES = 10


@dataclass(frozen=True)
class Outline:
    """What tells one incident from another: keys of records, and for each action its earliest and latest day."""

    title: str = ""
    accounts: set = field(default_factory=set)
    holders: set = field(default_factory=set)
    platforms: set = field(default_factory=set)
    spans: list = field(default_factory=list)
    sources: set = field(default_factory=set)
    pk: int | None = None


def outline_of(incident):
    """The outline of an incident on record."""
    columns = ("account", "account__holder", "account__platform", "start_earliest", "start_latest")
    rows = list(incident.actions.order_by().values_list(*columns))
    accounts, holders, platforms = ({row[place] for row in rows if row[place]} for place in range(3))
    sources = set(incident.citations.order_by().values_list("source", flat=True))
    return Outline(
        incident.title, accounts, holders, platforms, [row[3:] for row in rows], sources, incident.pk
    )


def doubles_of(outline):
    """Pairs of an incident that may be the same, and the reasons for that in words; the most likely first.

    Incidents of which is said what they are to one another are left out.
    """
    reasons = {}
    for found, reason in (
        (_by_account(outline), _("same account or account holder, about the same time")),
        (_by_title(outline), _("similar title")),
        (_by_source(outline), _("same source")),
    ):
        for pk in found:
            reasons.setdefault(pk, []).append(reason)
    for pair in _said(outline.pk):
        for pk in pair:
            reasons.pop(pk, None)
    reasons.pop(outline.pk, None)
    found = readable(Incident.objects.exclude(publication=Publication.WITHDRAWN)).only("ref").in_bulk(reasons)
    ranked = sorted(found, key=lambda pk: (-len(reasons[pk]), found[pk].ref))[:MAX_DOUBLES]
    incidents = Incident.objects.in_bulk(ranked)
    return [(incidents[pk], reasons[pk]) for pk in ranked]


def _by_account(outline):
    # The accounts first: over the join, the databases would read all actions.
    accounts = Account.objects.filter(Q(pk__in=outline.accounts) | Q(holder__in=outline.holders)).order_by()
    near = Q(account__in=accounts.values("pk"))
    when = Q(pk__in=[]) if outline.spans else Q()
    for earliest, latest in outline.spans:
        # A bound that is not known is no bound.
        span = Q() if latest is None else Q(start_earliest=None) | Q(start_earliest__lte=latest)
        when |= span & (Q() if earliest is None else Q(start_latest=None) | Q(start_latest__gte=earliest))
        if earliest is latest is None:
            when = Q()
            break
    return Action.objects.filter(near, when).order_by().values_list("incident", flat=True).distinct()


def _by_source(outline):
    cited = Citation.objects.filter(source__in=outline.sources).order_by()
    return cited.values_list("incident", flat=True).distinct()


def _by_title(outline):
    """Incidents with a similar title, unless they are known to be about somebody else."""
    if not outline.title:
        return []
    incidents = Incident.objects.exclude(pk=outline.pk)
    if outline.platforms:
        actions = Action.objects.filter(account__platform__in=outline.platforms).order_by()
        incidents = incidents.filter(pk__in=actions.values("incident"))
    titles = {
        pk: fold(title) for pk, title in incidents.order_by("-pk").values_list("pk", "title")[:MAX_TITLES]
    }
    found = process.extract(
        fold(outline.title),
        titles,
        scorer=fuzz.token_sort_ratio,
        score_cutoff=MIN_TITLE_SCORE,
        limit=MAX_DOUBLES,
    )
    keys = {pk for _title, _score, pk in found}
    holders = {}
    for pk, holder in Action.objects.filter(incident__in=keys).values_list("incident", "account__holder"):
        holders.setdefault(pk, set()).update({holder} - {None})
    return [pk for pk in keys if not (outline.holders and holders.get(pk)) or outline.holders & holders[pk]]


def _said(pk):
    """The pairs of incidents that a relation of this one joins, save one that says that they may be the same."""
    of_it = Q(from_incident=pk) | Q(to_incident=pk)
    relations = Relation.objects.filter(of_it).exclude(kind=RelationKind.POSSIBLY_SAME_AS) if pk else ()
    return [(relation.from_incident_id, relation.to_incident_id) for relation in relations]
