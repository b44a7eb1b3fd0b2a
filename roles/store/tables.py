"""How the lists of a role document are kept in rows."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as field_with
from typing import Any, Final

from roles.documents.document import (
    Artifact,
    Capability,
    DailyTask,
    Identifier,
    Interaction,
    Key,
    Keys,
    McpServer,
    Member,
    Phrase,
    Property,
    Responsibility,
    RoleDocument,
    Section,
    Variation,
    value_of,
)
from roles.documents.text import fold_key, slugify
from roles.models import (
    AgentKnowledge,
    AgentMcpServer,
    AgentPersonality,
    AgentPhrase,
    ProficiencyLevel,
    RoleAlias,
    RoleArtifact,
    RoleCapability,
    RoleIdentifier,
    RoleMember,
    RoleMetric,
    RolePrinciple,
    RoleProperty,
    RoleResponsibility,
    RoleSection,
    RoleTag,
    RoleVariation,
)
from roles.models import Artifact as ArtifactWord
from roles.models import Capability as CapabilityWord
from roles.models import DailyTask as DailyTaskRow
from roles.models import Interaction as InteractionRow
from roles.models import InteractionKind as InteractionKindWord
from roles.models import McpServer as McpServerWord
from roles.models import Responsibility as ResponsibilityWord
from roles.models.vocabulary import VocabularyItem

Values = dict[str, Any]
"""Column values of a row."""


@dataclass(frozen=True, slots=True)
class Table:
    """How a list field of the document is kept: one row an item, in order, found again by statement key."""

    field: str
    model: type[Any]
    columns: Callable[[Any], Values]
    """An item as column values."""
    item: Callable[[Any], Any]
    """A row as an item."""
    links: Mapping[str, tuple[type[VocabularyItem], str]] = field_with(default_factory=dict)
    """Foreign keys into the vocabulary: column → model and the column that has the name as written."""

    def wanted(self, document: RoleDocument) -> dict[Key, Values]:
        """The rows that say what a document says."""
        return {
            key: {"key": key, "position": position, **self.columns(item)}
            for position, (key, item) in enumerate(keyed(self.field, items(document, self.field)).items())
        }

    def by_key(self, rows: Iterable[Any]) -> dict[Key, Any]:
        """A role's rows by statement key; those that a form has just made have no key yet."""
        return {row.key or f"new {row.pk}": row for row in rows}


class NameTable(Table):
    """A list whose rows hold no key: it follows from what they say."""

    __slots__ = ()

    def wanted(self, document: RoleDocument) -> dict[Key, Values]:
        """The rows that say what a document says."""
        found = keyed(self.field, items(document, self.field))
        ordered = hasattr(self.model, "position")
        return {
            key: self.columns(item) | ({"position": position} if ordered else {})
            for position, (key, item) in enumerate(found.items())
        }

    def by_key(self, rows: Iterable[Any]) -> dict[Key, Any]:
        """A role's rows by statement key."""
        rows = list(rows)
        keys = keyed(self.field, map(self.item, rows))
        return dict(zip(keys, rows, strict=True))


class PropertyTable(Table):
    """Properties: one row a value, and one without a value for a property that has none."""

    __slots__ = ()

    def wanted(self, document: RoleDocument) -> dict[Key, Values]:
        """The rows that say what a document says."""
        return property_rows(document.properties)


def property_rows(properties: Sequence[Property]) -> dict[Key, Values]:
    """The rows that state these properties, by key: "properties:tools/0" for the first of the tools."""
    rows: dict[Key, Values] = {}
    for key, stated in keyed("properties", properties).items():
        for number, value in enumerate(stated.values or ("",)):
            row_key = f"{key}/{number}"
            rows[row_key] = {
                "key": row_key,
                "position": len(rows),
                "name": stated.name,
                "name_slug": slugify(stated.name),
                "value": value,
                "folded": fold_key(value),
            }
    return rows


def items(document: RoleDocument, list_field: str) -> tuple[Any, ...]:
    """A list of a document, empty if there is no agent to have it."""
    return value_of(document, list_field) or ()


def keyed(list_field: str, listed: Iterable[Any]) -> dict[Key, Any]:
    """Items of a list by their statement keys."""
    keys = Keys()
    return {keys.of(list_field, item): item for item in listed}


