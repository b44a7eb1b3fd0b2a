"""Roles that rows are about: found, read, and written together."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from roles import lifecycle, proposals, store
from roles.documents.document import Keys, RoleDocument
from roles.documents.pending import Incompatible
from roles.documents.text import fold_key
from roles.exchange.columns import unknown
from roles.exchange.result import Outcome, Refused, Row
from roles.models import OldSlug, Role, RoleRevision
from roles.models.vocabulary import chunks
from roles.partners import link_partners
from roles.store import Change

AT_ONCE = 100
"""Roles that are written together."""

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RoleItem:
    """A role, and what it says or said, as JSON: what a row of roles is made from."""

    role: Role
    document: Json

    @property
    def revision(self) -> int | None:
        """The number of the role's newest revision."""
        return self.role.revision.number if self.role.revision else None


@dataclass(frozen=True, slots=True)
class StatementItem:
    """A statement of a role, as JSON."""

    role: Role
    item: Json

    @property
    def revision(self) -> int | None:
        """The number of the role's newest revision."""
        return self.role.revision.number if self.role.revision else None


def said_by(role: Role) -> Json:
    """What a role says, as JSON."""
    if role.revision:
        document: Json = role.revision.document
        return document
    return store.read(role).to_json()


def statements_in(document: Json, list_field: str) -> dict[str, Json]:
    """The statements of one list by their keys."""
    keys = Keys()
    return {keys.of(list_field, SimpleNamespace(**item)): item for item in document[list_field]}


class Roles:
    """The roles that this person sees, by all that a row may call them."""

    def __init__(self, by: User) -> None:
        self.by_uid: dict[UUID, int] = {}
        self.by_slug: dict[str, int] = {}
        self.by_name: dict[str, list[int]] = {}
        self.names: dict[int, str] = {}
        for pk, uid, slug, name in Role.objects.visible_to(by).values_list("pk", "uid", "slug", "name"):
            self.by_uid[uid], self.by_slug[slug], self.names[pk] = pk, pk, name
            self.by_name.setdefault(fold_key(name), []).append(pk)
        self.slugs = {pk: slug for slug, pk in self.by_slug.items()}
        old = OldSlug.objects.filter(role__in=Role.objects.visible_to(by).values("pk"))
        self.by_old_slug = dict(old.values_list("slug", "role_id"))
        self._read: dict[int, Role] = {}
        self._then: dict[tuple[int, int], Json] = {}

    def called(self, slug: str) -> int:
        """The id of the role with an address name.

        Raises:
            Refused: if there is none.
        """
        if slug in self.by_slug:
            return self.by_slug[slug]
        if slug in self.by_old_slug:
            now = self.slugs[self.by_old_slug[slug]]
            raise Refused(
                _("“%(old)s” is a former address name. Write “%(now)s”.") % {"old": slug, "now": now}
            )
        raise unknown(slug, self.by_slug, _("Write the address name of a role."))

    def read(self, pks: Collection[int]) -> None:
        """Fetch roles, a few queries for all of them."""
        wanted = Role.objects.select_related("revision", "owner", "successor")
        for some in chunks(set(pks) - self._read.keys()):
            self._read |= wanted.in_bulk(some)

    def __getitem__(self, pk: int) -> Role:
        return self._read[pk]

    def read_then(self, revisions: Iterable[tuple[int, int]]) -> None:
        """Fetch what roles said in older revisions, given as ids and numbers."""
        asked = [(pk, number) for pk, number in set(revisions) if pk in self._read]
        older = [(self._read[pk].uid, number) for pk, number in asked if self._number(pk) != number]
        for some in chunks(older):
            rows = RoleRevision.objects.filter(
                role_uid__in={uid for uid, _n in some}, number__in={number for _u, number in some}
            )
            for pk, number, document in rows.values_list("role_id", "number", "document"):
                if pk is not None:
                    self._then[pk, number] = document

    def then(self, pk: int, number: int | None) -> Json | None:
        """What a role said in a revision; None if that is what it says now, or is not known."""
        return self._then.get((pk, number or 0))

    def _number(self, pk: int) -> int | None:
        revision = self._read[pk].revision
        return revision.number if revision else None


@dataclass(slots=True, eq=False)
class Wanted:
    """What a role is to say and to have once the rows that are about it count."""

    role: Role | None
    """None for one that is to be made."""
    document: RoleDocument
    rows: list[Row]
    lifecycle: dict[str, Any] = field(default_factory=dict)
    """Status, owner, review date and successor that are to be set."""


def write_roles(wanted: Sequence[Wanted], change: Change, by: User) -> None:
    """Let roles say what is wanted, or propose it where this person only may; tell it in their rows."""
    free = [one for one in wanted if one.role is None or not proposals.must_propose(one.role, by)]
    for start in range(0, len(free), AT_ONCE):
        _write(free[start : start + AT_ONCE], change, by)
    for one in wanted:
        if one.role is not None and one not in free:
            _propose(one, one.role, change)
    if any(not row.refused for one in wanted for row in one.rows):
        link_partners()


def _write(batch: Sequence[Wanted], change: Change, by: User) -> None:
    try:
        with transaction.atomic():
            written = store.write_all([(one.role, one.document, Role.Status.DRAFT) for one in batch], change)
    except (store.SlugTaken, store.IdentifierTaken) as error:
        if len(batch) > 1:
            for one in batch:
                _write([one], change, by)
            return
        column, text = _taken(error)
        for row in batch[0].rows:
            row.refuse(column, text)
        return
    for one, (role, _revision) in zip(batch, written, strict=True):
        values = dict(one.lifecycle)
        status = values.get("status", role.status)
        if status != role.status and not proposals.may_publish(by):
            del values["status"]
            proposals.propose(role, one.document, change, status=status)
            text = _("The status is proposed: a reviewer looks at it.")
            for row in one.rows:
                row.notes.append(text)
        lifecycle.change(role, by=by, reason=change.reason, **values)
        for row in one.rows:
            row.outcome = Outcome.CHANGED if one.role else Outcome.NEW


def _propose(one: Wanted, role: Role, change: Change) -> None:
    values = dict(one.lifecycle)
    status, successor = values.pop("status", ""), values.pop("successor", None)
    if values or (successor and not status):
        text = _("Owner, review date and successor of a published role are for reviewers to change.")
    else:
        try:
            with transaction.atomic():
                proposals.propose(role, one.document, change, status=status, successor=successor)
        except Incompatible:
            text = _("You proposed something else of this role that does not go with it. Look at that first.")
        else:
            text = ""
    for row in one.rows:
        if text:
            row.refuse("", text)
        else:
            row.outcome = Outcome.PROPOSED


def _taken(error: store.SlugTaken | store.IdentifierTaken) -> tuple[str, str]:
    """The column whose value another role has, and what to do."""
    if isinstance(error, store.IdentifierTaken):
        holder = error.holder
        said = {"code": f"{holder.scheme}: {holder.value}", "role": holder.role.name}
        return "codes", _("The code “%(code)s” is that of %(role)s. Take it away from there first.") % said
    text = _("The address name “%(slug)s” leads to another role. Write another one, or leave it empty.")
    return "slug", text % {"slug": error}


def numbers(cells: Iterable[str]) -> Iterator[int | None]:
    """Numbers of revisions as files have them; None where there is none."""
    for cell in cells:
        yield int(cell) if cell.isascii() and cell.isdigit() and len(cell) < 10 else None
