"""The search of a mirror: what a script on its page finds incidents by, in files of a few thousand incidents."""

import json
from typing import Any

from ..analysis import fold
from ..index.documents import NAMES, first_day, passages
from ..index.facets import FACETS, VALUE
from ..public.presenters import incident_line, localized_row

INCIDENTS_PER_FILE = 2_000
HAN = range(0x4E00, 0xA000)


def entry(record: dict[str, Any]) -> list[Any]:
    """What is known of an incident or background event: its ref, title, line and first day, its names, its values, and those of each action
    with the days that it may have begun on."""
    names = {fold(passage.text) for passage in passages(record) if passage.column == NAMES}
    day, date, shown = first_day(record), record["date"], localized_row(record)
    # A background event has no action; its date is found like that of one.
    actions = [[_values(action, of_action=True), *_bounds(action["start"])] for action in record["actions"]]
    return [
        record["ref"],
        shown["title"],
        incident_line(shown),
        day.isoformat() if day else "",
        " / ".join(sorted(names)),
        _values(record, of_action=False),
        actions or [[[], *_bounds(date)]],
    ]


def _values(record, *, of_action):
    found = (facet.terms(record) for facet in FACETS if facet.of_action == of_action)
    return sorted(term.removeprefix(VALUE) for terms in found for term in terms)


def _bounds(start):
    """The first and the last day of a date; a side that is open is empty, and there is none without a date."""
    return [str(bound or "") for bound in (start.earliest, start.latest)] if start else []


def facets() -> dict[str, Any]:
    """What the script has to know of each facet: its label, whether it is asked of actions, and what it implies."""
    return {facet.name: [str(facet.label), facet.of_action, facet.implies] for facet in FACETS}


def folding() -> list[str]:
    """Chinese characters and, in the same order, what they are searched as."""
    pairs = [
        (chr(code), folded) for code in HAN if (folded := fold(chr(code))) != chr(code) and len(folded) == 1
    ]
    return ["".join(each) for each in zip(*pairs, strict=True)]


def script(call: str, value: Any) -> bytes:
    """A call of the script, in a file that needs no server to be read."""
    return f"{call}({json.dumps(value, ensure_ascii=False, separators=(',', ':'))});\n".encode()
