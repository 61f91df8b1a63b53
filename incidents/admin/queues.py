"""The queues of the start page as filters of lists, claiming an incident, and who else has its page open."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .. import reviewing
from ..limits import readable
from ..locales import listed
from ..queues import queues_of
from .links import change_url

MAX_KEYS = 10_000  # in one query


class QueueFilter(admin.SimpleListFilter):
    """Shows the records of one of the queues."""

    title = _("queue")
    parameter_name = "queue"

    def lookups(self, request, model_admin):
        return [(queue.name, queue.label) for queue in queues_of(model_admin.model).values()]

    def queryset(self, request, queryset):
        queue = queues_of(queryset.model).get(self.value())
        if not queue:
            return queryset
        waiting = queue.records(request.user).order_by().values_list("pk", flat=True)
        # The list counts its records before it reads some: what waits is worked out once for both.
        keys = list(waiting[: MAX_KEYS + 1])
        return queryset.filter(pk__in=keys if len(keys) <= MAX_KEYS else waiting)


def claim_view(model_admin, request, key):
    """Claim an incident, or give it up."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    incident = get_object_or_404(readable(), pk=key)
    if not model_admin.has_change_permission(request, incident):
        raise PermissionDenied
    reviewing.claim(incident, by=None if "give_up" in request.POST else request.user)
    return HttpResponseRedirect(change_url(incident))


def open_view(model_admin, request, key):
    """Take notice that the page of an incident is open, and say who else has it open."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    incident = get_object_or_404(readable(), pk=key)
    if not model_admin.has_change_permission(request):
        raise PermissionDenied
    others = reviewing.keep_open(incident, by=request.user)
    said = gettext("Others who have this page open: %s") % listed(others) if others else ""
    return HttpResponse(said, content_type="text/plain; charset=utf-8")
