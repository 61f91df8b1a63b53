"""`manage.py export FORMAT "query"`: the same file as the download of the list, byte for byte."""

import sys
import time
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from ... import exports, index
from ...listing.filters import IncidentFilter
from .export_fixture import write_out, write_whole

PROGRESS_SECONDS = 2


class Command(BaseCommand):
    help = "Exports the incidents that match a query string: the same file as the download of that list."

    def add_arguments(self, parser):
        parser.add_argument("format", help=", ".join(exports.FORMATS))
        parser.add_argument("query", nargs="?", default="", help="for example: platform=zoom&status=lifted")
        parser.add_argument("-o", "--output", help="file to write; default: standard output")

    def handle(self, *, format, query, output, **options):
        if format not in exports.FORMATS:
            raise CommandError(
                f"“{format}” is not a format. Available formats: {', '.join(exports.FORMATS)}."
            )
        query = query.removeprefix("?")
        dataset_version = index.current_version("default", is_patient=True)
        listing_filter = IncidentFilter(query, dataset_version=dataset_version)
        if not listing_filter.is_valid():
            errors = (f"{name}: {' '.join(messages)}" for name, messages in listing_filter.errors.items())
            raise CommandError(" ".join(errors))
        selection = exports.Selection.of(listing_filter, dataset_version=dataset_version)
        pieces = self.with_progress(exports.write(format, selection))
        if output:
            write_whole(Path(output), pieces)
        else:
            write_out(pieces)

    def with_progress(self, pieces):
        """The same pieces, with the size written so far reported every two seconds."""
        size, reported_at = 0, time.monotonic()
        for piece in pieces:
            yield piece
            size += len(piece)
            if time.monotonic() > reported_at + PROGRESS_SECONDS:
                reported_at = time.monotonic()
                self.stderr.write(f"{size / 1e6:,.0f} MB so far…")
                sys.stderr.flush()
