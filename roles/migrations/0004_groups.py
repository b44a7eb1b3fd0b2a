"""The groups that administrators put people into.

A migration and no signal: it grants once, so what an administrator takes away later stays away. A migration
that adds a model grants its permissions in the same way.
"""

from typing import Any

from django.contrib.auth.management import create_permissions
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

ROLES = ["role"]
VOCABULARY = [
    "responsibility",
    "capability",
    "artifact",
    "interactionkind",
    "jobfamily",
    "senioritylevel",
    "proficiencylevel",
    "mcpserver",
]
# Rows that stand on the page of something else, where they can be struck out.
PARTS = [
    "oldslug",
    "roleidentifier",
    "rolealias",
    "roletag",
    "roleresponsibility",
    "rolecapability",
    "roleartifact",
    "roleproperty",
    "rolevariation",
    "dailytask",
    "rolemetric",
    "roleprinciple",
    "rolemember",
    "rolesection",
    "interaction",
    "agentprofile",
    "agentpersonality",
    "agentphrase",
    "agentmcpserver",
    "agentknowledge",
    "capabilitylevel",
    *(f"{word}alias" for word in VOCABULARY),
]
PROVENANCE = ["loadrun", "loadoutcome", "sourcedocument", "rolerevision", "conflict"]


def codenames(models: list[str], *actions: str) -> list[str]:
    """Return the permissions for each of these actions on each of these models."""
    return [f"{action}_{model}" for model in models for action in actions]


GROUPS = {
    "Viewers": codenames([*ROLES, *VOCABULARY, *PARTS], "view"),
    "Editors": [
        *codenames([*ROLES, *VOCABULARY], "view", "add", "change"),
        *codenames(PARTS, "view", "add", "change", "delete"),
        *codenames(PROVENANCE, "view"),
        "view_draft_role",
    ],
}


def add_groups(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Add both groups with their permissions; a group that exists keeps what it has."""
    # Django makes the permissions after all migrations only, and for apps with a module of models.
    config: Any = apps.get_app_config("roles")
    config.models_module = True
    create_permissions(config, verbosity=0, apps=apps, using=schema_editor.connection.alias)

    permissions = {
        permission.codename: permission
        for permission in apps.get_model("auth", "Permission")._default_manager.filter(
            content_type__app_label="roles"
        )
    }
    for name, granted in GROUPS.items():
        group, _created = apps.get_model("auth", "Group")._default_manager.get_or_create(name=name)
        group.permissions.add(*(permissions[codename] for codename in granted))


class Migration(migrations.Migration):
    dependencies = [
        ("roles", "0003_vocabulary"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(add_groups, migrations.RunPython.noop)]
