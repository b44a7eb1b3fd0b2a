"""The list of roles: what was asked for, what was found, and what could be asked for instead."""

from roles.views.role_list.asked import Asked, address_header, has_blanks
from roles.views.role_list.assembly import ROLES_ON_PAGE, RoleList, role_list

__all__ = ["ROLES_ON_PAGE", "Asked", "RoleList", "address_header", "has_blanks", "role_list"]
