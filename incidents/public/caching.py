"""Pages keyed by edition: while the public data are unchanged, an answer is given again, or not even sent again.

Only answers of views marked `@public` are kept, so nothing of the desk ever is. See docs/scale.md.
"""

import hashlib
import re
from datetime import timedelta
from functools import wraps
from pathlib import Path

from django.conf import settings
from django.core.cache import caches
from django.http import HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.utils.http import http_date, parse_etags, parse_http_date_safe

from .. import index
from ..index import routers

KEPT = (200, 301)
LONGEST = 1_000_000  # bytes of an answer that is kept
EDITION_OF = re.compile(r'"([0-9]{1,15})-')  # the number that an ETag of ours begins with
OF_CODE = ("*.py", "*.html", "*.css", "*.svg", "*.js")


def _build():
    """What tells one state of the code, the templates and the settings that pages show from another."""
    state = hashlib.sha256()
    for folder in (
        settings.BASE_DIR / "incidents",
        settings.BASE_DIR / "tracker",
        settings.BASE_DIR / "templates",
    ):
        for pattern in OF_CODE:
            for path in sorted(Path(folder).rglob(pattern)):
                state.update(path.read_bytes())
    shown = (settings.SITE_NAME, settings.DATA_LICENSE, settings.DATA_LICENSE_URL, settings.LANGUAGE_CODE)
    state.update(repr(shown).encode())
    return state.hexdigest()[:12]


BUILD = _build()


def public_page(view):
    """A view that shows public data alone, the same to everyone, and nothing but what an edition has."""

    @wraps(view)
    def shown(request, *args, **kwargs):
        if not hasattr(request, "dataset_version"):
            request.dataset_version = index.current_version(routers.PRIMARY)
        response = view(request, *args, **kwargs)
        response.dataset_version = request.dataset_version
        return response

    return shown


def version_number(request):
    """The number of the dataset version that answers a request; 0 before the first."""
    return request.dataset_version.number if request.dataset_version else 0


class PublicPageMiddleware:
    """Answers again what was asked before in the same edition; says 304 to who has it already."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method not in ("GET", "HEAD") or settings.DEBUG or request.path.startswith("/admin"):
            return self.get_response(request)
        database, request.dataset_version = self._read_from(request)
        if not request.dataset_version:
            return self.get_response(request)
        name = self._name(request)
        if self._has_it(request, name):
            return self._dated(HttpResponseNotModified(), request, name)
        cache = caches["pages"]
        if kept := cache.get(name):
            status, headers, body = kept
            return HttpResponse(body, status=status, headers=headers)
        token = routers.reading.set(database)
        try:
            response = self.get_response(request)
        finally:
            routers.reading.reset(token)
        if hasattr(response, "dataset_version") and response.status_code in KEPT and not response.cookies:
            self._dated(response, request, name)
            routers.seen(request.dataset_version)
            if request.method == "GET" and not response.streaming and len(response.content) <= LONGEST:
                cache.set(name, (response.status_code, dict(response.items()), response.content))
        return response

    def process_exception(self, request, error):
        """A replica that fails in the middle of a page: the primary tells it."""
        database = routers.reading.get()
        if database == routers.PRIMARY or not isinstance(error, routers.FAILURES):
            return None
        routers.fail(database)
        routers.reading.set(routers.PRIMARY)
        request.dataset_version = index.current_version(routers.PRIMARY)
        match = request.resolver_match
        return match.func(request, *match.args, **match.kwargs)

    def _read_from(self, request):
        """The database that this reader is served from, and its edition."""
        if len(settings.DATABASES) > 1 and settings.SESSION_COOKIE_NAME not in request.COOKIES:
            known = [int(found) for found in EDITION_OF.findall(request.headers.get("If-None-Match", ""))]
            database, dataset_version = routers.choose(max(known, default=0))
            if dataset_version:
                return database, dataset_version
        return routers.PRIMARY, index.current_version(routers.PRIMARY)

    def _name(self, request):
        """The answer's name: of this address, in this edition, made by this code. It begins with the edition's number."""
        asked = (
            request.dataset_version.stamp,
            BUILD,
            request.scheme,
            request.get_host(),
            request.get_full_path(),
        )
        return f"{request.dataset_version.number}-{hashlib.sha256(chr(10).join(asked).encode()).hexdigest()[:24]}"

    def _has_it(self, request, name):
        if tags := request.headers.get("If-None-Match"):
            return any(tag in (f'"{name}"', f'W/"{name}"') for tag in parse_etags(tags))
        since = parse_http_date_safe(request.headers.get("If-Modified-Since", ""))
        last = self._last_modified(request)
        return bool(since and last and since >= int(last.timestamp()))

    def _last_modified(self, request):
        """When the edition was made; None so soon after that another one could bear the same second."""
        made = request.dataset_version.published_at
        return made if timezone.now() - made > timedelta(seconds=2) else None

    def _dated(self, response, request, name):
        response["ETag"] = f'"{name}"'
        if last := self._last_modified(request):
            response["Last-Modified"] = http_date(last.timestamp())
        # Whoever keeps it asks again before each use: no page outlives its edition.
        response["Cache-Control"] = "public, no-cache"
        return response
