"""JSON and JSON lines: complete public records."""

from collections.abc import Iterator

import orjson

from .selection import Selection
from .streaming import joined


def write_jsonl(selection: Selection) -> Iterator[bytes]:
    """One record per line."""
    yield from joined(record + b"\n" for record in selection.records())


def write_json(selection: Selection) -> Iterator[bytes]:
    """One object: what the file is, and the records."""
    yield b'{"dataset":' + orjson.dumps(selection.about()) + b',"incidents":[\n'
    yield from joined(
        (b",\n" if number else b"") + record for number, record in enumerate(selection.records())
    )
    yield b"\n]}\n"
