"""The app itself: what has to wait until the models are there."""

import gc

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from . import files
from .groups import make_groups


class IncidentsConfig(AppConfig):
    name = "incidents"
    verbose_name = _("Suspension tracker")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        # Indexing and exports make so many objects that looking for garbage after every 700, as Python does, would take a sixth of their time.
        gc.set_threshold(10_000)
        from . import audit, sessions, users  # noqa: PLC0415 - they need the models
        from .index import signals  # noqa: PLC0415

        post_migrate.connect(make_groups, sender=self)
        post_migrate.connect(audit.protect_after_migrations, sender=self)
        signals.connect(self)
        audit.connect()
        sessions.connect()
        users.keep_users_with_a_past()
        connection_created.connect(files.keep_private)
