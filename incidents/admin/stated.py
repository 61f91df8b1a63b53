"""What a web page states about itself, as proposals for the form for a new incident: brought by a bookmark from the page that an
editor reads, or read from a saved copy of it. Nothing is ever fetched."""

import json
import re
from contextlib import suppress
from html.parser import HTMLParser

from django.core.exceptions import ValidationError
from django.urls import reverse

from ..addresses import hosts_of
from ..dates import EDTF
from ..languages import language_tag
from ..models.fields import validate_language

MAX_CHARACTERS = {"source_url": 2_000, "quote": 2_000}  # of what a page can hand over; of others a title's
MAX_TITLE_CHARACTERS = 500
# The names under which pages state something, the best first, by field of the form.
META = {
    "source_title": ("og:title", "twitter:title", "dc.title"),
    "source_outlet": ("og:site_name", "application-name", "dc.publisher"),
    "source_date": ("article:published_time", "datePublished", "date", "dc.date", "pubdate"),
    "source_author": ("author", "article:author", "dc.creator"),
}
# The same in JSON-LD, with a list of names where it has objects.
LINKED = {
    "source_title": "headline",
    "source_outlet": "publisher",
    "source_date": "datePublished",
    "source_author": "author",
}
STATED = (*META, "source_language")
FIELDS = (
    "source_url",
    "canonical",
    *STATED,
    "quote",
)  # what a bookmark hands over, in the address of the form
# It finds what `page_of()` finds. An address of this kind may have no line breaks, and no per cent signs of its own.
BOOKMARKLET = """javascript:void(()=>{const d=document,text=v=>typeof v=="string"?v.trim():"",
meta=names=>names.map(n=>text(d.querySelector(`meta[property="${n}" i],meta[name="${n}" i],meta[itemprop="${n}" i]`)?.content)).find(v=>v)||"",
parts=v=>Array.isArray(v)?v.flatMap(parts):v&&typeof v=="object"?[v,...parts(v["@graph"])]:[],
ld=[...d.querySelectorAll('script[type="application/ld+json"]')].flatMap(s=>{try{return parts(JSON.parse(s.textContent))}catch{return[]}}),
names=v=>[v].flat().map(e=>text(e?.name)||text(e)).filter(v=>v).join("; "),
linked=n=>ld.map(e=>names(e[n])).find(v=>v)||"",
given={source_url:location.href,canonical:d.querySelector('link[rel~="canonical" i]')?.href||""};
for(const[f,[n,m]]of Object.entries(WHERE))given[f]=linked(n)||meta(m);
given.source_title=given.source_title||d.title;
given.source_date=given.source_date||d.querySelector("time[datetime]")?.dateTime||"";
given.source_language=d.documentElement.lang;given.quote=String(getSelection());
open(START+new URLSearchParams(Object.entries(given).map(([k,v])=>[k,v.slice(0,2000)])),"_blank","noopener,noreferrer")})()"""


def bookmarklet(request):
    """The address of a bookmark that takes to the form what the page one reads states about itself, and what is selected."""
    start = request.build_absolute_uri(reverse("admin:incidents_incident_start")) + "?"
    where = {field: (LINKED[field], META[field]) for field in META}
    script = BOOKMARKLET.replace("WHERE", json.dumps(where)).replace("START", json.dumps(start))
    return script.replace("\n", "")


def proposals(given):
    """What the form begins with: each value as its field takes it; what makes no sense is left out."""
    cut = {
        name: " ".join(given[name].replace("\0", " ").split())[
            : MAX_CHARACTERS.get(name, MAX_TITLE_CHARACTERS)
        ]
        for name in FIELDS
        if given.get(name)
    }
    own, canonical = cut.get("source_url", ""), cut.pop("canonical", "")
    # Of its own site, and more than the front page that careless sites name for all.
    if (
        canonical
        and (not own or hosts_of(canonical) == hosts_of(own))
        and re.match(r"https?://[^/]+/.", canonical)
    ):
        cut["source_url"] = canonical
    for name, read in (("source_date", _day), ("source_language", _language)):
        if name in cut:
            cut[name] = read(cut[name])
    if cut.get("source_author", "").startswith(("http:", "https:")):  # the address of somebody's page
        del cut["source_author"]
    return {name: value for name, value in cut.items() if value}


