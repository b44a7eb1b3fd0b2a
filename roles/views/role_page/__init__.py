"""The page of a role: what it reads, and what it shows."""

from roles.views.role_page.assembly import role_page
from roles.views.role_page.fetch import for_role_page

__all__ = ["for_role_page", "role_page"]
