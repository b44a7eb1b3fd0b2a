"""Events: what happened to roles, in one numbered sequence. What happened before is told from the revisions.

Changes of status had no numbers until now. So where the revisions do not end in the status that a role has
today, one more event says it, with a new number.
"""

from collections.abc import Iterator
from typing import Any

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import F

from roles.documents.text import fold_key

ROLES_AT_ONCE = 200
TAKEN_AWAY = ("hidden", "deleted")


def tell_of_the_past(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make an event of every revision, and of what each role's last revision doesn't say of it."""
    revisions = apps.get_model("roles", "RoleRevision")._default_manager
    events = apps.get_model("roles", "RoleEvent")._default_manager
    counter = apps.get_model("roles", "RevisionCounter")._default_manager
    families = _families(apps)
    uids = list(revisions.order_by("role_uid").values_list("role_uid", flat=True).distinct())
    for start in range(0, len(uids), ROLES_AT_ONCE):
        some = uids[start : start + ROLES_AT_ONCE]
        events.bulk_create(_events(apps, some, families))
        number = counter.get().last
        closing = list(_closing(apps, some))
        for event in closing:
            number += 1
            event.number = number
        events.bulk_create(closing)
        counter.update(last=number)


def _roles(apps: StateApps, uids: list[Any]) -> dict[Any, Any]:
    known = apps.get_model("roles", "Role")._default_manager.filter(uid__in=uids)
    return {role.uid: role for role in known.annotate(family_slug=F("family__slug"))}


def _families(apps: StateApps) -> dict[str, str]:
    """The slugs of job families by their names, and by their other ones, as names are compared."""
    aliases = apps.get_model("roles", "JobFamilyAlias")._default_manager.values_list("folded", "item__slug")
    return dict(aliases) | dict(
        apps.get_model("roles", "JobFamily")._default_manager.values_list("folded", "slug")
    )


def _events(apps: StateApps, uids: list[Any], families: dict[str, str]) -> Iterator[Any]:
    """An event of each revision of these roles."""
    make = apps.get_model("roles", "RoleEvent")
    roles = _roles(apps, uids)
    before: Any = None
    told = apps.get_model("roles", "RoleRevision")._default_manager.filter(role_uid__in=uids)
    for revision in told.order_by("role_uid", "number"):
        if before and before.role_uid != revision.role_uid:
            before = None
        fields: list[str] = []
        if revision.origin == "delete":
            kind = "deleted"
        elif before is None or before.origin == "delete" or before.draft > revision.draft:
            kind = "created" if revision.draft else "published"
        else:
            kind = "changed"
            said = before.document
            fields = [name for name, value in revision.document.items() if value != said.get(name)]
        role, family = roles.get(revision.role_uid), fold_key(revision.document.get("family") or "")
        # Somebody may have chosen another one for the role than that of the name.
        chosen = role.family_slug if role and fold_key(role.family_name) == family else None
        yield make(
            number=revision.catalogue_number,
            kind=kind,
            role_uid=revision.role_uid,
            slug=revision.slug,
            name=revision.document["name"],
            family=chosen or families.get(family, ""),
            revision=revision.number,
            fields=fields,
            public=not revision.draft,
            by_id=revision.author_id,
            by_name=revision.author_name,
            reason=revision.reason,
            at=revision.created_at,
        )
        before = revision


def _closing(apps: StateApps, uids: list[Any]) -> Iterator[Any]:
    """Events without a number that say what has become of these roles, where their events don't."""
    make = apps.get_model("roles", "RoleEvent")
    changes = apps.get_model("roles", "LifecycleChange")._default_manager
    roles = _roles(apps, uids)
    last: dict[Any, Any] = {}
    public: dict[Any, Any] = {}
    for event in make._default_manager.filter(role_uid__in=uids).order_by("role_uid", "revision"):
        last[event.role_uid] = event
        if event.public:
            public[event.role_uid] = event
    moved = changes.filter(role_uid__in=uids, field="status").order_by("created_at", "id")
    latest = {change.role_uid: change for change in moved}
    for uid, event in last.items():
        role = roles.get(uid)
        seen = uid in public and public[uid].kind not in TAKEN_AWAY
        if role is None:
            kind = "deleted" if seen or event.kind != "deleted" else ""
        elif role.status == "draft":
            kind = "hidden" if seen else ""
        else:
            kind = "archived" if role.status == "archived" else ""
        if not kind:
            continue
        # Whoever sees no drafts is told what they knew the role by.
        known = public[uid] if seen and kind in TAKEN_AWAY else event
        change = latest.get(uid)
        yield make(
            kind=kind,
            role_uid=uid,
            slug=known.slug,
            name=known.name,
            family=known.family,
            revision=event.revision,
            fields=[] if kind == "deleted" else ["status"],
            public=seen or kind == "archived",
            by_id=change.by_id if change else event.by_id,
            by_name=change.by_name if change else event.by_name,
            reason=change.reason if change else event.reason,
            at=change.created_at if change else event.at,
        )


class Migration(migrations.Migration):
    dependencies = [
        ("roles", "0025_api_tokens"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RoleEvent",
            fields=[
                (
                    "number",
                    models.PositiveBigIntegerField(
                        primary_key=True, serialize=False, verbose_name="number in the catalogue"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("created", "made, as a draft"),
                            ("changed", "changed"),
                            ("published", "published"),
                            ("archived", "archived"),
                            ("hidden", "made a draft again"),
                            ("deleted", "deleted"),
                        ],
                        max_length=20,
                        verbose_name="what happened",
                    ),
                ),
                ("role_uid", models.UUIDField(verbose_name="permanent identifier of the role")),
                ("slug", models.CharField(max_length=200, verbose_name="address name at the time")),
                ("name", models.TextField(verbose_name="name at the time")),
                (
                    "family",
                    models.TextField(
                        blank=True,
                        default="",
                        help_text="Its address name; empty for none.",
                        verbose_name="job family at the time",
                    ),
                ),
                (
                    "revision",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="The number of the role's newest one at the time.",
                        null=True,
                        verbose_name="revision",
                    ),
                ),
                (
                    "fields",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="Of the role's document, or status, owner, review_by and successor.",
                        verbose_name="changed fields",
                    ),
                ),
                (
                    "public",
                    models.BooleanField(
                        help_text="Whether the role was no draft before or after it.",
                        verbose_name="known to everybody",
                    ),
                ),
                ("by_name", models.TextField(blank=True, default="", verbose_name="by (name)")),
                ("reason", models.TextField(blank=True, default="", verbose_name="reason")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="when")),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="role_events",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
            ],
            options={
                "verbose_name": "event",
                "verbose_name_plural": "events",
                "ordering": ["number"],
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["role_uid", "number"], name="roles_roleevent_of_role"),
                    models.Index(fields=["slug", "role_uid"], name="roles_roleevent_slug"),
                    models.Index(fields=["family", "role_uid"], name="roles_roleevent_family"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1)), name="roles_roleevent_number"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["created", "changed", "published", "archived", "hidden", "deleted"])
                        ),
                        name="roles_roleevent_kind",
                    ),
                ],
            },
        ),
        migrations.RunPython(tell_of_the_past, migrations.RunPython.noop),
    ]
