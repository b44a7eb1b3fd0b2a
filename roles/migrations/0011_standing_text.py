"""What HR adds to every job description, and who may see and change it."""

from typing import Any

from django.contrib.auth.management import create_permissions
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

GROUPS = {"Viewers": ["view"], "Editors": ["view", "add", "change", "delete"]}


def grant(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give the groups that still exist their permissions."""
    # Django makes the permissions after all migrations only, and for apps with a module of models.
    config: Any = apps.get_app_config("roles")
    config.models_module = True
    create_permissions(config, verbosity=0, apps=apps, using=schema_editor.connection.alias)

    permissions = apps.get_model("auth", "Permission")._default_manager
    for group in apps.get_model("auth", "Group")._default_manager.filter(name__in=GROUPS):
        codenames = [f"{action}_standingtext" for action in GROUPS[group.name]]
        group.permissions.add(*permissions.filter(content_type__app_label="roles", codename__in=codenames))


class Migration(migrations.Migration):
    dependencies = [
        ("roles", "0010_browse"),
    ]

    operations = [
        migrations.CreateModel(
            name="StandingText",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "name",
                    models.TextField(
                        help_text="For example: About us, Equal opportunity, How to apply",
                        verbose_name="heading",
                    ),
                ),
                ("text", models.TextField(help_text="Markdown.", verbose_name="text")),
                (
                    "position",
                    models.PositiveIntegerField(
                        default=0,
                        help_text="The lowest comes first, after what the role says.",
                        verbose_name="order",
                    ),
                ),
                (
                    "chosen",
                    models.BooleanField(
                        default=True,
                        help_text="Part of a job description unless somebody leaves it out.",
                        verbose_name="chosen",
                    ),
                ),
            ],
            options={
                "verbose_name": "standing text",
                "verbose_name_plural": "standing texts",
                "ordering": ["position", "name", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="roles_standingtext_name_given"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True),
                        name="roles_standingtext_says_something",
                    ),
                ],
            },
        ),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
