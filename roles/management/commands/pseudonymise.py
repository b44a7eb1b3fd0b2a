"""Put a pseudonym in the place of a person."""

from argparse import ArgumentParser

from django.core.management import BaseCommand, CommandError
from django.db import transaction

from roles.accounts.pseudonyms import Nobody, pseudonymise

OUT_OF_REACH = """Not reached, and to be looked after by hand:
- what people wrote: texts, reasons and comments are not searched for names
- role documents in files and repositories, with their history; where loads were started (their paths)
- spreadsheets, documents and mails that left the catalogue; the server's own logs; backups
"""


class Command(BaseCommand):
    """Puts a pseudonym in the place of somebody in the account, the history and all logs."""

    help = "Put a pseudonym in the place of a person everywhere, history included. It can't be undone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="The user name of the account, or of one that was deleted.")
        parser.add_argument("--dry-run", action="store_true", help="Only say what it would change.")
        parser.add_argument("--yes", action="store_true", help="Don't ask.")

    def handle(self, *, username: str, dry_run: bool, yes: bool, **options: object) -> None:
        """Raise CommandError if nobody is called so, or the answer is no."""
        try:
            with transaction.atomic():
                pseudonym, changed = pseudonymise(username)
                # Nobody else waits for the answer to the question below.
                transaction.set_rollback(True)
        except Nobody as error:
            raise CommandError(f"Nobody is called {username}.") from error
        for table, count in sorted(changed.items()):
            self.stdout.write(f"{count:>7}  {table}")
        self.stdout.write(OUT_OF_REACH)
        if dry_run:
            self.stdout.write(f"{username} would be {pseudonym}. Nothing was changed.")
            return
        if not yes and _answer(f"This can't be undone. Type {username} to go on: ") != username:
            raise CommandError("Nothing was changed.")
        pseudonym, _changed = pseudonymise(username)
        self.stdout.write(f"{username} is {pseudonym} now.")


def _answer(question: str) -> str:
    """What somebody answers; nothing if nobody is there, as in a job that runs by itself."""
    try:
        return input(question)
    except EOFError:
        return ""
