"""Accounts of the people who work with the catalogue, one in each group and a second where two may meet."""

from django.contrib.auth.models import Group, Permission, User
from django.db.models import Q

PEOPLE = {
    "viewer": "Viewers",
    "editor": "Editors",
    "second-editor": "Editors",
    "reviewer": "Reviewers",
    "second-reviewer": "Reviewers",
    "administrator": "Administrators",
}
"""The group of each person, by username."""


def account(username: str) -> User:
    """The account of one of PEOPLE, who opens the admin and may there what the group may."""
    user = User.objects.create_user(username, f"{username}@example.org", is_staff=True)
    user.groups.add(group(PEOPLE[username]))
    return user


def group(name: str) -> Group:
    """A group with what it may."""
    found, is_new = Group.objects.get_or_create(name=name)
    if is_new:
        extra = Q(content_type__app_label="roles")
        if name == "Reviewers":
            kept = Q(codename__contains="_role") & ~Q(codename="publish_role")
            extra &= Q(group__name="Editors") | Q(codename__regex="^(publish|change|delete)_") & ~kept
        else:
            extra |= Q(content_type__app_label="auth")
        found.permissions.set(Permission.objects.filter(extra).distinct())
    return found
