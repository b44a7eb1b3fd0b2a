"""What HR set aside of the quality report, when roles were reviewed, and who gets a daily mail."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import roles.models.account


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("roles", "0015_merges_and_bulk_changes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="MailSettings",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="mail_settings",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
                (
                    "daily",
                    models.BooleanField(
                        default=True,
                        help_text="Sent on days on which there is something new.",
                        verbose_name="daily mail",
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="Empty for the catalogue's own.",
                        max_length=10,
                        verbose_name="language",
                    ),
                ),
                (
                    "token",
                    models.CharField(
                        default=roles.models.account.new_mail_token,
                        editable=False,
                        max_length=64,
                        unique=True,
                        verbose_name="secret of its address",
                    ),
                ),
                (
                    "told_until",
                    models.DateTimeField(
                        blank=True,
                        help_text="What is newer goes into the next mail.",
                        null=True,
                        verbose_name="told until",
                    ),
                ),
            ],
            options={
                "verbose_name": "mail settings",
                "verbose_name_plural": "mail settings",
                "ordering": ["user"],
            },
        ),
        migrations.CreateModel(
            name="SetAside",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=40, verbose_name="kind of finding")),
                (
                    "word_table",
                    models.CharField(blank=True, default="", max_length=40, verbose_name="table of the word"),
                ),
                ("word", models.BigIntegerField(blank=True, null=True, verbose_name="word")),
                ("subject", models.TextField(blank=True, default="", verbose_name="what it is about")),
                ("reason", models.TextField(verbose_name="reason")),
                ("by_name", models.TextField(blank=True, default="", verbose_name="set aside by (name)")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="set aside"),
                ),
            ],
            options={
                "verbose_name": "finding set aside",
                "verbose_name_plural": "findings set aside",
                "ordering": ["-created_at", "-id"],
            },
        ),
        migrations.AddField(
            model_name="role",
            name="reviewed_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="last reviewed"),
        ),
        migrations.AddField(
            model_name="role",
            name="reviewed_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                help_text="Who said last that the description is still right.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="reviewed_roles",
                to=settings.AUTH_USER_MODEL,
                verbose_name="last reviewed by",
            ),
        ),
        migrations.AddIndex(
            model_name="loadoutcome",
            index=models.Index(
                condition=models.Q(("outcome", "failed")), fields=["outcome"], name="roles_loadoutcome_failed"
            ),
        ),
        migrations.AddIndex(
            model_name="loadoutcome",
            index=models.Index(fields=["path", "id"], name="roles_loadoutcome_of_path"),
        ),
        migrations.AddField(
            model_name="setaside",
            name="by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="set_aside",
                to=settings.AUTH_USER_MODEL,
                verbose_name="set aside by",
            ),
        ),
        migrations.AddField(
            model_name="setaside",
            name="role",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="set_aside",
                to="roles.role",
                verbose_name="role",
            ),
        ),
        migrations.AddConstraint(
            model_name="setaside",
            constraint=models.CheckConstraint(
                condition=models.Q(("code", ""), _negated=True), name="roles_setaside_code_given"
            ),
        ),
        migrations.AddConstraint(
            model_name="setaside",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="roles_setaside_reason_given"
            ),
        ),
        migrations.AddConstraint(
            model_name="setaside",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("word__isnull", True), ("word_table", "")),
                    models.Q(
                        ("role__isnull", True),
                        ("word__isnull", False),
                        models.Q(("word_table", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="roles_setaside_role_or_word",
            ),
        ),
    ]
