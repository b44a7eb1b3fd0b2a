"""The state that the catalogue is in: a number that rises with every change of what readers can be shown.

An answer that was made in a state is right as long as the number is the same. So conditional requests are
decided by it, and what is expensive to count is kept until it changes. Read the state before what is made
from it: an answer is then perhaps newer than its number says, never older.

The databases themselves raise the number, by triggers, so that no door can forget to.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from threading import Lock
from typing import Any, Final, NamedTuple, TypeVar

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.models import Func, Model, TextField, Value

from roles.models import RevisionCounter
from roles.prepared import Prepared

T = TypeVar("T")

UNSHOWN: Final = frozenset(
    {
        "AccountEvent",
        "ApiToken",
        "IdempotentAnswer",
        "LoadOutcome",
        "LoadRun",
        "MailSettings",
        "PasswordChangeDue",
        "RevisionCounter",
        "RoleJson",
        "SearchTerm",
        "Upload",
        "Webhook",
        "WebhookAttempt",
        "WebhookDelivery",
    }
)
"""Tables of which nothing stands in what readers are shown."""

SHOWN_OF_PEOPLE: Final = ("username", "first_name", "last_name")

_KEPT_MOST: Final = 1_000


@dataclass(frozen=True, slots=True)
class State:
    """The number of a state, and when it began: numbers come again when a backup is put back."""

    number: int
    changed_at: datetime


def current() -> State:
    """The state that the catalogue is in now. One query."""
    for number, changed_at, *_ in _current().rows():
        return State(number, changed_at)
    return State(0, datetime.fromtimestamp(0, UTC))


@cache
def _current() -> Prepared:
    columns: list[Any] = ["state", "state_since"]
    if connections[DEFAULT_DB_ALIAS].vendor == "postgresql":
        columns.append(_FORGOTTEN)
    return Prepared(RevisionCounter.objects.order_by().values_list(*columns))


# Let what the transaction writes from now on raise the number again.
_FORGOTTEN: Final = Func(
    Value("roles.state_raised"), Value(""), Value(True), function="set_config", output_field=TextField()
)


class Kept:
    """Values that stay right as long as the state does. Those of earlier states are forgotten.

    Each process keeps its own; the least used is given up where there are too many.
    """

    def __init__(self, most: int = _KEPT_MOST) -> None:
        self._values: OrderedDict[Hashable, Any] = OrderedDict()
        self._most = most
        self._state: State | None = None
        self._lock = Lock()

    def get(self, state: State, key: Hashable, make: Callable[[], T]) -> T:
        """The value of this key in this state, made if there is none."""
        with self._lock:
            if self._state != state:
                self._values.clear()
                self._state = state
            if key in self._values:
                self._values.move_to_end(key)
                kept: T = self._values[key]
                return kept
        made = make()
        with self._lock:
            if self._state == state:
                self._values[key] = made
                if len(self._values) > self._most:
                    self._values.popitem(last=False)
        return made


# The triggers -----------------------------------------------------------------------------------------------


def watch(using: str) -> None:
    """Let a database raise the number whenever a table is written that is shown.

    For after migrations: on SQLite, Django alters a table by making it anew, without its triggers.
    """
    connection = connections[using]
    with connection.cursor() as cursor:
        present = _present(connection, cursor)
        tables = _tables(connection, cursor)
        missing = [each for each in _triggers(connection) if each.key not in present and each.table in tables]
        if missing and connection.vendor == "postgresql":
            cursor.execute(_FUNCTION.format(counter=RevisionCounter._meta.db_table))
        for trigger in missing:
            cursor.execute(trigger.statement)


def unwatch(using: str) -> None:
    """Take away what `watch` made, for the time of migrations: what triggers name can't be altered."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for table, name in _present(connection, cursor):
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER {name}{on}")


def shown_models() -> Iterator[type[Model]]:
    """The models of which rows are shown to readers."""
    for model in apps.get_app_config("roles").get_models(include_auto_created=True):
        if model.__name__ not in UNSHOWN and model._meta.managed and not model._meta.proxy:
            yield model


class _Trigger(NamedTuple):
    table: str
    name: str
    statement: str

    @property
    def key(self) -> tuple[str, str]:
        return self.table, self.name


def _present(connection: BaseDatabaseWrapper, cursor: CursorWrapper) -> set[tuple[str, str]]:
    """Tables and names of the triggers that there are."""
    listed = _LISTED_POSTGRESQL if connection.vendor == "postgresql" else _LISTED_SQLITE
    cursor.execute(listed)
    return set(cursor.fetchall())


def _tables(connection: BaseDatabaseWrapper, cursor: CursorWrapper) -> set[str]:
    """The tables that there are; none in a database of a version that had no such number yet."""
    counter = RevisionCounter._meta.db_table
    tables = set(connection.introspection.table_names(cursor))
    if counter not in tables:
        return set()
    columns = connection.introspection.get_table_description(cursor, counter)
    return tables if any(column.name == "state" for column in columns) else set()


def _triggers(connection: BaseDatabaseWrapper) -> Iterator[_Trigger]:
    """One trigger for each table and kind of writing."""
    counter = RevisionCounter._meta.db_table
    template = _POSTGRESQL if connection.vendor == "postgresql" else _SQLITE
    written: list[tuple[str, tuple[str, ...]]] = [
        (model._meta.db_table, ("INSERT", "UPDATE", "DELETE")) for model in shown_models()
    ]
    of_people = f"UPDATE OF {', '.join(SHOWN_OF_PEOPLE)}"
    written.append((get_user_model()._meta.db_table, (of_people, "DELETE")))
    for table, events in written:
        for event in events:
            name = f"{_PREFIX}{table}_{event.split()[0].lower()}"
            yield _Trigger(table, name, template.format(name=name, event=event, table=table, counter=counter))


_PREFIX = "state_"
_LISTED_SQLITE = "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger' AND name GLOB 'state_*'"
_LISTED_POSTGRESQL = """
    SELECT relname, tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
    WHERE NOT tgisinternal AND starts_with(tgname, 'state_') AND pg_table_is_visible(pg_class.oid)
"""
_SQLITE = """
    CREATE TRIGGER {name} AFTER {event} ON {table} BEGIN
        UPDATE {counter} SET state = state + 1, state_since = strftime('%Y-%m-%d %H:%M:%f', 'now');
    END
"""
# Before the rows: so whoever writes waits for the counter's row first, as all writers of roles do, and holds
# no row that another one wants while waiting for it.
_POSTGRESQL = """
    CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION roles_raise_state()
"""
# Once in a transaction, unless the number was read in it since: thousands of versions of one row within a
# transaction would make each further one slow.
_FUNCTION = """
    CREATE OR REPLACE FUNCTION roles_raise_state() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        this_one CONSTANT text := pg_current_xact_id()::text;
    BEGIN
        IF current_setting('roles.state_raised', true) IS DISTINCT FROM this_one THEN
            UPDATE {counter} SET state = state + 1, state_since = clock_timestamp();
            PERFORM set_config('roles.state_raised', this_one, true);
        END IF;
        RETURN NULL;
    END $$
"""
