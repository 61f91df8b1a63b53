"""One line after another: CSV with a row for each action, JSON, and JSON lines."""

import csv
import io

import orjson

from ..archive.lines import HEADER


def write_csv(taken, *, bom=False):
    """One row per action. RFC 4180; UTF-8, with a byte order mark if wanted."""
    out = io.StringIO()
    csv.writer(out).writerow(HEADER)
    yield ("\ufeff" * bom + out.getvalue()).encode()
    yield from joined(rows.encode() for (rows,) in taken.incidents.entries("rows"))


def write_jsonl(taken):
    """One public record per line."""
    yield from joined(record + b"\n" for record in taken.records())


def write_json(taken):
    """What the file is, then every public record."""
    yield b'{"dataset":' + orjson.dumps(taken.about()) + b',"incidents":[\n'
    yield from joined((b",\n" if number else b"") + record for number, record in enumerate(taken.records()))
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
