"""`manage.py index_changes`: indexes what is queued, in the background, until it is stopped. `make run` starts it."""

import os
import time

from django.core.management.base import BaseCommand
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection

from ... import index

LOOK_SECONDS = 1  # between two looks at the queue


class Command(BaseCommand):
    help = "Indexes what is queued, in the background, until it is stopped."

    def add_arguments(self, parser):
        parser.add_argument("--parent", type=int, help="stop when the process with this number has ended")

    def handle(self, *, parent, **options):
        while not parent or os.getppid() == parent:
            try:
                index.refresh_beside_others(DEFAULT_DB_ALIAS, max_seconds=60)
            except DatabaseError as error:
                # Without the database's own message, which may quote a row.
                self.stderr.write(f"The index could not be written ({type(error).__name__}). Trying again.")
            connection.close()
            time.sleep(LOOK_SECONDS)
