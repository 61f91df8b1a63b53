"""The index: a row of tokens per incident in a table that no model maps, and beside it a note of what has changed since.

Triggers note every change of a watched row in the transaction that makes it, whoever makes it. A search first brings
in what is noted, so it never misses a change; after a save that has happened already.
"""

import hashlib
import time
from collections import defaultdict
from dataclasses import replace

from django.db import connections, models, transaction
from django.db.models import Case, Value, When

from .engines import (
    CHANGED,
    COLUMNS,
    END,
    KEPT,
    NAMES,
    STEM,
    TABLE,
    PostgreSQL,
    SQLite,
    engine_of,
    places,
    words_of,
)
from .query import Query
from .words import VERSION, stem, tokens

AT_ONCE = 200
MOST_BYTES = 900_000  # of different words in one row; PostgreSQL has room for a little more
MOST_SCORED = 8
PATIENCE = 5  # seconds that one reader waits for what others have changed


class Index:
    """What is the same for all databases. `connect()` tells what to watch and how to read it."""

    def connect(self, *, watched, read, reached):
        """`read(using, ids)` gives {incident: passages}; `reached(using, kind, ids)` the incidents that show such rows."""
        self.watched, self.read, self.reached = watched, read, reached
        self.incidents = next(watch.table for watch in watched if watch.kind == "incident")
        rules = hashlib.md5(repr((watched, SQLite.make, PostgreSQL.make)).encode(), usedforsecurity=False)
        self.version = f"{VERSION} {rules.hexdigest()}"

    def ensure(self, using):
        """Make the index and its triggers where they are not as they should be, and note what is to be read then."""
        engine = engine_of(using)
        with transaction.atomic(using), connections[using].cursor() as cursor:
            if self._version(engine, cursor) != self.version:
                self.unwatch(using)
                for statement in (*engine.drop, *engine.make):
                    cursor.execute(statement)
                cursor.execute(f"INSERT INTO {KEPT} VALUES (%s)", [self.version])
            lost = self.unwatched(using)
            for watch in lost:
                for trigger, statement in engine.watch(watch):
                    cursor.execute(engine.unwatch(watch, trigger))
                    cursor.execute(statement)
            if lost:
                self.note_all(using)
            cursor.execute(f"DELETE FROM {TABLE} WHERE NOT EXISTS (SELECT 1 FROM {self.incidents})")

    def _version(self, engine, cursor):
        cursor.execute(engine.exists, [KEPT])
        if not cursor.fetchone():
            return None
        cursor.execute(f"SELECT version FROM {KEPT}")
        return next(iter(cursor.fetchone() or ()), None)

    def unwatched(self, using):
        """What has lost its triggers: SQLite drops them without a word when Django rebuilds a table."""
        engine = engine_of(using)
        with connections[using].cursor() as cursor:
            cursor.execute(engine.triggers)
            there = {name for (name,) in cursor.fetchall()}
        return [watch for watch in self.watched if not there.issuperset(dict(engine.watch(watch)))]

    def unwatch(self, using):
        """Take the triggers away, to write very much at once; `ensure()` brings them back and has all read anew."""
        engine = engine_of(using)
        with connections[using].cursor() as cursor:
            for watch in self.watched:
                for trigger, _statement in engine.watch(watch):
                    cursor.execute(engine.unwatch(watch, trigger))

    def note_all(self, using):
        """Have every incident, and every row of the index, read anew."""
        with connections[using].cursor() as cursor:
            cursor.execute(f"DELETE FROM {CHANGED}")
            cursor.execute(
                f"INSERT INTO {CHANGED} SELECT 'incident', id FROM {self.incidents}"
                f" UNION SELECT 'incident', {engine_of(using).key} FROM {TABLE}"
            )

    def refresh(self, using, *, patience=None, progress=None):
        """Read what is noted, some incidents at a time, for no longer than `patience` seconds.

        `progress` is told every two seconds how many were read.
        """
        engine, done, begun = engine_of(using), 0, time.monotonic()
        told = begun
        with connections[using].cursor() as cursor:
            while self._any(cursor, engine.waits):
                with transaction.atomic(using):
                    done += self._read_some(using, cursor)
                now = time.monotonic()
                if patience and now > begun + patience:
                    return
                if progress and now > told + 2:
                    told = now
                    progress(done)

    def refresh_for_reader(self, using):
        """Read what is noted before a search: all of it in a transaction, whose own changes it may be; elsewhere as
        much as a reader will wait for."""
        self.refresh(using, patience=None if connections[using].in_atomic_block else PATIENCE)

    def is_behind(self, using):
        """Whether much has changed at once and is still being read, so that a search may miss some of it."""
        with connections[using].cursor() as cursor:
            return self._any(cursor, f"SELECT 1 FROM {CHANGED} LIMIT 1")

    def is_current(self, using):
        """Whether the index is there, made by these rules, and no trigger is missing."""
        with connections[using].cursor() as cursor:
            return self._version(engine_of(using), cursor) == self.version and not self.unwatched(using)

    def note(self, using, incidents):
        """Have these incidents read anew."""
        with connections[using].cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {CHANGED} VALUES ('incident', %s) ON CONFLICT DO NOTHING",
                [(pk,) for pk in incidents],
            )

    def _any(self, cursor, statement):
        cursor.execute(statement)
        return cursor.fetchone() is not None

    def _read_some(self, using, cursor):
        engine, noted = engine_of(using), defaultdict(list)
        cursor.execute(engine.lock)
        cursor.execute(f"SELECT DISTINCT kind, number FROM {CHANGED} ORDER BY kind, number LIMIT {AT_ONCE}")
        for kind, number in cursor.fetchall():
            noted[kind].append(number)
        # The notes go first, then the records are read: what changes in between is noted once more.
        for kind, numbers in noted.items():
            cursor.execute(
                f"DELETE FROM {CHANGED} WHERE kind = %s AND number IN ({places(numbers)})", [kind, *numbers]
            )
        incidents = noted.pop("incident", [])
        for kind, numbers in noted.items():
            self.note(using, self.reached(using, kind, numbers))
        differing = {pk: both for pk, both in self._rows(using, incidents).items() if both[0] != both[1]}
        if old := [pk for pk, (_wanted, found) in differing.items() if found]:
            cursor.execute(f"DELETE FROM {TABLE} WHERE {engine.key} IN ({places(old)})", old)
        if new := {pk: wanted for pk, (wanted, _found) in differing.items() if wanted}:
            engine.insert(cursor, new)
        return len(incidents)

    def _rows(self, using, incidents):
        """For each incident what the index should hold of it, and what it holds."""
        if not incidents:
            return {}
        key = engine_of(using).key
        wanted = {pk: row_of(passages) for pk, passages in self.read(using, incidents).items()}
        with connections[using].cursor() as cursor:
            cursor.execute(
                f"SELECT {key}, {', '.join(COLUMNS)} FROM {TABLE} WHERE {key} IN ({places(incidents)})",
                incidents,
            )
            found = {pk: tuple(row) for pk, *row in cursor.fetchall()}
        return {pk: (wanted.get(pk), found.get(pk)) for pk in incidents}

    def compare(self, using):
        """Hold the index against the records, some incidents at a time: how many those were, and which of them are
        “missing”, “stale” or “extra” in the index, by their key."""
        last, key = 0, engine_of(using).key
        while True:
            ids = set()
            with connections[using].cursor() as cursor:
                for column, table in (("id", self.incidents), (key, TABLE)):
                    cursor.execute(
                        f"SELECT {column} FROM {table} WHERE {column} > %s ORDER BY {column} LIMIT {AT_ONCE}",
                        [last],
                    )
                    ids.update(pk for (pk,) in cursor.fetchall())
            if not ids:
                return
            incidents = sorted(ids)[:AT_ONCE]
            last = incidents[-1]
            yield (
                len(incidents),
                {
                    pk: "missing" if not found else "stale" if wanted else "extra"
                    for pk, (wanted, found) in self._rows(using, incidents).items()
                    if wanted != found
                },
            )


