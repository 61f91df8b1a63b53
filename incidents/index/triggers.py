"""The change queue: database triggers queue every change of a row that readers see, in the transaction that makes it.

No change is missed, whatever writes: a page of the admin, loaddata, a bulk update, SQL typed at the database's prompt.
"""

import fcntl
import hashlib
import os
import time
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import connections, transaction

QUEUE = "incidents_change_queue"
STATE = "incidents_change_queue_state"  # holds the fingerprint of the rules by which the queue was created
IMPATIENCE_SECONDS = 0.2
# Between two short transactions. Who waits for SQLite's write lock looks for it every 100 milliseconds, and would never see
# it free between transactions that follow one another more closely.
PAUSE_SECONDS = {"sqlite": 0.12, "postgresql": 0.02}
TRIGGER = "incidents_trigger"  # begins the name of each trigger


@dataclass(frozen=True)
class TableTrigger:
    """A trigger on a table: it queues a change as (kind, value of the key column).

    With `columns`, only a change of one of these is queued, else that of any.
    """

    table: str
    kind: str
    key: str = "id"
    columns: tuple = ()

    @property
    def name(self):
        # PostgreSQL cuts names off after 63 characters.
        return f"{TRIGGER}_{self.table.removeprefix('incidents_')}_{self.key}"


class SQLite:
    """The SQL of the queue and its triggers for SQLite."""

    create = (
        f"CREATE TABLE {QUEUE} (kind text, number integer, PRIMARY KEY (kind, number)) WITHOUT ROWID",
        f"CREATE TABLE {STATE} (fingerprint text)",
    )
    drop = tuple(f"DROP TABLE IF EXISTS {table}" for table in (QUEUE, STATE))
    exists = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = %s"
    triggers = f"SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '{TRIGGER}_%%'"
    lock = try_lock = "SELECT 1"  # SQLite has one writer at a time
    can_write = "1"

    @staticmethod
    def create_triggers(trigger):
        """The names of the triggers in the database, each with the statement that creates it."""
        changed = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in trigger.columns)
        for event, rows in {"INSERT": ["NEW"], "UPDATE": ["OLD", "NEW"], "DELETE": ["OLD"]}.items():
            when = f"WHEN {changed}" if changed and event == "UPDATE" else ""
            inserts = " ".join(
                f"INSERT INTO {QUEUE} SELECT '{trigger.kind}', {row}.{trigger.key}"
                f" WHERE {row}.{trigger.key} IS NOT NULL ON CONFLICT DO NOTHING;"
                for row in rows
            )
            name = f"{trigger.name}_{event.lower()}"
            yield name, f"CREATE TRIGGER {name} AFTER {event} ON {trigger.table} {when} BEGIN {inserts} END"

    @staticmethod
    def drop_trigger(name, table):
        return f"DROP TRIGGER IF EXISTS {name}"


class PostgreSQL:
    """The SQL of the queue and its triggers for PostgreSQL."""

    create = (
        f"CREATE TABLE {QUEUE} (kind text, number bigint)",
        f"CREATE INDEX {QUEUE}_rows ON {QUEUE} (kind, number)",
        f"CREATE TABLE {STATE} (fingerprint text)",
        # Columns are looked up by name at run time, so that a migration may change them without recreating the function.
        f"""CREATE FUNCTION {TRIGGER}_queue() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            before jsonb := to_jsonb(OLD);
            after jsonb := to_jsonb(NEW);
        BEGIN
            IF TG_OP = 'UPDATE' AND TG_NARGS > 2 AND NOT EXISTS (
                SELECT 1 FROM unnest(TG_ARGV[2:]) AS name WHERE before -> name IS DISTINCT FROM after -> name
            ) THEN
                RETURN NULL;
            END IF;
            INSERT INTO {QUEUE} SELECT DISTINCT TG_ARGV[0], (row ->> TG_ARGV[1])::bigint
            FROM unnest(ARRAY[before, after]) AS row WHERE row ->> TG_ARGV[1] IS NOT NULL;
            RETURN NULL;
        END $$""",
    )
    drop = (
        *(f"DROP TABLE IF EXISTS {table}" for table in (QUEUE, STATE)),
        f"DROP FUNCTION IF EXISTS {TRIGGER}_queue CASCADE",
    )
    exists = "SELECT 1 WHERE to_regclass(%s) IS NOT NULL"
    triggers = f"SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE '{TRIGGER}_%%'"
    lock = (
        "SELECT pg_advisory_xact_lock(8060464321)"  # one consumer of the queue at a time; any number will do
    )
    try_lock = "SELECT pg_try_advisory_xact_lock(8060464321)::int"
    can_write = (
        "current_setting('transaction_read_only') = 'off'"  # a replica leaves the queue to its primary
    )

    @staticmethod
    def create_triggers(trigger):
        """The names of the triggers in the database, each with the statement that creates it."""
        arguments = ", ".join(f"'{argument}'" for argument in (trigger.kind, trigger.key, *trigger.columns))
        yield (
            trigger.name,
            (
                f"CREATE TRIGGER {trigger.name} AFTER INSERT OR UPDATE OR DELETE ON {trigger.table}"
                f" FOR EACH ROW EXECUTE FUNCTION {TRIGGER}_queue({arguments})"
            ),
        )

    @staticmethod
    def drop_trigger(name, table):
        return f"DROP TRIGGER IF EXISTS {name} ON {table}"


