"""The language of the domain: every rule about which records are public, counted or wanted has one word here."""

import re
from functools import reduce
from operator import or_
from typing import NamedTuple

from django.db import connections, models
from django.db.models import Count, Exists, F, Min, OuterRef, Prefetch, Q, Subquery, Window
from django.db.models.functions import Coalesce, Collate, RowNumber

from .addresses import ADDRESSES, canonical_address, hosts_of
from .choices import IncidentKind, Publication, RelationKind, Stance

# PostgreSQL takes much longer to compile a pattern than its length suggests.
NAMES_PER_PATTERN = 50
SOURCE_RELATIONS = ("source", "derived_from")  # the names of relations to a source


class Shown(NamedTuple):
    """A way in which an incident shows a record: `parts` of the incident, and the `path` from such a part to the record.

    `parts` is the name of the incident's relation to them, and of their list in its public record; empty where the path
    begins at the incident itself.
    """

    parts: str
    path: str

    @property
    def is_open(self):
        """A condition on the parts: no confidential source is on the way. What lies behind one is not shown."""
        steps = self.path.split("__")
        on_the_way = ("__".join(steps[:n]) for n in range(1, len(steps)) if steps[n - 1] in SOURCE_RELATIONS)
        return Q(**{f"{path}__is_confidential": False for path in on_the_way})

    @property
    def incident(self):
        """The field of such a part that has its incident."""
        ends = {"": "pk", "relations_from": "from_incident", "relations_to": "to_incident"}
        return ends.get(self.parts, "incident")


# Every way in which an incident shows a platform, a party, an account, a topic or a source, by the name of its model. All that
# asks who or what an incident shows is built from this table: the public querysets, the checks of publishing and of the
# admin, the index, exports, past revisions. A relation that becomes public without a line here fails a test.
SHOWN = {
    "platform": (Shown("actions", "account__platform"),),
    "party": (
        Shown("actions", "account__holder"),
        Shown("justifications", "speaker"),
        Shown("justifications", "together_with"),
        Shown("involvements", "party"),
        Shown("involvements", "together_with"),
    ),
    "account": (Shown("actions", "account"),),
    "topic": (Shown("", "topics"),),
    "topiclabel": (Shown("", "topics__labels"),),
    "source": (
        Shown("citations", "source"),
        # A source is shown with what it derives from, and that with what it derives from in turn.
        Shown("citations", "source__derived_from"),
        Shown("citations", "source__derived_from__derived_from"),
    ),
}
# A text is shown where its translation is.
SHOWN["translation"] = (
    Shown("", "translations"),
    *(
        Shown(parts, "translations")
        for parts in (
            "actions",
            "justifications",
            "involvements",
            "citations",
            "relations_from",
            "relations_to",
        )
    ),
    *(
        Shown(way.parts, f"{way.path}__translations")
        for name in ("platform", "party", "account", "topic", "source")
        for way in SHOWN[name]
    ),
)

# What a citation can be about beside the incident itself and its parts, if the incident shows it in one of these ways.
CITED_RECORDS = ("platform", "party", "account")
# Fields of a party that are public only if its name is.
NAMING_FIELDS = ("native_label", "native_language", "name_public_basis", "aliases")

# The parts of an incident that each need a source, by the name of the incident's relation to them.
CITED_PARTS = ("actions", "justifications", "involvements")


LISTED = "listed_"  # begins the name under which a record has the records of a relation as a list


def many(record, name):
    """The records of a relation to many: as read `with_many()`, since Django's own way takes longer than all else of a record
    of which they are few; else from the database."""
    listed = record.__dict__.get(LISTED + name)
    return getattr(record, name).all() if listed is None else listed


class RecordQuerySet(models.QuerySet):
    """A record is found by its natural key, and sorted by it alike on either database."""

    natural_key_fields = ("slug",)
    key_relations = ()
    shown_relations = ()  # to records that are nested in its own

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
        return self.select_related(*self.key_relations).with_many()

    def with_many(self):
        """With the records of its many-to-many relations, in natural order, for `many()`."""
        return self.prefetch_related(
            *(
                Prefetch(
                    field.name,
                    field.related_model.objects.with_keys().in_natural_order(),
                    to_attr=LISTED + field.name,
                )
                for field in self.model._meta.many_to_many
            )
        )

    def with_texts(self):
        """With all that public records are built from."""
        return self.with_keys().with_translations(*self.shown_relations)

    def with_translations(self, *others):
        """With the translations of their texts, and of those of these other records within theirs."""
        open_ones = self._model("Translation").objects.open().order_by("field", "language")
        return self.prefetch_related(
            *(Prefetch(f"{path}translations", open_ones) for path in ("", *(f"{each}__" for each in others)))
        )

    def _model(self, name):
        """Another model of this app; querysets are below the models and cannot import them."""
        return self.model._meta.apps.get_model("incidents", name)

    def _parts(self, name):
        """The parts of incidents, by the name of an incident's relation to them; without one, incidents themselves."""
        incidents = self._model("Incident")
        return incidents._meta.get_field(name).related_model.objects if name else incidents.objects


