"""What the querysets of all records have in common."""

from functools import cache, reduce
from operator import or_

from django.db import connections, models
from django.db.models import Exists, OuterRef, Prefetch
from django.db.models.functions import Collate

from ..shown import SHOWN

LISTED = "listed_"  # begins the name under which a record has the records of a relation as a list


def many(record, name):
    """The records of a relation to many: as read `with_many()`, since Django's own way takes longer than all else of a record
    of which they are few; else from the database, without what is withheld."""
    listed = record.__dict__.get(LISTED + name)
    if listed is not None:
        return listed
    found = getattr(record, name)
    return found.open() if hasattr(found, "open") else found.all()


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
        lists = {field.name for field in self.model._meta.many_to_many}
        paths = ("", *(f"{LISTED if each in lists else ''}{each}__" for each in others))
        return self.prefetch_related(
            *(Prefetch(f"{path}translations", open_ones, to_attr=f"{LISTED}translations") for path in paths)
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
        return self.filter(_is_shown(self.model))

    def shown_by(self, incident):
        """Those that this incident shows, or would show if it were public."""
        return self.shown_by_any([incident.pk])

    def shown_by_any(self, incidents):
        """Those that any of these incidents, given as keys or as a queryset, shows or would show if it were public."""
        keys = (
            self._parts(way.parts).filter(**{f"{way.incident}__in": incidents}).order_by().values(way.path)
            for way in SHOWN[self.model._meta.model_name]
        )
        return self.filter(pk__in=union_of(keys))


def union_of(querysets):
    """All rows of these querysets of one column, each once."""
    first, *others = querysets
    return first.union(*others) if others else first


@cache
def _is_shown(model):
    """A condition on records of a model: a public incident shows them. To put it together takes longer than to ask it."""
    # Each record is looked up along an index: a list of all keys is too long for PostgreSQL's memory once there are
    # very many, and then it reads the list again for each record.
    parts_of = model.objects.none()._parts
    return reduce(
        or_,
        (
            Exists(parts_of(way.parts).public().order_by().filter(way.is_open, **{way.path: OuterRef("pk")}))
            for way in SHOWN[model._meta.model_name]
        ),
    )
