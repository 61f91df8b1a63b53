"""The change queue: triggers write down, in the transaction that makes it, every change of a row that readers see.

Whatever writes is seen: a page of the admin, loaddata, a bulk update, or a hand at the database's own prompt.
"""

import hashlib
from dataclasses import dataclass

from django.db import connections, transaction

QUEUE = "incidents_change_queue"
STATE = "incidents_change_queue_state"  # the fingerprint by which the queue and its triggers were made
TRIGGER = "incidents_trigger"  # begins the name of each trigger


@dataclass(frozen=True)
class TableTrigger:
    """A table whose changes are queued: as which kind of thing, known by which column, and which columns matter.

    No columns named: all of them matter.
    """

    table: str
    kind: str
    key: str = "id"
    columns: tuple = ()

    @property
    def name(self):
        return f"{TRIGGER}_{self.table}_{self.key}"


class SQLite:
    """The statements in SQLite's SQL."""

    create = (
        f"CREATE TABLE {QUEUE} (kind text, number integer, PRIMARY KEY (kind, number)) WITHOUT ROWID",
        f"CREATE TABLE {STATE} (fingerprint text)",
    )
    drop = tuple(f"DROP TABLE IF EXISTS {table}" for table in (QUEUE, STATE))
    exists = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = %s"
    triggers = f"SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '{TRIGGER}_%%'"
    lock = "SELECT 1"  # it has one writer at a time
    can_write = "1"

    @staticmethod
    def create_triggers(table):
        """Trigger by name, and the statement that makes it."""
        changed = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in table.columns)
        for event, rows in {"INSERT": ["NEW"], "UPDATE": ["OLD", "NEW"], "DELETE": ["OLD"]}.items():
            when = f"WHEN {changed}" if changed and event == "UPDATE" else ""
            inserts = " ".join(
                f"INSERT INTO {QUEUE} SELECT '{table.kind}', {row}.{table.key}"
                f" WHERE {row}.{table.key} IS NOT NULL ON CONFLICT DO NOTHING;"
                for row in rows
            )
            name = f"{table.name}_{event.lower()}"
            yield name, f"CREATE TRIGGER {name} AFTER {event} ON {table.table} {when} BEGIN {inserts} END"

    @staticmethod
    def drop_trigger(table, trigger):
        return f"DROP TRIGGER IF EXISTS {trigger}"


