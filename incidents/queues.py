"""The queues of the editing desk: what waits for somebody. The start page counts them, and each is a list."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_

from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet
from django.db.models.lookups import IsNull
from django.utils.translation import gettext_lazy as _

from . import translations
from .choices import PartyKind, Publication, RelationKind, Status
from .languages import QUOTED_WORDS
from .limits import readable
from .models import Action, Citation, Incident, Party, Relation, Source, Topic
from .shown import SHOWN

MAX_COUNT = 1000  # of more, the start page says that there are more
UNFINISHED = [Publication.DRAFT, Publication.IN_REVIEW]


@dataclass(frozen=True)
class Queue:
    """A queue: its label, the model of its records, those that wait for a user, and the order in which they do."""

    name: str
    label: str
    model: type[Model]
    records: Callable[..., QuerySet]
    order: tuple = ()

    def count(self, user):
        """How many wait; MAX_COUNT + 1 means more."""
        return readable(self.records(user).order_by())[: MAX_COUNT + 1].count()


def unfinished():
    """Drafts and incidents in review."""
    return Incident.objects.filter(publication__in=UNFINISHED)


def incomplete():
    """Unfinished incidents that lack what publication requires, as far as this can be determined without comparing texts."""
    this = {"incident": OuterRef("pk")}
    lacks = [
        # What most of them lack comes first: the start page counts so many, and no further.
        Exists(Incident.objects.uncited().filter(pk=OuterRef("pk"))),
        Q(summary__regex=r"^\s*$"),
        Q(kind="account_action") & ~Exists(Action.objects.filter(**this)),
        Exists(Action.objects.filter(**this, start="", start_text="")),
        Exists(Citation.objects.open().filter(**this, source__accessed_on=None)),
        Exists(Topic.objects.filter(incidents=OuterRef("pk"), labels=None)),
        *(
            Exists(
                Incident._meta.get_field(way.parts).related_model.objects.filter(
                    Q(**{f"{way.path}__cleared": False})
                    | Q(
                        **{
                            f"{way.path}__kind": PartyKind.PERSON,
                            f"{way.path}__name_public": True,
                            f"{way.path}__name_public_basis": "",
                        }
                    ),
                    **this,
                )
            )
            for way in SHOWN["party"]
        ),
    ]
    return unfinished().filter(reduce(or_, lacks))


def doubtful():
    """Unfinished incidents that may be the same as another one."""
    others = readable(Incident.objects.exclude(publication=Publication.WITHDRAWN))
    alike = Action.objects.filter(_is_like_one_of(others), incident=OuterRef("pk"))
    return unfinished().filter(Exists(alike))


def _is_like_one_of(incidents):
    """A condition on an action: one of these incidents has another on the same account or holder, about the same time."""
    # A bound that is not known is no bound.
    begins_before = Q(start_earliest=None) | Q(start_earliest__lte=OuterRef("start_latest"))
    ends_after = Q(start_latest=None) | Q(start_latest__gte=OuterRef("start_earliest"))
    overlaps = (begins_before | IsNull(OuterRef("start_latest"), True)) & (
        ends_after | IsNull(OuterRef("start_earliest"), True)
    )
    mine, other = OuterRef("incident"), OuterRef(OuterRef("incident"))
    related = Relation.objects.exclude(kind=RelationKind.POSSIBLY_SAME_AS).filter(
        Q(from_incident=mine, to_incident=other) | Q(from_incident=other, to_incident=mine)
    )
    near = Action.objects.filter(overlaps, ~Exists(related), incident__in=incidents.order_by().values("pk"))
    near = near.exclude(incident=OuterRef("incident"))
    return Exists(near.filter(account=OuterRef("account"))) | Exists(
        near.filter(account__holder=OuterRef("account__holder"))
    )


def with_ended_term():
    """Incidents with an action that is recorded as in force although its announced term has run out."""
    ended = Action.objects.filter(status=Status.IN_FORCE, expected_end_latest__lt=date.today())
    return Incident.objects.filter(pk__in=ended.order_by().values("incident"))


QUEUES = (
    Queue("mine", _("Claimed by you"), Incident, lambda user: unfinished().filter(work__claimed_by=user)),
    Queue(
        "unclaimed", _("Claimed by nobody"), Incident, lambda user: unfinished().filter(work__claimed_by=None)
    ),
    Queue(
        "review",
        _("In review, longest first"),
        Incident,
        lambda user: Incident.objects.filter(publication=Publication.IN_REVIEW),
        (F("work__review_asked_at").asc(nulls_first=True), "ref"),
    ),
    Queue("incomplete", _("Something to complete before publishing"), Incident, lambda user: incomplete()),
    Queue("doubtful", _("May be the same as another incident"), Incident, lambda user: doubtful()),
    Queue("ended", _("Announced term has run out"), Incident, lambda user: with_ended_term()),
    Queue(
        "untranslated",
        _("Not translated into all languages of the site"),
        Incident,
        lambda user: translations.missing(),
    ),
    Queue(
        "quotations",
        _("Quotations without a translation for readers of another language"),
        Incident,
        lambda user: translations.missing(QUOTED_WORDS),
    ),
    Queue(
        "outdated",
        _("Translation to bring up to date"),
        Incident,
        lambda user: translations.to_bring_up_to_date(),
    ),
    Queue("uncleared", _("Parties to clear"), Party, lambda user: Party.objects.filter(cleared=False)),
    Queue(
        "unarchived",
        _("Sources without an archived copy"),
        Source,
        lambda user: Source.objects.open().filter(archived_url="").exclude(url=""),
    ),
)


def queues_of(model):
    """The queues that hold records of this model, by name."""
    return {queue.name: queue for queue in QUEUES if queue.model is model}
