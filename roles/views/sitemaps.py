"""What search engines are told to look at: what everybody may see and lists show."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.sitemaps import Sitemap
from django.db.models import Max, QuerySet
from django.urls import reverse

from roles.models import Artifact, Capability, JobFamily, McpServer, Responsibility, Role, RoleQuerySet
from roles.models.vocabulary import VocabularyItem
from roles.vocabulary import used_by

if TYPE_CHECKING:
    RolesOfMap = Sitemap[Role]
    WordsOfMap = Sitemap[VocabularyItem]
    NamesOfMap = Sitemap[str]
else:  # Django's own takes no type arguments when it runs.
    RolesOfMap = WordsOfMap = NamesOfMap = Sitemap


def public_roles() -> RoleQuerySet:
    """The roles that somebody who has not signed in finds in lists."""
    return Role.objects.visible_to(AnonymousUser()).listed()


class RoleSitemap(RolesOfMap):
    """The pages of roles."""

    def items(self) -> RoleQuerySet:
        """Give the roles, with what a line of the map needs."""
        return public_roles().only("slug", "updated_at")

    def lastmod(self, item: Role) -> datetime:
        """Return when a role was changed last."""
        return item.updated_at

    def get_latest_lastmod(self) -> datetime | None:
        """Return when any of them was, asked of the database and not of each role."""
        latest: datetime | None = public_roles().aggregate(latest=Max("updated_at"))["latest"]
        return latest


class WordSitemap(WordsOfMap):
    """The pages of a vocabulary: of the words that these roles use."""

    def __init__(self, vocabulary: type[VocabularyItem]) -> None:
        self.vocabulary = vocabulary

    def items(self) -> QuerySet[Any]:
        """Give the words."""
        return used_by(self.vocabulary._default_manager.all(), public_roles().order_by())


class PageSitemap(NamesOfMap):
    """The pages that lead to others."""

    def items(self) -> Iterable[str]:
        """Give their names."""
        return [
            *("home", "roles", "map", "capabilities", "responsibilities", "artifacts", "families", "levels"),
            *("properties", "agents", "mcp-servers", "matrix", "compare", "gap", "changes"),
        ]

    def location(self, item: str) -> str:
        """Return the address of one."""
        return reverse(item)


SITEMAPS = {
    "pages": PageSitemap,
    "roles": RoleSitemap,
    "capabilities": WordSitemap(Capability),
    "responsibilities": WordSitemap(Responsibility),
    "artifacts": WordSitemap(Artifact),
    "families": WordSitemap(JobFamily),
    "mcp-servers": WordSitemap(McpServer),
}
