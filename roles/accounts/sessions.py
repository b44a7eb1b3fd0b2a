"""Ending what somebody has signed in to."""

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.utils import timezone


def end(user: User) -> int:
    """Sign a user out everywhere, and return of how many sessions.

    An inactive user's sessions are refused as it is; ended, they don't come back when the user does.
    """
    # A session says whose it is only in what is signed.
    running = Session.objects.filter(expire_date__gt=timezone.now())
    own = [
        session.pk for session in running.iterator() if session.get_decoded().get(SESSION_KEY) == str(user.pk)
    ]
    return Session.objects.filter(pk__in=own).delete()[0]
