"""What the four groups may do: Viewers, Editors, Reviewers and Administrators.

Whoever could change what everybody reads can do so still: the Editors of before are Reviewers too, and who
may change roles by another group, or alone, may publish them. A group that an administrator changed keeps
what it has and gets only what is new.
"""

from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

first = import_module("roles.migrations.0004_groups")
standing_text = import_module("roles.migrations.0011_standing_text")

GROUPS = ["Viewers", "Editors", "Reviewers", "Administrators"]
ACTIONS = {"v": "view", "a": "add", "c": "change", "d": "delete"}

PARTS_OF_ROLES = [
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
]
VOCABULARY = first.VOCABULARY
PARTS_OF_WORDS = ["capabilitylevel", *(f"{word}alias" for word in VOCABULARY)]
PROVENANCE = ["loadrun", "loadoutcome", "sourcedocument", "rolerevision", "conflict"]

# What each group may do with each table, in the order of GROUPS: view, add, change and delete its rows.
MAY: dict[str, tuple[str, str, str, str]] = {
    "roles.role": ("v", "vac", "vac", "vacd"),
    **{f"roles.{part}": ("v", "vacd", "vacd", "vacd") for part in PARTS_OF_ROLES},
    **{f"roles.{word}": ("v", "va", "vacd", "vacd") for word in [*VOCABULARY, *PARTS_OF_WORDS]},
    "roles.standingtext": ("v", "v", "vacd", "vacd"),
    **{f"roles.{table}": ("", "v", "v", "v") for table in PROVENANCE},
    "roles.lifecyclechange": ("", "v", "v", "v"),
    "roles.suggestion": ("", "vc", "vc", "vc"),
    "roles.proposal": ("", "vac", "vac", "vac"),
    "roles.proposalcomment": ("", "va", "va", "va"),
    "roles.setaside": ("v", "vad", "vad", "vad"),
    "roles.accountevent": ("", "", "", "v"),
    "auth.user": ("", "", "", "vacd"),
    "auth.group": ("", "", "", "vacd"),
    "axes.accessattempt": ("", "", "", "vd"),
}
# What they may beside that.
FURTHER = {
    "Editors": ["roles.view_draft_role"],
    "Reviewers": ["roles.view_draft_role", "roles.publish_role"],
    "Administrators": ["roles.view_draft_role", "roles.publish_role"],
}


def granted(group: str) -> list[str]:
    """Return the permissions of a group, like "roles.add_role"."""
    place = GROUPS.index(group)
    rows = ((table.split("."), letters[place]) for table, letters in MAY.items())
    return [
        *(f"{app}.{ACTIONS[letter]}_{model}" for (app, model), letters in rows for letter in letters),
        *FURTHER.get(group, []),
    ]


def earlier(group: str) -> set[str]:
    """Return the permissions that the migrations before this one gave a group."""
    actions = standing_text.GROUPS.get(group, [])
    codenames = [*first.GROUPS.get(group, []), *(f"{action}_standingtext" for action in actions)]
    return {f"roles.{codename}" for codename in codenames}


def grant(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make the groups that are new, and bring those up to date that are there still."""
    # Django makes the permissions after all migrations only, and for apps with a module of models.
    for app in ("roles", "auth", "axes"):
        config: Any = apps.get_app_config(app)
        config.models_module = True
        create_permissions(config, verbosity=0, apps=apps, using=schema_editor.connection.alias)

    permissions = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in apps.get_model("auth", "Permission")._default_manager.select_related("content_type")
    }
    groups = apps.get_model("auth", "Group")._default_manager
    users = apps.get_model("auth", "User")._default_manager

    publish, change = permissions["roles.publish_role"], permissions["roles.change_role"]
    for holder in groups.filter(permissions=change).exclude(name__in=GROUPS):
        holder.permissions.add(publish)
    for holder in users.filter(user_permissions=change):
        holder.user_permissions.add(publish)

    for name in GROUPS:
        if before := earlier(name):
            group = groups.filter(name=name).first()
        else:
            group, _created = groups.get_or_create(name=name)
        if group is None:
            continue
        has = {
            f"{app}.{codename}"
            for app, codename in group.permissions.values_list("content_type__app_label", "codename")
        }
        if has == before:
            group.permissions.set(permissions[key] for key in granted(name))
        else:
            group.permissions.add(*(permissions[key] for key in granted(name) if key not in before))
    groups.get(name="Reviewers").user_set.add(*users.filter(groups__name="Editors"))


class Migration(migrations.Migration):
    dependencies = [
        ("roles", "0022_inbox_indexes"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("axes", "0010_accessattemptexpiration"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
