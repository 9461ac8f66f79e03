"""The indexes behind the search box, made by SQL because each database has its own kind.

PostgreSQL: inverted indexes of the words of heads' and members' keys. SQLite: two full-text tables (FTS5),
kept by triggers. Both: the words of heads' names in a table of their own, kept by triggers, for
mistyped words. Indexes and triggers follow whatever writes the rows: saves, bulk writers, hand-written SQL.

``install`` may run again at any time, and does after every ``migrate``: SQLite loses the triggers of a table
that a migration makes anew.
"""

# ruff: noqa: S608, S611 - every name in these statements is a constant of this module
from __future__ import annotations

from typing import Any, cast

from django.db import models
from django.db.models.expressions import RawSQL

from .typed import name_key

HOUSEHOLD = "beneficiaries_household"
MEMBER = "beneficiaries_householdmember"
SPELL = "beneficiaries_povertyspell"
WORDS = "beneficiaries_nameword"
HEAD_FTS = "beneficiaries_head_fts"
MEMBER_FTS = "beneficiaries_member_fts"
FOLD = "beneficiaries_member_key"

#: The key of a folded name (see ``searching.name_key``); written out, because an index on an expression
#: serves only queries with the very same expression.
_KEY = "replace(replace(replace(replace({0}, 'y', 'i'), '''', ''), ' - ', ' '), '-', ' ')"

#: `Household.lacks` in the words of the partial index.
_INCOMPLETE = (
    "({0}commune_id IS NULL OR {0}village = '' OR {0}national_id = '' OR {0}birth_year IS NULL"
    " OR {0}gender = '')"
)
_INCOMPLETE_INDEX = f"""CREATE INDEX IF NOT EXISTS household_incomplete ON {HOUSEHOLD}
    (province_id, commune_id, head_name_key, id) WHERE {_INCOMPLETE.format("")}"""

#: Few households are such; a list of them is read from these alone, in the order of the register's list.
_RARE_INDEXES = [
    f"""CREATE INDEX IF NOT EXISTS household_{flag} ON {HOUSEHOLD}
    (province_id, commune_id, head_name_key, id) WHERE {flag}"""
    for flag in ("merit", "social_policy")
]


def key_of(column: str) -> str:
    return _KEY.format(column)


class HeadKey(models.Func):
    """The head's name as it is searched: an indexed expression, compared letter by letter."""

    output_field = models.CharField()

    def __init__(self) -> None:
        super().__init__(models.F("head_name_folded"))

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> Any:  # type: ignore[override]  # looser
        column, params = compiler.compile(self.source_expressions[0])
        return key_of(column), params

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        sql, params = self.as_sql(compiler, connection)
        return f'({sql} COLLATE "C")', params


# --- PostgreSQL -----------------------------------------------------------------------------------

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_FROM = "yY" + _LETTERS.replace("Y", "") + "ĐđÐðƉɖ-‐‑‒–—−" + "\u00a0"
_TO = "ii" + _LETTERS.replace("Y", "").lower() + "dddddd" + " " * 8
# translate() drops the characters that have no counterpart: combining marks and apostrophes.
_DROPPED = "".join(map(chr, range(0x300, 0x345))) + "'’‘‛ʹʻʼˈ´`′"

#: The words of a key, as they are and in no language.
_WORDS_OF = "array_to_tsvector(array_remove(string_to_array({0}, ' '), ''))"

