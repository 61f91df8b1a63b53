"""The site of the admin: its start page is the work that waits."""

from django.conf import settings
from django.contrib.admin import AdminSite
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .queues import MAX_COUNT, QUEUES


class EditingDesk(AdminSite):
    site_header = site_title = settings.SITE_NAME
    index_title = _("Editing desk")
    index_template = "admin/desk.html"
    # Six models need no sidebar on every page; lists and forms need the width.
    enable_nav_sidebar = False

    def get_app_list(self, request, app_label=None):
        """Django's list, with what is ours first."""
        return sorted(
            super().get_app_list(request, app_label), key=lambda app: app["app_label"] != "incidents"
        )

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