class ShownQuerySet(RecordQuerySet):
    """Platforms, parties, accounts, topics and sources: they are public where a public incident shows them."""

    def public(self):
        """Those that a public incident shows."""
        # Each record is looked up along an index: a list of all keys is too long for PostgreSQL's memory once there are
        # very many, and then it reads the list again for each record.
        return self.filter(
            reduce(
                or_,
                (
                    Exists(
                        self._parts(way.parts)
                        .public()
                        .order_by()
                        .filter(way.is_open, **{way.path: OuterRef("pk")})
                    )
                    for way in SHOWN[self.model._meta.model_name]
                ),
            )
        )

    def shown_by(self, incident):
        """Those that this incident shows, or would show if it were public."""
        return self.shown_by_any([incident.pk])

    def shown_by_any(self, incidents):
        """Those that any of these incidents, given as keys or as a queryset, shows or would show if it were public."""
        keys = (
            self._parts(way.parts).filter(**{f"{way.incident}__in": incidents}).order_by().values(way.path)
            for way in SHOWN[self.model._meta.model_name]
        )
        return self.filter(pk__in=_union(keys))


class PlatformQuerySet(ShownQuerySet):
    def perhaps_named(self, names):
        """Platforms that may have one of these names, in whatever case, as their name or as a line of their aliases.

        Databases fold case differently: compare the names of the result with `casefold()`.
        """
        spellings = set()
        for name in filter(None, map(str.strip, names)):
            # Without a locale, a database folds the case of ASCII letters only.
            fold = (str,) if name.isascii() else (str, str.lower, str.upper, str.title, str.casefold)
            spellings |= {re.escape(change(name)) for change in fold}
        spellings, condition = sorted(spellings), Q(pk__in=[])
        for start in range(0, len(spellings), NAMES_PER_PATTERN):
            name = f"({'|'.join(spellings[start : start + NAMES_PER_PATTERN])})"
            condition |= Q(name__iregex=rf"^\s*{name}\s*$")
            condition |= Q(aliases__iregex=rf"(^|[\r\n])\s*{name}\s*([,\r\n]|$)")
        return self.filter(condition)


class PartyQuerySet(ShownQuerySet):
    def public(self):
        """Cleared parties that a public incident shows."""
        return super().public().filter(cleared=True)


class AccountQuerySet(ShownQuerySet):
    key_relations = ("platform", "holder", "succeeded_by")
    shown_relations = ("platform", "holder")

    def with_keys(self):
        """With what its record is built from: `has_public_successor` says whether the account that follows is public."""
        following = self.model._default_manager.public().filter(pk=OuterRef("succeeded_by"))
        return super().with_keys().annotate(has_public_successor=Exists(following))


class TopicQuerySet(ShownQuerySet):
    def with_keys(self):
        """With its labels, by which it is called."""
        labels = self._model("TopicLabel").objects.in_natural_order()
        return super().with_keys().prefetch_related(Prefetch("labels", labels))


class TopicLabelQuerySet(ShownQuerySet):
    natural_key_fields = ("topic__slug", "language")
    key_relations = ("topic",)


