"""In which direction an interaction goes: a role's page tells what it gives from what it receives."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

RECEIVING = (
    "receives ",
    "gets ",
    "is ",
    "has ",
    "needs ",
    "uses ",
    "depends on",
    "takes over ",
    "reports to",
)


def set_directions(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give the kinds that are there a direction: by their inverse, else as their names begin."""
    kinds = list(apps.get_model("roles", "InteractionKind").objects.all())
    for kind in kinds:
        if kind.inverse_id == kind.pk:
            kind.direction = "together"
        elif kind.folded.startswith(RECEIVING):
            kind.direction = "receives"
    apps.get_model("roles", "InteractionKind").objects.bulk_update(kinds, ["direction"])


class Migration(migrations.Migration):
    dependencies = [
        ("roles", "0005_source_document_root"),
    ]

    operations = [
        migrations.AddField(
            model_name="interactionkind",
            name="direction",
            field=models.CharField(
                choices=[
                    ("gives", "the role gives"),
                    ("receives", "the role receives"),
                    ("together", "both work together"),
                ],
                default="gives",
                help_text="In which column of a role's page such interactions stand.",
                max_length=20,
                verbose_name="direction",
            ),
        ),
        migrations.AddConstraint(
            model_name="interactionkind",
            constraint=models.CheckConstraint(
                condition=models.Q(("direction__in", ["gives", "receives", "together"])),
                name="roles_interactionkind_direction",
            ),
        ),
        migrations.RunPython(set_directions, migrations.RunPython.noop),
    ]
