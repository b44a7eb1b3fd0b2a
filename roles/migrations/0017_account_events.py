"""The log of accounts."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("roles", "0016_quality_and_reviews"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AccountEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("signed-in", "signed in"),
                            ("signed-in-elsewhere", "signed in by single sign-on"),
                            ("signed-out", "signed out"),
                            ("failed", "sign-in refused"),
                            ("password", "new password"),
                            ("created", "account made"),
                            ("deactivated", "account deactivated"),
                            ("reactivated", "account activated again"),
                            ("deleted", "account deleted"),
                            ("linked", "linked to single sign-on"),
                            ("pseudonymised", "account pseudonymised"),
                            ("groups", "groups changed"),
                            ("permissions", "permissions changed"),
                            ("group-created", "group made"),
                            ("group-deleted", "group deleted"),
                        ],
                        max_length=20,
                        verbose_name="what happened",
                    ),
                ),
                (
                    "by_name",
                    models.TextField(
                        blank=True,
                        default="",
                        help_text="Empty if a command or the provider did it.",
                        verbose_name="by (name)",
                    ),
                ),
                (
                    "about_name",
                    models.TextField(blank=True, default="", verbose_name="account or group (name)"),
                ),
                ("address", models.GenericIPAddressField(blank=True, null=True, verbose_name="address")),
                ("gained", models.JSONField(blank=True, default=list, verbose_name="given")),
                ("lost", models.JSONField(blank=True, default=list, verbose_name="taken away")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="when")),
                (
                    "about",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="account",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
            ],
            options={
                "verbose_name": "account event",
                "verbose_name_plural": "account events",
                "ordering": ["-created_at", "-id"],
                "indexes": [models.Index(fields=["-created_at", "-id"], name="roles_accountevent_newest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "signed-in",
                                    "signed-in-elsewhere",
                                    "signed-out",
                                    "failed",
                                    "password",
                                    "created",
                                    "deactivated",
                                    "reactivated",
                                    "deleted",
                                    "linked",
                                    "pseudonymised",
                                    "groups",
                                    "permissions",
                                    "group-created",
                                    "group-deleted",
                                ],
                            )
                        ),
                        name="roles_accountevent_kind",
                    )
                ],
            },
        ),
    ]
