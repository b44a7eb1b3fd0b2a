"""Tools and other facts that roles state as properties: each value, and how many roles have it."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.db.models import Count, QuerySet
from django.http import Http404, QueryDict
from django.urls import reverse

from roles.documents.text import fold_key, slugify, sort_key
from roles.models import RoleProperty, RoleQuerySet
from roles.views import asked as asking

VALUES_IN_ROW = 12
VALUES_ON_PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueEntry:
    """A value of a property, how many roles have it, and the address of the list of those."""

    value: str
    count: int
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PropertyEntry:
    """A property, how many roles state it, and values of it, the most frequent first."""

    name: str
    slug: str
    count: int
    values: Sequence[ValueEntry]
    value_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PropertiesPage:
    """All properties, or one with all its values, those that `text` narrows them to, page by page."""

    properties: Sequence[PropertyEntry]
    text: str = ""
    chosen: PropertyEntry | None = None
    paged: asking.Paged[ValueEntry] | None = None


def properties_page(roles: RoleQuerySet, asked: QueryDict) -> PropertiesPage:
    """Sum up the properties of these roles; `name` chooses one by its slug, `q` narrows its values.

    Raises:
        Http404: if no role states the chosen property.
    """
    stated = RoleProperty.objects.filter(role__in=roles.order_by()).order_by()
    chosen = asking.text(asked, "name")
    entries = _entries(stated)
    if not chosen:
        return PropertiesPage(
            properties=[replace(entry, values=entry.values[:VALUES_IN_ROW]) for entry in entries]
        )
    entry = next((entry for entry in entries if entry.slug == chosen), None)
    if entry is None:
        raise Http404
    text = asking.text(asked, "q")
    parts = fold_key(text).split()
    values = [each for each in entry.values if all(part in fold_key(each.value) for part in parts)]
    by_name = sorted(values, key=lambda each: sort_key(each.value))
    return PropertiesPage(
        properties=entries, text=text, chosen=entry, paged=asking.paged(by_name, asked, VALUES_ON_PAGE)
    )


def _entries(stated: QuerySet[RoleProperty]) -> list[PropertyEntry]:
    """Properties by name, each with all its values; spellings that fold alike are one."""
    names: dict[str, str] = {}
    roles: Counter[str] = Counter()
    for name, count in stated.order_by("name").values_list("name").annotate(n=Count("role", distinct=True)):
        names.setdefault(slugify(name), name)
        roles[slugify(name)] += count
    spelled: dict[str, dict[str, str]] = defaultdict(dict)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    valued = stated.exclude(value="").order_by("name", "value").values_list("name", "value")
    for name, value, count in valued.annotate(n=Count("role", distinct=True)):
        spelled[slugify(name)].setdefault(fold_key(value), value)
        counts[slugify(name)][fold_key(value)] += count
    entries = [
        PropertyEntry(
            name=name,
            slug=slug,
            count=roles[slug],
            values=[
                ValueEntry(value=spelled[slug][key], count=count, address=_roles_with(slug, key))
                for key, count in sorted(counts[slug].items(), key=lambda each: (-each[1], sort_key(each[0])))
            ],
            value_count=len(counts[slug]),
        )
        for slug, name in names.items()
    ]
    return sorted(entries, key=lambda entry: (-entry.count, sort_key(entry.name)))


def _roles_with(name: str, value: str) -> str:
    return f"{reverse('roles')}?{urlencode({'property': f'{name}:{value}'})}"
