"""`manage.py check_index`: holds the public archive against the records, and puts it right."""

import time

from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS

from ... import index
from ...models import Incident

MOST_LISTED = 50


class Command(BaseCommand):
    help = "Compares what search, lists and pages are read from with the records, and says where they differ."

    def add_arguments(self, parser):
        parser.add_argument("--repair", action="store_true", help="put right what differs")
        parser.add_argument("--database", default=DEFAULT_DB_ALIAS)

    def handle(self, *, repair, database, **options):
        if repair:
            index.ensure(database)
        elif not index.change_queue.is_current(database):
            raise CommandError(
                "Changes of the records are not watched as they should be: check_index --repair mends it."
            )
        index.refresh(database, progress=self.tell)
        checked, found, told = 0, 0, time.monotonic()
        for number, differing in index.compare(database):
            checked += number
            for pk, difference in differing.items():
                found += 1
                if found <= MOST_LISTED:
                    self.stdout.write(f"{self.name(database, pk)}: {difference}")
            if repair and differing:
                index.repair(database, list(differing))
            if time.monotonic() > told + 2:
                told = time.monotonic()
                self.tell(checked)
        said = f"{checked:,} incidents checked, {found:,} differ from the archive"
        if found and not repair:
            raise CommandError(f"{said}. check_index --repair puts that right.")
        self.stdout.write(f"{said}; all are right now." if found else f"{said}.")

    def tell(self, count):
        self.stderr.write(f"{count:,} incidents so far…\n")

    def name(self, database, pk):
        incident = Incident.objects.using(database).filter(pk=pk).first()
        return incident.ref if incident else f"incident {pk}, which is gone"
