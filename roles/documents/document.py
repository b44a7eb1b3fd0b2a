"""What a role document says, as one plain, typed value.

`RoleDocument` is what files are parsed into, what tables are written from and read back to, what a revision
stores and what the API answers with. Its JSON field names are a contract.

A value is refused on construction (`InvalidDocument`) if no file could carry it: a line break in a name, a
comma in a property's value, a section heading inside prose. So whatever exists can be written to a file and
read back.

For merging, comparing and tracing, a document is also a mapping of *statements* (`statements`,
`from_statements`): each has a key that stays the same while its wording changes, such as `mission` or
`capabilities:sql`.
"""

import dataclasses
import hashlib
import re
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Self

from roles.documents import blocks, grammar
from roles.documents.text import fold_key

Json = Any
"""A JSON value; `RoleDocument.extra` holds only strings, lists and mappings, as a front matter does."""

SLUG = re.compile(r"[a-z0-9-]+")
SCHEME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
PROFILE_ID, ROLE_CODE = "profile-id", "role-code"
COMMON_PARTNER, REPORTS_TO = "Common partner", "Reports to"
FRONT_MATTER_FIELDS = frozenset(
    {"id", "slug", "name", "default_seniority", "identifiers", "family", "aliases", "tags", "properties"}
)
"""Front matter keys that are fields of a document, and so cannot be keys of its `extra`."""

MAX_LINE, MAX_SLUG = 500, 200
"""The most characters that a one-line value and a slug may have: they are indexed."""

_BREAKS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_KEY_LENGTH = 120


@dataclass(frozen=True, slots=True)
class Fault:
    """One reason why a value is refused: where (`responsibilities.0.name`) and, in a sentence, what to
    mend."""

    path: str
    text: str

    def __str__(self) -> str:
        return f"{self.path}: {self.text}" if self.path else self.text


