"""Sheets of the shared vocabulary: one row a word, and one row what a level means for a capability."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, ClassVar, Final

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from roles.differences import Detail
from roles.documents.document import clean_line, clean_text
from roles.documents.text import fold_key
from roles.exchange import columns
from roles.exchange.columns import LINE, Column, unknown
from roles.exchange.result import EFFECTIVE, Outcome, Told
from roles.exchange.sheets import Line, Sheet
from roles.models import (
    Artifact,
    Capability,
    CapabilityLevel,
    InteractionKind,
    JobFamily,
    McpServer,
    ProficiencyLevel,
    Responsibility,
    SeniorityLevel,
)
from roles.store import Change
from roles.vocabulary import check_name

TEXT: Final = columns.Text(clean_text, "")
"""A text that is empty where it says nothing."""
SHORT: Final = columns.Text(clean_line, "")


Found = tuple[Line, Any, dict[str, Any]]
"""A row, the word that it is about, None for a new one, and the values that are to be set."""


class OtherNames(columns.Lines):
    """The other names of a word, each on a line of its own."""

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """One on a line."""
        return "\n".join(alias.name for alias in value.all()) if value is not None else ""


class Words(Sheet):
    """A vocabulary, one word a row, found again by its address name or else by any of its names."""

    required = (("slug", "name_"),)

    slug = Column(
        "slug",
        "slug",
        LINE,
        help_text=gettext_lazy("The address name. Leave it as it is; empty for a new word."),
    )
    name_ = Column(
        "name", "name", LINE, help_text=gettext_lazy("The name. A former name stays as another name.")
    )
    description = Column("description", "description", TEXT, help_text=gettext_lazy("Markdown."))
    aliases = Column(
        "aliases",
        "aliases",
        OtherNames(),
        help_text=gettext_lazy("Other names, each on a line of its own (Alt+Enter)."),
    )

    def iter_queryset(self, queryset: QuerySet[Any]) -> Iterator[Any]:
        """The words in their order."""
        yield from queryset.prefetch_related("aliases", *self.fetched).iterator(chunk_size=500)

    fetched: ClassVar[tuple[str, ...]] = ()

    def take_lines(self, lines: list[Line], change: Change, by: User) -> None:
        """Let rows change words and add new ones."""
        model: Any = self.model
        alias = model._meta.get_field("aliases").related_model
        self._by_slug = {item.slug: item for item in model.objects.prefetch_related("aliases", *self.fetched)}
        items = {item.pk: item for item in self._by_slug.values()}
        self._by_name = {folded: items[pk] for folded, pk in alias.objects.values_list("folded", "item_id")}
        self._by_name |= {item.folded: item for item in items.values()}
        may = {verb: by.has_perm(f"roles.{verb}_{model._meta.model_name}") for verb in ("add", "change")}
        rows: dict[int, int] = {}
        found: list[Found] = []
        for line in lines:
            item = self._found(line)
            if line.row.refused:
                continue
            if item is not None and item.pk in rows:
                text = _("Row %(number)d is about the same. Put both into one row.")
                line.row.refuse("", text % {"number": rows[item.pk]})
                continue
            if item is not None:
                rows[item.pk] = line.row.number
            names = iter([name for name in self.columns if item is None or name != "slug"])
            values = dict(self.changes(line, names, item))
            if not line.row.refused and (values or item is None):
                self._check(line, item, values, may)
            if not line.row.refused and (values or item is None):
                found.append((line, item, values))
        self._make_room(found, items)
        for line, item, values in found:
            if not line.row.refused:
                self._keep(line, item or model(), values)

    def _found(self, line: Line) -> Any:
        """The word that a row is about, None for a new one."""
        slug, name = line.text("slug"), line.text("name_")
        line.row.subject = name or slug
        named = self._by_name.get(fold_key(name)) if name else None
        if slug in self._by_slug:
            item = self._by_slug[slug]
            line.row.subject = item.name
            return item
        if slug and not name:
            line.row.refuse("slug", str(unknown(slug, self._by_slug)))
        elif not name:
            line.row.refuse("name", _("This can't be empty."))
        elif slug and named is not None:
            text = _("“%(name)s” has the address name %(slug)s. Write that, or another name.")
            line.row.refuse("slug", text % {"name": name, "slug": named.slug})
        elif named is not None and named.folded != fold_key(name):
            text = _("“%(name)s” is another name of %(item)s. Write the address name %(slug)s to change it.")
            line.row.refuse("name", text % {"name": name, "item": named, "slug": named.slug})
        return named

    def _check(self, line: Line, item: Any, values: dict[str, Any], may: dict[str, bool]) -> None:
        if not may["change" if item else "add"]:
            text = (
                _("You may not change this vocabulary.") if item else _("You may not add to this vocabulary.")
            )
            line.row.refuse("", text)
        if "name_" in values and not values["name_"]:
            line.row.refuse("name", _("This can't be empty."))

    def _make_room(self, found: list[Found], items: dict[int, Any]) -> None:
        """Where values are unique, let rows exchange them."""

    def _keep(self, line: Line, item: Any, values: dict[str, Any]) -> None:
        """Let a word be as its row says, or refuse the row and leave the word as it was."""
        new = item.pk is None
        former = item.name
        before = {name: self.columns[name].shown(item) for name in values} if not new else {}
        with transaction.atomic():
            try:
                self._set(item, values)
                if not new and fold_key(former) != item.folded:
                    item.aliases.filter(folded=item.folded).delete()
                    item.aliases.get_or_create(folded=fold_key(former), defaults={"name": former})
                if "aliases" in values:
                    self._set_aliases(item, values["aliases"], former)
            except ValidationError as error:
                for field, said in _by_field(error).items():
                    line.row.refuse(field, " ".join(said))
                transaction.set_rollback(True)
                return
        item = type(item).objects.get(pk=item.pk)
        line.row.outcome = Outcome.NEW if new else Outcome.CHANGED
        for name in values:
            after = self.columns[name].shown(item)
            if after != before.get(name, "") and not (new and name == "name_"):
                line.row.told.append(
                    Told(
                        _("Changed: %(what)s") % {"what": self.columns[name].heading},
                        [Detail("", before.get(name, ""), after)],
                    )
                )
        if not new and not line.row.told:
            line.row.outcome = Outcome.SAME

    def _set(self, item: Any, values: dict[str, Any]) -> None:
        """Set columns of a word.

        Raises:
            ValidationError: if it can't be called so.
        """
        for name, value in values.items():
            if name != "aliases":
                setattr(item, self.columns[name].attribute, value)
        item.slug = item.slug or ""
        if "name_" in values:
            _check_name("name", item, item.name)
        item.full_clean(validate_unique=True, validate_constraints=True, exclude=["folded", "sort_key"])
        item.save()

    def _set_aliases(self, item: Any, names: tuple[str, ...], former: str) -> None:
        """Let a word have these other names, and its former name if it was renamed.

        Raises:
            ValidationError: if one of them is that of another word.
        """
        wanted = {fold_key(name): name for name in names}
        wanted.pop(item.folded, None)
        if former and fold_key(former) != item.folded:
            wanted.setdefault(fold_key(former), former)
        for row in item.aliases.all():
            if row.folded not in wanted:
                row.delete()
            elif row.name != wanted[row.folded]:
                row.name = wanted[row.folded]
                row.save()
        known = set(item.aliases.values_list("folded", flat=True))
        for folded, name in wanted.items():
            _check_name("aliases", item, name)
            if folded not in known:
                item.aliases.create(name=name)


def _check_name(column: str, item: Any, name: str) -> None:
    """Check one of a word's names.

    Raises:
        ValidationError: for this column, if no document can carry it, or another word has it.
    """
    try:
        check_name(type(item), name, item)
    except ValidationError as error:
        raise ValidationError({column: error.messages}) from error


def _by_field(error: ValidationError) -> dict[str, list[str]]:
    """What is wrong by the names of fields, which are the headings; of all together under none."""
    return {"" if name == "__all__" else name: said for name, said in error.message_dict.items()}


class Capabilities(Words):
    """Capabilities."""

    name = "capabilities"
    title = gettext_lazy("Capabilities")
    about = gettext_lazy("One row a capability: name, category, description, other names.")
    model = Capability
    category = Column("category", "category", SHORT, help_text=gettext_lazy("For example: Technical"))


class Responsibilities(Words):
    """Responsibilities."""

    name = "responsibilities"
    title = gettext_lazy("Responsibilities")
    about = gettext_lazy("One row a responsibility: name, description, other names.")
    model = Responsibility


class Artifacts(Words):
    """Artifacts."""

    name = "artifacts"
    title = gettext_lazy("Artifacts")
    about = gettext_lazy("One row an artifact: name, type, description, other names.")
    model = Artifact
    type = Column("type", "type", SHORT, help_text=gettext_lazy("For example: dataset"))


class JobFamilies(Words):
    """Job families."""

    name = "job-families"
    title = gettext_lazy("Job families")
    about = gettext_lazy("One row a job family: name, description, other names.")
    model = JobFamily


class McpServers(Words):
    """MCP servers."""

    name = "mcp-servers"
    title = gettext_lazy("MCP servers")
    about = gettext_lazy("One row an MCP server: name, home page, how to connect, whether it is approved.")
    model = McpServer
    home_page = Column("home_page", "home_page", SHORT, help_text=gettext_lazy("A web address."))
    connection = Column("connection", "connection", TEXT, help_text=gettext_lazy("How an agent connects."))
    approved = Column("approved", "approved", columns.YesNo(), help_text=gettext_lazy("yes or empty."))


class InteractionKinds(Words):
    """Kinds of interaction."""

    name = "interaction-kinds"
    title = gettext_lazy("Kinds of interaction")
    about = gettext_lazy("One row a kind of interaction: name, direction, and what the other side calls it.")
    model = InteractionKind
    fetched = ("inverse",)
    direction = Column(
        "direction",
        "direction",
        columns.Choice(InteractionKind.Direction.values),
        help_text=gettext_lazy("gives, receives or together."),
    )
    inverse = Column(
        "inverse__name",
        "inverse",
        LINE,
        help_text=gettext_lazy("The name of the kind seen from the other side."),
    )

    def _check(self, line: Line, item: Any, values: dict[str, Any], may: dict[str, bool]) -> None:
        super()._check(line, item, values, may)
        if "direction" in values and not values["direction"]:
            line.row.refuse("direction", _("This can't be empty."))
        name = values.get("inverse")
        if name and fold_key(name) not in self._by_name:
            hint = _("Import kinds that are new first, then what the other side calls them.")
            line.row.refuse("inverse", str(unknown(name, self._by_name, hint)))

    def _set(self, item: Any, values: dict[str, Any]) -> None:
        """Set columns of a kind; its other side is another kind."""
        if "inverse" in values:
            item.inverse = self._by_name[fold_key(values["inverse"])] if values["inverse"] else None
        super()._set(item, {name: value for name, value in values.items() if name != "inverse"})


class Ladder(Words):
    """Words that stand on a ladder."""

    rank = Column(
        "rank",
        "rank",
        columns.Number(32_767),
        help_text=gettext_lazy("1 is the lowest. Empty: the level is not compared with others."),
    )

    def take_lines(self, lines: list[Line], change: Change, by: User) -> None:
        """Let the rows count together, or none of them: a rank that one of them frees is another one's."""
        with transaction.atomic():
            super().take_lines(lines, change, by)
            refused = any(line.row.refused for line in lines)
            transaction.set_rollback(refused)
        for line in lines:
            if refused and line.row.outcome in EFFECTIVE:
                line.row.refuse("", _("Levels count together. Mend the other refused rows first."))

    def _make_room(self, found: list[Found], items: dict[int, Any]) -> None:
        """Take the ranks away that rows change, so that levels can change places; refuse those that clash."""
        moving = [each for each in found if "rank" in each[2]]
        moved = [item.pk for _line, item, _values in moving if item]
        ranks = Counter(item.rank for item in items.values() if item.pk not in moved)
        ranks.update(values["rank"] for _line, _item, values in moving)
        for line, _item, values in moving:
            if values["rank"] is not None and ranks[values["rank"]] > 1:
                text = _("Two levels would have rank %(rank)d. Give each its own.")
                line.row.refuse("rank", text % {"rank": values["rank"]})
        model: Any = self.model
        model.objects.filter(pk__in=moved).update(rank=None)


