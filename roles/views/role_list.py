"""The list of roles: what was asked for, what was found, and what could be asked for instead."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from html import unescape

from django.core.paginator import Page, Paginator
from django.db.models import Count, F
from django.db.models.fields.json import KeyTextTransform
from django.http import QueryDict
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from roles.models import JobFamily, Role, RoleCapability, RoleQuerySet, SeniorityLevel

ROLES_ON_PAGE = 25
CAPABILITIES_IN_ROW = 4
LINE_FIELDS = ("summary", "mission", "description")
"""The texts of a role that its row can show; the first one that is stated is taken."""
LINE_LENGTH = 280
"""Characters of a role's text that its row has at most; the page cuts it to the width that there is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A value to filter by: how many roles it would leave, and whether it is chosen."""

    slug: str
    name: str
    count: int
    chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A filter that is in force, and the address of the list without it."""

    label: str
    value: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A role in the list: its text as one line without markup, and the capabilities it needs most."""

    role: Role
    line: str
    capabilities: Sequence[RoleCapability]
    more_capabilities: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleList:
    """One page of the list of roles."""

    words: str
    families: Sequence[Option]
    seniorities: Sequence[Option]
    chips: Sequence[Chip]
    page: Page[Role]
    page_numbers: Sequence[int | str]
    rows: Sequence[Row]


def role_list(roles: RoleQuerySet, asked: QueryDict) -> RoleList:
    """Answer the query of an address: `q` for words, `family` and `seniority` (repeatable) for slugs, `page`.

    A slug that nothing bears finds nothing; a page that does not exist is the nearest one.
    """
    words = _clean(asked.get("q", ""))
    families, seniorities = _slugs(asked, "family"), _slugs(asked, "seniority")
    matching = roles.listed().matching(words)
    in_families = matching.in_family(families) if families else matching
    at_seniorities = matching.at_seniority(seniorities) if seniorities else matching
    found = in_families.at_seniority(seniorities) if seniorities else in_families
    paginator = Paginator(_with_lines(found), ROLES_ON_PAGE)
    page = paginator.get_page(asked.get("page"))
    family_options = _with_chosen(family_counts(at_seniorities), families, JobFamily)
    seniority_options = _with_chosen(seniority_counts(in_families), seniorities, SeniorityLevel)
    return RoleList(
        words=words,
        families=family_options,
        seniorities=seniority_options,
        chips=[
            *([Chip(label=_("Words"), value=words, address=_without(asked, "q", words))] if words else []),
            *_chips(asked, "family", _("Family"), family_options),
            *_chips(asked, "seniority", _("Seniority"), seniority_options),
        ],
        page=page,
        page_numbers=list(paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)),
        rows=[_row(role) for role in page],
    )


def family_counts(roles: RoleQuerySet) -> list[Option]:
    """Count these roles by job family, in the order of names; those without one are not counted."""
    counted = roles.order_by("family__folded").values_list("family__slug", "family__name")
    return _options(counted.annotate(roles=Count("pk")))


def seniority_counts(roles: RoleQuerySet) -> list[Option]:
    """Count these roles by seniority, lowest first; those without one are not counted."""
    ladder = F("seniority__rank").asc(nulls_last=True)
    counted = roles.order_by(ladder, "seniority__folded").values_list("seniority__slug", "seniority__name")
    return _options(counted.annotate(roles=Count("pk")))


def _options(counted: Iterable[tuple[str | None, str | None, int]]) -> list[Option]:
    return [Option(slug=slug, name=name or slug, count=count) for slug, name, count in counted if slug]


def _with_chosen(
    options: Sequence[Option], chosen: Sequence[str], vocabulary: type[JobFamily] | type[SeniorityLevel]
) -> list[Option]:
    """Mark the chosen options, and add the chosen ones that would leave no role."""
    marked = [replace(option, chosen=option.slug in chosen) for option in options]
    absent = set(chosen) - {option.slug for option in options}
    names = vocabulary.objects.in_bulk(absent, field_name="slug") if absent else {}
    return [
        *marked,
        *(
            Option(slug=slug, name=names[slug].name if slug in names else slug, count=0, chosen=True)
            for slug in chosen
            if slug in absent
        ),
    ]


def _chips(asked: QueryDict, parameter: str, label: str, options: Iterable[Option]) -> list[Chip]:
    return [
        Chip(label=label, value=option.name, address=_without(asked, parameter, option.slug))
        for option in options
        if option.chosen
    ]


def _without(asked: QueryDict, parameter: str, value: str) -> str:
    """Give the address of the list that asks for all of this but one value, from its first page."""
    kept = asked.copy()
    kept.pop("page", None)
    kept.setlist(parameter, [other for other in asked.getlist(parameter) if _clean(other) != value])
    query = kept.urlencode()
    return f"{reverse('roles')}?{query}" if query else reverse("roles")


def _with_lines(roles: RoleQuerySet) -> RoleQuerySet:
    """Fetch with each role what its row shows: of its rendered texts only those that can be its line."""
    texts = {f"{field}_html": KeyTextTransform(field, "rendering__html") for field in LINE_FIELDS}
    return roles.for_list().prefetch_related("capabilities__proficiency").annotate(**texts)


def _row(role: Role) -> Row:
    texts = (getattr(role, f"{field}_html") for field in LINE_FIELDS)
    html = next(filter(None, texts), "")
    line = " ".join(unescape(strip_tags(html)).split())
    capabilities = sorted(role.capabilities.all(), key=_highest_first)
    return Row(
        role=role,
        line=Truncator(line).chars(LINE_LENGTH),
        capabilities=capabilities[:CAPABILITIES_IN_ROW],
        more_capabilities=max(0, len(capabilities) - CAPABILITIES_IN_ROW),
    )


def _highest_first(capability: RoleCapability) -> int:
    rank = capability.proficiency.rank if capability.proficiency else None
    return -(rank or 0)


def _clean(text: str) -> str:
    # PostgreSQL knows no NUL in a text.
    return " ".join(text.replace("\x00", " ").split())


def _slugs(asked: QueryDict, parameter: str) -> list[str]:
    return [slug for slug in dict.fromkeys(map(_clean, asked.getlist(parameter))) if slug]
