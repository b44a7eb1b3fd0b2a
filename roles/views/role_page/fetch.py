"""What the page of a role reads from the database."""

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import Prefetch

from roles.models import (
    AgentMcpServer,
    Interaction,
    Role,
    RoleCapability,
    RoleMember,
    RoleQuerySet,
    SourceDocument,
)


def for_role_page(roles: RoleQuerySet, user: AbstractBaseUser | AnonymousUser) -> RoleQuerySet:
    """Fetch all that `role_page` reads, with a fixed number of queries.

    What the role itself says comes from its newest revision, one row; the tables only add what links it to
    others. Of other roles it brings those that the user may see; what archived ones say of this role is
    left out.
    """
    visible = Role.objects.visible_to(user)
    saying = visible.listed().order_by()
    return roles.select_related("family", "seniority", "owner", "revision", "rendering").prefetch_related(
        Prefetch("successor", visible),
        Prefetch("capabilities", RoleCapability.objects.select_related("capability", "proficiency")),
        Prefetch("interactions", Interaction.objects.select_related("kind")),
        Prefetch("interactions__partner", visible),
        Prefetch(
            "incoming",
            Interaction.objects.filter(role__in=saying)
            .select_related("role", "kind__inverse")
            .order_by("role__sort_key", "role__slug", "position"),
        ),
        "members",
        Prefetch("members__member", visible),
        Prefetch(
            "memberships",
            RoleMember.objects.filter(role__in=saying)
            .select_related("role")
            .order_by("role__sort_key", "role__slug", "position"),
        ),
        Prefetch("mcp_servers", AgentMcpServer.objects.select_related("server")),
        Prefetch("documents", SourceDocument.objects.defer("content", "parsed")),
    )
