"""Roles in the admin: their list, and the form in which HR writes them."""

from roles.admin.role.admin import RoleAdmin

__all__ = ["RoleAdmin"]
