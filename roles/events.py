"""What happened to roles, told in one numbered sequence: for whoever follows the catalogue.

Every door that changes a role passes `store.record` or `lifecycle.change_many`, and these two tell it here,
in their transaction. The feed of changes reads the events, and webhooks are sent from them.
"""

from collections.abc import Sequence

from roles.models import JobFamily, LifecycleChange, Role, RoleEvent, RoleRevision
from roles.models.vocabulary import chunks
from roles.webhooks import enqueue

Kind = RoleEvent.Kind

BECAME = {
    Role.Status.DRAFT: Kind.CREATED,
    Role.Status.PUBLISHED: Kind.PUBLISHED,
    Role.Status.ARCHIVED: Kind.ARCHIVED,
}
"""What happens to a role that comes into being with a status."""


def of_revision(role: Role, before: RoleRevision | None, revision: RoleRevision) -> RoleEvent:
    """What a new revision of a role makes known, given the one before it."""
    fields: list[str] = []
    if revision.origin == RoleRevision.Origin.DELETE:
        kind = Kind.DELETED
    elif before is None:
        kind = BECAME[Role.Status(role.status)]
    else:
        kind = Kind.CHANGED
        fields = [name for name, value in revision.document.items() if value != before.document.get(name)]
    return RoleEvent(
        number=revision.catalogue_number,
        kind=kind,
        role_uid=revision.role_uid,
        slug=revision.slug,
        name=revision.document["name"],
        revision=revision.number,
        fields=fields,
        public=role.status != Role.Status.DRAFT,
        by=revision.author,
        by_name=revision.author_name,
        reason=revision.reason,
        at=revision.created_at,
    )


def of_lifecycle(number: int, role: Role, changes: Sequence[LifecycleChange]) -> RoleEvent:
    """What at least one change of a role's lifecycle makes known; they were made in one step."""
    kind = Kind.CHANGED
    statuses = {role.status}
    for each in changes:
        if each.field == LifecycleChange.Field.STATUS:
            kind = Kind.HIDDEN if each.after == Role.Status.DRAFT else BECAME[Role.Status(each.after)]
            statuses.add(each.before)
    one = changes[0]
    return RoleEvent(
        number=number,
        kind=kind,
        role_uid=role.uid,
        slug=role.slug,
        name=role.name,
        revision=role.revision.number if role.revision else None,
        fields=[each.field for each in changes],
        public=statuses != {Role.Status.DRAFT},
        by=one.by,
        by_name=one.by_name,
        reason=one.reason,
        at=one.created_at,
    )


def record(happened: Sequence[tuple[Role, RoleEvent]]) -> None:
    """Keep what happened to roles, and let webhooks be told.

    The number of queries does not grow with that of the roles.
    """
    families: dict[int | None, str] = {}
    for some in chunks({role.family_id for role, _event in happened if role.family_id}):
        families |= JobFamily.objects.filter(pk__in=some).values_list("pk", "slug")
    for role, event in happened:
        event.family = families.get(role.family_id, "")
    events = RoleEvent.objects.bulk_create(event for _role, event in happened)
    enqueue(events)
