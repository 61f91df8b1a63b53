"""The language of the domain: every rule about which records are public, counted or wanted has one word here."""

from django.db import connections, models
from django.db.models import Exists, Min, OuterRef, Prefetch
from django.db.models.functions import Coalesce, Collate

from .choices import IncidentKind, Publication, RelationKind, Stance

STEPS_SHOWN = 2  # from a source to what it derives from, and on


def shown_in(records, path):
    """Whether any of these records refers to the one in question.

    Asked of each record by an index: a list of all keys is too long for PostgreSQL's memory once there are very many,
    and then it reads the list again for each record.
    """
    return Exists(records.order_by().filter(**{path: OuterRef("pk")}))


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
        return self.filter(shown_in(self._model("Action").objects.public(), "account__platform"))


class PartyQuerySet(RecordQuerySet):
    def public(self):
        """Cleared parties that a public incident shows: as holder, as speaker, or by their part in it."""
        return self.filter(cleared=True).filter(
            shown_in(self._model("Action").objects.public(), "account__holder")
            | shown_in(self._model("Justification").objects.public(), "speaker")
            | shown_in(self._model("Involvement").objects.public(), "party")
        )


class AccountQuerySet(RecordQuerySet):
    key_relations = ("platform", "holder", "succeeded_by")

    def public(self):
        """Accounts that a public incident shows."""
        return self.filter(shown_in(self._model("Action").objects.public(), "account"))


class IncidentQuerySet(RecordQuerySet):
    natural_key_fields = ("ref",)

    def public(self):
        """What everyone may see: published incidents in which every party shown is cleared.

        Publishing already asks for cleared parties; the gate asks again, so that nothing saved past
        the rules is ever shown.
        """
        shown = {"Action": "account__holder", "Justification": "speaker", "Involvement": "party"}
        uncleared = (
            self._model(part).objects.filter(incident=OuterRef("pk"), **{f"{path}__cleared": False})
            for part, path in shown.items()
        )
        return self.filter(*(~Exists(parts) for parts in uncleared), publication=Publication.PUBLISHED)

    def gone(self):
        """Incidents that were public once and have been withdrawn or merged."""
        return self.filter(publication=Publication.WITHDRAWN, published_at__isnull=False)

    def listed(self):
        """Public incidents that are listed and counted; context has pages and no place in the list."""
        return self.public().filter(kind=IncidentKind.ACCOUNT_ACTION)

    def with_first_day(self):
        """Adds `first_day`: the earliest day that an action may have begun, or that a context event may have been."""
        return self.annotate(
            first_day=Coalesce(
                Min(Coalesce("actions__start_earliest", "actions__start_latest")),
                "date_earliest",
                "date_latest",
            )
        )

    def with_actions(self):
        """With the actions and what they were taken on, in a constant number of queries."""
        actions = self._model("Action").objects.with_account().order_by("seq")
        return self.prefetch_related(Prefetch("actions", actions))

    def with_story(self):
        """Everything an incident's record tells, in a constant number of queries: as lists named `shown_…`."""
        citations = self._model("Citation").objects.open().select_related("source__derived_from")
        parts = {
            "actions": self._model("Action").objects.with_account(),
            "justifications": self._model("Justification").objects,
            "involvements": self._model("Involvement").objects,
            "citations": citations,
        }
        relations = self._model("Relation").objects.public().order_by("pk")
        return self.prefetch_related(
            *(
                Prefetch(name, found.with_others().order_by("seq"), to_attr=f"shown_{name}")
                for name, found in parts.items()
            ),
            Prefetch("relations_from", relations, to_attr="shown_relations_from"),
            Prefetch("relations_to", relations, to_attr="shown_relations_to"),
        )


class PartQuerySet(RecordQuerySet):
    """Actions, justifications, involvements and citations: parts of an incident."""

    natural_key_fields = ("incident__ref", "seq")

    def with_others(self):
        """With what these parts of known incidents refer to."""
        others = (name.removesuffix("__incident") for name in self.key_relations if name != "incident")
        return self.select_related(*others)

    def public(self):
        return self.filter(Exists(self._model("Incident").objects.public().filter(pk=OuterRef("incident"))))


class ActionQuerySet(PartQuerySet):
    key_relations = ("incident", "account")

    def with_account(self):
        """With the account acted on, its platform and its holder."""
        return self.select_related("account__platform", "account__holder")


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
        """Sources of these citations, with what those derive from in so many steps."""
        found = either = shown_in(citations, "source")
        for _step in range(STEPS_SHOWN):
            found = shown_in(self.model.objects.filter(found), "derived_from")
            either |= found
        return self.filter(either)


class RelationQuerySet(RecordQuerySet):
    natural_key_fields = ("from_incident__ref", "to_incident__ref", "kind")
    key_relations = ("from_incident", "to_incident")

    def open(self):
        """Relations that may be told of public incidents. A mere suspicion that two are one stays with the editors."""
        return self.exclude(kind=RelationKind.POSSIBLY_SAME_AS)

    def public(self):
        """Open relations between two public incidents."""
        incidents = self._model("Incident").objects.public()
        ends = (Exists(incidents.filter(pk=OuterRef(end))) for end in ("from_incident", "to_incident"))
        return self.open().filter(*ends).with_keys()
