"""Write the catalogue's roles to files."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError

from roles.loading.export import ExportedFile, export
from roles.models import Role


class Command(BaseCommand):
    """Exit status 1 if a file was left alone because it holds changes that were never loaded."""

    help = "Write role files into a folder. Files without edits come back byte for byte."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", type=Path, metavar="DIR", help="The folder; it is made if need be.")
        parser.add_argument(
            "--dialect",
            choices=["profile", "job"],
            default="profile",
            help="Form of files for roles without one.",
        )

    def handle(self, *, directory: Path, dialect: Any, verbosity: int, **options: Any) -> None:
        """Raise CommandError if DIR is no folder or a file would have lost changes."""
        if directory.exists() and not directory.is_dir():
            raise CommandError(f"{directory} is not a folder.")
        counts = {"written": 0, "unchanged": 0}
        kept: list[str] = []
        for file in export(Role.objects.select_related("revision"), dialect=dialect):
            outcome = self._write(directory, file)
            if outcome is None:
                kept.append(file.path)
            else:
                counts[outcome] += 1
                if outcome == "written" and verbosity > 1:
                    self.stdout.write(f"{file.path}: written")
        for path in kept:
            self.stderr.write(
                self.style.ERROR(
                    f"{path}: has changes that were never loaded, so it is left as it is. Load it first."
                )
            )
        if verbosity:
            self.stdout.write(f"{counts['written']} files written, {counts['unchanged']} unchanged.")
        if kept:
            raise CommandError(f"{len(kept)} files were not written.")

    def _write(self, directory: Path, file: ExportedFile) -> str | None:
        """Write one file whole or not at all; None if what stands there must not be overwritten."""
        target = directory / file.path
        if not target.resolve().is_relative_to(directory.resolve()):
            raise CommandError(f"{file.path} leads out of {directory}.")
        if target.exists():
            existing = target.read_bytes()
            if not file.replaces(existing):
                return None
            if existing == file.data:
                return "unchanged"
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_name(f".{target.name}.part")
        draft.write_bytes(file.data)
        draft.replace(target)
        return "written"
