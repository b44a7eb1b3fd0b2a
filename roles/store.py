"""Role documents into tables and back, and the revision that each change makes.

There are two ways in. `write` takes a document and changes the rows whose statements differ, matched by
statement key; `save_rows` takes rows that a person edited. Both store the document as the role's newest
revision in the same transaction, with its words for search and its Markdown as HTML. So the newest
revision is always what `read` would make of the tables.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as field_with
from typing import Any

from django.contrib.auth.models import User
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from roles import search
from roles.documents.document import (
    LISTS,
    Agent,
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
    statements,
    to_json,
)
from roles.documents.text import fold_key, sort_key
from roles.models import (
    AgentKnowledge,
    AgentMcpServer,
    AgentPersonality,
    AgentPhrase,
    AgentProfile,
    Conflict,
    JobFamily,
    LoadRun,
    OldSlug,
    ProficiencyLevel,
    RevisionCounter,
    Role,
    RoleAlias,
    RoleArtifact,
    RoleCapability,
    RoleIdentifier,
    RoleMember,
    RoleMetric,
    RolePrinciple,
    RoleProperty,
    RoleRendering,
    RoleResponsibility,
    RoleRevision,
    RoleSection,
    RoleTag,
    RoleVariation,
    SearchDocument,
    SeniorityLevel,
)
from roles.models import Artifact as ArtifactWord
from roles.models import Capability as CapabilityWord
from roles.models import DailyTask as DailyTaskRow
from roles.models import Interaction as InteractionRow
from roles.models import InteractionKind as InteractionKindWord
from roles.models import McpServer as McpServerWord
from roles.models import Responsibility as ResponsibilityWord
from roles.models.statements import Statement
from roles.models.vocabulary import VocabularyItem
from roles.rendering import RENDERING_VERSION, render_document


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Who changes a role, through which door, and why. A person without an account is known by name only."""

    origin: RoleRevision.Origin
    author: User | None = None
    author_name: str = ""
    reason: str = ""
    run: LoadRun | None = None


class SlugTaken(ValueError):
    """Another role has, or had, the slug."""


class IdentifierTaken(ValueError):
    """Another role has one of the identifiers: `holder` tells which."""

    def __init__(self, holder: RoleIdentifier) -> None:
        super().__init__(f"{holder.scheme} {holder.value} is that of {holder.role.name}")
        self.holder = holder


@dataclass(frozen=True, slots=True)
class _Table:
    """How a list field of the document is kept in rows."""

    field: str
    model: type[Statement]
    columns: Callable[[Any], dict[str, Any]]
    """An item as column values."""
    item: Callable[[Any], Any]
    """A row as an item."""
    links: Mapping[str, tuple[type[VocabularyItem], str]] = field_with(default_factory=dict)
    """Foreign keys into the vocabulary: column → model and the column that has the name as written."""


def _texts(name: str, model: type[Statement]) -> _Table:
    return _Table(name, model, lambda item: {"text": item}, lambda row: row.text)


def _fields(*names: str) -> Callable[[Any], dict[str, Any]]:
    """Columns that are named as the document's fields; what is not said is empty."""
    return lambda item: {name: _or_empty(getattr(item, name)) for name in names}


def _or_empty(value: Any) -> Any:
    return "" if value is None else value


