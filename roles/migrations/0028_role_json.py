"""A role's JSON, ready but for what changes without the role."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def list_roles(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Say of each role that its JSON is to be made; `prepare` makes it."""
    made = apps.get_model("roles", "RoleJson").objects
    roles = apps.get_model("roles", "Role").objects.order_by("pk").values_list("pk", flat=True)
    made.bulk_create((made.model(role_id=pk) for pk in roles.iterator()), batch_size=1000)


class Migration(migrations.Migration):
    dependencies = [("roles", "0027_writes_by_programs")]

    operations = [
        migrations.CreateModel(
            name="RoleJson",
            fields=[
                (
                    "role",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="json",
                        serialize=False,
                        to="roles.role",
                        verbose_name="role",
                    ),
                ),
                ("parts", models.BinaryField(default=b"", verbose_name="parts of the JSON")),
                (
                    "digest",
                    models.CharField(
                        blank=True, default="", max_length=64, verbose_name="SHA-256 of the parts"
                    ),
                ),
                (
                    "version",
                    models.PositiveIntegerField(
                        default=0, verbose_name="version of the program that made them"
                    ),
                ),
            ],
            options={
                "verbose_name": "JSON of a role",
                "verbose_name_plural": "JSON of roles",
                "ordering": ["role"],
                "default_permissions": (),
                "indexes": [models.Index(fields=["version"], name="roles_rolejson_version")],
            },
        ),
        migrations.RunPython(list_roles, migrations.RunPython.noop),
    ]
