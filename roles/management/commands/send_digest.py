"""Mail owners what is new about their roles; to be run once a day."""

from argparse import ArgumentParser
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.mail import get_connection
from django.core.management import BaseCommand, CommandError
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from roles import digest
from roles.management.database import check_database


class Command(BaseCommand):
    """Run again on the same day, it mails nobody twice. Exit status 1 if a mail could not be sent."""

    help = "Mail owners what is new about their roles: proposals, conflicts, changes by files, reviews."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help=_("Print the mails, and send none."))

    def handle(self, *, dry_run: bool, verbosity: int, **options: Any) -> None:
        """Raise CommandError if mails can't be sent at all, or if one was not."""
        check_database()
        if not dry_run and settings.EMAIL_BACKEND.endswith("dummy.EmailBackend"):
            raise CommandError(_("No mail can be sent: set EMAIL_URL to the address of a mail server."))
        if not settings.SITE_URL:
            raise CommandError(_("Set SITE_URL, so that the links in mails lead to the catalogue."))
        sent = failed = 0
        for row in digest.recipients():
            until = timezone.now()
            with translation.override(digest.language_of(row)):
                news = digest.digest_of(row, until)
                mail = news.mail() if news else None
            if mail is None:
                continue
            if dry_run:
                self.stdout.write(f"{mail.to[0]}: {mail.subject}\n\n{mail.body}")
                sent += 1
            elif digest.claim(row, until):
                # A connection of its own for each, since one that was refused may be of no more use.
                mail.connection = get_connection()
                try:
                    mail.send()
                except (SMTPException, OSError, ValueError) as error:
                    digest.give_back(row)
                    failed += 1
                    self.stderr.write(f"{mail.to[0]}: {error}", self.style.ERROR)
                else:
                    sent += 1
        if verbosity:
            text = ngettext("%(count)d mail.", "%(count)d mails.", sent) % {"count": sent}
            self.stdout.write(_("Dry run: %(mails)s") % {"mails": text} if dry_run else text)
        if failed:
            text = ngettext("%(count)d mail was not sent.", "%(count)d mails were not sent.", failed)
            raise CommandError(text % {"count": failed})
