"""A catalogue of any size for measuring, in a few minutes.

Its roles are written by the store; what is to be large then gets copies of most of them, with all rows that
hang on them, under names of their own. Some roles are there once however large the catalogue is: they alone
are of the family Lighthouse and speak of it, so that what is looked for has equally many hits everywhere.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any
from uuid import uuid4

from django.db import connection, models, transaction

from roles import state, store
from roles.documents.document import RoleDocument
from roles.documents.reader import parse
from roles.documents.text import sort_key
from roles.models import Role, RoleIdentifier, RoleRevision
from roles.partners import link_partners
from roles.representation import role_answer
from roles.role_json import renew
from tests.benchmarks.documents import documents

ONCE = 40
"""Roles that are there once."""


def said(count: int) -> Iterator[RoleDocument]:
    """What `count` roles say."""
    texts = (text for path, text in documents(2 * count, sizes=(1, 2)) if path.endswith(".md"))
    for number, text in enumerate(islice(texts, count)):
        document = parse(text.encode()).document
        assert document is not None
        if number < ONCE:
            yield replace(
                document,
                family="Lighthouse",
                mission=f"Keep the beacon lit. {document.mission or ''}".strip(),
            )
        else:
            yield replace(document, family=f"Family {number % 40}")


def fill(few: int, count: int) -> None:
    """Write `few` roles, and copies of them until there are about `count`."""
    change = store.Change(origin=RoleRevision.Origin.LOAD)
    waiting = said(few)
    while batch := list(islice(waiting, 100)):
        store.write_all([(None, document, Role.Status.PUBLISHED) for document in batch], change)
    link_partners()
    copies = (count - few) // (few - ONCE)
    if copies > 0:
        state.unwatch("default")
        for name, function, arguments in (
            ("uid", lambda: uuid4().hex, 0),
            ("sort_key", sort_key, 1),
            ("copied", _copied, 2),
        ):
            connection.connection.create_function(name, arguments, function)
        _copy(copies)
        state.watch("default")
    renew()
    keep_answers(few)


def _copied(document: str, number: int) -> str:
    stated = json.loads(document)
    stated["slug"] += f"-{number}"
    stated["name"] += f" {number}"
    for identifier in stated["identifiers"]:
        identifier["value"] += f"-{number}"
    return json.dumps(stated)


def _copy(copies: int) -> None:
    """Copy the roles but those that are there once, with their rows in all tables."""
    copied = Role.objects.order_by("pk")[ONCE].pk
    tables = [Role, RoleRevision, *_tables_of_roles()]
    steps = {
        model: (model._default_manager.aggregate(last=models.Max("pk"))["last"] or 0) + 1 for model in tables
    }
    statements = [_statement(model, steps, copied) for model in tables]
    for number in range(1, copies + 1):
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement.replace(":n", str(number)))


def _tables_of_roles() -> list[Any]:
    related = [each.related_model for each in Role._meta.related_objects if each.field.name == "role"]
    # Triggers fill the index of the search.
    return [model for model in related if model is not RoleRevision and model._meta.managed]


def _statement(model: Any, steps: dict[Any, int], copied: int) -> str:
    """The statement that adds the rows of one copy; `:n` stands for its number."""
    role = f"{steps[Role]} * :n"
    special = {
        (Role, "uid"): "uid()",
        (Role, "slug"): "slug || '-:n'",
        (Role, "name"): "name || ' :n'",
        (Role, "sort_key"): "sort_key(name || ' :n')",
        (Role, "revision_id"): f"revision_id + {steps[RoleRevision]} * :n",
        (RoleRevision, "slug"): "slug || '-:n'",
        (RoleRevision, "role_uid"): f"(SELECT uid FROM roles_role WHERE id = role_id + {role})",  # noqa: S608
        (RoleRevision, "catalogue_number"): f"catalogue_number + {steps[RoleRevision]} * :n",
        (RoleRevision, "document"): "copied(document, :n)",
        (RoleIdentifier, "value"): "value || '-:n'",
        (RoleIdentifier, "folded"): "folded || '-:n'",
    }
    columns, values = [], []
    for column in model._meta.concrete_fields:
        name = f'"{column.column}"'
        columns.append(name)
        if (model, column.column) in special:
            values.append(special[model, column.column])
        elif column.related_model is Role:
            # A role that is there once is a partner of the copies too.
            values.append(f"CASE WHEN {name} >= {copied} THEN {name} + {role} ELSE {name} END")
        elif column.primary_key or column.related_model is RoleRevision:
            values.append(f"{name} + {steps[column.related_model or model]} * :n")
        elif column.name == "version" and model.__name__ == "RoleJson":
            values.append("0")
        elif column.name == "number" and model.__name__ == "RoleEvent":
            values.append(f"{name} + {steps[model]} * :n")
        else:
            values.append(name)
    table = model._meta.db_table
    of_role = "id" if model is Role else "role_id"
    originals = f"{of_role} >= {copied} AND {of_role} < {steps[Role]}"
    named, put = ", ".join(columns), ", ".join(values)
    return f"INSERT INTO {table} ({named}) SELECT {put} FROM {table} WHERE {originals}"  # noqa: S608


def keep_answers(most: int) -> None:
    """Keep the bytes of some roles' answers in a table, for the view that does nothing but fetch them."""
    from django.contrib.auth.models import AnonymousUser

    slugs = Role.objects.order_by("pk").values_list("slug", flat=True)[ONCE:most]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_answers (slug text PRIMARY KEY, content blob) WITHOUT ROWID")
        for slug in slugs:
            answer = role_answer(slug, AnonymousUser(), lambda slug: f"http://localhost/roles/{slug}/")
            cursor.execute("INSERT INTO bench_answers VALUES (%s, %s)", [slug, answer.content()])
