"""Programs that act for people, for everybody's tests."""

from datetime import timedelta

from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from roles.accounts import tokens
from roles.models.api_token import Scope


def program(user: User, *scopes: Scope, name: str = "HR sync") -> Client:
    """A client that sends a token of this person with each request; without scopes it has all of them."""
    made = tokens.make(name, user, scopes or list(Scope), timezone.now() + timedelta(days=1))
    return Client(headers={"authorization": f"Bearer {made.written}"})
