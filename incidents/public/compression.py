"""Public answers made smaller for readers who take them so. Only they are: a page of the desk has a secret in its forms, and how
small it gets could tell others what that is (BREACH)."""

import gzip
import re

import brotli  # type: ignore[import-untyped]
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

MIN_BYTES = 500
COMPRESSIBLE = re.compile(r"text/|(?:application|image)/(?:[\w.-]+\+)?(?:json|xml)\b")
# Line breaks with the indentation of templates, and what keeps them.
INDENTATION = re.compile(rb"\n\s+")
VERBATIM = re.compile(rb"(<(?:pre|textarea)\b.*?</(?:pre|textarea)>)", re.DOTALL)
# A page as long as that of the longest case: made a tenth smaller, it takes 50 ms more once for each dataset version, and spares
# each reader on a slow line as much. Lists and searches, which are rarely asked for twice, are not worth it.
LONG_PAGE_BYTES = 100_000
# By preference.
ENCODERS = {
    "br": lambda body, is_long: brotli.compress(body, quality=10 if is_long else 6, mode=brotli.MODE_TEXT),
    "gzip": lambda body, is_long: gzip.compress(body, 9 if is_long else 6, mtime=0),
}


def accepted_encoding(request: HttpRequest) -> str:
    """The encoding to answer in: one that the reader takes, or none."""
    accepted = {}
    for each in request.headers.get("Accept-Encoding", "").lower().split(","):
        name, _semicolon, weight = each.partition(";")
        accepted[name.strip()] = not re.fullmatch(r"\s*q=0(?:\.0*)?\s*", weight)
    return next((name for name in ENCODERS if accepted.get(name)), "")


def compress(response: HttpResponse, encoding: str) -> None:
    """Make an answer smaller: a page loses its indentation, and what the reader takes encoded is, if that makes it smaller. Say
    in any case that it depends on what the reader takes."""
    if response.streaming or not COMPRESSIBLE.match(response["Content-Type"]):
        return
    patch_vary_headers(response, ["Accept-Encoding"])
    if response.has_header("Content-Encoding"):
        return
    is_page = response["Content-Type"].startswith("text/html")
    if is_page:
        pieces = VERBATIM.split(response.content)
        pieces[::2] = [INDENTATION.sub(b"\n", piece) for piece in pieces[::2]]
        response.content = b"".join(pieces)
    if encoding and len(response.content) >= MIN_BYTES:
        is_long = is_page and len(response.content) > LONG_PAGE_BYTES
        response.content = ENCODERS[encoding](response.content, is_long)
        response["Content-Encoding"] = encoding
        # The same to a reader, another sequence of bytes.
        if etag := response.get("ETag"):
            response["ETag"] = f"W/{etag.removeprefix('W/')}"
    if response.has_header("Content-Length"):
        response["Content-Length"] = str(len(response.content))
