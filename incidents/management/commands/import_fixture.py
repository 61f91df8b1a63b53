"""`manage.py import_fixture`: imports a file after checking all of it: a short one completely or not at all, a long one in steps."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from ...backups import on_copy
from ...exports.importing import MAX_ERRORS, import_fixture
from ...exports.json_stream import UnreadableError
from ...exports.steps import import_in_steps, is_long

HOW_TO_GO_ON = "Import the file again once that is mended: what is there stays as it is."
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
        how = {
            "internal": internal,
            "name_reason": name_reason,
            "reason": f"Imported from {Path(file).name}"[:100],
        }
        is_written_in_steps = False
        try:
            if connection.in_atomic_block or not is_long(file):
                report = import_fixture(file, dry_run=dry_run, **how)
            else:
                self.stdout.write("A long file: it is tried on a copy of the database first.")
                with on_copy():
                    report = import_fixture(file, dry_run=True, **how)
                if not (dry_run or report.errors):
                    is_written_in_steps = True
                    report = import_in_steps(file, progress=self.progress, **how)
        except UnreadableError as error:
            raise CommandError(f"{file}: {error}. Nothing was written.") from error
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}.") from error
        for error in report.errors[:MAX_ERRORS]:
            self.stderr.write(f"{file}: {error}")
        if report.errors and not is_written_in_steps:
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
        if report.errors:
            raise CommandError(
                f"{file} was imported in part: what is counted above is written. {HOW_TO_GO_ON}"
            )
        if dry_run:
            self.stdout.write("Dry run: nothing was written.")

    def progress(self, number):
        self.stdout.write(f"{number} records so far")

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
