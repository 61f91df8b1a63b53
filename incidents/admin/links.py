"""Links to where an editor can solve a problem: the field of a form, or the page of another record."""

from django.urls import reverse
from django.utils.html import format_html

from ..models import Incident, Relation, TopicLabel, Translation
from .long_stories import place_of

BACK_TO = "incident"  # in the address of another record's page: the incident on which an editor is at work


def change_url(record):
    """The admin page on which the record is changed."""
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_change", args=[record.pk])


def translation_url(translation, here=None):
    """The box of a translation on the translation page of the incident `here`, or of one that shows it."""
    incident = translation.story or here or Incident.objects.showing(translation).order_by("ref").first()
    record = translation.original
    if incident is None:
        return change_url(record)
    address = reverse("admin:incidents_incident_translate", args=[incident.pk, translation.language])
    return f"{address}#id_{record._meta.model_name}-{record.pk}-{translation.field}"


def problem_link(problem, here=None):
    """The message of a problem as a link to where it is solved; only a fragment on the page of the incident `here`."""
    record = problem.record.topic if isinstance(problem.record, TopicLabel) else problem.record
    incident = record if isinstance(record, Incident) else getattr(record, "incident", None)
    if isinstance(record, Relation):
        url = "" if here and here.pk == record.from_incident_id else change_url(record.from_incident)
        return format_html('<a href="{}#relations_from-group">{}</a>', url, problem)
    if isinstance(record, Translation):
        return format_html('<a href="{}">{}</a>', translation_url(record, here), problem)
    place = f"#id_{problem.field}"
    if incident is None:
        way_back = f"?{BACK_TO}={here.pk}" if here else ""
        return format_html('<a href="{}{}{}">{}</a>', change_url(record), way_back, place, problem)
    if problem.field in ("actions", "citations"):
        # The anchor is inside the folded section, so that the browser unfolds it.
        place = f"#{problem.field}-all"
    elif record is not incident:
        place = place_of(record, problem.field, here if here and here.pk == incident.pk else incident)
    url = "" if here and here.pk == incident.pk else change_url(incident)
    return format_html('<a href="{}{}">{}</a>', url, place, problem)
