"""A revision tells which one last changed each statement, and whether the public has ever seen it."""

from typing import Any

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from roles.documents.document import RoleDocument, statements


def trace_statements(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Follow each role's statements through its revisions."""
    model: Any = apps.get_model("roles", "RoleRevision")
    uid: Any = None
    said: dict[Any, Any] = {}
    since: dict[Any, Any] = {}
    for revision in model.objects.order_by("role_uid", "number").iterator(chunk_size=200):
        if revision.role_uid != uid:
            uid, said, since = revision.role_uid, {}, {}
        before, said = said, statements(RoleDocument.stored(revision.document))
        since = {
            key: since.get(key, 1) if before.get(key) == statement else revision.number
            for key, statement in said.items()
        }
        revision.since = {key: number for key, number in since.items() if number > 1}
        if revision.since:
            revision.save(update_fields=["since"])


def hide_drafts(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take the revisions of drafts, and of deleted roles that may have been drafts, for unpublished."""
    model: Any = apps.get_model("roles", "RoleRevision")
    model.objects.filter(models.Q(role=None) | models.Q(role__status="draft")).update(draft=True)


class Migration(migrations.Migration):
    dependencies = [("roles", "0011_standing_text")]

    operations = [
        migrations.AddField(
            "rolerevision",
            "since",
            models.JSONField(
                blank=True,
                default=dict,
                editable=False,
                help_text="Numbers of revisions by statement key; what is not listed was never changed.",
                verbose_name="last change of each statement",
            ),
        ),
        migrations.AddField(
            "rolerevision",
            "draft",
            models.BooleanField(
                default=False,
                editable=False,
                help_text="Written while the role was a draft, and never published.",
                verbose_name="draft",
            ),
        ),
        migrations.RunPython(trace_statements, migrations.RunPython.noop),
        migrations.RunPython(hide_drafts, migrations.RunPython.noop),
    ]
