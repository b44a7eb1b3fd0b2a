"""Tables into role documents."""

from typing import Any

from django.db import models

from roles.documents.document import Agent, Identifier, Property, RoleDocument
from roles.models import AgentProfile, Role
from roles.store.tables import TABLES, Table


def current(role: Role) -> RoleDocument:
    """What the catalogue says of a role: its newest revision, which is what the tables say."""
    return RoleDocument.stored(role.revision.document) if role.revision else read(role)


def read(role: Role) -> RoleDocument:
    """What the tables say of a role, read from them row by row.

    Raises:
        InvalidDocument: if rows that a person typed make no document.
    """
    lists = {table.field: tuple(table.item(row) for row in rows_of(role, table)) for table in TABLES}
    profile = AgentProfile.objects.filter(role=role).first()
    agent = Agent(
        name=(profile.name or None) if profile else None,
        system_prompt=(profile.system_prompt or None) if profile else None,
        **{name.removeprefix("agent."): lists.pop(name) for name in list(lists) if name.startswith("agent.")},
    )
    return RoleDocument(
        slug=role.slug,
        name=role.name,
        identifiers=tuple(Identifier(scheme=row.scheme, value=row.value) for row in role.identifiers.all()),
        aliases=tuple(role.aliases.values_list("name", flat=True)),
        tags=tuple(role.tags.values_list("name", flat=True)),
        extra=role.extra,
        family=role.family_name or None,
        seniority=role.seniority_name or None,
        mission=role.mission or None,
        summary=role.summary or None,
        description=role.description or None,
        properties=_properties(role),
        agent=agent,
        **lists,
    )


def rows_of(role: Role, table: Table) -> models.QuerySet[Any]:
    """A role's rows in a table of statements, in their order."""
    rows: models.QuerySet[Any] = table.model._default_manager.filter(role=role)
    return rows.order_by("position", "id")


def _properties(role: Role) -> tuple[Property, ...]:
    """A property is one row per value; rows belong together by key, newly typed ones by name."""
    found: dict[str, tuple[str, list[str]]] = {}
    for row in role.properties.order_by("position", "id"):
        key = row.key.rpartition("/")[0]
        if not key:
            key = next((known for known, (name, _) in found.items() if name == row.name), f"new {row.name}")
        found.setdefault(key, (row.name, []))[1].append(row.value)
    return tuple(
        Property(name=name, values=tuple(value for value in values if value))
        for name, values in found.values()
    )
