"""The keys by which programs act for a person."""

import hashlib
import re
import secrets
import string
from datetime import date, datetime, timedelta
from itertools import combinations
from typing import Any, Final, Self

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

PREFIX_LENGTH: Final = 8
LONGEST: Final = timedelta(days=365)
"""How long after its day a token works at most, so that a forgotten one ends by itself."""
SOON: Final = timedelta(days=30)
"""How long before its end a token is said to end soon."""
IN_USE: Final = timedelta(days=30)
"""How long after it was used a token counts as one that a program uses."""
WRITTEN = re.compile(rf"rc_([a-z0-9]{{{PREFIX_LENGTH}}})_[A-Za-z0-9]{{43}}")
"""How a token is written: by this, programs that look for leaked secrets can find it."""

_LETTERS: Final = string.ascii_letters + string.digits


def new_prefix() -> str:
    """The part of a token that is shown: it tells tokens apart and opens nothing."""
    return "".join(secrets.choice(string.ascii_lowercase + string.digits) for _place in range(PREFIX_LENGTH))


def new_secret(prefix: str) -> str:
    """A token of this prefix: 43 of 62 letters and digits are 256 bits, and a double click selects them."""
    return f"rc_{prefix}_{''.join(secrets.choice(_LETTERS) for _place in range(43))}"


def digest(written: str) -> str:
    """What is stored of a token. Nobody guesses 256 bits, so a fast digest is as good as a slow one."""
    return hashlib.sha256(written.encode()).hexdigest()


class Scope(models.TextChoices):
    """What a token may be used for, as far as its person may do it. Every token reads."""

    READ = "read", _("Read")
    READ_DRAFTS = "read-drafts", _("Read drafts")
    PROPOSE = "propose", _("Propose")
    WRITE = "write", _("Write")
    LOAD = "load", _("Load")


FURTHER: Final = ["read-drafts", "propose", "write", "load"]
"""The scopes that a token can have beside `read`, in the order in which they are stored."""
SCOPES: Final = [
    " ".join(["read", *chosen]) for size in range(len(FURTHER) + 1) for chosen in combinations(FURTHER, size)
]
"""Every set of scopes that a token can have, as it is stored."""

_UNPUBLISHED = {"view_draft_role", "view_proposal", "view_proposalcomment"}
_PROPOSING = {"add_role", "change_role", "add_proposal", "change_proposal", "add_proposalcomment"}


def scope_for(permission: str) -> Scope | None:
    """The scope that lets a token use a permission of its person; None for what no token is used for."""
    app, _dot, name = permission.partition(".")
    if app != "roles" or name.endswith(("_apitoken", "_accountevent", "_webhook", "_webhookdelivery")):
        return None
    if name in _UNPUBLISHED:
        return Scope.READ_DRAFTS
    if name.startswith("view_"):
        return Scope.READ
    return Scope.PROPOSE if name in _PROPOSING else Scope.WRITE


class TokenHolder(User):
    """The person for whom a token acts, who may no more than both the person and the token may."""

    scopes: frozenset[Scope] = frozenset()

    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = _("holder of a token")
        verbose_name_plural = _("holders of tokens")

    @classmethod
    def of(cls, token: "ApiToken") -> Self:
        """The holder of a token whose user was fetched with it."""
        holder = cls.__new__(cls)
        holder.__dict__ |= token.user.__dict__
        holder.scopes = token.granted
        return holder

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Whether the person has a permission, and the token the scope that it belongs to."""
        return scope_for(perm) in self.scopes and super().has_perm(perm, obj)

    def has_module_perms(self, app_label: str) -> bool:
        """Refuse: tokens open no pages of the admin."""
        return False


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    """Tokens, narrowed, and ended."""

    def running(self) -> Self:
        """Keep those that were not revoked and have not expired."""
        return self.filter(revoked_at=None, expires_at__gt=timezone.now())

    def missed_soon(self) -> Self:
        """Keep those that end soon, are in use, and that no newer one of the same name has replaced.

        Those that were made for so short a time are left out.
        """
        now = timezone.now()
        same = ApiToken.objects.running().filter(user=OuterRef("user"), name=OuterRef("name"))
        newer = same.filter(created_at__gt=OuterRef("created_at"), last_used_at__isnull=False)
        in_use = self.running().filter(user__is_active=True, last_used_at__gt=now - IN_USE)
        ending = in_use.filter(expires_at__lt=now + SOON, expires_at__gt=F("created_at") + SOON)
        return ending.filter(~Exists(newer))

    def ended_before(self, moment: datetime) -> Self:
        """Keep those that were revoked, or expired, before a moment."""
        return self.filter(Q(revoked_at__lt=moment) | Q(expires_at__lt=moment))

    def revoke(self) -> int:
        """End those that were not revoked yet, and return how many."""
        return self.filter(revoked_at=None).update(revoked_at=timezone.now())


class ApiToken(models.Model):
    """A key by which a program acts for a person, within its scopes, until it expires or is revoked.

    Of the key itself only a digest is kept.
    """

    name = models.CharField(
        _("name"), max_length=100, help_text=_("Which program uses it. The history names it so.")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="api_tokens",
        verbose_name=_("acts for"),
    )
    prefix = models.CharField(
        _("begins with"), max_length=PREFIX_LENGTH, unique=True, default=new_prefix, editable=False
    )
    digest = models.CharField(_("digest"), max_length=64, editable=False)
    scopes = models.CharField(_("scopes"), max_length=60, default="read")
    expires_at = models.DateTimeField(_("expires"))
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("made by"),
    )
    created_by_name = models.TextField(_("made by (name)"), blank=True, default="")

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        # A token that is over stays for the record.
        default_permissions = ("view", "add", "change")
        constraints = [
            models.CheckConstraint(condition=Q(scopes__in=SCOPES), name="roles_apitoken_scopes"),
            models.CheckConstraint(condition=~Q(name=""), name="roles_apitoken_has_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def granted(self) -> frozenset[Scope]:
        """What the token may be used for; who may write may also propose."""
        named = frozenset(map(Scope, self.scopes.split()))
        return named | {Scope.PROPOSE} if Scope.WRITE in named else named

    @property
    def beginning(self) -> str:
        """How the token begins, by which people tell it from others."""
        return f"rc_{self.prefix}_…"

    @property
    def ends_soon(self) -> bool:
        """Whether the token works, and will not do so for long."""
        now = timezone.now()
        return self.is_running(now) and self.expires_at < now + SOON

    @property
    def last_day(self) -> date:
        """The last day on which the token works."""
        return timezone.localdate(self.expires_at - timedelta(microseconds=1))

    def is_running(self, now: datetime) -> bool:
        """Whether the token still opens something, its person put aside."""
        return self.revoked_at is None and now < self.expires_at
