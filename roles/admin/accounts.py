"""Accounts and groups in the admin's theme."""

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as StockGroupAdmin
from django.contrib.auth.models import Group, User
from django.http import HttpRequest

from roles.admin.theme import (
    AdminPasswordChangeForm,
    ModelAdmin,
    StockUserAdmin,
    UserChangeForm,
    UserCreationForm,
)

admin.site.unregister(User)
admin.site.unregister(Group)


@admin.register(User)
class UserAdmin(StockUserAdmin, ModelAdmin):
    """Accounts."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm

    def has_view_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Let whoever edits roles choose their owners: from names, which is all that the choice shows."""
        match = request.resolver_match
        choosing = match is not None and match.view_name == "admin:autocomplete"
        return (choosing and request.user.has_perm("roles.change_role")) or super().has_view_permission(
            request, obj
        )


@admin.register(Group)
class GroupAdmin(StockGroupAdmin, ModelAdmin):
    """Groups of accounts."""
