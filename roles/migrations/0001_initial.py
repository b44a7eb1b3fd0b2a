import uuid

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import roles.models.search


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Role",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "uid",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        help_text="Outlasts a change of name, and in the history the role itself.",
                        unique=True,
                        verbose_name="permanent identifier",
                    ),
                ),
                (
                    "slug",
                    models.CharField(
                        help_text="Used in web addresses, for example data-engineer. Old ones keep working.",
                        max_length=200,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9]+(-[a-z0-9]+)*\\Z",
                                "Use small letters and digits, in words joined by single hyphens.",
                            )
                        ],
                        verbose_name="address name",
                    ),
                ),
                ("name", models.TextField(verbose_name="name")),
                ("sort_key", models.TextField(db_index=True, editable=False, verbose_name="key for sorting")),
                (
                    "mission",
                    models.TextField(
                        blank=True, default="", help_text="What the role is for.", verbose_name="mission"
                    ),
                ),
                (
                    "summary",
                    models.TextField(
                        blank=True,
                        default="",
                        help_text="The role in a sentence or two.",
                        verbose_name="summary",
                    ),
                ),
                ("description", models.TextField(blank=True, default="", verbose_name="description")),
                (
                    "family_name",
                    models.TextField(blank=True, default="", verbose_name="job family as written"),
                ),
                (
                    "seniority_name",
                    models.TextField(blank=True, default="", verbose_name="seniority as written"),
                ),
                (
                    "extra",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="What the documents state in their head and no field has a place for.",
                        verbose_name="further facts",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("draft", "draft"), ("published", "published"), ("archived", "archived")],
                        default="published",
                        max_length=20,
                        verbose_name="status",
                    ),
                ),
                ("review_by", models.DateField(blank=True, null=True, verbose_name="review by")),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="created"
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="last changed"
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        help_text="Who keeps this description up to date.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="owned_roles",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
                    ),
                ),
                (
                    "successor",
                    models.ForeignKey(
                        blank=True,
                        help_text="The role that takes its place.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="predecessors",
                        to="roles.role",
                        verbose_name="successor",
                    ),
                ),
            ],
            options={
                "verbose_name": "role",
                "verbose_name_plural": "roles",
                "ordering": ["sort_key", "slug"],
                "permissions": [("view_draft_role", "Can see draft roles")],
            },
        ),
        migrations.CreateModel(
            name="JobFamily",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.TextField(verbose_name="name")),
                ("folded", models.TextField(editable=False, unique=True, verbose_name="name for comparing")),
                (
                    "slug",
                    models.SlugField(
                        blank=True,
                        help_text="Used in web addresses. Left empty, it is made from the name.",
                        max_length=100,
                        unique=True,
                        verbose_name="address name",
                    ),
                ),
                ("description", models.TextField(blank=True, default="", verbose_name="description")),
            ],
            options={
                "verbose_name": "job family",
                "verbose_name_plural": "job families",
                "ordering": ["folded", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="JobFamilyAlias",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.TextField(verbose_name="name")),
                ("folded", models.TextField(editable=False, unique=True, verbose_name="name for comparing")),
            ],
            options={
                "verbose_name": "other name",
                "verbose_name_plural": "other names",
                "ordering": ["folded", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="LoadOutcome",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("path", models.TextField(verbose_name="file")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("created", "created a role"),
                            ("updated", "updated a role"),
                            ("unchanged", "nothing new"),
                            ("skipped", "no role document"),
                            ("failed", "not readable"),
                            ("held", "held back"),
                        ],
                        max_length=20,
                        verbose_name="outcome",
                    ),
                ),
                ("messages", models.JSONField(blank=True, default=list, verbose_name="messages")),
            ],
            options={
                "verbose_name": "outcome of a load",
                "verbose_name_plural": "outcomes of loads",
                "ordering": ["run", "path", "id"],
            },
        ),
        migrations.CreateModel(
            name="LoadRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "started_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="started"),
                ),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="finished")),
                ("by_name", models.TextField(blank=True, default="", verbose_name="started by (name)")),
                ("paths", models.JSONField(default=list, verbose_name="paths")),
            ],
            options={
                "verbose_name": "load",
                "verbose_name_plural": "loads",
                "ordering": ["-started_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="McpServer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.TextField(verbose_name="name")),
                ("folded", models.TextField(editable=False, unique=True, verbose_name="name for comparing")),
                (
                    "slug",
                    models.SlugField(
                        blank=True,
                        help_text="Used in web addresses. Left empty, it is made from the name.",
                        max_length=100,
                        unique=True,
                        verbose_name="address name",
                    ),
                ),
                ("description", models.TextField(blank=True, default="", verbose_name="description")),
                ("home_page", models.TextField(blank=True, default="", verbose_name="home page")),
                (
                    "connection",
                    models.TextField(
                        blank=True,
                        default="",
                        help_text="Address or command, as an agent needs it.",
                        verbose_name="how to connect",
                    ),
                ),
                ("approved", models.BooleanField(default=False, verbose_name="approved for use")),
            ],
            options={
                "verbose_name": "MCP server",
                "verbose_name_plural": "MCP servers",
                "ordering": ["folded", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="McpServerAlias",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.TextField(verbose_name="name")),
                ("folded", models.TextField(editable=False, unique=True, verbose_name="name for comparing")),
            ],
            options={
                "verbose_name": "other name",
                "verbose_name_plural": "other names",
                "ordering": ["folded", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="OldSlug",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "slug",
                    models.CharField(
                        max_length=200,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9]+(-[a-z0-9]+)*\\Z",
                                "Use small letters and digits, in words joined by single hyphens.",
                            )
                        ],
                        verbose_name="address name",
                    ),
                ),
            ],
            options={
                "verbose_name": "former address name",
                "verbose_name_plural": "former address names",
                "ordering": ["slug"],
            },
        ),
        migrations.CreateModel(
            name="PasswordChangeDue",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="password_change_due",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
            ],
            options={
                "verbose_name": "password change that is due",
                "verbose_name_plural": "password changes that are due",
                "ordering": ["user"],
            },
        ),
        migrations.CreateModel(
            name="ProficiencyLevel",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.TextField(verbose_name="name")),
                ("folded", models.TextField(editable=False, unique=True, verbose_name="name for comparing")),
                (
                    "slug",
                    models.SlugField(
                        blank=True,
                        help_text="Used in web addresses. Left empty, it is made from the name.",
                        max_length=100,
                        unique=True,
                        verbose_name="address name",
                    ),
                ),
                ("description", models.TextField(blank=True, default="", verbose_name="description")),
                (
                    "rank",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="1 is the lowest. Left empty, this level is not compared with others.",
                        null=True,
                        unique=True,
                        verbose_name="rank",
                    ),
                ),
            ],
            options={
                "verbose_name": "proficiency level",
                "verbose_name_plural": "proficiency levels",
                "ordering": [models.OrderBy(models.F("rank"), nulls_last=True), "folded", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ProficiencyLevelAlias",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.TextField(verbose_name="name")),
                ("folded", models.TextField(editable=False, unique=True, verbose_name="name for comparing")),
            ],
            options={
                "verbose_name": "other name",
                "verbose_name_plural": "other names",
                "ordering": ["folded", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Responsibility",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.TextField(verbose_name="name")),
                ("folded", models.TextField(editable=False, unique=True, verbose_name="name for comparing")),
                (
                    "slug",
                    models.SlugField(
                        blank=True,
                        help_text="Used in web addresses. Left empty, it is made from the name.",
                        max_length=100,
                        unique=True,
                        verbose_name="address name",
                    ),
                ),
                ("description", models.TextField(blank=True, default="", verbose_name="description")),
            ],
            options={
                "verbose_name": "responsibility",
                "verbose_name_plural": "responsibilities",
                "ordering": ["folded", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ResponsibilityAlias",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.TextField(verbose_name="name")),
                ("folded", models.TextField(editable=False, unique=True, verbose_name="name for comparing")),
            ],
            options={
                "verbose_name": "other name",
                "verbose_name_plural": "other names",
                "ordering": ["folded", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="RevisionCounter",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("last", models.PositiveBigIntegerField(default=0, verbose_name="number given out last")),
            ],
            options={
                "verbose_name": "revision counter",
                "verbose_name_plural": "revision counter",
                "ordering": ["id"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="RoleAlias",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.TextField(verbose_name="name")),
                (
                    "folded",
                    models.TextField(db_index=True, editable=False, verbose_name="name for comparing"),
                ),
                ("position", models.PositiveIntegerField(default=0, verbose_name="order")),
            ],
            options={
                "verbose_name": "other name",
                "verbose_name_plural": "other names",
                "ordering": ["position", "id"],
            },
        ),
        migrations.CreateModel(
            name="RoleArtifact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.TextField(blank=True, default="", editable=False, verbose_name="key")),
                ("position", models.PositiveIntegerField(default=0, verbose_name="order")),
                ("name", models.TextField(verbose_name="name as written")),
                (
                    "type",
                    models.TextField(
                        blank=True, default="", help_text="For example: dataset", verbose_name="type"
                    ),
                ),
            ],
            options={
                "verbose_name": "artifact of a role",
                "verbose_name_plural": "artifacts of roles",
                "ordering": ["position", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="RoleCapability",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.TextField(blank=True, default="", editable=False, verbose_name="key")),
                ("position", models.PositiveIntegerField(default=0, verbose_name="order")),
                ("name", models.TextField(verbose_name="name as written")),
                ("level", models.TextField(blank=True, default="", verbose_name="level as written")),
                ("detail", models.TextField(blank=True, default="", verbose_name="detail")),
            ],
            options={
                "verbose_name": "capability of a role",
                "verbose_name_plural": "capabilities of roles",
                "ordering": ["position", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="RoleIdentifier",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("scheme", models.TextField(help_text="For example: role-code", verbose_name="scheme")),
                ("value", models.TextField(help_text="For example: DATA4002", verbose_name="value")),
            ],
            options={
                "verbose_name": "identifier",
                "verbose_name_plural": "identifiers",
                "ordering": ["scheme", "value", "id"],
            },
        ),
        migrations.CreateModel(
            name="RoleMember",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.TextField(blank=True, default="", editable=False, verbose_name="key")),
                ("position", models.PositiveIntegerField(default=0, verbose_name="order")),
                ("role_code", models.TextField(verbose_name="role code")),
                ("count", models.PositiveIntegerField(blank=True, null=True, verbose_name="head count")),
            ],
            options={
                "verbose_name": "member role",
                "verbose_name_plural": "member roles",
                "ordering": ["position", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="RoleMetric",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.TextField(blank=True, default="", editable=False, verbose_name="key")),
                ("position", models.PositiveIntegerField(default=0, verbose_name="order")),
                ("text", models.TextField(verbose_name="text")),
            ],
            options={
                "verbose_name": "success metric",
                "verbose_name_plural": "success metrics",
                "ordering": ["position", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="RolePrinciple",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.TextField(blank=True, default="", editable=False, verbose_name="key")),
                ("position", models.PositiveIntegerField(default=0, verbose_name="order")),
                ("text", models.TextField(verbose_name="text")),
            ],
            options={
                "verbose_name": "operating principle",
                "verbose_name_plural": "operating principles",
                "ordering": ["position", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="RoleProperty",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.TextField(blank=True, default="", editable=False, verbose_name="key")),
                ("position", models.PositiveIntegerField(default=0, verbose_name="order")),
                ("name", models.TextField(verbose_name="name")),
                ("value", models.TextField(blank=True, default="", verbose_name="value")),
            ],
            options={
                "verbose_name": "property of a role",
                "verbose_name_plural": "properties of roles",
                "ordering": ["position", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="RoleRendering",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("html", models.JSONField(default=dict, verbose_name="HTML")),
                ("version", models.PositiveIntegerField(verbose_name="version of the renderer")),
            ],
            options={
                "verbose_name": "rendering",
                "verbose_name_plural": "renderings",
                "ordering": ["role"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="RoleResponsibility",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.TextField(blank=True, default="", editable=False, verbose_name="key")),
                ("position", models.PositiveIntegerField(default=0, verbose_name="order")),
                ("name", models.TextField(blank=True, default="", verbose_name="name")),
                ("text", models.TextField(blank=True, default="", verbose_name="text")),
                (
                    "success_metric",
                    models.TextField(
                        blank=True,
                        default="",
                        help_text="How one sees that it goes well.",
                        verbose_name="success metric",
                    ),
                ),
                (
                    "primary",
                    models.BooleanField(
                        default=False, help_text="The role exists for this.", verbose_name="primary"
                    ),
                ),
                (
                    "group",
                    models.TextField(
                        blank=True, default="", help_text="Heading it stands under.", verbose_name="group"
                    ),
                ),
            ],
            options={
                "verbose_name": "responsibility of a role",
                "verbose_name_plural": "responsibilities of roles",
                "ordering": ["position", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="RoleRevision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role_uid",
                    models.UUIDField(verbose_name="permanent identifier of the role"),
                ),
                ("slug", models.CharField(max_length=200, verbose_name="address name at the time")),
                ("number", models.PositiveIntegerField(verbose_name="number in the role")),
                (
                    "catalogue_number",
                    models.PositiveBigIntegerField(unique=True, verbose_name="number in the catalogue"),
                ),
                ("document", models.JSONField(verbose_name="the role as a document")),
                ("author_name", models.TextField(blank=True, default="", verbose_name="author (name)")),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("load", "loaded from files"),
                            ("admin", "edited in the admin"),
                            ("api", "changed through the API"),
                            ("restore", "restored"),
                        ],
                        max_length=20,
                        verbose_name="origin",
                    ),
                ),
                ("reason", models.TextField(blank=True, default="", verbose_name="reason")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="created"),
                ),
            ],
            options={
                "verbose_name": "revision",
                "verbose_name_plural": "revisions",
                "ordering": ["-catalogue_number"],
            },
        ),
        migrations.CreateModel(
            name="RoleSection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.TextField(blank=True, default="", editable=False, verbose_name="key")),
                ("position", models.PositiveIntegerField(default=0, verbose_name="order")),
                (
                    "heading",
                    models.TextField(
                        blank=True,
                        help_text="Empty for text before the first heading.",
                        null=True,
                        verbose_name="heading",
                    ),
                ),
                (
                    "level",
                    models.PositiveSmallIntegerField(
                        choices=[(2, "section"), (3, "subsection")], default=2, verbose_name="heading level"
                    ),
                ),
                ("text", models.TextField(blank=True, default="", verbose_name="text")),
                (
                    "after",
                    models.TextField(
                        blank=True,
                        default="",
                        help_text="The known section it follows. Empty: it stands before all.",
                        verbose_name="stands after",
                    ),
                ),
            ],
            options={
                "verbose_name": "further section",
                "verbose_name_plural": "further sections",
                "ordering": ["position", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="RoleTag",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.TextField(verbose_name="name")),
                ("position", models.PositiveIntegerField(default=0, verbose_name="order")),
            ],
            options={
                "verbose_name": "tag",
                "verbose_name_plural": "tags",
                "ordering": ["position", "id"],
            },
        ),
        migrations.CreateModel(
            name="RoleVariation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.TextField(blank=True, default="", editable=False, verbose_name="key")),
                ("position", models.PositiveIntegerField(default=0, verbose_name="order")),
                ("name", models.TextField(blank=True, default="", verbose_name="name")),
                ("text", models.TextField(blank=True, default="", verbose_name="text")),
            ],
            options={
                "verbose_name": "variation of a role",
                "verbose_name_plural": "variations of roles",
                "ordering": ["position", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="SeniorityLevel",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.TextField(verbose_name="name")),
                ("folded", models.TextField(editable=False, unique=True, verbose_name="name for comparing")),
                (
                    "slug",
                    models.SlugField(
                        blank=True,
                        help_text="Used in web addresses. Left empty, it is made from the name.",
                        max_length=100,
                        unique=True,
                        verbose_name="address name",
                    ),
                ),
                ("description", models.TextField(blank=True, default="", verbose_name="description")),
                (
                    "rank",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="1 is the lowest. Left empty, this level is not compared with others.",
                        null=True,
                        unique=True,
                        verbose_name="rank",
                    ),
                ),
            ],
            options={
                "verbose_name": "seniority level",
                "verbose_name_plural": "seniority levels",
                "ordering": [models.OrderBy(models.F("rank"), nulls_last=True), "folded", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="SeniorityLevelAlias",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.TextField(verbose_name="name")),
                ("folded", models.TextField(editable=False, unique=True, verbose_name="name for comparing")),
            ],
            options={
                "verbose_name": "other name",
                "verbose_name_plural": "other names",
                "ordering": ["folded", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="SourceDocument",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "path",
                    models.TextField(
                        help_text="Relative to the folder that was loaded.", unique=True, verbose_name="file"
                    ),
                ),
                (
                    "dialect",
                    models.CharField(
                        choices=[("profile", "role profile"), ("job", "job description")],
                        max_length=20,
                        verbose_name="kind of document",
                    ),
                ),
                ("digest", models.CharField(max_length=64, verbose_name="SHA-256 of the bytes")),
                ("content", models.BinaryField(verbose_name="bytes")),
                (
                    "folder_family",
                    models.TextField(
                        blank=True,
                        default="",
                        help_text="The job family that its folder gives.",
                        verbose_name="job family by folder",
                    ),
                ),
                (
                    "rank",
                    models.PositiveIntegerField(
                        help_text="Where documents of a role disagree, the one of the lowest rank wins.",
                        verbose_name="rank",
                    ),
                ),
                ("parsed", models.JSONField(verbose_name="what it says")),
                ("lines", models.JSONField(blank=True, default=dict, verbose_name="line of each statement")),
                (
                    "missing",
                    models.BooleanField(
                        default=False,
                        help_text="The file was gone when its folder was last loaded.",
                        verbose_name="missing",
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="last changed"),
                ),
            ],
            options={
                "verbose_name": "source document",
                "verbose_name_plural": "source documents",
                "ordering": ["role", "rank", "path"],
            },
        ),
        migrations.CreateModel(
            name="SearchHit",
            fields=[
                (
                    "role",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="search_hit",
                        serialize=False,
                        to="roles.role",
                        verbose_name="role",
                    ),
                ),
                ("index", roles.models.search.IndexField(db_column="roles_searchindex")),
                ("rank", models.FloatField(help_text="Lower is better. SQLite only.", verbose_name="rank")),
            ],
            options={
                "verbose_name": "search hit",
                "verbose_name_plural": "search hits",
                "db_table": "roles_searchindex",
                "ordering": ["role"],
                "managed": False,
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="SearchDocument",
            fields=[
                (
                    "role",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="search_document",
                        serialize=False,
                        to="roles.role",
                        verbose_name="role",
                    ),
                ),
                ("title", models.TextField(blank=True, default="", verbose_name="names and codes")),
                (
                    "summary",
                    models.TextField(blank=True, default="", verbose_name="mission, summary and description"),
                ),
                ("statements", models.TextField(blank=True, default="", verbose_name="statements")),
                ("agent", models.TextField(blank=True, default="", verbose_name="agent profile")),
            ],
            options={
                "verbose_name": "search document",
                "verbose_name_plural": "search documents",
                "ordering": ["role"],
            },
        ),
        migrations.CreateModel(
            name="AgentKnowledge",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.TextField(blank=True, default="", editable=False, verbose_name="key")),
                ("position", models.PositiveIntegerField(default=0, verbose_name="order")),
                ("text", models.TextField(help_text="Usually a path.", verbose_name="document")),
                (
                    "role",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="knowledge",
                        to="roles.role",
                        verbose_name="role",
                    ),
                ),
            ],
            options={
                "verbose_name": "knowledge document",
                "verbose_name_plural": "knowledge documents",
                "ordering": ["position", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="AgentMcpServer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.TextField(blank=True, default="", editable=False, verbose_name="key")),
                ("position", models.PositiveIntegerField(default=0, verbose_name="order")),
                ("name", models.TextField(verbose_name="name as written")),
                ("url", models.TextField(blank=True, default="", verbose_name="link as written")),
                ("purpose", models.TextField(blank=True, default="", verbose_name="purpose")),
                (
                    "role",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mcp_servers",
                        to="roles.role",
                        verbose_name="role",
                    ),
                ),
            ],
            options={
                "verbose_name": "recommended MCP server",
                "verbose_name_plural": "recommended MCP servers",
                "ordering": ["position", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="AgentPersonality",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.TextField(blank=True, default="", editable=False, verbose_name="key")),
                ("position", models.PositiveIntegerField(default=0, verbose_name="order")),
                ("name", models.TextField(blank=True, default="", verbose_name="name")),
                ("text", models.TextField(blank=True, default="", verbose_name="text")),
                (
                    "role",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="personalities",
                        to="roles.role",
                        verbose_name="role",
                    ),
                ),
            ],
            options={
                "verbose_name": "agent personality",
                "verbose_name_plural": "agent personalities",
                "ordering": ["position", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="AgentPhrase",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.TextField(blank=True, default="", editable=False, verbose_name="key")),
                ("position", models.PositiveIntegerField(default=0, verbose_name="order")),
                ("label", models.TextField(blank=True, default="", verbose_name="label")),
                (
                    "text",
                    models.TextField(
                        blank=True, default="", help_text="Without quotation marks.", verbose_name="phrase"
                    ),
                ),
                (
                    "role",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="phrases",
                        to="roles.role",
                        verbose_name="role",
                    ),
                ),
            ],
            options={
                "verbose_name": "example phrase",
                "verbose_name_plural": "example phrases",
                "ordering": ["position", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="AgentProfile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.TextField(blank=True, default="", verbose_name="agent name")),
                ("system_prompt", models.TextField(blank=True, default="", verbose_name="system prompt")),
                (
                    "role",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="agent",
                        to="roles.role",
                        verbose_name="role",
                    ),
                ),
            ],
            options={
                "verbose_name": "agent profile",
                "verbose_name_plural": "agent profiles",
                "ordering": ["role"],
            },
        ),
        migrations.CreateModel(
            name="Artifact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.TextField(verbose_name="name")),
                ("folded", models.TextField(editable=False, unique=True, verbose_name="name for comparing")),
                (
                    "slug",
                    models.SlugField(
                        blank=True,
                        help_text="Used in web addresses. Left empty, it is made from the name.",
                        max_length=100,
                        unique=True,
                        verbose_name="address name",
                    ),
                ),
                ("description", models.TextField(blank=True, default="", verbose_name="description")),
                (
                    "type",
                    models.TextField(
                        blank=True, default="", help_text="For example: dataset", verbose_name="type"
                    ),
                ),
            ],
            options={
                "verbose_name": "artifact",
                "verbose_name_plural": "artifacts",
                "ordering": ["folded", "id"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("folded", ""), _negated=True), name="roles_artifact_name_given"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ArtifactAlias",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.TextField(verbose_name="name")),
                ("folded", models.TextField(editable=False, unique=True, verbose_name="name for comparing")),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="aliases",
                        to="roles.artifact",
                        verbose_name="artifact",
                    ),
                ),
            ],
            options={
                "verbose_name": "other name",
                "verbose_name_plural": "other names",
                "ordering": ["folded", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Capability",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.TextField(verbose_name="name")),
                ("folded", models.TextField(editable=False, unique=True, verbose_name="name for comparing")),
                (
                    "slug",
                    models.SlugField(
                        blank=True,
                        help_text="Used in web addresses. Left empty, it is made from the name.",
                        max_length=100,
                        unique=True,
                        verbose_name="address name",
                    ),
                ),
                ("description", models.TextField(blank=True, default="", verbose_name="description")),
                (
                    "category",
                    models.TextField(
                        blank=True, default="", help_text="For example: Technical", verbose_name="category"
                    ),
                ),
            ],
            options={
                "verbose_name": "capability",
                "verbose_name_plural": "capabilities",
                "ordering": ["folded", "id"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("folded", ""), _negated=True), name="roles_capability_name_given"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CapabilityAlias",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.TextField(verbose_name="name")),
                ("folded", models.TextField(editable=False, unique=True, verbose_name="name for comparing")),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="aliases",
                        to="roles.capability",
                        verbose_name="capability",
                    ),
                ),
            ],
            options={
                "verbose_name": "other name",
                "verbose_name_plural": "other names",
                "ordering": ["folded", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CapabilityLevel",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "meaning",
                    models.TextField(
                        blank=True,
                        default="",
                        help_text="What somebody at this level can do.",
                        verbose_name="meaning",
                    ),
                ),
                (
                    "capability",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="levels",
                        to="roles.capability",
                        verbose_name="capability",
                    ),
                ),
            ],
            options={
                "verbose_name": "meaning of a level",
                "verbose_name_plural": "meanings of levels",
                "ordering": ["capability", "proficiency", "id"],
            },
        ),
        migrations.CreateModel(
            name="Conflict",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.TextField(verbose_name="what it is about")),
                ("base", models.JSONField(blank=True, null=True, verbose_name="before both changes")),
                ("ours", models.JSONField(blank=True, null=True, verbose_name="in the catalogue")),
                ("theirs", models.JSONField(blank=True, null=True, verbose_name="in the files")),
                ("opened_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="opened")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed")),
                (
                    "role",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="conflicts",
                        to="roles.role",
                        verbose_name="role",
                    ),
                ),
            ],
            options={
                "verbose_name": "conflict",
                "verbose_name_plural": "conflicts",
                "ordering": ["-opened_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="DailyTask",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.TextField(blank=True, default="", editable=False, verbose_name="key")),
                ("position", models.PositiveIntegerField(default=0, verbose_name="order")),
                (
                    "time",
                    models.TextField(
                        blank=True,
                        default="",
                        help_text="As written, for example 09:00 AM.",
                        verbose_name="time",
                    ),
                ),
                ("name", models.TextField(blank=True, default="", verbose_name="name")),
                ("text", models.TextField(blank=True, default="", verbose_name="text")),
                (
                    "role",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="daily_tasks",
                        to="roles.role",
                        verbose_name="role",
                    ),
                ),
            ],
            options={
                "verbose_name": "daily task",
                "verbose_name_plural": "daily tasks",
                "ordering": ["position", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="InteractionKind",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.TextField(verbose_name="name")),
                ("folded", models.TextField(editable=False, unique=True, verbose_name="name for comparing")),
                (
                    "slug",
                    models.SlugField(
                        blank=True,
                        help_text="Used in web addresses. Left empty, it is made from the name.",
                        max_length=100,
                        unique=True,
                        verbose_name="address name",
                    ),
                ),
                ("description", models.TextField(blank=True, default="", verbose_name="description")),
                (
                    "inverse",
                    models.ForeignKey(
                        blank=True,
                        help_text="What the partner calls it: another kind, or the same one again.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="inverse_of",
                        to="roles.interactionkind",
                        verbose_name="seen from the other side",
                    ),
                ),
            ],
            options={
                "verbose_name": "kind of interaction",
                "verbose_name_plural": "kinds of interaction",
                "ordering": ["folded", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Interaction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.TextField(blank=True, default="", editable=False, verbose_name="key")),
                ("position", models.PositiveIntegerField(default=0, verbose_name="order")),
                ("kind_name", models.TextField(blank=True, default="", verbose_name="kind as written")),
                ("partner_name", models.TextField(verbose_name="partner as written")),
                (
                    "frequency",
                    models.TextField(
                        blank=True, default="", help_text="For example: daily", verbose_name="frequency"
                    ),
                ),
                ("notes", models.TextField(blank=True, default="", verbose_name="notes")),
                ("link", models.TextField(blank=True, default="", verbose_name="link as written")),
                (
                    "partner",
                    models.ForeignKey(
                        blank=True,
                        help_text="Found by itself once a role bears the partner's name.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="incoming",
                        to="roles.role",
                        verbose_name="partner role",
                    ),
                ),
                (
                    "role",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="interactions",
                        to="roles.role",
                        verbose_name="role",
                    ),
                ),
                (
                    "kind",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="uses",
                        to="roles.interactionkind",
                        verbose_name="kind of interaction",
                    ),
                ),
            ],
            options={
                "verbose_name": "interaction",
                "verbose_name_plural": "interactions",
                "ordering": ["position", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="InteractionKindAlias",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.TextField(verbose_name="name")),
                ("folded", models.TextField(editable=False, unique=True, verbose_name="name for comparing")),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="aliases",
                        to="roles.interactionkind",
                        verbose_name="kind of interaction",
                    ),
                ),
            ],
            options={
                "verbose_name": "other name",
                "verbose_name_plural": "other names",
                "ordering": ["folded", "id"],
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="role",
            name="family",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="roles",
                to="roles.jobfamily",
                verbose_name="job family",
            ),
        ),
        migrations.AddConstraint(
            model_name="jobfamily",
            constraint=models.CheckConstraint(
                condition=models.Q(("folded", ""), _negated=True), name="roles_jobfamily_name_given"
            ),
        ),
        migrations.AddField(
            model_name="jobfamilyalias",
            name="item",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="aliases",
                to="roles.jobfamily",
                verbose_name="job family",
            ),
        ),
        migrations.AddField(
            model_name="loadoutcome",
            name="role",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="load_outcomes",
                to="roles.role",
                verbose_name="role",
            ),
        ),
        migrations.AddField(
            model_name="loadrun",
            name="by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="load_runs",
                to=settings.AUTH_USER_MODEL,
                verbose_name="started by",
            ),
        ),
        migrations.AddField(
            model_name="loadoutcome",
            name="run",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="outcomes",
                to="roles.loadrun",
                verbose_name="load",
            ),
        ),
        migrations.AddField(
            model_name="conflict",
            name="run",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="conflicts",
                to="roles.loadrun",
                verbose_name="load",
            ),
        ),
        migrations.AddConstraint(
            model_name="mcpserver",
            constraint=models.CheckConstraint(
                condition=models.Q(("folded", ""), _negated=True), name="roles_mcpserver_name_given"
            ),
        ),
        migrations.AddField(
            model_name="agentmcpserver",
            name="server",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="uses",
                to="roles.mcpserver",
                verbose_name="shared MCP server",
            ),
        ),
        migrations.AddField(
            model_name="mcpserveralias",
            name="item",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="aliases",
                to="roles.mcpserver",
                verbose_name="MCP server",
            ),
        ),
        migrations.AddField(
            model_name="oldslug",
            name="role",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="old_slugs",
                to="roles.role",
                verbose_name="role",
            ),
        ),
        migrations.AddConstraint(
            model_name="proficiencylevel",
            constraint=models.CheckConstraint(
                condition=models.Q(("folded", ""), _negated=True), name="roles_proficiencylevel_name_given"
            ),
        ),
        migrations.AddField(
            model_name="capabilitylevel",
            name="proficiency",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="capability_levels",
                to="roles.proficiencylevel",
                verbose_name="proficiency level",
            ),
        ),
        migrations.AddField(
            model_name="proficiencylevelalias",
            name="item",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="aliases",
                to="roles.proficiencylevel",
                verbose_name="proficiency level",
            ),
        ),
        migrations.AddConstraint(
            model_name="responsibility",
            constraint=models.CheckConstraint(
                condition=models.Q(("folded", ""), _negated=True), name="roles_responsibility_name_given"
            ),
        ),
        migrations.AddField(
            model_name="responsibilityalias",
            name="item",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="aliases",
                to="roles.responsibility",
                verbose_name="responsibility",
            ),
        ),
        migrations.AddConstraint(
            model_name="revisioncounter",
            constraint=models.CheckConstraint(
                condition=models.Q(("id", 1)), name="roles_revisioncounter_one_row"
            ),
        ),
        migrations.AddField(
            model_name="rolealias",
            name="role",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="aliases",
                to="roles.role",
                verbose_name="role",
            ),
        ),
        migrations.AddField(
            model_name="roleartifact",
            name="artifact",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="uses",
                to="roles.artifact",
                verbose_name="shared artifact",
            ),
        ),
        migrations.AddField(
            model_name="roleartifact",
            name="role",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="artifacts",
                to="roles.role",
                verbose_name="role",
            ),
        ),
        migrations.AddField(
            model_name="rolecapability",
            name="capability",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="uses",
                to="roles.capability",
                verbose_name="shared capability",
            ),
        ),
        migrations.AddField(
            model_name="rolecapability",
            name="proficiency",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="uses",
                to="roles.proficiencylevel",
                verbose_name="proficiency level",
            ),
        ),
        migrations.AddField(
            model_name="rolecapability",
            name="role",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="capabilities",
                to="roles.role",
                verbose_name="role",
            ),
        ),
        migrations.AddField(
            model_name="roleidentifier",
            name="role",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="identifiers",
                to="roles.role",
                verbose_name="role",
            ),
        ),
        migrations.AddField(
            model_name="rolemember",
            name="member",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="memberships",
                to="roles.role",
                verbose_name="role with this code",
            ),
        ),
        migrations.AddField(
            model_name="rolemember",
            name="role",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="members",
                to="roles.role",
                verbose_name="role",
            ),
        ),
        migrations.AddField(
            model_name="rolemetric",
            name="role",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="metrics",
                to="roles.role",
                verbose_name="role",
            ),
        ),
        migrations.AddField(
            model_name="roleprinciple",
            name="role",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="principles",
                to="roles.role",
                verbose_name="role",
            ),
        ),
        migrations.AddField(
            model_name="roleproperty",
            name="role",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="properties",
                to="roles.role",
                verbose_name="role",
            ),
        ),
        migrations.AddField(
            model_name="rolerendering",
            name="role",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="rendering",
                to="roles.role",
                verbose_name="role",
            ),
        ),
        migrations.AddField(
            model_name="roleresponsibility",
            name="responsibility",
            field=models.ForeignKey(
                blank=True,
                help_text="Links this with the same responsibility of other roles.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="uses",
                to="roles.responsibility",
                verbose_name="shared responsibility",
            ),
        ),
        migrations.AddField(
            model_name="roleresponsibility",
            name="role",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="responsibilities",
                to="roles.role",
                verbose_name="role",
            ),
        ),
        migrations.AddField(
            model_name="rolerevision",
            name="author",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="role_revisions",
                to=settings.AUTH_USER_MODEL,
                verbose_name="author",
            ),
        ),
        migrations.AddField(
            model_name="rolerevision",
            name="role",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="revisions",
                to="roles.role",
                verbose_name="role",
            ),
        ),
        migrations.AddField(
            model_name="rolerevision",
            name="run",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="revisions",
                to="roles.loadrun",
                verbose_name="load",
            ),
        ),
        migrations.AddField(
            model_name="role",
            name="revision",
            field=models.OneToOneField(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="roles.rolerevision",
                verbose_name="newest revision",
            ),
        ),
        migrations.AddField(
            model_name="rolesection",
            name="role",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="sections",
                to="roles.role",
                verbose_name="role",
            ),
        ),
        migrations.AddField(
            model_name="roletag",
            name="role",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="tags",
                to="roles.role",
                verbose_name="role",
            ),
        ),
        migrations.AddField(
            model_name="rolevariation",
            name="role",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="variations",
                to="roles.role",
                verbose_name="role",
            ),
        ),
        migrations.AddConstraint(
            model_name="senioritylevel",
            constraint=models.CheckConstraint(
                condition=models.Q(("folded", ""), _negated=True), name="roles_senioritylevel_name_given"
            ),
        ),
        migrations.AddField(
            model_name="role",
            name="seniority",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="roles",
                to="roles.senioritylevel",
                verbose_name="seniority level",
            ),
        ),
        migrations.AddField(
            model_name="senioritylevelalias",
            name="item",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="aliases",
                to="roles.senioritylevel",
                verbose_name="seniority level",
            ),
        ),
        migrations.AddField(
            model_name="sourcedocument",
            name="role",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="documents",
                to="roles.role",
                verbose_name="role",
            ),
        ),
        migrations.AddField(
            model_name="sourcedocument",
            name="run",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="documents",
                to="roles.loadrun",
                verbose_name="load",
            ),
        ),
        migrations.AddConstraint(
            model_name="agentknowledge",
            constraint=models.UniqueConstraint(
                models.F("role"),
                django.db.models.functions.text.MD5("key"),
                condition=models.Q(("key", ""), _negated=True),
                name="roles_agentknowledge_key",
            ),
        ),
        migrations.AddConstraint(
            model_name="agentknowledge",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="roles_agentknowledge_says_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="agentpersonality",
            constraint=models.UniqueConstraint(
                models.F("role"),
                django.db.models.functions.text.MD5("key"),
                condition=models.Q(("key", ""), _negated=True),
                name="roles_agentpersonality_key",
            ),
        ),
        migrations.AddConstraint(
            model_name="agentpersonality",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("name", ""), _negated=True),
                    models.Q(("text", ""), _negated=True),
                    _connector="OR",
                ),
                name="roles_agentpersonality_says_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="agentphrase",
            constraint=models.UniqueConstraint(
                models.F("role"),
                django.db.models.functions.text.MD5("key"),
                condition=models.Q(("key", ""), _negated=True),
                name="roles_agentphrase_key",
            ),
        ),
        migrations.AddConstraint(
            model_name="agentphrase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("label", ""), _negated=True),
                    models.Q(("text", ""), _negated=True),
                    _connector="OR",
                ),
                name="roles_agentphrase_says_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="artifactalias",
            constraint=models.CheckConstraint(
                condition=models.Q(("folded", ""), _negated=True), name="roles_artifactalias_name_given"
            ),
        ),
        migrations.AddConstraint(
            model_name="capabilityalias",
            constraint=models.CheckConstraint(
                condition=models.Q(("folded", ""), _negated=True), name="roles_capabilityalias_name_given"
            ),
        ),
        migrations.AddConstraint(
            model_name="dailytask",
            constraint=models.UniqueConstraint(
                models.F("role"),
                django.db.models.functions.text.MD5("key"),
                condition=models.Q(("key", ""), _negated=True),
                name="roles_dailytask_key",
            ),
        ),
        migrations.AddConstraint(
            model_name="dailytask",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("time", ""), _negated=True),
                    models.Q(("name", ""), _negated=True),
                    models.Q(("text", ""), _negated=True),
                    _connector="OR",
                ),
                name="roles_dailytask_says_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="interactionkind",
            constraint=models.CheckConstraint(
                condition=models.Q(("folded", ""), _negated=True), name="roles_interactionkind_name_given"
            ),
        ),
        migrations.AddConstraint(
            model_name="interaction",
            constraint=models.UniqueConstraint(
                models.F("role"),
                django.db.models.functions.text.MD5("key"),
                condition=models.Q(("key", ""), _negated=True),
                name="roles_interaction_key",
            ),
        ),
        migrations.AddConstraint(
            model_name="interaction",
            constraint=models.CheckConstraint(
                condition=models.Q(("partner_name", ""), _negated=True),
                name="roles_interaction_partner_given",
            ),
        ),
        migrations.AddConstraint(
            model_name="interactionkindalias",
            constraint=models.CheckConstraint(
                condition=models.Q(("folded", ""), _negated=True),
                name="roles_interactionkindalias_name_given",
            ),
        ),
        migrations.AddConstraint(
            model_name="jobfamilyalias",
            constraint=models.CheckConstraint(
                condition=models.Q(("folded", ""), _negated=True), name="roles_jobfamilyalias_name_given"
            ),
        ),
        migrations.AddConstraint(
            model_name="loadoutcome",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("outcome__in", ["created", "updated", "unchanged", "skipped", "failed", "held"])
                ),
                name="roles_loadoutcome_outcome",
            ),
        ),
        migrations.AddIndex(
            model_name="conflict",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", True)),
                fields=["-opened_at"],
                name="roles_conflict_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="conflict",
            constraint=models.UniqueConstraint(
                models.F("role"),
                django.db.models.functions.text.MD5("key"),
                condition=models.Q(("closed_at__isnull", True)),
                name="roles_conflict_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="conflict",
            constraint=models.CheckConstraint(
                condition=models.Q(("key", ""), _negated=True), name="roles_conflict_key_given"
            ),
        ),
        migrations.AddConstraint(
            model_name="agentmcpserver",
            constraint=models.UniqueConstraint(
                models.F("role"),
                django.db.models.functions.text.MD5("key"),
                condition=models.Q(("key", ""), _negated=True),
                name="roles_agentmcpserver_key",
            ),
        ),
        migrations.AddConstraint(
            model_name="agentmcpserver",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="roles_agentmcpserver_name_given"
            ),
        ),
        migrations.AddConstraint(
            model_name="mcpserveralias",
            constraint=models.CheckConstraint(
                condition=models.Q(("folded", ""), _negated=True), name="roles_mcpserveralias_name_given"
            ),
        ),
        migrations.AddConstraint(
            model_name="oldslug",
            constraint=models.CheckConstraint(
                condition=models.Q(("slug__regex", "^[a-z0-9]+(-[a-z0-9]+)*\\Z")), name="roles_oldslug_slug"
            ),
        ),
        migrations.AddConstraint(
            model_name="capabilitylevel",
            constraint=models.UniqueConstraint(
                fields=("capability", "proficiency"), name="roles_capabilitylevel_pair"
            ),
        ),
        migrations.AddConstraint(
            model_name="proficiencylevelalias",
            constraint=models.CheckConstraint(
                condition=models.Q(("folded", ""), _negated=True),
                name="roles_proficiencylevelalias_name_given",
            ),
        ),
        migrations.AddConstraint(
            model_name="responsibilityalias",
            constraint=models.CheckConstraint(
                condition=models.Q(("folded", ""), _negated=True), name="roles_responsibilityalias_name_given"
            ),
        ),
        migrations.AddConstraint(
            model_name="rolealias",
            constraint=models.UniqueConstraint(fields=("role", "folded"), name="roles_rolealias_once"),
        ),
        migrations.AddConstraint(
            model_name="rolealias",
            constraint=models.CheckConstraint(
                condition=models.Q(("folded", ""), _negated=True), name="roles_rolealias_name_given"
            ),
        ),
        migrations.AddConstraint(
            model_name="roleartifact",
            constraint=models.UniqueConstraint(
                models.F("role"),
                django.db.models.functions.text.MD5("key"),
                condition=models.Q(("key", ""), _negated=True),
                name="roles_roleartifact_key",
            ),
        ),
        migrations.AddConstraint(
            model_name="roleartifact",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="roles_roleartifact_name_given"
            ),
        ),
        migrations.AddConstraint(
            model_name="rolecapability",
            constraint=models.UniqueConstraint(
                models.F("role"),
                django.db.models.functions.text.MD5("key"),
                condition=models.Q(("key", ""), _negated=True),
                name="roles_rolecapability_key",
            ),
        ),
        migrations.AddConstraint(
            model_name="rolecapability",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="roles_rolecapability_name_given"
            ),
        ),
        migrations.AddConstraint(
            model_name="roleidentifier",
            constraint=models.UniqueConstraint(
                fields=("scheme", "value"), name="roles_roleidentifier_one_role"
            ),
        ),
        migrations.AddConstraint(
            model_name="roleidentifier",
            constraint=models.CheckConstraint(
                condition=models.Q(("scheme", ""), _negated=True), name="roles_roleidentifier_scheme_given"
            ),
        ),
        migrations.AddConstraint(
            model_name="roleidentifier",
            constraint=models.CheckConstraint(
                condition=models.Q(("value", ""), _negated=True), name="roles_roleidentifier_value_given"
            ),
        ),
        migrations.AddConstraint(
            model_name="rolemember",
            constraint=models.UniqueConstraint(
                models.F("role"),
                django.db.models.functions.text.MD5("key"),
                condition=models.Q(("key", ""), _negated=True),
                name="roles_rolemember_key",
            ),
        ),
        migrations.AddConstraint(
            model_name="rolemember",
            constraint=models.CheckConstraint(
                condition=models.Q(("role_code", ""), _negated=True), name="roles_rolemember_code_given"
            ),
        ),
        migrations.AddConstraint(
            model_name="rolemetric",
            constraint=models.UniqueConstraint(
                models.F("role"),
                django.db.models.functions.text.MD5("key"),
                condition=models.Q(("key", ""), _negated=True),
                name="roles_rolemetric_key",
            ),
        ),
        migrations.AddConstraint(
            model_name="rolemetric",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="roles_rolemetric_says_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="roleprinciple",
            constraint=models.UniqueConstraint(
                models.F("role"),
                django.db.models.functions.text.MD5("key"),
                condition=models.Q(("key", ""), _negated=True),
                name="roles_roleprinciple_key",
            ),
        ),
        migrations.AddConstraint(
            model_name="roleprinciple",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="roles_roleprinciple_says_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="roleproperty",
            constraint=models.UniqueConstraint(
                models.F("role"),
                django.db.models.functions.text.MD5("key"),
                condition=models.Q(("key", ""), _negated=True),
                name="roles_roleproperty_key",
            ),
        ),
        migrations.AddConstraint(
            model_name="roleproperty",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="roles_roleproperty_name_given"
            ),
        ),
        migrations.AddConstraint(
            model_name="roleresponsibility",
            constraint=models.UniqueConstraint(
                models.F("role"),
                django.db.models.functions.text.MD5("key"),
                condition=models.Q(("key", ""), _negated=True),
                name="roles_roleresponsibility_key",
            ),
        ),
        migrations.AddConstraint(
            model_name="roleresponsibility",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("name", ""), _negated=True),
                    models.Q(("text", ""), _negated=True),
                    _connector="OR",
                ),
                name="roles_roleresponsibility_says_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="rolerevision",
            constraint=models.UniqueConstraint(
                fields=("role_uid", "number"), name="roles_rolerevision_number_in_role"
            ),
        ),
        migrations.AddConstraint(
            model_name="rolerevision",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 1)), name="roles_rolerevision_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="rolerevision",
            constraint=models.CheckConstraint(
                condition=models.Q(("catalogue_number__gte", 1)), name="roles_rolerevision_catalogue_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="rolerevision",
            constraint=models.CheckConstraint(
                condition=models.Q(("origin__in", ["load", "admin", "api", "restore"])),
                name="roles_rolerevision_origin",
            ),
        ),
        migrations.AddConstraint(
            model_name="rolesection",
            constraint=models.UniqueConstraint(
                models.F("role"),
                django.db.models.functions.text.MD5("key"),
                condition=models.Q(("key", ""), _negated=True),
                name="roles_rolesection_key",
            ),
        ),
        migrations.AddConstraint(
            model_name="rolesection",
            constraint=models.CheckConstraint(
                condition=models.Q(("level__in", [2, 3])), name="roles_rolesection_level"
            ),
        ),
        migrations.AddConstraint(
            model_name="rolesection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("heading__isnull", False), models.Q(("heading", ""), _negated=True)),
                    models.Q(("text", ""), _negated=True),
                    _connector="OR",
                ),
                name="roles_rolesection_says_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="roletag",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="roles_roletag_name_given"
            ),
        ),
        migrations.AddConstraint(
            model_name="rolevariation",
            constraint=models.UniqueConstraint(
                models.F("role"),
                django.db.models.functions.text.MD5("key"),
                condition=models.Q(("key", ""), _negated=True),
                name="roles_rolevariation_key",
            ),
        ),
        migrations.AddConstraint(
            model_name="rolevariation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("name", ""), _negated=True),
                    models.Q(("text", ""), _negated=True),
                    _connector="OR",
                ),
                name="roles_rolevariation_says_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="role",
            constraint=models.CheckConstraint(
                condition=models.Q(("slug__regex", "^[a-z0-9]+(-[a-z0-9]+)*\\Z")), name="roles_role_slug"
            ),
        ),
        migrations.AddConstraint(
            model_name="role",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="roles_role_name_given"
            ),
        ),
        migrations.AddConstraint(
            model_name="role",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["draft", "published", "archived"])),
                name="roles_role_status",
            ),
        ),
        migrations.AddConstraint(
            model_name="role",
            constraint=models.CheckConstraint(
                condition=models.Q(("successor", models.F("id")), _negated=True),
                name="roles_role_succeeds_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="senioritylevelalias",
            constraint=models.CheckConstraint(
                condition=models.Q(("folded", ""), _negated=True), name="roles_senioritylevelalias_name_given"
            ),
        ),
        migrations.AddConstraint(
            model_name="sourcedocument",
            constraint=models.CheckConstraint(
                condition=models.Q(("path", ""), _negated=True), name="roles_sourcedocument_path_given"
            ),
        ),
        migrations.AddConstraint(
            model_name="sourcedocument",
            constraint=models.CheckConstraint(
                condition=models.Q(("dialect__in", ["profile", "job"])), name="roles_sourcedocument_dialect"
            ),
        ),
        migrations.AddConstraint(
            model_name="sourcedocument",
            constraint=models.CheckConstraint(
                condition=models.Q(("digest__regex", "^[0-9a-f]{64}\\Z")), name="roles_sourcedocument_digest"
            ),
        ),
    ]
