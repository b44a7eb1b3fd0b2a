"""What becomes of the roles that somebody owns whose account is deleted."""

from typing import Any

from django.contrib.auth.models import User
from django.db.models.signals import pre_delete
from django.dispatch import receiver

from roles import lifecycle
from roles.accounts import log
from roles.models import Role


@receiver(pre_delete, sender=User)
def given_up(instance: User, **kwargs: Any) -> None:
    """Let the roles have no owner, and tell so as if somebody had taken the owner away."""
    if roles := list(Role.objects.filter(owner=instance)):
        lifecycle.change_many([(role, {"owner": None}) for role in roles], by=log.person())
