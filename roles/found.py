"""Roles that were found, as lists show them: in a line, with where else the words stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch
from django.db.models.fields.json import KeyTextTransform
from django.utils.text import Truncator

from roles.ladder import Ladder
from roles.models import Role, RoleCapability, RoleQuerySet
from roles.rendering import plain_text
from roles.snippets import Highlighter, Piece, Snippet

CAPABILITIES_IN_ROW = 3
LINE_FIELDS = ("summary", "mission", "description")
"""The texts of a role that its row can show; the first one that is stated is taken."""
LINE_LENGTH = 280
"""Characters of a role's text that its row has at most; the page cuts it to the width that there is."""
LINE_SEEN = 60
"""Characters of it that are seen on any screen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCapability:
    """A capability that a role needs, its level as written and in marks."""

    name: str
    level: str
    marks: Sequence[bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A role in the list: its name and text as one line, where else the words stand, its top capabilities."""

    role: Role
    name: Sequence[Piece]
    line: Sequence[Piece]
    snippets: Sequence[Snippet]
    capabilities: Sequence[ShownCapability]
    more_capabilities: int


def rows(roles: RoleQuerySet, page: Sequence[int], words: str, ladder: Ladder) -> list[Row]:
    """The rows of those roles that are on the page, given by primary key, in its order. Two queries."""
    texts = {f"{field}_html": KeyTextTransform(field, "rendering__html") for field in LINE_FIELDS}
    capabilities = RoleCapability.objects.select_related("proficiency")
    shown = (
        roles.filter(pk__in=page)
        .select_related("family", "seniority", *(("revision", "rendering") if words else ()))
        .prefetch_related(Prefetch("capabilities", capabilities))
        .annotate(**texts)
        .in_bulk(page)
    )
    highlighter = Highlighter(words)
    # One that was deleted just now is missing.
    return [_row(shown[pk], highlighter, ladder) for pk in page if pk in shown]


def _row(role: Role, highlighter: Highlighter, ladder: Ladder) -> Row:
    texts = (getattr(role, f"{field}_html") for field in LINE_FIELDS)
    html = next(filter(None, texts), "")
    line = Truncator(plain_text(html)).chars(LINE_LENGTH)
    capabilities = sorted(role.capabilities.all(), key=_highest_first)
    return Row(
        role=role,
        name=highlighter.pieces(role.name),
        line=highlighter.pieces(line),
        snippets=_snippets(role, line, highlighter),
        capabilities=[
            ShownCapability(name=each.name, level=each.level, marks=ladder.marks(each.proficiency))
            for each in capabilities[:CAPABILITIES_IN_ROW]
        ],
        more_capabilities=max(0, len(capabilities) - CAPABILITIES_IN_ROW),
    )


def _snippets(role: Role, line: str, highlighter: Highlighter) -> list[Snippet]:
    if not highlighter.has_words or role.revision is None:
        return []
    html: Mapping[str, str] = role.rendering.html if hasattr(role, "rendering") else {}
    return highlighter.snippets(role.revision.document, html, [role.name, line[:LINE_SEEN]])


def _highest_first(capability: RoleCapability) -> int:
    rank = capability.proficiency.rank if capability.proficiency else None
    return -(rank or 0)