class InvalidDocument(ValueError):
    """A value that no role document can carry, with all its faults."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(map(str, self.faults)))


def clean_line(text: str) -> str:
    """The nearest value a one-line field can hold: white space collapsed to single spaces, control
    characters gone."""
    return " ".join(_CONTROLS.sub("", text.replace("\x85", " ")).split())


def clean_text(text: str) -> str:
    """The nearest value a text field can hold: line ends as \\n, no control characters, no blank edges."""
    text = _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return re.sub(r"(?m)^[ \t]+$", "", text.strip()).strip()


def clean_prose(text: str) -> str:
    """`clean_text` without the rules (`---`) around it: they separate sections and say nothing."""
    lines = clean_text(text).split("\n")
    while lines and (not lines[0].strip() or grammar.RULE.fullmatch(lines[0])):
        lines.pop(0)
    while lines and (not lines[-1].strip() or grammar.RULE.fullmatch(lines[-1])):
        lines.pop()
    return "\n".join(lines).strip()


class _Part:
    """What the parts of a document share: faults are gathered over all fields and raised together."""

    __slots__ = ()

    def __post_init__(self) -> None:
        faults = list(self._faults())
        if faults:
            raise InvalidDocument(faults)

    def _faults(self) -> Iterator[Fault]:
        raise NotImplementedError


def _line(path: str, value: str | None) -> Iterator[Fault]:
    if value is None:
        return
    if not value.strip():
        yield Fault(path, "must not be empty")
    elif _BREAKS.search(value):
        yield Fault(path, "must be one line without control characters")
    elif value != clean_line(value):
        yield Fault(path, "must have single spaces between words and none around them")
    elif len(value) > MAX_LINE:
        yield Fault(path, f"must have at most {MAX_LINE} characters")


def _code(path: str, value: str | None) -> Iterator[Fault]:
    yield from _line(path, value)
    if value and ("`" in value or "**" in value):
        yield Fault(path, "must not contain backticks or bold marks: write the bare name")


def _name(path: str, value: str | None) -> Iterator[Fault]:
    faults = list(_line(path, value))
    yield from faults
    if value and not faults and not grammar.is_name(value):
        yield Fault(
            path, "must not contain bold marks (**), start with * or __, or end with a colon or backslash"
        )


def _heading(path: str, value: str | None) -> Iterator[Fault]:
    yield from _line(path, value)
    if value and grammar.CLOSING_HASHES.search(value):
        yield Fault(path, "must not end with a lone #")


def _link(path: str, value: str | None) -> Iterator[Fault]:
    yield from _line(path, value)
    if value and re.search(r"[()\s<>]", value):
        yield Fault(path, "must not contain spaces, brackets or < >: write them as %20, %28, %29")


def _text(path: str, value: str | None) -> Iterator[Fault]:
    if value is None:
        return
    if not value:
        yield Fault(path, "must not be empty")
    elif value != clean_text(value):
        yield Fault(path, "must have \\n line ends, no control characters, and no blank start or end")


def _item_text(path: str, value: str | None) -> Iterator[Fault]:
    """A text that stands in a list item: with the bullet, its first line must not be a rule."""
    yield from _text(path, value)
    yield from _start_of_item(path, value)


def _start_of_item(path: str, value: str | None) -> Iterator[Fault]:
    if value and grammar.reads_as_rule(value):
        yield Fault(path, "must not start with a line of dashes or asterisks")


def _prose(path: str, value: str | None, *, above: int) -> Iterator[Fault]:
    """Text between section headings. `above`: the level of the heading it stands under, 2 or 3."""
    yield from _text(path, value)
    if not value:
        return
    if value != clean_prose(value):
        yield Fault(path, "must not start or end with a rule (---)")
    lowest = blocks.highest_heading(value)
    if lowest is not None and lowest <= above:
        yield Fault(path, f"contains a heading of level {lowest}: use {'#' * (above + 1)} or deeper")
    if not blocks.is_closed(value):
        yield Fault(path, "leaves a code fence or an HTML block open")


def _head(name: str | None, text: str | None) -> Iterator[Fault]:
    """A name, a text, or both; a text alone must read as a text."""
    if name is None and text is None:
        yield Fault("name", "name or text is needed")
    if name is None and text is not None and grammar.split_head(text) != (None, text):
        yield Fault("name", "is needed: the text alone would be read as a name, so move it there")


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier(_Part):
    """What a role is known by elsewhere: `profile-id` `de-01`, `role-code` `DATA4002`."""

    scheme: str
    value: str

    def _faults(self) -> Iterator[Fault]:
        if not SCHEME.fullmatch(self.scheme):
            yield Fault("scheme", "must be lower-case words joined by hyphens")
        yield from _code("value", self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Property(_Part):
    """A named fact with any number of values: Preferred Tech: Airflow, dbt."""

    name: str
    values: tuple[str, ...] = ()

    def _faults(self) -> Iterator[Fault]:
        yield from _name("name", self.name)
        for number, value in enumerate(self.values):
            yield from _line(f"values.{number}", value)
            if "," in value:
                yield Fault(f"values.{number}", "must not contain a comma: it separates values")


@dataclass(frozen=True, slots=True, kw_only=True)
class Responsibility(_Part):
    """What the role answers for, how its success is measured, and the heading it is grouped under."""

    name: str | None = None
    text: str | None = None
    success_metric: str | None = None
    primary: bool = False
    group: str | None = None

    def _faults(self) -> Iterator[Fault]:
        yield from _name("name", self.name)
        yield from _item_text("text", self.text)
        yield from _text("success_metric", self.success_metric)
        yield from _heading("group", self.group)
        yield from _head(self.name, self.text)
        if self.text and grammar.METRIC.search(self.text):
            yield Fault("text", "contains a line 'Success metric:': put it into the success metric")
        if self.text and (
            grammar.PRIMARY.match(self.text) or (not self.name and grammar.PRIMARY.search(self.text))
        ):
            yield Fault("text", "must not contain '(primary)' where it would mark the responsibility")
        if self.primary and self.name is None:
            yield Fault("name", "is needed for a primary responsibility")


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability(_Part):
    """What a holder of the role can do, at which level (as written), and what that covers."""

    name: str
    level: str | None = None
    detail: str | None = None

    def _faults(self) -> Iterator[Fault]:
        yield from _name("name", self.name)
        yield from _line("level", self.level)
        yield from _text("detail", self.detail)
        if self.level and not grammar.is_level(self.level):
            yield Fault(
                "level", f"must be a few words (at most {grammar.LEVEL_LENGTH} characters) without brackets"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact(_Part):
    """A thing the role owns, and its type: Curated datasets (dataset)."""

    name: str
    type: str | None = None

    def _faults(self) -> Iterator[Fault]:
        yield from _name("name", self.name)
        yield from _line("type", self.type)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction(_Part):
    """What the role does with a partner, how often. The partner is a name; `link` is the target written with
    it."""

    kind: str
    partner: str
    frequency: str | None = None
    notes: str | None = None
    link: str | None = None

    def _faults(self) -> Iterator[Fault]:
        yield from _name("kind", self.kind)
        yield from _name("partner", self.partner)
        yield from _line("frequency", self.frequency)
        yield from _text("notes", self.notes)
        yield from _link("link", self.link)
        if grammar.ARROW.search(self.kind):
            yield Fault("kind", "must not contain an arrow")
        if grammar.LINK.fullmatch(self.partner):
            yield Fault("partner", "must not be a Markdown link: put its target into the link")
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
class Variation(_Part):
    """A named kind of the role, or a named personality of its agent."""

    name: str | None = None
    text: str | None = None

    def _faults(self) -> Iterator[Fault]:
        yield from _name("name", self.name)
        yield from _item_text("text", self.text)
        yield from _head(self.name, self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyTask(_Part):
    """One entry of an average day: 09:00 AM, Standup, what happens there."""

    time: str | None = None
    name: str | None = None
    text: str | None = None

    def _faults(self) -> Iterator[Fault]:
        yield from _line("time", self.time)
        yield from _name("name", self.name)
        yield from _item_text("text", self.text)
        yield from _head(self.name, self.text)
        if self.time and not grammar.is_time(self.time):
            yield Fault("time", "must be a time of day such as 10:00, 09:00 AM or 10:00-11:00")
        for path, value in (("name", self.name), ("text", None if self.name else self.text)):
            if value and grammar.split_time(value)[0]:
                yield Fault(path, "starts with a time: put it into the time")


@dataclass(frozen=True, slots=True, kw_only=True)
class Member(_Part):
    """A role that a squad is composed of, by its code, and how many people hold it there."""

    role_code: str
    count: int | None = None

    def _faults(self) -> Iterator[Fault]:
        yield from _code("role_code", self.role_code)
        yield from _start_of_item("role_code", self.role_code)
        if grammar.HEAD_COUNT.search(self.role_code):
            yield Fault("role_code", "must not end with a number in brackets: put it into the count")
        if self.count is not None and not 0 < self.count < 1_000_000:
            yield Fault("count", "must be a number of people, at least 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase(_Part):
    """Something the agent would say. The quotation marks around it are presentation, not text."""

    label: str | None = None
    text: str

    def _faults(self) -> Iterator[Fault]:
        yield from _name("label", self.label)
        yield from _item_text("text", self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class McpServer(_Part):
    """A tool server that the agent should be given, and what for."""

    name: str
    url: str | None = None
    purpose: str | None = None

    def _faults(self) -> Iterator[Fault]:
        yield from _code("name", self.name)
        yield from _name("name", self.name)
        yield from _link("url", self.url)
        yield from _item_text("purpose", self.purpose)
        if grammar.LINK.fullmatch(self.name):
            yield Fault("name", "must not be a Markdown link: put its target into the url")


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent(_Part):
    """The AI agent that stands in for the role: its name, prompt, manner and tools."""

    name: str | None = None
    system_prompt: str | None = None
    personalities: tuple[Variation, ...] = ()
    example_phrases: tuple[Phrase, ...] = ()
    mcp_servers: tuple[McpServer, ...] = ()
    knowledge: tuple[str, ...] = ()

    def _faults(self) -> Iterator[Fault]:
        yield from _code("name", self.name)
        yield from _text("system_prompt", self.system_prompt)
        for number, value in enumerate(self.knowledge):
            yield from _item_text(f"knowledge.{number}", value)
            if value != grammar.strip_code(value):
                yield Fault(f"knowledge.{number}", "must not stand in backticks")


@dataclass(frozen=True, slots=True, kw_only=True)
class Section(_Part):
    """Text that fits no rule, kept where it stood.

    `heading` is None for text without a heading of its own. `level` is its depth in the document, where the
    title is 1: 2 beside the known sections, 3 inside one. `position` is the id of the known section
    (`sections.py`) that it stands in or after; empty before all of them.
    """

    heading: str | None = None
    level: int = 2
    text: str = ""
    position: str = ""

    def _faults(self) -> Iterator[Fault]:
        yield from _heading("heading", self.heading)
        if self.level not in (2, 3):
            yield Fault("level", "must be 2 or 3")
        elif self.text:
            yield from _prose("text", self.text, above=self.level)
        if self.heading is None and not self.text:
            yield Fault("text", "heading or text is needed")
        if self.heading is None and blocks.highest_heading(self.text) is not None:
            yield Fault("text", "must not contain headings: make each a section of its own")


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleDocument(_Part):
    """Everything the catalogue says of one role. What is not said is None or empty; texts are Markdown."""

    slug: str
    name: str
    identifiers: tuple[Identifier, ...] = ()
    aliases: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    extra: Mapping[str, Json] = field(default_factory=dict)
    family: str | None = None
    seniority: str | None = None
    mission: str | None = None
    summary: str | None = None
    description: str | None = None
    properties: tuple[Property, ...] = ()
    responsibilities: tuple[Responsibility, ...] = ()
    capabilities: tuple[Capability, ...] = ()
    artifacts: tuple[Artifact, ...] = ()
    interactions: tuple[Interaction, ...] = ()
    variations: tuple[Variation, ...] = ()
    daily_tasks: tuple[DailyTask, ...] = ()
    metrics: tuple[str, ...] = ()
    principles: tuple[str, ...] = ()
    members: tuple[Member, ...] = ()
    agent: Agent | None = None
    sections: tuple[Section, ...] = ()

    def __post_init__(self) -> None:
        """Put into one order what files carry only in that order.

        Responsibilities under a heading come after those without, common partners after other interactions,
        extra sections where they stand in a file.
        """
        from roles.documents import sections

        put = object.__setattr__
        put(self, "identifiers", tuple(sorted(self.identifiers, key=_identifier_order)))
        put(
            self,
            "responsibilities",
            tuple(sorted(self.responsibilities, key=lambda item: item.group is not None)),
        )
        put(self, "interactions", tuple(sorted(self.interactions, key=is_common_partner)))
        put(self, "sections", sections.in_file_order(self.sections))
        if self.agent == Agent():
            put(self, "agent", None)
        _Part.__post_init__(self)

    def _faults(self) -> Iterator[Fault]:
        from roles.documents import sections

        if not SLUG.fullmatch(self.slug):
            yield Fault("slug", "must consist of lower-case letters a-z, digits and hyphens")
        if len(self.slug) > MAX_SLUG:
            yield Fault("slug", f"must have at most {MAX_SLUG} characters")
        yield from _heading("name", self.name)
        if sections.is_known_heading(self.name):
            yield Fault("name", "is the heading of a known section")
        for path in ("family", "seniority"):
            yield from _line(path, getattr(self, path))
        for path in ("mission", "summary", "description"):
            yield from _prose(path, getattr(self, path), above=2)
        for path in ("aliases", "tags"):
            for number, value in enumerate(getattr(self, path)):
                yield from _line(f"{path}.{number}", value)
        for path in ("metrics", "principles"):
            for number, value in enumerate(getattr(self, path)):
                yield from _item_text(f"{path}.{number}", value)
        yield from _extra_faults(self.extra, family=self.family)
        for number, section in enumerate(self.sections):
            for fault in sections.section_faults(section):
                yield Fault(f"sections.{number}.{fault.path}", fault.text)
        for number, item in enumerate(self.responsibilities):
            if item.group is not None and sections.is_known_heading(item.group, inside="responsibilities"):
                yield Fault(f"responsibilities.{number}.group", "is the heading of a section inside this one")
        if len(set(self.identifiers)) < len(self.identifiers):
            yield Fault("identifiers", "contains an identifier twice")
        loose = [section.position for section in self.sections if section.heading is None]
        if len(set(loose)) < len(loose):
            yield Fault("sections", "has two texts without heading in one place: join them")

    @classmethod
    def from_json(cls, data: Json) -> Self:
        """Build a document from its JSON.

        Raises:
            InvalidDocument: with every fault found, unknown and missing fields included.
        """
        faults: list[Fault] = []
        value = _build(cls, data, "", faults)
        if faults or not isinstance(value, cls):
            raise InvalidDocument(faults)
        return value

    def to_json(self) -> dict[str, Json]:
        """The document as JSON values, every field present."""
        result = to_json(self)
        assert isinstance(result, dict)
        return result


def _identifier_order(identifier: Identifier) -> tuple[int, str, str]:
    first = {PROFILE_ID: 0, ROLE_CODE: 1}
    return first.get(identifier.scheme, 2), identifier.scheme, identifier.value


def _extra_faults(extra: Mapping[str, Json], *, family: str | None) -> Iterator[Fault]:
    for key, value in extra.items():
        if key in FRONT_MATTER_FIELDS or (key == "department" and family is None):
            yield Fault(f"extra.{key}", "is a field of the document, not an extra")
        yield from _line("extra", key)
        yield from _plain(f"extra.{key}", value, depth=0)


def _plain(path: str, value: Json, *, depth: int) -> Iterator[Fault]:
    if isinstance(value, str):
        if _CONTROLS.search(value):
            yield Fault(path, "must not contain control characters")
    elif depth > blocks.MAX_DEPTH:
        yield Fault(path, f"is nested more than {blocks.MAX_DEPTH} levels deep")
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _plain(f"{path}.{number}", item, depth=depth + 1)
    elif isinstance(value, dict) and all(isinstance(key, str) for key in value):
        for key, item in value.items():
            yield from _plain(f"{path}.{key}", key, depth=depth + 1)
            yield from _plain(f"{path}.{key}", item, depth=depth + 1)
    else:
        yield Fault(path, "must be text, a list or a mapping: write numbers and dates as text")


# JSON -------------------------------------------------------------------------------------------------------


def to_json(value: Any) -> Json:
    """A part of a document, or a whole one, as JSON values."""
    if dataclasses.is_dataclass(value):
        return {item.name: to_json(getattr(value, item.name)) for item in dataclasses.fields(value)}
    if isinstance(value, tuple | list):
        return [to_json(item) for item in value]
    if isinstance(value, Mapping):
        return {key: to_json(item) for key, item in value.items()}
    return value


@cache
def _hints(cls: type) -> dict[str, Any]:
    return typing.get_type_hints(cls)


def _build(hint: Any, data: Json, path: str, faults: list[Fault]) -> Any:
    """Build a value of the hinted type from JSON; on a fault, note it and return None."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return None if data is None else _build(arguments[0], data, path, faults)
    if origin is tuple:
        if not isinstance(data, list):
            faults.append(Fault(path, "must be a list"))
            return ()
        return tuple(_build(arguments[0], item, _join(path, str(n)), faults) for n, item in enumerate(data))
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return _build_part(hint, data, path, faults)
    expected = dict if origin is not None else hint
    if not isinstance(data, expected) or (expected is int and isinstance(data, bool)):
        names = {str: "text", int: "a whole number", bool: "true or false", dict: "an object"}
        faults.append(Fault(path, f"must be {names[expected]}"))
        return None
    return data


