"""The report as plain values, for the API and for commands: both tell the same."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.urls import reverse

from roles.quality.finding import Finding
from roles.quality.kinds import KINDS
from roles.quality.places import place_of
from roles.quality.report import Report, Score

Address = Callable[[str], str]
"""Makes a whole address of one that begins with a slash."""


def score_values(score: Score) -> dict[str, Any]:
    """A score with its arithmetic."""
    return {
        "points": score.points,
        "of": score.of,
        "percent": score.percent,
        "aspects": [{"name": part.aspect.name, "points": part.points, "of": part.of} for part in score.parts],
    }


def kind_values(report: Report) -> list[dict[str, Any]]:
    """The kinds that are found, and how often."""
    return [
        {
            "code": code,
            "title": str(KINDS[code].title),
            "severity": KINDS[code].severity,
            "points": KINDS[code].points,
            "advice": str(KINDS[code].advice),
            "findings": findings,
            "roles": roles,
        }
        for code, (findings, roles) in report.counts.items()
        if findings
    ]


def finding_values(
    finding: Finding, report: Report, user: AbstractBaseUser | AnonymousUser, address: Address
) -> dict[str, Any]:
    """A finding, with where this person mends it."""
    head = report.heads.get(finding.role) if finding.role is not None else None
    place = place_of(finding, head, user)
    return {
        "code": finding.code,
        "severity": finding.kind.severity,
        "text": finding.sentence,
        "role": head.slug if head else None,
        "roles": [report.heads[pk].slug for pk in finding.roles if pk in report.heads],
        "word": _word(finding, address),
        "statement": finding.key or None,
        "url": address(place) if place else None,
    }


def _word(finding: Finding, address: Address) -> dict[str, Any] | None:
    word = finding.word
    if word is None:
        return None
    has_page = word.table in ("capability", "artifact")
    page = reverse(word.table, args=[word.slug]) if has_page else reverse("levels")
    return {"type": word.table, "slug": word.slug, "name": word.name, "url": address(page)}
