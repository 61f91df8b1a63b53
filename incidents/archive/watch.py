"""Notes of what has changed: triggers write down, in the transaction that makes it, every change of a watched row.

Whatever writes is seen: a page of the desk, loaddata, a bulk update, or a hand at the database's own prompt.
"""

import hashlib
from dataclasses import dataclass

from django.db import connections, transaction

NOTES, KEPT = "incidents_note", "incidents_watch"


@dataclass(frozen=True)
class Watch:
    """A table of which every change is noted: as what kind of thing, known by which column, and which columns matter.
    None named: all."""

    table: str
    kind: str
    key: str = "id"
    columns: tuple = ()

    @property
    def name(self):
        return f"{KEPT}_{self.table}_{self.key}"


class SQLite:
    make = (
        f"CREATE TABLE {NOTES} (kind text, number integer, PRIMARY KEY (kind, number)) WITHOUT ROWID",
        f"CREATE TABLE {KEPT} (rules text)",
    )
    drop = tuple(f"DROP TABLE IF EXISTS {table}" for table in (NOTES, KEPT))
    exists = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = %s"
    triggers = f"SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '{KEPT}_%%'"
    lock = "SELECT 1"  # it has one writer at a time
    can_write = "1"

    @staticmethod
    def watch(watch):
        """Trigger by name, and the statement that makes it."""
        changed = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in watch.columns)
        for event, rows in {"INSERT": ["NEW"], "UPDATE": ["OLD", "NEW"], "DELETE": ["OLD"]}.items():
            when = f"WHEN {changed}" if changed and event == "UPDATE" else ""
            notes = " ".join(
                f"INSERT INTO {NOTES} SELECT '{watch.kind}', {row}.{watch.key}"
                f" WHERE {row}.{watch.key} IS NOT NULL ON CONFLICT DO NOTHING;"
                for row in rows
            )
            name = f"{watch.name}_{event.lower()}"
            yield name, f"CREATE TRIGGER {name} AFTER {event} ON {watch.table} {when} BEGIN {notes} END"

    @staticmethod
    def unwatch(watch, trigger):
        return f"DROP TRIGGER IF EXISTS {trigger}"


class PostgreSQL:
    make = (
        f"CREATE TABLE {NOTES} (kind text, number bigint)",
        f"CREATE INDEX {NOTES}_rows ON {NOTES} (kind, number)",
        f"CREATE TABLE {KEPT} (rules text)",
        # Columns are looked up by name when it runs, so that a migration may change them without asking.
        f"""CREATE FUNCTION {KEPT}_note() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            before jsonb := to_jsonb(OLD);
            after jsonb := to_jsonb(NEW);
        BEGIN
            IF TG_OP = 'UPDATE' AND TG_NARGS > 2 AND NOT EXISTS (
                SELECT 1 FROM unnest(TG_ARGV[2:]) AS name WHERE before -> name IS DISTINCT FROM after -> name
            ) THEN
                RETURN NULL;
            END IF;
            INSERT INTO {NOTES} SELECT DISTINCT TG_ARGV[0], (row ->> TG_ARGV[1])::bigint
            FROM unnest(ARRAY[before, after]) AS row WHERE row ->> TG_ARGV[1] IS NOT NULL;
            RETURN NULL;
        END $$""",
    )
    drop = (
        *(f"DROP TABLE IF EXISTS {table}" for table in (NOTES, KEPT)),
        f"DROP FUNCTION IF EXISTS {KEPT}_note CASCADE",
    )
    exists = "SELECT 1 WHERE to_regclass(%s) IS NOT NULL"
    triggers = f"SELECT tgname FROM pg_trigger WHERE tgname LIKE '{KEPT}_%%'"
    lock = "SELECT pg_advisory_xact_lock(8060464321)"  # one reader of the notes at a time; any number will do
    can_write = "current_setting('transaction_read_only') = 'off'"  # a replica leaves it to its primary

    @staticmethod
    def watch(watch):
        """Trigger by name, and the statement that makes it."""
        arguments = ", ".join(f"'{argument}'" for argument in (watch.kind, watch.key, *watch.columns))
        yield (
            watch.name,
            (
                f"CREATE TRIGGER {watch.name} AFTER INSERT OR UPDATE OR DELETE ON {watch.table}"
                f" FOR EACH ROW EXECUTE FUNCTION {KEPT}_note({arguments})"
            ),
        )

    @staticmethod
    def unwatch(watch, trigger):
        return f"DROP TRIGGER IF EXISTS {trigger} ON {watch.table}"


