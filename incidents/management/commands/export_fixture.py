"""`manage.py export_fixture`: incidents, and all they refer to, as a fixture."""

import os
import sys
import tempfile
from pathlib import Path

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from ...exports import INTERNAL_FORMATS
from ...models import Incident


class Command(BaseCommand):
    help = "Writes incidents as a fixture: the same as the download of the listing with this query string."

    def add_arguments(self, parser):
        parser.add_argument("query", nargs="?", default="", help="for example: platform=zoom&status=lifted")
        parser.add_argument("-o", "--output", help="a file; without it, the standard output")
        parser.add_argument(
            "--internal",
            action="store_true",
            help="drafts and private fields too; the file name must say internal",
        )

    def handle(self, *, query, output, internal, **options):
        if internal and not (output and "internal" in Path(output).name):
            raise CommandError(
                "An internal export holds private data. Give it a file whose name says internal: -o internal.json"
            )
        if internal:
            if query:
                raise CommandError("An internal export is of everything: leave the query out.")
            pieces = INTERNAL_FORMATS["internal.fixture.json"].write(Incident.objects.all())
        else:
            call_command("export", "fixture.json", query, output=output)
            return
        if output:
            write_whole(Path(output), pieces)
        else:
            write_out(pieces)


def write_whole(path, pieces):
    """Write a file that is there whole or not at all."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with open(handle, "wb") as file:
                file.writelines(pieces)
            os.replace(name, path)
        except BaseException:
            os.unlink(name)
            raise
    except OSError as error:
        raise CommandError(f"{path} could not be written: {error.strerror}.") from error


def write_out(pieces):
    """Write to the standard output, until all is written or nobody reads on."""
    try:
        for piece in pieces:
            sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # Nothing more can be said to whoever left; keep the interpreter from trying at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
