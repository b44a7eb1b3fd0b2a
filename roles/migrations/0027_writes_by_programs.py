"""Answers that programs are given again, and the commit that a load came from."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("roles", "0026_events"),
    ]

    operations = [
        migrations.AddField(
            model_name="loadrun",
            name="commit",
            field=models.TextField(
                blank=True,
                default="",
                help_text="The version of the files, as their sender named it.",
                verbose_name="commit",
            ),
        ),
        migrations.CreateModel(
            name="IdempotentAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=200, verbose_name="key")),
                ("fingerprint", models.CharField(max_length=64, verbose_name="digest of the request")),
                ("status", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="status")),
                ("headers", models.JSONField(blank=True, default=dict, verbose_name="headers")),
                ("body", models.BinaryField(blank=True, default=b"", verbose_name="body")),
                (
                    "created_at",
                    models.DateTimeField(
                        db_index=True, default=django.utils.timezone.now, verbose_name="made"
                    ),
                ),
                (
                    "token",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="idempotent_answers",
                        to="roles.apitoken",
                        verbose_name="API token",
                    ),
                ),
            ],
            options={
                "verbose_name": "answer to a request with a key",
                "verbose_name_plural": "answers to requests with keys",
                "ordering": ["-created_at", "-id"],
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("token", "key"), name="roles_idempotentanswer_one_a_key"),
                    models.CheckConstraint(
                        condition=models.Q(("key", ""), _negated=True),
                        name="roles_idempotentanswer_key_given",
                    ),
                ],
            },
        ),
    ]
