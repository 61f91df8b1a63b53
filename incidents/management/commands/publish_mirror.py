"""`manage.py publish_mirror DIR`: the whole public site as files that need no server, signed."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from ... import mirror, signing
from ...files import publishing_alone


class Command(BaseCommand):
    help = (
        "Writes the whole public site as files into a folder, and points DIR/latest to it. What was withdrawn since the "
        "last run is gone from DIR afterwards."
    )

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path)

    def handle(self, *, folder, **options):
        if not settings.SITE_URL:
            raise CommandError("Set SITE_URL: what a mirror has names the address of the site.")
        key = signing.key_path()
        if not key.exists():
            key = None
            self.stderr.write(
                "There is no key: nobody can check this mirror. Make one with make_signing_key."
            )
        try:
            with publishing_alone():
                published = mirror.publish(folder, key=key)
        except OSError as error:
            raise CommandError(f"Could not write {error.filename or folder}: {error.strerror}.") from error
        except signing.SigningError as error:
            raise CommandError(str(error)) from error
        if not published:
            raise CommandError("Nothing has been published yet.")
        self.stdout.write(
            f"Version {published.version} has been written to {folder / mirror.LATEST}: {published.files} files, "
            f"{published.changed} of them new or changed."
        )
