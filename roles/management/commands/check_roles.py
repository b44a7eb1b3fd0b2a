"""Check role files without loading them."""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, TextIO, cast

from django.core.management import BaseCommand, CommandError
from django.utils.translation import gettext as _

from roles.documents import cli


class Command(BaseCommand):
    """The same as `python -m roles.documents check`. Exit status 1 if there are errors."""

    help = cli.CHECK
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        cli.add_arguments(parser)

    def handle(
        self,
        *,
        paths: list[Path],
        format: cli.Format,
        fidelity: bool,
        no_color: bool,
        force_color: bool,
        **options: Any,
    ) -> None:
        """Raise CommandError if a path does not exist, SystemExit with status 1 if there are errors."""
        out, errors = cast(TextIO, self.stdout._out), cast(TextIO, self.stderr._out)
        no_color = no_color or bool(os.environ.get("NO_COLOR"))
        colour = force_color or (out.isatty() and not no_color)
        try:
            status = cli.run(paths, format, fidelity=fidelity, colour=colour, out=out, errors=errors)
        except FileNotFoundError as error:
            text = _("There is no file or folder {path}.").format(path=error)
            raise CommandError(text, returncode=2) from error
        if status:
            raise SystemExit(status)
