"""Puts the page of a role together: its newest revision, and what the catalogue adds to that."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from roles.documents import document as documents
from roles.documents.anchors import anchors
from roles.documents.text import fold_key
from roles.ladder import Ladder
from roles.models import Role, SourceDocument
from roles.sources import stated_document, stated_html
from roles.views.role_page.contacts import contacts
from roles.views.role_page.shown import (
    Agent,
    Contact,
    Contacts,
    Fact,
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

# What the head of the page shows without an anchor.
IN_HEAD = {"slug", "name", "family", "seniority", "identifiers", "aliases", "tags", "agent.name"}


def role_page(role: Role) -> RolePage:
    """Put together the page of a role that was fetched by `for_role_page`."""
    return _Assembly(role).page()


class _Assembly:
    """One role on its way to becoming a page."""

    def __init__(self, role: Role) -> None:
        self.role = role
        self.document = stated_document(role)
        self.statements = documents.statements(self.document)
        self.anchors = anchors(self.statements)
        self.keys: dict[str, list[str]] = defaultdict(list)
        for key in self.statements:
            self.keys[documents.field_of(key)].append(key)
        self.places: dict[str, list[str]] = defaultdict(list)
        for source in role.documents.all():
            for key, line in source.lines.items():
                self.places[key].append(f"{source.path}:{line}")
        self.html: dict[str, dict[str, SafeString]] = defaultdict(dict)
        for path, html in stated_html(role, self.document).items():
            statement, part = split_path(path)
            self.html[statement][part] = SafeString(html)
        self.contacts = contacts(
            zip(self.keys["interactions"], self._list("interactions"), strict=True),
            {row.key: row for row in role.interactions.all()},
            role.incoming.all(),
        )

    def page(self) -> RolePage:
        known = list(self._known_sections())
        preamble, sections = self._with_further_texts([section for section in known if section.content])
        return RolePage(
            role=self.role,
            document=self.document,
            summary=self._scalar("summary"),
            preamble=preamble,
            facts=list(self._facts()),
            sections=sections,
            unstated=[section.title for section in known if section.id in EXPECTED and not section.content],
            sources=[self._source(source) for source in self.role.documents.all()],
        )

    # Statements

    def _shown(self, key: str, path: str) -> dict[str, Any]:
        """What every statement is shown with, as arguments of `Shown`."""
        return {
            "item": self.statements[key],
            "anchor": self.anchors[key],
            "source": ", ".join(self.places[key]),
            "html": self.html[path],
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
        levels = {row.key: row.proficiency for row in self.role.capabilities.all()}
        return [
            ShownCapability(**parts, marks=ladder.marks(levels.get(key)))
            for key, parts in self._parts("capabilities")
        ]

    def _members(self) -> list[ShownMember]:
        roles = {row.key: row.member for row in self.role.members.all()}
        return [ShownMember(**parts, role=roles.get(key)) for key, parts in self._parts("members")]

    def _contacts(self) -> Contacts | None:
        sides: dict[str, list[Contact]] = defaultdict(list)
        for contact in self.contacts:
            sides[contact.side].append(contact)
        if not sides:
            return None
        return Contacts(gives=sides["gives"], receives=sides["receives"], together=sides["together"])

    def _agent(self) -> Agent | None:
        if self.document.agent is None:
            return None
        return Agent(
            name=self.document.agent.name or "",
            system_prompt=self._scalar("agent.system_prompt"),
            personalities=self._list("agent.personalities"),
            phrases=self._list("agent.example_phrases"),
            servers=list(self._servers()),
            knowledge=self._list("agent.knowledge"),
        )

    def _servers(self) -> Iterator[ShownServer]:
        shared = {row.key: row.server for row in self.role.mcp_servers.all()}
        for key, parts in self._parts("agent.mcp_servers"):
            server = shared.get(key)
            home_page = server.home_page if server else ""
            yield ShownServer(
                **parts,
                address=web_address(parts["item"].url) or web_address(home_page),
                approved=server is not None and server.approved,
            )

    def _extra(self) -> list[tuple[str, str, str]]:
        return [
            (self.anchors[key], key.partition(":")[2], plain(self.statements[key]))
            for key in self.keys["extra"]
        ]

    # The page around them

    def _known_sections(self) -> Iterator[PageSection]:
        for name, title, kind, content in (
            ("mission", _("Mission"), "mission", self._scalar("mission")),
            ("description", _("About the role"), "text", self._scalar("description")),
            ("properties", _("Facts"), "properties", self._properties()),
            ("responsibilities", _("Responsibilities"), "responsibilities", self._responsibilities()),
            ("capabilities", _("Capabilities"), "capabilities", self._capabilities()),
            ("artifacts", _("Artifacts"), "artifacts", self._list("artifacts")),
            ("interactions", _("Interactions"), "interactions", self._contacts()),
            ("variations", _("Variations"), "named_texts", self._list("variations")),
            ("daily_tasks", _("An average day"), "daily_tasks", self._list("daily_tasks")),
            ("metrics", _("Measures of success"), "texts", self._list("metrics")),
            ("principles", _("Principles"), "texts", self._list("principles")),
            ("members", _("Composition"), "members", self._members()),
            ("memberships", _("Part of"), "memberships", self.role.memberships.all()),
            ("extra", _("Further facts"), "extra", self._extra()),
            ("agent", _("AI agent profile"), "agent", self._agent()),
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
            SourceLine(line=line, title=self._title(key), anchor=self._anchor_on_page(key))
            for key, line in source.lines.items()
            if key in self.statements
        ]
        return Source(
            path=source.path,
            kind=source.get_dialect_display(),
            missing=source.missing,
            lines=sorted(lines, key=lambda place: place.line),
        )

    def _anchor_on_page(self, key: str) -> str:
        return "" if documents.field_of(key) in IN_HEAD else self.anchors[key]

    def _title(self, key: str) -> str:
        """A few words that name a statement."""
        field, _colon, rest = key.partition(":")
        name_of = documents.LISTS.get(field)
        return Truncator(name_of(self.statements[key]) if name_of else rest or scalar_title(field)).chars(80)


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
