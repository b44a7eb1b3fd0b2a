"""Indexes for lists of vocabulary in the order of names."""

from django.db import migrations, models

VOCABULARIES = [
    *("artifact", "capability", "interactionkind", "jobfamily"),
    *("mcpserver", "proficiencylevel", "responsibility", "senioritylevel"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("roles", "0030_old_webhook_messages"),
    ]

    operations = [
        migrations.AddIndex(
            model_name=name,
            index=models.Index(fields=["sort_key", "slug"], name=f"roles_{name}_order"),
        )
        for name in VOCABULARIES
    ]
