"""The roles app: the catalogue's tables, pages and admin."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RolesConfig(AppConfig):
    """Everything the catalogue knows of roles."""

    name = "roles"
    verbose_name = _("Role catalogue")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Begin to log what happens to accounts."""
        from roles.accounts import log  # noqa: F401
