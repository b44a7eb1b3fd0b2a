"""The way to a role: from another role, or from what somebody can do."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.http import QueryDict
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from roles import comparison
from roles.comparison import Gap, Move, Step, for_comparison, gap, outline
from roles.documents.text import fold_key
from roles.ladder import Ladder
from roles.lookup import by_slug, choose
from roles.models import Role, RoleQuerySet
from roles.models.vocabulary import RankedVocabularyItem
from roles.views.asked import text
from roles.views.comparing import compare_page
from roles.views.comparing.my_levels import SUM, FittingRole, MyLevels, fitting_roles, my_levels
from roles.views.comparing.shown import MARGIN, Drawing, Item, draw, place, rungs

Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """One end of the way: the words of the address, and the role they mean or the `choices` they may mean."""

    words: str = ""
    role: Role | None = None
    choices: Sequence[Item] = ()

    @property
    def value(self) -> str:
        """What the field of the form shows."""
        return self.role.name if self.role else self.words


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownStep:
    """A step in a sentence, and drawn on the ladder."""

    sentence: SafeString
    drawing: Drawing


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Steps of one kind."""

    id: str
    title: str
    steps: Sequence[ShownStep]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """What lies between two roles, or between somebody's levels and a role."""

    facts: Sequence[tuple[str, SafeString]]
    groups: Sequence[Group]
    news: Sequence[tuple[str, Sequence[Item]]]
    unneeded: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelField:
    """A field of the form of somebody's levels: a capability, and the level chosen (None: not yet)."""

    slug: str
    name: str
    chosen: RankedVocabularyItem | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GapPage:
    """What the page shows. `address` is set where what was asked for has a better one."""

    start: End
    target: End
    ladder: Ladder
    way: Way | None = None
    mine: MyLevels | None = None
    fields: Sequence[LevelField] = ()
    fitting: Sequence[FittingRole] = ()
    problems: Sequence[str] = ()
    address: str = ""

    @property
    def script(self) -> dict[str, Any]:
        """What a browser needs to work out by itself what is missing on the way to the role.

        Needs are slug and name of a capability, the rung needed (0: beside the ladder) and the level's name.
        """
        rows = comparison.highest(self.target.role.capabilities.all()) if self.target.role else []
        levels = [row.proficiency.name if row.proficiency else "" for row in rows]
        return {
            "target": self.target.role is not None,
            "needs": [
                (row.capability.slug, row.capability.name, self.ladder.rung(level) or 0, level)
                for row, level in zip(rows, levels, strict=True)
            ],
            "rungs": rungs(self.ladder),
            "titles": TITLES,
            "counted": COUNTED,
            "sentences": SENTENCES,
            "sum": SUM,
            "role": reverse("role", args=["0"]),
            "capability": reverse("capability", args=["0"]),
        }

    @property
    def blank(self) -> dict[str, Drawing]:
        """What the browser fills in: everything is empty but the drawing of the ladder."""
        return {"drawing": Drawing(rungs=rungs(self.ladder), have=MARGIN, need=2 * MARGIN)}

    @property
    def highest(self) -> str:
        """The name of the highest level."""
        return self.ladder.levels[-1].name if self.ladder.levels else ""

    @property
    def swapped(self) -> str:
        """The address of the way back."""
        return address(self.target, self.start)

    @property
    def compared(self) -> str:
        """The address of both roles side by side."""
        return compare_page.address([end.role.slug for end in (self.start, self.target) if end.role])


def gap_page(user: AbstractBaseUser | AnonymousUser, asked: QueryDict) -> GapPage:
    """Answer an address: `from` and `to` for slugs or names of roles; without `from`, somebody's levels.

    Those are `level`, a capability's slug and a level's joined by a colon, repeated; `can` and `at` add one
    by its name.
    """
    visible, ladder = Role.objects.visible_to(user), Ladder.fetch()
    words = {name: text(asked, name) for name in ("from", "to")}
    found = by_slug(for_comparison(visible, user), [word for word in words.values() if word])
    start, target = (_end(visible, words[name], found, asked, name) for name in ("from", "to"))
    mine = None if start.words else my_levels(visible, asked, ladder)
    problems = [*_problems(start, target), *(mine.problems if mine else ())]
    if not problems and _asked(asked) != _pairs(start, target, mine):
        return GapPage(start=start, target=target, ladder=ladder, address=address(start, target, mine))
    there = outline(start.role) if start.role else mine.document if mine and mine.levels else None
    wanted = target.role
    return GapPage(
        start=start,
        target=target,
        ladder=ladder,
        way=_way(gap(there, outline(wanted), rank=ladder.rung), wanted, ladder, whole=bool(start.role))
        if there and wanted and wanted != start.role
        else None,
        mine=mine,
        fields=list(_fields(mine, wanted)) if mine else (),
        fitting=fitting_roles(visible, mine, ladder) if mine else (),
        problems=problems,
    )


# The address ------------------------------------------------------------------------------------------------


def address(start: End, target: End, mine: MyLevels | None = None) -> str:
    """The address of the way from one end to the other."""
    return f"{reverse('gap')}?{urlencode(_pairs(start, target, mine)).replace('%3A', ':')}"


def _pairs(start: End, target: End, mine: MyLevels | None) -> Pairs:
    ends = (("from", start), ("to", target))
    pairs = [(name, end.role.slug if end.role else end.words) for name, end in ends if end.words]
    return pairs + [("level", level) for level in (mine.parameters if mine else ())]


