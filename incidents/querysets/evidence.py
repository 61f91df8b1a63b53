"""Citations, sources and translations: which are public, and what they are about."""

from functools import cache, reduce
from operator import or_

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Window
from django.db.models.functions import RowNumber

from ..addresses import ADDRESSES, canonical_address, hosts_of
from ..choices import RelationKind, Stance
from ..shown import CITED_RECORDS, NAMING_FIELDS, SHOWN
from .base import ShownQuerySet
from .incident import PartQuerySet


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

    def open(self, shown=None):
        """Citations of sources that are not confidential, of nothing that the incident does not show or that is withheld.

        Here and below, `shown` are the keys of what the incident shows, if all are of one and these were read before.
        """
        of_hidden_names = Q(party__name_public=False, field__in=NAMING_FIELDS)
        return self.filter(source__is_confidential=False).about_shown(shown).exclude(of_hidden_names)

    def about(self, record):
        """Citations of this record, with all that is shown of them, by incident and number; their own numbers are not shown."""
        found = self.filter(**{record._meta.model_name: record}).with_texts().annotate(public_number=F("seq"))
        return found.select_related("source__derived_from").order_by("incident__ref", "seq")

    def numbered(self):
        """With `public_number`, for all open citations of whole incidents: they are counted as if there were no others, so that
        no gap tells of one that is hidden."""
        return self.annotate(public_number=Window(RowNumber(), partition_by="incident", order_by="seq"))

    def about_shown(self, shown=None):
        """Citations of the incident, a part of it, or a platform, party or account that it shows: nothing saved past the rules
        is shown."""
        if shown is not None:
            return self.filter(
                *(Q(**{name: None}) | Q(**{f"{name}__in": shown[name]}) for name in CITED_RECORDS)
            )
        found = self
        for name in CITED_RECORDS:
            found = found.exclude(_strays(self.model, name))
        return found

    def public(self):
        """Open citations in public incidents."""
        return super().public().open()

    def supporting(self, shown=None):
        """Citations that a reader can check: for the statement, in words, in a source that is open."""
        return self.open(shown).filter(stance=Stance.SUPPORTS).exclude(quote="")

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


class TranslationQuerySet(ShownQuerySet):
    natural_key_fields = ("key",)
    key_relations = (
        "incident",
        *(f"{name}__incident" for name in ("action", "justification", "involvement", "citation")),
        *("relation__from_incident", "relation__to_incident"),
        *("platform", "party", "account", "topic", "source"),
    )

    def of(self, keys):
        """Translations of the texts of records: `keys` has pairs of a model and primary keys, as a list or a queryset."""
        return self.filter(reduce(or_, (Q(**{f"{model}__in": of_it}) for model, of_it in keys)))

    def open(self):
        """Translations of what is not withheld, nor of what somebody was called who is not named any more."""
        return self.exclude(
            Q(source__is_confidential=True)
            | Q(citation__source__is_confidential=True)
            | Q(party__name_public=False, field__in=NAMING_FIELDS)
            | Q(party__name_public=False, field="public_label", is_behind=True)
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


@cache
def _strays(model, name):
    """A condition on citations: each is about a platform, party or account that its incident does not show."""
    # By its key, since PostgreSQL plans all the rest badly beside an OR.
    citations = model.objects.order_by()
    incident = {"incident": OuterRef("incident")}
    not_shown = (
        ~Exists(citations._parts(parts).order_by().filter(**incident, **{path: OuterRef(name)}))
        for parts, path in SHOWN[name]
    )
    return Exists(citations.filter(*not_shown, pk=OuterRef("pk"), **{f"{name}__isnull": False}))
