"""Each change of a role's status, owner, review date and successor."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("roles", "0013_proposals"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LifecycleChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("role_uid", models.UUIDField(verbose_name="permanent identifier of the role")),
                (
                    "field",
                    models.CharField(
                        choices=[
                            ("status", "status"),
                            ("owner", "owner"),
                            ("review_by", "review date"),
                            ("successor", "successor"),
                        ],
                        max_length=20,
                        verbose_name="what was changed",
                    ),
                ),
                (
                    "before",
                    models.TextField(
                        blank=True,
                        default="",
                        help_text="A status, a user name, a date or an address name; empty for none.",
                        verbose_name="before",
                    ),
                ),
                ("after", models.TextField(blank=True, default="", verbose_name="after")),
                ("by_name", models.TextField(blank=True, default="", verbose_name="changed by (name)")),
                ("reason", models.TextField(blank=True, default="", verbose_name="reason")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="changed"),
                ),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="lifecycle_changes",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="changed by",
                    ),
                ),
            ],
            options={
                "verbose_name": "change of status or keeper",
                "verbose_name_plural": "changes of status or keeper",
                "ordering": ["-created_at", "-id"],
                "indexes": [
                    models.Index(fields=["role_uid", "-created_at"], name="roles_lifecyclechange_of_role")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("field__in", ["status", "owner", "review_by", "successor"])),
                        name="roles_lifecyclechange_field",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("before", models.F("after")), _negated=True),
                        name="roles_lifecyclechange_differs",
                    ),
                ],
            },
        ),
    ]
