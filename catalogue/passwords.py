"""The rule that a password given out by somebody else is changed by its user."""

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from roles.models import PasswordChangeDue


class NewPasswordValidator:
    """Refuses the old password as the new one, and notes that a change is no longer due.

    Django tells its validators of every password that was set, on the site, in the admin or by a command.
    """

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Raise ValidationError if `password` is the one that `user` is to give up."""
        if user and PasswordChangeDue.concerns(user) and user.check_password(password):
            raise ValidationError(
                _("Choose a password that differs from the old one."), code="password_not_new"
            )

    def password_changed(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Note that `user` has a password of their own."""
        if user:
            PasswordChangeDue.objects.filter(pk=user.pk).delete()

    def get_help_text(self) -> str:
        """What the form says beside the new password."""
        return _("Your password must differ from one that you were given.")
