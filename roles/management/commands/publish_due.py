"""Publish what was approved for now or earlier."""

from typing import Any

from django.core.management import BaseCommand
from django.utils.translation import gettext as _

from roles import proposals
from roles.models import Proposal


class Command(BaseCommand):
    """For a timer that runs it every minute. Run again, or twice at once, it does nothing more."""

    help = "Publish the proposals that were approved for now or earlier."

    def handle(self, *, verbosity: int, **options: Any) -> None:
        """Tell what became of each; at verbosity 0 nothing."""
        done = proposals.publish_due()
        if verbosity:
            for proposal in done.applied:
                self.stdout.write(_("Published: {role}.").format(role=_name(proposal)))
            for proposal in done.waiting:
                text = _("Waits for review again: {role}. Its page says why.").format(role=_name(proposal))
                self.stdout.write(self.style.WARNING(text))


def _name(proposal: Proposal) -> str:
    return str(proposal.document["name"])
