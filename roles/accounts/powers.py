"""Who may keep whose account: nobody gives away, or takes over, more than they have.

A superuser may everything. Whoever else keeps accounts changes those that may no more than they may
themselves, and puts people into groups of which the same is true.
"""

from django.contrib.auth.models import Group, Permission, User
from django.db.models import Q, QuerySet


def held_by(user: User) -> QuerySet[Permission]:
    """The permissions that an account has, by itself and by its groups, were it active."""
    return Permission.objects.filter(Q(user=user) | Q(group__user=user)).order_by().distinct()


def may_keep(keeper: User, account: User) -> bool:
    """Whether a keeper of accounts may change this one, and so act in its name."""
    if keeper.is_superuser:
        return True
    return not account.is_superuser and not held_by(account).difference(held_by(keeper)).exists()


def groups_to_give(keeper: User) -> QuerySet[Group]:
    """The groups that a keeper may put people into, change and delete."""
    groups = Group.objects.order_by("name")
    if keeper.is_superuser:
        return groups
    return groups.exclude(permissions__in=Permission.objects.exclude(pk__in=held_by(keeper).values("pk")))


def permissions_to_give(keeper: User) -> QuerySet[Permission]:
    """The permissions that a keeper may grant to a group."""
    if keeper.is_superuser:
        return Permission.objects.all()
    return Permission.objects.filter(pk__in=held_by(keeper).values("pk"))
