"""The log of accounts: sign-ins, and who was given or lost what.

Django says of each change that it happened, not who asked for it. That is the person of the request that is
being answered, which the middleware tells.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, Permission, User
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from roles.accounts import sessions
from roles.models import AccountEvent, ApiToken

Kind = AccountEvent.Kind


@dataclass(frozen=True, slots=True)
class Asking:
    """The request that is being answered, and the IP address that it comes from."""

    request: HttpRequest
    address: str | None

    def person(self) -> User | None:
        """Who has signed in."""
        user = getattr(self.request, "user", None)
        return user if isinstance(user, User) and user.pk else None


_asking: ContextVar[Asking | None] = ContextVar("asking", default=None)


@contextmanager
def during(asking: Asking) -> Iterator[None]:
    """Take whatever happens to accounts in this block for the doing of a request's user."""
    token = _asking.set(asking)
    try:
        yield
    finally:
        _asking.reset(token)


def person() -> User | None:
    """Whose request is being answered."""
    asking = _asking.get()
    return asking.person() if asking else None


def record(
    kind: AccountEvent.Kind,
    about: User | Group | str,
    *,
    by: User | None = None,
    gained: Iterable[str] = (),
    lost: Iterable[str] = (),
) -> AccountEvent:
    """Note that something happened to an account or a group, by the user of the request unless given."""
    asking = _asking.get()
    by = by or person()
    user = about if isinstance(about, User) and about.pk else None
    return AccountEvent.objects.create(
        kind=kind,
        by=by,
        by_name=by.get_username() if by else "",
        about=user,
        about_name=about.get_username() if isinstance(about, User) else str(about),
        address=asking.address if asking else None,
        gained=sorted(gained),
        lost=sorted(lost),
    )


# Signing in and out


@receiver(user_logged_in)
def signed_in(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Note a sign-in, and whether the provider of single sign-on vouched for it."""
    vouched = getattr(request, "vouched_for", False)
    record(Kind.SIGNED_IN_ELSEWHERE if vouched else Kind.SIGNED_IN, user, by=user)


@receiver(user_logged_out)
def signed_out(user: User | None, **kwargs: Any) -> None:
    """Note a sign-out."""
    if user is not None:
        record(Kind.SIGNED_OUT, user, by=user)


@receiver(user_login_failed)
def failed(credentials: dict[str, Any], **kwargs: Any) -> None:
    """Note that somebody was refused, by name if an account has the name that was typed.

    What was typed otherwise may be a password in the wrong field. Whoever goes on guessing does not fill the
    log: it holds as many of their failures as close the way in.
    """
    typed = str(credentials.get("username") or "").replace("\0", "")
    user = User.objects.filter(username=typed).first()
    asking = _asking.get()
    since = timezone.now() - settings.AXES_COOLOFF_TIME
    before = AccountEvent.objects.filter(
        kind=Kind.FAILED, about=user, address=asking.address if asking else None, created_at__gt=since
    )
    if before.count() < settings.AXES_FAILURE_LIMIT:
        record(Kind.FAILED, user or "")


# What was changed


@receiver(pre_save, sender=User)
def remember(instance: User, update_fields: frozenset[str] | None, **kwargs: Any) -> None:
    """Remember what the account was before it is saved."""
    if update_fields is None or update_fields & {"is_active", "is_staff", "is_superuser", "password"}:
        instance.before = User.objects.filter(pk=instance.pk).first()  # type: ignore[attr-defined]


@receiver(post_save, sender=User)
def saved(instance: User, created: bool, **kwargs: Any) -> None:
    """Note what an account has become, and end sessions and tokens of one that may not sign in any more."""
    before: User | None = instance.__dict__.pop("before", None)
    if created:
        record(Kind.CREATED, instance)
        return
    if before is None:
        return
    if before.is_active != instance.is_active:
        record(Kind.REACTIVATED if instance.is_active else Kind.DEACTIVATED, instance)
        if not instance.is_active:
            sessions.end(instance)
            ApiToken.objects.filter(user=instance).revoke()
    # A hash that is merely made anew, because there is a better one by now, changes no password.
    if instance._password is not None or (  # type: ignore[attr-defined]
        before.has_usable_password() and not instance.has_usable_password()
    ):
        record(Kind.PASSWORD, instance)
    had, has = _marks(before), _marks(instance)
    if had != has:
        record(Kind.PERMISSIONS, instance, gained=has - had, lost=had - has)


def _marks(user: User) -> set[str]:
    """What an account may beside its permissions, in the words of the log."""
    return {word for word, has in (("staff", user.is_staff), ("superuser", user.is_superuser)) if has}


@receiver(post_delete, sender=User)
def deleted(instance: User, **kwargs: Any) -> None:
    """Note that an account is gone."""
    record(Kind.DELETED, instance.get_username())


@receiver(post_save, sender=Group)
def group_saved(instance: Group, created: bool, **kwargs: Any) -> None:
    """Note a new group."""
    if created:
        record(Kind.GROUP_CREATED, instance)


@receiver(pre_delete, sender=Group)
def group_deleted(instance: Group, **kwargs: Any) -> None:
    """Note that a group is gone, and who was in it."""
    record(Kind.GROUP_DELETED, instance)
    for user in instance.user_set.all():
        record(Kind.GROUPS, user, lost=[instance.name])


@receiver(m2m_changed, sender=User.groups.through)
@receiver(m2m_changed, sender=User.user_permissions.through)
@receiver(m2m_changed, sender=Group.permissions.through)
def given_or_taken(
    sender: type[Model], instance: Any, action: str, reverse: bool, pk_set: set[int] | None, **kwargs: Any
) -> None:
    """Note which groups or permissions somebody got or lost, or which a group did."""
    if action not in ("post_add", "pre_remove", "pre_clear"):
        return
    given: type[Group | Permission] = Group if sender is User.groups.through else Permission
    kind = Kind.GROUPS if given is Group else Kind.PERMISSIONS
    if reverse:
        holders = kwargs["model"]._default_manager
        changed = holders.filter(pk__in=pk_set) if pk_set is not None else _holders(sender, instance)
        pairs = [(holder, {_word(instance)}) for holder in changed]
    else:
        things: Any = getattr(instance, "groups" if given is Group else _permissions_of(instance))
        words = given._default_manager.filter(pk__in=pk_set) if pk_set is not None else things.all()
        pairs = [(instance, {_word(thing) for thing in words})]
    for holder, words_changed in pairs:
        if words_changed and action == "post_add":
            record(kind, holder, gained=words_changed)
        elif words_changed:
            record(kind, holder, lost=words_changed)


def _permissions_of(holder: User | Group) -> str:
    return "user_permissions" if isinstance(holder, User) else "permissions"


def _holders(sender: type[Model], thing: Group | Permission) -> Any:
    if sender is Group.permissions.through:
        return thing.group_set.all()  # type: ignore[union-attr]
    return thing.user_set.all()


def _word(thing: Group | Permission) -> str:
    if isinstance(thing, Group):
        return thing.name
    return f"{thing.content_type.app_label}.{thing.codename}"
