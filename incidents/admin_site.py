"""The site of the admin: its start page is the work that waits."""

from contextlib import suppress

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponseRedirect, JsonResponse
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from .account_pages import account_page, second_factor_page
from .analysis import fold
from .locales import in_brackets, listed
from .models.fields import validate_language, validate_place, validate_zone
from .places import find_languages, find_places, find_zones
from .queues import MAX_COUNT, QUEUES

# How codes are found by name, and what a code is, which can be typed as well.
CODES = {
    "place": (find_places, validate_place),
    "zone": (find_zones, validate_zone),
    "language": (find_languages, validate_language),
}


def code_called(kind, typed):
    """What was typed if that is a code; else the one code that is called so or has it in a name; else what was typed."""
    find, validate = CODES[kind]
    with suppress(ValidationError):
        validate(typed)
        return typed
    found = find(typed)
    called = [code for code, words in found if fold(words) == fold(f"{typed} ({code})")]
    codes = called or [code for code, _words in found]
    return codes[0] if len(codes) == 1 else typed


class ChoicesView(AutocompleteJsonView):
    """The choices of an autocomplete field, each with what tells it apart: `told_apart()` of its model admin, if it has one."""

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        told_apart = getattr(self.model_admin, "told_apart", None)
        self.details = told_apart(list(context["object_list"]), self.term) if told_apart else {}
        return context

    def serialize_result(self, obj, to_field_name):
        result = super().serialize_result(obj, to_field_name)
        if details := listed(filter(None, self.details.get(obj.pk, ()))):
            result["text"] += in_brackets(details)
        return result


def codes_page(request, kind):
    """The choices for a code, as a list of autocomplete fields has them."""
    if kind not in CODES:
        raise Http404
    find, validate = CODES[kind]
    term = request.GET.get("term", "").replace("\0", "").strip()[:100]
    found = find(term)
    try:
        validate(term)
    except ValidationError:
        pass
    else:
        found = [(term, term), *((code, name) for code, name in found if code != term)]
    results = [{"id": code, "text": name} for code, name in found]
    return JsonResponse({"results": results, "pagination": {"more": False}})


class EditingDesk(AdminSite):
    site_header = site_title = settings.SITE_NAME and _(settings.SITE_NAME)
    index_title = _("Editing desk")
    index_template = "admin/desk.html"
    # Six models need no sidebar on every page; lists and forms need the width.
    enable_nav_sidebar = False

    def is_editor(self, request):
        """Whether somebody who may use the desk has logged in, with or without a second factor."""
        return super().has_permission(request)

    def has_permission(self, request):
        return self.is_editor(request) and (not settings.SECOND_FACTOR or request.user.is_verified())

    def login(self, request, extra_context=None):
        """Django's, and who has logged in goes on to the second factor."""
        if self.is_editor(request) and not self.has_permission(request):
            wanted = request.GET.get(REDIRECT_FIELD_NAME, "")
            query = f"?{urlencode({REDIRECT_FIELD_NAME: wanted})}" if wanted else ""
            return HttpResponseRedirect(reverse("admin:second_factor") + query)
        return super().login(request, extra_context)

    def get_urls(self):
        return [
            path("second-factor/", second_factor_page, name="second_factor"),
            path("codes/<slug:kind>/", self.admin_view(codes_page), name="codes"),
            path("account/", self.admin_view(account_page), name="account"),
            # The way from a primary key to a public page would name what somebody may not find on the desk.
            *(each for each in super().get_urls() if getattr(each, "name", "") != "view_on_site"),
        ]

    def get_app_list(self, request, app_label=None):
        """Django's list, with what is ours first."""
        return sorted(
            super().get_app_list(request, app_label), key=lambda app: app["app_label"] != "incidents"
        )

    def autocomplete_view(self, request):
        return ChoicesView.as_view(admin_site=self)(request)

    def index(self, request, extra_context=None):
        context = {
            "queues": [
                _row(queue, request.user)
                for queue in QUEUES
                if request.user.has_perm(f"incidents.view_{queue.model._meta.model_name}")
            ],
            "may_log": request.user.has_perm("incidents.add_incident"),
            "may_search": request.user.has_perm("incidents.view_incident"),
        }
        return super().index(request, context | (extra_context or {}))


def _row(queue, user):
    """A queue as the start page shows it."""
    count = queue.count(user)
    return {
        "label": queue.label,
        "url": f"{reverse(f'admin:incidents_{queue.model._meta.model_name}_changelist')}?queue={queue.name}",
        "count": min(count, MAX_COUNT),
        "more": count > MAX_COUNT,
    }
