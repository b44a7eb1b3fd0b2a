"""The things that the page of a role shows, as its templates know them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.utils.safestring import SafeString

from roles.differences import Detail
from roles.documents import document as documents
from roles.documents.text import fold_key
from roles.models import InteractionKind, McpServer, Role, RoleRevision
from roles.sources import Place

Item = TypeVar("Item", covariant=True)
Side = InteractionKind.Direction


def web_address(link: str | None) -> str:
    """Give the link if a browser can follow it away from the catalogue, else an empty text."""
    return link if link and link.lower().startswith(("https://", "http://")) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The change that made a statement what it is; `by` is empty where the person is not to be named."""

    number: int
    at: datetime
    by: str
    loaded: bool
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Otherwise:
    """A place where a document says otherwise, and the fields in which it does."""

    place: Place
    details: Sequence[Detail]


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a statement comes from: documents that say it or differ, and the change that wrote it."""

    places: Sequence[Place]
    otherwise: Sequence[Otherwise]
    written: Written | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown(Generic[Item]):
    """A statement: the value that a document states, and how the page shows it.

    `anchor` is its permanent place on the page, `title` a few words that name it. `html` has the HTML of the
    value's Markdown by field, under "" if the value as a whole is a text. `word` is the slug of the shared
    word that it names, empty for one that is not shared.
    """

    item: Item
    anchor: str
    title: str
    origin: Origin
    html: Mapping[str, SafeString]
    word: str = ""

    @property
    def text(self) -> SafeString:
        """The HTML of the text that the statement is, or has beside its name."""
        return self.html.get("") or self.html.get("text") or SafeString("")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownProperty(Shown[documents.Property]):
    """A named fact with the HTML of each value."""

    values: Sequence[SafeString]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCapability(Shown[documents.Capability]):
    """A capability with a mark for each ranked level, set up to the one asked for (if that has a rank).

    `meaning` says what the level means for this capability, `in_general` what it means for any; each is empty
    until somebody says so.
    """

    marks: Sequence[bool]
    meaning: str
    in_general: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownMember(Shown[documents.Member]):
    """A role that this one is composed of; `role` is None if no role bears the code."""

    role: Role | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownServer(Shown[documents.McpServer]):
    """An MCP server recommended to the agent; `address` is empty unless it can be linked.

    `shared` is what the catalogue knows of it: how to connect, and whether it is approved.
    """

    address: str
    shared: McpServer | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponsibilityGroup:
    """Responsibilities under one heading, which is empty for those under none."""

    heading: SafeString
    items: Sequence[Shown[documents.Responsibility]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """An interaction with a partner, which is a role or (`role` is None) a name, perhaps with an `address`.

    `shown` is the statement if this role makes it, `theirs` the address of the partner's if that one does.
    `kind` is how this role puts it. It is empty if only the partner states it and the catalogue has no word
    for its other side; `their_kind` is the partner's word. `notes` of its own are HTML, those of a partner
    are text.
    """

    side: Side
    kind: str
    their_kind: str = ""
    partner: str
    role: Role | None
    address: str = ""
    frequency: str
    notes: SafeString | str
    shown: Shown[documents.Interaction] | None = None
    theirs: str = ""

    @property
    def written(self) -> str:
        """The partner's name as written, if the role is called otherwise."""
        return self.partner if self.role and fold_key(self.partner) != fold_key(self.role.name) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactGroup:
    """Interactions of one kind. `reversed`: the kind is the partners' word, seen from their side."""

    kind: str
    reversed: bool
    contacts: Sequence[Contact]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contacts:
    """Interactions by kind: what the role gives and receives, and what is the same from both sides."""

    gives: Sequence[ContactGroup]
    receives: Sequence[ContactGroup]
    together: Sequence[ContactGroup]


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """A partner on the small map: the lines of its name with their heights, and the line that leads to it.

    `anchor` is which end of the name stands at `x`, as SVG says it; `to` and `back` say whether something is
    given to it and received from it.
    """

    is_role: bool
    lines: Sequence[tuple[str, int]]
    x: int
    anchor: str
    path: str
    to: bool
    back: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """The small map of partners around a role; `more` is the number of those that it has no room for."""

    name: Sequence[tuple[str, int]]
    width: int
    height: int
    neighbours: Sequence[Neighbour]
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """The agent that works in the role."""

    name: Shown[str] | None
    system_prompt: Shown[str] | None
    personalities: Sequence[Shown[documents.Variation]]
    phrases: Sequence[Shown[documents.Phrase]]
    servers: Sequence[ShownServer]
    knowledge: Sequence[Shown[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """Where a document states something; `otherwise` are the fields in which it differs from the catalogue.

    `anchor` is empty if the page does not show the statement, `withdrawn` if the catalogue does not make it.
    """

    line: int
    title: str
    anchor: str
    otherwise: Sequence[Detail]
    withdrawn: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A document that describes the role; `missing` if its file was gone when its folder was last loaded."""

    path: str
    kind: str
    missing: bool
    lines: Sequence[SourceLine]

    @property
    def differing(self) -> int:
        """How many of its statements the catalogue makes otherwise, or does not make."""
        return sum(1 for line in self.lines if line.withdrawn or line.otherwise)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSection:
    """A section of the page, drawn by the partial of its `kind`.

    `further` are texts that stand in it in a document and fit none of its parts.
    """

    id: str
    title: str
    kind: str
    content: Any
    further: Sequence[Shown[documents.Section]] = ()

    @property
    def template_name(self) -> str:
        """The partial that draws the content."""
        return f"components/role/{self.kind}.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One entry of the strip of facts, and the id of the section that it sums up."""

    words: SafeString
    section: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What the head of the page shows of a role's own statements."""

    name: Shown[str]
    family: Shown[str] | None
    seniority: Shown[str] | None
    summary: Shown[str] | None
    identifiers: Sequence[Shown[documents.Identifier]]
    aliases: Sequence[Shown[str]]
    tags: Sequence[Shown[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class RolePage:
    """The page of a role: what it says in its newest revision, or what it said in an older one.

    `in_short` is the role in a sentence or two without markup, empty if none is stated. `preamble` stands
    before all sections; `neighbours` is a picture of the interactions; `unstated` names what no document
    says. `then` is the older revision that is shown, None on the page of the role as it is.
    """

    role: Role
    document: documents.RoleDocument
    then: RoleRevision | None
    successor: Role | None
    in_short: str
    head: Head
    preamble: Sequence[Shown[documents.Section]]
    facts: Sequence[Fact]
    sections: Sequence[PageSection]
    neighbours: Neighbours | None
    unstated: Sequence[str]
    sources: Sequence[Source]
