"""The app itself: what has to wait until the models are there."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IncidentsConfig(AppConfig):
    name = "incidents"
    verbose_name = _("Suspension tracker")
    default_auto_field = "django.db.models.BigAutoField"
