"""What the catalogue holds, told to language models in a few words of Markdown (llms.txt)."""

from collections.abc import Callable, Iterator
from itertools import groupby

from django.db.models import F
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from roles.models import Role, RoleQuerySet
from roles.rendering import plain_text

ROLES_AT_MOST = 1_000
"""More roles than these are only counted, so that the text stays short enough to be read at once."""

LINE_CHARACTERS = 200
"""Characters of a role's line, at most."""

OPENINGS = ("summary", "mission", "description")
"""What says in a line what a role is: the first of these that it states."""

_BRACKETS = str.maketrans({"[": r"\[", "]": r"\]", "\\": r"\\"})


def llms_text(roles: RoleQuerySet, absolute: Callable[[str], str]) -> str:
    """Tell of these roles, family by family; `absolute` makes a full address of a path. Two queries."""
    return "\n".join(_lines(roles.listed(), absolute)) + "\n"


def _lines(roles: RoleQuerySet, absolute: Callable[[str], str]) -> Iterator[str]:
    yield f"# {_('Role catalogue')}"
    yield ""
    yield "> " + _("What each role of the company is for, what it needs, and how roles work together.")
    yield ""
    yield _(
        "Each link below leads to a role as a Markdown document; with .json in place of .md it is the same "
        "as JSON. A role's page answers with either, too, to a request that prefers text/markdown or "
        "application/json."
    )
    yield ""
    yield "- " + _("[Search and filter roles as JSON](%(address)s): add ?q= and words") % {
        "address": absolute(reverse("api:list_roles"))
    }
    yield "- " + _("[Every page](%(address)s)") % {"address": absolute(reverse("sitemap"))}
    ordered = (
        roles.select_related("family")
        .annotate(said=Coalesce(*(KeyTextTransform(field, "rendering__html") for field in OPENINGS)))
        .order_by(F("family__sort_key").asc(nulls_last=True), "family__slug", "sort_key", "slug")
    )
    for family, members in groupby(ordered[:ROLES_AT_MOST], key=lambda role: role.family):
        yield ""
        yield f"## {family.name.translate(_BRACKETS) if family else _('Without a family')}"
        yield ""
        yield from (_line(role, absolute) for role in members)
    if (more := roles.count() - ROLES_AT_MOST) > 0:
        yield ""
        yield ngettext(
            "%(number)s more role is not listed here.", "%(number)s more roles are not listed here.", more
        ) % {"number": more}


def _line(role: Role, absolute: Callable[[str], str]) -> str:
    address = absolute(reverse("role-markdown", args=[role.slug]))
    link = f"- [{role.name.translate(_BRACKETS)}]({address})"
    said = vars(role)["said"]
    return f"{link}: {Truncator(plain_text(said)).chars(LINE_CHARACTERS)}" if said else link