class IncidentQuerySet(RecordQuerySet):
    natural_key_fields = ("ref",)

    def public(self):
        """What everyone may see: published incidents in which every party shown is cleared.

        Publishing requires cleared parties; this requires them again, so that nothing saved past the rules is shown.
        """
        uncleared = (
            Exists(self._parts(parts).filter(incident=OuterRef("pk"), **{f"{path}__cleared": False}))
            for parts, path in SHOWN["party"]
        )
        return self.filter(*(~each for each in uncleared), publication=Publication.PUBLISHED)

    def showing(self, record):
        """Incidents, public or not, that show this platform, party, account or source."""
        return self.showing_any(record._meta.model_name, [record.pk])

    def showing_any(self, model, keys):
        """Incidents, public or not, that show any of the records of a model with these keys."""
        parts = (
            self._parts(way.parts).filter(**{f"{way.path}__in": keys}).order_by().values(way.incident)
            for way in SHOWN[model]
        )
        return self.filter(pk__in=_union(parts))

    def uncited(self):
        """Incidents in which the summary, an action, a stated reason or an involvement has no supporting citation."""
        about = self._model("Citation").objects.supporting().about_summaries().filter(incident=OuterRef("pk"))
        parts = (
            Exists(self._parts(name).uncited().order_by().filter(incident=OuterRef("pk")))
            for name in CITED_PARTS
        )
        return self.filter(reduce(or_, parts, ~Exists(about)))

    def gone(self):
        """Incidents that were public once and have been withdrawn or merged."""
        return self.filter(publication=Publication.WITHDRAWN, published_at__isnull=False)

    def listed(self):
        """Public incidents that are listed and counted; context has pages and no place in the list."""
        return self.public().filter(kind=IncidentKind.ACCOUNT_ACTION)

    def with_first_day(self):
        """Adds `first_day`: the earliest day that an action may have begun, or that a context event may have been."""
        # As a subquery, it is worked out for the incidents of a page alone, unless they are sorted by it.
        actions = self._model("Action").objects.filter(incident=OuterRef("pk")).order_by().values("incident")
        first = actions.annotate(first=Min(Coalesce("start_earliest", "start_latest"))).values("first")
        return self.annotate(first_day=Coalesce(Subquery(first), "date_earliest", "date_latest"))

    def with_actions(self):
        """With the actions and what they were taken on, in a constant number of queries."""
        actions = self._model("Action").objects.with_account().order_by("seq")
        return self.prefetch_related(Prefetch("actions", actions))

    def with_story(self):
        """With all that an incident's record is built from, in a constant number of queries: as lists named `shown_…`."""
        citations = self._model("Citation").objects.open().numbered().select_related("source__derived_from")
        parts = {
            "actions": self._model("Action").objects,
            "justifications": self._model("Justification").objects,
            "involvements": self._model("Involvement").objects,
            "citations": citations,
        }
        relations = self._model("Relation").objects.public().order_by("pk")
        relations = relations.with_translations()
        return (
            self.with_many()
            .with_translations("topics")
            .prefetch_related(
                *(
                    Prefetch(name, found.with_texts().order_by("seq"), to_attr=f"shown_{name}")
                    for name, found in parts.items()
                ),
                Prefetch("relations_from", relations, to_attr="shown_relations_from"),
                Prefetch("relations_to", relations, to_attr="shown_relations_to"),
            )
        )


class PartQuerySet(RecordQuerySet):
    """Actions, justifications, involvements and citations: parts of an incident."""

    natural_key_fields = ("incident__ref", "seq")

    def with_others(self):
        """With what these parts of known incidents refer to."""
        others = (name.removesuffix("__incident") for name in self.key_relations if name != "incident")
        return self.select_related(*others).with_many()

    def with_texts(self):
        return self.with_others().with_translations(*self.shown_relations)

    def public(self):
        return self.filter(Exists(self._model("Incident").objects.public().filter(pk=OuterRef("incident"))))

    def uncited(self):
        """Parts that no supporting citation is about."""
        # A citation is of the incident of its part. With both, few are looked up, whatever the database has counted.
        about = {self.model._meta.model_name: OuterRef("pk"), "incident": OuterRef("incident")}
        cited = Exists(self._model("Citation").objects.supporting().filter(**about))
        return self.filter(~cited | Q(pk=None))  # the OR: each is looked up, whatever PostgreSQL has counted


class ActionQuerySet(PartQuerySet):
    key_relations = ("incident", "account")

    def with_others(self):
        accounts = self._model("Account").objects.with_keys()
        return self.prefetch_related(Prefetch("account", accounts)).with_many()

    def with_texts(self):
        accounts = self._model("Account").objects.with_texts()
        return self.prefetch_related(Prefetch("account", accounts)).with_many().with_translations()

    def with_account(self):
        """With the account acted on, its platform and its holder."""
        return self.select_related("account__platform", "account__holder")


class JustificationQuerySet(PartQuerySet):
    key_relations = ("incident", "speaker", "supersedes__incident")
    shown_relations = ("speaker", "together_with")


class InvolvementQuerySet(PartQuerySet):
    key_relations = ("incident", "party")
    shown_relations = ("party", "together_with")


