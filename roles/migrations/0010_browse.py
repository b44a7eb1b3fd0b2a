"""What the list of roles is filtered by, in a form that can be compared; and the words that search knows."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from roles.documents.text import fold_key, slugify
from roles.search import term_words

_AT_ONCE = 500


def compare_what_is_there(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Fill the new columns of statements that are there."""
    model = apps.get_model
    for row in model("roles", "RoleArtifact").objects.exclude(type="").iterator():
        row.type_slug = slugify(row.type)
        row.save(update_fields=["type_slug"])
    for row in model("roles", "RoleProperty").objects.iterator():
        row.name_slug, row.folded = slugify(row.name), fold_key(row.value)
        row.save(update_fields=["name_slug", "folded"])
    for row in model("roles", "Interaction").objects.iterator():
        row.partner_slug = slugify(row.partner_name)
        row.save(update_fields=["partner_slug"])


def learn_words(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Learn the words of the documents that are there."""
    term_model = apps.get_model("roles", "SearchTerm")
    words: dict[str, str] = {}
    newest = apps.get_model("roles", "Role").objects.exclude(revision=None)
    for document in newest.values_list("revision__document", flat=True).iterator(_AT_ONCE):
        words = term_words(document) | words
    rows = [term_model(term=term, word=word) for term, word in words.items()]
    term_model.objects.bulk_create(rows, batch_size=_AT_ONCE)


class Migration(migrations.Migration):
    dependencies = [("roles", "0009_vocabulary_sort_key")]

    operations = [
        migrations.AddField(
            model_name="roleartifact",
            name="type_slug",
            field=models.TextField(blank=True, default="", editable=False, verbose_name="type for comparing"),
        ),
        migrations.AddField(
            model_name="roleproperty",
            name="name_slug",
            field=models.TextField(blank=True, default="", editable=False, verbose_name="name for comparing"),
        ),
        migrations.AddField(
            model_name="roleproperty",
            name="folded",
            field=models.TextField(
                blank=True, default="", editable=False, verbose_name="value for comparing"
            ),
        ),
        migrations.AddField(
            model_name="interaction",
            name="partner_slug",
            field=models.TextField(
                blank=True, default="", editable=False, verbose_name="partner for comparing"
            ),
        ),
        migrations.CreateModel(
            name="SearchTerm",
            fields=[
                (
                    "term",
                    models.CharField(max_length=64, primary_key=True, serialize=False, verbose_name="term"),
                ),
                ("word", models.TextField(verbose_name="word as written")),
            ],
            options={
                "verbose_name": "search term",
                "verbose_name_plural": "search terms",
                "ordering": ["term"],
            },
        ),
        migrations.RunPython(compare_what_is_there, migrations.RunPython.noop),
        migrations.RunPython(learn_words, migrations.RunPython.noop),
    ]
