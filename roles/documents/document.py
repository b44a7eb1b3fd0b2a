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

from roles.documents import blocks, checks, grammar, sections
from roles.documents.checks import Fault, InvalidDocument, clean_line, clean_prose, clean_text
from roles.documents.parts import (
    COMMON_PARTNER,
    PROFILE_ID,
    REPORTS_TO,
    ROLE_CODE,
    Agent,
    Artifact,
    Capability,
    DailyTask,
    Identifier,
    Interaction,
    McpServer,
    Member,
    Part,
    Phrase,
    Property,
    Responsibility,
    Section,
    Variation,
    is_common_partner,
)
from roles.documents.text import fold_key

__all__ = [
    "AGENT_SCALARS",
    "COMMON_PARTNER",
    "FRONT_MATTER_FIELDS",
    "LISTS",
    "MAX_SLUG",
    "PROFILE_ID",
    "REPORTS_TO",
    "ROLE_CODE",
    "SCALARS",
    "SLUG",
    "Agent",
    "Artifact",
    "Capability",
    "DailyTask",
    "Fault",
    "Identifier",
    "Interaction",
    "InvalidDocument",
    "Json",
    "Key",
    "Keys",
    "McpServer",
    "Member",
    "Phrase",
    "Property",
    "Responsibility",
    "RoleDocument",
    "Section",
    "Statement",
    "Variation",
    "clean_line",
    "clean_prose",
    "clean_text",
    "field_of",
    "from_fields",
    "from_statements",
    "is_common_partner",
    "statement_of",
    "statements",
    "to_json",
    "value_of",
]

Json = Any
"""A JSON value; `RoleDocument.extra` holds only strings, lists and mappings, as a front matter does."""

SLUG = re.compile(r"[a-z0-9-]+")
MAX_SLUG = 200
"""The most characters that a slug may have: it is indexed."""

