"""The parts of a role document: identifiers, responsibilities, capabilities, …, the agent, extra sections.

Each is a plain value that is refused on construction (`InvalidDocument`) if no file could carry it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from roles.documents import blocks, checks, grammar
from roles.documents.checks import Fault, InvalidDocument

PROFILE_ID, ROLE_CODE = "profile-id", "role-code"
COMMON_PARTNER, REPORTS_TO = "Common partner", "Reports to"

_SCHEME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class Part:
    """What parts share: faults are gathered over all fields and raised together."""

    __slots__ = ()

    def __post_init__(self) -> None:
        faults = list(self._faults())
        if faults:
            raise InvalidDocument(faults)

    def _faults(self) -> Iterator[Fault]:
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier(Part):
    """What a role is known by elsewhere: `profile-id` `de-01`, `role-code` `DATA4002`."""

    scheme: str
    value: str

    def _faults(self) -> Iterator[Fault]:
        if not _SCHEME.fullmatch(self.scheme):
            yield Fault("scheme", "must be lower-case words joined by hyphens")
        yield from checks.code("value", self.value)
        if grammar.is_placeholder(self.value):
            yield Fault("value", "identifies nothing: write the role's own code, or leave it out")


@dataclass(frozen=True, slots=True, kw_only=True)
class Property(Part):
    """A named fact with any number of values: Preferred Tech: Airflow, dbt."""

    name: str
    values: tuple[str, ...] = ()

    def _faults(self) -> Iterator[Fault]:
        yield from checks.name("name", self.name)
        for number, value in enumerate(self.values):
            yield from checks.line(f"values.{number}", value)
            if grammar.split_values(value) != [value]:
                yield Fault(f"values.{number}", "must not contain a comma or start with a bullet")
        values = [value for value in self.values if grammar.split_values(value) == [value]]
        if len(grammar.split_values(", ".join(values))) < len(values):
            yield Fault("values", "must close each bracket in the value that opens it")


@dataclass(frozen=True, slots=True, kw_only=True)
class Responsibility(Part):
    """What the role answers for, how its success is measured, and the heading it is grouped under."""

    name: str | None = None
    text: str | None = None
    success_metric: str | None = None
    primary: bool = False
    group: str | None = None

    def _faults(self) -> Iterator[Fault]:
        yield from checks.name("name", self.name)
        yield from checks.item_text("text", self.text)
        yield from checks.text("success_metric", self.success_metric)
        yield from checks.heading("group", self.group)
        yield from checks.head(self.name, self.text)
        if self.text and grammar.METRIC.search(self.text):
            yield Fault("text", "contains a line 'Success metric:': put it into the success metric")
        if self.text and (
            grammar.PRIMARY.match(self.text) or (not self.name and grammar.PRIMARY.search(self.text))
        ):
            yield Fault("text", "must not contain '(primary)' where it would mark the responsibility")
        if self.name and grammar.PRIMARY_NAME.search(self.name):
            yield Fault("name", "must not end with '(primary)': mark the responsibility as primary")
        if self.primary and self.name is None:
            yield Fault("name", "is needed for a primary responsibility")


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability(Part):
    """What a holder of the role can do, at which level (as written), and what that covers."""

    name: str
    level: str | None = None
    detail: str | None = None

    def _faults(self) -> Iterator[Fault]:
        yield from checks.name("name", self.name)
        yield from checks.line("level", self.level)
        yield from checks.text("detail", self.detail)
        if self.level and not grammar.is_level(self.level):
            yield Fault("level", "must be one to four words without brackets, commas, colons and dashes")
        if self.detail and not self.level and grammar.split_level(f"({self.detail})") != (None, self.detail):
            yield Fault("detail", "starts with a level: put it into the level")


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact(Part):
    """A thing the role owns, and its type: Curated datasets (dataset)."""

    name: str
    type: str | None = None

    def _faults(self) -> Iterator[Fault]:
        yield from checks.name("name", self.name)
        yield from checks.line("type", self.type)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction(Part):
    """What the role does with a partner, and how often.

    The partner is a name; `link` is the target written with it.
    """

    kind: str
    partner: str
    frequency: str | None = None
    notes: str | None = None
    link: str | None = None

    def _faults(self) -> Iterator[Fault]:
        yield from checks.name("kind", self.kind)
        yield from checks.name("partner", self.partner)
        yield from checks.line("frequency", self.frequency)
        yield from checks.text("notes", self.notes)
        yield from checks.link("link", self.link)
        if grammar.ARROW.search(self.kind):
            yield Fault("kind", "must not contain an arrow")
        if grammar.LINK.fullmatch(self.partner):
            yield Fault("partner", "must not be a Markdown link: put its target into the link")
        if is_common_partner(self) and not self.notes and grammar.is_placeholder(self.partner):
            yield Fault("partner", "names nobody")
        if self.partner != grammar.strip_marks(self.partner):
            yield Fault("partner", "must not stand in emphasis or backticks: write the bare name")
        if grammar.AFTER_FREQUENCY.search(self.partner):
            yield Fault("partner", "must not go on with a dash or colon after brackets")
        if self.frequency and re.search(r"[()]", self.frequency):
            yield Fault("frequency", "must not contain brackets")
        for path in ("partner", "frequency", "notes"):
            if grammar.NOTES.search(getattr(self, path) or ""):
                yield Fault(path, "must not contain a label 'Notes:'")


def is_common_partner(interaction: Interaction) -> bool:
    """Whether an interaction says no more than that the two work together."""
    return interaction.kind == COMMON_PARTNER and interaction.frequency is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Variation(Part):
    """A named kind of the role, or a named personality of its agent."""

    name: str | None = None
    text: str | None = None

    def _faults(self) -> Iterator[Fault]:
        yield from checks.name("name", self.name)
        yield from checks.item_text("text", self.text)
        yield from checks.head(self.name, self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyTask(Part):
    """One entry of an average day: 09:00 AM, Standup, what happens there."""

    time: str | None = None
    name: str | None = None
    text: str | None = None

    def _faults(self) -> Iterator[Fault]:
        yield from checks.line("time", self.time)
        yield from checks.name("name", self.name)
        yield from checks.item_text("text", self.text)
        yield from checks.head(self.name, self.text)
        if self.time and not grammar.is_time(self.time):
            yield Fault("time", "must be a time of day such as 10:00, 09:00 AM or 10:00-11:00")
        for path, value in (("name", self.name), ("text", None if self.name else self.text)):
            if value and grammar.split_time(value)[0]:
                yield Fault(path, "starts with a time: put it into the time")


@dataclass(frozen=True, slots=True, kw_only=True)
class Member(Part):
    """A role that a squad is composed of, by its code, and how many people hold it there."""

    role_code: str
    count: int | None = None

    def _faults(self) -> Iterator[Fault]:
        yield from checks.code("role_code", self.role_code)
        yield from checks.item_start("role_code", self.role_code)
        if grammar.split_member(self.role_code) != (self.role_code, None):
            yield Fault("role_code", "must be the bare code of a role: put the head count into the count")
        if self.count is not None and not 0 < self.count < 1_000_000:
            yield Fault("count", "must be a number of people, at least 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase(Part):
    """Something the agent would say. The quotation marks around it are presentation, not text."""

    label: str | None = None
    text: str

    def _faults(self) -> Iterator[Fault]:
        yield from checks.name("label", self.label)
        yield from checks.item_text("text", self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class McpServer(Part):
    """A tool server that the agent should be given, and what for."""

    name: str
    url: str | None = None
    purpose: str | None = None

    def _faults(self) -> Iterator[Fault]:
        yield from checks.code("name", self.name)
        yield from checks.name("name", self.name)
        yield from checks.link("url", self.url)
        yield from checks.item_text("purpose", self.purpose)
        if grammar.LINK.fullmatch(self.name):
            yield Fault("name", "must not be a Markdown link: put its target into the url")


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent(Part):
    """The AI agent that stands in for the role: its name, prompt, manner and tools."""

    name: str | None = None
    system_prompt: str | None = None
    personalities: tuple[Variation, ...] = ()
    example_phrases: tuple[Phrase, ...] = ()
    mcp_servers: tuple[McpServer, ...] = ()
    knowledge: tuple[str, ...] = ()

    def _faults(self) -> Iterator[Fault]:
        yield from checks.code("name", self.name)
        yield from checks.text("system_prompt", self.system_prompt)
        for number, value in enumerate(self.knowledge):
            yield from checks.item_text(f"knowledge.{number}", value)
            if value != grammar.strip_code(value):
                yield Fault(f"knowledge.{number}", "must not stand in backticks")


@dataclass(frozen=True, slots=True, kw_only=True)
class Section(Part):
    """Text that fits no rule, kept where it stood.

    `heading` is None for text without a heading of its own. `level` is its depth in the document, where the
    title is 1: 2 beside the known sections, 3 inside one. `position` is the id of the known section
    (`sections.py`) that it stands in or after; empty before all of them.
    """

    heading: str | None = None
    level: int = 2
    text: str = ""
    position: str = ""

    @property
    def is_beside(self) -> bool:
        """Whether it stands beside the known sections, not inside one."""
        return self.heading is not None and self.level == 2

    def _faults(self) -> Iterator[Fault]:
        yield from checks.heading("heading", self.heading)
        if self.level not in (2, 3):
            yield Fault("level", "must be 2 or 3")
        elif self.text:
            yield from checks.prose("text", self.text, above=self.level)
        if self.heading is None and not self.text:
            yield Fault("text", "heading or text is needed")
        if self.heading is None and blocks.highest_heading(self.text) is not None:
            yield Fault("text", "must not contain headings: make each a section of its own")
