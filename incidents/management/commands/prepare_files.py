"""`manage.py prepare_files`: makes the files of everything of the latest dataset version, unless they are there."""

import os

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from ...public import prepared


class Command(BaseCommand):
    help = "Makes the files of everything of the latest dataset version. `index_changes` calls it when they are due."

    def add_arguments(self, parser):
        parser.add_argument("--parent", type=int, help="stop when the process with this number has ended")

    def handle(self, *, parent, **options):
        if not settings.SITE_URL:
            raise CommandError("Set SITE_URL: files name the address of the site.")
        if parent:
            os.nice(10)  # readers and editors come first
        try:
            prepared.prepare(lambda: not parent or os.getppid() == parent)
        except OSError as error:
            raise CommandError(
                f"Could not write {error.filename or prepared.FOLDER}: {error.strerror}."
            ) from error
