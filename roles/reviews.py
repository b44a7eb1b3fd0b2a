"""Reviews: somebody says that a description is still right, and what is due next.

The day of the next review is lifecycle and no part of the document, so a review makes no revision.
"""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, PermissionsMixin, User
from django.db import transaction
from django.utils import timezone

from roles import lifecycle, store
from roles.models import Role, RoleQuerySet

SOON = timedelta(days=30)
"""How long before its day a review is told to be due soon."""


def may_confirm(role: Role, user: AbstractBaseUser | AnonymousUser) -> bool:
    """Whether this person can say that a role is still right: its owner, and whoever may change roles."""
    if not user.is_authenticated or role.status == Role.Status.ARCHIVED or not role.is_visible_to(user):
        return False
    is_editor = isinstance(user, PermissionsMixin) and user.has_perm("roles.change_role")
    return is_editor or role.owner_id == user.pk


def next_review(day: date) -> date:
    """The day of the next review, as many months after one as REVIEW_MONTHS says."""
    years, month = divmod(day.month - 1 + settings.REVIEW_MONTHS, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@transaction.atomic
def confirm(roles: Iterable[Role], by: User) -> int:
    """Note that these roles are still right, and when they are looked at next. Returns how many they are.

    Those that this person can't speak for are left out.
    """
    store.lock()
    now = timezone.now()
    day = next_review(timezone.localdate())
    count = 0
    for role in roles:
        if may_confirm(role, by):
            lifecycle.change(role, by=by, review_by=day)
            Role.objects.filter(pk=role.pk).update(reviewed_at=now, reviewed_by=by)
            count += 1
    return count


def due(
    roles: RoleQuerySet, *, what: str = "due", owner: AbstractBaseUser | AnonymousUser | None = None
) -> RoleQuerySet:
    """Keep the roles whose review is due, the most overdue first; with an owner, only theirs.

    `what`: "due" are those that are overdue or due within SOON, "overdue" or "soon" one of the two,
    "unkept" those without an owner or a day, "all" all of them. Archived roles are never due.
    """
    today = timezone.localdate()
    found = roles.listed()
    if owner is not None:
        found = found.filter(owner=owner.pk)
    match what:
        case "overdue":
            found = found.filter(review_by__lt=today)
        case "soon":
            found = found.filter(review_by__range=(today, today + SOON))
        case "unkept":
            found = found.unkept()
        case "due":
            found = found.filter(review_by__lte=today + SOON)
    return found.by_review()
