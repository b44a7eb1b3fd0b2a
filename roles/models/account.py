"""What the catalogue keeps of an account beside Django's own user."""

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

    @classmethod
    def concerns(cls, user: AbstractBaseUser | AnonymousUser) -> bool:
        """Whether `user` is to change the password first. Nobody who has not signed in is."""
        return user.pk is not None and cls.objects.filter(pk=user.pk).exists()