def _day(text):
    """The day, or the month, with which a moment begins; empty if there is none."""
    found = re.match(r"(\d{4})[-/.](\d{2})(?:[-/.](\d{2}))?(?!\d)", text)
    day = "-".join(filter(None, found.groups())) if found else ""
    try:
        return str(EDTF(day)) if day else ""
    except ValueError:
        return ""


def _language(text):
    """The tag that is meant, or its first part; empty if it is no language."""
    tag = language_tag(text.strip().replace("_", "-").lower())
    for each in (tag, tag.partition("-")[0]):
        try:
            validate_language(each)
        except ValidationError:
            continue
        return each
    return ""


def page_of(content):
    """What a saved page, as bytes, states about itself, as a bookmark would have handed it over."""
    named = re.search(rb"charset=[\"']?([\w-]+)", content[:2_000])
    try:
        text = content.decode(named[1].decode() if named else "utf-8", errors="replace")
    except LookupError:
        text = content.decode(errors="replace")
    page = _Page()
    with suppress(AssertionError, ValueError):  # whatever it is, it is not HTML from here on
        page.feed(text)
    return page.stated()


class _Page(HTMLParser):
    """Collects what the head and the times of a page state."""

    def __init__(self):
        super().__init__()
        self.meta, self.times, self.scripts, self.titles = {}, [], [], []
        self.language = self.canonical = self.saved_from = ""
        self.inside = None  # the list to which text belongs

    def handle_starttag(self, tag, attributes):
        values = {name: value or "" for name, value in attributes}
        self.inside = None
        if tag == "html":
            self.language = values.get("lang", "")
        elif tag == "meta":
            for name in filter(None, map(values.get, ("property", "name", "itemprop"))):
                self.meta.setdefault(name.lower(), values.get("content", ""))
        elif tag == "link" and "canonical" in values.get("rel", "").lower().split():
            self.canonical = self.canonical or values.get("href", "")
        elif tag == "time" and values.get("datetime"):
            self.times.append(values["datetime"])
        elif tag == "title":
            self.inside = self.titles
        elif tag == "script" and values.get("type") == "application/ld+json":
            self.inside = self.scripts

    def handle_endtag(self, tag):
        self.inside = None

    def handle_data(self, data):
        if self.inside is not None:
            self.inside.append(data)

    def handle_comment(self, data):
        # As browsers write it into the pages that they save.
        if found := re.match(r"\s*saved from url=\(\d+\)(\S+)", data):
            self.saved_from = found[1]

    def stated(self):
        linked = [part for script in self.scripts for part in _linked(script)]
        found = {
            field: next(filter(None, (_names(part.get(LINKED[field])) for part in linked)), "")
            or next(filter(None, (self.meta.get(name.lower(), "").strip() for name in META[field])), "")
            for field in META
        }
        found["source_title"] = found["source_title"] or "".join(self.titles[:1])
        found["source_date"] = found["source_date"] or next(iter(self.times), "")
        return found | {
            "source_url": self.saved_from or self.meta.get("og:url", ""),
            "canonical": self.canonical,
            "source_language": self.language,
        }


def _linked(script):
    """The objects of a JSON-LD document; none of what is not one."""
    try:
        return _parts(json.loads(script))
    except (ValueError, RecursionError):
        return []


def _parts(value):
    if isinstance(value, list):
        return [part for each in value for part in _parts(each)]
    return [value, *_parts(value.get("@graph"))] if isinstance(value, dict) else []


def _names(value):
    """A text, or the names of one or several objects."""
    several = value if isinstance(value, list) else [value]
    names = (each.get("name") if isinstance(each, dict) else each for each in several)
    return "; ".join(name.strip() for name in names if isinstance(name, str) and name.strip())
