"""Make the catalogue ready to be served."""

import secrets
from argparse import ArgumentParser
from pathlib import Path

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import BaseCommand, CommandError, call_command
from django.db import transaction

from roles.models import LoadRun, PasswordChangeDue, Role
from roles.role_json import renew

FIRST_USER = "hr"


class Command(BaseCommand):
    """Migrates the database, makes the first account, loads roles. Run again, it changes nothing."""

    help = "Migrate the database; on the first start, make an account for HR; load roles."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--roles",
            metavar="PATH",
            help="Load this file or folder. Without it, an empty catalogue gets the samples.",
        )

    def handle(self, *, roles: str | None, **options: object) -> None:
        """Raise CommandError if `roles` names nothing."""
        if roles and not Path(roles).exists():
            raise CommandError(f"There is no file or folder {roles} to load roles from.")
        call_command("migrate", verbosity=0, interactive=False)
        # Another version of the program may tell roles otherwise.
        renew()
        # Before roles are loaded, so that a start that was interrupted here is taken for the first one again.
        if is_first_start():
            self.make_first_account()
        if roles or not Role.objects.exists():
            self.load([roles] if roles else [])

    def load(self, paths: list[str]) -> None:
        """Load `paths`, else the samples."""
        try:
            call_command("load_roles", *paths, stdout=self.stdout)
        except CommandError as error:
            # A document that could not be loaded is no reason to keep the others from readers.
            self.stderr.write(self.style.WARNING(str(error)))

    @transaction.atomic
    def make_first_account(self) -> None:
        password = secrets.token_urlsafe(12)
        user = get_user_model().objects.create_user(FIRST_USER, password=password, is_staff=True)
        user.groups.add(Group.objects.get(name="Administrators"))
        PasswordChangeDue.objects.create(user=user)
        self.stdout.write(
            f"An account for HR was made. Sign in at /admin/ as {FIRST_USER} with the password {password}\n"
            "The password is shown this once, and is to be changed at the first sign-in."
        )


def is_first_start() -> bool:
    """Whether the catalogue has never had a user. Accounts that were all deleted since do not come back."""
    return not get_user_model().objects.exists() and not LoadRun.objects.exists()
