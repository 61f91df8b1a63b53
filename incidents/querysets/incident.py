"""Incidents, their parts and what connects them: which are public, counted or cited."""

from collections import defaultdict
from functools import cache, reduce
from operator import or_

from django.db.models import Exists, Min, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce

from ..choices import IncidentKind, Publication, RelationKind
from ..shown import CITED_PARTS, SHOWN
from .base import RecordQuerySet, union_of


class IncidentQuerySet(RecordQuerySet):
    natural_key_fields = ("ref",)

    def public(self):
        """What everyone may see: published incidents in which every party shown is cleared.

        Publishing requires cleared parties; this requires them again, so that nothing saved past the rules is shown.
        """
        return self.filter(*_all_cleared(self.model), publication=Publication.PUBLISHED)

    def showing(self, record):
        """Incidents, public or not, that show this platform, party, account or source."""
        return self.showing_any(record._meta.model_name, [record.pk])

    def showing_any(self, model, keys):
        """Incidents, public or not, that show any of the records of a model with these keys."""
        parts = (
            self._parts(way.parts).filter(**{f"{way.path}__in": keys}).order_by().values(way.incident)
            for way in SHOWN[model]
        )
        return self.filter(pk__in=union_of(parts))

    def keys_shown(self, *models, natural=False):
        """The keys of what each of these incidents shows of these models, public or not: `{incident: {"party": {1, 2}}}`.

        In one short query for each kind of parts. Primary keys, or natural ones.
        """
        ways = defaultdict(list)
        for model in models:
            key = self._model(model).objects.all().natural_key_fields[0] if natural else "pk"
            for parts, path in SHOWN[model]:
                ways[parts].append((model, "__".join(filter(None, (parts, path, key)))))
        found = defaultdict(lambda: {model: set() for model in models})
        for columns in ways.values():
            paths = (path for _model, path in columns)
            for pk, *keys in self.order_by().values_list("pk", *paths).distinct():
                for (model, _path), each in zip(columns, keys, strict=True):
                    found[pk][model] |= {each} - {None}
        return found

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


@cache
def _all_cleared(model):
    """Conditions on incidents: every party that they show is cleared."""
    parts_of = model.objects.none()._parts
    return [
        ~Exists(parts_of(parts).filter(incident=OuterRef("pk"), **{f"{path}__cleared": False}))
        for parts, path in SHOWN["party"]
    ]


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