FRONT_MATTER_FIELDS = frozenset(
    {"id", "slug", "name", "default_seniority", "identifiers", "family", "aliases", "tags", "properties"}
)
"""Front matter keys that are fields of a document, and so cannot be keys of its `extra`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleDocument(Part):
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
        """Check all fields, then put into one order what files carry only in that order.

        Responsibilities under a heading come after those without, common partners after other interactions,
        extra sections where they stand in a file.
        """
        Part.__post_init__(self)
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

    def _faults(self) -> Iterator[Fault]:
        yield from self._own_faults()
        yield from _extra_faults(self.extra, family=self.family)
        for path in ("aliases", "tags"):
            for number, value in enumerate(getattr(self, path)):
                yield from checks.line(f"{path}.{number}", value)
        for path in ("metrics", "principles"):
            for number, value in enumerate(getattr(self, path)):
                yield from checks.item_text(f"{path}.{number}", value)
        if len(set(self.identifiers)) < len(self.identifiers):
            yield Fault("identifiers", "contains an identifier twice")
        for number, item in enumerate(self.responsibilities):
            if item.group is not None and sections.is_known_heading(item.group, inside="responsibilities"):
                yield Fault(f"responsibilities.{number}.group", "is the heading of a section inside this one")
        for number, section in enumerate(self.sections):
            for fault in sections.section_faults(section):
                yield Fault(f"sections.{number}.{fault.path}", fault.text)
        loose = [section.position for section in self.sections if section.heading is None]
        if len(set(loose)) < len(loose):
            yield Fault("sections", "has two texts without heading in one place: join them")

    def _own_faults(self) -> Iterator[Fault]:
        """The faults of the fields that are no lists."""
        if not SLUG.fullmatch(self.slug):
            yield Fault("slug", "must consist of lower-case letters a-z, digits and hyphens")
        if len(self.slug) > MAX_SLUG:
            yield Fault("slug", f"must have at most {MAX_SLUG} characters")
        yield from checks.heading("name", self.name)
        if grammar.strip_marks(self.name) != self.name:
            yield Fault("name", "must not stand in emphasis or backticks as a whole")
        if sections.is_known_heading(self.name):
            yield Fault("name", "is the heading of a known section")
        for path in ("family", "seniority"):
            yield from checks.line(path, getattr(self, path))
        for path in ("mission", "summary", "description"):
            yield from checks.prose(path, getattr(self, path), above=2)

    @classmethod
    def from_json(cls, data: Json) -> Self:
        """Build a document from its JSON; fields that are left out are empty.

        Raises:
            InvalidDocument: with every fault found, unknown and missing fields included.
        """
        faults: list[Fault] = []
        value = _build(cls, data, "", faults)
        if faults or not isinstance(value, cls):
            raise InvalidDocument(faults)
        return value

    @classmethod
    def stored(cls, data: Json) -> Self:
        """A document as `to_json` gave it, by this version or by one with other rules: none is refused.

        What could be said once stays in force and in the history, also where a file that says it would be
        read otherwise by now.
        """
        try:
            return cls.from_json(data)
        except InvalidDocument:
            return typing.cast(Self, _unchecked(cls, data))

    def to_json(self) -> dict[str, Json]:
        """The document as JSON values, every field present."""
        return {name: to_json(getattr(self, name)) for name in _names(self)}


def _identifier_order(identifier: Identifier) -> tuple[int, str, str]:
    first = {PROFILE_ID: 0, ROLE_CODE: 1}
    return first.get(identifier.scheme, 2), identifier.scheme, identifier.value


def _extra_faults(extra: Mapping[str, Json], *, family: str | None) -> Iterator[Fault]:
    for key, value in extra.items():
        if key in FRONT_MATTER_FIELDS or (key == "department" and family is None):
            yield Fault(f"extra.{key}", "is a field of the document, not an extra")
        yield from checks.line("extra", key)
        yield from _plain(f"extra.{key}", value, depth=0)


def _plain(path: str, value: Json, *, depth: int) -> Iterator[Fault]:
    if isinstance(value, str):
        if value != checks.without_controls(value):
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
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, Part):
        return {name: to_json(getattr(value, name)) for name in _names(value)}
    if isinstance(value, tuple | list):
        return [to_json(item) for item in value]
    if isinstance(value, Mapping):
        return {key: to_json(item) for key, item in value.items()}
    return value


def _names(part: Part) -> Iterable[str]:
    # Asked for each part of thousands of documents, `dataclasses.fields` takes its time.
    cls: Any = type(part)
    return _hints(cls)


@cache
def _hints(cls: type) -> dict[str, Any]:
    return typing.get_type_hints(cls)


_TYPE_NAMES = {str: "text", int: "a whole number", bool: "true or false", dict: "an object"}


def _build(hint: Any, data: Json, path: str, faults: list[Fault]) -> Any:
    """Build a value of the hinted type from JSON; on a fault, note it and return None."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return None if data is None else _build(arguments[0], data, path, faults)
    if origin is tuple:
        if not isinstance(data, list):
            faults.append(Fault(path, "must be a list"))
            return ()
        return tuple(_build_items(hint, data, path, faults).values())
    if isinstance(hint, type) and issubclass(hint, Part):
        return _build_part(hint, data, path, faults)
    expected = dict if origin is not None else hint
    if not isinstance(data, expected) or (expected is int and isinstance(data, bool)):
        faults.append(Fault(path, f"must be {_TYPE_NAMES[expected]}"))
        return None
    return data