def _build_part(cls: type, data: Json, path: str, faults: list[Fault]) -> Any:
    if not isinstance(data, dict):
        faults.append(Fault(path, "must be an object"))
        return None
    before, hints, values = len(faults), _hints(cls), {}
    fields = {item.name: item for item in dataclasses.fields(cls)}
    for key in data.keys() - fields.keys():
        faults.append(Fault(_join(path, str(key)), "is not a field"))
    for key, item in fields.items():
        if key in data:
            values[key] = _build(hints[key], data[key], _join(path, key), faults)
        elif item.default is dataclasses.MISSING and item.default_factory is dataclasses.MISSING:
            faults.append(Fault(_join(path, key), "is missing"))
    if len(faults) > before:
        return None
    try:
        return cls(**values)
    except InvalidDocument as error:
        faults.extend(Fault(_join(path, fault.path), fault.text) for fault in error.faults)
        return None


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


# Statements -------------------------------------------------------------------------------------------------

SCALARS = ("slug", "name", "family", "seniority", "mission", "summary", "description")
"""Fields of a document that are one statement each, with their name as key."""

AGENT_SCALARS = ("agent.name", "agent.system_prompt")

LISTS: dict[str, Callable[[Any], str]] = {
    "identifiers": lambda item: f"{item.scheme}:{item.value}",
    "aliases": str,
    "tags": str,
    "properties": lambda item: item.name,
    "responsibilities": lambda item: item.name or item.text,
    "capabilities": lambda item: item.name,
    "artifacts": lambda item: item.name,
    "interactions": lambda item: f"{item.kind}:{item.partner}",
    "variations": lambda item: item.name or item.text,
    "daily_tasks": lambda item: item.name or item.text,
    "metrics": str,
    "principles": str,
    "members": lambda item: item.role_code,
    "agent.personalities": lambda item: item.name or item.text,
    "agent.example_phrases": lambda item: item.label or item.text,
    "agent.mcp_servers": lambda item: item.name,
    "agent.knowledge": str,
    "sections": lambda item: item.heading or f"in {item.position}",
}
"""Fields of a document that are lists of statements, each with what names one of its items."""