index = Index()


def row_of(passages):
    """What the index holds of a record: for each column the stems of its words, then its texts as tokens."""
    row = []
    for column in COLUMNS:
        texts = [tokens(passage.text) for passage in passages if passage.column == column]
        stems = dict.fromkeys(STEM + found for text in texts for token in text if (found := stem(token)))
        row.append(f" {END} ".join(["", *(" ".join(text) for text in (stems, *texts) if text), ""]))
    # No incident is as long as that; a text of such size is searched as far as both databases reach.
    while (
        sum(map(len, row)) > MOST_BYTES // 22
        and sum(len(word.encode()) for word in words_of(row)) > MOST_BYTES
    ):
        longest = max(range(len(row)), key=lambda i: len(row[i]))
        row[longest] = row[longest][: len(row[longest]) // 2].rsplit(" ", 1)[0] + " "
    return tuple(row)


class Found(models.Func):
    """Whether a query finds the incident with this key."""

    output_field = models.BooleanField()

    def __init__(self, key, query):
        super().__init__(key)
        self.query = query

    def as_sqlite(self, compiler, connection, **context):
        return self._as(SQLite, compiler)

    def as_postgresql(self, compiler, connection, **context):
        return self._as(PostgreSQL, compiler)

    def _as(self, engine, compiler):
        key, params = compiler.compile(self.source_expressions[0])
        sql, more = engine.finding(self.query, key)
        return sql, (*params, *more)


def closeness(query, key="pk"):
    """How many of the things looked for stand in the title, the ref or a name."""
    words = [[replace(term, scope=NAMES) for term in group if not term.scope] for group in query.groups]
    named = [Query((tuple(group),)) for group in words if group][:MOST_SCORED]
    return sum((Case(When(Found(key, each), then=1), default=0) for each in named), Value(0))
