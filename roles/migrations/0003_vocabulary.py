"""The vocabulary to start with: ranked levels, and kinds of interaction with their inverses."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from roles.documents.text import fold_key, slugify

SENIORITY = ["Junior", "Mid", "Senior", "Staff", "Principal"]
PROFICIENCY = ["Novice", "Competent", "Advanced", "Expert"]

# What one side calls it, and what the other does.
INTERACTIONS = [
    ("Delivers to", "Receives from"),
    ("Delivers dataset", "Receives dataset"),
    ("Delivers report", "Receives report"),
    ("Delivers feature", "Receives feature"),
    ("Delivers design", "Receives design"),
    ("Provides insights", "Receives insights"),
    ("Provides requirements", "Receives requirements"),
    ("Provides feedback", "Receives feedback"),
    ("Provides data", "Receives data"),
    ("Provides tooling", "Receives tooling"),
    ("Provides support", "Receives support"),
    ("Advises", "Is advised by"),
    ("Mentors", "Is mentored by"),
    ("Reports to", "Manages"),
    ("Informs", "Is informed by"),
    ("Consults", "Is consulted by"),
    ("Escalates to", "Receives escalations from"),
    ("Depends on", "Supports"),
    ("Hands over to", "Takes over from"),
    ("Reviews work of", "Has work reviewed by"),
    ("Approves work of", "Has work approved by"),
    ("Collaborates with", "Collaborates with"),
    ("Aligns with", "Aligns with"),
    ("Pairs with", "Pairs with"),
    ("Common partner", "Common partner"),
]


def add_vocabulary(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Add the levels, the kinds of interaction and the counter of revisions."""
    RevisionCounter = apps.get_model("roles", "RevisionCounter")
    if RevisionCounter._default_manager.exists():
        return  # Going back to the migration before keeps everything.
    RevisionCounter._default_manager.create(id=1, last=0)

    for model, names in (("SeniorityLevel", SENIORITY), ("ProficiencyLevel", PROFICIENCY)):
        apps.get_model("roles", model)._default_manager.bulk_create(
            apps.get_model("roles", model)(name=name, folded=fold_key(name), slug=slugify(name), rank=rank)
            for rank, name in enumerate(names, start=1)
        )

    distinct = dict.fromkeys(name for pair in INTERACTIONS for name in pair)
    InteractionKind = apps.get_model("roles", "InteractionKind")
    InteractionKind._default_manager.bulk_create(
        InteractionKind(name=name, folded=fold_key(name), slug=slugify(name)) for name in distinct
    )
    kinds = {kind.name: kind for kind in InteractionKind._default_manager.all()}
    for name, inverse in INTERACTIONS:
        kinds[name].inverse = kinds[inverse]
        kinds[inverse].inverse = kinds[name]
    InteractionKind._default_manager.bulk_update(kinds.values(), ["inverse"])


class Migration(migrations.Migration):
    dependencies = [("roles", "0002_search_index")]

    operations = [migrations.RunPython(add_vocabulary, migrations.RunPython.noop)]
