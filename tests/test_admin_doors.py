"""Whatever is changed in the admin, each role's newest revision says what its tables say."""

from pathlib import Path
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from roles import store
from roles.admin.vocabulary import SEEN
from roles.documents.document import Capability, Interaction
from roles.loading.run import load
from roles.models import ApiToken, Role, RoleRevision, SourceDocument, StandingText, Webhook
from roles.models.vocabulary import VocabularyItem
from tests.builders import FULL, document, job, put, written
from tests.test_admin_role import form_of

pytestmark = pytest.mark.django_db

Fields = dict[str, str]

WORDS = sorted(
    (model for model in admin.site._registry if issubclass(model, VocabularyItem)),
    key=lambda model: model.__name__,
)
OTHERS = {User, Group, Role, StandingText}
"""Models whose rows can be added and changed in the admin, besides the words."""


@pytest.fixture(autouse=True)
def roles(admin_user: User) -> list[Role]:
    """Roles that say something in every field, and share words."""
    skills = (Capability(name="carpentry", level="expert"),)
    return [
        written(FULL),
        written(
            document(
                "Ferry Master",
                family="River Works",
                seniority="Senior",
                capabilities=skills,
                interactions=(Interaction(kind="reports to", partner="Bridge Keeper"),),
            )
        ),
    ]


def revisions() -> list[int]:
    """The numbers of all revisions, after a look that the newest of each role says what its tables say."""
    for role in Role.objects.select_related("revision"):
        assert role.revision is not None
        assert role.revision.document == store.read(role).to_json()
    return list(RoleRevision.objects.order_by("catalogue_number").values_list("catalogue_number", flat=True))


def page(item: Model, kind: str) -> str:
    return reverse(f"admin:{item._meta.app_label}_{item._meta.model_name}_{kind}", args=[item.pk])


def add_page(model: type[Model], kind: str = "add") -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{kind}")


def opened(client: Client, address: str, model: type[Model]) -> Fields:
    return form_of(client.get(address).content.decode(), f"{model._meta.model_name}_form")


def used(model: type[Model]) -> Any:
    """A word that roles use."""
    relation = "roles" if hasattr(model, "roles") else "uses"
    return model._default_manager.exclude(**{relation: None}).distinct()[0]


def test_nothing_else_can_be_changed_in_the_admin(admin_client: Client) -> None:
    may_be_added = {
        model for model in admin.site._registry if admin_client.get(add_page(model)).status_code == 200
    }
    # What other systems use says nothing of roles: tests/test_admin_tokens.py and test_admin_webhooks.py.
    assert may_be_added == {*WORDS, *OTHERS, ApiToken, Webhook}


TRIED_HERE = {"delete_selected", "load_held"}
LEADING_TO_PAGES_OF_THEIR_OWN = {
    "export_ticked",
    # tests/test_bulk.py and tests/test_admin_merging.py hold what is done there to the history.
    "change_together",
    "merge_selected",
    # And tests/test_admin_conflicts.py.
    "ask_again",
    "keep_ours",
    "take_files",
    # And tests/test_admin_webhooks.py.
    "send_again",
}


def test_no_list_can_be_edited_in_place_or_has_actions_that_are_not_tried_here(
    rf: Any, admin_user: User
) -> None:
    request = rf.get("/")
    request.user = admin_user
    for model_admin in admin.site._registry.values():
        assert not model_admin.list_editable
        assert set(model_admin.get_actions(request)) <= {*TRIED_HERE, *LEADING_TO_PAGES_OF_THEIR_OWN}


@pytest.mark.parametrize("model", WORDS, ids=lambda model: model.__name__)
def test_a_word_that_is_added_renamed_or_given_other_names_changes_no_role(
    admin_client: Client, model: type[Model]
) -> None:
    before = revisions()
    fields = opened(admin_client, add_page(model), model) | {"name": "Something new"}
    assert admin_client.post(add_page(model), fields).status_code == 302
    word = used(model)
    fields = opened(admin_client, page(word, "change"), model)
    number = int(fields["aliases-TOTAL_FORMS"])
    fields |= {"name": "Otherwise", f"aliases-{number}-name": "Or so", "aliases-TOTAL_FORMS": f"{number + 1}"}
    fields[SEEN] = "yes"
    assert admin_client.post(page(word, "change"), fields).status_code == 302
    word.refresh_from_db()
    assert (word.name, word.aliases.count()) == ("Otherwise", number + 2)
    assert revisions() == before


