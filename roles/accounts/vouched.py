"""People for whom a provider of single sign-on vouches: whose account is theirs, and what its claims grant.

An account is somebody's by the provider's own name for them, the subject, and by nothing else: an equal
user name or e-mail address makes nobody the owner of an account that was there before.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import Group, User
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from roles.accounts import log
from roles.accounts.powers import held_by
from roles.models import AccountEvent

NAME_LENGTH = 150
"""Longest name that Django's accounts can have, in characters."""


class Refused(Exception):
    """Somebody may not sign in, for a reason that can be told them."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a provider says of a person, as far as the catalogue asks."""

    subject: str
    username: str
    first_name: str
    last_name: str
    email: str
    groups: tuple[str, ...]

    @classmethod
    def of(cls, said: Mapping[str, Any], groups_claim: str) -> Self:
        """Read claims as they came. Text that is missing or no text is empty; so are missing groups."""

        def text(name: str, length: int = NAME_LENGTH) -> str:
            value = said.get(name)
            return value.replace("\0", "").strip()[:length] if isinstance(value, str) else ""

        groups = said.get(groups_claim)
        listed = [groups] if isinstance(groups, str) else groups if isinstance(groups, list) else []
        first, _space, last = text("name").partition(" ")
        return cls(
            subject=str(said["sub"]),
            username=text("preferred_username") or text("email") or text("name"),
            first_name=text("given_name") or first,
            last_name=text("family_name") or last,
            email=text("email", 254),
            groups=tuple(group for group in listed if isinstance(group, str)),
        )


@transaction.atomic
def recognise(
    provider: str, claims: Claims, granted: Sequence[tuple[str, str]], *, signed_in: User | None = None
) -> User:
    """Return the account of a person, made if need be, in the groups that the claims grant now.

    `granted` are pairs of a claim's group and the catalogue's group that it grants. `signed_in` is who asked
    for the account that they use already to be linked.

    Raises:
        Refused: if the account is deactivated, or it is not certain whose it is.
    """
    link = SocialAccount.objects.select_related("user").filter(provider=provider, uid=claims.subject).first()
    if link is None:
        user = signed_in or _made(claims)
        try:
            with transaction.atomic():
                SocialAccount.objects.create(provider=provider, uid=claims.subject, user=user)
        except IntegrityError as error:
            raise Refused(_("Somebody is signing in with this account right now. Try again.")) from error
        log.record(AccountEvent.Kind.LINKED, user)
    else:
        user = link.user
        if signed_in is not None and signed_in != user:
            raise Refused(_("Your company account is linked to another account of the catalogue already."))
    if not user.is_active:
        raise Refused(_("Your account in the catalogue is deactivated. Ask whoever looks after it."))
    _put_into_groups(user, claims, granted)
    _update(user, claims)
    return user


def _made(claims: Claims) -> User:
    """A new account, under a name that nobody has."""
    if claims.email and User.objects.filter(email__iexact=claims.email).exists():
        raise Refused(
            _(
                "The catalogue has an account with your e-mail address already. Sign in to it with its "
                "password, and link it to your company account under “Password”."
            )
        )
    plain = re.sub(r"[^\w.@+-]+", ".", claims.username).strip(".")[: NAME_LENGTH - 10] or "person"
    taken = {
        name.casefold()
        for name in User.objects.values_list("username", flat=True).filter(username__istartswith=plain)
    }
    name, number = plain, 1
    while name.casefold() in taken:
        number += 1
        name = f"{plain}-{number}"
    # Without a password, which set to None cannot be used.
    return User.objects.create_user(name, claims.email, None)


def _put_into_groups(user: User, claims: Claims, granted: Sequence[tuple[str, str]]) -> None:
    """Let the groups that claims can grant be those that they do; groups given by hand stay."""
    wanted = {group for claim, group in granted if claim in claims.groups}
    mapped = {group for _claim, group in granted}
    user.groups.remove(*user.groups.filter(name__in=mapped - wanted))
    user.groups.add(*Group.objects.filter(name__in=wanted))


def _update(user: User, claims: Claims) -> None:
    """Let an account say what the provider says, and open the admin to whoever may change anything there.

    Tokens of one's own do not count: who only reads is not led into the admin for them.
    """
    edits = (
        held_by(user).exclude(codename__startswith="view_").exclude(codename__endswith="_apitoken").exists()
    )
    values = {
        "first_name": claims.first_name or user.first_name,
        "last_name": claims.last_name or user.last_name,
        "email": claims.email or user.email,
        "is_staff": user.is_superuser or edits,
    }
    changed = [name for name, value in values.items() if getattr(user, name) != value]
    for name in changed:
        setattr(user, name, values[name])
    if changed:
        user.save(update_fields=changed)
