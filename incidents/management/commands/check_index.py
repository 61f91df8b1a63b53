"""`manage.py check_index`: compares the public index with the records, and repairs it."""

import time

from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS

from ... import index
from ...models import Incident

MAX_DIFFERENCES_LISTED = 50
PROGRESS_SECONDS = 2


class Command(BaseCommand):
    help = "Compares the public index, which search, lists and pages read, with the records, and lists the differences."

    def add_arguments(self, parser):
        parser.add_argument("--repair", action="store_true", help="update whatever differs")
        parser.add_argument("--database", default=DEFAULT_DB_ALIAS, help="an alias of settings.DATABASES")

    def handle(self, *, repair, database, **options):
        if repair:
            index.ensure(database)
        elif not index.change_queue.is_current(database):
            raise CommandError(
                "The triggers that record changes are missing or out of date. Run check_index --repair."
            )
        index.refresh(database, progress=self.report_progress)
        checked, differences, reported_at = 0, 0, time.monotonic()
        for number, differing in index.differences(database):
            checked += number
            for pk, difference in differing.items():
                differences += 1
                if differences <= MAX_DIFFERENCES_LISTED:
                    self.stdout.write(f"{self.incident_name(database, pk)}: {difference}")
            if repair and differing:
                index.repair(database, list(differing))
            if time.monotonic() > reported_at + PROGRESS_SECONDS:
                reported_at = time.monotonic()
                self.report_progress(checked)
        result = f"Incidents checked: {checked:,}. Different in the index: {differences:,}."
        if differences and not repair:
            raise CommandError(f"{result} Run check_index --repair.")
        self.stdout.write(f"{result} All have been repaired." if differences else result)

    def report_progress(self, count):
        self.stderr.write(f"{count:,} incidents so far…\n")

    def incident_name(self, database, pk):
        incident = Incident.objects.using(database).filter(pk=pk).first()
        return incident.ref if incident else f"incident {pk}, which has been deleted"
