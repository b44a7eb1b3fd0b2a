"""Webhooks, what is to be sent to them and what was. Administrators look after them."""

from typing import Any

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

import roles.models.webhook


def grant(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Let Administrators look after webhooks, if the group is there still."""
    # Django makes the permissions after all migrations only, and for apps with a module of models.
    config: Any = apps.get_app_config("roles")
    config.models_module = True
    create_permissions(config, verbosity=0, apps=apps, using=schema_editor.connection.alias)
    permissions = apps.get_model("auth", "Permission")._default_manager.filter(
        content_type__app_label="roles", content_type__model__in=["webhook", "webhookdelivery"]
    )
    for group in apps.get_model("auth", "Group")._default_manager.filter(name="Administrators"):
        group.permissions.add(*permissions)


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("roles", "0028_role_json"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Webhook",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "name",
                    models.CharField(help_text="Which system it tells.", max_length=100, verbose_name="name"),
                ),
                (
                    "url",
                    models.TextField(
                        unique=True,
                        help_text="For example: https://hr.example.org/role-changes",
                        verbose_name="address",
                    ),
                ),
                (
                    "kinds",
                    models.JSONField(
                        default=roles.models.webhook.usual_kinds, verbose_name="is told when a role was"
                    ),
                ),
                (
                    "secret",
                    models.TextField(
                        default=roles.models.webhook.new_secret, editable=False, verbose_name="secret"
                    ),
                ),
                (
                    "former_secret",
                    models.TextField(blank=True, default="", editable=False, verbose_name="secret before"),
                ),
                (
                    "former_secret_until",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="secret before is used until"
                    ),
                ),
                (
                    "active",
                    models.BooleanField(
                        default=True, help_text="Off, it is told nothing.", verbose_name="active"
                    ),
                ),
                (
                    "stopped",
                    models.TextField(
                        blank=True,
                        default="",
                        editable=False,
                        help_text="Empty unless the catalogue did so.",
                        verbose_name="why it was switched off",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="made"
                    ),
                ),
                (
                    "created_by_name",
                    models.TextField(blank=True, default="", editable=False, verbose_name="made by (name)"),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="made by",
                    ),
                ),
            ],
            options={
                "verbose_name": "webhook",
                "verbose_name_plural": "webhooks",
                "ordering": ["name", "id"],
            },
        ),
        migrations.CreateModel(
            name="WebhookDelivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "message_id",
                    models.CharField(
                        default=roles.models.webhook.new_message_id,
                        editable=False,
                        max_length=40,
                        unique=True,
                        verbose_name="message",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waits"),
                            ("failed", "failed, will be tried again"),
                            ("sent", "sent"),
                            ("given-up", "given up"),
                        ],
                        default="waiting",
                        max_length=20,
                        verbose_name="state",
                    ),
                ),
                (
                    "attempts",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="Since it was put into the outbox, or put there again.",
                        verbose_name="attempts",
                    ),
                ),
                (
                    "next_at",
                    models.DateTimeField(
                        blank=True, default=django.utils.timezone.now, null=True, verbose_name="next attempt"
                    ),
                ),
                (
                    "status_code",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="answer"),
                ),
                ("error", models.TextField(blank=True, default="", verbose_name="what went wrong")),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="put into the outbox"
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        blank=True,
                        help_text="None for a test.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="roles.roleevent",
                        verbose_name="event",
                    ),
                ),
                (
                    "webhook",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="roles.webhook",
                        verbose_name="webhook",
                    ),
                ),
            ],
            options={
                "verbose_name": "webhook message",
                "verbose_name_plural": "webhook messages",
                "default_permissions": ("view",),
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="WebhookAttempt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="when")),
                (
                    "status_code",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="answer"),
                ),
                ("error", models.TextField(blank=True, default="", verbose_name="what went wrong")),
                ("excerpt", models.TextField(blank=True, default="", verbose_name="beginning of the answer")),
                ("duration", models.PositiveIntegerField(default=0, verbose_name="duration in milliseconds")),
                (
                    "delivery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="log",
                        to="roles.webhookdelivery",
                        verbose_name="message",
                    ),
                ),
            ],
            options={
                "verbose_name": "attempt to send",
                "verbose_name_plural": "attempts to send",
                "ordering": ["-id"],
                "default_permissions": (),
            },
        ),
        migrations.AddConstraint(
            model_name="webhook",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="roles_webhook_has_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="webhook",
            constraint=models.CheckConstraint(
                condition=models.Q(("url", ""), _negated=True), name="roles_webhook_has_address"
            ),
        ),
        migrations.AddIndex(
            model_name="webhookdelivery",
            index=models.Index(
                condition=models.Q(("state__in", ["waiting", "failed"])),
                fields=["next_at"],
                name="roles_webhookdelivery_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookdelivery",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["waiting", "failed", "sent", "given-up"])),
                name="roles_webhookdelivery_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookdelivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("next_at__isnull", False), ("state__in", ["waiting", "failed"])),
                    models.Q(("next_at", None), ("state__in", ["sent", "given-up"])),
                    _connector="OR",
                ),
                name="roles_webhookdelivery_next_while_open",
            ),
        ),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
