"""Facts of platforms, parties and accounts with the notes that cite them: on their own pages and on those of incidents."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ...choices import Vocabulary
from ...languages import language_name
from ...locales import listed
from ...places import place_names
from ...records import shown_in
from ...shown import CITED_RECORDS
from .actions import account_name
from .notes import Noted, Notes, sources_words


@dataclass(frozen=True)
class Row:
    """One fact as pages show it: its label, and the fields that hold it. Without fields it is the record as a whole."""

    label: Any
    fields: tuple[str, ...] = ()


AS_A_WHOLE = Row(gettext_lazy("Who or what it is"))
KIND = Row(gettext_lazy("Kind"), ("kind",))
NEXT_ACCOUNT = Row(gettext_lazy("Holder’s next account"), ("succeeded_by",))
OTHER_NAMES = Row(gettext_lazy("Other names"), ("aliases",))
ROWS = {
    "platform": {
        "whole": AS_A_WHOLE,
        "kind": KIND,
        "operator": Row(gettext_lazy("Operator"), ("operator", "operator_country")),
        "aliases": OTHER_NAMES,
    },
    "party": {
        "whole": AS_A_WHOLE,
        "native_label": Row(gettext_lazy("Name in its own script"), ("native_label", "native_language")),
        "kind": KIND,
        "country": Row(gettext_lazy("Country or territory"), ("country",)),
        "aliases": OTHER_NAMES,
        "name_public_basis": Row(gettext_lazy("Why the name is shown"), ("name_public_basis",)),
    },
    "account": {
        "whole": AS_A_WHOLE,
        "kind": KIND,
        "holder": Row(gettext_lazy("Account holder"), ("holder",)),
        "plan": Row(gettext_lazy("Paid or free"), ("plan",)),
        "succeeded_by": NEXT_ACCOUNT,
    },
}
PLACES = ("country", "operator_country")


@dataclass(frozen=True)
class Evidence:
    """The notes on a page about one record, by the name of the row, and all their sources."""

    rows: dict[str, Noted]
    sources: list[dict[str, Any]]

    @property
    def sources_counted(self) -> str:
        return sources_words(self.sources)


@dataclass(kw_only=True)
class CitedFact(Noted):
    """A fact in words: “Country or territory: Canada”."""

    words: str


@dataclass(frozen=True)
class Subject:
    """A platform, party or account with the facts of it that an incident cites; `kind` is also the name of its page."""

    kind: str
    slug: str
    name: str
    facts: list[CitedFact]


def registry_evidence(kind: str, record: dict[str, Any], cited: dict[str, Any]) -> Evidence:
    """What the page of a platform, party or account shows of the citations about it, given as `cited_records()`."""
    notes = Notes(cited)
    rows = {name: _noted(kind, record, row, notes) for name, row in ROWS[kind].items()}
    notes.number(rows.values())
    return Evidence(rows, notes.sources)


def cited_subjects(record: dict[str, Any], notes: Notes) -> list[Subject]:
    """The platforms, parties and accounts of which this incident cites facts, each with those facts."""
    found = []
    for kind, each in _shown(record):
        noted = {row: notes.of(kind, each["slug"], row.fields or ("",)) for row in ROWS[kind].values()}
        facts = [CitedFact(words=_words(row, each), notes=cited) for row, cited in noted.items() if cited]
        if facts:
            found.append(Subject(kind, each["slug"], record_name(kind, each), facts))
    return found


def names_in(record: dict[str, Any]) -> dict[tuple[str, str], str]:
    """What the platforms, parties and accounts in an incident are called, by kind and slug."""
    return {(kind, each["slug"]): record_name(kind, each) for kind, each in _shown(record)}


def record_name(kind: str, record: dict[str, Any]) -> str:
    """What a platform, party or account is called."""
    if kind == "account":
        return account_name(record)
    return record["name"] if kind == "platform" else record["public_label"]


def _shown(record: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The platforms, parties and accounts in an incident, each once."""
    for kind in CITED_RECORDS:
        found = {each["slug"]: each for each in shown_in(record, kind)}
        yield from ((kind, each) for each in found.values())


def _noted(kind: str, record: dict[str, Any], row: Row, notes: Notes) -> Noted:
    """The notes beside a row; it is uncited if it says something that no source is cited for."""
    fields, slug = row.fields or ("",), record["slug"]
    is_stated = any(record[name] not in ("", None, "unknown") for name in row.fields)
    return Noted(notes=notes.of(kind, slug, fields), is_uncited=is_stated and notes.lack(kind, slug, fields))


def _words(row: Row, record: dict[str, Any]) -> str:
    """A row in words: “Country or territory: United States”."""
    if row is NEXT_ACCOUNT:
        return str(row.label)  # the record has only its slug; the page of the account says what it is called
    values = [_value(name, record[name]) for name in row.fields or ("kind",) if record[name]]
    words = listed(values) or _("Not known")
    return _("%(fact)s: %(value)s") % {"fact": row.label, "value": words} if row.fields else words


def _value(name: str, value: Any) -> str:
    if name in PLACES:
        return place_names(value)
    if isinstance(value, Vocabulary):
        return str(value.label)
    if name == "native_language":
        return language_name(value)
    return value["public_label"] if isinstance(value, dict) else listed(str(value).splitlines())
