"""What the page of a role reads from the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import Prefetch, Q

from roles.documents.document import Key
from roles.likeness import with_users
from roles.models import (
    AgentMcpServer,
    Interaction,
    Role,
    RoleArtifact,
    RoleCapability,
    RoleMember,
    RoleQuerySet,
    RoleResponsibility,
)
from roles.sources import read_documents


def for_role_page(roles: RoleQuerySet) -> RoleQuerySet:
    """Fetch a role with what belongs to it alone, with five queries.

    What the role itself says comes from its newest revision, one row; the tables only add what links it to
    others.
    """
    return roles.select_related(
        "family", "seniority", "owner", "revision", "rendering", "successor"
    ).prefetch_related(
        Prefetch(
            "capabilities", with_users(RoleCapability.objects.select_related("capability", "proficiency"))
        ),
        "capabilities__capability__levels",
        Prefetch("mcp_servers", AgentMcpServer.objects.select_related("server")),
        Prefetch("documents", read_documents()),
    )


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What links a role to others: rows by statement key, and what others say of it.

    Roles that the reader may not see are left out, and so is what archived ones say of this role.
    """

    interactions: Mapping[Key, Interaction]
    incoming: Sequence[Interaction]
    members: Mapping[Key, RoleMember]
    memberships: Sequence[RoleMember]
    words: Mapping[Key, str]
    """The slugs of the shared responsibilities and artifacts that statements name."""

    @classmethod
    def fetch(cls, role: Role, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Read them with three queries, however many there are."""
        saying = Role.objects.visible_to(user).listed().order_by()
        order = ("role__sort_key", "role__slug", "position")
        interactions = (
            Interaction.objects.filter(Q(role=role) | Q(partner=role, role__in=saying))
            .select_related("kind__inverse", "role", "partner")
            .order_by(*order)
        )
        members = (
            RoleMember.objects.filter(Q(role=role) | Q(member=role, role__in=saying))
            .select_related("role", "member")
            .order_by(*order)
        )
        return cls(
            interactions={row.key: row for row in interactions if row.role_id == role.pk},
            incoming=[row for row in interactions if row.partner_id == role.pk],
            members={row.key: row for row in members if row.role_id == role.pk},
            memberships=[row for row in members if row.member_id == role.pk],
            words=dict(
                RoleResponsibility.objects.filter(role=role)
                .exclude(responsibility=None)
                .order_by()
                .values_list("key", "responsibility__slug")
                .union(
                    RoleArtifact.objects.filter(role=role).order_by().values_list("key", "artifact__slug"),
                    all=True,
                )
            ),
        )
