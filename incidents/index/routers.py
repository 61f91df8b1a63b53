"""Which database a public page is read from: a replica that answers and has not fallen behind, else the primary.

Everything that writes, and everything of the desk, stays on the primary.
"""

import itertools
import time
from contextvars import ContextVar

from django.conf import settings
from django.core.cache import cache
from django.db import InterfaceError, OperationalError

from . import posting_lists

PRIMARY = "default"
RETRY = 5  # seconds until a replica that did not answer is asked again
FAILURES = (InterfaceError, OperationalError)

reading = ContextVar("reading", default=PRIMARY)
_turn = itertools.count()
_down = {}


class Router:
    """Reads go where the request's reading goes, writes to the primary."""

    def db_for_read(self, model, **hints):
        return reading.get()

    def db_for_write(self, model, **hints):
        return PRIMARY

    def allow_relation(self, one, other, **hints):
        return True

    def allow_migrate(self, db, app_label, **hints):
        return db == PRIMARY


def names():
    """The replicas, a different one first each time."""
    found = [name for name in settings.DATABASES if name != PRIMARY]
    first = next(_turn) % len(found) if found else 0
    return found[first:] + found[:first]


def choose(known):
    """A database to read a page from and its edition: no older than `known`, the newest edition that this reader or
    this server is known to have seen. None for the edition if it is the primary's turn."""
    known = max(known, cache.get("newest", 0))
    for name in names():
        if _down.get(name, 0) > time.monotonic():
            continue
        try:
            dataset_version, waiting = posting_lists.latest_version(name)
        except FAILURES:
            fail(name)
            continue
        if dataset_version and dataset_version.number >= known and not waiting:
            return name, dataset_version
    return PRIMARY, None


def fail(name):
    """Leave a replica alone for a while."""
    _down[name] = time.monotonic() + RETRY


def seen(dataset_version):
    """An edition was shown: nobody is to be shown an older one from now on."""
    if dataset_version and len(settings.DATABASES) > 1 and cache.get("newest", 0) < dataset_version.number:
        cache.set("newest", dataset_version.number, None)
