"""`manage.py import_fixture`: imports a file after checking all of it, completely or not at all."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from ...exports.importing import MAX_ERRORS, import_fixture
from ...exports.json_stream import UnreadableError

MAX_CHANGES_LISTED = 50


class Command(BaseCommand):
    help = "Imports a fixture, data package or SQLite file after checking all of it. Reports what is new, changed and unchanged."

    def add_arguments(self, parser):
        parser.add_argument("file")
        parser.add_argument("--dry-run", action="store_true", help="check and report, but write nothing")
        parser.add_argument("--internal", action="store_true", help="accept private fields")
        parser.add_argument(
            "--name-reason",
            default="",
            metavar="REASON",
            help="why passages of published incidents may stay that may name someone who is not named",
        )

    def handle(self, *, file, dry_run, internal, name_reason, **options):
        try:
            reason = f"Imported from {Path(file).name}"[:100]
            report = import_fixture(
                file, internal=internal, dry_run=dry_run, reason=reason, name_reason=name_reason
            )
        except UnreadableError as error:
            raise CommandError(f"{file}: {error}. Nothing was written.") from error
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}.") from error
        if report.errors:
            for error in report.errors[:MAX_ERRORS]:
                self.stderr.write(f"{file}: {error}")
            raise CommandError(f"{file} cannot be imported as it is. Nothing was written.")
        for label, counts in report.counts.items():
            self.stdout.write(
                f"{label}: {counts['new']} new, {counts['changed']} changed, {counts['unchanged']} unchanged"
            )
        for line in (*report.notes, *(f"changed {change}" for change in report.changes))[:MAX_CHANGES_LISTED]:
            self.stdout.write(line)
        if (more := len(report.notes) + len(report.changes) - MAX_CHANGES_LISTED) > 0:
            self.stdout.write(f"and {more} more changes")
        self.report_exposure(report.exposure)
        if dry_run:
            self.stdout.write("Dry run: nothing was written.")

    def report_exposure(self, exposure):
        """Which public incidents contain what has become private; those whose refs do, by number."""
        for incident in exposure.taken_back:
            self.stdout.write(
                f"taken off the public: {_named(incident, exposure)}. Correct it and publish it again."
            )
        for incident in exposure.refs:
            self.stdout.write(
                f"its ref names somebody: {_named(incident, exposure)}. Replace it on the editing desk."
            )
        for incident, leak in exposure.questions:
            self.stdout.write(
                f"may name {leak.private.owner}: {incident.ref}. Answer it on the editing desk."
            )


def _named(incident, exposure):
    return f"incident {incident.pk}" if incident in exposure.refs else incident.ref
