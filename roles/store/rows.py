"""Rows that a person edited, brought to what a document would have made of them."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from roles.documents.document import Property
from roles.models import Role, RoleProperty, RoleRevision
from roles.store.reading import read, rows_of
from roles.store.recording import Change, lock, publish, record
from roles.store.tables import PROPERTIES, TABLES, Table, items, keyed, property_rows
from roles.store.words import set_links
from roles.store.writing import Draft, check_free, keep_slug, update_rows, write_agents, write_rows


@transaction.atomic
def save_rows(role: Role, change: Change) -> RoleRevision | None:
    """Record what a person changed in a role's rows, None if they say what the newest revision says.

    Brings the rows to what `write` would have made of the same document, keeping their primary keys:
    statement keys and positions follow what the rows say, a link into the vocabulary that is empty is
    found by the name as written, and the slug that the role had before goes on leading to it. Call `lock`
    before changing rows.

    Raises:
        InvalidDocument: if the rows make no document.
        SlugTaken, IdentifierTaken: if another role has them.
        The caller takes its changes of the rows back then.
    """
    lock()
    document = read(role)
    check_free([(role, document)])
    for table in TABLES:
        _key_rows(role, table, items(document, table.field))
    write_properties(role, document.properties)
    for named in (role.aliases.all(), role.tags.all()):
        update_rows(named.model, [(row, {"position": number}) for number, row in enumerate(named)])
    write_agents([Draft(role, None, document)])
    if role.revision is not None and role.revision.document == document.to_json():
        publish(role)
        return None
    if role.revision is not None:
        keep_slug(role, role.revision.slug)
    [revision] = record([(role, document)], change)
    return revision


def write_properties(role: Role, properties: Sequence[Property]) -> None:
    """Make a role's rows state these properties; it is for `write` or `save_rows` to record that."""
    present = PROPERTIES.by_key(RoleProperty.objects.filter(role=role))
    write_rows(RoleProperty, [(role, present, property_rows(properties))])


def _key_rows(role: Role, table: Table, listed: Sequence[Any]) -> None:
    """Give rows that say these items the keys and positions that they would have been written with."""
    rows: dict[Any, list[Any]] = {}
    for row in rows_of(role, table):
        rows.setdefault(table.item(row), []).append(row)
    # Items may stand in another order than their rows; equal ones have rows in their order.
    wanted = [
        (rows[item].pop(0), {"key": key, **table.columns(item), "position": position})
        for position, (key, item) in enumerate(keyed(table.field, listed).items())
    ]
    set_links(table, wanted)
    # A key that moves from one row to another must not stand at both for a moment.
    moved = [row.pk for row, values in wanted if row.key and row.key != values["key"]]
    if moved:
        table.model._default_manager.filter(pk__in=moved).update(key="")
    update_rows(table.model, wanted)