Key = str
"""A statement's key: `mission`, `capabilities:sql`, `metrics:sla attainment#2` (the second that is named
alike)."""

Statement = str | _Part | Json


class Keys:
    """Gives the items of one document their keys, in document order."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def of(self, list_field: str, item: Any) -> Key:
        """The key of the next item of a list field. Equal names are told apart by an ordinal."""
        folded = fold_key(LISTS[list_field](item))
        if len(folded) > _KEY_LENGTH:
            # Keys are indexed, and PostgreSQL indexes no more than 2.7 KB of a value.
            folded = f"{folded[:_KEY_LENGTH].rstrip()}~{hashlib.sha256(folded.encode()).hexdigest()[:12]}"
        key = f"{list_field}:{folded}"
        count = self._seen[key] = self._seen.get(key, 0) + 1
        return key if count == 1 else f"{key}#{count}"


def field_of(key: Key) -> str:
    """The field that a statement belongs to: `capabilities` for `capabilities:sql`."""
    return key.split(":", 1)[0]


def statements(document: RoleDocument) -> dict[Key, Statement]:
    """Every statement of a document by its key, in document order, scalars that are not said left out."""
    result: dict[Key, Statement] = {}
    for name in (*SCALARS, *AGENT_SCALARS):
        value = _get(document, name)
        if value is not None:
            result[name] = value
    result |= {f"extra:{key}": value for key, value in document.extra.items()}
    keys = Keys()
    for name in LISTS:
        for item in _get(document, name) or ():
            result[keys.of(name, item)] = item
    return result


def from_statements(statements: Mapping[Key, Statement]) -> RoleDocument:
    """The document that consists of these statements, lists in the mapping's order.

    Raises:
        InvalidDocument: if together they make no document.
    """
    values: dict[str, Any] = {}
    agent: dict[str, Any] = {}
    for key, value in statements.items():
        name, _, rest = key.partition(":")
        target, attribute = (
            (agent, name.removeprefix("agent.")) if name.startswith("agent.") else (values, name)
        )
        if name == "extra":
            values.setdefault("extra", {})[rest] = value
        elif name in LISTS:
            target.setdefault(attribute, []).append(value)
        else:
            target[attribute] = value
    return RoleDocument(**_with_tuples(values), agent=Agent(**_with_tuples(agent)) if agent else None)


def _with_tuples(values: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}


def statement_from_json(key: Key, data: Json) -> Statement:
    """A stored statement as a value again.

    Raises:
        InvalidDocument: if the data is no such statement.
    """
    name = field_of(key)
    if name == "extra" or name in SCALARS or name in AGENT_SCALARS:
        return data
    owner, _, attribute = name.rpartition(".")
    hint = _hints(Agent if owner else RoleDocument)[attribute]
    faults: list[Fault] = []
    value = _build(typing.get_args(hint)[0], data, "", faults)
    if faults:
        raise InvalidDocument(faults)
    return value


def _get(document: RoleDocument, name: str) -> Any:
    owner, _, attribute = name.rpartition(".")
    if not owner:
        return getattr(document, attribute)
    return getattr(document.agent, attribute) if document.agent else None