def _texts(name: str, model: type[Any]) -> Table:
    return Table(name, model, lambda item: {"text": item}, lambda row: row.text)


def _fields(*names: str) -> Callable[[Any], dict[str, Any]]:
    """Columns that are named as the document's fields; what is not said is empty."""
    return lambda item: {name: _or_empty(getattr(item, name)) for name in names}


def _or_empty(value: Any) -> Any:
    return "" if value is None else value


TABLES: Final[tuple[Table, ...]] = (
    Table(
        "responsibilities",
        RoleResponsibility,
        _fields("name", "text", "success_metric", "primary", "group"),
        lambda row: Responsibility(
            name=row.name or None,
            text=row.text or None,
            success_metric=row.success_metric or None,
            primary=row.primary,
            group=row.group or None,
        ),
        {"responsibility": (ResponsibilityWord, "name")},
    ),
    Table(
        "capabilities",
        RoleCapability,
        _fields("name", "level", "detail"),
        lambda row: Capability(name=row.name, level=row.level or None, detail=row.detail or None),
        {"capability": (CapabilityWord, "name"), "proficiency": (ProficiencyLevel, "level")},
    ),
    Table(
        "artifacts",
        RoleArtifact,
        lambda item: {**_fields("name", "type")(item), "type_slug": slugify(item.type) if item.type else ""},
        lambda row: Artifact(name=row.name, type=row.type or None),
        {"artifact": (ArtifactWord, "name")},
    ),
    Table(
        "interactions",
        InteractionRow,
        lambda item: {
            "kind_name": item.kind,
            "partner_name": item.partner,
            "partner_slug": slugify(item.partner),
            **_fields("frequency", "notes", "link")(item),
        },
        lambda row: Interaction(
            kind=row.kind_name,
            partner=row.partner_name,
            frequency=row.frequency or None,
            notes=row.notes or None,
            link=row.link or None,
        ),
        {"kind": (InteractionKindWord, "kind_name")},
    ),
    Table(
        "variations",
        RoleVariation,
        _fields("name", "text"),
        lambda row: Variation(name=row.name or None, text=row.text or None),
    ),
    Table(
        "daily_tasks",
        DailyTaskRow,
        _fields("time", "name", "text"),
        lambda row: DailyTask(time=row.time or None, name=row.name or None, text=row.text or None),
    ),
    _texts("metrics", RoleMetric),
    _texts("principles", RolePrinciple),
    Table(
        "members",
        RoleMember,
        lambda item: {"role_code": item.role_code, "count": item.count},
        lambda row: Member(role_code=row.role_code, count=row.count),
    ),
    Table(
        "agent.personalities",
        AgentPersonality,
        _fields("name", "text"),
        lambda row: Variation(name=row.name or None, text=row.text or None),
    ),
    Table(
        "agent.example_phrases",
        AgentPhrase,
        _fields("label", "text"),
        lambda row: Phrase(label=row.label or None, text=row.text),
    ),
    Table(
        "agent.mcp_servers",
        AgentMcpServer,
        _fields("name", "url", "purpose"),
        lambda row: McpServer(name=row.name, url=row.url or None, purpose=row.purpose or None),
        {"server": (McpServerWord, "name")},
    ),
    _texts("agent.knowledge", AgentKnowledge),
    Table(
        "sections",
        RoleSection,
        lambda item: {
            "heading": item.heading,
            "level": item.level,
            "text": item.text,
            "after": item.position,
        },
        lambda row: Section(heading=row.heading or None, level=row.level, text=row.text, position=row.after),
    ),
)


NAMES: Final[tuple[Table, ...]] = (
    NameTable(
        "identifiers",
        RoleIdentifier,
        lambda item: {"scheme": item.scheme, "value": item.value, "folded": fold_key(item.value)},
        lambda row: Identifier(scheme=row.scheme, value=row.value),
    ),
    NameTable(
        "aliases",
        RoleAlias,
        lambda item: {"name": item, "folded": fold_key(item)},
        lambda row: row.name,
    ),
    NameTable("tags", RoleTag, lambda item: {"name": item}, lambda row: row.name),
)
"""The lists of names, by which a role is found and filed."""

PROPERTIES: Final = PropertyTable(
    "properties", RoleProperty, lambda item: {"value": item}, lambda row: row.value
)