def _build_part(cls: type, data: Json, path: str, faults: list[Fault]) -> Any:
    if not isinstance(data, dict):
        faults.append(Fault(path, "must be an object"))
        return None
    fields = {item.name: item for item in dataclasses.fields(cls)}
    before, values, places = len(faults), dict[str, Any](), dict[str, list[int]]()
    wrong = set[str]()
    faults += [Fault(_join(path, str(key)), "is not a field") for key in data if key not in fields]
    for key, item in fields.items():
        noted, hint = len(faults), _hints(cls)[key]
        if key not in data:
            if _is_required(item):
                faults.append(Fault(_join(path, key), "is missing"))
        elif typing.get_origin(hint) is tuple and isinstance(data[key], list):
            # What is right in a list is checked with the rest of the document, also beside what is wrong.
            built = _build_items(hint, data[key], _join(path, key), faults)
            values[key], places[key] = tuple(built.values()), list(built)
            continue
        else:
            values[key] = _build(hint, data[key], _join(path, key), faults)
        if len(faults) > noted:
            wrong.add(key)
            values[key] = _stand_in(item)
    try:
        value = cls(**values)
    except InvalidDocument as error:
        found = [fault for fault in error.faults if fault.path.partition(".")[0] not in wrong]
        faults += [Fault(_join(path, _renumbered(fault.path, places)), fault.text) for fault in found]
        return None
    return value if len(faults) == before else None


def _build_items(hint: Any, data: list[Json], path: str, faults: list[Fault]) -> dict[int, Any]:
    """The items of a list that can be built, by their places in it."""
    [item_hint, *_rest] = typing.get_args(hint)
    built: dict[int, Any] = {}
    for number, item in enumerate(data):
        noted = len(faults)
        value = _build(item_hint, item, _join(path, str(number)), faults)
        if len(faults) == noted:
            built[number] = value
    return built


def _renumbered(path: str, places: Mapping[str, list[int]]) -> str:
    """The path in the JSON of a fault in a document of which some items could not be built."""
    name, *rest = path.split(".")
    if name in places and rest and rest[0].isdecimal():
        rest[0] = str(places[name][int(rest[0])])
    return ".".join([name, *rest])


def _unchecked(hint: Any, data: Json) -> Any:
    """`_build` of what a document gave as its JSON, whatever the rules say of it."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return None if data is None else _unchecked(arguments[0], data)
    if origin is tuple and isinstance(data, list):
        return tuple(_unchecked(arguments[0], item) for item in data)
    if not (isinstance(hint, type) and issubclass(hint, Part) and isinstance(data, dict)):
        return data
    cls: Any = hint
    part = object.__new__(cls)
    for item in dataclasses.fields(cls):
        known = item.name in data or _is_required(item)
        value = _unchecked(_hints(cls)[item.name], data[item.name]) if known else _stand_in(item)
        object.__setattr__(part, item.name, value)
    return part


def _is_required(item: "dataclasses.Field[Any]") -> bool:
    return item.default is dataclasses.MISSING and item.default_factory is dataclasses.MISSING


def _stand_in(item: "dataclasses.Field[Any]") -> Any:
    """A value in place of one that could not be built, so that the others are checked all the same."""
    if item.default_factory is not dataclasses.MISSING:
        return item.default_factory()
    return "x" if item.default is dataclasses.MISSING else item.default


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
"""A statement's key: `mission`, `capabilities:sql`, `metrics:uptime#2` (the second that is named alike)."""

Statement = str | Part | Json

_KEY_LENGTH = 120


class Keys:
    """Gives the items of one document their keys, in document order."""

    def __init__(self) -> None:
        self._counts: dict[Key, int] = {}
        self._given: set[Key] = set()

    def of(self, list_field: str, item: Any) -> Key:
        """The key of the next item of a list field. Equal names are told apart by an ordinal."""
        folded = fold_key(LISTS[list_field](item))
        if len(folded) > _KEY_LENGTH:
            # Keys are indexed, and PostgreSQL indexes no more than 2.7 KB of a value.
            folded = f"{folded[:_KEY_LENGTH].rstrip()}~{hashlib.sha256(folded.encode()).hexdigest()[:12]}"
        name = key = f"{list_field}:{folded}"
        count = self._counts.get(name, 0) + 1
        if count > 1:
            key = f"{name}#{count}"
        while key in self._given:
            # An item may be named as another one's key: two "C" and a "C#2".
            count += 1
            key = f"{name}#{count}"
        self._counts[name] = count
        self._given.add(key)
        return key


def field_of(key: Key) -> str:
    """The field that a statement belongs to: `capabilities` for `capabilities:sql`."""
    return key.split(":", 1)[0]


