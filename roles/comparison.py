"""Roles held against each other, and what a person can do against what a role needs.

Documents spell the same thing in many ways; the shared vocabulary knows what is the same. So a role is first
put into shared words (`outline`), and outlines are then compared by the differ of documents.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import Prefetch

from roles.documents.diff import Difference, diff
from roles.documents.document import (
    COMMON_PARTNER,
    LISTS,
    Capability,
    Key,
    Property,
    RoleDocument,
    Statement,
    field_of,
    statements,
)
from roles.documents.document import Interaction as StatedInteraction
from roles.documents.text import fold_key
from roles.models import (
    Interaction,
    ProficiencyLevel,
    Role,
    RoleArtifact,
    RoleCapability,
    RoleQuerySet,
    RoleResponsibility,
)

Rank = Callable[[str], int | None]
"""Gives the rung of a proficiency level on the ladder, from 1, by the level's name; None is unranked."""


# Roles in shared words --------------------------------------------------------------------------------------


def for_comparison(roles: RoleQuerySet, user: AbstractBaseUser | AnonymousUser) -> RoleQuerySet:
    """Fetch what `outline` reads and the pages show of a role, with seven queries however many roles.

    Partners are those that the user may see; a partner that is a draft is but a name to others.
    """
    visible = Role.objects.visible_to(user)
    return roles.select_related("family", "seniority", "revision", "rendering").prefetch_related(
        Prefetch("capabilities", RoleCapability.objects.select_related("capability", "proficiency")),
        Prefetch("responsibilities", RoleResponsibility.objects.select_related("responsibility")),
        Prefetch("artifacts", RoleArtifact.objects.select_related("artifact")),
        "interactions",
        Prefetch("interactions__partner", visible),
        Prefetch(
            "incoming",
            Interaction.objects.filter(role__in=visible.listed().order_by())
            .select_related("role", "kind__inverse")
            .order_by("role__sort_key", "role__slug", "position"),
        ),
    )


def outline(role: Role) -> RoleDocument:
    """What a role is made of, in the words of the shared vocabulary and without its prose.

    Capabilities with their levels, responsibilities, artifacts, partners (each stands once, as a common
    partner, whichever side says so), family and seniority. A capability that stands there twice has the
    higher level. The role was fetched by `for_comparison`.
    """
    return RoleDocument.stored(
        {
            "slug": role.slug,
            "name": role.name,
            "family": role.family.name if role.family else None,
            "seniority": role.seniority.name if role.seniority else None,
            "responsibilities": [{"name": shared_name(row)} for row in responsibilities(role)],
            "capabilities": [
                {"name": row.capability.name, "level": row.proficiency.name if row.proficiency else None}
                for row in highest(role.capabilities.all())
            ],
            "artifacts": [{"name": row.artifact.name} for row in artifacts(role)],
            "interactions": [{"kind": COMMON_PARTNER, "partner": name} for name in partners(role)],
        }
    )


def outline_of_capabilities(levels: Iterable[tuple[str, str | None]]) -> RoleDocument:
    """An outline of nothing but capabilities, given as the vocabulary's names of each and of its level."""
    capabilities = [{"name": name, "level": level} for name, level in levels]
    return RoleDocument.stored({"slug": "levels", "name": "Levels", "capabilities": capabilities})


def shared_name(row: RoleResponsibility) -> str:
    """What a responsibility is called in the vocabulary; one that is not shared as it is written."""
    return row.responsibility.name if row.responsibility else row.name or row.text


def responsibilities(role: Role) -> list[RoleResponsibility]:
    """A role's responsibilities, of several that mean the same the first one."""
    found: dict[str, RoleResponsibility] = {}
    for row in role.responsibilities.all():
        found.setdefault(fold_key(shared_name(row)), row)
    return list(found.values())


def artifacts(role: Role) -> list[RoleArtifact]:
    """A role's artifacts, of several that mean the same the first one."""
    found: dict[int, RoleArtifact] = {}
    for row in role.artifacts.all():
        found.setdefault(row.artifact_id, row)
    return list(found.values())


