"""How to cite an incident, a list or a source: as a line of text, in BibTeX, RIS and CSL-JSON."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ..languages import local_name

Item = dict[str, Any]

# Characters with a meaning in TeX. Any script is written as it is: biber and modern BibTeX read UTF-8.
TEX_ESCAPES = {"\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "%": r"\%", "#": r"\#",
               "_": r"\_", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}  # fmt: skip


def incident_citation(record: dict[str, Any], *, address: str, revision: int, version: int) -> str:
    """An incident in one line."""
    return _(
        "“%(title)s”. %(site)s, record %(ref)s, last changed %(date)s, revision %(revision)d, "
        "dataset version %(version)d. %(address)s"
    ) % {
        "title": record["title"],
        "site": local_name(settings.SITE_NAME),
        "ref": record["ref"],
        "date": date_format(record["updated_at"], "DATE_FORMAT"),
        "revision": revision,
        "version": version,
        "address": address,
    }


def list_citation(sentence: str, *, address: str, version: int) -> str:
    """A list in one line; `sentence` says which incidents it has."""
    return _("%(site)s: %(sentence)s. Dataset version %(version)d. %(address)s") % {
        "site": local_name(settings.SITE_NAME),
        "sentence": sentence,
        "version": version,
        "address": address,
    }


def incident_item(record: dict[str, Any], *, address: str, revision: int, version: int) -> Item:
    """One revision of an incident, at this address, as an item of CSL-JSON (schema of the Citation Style Language 1.0.2)."""
    changed = record["updated_at"]
    return {
        "id": record["ref"],
        "type": "webpage",
        "title": record["title"],
        "author": [{"literal": local_name(settings.AUTHOR)}],
        "container-title": local_name(settings.SITE_NAME),
        "version": _("revision %(revision)d, dataset version %(version)d")
        % {"revision": revision, "version": version},
        "issued": {"date-parts": [[changed.year, changed.month, changed.day]]},
        "URL": address,
    }


def source_item(source: dict[str, Any]) -> Item:
    """A source as an item of CSL-JSON, with what is known of it."""
    item = {
        "id": source["citekey"],
        "type": source["csl_type"],
        "title": source["title"],
        "author": [{"literal": source["author"]}] if source["author"] else [],
        "container-title": source["container_title"],
        "publisher": source["publisher"],
        "issued": _csl_date(source["issued"]),
        "accessed": _csl_date(source["accessed_on"]),
        "URL": source["url"],
        "archive_location": source["archived_url"],
        "language": source["language"],
    }
    return {name: value for name, value in item.items() if value}


def _csl_date(value: Any) -> dict[str, Any]:
    """A date of CSL-JSON. What its numbers cannot express, as “about” or “between”, is its text."""
    if not value:
        return {}
    if re.fullmatch(r"\d{4}(-\d\d){0,2}", text := str(value)):
        return {"date-parts": [[int(part) for part in text.split("-")]]}
    return {"literal": text}


def write_csl(items: Iterable[Item]) -> Iterator[str]:
    before = "[\n"
    for item in items:
        yield before + json.dumps(item, ensure_ascii=False, indent=1)
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def write_bibtex(items: Iterable[Item]) -> Iterator[str]:
    """Entries for biblatex, of type @online; of what has no address, @misc."""
    for item in items:
        fields = {
            "author": f"{{{_tex(_author(item))}}}",
            "title": f"{{{_tex(item['title'])}}}",
            "organization": _tex(item.get("container-title") or item.get("publisher", "")),
            "version": _tex(item.get("version", "")),
            "date": _iso_date(item.get("issued")),
            "urldate": _iso_date(item.get("accessed")),
            "url": item.get("URL", "").replace("{", "%7B").replace("}", "%7D"),
        }
        lines = ",\n".join(
            f"  {name} = {{{value}}}" for name, value in fields.items() if value not in ("", "{}")
        )
        kind = "online" if fields["url"] else "misc"
        yield f"@{kind}{{{item['id']},\n{lines}\n}}\n"


def write_ris(items: Iterable[Item]) -> Iterator[str]:
    """References of type ELEC: one tag a line, lines ended by CR LF, no line break within a value."""
    for item in items:
        author = _author(item)
        tags = {
            "TY": "ELEC",
            "ID": item["id"],
            "AU": author
            if not author or "," in author
            else f"{author},",  # the comma: not in parts, as of an office
            "TI": item["title"],
            "T2": item.get("container-title", ""),
            "PB": item.get("publisher", ""),
            "ET": item.get("version", ""),
            "PY": _iso_date(item.get("issued"))[:4],
            "DA": _iso_date(item.get("issued")).replace("-", "/"),
            "Y2": _iso_date(item.get("accessed")).replace("-", "/"),
            "LA": item.get("language", ""),
            "UR": item.get("URL", ""),
        }
        yield "".join(f"{tag}  - {' '.join(value.split())}\r\n" for tag, value in tags.items() if value)
        yield "ER  - \r\n"


def _author(item: Item) -> str:
    return ", ".join(name["literal"] for name in item.get("author", ()))


def _iso_date(value: dict[str, Any] | None) -> str:
    """A date of CSL-JSON as ISO 8601; empty if it is a text."""
    numbers = (value or {}).get("date-parts", [[]])[0]
    return "-".join(f"{number:02}" for number in numbers)


def _tex(text: str) -> str:
    return re.sub(r"[\\{}$&%#_~^]", lambda match: TEX_ESCAPES[match[0]], " ".join(text.split()))


class CitationFormat(NamedTuple):
    """How references are written: the media type, and what writes items of CSL-JSON."""

    content_type: str
    write: Callable[[Iterable[Item]], Iterator[str]]


CITATION_FORMATS = {
    "bib": CitationFormat("application/x-bibtex; charset=utf-8", write_bibtex),
    "ris": CitationFormat("application/x-research-info-systems; charset=utf-8", write_ris),
    "csl.json": CitationFormat("application/vnd.citationstyles.csl+json", write_csl),
}
