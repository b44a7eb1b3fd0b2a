"""Two to five roles side by side."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from roles import comparison
from roles.comparison import Mark, align, aligned_properties, behind, for_comparison, outline
from roles.documents.document import Capability
from roles.ladder import Ladder
from roles.lookup import Choice, by_slug, choose
from roles.models import Role
from roles.rendering import plain_text
from roles.sources import stated_document, stated_html
from roles.views.asked import slugs as asked_slugs
from roles.views.asked import text
from roles.views.comparing.shown import Item, place

FEWEST, MOST = 2, 5
NAME_LENGTH = 140
"""Characters of a statement that has no name."""
LINE_LENGTH = 320
"""Characters of a role's description that a cell has at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What a role, by its name, says: a `text` (HTML if it is safe), a level with its `marks`, or `items`."""

    role: str = ""
    text: SafeString | str = ""
    level: str = ""
    marks: Sequence[bool] = ()
    stated: bool = True
    items: Sequence[Item] = ()
    mark: Mark = ""

    @property
    def remark(self) -> str:
        """The mark in words."""
        words = {"only": _("only here"), "higher": _("higher"), "lower": _("lower"), "": ""}
        return words[self.mark]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One thing and what each role says of it; `same` if all say the same."""

    name: str
    kind: str
    cells: Sequence[Cell]
    same: bool
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A group of rows, and in words how many things the roles share in it."""

    id: str
    title: str
    rows: Sequence[Row]
    counts: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A compared role, and the addresses of the comparison without it and with it in the first place.

    `first` is empty for the one that has that place.
    """

    role: Role
    without: str
    first: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparePage:
    """What the page of a comparison shows. `address` is set where the roles have a better one."""

    heads: Sequence[Head] = ()
    parts: Sequence[Part] = ()
    problems: Sequence[str] = ()
    choice: Choice | None = None
    choices: Sequence[Item] = ()
    only_differences: bool = False
    switched: str = ""
    slugs: str = ""
    full: bool = False
    address: str = ""

    @property
    def way(self) -> str:
        """The address of the way from the first role to the other, if there are two."""
        if len(self.heads) != FEWEST:
            return ""
        start, target = (head.role.slug for head in self.heads)
        return f"{reverse('gap')}?{urlencode({'from': start, 'to': target})}"


def compare_page(user: AbstractBaseUser | AnonymousUser, asked: QueryDict) -> ComparePage:
    """Answer an address: `roles` for slugs (joined by commas, or repeated), `add` for the name of one more,
    `differences=only` for the rows that differ.
    """
    visible = Role.objects.visible_to(user)
    slugs, only = asked_slugs(asked, "roles", MOST + 1), asked.get("differences") == "only"
    words = text(asked, "add")
    found = by_slug(for_comparison(visible, user), slugs)
    roles = list({role.pk: role for role in found.values()}.values())
    choice = choose(visible, words) if words else None
    if choice and choice.role and len(roles) < MOST:
        return ComparePage(address=address([*(role.slug for role in roles), choice.role.slug], only=only))
    if roles and [role.slug for role in roles] != list(found) and len(found) == len(slugs):
        return ComparePage(address=address([role.slug for role in roles], only=only))
    problems = [*_problems(slugs, found, choice, len(roles))]
    roles = roles[:MOST]
    chosen = [role.slug for role in roles]
    return ComparePage(
        heads=[_head(role, chosen, only) for role in roles],
        parts=list(_Comparison(roles).parts(only_differences=only)) if len(roles) >= FEWEST else (),
        problems=problems,
        choice=choice,
        choices=[
            Item(
                name=role.name,
                address=address([*chosen, role.slug], only=only),
                note=role.family_name,
            )
            for role in (choice.candidates if choice else ())
        ],
        only_differences=only,
        switched=address(chosen, only=not only),
        slugs=",".join(chosen),
        full=len(roles) >= MOST,
    )


def address(slugs: Sequence[str], *, only: bool = False) -> str:
    """The address of a comparison of these roles, or `only` of the differences between them."""
    parameters = {"roles": ",".join(dict.fromkeys(slugs))} | ({"differences": "only"} if only else {})
    return f"{reverse('compare')}?{urlencode(parameters).replace('%2C', ',')}"


def _problems(
    slugs: Sequence[str], found: Mapping[str, Role], choice: Choice | None, count: int
) -> Iterator[str]:
    for slug in slugs[:MOST]:
        if slug not in found:
            yield _("No role has the address name “%(slug)s”.") % {"slug": Truncator(slug).chars(80)}
    if len(slugs) > MOST or (choice and choice.role and count >= MOST):
        yield _("No more than %(most)d roles stand side by side; the first ones are shown.") % {"most": MOST}
    if choice and not choice.role and not choice.candidates:
        yield _("No role answers to “%(words)s”.") % {"words": Truncator(choice.words).chars(80)}


def _head(role: Role, chosen: Sequence[str], only: bool) -> Head:
    others = [slug for slug in chosen if slug != role.slug]
    return Head(
        role=role,
        without=address(others, only=only),
        first=address([role.slug, *others], only=only) if chosen[0] != role.slug else "",
    )


class _Comparison:
    """Roles on their way to becoming a table."""

    def __init__(self, roles: Sequence[Role]) -> None:
        self.roles = roles
        self.ladder = Ladder.fetch()
        self.outlines = [outline(role) for role in roles]
        self.documents = [stated_document(role) for role in roles]
        self.stated = [behind(role, said) for role, said in zip(roles, self.outlines, strict=True)]
        self.rows = align(self.outlines, rank=self.ladder.rung)

    def parts(self, *, only_differences: bool) -> Iterator[Part]:
        """The groups of rows, empty ones left out."""
        for part in (
            Part(id="facts", title=_("In short"), rows=list(self._facts())),
            self._capabilities(),
            self._listed("responsibilities", _("Responsibilities")),
            self._listed("artifacts", _("Artifacts")),
            self._listed("interactions", _("Partners")),
            Part(id="properties", title=_("Facts"), rows=list(self._properties())),
        ):
            rows = [self._with_names(row) for row in part.rows if not (only_differences and row.same)]
            if part.rows:
                yield replace(part, rows=rows)

    def _with_names(self, row: Row) -> Row:
        pairs = zip(row.cells, self.roles, strict=True)
        return replace(row, cells=[replace(cell, role=role.name) for cell, role in pairs])

    def _facts(self) -> Iterator[Row]:
        names = [self._of_role(role.family.name if role.family else "") for role in self.roles]
        yield self._row(_("Family"), names)
        yield self._row(_("Seniority"), [self._of_role(role.seniority_name) for role in self.roles])
        html = [stated_html(role, said) for role, said in zip(self.roles, self.documents, strict=True)]
        for field, title in (("summary", _("Summary")), ("mission", _("Mission"))):
            yield self._row(title, [self._of_role(SafeString(each.get(field, ""))) for each in html])
        lines = [plain_text(each.get("description", "")) for each in html]
        yield self._row(
            _("About the role"), [self._of_role(Truncator(line).chars(LINE_LENGTH)) for line in lines]
        )
        agents = [said.agent.name or _("yes") if said.agent else "" for said in self.documents]
        yield self._row(_("AI agent"), [self._of_role(agent) for agent in agents])

    def _of_role(self, text: str) -> Cell:
        return Cell(text=text, stated=bool(text))

    def _row(self, name: str, cells: Sequence[Cell]) -> Row:
        texts = {" ".join(str(cell.text).split()) for cell in cells}
        return Row(name=name, kind="text", cells=cells, same=len(texts) == 1)

    def _capabilities(self) -> Part:
        rows = sorted((row for row in self.rows if row.field == "capabilities"), key=lambda row: -row.holders)
        alone = sum(row.holders == 1 for row in rows)
        uneven = sum(row.holders > 1 and len(_levels(row)) > 1 for row in rows)
        other = ngettext("%(n)d at different levels", "%(n)d at different levels", uneven) % {"n": uneven}
        shared, only = self._counts(len(rows) - alone, alone)
        return Part(
            id="capabilities",
            title=_("Capabilities"),
            rows=[
                Row(
                    name=row.name,
                    kind="level",
                    cells=[self._level(row, number) for number in range(len(self.roles))],
                    same=row.same,
                    address=self._first(row).capability.get_absolute_url(),
                )
                for row in rows
            ],
            counts=[shared, *([other] if uneven else []), only],
        )

    def _level(self, row: comparison.Row, number: int) -> Cell:
        stated = self.stated[number].get(row.key)
        if stated is None:
            return Cell(stated=False)
        return Cell(
            level=stated.proficiency.name if stated.proficiency else "",
            marks=self.ladder.marks(stated.proficiency),
            mark=row.cells[number].mark,
        )

    def _listed(self, field: str, title: str) -> Part:
        """Things that several roles have, a row for each; then for each role what only it has."""
        rows = [row for row in self.rows if row.field == field]
        alone = [row for row in rows if row.holders == 1]
        everybody = range(len(self.roles))
        shown = [
            Row(
                name=row.name,
                kind="items",
                cells=[self._cell(self._said(number, row)) for number in everybody],
                same=row.same,
                address=_home(self._first(row)),
            )
            for row in rows
            if row.holders > 1
        ]
        if alone:
            own = [[row for row in alone if row.key in self.stated[number]] for number in everybody]
            cells = [self._cell([self._named(number, row) for row in own[number]]) for number in everybody]
            shown.append(Row(name=_("Only here"), kind="items", cells=cells, same=False))
        counts = self._counts(len(rows) - len(alone), len(alone)) if rows else ()
        return Part(id=field, title=title, rows=shown, counts=list(counts))

    def _cell(self, items: Sequence[Item]) -> Cell:
        return Cell(items=items, stated=bool(items))

    def _first(self, row: comparison.Row) -> Any:
        """What the first role that states it links to."""
        return next(stated[row.key] for stated in self.stated if row.key in stated)

    def _said(self, number: int, row: comparison.Row) -> list[Item]:
        """What a role says of a thing that it shares: of a partner how they work together."""
        if row.key not in self.stated[number]:
            return []
        if row.field != "interactions":
            return [self._named(number, row)]
        how = comparison.meetings(self.roles[number], row.name)
        return [Item(name=each) for each in how] or [Item(name=_("yes"))]

    def _named(self, number: int, row: comparison.Row) -> Item:
        """A thing as the role puts it, and where."""
        stated, home = self.stated[number][row.key], self.roles[number].get_absolute_url()
        if row.field == "interactions":
            return Item(name=row.name, address=_home(stated))
        name = Truncator(str(stated)).chars(NAME_LENGTH)
        return Item(name=name, address=place(home, stated.key))

    def _counts(self, shared: int, alone: int) -> Iterator[str]:
        yield ngettext("%(n)d shared", "%(n)d shared", shared) % {"n": shared}
        yield ngettext("%(n)d in one role only", "%(n)d in one role only", alone) % {"n": alone}

    def _properties(self) -> Iterator[Row]:
        for row in aligned_properties(self.documents):
            cells = [
                Cell(items=[Item(name=value) for value in item.values], text=_("yes"), stated=True)
                if item
                else Cell(stated=False)
                for item in row.items
            ]
            yield Row(name=row.name, kind="items", cells=cells, same=row.same)


def _levels(row: comparison.Row) -> set[str | None]:
    """The levels at which roles need a capability."""
    return {cell.statement.level for cell in row.cells if isinstance(cell.statement, Capability)}


def _home(stated: Any) -> str:
    """The page of what a row links to, empty if it has none."""
    shared = getattr(stated, "responsibility", None) or getattr(stated, "artifact", None)
    thing = stated if isinstance(stated, Role) else shared
    return thing.get_absolute_url() if thing else ""
