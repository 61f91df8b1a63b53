"""The page that restores a version of an incident: what would change, word by word, and what cannot come back."""

from datetime import UTC

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.dateparse import parse_datetime
from django.utils.text import capfirst
from django.utils.timezone import is_aware
from django.utils.translation import gettext as _

from .. import publishing, restoring
from ..limits import readable
from ..models import ChangedMeanwhileError, Incident
from .base import MAX_WHY_CHARACTERS, change_reason
from .history import LEFT_OUT, Entry, entries_of, moment_in_words
from .links import change_url, problem_link
from .part_names import part_name
from .versions import SEEN


def restore_view(model_admin, request, key):
    """Show what restoring an incident as it was at a moment would change; on POST, restore it."""
    incident = get_object_or_404(readable(), pk=key)
    if not model_admin.has_change_permission(request, incident):
        raise PermissionDenied
    moment = _moment(request, incident)
    errors = []
    if request.method == "POST":
        try:
            restoring.restore(
                incident,
                moment,
                seen=request.POST.get(SEEN, ""),
                reason=_why(request, moment),
                by=request.user,
            )
        except ValidationError as error:
            problems = getattr(error, "problems", ())
            errors = [problem_link(problem) for problem in problems] or error.messages
        except ChangedMeanwhileError:
            errors = [_("“%s” has been changed since you opened this page.") % incident]
        else:
            model_admin.log_change(request, incident, _why(request, moment))
            messages.success(request, _("“%s” has been restored.") % incident)
            return HttpResponseRedirect(change_url(incident))
        incident.refresh_from_db()
    plan = restoring.plan(incident, moment)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Restore the version of %s") % moment_in_words(moment),
        "opts": Incident._meta,
        "original": incident,
        "plan": plan,
        "changes": _preview(incident, moment, plan),
        "errors": errors,
        "seen": publishing.state_of(incident),
        "change_reason": change_reason(request) or "",
        "asks_why": model_admin.is_editors_only(incident),
    }
    return TemplateResponse(request, "admin/incidents/incident/restore.html", context)


def _moment(request, incident):
    """The moment that the address of the page names. Raises Http404, also if the incident was not on record then."""
    try:
        moment = parse_datetime(request.GET.get("at", ""))
    except ValueError:
        moment = None
    is_moment = moment is not None and is_aware(moment)
    if not is_moment or not incident.history.filter(history_date__lte=moment).exists():
        raise Http404
    return moment


def _why(request, moment):
    """The reason in the history, which has no language: the version that was restored, and what the editor wrote."""
    said = f"Restored: {moment.astimezone(UTC):%Y-%m-%d %H:%M}"
    return ". ".join(filter(None, (said, change_reason(request))))[:MAX_WHY_CHARACTERS]


def _preview(incident, moment, plan):
    """What restoring would change, an entry for each record, with its differences as in the history."""
    now, then = {}, {}
    for entry in entries_of(incident):  # the latest first
        key = (entry.revision.instance_type, entry.revision.id)
        now.setdefault(key, entry.revision)
        if entry.revision.history_date <= moment:
            then.setdefault(key, entry.revision)
    for version in plan.saved:
        key, is_new = (type(version.record), version.record.pk), version.record._state.adding
        if key not in now:
            continue  # a relation to what this user does not find
        entry = Entry(then[key], None if is_new else now[key], LEFT_OUT | restoring.FIXED)
        yield {
            "record": entry.record,
            "what": _("comes back") if is_new else _("changes"),
            "changes": entry.changes,
        }
    for record in (each for each in plan.deleted if (type(each), each.pk) in now):
        yield {
            "record": capfirst(record._meta.verbose_name),
            "what": _("is deleted"),
            "gone": part_name(record),
        }
