"""Tokens of the API. Each of the four groups may make its own."""

from typing import Any

import django.contrib.auth.models
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

import roles.models.api_token

GROUPS = ["Viewers", "Editors", "Reviewers", "Administrators"]
PERMISSIONS = ["view_apitoken", "add_apitoken", "change_apitoken"]


def grant(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give the permissions to those of the groups that are there still."""
    # Django makes the permissions after all migrations only, and for apps with a module of models.
    config: Any = apps.get_app_config("roles")
    config.models_module = True
    create_permissions(config, verbosity=0, apps=apps, using=schema_editor.connection.alias)
    permissions = apps.get_model("auth", "Permission")._default_manager.filter(
        content_type__app_label="roles", codename__in=PERMISSIONS
    )
    for group in apps.get_model("auth", "Group")._default_manager.filter(name__in=GROUPS):
        group.permissions.add(*permissions)


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("roles", "0024_catalogue_state"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ApiToken",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        help_text="Which program uses it. The history names it so.",
                        max_length=100,
                        verbose_name="name",
                    ),
                ),
                (
                    "prefix",
                    models.CharField(
                        default=roles.models.api_token.new_prefix,
                        editable=False,
                        max_length=8,
                        unique=True,
                        verbose_name="begins with",
                    ),
                ),
                ("digest", models.CharField(editable=False, max_length=64, verbose_name="digest")),
                ("scopes", models.CharField(default="read", max_length=60, verbose_name="scopes")),
                ("expires_at", models.DateTimeField(verbose_name="expires")),
                (
                    "last_used_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="last used"),
                ),
                (
                    "revoked_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="revoked"),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="made"
                    ),
                ),
                ("created_by_name", models.TextField(blank=True, default="", verbose_name="made by (name)")),
            ],
            options={
                "verbose_name": "API token",
                "verbose_name_plural": "API tokens",
                "ordering": ["-created_at", "-id"],
                "default_permissions": ("view", "add", "change"),
            },
        ),
        migrations.CreateModel(
            name="TokenHolder",
            fields=[],
            options={
                "verbose_name": "holder of a token",
                "verbose_name_plural": "holders of tokens",
                "proxy": True,
                "default_permissions": (),
                "indexes": [],
                "constraints": [],
            },
            bases=("auth.user",),
            managers=[
                ("objects", django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="accountevent",
            name="roles_accountevent_kind",
        ),
        migrations.AlterField(
            model_name="accountevent",
            name="kind",
            field=models.CharField(
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
                    ("token-made", "token made"),
                    ("token-revoked", "token revoked"),
                ],
                max_length=20,
                verbose_name="what happened",
            ),
        ),
        migrations.AddConstraint(
            model_name="accountevent",
            constraint=models.CheckConstraint(
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
                            "token-made",
                            "token-revoked",
                        ],
                    )
                ),
                name="roles_accountevent_kind",
            ),
        ),
        migrations.AddField(
            model_name="apitoken",
            name="created_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="made by",
            ),
        ),
        migrations.AddField(
            model_name="apitoken",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="api_tokens",
                to=settings.AUTH_USER_MODEL,
                verbose_name="acts for",
            ),
        ),
        migrations.AddConstraint(
            model_name="apitoken",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "scopes__in",
                        [
                            "read",
                            "read read-drafts",
                            "read propose",
                            "read write",
                            "read load",
                            "read read-drafts propose",
                            "read read-drafts write",
                            "read read-drafts load",
                            "read propose write",
                            "read propose load",
                            "read write load",
                            "read read-drafts propose write",
                            "read read-drafts propose load",
                            "read read-drafts write load",
                            "read propose write load",
                            "read read-drafts propose write load",
                        ],
                    )
                ),
                name="roles_apitoken_scopes",
            ),
        ),
        migrations.AddConstraint(
            model_name="apitoken",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="roles_apitoken_has_name"
            ),
        ),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
