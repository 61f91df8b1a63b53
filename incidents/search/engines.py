"""The index in the words of each database. Tokens are letters and digits alone, so they may stand in a query as they are."""

from dataclasses import dataclass
from itertools import pairwise

from django.db import connections

from .query import SOURCES
from .words import stands_alone

NAMES, TEXTS = "names", "texts"
COLUMNS = (NAMES, TEXTS, SOURCES)
TABLE, CHANGED, KEPT = "incidents_search", "incidents_search_changed", "incidents_search_version"
# Neither sign is ever part of a token.
END = "/"  # stands between two texts, so that no phrase runs from one into the next
STEM = "~"  # begins the stem of a word


@dataclass(frozen=True)
class Watch:
    """A table of which every change is noted: as what kind of thing, known by which column, and which columns matter.
    None named: all."""

    table: str
    kind: str
    key: str = "id"
    columns: tuple = ()


def engine_of(using):
    return {"sqlite": SQLite, "postgresql": PostgreSQL}[connections[using].vendor]


def places(values):
    return ", ".join(["%s"] * len(values))


class SQLite:
    """Full-text search of its own, FTS5, which keeps every position and finds phrases by itself."""

    key = "rowid"
    make = (
        f"CREATE VIRTUAL TABLE {TABLE} USING fts5"
        f"""({", ".join(COLUMNS)}, columnsize=0, tokenize="ascii tokenchars '{END}{STEM}'")""",
        f"CREATE TABLE {CHANGED} (kind text, number integer, PRIMARY KEY (kind, number)) WITHOUT ROWID",
        f"CREATE TABLE {KEPT} (version text)",
    )
    drop = tuple(f"DROP TABLE IF EXISTS {table}" for table in (TABLE, CHANGED, KEPT))
    exists = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = %s"
    triggers = f"SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '{TABLE}_%'"
    waits = f"SELECT 1 FROM {CHANGED} LIMIT 1"
    lock = "SELECT 1"  # it has one writer at a time

    @staticmethod
    def watch(watch):
        """Trigger by name, and the statement that makes it."""
        changed = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in watch.columns)
        for event, rows in {"INSERT": ["NEW"], "UPDATE": ["OLD", "NEW"], "DELETE": ["OLD"]}.items():
            when = f"WHEN {changed}" if changed and event == "UPDATE" else ""
            notes = " ".join(
                f"INSERT INTO {CHANGED} VALUES ('{watch.kind}', {row}.{watch.key}) ON CONFLICT DO NOTHING;"
                for row in rows
            )
            name = f"{TABLE}_{watch.table}_{event.lower()}"
            yield name, f"CREATE TRIGGER {name} AFTER {event} ON {watch.table} {when} BEGIN {notes} END"

    @staticmethod
    def unwatch(watch, trigger):
        return f"DROP TRIGGER IF EXISTS {trigger}"

    @staticmethod
    def insert(cursor, rows):
        cursor.executemany(
            f"INSERT INTO {TABLE} (rowid, {', '.join(COLUMNS)}) VALUES (%s, %s, %s, %s)",
            [(pk, *row) for pk, row in rows.items()],
        )

    @classmethod
    def finding(cls, query, key):
        """The condition that a query finds the incident with this key, and its parameters."""
        found = " AND ".join(map(cls._any, query.groups))
        without = cls._any(query.without)
        if found:
            return (
                f"{key} IN (SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH %s)",
                [f"({found}) NOT {without}" if without else found],
            )
        return f"{key} NOT IN (SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH %s)", [without]

    @classmethod
    def _any(cls, terms):
        return f"({' OR '.join(map(cls._term, terms))})" if terms else ""

    @staticmethod
    def _term(term):
        # Quoted, or FTS5 would read NOT and OR as its own syntax.
        words = f'"{STEM}{term.stem}"' if term.stem else f'"{" ".join(term.tokens)}"'
        return (f"{{{term.scope}}} : " if term.scope else "") + words + "*" * term.prefix


