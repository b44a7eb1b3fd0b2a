"""The things that the page of a role shows, as its templates know them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.utils.safestring import SafeString

from roles.documents import document as documents
from roles.documents.text import fold_key
from roles.models import InteractionKind, Role

Item = TypeVar("Item", covariant=True)
Side = InteractionKind.Direction


def web_address(link: str | None) -> str:
    """Give the link if a browser can follow it away from the catalogue, else an empty text."""
    return link if link and link.lower().startswith(("https://", "http://")) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown(Generic[Item]):
    """A statement: the value that a document states, and how the page shows it.

    `anchor` is its permanent place on the page, `source` where it stands ("jobs/data.md:12"; empty: in no
    document). `html` has the HTML of the value's Markdown by field, under "" if the value as a whole is a
    text.
    """

    item: Item
    anchor: str
    source: str
    html: Mapping[str, SafeString]

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
    """A capability with a mark for each ranked level, set up to the one asked for (if that has a rank)."""

    marks: Sequence[bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownMember(Shown[documents.Member]):
    """A role that this one is composed of; `role` is None if no role bears the code."""

    role: Role | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownServer(Shown[documents.McpServer]):
    """An MCP server recommended to the agent; `address` is empty unless it can be linked."""

    address: str
    approved: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponsibilityGroup:
    """Responsibilities under one heading, which is empty for those under none."""

    heading: SafeString
    items: Sequence[Shown[documents.Responsibility]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """An interaction with a partner, which is a role or (`role` is None) a name, perhaps with an `address`.

    `own`: this role's documents state it; `theirs`: the partner's do. `kind` is how this role puts it. It is
    empty if only the partner states it and the catalogue has no word for its other side; `their_kind` is the
    partner's word. `notes` of its own are HTML, those of a partner are text.
    """

    side: Side
    kind: str
    their_kind: str = ""
    partner: str
    role: Role | None
    address: str = ""
    frequency: str
    notes: SafeString | str
    anchor: str = ""
    source: str = ""
    own: bool = True
    theirs: bool = False

    @property
    def written(self) -> str:
        """The partner's name as written, if the role is called otherwise."""
        return self.partner if self.role and fold_key(self.partner) != fold_key(self.role.name) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contacts:
    """Interactions in columns: what the role gives and receives, and what is the same from both sides."""

    gives: Sequence[Contact]
    receives: Sequence[Contact]
    together: Sequence[Contact]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """The agent that works in the role."""

    name: str
    system_prompt: Shown[str] | None
    personalities: Sequence[Shown[documents.Variation]]
    phrases: Sequence[Shown[documents.Phrase]]
    servers: Sequence[ShownServer]
    knowledge: Sequence[Shown[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """Where a document states something."""

    line: int
    title: str
    anchor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A document that describes the role; `missing` if its file was gone when its folder was last loaded."""

    path: str
    kind: str
    missing: bool
    lines: Sequence[SourceLine]


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
class RolePage:
    """The page of a role. `preamble` stands before all sections; `unstated` names what no document says."""

    role: Role
    document: documents.RoleDocument
    summary: Shown[str] | None
    preamble: Sequence[Shown[documents.Section]]
    facts: Sequence[Fact]
    sections: Sequence[PageSection]
    unstated: Sequence[str]
    sources: Sequence[Source]
