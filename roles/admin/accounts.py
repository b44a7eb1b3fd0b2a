"""Accounts, groups and failed sign-ins in the admin's theme."""

from axes.models import AccessAttempt
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


@admin.register(AccessAttempt)
class AccessAttemptAdmin(ModelAdmin):
    """Sign-ins that failed. To delete one lets the person try again at once."""

    list_display = ("username", "ip_address", "failures_since_start", "attempt_time")
    fields = ("username", "ip_address", "user_agent", "path_info", "failures_since_start", "attempt_time")
    readonly_fields = fields
    search_fields = ("username", "ip_address")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: AccessAttempt | None = None) -> bool:
        return False
