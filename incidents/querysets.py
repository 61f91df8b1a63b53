"""The language of the domain: every rule about which records are public, counted or wanted has one word here."""

from collections import Counter

from django.db import connections, models
from django.db.models import Count, Exists, F, Min, OuterRef, Prefetch, Q
from django.db.models.functions import Coalesce, Collate, Concat

from .choices import (
    COUNTED_OCCURRENCES,
    COUNTED_TYPES,
    AccountKind,
    IncidentKind,
    Publication,
    RelationKind,
    Stance,
    Status,
)
from .search import Found, Query, closeness, index, parse


class RecordQuerySet(models.QuerySet):
    """A record is found by its natural key, and sorted by it alike on either database."""

    natural_key_fields = ("slug",)
    key_relations = ()

    def get_by_natural_key(self, *key):
        return self.get(**dict(zip(self.natural_key_fields, key, strict=True)))

    def in_natural_order(self):
        """Sorted by natural key, byte by byte, so that an export is the same whatever the database's locale."""
        collation = {"sqlite": "BINARY"}.get(connections[self.db].vendor, "C")
        return self.order_by(
            *(name if name.endswith("seq") else Collate(name, collation) for name in self.natural_key_fields)
        )

    def with_keys(self):
        """With what the natural keys in a record's fields are read from."""
        return self.select_related(*self.key_relations)

    def _model(self, name):
        """Another model of this app; querysets stand below the models and cannot import them."""
        return self.model._meta.apps.get_model("incidents", name)


class PlatformQuerySet(RecordQuerySet):
    def public(self):
        """Platforms that a public incident shows."""
        return self.filter(pk__in=self._model("Action").objects.public().values("account__platform"))

    def with_incident_counts(self):
        """Adds `incidents`: how many listed incidents have an action on the platform."""
        listed = self._model("Incident").objects.listed()
        return self.annotate(
            incidents=Count(
                "accounts__actions__incident",
                filter=Q(accounts__actions__incident__in=listed),
                distinct=True,
            )
        )


class PartyQuerySet(RecordQuerySet):
    def uncleared(self):
        return self.filter(cleared=False)

    def public(self):
        """Cleared parties that a public incident shows: as holder, as speaker, or by their part in it."""
        return self.filter(cleared=True).filter(
            Q(pk__in=self._model("Action").objects.public().values("account__holder"))
            | Q(pk__in=self._model("Justification").objects.public().values("speaker"))
            | Q(pk__in=self._model("Involvement").objects.public().values("party"))
        )


class AccountQuerySet(RecordQuerySet):
    key_relations = ("platform", "holder", "succeeded_by")

    def public(self):
        """Accounts that a public incident shows."""
        return self.filter(pk__in=self._model("Action").objects.public().values("account"))


