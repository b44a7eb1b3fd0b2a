"""The history of a role for everybody: its revisions, what each changed, and what it said then."""

import pytest
from django.contrib.auth.models import AnonymousUser, Permission, User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from roles import history, store
from roles.documents.document import Capability, RoleDocument
from roles.models import OldSlug, ProficiencyLevel, Role, RoleRevision
from roles.views.role_history import REVISIONS_ON_PAGE, SENTENCES_SHOWN
from tests.builders import FULL, change, document, edit, written
from tests.test_pages import editor_client, page, words_of
from tests.test_pages_role import section

__all__ = ["editor_client"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client: Client) -> Client:
    """Somebody who has signed in, and may see no more than everybody else."""
    client.force_login(User.objects.create_user("tess"))
    return client


def publish(role: Role) -> None:
    """Publish a draft without changing what it says, as HR does."""
    role = Role.objects.get(pk=role.pk)
    role.status = Role.Status.PUBLISHED
    role.save()
    store.save_rows(role, change())


def numbers(client: Client, slug: str = "cook") -> list[int]:
    """The revisions that a role's history lists."""
    listed = client.get(f"/roles/{slug}/revisions/").context["history"].revisions
    return [told.revision.number for told in listed]


def sentences(client: Client, slug: str = "cook") -> list[list[str]]:
    return [told.sentences for told in client.get(f"/roles/{slug}/revisions/").context["history"].revisions]


# What changed


def test_the_history_tells_what_each_revision_changed_newest_first(client: Client) -> None:
    ProficiencyLevel.objects.get_or_create(name="Advanced")
    written(document("Cook", capabilities=(Capability(name="Soup", level="Competent"),)))
    edit("cook", capabilities=(Capability(name="Soup", level="Advanced"),))
    edit("cook", mission="Feed people.")
    assert sentences(client) == [
        ["Wrote the mission"],
        ["Raised Soup from Competent to Advanced"],
        ["Made the role"],
    ]


def test_who_and_why_are_told_to_people_who_have_signed_in(reader: Client) -> None:
    store.write(None, document("Cook"), change("The kitchen opens"))
    words = words_of(page(reader, "/roles/cook/revisions/"))
    assert "The kitchen opens" in words
    assert "Hanna edited in the admin" in words


def test_who_and_why_are_not_told_to_the_public(client: Client) -> None:
    store.write(None, document("Cook"), change("The kitchen opens"))
    for address in ("/roles/cook/revisions/", "/roles/cook/revisions/1/"):
        words = words_of(page(client, address))
        assert "kitchen" not in words
        assert "Hanna" not in words


def test_a_revision_that_changed_much_is_summed_up(client: Client) -> None:
    written(document("Cook"))
    edit("cook", capabilities=tuple(Capability(name=f"Dish {number}") for number in range(20)))
    told = client.get("/roles/cook/revisions/").context["history"].revisions[0]
    assert (len(told.sentences), told.more) == (SENTENCES_SHOWN, 20 - SENTENCES_SHOWN)


def test_a_long_history_is_paged(client: Client) -> None:
    written(document("Cook"))
    for number in range(REVISIONS_ON_PAGE):
        edit("cook", mission=f"Feed {number} people.")
    assert numbers(client)[-1] == 2
    assert "Made the role" in words_of(page(client, "/roles/cook/revisions/?page=2"))
    assert client.get("/roles/cook/revisions/?page=oops").status_code == 200


# What it said then


def test_a_revision_shows_the_role_as_it_was(client: Client) -> None:
    written(document("Cook", mission="Feed people.", capabilities=(Capability(name="Soup"),)))
    edit("cook", mission="Feed everybody.", capabilities=())
    html = page(client, "/roles/cook/revisions/1/")
    assert "Feed people." in words_of(section(html, "mission"))
    assert "Soup" in words_of(section(html, "capabilities"))
    assert "This is what the role said in revision 1" in words_of(html)
    assert "Feed everybody." not in words_of(html)


def test_a_revision_says_everything_that_its_document_says(client: Client) -> None:
    written(FULL)
    edit("bridge-keeper", mission="Close the bridge.", agent=None, capabilities=(), interactions=())
    then = client.get("/roles/bridge-keeper/revisions/1/").context["page"]
    assert then.document == RoleDocument.stored(FULL.to_json())
    words = words_of(page(client, "/roles/bridge-keeper/revisions/1/"))
    for said in ("Carpentry", "Ferry Master", "You keep a bridge.", "Bridge_Bot"):
        assert said in words


def test_a_level_of_long_ago_has_its_marks_only_while_it_is_stated(client: Client) -> None:
    written(document("Cook", capabilities=(Capability(name="Soup", level="Advanced"),)))
    edit("cook", capabilities=(Capability(name="Soup", level="Expert"),))
    html = section(page(client, "/roles/cook/revisions/1/"), "capabilities")
    assert "Advanced" in html
    assert "mark--set" not in html