def highest(rows: Iterable[RoleCapability]) -> list[RoleCapability]:
    """Capabilities in their order, of several that mean the same the one with the highest level."""
    found: dict[int, RoleCapability] = {}
    for row in rows:
        known = found.get(row.capability_id)
        if known is None or _worth(row.proficiency) > _worth(known.proficiency):
            found[row.capability_id] = row
    return list(found.values())


def _worth(level: ProficiencyLevel | None) -> int:
    if level is None:
        return -1
    return level.rank or 0


def partners(role: Role) -> dict[str, Role | None]:
    """Whom a role works with, by name: those it names itself, then the roles that name it."""
    found: dict[str, Role | None] = {}
    for row in role.interactions.all():
        found.setdefault(row.partner.name if row.partner else row.partner_name, row.partner)
    for row in role.incoming.all():
        found.setdefault(row.role.name, row.role)
    return found


def meetings(role: Role, partner: str) -> list[str]:
    """How a role works with a partner, in its own words, as `partners` calls the partner.

    What only the partner says is put as the other side would, if there is a word for that.
    """
    own = [
        f"{row.kind_name} ({row.frequency})" if row.frequency else row.kind_name
        for row in role.interactions.all()
        if (row.partner.name if row.partner else row.partner_name) == partner
    ]
    theirs = [
        row.kind.inverse.name for row in role.incoming.all() if row.role.name == partner and row.kind.inverse
    ]
    return list(dict.fromkeys(own or theirs))


def behind(role: Role, said: RoleDocument) -> dict[Key, Any]:
    """What stands behind each statement of a role's outline: its row, or a partner that is a role."""
    linked: dict[str, Sequence[Any]] = {
        "capabilities": highest(role.capabilities.all()),
        "responsibilities": responsibilities(role),
        "artifacts": artifacts(role),
        "interactions": list(partners(role).values()),
    }
    keys = list(statements(said))
    return {
        key: row
        for field, rows in linked.items()
        for key, row in zip((key for key in keys if key.startswith(f"{field}:")), rows, strict=True)
    }


# Side by side -----------------------------------------------------------------------------------------------

Mark = Literal["", "only", "higher", "lower"]


@dataclass(frozen=True, slots=True)
class Cell:
    """What one of the documents says of a thing. `only`: none of the others has it; `higher` and `lower`
    compare its level with the one in the first document."""

    statement: Statement | None
    mark: Mark = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that at least one document states, and each one's cell."""

    key: Key
    cells: Sequence[Cell]
    same: bool
    """Whether all say the same."""

    @property
    def field(self) -> str:
        """The field that the thing belongs to."""
        return field_of(self.key)

    @property
    def name(self) -> str:
        """What an item of a list is called."""
        return name_of(self.key, next(cell.statement for cell in self.cells if cell.statement is not None))

    @property
    def holders(self) -> int:
        """How many of the documents state it."""
        return sum(cell.statement is not None for cell in self.cells)


def align(documents: Sequence[RoleDocument], *, rank: Rank) -> list[Row]:
    """Put the statements of two or more documents side by side, in the order in which they appear first."""
    stated = [statements(document) for document in documents]
    differences = [
        {difference.key: difference for difference in diff(documents[0], other, rank=rank)}
        for other in documents[1:]
    ]
    rows = []
    for key in dict.fromkeys(key for side in stated for key in side):
        found = [difference.get(key) for difference in differences]
        values = [side.get(key) for side in stated]
        alone = sum(value is not None for value in values) == 1
        marks = ["" if alone else _mark(difference) for difference in (None, *found)]
        cells = [
            Cell(value, "only" if alone and value is not None else mark)
            for value, mark in zip(values, marks, strict=True)
        ]
        rows.append(Row(key, cells, same=not any(found)))
    return rows


def _mark(difference: Difference | None) -> Mark:
    match difference:
        case Difference(kind="raised"):
            return "higher"
        case Difference(kind="lowered"):
            return "lower"
        case _:
            return ""


