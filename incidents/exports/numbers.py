"""The numbers of citations in public files: readers count only what they see, the database counts hidden citations, too."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from ..models import Citation

Entry = tuple[int, Any]  # the line of a file, and what it has there


def stored_numbers(entries: Iterable[Entry], report: Any) -> Iterator[Entry]:
    """These entries of a public file, citations with the numbers that the database has for them, or will have for new ones."""
    known: dict[str, dict[int, int | None]] = {}
    for ref, group in groupby(entries, key=_cited_incident):
        if ref is None:
            yield from ((line, _of_stored(raw, known)) for line, raw in group)
            continue
        found = list(group)
        known[ref] = numbers = _stored(ref, [raw["fields"]["seq"] for _line, raw in found])
        for line, raw in found:
            number = raw["fields"]["seq"]
            if (stored := numbers[number]) is None:
                reason = (
                    f"number {number} is a citation here that is not public. Number those in the file from 1."
                )
                report.refuse(line, f"incidents.citation {ref} {number}", reason)
            else:
                yield line, raw | {"fields": raw["fields"] | {"seq": stored}}


def _of_stored(raw: Any, known: dict[str, dict[int, int | None]]) -> Any:
    """An entry, with the number that the database has for the citation that it translates."""
    match raw:
        case {"model": "incidents.translation", "fields": {"citation": [str(ref), int(number)]}}:
            stored = known.get(ref, {}).get(number) or number
            return raw | {"fields": raw["fields"] | {"citation": [ref, stored]}}
    return raw


def _cited_incident(entry: Entry) -> str | None:
    """The ref of the incident that an entry is a citation in; None if it is something else, or not as it should be."""
    match entry[1]:
        case {"model": "incidents.citation", "fields": {"incident": [str(ref)], "seq": int()}}:
            return ref
    return None


def _stored(ref: str, numbers: list[int]) -> dict[int, int | None]:
    """The number in the database for each of the numbers in a file; None if somebody else's hidden citation has it."""
    citations = Citation.objects.filter(incident__ref=ref).order_by("seq")
    shown = list(citations.open().values_list("seq", flat=True))
    everything = list(citations.values_list("seq", flat=True))
    if sorted(numbers) == list(range(1, len(numbers) + 1)):
        last = max(everything, default=0)
        free = range(last + 1, last + 1 + len(numbers))
        return dict(zip(sorted(numbers), [*shown, *free], strict=False))
    # Files of earlier versions, and some of a few records, have numbers as the database has them.
    hidden = {*everything} - {*shown}
    return {number: None if number in hidden else number for number in numbers}
