"""The citations of an incident as numbered notes, and what on a page has notes."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _

from ...choices import Stance
from ...models import Citation, Incident
from ...models.evidence import TARGETS

CITED_MODELS: dict[str, Any] = {name: Citation._meta.get_field(name).related_model for name in TARGETS} | {
    "incident": Incident
}

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
    def own_sources(self) -> set[str]:
        """The sources, by their keys, that contradict what they bear out themselves: the same field, or the whole of it.

        A summary says many things, so that a source can bear out one of them and contradict what another source says.
        """
        borne_out = {
            (note["source"]["citekey"], name)
            for note in self.notes
            if not note["contradicts"]
            for name in note["fields"]
        }
        return {
            key
            for note in self.against
            for key in (note["source"]["citekey"],)
            for name in note["fields"]
            if name != "summary" and {(key, name), (key, "")} & borne_out
        }

    @property
    def worded(self) -> list[Note]:
        """The notes whose source states the same in its own words."""
        return [note for note in self.notes if note["value_as_stated"] and not note["contradicts"]]


class Notes:
    """The notes of an incident, found by what they are about.

    `sources` are the cited sources with their numbers and their notes; `in_order` are the notes as numbered.
    """

    def __init__(
        self, record: dict[str, Any], names: Mapping[tuple[str, str], str] = MappingProxyType({})
    ) -> None:
        """The notes of a public record; `names` are those of platforms, parties and accounts, by kind and slug."""
        self.sources = [
            source | {"number": number, "notes": []}
            for number, source in enumerate(record["sources"], start=1)
        ]
        sources = {source["citekey"]: source for source in self.sources}
        for source in self.sources:
            origin = source["derived_from"]
            source["parent_here"] = bool(origin) and origin["citekey"] in sources
        self.in_order: list[Note] = []
        self._by_part: dict[tuple[str, int | str | None], list[tuple[str, Note]]] = defaultdict(list)
        notes: dict[tuple, Note] = {}
        for citation in record["citations"]:
            words = tuple(citation[name] for name in SHOWN_KEYS)
            note = notes.setdefault(
                words, dict(zip(SHOWN_KEYS, words, strict=True)) | {"targets": [], "fields": []}
            )
            part = next((name for name in TARGETS if citation[name]), "incident")
            label = field_label(part, citation["field"])
            if name := names.get((part, citation.get(part))):
                label = _("%(name)s: %(fact)s") % {"name": name, "fact": label} if label else name
            note["targets"].append((label or part_label(part), bool(citation["field"])))
            note["fields"].append(citation["field"])
            self._by_part[part, citation.get(part)].append((citation["field"], note))
        for note in notes.values():
            note["source"] = sources[note["source"]]
            note["contradicts"] = note["stance"] == Stance.CONTRADICTS
            # Of parts as a whole the note stands beside them, which says enough.
            is_of_field = any(names_field for _label, names_field in note["targets"])
            labels = dict.fromkeys(label for label, _names_field in note["targets"])
            note["about"] = list(labels) if is_of_field else []
            note["language"] = note["quote_language"] or note["source"]["language"]

    def of(self, part: str, key: int | str | None = None, fields: Collection[str] = ()) -> list[Note]:
        """The notes on a part of the incident by its number, or on a record that it shows by its slug, each once; if fields
        are named, only those on one of them."""
        found = (note for name, note in self._by_part[part, key] if not fields or name in fields)
        return list({id(note): note for note in found}.values())

    def lack(self, part: str, key: int | str | None = None, fields: Collection[str] = ()) -> bool:
        """Whether no note bears out a part of the incident; if fields are named, none one of them or the part as a whole."""
        return all(note["contradicts"] for note in self.of(part, key, fields and ("", *fields)))

    def contain(self, words: str, part: str, key: int | str | None = None) -> bool:
        """Whether a quotation cited for this part of the incident has these words as they are here.

        Other words are ours, whatever their field, and have no quotation marks.
        """
        return any(words in note["quote"] for note in self.of(part, key) if not note["contradicts"])

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


def part_label(part: str) -> str:
    """What a part of the incident is called by readers."""
    return str(CITED_MODELS[part]._meta.verbose_name)


def field_label(part: str, field_name: str) -> str:
    """The name of a field for readers; empty for the part as a whole."""
    options = CITED_MODELS[part]._meta
    labels = {field.name: field.verbose_name for field in (*options.concrete_fields, *options.many_to_many)}
    return str(labels.get(field_name, field_name))
