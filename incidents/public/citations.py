"""How to cite a record or a list: a line of text, BibTeX, RIS and CSL-JSON, each naming revision, version and address."""

import json
import re

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

# Characters that TeX reads as its own; any script is written as it is (biber and modern BibTeX read UTF-8).
TEX = {"\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "%": r"\%", "#": r"\#", "_": r"\_",
       "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}  # fmt: skip


def citation_text(record, *, address, revision=None, version=None):
    """How to cite a record, in one line."""
    said = _("“%(title)s”. %(site)s, record %(ref)s, last changed %(day)s") % {
        "title": record["title"],
        "site": settings.SITE_NAME,
        "ref": record["ref"],
        "day": date_format(record["updated_at"], "j F Y"),
    }
    if revision:
        said += _(", revision %(revision)d, dataset version %(version)d") % {
            "revision": revision,
            "version": version or 0,
        }
    return f"{said}. {address}"


def list_citation(words, *, address, version):
    """How to cite a list, in one line."""
    return _("%(site)s: %(words)s. Dataset version %(version)d. %(address)s") % {
        "site": settings.SITE_NAME,
        "words": words,
        "version": version,
        "address": address,
    }


def csl(record, *, address, revision, version):
    """CSL-JSON, after the schema of the Citation Style Language, version 1.0.2."""
    changed = record["updated_at"]
    return {
        "id": record["ref"],
        "type": "entry",
        "title": record["title"],
        "container-title": settings.SITE_NAME,
        "number": record["ref"],
        "version": _note(revision, version),
        "issued": {"date-parts": [[changed.year, changed.month, changed.day]]},
        "URL": address,
        "license": settings.DATA_LICENSE,
    }


def write_csl(record, **about):
    return json.dumps([csl(record, **about)], ensure_ascii=False, indent=1) + "\n"


def write_bibtex(record, **about):
    """An entry of kind @online for biblatex; what TeX would read as its own is escaped."""
    told = csl(record, **about)
    year, month, day = told["issued"]["date-parts"][0]
    fields = {
        "title": f"{{{_tex(told['title'])}}}",
        "organization": _tex(told["container-title"]),
        "number": _tex(told["number"]),
        "version": _tex(told["version"]),
        "date": f"{year}-{month:02}-{day:02}",
        "url": told["URL"].replace("{", "%7B").replace("}", "%7D"),
    }
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
    return f"@online{{{told['id']},\n{lines}\n}}\n"


def write_ris(record, **about):
    """A record of type ELEC: one tag a line, lines ended by CR LF, no line break within a value."""
    told = csl(record, **about)
    year, month, day = told["issued"]["date-parts"][0]
    tags = [
        ("TY", "ELEC"),
        ("ID", told["id"]),
        ("TI", told["title"]),
        ("PB", told["container-title"]),
        ("M1", told["number"]),
        ("ET", told["version"]),
        ("PY", str(year)),
        ("DA", f"{year}/{month:02}/{day:02}"),
        ("UR", told["URL"]),
        ("ER", ""),
    ]
    return "".join(f"{tag}  - {' '.join(value.split())}\r\n" for tag, value in tags)


def _note(revision, version):
    return _("revision %(revision)d, dataset version %(version)d") % {
        "revision": revision,
        "version": version,
    }


def _tex(text):
    return re.sub(r"[\\{}$&%#_~^]", lambda found: TEX[found[0]], " ".join(text.split()))


# Suffix: media type and writer.
FORMS = {
    "bib": ("application/x-bibtex; charset=utf-8", write_bibtex),
    "ris": ("application/x-research-info-systems; charset=utf-8", write_ris),
    "csl.json": ("application/vnd.citationstyles.csl+json", write_csl),
}
