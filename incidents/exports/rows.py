"""One line after another: CSV with a row for each action, JSON, and JSON lines."""

import csv
import io

import orjson

from ..index.csv_rows import HEADER


def write_csv(selection, *, bom=False):
    """One row per action. RFC 4180; UTF-8, with a byte order mark if wanted."""
    out = io.StringIO()
    csv.writer(out).writerow(HEADER)
    yield ("\ufeff" * bom + out.getvalue()).encode()
    yield from joined(rows.encode() for (rows,) in selection.incidents.entries("rows"))


def write_jsonl(selection):
    """One public record per line."""
    yield from joined(record + b"\n" for record in selection.records())


def write_json(selection):
    """What the file is, then every public record."""
    yield b'{"dataset":' + orjson.dumps(selection.about()) + b',"incidents":[\n'
    yield from joined(
        (b",\n" if number else b"") + record for number, record in enumerate(selection.records())
    )
    yield b"\n]}\n"


def joined(pieces, size=1 << 16):
    """Pieces put together, so that few and larger ones are sent."""
    waiting, length = [], 0
    for piece in pieces:
        waiting.append(piece)
        length += len(piece)
        if length >= size:
            yield b"".join(waiting)
            waiting, length = [], 0
    if waiting:
        yield b"".join(waiting)