_POSTGRES = [
    # Of former versions: indexes of three letters each, three times as large and slow for common words.
    "DROP INDEX IF EXISTS household_search_words, member_search_words",
    _INCOMPLETE_INDEX,
    *_RARE_INDEXES,
    f"""CREATE OR REPLACE FUNCTION {FOLD}(name text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$SELECT replace(replace(translate(normalize(name, NFD),
    '{_FROM}{_DROPPED.replace("'", "''")}', '{_TO}'), '  ', ' '), '  ', ' ')$$""",
    f"""CREATE INDEX IF NOT EXISTS household_search_start ON {HOUSEHOLD}
    (province_id, ({key_of("head_name_folded")} COLLATE "C"), id)""",
    f"""CREATE INDEX IF NOT EXISTS household_name_words ON {HOUSEHOLD}
    USING gin ({_WORDS_OF.format(key_of("head_name_folded"))})""",
    f"""CREATE INDEX IF NOT EXISTS member_name_words ON {MEMBER}
    USING gin ({_WORDS_OF.format(f"{FOLD}(name::text)")}) WHERE position > 0""",
    f"CREATE TABLE IF NOT EXISTS {WORDS} (word text NOT NULL)",
    f"CREATE INDEX IF NOT EXISTS nameword_word ON {WORDS} (word)",
    # Without a unique index: two lists written at once must not wait for each other over a new word.
    f"""CREATE OR REPLACE FUNCTION {WORDS}_of_rows() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO {WORDS} SELECT DISTINCT w FROM new_rows,
        unnest(string_to_array({key_of("head_name_folded")}, ' ')) AS w
      WHERE w <> '' AND NOT EXISTS (SELECT 1 FROM {WORDS} k WHERE k.word = w);
      RETURN NULL;
    END $$""",
    f"""CREATE OR REPLACE FUNCTION {WORDS}_of_row() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO {WORDS} SELECT DISTINCT w FROM
        unnest(string_to_array({key_of("NEW.head_name_folded")}, ' ')) AS w
      WHERE w <> '' AND NOT EXISTS (SELECT 1 FROM {WORDS} k WHERE k.word = w);
      RETURN NULL;
    END $$""",
    f"DROP TRIGGER IF EXISTS {WORDS}_insert ON {HOUSEHOLD}",
    f"DROP TRIGGER IF EXISTS {WORDS}_update ON {HOUSEHOLD}",
    f"""CREATE TRIGGER {WORDS}_insert AFTER INSERT ON {HOUSEHOLD}
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION {WORDS}_of_rows()""",
    # Row by row, but only where the name changed: most updates leave names alone.
    f"""CREATE TRIGGER {WORDS}_update AFTER UPDATE ON {HOUSEHOLD} FOR EACH ROW
    WHEN (OLD.head_name_folded <> NEW.head_name_folded) EXECUTE FUNCTION {WORDS}_of_row()""",
]
_POSTGRES_FILL = f"""INSERT INTO {WORDS} SELECT DISTINCT w FROM {HOUSEHOLD},
    unnest(string_to_array({key_of("head_name_folded")}, ' ')) AS w
    WHERE w <> '' AND NOT EXISTS (SELECT 1 FROM {WORDS} k WHERE k.word = w)"""
_POSTGRES_AWAY = [
    f"DROP TRIGGER IF EXISTS {WORDS}_insert ON {HOUSEHOLD}",
    f"DROP TRIGGER IF EXISTS {WORDS}_update ON {HOUSEHOLD}",
    f"DROP FUNCTION IF EXISTS {WORDS}_of_rows(), {WORDS}_of_row()",
    f"DROP TABLE IF EXISTS {WORDS}",
    "DROP INDEX IF EXISTS household_search_start, household_name_words, member_name_words,"
    " household_incomplete, household_merit, household_social_policy",
    f"DROP FUNCTION IF EXISTS {FOLD}(text)",
]

# --- SQLite ---------------------------------------------------------------------------------------

_HEAD_KEY = key_of("{0}.head_name_folded")
# Letters and digits only, so the list of words is sound JSON whatever the name holds.
_EACH_WORD = "json_each('[\"' || replace({0}(new.head_name), ' ', '\",\"') || '\"]')"
SQLITE_KEY = "beneficiaries_name_key"

