"""Send the webhook messages that are due."""

from typing import Any

from django.core.management import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from roles import webhooks


class Command(BaseCommand):
    """For a timer, where the catalogue is not started by `python -m catalogue`. Twice at once is fine."""

    help = "Send the webhook messages that are due."

    def handle(self, *, verbosity: int, **options: Any) -> None:
        """Tell how many were sent, and how many failed; at verbosity 0 nothing."""
        done = webhooks.send_due()
        if verbosity:
            text = ngettext("{number} message sent.", "{number} messages sent.", done.sent)
            self.stdout.write(text.format(number=done.sent))
            if done.failed:
                text = _("Failed, to be tried again: {number}.")
                self.stdout.write(self.style.WARNING(text.format(number=done.failed)))
