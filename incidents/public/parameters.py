"""What an address may ask for: what sharing adds to it is dropped, and what a page does not know is refused."""

import re
from collections.abc import Collection, Iterable
from urllib.parse import quote, unquote_plus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.encoding import escape_uri_path
from django.utils.http import escape_leading_slashes
from django.utils.translation import gettext as _

from ..languages import without_language
from ..locales import listed
from .problem_details import invalid_parameters, problem_response

RECONCILE = "/api/v1/reconcile/"  # the one public address that something can be sent to: a batch of searches
MAX_SHOWN_CHARACTERS = 40
MAX_QUERY_CHARACTERS = (
    16_000  # of a query string; servers in front often take less, and none of them explains itself
)
# What other sites and mail programs append to the addresses of links, so as to follow readers.
TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|gbraid|wbraid|dclid|msclkid|twclid|ttclid|yclid|igshid|mc_[ce]id|_hs(?:enc|mi)|_g[al]|_"
)


def is_page(request: HttpRequest) -> bool:
    """Whether a reader's page is asked for, and not a file, a feed or the API."""
    path = without_language(request.path)
    return path.endswith("/") and not path.startswith("/api/v1/") or path == "/api/v1/"


def tidy_address(request: HttpRequest) -> str:
    """The address without what tracks readers and, if it is a page's, without parameters left empty; empty if it has neither."""
    given = request.META.get("QUERY_STRING", "")
    pairs = given.split("&")
    kept = [pair for pair in pairs if not _is_dropped(pair, is_page(request))]
    if len(kept) == len(pairs):
        return ""
    query = encoded("&".join(kept))
    return escape_leading_slashes(escape_uri_path(request.path)) + (f"?{query}" if query else "")


def encoded(query: str) -> str:
    """A query string as a server hands it over, byte by byte, in the characters that an address has."""
    return quote(query, safe="/#%[]=:;$&()+,!?*@'~", encoding="latin-1")


def _is_dropped(pair, of_page):
    name, _equals, value = pair.partition("=")
    if TRACKING.fullmatch(unquote_plus(name)):
        return True
    return of_page and bool(name) and not unquote_plus(value).strip(" ")


def unknown_parameters(parameters: Iterable[str], *, known: Collection[str]) -> dict[str, list[str]]:
    """What is wrong with each parameter that is not known here."""
    message = _("“%(name)s” is not a parameter of this address. Available parameters: %(known)s.")
    if not known:
        message = _("“%(name)s” is not a parameter of this address, which has none.")
    return {
        name[:MAX_SHOWN_CHARACTERS]: [message % {"name": name[:MAX_SHOWN_CHARACTERS], "known": listed(known)}]
        for name in parameters
        if name not in known
    }


def refuse(request: HttpRequest, errors: dict[str, list[str]]) -> HttpResponse:
    """Status 400 for parameters that mean nothing here: a page, or a problem document where no page was asked for."""
    if not is_page(request):
        return invalid_parameters(errors)
    return render(request, "incidents/refused.html", {"errors": errors}, status=400)


def too_long(request: HttpRequest) -> HttpResponse:
    """Status 414 for a query string longer than any search."""
    sentence = _(
        "Give at most %d characters after the question mark. Use fewer values, or download a whole file."
    )
    sentence %= MAX_QUERY_CHARACTERS
    if not is_page(request):
        return problem_response(414, _("The query string is too long"), sentence)
    return render(request, "incidents/refused.html", {"errors": {"": [sentence]}}, status=414)
