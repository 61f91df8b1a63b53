"""The desks, one file each, and what they are called."""

from django.conf import settings
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from . import evidence, incident, parts, registry

__all__ = ["evidence", "incident", "parts", "registry"]

admin.site.site_header = admin.site.site_title = settings.SITE_NAME
admin.site.index_title = _("The desk")
# Five desks need no list of desks beside every page; the lists and forms need the room.
admin.site.enable_nav_sidebar = False
