"""What a step would touch: archiving, deleting or merging a role, renaming or merging a word.

Told in groups, each counted and shown from its beginning, with the documents and lines that say so. The
number of queries is the same however much is touched.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.db.models import F, Model, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _

from roles import search
from roles.models import (
    CapabilityLevel,
    Conflict,
    Interaction,
    JobFamily,
    ProficiencyLevel,
    Proposal,
    Role,
    RoleMember,
    SeniorityLevel,
    SourceDocument,
    VocabularyItem,
)

SHOWN = 8
"""How many of a group a preview shows."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a document says so: the document's id, its path and the line, from 1."""

    document: int
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Touched:
    """One thing that the step would touch: the row to look at, what it says, and where documents say so."""

    row: Model
    name: str
    detail: str = ""
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Things of one sort that the step would touch; `rows` can be sliced and told."""

    name: str
    """What it is called in addresses."""
    title: str
    rows: QuerySet[Any]
    count: int
    first: tuple[Touched, ...]
    tell: Callable[[Sequence[Any]], list[Touched]]


@dataclass(frozen=True, slots=True)
class _Sort:
    """How a group is found, and how a row of it is told: its name and what it says."""

    name: str
    title: str
    rows: QuerySet[Any]
    describe: Callable[[Any], tuple[Model, str, str]]
    stated: bool = False
    """Whether its rows are statements of roles, which stand in documents."""


def of_role(role: Role) -> list[Group]:
    """What archiving, deleting, renaming or merging a role would touch. Empty groups are left out."""
    return _groups(
        [
            _Sort(
                "partners",
                _("Interactions with it"),
                Interaction.objects.filter(partner=role).select_related("role").order_by(*_BY_ROLE),
                lambda row: (row.role, row.role.name, f"{row.kind_name} → {row.partner_name}"),
                stated=True,
            ),
            _Sort(
                "squads",
                _("Squads that it belongs to"),
                RoleMember.objects.filter(member=role).select_related("role").order_by(*_BY_ROLE),
                lambda row: (row.role, row.role.name, row.role_code),
                stated=True,
            ),
            _Sort("mentions", _("Other mentions in what roles say"), _mentioning(role), _named),
            _Sort("predecessors", _("Roles whose place it takes"), role.predecessors.all(), _named),
            _Sort(
                "documents",
                _("Documents that describe it"),
                role.documents.only("path", "dialect", "role").order_by("rank", "path"),
                lambda row: (row, row.path, row.get_dialect_display()),
            ),
            _Sort("proposals", _("Proposals under way"), _proposals(role), _proposed),
            _Sort(
                "conflicts",
                _("Conflicts that wait for a decision"),
                Conflict.objects.filter(role=role, closed_at=None).only("key", "role"),
                lambda row: (row, row.key, ""),
            ),
        ]
    )


def of_word(word: VocabularyItem) -> list[Group]:
    """What would be touched if a word were renamed or merged. Empty groups are left out."""
    found = [_uses(word)]
    if hasattr(word, "levels") or isinstance(word, ProficiencyLevel):
        field = "proficiency" if isinstance(word, ProficiencyLevel) else "capability"
        meanings = CapabilityLevel.objects.filter(**{field: word}).exclude(meaning="")
        found.append(
            _Sort(
                "levels",
                _("What levels mean"),
                meanings.select_related("capability", "proficiency"),
                lambda row: (row.capability, str(row), row.meaning),
            )
        )
    options: Any = word._meta
    if any(field.name == "inverse" for field in options.fields):
        kinds = options.model.objects.filter(inverse=word.pk)
        found.append(_Sort("inverses", _("Kinds that are seen so from the other side"), kinds, _named))
    aliases = options.get_field("aliases").related_model.objects.filter(item=word.pk)
    found.append(_Sort("aliases", _("Other names of it"), aliases, lambda row: (word, row.name, "")))
    if hasattr(word, "get_absolute_url"):
        linked = _linking_to(word.get_absolute_url().rstrip("/"))
        found.append(_Sort("links", _("Texts with a link to its page"), linked, _named))
    return _groups(found)


# The sorts --------------------------------------------------------------------------------------------------

_BY_ROLE = ("role__sort_key", "role__slug", "position", "pk")


def _named(row: Any) -> tuple[Model, str, str]:
    return row, row.name, ""


def _proposed(row: Proposal) -> tuple[Model, str, str]:
    return row, row.document["name"], row.author_name


def _uses(word: VocabularyItem) -> _Sort:
    """The roles that use a word, as their statements or themselves."""
    if isinstance(word, JobFamily | SeniorityLevel):
        written = "family_name" if isinstance(word, JobFamily) else "seniority_name"
        return _Sort(
            "uses",
            _("Roles that use it"),
            word.roles.all(),
            lambda row: (row, row.name, getattr(row, written)),
        )
    options: Any = word._meta
    field = options.get_field("uses").field
    rows = field.model._default_manager.filter(**{field.name: word})
    return _Sort(
        "uses",
        _("Roles that use it"),
        rows.select_related("role").order_by(*_BY_ROLE),
        lambda row: (row.role, row.role.name, str(row)),
        stated=True,
    )


def _proposals(role: Role) -> QuerySet[Proposal]:
    return Proposal.objects.open().filter(Q(role=role) | Q(successor=role))


def _mentioning(role: Role) -> QuerySet[Role]:
    """The roles in whose texts a role's name or address stands, beside those that work with it."""
    name = " ".join(search.terms_of(role.name))
    columns: list[Any] = [Value(" ")]
    for column in ("title", "summary", "statements", "agent"):
        columns += [F(f"search_document__{column}"), Value(" ")]
    by_address = _linking_to(role.get_absolute_url().rstrip("/")).values("pk")
    others = Role.objects.exclude(pk=role.pk).alias(said=Concat(*columns, output_field=TextField()))
    by_name = Q(said__contains=f" {name} ") if name else Q()
    working = Interaction.objects.filter(partner=role).values("role")
    squads = RoleMember.objects.filter(member=role).values("role")
    return others.filter(by_name | Q(pk__in=by_address)).exclude(pk__in=working).exclude(pk__in=squads)


