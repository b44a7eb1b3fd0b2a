"""Many roles changed together: planned, shown, made in one step with one reason, and undone as one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final, Literal

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from roles import lifecycle, proposals, store
from roles.differences import title
from roles.documents.document import Capability, InvalidDocument, RoleDocument
from roles.documents.merge import merge
from roles.documents.text import fold_key
from roles.models import BulkChange, BulkChangedRole, JobFamily, ProficiencyLevel, Role, SeniorityLevel
from roles.models import Capability as CapabilityWord
from roles.models.vocabulary import chunks
from roles.partners import link_partners
from roles.store import Change

MOST: Final = 1_000
"""The most roles that are changed together: so many can still be looked through."""

Do = Literal["add", "level", "remove"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the roles are to have; what is None stays."""

    family: JobFamily | None = None
    seniority: SeniorityLevel | None = None
    status: Role.Status | None = None
    owner: User | None = None
    review_by: date | None = None
    capability: CapabilityWord | None = None
    do: Do = "add"
    """What becomes of the capability."""
    level: ProficiencyLevel | None = None

    @property
    def lifecycle(self) -> lifecycle.Wanted:
        """The part that is no document."""
        wanted = lifecycle.Wanted()
        if self.status:
            wanted["status"] = self.status
        if self.owner:
            wanted["owner"] = self.owner
        if self.review_by:
            wanted["review_by"] = self.review_by
        return wanted

    def to_json(self) -> dict[str, str]:
        """What is wanted, in names, for the history."""
        named = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "do"}
        said = {name: str(value) for name, value in named.items() if value is not None}
        return said | ({"do": self.do} if self.capability else {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What is to become of one role."""

    role: Role
    before: RoleDocument
    after: RoleDocument
    lifecycle: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    """Values before and after, by the field."""
    proposed: bool = False
    """Whether it waits for a reviewer."""
    refusals: Sequence[str] = ()
    """Why something of what is wanted is not done, as sentences."""

    @property
    def changes(self) -> bool:
        """Whether anything is done."""
        return self.before != self.after or bool(self.lifecycle)


# What is to be done -----------------------------------------------------------------------------------------


def selected(pks: Collection[int]) -> list[Role]:
    """The roles of these ids, with what a plan reads, in the order of names."""
    roles: list[Role] = []
    known = Role.objects.select_related("revision", "owner", "successor")
    for some in chunks(pks):
        roles += known.filter(pk__in=some)
    return sorted(roles, key=lambda role: (role.sort_key, role.slug))


def plan(roles: Sequence[Role], wanted: Wanted, user: User) -> list[Planned]:
    """What would become of each of these roles, as far as this person may change them."""
    names = _names_of(wanted.capability)
    publishes = proposals.may_publish(user)
    return [_planned(role, wanted, names, publishes) for role in roles]


def _planned(role: Role, wanted: Wanted, names: Collection[str], publishes: bool) -> Planned:
    before = store.current(role)
    refusals: list[str] = []
    try:
        after = _document(before, wanted, names)
    except InvalidDocument as error:
        after = before
        refusals += [fault.text for fault in error.faults]
    if wanted.capability and before.capabilities == after.capabilities and not refusals:
        refusals += _why_not(before, wanted, names)
    changes = {
        name: (getattr(role, name), value)
        for name, value in wanted.lifecycle.items()
        if getattr(role, name) != value
    }
    if role.status == Role.Status.DRAFT and wanted.status == Role.Status.ARCHIVED:
        changes.pop("status")
        refusals.append(_("A draft is not archived: publish it or delete it."))
    waits = not publishes and (role.status != Role.Status.DRAFT or "status" in changes)
    if waits and changes.keys() - {"status"} and role.status != Role.Status.DRAFT:
        for name in ("owner", "review_by"):
            changes.pop(name, None)
        refusals.append(_("Only a reviewer changes owner and review date of a published role."))
    return Planned(
        role=role,
        before=before,
        after=after,
        lifecycle=changes,
        proposed=waits and (before != after or "status" in changes),
        refusals=refusals,
    )


def _names_of(word: CapabilityWord | None) -> set[str]:
    if word is None:
        return set()
    return {word.folded, *word.aliases.values_list("folded", flat=True)}


def _document(document: RoleDocument, wanted: Wanted, names: Collection[str]) -> RoleDocument:
    parts: dict[str, Any] = {}
    if wanted.family and fold_key(document.family or "") != wanted.family.folded:
        parts["family"] = wanted.family.name
    if wanted.seniority and fold_key(document.seniority or "") != wanted.seniority.folded:
        parts["seniority"] = wanted.seniority.name
    if wanted.capability:
        parts["capabilities"] = _capabilities(document, wanted, wanted.capability.name, names)
    return replace(document, **parts)


def _capabilities(
    document: RoleDocument, wanted: Wanted, name: str, names: Collection[str]
) -> tuple[Capability, ...]:
    stated = document.capabilities
    level = wanted.level.name if wanted.level else None
    if wanted.do == "remove":
        return tuple(each for each in stated if fold_key(each.name) not in names)
    if wanted.do == "level":
        return tuple(replace(each, level=level) if fold_key(each.name) in names else each for each in stated)
    if any(fold_key(each.name) in names for each in stated):
        return stated
    return (*stated, Capability(name=name, level=level))


def _why_not(document: RoleDocument, wanted: Wanted, names: Collection[str]) -> list[str]:
    stated = next((each for each in document.capabilities if fold_key(each.name) in names), None)
    said = {"capability": wanted.capability}
    if stated is None:
        return [_("It does not name %(capability)s.") % said]
    if wanted.do == "add":
        if stated.level:
            return [_("It names %(capability)s already, at %(level)s.") % {**said, "level": stated.level}]
        return [_("It names %(capability)s already.") % said]
    return []


# Doing it ---------------------------------------------------------------------------------------------------


@transaction.atomic
def apply(planned: Sequence[Planned], wanted: Wanted, change: Change) -> BulkChange:
    """Do what was planned of roles as they are now: all of it or nothing.

    Raises:
        store.SlugTaken, store.IdentifierTaken, pending.Incompatible: if it can't be done.
    """
    store.lock()
    made = BulkChange.objects.create(
        author=change.author,
        author_name=change.author_name or (change.author.get_username() if change.author else ""),
        reason=change.reason,
        asked=wanted.to_json(),
    )
    doing = [each for each in planned if each.changes]
    at_once = [each for each in doing if not each.proposed]
    rows = {
        each.role.pk: BulkChangedRole(
            change=made, role=each.role, name=each.role.name, before=each.role.revision
        )
        for each in doing
    }
    writing = [each for each in at_once if each.before != each.after]
    written = store.write_all(
        [(each.role, each.after, Role.Status(each.role.status)) for each in writing], change
    )
    for each, (_role, revision) in zip(writing, written, strict=True):
        rows[each.role.pk].after = revision
    # Owner and review date of a draft are free, whoever decides on its publication.
    for each in doing:
        own = {name: value for name, value in each.lifecycle.items() if not each.proposed or name != "status"}
        rows[each.role.pk].lifecycle = {
            name: [_stored(before), _stored(after)] for name, (before, after) in own.items()
        }
    _change_lifecycles([(each.role, rows[each.role.pk].lifecycle) for each in doing], change, side=1)
    for each in doing:
        if each.proposed:
            status = each.lifecycle.get("status", ("", ""))[1]
            row = rows[each.role.pk]
            row.proposal = proposals.propose(each.role, each.after, change, status=status)
    BulkChangedRole.objects.bulk_create(rows.values())
    if writing:
        link_partners()
    return made


def _stored(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return value.pk if isinstance(value, User) else value


def _change_lifecycles(
    changes: Sequence[tuple[Role, dict[str, list[Any]]]], change: Change, *, side: int
) -> None:
    """Give roles the values of one side of what was noted: 0 is before, 1 after."""
    owners = User.objects.in_bulk({values["owner"][side] for _role, values in changes if "owner" in values})
    wanted = []
    for role, values in changes:
        each: Any = {name: pair[side] for name, pair in values.items()}
        if "owner" in each:
            each["owner"] = owners.get(each["owner"])
        if each.get("review_by"):
            each["review_by"] = date.fromisoformat(each["review_by"])
        if each:
            wanted.append((role, each))
    lifecycle.change_many(wanted, by=change.author, by_name=change.author_name, reason=change.reason)


# Undoing it -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WayBack:
    """What undoing does to one role."""

    row: BulkChangedRole
    document: RoleDocument | None
    """What it says afterwards; None if that is what it says now."""
    lifecycle: dict[str, list[Any]]
    withdraws: bool
    left: Sequence[str]
    """What was changed since and is left, as sentences."""


def way_back(made: BulkChange, user: User) -> list[WayBack]:
    """What undoing a change of many roles does now, and what it leaves."""
    rows = made.roles.select_related("role__revision", "role__owner", "before", "after", "proposal")
    return [_back(row, made, user) for row in rows]


def _back(row: BulkChangedRole, made: BulkChange, user: User) -> WayBack:
    if row.role is None:
        return WayBack(row, None, {}, False, [_("The role was deleted since.")])
    changed_at_once = row.lifecycle or not row.proposal
    if changed_at_once and proposals.must_propose(row.role, user):
        return WayBack(row, None, {}, False, [_("It is published, so a reviewer has to undo this.")])
    left: list[str] = []
    document, withdraws = None, False
    if row.after and row.before:
        after, before = (RoleDocument.stored(each.document) for each in (row.after, row.before))
        now = store.current(row.role)
        merged = merge(after, now, before)
        document = merged.document if merged.document != now else None
        for each in merged.conflicts:
            known = each.ours if each.ours is not None else each.base
            text = _("%(what)s was changed since and stays as it is.")
            left.append(text % {"what": title(each.key, known or each.theirs)})
    if row.proposal:
        withdraws = row.proposal.is_open and row.proposal.created_at >= made.created_at
        if withdraws and not proposals.may_revise(row.proposal, user):
            withdraws = False
            left.append(_("This is not yours to decide, or it is decided already."))
        elif not withdraws:
            left.append(_("The proposal was decided on since, or says more by now: look at it there."))
    values = {
        name: pair for name, pair in row.lifecycle.items() if _stored(getattr(row.role, name)) == pair[1]
    }
    for name in row.lifecycle.keys() - values.keys():
        column: Any = row.role._meta.get_field(name)
        text = _("The %(what)s was changed since and stays as it is.")
        left.append(text % {"what": column.verbose_name})
    return WayBack(row, document, values, withdraws, left)


@transaction.atomic
def undo(made: BulkChange, change: Change, user: User) -> list[WayBack]:
    """Undo a change of many roles, but for what was changed since. Undone already, nothing is done."""
    store.lock()
    made.refresh_from_db()
    if made.undone_at:
        return []
    ways = way_back(made, user)
    writing = [(each.row.role, each.document) for each in ways if each.row.role and each.document]
    store.write_all([(role, document, Role.Status(role.status)) for role, document in writing], change)
    _change_lifecycles([(each.row.role, each.lifecycle) for each in ways if each.row.role], change, side=0)
    for each in ways:
        if each.withdraws and each.row.proposal:
            proposals.withdraw(each.row.proposal, change.author, change.reason)
    if writing:
        link_partners()
    made.undone_at, made.undone_by, made.undone_by_name = timezone.now(), change.author, user.get_username()
    made.left = [f"{each.row.name}: {sentence}" for each in ways for sentence in each.left]
    made.save(update_fields=["undone_at", "undone_by", "undone_by_name", "left"])
    return ways
