"""The citations of an incident as numbered notes, and what on a page has notes."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from ...choices import Stance
from ...models import Action, Incident, Involvement, Justification

CITED_PARTS = {"action": Action, "justification": Justification, "involvement": Involvement}

# What a note shows. Citations of several records or fields that are alike in it are one note.
SHOWN_KEYS = (
    "source",
    "stance",
    "quote",
    "quote_language",
    "is_translation",
    "locator",
    "attribution",
    "value_as_stated",
    "reading",
)

# What citations say, with their source, what they are about in words, and, once `Notes.number` has run, a number.
Note = dict[str, Any]


@dataclass(kw_only=True)
class Noted:
    """Something on the page that has notes; `is_uncited` if it needs one and has none."""

    notes: list[Note] = field(default_factory=list)
    is_uncited: bool = False

    @property
    def against(self) -> list[Note]:
        """The notes whose source contradicts it."""
        return [note for note in self.notes if note["contradicts"]]

    @property
    def worded(self) -> list[Note]:
        """The notes whose source states the same in its own words."""
        return [note for note in self.notes if note["value_as_stated"] and not note["contradicts"]]


class Notes:
    """The notes of an incident, found by what they are about.

    `sources` are the cited sources with their numbers and their notes; `in_order` are the notes as numbered.
    """

    def __init__(self, record: dict[str, Any]) -> None:
        self.sources = [
            source | {"number": number, "notes": []}
            for number, source in enumerate(record["sources"], start=1)
        ]
        sources = {source["citekey"]: source for source in self.sources}
        for source in self.sources:
            origin = source["derived_from"]
            source["parent_here"] = bool(origin) and origin["citekey"] in sources
        self.in_order: list[Note] = []
        self._by_part: dict[tuple[str, int | None], list[tuple[str, Note]]] = defaultdict(list)
        notes: dict[tuple, Note] = {}
        for citation in record["citations"]:
            words = tuple(citation[name] for name in SHOWN_KEYS)
            note = notes.setdefault(words, dict(zip(SHOWN_KEYS, words, strict=True)) | {"targets": []})
            part = next((name for name in CITED_PARTS if citation[name]), "incident")
            note["targets"].append((part, citation["field"]))
            self._by_part[part, citation.get(part)].append((citation["field"], note))
        for note in notes.values():
            note["source"] = sources[note["source"]]
            note["contradicts"] = note["stance"] == Stance.CONTRADICTS
            note["about"] = _about(note["targets"])
            note["language"] = note["quote_language"] or note["source"]["language"]

    def of(self, part: str, seq: int | None = None, fields: Collection[str] = ()) -> list[Note]:
        """The notes on a part of the incident, each once; if fields are named, only those on one of them."""
        found = (note for name, note in self._by_part[part, seq] if not fields or name in fields)
        return list({id(note): note for note in found}.values())

    def lack(self, part: str, seq: int | None = None, fields: Collection[str] = ()) -> bool:
        """Whether no note bears out a part of the incident; if fields are named, none one of them or the part as a whole."""
        return all(note["contradicts"] for note in self.of(part, seq, fields and ("", *fields)))

    def contain(self, words: str, part: str, seq: int | None = None) -> bool:
        """Whether a quotation cited for this part of the incident has these words as they are here.

        Other words are ours, whatever their field, and have no quotation marks.
        """
        return any(words in note["quote"] for note in self.of(part, seq) if not note["contradicts"])

    def number(self, page: Iterable[Noted]) -> None:
        """Number the notes in the order of the page; those that are not on it come last."""
        page = list(page)
        met = [note for noted in page for note in noted.notes]
        met += [note for notes in self._by_part.values() for _field, note in notes]
        for note in met:
            if "number" not in note:
                self.in_order.append(note)
                note["number"] = len(self.in_order)
                note["alone"] = [note]
                note["source"]["notes"].append(note)
        for noted in page:
            noted.notes.sort(key=lambda note: note["number"])


def _about(targets: Iterable[tuple[str, str]]) -> list[str]:
    """The fields that a note is about, for readers, with the parts that it is about as a whole; empty if only those."""
    if not any(field_name for _part, field_name in targets):
        return []
    return list(dict.fromkeys(field_label(*target) or part_label(target[0]) for target in targets))


def part_label(part: str) -> str:
    """What a part of the incident is called by readers."""
    return str(CITED_PARTS.get(part, Incident)._meta.verbose_name)


def field_label(part: str, field_name: str) -> str:
    """The name of a field for readers; empty for the part as a whole."""
    options = CITED_PARTS.get(part, Incident)._meta
    labels = {field.name: field.verbose_name for field in (*options.concrete_fields, *options.many_to_many)}
    return str(labels.get(field_name, field_name))
