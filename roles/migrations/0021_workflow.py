"""Proposals one an author, private links to drafts, and loads whose changes wait for review."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import roles.models.proposal


class Migration(migrations.Migration):
    dependencies = [
        ("roles", "0020_desk_inbox"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PreviewLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="made")),
            ],
            options={
                "verbose_name": "preview link",
                "verbose_name_plural": "preview links",
                "ordering": ["role"],
                "default_permissions": (),
            },
        ),
        migrations.RemoveConstraint(
            model_name="loadoutcome",
            name="roles_loadoutcome_outcome",
        ),
        migrations.RemoveConstraint(
            model_name="proposalcomment",
            name="roles_proposalcomment_says_something",
        ),
        migrations.AlterField(
            model_name="loadoutcome",
            name="outcome",
            field=models.CharField(
                choices=[
                    ("created", "created a role"),
                    ("updated", "updated a role"),
                    ("unchanged", "nothing new"),
                    ("skipped", "no role document"),
                    ("failed", "not readable"),
                    ("held", "held back"),
                    ("proposed", "waits for review"),
                ],
                max_length=20,
                verbose_name="outcome",
            ),
        ),
        migrations.AlterField(
            model_name="proposalcomment",
            name="text",
            field=models.TextField(blank=True, default="", verbose_name="comment"),
        ),
        migrations.AddConstraint(
            model_name="loadoutcome",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "outcome__in",
                        ["created", "updated", "unchanged", "skipped", "failed", "held", "proposed"],
                    )
                ),
                name="roles_loadoutcome_outcome",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("state__in", ["waiting", "returned", "scheduled"]),
                    models.Q(("origin", "load"), _negated=True),
                ),
                fields=("role", "author"),
                name="roles_proposal_one_an_author",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("origin", "load"), ("state__in", ["waiting", "returned", "scheduled"])),
                fields=("role",),
                name="roles_proposal_one_of_files",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposalcomment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("text", ""), _negated=True),
                    models.Q(("state", ""), _negated=True),
                    _connector="OR",
                ),
                name="roles_proposalcomment_says_something",
            ),
        ),
        migrations.AddField(
            model_name="previewlink",
            name="role",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="preview_link",
                to="roles.role",
                verbose_name="role",
            ),
        ),
    ]