def _asked(asked: QueryDict) -> Pairs:
    names = ("from", "to", "level", "can", "at")
    return [(name, value) for name in names for value in asked.getlist(name)]


def _end(roles: RoleQuerySet, words: str, found: dict[str, Role], asked: QueryDict, name: str) -> End:
    if not words or words in found:
        return End(words=words, role=found.get(words))
    choice = choose(roles, words)
    others = [(other, value) for other, value in _asked(asked) if other != name and value]
    return End(
        words=words,
        role=choice.role,
        choices=[
            Item(
                name=role.name,
                address=f"{reverse('gap')}?{urlencode([(name, role.slug), *others])}",
                note=role.family_name,
            )
            for role in choice.candidates
        ],
    )


def _problems(start: End, target: End) -> Iterator[str]:
    for end in (start, target):
        if end.words and not end.role:
            yield (
                _("Several roles may be meant by “%(words)s”.")
                if end.choices
                else _("No role answers to “%(words)s”.")
            ) % {"words": Truncator(end.words).chars(80)}
    if start.role and start.role == target.role:
        yield _("Both ends of the way are the same role.")


# The way ----------------------------------------------------------------------------------------------------

MOVES: tuple[tuple[str, tuple[Move, ...]], ...] = (
    ("raise", ("raise",)),
    ("add", ("add",)),
    ("open", ("open",)),
    ("keep", ("keep", "spare")),
)
TITLES = {
    "raise": gettext_lazy("To raise"),
    "add": gettext_lazy("To add"),
    "open": gettext_lazy("To talk about"),
    "keep": gettext_lazy("There already"),
}
COUNTED = {
    "raise": gettext_lazy("{n} to raise"),
    "add": gettext_lazy("{n} to add"),
    "open": gettext_lazy("{n} to talk about"),
    "keep": gettext_lazy("{n} there already"),
}
SENTENCES = {
    "raise": gettext_lazy("Raise {name} from {have} to {need}"),
    "add": gettext_lazy("Add {name} at {need}"),
    "add, no level": gettext_lazy("Add {name}; the level is not stated, talk about it"),
    "keep": gettext_lazy("Keep {name} at {need}"),
    "spare": gettext_lazy("Keep {name}: {have} is there, {need} is needed"),
    "open, no level": gettext_lazy("Talk about {name}: no level is stated"),
    "open, nothing there": gettext_lazy("Talk about {name}: {need} is needed, what is there is not stated"),
    "open, nothing needed": gettext_lazy("Talk about {name}: {have} is there, what is needed is not stated"),
    "open": gettext_lazy("Talk about {name}: {have} and {need} stand on no common ladder"),
}


def _way(found: Gap, wanted: Role, ladder: Ladder, *, whole: bool) -> Way:
    """`whole`: it starts from a role, of which more is known than its capabilities."""
    steps = {name: found.moves(*moves) for name, moves in MOVES}
    shared = {row.capability.name: row.capability for row in comparison.highest(wanted.capabilities.all())}
    return Way(
        facts=[
            (name, format_html(str(COUNTED[name]), n=format_html("<b>{}</b>", len(each))))
            for name, each in steps.items()
            if each
        ],
        groups=[
            Group(
                id=name,
                title=str(TITLES[name]),
                steps=[
                    ShownStep(
                        sentence=sentence(step, shared[step.name].get_absolute_url()),
                        drawing=draw(step, ladder),
                    )
                    for step in each
                ],
            )
            for name, each in steps.items()
            if each
        ],
        news=[each for each in _news(found, wanted) if each[1]] if whole else (),
        unneeded=found.unneeded,
    )


def sentence(step: Step, address: str) -> SafeString:
    """Tell a step in a sentence without a full stop; `address` is that of the capability."""
    name = format_html('<a href="{}">{}</a>', address, step.name)
    wording = str(SENTENCES[_wording(step)])
    return format_html(wording, name=name, have=step.have or "", need=step.need or "")


def _wording(step: Step) -> str:
    match step:
        case Step(move="add", need=None):
            return "add, no level"
        case Step(move="open", have=None, need=None):
            return "open, no level"
        case Step(move="open", have=None):
            return "open, nothing there"
        case Step(move="open", need=None):
            return "open, nothing needed"
        case Step(move=move):
            return move


def _news(found: Gap, wanted: Role) -> Iterator[tuple[str, Sequence[Item]]]:
    shared = {fold_key(comparison.shared_name(row)): row for row in comparison.responsibilities(wanted)}
    home = wanted.get_absolute_url()
    yield (
        _("New responsibilities"),
        [
            Item(name=name, address=place(home, shared[fold_key(name)].key), note=shared[fold_key(name)].text)
            for name in found.responsibilities
        ],
    )
    made = {row.artifact.name: row for row in comparison.artifacts(wanted)}
    yield (
        _("Artifacts to take over"),
        [
            Item(name=name, address=place(home, made[name].key), note=made[name].type)
            for name in found.artifacts
        ],
    )
    known = comparison.partners(wanted)
    yield (
        _("New partners to meet"),
        [
            Item(name=name, address=partner.get_absolute_url() if (partner := known[name]) else "")
            for name in found.partners
        ],
    )


def _fields(mine: MyLevels, wanted: Role | None) -> Iterator[LevelField]:
    needed = [row.capability for row in comparison.highest(wanted.capabilities.all())] if wanted else []
    for item in dict.fromkeys([*needed, *mine.levels]):
        yield LevelField(slug=item.slug, name=item.name, chosen=mine.levels.get(item))