def value_of(document: RoleDocument, name: str) -> Any:
    """The value of a field, `agent.name` and the like included; None if there is no agent."""
    owner, _, attribute = name.rpartition(".")
    if not owner:
        return getattr(document, attribute)
    return getattr(document.agent, attribute) if document.agent else None


def statements(document: RoleDocument) -> dict[Key, Statement]:
    """Every statement of a document by its key, in document order, scalars that are not said left out."""
    result: dict[Key, Statement] = {}
    for name in (*SCALARS, *AGENT_SCALARS):
        value = value_of(document, name)
        if value is not None:
            result[name] = value
    result |= {f"extra:{key}": value for key, value in document.extra.items()}
    keys = Keys()
    for name in LISTS:
        for item in value_of(document, name) or ():
            result[keys.of(name, item)] = item
    return result


def from_statements(statements: Mapping[Key, Statement]) -> RoleDocument:
    """The document that consists of these statements, lists in the mapping's order.

    Raises:
        InvalidDocument: if together they make no document.
    """
    values: dict[str, Any] = {}
    for key, value in statements.items():
        name, _, rest = key.partition(":")
        if name == "extra":
            values.setdefault("extra", {})[rest] = value
        elif name in LISTS:
            values.setdefault(name, []).append(value)
        else:
            values[name] = value
    return from_fields(values)


def statement_of(key: Key, data: Json) -> Statement | None:
    """The statement of this key whose JSON this is, under whatever rules it was written; None for none."""
    field = field_of(key)
    if data is None or field not in LISTS:
        statement: Statement | None = data
        return statement
    owner, _, attribute = field.rpartition(".")
    parts = {attribute: [data]}
    document = RoleDocument.stored({"slug": "x", "name": "x", **({owner: parts} if owner else parts)})
    found: Statement = value_of(document, field)[0]
    return found


def from_one(key: Key, data: Json) -> Statement | None:
    """The statement whose JSON this is, as one of this key; None for none.

    Raises:
        InvalidDocument: with the faults of the statement, if it is none by the rules.
    """
    field = field_of(key)
    if data is None:
        return None
    owner, _, attribute = field.rpartition(".")
    value = [data] if field in LISTS else data
    if field == "extra":
        attribute, value = "extra", {key.partition(":")[2]: data}
    fields: Json = {owner: {attribute: value}} if owner else {attribute: value}
    try:
        document = RoleDocument.from_json({"slug": "x", "name": "x", **fields})
    except InvalidDocument as error:
        place = re.compile(rf"{re.escape(field)}(?:\.0)?\.?")
        raise InvalidDocument(
            Fault(place.sub("", fault.path, count=1), fault.text) for fault in error.faults
        ) from None
    found = value_of(document, field)
    return found[0] if field in LISTS else (data if field == "extra" else found)


def to_fields(statements: Mapping[Key, Statement]) -> dict[str, Json]:
    """The JSON of the document that consists of these statements, which may be none by the rules."""
    fields: dict[str, Any] = {}
    agent: dict[str, Any] = {}
    for key, value in statements.items():
        name, _, rest = key.partition(":")
        owner, _, attribute = name.rpartition(".")
        into = agent if owner else fields
        if name == "extra":
            into.setdefault("extra", {})[rest] = value
        elif name in LISTS:
            into.setdefault(attribute, []).append(to_json(value))
        else:
            into[attribute] = value
    return fields | ({"agent": agent} if agent else {})


def from_fields(values: Mapping[str, Any]) -> RoleDocument:
    """The document whose fields, `agent.name` and the like included, have these values; lists become tuples.

    Raises:
        InvalidDocument: if together they make no document.
    """
    own: dict[str, Any] = {}
    agent: dict[str, Any] = {}
    for name, value in values.items():
        owner, _, attribute = name.rpartition(".")
        (agent if owner else own)[attribute] = tuple(value) if isinstance(value, list) else value
    return RoleDocument(**own, agent=Agent(**agent) if agent else None)
