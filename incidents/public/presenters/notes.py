"""The citations of an incident as notes with numbered sources, and what on a page has notes."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ...choices import Stance
from ...languages import NO_LANGUAGE, ORIGINAL
from ...locales import listed
from ...models import Citation, Incident
from ...models.evidence import NOTE_FIELDS, TARGETS
from ...origins import origin_count
from .passages import passage_link

CITED_MODELS: dict[str, Any] = {name: Citation._meta.get_field(name).related_model for name in TARGETS} | {
    "incident": Incident
}


OWN_WORDS = ("locator", "attribution")  # of ours in a note

# What citations say, with their source, what they are cited for, and, once `Notes.number` has run, their place on the page.
Note = dict[str, Any]


class Said(str):
    """A text with its `language`, if that is not the language of the page, or with its `translation` for the reader."""

    language: str
    translation: dict[str, Any] | None


def _said(citation: dict[str, Any], name: str) -> Said:
    said = Said(citation[name])
    said.language = citation.get(f"{name}_language", "")
    said.translation = citation.get(f"{name}_translation")
    return said


@dataclass
class Cited:
    """A note beside what it is cited for: the source’s words for just that, and our reading of them."""

    note: Note
    fields: list[str] = field(default_factory=list)
    words: list[Said] = field(default_factory=list)
    readings: list[Said] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)  # what the fields are called

    @property
    def contradicts(self) -> bool:
        return self.note["contradicts"]


@dataclass(kw_only=True)
class Noted:
    """Something on the page that has notes; `is_uncited` if it needs one and has none."""

    notes: list[Cited] = field(default_factory=list)
    is_uncited: bool = False

    @property
    def against(self) -> list[Cited]:
        """The notes whose source contradicts it."""
        return [cited for cited in self.notes if cited.contradicts]

    @property
    def own_sources(self) -> set[str]:
        """The sources, by their keys, that contradict what they bear out themselves: the same field, or the whole of it.

        A summary says many things, so that a source can bear out one of them and contradict what another source says.
        """
        borne_out = {
            (cited.note["source"]["citekey"], name)
            for cited in self.notes
            if not cited.contradicts
            for name in cited.fields
        }
        return {
            key
            for cited in self.against
            for key in (cited.note["source"]["citekey"],)
            for name in cited.fields
            if name != "summary" and {(key, name), (key, "")} & borne_out
        }

    @property
    def counted(self) -> str:
        """“9 sources, at most 2 origins”: origins are said only where derivations show that there are fewer."""
        sources = {cited.note["source"]["citekey"]: cited.note["source"] for cited in self.notes}
        return sources_words(list(sources.values()))

    @property
    def numbers(self) -> str:
        """The numbers of its sources: “1, 3”."""
        return listed(
            str(number) for number in sorted({cited.note["source"]["number"] for cited in self.notes})
        )


def sources_words(sources: list[dict[str, Any]]) -> str:
    """How many sources these are, and how many origins they have at most, if that is fewer."""
    number, origins = len(sources), origin_count(sources)
    words = ngettext("%(n)d source", "%(n)d sources", number) % {"n": number}
    if origins == number:
        return words
    return ngettext("%(sources)s, %(n)d origin", "%(sources)s, at most %(n)d origins", origins) % {
        "sources": words,
        "n": origins,
    }


class Notes:
    """The notes of an incident, found by what they are about, and its sources, each with its notes."""

    def __init__(self, record: dict[str, Any], names: Mapping[tuple[str, str], str] | None = None) -> None:
        """The notes of a public record; on the page of an incident, `names` are those of platforms, parties and accounts, by
        kind and slug."""
        self.sources = [source | {"notes": []} for source in record["sources"]]
        sources = {source["citekey"]: source for source in self.sources}
        for source in self.sources:
            origin = source["derived_from"]
            source["parent_here"] = bool(origin) and origin["citekey"] in sources
        self._by_part: dict[tuple[str, int | str | None], list[Cited]] = defaultdict(list)
        notes: dict[tuple, Note] = {}
        translated = {
            (own, citation["original"][own]): citation[own]
            for citation in record["citations"]
            for own in OWN_WORDS
            if not citation.get(f"{own}_language", ORIGINAL)
        }
        for citation in record["citations"]:
            shown = tuple(
                citation.get("original", citation).get(name, citation[name]) for name in NOTE_FIELDS
            )
            note = notes.setdefault(shown, {name: citation[name] for name in NOTE_FIELDS} | {"targets": {}})
            note["quote_translation"] = note.get("quote_translation") or citation.get("quote_translation")
            for own in OWN_WORDS:
                tag, original = citation.get(f"{own}_language", ""), citation.get("original", citation)[own]
                known = translated.get((own, original))
                note[own], note[f"{own}_language"] = (known, "") if known else (citation[own], tag)
            part = next((name for name in TARGETS if citation[name]), "incident")
            key, label = citation.get(part), field_label(part, citation["field"])
            beside = Cited(
                note,
                [citation["field"]],
                [_said(citation, "value_as_stated")] if citation["value_as_stated"] else [],
                [_said(citation, "reading")] if citation["reading"] else [],
                [label] if label else [],
            )
            if name := (names or {}).get((part, key)):
                label = _("%(name)s: %(fact)s") % {"name": name, "fact": label} if label else name
            anchor = "main" if names is None else anchor_of(part, key)
            note["targets"][label or part_label(part), anchor] = None
            self._by_part[part, key].append(beside)
        for note in notes.values():
            note["source"] = source = sources[note["source"]]
            note["contradicts"] = note["stance"] == Stance.CONTRADICTS
            language = note["quote_language"] or source["language"]
            note["language"] = "" if language in NO_LANGUAGE else language
            note["passage"] = passage_link(note)

    def of(self, part: str, key: int | str | None = None, fields: Collection[str] = ()) -> list[Cited]:
        """The notes on a part of the incident by its number, or on a record that it shows by its slug, each once; if fields
        are named, only those on one of them."""
        found: dict[int, Cited] = {}
        for each in self._by_part[part, key]:
            if fields and each.fields[0] not in fields:
                continue
            beside = found.setdefault(id(each.note), Cited(each.note))
            for name in ("fields", "words", "readings", "facts"):
                known = getattr(beside, name)
                known += [value for value in getattr(each, name) if value not in known]
        return list(found.values())

    def lack(self, part: str, key: int | str | None = None, fields: Collection[str] = ()) -> bool:
        """Whether no note bears out a part of the incident; if fields are named, none one of them or the part as a whole."""
        return all(cited.contradicts for cited in self.of(part, key, fields and ("", *fields)))

    def contain(self, words: str, part: str, key: int | str | None = None) -> bool:
        """Whether a quotation cited for this part of the incident has these words as they are here.

        Other words are ours, whatever their field, and have no quotation marks.
        """
        return any(words in cited.note["quote"] for cited in self.of(part, key) if not cited.contradicts)

    def number(self, page: Iterable[Noted]) -> None:
        """Number the sources in the order of the page, those that are not on it last, and give each its notes in that order."""
        page = list(page)
        met = [cited.note for noted in page for cited in noted.notes]
        met += [cited.note for notes in self._by_part.values() for cited in notes]
        for place, note in enumerate(met):
            if "place" not in note:
                note["place"] = place
                note["source"]["notes"].append(note)
        self.sources.sort(key=lambda source: [note["place"] for note in source["notes"][:1]] or [len(met)])
        for number, source in enumerate(self.sources, start=1):
            source["number"] = number
        for noted in page:
            noted.notes.sort(key=lambda cited: (cited.note["source"]["number"], cited.note["place"]))


def anchor_of(part: str, key: int | str | None) -> str:
    """Where on the page of an incident a part of it is."""
    if part in ("action", "justification", "involvement"):
        return f"{part}-{key}"
    return "summary" if part == "incident" else "subjects"


def part_label(part: str) -> str:
    """What a part of the incident is called by readers."""
    return str(CITED_MODELS[part]._meta.verbose_name)


def field_label(part: str, field_name: str) -> str:
    """The name of a field for readers; empty for the part as a whole."""
    options = CITED_MODELS[part]._meta
    labels = {field.name: field.verbose_name for field in (*options.concrete_fields, *options.many_to_many)}
    return str(labels.get(field_name, field_name))
