"""`manage.py export_fixture`: incidents, and all they refer to, as a fixture."""

import os
import sys
import tempfile
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from ... import archive
from ...exports import FORMATS, INTERNAL_FORMATS
from ...filters import IncidentFilter
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
            listing = IncidentFilter(query.removeprefix("?"), edition=archive.current("default"))
            if not listing.is_valid():
                said = (f"{name}: {' '.join(sentences)}" for name, sentences in listing.errors.items())
                raise CommandError(" ".join(said))
            pieces = FORMATS["fixture.json"].write(listing.incidents())
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