class PostgreSQL:
    """A set of words per row, without positions, of which there is room for no more than 16,383 (and 256 of one word).

    Pairs of characters are words too, so that most names in Han need no more; longer phrases are looked up in the row.
    """

    key = "incident"
    make = (
        f"CREATE TABLE {TABLE} (incident bigint PRIMARY KEY, {', '.join(f'{name} text' for name in COLUMNS)}, words tsvector)",
        f"CREATE INDEX {TABLE}_words ON {TABLE} USING gin (words)",
        f"CREATE TABLE {CHANGED} (kind text, number bigint)",
        f"CREATE INDEX {CHANGED}_rows ON {CHANGED} (kind, number)",
        f"CREATE TABLE {KEPT} (version text)",
        # Columns are looked up by name when it runs, so that a migration may change them without asking.
        f"""CREATE FUNCTION {TABLE}_note() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            before jsonb := to_jsonb(OLD);
            after jsonb := to_jsonb(NEW);
        BEGIN
            IF TG_OP = 'UPDATE' AND TG_NARGS > 2 AND NOT EXISTS (
                SELECT 1 FROM unnest(TG_ARGV[2:]) AS name WHERE before -> name IS DISTINCT FROM after -> name
            ) THEN
                RETURN NULL;
            END IF;
            INSERT INTO {CHANGED} SELECT DISTINCT TG_ARGV[0], (row ->> TG_ARGV[1])::bigint
            FROM unnest(ARRAY[before, after]) AS row WHERE row IS NOT NULL;
            RETURN NULL;
        END $$""",
    )
    drop = (
        *(f"DROP TABLE IF EXISTS {table}" for table in (TABLE, CHANGED, KEPT)),
        f"DROP FUNCTION IF EXISTS {TABLE}_note CASCADE",
    )
    exists = "SELECT 1 WHERE to_regclass(%s) IS NOT NULL"
    triggers = f"SELECT tgname FROM pg_trigger WHERE tgname LIKE '{TABLE}_%'"
    # A replica cannot bring in what is noted; its primary does.
    waits = f"SELECT 1 FROM {CHANGED} WHERE current_setting('transaction_read_only') = 'off' LIMIT 1"
    lock = "SELECT pg_advisory_xact_lock(8060464321)"  # one reader of the notes at a time; any number will do

    @staticmethod
    def watch(watch):
        """Trigger by name, and the statement that makes it."""
        arguments = ", ".join(f"'{argument}'" for argument in (watch.kind, watch.key, *watch.columns))
        name = f"{TABLE}_{watch.table}"
        yield (
            name,
            (
                f"CREATE TRIGGER {name} AFTER INSERT OR UPDATE OR DELETE ON {watch.table}"
                f" FOR EACH ROW EXECUTE FUNCTION {TABLE}_note({arguments})"
            ),
        )

    @staticmethod
    def unwatch(watch, trigger):
        return f"DROP TRIGGER IF EXISTS {trigger} ON {watch.table}"

    @staticmethod
    def insert(cursor, rows):
        cursor.executemany(
            f"INSERT INTO {TABLE} (incident, {', '.join(COLUMNS)}, words)"
            " VALUES (%s, %s, %s, %s, array_to_tsvector(%s::text[]))",
            [(pk, *row, words_of(row)) for pk, row in rows.items()],
        )

    @classmethod
    def finding(cls, query, key):
        """The condition that a query finds the incident with this key, and its parameters."""
        sql, params = [f"incident = {key}"], []
        if query.groups:
            sql.append("words @@ %s::tsquery")
            params.append(" & ".join(f"({' | '.join(map(_tsquery, group))})" for group in query.groups))
        conditions = [("", group) for group in query.groups if any(map(_needs_a_look, group))]
        conditions += [("NOT ", (term,)) for term in query.without]
        for sign, terms in conditions:
            found = [cls._term(term) for term in terms]
            sql.append(f"{sign}({' OR '.join(condition for condition, _params in found)})")
            params += [param for _condition, more in found for param in more]
        return f"EXISTS (SELECT 1 FROM {TABLE} WHERE {' AND '.join(sql)})", params

    @staticmethod
    def _term(term):
        if not _needs_a_look(term):
            return "words @@ %s::tsquery", [_tsquery(term)]
        columns = (term.scope,) if term.scope else COLUMNS
        pattern = f"% {' '.join(term.tokens)}{'' if term.prefix else ' '}%"
        look = " OR ".join(f"{TABLE}.{column} LIKE %s" for column in columns)
        return f"words @@ %s::tsquery AND ({look})", [_tsquery(term), *(pattern for _column in columns)]


MARKS = {NAMES: f"{END}n", TEXTS: "", SOURCES: f"{END}s"}


def words_of(row):
    """The different words of a row, for PostgreSQL: tokens, and pairs of characters that stand side by side; both once
    more with the mark of their column where a search may be limited to it."""
    found = set()
    for column, text in zip(COLUMNS, row, strict=True):
        words = set(_words([token for token in text.split(" ") if token])) - {END}
        found |= words
        if MARKS[column]:
            found |= {MARKS[column] + word for word in words}
    return sorted(found)


def _words(listed, every=True):
    """Tokens and pairs of them; only what is needed to find them, unless every."""
    pairs = [stands_alone(one) and stands_alone(two) for one, two in pairwise(listed)]
    for i, token in enumerate(listed):
        if i and pairs[i - 1]:
            yield listed[i - 1] + token
        if every or not (i and pairs[i - 1] or i < len(pairs) and pairs[i]):
            yield token


def _needs_a_look(term):
    """Whether its words may all be there without standing side by side."""
    return len(term.tokens) > 2 or len(term.tokens) == 2 and not all(map(stands_alone, term.tokens))


def _tsquery(term):
    mark = MARKS.get(term.scope, "")
    if term.stem:
        return f"'{mark}{STEM}{term.stem}'"
    words = [f"'{mark}{word}'" for word in _words(list(term.tokens), every=False)]
    if term.prefix and not stands_alone(term.tokens[-1]):
        words[-1] += ":*"
    return f"({' & '.join(words)})"
