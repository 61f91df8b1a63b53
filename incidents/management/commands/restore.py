"""`manage.py restore FILE`: replaces everything in the database by a backup."""

import tempfile
from pathlib import Path

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from ... import audit, backups
from ...models import Incident
from ...models.audit import Event


class Command(BaseCommand):
    help = "Replaces everything in the database by a backup that `manage.py backup` has written, on either engine."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--replace", action="store_true", help="restore even if there are incidents in the database"
        )

    def handle(self, *, file, replace, **options):
        if not file.is_file():
            raise CommandError(f"There is no file {file}.")
        call_command("migrate", verbosity=0)
        if Incident.objects.exists() and not replace:
            raise CommandError(
                "There are incidents in this database. Name an empty one, or add --replace to lose what is in it."
            )
        try:
            with tempfile.TemporaryDirectory() as scratch:
                backups.read_backup(file, Path(scratch) / "backup.sqlite3")
        except backups.NotABackupError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"Could not restore {file}: {error.strerror}.") from error
        audit.record(Event.RESTORED, detail=file.name)
        self.stdout.write(f"{file} has been restored. Everybody has to log in again.")
