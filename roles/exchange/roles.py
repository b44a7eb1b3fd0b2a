"""Sheets about roles: one row a role, or one row a statement of a role."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any, ClassVar, Final
from uuid import UUID

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from roles import store
from roles.differences import VALUES, Detail, details, ranks, sentence
from roles.documents import parts
from roles.documents.diff import Difference, diff
from roles.documents.document import (
    Identifier,
    InvalidDocument,
    Keys,
    RoleDocument,
    clean_line,
    field_of,
    from_statements,
    statements,
)
from roles.documents.text import fold_key, slugify
from roles.exchange import columns
from roles.exchange.columns import LINE, PROSE, TEXT, Column, unknown
from roles.exchange.result import Refused, Told
from roles.exchange.role_rows import (
    Json,
    RoleItem,
    Roles,
    StatementItem,
    Wanted,
    numbers,
    said_by,
    statements_in,
    write_roles,
)
from roles.exchange.sheets import Line, Sheet
from roles.models import Capability, InteractionKind, JobFamily, ProficiencyLevel, Role, SeniorityLevel
from roles.store import Change


class Codes(columns.Text):
    """Codes of a role, each on a line of its own: scheme, colon, value."""

    def __init__(self) -> None:
        super().__init__(clean_line)

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> Any:
        """The identifiers.

        Raises:
            Refused: if a line is none.
        """
        found = []
        for text in filter(None, map(clean_line, value.splitlines())):
            scheme, colon, code = text.partition(":")
            if not colon:
                raise Refused(
                    _("“%(text)s” is no code. Write it like “role-code: DATA4002”, one on a line.")
                    % {"text": text}
                )
            try:
                found.append(Identifier(scheme=scheme.strip(), value=code.strip()))
            except InvalidDocument as error:
                raise Refused(f"“{text}”: {error}") from error
        return tuple(found)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """One on a line."""
        return "\n".join(f"{code['scheme']}: {code['value']}" for code in value or ())


ONE_A_LINE = gettext_lazy("Each on a line of its own (Alt+Enter).")
REVISION = Column(
    "revision",
    "revision",
    columns.Number(10**8),
    help_text=gettext_lazy(
        "The role's newest revision when the file was made. Leave it: by it, what others change meanwhile is "
        "kept."
    ),
)


def _vocabulary(model: Any) -> dict[str, str]:
    """Names of a vocabulary by their folded form, other names included."""
    alias = model._meta.get_field("aliases").related_model
    return dict(alias.objects.values_list("folded", "name")) | dict(
        model.objects.values_list("folded", "name")
    )


class Words:
    """Names that documents may use freely, told where they are new or must be known."""

    def __init__(self) -> None:
        self._known: dict[Any, dict[str, str]] = {}

    def known(self, model: Any) -> dict[str, str]:
        """Names of a vocabulary by their folded form."""
        if model not in self._known:
            self._known[model] = _vocabulary(model)
        return self._known[model]

    def demand(self, model: Any, name: str) -> str:
        """The name, which must be in the vocabulary.

        Raises:
            Refused: if it is not.
        """
        if fold_key(name) not in self.known(model):
            known = self.known(model)
            hint = _("If it is new, add it to %(where)s first.") % {"where": model._meta.verbose_name_plural}
            raise unknown(name, known.values(), hint)
        return name

    def note(self, line: Line, model: Any, name: str | None) -> None:
        """Say of a name that it is new to the vocabulary."""
        if name and fold_key(name) not in self.known(model):
            new = _("New to the vocabulary: %(what)s.") % {"what": model._meta.verbose_name}
            line.row.notes.append(f"{new} {unknown(name, self.known(model).values())}")


class RoleSheet(Sheet):
    """Roles, one a row: what they are called, how they are kept, and their texts."""

    name = "roles"
    title = gettext_lazy("Roles")
    about = gettext_lazy("One row a role: names, family, seniority, status, owner and texts.")
    model = Role
    required = (("uid", "slug", "name_"),)

    uid = Column(
        "role__uid",
        "uid",
        LINE,
        help_text=gettext_lazy("The role's permanent identifier. Empty for a new role. Leave it as it is."),
    )
    revision = REVISION
    slug = Column("document__slug", "slug", LINE, help_text=gettext_lazy("The address name."))
    name_ = Column("document__name", "name", LINE, help_text=gettext_lazy("The name."))
    family = Column("document__family", "family", LINE, help_text=gettext_lazy("The job family's name."))
    seniority = Column(
        "document__seniority", "seniority", LINE, help_text=gettext_lazy("The seniority level's name.")
    )
    status = Column(
        "role__status",
        "status",
        columns.Choice(Role.Status.values),
        help_text=gettext_lazy("draft, published or archived. Empty for a new role means draft."),
    )
    owner = Column(
        "role__owner__username",
        "owner",
        LINE,
        help_text=gettext_lazy("The name with which the owner signs in."),
    )
    review_by = Column(
        "role__review_by", "review_by", columns.Day(), help_text=gettext_lazy("A day like 2026-05-31.")
    )
    successor = Column(
        "role__successor__slug",
        "successor",
        LINE,
        help_text=gettext_lazy("The address name of the role that takes its place."),
    )
    aliases = Column("document__aliases", "aliases", columns.Lines(), help_text=ONE_A_LINE)
    tags = Column("document__tags", "tags", columns.Lines(), help_text=ONE_A_LINE)
    codes = Column(
        "document__identifiers",
        "codes",
        Codes(),
        help_text=gettext_lazy("Like “role-code: DATA4002”, each on a line of its own."),
    )
    mission = Column("document__mission", "mission", PROSE, help_text=gettext_lazy("Markdown."))
    summary = Column("document__summary", "summary", PROSE, help_text=gettext_lazy("Markdown."))
    description = Column("document__description", "description", PROSE, help_text=gettext_lazy("Markdown."))

    def iter_queryset(self, queryset: QuerySet[Role]) -> Iterator[RoleItem]:
        """Each role with what it says."""
        for role in queryset.select_related("revision", "owner", "successor").iterator(chunk_size=200):
            yield RoleItem(role, said_by(role))

    def take_lines(self, lines: list[Line], change: Change, by: User) -> None:
        """Let rows change roles and make new ones."""
        roles = Roles(by)
        known = _Known(roles, Words(), columns.accounts(), by, ranks())
        found = self._found(lines, roles)
        roles.read([pk for pk in found if pk is not None])
        revisions = list(numbers(line.text("revision") for line in lines))
        roles.read_then((pk, number) for pk, number in zip(found, revisions, strict=True) if pk and number)
        wanted = []
        for line, pk, number in zip(lines, found, revisions, strict=True):
            if line.row.refused:
                continue
            role = roles[pk] if pk else None
            now = RoleItem(role, said_by(role)) if role else None
            before = roles.then(pk, number) if pk else None
            then = RoleItem(role, before) if role and before else None
            names = iter([name for name in self.columns if name not in ("uid", "revision")])
            values = dict(self.changes(line, names, now, then))
            self._resolve(line, values, known, role)
            if not line.row.refused and (values or role is None):
                one = self._wanted(line, role, values, known)
                if one is not None:
                    wanted.append(one)
        write_roles(wanted, change, by)

    def _found(self, lines: list[Line], roles: Roles) -> list[int | None]:
        """The id of the role that each row is about, None for a new one."""
        found: list[int | None] = []
        rows: dict[int, int] = {}
        for line in lines:
            pk = None
            try:
                pk = self._role_of(line, roles)
            except Refused as error:
                line.row.refuse("", str(error))
            if pk is not None and pk in rows:
                text = _("Row %(number)d is about the same role. Put both into one row.")
                line.row.refuse("", text % {"number": rows[pk]})
            elif pk is not None:
                rows[pk] = line.row.number
                line.row.subject = roles.names[pk]
            else:
                line.row.subject = line.text("name_") or line.text("slug")
            found.append(pk)
        return found

    def _role_of(self, line: Line, roles: Roles) -> int | None:
        uid, slug, name = line.text("uid"), line.text("slug"), line.text("name_")
        if uid:
            try:
                return roles.by_uid[UUID(uid)]
            except (ValueError, KeyError):
                text = _("No role has the uid “%(uid)s”. Leave it empty for a new role.")
                raise Refused(text % {"uid": uid}) from None
        if slug in roles.by_slug:
            return roles.by_slug[slug]
        if slug in roles.by_old_slug or (slug and not name):
            return roles.called(slug)
        bearers = roles.by_name.get(fold_key(name), []) if name and not slug else []
        if len(bearers) > 1:
            raise Refused(_("Several roles are called “%(name)s”. Write the address name.") % {"name": name})
        if not name:
            raise Refused(_("A role needs a name."))
        return bearers[0] if bearers else None

    def _resolve(self, line: Line, values: dict[str, Any], known: "_Known", role: Role | None) -> None:
        """Put what names mean in their place; refuse what means nothing."""

        def look_up(name: str, meaning: Any) -> None:
            if values.get(name):
                try:
                    values[name] = meaning(values[name])
                except Refused as error:
                    line.row.refuse(self.columns[name].heading, str(error))

        def owner(name: str) -> User:
            if name not in known.accounts:
                raise unknown(name, known.accounts, _("Write the name with which somebody signs in."))
            return known.accounts[name]

        def successor(slug: str) -> Role:
            pk = known.roles.called(slug)
            if role and pk == role.pk:
                raise Refused(_("A role can't take its own place."))
            known.roles.read([pk])
            return known.roles[pk]

        def word_of(model: Any) -> Callable[[str], str]:
            return lambda name: known.words.demand(model, name)

        look_up("owner", owner)
        look_up("successor", successor)
        look_up("family", word_of(JobFamily))
        look_up("seniority", word_of(SeniorityLevel))
        if role is None and not known.by.has_perm("roles.add_role"):
            line.row.refuse("", _("You may not add roles. Is this a role that has another name by now?"))
        for name in ("slug", "status", "name_"):
            if name in values and not values[name]:
                line.row.refuse(self.columns[name].heading, _("This can't be empty."))

    def _wanted(
        self, line: Line, role: Role | None, values: dict[str, Any], known: "_Known"
    ) -> Wanted | None:
        """What the role is to say and have, None if the row is refused for it."""
        said = {
            self.columns[name].attribute.removeprefix("document__"): value
            for name, value in values.items()
            if self.columns[name].attribute.startswith("document__")
        }
        lifecycle: dict[str, Any] = {name: values[name] or None for name in LIFECYCLE if name in values}
        before = RoleDocument.stored(said_by(role)) if role else None
        try:
            if before:
                after = replace(before, **said)
            else:
                slug = said.pop("slug", None) or store.free_slug(slugify(said["name"]), known.given)
                after = RoleDocument(slug=slug, **said)
        except InvalidDocument as error:
            for fault in error.faults:
                line.row.refuse(self._heading(fault.path), fault.text)
            return None
        known.given.add(after.slug)
        start = before or RoleDocument(slug=after.slug, name=after.name)
        line.row.told += [told(item) for item in diff(start, after, rank=known.rank)]
        line.row.told += [self._told_of_lifecycle(role, name, value) for name, value in lifecycle.items()]
        if after == before and not lifecycle:
            return None
        return Wanted(role, after, [line.row], lifecycle)

    def _heading(self, path: str) -> str:
        name = path.partition(".")[0]
        found = (c.heading for c in self.columns.values() if c.attribute == f"document__{name}")
        return next(found, name)

    def _told_of_lifecycle(self, role: Role | None, name: str, value: Any) -> Told:
        label = str(Role._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
        before = self.columns[name].shown(RoleItem(role, {})) if role else ""
        after = self.columns[name].shown(SimpleNamespace(role=SimpleNamespace(**{name: value})))
        return Told(_("Changed: %(what)s") % {"what": label}, [Detail("", before, after)])


@dataclass(frozen=True, slots=True)
class _Known:
    """What rows of roles are read against."""

    roles: Roles
    words: Words
    accounts: Mapping[str, User]
    by: User
    rank: Callable[[str], int | None]
    given: set[str] = field(default_factory=set)
    """Address names that rows before were given."""


LIFECYCLE: Final = ("status", "owner", "review_by", "successor")


def told(difference: Difference) -> Told:
    """A difference in words, with its fields unless the sentence holds them."""
    is_told = field_of(difference.key) in (*VALUES, "aliases", "tags")
    shown = [] if is_told else details(difference)
    return Told(sentence(difference), shown)


class StatementSheet(Sheet):
    """Statements of roles of one kind, one a row, found again by the role and what names them."""

    model = Role
    list_field: ClassVar[str]
    part: ClassVar[type[parts.Part]]
    naming: ClassVar[tuple[str, ...]]
    """The columns that name a statement: under another name it is another one."""

    role = Column("role__slug", "role", LINE, help_text=gettext_lazy("The address name of the role."))
    role_name = Column(
        "role__name",
        "role_name",
        LINE,
        help_text=gettext_lazy("The role's name, for you to read: what is written here changes nothing."),
    )
    revision = REVISION

    def iter_queryset(self, queryset: QuerySet[Role]) -> Iterator[StatementItem]:
        """The statements of each role, in their order."""
        for role in queryset.select_related("revision").iterator(chunk_size=200):
            for item in said_by(role)[self.list_field]:
                yield StatementItem(role, item)

    def take_lines(self, lines: list[Line], change: Change, by: User) -> None:
        """Let rows add, change and remove statements of roles."""
        roles, words = Roles(by), Words()
        by_role: dict[int, list[Line]] = {}
        for line in lines:
            try:
                pk = roles.called(line.text("role"))
            except Refused as error:
                line.row.refuse(self.columns["role"].heading, str(error))
                continue
            by_role.setdefault(pk, []).append(line)
        roles.read(by_role)
        asked = [
            (pk, number)
            for pk in by_role
            for number in numbers(line.text("revision") for line in by_role[pk])
        ]
        roles.read_then((pk, number) for pk, number in asked if number)
        wanted = []
        rank = ranks()
        for pk, about in by_role.items():
            one = _OneRole(self, roles, pk, words, rank)
            for line in about:
                one.take(line)
            if made := one.wanted():
                wanted.append(made)
        write_roles(wanted, change, by)

    def check(self, line: Line, values: dict[str, Any], words: Words) -> None:
        """Refuse names that must be known, and note those that are new."""

    @property
    def own(self) -> list[str]:
        """The columns that say something of the statement."""
        return [n for n, column in self.columns.items() if column.attribute.startswith("item__")]


class _OneRole:
    """A role whose statements rows are about."""

    def __init__(self, sheet: StatementSheet, roles: Roles, pk: int, words: Words, rank: Any) -> None:
        self.sheet, self.words, self.rank = sheet, words, rank
        self.roles, self.pk = roles, pk
        self.role = roles[pk]
        self.now = statements_in(said_by(self.role), sheet.list_field)
        self.keys = Keys()
        self.rows: dict[str, int] = {}
        self.effective: list[Line] = []
        self._said: dict[str, Any] | None = None

    @property
    def said(self) -> dict[str, Any]:
        """What the role is to say, by keys."""
        if self._said is None:
            self._said = dict(statements(RoleDocument.stored(said_by(self.role))))
        return self._said

    def take(self, line: Line) -> None:
        """Let a row count."""
        sheet, row = self.sheet, line.row
        names = [clean_line(line.text(name)) for name in sheet.naming]
        row.subject = " · ".join([self.role.name, *filter(None, names)])
        if not any(names):
            row.refuse(
                sheet.columns[sheet.naming[0]].heading, _("This can't be empty: it says what it is about.")
            )
            return
        named = self._named(line)
        key, first = self.keys.of(sheet.list_field, named), Keys().of(sheet.list_field, named)
        known = self.now.get(key)
        # A role may say the same twice, but a row that says it once more is rather a mistake.
        if key != first and known is None:
            text = _("Row %(number)d is about the same. Remove one of them.")
            row.refuse("", text % {"number": self.rows.get(first, row.number)})
            return
        self.rows.setdefault(first, row.number)
        then = self._then(line, key)
        if self._removed(line, key, known):
            return
        now = StatementItem(self.role, known) if known is not None else None
        if known is None and then is not None:
            same_as_then = not dict(sheet.changes(line, iter(sheet.own), then))
            if same_as_then and not row.refused:
                row.notes.append(_("It was removed from the role after the file was exported, and stays so."))
                return
        values = dict(sheet.changes(line, iter(sheet.own), now, then if now else None))
        sheet.check(line, values, self.words)
        if not row.refused and (values or known is None):
            self._put(line, key, values, known)

    def _named(self, line: Line) -> Any:
        """What names the statement, in the place of it."""
        named: dict[str, Any] = dict.fromkeys(("name", "text", "kind", "partner"))
        for name in self.sheet.own:
            attribute = self.sheet.columns[name].attribute.removeprefix("item__")
            cell = line.cells.get(name, "")
            if attribute in named and isinstance(cell, str):
                named[attribute] = cell or None
        return SimpleNamespace(**named)

    def _then(self, line: Line, key: str) -> StatementItem | None:
        """The statement as it was when the file was made; None if that is how it is now."""
        [number] = numbers([line.text("revision")])
        before = self.roles.then(self.pk, number)
        item = statements_in(before, self.sheet.list_field).get(key) if before else None
        return StatementItem(self.role, item) if item is not None else None

    def _removed(self, line: Line, key: str, known: Json | None) -> bool:
        """Take the statement away if the row says so."""
        cell = line.cells.get("remove", "")
        try:
            removes = isinstance(cell, str) and self.sheet.columns["remove"].meant(cell)
        except Refused as error:
            line.row.refuse(self.sheet.columns["remove"].heading, str(error))
            return True
        if not removes:
            return False
        if known is None:
            line.row.notes.append(_("The role does not say this, so there is nothing to remove."))
            return True
        before = self.said.pop(key)
        line.row.told.append(told(Difference("lost", key, before)))
        self.effective.append(line)
        return True

    def _put(self, line: Line, key: str, values: dict[str, Any], known: Json | None) -> None:
        """Let the role say what the row says."""
        sheet, before = self.sheet, self.said.get(key)
        fields = {sheet.columns[n].attribute.removeprefix("item__"): value for n, value in values.items()}
        try:
            if known is not None and before is not None:
                after = replace(before, **fields)
            else:
                after = sheet.part(**{name: value for name, value in fields.items() if value is not None})
        except InvalidDocument as error:
            for fault in error.faults:
                line.row.refuse(self._heading(fault.path), fault.text)
            return
        if after == before:
            return
        self.said[key] = after
        line.row.told += [
            told(item)
            for item in diff(_alone(sheet, before), _alone(sheet, after), rank=self.rank)
            if item.kind != "moved"
        ]
        self.effective.append(line)

    def _heading(self, path: str) -> str:
        name = path.partition(".")[0]
        found = (c.heading for c in self.sheet.columns.values() if c.attribute == f"item__{name}")
        return next(found, name)

    def wanted(self) -> Wanted | None:
        """What the role is to say; None if that is what it says."""
        lines = [line for line in self.effective if not line.row.refused]
        if not lines:
            return None
        try:
            document = from_statements(self.said)
        except InvalidDocument as error:
            for line in lines:
                line.row.refuse("", str(error))
            return None
        return Wanted(self.role, document, [line.row for line in lines])


def _alone(sheet: StatementSheet, item: Any) -> RoleDocument:
    """A document that says nothing else, by which one statement is compared."""
    said: dict[str, Any] = {sheet.list_field: (item,) if item is not None else ()}
    return RoleDocument(slug="role", name="Role", **said)


REMOVE = Column(
    "remove",
    "remove",
    columns.YesNo(),
    help_text=gettext_lazy("“yes” takes this away from the role. Rows that are left out take nothing away."),
)


class ResponsibilitiesOfRoles(StatementSheet):
    """What roles answer for."""

    name = "role-responsibilities"
    title = gettext_lazy("Responsibilities of roles")
    about = gettext_lazy("One row a responsibility of a role: its name, text and success metric.")
    list_field = "responsibilities"
    part = parts.Responsibility
    required = (("role",), ("responsibility",))
    naming = ("responsibility", "text")

    responsibility = Column("item__name", "responsibility", LINE, help_text=gettext_lazy("Its name."))
    text = Column("item__text", "text", TEXT, help_text=gettext_lazy("Markdown."))
    success_metric = Column(
        "item__success_metric",
        "success_metric",
        TEXT,
        help_text=gettext_lazy("How one sees that it goes well."),
    )
    primary = Column("item__primary", "primary", columns.YesNo(), help_text=gettext_lazy("yes or empty."))
    group = Column("item__group", "group", LINE, help_text=gettext_lazy("The heading that it stands under."))
    remove = REMOVE


class CapabilitiesOfRoles(StatementSheet):
    """What roles need, and at which level."""

    name = "role-capabilities"
    title = gettext_lazy("Capabilities of roles")
    about = gettext_lazy("One row a capability that a role needs, with its level.")
    list_field = "capabilities"
    part = parts.Capability
    required = (("role",), ("capability",))
    naming = ("capability",)

    capability = Column("item__name", "capability", LINE, help_text=gettext_lazy("The capability's name."))
    level = Column("item__level", "level", LINE, help_text=gettext_lazy("The proficiency level's name."))
    detail = Column("item__detail", "detail", TEXT, help_text=gettext_lazy("What it covers."))
    remove = REMOVE

    def check(self, line: Line, values: dict[str, Any], words: Words) -> None:
        """Levels must be known; capabilities may be new."""
        words.note(line, Capability, values.get("capability"))
        try:
            if values.get("level"):
                words.demand(ProficiencyLevel, values["level"])
        except Refused as error:
            line.row.refuse(self.columns["level"].heading, str(error))


class ArtifactsOfRoles(StatementSheet):
    """What roles make and look after."""

    name = "role-artifacts"
    title = gettext_lazy("Artifacts of roles")
    about = gettext_lazy("One row an artifact that a role owns, with its type.")
    list_field = "artifacts"
    part = parts.Artifact
    required = (("role",), ("artifact",))
    naming = ("artifact",)

    artifact = Column("item__name", "artifact", LINE, help_text=gettext_lazy("The artifact's name."))
    type = Column("item__type", "type", LINE, help_text=gettext_lazy("For example: dataset"))
    remove = REMOVE


class Interactions(StatementSheet):
    """How roles work with partners."""

    name = "interactions"
    title = gettext_lazy("Interactions")
    about = gettext_lazy("One row an interaction of a role with a partner.")
    list_field = "interactions"
    part = parts.Interaction
    required = (("role",), ("kind",), ("partner",))
    naming = ("kind", "partner")

    kind = Column("item__kind", "kind", LINE, help_text=gettext_lazy("For example: Delivers dataset"))
    partner = Column("item__partner", "partner", LINE, help_text=gettext_lazy("The partner's name."))
    frequency = Column("item__frequency", "frequency", LINE, help_text=gettext_lazy("For example: daily"))
    notes = Column("item__notes", "notes", TEXT, help_text=gettext_lazy("Markdown."))
    link = Column("item__link", "link", LINE, help_text=gettext_lazy("The address written with the partner."))
    remove = REMOVE

    def check(self, line: Line, values: dict[str, Any], words: Words) -> None:
        """Kinds may be new."""
        words.note(line, InteractionKind, values.get("kind"))


SHEETS: Final = (RoleSheet, CapabilitiesOfRoles, Interactions, ResponsibilitiesOfRoles, ArtifactsOfRoles)
