"""Words of the vocabulary stand in the order in which a person would sort them, on every database."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import F

from roles.documents.text import sort_key

VOCABULARIES = {
    "artifact": ("artifact", "artifacts"),
    "capability": ("capability", "capabilities"),
    "interactionkind": ("kind of interaction", "kinds of interaction"),
    "jobfamily": ("job family", "job families"),
    "mcpserver": ("MCP server", "MCP servers"),
    "proficiencylevel": ("proficiency level", "proficiency levels"),
    "responsibility": ("responsibility", "responsibilities"),
    "senioritylevel": ("seniority level", "seniority levels"),
}
LADDERS = {"proficiencylevel", "senioritylevel"}


def set_keys(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give each word the key that `VocabularyItem.save` gives new ones."""
    for name in VOCABULARIES:
        manager = apps.get_model("roles", name)._default_manager
        words = list(manager.only("name"))
        for word in words:
            word.sort_key = sort_key(word.name)
        manager.bulk_update(words, ["sort_key"], batch_size=500)


def order_of(name: str) -> list[str | models.OrderBy]:
    """How words of a vocabulary are ordered."""
    ladder: list[str | models.OrderBy] = [F("rank").asc(nulls_last=True)] if name in LADDERS else []
    return [*ladder, "sort_key", "slug"]


class Migration(migrations.Migration):
    dependencies = [("roles", "0008_history")]

    operations = [
        *(
            migrations.AddField(
                name, "sort_key", models.TextField("key for sorting", default="", editable=False), False
            )
            for name in VOCABULARIES
        ),
        migrations.RunPython(set_keys, migrations.RunPython.noop, elidable=True),
        *(
            migrations.AlterModelOptions(
                name,
                {
                    "ordering": order_of(name),
                    "verbose_name": names[0],
                    "verbose_name_plural": names[1],
                },
            )
            for name, names in VOCABULARIES.items()
        ),
    ]
