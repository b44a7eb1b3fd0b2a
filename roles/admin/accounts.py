"""Accounts and groups, what happened to them, and failed sign-ins, in the admin's theme."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from axes.models import AccessAttempt
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as StockGroupAdmin
from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from roles.accounts import powers
from roles.admin.base import ReadOnlyAdmin
from roles.admin.theme import (
    AdminPasswordChangeForm,
    ModelAdmin,
    StockUserAdmin,
    UserChangeForm,
    UserCreationForm,
)
from roles.models import AccountEvent, PasswordChangeDue

admin.site.unregister(User)
admin.site.unregister(Group)
# Single sign-on is set up by the environment, and needs none of these.
for table in (EmailAddress, SocialAccount, SocialApp, SocialToken):
    admin.site.unregister(table)


def keeper_of(request: HttpRequest) -> User:
    """Who keeps accounts here: the admin lets in nobody who has not signed in."""
    user: Any = request.user
    return user  # type: ignore[no-any-return]


def _is_choosing(request: HttpRequest) -> bool:
    """Whether accounts are offered in a form that is about something else."""
    match = request.resolver_match
    return match is not None and match.view_name == "admin:autocomplete"


class AccountForm(UserChangeForm):  # type: ignore[misc]
    """An account, as somebody else or its own user changes it."""

    is_own = False
    HELP = {
        "is_active": gettext_lazy(
            "Whoever is not active is signed out at once and stays out. Better than to delete an account."
        ),
        "is_staff": gettext_lazy("Opens the admin. What somebody may do there is said by the groups."),
        "groups": gettext_lazy(
            "Viewers read, Editors propose, Reviewers publish, Administrators keep accounts."
        ),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Say in plain words what the marks of an account mean."""
        super().__init__(*args, **kwargs)
        for name, text in self.HELP.items():
            if name in self.fields:
                self.fields[name].help_text = text

    def clean_is_active(self) -> bool:
        """Keep people from locking themselves out."""
        active: bool = self.cleaned_data["is_active"]
        if self.is_own and not active:
            raise ValidationError(_("You can’t deactivate your own account. Ask somebody else to do it."))
        return active


