"""What comparisons read from the database."""

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import Prefetch

from roles.models import (
    Interaction,
    Role,
    RoleArtifact,
    RoleCapability,
    RoleQuerySet,
    RoleResponsibility,
)


def for_comparison(roles: RoleQuerySet, user: AbstractBaseUser | AnonymousUser) -> RoleQuerySet:
    """Fetch what `outline` reads and the pages show of a role, with seven queries however many roles.

    Partners are those that the user may see; a partner that is a draft is but a name to others.
    """
    visible = Role.objects.visible_to(user)
    return roles.select_related("family", "seniority", "revision", "rendering").prefetch_related(
        Prefetch("capabilities", RoleCapability.objects.select_related("capability", "proficiency")),
        Prefetch("responsibilities", RoleResponsibility.objects.select_related("responsibility")),
        Prefetch("artifacts", RoleArtifact.objects.select_related("artifact")),
        "interactions",
        Prefetch("interactions__partner", visible),
        Prefetch(
            "incoming",
            Interaction.objects.filter(role__in=visible.listed().order_by())
            .select_related("role", "kind__inverse")
            .order_by("role__sort_key", "role__slug", "position"),
        ),
    )
