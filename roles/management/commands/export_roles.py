"""Write the catalogue's roles to files."""

from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from roles.loading.export import ExportedFile, export
from roles.models import Role


class NotWritten(Exception):
    """A file that could not or must not be written, and why."""


class Command(BaseCommand):
    """Exit status 1 if a file was not written; the others are written all the same."""

    help = "Write role files into a folder. Files without edits come back byte for byte."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "directory", type=Path, metavar="DIR", help=_("The folder; it is made if need be.")
        )
        parser.add_argument(
            "--dialect",
            choices=["profile", "job"],
            default="profile",
            help=_("Form of the files of roles that have none."),
        )

    def handle(self, *, directory: Path, dialect: Any, verbosity: int, **options: Any) -> None:
        """Raise CommandError if DIR is no folder or a file was not written."""
        if directory.exists() and not directory.is_dir():
            raise CommandError(_("{path} is not a folder.").format(path=directory))
        counts: Counter[str] = Counter()
        for file in export(Role.objects.select_related("revision"), dialect=dialect):
            try:
                outcome = _write(directory, file)
            except NotWritten as reason:
                outcome = "failed"
                self.stderr.write(f"{file.path}: {self.style.ERROR('error')}: {reason}")
            counts[outcome] += 1
            if outcome == "written" and verbosity > 1:
                self.stdout.write(f"{file.path}: {_('written')}")
        if verbosity:
            self._print_summary(counts)
        if counts["failed"]:
            number = counts["failed"]
            text = ngettext("{number} file was not written.", "{number} files were not written.", number)
            raise CommandError(text.format(number=number))

    def _print_summary(self, counts: Counter[str]) -> None:
        number = counts["written"]
        written = ngettext("{number} file written", "{number} files written", number).format(number=number)
        unchanged = _("{number} unchanged").format(number=counts["unchanged"])
        self.stdout.write(self.style.SUCCESS(f"{written}, {unchanged}."))


def _write(directory: Path, file: ExportedFile) -> str:
    """Write one file whole or not at all. Returns whether it is "written" or was "unchanged".

    Raises:
        NotWritten: if it can't be, or if what stands there would be lost.
    """
    target = directory / file.path
    try:
        if not target.resolve().is_relative_to(directory.resolve()):
            raise NotWritten(_("A link leads out of the folder, so it is not followed."))
        if target.exists():
            existing = target.read_bytes()
            if existing == file.data:
                return "unchanged"
            if not file.replaces(existing):
                raise NotWritten(
                    _("It has changes that were never loaded, so it stays as it is. Load it first.")
                )
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_name(f".{target.name}.part")
        draft.write_bytes(file.data)
        draft.replace(target)
    except OSError as error:
        raise NotWritten(_("It can't be written: {reason}.").format(reason=error.strerror)) from error
    return "written"
