"""`manage.py export_fixture`: incidents, and everything they refer to, as a fixture."""

import os
import sys
from pathlib import Path

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from ... import audit
from ...exports import INTERNAL_FORMATS
from ...files import replacing
from ...models import Incident
from ...models.audit import Event


class Command(BaseCommand):
    help = "Exports incidents as a fixture: the same file as the download of the list with this query string."

    def add_arguments(self, parser):
        parser.add_argument("query", nargs="?", default="", help="for example: platform=zoom&status=lifted")
        parser.add_argument("-o", "--output", help="file to write; default: standard output")
        parser.add_argument(
            "--internal",
            action="store_true",
            help="include drafts and private fields; the name of the file must contain “internal”",
        )

    def handle(self, *, query, output, internal, **options):
        if internal and not (output and "internal" in Path(output).name):
            raise CommandError(
                "An internal export contains private data. Write it to a file whose name contains “internal”: -o internal.json"
            )
        if internal:
            if query:
                raise CommandError("An internal export always contains everything. Leave out the query.")
            pieces = INTERNAL_FORMATS["internal.fixture.json"].write(Incident.objects.all())
        else:
            call_command("export", "fixture.json", query, output=output)
            return
        audit.record(Event.EXPORTED, detail=Path(output).name)
        write_whole(Path(output), pieces)


def write_whole(path, pieces):
    """Write the file completely or not at all: it replaces an existing one only when it is complete."""
    try:
        with replacing(path) as part, open(os.open(part, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
            file.writelines(pieces)
    except OSError as error:
        raise CommandError(f"Could not write {path}: {error.strerror}.") from error


def write_out(pieces):
    """Write to standard output until everything is written or the reader closes the pipe."""
    try:
        for piece in pieces:
            sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # Keeps the interpreter from failing when it flushes the closed pipe at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
