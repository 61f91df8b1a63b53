"""Answers kept by dataset version: while the public data are unchanged, an answer is sent again from the cache, or not
sent at all to a reader who has it.

Only views marked `@public_page` are cached, so nothing from the admin ever is. See docs/scale.md.
"""

import hashlib
import re
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from functools import partial, wraps
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date, parse_etags, parse_http_date_safe
from django.utils.translation import get_language

from .. import index
from ..index import routers
from ..index.versions import Version
from ..languages import without_language
from ..signing import known_key
from .compression import accepted_encoding, compress
from .parameters import MAX_QUERY_CHARACTERS, refuse, tidy_address, too_long, unknown_parameters
from .ranges import ranged

CACHEABLE_STATUSES = (200, 301)
MONITORED = ("/healthz", "/metrics")  # which answer while nothing else does, under any name of this machine
MAX_CACHED_BYTES = 1_000_000
VERSION_IN_ETAG = re.compile(r'"([0-9]{1,15})-')
CODE_PATTERNS = ("*.py", "*.html", "*.css", "*.svg", "*.js", "*.mo")


def _build() -> str:
    """A hash of the code, the templates, the translations, and the settings that pages show."""
    state = hashlib.sha256()
    base = Path(settings.BASE_DIR)
    own = settings.DATA_DIR / "templates"
    for folder in (base / "incidents", base / "tracker", base / "templates", own, *settings.LOCALE_PATHS):
        for pattern in CODE_PATTERNS:
            for path in sorted(Path(folder).rglob(pattern)):
                state.update(path.read_bytes())
    names = (
        "SITE_NAME",
        "DATA_LICENSE",
        "DATA_LICENSE_URL",
        "LANGUAGES",
        "SITE_URL",
        "AUTHOR",
        "OPERATOR",
        "CONTACT",
        "PRIVACY_NOTE",
    )
    shown = [*(getattr(settings, name) for name in names), known_key()]
    state.update(repr(shown).encode())
    return state.hexdigest()[:12]


BUILD = _build()


class PublicRequest(HttpRequest):
    """A request for public data. `public_language` is set when a public page has answered: the language it answered in."""

    dataset_version: Version | None
    public_language: str | None


def public_page(
    view: Callable[..., HttpResponseBase] | None = None, *, parameters: Collection[str] | None = ()
) -> Callable[..., Any]:
    """Mark a view that shows public data only: the same for every reader, and nothing beyond one dataset version.

    Any parameter but these is refused; with None, the view reads and checks its own.
    """
    if view is None:
        return partial(public_page, parameters=parameters)

    @wraps(view)
    def marked(request, *args, **kwargs):
        if not hasattr(request, "dataset_version"):
            request.dataset_version = index.current_version(routers.PRIMARY)
        unknown = parameters is not None and unknown_parameters(request.GET, known=parameters)
        response = refuse(request, unknown) if unknown else view(request, *args, **kwargs)
        request.public_language = get_language()
        return response

    return marked


def version_number(request: PublicRequest) -> int:
    """The number of the dataset version that answers a request; 0 before the first."""
    return request.dataset_version.number if request.dataset_version else 0


def is_of_the_public_site(request: HttpRequest) -> bool:
    """Whether a request is for the public site, not for the editing desk or the health of the server."""
    return not without_language(request.path).startswith("/admin") and request.path not in MONITORED