class PostgreSQL:
    """The statements in PostgreSQL's SQL."""

    create = (
        f"CREATE TABLE {QUEUE} (kind text, number bigint)",
        f"CREATE INDEX {QUEUE}_rows ON {QUEUE} (kind, number)",
        f"CREATE TABLE {STATE} (fingerprint text)",
        # Columns are looked up by name when it runs, so that a migration may change them without asking.
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
    triggers = f"SELECT tgname FROM pg_trigger WHERE tgname LIKE '{TRIGGER}_%%'"
    lock = (
        "SELECT pg_advisory_xact_lock(8060464321)"  # one consumer of the queue at a time; any number will do
    )
    can_write = "current_setting('transaction_read_only') = 'off'"  # a replica leaves it to its primary

    @staticmethod
    def create_triggers(table):
        """Trigger by name, and the statement that makes it."""
        arguments = ", ".join(f"'{argument}'" for argument in (table.kind, table.key, *table.columns))
        yield (
            table.name,
            (
                f"CREATE TRIGGER {table.name} AFTER INSERT OR UPDATE OR DELETE ON {table.table}"
                f" FOR EACH ROW EXECUTE FUNCTION {TRIGGER}_queue({arguments})"
            ),
        )

    @staticmethod
    def drop_trigger(table, trigger):
        return f"DROP TRIGGER IF EXISTS {trigger} ON {table.table}"


class ChangeQueue:
    """What has changed in these tables and is not indexed yet.

    `rules` is whatever makes what was indexed by them stale when it changes.
    """

    def __init__(self, tables, rules):
        self.tables = tables
        made = repr((tables, SQLite.create, PostgreSQL.create, rules))
        self.fingerprint = hashlib.md5(made.encode(), usedforsecurity=False).hexdigest()

    def engine(self, using):
        return {"sqlite": SQLite, "postgresql": PostgreSQL}[connections[using].vendor]

    def ensure(self, using):
        """Create queue and triggers where they are not as they should be; whether a change may have been missed."""
        engine = self.engine(using)
        with transaction.atomic(using), connections[using].cursor() as cursor:
            renewed = self._fingerprint(engine, cursor) != self.fingerprint
            if renewed:
                self.drop_triggers(using)
                for statement in (*engine.drop, *engine.create):
                    cursor.execute(statement)
                cursor.execute(f"INSERT INTO {STATE} VALUES (%s)", [self.fingerprint])
            lost = self.without_triggers(using)
            for table in lost:
                for trigger, statement in engine.create_triggers(table):
                    cursor.execute(engine.drop_trigger(table, trigger))
                    cursor.execute(statement)
        return bool(renewed or lost)

    def _fingerprint(self, engine, cursor):
        cursor.execute(engine.exists, [STATE])
        if not cursor.fetchone():
            return None
        cursor.execute(f"SELECT fingerprint FROM {STATE}")
        return next(iter(cursor.fetchone() or ()), None)

    def without_triggers(self, using):
        """Tables that lost their triggers: SQLite drops them without a word when Django rebuilds a table."""
        engine = self.engine(using)
        with connections[using].cursor() as cursor:
            cursor.execute(engine.triggers)
            present = {name for (name,) in cursor.fetchall()}
        return [table for table in self.tables if not present.issuperset(dict(engine.create_triggers(table)))]

    def drop_triggers(self, using):
        """Drop the triggers, to write very much at once; `ensure()` brings them back."""
        engine = self.engine(using)
        with connections[using].cursor() as cursor:
            for table in self.tables:
                for trigger, _statement in engine.create_triggers(table):
                    cursor.execute(engine.drop_trigger(table, trigger))

    def is_current(self, using):
        """Whether queue and triggers are there, made by these rules."""
        with connections[using].cursor() as cursor:
            current = self._fingerprint(self.engine(using), cursor) == self.fingerprint
            return current and not self.without_triggers(using)

    def has_changes(self, using):
        """Whether something waits that this connection could index."""
        with connections[using].cursor() as cursor:
            cursor.execute(f"SELECT 1 FROM {QUEUE} WHERE {self.engine(using).can_write} LIMIT 1")
            return cursor.fetchone() is not None

    def take(self, using, limit, last):
        """Up to `limit` changes as (kind, key), taken off the queue, those of kind `last` after all others.

        Whoever takes holds the others up until its transaction ends.
        """
        with connections[using].cursor() as cursor:
            cursor.execute(self.engine(using).lock)
            changes = f"SELECT DISTINCT kind, number FROM {QUEUE} WHERE kind"
            for which in ("<>", "="):
                cursor.execute(f"{changes} {which} %s ORDER BY kind, number LIMIT {limit}", [last])
                if taken := cursor.fetchall():
                    break
            # The changes go first, then the records are read: what changes in between is queued once more.
            cursor.executemany(f"DELETE FROM {QUEUE} WHERE kind = %s AND number = %s", taken)
        return taken

    def add(self, using, kind, keys):
        """Have these indexed again."""
        with connections[using].cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {QUEUE} VALUES (%s, %s) ON CONFLICT DO NOTHING", [(kind, key) for key in keys]
            )

    def add_all(self, using, kind, *tables):
        """Have every row of these tables, given as (table, key), indexed again."""
        with connections[using].cursor() as cursor:
            cursor.execute(f"DELETE FROM {QUEUE}")
            every = " UNION ".join(f"SELECT '{kind}', {key} FROM {table}" for table, key in tables)
            cursor.execute(f"INSERT INTO {QUEUE} {every}")
