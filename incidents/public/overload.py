"""How many requests each process works on at a time: more wait for a moment, and more than that are asked to come again.

So nobody waits long for an answer, however many ask at once, and all is well again as soon as they stop.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from threading import BoundedSemaphore

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from ..languages import without_language
from .caching import MONITORED, is_of_the_public_site
from .parameters import RECONCILE

MAX_WAIT_SECONDS = 2
RETRY_SECONDS = 5


class Slots:
    """Room for so many at once, and for a few more who wait until one of them is done."""

    def __init__(self, at_once: int, waiting: int = 0):
        self.at_once, self.total = at_once, at_once + waiting
        self.free, self.admitted = BoundedSemaphore(at_once), BoundedSemaphore(self.total)

    @contextmanager
    def taken(self) -> Iterator[bool]:
        """Whether there is room, which is held until the context is left."""
        if not self.admitted.acquire(blocking=False):
            yield False
            return
        try:
            if not self.free.acquire(timeout=MAX_WAIT_SECONDS):
                yield False
                return
            try:
                yield True
            finally:
                self.free.release()
        finally:
            self.admitted.release()


# Searches cost more than other pages, and wait for one another rather than hold those up. What an editor does may take
# long, but comes from few. With `DOWNLOADS` these are fewer than the threads of `manage.py serve`: some are free to refuse.
desk = Slots(8)
pages = Slots(6, waiting=30)
searches = Slots(2, waiting=30)
# What is sent is read before it takes up room of these: however slowly strangers send, others read, and who is logged in
# saves. The server waits for it without end, and nobody else can stop it from doing so.
strangers, editors = Slots(16), Slots(16)


class OverloadMiddleware:
    """Answers with status 503 and `Retry-After`, without asking the database, where there is no room for a request."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path in MONITORED:
            return self.get_response(request)
        if request.method == "POST" and is_read(request):
            with (editors if has_session(request) else strangers).taken() as has_room:
                if not has_room:
                    return come_again(request)
                with suppress(OSError):  # the client has gone
                    _arrived = request.POST
        if not is_of_the_public_site(request):
            return self.answer(request, desk)
        if "q=" in request.META.get("QUERY_STRING", "") or without_language(request.path).startswith(
            RECONCILE
        ):
            with searches.taken() as has_room:
                return self.answer(request, pages) if has_room else come_again(request)
        return self.answer(request, pages)

    def answer(self, request, slots):
        with slots.taken() as has_room:
            return self.get_response(request) if has_room else come_again(request)


def is_read(request: HttpRequest) -> bool:
    """Whether anything is read of what is sent to this address."""
    return not is_of_the_public_site(request) or without_language(request.path).startswith(RECONCILE)


def has_session(request: HttpRequest) -> bool:
    """Whether somebody sends this who has logged in."""
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    with suppress(DatabaseError):  # which the view will meet, too
        return bool(key) and import_module(settings.SESSION_ENGINE).SessionStore().exists(key)
    return False


def come_again(request: HttpRequest) -> HttpResponse:
    """Status 503, as a page that needs no database."""
    context = {"is_busy": True, "was_sent": request.method not in ("GET", "HEAD")}
    return HttpResponse(
        render_to_string("503.html", context), status=503, headers={"Retry-After": str(RETRY_SECONDS)}
    )
