"""The list of a vocabulary: all of its words that roles use, by letter or by kind, page by page."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Generic, TypeVar

from django.db.models import (
    BooleanField,
    Case,
    Count,
    F,
    Max,
    Min,
    OuterRef,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Lower, NullIf, Substr
from django.http import QueryDict
from django.utils.translation import gettext as _

from roles.documents.text import slugify
from roles.ladder import Ladder
from roles.models import (
    Artifact,
    Capability,
    McpServer,
    Responsibility,
    Role,
    RoleArtifact,
    RoleQuerySet,
    RoleResponsibility,
)
from roles.models.vocabulary import VocabularyItem
from roles.views import asked as asking
from roles.views.vocabulary.spread import Share, needs
from roles.vocabulary import first_uses, link_of, named_like, role_counts, used_by

WORDS_ON_PAGE = 100
ROLES_IN_ROW = 3

Word = TypeVar("Word", bound=VocabularyItem)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry(Generic[Word]):
    """A word of the list, how many roles use it, the first of these, and what else its row says."""

    word: Word
    count: int
    roles: Sequence[Role]
    detail: Any

    @property
    def more(self) -> int:
        """How many roles use it besides those that the row names."""
        return self.count - len(self.roles)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group(Generic[Word]):
    """The words of a page that stand under one heading."""

    title: str
    anchor: str
    entries: Sequence[Entry[Word]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Jump:
    """A heading of the list, how many words stand under it, and the address where they begin."""

    title: str
    count: int
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Index(Generic[Word]):
    """One page of a vocabulary. `text` narrows it; `by` tells what it is grouped by ("letter" or "kind").

    `most` is the highest number of roles of any word on this page, the measure of bars.
    """

    text: str
    by: str
    count: int
    jumps: Sequence[Jump]
    groups: Sequence[Group[Word]]
    paged: asking.Paged[Word]
    most: int


def capabilities(roles: RoleQuerySet, asked: QueryDict) -> Index[Capability]:
    """List the capabilities that these roles need, each with how many need it at which level."""
    return _index(Capability, roles, asked, kind=F("category"), details=_levels, roles_in_row=0)


def responsibilities(roles: RoleQuerySet, asked: QueryDict) -> Index[Responsibility]:
    """List the responsibilities that these roles share, each with how many roles exist for it."""
    return _index(Responsibility, roles, asked, details=_primary)


def artifacts(roles: RoleQuerySet, asked: QueryDict) -> Index[Artifact]:
    """List the artifacts of these roles, each under the type that HR gave it, else one that roles state."""
    stated = RoleArtifact.objects.filter(artifact=OuterRef("pk"), role__in=roles.order_by()).exclude(type="")
    first = Subquery(stated.order_by().values("artifact").annotate(first=Min("type")).values("first"))
    nothing = Value("", TextField())
    kind = Coalesce(NullIf("type", nothing), first, nothing)
    return _index(Artifact, roles, asked, kind=kind, details=_types, usual="kind")


def mcp_servers(roles: RoleQuerySet, asked: QueryDict) -> Index[McpServer]:
    """List the MCP servers that the agents of these roles use."""
    return _index(McpServer, roles, asked)


def _index(
    vocabulary: type[Word],
    roles: RoleQuerySet,
    asked: QueryDict,
    *,
    kind: Combinable | None = None,
    details: Callable[[Sequence[Word], RoleQuerySet], Mapping[int, Any]] | None = None,
    usual: str = "letter",
    roles_in_row: int = ROLES_IN_ROW,
) -> Index[Word]:
    by = asked.get("by")
    if kind is None or by not in ("letter", "kind"):
        by = usual
    text = asking.text(asked, "q")
    words: QuerySet[Any, Any] = named_like(used_by(vocabulary._default_manager.all(), roles), text)
    # The key of a word begins with the hexadecimal code of its first letter.
    heading = kind if by == "kind" and kind is not None else Substr("sort_key", 1, 2)
    words = words.annotate(heading=heading, group=Lower("heading")).annotate(
        ungrouped=Case(When(group="", then=True), default=False, output_field=BooleanField())
    )
    headings = _headings(words, _letter if by == "letter" else _kind)
    titles = {group: title for group, title, _count in headings}
    paged: asking.Paged[Word] = asking.paged(
        words.order_by("ungrouped", "group", "sort_key", "slug"),
        asked,
        WORDS_ON_PAGE,
        count=sum(count for _group, _title, count in headings),
    )
    on_page = list(paged.page)
    counts = role_counts(vocabulary, on_page, roles)
    using = _first_roles(vocabulary, on_page, roles, roles_in_row) if roles_in_row else {}
    more = details(on_page, roles) if details else {}
    return Index(
        text=text,
        by=by,
        count=paged.page.paginator.count,
        jumps=_jumps(headings, asked),
        groups=[
            Group(
                title=title,
                anchor=_anchor(title),
                entries=[
                    Entry(
                        word=word,
                        count=counts.get(word.pk, 0),
                        roles=using.get(word.pk, []),
                        detail=more.get(word.pk),
                    )
                    for word in group
                ],
            )
            for title, group in groupby(on_page, lambda word: titles[vars(word)["group"]])
        ],
        paged=paged,
        most=max(counts.values(), default=0),
    )


def _headings(words: QuerySet[Any, Any], title: Callable[[str], str]) -> list[tuple[str, str, int]]:
    """The groups of these words in order, their titles, and how many words they have."""
    groups = words.order_by("ungrouped", "group").values_list("ungrouped", "group")
    counted = groups.annotate(written=Max("heading"), words=Count("pk"))
    return [(group, title(written), count) for _ungrouped, group, written, count in counted]


def _jumps(headings: Iterable[tuple[str, str, int]], asked: QueryDict) -> list[Jump]:
    counts: Counter[str] = Counter()
    for _group, title, count in headings:
        counts[title] += count
    jumps, before = [], 0
    for title, count in counts.items():
        page = before // WORDS_ON_PAGE + 1
        address = asking.address(asked, page=page if page > 1 else None)
        jumps.append(Jump(title=title, count=count, address=f"{address}#{_anchor(title)}"))
        before += count
    return jumps


def _anchor(title: str) -> str:
    return f"group-{slugify(title)}"


def _letter(code: str) -> str:
    """The heading of words whose first letter has this code, which is hexadecimal."""
    first = chr(int(code, 16))
    if first < "a":
        return _("0–9")
    return first.upper() if first <= "z" else _("Other")


def _kind(written: str) -> str:
    return written or _("Not stated")


def _first_roles(
    vocabulary: type[VocabularyItem], words: Sequence[VocabularyItem], roles: RoleQuerySet, most: int
) -> dict[int, list[Role]]:
    """The first of these roles, by name, that use each of the words."""
    link = link_of(vocabulary)
    found: dict[int, list[Role]] = defaultdict(list)
    for use in first_uses(vocabulary, words, roles, most).select_related("role"):
        word = getattr(use, link.attname)
        if use.role not in found[word]:
            found[word].append(use.role)
    return found


def _levels(words: Sequence[Capability], roles: RoleQuerySet) -> Mapping[int, list[Share]]:
    return needs(words, roles, Ladder.fetch())


def _primary(words: Sequence[Responsibility], roles: RoleQuerySet) -> Mapping[int, int]:
    """How many roles exist for each responsibility."""
    uses = RoleResponsibility.objects.filter(responsibility__in=words, role__in=roles, primary=True)
    return dict(uses.order_by().values_list("responsibility").annotate(roles=Count("role", distinct=True)))


def _types(words: Sequence[Artifact], roles: RoleQuerySet) -> Mapping[int, list[str]]:
    """The types of each artifact: HR's, else all that roles state."""
    uses = RoleArtifact.objects.filter(artifact__in=words, role__in=roles).exclude(type="")
    stated: dict[int, list[str]] = defaultdict(list)
    for word, written in uses.order_by("type").values_list("artifact", "type").distinct():
        stated[word].append(written)
    return {word.pk: [word.type] if word.type else stated[word.pk] for word in words}
