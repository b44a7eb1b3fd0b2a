"""Where to go from a role: the ones that follow it and the ones that are like it, each with the reasons."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from roles.likeness import MOST_SHOWN, Kin, neighbourhood
from roles.models import Role, RoleCapability, RoleQuerySet


@dataclass(frozen=True, slots=True, kw_only=True)
class NextRole:
    """A role to go on to, and why."""

    kin: Kin
    reasons: Sequence[str]

    @property
    def role(self) -> Role:
        """The role."""
        return self.kin.role


@dataclass(frozen=True, slots=True, kw_only=True)
class NextRoles:
    """The roles that follow a role, and those that are like it."""

    role: Role
    following: Sequence[NextRole]
    similar: Sequence[NextRole]


def next_roles(
    role: Role, roles: RoleQuerySet, capabilities: Sequence[RoleCapability], most: int = MOST_SHOWN
) -> NextRoles | None:
    """What follows a role among these, and what is like it, at most so many of each. Two queries.

    None if there is nothing. `capabilities` are the role's own, as `with_users` gives them.
    """
    near = neighbourhood(role, roles, capabilities, most)
    if not near.following and not near.similar:
        return None
    needed = len({row.capability_id for row in capabilities})
    return NextRoles(
        role=role,
        following=[NextRole(kin=kin, reasons=list(_why_next(kin))) for kin in near.following],
        similar=[NextRole(kin=kin, reasons=list(_why_similar(kin, needed))) for kin in near.similar],
    )


def _why_next(kin: Kin) -> Iterator[str]:
    if kin.up:
        yield _("more senior: %(seniority)s") % {"seniority": kin.role.seniority_name}
    if kin.needed:
        yield ngettext(
            "%(shared)d of its %(needed)d capability is needed here too",
            "%(shared)d of its %(needed)d capabilities are needed here too",
            kin.needed,
        ) % {"shared": kin.capabilities, "needed": kin.needed}
    yield from _besides(kin)


def _why_similar(kin: Kin, needed: int) -> Iterator[str]:
    if kin.capabilities:
        yield ngettext(
            "shares %(shared)d of %(needed)d capability",
            "shares %(shared)d of %(needed)d capabilities",
            needed,
        ) % {"shared": kin.capabilities, "needed": needed}
    yield from _besides(kin)


def _besides(kin: Kin) -> Iterator[str]:
    counts = kin.common.counts
    if kin.same_family:
        yield _("same family")
    if count := counts.get("responsibility"):
        yield ngettext("%(count)d shared responsibility", "%(count)d shared responsibilities", count) % {
            "count": count
        }
    if count := counts.get("artifact"):
        yield ngettext("%(count)d shared artifact", "%(count)d shared artifacts", count) % {"count": count}
    if "contact" in counts:
        yield _("both work together")
