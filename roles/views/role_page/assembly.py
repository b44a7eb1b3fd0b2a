"""Puts the page of a role together: its newest revision, and what the catalogue adds to that."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from roles.documents import document as documents
from roles.documents.anchors import anchors
from roles.documents.document import Key, RoleDocument
from roles.documents.text import fold_key
from roles.ladder import Ladder
from roles.models import Interaction, Role, RoleCapability, RoleMember, RoleRevision, SourceDocument
from roles.next_roles import NextRoles, next_roles
from roles.rendering import plain_text, render_document
from roles.sources import Place, places, stated_document, stated_html
from roles.views.role_page.contacts import contacts, in_columns
from roles.views.role_page.fetch import Surroundings
from roles.views.role_page.neighbours import neighbours
from roles.views.role_page.origins import Origins, said_otherwise
from roles.views.role_page.shown import (
    Agent,
    Fact,
    Head,
    PageSection,
    ResponsibilityGroup,
    RolePage,
    Shown,
    ShownCapability,
    ShownMember,
    ShownProperty,
    ShownServer,
    Source,
    SourceLine,
    web_address,
)

# Where text that stands in or after a section of a document goes, if the page has no section of that name.
PAGE_SECTIONS = {"common_partners": "interactions", "summary": "mission"}

# What a complete description has; the page says so quietly where one of them is missing.
EXPECTED = {
    *("mission", "description", "responsibilities", "capabilities", "artifacts", "interactions"),
    *("daily-tasks", "metrics", "agent"),
}

# What the page shows in its address alone.
WITHOUT_ANCHOR = {"slug"}

TITLE_LENGTH = 80
"""The most characters of a few words that name a statement."""

SHORT_LENGTH = 200
"""The most characters of a role in short."""


def role_page(
    role: Role, user: AbstractBaseUser | AnonymousUser, then: RoleRevision | None = None
) -> RolePage:
    """Put together the page of a role that was fetched by `for_role_page`, with seven more queries at most.

    With `then`, an older revision of it, the page shows what the role said then, linked as far as it is said
    still. What others say of the role, and its documents, are of today and left out.
    """
    return _Assembly(role, user, then).page()


class _Assembly:
    """One role on its way to becoming a page."""

    def __init__(self, role: Role, user: AbstractBaseUser | AnonymousUser, then: RoleRevision | None) -> None:
        self.role, self.user, self.then = role, user, then
        self.document = RoleDocument.stored(then.document) if then else stated_document(role)
        self.statements = documents.statements(self.document)
        self.anchors = anchors(self.statements)
        self.keys: dict[str, list[str]] = defaultdict(list)
        for key in self.statements:
            self.keys[documents.field_of(key)].append(key)
        self.places = {} if then else places(role, self.document)
        self.origins = Origins(role, then or role.revision, user, self.places)
        self.around = Surroundings.fetch(role, user)
        self.html: dict[str, dict[str, SafeString]] = defaultdict(dict)
        rendered = render_document(self.document.to_json()) if then else stated_html(role, self.document)
        for path, html in rendered.items():
            statement, part = split_path(path)
            self.html[statement][part] = SafeString(html)
        self.contacts = contacts(
            [
                (key, shown, self._seen(self.around.interactions.get(key)))
                for key, shown in zip(self.keys["interactions"], self._list("interactions"), strict=True)
            ],
            self.around.interactions,
            [] if then else self.around.incoming,
        )

    def page(self) -> RolePage:
        known = list(self._known_sections())
        preamble, sections = self._with_further_texts([section for section in known if section.content])
        successor = self.role.successor
        return RolePage(
            role=self.role,
            document=self.document,
            then=self.then,
            successor=successor if successor and successor.is_visible_to(self.user) else None,
            in_short=self._in_short(),
            head=self._head(),
            preamble=preamble,
            facts=list(self._facts()),
            sections=sections,
            neighbours=None if self.then else neighbours(self.role.name, self.contacts),
            unstated=[section.title for section in known if section.id in EXPECTED and not section.content],
            sources=[] if self.then else [self._source(source) for source in self.role.documents.all()],
        )

    def _in_short(self) -> str:
        texts = (self.html[field].get("", "") for field in ("summary", "mission", "description"))
        said = next(filter(None, texts), "")
        return Truncator(plain_text(said)).chars(SHORT_LENGTH)

    def _head(self) -> Head:
        return Head(
            name=Shown(**self._shown("name", "name")),
            family=self._scalar("family"),
            seniority=self._scalar("seniority"),
            summary=self._scalar("summary"),
            identifiers=self._list("identifiers"),
            aliases=self._list("aliases"),
            tags=self._list("tags"),
        )

    def _seen(self, row: Interaction | RoleMember | None) -> Role | None:
        """The role that a statement's partner or member is, if the reader may see it."""
        linked = row and (row.partner if isinstance(row, Interaction) else row.member)
        return linked if linked and linked.is_visible_to(self.user) else None

    # Statements

    def _shown(self, key: str, path: str) -> dict[str, Any]:
        """What every statement is shown with, as arguments of `Shown`."""
        return {
            "item": self.statements[key],
            "anchor": self.anchors[key],
            "title": self._title(key, self.statements[key]),
            "origin": self.origins.of(key, self.statements[key]),
            "html": self.html[path],
            "word": self.around.words.get(key, ""),
        }

    def _parts(self, field: str) -> Iterator[tuple[str, dict[str, Any]]]:
        for index, key in enumerate(self.keys[field]):
            yield key, self._shown(key, f"{field}.{index}")

    def _list(self, field: str) -> list[Shown[Any]]:
        return [Shown(**parts) for _key, parts in self._parts(field)]

    def _scalar(self, field: str) -> Shown[str] | None:
        return Shown(**self._shown(field, field)) if field in self.statements else None

    def _properties(self) -> list[ShownProperty]:
        return [
            ShownProperty(
                **parts,
                values=[
                    parts["html"].get(f"values.{index}") or escape(value)
                    for index, value in enumerate(parts["item"].values)
                ],
            )
            for _key, parts in self._parts("properties")
        ]

    def _responsibilities(self) -> list[ResponsibilityGroup]:
        groups: dict[str, list[Shown[documents.Responsibility]]] = defaultdict(list)
        for shown in self._list("responsibilities"):
            groups[shown.html.get("group", SafeString())].append(shown)
        return [
            ResponsibilityGroup(heading=SafeString(heading), items=items) for heading, items in groups.items()
        ]

    def _capabilities(self) -> list[ShownCapability]:
        if not self.keys["capabilities"]:
            return []
        ladder = Ladder.fetch()
        rows = {row.key: row for row in self.role.capabilities.all()}
        return [self._capability(parts, rows.get(key), ladder) for key, parts in self._parts("capabilities")]

    def _capability(
        self, parts: dict[str, Any], row: RoleCapability | None, ladder: Ladder
    ) -> ShownCapability:
        level = row.proficiency if row and row.level == (parts["item"].level or "") else None
        meanings = {each.proficiency_id: each.meaning for each in row.capability.levels.all()} if row else {}
        return ShownCapability(
            **parts | {"word": row.capability.slug if row else ""},
            marks=ladder.marks(level),
            meaning=meanings.get(level.pk, "") if level else "",
            in_general=level.description if level else "",
        )

    def _members(self) -> list[ShownMember]:
        return [
            ShownMember(**parts, role=self._seen(self.around.members.get(key)))
            for key, parts in self._parts("members")
        ]

    def _memberships(self) -> Sequence[RoleMember]:
        return [] if self.then else self.around.memberships

    def _agent(self) -> Agent | None:
        if self.document.agent is None:
            return None
        return Agent(
            name=self._scalar("agent.name"),
            system_prompt=self._scalar("agent.system_prompt"),
            personalities=self._list("agent.personalities"),
            phrases=self._list("agent.example_phrases"),
            servers=list(self._servers()),
            knowledge=self._list("agent.knowledge"),
        )

    def _servers(self) -> Iterator[ShownServer]:
        rows = {row.key: row.server for row in self.role.mcp_servers.all()}
        for key, parts in self._parts("agent.mcp_servers"):
            shared = rows.get(key)
            yield ShownServer(
                **parts | {"word": shared.slug if shared else ""},
                address=web_address(parts["item"].url) or web_address(shared.home_page if shared else ""),
                shared=shared,
            )

    def _extra(self) -> list[Shown[Any]]:
        found = []
        for key, parts in self._parts("extra"):
            name, value = escape(key.partition(":")[2]), escape(plain(parts["item"]))
            found.append(Shown(**parts | {"html": {"name": name, "": value}}))
        return found

    def _next_roles(self) -> NextRoles | None:
        if self.then:
            return None
        visible = Role.objects.visible_to(self.user)
        return next_roles(self.role, visible, list(self.role.capabilities.all()))

    # The page around them

    def _known_sections(self) -> Iterator[PageSection]:
        for name, title, kind, content in (
            ("mission", _("Mission"), "mission", self._scalar("mission")),
            ("description", _("About the role"), "text", self._scalar("description")),
            ("properties", _("Facts"), "properties", self._properties()),
            ("responsibilities", _("Responsibilities"), "responsibilities", self._responsibilities()),
            ("capabilities", _("Capabilities"), "capabilities", self._capabilities()),
            ("artifacts", _("Artifacts"), "artifacts", self._list("artifacts")),
            ("interactions", _("Interactions"), "interactions", in_columns(self.contacts)),
            ("variations", _("Variations"), "named_texts", self._list("variations")),
            ("daily_tasks", _("An average day"), "daily_tasks", self._list("daily_tasks")),
            ("metrics", _("Measures of success"), "texts", self._list("metrics")),
            ("principles", _("Principles"), "texts", self._list("principles")),
            ("members", _("Composition"), "members", self._members()),
            ("memberships", _("Part of"), "memberships", self._memberships()),
            ("extra", _("Further facts"), "extra", self._extra()),
            ("agent", _("AI agent profile"), "agent", self._agent()),
            ("next_roles", _("Where to go from here"), "next_roles", self._next_roles()),
        ):
            yield PageSection(id=name.replace("_", "-"), title=title, kind=kind, content=content)

    def _with_further_texts(
        self, known: Sequence[PageSection]
    ) -> tuple[list[Shown[documents.Section]], list[PageSection]]:
        """Give the texts that stand before all sections, and the sections with what fits none of their parts.

        Text inside a known section stands at its end; text with a heading of its own beside the known
        sections is a section after them.
        """
        preamble: list[Shown[documents.Section]] = []
        own: list[PageSection] = []
        inside: dict[str, list[Shown[documents.Section]]] = {section.id: [] for section in known}
        for shown in self._list("sections"):
            text: documents.Section = shown.item
            home = PAGE_SECTIONS.get(text.position, text.position.partition(".")[0]).replace("_", "-")
            if home in inside and (text.heading is None or text.level > 2):
                inside[home].append(shown)
            elif text.heading is None:
                preamble.append(shown)
            else:
                own.append(PageSection(id=shown.anchor, title=text.heading, kind="text", content=shown))
        return preamble, [*(replace(section, further=inside[section.id]) for section in known), *own]

    def _facts(self) -> Iterator[Fact]:
        partners = len(
            {contact.role.pk if contact.role else fold_key(contact.partner) for contact in self.contacts}
        )
        artifacts, capabilities = len(self.keys["artifacts"]), len(self.keys["capabilities"])
        for section, count, words in (
            ("interactions", partners, ngettext("works with {} role", "works with {} roles", partners)),
            ("artifacts", artifacts, ngettext("owns {} artifact", "owns {} artifacts", artifacts)),
            (
                "capabilities",
                capabilities,
                ngettext("needs {} capability", "needs {} capabilities", capabilities),
            ),
        ):
            if count:
                yield Fact(words=format_html(words, format_html("<b>{}</b>", count)), section=section)

    def _source(self, source: SourceDocument) -> Source:
        lines = [
            self._source_line(key, place)
            for key, found in self.places.items()
            for place in found
            if place.path == source.path
        ]
        return Source(
            path=source.path,
            kind=source.get_dialect_display(),
            missing=source.missing,
            lines=sorted(lines, key=lambda place: place.line),
        )

    def _source_line(self, key: Key, place: Place) -> SourceLine:
        stated = self.statements.get(key)
        return SourceLine(
            line=place.line,
            title=self._title(key, place.says),
            anchor="" if key not in self.anchors or key in WITHOUT_ANCHOR else self.anchors[key],
            otherwise=[] if place.agrees or stated is None else said_otherwise(key, stated, place),
            withdrawn=stated is None,
        )

    def _title(self, key: str, statement: documents.Statement) -> str:
        """A few words that name a statement."""
        field, _colon, rest = key.partition(":")
        name_of = documents.LISTS.get(field)
        words = name_of(statement) if name_of else rest or scalar_title(field)
        return Truncator(words).chars(TITLE_LENGTH)


def scalar_title(field: str) -> str:
    """Give a field of one value its name on the page."""
    titles = {
        "slug": _("Address name"),
        "name": _("Name"),
        "family": _("Job family"),
        "seniority": _("Seniority"),
        "mission": _("Mission"),
        "summary": _("Summary"),
        "description": _("About the role"),
        "agent.name": _("Agent name"),
        "agent.system_prompt": _("System prompt"),
    }
    return titles[field]


def plain(value: Any) -> str:
    """Write a value of a front matter, which is text, a list or a mapping, as one line."""
    if isinstance(value, dict):
        return "; ".join(f"{key}: {plain(inner)}" for key, inner in value.items())
    return ", ".join(map(plain, value)) if isinstance(value, list) else str(value)


def split_path(path: str) -> tuple[str, str]:
    """Split a rendering's path into a statement's and its part: "metrics.0", "" or "variations.1", "text"."""
    steps = path.split(".")
    length = 2 if steps[0] == "agent" else 1
    if len(steps) > length and steps[length].isdecimal():
        length += 1
    return ".".join(steps[:length]), ".".join(steps[length:])