class PublicPageMiddleware:
    """Sends cached answers to public pages, and status 304 to readers who have the current answer.

    Middleware that chooses the language of a request must come before this one: the language active here is part
    of the cache key and the ETag, and an answer in any other language is not cached.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not is_of_the_public_site(request):
            return self.get_response(request)
        use_site_address(request)
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        if len(request.META.get("QUERY_STRING", "")) > MAX_QUERY_CHARACTERS:
            return too_long(request)
        if address := tidy_address(request):
            return HttpResponsePermanentRedirect(address)
        if settings.DEBUG:
            return self.get_response(request)
        database, request.dataset_version = self._database_for(request)
        if not request.dataset_version:
            return self.get_response(request)
        key, language = cache_key(request, request.dataset_version), get_language()
        if has_answer(request, key):
            return set_validators(HttpResponseNotModified(), request, key)
        encoding = accepted_encoding(request)
        stored = f"{key}-{encoding}"
        if cached := caches["pages"].get(stored):
            status, headers, body = cached
            return conditional(request, HttpResponse(body, status=status, headers=headers))
        token = routers.reading.set(database)
        try:
            response = self.get_response(request)
        finally:
            routers.reading.reset(token)
        if is_cacheable(request, response, language):
            set_validators(response, request, key)
            compress(response, encoding)
            routers.mark_shown(request.dataset_version)
            if (
                request.method == "GET"
                and not response.streaming
                and len(response.content) <= MAX_CACHED_BYTES
            ):
                caches["pages"].set(stored, (response.status_code, dict(response.items()), response.content))
            response = conditional(request, response)
        return response

    def process_exception(self, request, error):
        """If a replica fails while a page is made, make the page from the primary."""
        database = routers.reading.get()
        if database == routers.PRIMARY or not isinstance(error, routers.FAILURES):
            return None
        routers.mark_down(database)
        routers.reading.set(routers.PRIMARY)
        request.dataset_version = index.current_version(routers.PRIMARY)
        match = request.resolver_match
        return match.func(request, *match.args, **match.kwargs)

    def _database_for(self, request):
        """The database that serves this reader, and its dataset version."""
        if len(settings.DATABASES) > 1 and settings.SESSION_COOKIE_NAME not in request.COOKIES:
            seen = map(int, VERSION_IN_ETAG.findall(request.headers.get("If-None-Match", "")))
            database, dataset_version = routers.replica_for(max(seen, default=0))
            if dataset_version:
                return database, dataset_version
        return routers.PRIMARY, index.current_version(routers.PRIMARY)


def use_site_address(request: HttpRequest) -> None:
    """Have all that is public name the address in the settings, whatever the client says that it has called.

    Raises DisallowedHost for a name under which this site is not to be reached.
    """
    request.get_host()
    if settings.SITE_URL:
        scheme, _separator, host = settings.SITE_URL.partition("://")
        request.META |= {"HTTP_HOST": host, "wsgi.url_scheme": scheme}
        if settings.SECURE_PROXY_SSL_HEADER:
            request.META[settings.SECURE_PROXY_SSL_HEADER[0]] = scheme


def cache_key(request: PublicRequest, version: Version) -> str:
    """The key of an answer, which is also its ETag: of this address, in this language and dataset version, made by this
    code. It begins with the number of the dataset version."""
    parts = (
        version.stamp,
        BUILD,
        str(get_language()),
        str(request.scheme),
        request.get_host(),
        request.get_full_path(),
    )
    digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    return f"{version.number}-{digest[:24]}"


def is_cacheable(request: PublicRequest, response: HttpResponseBase, language: str | None) -> bool:
    """Whether a public page has answered, in this language, and the same for every reader."""
    return (
        hasattr(request, "public_language")
        and request.public_language == language
        and response.status_code in CACHEABLE_STATUSES
        and not response.cookies
    )


def has_answer(request: PublicRequest, key: str) -> bool:
    """Whether the reader says to have the answer of this key, and asks for no more."""
    if "If-Match" in request.headers:
        return False
    tags = parse_etags(request.headers.get("If-None-Match", ""))
    return any(tag in (f'"{key}"', f'W/"{key}"') for tag in tags)


def conditional(request: PublicRequest, response: Any) -> HttpResponseBase:
    """The response, or status 304 or 412 where the conditions of the request ask for that (RFC 9110, section 13).

    A moment says nothing about whether there was anything, so it is compared only once there is an answer.
    """
    last = last_modified(request)
    moment = int(last.timestamp()) if last else None
    since = parse_http_date_safe(request.headers.get("If-Modified-Since", ""))
    if moment and since and since > moment:
        moment = None  # a later date says nothing: the clock may have been put back
    answer = get_conditional_response(request, etag=response["ETag"], last_modified=moment, response=response)
    if answer is None or answer is response:
        return ranged(request, response)
    if not response.streaming:
        return answer
    # It still holds what is let go of when the server closes it.
    response.status_code, response.streaming_content = answer.status_code, ()
    response.headers.pop("Content-Length", None)
    return response


def last_modified(request: PublicRequest) -> datetime | None:
    """When the dataset version was made; None while another one could still be made within the same second."""
    published_at = request.dataset_version and request.dataset_version.published_at
    return published_at if published_at and timezone.now() - published_at > timedelta(seconds=2) else None


def set_validators(response: HttpResponseBase, request: PublicRequest, key: str) -> HttpResponseBase:
    """Give an answer its ETag and date, and require caches to check it before each use."""
    weak = "W/" if f'W/"{key}"' in request.headers.get("If-None-Match", "") else ""
    response["ETag"] = f'{weak}"{key}"'
    if last := last_modified(request):
        response["Last-Modified"] = http_date(last.timestamp())
    response["Cache-Control"] = "public, no-cache"
    if response.status_code == HTTPStatus.NOT_MODIFIED:
        patch_vary_headers(response, ["Accept-Encoding"])
    return response
