"""Which dataset version a database has, and whether its index is behind the records."""

from datetime import UTC, datetime
from typing import NamedTuple

from django.db import connections

from ..models import DatasetVersion
from .triggers import QUEUE


class Version(NamedTuple):
    """A dataset version, as read. Its number may come again after a failed transaction; its stamp never does."""

    number: int
    stamp: str
    published_at: datetime


class IndexState(NamedTuple):
    """The latest dataset version of a database, None if it has none, and whether changes wait to be indexed."""

    version: Version | None
    has_changes: bool


def index_state(using: str) -> IndexState:
    """The state of a database's index, in one query."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            f"SELECT EXISTS (SELECT 1 FROM {QUEUE}), number, stamp, published_at"
            f" FROM (SELECT 1 AS one) AS one LEFT JOIN (SELECT * FROM {DatasetVersion._meta.db_table}"
            " ORDER BY number DESC LIMIT 1) AS version ON one = 1"
        )
        has_changes, number, stamp, published_at = cursor.fetchone()
    if number is None:
        return IndexState(None, bool(has_changes))
    if isinstance(published_at, str):  # SQLite keeps moments as text
        published_at = datetime.fromisoformat(published_at)
    if published_at.tzinfo is None:
        published_at = published_at.replace(tzinfo=UTC)
    return IndexState(Version(number, stamp, published_at), bool(has_changes))


def latest_version(using: str) -> Version | None:
    """The latest dataset version of a database, None if it has none. Changes that wait are not indexed first."""
    return index_state(using).version
