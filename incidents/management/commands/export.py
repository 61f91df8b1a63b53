"""`manage.py export FORMAT "query"`: what the download of the list would be, byte for byte."""

import sys
import time
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from ... import exports, index
from ...listing.filters import IncidentFilter
from .export_fixture import write_out, write_whole


class Command(BaseCommand):
    help = (
        "Writes the incidents of a query in a format: the same bytes as the download with this query string."
    )

    def add_arguments(self, parser):
        parser.add_argument("format", help=", ".join(exports.FORMATS))
        parser.add_argument("query", nargs="?", default="", help="for example: platform=zoom&status=lifted")
        parser.add_argument("-o", "--output", help="a file; without it, the standard output")

    def handle(self, *, format, query, output, **options):
        if format not in exports.FORMATS:
            raise CommandError(f"There is no format “{format}”. There are: {', '.join(exports.FORMATS)}.")
        query = query.removeprefix("?")
        index.current_version("default")
        listing = IncidentFilter(query)
        if not listing.is_valid():
            said = (f"{name}: {' '.join(sentences)}" for name, sentences in listing.errors.items())
            raise CommandError(" ".join(said))
        pieces = self.watched(exports.write(format, lambda: exports.select(query)))
        if output:
            write_whole(Path(output), pieces)
        else:
            write_out(pieces)

    def watched(self, pieces):
        """The pieces as they come; every two seconds it is said how far they have come."""
        size, told = 0, time.monotonic()
        for piece in pieces:
            yield piece
            size += len(piece)
            if time.monotonic() > told + 2:
                told = time.monotonic()
                self.stderr.write(f"{size / 1e6:,.0f} MB so far…")
                sys.stderr.flush()
