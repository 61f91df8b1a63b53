"""What an answer leads to, in its header (RFC 8288): other forms of it, licence, description, list, the pages around it; and
which form of a page a program prefers (RFC 9110, section 12)."""

import re
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.encoding import iri_to_uri

from ..exports import FORMATS
from ..languages import without_language
from .citations import CITATION_FORMATS
from .parameters import encoded

HTML = "text/html"
ATOM = "application/atom+xml"
# The pages that are files, too: the list of incidents, and each incident.
WITH_FILES = re.compile(r"/incidents(?:/[-\w]+)?/", re.ASCII)
OF_ONE_INCIDENT = re.compile(r"/(?:api/v1/)?incidents/[-\w]+[/.]", re.ASCII)
MAX_QUERY_CHARACTERS = 500  # of what is repeated in a header


def _suffixes() -> dict[str, str]:
    """The suffix of each media type that a page is there in; of two alike, the one for readers."""
    found = {ATOM: "atom"}
    types = {suffix: form.content_type for suffix, form in FORMATS.items()}
    types |= {suffix: form.content_type for suffix, form in CITATION_FORMATS.items()}
    for suffix, content_type in types.items():
        found.setdefault(content_type.partition(";")[0], suffix)
    return found


SUFFIXES = _suffixes()


def preferred_file(request: HttpRequest) -> HttpResponse | None:
    """Status 303 to the file in which a program would rather have this page; None if it takes the page."""
    page = WITH_FILES.fullmatch(without_language(request.path))
    preferred = page and request.get_preferred_type([HTML, *SUFFIXES])
    if not page or not preferred or preferred == HTML:
        return None
    return _vary(HttpResponse(status=303, headers={"Location": _file(request, SUFFIXES[preferred])}))


def link_to(response: HttpResponseBase, *links: tuple[str | None, str], media_type: str = "") -> None:
    """Add links, as (address, relation), to the header of an answer; one without an address is left out."""
    added = [_link(address, relation, media_type) for address, relation in links if address]
    response["Link"] = ", ".join([*filter(None, [response.get("Link")]), *added])


def link_around(response: HttpResponseBase, *, following: Any, preceding: Any = None) -> None:
    """Add links to the next and the previous page of a list, which are given as query strings or addresses."""
    around = [(following, "next"), (preceding, "prev")]
    links = [(text if not text or "://" in text else f"?{text}", relation) for text, relation in around]
    if any(address for address, _relation in links):
        link_to(response, *links)


def link_what_is_public(request: HttpRequest, response: HttpResponseBase) -> None:
    """Add the links that follow from the address of a public answer; a page that is a file, too, varies with what is accepted."""
    page = WITH_FILES.fullmatch(without_language(request.path))
    if page:
        _vary(response)
    if response.status_code != 200:
        return
    path = without_language(request.path)
    is_api = path.startswith("/api/v1/")
    link_to(
        response,
        (settings.DATA_LICENSE_URL, "license"),
        (reverse("openapi" if is_api else "data"), "describedby"),
        (
            OF_ONE_INCIDENT.match(path) and reverse("api_incidents" if is_api else "incident_list"),
            "collection",
        ),
    )
    if page and len(request.META.get("QUERY_STRING", "")) <= MAX_QUERY_CHARACTERS:
        for media_type, suffix in SUFFIXES.items():
            link_to(response, (_file(request, suffix), "alternate"), media_type=media_type)


def _file(request, suffix):
    query = request.META.get("QUERY_STRING", "")
    return f"{request.path.removesuffix('/')}.{suffix}" + (f"?{encoded(query)}" if query else "")


def _link(address, relation, media_type):
    return f'<{iri_to_uri(address)}>; rel="{relation}"' + (f'; type="{media_type}"' if media_type else "")


def _vary(response):
    patch_vary_headers(response, ["Accept"])
    return response
