"""Which database a public page is read from: a replica that answers and is not behind, else the primary.

Writes and the admin stay on the primary.
"""

import itertools
import time
from contextvars import ContextVar

from django.conf import settings
from django.core.cache import cache
from django.db import InterfaceError, OperationalError

from .versions import index_state

PRIMARY = "default"
RETRY_SECONDS = 5  # until a replica that failed is tried again
FAILURES = (InterfaceError, OperationalError)
NEWEST = "newest"  # the cache key of the newest version number shown to anybody

reading = ContextVar("reading", default=PRIMARY)  # the database that the request at hand reads from
_turn = itertools.count()
_down_until: dict[str, float] = {}


class Router:
    """Reads go to the database chosen for the request, writes to the primary."""

    def db_for_read(self, model, **hints):
        return reading.get()

    def db_for_write(self, model, **hints):
        return PRIMARY

    def allow_relation(self, one, other, **hints):
        return True

    def allow_migrate(self, db, app_label, **hints):
        return db == PRIMARY


def replicas():
    """The names of the replicas, beginning with a different one each time."""
    names = [name for name in settings.DATABASES if name != PRIMARY]
    first = next(_turn) % len(names) if names else 0
    return names[first:] + names[:first]


def replica_for(version_number):
    """A replica and its dataset version, no older than this number or than what anybody was shown.

    The primary and None if no replica will do.
    """
    least = max(version_number, cache.get(NEWEST, 0))
    for name in replicas():
        if _down_until.get(name, 0) > time.monotonic():
            continue
        try:
            version, has_changes = index_state(name)
        except FAILURES:
            mark_down(name)
            continue
        if version and version.number >= least and not has_changes:
            return name, version
    return PRIMARY, None


def mark_down(name):
    """Do not read from a replica for a while."""
    _down_until[name] = time.monotonic() + RETRY_SECONDS


def mark_shown(version):
    """A version was shown: from now on nobody is shown an older one."""
    if version and len(settings.DATABASES) > 1 and cache.get(NEWEST, 0) < version.number:
        cache.set(NEWEST, version.number, None)
