"""Forget what was kept of accounts long enough."""

from argparse import ArgumentParser
from datetime import timedelta

from axes.models import AccessAttempt
from django.conf import settings
from django.core.management import BaseCommand, call_command
from django.utils import timezone

from roles.models import AccountEvent, ApiToken


class Command(BaseCommand):
    """Deletes old entries of the log of accounts, old failed sign-ins, and sessions and tokens that ended."""

    help = "Delete what the log of accounts keeps longer than ACCOUNT_LOG_DAYS. Run it daily."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--days", type=int, default=settings.ACCOUNT_LOG_DAYS, help="Keep this many days."
        )

    def handle(self, *, days: int, **options: object) -> None:
        """Say how many entries went."""
        count = AccountEvent.objects.older_than(days).delete()[0]
        AccessAttempt.objects.filter(attempt_time__lt=timezone.now() - timedelta(days=days)).delete()
        ApiToken.objects.ended_before(timezone.now() - timedelta(days=days)).delete()
        call_command("clearsessions")
        self.stdout.write(f"{count} entries of more than {days} days ago were deleted.")
