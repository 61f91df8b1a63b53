"""What is done when something becomes private: what is public is searched for it, and incidents that contain it are taken
back.

Protecting somebody is never refused because of what is already public.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import reduce
from operator import and_

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from . import audit, leaks
from .choices import Publication
from .index import indexer
from .index.posting_lists import index_reader
from .index.versions import latest_version
from .leaks import Leak, PrivateValue
from .models import IN_ORDER, Incident, PublicChange
from .models.audit import Event
from .names import search_words

MAX_ELSEWHERE = 200  # incidents that do not show whom they may name; `check_names` looks through all of them
BATCH_SIZE = 200  # past records at a time
MODELS = {str(model._meta.model_name): model for model in IN_ORDER}


@dataclass
class Exposure:
    """Where public texts contain what has become private.

    Incidents that surely do have been taken back; in `refs` are those whose ref does. What is doubtful is a question, with
    the incident in which it was found.
    """

    taken_back: list[Incident] = field(default_factory=list)
    refs: list[Incident] = field(default_factory=list)
    questions: list[tuple[Incident, Leak]] = field(default_factory=list)

    def add(self, other: "Exposure") -> None:
        """Add what another one has."""
        self.taken_back += other.taken_back
        self.refs += other.refs
        self.questions += other.questions


@transaction.atomic
def protect(values: Iterable[PrivateValue], *, by=None) -> Exposure:
    """Search what is public for values that have just become private, and take back incidents that surely contain one.

    Past revisions that do are hidden automatically. `by` is the user who made the values private.
    """
    privates, exposure = leaks.Privates(values), Exposure()
    if not privates.values:
        return exposure
    indexer.invalidate_caches(DEFAULT_DB_ALIAS)  # with pages of past revisions
    hiding = _incidents_hiding(privates.values)
    for incident in hiding:
        if incident.publication == Publication.PUBLISHED:
            found = leaks.leaks_of(incident, privates)
            if any(leak.refused for leak in found):
                incident = _taken_back(incident, by)
                exposure.taken_back.append(incident)
            else:
                exposure.questions += [(incident, leak) for leak in found]
        if incident.publication == Publication.WITHDRAWN:
            _check_gone(incident, privates, exposure, by)
    for incident in _incidents_with_words_of(privates.values):
        if incident not in hiding:
            exposure.questions += [(incident, leak) for leak in leaks.leaks_of(incident, privates)]
    return exposure


def forget_revisions(ref):
    """Delete all past public records of an incident, so that they can no longer be read anywhere. Returns their number."""
    indexer.invalidate_caches(DEFAULT_DB_ALIAS)
    return PublicChange.objects.filter(ref=ref).exclude(before=b"").update(before=b"")


def note_taken_back():
    """Note of which past records copies have to go. Where a public record changes at the same time, this is known already;
    it is not where only the past shows what is hidden now. Returns their number."""
    found, last = [], 0
    changes = PublicChange.objects.filter(taken_back=False).exclude(before=b"").order_by("pk")
    while batch := list(changes.filter(pk__gt=last)[:BATCH_SIZE]):
        found += [change.pk for change in leaks.taken_back_since(batch)]
        last = batch[-1].pk
    for first in range(0, len(found), BATCH_SIZE):
        PublicChange.objects.filter(pk__in=found[first : first + BATCH_SIZE]).update(taken_back=True)
    if found:
        indexer.invalidate_caches(DEFAULT_DB_ALIAS)  # with the list of withdrawals
    return len(found)


@transaction.atomic
def rename(incident, *, ref, by=None):
    """Give a withdrawn incident another ref, because its own names somebody; its past records are deleted.

    Raises ValidationError if its ref names nobody, or if the new one is not a ref, is taken or names somebody.
    """
    incident = Incident.objects.select_for_update(no_key=True).get(pk=incident.pk)
    indexer.protect(
        DEFAULT_DB_ALIAS, "incident", incident.pk
    )  # so that nothing that waits brings the old ref back
    old = incident.ref
    if not leaks.gives_away(incident, old):
        raise ValidationError(_("The ref “%s” names nobody, so it cannot change.") % old)
    incident.ref, incident.updated_by = ref, by or incident.updated_by
    others = {field.name for field in Incident._meta.fields} - {"ref"}
    incident.clean_fields(exclude=others)
    incident.validate_unique(exclude=others)
    if leaks.gives_away(incident, ref):
        raise ValidationError({"ref": _("This contains a name, handle or URL that is not public.")})
    if PublicChange.objects.filter(ref=ref).exists():
        raise ValidationError({"ref": _("Another incident was published under this ref.")})
    incident.save()
    PublicChange.objects.filter(ref=old).update(ref=ref, before=b"")
    audit.record(Event.RENAMED, by=by, about=incident)
    indexer.invalidate_caches(DEFAULT_DB_ALIAS)
    return incident


def _incidents_hiding(values: Iterable[PrivateValue]) -> list[Incident]:
    """The incidents, public now or once, that show an owner of these values, and those that they were merged into."""
    found: set[int] = set()
    for name in {value.model for value in values}:
        key = MODELS[name].objects.all().natural_key_fields[0]
        keys = {value.key for value in values if value.model == name}
        owners = MODELS[name].objects.filter(**{f"{key}__in": keys}).values("pk")
        found.update(Incident.objects.showing_any(name, owners).values_list("pk", flat=True))
    latest = found
    while latest:
        merged = Incident.objects.filter(pk__in=latest, merged_into__isnull=False)
        latest = {pk for pk in merged.values_list("merged_into", flat=True) if pk} - found
        found = found | latest
    return list(Incident.objects.filter(pk__in=found, published_at__isnull=False).order_by("ref"))


def _incidents_with_words_of(values: Iterable[PrivateValue]) -> QuerySet[Incident]:
    """Public incidents that have all words of one of these values in their texts."""
    reader = index_reader(DEFAULT_DB_ALIAS, latest_version(DEFAULT_DB_ALIAS))
    found: set[int] = set()
    for value in values:
        for words in search_words(value.value, value.kind):
            if words:
                found.update(reduce(and_, map(reader.incidents, words)))
    return Incident.objects.public().filter(pk__in=sorted(found)[:MAX_ELSEWHERE]).order_by("ref")


def _taken_back(incident, by):
    """The incident, withdrawn whatever else may be wrong with it."""
    incident = Incident.objects.select_for_update(no_key=True).get(pk=incident.pk)
    incident.publication, incident.withdrawn_reason = Publication.WITHDRAWN, _reason()
    incident.updated_by = by or incident.updated_by
    incident.save()
    audit.record(Event.WITHDRAWN, by=by, about=incident)
    return incident


def _check_gone(incident, privates, exposure, by):
    """Replace the reason for a withdrawal if it contains a value, and note whether the ref does."""
    (page,) = leaks.gone_pages([incident])
    found = {leak.place.field for leak in privates.leaks_in(page.texts, own=page.own) if leak.refused}
    if "ref" in found:
        exposure.refs.append(incident)
    if "withdrawn_reason" in found:
        exposure.taken_back.append(_taken_back(incident, by))


def _reason():
    """What readers see instead of an incident that was taken back, in the language of the site."""
    with override(settings.LANGUAGE_CODE):
        return _("This record is being corrected.")
