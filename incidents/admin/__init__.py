"""The admin: one module per group of models, and the name of the site."""

from django.conf import settings
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from . import evidence, incident, parts, registry, topics, users

__all__ = ["evidence", "incident", "parts", "registry", "topics", "users"]

admin.site.site_header = admin.site.site_title = settings.SITE_NAME
admin.site.index_title = _("Editing desk")
# Six models need no sidebar on every page; lists and forms need the width.
admin.site.enable_nav_sidebar = False
