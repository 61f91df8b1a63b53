"""`manage.py backup DIR`: everything in the database, private data and histories too, in one file."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from ... import audit, backups
from ...models.audit import Event

BACKUPS_KEPT = 30


class Command(BaseCommand):
    help = (
        "Writes a backup into DIR while the tracker is in use, and deletes the oldest. It contains private data: nobody "
        "but you may read it."
    )

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--keep",
            type=int,
            default=BACKUPS_KEPT,
            help="number of backups to keep (default: %(default)d)",
        )

    def handle(self, *, folder, keep, **options):
        if keep < 1:
            raise CommandError("--keep must be at least 1.")
        path = folder / f"tracker-{timezone.now():%Y-%m-%dT%H%M%SZ}.sqlite3"
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            backups.write_backup(path)
            audit.record(Event.EXPORTED, detail=path.name)
            # The clock may have been put back: this one stays, whatever its name says.
            others = sorted(set(folder.glob("tracker-*.sqlite3")) - {path})
            for old in others[: max(0, len(others) + 1 - keep)]:
                old.unlink()
        except OSError as error:
            raise CommandError(f"Could not write {error.filename or path}: {error.strerror}.") from error
        self.stdout.write(f"The backup has been written to {path}.")
