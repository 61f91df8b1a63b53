"""CSV: one row for each action, as the index keeps them."""

import csv
import io
from collections.abc import Iterator

from ..index.csv_rows import HEADER
from .selection import Selection
from .streaming import joined


def write(selection: Selection, *, bom: bool = False) -> Iterator[bytes]:
    """RFC 4180, in UTF-8; with a byte order mark for Excel if wanted."""
    out = io.StringIO()
    csv.writer(out).writerow(HEADER)
    yield ("\ufeff" * bom + out.getvalue()).encode()
    yield from joined(rows.encode() for rows in selection.entries("rows"))
