"""`manage.py index_changes`: indexes what is queued, in the background, and has files prepared, until it is stopped. `make run`
starts it."""

import os
import subprocess
import sys
import time

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection

from ... import index
from ...public import prepared

LOOK_SECONDS = 1  # between two looks at the queue
MIN_SECONDS_BETWEEN = 60  # from one start of the program that prepares files to the next


class Command(BaseCommand):
    help = "Indexes what is queued, in the background, and has files prepared, until it is stopped."

    def add_arguments(self, parser):
        parser.add_argument("--parent", type=int, help="stop when the process with this number has ended")

    def handle(self, *, parent, **options):
        preparing, started = None, -MIN_SECONDS_BETWEEN
        while not parent or os.getppid() == parent:
            try:
                index.refresh_beside_others(DEFAULT_DB_ALIAS, max_seconds=60, is_patient=True)
                prepared.delete_outdated()
                is_running = preparing and preparing.poll() is None
                if not is_running and time.monotonic() > started + MIN_SECONDS_BETWEEN and prepared.is_due():
                    preparing, started = self.prepare(), time.monotonic()
            except DatabaseError as error:
                # Without the database's own message, which may quote a row.
                self.stderr.write(f"The index could not be written ({type(error).__name__}). Trying again.")
            connection.close()
            time.sleep(LOOK_SECONDS)

    def prepare(self):
        """Have files prepared by another process, which ends with this one."""
        command = [sys.executable, sys.argv[0], "prepare_files", f"--parent={os.getpid()}"]
        return subprocess.Popen(command, cwd=settings.BASE_DIR)