@pytest.mark.parametrize("model", WORDS, ids=lambda model: model.__name__)
def test_a_word_that_roles_use_is_not_deleted_by_either_way(admin_client: Client, model: type[Model]) -> None:
    before, word = revisions(), used(model)
    admin_client.post(page(word, "delete"), {"post": "yes"})
    chosen = {"action": "delete_selected", "_selected_action": [word.pk], "post": "yes"}
    admin_client.post(add_page(model, "changelist"), chosen)
    assert model._default_manager.filter(pk=word.pk).exists()
    assert revisions() == before


@pytest.mark.parametrize("model", WORDS, ids=lambda model: model.__name__)
def test_a_word_that_no_role_uses_is_deleted_without_a_revision(
    admin_client: Client, model: type[VocabularyItem]
) -> None:
    before = revisions()
    word = model.for_names(["Nothing"])[0]
    word.save()
    admin_client.post(page(word, "delete"), {"post": "yes"})
    assert not model._default_manager.filter(pk=word.pk).exists()
    assert revisions() == before


def test_an_account_that_is_changed_or_deleted_changes_no_role(admin_client: Client) -> None:
    user = User.objects.create_user("anna")
    Role.objects.update(owner=user)
    RoleRevision.objects.update(author=user, author_name="anna")
    before = revisions()
    fields = opened(admin_client, page(user, "change"), User) | {"username": "anne"}
    assert admin_client.post(page(user, "change"), fields).status_code == 302
    admin_client.post(page(user, "delete"), {"post": "yes"})
    assert not User.objects.filter(pk=user.pk).exists()
    assert revisions() == before
    assert not RoleRevision.objects.exclude(author=None, author_name="anna").exists()


def test_a_role_that_is_added_and_one_that_is_changed_make_a_revision_each(
    admin_client: Client, roles: list[Role]
) -> None:
    before = len(revisions())
    fields = opened(admin_client, add_page(Role), Role) | {"name": "Cook", "slug": "cook", "mission": "Cook."}
    assert admin_client.post(add_page(Role), fields).status_code == 302
    assert len(revisions()) == before + 1
    for role in roles:
        fields = opened(admin_client, page(role, "change"), Role) | {"summary": "In short."}
        assert admin_client.post(page(role, "change"), fields).status_code == 302
    assert len(revisions()) == before + 1 + len(roles)


def test_a_partner_that_is_told_makes_a_revision_of_that_partner(
    admin_client: Client, roles: list[Role]
) -> None:
    before = len(revisions())
    chosen = {"means": f"{roles[1].pk} Master of the Ferry"}
    admin_client.post(reverse("admin:roles_role_unresolved"), chosen)
    assert len(revisions()) == before + 1


def test_deleting_restoring_and_bringing_back_make_a_revision_each(
    admin_client: Client, roles: list[Role]
) -> None:
    before, role = len(revisions()), roles[0]
    fields = opened(admin_client, page(role, "change"), Role) | {"summary": "In short."}
    admin_client.post(page(role, "change"), fields)
    ways = [
        (page(role, "delete"), {"post": "yes"}),
        (reverse("admin:roles_rolerevision_bring_back", args=[role.uid]), {"newest": "3"}),
        (reverse("admin:roles_rolerevision_restore", args=[role.uid, 1]), {"newest": "4"}),
    ]
    for made, (address, sent) in enumerate(ways, start=2):
        assert admin_client.post(address, sent).status_code == 302
        assert len(revisions()) == before + made


def test_what_was_held_back_and_is_loaded_makes_a_revision(admin_client: Client, tmp_path: Path) -> None:
    def said(count: int) -> dict[str, str | bytes]:
        items = "".join(f"* Principle {number}\n" for number in range(count))
        return {"ann.md": job("Ann", body=f"## Operating principles\n\n{items}")}

    load([put(tmp_path, said(9))])
    load([put(tmp_path, said(1))])
    before, held = len(revisions()), SourceDocument.objects.exclude(held=None).get()
    chosen = {"action": "load_held", "_selected_action": [held.pk]}
    admin_client.post(add_page(SourceDocument, "changelist"), chosen)
    assert store.read(Role.objects.get(slug="ann")).principles == ("Principle 0",)
    assert len(revisions()) == before + 1
