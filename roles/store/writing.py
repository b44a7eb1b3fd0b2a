"""Role documents into tables, many at a time: the number of queries does not grow with their number."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from roles.documents.document import MAX_SLUG, Identifier, Key, RoleDocument
from roles.documents.text import fold_key, sort_key
from roles.models import AgentProfile, JobFamily, OldSlug, Role, RoleIdentifier, RoleRevision, SeniorityLevel
from roles.models.vocabulary import chunks
from roles.store.reading import current
from roles.store.recording import Change, lock, record
from roles.store.tables import NAMES, PROPERTIES, TABLES, Table, Values, items
from roles.store.words import set_links, words


class SlugTaken(ValueError):
    """Another role has, or had, the slug."""


class IdentifierTaken(ValueError):
    """Another role has one of the identifiers: `holder` has it, `wanted` names it."""

    def __init__(self, holder: RoleIdentifier, wanted: Identifier) -> None:
        super().__init__(f"{holder.scheme} {holder.value} is that of {holder.role.name}")
        self.holder, self.wanted = holder, wanted


class Written(NamedTuple):
    """A role and its new revision, None if it said so already."""

    role: Role
    revision: RoleRevision | None


class Draft(NamedTuple):
    """A role, what it says in the tables, and what it is to say."""

    role: Role
    before: RoleDocument | None
    document: RoleDocument


def write(
    role: Role | None,
    document: RoleDocument,
    change: Change,
    *,
    status: Role.Status = Role.Status.PUBLISHED,
) -> Written:
    """Make a role say what a document says, or make a new role of it with this status.

    Partners' links are not set: call `partners.link_partners` once after writing.

    Raises:
        SlugTaken, IdentifierTaken: if another role has them. Nothing is written then.
    """
    [written] = write_all([(role, document, status)], change)
    return written


@transaction.atomic
def write_all(
    wanted: Sequence[tuple[Role | None, RoleDocument, Role.Status]], change: Change
) -> list[Written]:
    """Write several documents as `write` does, all or none. No role may be named twice."""
    lock()
    known = Role.objects.select_for_update(of=("self",)).select_related("revision")
    present = known.in_bulk([role.pk for role, _, _ in wanted if role is not None])
    drafts = []
    for role, document, status in wanted:
        role = Role(status=status) if role is None else present[role.pk]
        drafts.append(Draft(role, current(role) if role.pk else None, document))
    changed = [each for each in drafts if each.role.revision is None or each.document != each.before]
    if changed:
        check_free([(each.role, each.document) for each in changed])
        _write_roles(changed)
        _write_lists(changed)
        record([(each.role, each.document) for each in changed], change)
    news = {id(each.role) for each in changed}
    return [Written(each.role, each.role.revision if id(each.role) in news else None) for each in drafts]


def taken_slugs(slugs: Iterable[str]) -> dict[str, set[int]]:
    """Which of these slugs lead to roles, or did so once, and the roles' ids."""
    found: dict[str, set[int]] = {}
    for some in chunks(set(slugs)):
        held = Role.objects.filter(slug__in=some).values_list("slug", "pk")
        once = OldSlug.objects.filter(slug__in=some).values_list("slug", "role_id")
        for slug, pk in (*held, *once):
            found.setdefault(slug, set()).add(pk)
    return found


def free_slug(wanted: str, given: Collection[str] = ()) -> str:
    """The slug itself, or the next numbered one, which leads to no role and is none of those just given."""
    slug, number = wanted, 1
    while slug in given or taken_slugs([slug]):
        number += 1
        slug = f"{wanted[: MAX_SLUG - 10]}-{number}"
    return slug


def check_free(wanted: Sequence[tuple[Role, RoleDocument]]) -> None:
    """Check that no role is to have what is another one's.

    Raises:
        SlugTaken, IdentifierTaken: if so.
    """
    for refusal in taken(wanted):
        raise refusal


def taken(wanted: Sequence[tuple[Role, RoleDocument]]) -> Iterator[SlugTaken | IdentifierTaken]:
    """Tell all that roles are to have and that is another one's, slugs first."""
    holders: dict[str, set[Any]] = dict(taken_slugs(document.slug for _, document in wanted))
    for role, document in wanted:
        # A new role, which has no id yet, stands for itself.
        holder = role.pk or id(role)
        if holders.setdefault(document.slug, {holder}) != {holder}:
            yield SlugTaken(document.slug)
    # Files spell codes as they like.
    values = {fold_key(item.value) for _, document in wanted for item in document.identifiers}
    owners: dict[tuple[str, str], RoleIdentifier] = {}
    for some in chunks(values):
        rows = RoleIdentifier.objects.filter(folded__in=some).select_related("role")
        owners |= {(row.scheme, row.folded): row for row in rows}
    for role, document in wanted:
        own: set[tuple[str, str]] = set()
        for item in document.identifiers:
            key = item.scheme, fold_key(item.value)
            row = RoleIdentifier(role=role, scheme=item.scheme, value=item.value)
            owner = owners.setdefault(key, row)
            is_of_another = owner.role is not role and (role.pk is None or owner.role_id != role.pk)
            # A document may spell one code in two ways, and the tables hold it once.
            if is_of_another or key in own:
                yield IdentifierTaken(owner, item)
            own.add(key)