TABLES: tuple[_Table, ...] = (
    _Table(
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
    _Table(
        "capabilities",
        RoleCapability,
        _fields("name", "level", "detail"),
        lambda row: Capability(name=row.name, level=row.level or None, detail=row.detail or None),
        {"capability": (CapabilityWord, "name"), "proficiency": (ProficiencyLevel, "level")},
    ),
    _Table(
        "artifacts",
        RoleArtifact,
        _fields("name", "type"),
        lambda row: Artifact(name=row.name, type=row.type or None),
        {"artifact": (ArtifactWord, "name")},
    ),
    _Table(
        "interactions",
        InteractionRow,
        lambda item: {
            "kind_name": item.kind,
            "partner_name": item.partner,
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
    _Table(
        "variations",
        RoleVariation,
        _fields("name", "text"),
        lambda row: Variation(name=row.name or None, text=row.text or None),
    ),
    _Table(
        "daily_tasks",
        DailyTaskRow,
        _fields("time", "name", "text"),
        lambda row: DailyTask(time=row.time or None, name=row.name or None, text=row.text or None),
    ),
    _texts("metrics", RoleMetric),
    _texts("principles", RolePrinciple),
    _Table(
        "members",
        RoleMember,
        lambda item: {"role_code": item.role_code, "count": item.count},
        lambda row: Member(role_code=row.role_code, count=row.count),
    ),
    _Table(
        "agent.personalities",
        AgentPersonality,
        _fields("name", "text"),
        lambda row: Variation(name=row.name or None, text=row.text or None),
    ),
    _Table(
        "agent.example_phrases",
        AgentPhrase,
        _fields("label", "text"),
        lambda row: Phrase(label=row.label or None, text=row.text),
    ),
    _Table(
        "agent.mcp_servers",
        AgentMcpServer,
        _fields("name", "url", "purpose"),
        lambda row: McpServer(name=row.name, url=row.url or None, purpose=row.purpose or None),
        {"server": (McpServerWord, "name")},
    ),
    _texts("agent.knowledge", AgentKnowledge),
    _Table(
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

_RELATED = {
    "agent.personalities": "personalities",
    "agent.example_phrases": "phrases",
    "agent.mcp_servers": "mcp_servers",
    "agent.knowledge": "knowledge",
}


# Reading ----------------------------------------------------------------------------------------------------


def current(role: Role) -> RoleDocument:
    """What the catalogue says of a role: its newest revision, which is what the tables say."""
    return RoleDocument.from_json(role.revision.document) if role.revision else read(role)


def read(role: Role) -> RoleDocument:
    """What the tables say of a role, read from them row by row.

    Raises:
        InvalidDocument: if rows that a person typed make no document.
    """
    lists = {table.field: tuple(table.item(row) for row in _rows(role, table)) for table in TABLES}
    profile = AgentProfile.objects.filter(role=role).first()
    agent = Agent(
        name=(profile.name or None) if profile else None,
        system_prompt=(profile.system_prompt or None) if profile else None,
        **{name.removeprefix("agent."): lists.pop(name) for name in list(lists) if name.startswith("agent.")},
    )
    return RoleDocument(
        slug=role.slug,
        name=role.name,
        identifiers=tuple(Identifier(scheme=row.scheme, value=row.value) for row in role.identifiers.all()),
        aliases=tuple(role.aliases.values_list("name", flat=True)),
        tags=tuple(role.tags.values_list("name", flat=True)),
        extra=role.extra,
        family=role.family_name or None,
        seniority=role.seniority_name or None,
        mission=role.mission or None,
        summary=role.summary or None,
        description=role.description or None,
        properties=_properties(role),
        agent=agent,
        **lists,
    )


def _rows(role: Role, table: _Table) -> models.QuerySet[Any]:
    related: Any = getattr(role, _RELATED.get(table.field, table.field))
    rows: models.QuerySet[Any] = related.order_by("position", "id")
    return rows


def _properties(role: Role) -> tuple[Property, ...]:
    """A property is one row per value; rows belong together by key, newly typed ones by name."""
    found: dict[str, tuple[str, list[str]]] = {}
    for row in role.properties.order_by("position", "id"):
        key = row.key.rpartition("/")[0]
        if not key:
            key = next((known for known, (name, _) in found.items() if name == row.name), f"new {row.name}")
        found.setdefault(key, (row.name, []))[1].append(row.value)
    return tuple(
        Property(name=name, values=tuple(value for value in values if value))
        for name, values in found.values()
    )


# Writing ----------------------------------------------------------------------------------------------------


@transaction.atomic
def write(
    role: Role | None,
    document: RoleDocument,
    change: Change,
    *,
    status: Role.Status = Role.Status.PUBLISHED,
) -> tuple[Role, RoleRevision | None]:
    """Make a role say what a document says, or make a new role of it with this status.

    Returns the role and its new revision, None if it says so already. Partners' links are not set: call
    `partners.link_partners` once after writing.

    Raises:
        SlugTaken, IdentifierTaken: if another role has them. Nothing is written then.
    """
    lock()
    if role is None:
        role = Role(status=status)
    else:
        role = Role.objects.select_for_update(of=("self",)).select_related("revision").get(pk=role.pk)
    before = current(role) if role.pk else None
    if role.revision and document == before:
        return role, None
    _check_free(role, document)
    _write_role(role, document)
    _write_lists(role, document, before)
    return role, record(role, document, change)


def _write_lists(role: Role, document: RoleDocument, before: RoleDocument | None) -> None:
    """Write the lists that differ from what the tables say."""
    said = {name: _items(before, name) if before else () for name in LISTS}
    differing = {name for name in LISTS if _items(document, name) != said[name]}
    _write_names(role, document, differing)
    for table in TABLES:
        if table.field in differing:
            present = _rows_by_key(role, table.model) if said[table.field] else {}
            _write_table(role, table, present, _items(document, table.field))
    if "properties" in differing:
        write_properties(role, document.properties)
    if document.agent != (before.agent if before else None):
        _write_agent(role, document.agent)


@transaction.atomic
def save_rows(role: Role, change: Change) -> RoleRevision | None:
    """Record what a person changed in a role's rows, None if they say what the newest revision says.

    Brings the rows to what `write` would have made of the same document, keeping their primary keys:
    statement keys and positions follow what the rows say, a link into the vocabulary that is empty is
    found by the name as written, and the slug that the role had before goes on leading to it. Call `lock`
    before changing rows.

    Raises:
        InvalidDocument: if the rows make no document.
        SlugTaken, IdentifierTaken: if another role has them.
        The caller takes its changes of the rows back then.
    """
    lock()
    document = read(role)
    _check_free(role, document)
    for table in TABLES:
        _key_rows(role, table, _items(document, table.field))
    write_properties(role, document.properties)
    for named in (role.aliases.all(), role.tags.all()):
        _update_rows(named.model, [(row, {"position": number}) for number, row in enumerate(named)])
    _write_agent(role, document.agent)
    if role.revision is not None and role.revision.document == document.to_json():
        return None
    if role.revision is not None:
        _keep_slug(role, role.revision.slug)
    return record(role, document, change)


def lock() -> int:
    """Let one writer at a time change roles, and return the number of the newest revision in the catalogue.

    Numbers of revisions are then committed in their order. The counter's row is what writers wait for on
    PostgreSQL; on SQLite the transaction itself is exclusive.
    """
    return RevisionCounter.objects.select_for_update().get().last


def record(role: Role, document: RoleDocument, change: Change) -> RoleRevision:
    """Store a document as the newest revision of a role whose rows say the same."""
    data, author = document.to_json(), change.author
    catalogue_number = lock() + 1
    RevisionCounter.objects.update(last=catalogue_number)
    revision = RoleRevision.objects.create(
        role=role,
        role_uid=role.uid,
        slug=role.slug,
        number=role.revision.number + 1 if role.revision else 1,
        catalogue_number=catalogue_number,
        document=data,
        author=author,
        author_name=change.author_name or (author.get_username() if author else ""),
        origin=change.origin,
        reason=change.reason,
        run=change.run,
    )
    role.revision = revision
    role.updated_at = revision.created_at
    role.save(update_fields=["revision", "updated_at"])
    _derive(role, SearchDocument, search.search_document(data))
    _derive(role, RoleRendering, {"html": render_document(data), "version": RENDERING_VERSION})
    _settle_conflicts(role, document)
    return revision


def _derive(role: Role, model: type[SearchDocument] | type[RoleRendering], values: dict[str, Any]) -> None:
    if not model._default_manager.filter(role=role).update(**values):
        model._default_manager.create(role=role, **values)


def _settle_conflicts(role: Role, document: RoleDocument) -> None:
    """Let conflicts follow what the catalogue says, and close those in which it says what the files say."""
    said = statements(document)
    changed = []
    for row in Conflict.objects.filter(role=role, closed_at=None):
        ours = to_json(said.get(row.key))
        if ours != row.ours:
            row.ours, row.closed_at = ours, timezone.now() if ours == row.theirs else None
            changed.append(row)
    Conflict.objects.bulk_update(changed, ["ours", "closed_at"])


def _items(document: RoleDocument, list_field: str) -> tuple[Any, ...]:
    owner, _, attribute = list_field.rpartition(".")
    items: tuple[Any, ...] = getattr(document.agent if owner else document, attribute, ())
    return items


def _check_free(role: Role, document: RoleDocument) -> None:
    if slug_is_taken(document.slug, role):
        raise SlugTaken(document.slug)
    wanted = Q(pk__in=())
    for identifier in document.identifiers:
        # Files spell codes as they like.
        wanted |= Q(scheme=identifier.scheme, value__iexact=identifier.value)
    taken = RoleIdentifier.objects.filter(wanted).exclude(role=role.pk).select_related("role").first()
    if taken:
        raise IdentifierTaken(taken)


def slug_is_taken(slug: str, role: Role | None = None) -> bool:
    """Whether a slug leads to a role, other than this one, or did so once."""
    roles, former = Role.objects.filter(slug=slug), OldSlug.objects.filter(slug=slug)
    if role is not None and role.pk is not None:
        roles, former = roles.exclude(pk=role.pk), former.exclude(role=role)
    return roles.exists() or former.exists()


def _write_role(role: Role, document: RoleDocument) -> None:
    before = role.slug
    role.slug, role.name, role.extra = document.slug, document.name, dict(document.extra)
    role.mission, role.summary = document.mission or "", document.summary or ""
    role.description = document.description or ""
    if role.family_id is None or fold_key(role.family_name) != fold_key(document.family or ""):
        role.family = _word(JobFamily, document.family)
    if role.seniority_id is None or fold_key(role.seniority_name) != fold_key(document.seniority or ""):
        role.seniority = _word(SeniorityLevel, document.seniority)
    role.family_name, role.seniority_name = document.family or "", document.seniority or ""
    role.updated_at = timezone.now()
    role.sort_key = sort_key(role.name)
    role.save()
    _keep_slug(role, before)


def _keep_slug(role: Role, before: str) -> None:
    if before and before != role.slug:
        OldSlug.objects.get_or_create(slug=before, role=role)
        OldSlug.objects.filter(slug=role.slug).delete()


def _word(model: type[Any], name: str | None) -> Any:
    return _words(model, [name])[fold_key(name)] if name else None


def _words(model: type[Any], names: Iterable[str]) -> dict[str, Any]:
    """Vocabulary by folded name, looked up by name and alias; what is new is added. At most four queries."""
    wanted = {fold_key(name): name for name in names if name}
    if not wanted:
        return {}
    found = {item.folded: item for item in model.objects.filter(folded__in=wanted)}
    missing = wanted.keys() - found.keys()
    if missing:
        alias = model._meta.get_field("aliases").related_model
        found |= {
            row.folded: row.item for row in alias.objects.filter(folded__in=missing).select_related("item")
        }
        new = model.for_names([wanted[key] for key in wanted if key in missing - found.keys()])
        found |= {item.folded: item for item in model.objects.bulk_create(new)}
    return found


def _write_names(role: Role, document: RoleDocument, differing: Collection[str]) -> None:
    """Identifiers, aliases and tags. Their rows hold no key: it follows from what they say."""
    if "identifiers" in differing:
        present = _keyed("identifiers", role.identifiers.all())
        identifiers = _keyed("identifiers", document.identifiers)
        wanted = {key: {"scheme": item.scheme, "value": item.value} for key, item in identifiers.items()}
        _write_rows(RoleIdentifier, role, present, wanted)
    if "aliases" in differing:
        names = enumerate(_keyed("aliases", document.aliases).items())
        aliases = {key: {"name": name, "folded": fold_key(name), "position": at} for at, (key, name) in names}
        _write_rows(RoleAlias, role, _keyed("aliases", role.aliases.all()), aliases)
    if "tags" in differing:
        names = enumerate(_keyed("tags", document.tags).items())
        tags = {key: {"name": name, "position": at} for at, (key, name) in names}
        _write_rows(RoleTag, role, _keyed("tags", role.tags.all()), tags)


def _keyed(list_field: str, items: Iterable[Any]) -> dict[Key, Any]:
    """Items of a list, or rows with the same fields, by their statement keys."""
    keys = Keys()
    return {keys.of(list_field, item): item for item in items}


def _write_table(role: Role, table: _Table, present: Mapping[Key, Any], items: Sequence[Any]) -> None:
    wanted = {
        key: {"key": key, "position": position, **table.columns(item)}
        for position, (key, item) in enumerate(_keyed(table.field, items).items())
    }
    _set_links(table, [(present.get(key), values) for key, values in wanted.items()])
    _write_rows(table.model, role, present, wanted)


def _rows_by_key(role: Role, model: type[Any]) -> dict[Key, Any]:
    """The rows of a role in one table; those that a form has just made have no key yet."""
    return {row.key or f"new {row.pk}": row for row in model._default_manager.filter(role=role)}


def _set_links(table: _Table, wanted: Sequence[tuple[Any | None, dict[str, Any]]]) -> None:
    """Find links into the vocabulary by the names as written.

    A row whose name stays keeps the link that it has: somebody may have chosen it.
    """
    for link, (model, name) in table.links.items():
        unlinked = []
        for row, values in wanted:
            stays = row is not None and fold_key(getattr(row, name)) == fold_key(values[name])
            values[f"{link}_id"] = getattr(row, f"{link}_id") if stays else None
            if values[name] and values[f"{link}_id"] is None:
                unlinked.append(values)
        found = _words(model, [values[name] for values in unlinked])
        for values in unlinked:
            values[f"{link}_id"] = found[fold_key(values[name])].pk


def write_properties(role: Role, properties: Sequence[Property]) -> None:
    """Make a role's rows state these properties; it is for `write` or `save_rows` to record that."""
    wanted: dict[Key, dict[str, Any]] = {}
    for key, item in _keyed("properties", properties).items():
        for number, value in enumerate(item.values or ("",)):
            row_key = f"{key}/{number}"
            wanted[row_key] = {"key": row_key, "position": len(wanted), "name": item.name, "value": value}
    _write_rows(RoleProperty, role, _rows_by_key(role, RoleProperty), wanted)


def _write_rows(
    model: type[Any], role: Role, present: Mapping[Key, Any], wanted: Mapping[Key, Mapping[str, Any]]
) -> None:
    """Bring a role's rows of one table to the wanted ones, matched by key, changed in place."""
    gone = [row.pk for key, row in present.items() if key not in wanted]
    if gone:
        model._default_manager.filter(pk__in=gone).delete()
    _update_rows(model, [(present[key], values) for key, values in wanted.items() if key in present])
    model._default_manager.bulk_create(
        model(role=role, **values) for key, values in wanted.items() if key not in present
    )


def _update_rows(model: type[Any], wanted: Iterable[tuple[Any, Mapping[str, Any]]]) -> None:
    """Give rows the wanted values; nothing is written where nothing differs."""
    changed: set[str] = set()
    updates = []
    for row, values in wanted:
        differing = [name for name, value in values.items() if getattr(row, name) != value]
        for name in differing:
            setattr(row, name, values[name])
        if differing:
            changed.update(differing)
            updates.append(row)
    if updates:
        model.objects.bulk_update(updates, sorted(changed))


def _key_rows(role: Role, table: _Table, items: Sequence[Any]) -> None:
    """Give rows that say these items the keys and positions that they would have been written with."""
    rows: dict[Any, list[Any]] = {}
    for row in _rows(role, table):
        rows.setdefault(table.item(row), []).append(row)
    keys = Keys()
    # Items may stand in another order than their rows; equal ones have rows in their order.
    wanted = [
        (rows[item].pop(0), {"key": keys.of(table.field, item), **table.columns(item), "position": position})
        for position, item in enumerate(items)
    ]
    _set_links(table, wanted)
    # A key that moves from one row to another must not stand at both for a moment.
    moved = [row.pk for row, values in wanted if row.key and row.key != values["key"]]
    if moved:
        table.model._default_manager.filter(pk__in=moved).update(key="")
    _update_rows(table.model, wanted)


def _write_agent(role: Role, agent: Agent | None) -> None:
    if agent is None:
        AgentProfile.objects.filter(role=role).delete()
        return
    said = {"name": agent.name or "", "system_prompt": agent.system_prompt or ""}
    if not AgentProfile.objects.filter(role=role).update(**said):
        AgentProfile.objects.create(role=role, **said)
