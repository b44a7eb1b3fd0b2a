"""Identifiers are compared folded; a document remembers what read it, what was in doubt, and what waits."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from roles.documents.text import fold_key


def fold_identifiers(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Fill in the value for comparing."""
    model = apps.get_model("roles", "RoleIdentifier")
    rows = list(model.objects.all())
    for row in rows:
        row.folded = fold_key(row.value)
    model.objects.bulk_update(rows, ["folded"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("roles", "0006_interaction_direction")]

    operations = [
        migrations.AddField(
            "roleidentifier",
            "folded",
            models.TextField(default="", editable=False, verbose_name="value for comparing"),
            preserve_default=False,
        ),
        migrations.RunPython(fold_identifiers, migrations.RunPython.noop),
        migrations.RemoveConstraint("roleidentifier", "roles_roleidentifier_one_role"),
        migrations.AddConstraint(
            "roleidentifier",
            models.UniqueConstraint(fields=("scheme", "folded"), name="roles_roleidentifier_one_role"),
        ),
        migrations.AlterField(
            "roleidentifier",
            "folded",
            models.TextField(db_index=True, editable=False, verbose_name="value for comparing"),
        ),
        migrations.AddField(
            "revisioncounter",
            "links_are_stale",
            models.BooleanField(
                default=False,
                help_text="Roles or documents changed since partners' names were last resolved.",
                verbose_name="partners are to be linked",
            ),
        ),
        migrations.AddField(
            "sourcedocument",
            "messages",
            models.JSONField(blank=True, default=list, verbose_name="what reading it left in doubt"),
        ),
        migrations.AddField(
            "sourcedocument",
            "reader",
            models.CharField(
                blank=True,
                default="",
                help_text="Version of the program that read it: another one reads it again.",
                max_length=64,
                verbose_name="reader",
            ),
        ),
        migrations.AddField(
            "sourcedocument",
            "held",
            models.BinaryField(
                blank=True,
                help_text="They would take away most of what the role says, so somebody has to look first.",
                null=True,
                verbose_name="newer bytes that wait",
            ),
        ),
    ]
