from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("roles", "0030_old_webhook_messages"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="artifact",
            index=models.Index(fields=["sort_key", "slug"], name="roles_artifact_order"),
        ),
        migrations.AddIndex(
            model_name="capability",
            index=models.Index(fields=["sort_key", "slug"], name="roles_capability_order"),
        ),
        migrations.AddIndex(
            model_name="interactionkind",
            index=models.Index(fields=["sort_key", "slug"], name="roles_interactionkind_order"),
        ),
        migrations.AddIndex(
            model_name="jobfamily",
            index=models.Index(fields=["sort_key", "slug"], name="roles_jobfamily_order"),
        ),
        migrations.AddIndex(
            model_name="mcpserver",
            index=models.Index(fields=["sort_key", "slug"], name="roles_mcpserver_order"),
        ),
        migrations.AddIndex(
            model_name="proficiencylevel",
            index=models.Index(fields=["sort_key", "slug"], name="roles_proficiencylevel_order"),
        ),
        migrations.AddIndex(
            model_name="responsibility",
            index=models.Index(fields=["sort_key", "slug"], name="roles_responsibility_order"),
        ),
        migrations.AddIndex(
            model_name="senioritylevel",
            index=models.Index(fields=["sort_key", "slug"], name="roles_senioritylevel_order"),
        ),
    ]