# OR IGNORE in a trigger would give way to the conflict rule of an upsert that fires it: hence ON CONFLICT.
_SQLITE = [
    _INCOMPLETE_INDEX,
    *_RARE_INDEXES,
    f"""CREATE INDEX IF NOT EXISTS household_search_start ON {HOUSEHOLD}
    (province_id, {key_of("head_name_folded")}, id)""",
    f"""CREATE VIRTUAL TABLE IF NOT EXISTS {HEAD_FTS} USING fts5(name, detail=none, columnsize=0)""",
    f"""CREATE VIRTUAL TABLE IF NOT EXISTS {MEMBER_FTS} USING fts5(name, detail=none, columnsize=0)""",
    f"CREATE TABLE IF NOT EXISTS {WORDS} (word text NOT NULL PRIMARY KEY) WITHOUT ROWID",
    f"""CREATE TRIGGER IF NOT EXISTS household_search_insert AFTER INSERT ON {HOUSEHOLD} BEGIN
      INSERT INTO {HEAD_FTS}(rowid, name) VALUES (new.id, {_HEAD_KEY.format("new")});
      INSERT INTO {WORDS} SELECT value FROM {_EACH_WORD.format(SQLITE_KEY)} WHERE value <> ''
        ON CONFLICT DO NOTHING;
    END""",
    f"""CREATE TRIGGER IF NOT EXISTS household_search_update AFTER UPDATE OF head_name_folded ON {HOUSEHOLD}
    WHEN old.head_name_folded <> new.head_name_folded BEGIN
      UPDATE {HEAD_FTS} SET name = {_HEAD_KEY.format("new")} WHERE rowid = new.id;
      INSERT INTO {WORDS} SELECT value FROM {_EACH_WORD.format(SQLITE_KEY)} WHERE value <> ''
        ON CONFLICT DO NOTHING;
    END""",
    f"""CREATE TRIGGER IF NOT EXISTS household_search_delete AFTER DELETE ON {HOUSEHOLD} BEGIN
      DELETE FROM {HEAD_FTS} WHERE rowid = old.id;
    END""",
    f"""CREATE TRIGGER IF NOT EXISTS member_search_insert AFTER INSERT ON {MEMBER}
    WHEN new.position > 0 BEGIN
      INSERT INTO {MEMBER_FTS}(rowid, name) VALUES (new.id, {SQLITE_KEY}(new.name));
    END""",
    f"""CREATE TRIGGER IF NOT EXISTS member_search_update AFTER UPDATE OF name, position ON {MEMBER}
    WHEN old.name <> new.name OR old.position <> new.position BEGIN
      DELETE FROM {MEMBER_FTS} WHERE rowid = old.id;
      INSERT INTO {MEMBER_FTS}(rowid, name) SELECT new.id, {SQLITE_KEY}(new.name) WHERE new.position > 0;
    END""",
    f"""CREATE TRIGGER IF NOT EXISTS member_search_delete AFTER DELETE ON {MEMBER} BEGIN
      DELETE FROM {MEMBER_FTS} WHERE rowid = old.id;
    END""",
]
_SQLITE_TRIGGERS = (
    "household_search_insert", "household_search_update", "household_search_delete",
    "member_search_insert", "member_search_update", "member_search_delete",
)  # fmt: skip
_SQLITE_FILL = [
    f"DELETE FROM {HEAD_FTS}",
    f"DELETE FROM {MEMBER_FTS}",
    f"INSERT INTO {HEAD_FTS}(rowid, name) SELECT id, {key_of('head_name_folded')} FROM {HOUSEHOLD}",
    f"INSERT INTO {MEMBER_FTS}(rowid, name) SELECT id, {SQLITE_KEY}(name) FROM {MEMBER} WHERE position > 0",
    f"""INSERT OR IGNORE INTO {WORDS} SELECT value FROM {HOUSEHOLD} new, {_EACH_WORD.format(SQLITE_KEY)}
    WHERE value <> ''""",
]
_SQLITE_AWAY = [
    *(f"DROP TRIGGER IF EXISTS {name}" for name in _SQLITE_TRIGGERS),
    f"DROP TABLE IF EXISTS {HEAD_FTS}",
    f"DROP TABLE IF EXISTS {MEMBER_FTS}",
    f"DROP TABLE IF EXISTS {WORDS}",
    "DROP INDEX IF EXISTS household_search_start",
    "DROP INDEX IF EXISTS household_incomplete",
    "DROP INDEX IF EXISTS household_merit",
    "DROP INDEX IF EXISTS household_social_policy",
]


def give_functions(connection: Any) -> None:
    """Teach a new SQLite connection the key of a name, which its triggers ask for."""
    if connection.vendor == "sqlite":
        connection.connection.create_function(SQLITE_KEY, 1, _key_or_nothing, deterministic=True)


def _key_or_nothing(name: str | None) -> str:
    return name_key(name or "")


def is_wanted(connection: Any) -> bool:
    """Whether the migration that makes the indexes stands applied."""
    from django.db.migrations.recorder import MigrationRecorder

    return ("beneficiaries", "0003_search") in MigrationRecorder(connection).applied_migrations()


def install(connection: Any) -> None:
    """Make what is missing and fill it from the rows that are there. Idempotent."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT to_regclass(%s)", [WORDS])
            fresh = cursor.fetchone()[0] is None
            for statement in _POSTGRES:
                cursor.execute(statement)
            if fresh:
                cursor.execute(_POSTGRES_FILL)
        elif connection.vendor == "sqlite":
            names = ", ".join(f"'{name}'" for name in _SQLITE_TRIGGERS)
            cursor.execute(f"SELECT count(*) FROM sqlite_master WHERE name IN ({names})")
            complete = cursor.fetchone()[0] == len(_SQLITE_TRIGGERS)
            for statement in _SQLITE:
                cursor.execute(statement)
            if not complete:
                for statement in _SQLITE_FILL:
                    cursor.execute(statement)
    count_anew(connection)


def count_anew(connection: Any) -> None:
    """Let the database look at how many rows there are and of which kind: after every list.

    Without it SQLite takes the first index that begins with the province, and PostgreSQL believes for some
    minutes that the register is as it was. A fifth of a second for 200,000 households.
    """
    with connection.cursor() as cursor:
        for table in (HOUSEHOLD, MEMBER, SPELL):
            cursor.execute(f"ANALYZE {table}")


def remove(connection: Any) -> None:
    """Take the indexes away: before a migration is undone, or before very many rows are written at once."""
    away = {"postgresql": _POSTGRES_AWAY, "sqlite": _SQLITE_AWAY}.get(connection.vendor, [])
    with connection.cursor() as cursor:
        for statement in away:
            cursor.execute(statement)


# --- asking ---------------------------------------------------------------------------------------


class HeadText(HeadKey):
    """The head's key with a space around it, so that words can be told from parts of words."""

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> Any:  # type: ignore[override]  # looser
        return f"(' ' || {self.bare(compiler)} || ' ')", []

    as_postgresql = as_sql

    def bare(self, compiler: Any) -> str:
        """The key itself, in the words of the index."""
        return key_of(compiler.compile(self.source_expressions[0])[0])