class IncidentQuerySet(RecordQuerySet):
    natural_key_fields = ("ref",)

    def public(self):
        """What everyone may see: published incidents in which every party shown is cleared.

        Publishing already asks for cleared parties; the gate asks again, so that nothing saved past
        the rules is ever shown.
        """
        uncleared = self._model("Party").objects.uncleared().values("pk")
        return (
            self.filter(publication=Publication.PUBLISHED)
            .exclude(
                pk__in=self._model("Action").objects.filter(account__holder__in=uncleared).values("incident")
            )
            .exclude(
                pk__in=self._model("Justification").objects.filter(speaker__in=uncleared).values("incident")
            )
            .exclude(pk__in=self._model("Involvement").objects.filter(party__in=uncleared).values("incident"))
        )

    def gone(self):
        """Incidents that were public once and have been withdrawn or merged."""
        return self.filter(publication=Publication.WITHDRAWN, published_at__isnull=False)

    def listed(self):
        """Public incidents that are listed and counted; context has pages and no place in the list."""
        return self.public().filter(kind=IncidentKind.ACCOUNT_ACTION)

    def with_actions(self, actions):
        """Incidents that have at least one of these actions."""
        return self.filter(pk__in=actions.values("incident"))

    def search(self, query):
        """Incidents that a query finds: a text as it was typed, or what `parse()` made of it.

        With nothing to look for, none; but all if the query asked for fields, which are the caller's to apply.
        """
        query = query if isinstance(query, Query) else parse(query)
        if not query:
            return self if query.asked else self.none()
        index.refresh_for_reader(self.db)
        return self.filter(Found("pk", query))

    def ranked(self, query):
        """What a query finds, those first that have most of it in their title, ref and names; among equals the newest."""
        query = query if isinstance(query, Query) else parse(query)
        found = self.search(query).with_first_day().annotate(closeness=closeness(query))
        return found.order_by("-closeness", F("first_day").desc(nulls_last=True), "ref")

    def with_ground(self, grounds):
        """Incidents in which one of these grounds was stated."""
        return self.filter(
            Exists(self._model("Justification").objects.filter(incident=OuterRef("pk"), ground__in=grounds))
        )

    def in_places(self, codes):
        """Incidents tied to one of these ISO 3166 codes: where the holder is, where the action took effect,
        or whose authority or law is said to have been involved. The platform's own country does not count."""
        actions = self._model("Action").objects
        involvements = self._model("Involvement").objects
        return self.filter(
            Q(pk__in=actions.in_places(codes).values("incident"))
            | Q(pk__in=involvements.filter(country__in=codes).values("incident"))
        )

    def count_by_place(self):
        """How many incidents are tied to each ISO 3166 code, as `in_places()` means it."""
        actions = self._model("Action").objects.filter(incident__in=self)
        involvements = self._model("Involvement").objects.filter(incident__in=self)
        tied = set(involvements.values_list("incident", "country"))
        for incident, holder, listed in actions.values_list(
            "incident", "account__holder__country", "countries"
        ):
            tied.update((incident, code) for code in (holder, *listed.split()))
        return Counter(code for _incident, code in tied if code)

    def newest(self):
        """By date, the latest first and undated ones last."""
        return self.with_first_day().order_by(F("first_day").desc(nulls_last=True), "ref")

    def oldest(self):
        return self.with_first_day().order_by(F("first_day").asc(nulls_last=True), "ref")

    def recently_changed(self):
        return self.order_by("-updated_at", "ref")

    def with_first_day(self):
        """Adds `first_day`: the earliest day that an action may have begun, or that a context event may have been."""
        return self.annotate(
            first_day=Coalesce(
                Min(Coalesce("actions__start_earliest", "actions__start_latest")),
                "date_earliest",
                "date_latest",
            )
        )

    def with_related(self):
        """Everything a row of the list shows, in a constant number of queries."""
        actions, justifications = self._model("Action").objects, self._model("Justification").objects
        return self.prefetch_related(
            Prefetch("actions", actions.with_account().order_by("seq")),
            Prefetch("justifications", justifications.with_keys().order_by("seq")),
        )

    def with_texts(self):
        """Everything that search reads, in a constant number of queries."""
        citations = self._model("Citation").objects.open().select_related("source__derived_from")
        return self.prefetch_related(
            Prefetch("actions", self._model("Action").objects.with_account().order_by("seq")),
            Prefetch(
                "justifications",
                self._model("Justification").objects.select_related("speaker").order_by("seq"),
            ),
            Prefetch(
                "involvements", self._model("Involvement").objects.select_related("party").order_by("seq")
            ),
            Prefetch("citations", citations.order_by("seq")),
        )

    def with_story(self):
        """Everything the incident page shows, in a constant number of queries."""
        involvements, citations = self._model("Involvement").objects, self._model("Citation").objects
        relations = self._model("Relation").objects.public().order_by("pk")
        return self.with_related().prefetch_related(
            Prefetch("involvements", involvements.with_keys().order_by("seq")),
            Prefetch(
                "citations",
                citations.open().with_keys().select_related("source__derived_from").order_by("seq"),
            ),
            Prefetch("relations_from", relations),
            Prefetch("relations_to", relations),
        )


