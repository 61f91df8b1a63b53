"""`manage.py write_docs`: writes the parts of the documentation that follow from the code."""

import re
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from ...listing.filters import parameter_table
from ...shape import record_tables

# page -> part -> what writes it
PARTS = {"filters.md": {"filters": parameter_table}, "records.md": {"records": record_tables}}


def written(page):
    """The text of a page of docs/ with its generated parts as they should be."""
    text = (settings.BASE_DIR / "docs" / page).read_text()
    for part, write in PARTS[page].items():
        begin, end = f"<!-- {part}: written by manage.py write_docs -->\n", f"<!-- end of {part} -->"
        pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
        text, found = pattern.subn(lambda _match, w=write, b=begin, e=end: b + w() + e, text)
        if not found:
            raise CommandError(f"docs/{page} has no place for “{part}”: “{begin.strip()}” … “{end}”.")
    return text


class Command(BaseCommand):
    help = "Writes the parts of docs/ that follow from the code, such as the table of filters."

    def handle(self, **options):
        for page in PARTS:
            Path(settings.BASE_DIR / "docs" / page).write_text(written(page))
            self.stdout.write(f"docs/{page}")