class MemberText(models.Func):
    """A member's key with a space around it."""

    output_field = models.CharField()

    def __init__(self) -> None:
        super().__init__(models.F("name"))

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> Any:  # type: ignore[override]  # looser
        return f"(' ' || {self.bare(compiler)} || ' ')", []

    def bare(self, compiler: Any) -> str:
        """The key itself, in the words of the index."""
        column = compiler.compile(self.source_expressions[0])[0]
        if compiler.connection.vendor == "postgresql":
            return f"{FOLD}({column}::text)"
        return f"{SQLITE_KEY}({column})"


class Holds(models.Func):
    """All words of one of the names stand in the text (`HeadText`, `MemberText`), in any order.

    Unless ``whole`` the last word of each may be the beginning of one. Words are of `typed.name_key`: letters
    and digits alone, so none needs quoting.
    """

    output_field = models.BooleanField()
    conditional = True

    def __init__(self, text: HeadText | MemberText, *names: tuple[str, ...], whole: bool = False) -> None:
        super().__init__(text)
        self.names, self.whole = names, whole

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> Any:  # type: ignore[override]  # looser
        text, params = compiler.compile(self.source_expressions[0])
        each = f"{text} LIKE %s"
        names = [" AND ".join([each] * len(words)) for words in self.names]
        patterns: list[Any] = []
        for words in self.names:
            ends = [" %"] * (len(words) - 1) + [" %" if self.whole else "%"]
            for word, end in zip(words, ends, strict=True):
                patterns += [*params, f"% {word}{end}"]
        return f"({' OR '.join(f'({name})' for name in names)})", patterns

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        key = cast(HeadText | MemberText, self.source_expressions[0]).bare(compiler)
        end = "" if self.whole else ":*"
        query = " | ".join(f"({' & '.join(words)}{end})" for words in self.names)
        return f"({_WORDS_OF.format(key)} @@ %s::tsquery)", [query]


class HoldsPhrase(models.Func):
    """The words of one of the phrases stand in the text one behind the other."""

    output_field = models.BooleanField()
    conditional = True

    def __init__(self, text: HeadText | MemberText, *phrases: str) -> None:
        super().__init__(text)
        self.phrases = phrases

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> Any:  # type: ignore[override]  # looser
        text, params = compiler.compile(self.source_expressions[0])
        found = " OR ".join([f"{text} LIKE %s"] * len(self.phrases))
        return f"({found})", [value for phrase in self.phrases for value in (*params, f"% {phrase} %")]


class Incomplete(models.Func):
    """The household lacks something (`Household.lacks`), in the very words of the partial index."""

    output_field = models.BooleanField()
    conditional = True

    def __init__(self) -> None:
        super().__init__(models.F("pk"))

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> Any:  # type: ignore[override]  # looser
        column, _params = compiler.compile(self.source_expressions[0])
        return _INCOMPLETE.format(column.rpartition(".")[0] + "."), []


class Filled(models.Func):
    """The column is not blank, in the very words of the conditions of partial indexes: SQLite uses such an
    index only then."""

    output_field = models.BooleanField()
    conditional = True
    template = "NOT (%(expressions)s = '')"


def known_words(connection: Any, words: set[str]) -> set[str]:
    """Those of the words which stand in the name of some head."""
    if not words:
        return set()
    marks = ", ".join(["%s"] * len(words))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT word FROM {WORDS} WHERE word IN ({marks})", sorted(words))
        return {word for (word,) in cursor.fetchall()}


def match_of(names: list[tuple[str, ...]]) -> str:
    """SQLite's full-text words for one of the names: as in `Holds`, the last word may be a beginning."""
    return " OR ".join(f"({' AND '.join(words)}*)" for words in names if words)


def rowids(connection: Any, table: str, names: list[tuple[str, ...]], most: int) -> list[int] | None:
    """SQLite: rows whose key holds all words of one of the names; None if there are more than ``most``."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT rowid FROM {table} WHERE {table} MATCH %s LIMIT %s", [match_of(names), most + 1]
        )
        found = [pk for (pk,) in cursor.fetchall()]
    return None if len(found) > most else found


def member_rowids(words: tuple[str, ...]) -> RawSQL:
    """SQLite: the ids of members whose key holds the words, as a subquery."""
    return RawSQL(f"SELECT rowid FROM {MEMBER_FTS} WHERE {MEMBER_FTS} MATCH %s", [match_of([words])])