class PartQuerySet(RecordQuerySet):
    """Actions, justifications, involvements and citations: parts of an incident."""

    natural_key_fields = ("incident__ref", "seq")

    def public(self):
        return self.filter(incident__in=self._model("Incident").objects.public())


class ActionQuerySet(PartQuerySet):
    key_relations = ("incident", "account")

    def with_account(self):
        """With the account acted on, its platform and its holder."""
        return self.select_related(
            "incident", "account__platform", "account__holder", "account__succeeded_by"
        )

    def counted(self):
        """Account actions by the counting rule; `Action.not_counted_because` tells why another is not one."""
        return self.filter(
            incident__kind=IncidentKind.ACCOUNT_ACTION,
            occurrence__in=COUNTED_OCCURRENCES,
            type__in=COUNTED_TYPES,
        ).exclude(Q(status=Status.NEVER_APPLIED) | Q(account__kind=AccountKind.MEETING_OR_EVENT))

    def on_platforms(self, slugs):
        return self.filter(account__platform__slug__in=slugs)

    def held_by(self, slugs):
        return self.filter(account__holder__slug__in=slugs)

    def in_places(self, codes):
        """Actions on a holder in, or with effect in, one of these places."""
        listed = Q(pk__in=[])
        for code in codes:
            listed |= Q(spaced_places__contains=f" {code} ")
        return self.annotate(spaced_places=Concat(models.Value(" "), "countries", models.Value(" "))).filter(
            Q(account__holder__country__in=codes) | listed
        )

    def beginning_between(self, first, last):
        """Actions whose start may lie in these days; an undated one may not be said to."""
        actions = self.exclude(start="")
        if first:
            actions = actions.filter(Q(start_latest=None) | Q(start_latest__gte=first))
        if last:
            actions = actions.filter(Q(start_earliest=None) | Q(start_earliest__lte=last))
        return actions


class JustificationQuerySet(PartQuerySet):
    key_relations = ("incident", "action__incident", "speaker", "supersedes__incident")


class InvolvementQuerySet(PartQuerySet):
    key_relations = ("incident", "action__incident", "party")


class CitationQuerySet(PartQuerySet):
    key_relations = (
        "incident",
        "source",
        "action__incident",
        "justification__incident",
        "involvement__incident",
    )

    def open(self):
        """Citations of sources that are not confidential."""
        return self.filter(source__is_confidential=False)

    def public(self):
        """Open citations in public incidents."""
        return super().public().open()

    def supporting(self):
        """Citations that a reader can check: for the statement, in words, in a source that is open."""
        return self.open().filter(stance=Stance.SUPPORTS).exclude(quote="")


class SourceQuerySet(RecordQuerySet):
    natural_key_fields = ("citekey",)
    key_relations = ("derived_from",)

    def public(self):
        """Sources, none of them confidential, that a public incident cites or that such a source derives from."""
        return self.filter(is_confidential=False).cited_in(self._model("Citation").objects.public())

    def cited_in(self, citations):
        """Sources of these citations, with what those derive from in up to two steps."""
        cited = citations.order_by().values("source")
        sources = self.model.objects
        parents = sources.filter(pk__in=cited).values("derived_from")
        grandparents = sources.filter(pk__in=parents).values("derived_from")
        return self.filter(Q(pk__in=cited) | Q(pk__in=parents) | Q(pk__in=grandparents))


class RelationQuerySet(RecordQuerySet):
    natural_key_fields = ("from_incident__ref", "to_incident__ref", "kind")
    key_relations = ("from_incident", "to_incident")

    def public(self):
        """Relations between two public incidents. A mere suspicion that two are one stays with the editors."""
        incidents = self._model("Incident").objects.public()
        return (
            self.filter(from_incident__in=incidents, to_incident__in=incidents)
            .exclude(kind=RelationKind.POSSIBLY_SAME_AS)
            .with_keys()
        )
