"""What publication requires, and publishing, withdrawing and merging incidents."""

import hashlib
from dataclasses import dataclass

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from . import audit, leaks, reviewing
from .choices import IncidentKind, PartyKind, Publication
from .models import Incident, TopicLabel, Translation
from .models.audit import Event
from .shown import CITED_PARTS, SHOWN


@dataclass(frozen=True)
class Problem:
    """Something publication requires and a record lacks: a message, the record and, if it is about one field or about
    parts that are missing (`actions`, `citations`), their name.

    With a `leak`, the field gives away something private, or may do so: that is a `question` which an editor can answer.
    What `is_new` was not required by version 0.2: what was published without it stays public.
    """

    message: str
    record: models.Model
    field: str = ""
    leak: leaks.Leak | None = None
    is_new: bool = False

    def __str__(self):
        return self.message

    @property
    def question(self):
        return None if self.leak and self.leak.refused else self.leak


class NotPublishable(ValidationError):
    """The incident does not meet the requirements for publication; `problems` lists why."""

    def __init__(self, problems):
        self.problems = problems
        super().__init__([problem.message for problem in problems])


def problems(incident, privates=None, shown=None):
    """Everything to complete before an incident can be published, in the order an editor would do it.

    `privates` are all private values and `shown` the texts that the incident shows, if they were loaded before.
    """
    shown = shown or leaks.ShownTexts(incident)
    cited = {citation.source_id for citation in shown.citations}
    named = {label.topic_id for label in shown.labels}
    parties = sorted(shown.parties, key=lambda party: party.slug)
    return [
        *_incident_problems(incident, shown),
        *(problem for action in shown.parts["actions"] for problem in _start_problems(action)),
        *_uncited_problems(incident, shown),
        *_target_problems(incident, shown),
        *(problem for party in parties for problem in _party_problems(party)),
        *(problem for source in shown.sources if source.pk in cited for problem in _source_problems(source)),
        *(_nameless_problem(topic) for topic in shown.topics if topic.pk not in named),
        *(leak_problem(leak) for leak in leaks.leaks_of(incident, privates, shown)),
    ]


def _incident_problems(incident, shown):
    if not incident.summary.strip():
        yield Problem(_("Write a summary."), incident, "summary")
    if incident.kind == IncidentKind.ACCOUNT_ACTION and not shown.parts["actions"]:
        yield Problem(_("Add at least one action."), incident, "actions")


def _start_problems(action):
    if not action.start and not action.start_text:
        message = _("Action %d: enter the start, as a date or in words.") % action.seq
        yield Problem(message, action, "start_text")


def _uncited_problems(incident, shown):
    """What has no source: the summary, or a part of the incident."""
    supporting = incident.citations.supporting(shown.keys).order_by()
    targets = list(supporting.values("action", "justification", "involvement"))
    cited = {target for each in targets for target in each.items()}
    if not supporting.about_summaries().exists():
        message = _(
            "Summary: add a supporting citation with a quotation from an open source, about the incident as a whole or its "
            "field “Summary”."
        )
        yield Problem(message, incident, "citations", is_new=bool(targets))
    for name, parts in shown.parts.items():
        for part in parts:
            if (part._meta.model_name, part.pk) not in cited:
                message = _("%s: add a supporting citation with a quotation from an open source.")
                yield Problem(message % record_name(part), part, "citations", is_new=name != "actions")


def _target_problems(incident, shown):
    """Citations of platforms, parties or accounts that the incident does not show any more."""
    about_shown = incident.citations.about_shown(shown.keys).order_by().values("pk")
    for citation in incident.citations.exclude(pk__in=about_shown).with_others().order_by("seq"):
        record = {"record": record_name(citation), "target": citation.target}
        message = (
            _("%(record)s: it is about “%(target)s”, which this incident does not show. Remove it.") % record
        )
        yield Problem(message, citation, "quote")


def _party_problems(party):
    if party.kind == PartyKind.PERSON and party.name_public and not party.name_public_basis:
        message = _("%s is named: say why this person’s name may be published.") % party
        yield Problem(message, party, "name_public_basis")
    if not party.cleared:
        yield Problem(_("%s: an editor has to clear this party for publication.") % party, party, "cleared")


def _source_problems(source):
    if not source.accessed_on:
        yield Problem(_("Source %s: enter the date we accessed it.") % source.citekey, source, "accessed_on")


def _nameless_problem(topic):
    return Problem(_("Topic %s: add a name.") % topic.slug, topic)


def leak_problem(leak):
    """A public text that gives away, or may give away, what is private."""
    record, name = leak.place.record, leak.place.field
    place = {"record": record_name(record), "field": record._meta.get_field(name).verbose_name}
    if leak.refused:
        message = _("%(record)s: “%(field)s” contains a name, handle or URL that is not public.") % place
        return Problem(message, record, name, leak)
    message = _(
        "%(record)s: “%(words)s” in “%(field)s” may name somebody who is not named (%(owner)s). Rewrite it, or say why it"
        " may stay."
    ) % {**place, "words": leak.match.words, "owner": leak.private.owner}
    return Problem(message, record, name, leak)


