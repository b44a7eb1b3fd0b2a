"""The roles app: the catalogue's tables, pages and admin."""

from collections.abc import Callable
from functools import partial

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class RolesConfig(AppConfig):
    """Everything the catalogue knows of roles."""

    name = "roles"
    verbose_name = _("Role catalogue")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Begin to hear what happens to accounts, and keep the databases' triggers through migrations."""
        from roles import role_json, state
        from roles.accounts import log, owned  # noqa: F401

        for triggers in (state, role_json):
            pre_migrate.connect(partial(_on_tables, triggers.unwatch), sender=self, weak=False)
            post_migrate.connect(partial(_on_tables, triggers.watch), sender=self, weak=False)


def _on_tables(done: Callable[[str], None], *, using: str, **_rest: object) -> None:
    done(using)
