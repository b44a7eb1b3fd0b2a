"""The form of a role filled in from any document, as if somebody had typed it.

A filled form is the form of the role as it is now, with what the document says in its fields: rows that say
the same statement keep their primary keys, new ones are rows that were added, those that the document lacks
are marked to be removed. Sent back untouched, it makes the role say exactly the document.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.formats import localize_input

from roles import store
from roles.admin.fields import NAMED
from roles.admin.forms import ROLE_LINKS
from roles.admin.inlines import INLINES
from roles.admin.typed import Lifecycle, Opened
from roles.documents.document import RoleDocument
from roles.documents.text import fold_key
from roles.models import AgentProfile, Role, RoleProperty

TEXTS = ("name", "slug", "mission", "summary", "description")
LISTS = {table.model: table for table in (*store.NAMES, *store.TABLES)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """What a form is filled with."""

    document: RoleDocument
    lifecycle: Lifecycle
    reason: str = ""
    notice: str = ""
    """What is said above the form: where this comes from, in plain words."""


def typed_fields(role: Role | None, filling: Filling) -> dict[str, str]:
    """The fields of the form as a browser would send them; `role` is None for a role that is to be made.

    The form counts as opened on what the role is now. One query for each table of rows.
    """
    role = role or Role()
    said = filling.document
    fields = {
        **{
            name: _text(getattr(said, name)) for name in ("name", "slug", "mission", "summary", "description")
        },
        **{link: _choice(role, link, name, getattr(said, link)) for link, (_, name) in ROLE_LINKS.items()},
        "extra": json.dumps(said.extra, ensure_ascii=False, indent=2) if said.extra else "",
        **{name: _text(getattr(filling.lifecycle, name)) for name in ("status", "owner", "successor")},
        "review_by": _text(localize_input(filling.lifecycle.review_by)),
        "reason": filling.reason,
        "opened_on": str(Opened.of(role)),
    }
    for inline in INLINES:
        prefix = inline.model._meta.get_field(inline.fk_name).remote_field.get_accessor_name()
        rows = list(_rows(inline, role, said))
        existing = [row for row in rows if row["id"]]
        fields |= {
            f"{prefix}-TOTAL_FORMS": str(len(rows)),
            f"{prefix}-INITIAL_FORMS": str(len(existing)),
            f"{prefix}-MIN_NUM_FORMS": "0",
            f"{prefix}-MAX_NUM_FORMS": "1000",
        }
        for number, row in enumerate(rows):
            fields |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
            fields[f"{prefix}-{number}-role"] = _text(role.pk)
    return fields


Row = dict[str, str]
"""The fields of a row, among them `id`, empty for a row that is to be made."""


def _rows(inline: Any, role: Role, said: RoleDocument) -> Iterator[Row]:
    """The rows of a part of the form: those that exist as the stock form has them, then new ones.

    Where each is to stand, its position says.
    """
    if inline.model is AgentProfile:
        yield _agent(role, said)
        return
    present, wanted = _properties(role, said) if inline.model is RoleProperty else _listed(inline, role, said)
    places = {key: place for place, key in enumerate(wanted)}
    for key, row in present.items():
        if key in wanted:
            yield _row(inline, row, wanted[key]) | {"position": str(places[key])}
        else:
            values = {name: getattr(row, name, "") for name in _columns(inline)}
            places[key] = len(places)
            yield _row(inline, row, values) | {"position": str(places[key]), "DELETE": "on"}
    for key, values in wanted.items():
        if key not in present:
            yield _row(inline, None, values) | {"position": str(places[key])}


def _listed(inline: Any, role: Role, said: RoleDocument) -> tuple[dict[str, Any], dict[str, Any]]:
    table = LISTS[inline.model]
    return table.by_key(_of(role, inline.model)), table.wanted(said)


def _of(role: Role, model: Any) -> Iterable[Any]:
    return model._default_manager.filter(role=role) if role.pk else ()


def _properties(role: Role, said: RoleDocument) -> tuple[dict[str, Any], dict[str, Any]]:
    """Each property is a row of the form, and one row a value of its table."""
    present: dict[str, Any] = {}
    for row in _of(role, RoleProperty):
        first = present.setdefault(row.key.rpartition("/")[0], row)
        first.values = [*getattr(first, "values", []), row.value]
    for row in present.values():
        row.values = ", ".join(row.values)
    wanted = {
        key.rpartition("/")[0]: {"name": values["name"]}
        for key, values in store.PROPERTIES.wanted(said).items()
    }
    for stated, values in zip(said.properties, wanted.values(), strict=True):
        values["values"] = ", ".join(stated.values)
    return present, wanted


def _agent(role: Role, said: RoleDocument) -> Row:
    row = next(iter(_of(role, AgentProfile)), None)
    names = {name: _text(getattr(said.agent, name, None)) for name in ("name", "system_prompt")}
    return {"id": _text(row and row.pk), **names}


def _columns(inline: Any) -> list[str]:
    """The columns that fields of a row stand for; a link stands for the name as written."""
    names = [name for line in inline.fields for name in ([line] if isinstance(line, str) else line)]
    return [name for name in names if name not in ("position", *inline.readonly_fields)]


def _row(inline: Any, row: Any | None, values: Mapping[str, Any]) -> Row:
    links = getattr(LISTS.get(inline.model), "links", {})
    fields = {"id": _text(row and row.pk)}
    for column in _columns(inline):
        if column not in links:
            value = values[column]
            # A box that is not ticked is not sent.
            fields |= {} if value is False else {column: "on" if value is True else _text(value)}
        elif (name := links[column][1]) in values:
            typed = name in _columns(inline)
            fields[column] = _choice(row, column, name, values[name], typed=typed)
        else:
            fields[column] = _text(getattr(row, f"{column}_id"))
    return fields


def _choice(row: Any | None, link: str, name: str, written: str | None, *, typed: bool = False) -> str:
    """What is chosen where a document names a word; `typed` tells that the name has a field of its own."""
    linked = getattr(row, f"{link}_id", None)
    if not written:
        return ""
    before = getattr(row, name, "")
    if before == written or (typed and fold_key(before) == fold_key(written)):
        return _text(linked)
    return "" if typed else f"{NAMED}{written}"


def _text(value: Any) -> str:
    return "" if value is None else str(value)