class Watcher:
    """The notes of all watched tables. `rules` is whatever makes what was read from them old when it changes."""

    def __init__(self, watched, rules):
        self.watched = watched
        made = repr((watched, SQLite.make, PostgreSQL.make, rules))
        self.rules = hashlib.md5(made.encode(), usedforsecurity=False).hexdigest()

    def engine(self, using):
        return {"sqlite": SQLite, "postgresql": PostgreSQL}[connections[using].vendor]

    def ensure(self, using):
        """Make the triggers where they are not as they should be; whether anything may have changed unnoticed."""
        engine = self.engine(using)
        with transaction.atomic(using), connections[using].cursor() as cursor:
            renewed = self._rules(engine, cursor) != self.rules
            if renewed:
                self.unwatch(using)
                for statement in (*engine.drop, *engine.make):
                    cursor.execute(statement)
                cursor.execute(f"INSERT INTO {KEPT} VALUES (%s)", [self.rules])
            lost = self.unwatched(using)
            for watch in lost:
                for trigger, statement in engine.watch(watch):
                    cursor.execute(engine.unwatch(watch, trigger))
                    cursor.execute(statement)
        return bool(renewed or lost)

    def _rules(self, engine, cursor):
        cursor.execute(engine.exists, [KEPT])
        if not cursor.fetchone():
            return None
        cursor.execute(f"SELECT rules FROM {KEPT}")
        return next(iter(cursor.fetchone() or ()), None)

    def unwatched(self, using):
        """What has lost its triggers: SQLite drops them without a word when Django rebuilds a table."""
        engine = self.engine(using)
        with connections[using].cursor() as cursor:
            cursor.execute(engine.triggers)
            there = {name for (name,) in cursor.fetchall()}
        return [watch for watch in self.watched if not there.issuperset(dict(engine.watch(watch)))]

    def unwatch(self, using):
        """Take the triggers away, to write very much at once; `ensure()` brings them back."""
        engine = self.engine(using)
        with connections[using].cursor() as cursor:
            for watch in self.watched:
                for trigger, _statement in engine.watch(watch):
                    cursor.execute(engine.unwatch(watch, trigger))

    def is_current(self, using):
        """Whether the notes are there, made by these rules, and no trigger is missing."""
        with connections[using].cursor() as cursor:
            return self._rules(self.engine(using), cursor) == self.rules and not self.unwatched(using)

    def waiting(self, using):
        """Whether something is noted that this connection could read."""
        with connections[using].cursor() as cursor:
            cursor.execute(f"SELECT 1 FROM {NOTES} WHERE {self.engine(using).can_write} LIMIT 1")
            return cursor.fetchone() is not None

    def take(self, using, number, last):
        """Up to so many notes as (kind, key), taken off the list, those of kind `last` after all others.

        Whoever takes holds the others up until its transaction ends.
        """
        with connections[using].cursor() as cursor:
            cursor.execute(self.engine(using).lock)
            noted = f"SELECT DISTINCT kind, number FROM {NOTES} WHERE kind"
            for which in ("<>", "="):
                cursor.execute(f"{noted} {which} %s ORDER BY kind, number LIMIT {number}", [last])
                if taken := cursor.fetchall():
                    break
            # The notes go first, then the records are read: what changes in between is noted once more.
            cursor.executemany(f"DELETE FROM {NOTES} WHERE kind = %s AND number = %s", taken)
        return taken

    def note(self, using, kind, keys):
        """Have these read anew."""
        with connections[using].cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {NOTES} VALUES (%s, %s) ON CONFLICT DO NOTHING", [(kind, key) for key in keys]
            )

    def note_all(self, using, kind, *tables):
        """Have every row of these tables, given as (table, key), read anew."""
        with connections[using].cursor() as cursor:
            cursor.execute(f"DELETE FROM {NOTES}")
            every = " UNION ".join(f"SELECT '{kind}', {key} FROM {table}" for table, key in tables)
            cursor.execute(f"INSERT INTO {NOTES} {every}")
