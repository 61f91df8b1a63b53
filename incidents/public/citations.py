"""How to cite an incident or a list: as a line of text, in BibTeX, RIS and CSL-JSON. Each names version and address."""

import json
import re
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

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
        "site": settings.SITE_NAME,
        "ref": record["ref"],
        "date": date_format(record["updated_at"], "DATE_FORMAT"),
        "revision": revision,
        "version": version,
        "address": address,
    }


def list_citation(sentence: str, *, address: str, version: int) -> str:
    """A list in one line; `sentence` says which incidents it has."""
    return _("%(site)s: %(sentence)s. Dataset version %(version)d. %(address)s") % {
        "site": settings.SITE_NAME,
        "sentence": sentence,
        "version": version,
        "address": address,
    }


def csl_item(record: dict[str, Any], *, address: str, revision: int, version: int) -> dict[str, Any]:
    """An incident as an item of CSL-JSON (schema of the Citation Style Language, version 1.0.2)."""
    changed = record["updated_at"]
    return {
        "id": record["ref"],
        "type": "entry",
        "title": record["title"],
        "container-title": settings.SITE_NAME,
        "number": record["ref"],
        "version": _("revision %(revision)d, dataset version %(version)d")
        % {"revision": revision, "version": version},
        "issued": {"date-parts": [[changed.year, changed.month, changed.day]]},
        "URL": address,
        "license": settings.DATA_LICENSE,
    }


def write_csl(item: dict[str, Any]) -> str:
    return json.dumps([item], ensure_ascii=False, indent=1) + "\n"


def write_bibtex(item: dict[str, Any]) -> str:
    """An entry of type @online for biblatex."""
    year, month, day = item["issued"]["date-parts"][0]
    fields = {
        "title": f"{{{_tex(item['title'])}}}",
        "organization": _tex(item["container-title"]),
        "number": _tex(item["number"]),
        "version": _tex(item["version"]),
        "date": f"{year}-{month:02}-{day:02}",
        "url": item["URL"].replace("{", "%7B").replace("}", "%7D"),
    }
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
    return f"@online{{{item['id']},\n{lines}\n}}\n"


def write_ris(item: dict[str, Any]) -> str:
    """A reference of type ELEC: one tag a line, lines ended by CR LF, no line break within a value."""
    year, month, day = item["issued"]["date-parts"][0]
    tags = [
        ("TY", "ELEC"),
        ("ID", item["id"]),
        ("TI", item["title"]),
        ("PB", item["container-title"]),
        ("M1", item["number"]),
        ("ET", item["version"]),
        ("PY", str(year)),
        ("DA", f"{year}/{month:02}/{day:02}"),
        ("UR", item["URL"]),
        ("ER", ""),
    ]
    return "".join(f"{tag}  - {' '.join(value.split())}\r\n" for tag, value in tags)


def _tex(text: str) -> str:
    return re.sub(r"[\\{}$&%#_~^]", lambda match: TEX_ESCAPES[match[0]], " ".join(text.split()))


# Suffix: media type, and what writes a CSL item.
CITATION_FORMATS = {
    "bib": ("application/x-bibtex; charset=utf-8", write_bibtex),
    "ris": ("application/x-research-info-systems; charset=utf-8", write_ris),
    "csl.json": ("application/vnd.citationstyles.csl+json", write_csl),
}
