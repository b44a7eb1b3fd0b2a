"""Tables for everybody's tests: exported, edited as somebody would in a spreadsheet, and imported."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import tablib
from django.contrib.auth.models import Permission, User

from roles.exchange.catalogue import SHEETS
from roles.exchange.formats import FORMATS, read
from roles.exchange.result import Result
from roles.exchange.sheets import apply, preview
from roles.models import Role, RoleRevision
from roles.store import Change


def person(name: str, *permissions: str) -> User:
    """Somebody with these permissions on roles and their vocabulary."""
    user = User.objects.create_user(name, is_staff=True)
    user.user_permissions.set(
        Permission.objects.filter(codename__in=permissions, content_type__app_label="roles")
    )
    return User.objects.get(pk=user.pk)


def reviewer() -> User:
    """Somebody who may do everything with roles and vocabulary."""
    return User.objects.create_superuser("rita")


def exported(sheet: str, queryset: Any = None, ending: str = "xlsx") -> bytes:
    """The file of a sheet."""
    kind = SHEETS[sheet]()
    everything = kind.model._default_manager.all() if queryset is None else queryset
    content: bytes = FORMATS[ending]().export_data(kind.export(everything))
    return content


def rows(sheet: str, data: bytes) -> list[dict[str, str]]:
    """The rows of a file by their headings."""
    return list(read("file", data, SHEETS[sheet]().headings).dict)


def table(headings: Sequence[str], lines: Iterable[Sequence[str]]) -> bytes:
    """A file of these rows."""
    content: bytes = FORMATS["csv"]().export_data(tablib.Dataset(*map(tuple, lines), headers=headings))
    return content


def table_of(lines: Sequence[Mapping[str, str]]) -> bytes:
    """A file of these rows by their headings."""
    return table(list(lines[0]), [list(line.values()) for line in lines])


def change(by: User, reason: str = "spring cleaning") -> Change:
    """A change that an import makes."""
    return Change(origin=RoleRevision.Origin.ADMIN, author=by, reason=reason)


def previewed(sheet: str, data: bytes, by: User) -> Result:
    """What would come of a file."""
    kind = SHEETS[sheet]()
    return preview(kind, read("file", data, kind.headings), change(by), by)


def imported(sheet: str, data: bytes, by: User) -> Result:
    """Import a file after a look at what will come of it."""
    kind = SHEETS[sheet]()
    seen = previewed(sheet, data, by).digest
    return apply(kind, read("file", data, kind.headings), change(by), by, seen=seen)


def outcomes(result: Result) -> list[str]:
    """What became of each row."""
    return [row.outcome.value for row in result.rows]


def problems(result: Result) -> list[tuple[int, str]]:
    """The rows and columns that were refused."""
    return [(row.number, problem.column) for row in result.rows for problem in row.problems]


def said(slug: str) -> dict[str, Any]:
    """What a role says now."""
    role = Role.objects.select_related("revision").get(slug=slug)
    assert role.revision is not None
    document: dict[str, Any] = role.revision.document
    return document
