"""What many tests begin with: made and indexed once in each process, then copied row by row."""

import pickle
import secrets
from functools import wraps

from django.apps import apps
from django.db import connection, transaction

from incidents import index
from incidents.index.triggers import QUEUE
from incidents.models import IN_ORDER, AuditEntry, DatasetVersion

MANY_ROWS = 500  # from here on PostgreSQL plans badly for tables that it last saw empty

_kept = {}  # function -> what it returned, and each table's columns and rows afterwards


def kept(make):
    """A function that leaves in an empty database what `make()` does, indexed; it calls it for the first test only."""

    @wraps(make)
    def copy(*args, **kwargs):
        if not _is_empty():
            return make(*args, **kwargs)
        if make not in _kept:
            result = make(*args, **kwargs)
            index.current_version("default")
            _kept[make] = pickle.dumps(result), list(_tables())
            return result
        result, tables = _kept[make]
        _insert(tables)
        return pickle.loads(result)

    return copy


def analyze():
    """Let PostgreSQL count what the tables of this transaction hold, as it does by itself a minute after a commit."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _is_empty():
    tables = [model._meta.db_table for model in (*IN_ORDER, DatasetVersion)]
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(f"SELECT 1 WHERE EXISTS (SELECT 1 FROM {table})" for table in tables)
        )
        return not cursor.fetchone()


def _tables():
    """The name, columns and rows of each table that has any."""
    with connection.cursor() as cursor:
        for model in apps.get_app_config("incidents").get_models(include_auto_created=True):
            if model is AuditEntry:  # the log of a test has begun before, with its users
                continue
            cursor.execute(f"SELECT * FROM {model._meta.db_table}")
            if rows := cursor.fetchall():
                yield model._meta.db_table, [column[0] for column in cursor.description], rows


def _insert(tables):
    """Insert these rows; the index is in step with them, so that nothing stays queued."""
    with transaction.atomic(), connection.cursor() as cursor:
        for name, columns, rows in tables:
            names, marks = ", ".join(f'"{column}"' for column in columns), ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {name} ({names}) VALUES ({marks})", rows)
        cursor.execute(f"DELETE FROM {QUEUE}")
    if sum(len(rows) for _name, _columns, rows in tables) > MANY_ROWS:
        analyze()
    # Another stamp: nothing that was read or answered in an earlier test is known here.
    DatasetVersion.objects.update(stamp=secrets.token_hex(8))