def past_question(number, leak):
    """A question about a past revision, in words."""
    field = apps.get_model("incidents", leak.place.model)._meta.get_field(leak.place.field)
    return _(
        "Revision %(number)d: “%(words)s” in “%(field)s” may name somebody who is not named (%(owner)s). Say why it may stay, or"
        " have past revisions deleted."
    ) % {
        "number": number,
        "words": leak.match.words,
        "field": field.verbose_name,
        "owner": leak.private.owner,
    }


def record_name(record):
    """A record in a few words: “Citation 3”, “Source hkfp-2020-06-12”."""
    return f"{capfirst(record._meta.verbose_name)} {record.natural_key()[-1]}"


def state_of(incident):
    """All that publishing an incident would show, as a short text that differs once any of it has changed."""
    found = [*_itself_and_parts(incident), *_shown_by(incident)]
    versions = [list(records.order_by("pk").values_list("pk", "version")) for records in found]
    return hashlib.sha256(repr(versions).encode()).hexdigest()[:16]


def _itself_and_parts(incident):
    parts = (*CITED_PARTS, "citations", "relations_from", "relations_to")
    return [Incident.objects.filter(pk=incident.pk), *(getattr(incident, name).all() for name in parts)]


def _shown_by(incident):
    """All that an incident shows, or would show if it were public, as a queryset for each model."""
    itself, *parts = _itself_and_parts(incident)
    models = [apps.get_model("incidents", name) for name in SHOWN if name != "translation"]
    keys = itself.keys_shown(*(model._meta.model_name for model in models))[incident.pk]
    shown = [model.objects.filter(pk__in=keys[model._meta.model_name]) for model in models]
    with_texts = (each for each in (itself, *parts, *shown) if each.model is not TopicLabel)
    keys = ((each.model._meta.model_name, each.order_by().values("pk")) for each in with_texts)
    return [*shown, Translation.objects.of(keys)]


@transaction.atomic
def publish(incident, *, seen="", by=None):
    """Publish an incident; `by` is the editor who does so, and `seen` the `state_of()` it that they read.

    Raises NotPublishable, or ValidationError if it has changed since or `reviewing.obstacles()` has some.
    """
    incident = Incident.objects.select_for_update(no_key=True).get(pk=incident.pk)
    for found in _shown_by(incident):  # wait for others who are changing what it shows
        list(found.order_by("pk").select_for_update(no_key=True).values_list("pk"))
    if seen and seen != state_of(incident):
        raise ValidationError(
            _("“%s” has been changed since you opened this page. Read it again before you publish it.")
            % incident
        )
    if missing := problems(incident):
        raise NotPublishable(missing)
    if obstacles := list(reviewing.obstacles(incident, by)):
        raise ValidationError(obstacles)
    incident.publication = Publication.PUBLISHED
    incident.published_at = incident.published_at or timezone.now()
    incident.withdrawn_reason, incident.merged_into = "", None
    incident.updated_by = by or incident.updated_by
    incident.save()
    reviewing.finish(incident)
    audit.record(Event.PUBLISHED, by=by, about=incident)
    return incident


@transaction.atomic
def withdraw(incident, *, reason="", merged_into=None, name_reason="", asked=(), by=None):
    """Withdraw an incident, either for a reason that readers see or because another one replaces it.

    `name_reason` answers what the other one's texts leave open about the names that this one hides, of the questions
    that were `asked`, by their tokens. Raises ValidationError if neither is given, if it would be merged into itself, in a
    circle or into a draft, or if the reason or the other incident gives away what is private.
    """
    # Two merges at once, each into the other, wait for one another in the same order.
    keys = {incident.pk, *([merged_into.pk] if merged_into else [])}
    locked = {
        each.pk: each
        for each in Incident.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")
    }
    incident, merged_into = locked[incident.pk], merged_into and locked[merged_into.pk]
    incident.publication = Publication.WITHDRAWN
    incident.withdrawn_reason, incident.merged_into = reason, merged_into
    incident.updated_by = by or incident.updated_by
    incident.full_clean()
    if leaks.gives_away(incident, reason):
        raise ValidationError(
            {"withdrawn_reason": _("This contains a name, handle or URL that is not public.")}
        )
    incident.save()
    if merged_into:
        _check_merge(incident, merged_into, name_reason, asked, by)
    event, into = (Event.MERGED, f"into {merged_into.pk}") if merged_into else (Event.WITHDRAWN, "")
    audit.record(event, by=by, about=incident, detail=into)
    return incident


def _check_merge(incident, other, name_reason, asked, by):
    """Whom an incident hides, the one that replaces it must hide, too. Raises NotPublishable."""
    owners = leaks.owners_shown_by(incident)
    found = [leak for leak in leaks.leaks_of(other) if leak.private.owner_key in owners]
    if name_reason:
        leaks.answer([leak for leak in found if leak.token in asked], name_reason, by=by)
        found = [leak for leak in found if leak.refused or leak.token not in asked]
    if found:
        raise NotPublishable([leak_problem(leak) for leak in found])
