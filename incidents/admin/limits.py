"""The page of a draft on which it is said who may read it."""

from django import forms
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from .. import reviewing
from ..limits import readable
from ..models import Incident, Work
from ..queues import UNFINISHED
from .links import change_url


class LimitForm(forms.ModelForm):
    class Meta:
        model = Work
        fields = ["is_limited", "named"]
        widgets = {"named": forms.CheckboxSelectMultiple}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["named"].queryset = (
            get_user_model().objects.filter(is_staff=True, is_active=True).order_by("username")
        )


def limit_view(model_admin, request, key):
    """Limit a draft to named people, or open it to everybody at the desk again."""
    incident = get_object_or_404(readable().filter(publication__in=UNFINISHED), pk=key)
    if not model_admin.has_change_permission(request, incident):
        raise PermissionDenied
    work = Work.objects.filter(incident=incident).first() or Work(incident=incident)
    form = LimitForm(request.POST if request.method == "POST" else None, instance=work)
    if request.method == "POST" and form.is_valid():
        reviewing.limit(incident, by=request.user, **form.cleaned_data)
        messages.success(
            request,
            _("Only named people may read “%s” now.") % incident
            if form.cleaned_data["is_limited"]
            else _("Everybody at the desk may read “%s” now.") % incident,
        )
        return HttpResponseRedirect(change_url(incident))
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Who may read this draft"),
        "subtitle": str(incident),
        "opts": Incident._meta,
        "form": form,
        "media": model_admin.media + form.media,
        "original": incident,
    }
    return TemplateResponse(request, "admin/incidents/incident/limit.html", context)
