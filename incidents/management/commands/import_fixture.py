"""`manage.py import_fixture`: a fixture in, checked whole and written whole or not at all."""

from django.core.management.base import BaseCommand, CommandError

from ...exports.importing import MOST_PROBLEMS, Unreadable, import_fixture

MOST_CHANGES = 50


class Command(BaseCommand):
    help = "Imports a fixture after checking all of it; says what is new, changed and unchanged."

    def add_arguments(self, parser):
        parser.add_argument("file")
        parser.add_argument("--dry-run", action="store_true", help="only say what would be done")
        parser.add_argument("--internal", action="store_true", help="take private fields too")

    def handle(self, *, file, dry_run, internal, **options):
        try:
            report = import_fixture(
                file, internal=internal, dry_run=dry_run, reason=f"Import of {file}"[:100]
            )
        except Unreadable as error:
            raise CommandError(f"{file}: {error}. Nothing was written.") from error
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}.") from error
        if report.problems:
            for problem in report.problems[:MOST_PROBLEMS]:
                self.stderr.write(f"{file}: {problem}")
            raise CommandError(f"{file} has problems. Nothing was written.")
        for label, counts in report.counts.items():
            self.stdout.write(
                f"{label}: {counts['new']} new, {counts['changed']} changed, {counts['unchanged']} unchanged"
            )
        for change in report.changes[:MOST_CHANGES]:
            self.stdout.write(f"changed {change}")
        if len(report.changes) > MOST_CHANGES:
            self.stdout.write(f"and {len(report.changes) - MOST_CHANGES} more changes")
        if dry_run:
            self.stdout.write("Nothing was written: this was a dry run.")