def pause(using):
    """Leave others a moment to write in, before the next of several short transactions."""
    time.sleep(PAUSE_SECONDS[connections[using].vendor])


def with_pauses(items, using):
    """These, with such a moment between each two."""
    for number, item in enumerate(items):
        if number:
            pause(using)
        yield item


class ChangeQueue:
    """The changes that are not indexed yet, queued by these triggers.

    `rules` is called for whatever else, when it changes, makes all that is indexed out of date.
    """

    def __init__(self, triggers, rules):
        self.triggers = triggers
        self.rules = rules

    @cached_property
    def fingerprint(self):
        """A hash of the triggers, their SQL and the rules: a queue with another one was created by other code."""
        made = repr((self.triggers, SQLite.create, PostgreSQL.create, self.rules()))
        return hashlib.md5(made.encode(), usedforsecurity=False).hexdigest()

    def engine(self, using):
        return {"sqlite": SQLite, "postgresql": PostgreSQL}[connections[using].vendor]

    def ensure(self, using):
        """Create queue and triggers where they are missing or out of date; whether changes may have been missed."""
        engine = self.engine(using)
        with transaction.atomic(using), connections[using].cursor() as cursor:
            has_other_rules = self.has_other_rules(using)
            if has_other_rules:
                self.drop_triggers(using)
                for statement in (*engine.drop, *engine.create):
                    cursor.execute(statement)
                cursor.execute(f"INSERT INTO {STATE} VALUES (%s)", [self.fingerprint])
            missing = self.missing_triggers(using)
            for trigger in missing:
                for name, statement in engine.create_triggers(trigger):
                    cursor.execute(engine.drop_trigger(name, trigger.table))
                    cursor.execute(statement)
        return bool(has_other_rules or missing)

    def has_other_rules(self, using):
        """Whether there is no queue yet, or one that was created by other rules."""
        with connections[using].cursor() as cursor:
            cursor.execute(self.engine(using).exists, [STATE])
            if not cursor.fetchone():
                return True
            cursor.execute(f"SELECT fingerprint FROM {STATE}")
            return cursor.fetchone() != (self.fingerprint,)

    def missing_triggers(self, using):
        """Triggers that are not there: SQLite drops those of a table, silently, when Django rebuilds it."""
        engine, present = self.engine(using), dict(self.present_triggers(using))
        return [
            trigger
            for trigger in self.triggers
            if not present.keys() >= dict(engine.create_triggers(trigger)).keys()
        ]

    def present_triggers(self, using):
        """The triggers in the database, those of earlier versions too, as (name, table)."""
        with connections[using].cursor() as cursor:
            cursor.execute(self.engine(using).triggers)
            return cursor.fetchall()

    def drop_triggers(self, using):
        """Drop the triggers, for writing very much at once; `ensure()` creates them again."""
        engine = self.engine(using)
        with connections[using].cursor() as cursor:
            for name, table in self.present_triggers(using):
                cursor.execute(engine.drop_trigger(name, table))

    def is_current(self, using):
        """Whether queue and triggers are there, created by these rules."""
        return not self.has_other_rules(using) and not self.missing_triggers(using)

    def has_changes(self, using):
        """Whether changes wait that this connection could index."""
        with connections[using].cursor() as cursor:
            cursor.execute(f"SELECT 1 FROM {QUEUE} WHERE {self.engine(using).can_write} LIMIT 1")
            return cursor.fetchone() is not None

    def number(self, using):
        """How many changes wait."""
        with connections[using].cursor() as cursor:
            cursor.execute(f"SELECT COUNT(*) FROM {QUEUE}")
            return cursor.fetchone()[0]

    def lock(self, using):
        """Have others that index wait until the transaction ends, or wait for them."""
        with connections[using].cursor() as cursor:
            cursor.execute(self.engine(using).lock)

    def try_lock(self, using):
        """The same without waiting; whether nobody else is indexing."""
        with connections[using].cursor() as cursor:
            cursor.execute(self.engine(using).try_lock)
            return bool(cursor.fetchone()[0])

    @contextmanager
    def alone(self, using, *, is_patient):
        """A context for several transactions that index; whether nobody else is within one. Who `is_patient` waits for that.

        On PostgreSQL each transaction takes a lock of its own. On SQLite readers who index in turn would leave nobody else
        a moment to write in.
        """
        connection: Any = connections[using]
        if connection.vendor != "sqlite" or connection.is_in_memory_db():
            yield True
            return
        # Not the file itself: to close it would take away SQLite's own locks on it.
        path = f"{connection.settings_dict['NAME']}-indexing"
        with open(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX if is_patient else fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            yield True

    @contextmanager
    def without_waiting(self, using):
        """A context in which a write fails with OperationalError soon if somebody else writes: SQLite waits otherwise."""
        if connections[using].vendor != "sqlite":
            yield
            return
        patience = connections[using].settings_dict["OPTIONS"].get("timeout", 5)
        try:
            self._set_patience(using, IMPATIENCE_SECONDS)
            yield
        finally:
            self._set_patience(using, patience)

    def _set_patience(self, using, seconds):
        with connections[using].cursor() as cursor:
            cursor.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")

    def take(self, using, limit, last, last_limit):
        """Take up to `limit` changes off the queue, as (kind, key), and up to `last_limit` of these two last kinds, those of
        the greater one first.

        Others that take from the queue wait until the transaction ends.
        """
        self.lock(using)
        rows = []
        with connections[using].cursor() as cursor:
            for which, most in (("NOT IN", limit), ("IN", last_limit)):
                cursor.execute(
                    f"SELECT DISTINCT kind, number FROM {QUEUE} WHERE kind {which} (%s, %s)"
                    f" ORDER BY kind DESC, number DESC LIMIT {most}",
                    last,
                )
                rows += cursor.fetchall()
            # Changes are deleted before the records are read: a record that changes in between is queued again.
            cursor.executemany(f"DELETE FROM {QUEUE} WHERE kind = %s AND number = %s", rows)
        return rows

    def add(self, using, kind, keys):
        """Queue these keys, as if they had changed."""
        with connections[using].cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {QUEUE} VALUES (%s, %s) ON CONFLICT DO NOTHING", [(kind, key) for key in keys]
            )

    def copy(self, source, target):
        """Replace the queue of one database by that of another."""
        with connections[source].cursor() as cursor:
            cursor.execute(f"SELECT DISTINCT kind, number FROM {QUEUE}")
            changes = cursor.fetchall()
        with connections[target].cursor() as cursor:
            cursor.execute(f"DELETE FROM {QUEUE}")
            cursor.executemany(f"INSERT INTO {QUEUE} VALUES (%s, %s)", changes)

    def add_all(self, using, kind, *tables):
        """Replace the queue by every row of these tables, given as (table, key column)."""
        with connections[using].cursor() as cursor:
            cursor.execute(f"DELETE FROM {QUEUE}")
            rows = " UNION ".join(f"SELECT '{kind}', {key} FROM {table}" for table, key in tables)
            cursor.execute(f"INSERT INTO {QUEUE} {rows}")