@admin.register(User)
class UserAdmin(StockUserAdmin, ModelAdmin):
    """Accounts. Who is no superuser changes those that may no more than they may themselves."""

    form = AccountForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (gettext_lazy("Who it is"), {"fields": ["first_name", "last_name", "email"]}),
        (gettext_lazy("What they may do"), {"fields": ["is_active", "is_staff", "groups"]}),
        (gettext_lazy("Since when"), {"fields": ["date_joined", "last_login"]}),
    ]
    for_superusers = (
        gettext_lazy("Beyond groups"),
        {"fields": ["is_superuser", "user_permissions"], "classes": ["collapse"]},
    )
    readonly_fields = ["date_joined", "last_login"]
    list_display = ["username", "full_name", "email", "in_groups", "is_active", "last_login"]
    list_filter = ["is_active", "groups", "is_staff"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the accounts with their groups."""
        return super().get_queryset(request).prefetch_related("groups")

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Let superusers alone see what only they give."""
        shown: list[Any] = list(super().get_fieldsets(request, obj))
        if obj is not None and keeper_of(request).is_superuser:
            shown.insert(-1, self.for_superusers)
        return shown

    def get_form(
        self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Return the form, which knows whether people look at their own account."""
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.is_own = obj is not None and obj.pk == keeper_of(request).pk
        return form

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer the groups that this person may give."""
        if db_field.name == "groups":
            kwargs["queryset"] = powers.groups_to_give(keeper_of(request))
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def has_view_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Let whoever edits roles choose their owners: from names, which is all that the choice shows."""
        may_choose = _is_choosing(request) and request.user.has_perm("roles.change_role")
        return may_choose or super().has_view_permission(request, obj)

    def get_search_fields(self, request: HttpRequest) -> Any:
        """Return what accounts are found by: where an owner is chosen, what the choice shows."""
        fields = super().get_search_fields(request)
        return [name for name in fields if name != "email"] if _is_choosing(request) else fields

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Keep people from acting in the name of somebody who may more."""
        return super().has_change_permission(request, obj) and (
            obj is None or powers.may_keep(keeper_of(request), obj)
        )

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Let nobody delete their own account, or that of somebody who may more."""
        if obj is None:
            return super().has_delete_permission(request, obj)
        is_own = obj.pk == request.user.pk
        return (
            super().has_delete_permission(request, obj)
            and not is_own
            and powers.may_keep(keeper_of(request), obj)
        )

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Save an account; a new one's password is to be changed by its user."""
        super().save_model(request, obj, form, change)
        if not change:
            self._let_them_choose(request, obj)

    def log_change(self, request: HttpRequest, obj: User, message: Any) -> Any:
        """Log a change; a password that somebody else chose is to be changed by its user."""
        match = request.resolver_match
        if match is not None and match.view_name == "admin:auth_user_password_change":
            self._let_them_choose(request, obj)
        return super().log_change(request, obj, message)

    def _let_them_choose(self, request: HttpRequest, account: User) -> None:
        if account.has_usable_password() and account.pk != request.user.pk:
            PasswordChangeDue.objects.get_or_create(user=account)

    @admin.display(description=gettext_lazy("name"), ordering="last_name")
    def full_name(self, account: User) -> str:
        """First and last name."""
        return account.get_full_name()

    @admin.display(description=gettext_lazy("groups"))
    def in_groups(self, account: User) -> str:
        """The groups that the account is in."""
        if account.is_superuser:
            return _("superuser")
        return ", ".join(group.name for group in account.groups.all())


@admin.register(Group)
class GroupAdmin(StockGroupAdmin, ModelAdmin):
    """Groups of accounts. Nobody gives a group what they may not do themselves."""

    def formfield_for_manytomany(self, db_field: Any, request: Any = None, **kwargs: Any) -> Any:
        """Offer the permissions that this person has."""
        if db_field.name == "permissions":
            kwargs["queryset"] = powers.permissions_to_give(keeper_of(request))
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        """Keep people from changing a group that may more than they."""
        return super().has_change_permission(request, obj) and self._may_keep(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        """Keep people from deleting a group that may more than they."""
        return super().has_delete_permission(request, obj) and self._may_keep(request, obj)

    def _may_keep(self, request: HttpRequest, group: Group | None) -> bool:
        return group is None or powers.groups_to_give(keeper_of(request)).filter(pk=group.pk).exists()


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


@admin.register(AccountEvent)
class AccountEventAdmin(ReadOnlyAdmin):
    """The log of accounts, which nobody writes or deletes by hand."""

    fields = ["created_at", "kind", "account", "given", "taken", "doer", "address"]
    readonly_fields = ["account", "given", "taken", "doer"]
    list_display = ["created_at", "what", "account", "given", "taken", "doer", "address"]
    list_filter = ["kind"]
    search_fields = ["about_name", "by_name", "address"]
    search_help_text = gettext_lazy("Names of accounts and groups, and addresses")
    date_hierarchy = "created_at"

    @admin.display(description=gettext_lazy("what happened"), ordering="kind")
    def what(self, event: AccountEvent) -> str:
        """The kind of event."""
        return capfirst(event.get_kind_display())

    @admin.display(description=gettext_lazy("account or group"), ordering="about_name")
    def account(self, event: AccountEvent) -> str:
        """Whom or what it is about."""
        return event.about_name or _("a name that no account has")

    @admin.display(description=gettext_lazy("by"), ordering="by_name")
    def doer(self, event: AccountEvent) -> str:
        """Who did it."""
        return event.by_name

    @admin.display(description=gettext_lazy("given"))
    def given(self, event: AccountEvent) -> str:
        """What was given: groups, permissions, or a mark of the account."""
        return ", ".join(event.gained)

    @admin.display(description=gettext_lazy("taken away"))
    def taken(self, event: AccountEvent) -> str:
        """What was taken away."""
        return ", ".join(event.lost)
