"""The admin of a catalogue that holds much: no page offers all of it at once."""

import re

import pytest
from django.contrib.auth.models import User
from django.db.models import Model
from django.test import Client

from roles.documents import document as documents
from roles.documents.text import fold_key, slugify, sort_key
from roles.models import (
    Artifact,
    Capability,
    InteractionKind,
    JobFamily,
    McpServer,
    Responsibility,
    Role,
)
from tests.builders import document, written
from tests.test_admin_pages import role
from tests.test_permissions import doors

__all__ = ["role"]

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]

MANY, MOST_OPTIONS = 150, 100
SELECT = re.compile(r"<select\b([^>]*)>(.*?)</select>", re.DOTALL)
# What can be permitted grows with the tables, not with their rows.
PERMISSIONS = re.compile(r'name="(user_)?permissions"')
# Levels are no such vocabulary: a ladder of as many rungs is none.
WORDS: list[type[Model]] = [Artifact, Capability, InteractionKind, JobFamily, McpServer, Responsibility]


@pytest.fixture
def many(role: Role) -> None:
    """More of everything that somebody could choose from than a list should show."""
    for model in WORDS:
        fields = {field.name for field in model._meta.fields}
        names = [f"{model._meta.verbose_name} {number}" for number in range(MANY)]
        model._default_manager.bulk_create(
            model(
                name=name,
                folded=fold_key(name),
                sort_key=sort_key(name),
                slug=slugify(name),
                **dict.fromkeys(fields & {"category", "type"}, name),
            )
            for name in names
        )
    owners = User.objects.bulk_create(User(username=f"owner-{number}") for number in range(MANY))
    families = list(JobFamily.objects.all())
    Role.objects.bulk_create(
        Role(
            slug=f"role-{number}",
            name=f"Role {number}",
            sort_key=sort_key(f"Role {number}"),
            family=families[number],
            owner=owners[number],
        )
        for number in range(MANY)
    )


@pytest.mark.usefixtures("many")
def test_no_page_of_the_admin_offers_everything_at_once(admin_client: Client, role: Role) -> None:
    long = []
    for door in doors(role):
        html = admin_client.get(door.address).content.decode()
        for attributes, options in SELECT.findall(html):
            if options.count("<option") > MOST_OPTIONS and not PERMISSIONS.search(attributes):
                long.append((door.address, attributes))
        if html.count('href="?') > MOST_OPTIONS:
            long.append((door.address, "links"))
    assert long == []


@pytest.mark.parametrize("value", ["1", "0", "", "none", "9" * 30, "%00", "1&family__id__exact=2"])
@pytest.mark.parametrize("name", ["family__id__exact", "owner__id__exact", "seniority__id__exact"])
def test_roles_are_narrowed_by_whatever_an_address_asks_for(
    editor_client: Client, name: str, value: str
) -> None:
    answer = editor_client.get(f"/admin/roles/role/?{name}={value}", follow=True)
    assert answer.status_code == 200


def test_a_list_of_words_is_narrowed_by_a_part_of_its_category(editor_client: Client) -> None:
    for category in ("Data work", "Handcraft"):
        Capability.objects.create(name=f"Of {category}", category=category)
    found = editor_client.get("/admin/roles/capability/?category__icontains=hand")
    assert [item.name for item in found.context["cl"].result_list] == ["Of Handcraft"]


def test_who_may_not_look_accounts_up_narrows_by_no_owner(viewer_client: Client) -> None:
    assert 'name="owner__id__exact"' not in viewer_client.get("/admin/roles/role/").content.decode()


def test_a_word_is_counted_once_for_each_role_that_uses_it(editor_client: Client) -> None:
    for name in ("Baker", "Cook"):
        written(document(name, capabilities=(documents.Capability(name="Baking"),)))
    found = editor_client.get("/admin/roles/capability/?o=-3").context["cl"].result_list
    assert [(item.name, item.used) for item in found] == [("Baking", 2)]