@dataclass(frozen=True, slots=True)
class PropertyRow:
    """A property that at least one document states, and what each says; `same` if all say the same."""

    name: str
    items: Sequence[Property | None]
    same: bool


def aligned_properties(documents: Sequence[RoleDocument]) -> list[PropertyRow]:
    """Put the properties of documents side by side, their values in whatever order they stand."""
    stated = [{item.name.casefold(): item for item in said.properties} for said in documents]
    rows = []
    for key in dict.fromkeys(key for each in stated for key in each):
        items = [each.get(key) for each in stated]
        values = {frozenset(item.values) if item else None for item in items}
        rows.append(PropertyRow(next(item.name for item in items if item), items, same=len(values) == 1))
    return rows


# From one to another ----------------------------------------------------------------------------------------

Move = Literal["raise", "add", "keep", "spare", "open"]
"""What becomes of a capability on the way: raise its level, add it, keep it as it is, have more of it than
needed, or talk about it, since its levels cannot be compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One capability that is needed, the level that is there and the one to be reached, as far as stated."""

    key: Key
    move: Move
    name: str
    have: str | None
    need: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """What lies between what is there and what a role needs. Names are those of the vocabulary."""

    steps: Sequence[Step]
    responsibilities: Sequence[str]
    artifacts: Sequence[str]
    partners: Sequence[str]
    unneeded: Sequence[str]
    """Capabilities that are there and not needed."""

    def moves(self, *moves: Move) -> list[Step]:
        """The steps of these kinds."""
        return [step for step in self.steps if step.move in moves]


def gap(there: RoleDocument, wanted: RoleDocument, *, rank: Rank) -> Gap:
    """What it takes to get from one outline to another."""
    differences = {difference.key: difference for difference in diff(there, wanted, rank=rank)}
    have, need = statements(there), statements(wanted)
    gained = [difference for difference in differences.values() if difference.kind == "gained"]
    return Gap(
        steps=[
            _step(key, have.get(key), item, differences.get(key))
            for key, item in need.items()
            if isinstance(item, Capability)
        ],
        responsibilities=_names(gained, "responsibilities"),
        artifacts=_names(gained, "artifacts"),
        partners=_names(gained, "interactions"),
        unneeded=[
            item.name for key, item in have.items() if isinstance(item, Capability) and key not in need
        ],
    )


def _step(key: Key, there: Statement | None, wanted: Capability, difference: Difference | None) -> Step:
    level = there.level if isinstance(there, Capability) else None
    move: Move
    match difference:
        case Difference(kind="gained"):
            move = "add"
        case Difference(kind="raised"):
            move = "raise"
        case Difference(kind="lowered"):
            move = "spare"
        case None if wanted.level:
            move = "keep"
        case _:
            move = "open"
    return Step(key=key, move=move, name=wanted.name, have=level, need=wanted.level)


def _names(differences: Iterable[Difference], field: str) -> list[str]:
    return [
        name_of(difference.key, difference.after)
        for difference in differences
        if field_of(difference.key) == field
    ]


def name_of(key: Key, item: Any) -> str:
    """What an item of an outline's list is called; an interaction by its partner."""
    return item.partner if isinstance(item, StatedInteraction) else LISTS[field_of(key)](item)


# Fit --------------------------------------------------------------------------------------------------------


def share(step: Step, *, rank: Rank) -> Fraction:
    """How much of a needed capability is there, from 0 to 1: the rung reached as a share of the one needed.

    A level that asks for nothing that could be compared, because it is not stated or not ranked, is met by
    whoever has the capability at all. A level that is not ranked meets none that is.
    """
    if step.move == "add":
        return Fraction(0)
    have, need = (rank(level) if level else None for level in (step.have, step.need))
    if need is None:
        return Fraction(1)
    return min(Fraction(have or 0, need), Fraction(1))


def fit(steps: Sequence[Step], *, rank: Rank) -> Fraction:
    """How well what is there fits, from 0 to 1: the mean of the shares of what is needed, 0 if nothing is."""
    return sum((share(step, rank=rank) for step in steps), Fraction(0)) / max(1, len(steps))
