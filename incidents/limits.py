"""Drafts for named people only: those who recorded or claimed one, those named, and everyone who may publish.

Nor do others find the platforms, parties, accounts, topics and sources that nothing else shows.
"""

from django.db.models import Q
from simple_history.models import HistoricalRecords

from .choices import Publication
from .models import Citation, Incident, Work
from .shown import CITED_RECORDS, SHOWN


def _request():
    return getattr(HistoricalRecords.context, "request", None)


def current_user():
    """The user whose request this is; nobody in a command."""
    user = getattr(_request(), "user", None)
    return user if user and user.is_authenticated else None


def reads_everything():
    """Whether no record is hidden from the user whose request this is; nor is any from a command."""
    user = current_user()
    return user is None or user.has_perm("incidents.publish_incident")


def readable(records=None):
    """Those of these records, or of all incidents, that the user whose request this is may read on the desk; a command
    reads all."""
    records, user = Incident.objects.all() if records is None else records, current_user()
    if reads_everything():
        return records
    if records.model is Incident:
        return records.exclude(pk__in=_hidden_from(user))
    if records.model._meta.model_name in SHOWN:
        hidden = _hidden_records(records.model, user)
        return records.exclude(pk__in=hidden) if hidden else records
    for field in records.model._meta.concrete_fields:  # of a part: its incident, or those it relates
        if field.related_model is Incident:
            records = records.exclude(**{f"{field.name}__in": _hidden_from(user)})
    return records


def unreadable():
    """The keys of the incidents that the user whose request this is may not read."""
    return [] if reads_everything() else _hidden_from(current_user())


def _hidden_from(user):
    limited = Work.objects.filter(
        is_limited=True, incident__publication__in=[Publication.DRAFT, Publication.IN_REVIEW]
    )
    theirs = Work.objects.filter(Q(incident__created_by=user) | Q(claimed_by=user) | Q(named=user))
    return limited.exclude(pk__in=theirs.values("pk")).values("incident")


def _hidden_records(model, user):
    """The keys of the records that somebody else has added and that only drafts show which the user may not read."""
    kept = _request().__dict__.setdefault("hidden_records", {})
    if model not in kept:
        drafts = set(_hidden_from(user).values_list("incident", flat=True))
        shown = (
            model.objects.shown_by_any(drafts).exclude(created_by=user) if drafts else model.objects.none()
        )
        kept[model] = keys = set(shown.order_by().values_list("pk", flat=True))
        for way in SHOWN[model._meta.model_name] if keys else ():
            part = Incident._meta.get_field(way.parts).related_model if way.parts else Incident
            others = part.objects.filter(**{f"{way.path}__in": keys}).exclude(
                **{f"{way.incident}__in": drafts}
            )
            if part is Citation:
                others = others.exclude(_about_hidden_records(user))
            keys -= set(others.order_by().values_list(way.path, flat=True))
    return kept[model]


def _about_hidden_records(user):
    """A condition: a citation is about a platform, a party or an account that the user does not find."""
    condition = Q(pk__in=[])
    for name in CITED_RECORDS:
        related = Citation._meta.get_field(name).related_model
        condition |= Q(**{f"{name}__in": _hidden_records(related, user)})
    return condition
