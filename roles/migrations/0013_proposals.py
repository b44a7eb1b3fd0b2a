"""Changes that wait until somebody who may publish has looked at them."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import roles.models.proposal


class Migration(migrations.Migration):
    dependencies = [
        ("roles", "0012_revision_statements"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="role",
            options={
                "ordering": ["sort_key", "slug"],
                "permissions": [
                    ("view_draft_role", "Can see draft roles"),
                    ("publish_role", "Can publish roles and decide on proposals"),
                ],
                "verbose_name": "role",
                "verbose_name_plural": "roles",
            },
        ),
        migrations.CreateModel(
            name="Proposal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role_uid",
                    models.UUIDField(editable=False, verbose_name="permanent identifier of the role"),
                ),
                ("base", models.JSONField(verbose_name="what the role said when it was proposed")),
                ("document", models.JSONField(verbose_name="what the role is to say")),
                (
                    "status",
                    models.CharField(
                        blank=True,
                        choices=[("draft", "draft"), ("published", "published"), ("archived", "archived")],
                        default="",
                        help_text="Empty if it is to stay as it is.",
                        max_length=20,
                        verbose_name="status that the role is to have",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waits for review"),
                            ("returned", "sent back"),
                            ("scheduled", "approved for later"),
                            ("applied", "published"),
                            ("declined", "declined"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="waiting",
                        max_length=20,
                        verbose_name="state",
                    ),
                ),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("load", "loaded from files"),
                            ("admin", "edited in the admin"),
                            ("api", "changed through the API"),
                            ("restore", "restored"),
                            ("delete", "deleted"),
                        ],
                        max_length=20,
                        verbose_name="origin",
                    ),
                ),
                ("author_name", models.TextField(blank=True, default="", verbose_name="author (name)")),
                ("reason", models.TextField(blank=True, default="", verbose_name="reason")),
                (
                    "publish_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="Empty to publish it when it is approved.",
                        null=True,
                        verbose_name="publish at",
                    ),
                ),
                (
                    "token",
                    models.CharField(
                        default=roles.models.proposal.new_token,
                        editable=False,
                        max_length=64,
                        unique=True,
                        verbose_name="secret of its preview",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="proposed"),
                ),
                (
                    "updated_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="last changed"),
                ),
                (
                    "decided_by_name",
                    models.TextField(blank=True, default="", verbose_name="decided by (name)"),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided")),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="proposals",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="author",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="decided_proposals",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="decided by",
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="proposals",
                        to="roles.rolerevision",
                        verbose_name="revision that it became",
                    ),
                ),
                (
                    "role",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="proposals",
                        to="roles.role",
                        verbose_name="role",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="proposals",
                        to="roles.loadrun",
                        verbose_name="load",
                    ),
                ),
                (
                    "successor",
                    models.ForeignKey(
                        blank=True,
                        help_text="The role that takes its place, if it is to be archived.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="roles.role",
                        verbose_name="successor",
                    ),
                ),
            ],
            options={
                "verbose_name": "proposal",
                "verbose_name_plural": "proposals",
                "ordering": ["-created_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="ProposalComment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("author_name", models.TextField(blank=True, default="", verbose_name="author (name)")),
                ("text", models.TextField(verbose_name="comment")),
                (
                    "state",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("waiting", "waits for review"),
                            ("returned", "sent back"),
                            ("scheduled", "approved for later"),
                            ("applied", "published"),
                            ("declined", "declined"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="",
                        max_length=20,
                        verbose_name="state that it led to",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="written"),
                ),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="proposal_comments",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="author",
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="comments",
                        to="roles.proposal",
                        verbose_name="proposal",
                    ),
                ),
            ],
            options={
                "verbose_name": "comment",
                "verbose_name_plural": "comments",
                "ordering": ["created_at", "id"],
            },
        ),
        migrations.AddIndex(
            model_name="proposal",
            index=models.Index(
                condition=models.Q(("state__in", ["waiting", "returned", "scheduled"])),
                fields=["-created_at"],
                name="roles_proposal_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["waiting", "returned", "scheduled", "applied", "declined", "withdrawn"])
                ),
                name="roles_proposal_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["", "draft", "published", "archived"])),
                name="roles_proposal_status",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(("origin__in", ["load", "admin", "api", "restore", "delete"])),
                name="roles_proposal_origin",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "scheduled"), _negated=True),
                    ("publish_at__isnull", False),
                    _connector="OR",
                ),
                name="roles_proposal_has_its_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposalcomment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        ["", "waiting", "returned", "scheduled", "applied", "declined", "withdrawn"],
                    )
                ),
                name="roles_proposalcomment_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposalcomment",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="roles_proposalcomment_says_something"
            ),
        ),
    ]