class ProficiencyLevels(Ladder):
    """Proficiency levels."""

    name = "proficiency-levels"
    title = gettext_lazy("Proficiency levels")
    about = gettext_lazy("One row a level: name, rank, description, other names.")
    model = ProficiencyLevel


class SeniorityLevels(Ladder):
    """Seniority levels."""

    name = "seniority-levels"
    title = gettext_lazy("Seniority levels")
    about = gettext_lazy("One row a level: name, rank, description, other names.")
    model = SeniorityLevel


class Meanings(Sheet):
    """What levels mean for capabilities."""

    name = "capability-levels"
    title = gettext_lazy("Meanings of levels")
    about = gettext_lazy("One row what a proficiency level means for a capability.")
    model = Capability
    required = (("capability",), ("level",))

    capability = Column("capability__name", "capability", LINE, help_text=gettext_lazy("Its name."))
    level = Column("proficiency__name", "level", LINE, help_text=gettext_lazy("The level's name."))
    meaning = Column(
        "meaning", "meaning", TEXT, help_text=gettext_lazy("What somebody at this level can do. Markdown.")
    )

    def iter_queryset(self, queryset: QuerySet[Any]) -> Iterator[CapabilityLevel]:
        """The meanings of the capabilities' levels, from the lowest up."""
        rows = CapabilityLevel.objects.filter(capability__in=queryset.order_by().values("pk"))
        rows = rows.select_related("capability", "proficiency")
        yield from rows.order_by("capability__sort_key", "capability__slug", "proficiency__rank", "pk")

    def take_lines(self, lines: list[Line], change: Change, by: User) -> None:
        """Let rows say what levels mean."""
        capabilities, levels = _named(Capability), _named(ProficiencyLevel)
        may = by.has_perm("roles.change_capability")
        known = {(row.capability_id, row.proficiency_id): row for row in CapabilityLevel.objects.all()}
        rows: dict[tuple[int, int], int] = {}
        for line in lines:
            pair = []
            for name, words in (("capability", capabilities), ("level", levels)):
                text = line.text(name)
                if fold_key(text) in words:
                    pair.append(words[fold_key(text)][0])
                else:
                    line.row.refuse(name, str(unknown(text, (found for _pk, found in words.values()))))
            line.row.subject = " · ".join(filter(None, (line.text("capability"), line.text("level"))))
            if line.row.refused:
                continue
            about = (pair[0], pair[1])
            if about in rows:
                text = _("Row %(number)d is about the same. Remove one of them.")
                line.row.refuse("", text % {"number": rows[about]})
                continue
            rows[about] = line.row.number
            item = known.get(about)
            values = dict(self.changes(line, iter(["meaning"]), item))
            if not line.row.refused and values and not may:
                line.row.refuse("", _("You may not change this vocabulary."))
            if line.row.refused or not (values or item is None):
                continue
            before = item.meaning if item else ""
            row = item or CapabilityLevel(capability_id=about[0], proficiency_id=about[1])
            row.meaning = values.get("meaning", "")
            row.save()
            line.row.outcome = Outcome.CHANGED if item else Outcome.NEW
            label = _("Changed: %(what)s") % {"what": self.columns["meaning"].heading}
            line.row.told.append(Told(label, [Detail("", before, row.meaning)]))


def _named(model: Any) -> dict[str, tuple[int, str]]:
    """Ids and names of a vocabulary by any of its names, folded."""
    alias = model._meta.get_field("aliases").related_model
    by_alias = {
        folded: (pk, name) for folded, pk, name in alias.objects.values_list("folded", "item_id", "name")
    }
    own = {folded: (pk, name) for folded, pk, name in model.objects.values_list("folded", "pk", "name")}
    return by_alias | own


SHEETS: Final = (
    Capabilities,
    Meanings,
    ProficiencyLevels,
    SeniorityLevels,
    Responsibilities,
    Artifacts,
    InteractionKinds,
    JobFamilies,
    McpServers,
)
