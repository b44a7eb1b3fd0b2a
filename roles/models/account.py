"""What the catalogue keeps of an account beside Django's own user."""

import secrets

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class PasswordChangeDue(models.Model):
    """A user whose password was chosen by somebody else, and who changes it before doing anything else."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="password_change_due",
        verbose_name=_("user"),
    )

    class Meta:
        verbose_name = _("password change that is due")
        verbose_name_plural = _("password changes that are due")
        ordering = ["user"]

    def __str__(self) -> str:
        return str(self.user)

    @staticmethod
    def concerns(user: AbstractBaseUser | AnonymousUser) -> bool:
        """Whether `user` is to change the password first. Nobody who has not signed in is.

        No query if it was fetched with them.
        """
        return hasattr(user, "password_change_due")


def new_mail_token() -> str:
    """A secret that nobody guesses, for the address in a mail that turns further mails off."""
    return secrets.token_urlsafe(24)


class MailSettings(models.Model):
    """Whether and in which language a person gets the daily mail about the roles they own."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="mail_settings",
        verbose_name=_("user"),
    )
    daily = models.BooleanField(
        _("daily mail"), default=True, help_text=_("Sent on days on which there is something new.")
    )
    language = models.CharField(
        _("language"), max_length=10, blank=True, default="", help_text=_("Empty for the catalogue's own.")
    )
    token = models.CharField(
        _("secret of its address"), max_length=64, unique=True, default=new_mail_token, editable=False
    )
    told_until = models.DateTimeField(
        _("told until"), null=True, blank=True, help_text=_("What is newer goes into the next mail.")
    )

    class Meta:
        verbose_name = _("mail settings")
        verbose_name_plural = _("mail settings")
        ordering = ["user"]

    def __str__(self) -> str:
        return str(self.user)
