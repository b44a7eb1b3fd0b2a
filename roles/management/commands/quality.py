"""Tell how good the catalogue is, and fail if it is not good enough."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable
from shutil import get_terminal_size
from textwrap import fill
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from roles import quality
from roles.management.database import check_database
from roles.quality.representation import finding_values, kind_values, score_values

ROLES_SHOWN = 10
"""Roles that are shown, the worst ones, unless everything is asked for."""


def percent(text: str) -> int:
    """A whole number from 0 to 100."""
    if not (text.isascii() and text.isdecimal() and len(text) < 4 and int(text) <= 100):
        raise ArgumentTypeError(_("give a whole number from 0 to 100"))
    return int(text)


class Command(BaseCommand):
    """The report as an administrator sees it. Exit status 1 if the score is too low."""

    help = "Tell what may be better in roles and vocabulary. With --verbosity 2, every finding."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--format", choices=["text", "json"], default="text", help=_("how to print what is found")
        )
        parser.add_argument(
            "--fail-under",
            type=percent,
            default=0,
            metavar="PERCENT",
            help=_("exit with status 1 if the score is below this"),
        )

    def handle(self, *, format: str, fail_under: int, verbosity: int, **options: Any) -> None:
        """Raise SystemExit with status 1 if the score is below `fail_under`."""
        check_database()
        everybody = User(is_active=True, is_staff=True, is_superuser=True)
        report = quality.report(everybody)
        if format == "json":
            values = {
                "score": score_values(report.score),
                "kinds": kind_values(report),
                "findings": [finding_values(each, report, everybody, _address) for each in report.findings],
            }
            self.stdout.write(json.dumps(values, ensure_ascii=False, indent=2))
        else:
            self._tell(report, verbosity)
        if report.score.percent < fail_under:
            text = _("The score is %(percent)d %%, below %(least)d %%.")
            said = {"percent": report.score.percent, "least": fail_under}
            self.stderr.write(text % said, self.style.ERROR)
            raise SystemExit(1)

    def _tell(self, report: quality.Report, verbosity: int) -> None:
        score = report.score
        said = {"points": score.points, "of": score.of, "percent": score.percent}
        self.stdout.write(
            _("%(points)d of %(of)d points (%(percent)d %%)") % said, self.style.MIGRATE_HEADING
        )
        if not verbosity:
            return
        wide = max(len(str(part.aspect.title)) for part in score.parts)
        for part in score.parts:
            line = f"  {part.aspect.title!s:<{wide}}  {part.points:>6} / {part.of}"
            self.stdout.write(line, self.style.SUCCESS if part.points == part.of else self.style.WARNING)
        self.stdout.write("")
        styles: dict[str, Callable[[str], str]] = {
            "high": self.style.ERROR,
            "low": self.style.WARNING,
            "hint": str,
        }
        for kind in kind_values(report):
            number = ngettext("in %(count)d role", "in %(count)d roles", kind["roles"])
            said = {"count": kind["roles"]}
            shown = styles[kind["severity"]](f"{kind['code']:<24}")
            self.stdout.write(f"  {shown} {kind['findings']:>6}  {number % said}")
        self.stdout.write("")
        if verbosity > 1:
            for finding in report.findings:
                head = report.heads.get(finding.role) if finding.role is not None else None
                place = head.slug if head else finding.word.name if finding.word else ""
                code = styles[finding.kind.severity](finding.code)
                self.stdout.write(": ".join(part for part in (place, code, finding.sentence) if part))
        else:
            for head in report.worst_first[:ROLES_SHOWN]:
                points = report.score_of(head.pk).points
                codes = dict.fromkeys(finding.code for finding in report.by_role.get(head.pk, ()))
                line = f"  {points:>2} / {quality.POINTS}  {head.name}  {', '.join(codes)}"
                wide = get_terminal_size().columns
                self.stdout.write(fill(line, wide, subsequent_indent=" " * 11, break_on_hyphens=False))


def _address(path: str) -> str:
    return f"{settings.SITE_URL}{path}"
