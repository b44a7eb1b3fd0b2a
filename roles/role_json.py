"""The JSON of roles, made when what they say changes and not when somebody asks.

What hangs on the role's newest revision and its documents alone is made here and kept in a row of `RoleJson`:
the document, the anchors of its statements, and where its files say otherwise. That is nearly all, and all
that takes time. `roles.representation` adds the rest.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

import orjson
from django.db import connections, transaction
from django.db.models import Prefetch

from roles.documents.anchors import anchors
from roles.documents.document import LISTS, Json, Key, RoleDocument, field_of, statements
from roles.models import Proposal, Role, RoleJson, SourceDocument
from roles.sources import Source, read_documents, sources, stated_document

VERSION = 1
"""To be raised whenever the same role would be told otherwise than before."""

AT_ONCE = 100
"""Roles whose JSON is made in one transaction."""

# Stands for what is put between the parts. JSON has a line's end in no text, but escapes it.
_GAP = orjson.Fragment(b"\n")


@dataclass(frozen=True, slots=True)
class Parts:
    """A role's JSON with gaps.

    `keys` are those of the statements about other roles. `pieces`, one more than these, are the JSON around
    the slugs of those roles or null; the first begins the object, the last ends with its last field before
    those that the catalogue adds. `tail` is the JSON of the fields after those, with the object's end.
    """

    keys: tuple[Key, ...]
    pieces: tuple[bytes, ...]
    tail: bytes

    @classmethod
    def of(cls, document: RoleDocument, found: Sequence[Source]) -> Self:
        """Tell what a role says, and where its documents say otherwise."""
        places = anchors(statements(document))
        answer = document.to_json()
        keys = []
        for key, statement in _objects(document, answer):
            statement["anchor"] = places[key]
            if field_of(key) in ("interactions", "members"):
                statement["role"] = _GAP
                keys.append(key)
        told = orjson.dumps(answer).removesuffix(b"}")
        tail = orjson.dumps({"sources": [asdict(source) for source in found], "anchors": places})
        return cls(tuple(keys), tuple(told.split(b"\n")), tail.removeprefix(b"{"))

    @classmethod
    def unpacked(cls, data: bytes) -> Self:
        """What `packed` gave."""
        keys, *pieces, tail = data.split(b"\n")
        return cls(tuple(orjson.loads(keys)), tuple(pieces), tail)

    def packed(self) -> bytes:
        """All of it in lines."""
        return b"\n".join((orjson.dumps(self.keys), *self.pieces, self.tail))


def _objects(document: RoleDocument, answer: dict[str, Json]) -> Iterator[tuple[Key, dict[str, Json]]]:
    """The statements in the document's JSON that are objects, by their keys."""
    keys = defaultdict(list)
    for key in statements(document):
        keys[field_of(key)].append(key)
    # In the order of the JSON, which is that of the gaps.
    for name in (name for name in LISTS if name in keys):
        owner, _, attribute = name.rpartition(".")
        items = (answer[owner] if owner else answer)[attribute]
        yield from (
            (key, item) for key, item in zip(keys[name], items, strict=True) if isinstance(item, dict)
        )


def documents_to_hold_against() -> Any:
    """What `packed_parts` reads beside the role and its revision."""
    return Prefetch("documents", read_documents())


def packed_parts(role: Role) -> bytes:
    """The parts of a role's JSON, made now; `documents_to_hold_against` should be prefetched."""
    document = stated_document(role)
    return Parts.of(document, sources(role, document)).packed()


def digest_of(parts: bytes) -> str:
    """What tells parts from others."""
    return hashlib.sha256(parts).hexdigest()


def renew() -> None:
    """Make the JSON of all roles of which it is outdated; others may change roles meanwhile.

    Whoever changes a role does this after the transaction: see `store.lock`.
    """
    while RoleJson.objects.filter(version__lt=VERSION).exists() and _renew_some():
        pass


@transaction.atomic
def _renew_some() -> bool:
    """Make the JSON of some roles; False if there are none but those that others are about to change."""
    # Locked, so that nobody outdates a row between the reading of what it is made of and the writing.
    outdated = RoleJson.objects.select_for_update(skip_locked=True).filter(version__lt=VERSION)
    pks = list(outdated.order_by("version").values_list("pk", flat=True)[:AT_ONCE])
    roles = Role.objects.filter(pk__in=pks).select_related("revision")
    made = [(role, packed_parts(role)) for role in roles.prefetch_related(documents_to_hold_against())]
    RoleJson.objects.bulk_create(
        [RoleJson(role=role, parts=parts, digest=digest_of(parts), version=VERSION) for role, parts in made],
        update_conflicts=True,
        unique_fields=["role"],
        update_fields=["parts", "digest", "version"],
    )
    return bool(made)


# The triggers -----------------------------------------------------------------------------------------------


def watch(using: str) -> None:
    """Let a database say itself when a role's JSON is outdated, through whatever door documents change.

    For after migrations: on SQLite, Django alters a table by making it anew, without its triggers.
    """
    connection = connections[using]
    unwatch(using)
    with connection.cursor() as cursor:
        if _TABLE not in connection.introspection.table_names(cursor):
            return
        if connection.vendor == "postgresql":
            cursor.execute(_FUNCTION)
        for name, table, event, columns, condition in _triggers():
            rows = _ROWS[event]
            of = f" OF {columns}" if event == "UPDATE" else ""
            when = f"WHEN ({rows[0]}.{condition})" if condition else ""
            if connection.vendor == "postgresql":
                done = f"FOR EACH ROW {when} EXECUTE FUNCTION {_FUNCTION_NAME}()"
            else:
                roles = ", ".join(f"{row}.role_id" for row in rows)
                done = f"{when} BEGIN {_OUTDATE.format(roles=roles)}; END"
            cursor.execute(f"CREATE TRIGGER {name} AFTER {event}{of} ON {table} {done}")


def unwatch(using: str) -> None:
    """Take away what `watch` made, for the time of migrations: what triggers name can't be altered."""
    connection = connections[using]
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        for name, table, *_ in _triggers():
            if table in tables:
                on = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


def _triggers() -> Iterator[tuple[str, str, str, str, str]]:
    """Name, table, kind of writing, the columns that count, and which rows do."""
    for table, columns, condition in _WATCHED:
        for event in _ROWS:
            yield f"json_{table}_{event.lower()}", table, event, columns, condition


_TABLE = RoleJson._meta.db_table
_ROWS = {"INSERT": ["new"], "UPDATE": ["old", "new"], "DELETE": ["old"]}
_WATCHED = [
    (SourceDocument._meta.db_table, "role_id, path, dialect, rank, parsed, lines", ""),
    (Proposal._meta.db_table, "role_id, base, document, state", "origin = 'load'"),
]
_OUTDATE = f"UPDATE {_TABLE} SET version = 0 WHERE role_id IN ({{roles}}) AND version <> 0"  # noqa: S608
_FUNCTION_NAME = "roles_outdate_json"
_FUNCTION = f"""
    CREATE OR REPLACE FUNCTION {_FUNCTION_NAME}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF TG_OP <> 'INSERT' THEN {_OUTDATE.format(roles="OLD.role_id")}; END IF;
        IF TG_OP <> 'DELETE' THEN {_OUTDATE.format(roles="NEW.role_id")}; END IF;
        RETURN NULL;
    END $$
"""
