"""Backups: everything in the database, private data and histories too, in one SQLite file, from and into either engine."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management.color import no_style
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.sqlite3.base import DatabaseWrapper

from . import audit
from .files import replacing, scratch_in
from .index import change_queue

FILE = "backup"  # the alias of the database in the file
ROWS_AT_A_TIME = 1_000


class NotABackupError(Exception):
    """The file is not a whole backup of the tracker."""


def write_backup(path: Path) -> None:
    """Write a backup, as of one moment, while the tracker is in use. The file is there whole or not at all."""
    with replacing(path) as part:
        part.touch(mode=0o600)
        if connections[DEFAULT_DB_ALIAS].vendor == "sqlite":
            connections[DEFAULT_DB_ALIAS].ensure_connection()
            target = sqlite3.connect(part)
            connections[DEFAULT_DB_ALIAS].connection.backup(target)
            target.close()
        else:
            _migrate(part)
            with _opened(part), transaction.atomic(DEFAULT_DB_ALIAS):
                with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                _copy(DEFAULT_DB_ALIAS, FILE)


def read_backup(path: Path, scratch: Path) -> None:
    """Replace everything in the database, whose tables must be those of today, by a backup: all of it or nothing.

    A backup of an earlier version is upgraded in the file `scratch` first. Raises NotABackupError.
    """
    _check(path)
    scratch.touch(mode=0o600)
    source, copy = sqlite3.connect(path), sqlite3.connect(scratch)
    source.backup(copy)
    source.close()
    copy.close()
    _migrate(scratch)
    with _opened(scratch):
        _copy(FILE, DEFAULT_DB_ALIAS)


@contextmanager
def on_copy() -> Iterator[None]:
    """Have this thread work on a copy of the database, so that nobody has to wait for what is tried there."""
    with scratch_in(settings.DATA_DIR) as folder:
        path = folder / "trial" / "copy.sqlite3"
        path.parent.mkdir()
        write_backup(path)
        own = connections[DEFAULT_DB_ALIAS]
        copy = DatabaseWrapper(own.settings_dict | _settings(path), DEFAULT_DB_ALIAS)
        connections[DEFAULT_DB_ALIAS] = copy
        try:
            yield
        finally:
            connections[DEFAULT_DB_ALIAS] = own
            copy.close()


def _check(path):
    try:
        file = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        try:
            sound = file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            whole = (
                sound and file.execute("SELECT 1 FROM django_migrations WHERE app = 'incidents'").fetchone()
            )
        finally:
            file.close()
    except sqlite3.DatabaseError as error:
        raise NotABackupError(f"{path} is not a backup: {error}.") from error
    if not whole:
        raise NotABackupError(f"{path} is damaged, or not a backup of the tracker.")


def _migrate(path):
    """Give the file the tables of today. In a process of its own, for which it is the only database."""
    own = {"DATABASE_URL": f"sqlite:///{path}", "DATABASE_REPLICA_URLS": ""}
    command = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
    subprocess.run(command, cwd=settings.BASE_DIR, env=os.environ | own, check=True)


def _settings(path):
    """How the database in this file is opened."""
    options = {"transaction_mode": "IMMEDIATE"}
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(path), "OPTIONS": options}


@contextmanager
def _opened(path) -> Iterator[None]:
    """The database in this file under the alias `FILE`."""
    connections.databases[FILE] = settings.DATABASES[DEFAULT_DB_ALIAS] | _settings(path)
    try:
        yield
    finally:
        connections[FILE].close()
        del connections[FILE], connections.databases[FILE]


def _copy(source, target):
    """Replace all rows of one database by those of another. Nobody stays logged in."""
    models = [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.label != "sessions.Session"
    ]
    connection = connections[target]
    with (
        transaction.atomic(target),
        audit.replaceable(target),
        connection.cursor() as cursor,
    ):
        for model in reversed(models):
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")
        for model in models:
            rows = model._base_manager.using(source).order_by("pk").iterator(chunk_size=ROWS_AT_A_TIME)
            while batch := list(islice(rows, ROWS_AT_A_TIME)):
                model._base_manager.using(target).bulk_create(batch)
        change_queue.copy(source, target)
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)