def test_a_revision_shows_the_words_that_it_changed(client: Client) -> None:
    written(document("Cook", mission="Feed people well."))
    edit("cook", mission="Feed animals well.")
    html = section(page(client, "/roles/cook/revisions/2/"), "changed")
    assert "Reworded the mission" in html
    assert "Feed <del>people</del><ins>animals</ins> well." in html


def test_revisions_are_not_for_search_engines(client: Client) -> None:
    written(document("Cook"))
    for address in ("/roles/cook/revisions/", "/roles/cook/revisions/1/"):
        assert '<meta name="robots" content="noindex">' in page(client, address)


@pytest.mark.parametrize("number", ["0", "2", "99999999999999999999999", "9" * 5000])
def test_a_revision_that_does_not_exist_is_not_found(client: Client, number: str) -> None:
    written(document("Cook"))
    assert client.get(f"/roles/cook/revisions/{number}/").status_code == 404


def test_an_old_slug_leads_to_the_same_revision(client: Client) -> None:
    OldSlug.objects.create(role=written(document("Cook")), slug="chef")
    assert client.get("/roles/chef/revisions/1/")["Location"] == "/roles/cook/revisions/1/"


def test_a_role_without_revisions_has_a_history(client: Client) -> None:
    Role.objects.create(slug="cook", name="Cook")
    assert "No change of this role has been recorded yet." in words_of(page(client, "/roles/cook/revisions/"))


# Who sees what


def test_the_history_of_a_draft_is_for_those_who_may_see_drafts(
    client: Client, editor_client: Client
) -> None:
    written(document("Cook"), status=Role.Status.DRAFT)
    assert client.get("/roles/cook/revisions/").status_code == 404
    assert client.get("/roles/cook/revisions/1/").status_code == 404
    assert numbers(editor_client) == [1]


def test_what_was_written_in_a_draft_is_no_part_of_the_public_history(
    client: Client, editor_client: Client
) -> None:
    role = written(document("Cook", mission="Replace Otto."), status=Role.Status.DRAFT)
    edit("cook", mission="Feed people.")
    publish(role)
    edit("cook", mission="Feed everybody.")
    assert numbers(client) == [3, 2]
    assert sentences(client) == [["Reworded the mission"], ["Made the role"]]
    assert client.get("/roles/cook/revisions/1/").status_code == 404
    assert numbers(editor_client) == [3, 2, 1]


def test_an_edit_that_publishes_does_not_publish_what_was_before(client: Client) -> None:
    role = written(document("Cook", mission="Replace Otto."), status=Role.Status.DRAFT)
    role = Role.objects.get(pk=role.pk)
    role.status, role.mission = Role.Status.PUBLISHED, "Feed people."
    role.save()
    store.save_rows(role, change())
    assert numbers(client) == [2]
    assert "Otto" not in page(client, "/roles/cook/revisions/2/")


def test_a_role_that_is_a_draft_again_shows_the_public_nothing(client: Client) -> None:
    role = written(document("Cook"))
    Role.objects.filter(pk=role.pk).update(status=Role.Status.DRAFT)
    assert client.get("/roles/cook/revisions/1/").status_code == 404
    assert not RoleRevision.objects.visible_to(AnonymousUser()).exists()


def test_a_deleted_role_has_no_public_history(client: Client) -> None:
    role = written(document("Cook"))
    history.delete([role], change())
    assert client.get("/roles/cook/revisions/1/").status_code == 404


# Queries


def test_a_history_takes_the_same_queries_however_long_it_is(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    written(document("Cook"))
    edit("cook", mission="Feed people.")
    written(document("Baker"))
    for number in range(REVISIONS_ON_PAGE):
        edit("baker", mission=f"Feed {number} people.")
    # The role, how many revisions, those of the page, the one before, the ladder by names and by aliases.
    for slug in ("cook", "baker"):
        with django_assert_num_queries(6):
            page(client, f"/roles/{slug}/revisions/")


def test_a_revision_takes_no_more_queries_than_the_role(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    written(FULL)
    edit("bridge-keeper", mission="Close the bridge.")
    edit("bridge-keeper", tags=())
    # Those of the role's page, and the revision, the one before and the one after, the ladder twice.
    with django_assert_num_queries(15):
        page(client, "/roles/bridge-keeper/revisions/2/")


def test_a_permission_to_see_drafts_opens_the_whole_history(client: Client) -> None:
    written(document("Cook"), status=Role.Status.DRAFT)
    user = User.objects.create_user("pat")
    user.user_permissions.add(Permission.objects.get(codename="view_draft_role"))
    client.force_login(user)
    assert numbers(client) == [1]