class CitationQuerySet(PartQuerySet):
    key_relations = (
        "incident",
        "source",
        "action__incident",
        "justification__incident",
        "involvement__incident",
        *CITED_RECORDS,
    )
    shown_relations = ("source",)

    def open(self):
        """Citations of sources that are not confidential, of nothing that the incident does not show or that is withheld."""
        of_hidden_names = Q(party__name_public=False, field__in=NAMING_FIELDS)
        return self.filter(source__is_confidential=False).about_shown().exclude(of_hidden_names)

    def about(self, record):
        """Citations of this record, with all that is shown of them, by incident and number; their own numbers are not shown."""
        found = self.filter(**{record._meta.model_name: record}).with_texts().annotate(public_number=F("seq"))
        return found.select_related("source__derived_from").order_by("incident__ref", "seq")

    def numbered(self):
        """With `public_number`, for all open citations of whole incidents: they are counted as if there were no others, so that
        no gap tells of one that is hidden."""
        return self.annotate(public_number=Window(RowNumber(), partition_by="incident", order_by="seq"))

    def about_shown(self):
        """Citations of the incident, a part of it, or a platform, party or account that it shows."""
        # So that nothing saved past the rules is shown; by its key, since PostgreSQL plans all the rest badly beside an OR.
        citations = self._model("Citation").objects.order_by()
        found = self
        for name in CITED_RECORDS:
            strays = citations.filter(*self._not_shown(name), pk=OuterRef("pk"), **{f"{name}__isnull": False})
            found = found.exclude(Exists(strays))
        return found

    def _not_shown(self, name):
        incident = {"incident": OuterRef("incident")}
        for parts, path in SHOWN[name]:
            yield ~Exists(self._parts(parts).order_by().filter(**incident, **{path: OuterRef(name)}))

    def public(self):
        """Open citations in public incidents."""
        return super().public().open()

    def supporting(self):
        """Citations that a reader can check: for the statement, in words, in a source that is open."""
        return self.open().filter(stance=Stance.SUPPORTS).exclude(quote="")

    def about_summaries(self):
        """Citations of an incident as a whole, or of its summary."""
        of_others = dict.fromkeys(("action", "justification", "involvement", *CITED_RECORDS))
        return self.filter(**of_others, field__in=["", "summary"])


class SourceQuerySet(ShownQuerySet):
    natural_key_fields = ("citekey",)
    key_relations = ("derived_from",)

    def open(self):
        """Sources that are not confidential."""
        return self.filter(is_confidential=False)

    def at_address(self, url):
        """Sources of the page at this address, however it is spelled; none if it is empty."""
        wanted, hosts = canonical_address(url), hosts_of(url)
        conditions = (Q(**{f"{name}__icontains": host}) for name in ADDRESSES for host in hosts)
        rows = self.filter(reduce(or_, conditions, Q(pk__in=[]))).values_list("pk", *ADDRESSES)
        return self.filter(pk__in=[pk for pk, *urls in rows if wanted in map(canonical_address, urls)])

    def public(self):
        """Open sources that a public incident shows: those it cites, and what they derive from."""
        return super().public().open()


class RelationQuerySet(RecordQuerySet):
    natural_key_fields = ("from_incident__ref", "to_incident__ref", "kind")
    key_relations = ("from_incident", "to_incident")

    def open(self):
        """Relations that may be public. A suspicion that two incidents are the same is for editors only."""
        return self.exclude(kind=RelationKind.POSSIBLY_SAME_AS)

    def public(self):
        """Open relations between two public incidents."""
        incidents = self._model("Incident").objects.public()
        ends = (Exists(incidents.filter(pk=OuterRef(end))) for end in ("from_incident", "to_incident"))
        return self.open().filter(*ends).with_keys()


class TranslationQuerySet(ShownQuerySet):
    natural_key_fields = ("key",)
    key_relations = (
        "incident",
        *(f"{name}__incident" for name in ("action", "justification", "involvement", "citation")),
        *("relation__from_incident", "relation__to_incident"),
        *("platform", "party", "account", "topic", "source"),
    )

    def open(self):
        """Translations of what is not withheld."""
        return self.exclude(
            Q(source__is_confidential=True)
            | Q(citation__source__is_confidential=True)
            | Q(party__name_public=False, field__in=NAMING_FIELDS)
            | Q(source__derived_from__is_confidential=True, field="derivation_note")
            | Q(relation__kind=RelationKind.POSSIBLY_SAME_AS)
        )

    def numbered(self):
        """With `citation_number`, the number that readers know the citation by whose text it is: see `CitationQuerySet`."""
        citations = self._model("Citation").objects.open().order_by().values("incident")
        up_to = citations.filter(incident=OuterRef("citation__incident"), seq__lte=OuterRef("citation__seq"))
        return self.annotate(citation_number=Subquery(up_to.annotate(n=Count("pk")).values("n")))

    def public(self):
        return super().public().open()


def _union(querysets):
    """All rows of these querysets of one column, each once."""
    first, *others = querysets
    return first.union(*others) if others else first
