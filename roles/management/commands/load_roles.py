"""Load role files into the catalogue."""

import getpass
import json
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, TextIO, TypeVar, cast

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from tqdm import tqdm

from roles.documents.messages import Message, Severity
from roles.loading.doubts import label
from roles.loading.report import Report
from roles.loading.result import Side
from roles.loading.run import load
from roles.management.database import check_database

SAMPLES = settings.BASE_DIR / "fixtures" / "roles"
SHOWN: dict[int, tuple[Severity, ...]] = {0: ("error",), 1: ("error", "warning")}
"""Severities of the messages that are printed at each verbosity; above these, all are."""

Item = TypeVar("Item")


class Command(BaseCommand):
    """Exit status 1 if a file could not be loaded; the others are loaded all the same."""

    help = "Load role files. Files that did not change since they were last loaded change nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "paths",
            nargs="*",
            type=Path,
            metavar="PATH",
            help=_("Files or folders; the samples if none is named."),
        )
        parser.add_argument(
            "--dry-run", action="store_true", help=_("Report what would be done, and write nothing.")
        )
        parser.add_argument(
            "--prefer",
            choices=["files", "catalogue"],
            help=_("Decide conflicts for this side, those that wait for these files included."),
        )
        parser.add_argument(
            "--withdraw-missing",
            action="store_true",
            help=_("Withdraw what only files said that are gone from the loaded folders."),
        )
        parser.add_argument(
            "--max-withdrawn",
            type=_share,
            default="10%",
            metavar="SHARE",
            help=_("Withdraw nothing if more of the folders' files are gone than this, by default 10%%."),
        )
        parser.add_argument(
            "--format", choices=["text", "json"], default="text", help=_("How to print the report.")
        )

    def handle(
        self,
        *,
        paths: list[Path],
        dry_run: bool,
        prefer: Side | None,
        withdraw_missing: bool,
        max_withdrawn: float,
        format: str,
        verbosity: int,
        **options: Any,
    ) -> None:
        """Raise CommandError if a path does not exist, or something was not done that should have been."""
        check_database()
        try:
            report = load(
                paths or [SAMPLES],
                dry_run=dry_run,
                by_name=_person(),
                prefer=prefer,
                max_withdrawn=max_withdrawn if withdraw_missing else None,
                progress=self._progress,
            )
        except FileNotFoundError as error:
            raise CommandError(_("There is no file or folder {path}.").format(path=error)) from error
        except KeyboardInterrupt:
            message = _("Interrupted. Roles that were loaded so far are whole; load again for the others.")
            raise CommandError(message, returncode=130) from None
        if format == "json":
            self.stdout.write(json.dumps(report.to_json(), ensure_ascii=False, indent=2))
        else:
            self._print(report, verbosity)
        if report.too_many_missing:
            text = _(
                "{number} files are gone, more than {share:.0%} of those that were loaded from here: nothing "
                "was withdrawn. Is this the right folder? If it is, allow more with --max-withdrawn."
            )
            raise CommandError(text.format(number=len(report.missing), share=max_withdrawn))
        if report.failed:
            number = report.counts["failed"] + report.counts["held"]
            raise CommandError(
                ngettext("{number} file was not loaded.", "{number} files were not loaded.", number).format(
                    number=number
                )
            )

    def _progress(self, items: Sequence[Item], doing: str) -> Iterable[Item]:
        """A bar on a terminal, and only there."""
        # The stream itself, because Django's wrapper ends each piece of the bar with a line end.
        stream = cast(TextIO, self.stderr._out)
        form = "{desc} {bar:30} {n_fmt}/{total_fmt}"
        return tqdm(items, desc=doing, bar_format=form, leave=False, file=stream, disable=not stream.isatty())

    def _print(self, report: Report, verbosity: int) -> None:
        """Write the messages, line by line as compilers do, then the summary."""
        shown = SHOWN.get(verbosity, ("error", "warning", "info"))
        for file in report.files:
            for message in sorted(file.messages, key=lambda message: message.line):
                if message.severity in shown:
                    self._print_message(file.path, message)
        if verbosity:
            for path in report.missing:
                text = _("The file is gone; what it says stays in the catalogue.")
                self._print_message(path, Message("file-missing", 1, text))
            for path in report.withdrawn:
                text = _("The file is gone; what only it said was withdrawn.")
                self._print_message(path, Message("file-withdrawn", 1, text))
            self._print_summary(report)

    def _print_message(self, path: str, message: Message) -> None:
        style = {"error": self.style.ERROR, "warning": self.style.WARNING, "info": self.style.NOTICE}
        severity = style[message.severity](message.severity)
        self.stdout.write(message.at(path, severity=severity))

    def _print_summary(self, report: Report) -> None:
        number = len(report.files)
        files = ngettext("{number} file", "{number} files", number).format(number=number)
        counts = ", ".join(f"{count} {outcome}" for outcome, count in report.counts.items() if count)
        self.stdout.write(f"{files}: {counts}." if counts else f"{files}.")
        for conflict in report.conflicts:
            text = _("Waits for HR's decision: {role}, {statement}.")
            self.stdout.write(
                self.style.WARNING(text.format(role=conflict.role, statement=label(conflict.key)))
            )
        for conflict in report.decided:
            text = _("Decided: {role}, {statement}.").format(
                role=conflict.role, statement=label(conflict.key)
            )
            self.stdout.write(text)
        if waiting := len(report.proposed):
            text = ngettext(
                "What changed in {number} role waits for review: look under Proposals in the admin.",
                "What changed in {number} roles waits for review: look under Proposals in the admin.",
                waiting,
            )
            self.stdout.write(self.style.WARNING(text.format(number=waiting)))
        for slug in report.without_files:
            text = _("No file describes {role} any more. If the role is gone too, archive or delete it.")
            self.stdout.write(self.style.WARNING(text.format(role=slug)))
        changed = len(report.changed)
        if changed:
            outcome = ngettext("{number} role changed.", "{number} roles changed.", changed)
        else:
            outcome = _("No role changed.") if report.counts["updated"] else _("Nothing changed.")
        outcome = outcome.format(number=changed)
        if report.dry_run:
            outcome = f"{outcome} {_('This was a dry run: nothing was written.')}"
        self.stdout.write(self.style.SUCCESS(outcome))


def _share(text: str) -> float:
    """A share such as 10% as a number from 0 to 1.

    Raises:
        ArgumentTypeError: if it is none.
    """
    try:
        share = float(text.removesuffix("%")) / 100
    except ValueError:
        share = -1
    if not text.endswith("%") or not 0 <= share <= 1:
        raise ArgumentTypeError(_("{text!r} is no share from 0% to 100%.").format(text=text))
    return share


def _person() -> str:
    """The account on this machine that runs the command."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
