"""Where a public address lies in a mirror, and where a link leads that only a server could answer."""

import posixpath
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from django.conf import settings
from django.urls import Resolver404, ResolverMatch, resolve, reverse
from django.utils.translation import override

from ..index.facets import FACET, NONE, VALUE
from ..index.posting_lists import IndexReader
from ..languages import without_language
from ..public.discovery import SUBJECTS

# What only a server answers, what says where this site is, and what is made for pages of others.
LEFT_OUT = {
    *("site_map", "site_map_part", "robots", "open_search", "security", "healthz", "metrics"),
    *("incident_embed", "chart_embed"),
}
WITHOUT_LANGUAGE = {"incident_download", "incident_file", "sources_file", "delta", "withdrawals"}
PICTURE = ".png"  # drawn by the server, of what is there as SVG, too
PAGE_OF = {
    facet: name for name, facet in SUBJECTS.items()
}  # the page that has the list of a value of a facet
SEARCH = "search/index.html"
OWN_FOLDERS = ("/search/", f"/{settings.STATIC_URL.strip('/')}/")
MAX_KEPT = 10_000  # addresses whose place is remembered


def file_of(path: str) -> str | None:
    """The file of a public address without a query string; None if a mirror does not have it."""
    name = view_name(path)
    plain = without_language(path)
    if (
        name is None
        or name in LEFT_OUT
        or plain.endswith(PICTURE)
        or (plain.startswith("/api/") and name != "api")
    ):
        return None
    if name in WITHOUT_LANGUAGE:
        return plain.lstrip("/")
    return path.lstrip("/") + ("index.html" if path.endswith("/") else "")


@lru_cache(MAX_KEPT)
def view_name(path: str) -> str | None:
    """The name of the view that answers a path."""
    try:
        return resolved(path).view_name
    except Resolver404:
        return None


def resolved(path: str) -> ResolverMatch:
    """The view of a path in any language, with its arguments. Raises Resolver404."""
    with override(settings.LANGUAGE_CODE):
        return resolve(without_language(path))


def fixed_value(path: str) -> dict[str, str]:
    """The facet, with its value, that is fixed on the page at this path."""
    name = view_name(path)
    if name not in SUBJECTS:
        return {}
    (value,) = (value for key, value in resolved(path).kwargs.items() if key != "name")
    return {SUBJECTS[name]: value}


def is_list(path: str) -> bool:
    """Whether this is the path of a list of incidents, which has filters."""
    return view_name(path) == "incident_list" or bool(fixed_value(path))


def folder_of(path: str) -> str:
    """The folder of the language of a path: `zh-hant/`, empty for English."""
    return f"{path.removesuffix(without_language(path))}/".lstrip("/")


def search_file(path: str) -> str:
    """Where the search lies, in the language of this path."""
    return f"{folder_of(path)}{SEARCH}"


def year_file(year: str, path: str) -> str:
    """Where the list of the incidents of a year lies, in the language of this path."""
    return f"{folder_of(path)}years/{year}/index.html"


class Places:
    """Where the addresses of one dataset version lie."""

    def __init__(self, reader: IndexReader):
        self.reader = reader
        # A value and a year have a page of their own if there is something in it.
        self.has: Callable[[str], bool] = lru_cache(MAX_KEPT)(lambda term: bool(reader.incidents(term)))

    def of(self, address: str) -> str | None:
        """The file that a link to this address leads to, with the query string that its script reads, if it is a list
        with filters; None if a mirror does not have it."""
        path, query = urlsplit(address).path, urlsplit(address).query
        if without_language(path).startswith(OWN_FOLDERS):
            return path.lstrip("/") + ("index.html" if path.endswith("/") else "")
        if not query:
            return file_of(path)
        return self.of_list(path, query) if is_list(path) else None

    def of_list(self, path: str, query: str) -> str:
        """Where a filtered list lies: a page of its own if it is that of one value or one year, else the search."""
        given = [*fixed_value(path).items(), *parse_qsl(query)]
        if len(given) == 1:
            ((name, value),) = given
            is_value = name in PAGE_OF and value != NONE and self.has(FACET[name].term(value))
            if is_value:
                with override(settings.LANGUAGE_CODE):
                    page = reverse(PAGE_OF[name], args=[value])
                return folder_of(path) + page.lstrip("/") + "index.html"
        year = dict(given).get("from", "")
        if given == [("from", year), ("to", year)] and self.has(f"{VALUE}begun={year}"):
            return year_file(year, path)
        return f"{search_file(path)}?{urlencode(given)}"


def local_address(link: str, page: str, root: str) -> str | None:
    """What a link on the page at this address leads to, if it is on this site; None if it leads elsewhere."""
    found = urljoin(root + page, link)
    return found.removeprefix(root) if found.startswith(f"{root}/") else None


def relative(file: str, target: str) -> str:
    """The way from one file of a mirror to another."""
    path, mark, query = target.partition("?")
    return posixpath.relpath(path, posixpath.dirname(file) or ".") + mark + query