def _write_roles(drafts: Sequence[Draft]) -> None:
    now = timezone.now()
    _link_to(JobFamily, "family", drafts)
    _link_to(SeniorityLevel, "seniority", drafts)
    new, renamed = [], []
    for role, _before, document in drafts:
        if role.slug and role.slug != document.slug:
            renamed.append((role, role.slug))
        role.slug, role.name, role.extra = document.slug, document.name, dict(document.extra)
        role.mission, role.summary = document.mission or "", document.summary or ""
        role.description = document.description or ""
        role.family_name, role.seniority_name = document.family or "", document.seniority or ""
        role.updated_at = now
        if role.pk:
            role.save()
        else:
            role.sort_key = sort_key(role.name)
            new.append(role)
    Role.objects.bulk_create(new)
    for role, slug in renamed:
        keep_slug(role, slug)


def _link_to(model: type[JobFamily] | type[SeniorityLevel], field: str, drafts: Sequence[Draft]) -> None:
    """Link each role to its family or seniority; a link stays while the name does."""
    changed = [
        (role, getattr(document, field) or "")
        for role, _, document in drafts
        if getattr(role, f"{field}_id") is None
        or fold_key(getattr(role, f"{field}_name")) != fold_key(getattr(document, field) or "")
    ]
    found = words(model, [name for _, name in changed])
    for role, name in changed:
        setattr(role, f"{field}_id", found[fold_key(name)] if name else None)


def keep_slug(role: Role, before: str) -> None:
    """Let a slug that the role had before lead to it."""
    if before and before != role.slug:
        OldSlug.objects.get_or_create(slug=before, role=role)
        OldSlug.objects.filter(slug=role.slug).delete()


def _write_lists(drafts: Sequence[Draft]) -> None:
    """Write the lists that differ from what the tables say."""
    for table in (*NAMES, *TABLES, PROPERTIES):
        differing = [
            each for each in drafts if _said(each.before, table) != items(each.document, table.field)
        ]
        _write_table(table, differing)
    write_agents([each for each in drafts if each.document.agent != (each.before and each.before.agent)])


def _said(document: RoleDocument | None, table: Table) -> tuple[Any, ...]:
    return items(document, table.field) if document else ()


def _write_table(table: Table, drafts: Sequence[Draft]) -> None:
    with_rows = [each.role.pk for each in drafts if _said(each.before, table)]
    rows: dict[int, list[Any]] = {}
    if with_rows:
        for row in table.model._default_manager.filter(role__in=with_rows):
            rows.setdefault(row.role_id, []).append(row)
    batch = []
    for each in drafts:
        present = table.by_key(rows.get(each.role.pk, ()))
        batch.append((each.role, present, table.wanted(each.document)))
    if table.links:
        set_links(
            table,
            [(present.get(key), values) for _, present, wanted in batch for key, values in wanted.items()],
        )
    write_rows(table.model, batch)


def write_rows(
    model: type[Any], batch: Sequence[tuple[Role, Mapping[Key, Any], Mapping[Key, Values]]]
) -> None:
    """Bring roles' rows in one table to the wanted ones, matched by key, changed in place."""
    gone, kept, new = [], [], []
    for role, present, wanted in batch:
        gone += [row.pk for key, row in present.items() if key not in wanted]
        kept += [(present[key], values) for key, values in wanted.items() if key in present]
        new += [model(role=role, **values) for key, values in wanted.items() if key not in present]
    for some in chunks(gone):
        model._default_manager.filter(pk__in=some).delete()
    update_rows(model, kept)
    model._default_manager.bulk_create(new)


def update_rows(model: type[Any], wanted: Iterable[tuple[Any, Mapping[str, Any]]]) -> None:
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
        model.objects.bulk_update(updates, sorted(changed), batch_size=500)


def write_agents(drafts: Sequence[Draft]) -> None:
    """Write the agent profiles themselves, without their lists."""
    gone = [each.role.pk for each in drafts if each.document.agent is None]
    if gone:
        AgentProfile.objects.filter(role__in=gone).delete()
    stated = [
        AgentProfile(role=each.role, name=agent.name or "", system_prompt=agent.system_prompt or "")
        for each in drafts
        if (agent := each.document.agent)
    ]
    AgentProfile.objects.bulk_create(
        stated, update_conflicts=True, unique_fields=["role"], update_fields=["name", "system_prompt"]
    )
