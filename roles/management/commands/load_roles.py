"""Load role files into the catalogue."""

import getpass
import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from tqdm import tqdm

from roles.documents.messages import Severity
from roles.loading.discover import Found
from roles.loading.report import Report
from roles.loading.run import load

SAMPLES = settings.BASE_DIR / "fixtures" / "roles"
SHOWN: dict[int, tuple[Severity, ...]] = {0: ("error",), 1: ("error", "warning")}
"""Severities of the messages that are printed at each verbosity; above these, all are."""


class Command(BaseCommand):
    """Exit status 1 if a file could not be loaded; the others are loaded all the same."""

    help = "Load role files. Files that did not change since they were last loaded change nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "paths",
            nargs="*",
            type=Path,
            metavar="PATH",
            help="Files or folders; the samples if none is named.",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="Report what would be done, and write nothing."
        )
        parser.add_argument(
            "--format", choices=["text", "json"], default="text", help="How to print the report."
        )

    def handle(
        self, *, paths: list[Path], dry_run: bool, format: str, verbosity: int, **options: Any
    ) -> None:
        """Raise CommandError if a path does not exist or a file could not be loaded."""
        try:
            report = load(paths or [SAMPLES], dry_run=dry_run, by_name=_person(), progress=self._progress)
        except FileNotFoundError as error:
            raise CommandError(f"There is no file or folder {error}.") from error
        if format == "json":
            self.stdout.write(json.dumps(report.to_json(), ensure_ascii=False, indent=2))
        else:
            self._print(report, verbosity)
        if report.failed:
            number = report.counts["failed"] + report.counts["held"]
            raise CommandError(f"{number} file{'s were' if number > 1 else ' was'} not loaded; see above.")

    def _progress(self, found: Iterable[Found]) -> Iterable[Found]:
        """A bar on a terminal, and only there."""
        return tqdm(found, unit="file", leave=False, disable=not sys.stderr.isatty())

    def _print(self, report: Report, verbosity: int) -> None:
        styles = {"error": self.style.ERROR, "warning": self.style.WARNING, "info": self.style.NOTICE}
        shown = SHOWN.get(verbosity, ("error", "warning", "info"))
        for file in report.files:
            for message in file.messages:
                if message.severity in shown:
                    severity = styles[message.severity](message.severity)
                    self.stdout.write(
                        f"{file.path}:{message.line}: {severity}: {message.text} ({message.code})"
                    )
        for path in report.missing:
            self.stdout.write(f"{path}:1: {styles['warning']('warning')}: {MISSING} (file-missing)")
        if verbosity:
            self.stdout.write(self._summary(report))

    def _summary(self, report: Report) -> str:
        counts = ", ".join(f"{count} {outcome}" for outcome, count in report.counts.items() if count)
        changed = len(report.changed)
        lines = [f"{len(report.files)} files: {counts or 'none'}."]
        if report.conflicts:
            lines.append(
                f"{len(report.conflicts)} conflicts: the catalogue's version stays until HR decides: "
                + ", ".join(f"{item.role} {item.key}" for item in report.conflicts)
            )
        written = f"{changed} role{'' if changed == 1 else 's'} changed." if changed else "Nothing changed."
        lines.append(f"{written} Dry run: nothing was written." if report.dry_run else written)
        return self.style.SUCCESS("\n".join(lines))


MISSING = "The file is gone; what it says stays in the catalogue."


def _person() -> str:
    """The account on this machine that runs the command."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
