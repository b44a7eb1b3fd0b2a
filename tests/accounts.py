"""Accounts of the people who work with the catalogue, one in each group and a second where two may meet."""

from django.contrib.auth.models import Group, User

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
    user.groups.add(Group.objects.get(name=PEOPLE[username]))
    return user