def _linking_to(address: str) -> QuerySet[Role]:
    """The roles in whose texts an address of the catalogue stands."""
    roles = Role.objects.alias(said=Cast("revision__document", TextField()))
    # Or else /roles/data would be found in /roles/data-engineer.
    return roles.filter(said__contains=address, said__regex=f"{address}[^a-z0-9-]")


# Telling them -----------------------------------------------------------------------------------------------


def _groups(sorts: Iterable[_Sort]) -> list[Group]:
    counted = [(sort, sort.rows.count()) for sort in sorts]
    shown = [(sort, count, list(sort.rows[:SHOWN])) for sort, count in counted if count]
    places = _places(chain.from_iterable(rows for sort, _count, rows in shown if sort.stated))
    return [
        Group(
            name=sort.name,
            title=sort.title,
            rows=sort.rows,
            count=count,
            first=tuple(_touched(sort, rows, places)),
            tell=_teller(sort),
        )
        for sort, count, rows in shown
    ]


def _teller(sort: _Sort) -> Callable[[Sequence[Any]], list[Touched]]:
    return lambda rows: _touched(sort, rows, _places(rows) if sort.stated else {})


_Places = dict[tuple[int, str], tuple[Place, ...]]


def _touched(sort: _Sort, rows: Iterable[Any], places: _Places) -> list[Touched]:
    told = []
    for row in rows:
        shown, name, detail = sort.describe(row)
        found = places.get((row.role_id, row.key), ()) if sort.stated else ()
        told.append(Touched(shown, name, detail, found))
    return told


def _places(rows: Iterable[Any]) -> _Places:
    """Where documents make these statements, by role and key. One query."""
    wanted: dict[int, set[str]] = defaultdict(set)
    for row in rows:
        wanted[row.role_id].add(row.key)
    found: dict[tuple[int, str], list[Place]] = defaultdict(list)
    documents = SourceDocument.objects.filter(role__in=wanted).order_by("rank", "path")
    for pk, role, path, lines in documents.values_list("pk", "role_id", "path", "lines"):
        for key in wanted[role or 0] & lines.keys():
            found[role or 0, key].append(Place(pk, path, lines[key]))
    return {at: tuple(each) for at, each in found.items()}
