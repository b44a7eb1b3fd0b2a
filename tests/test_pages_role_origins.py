"""Where each statement of a role's page comes from: a document and its line, or a change and who made it."""

from dataclasses import replace
from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from roles import history, store
from roles.documents.document import RoleDocument, statements
from roles.models import Role, RoleRevision, SourceDocument
from roles.views.role_page.shown import Origin
from tests.builders import FULL, change, document, edit, written
from tests.strategies import role_documents
from tests.test_pages import page, words_of
from tests.test_pages_role import section

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client: Client) -> Client:
    """Somebody who has signed in, and may see no more than everybody else."""
    client.force_login(User.objects.create_user("tess"))
    return client


def write_down(role: Role, said: RoleDocument, path: str = "bridge.md") -> None:
    """Give a role a document that states everything of `said`, each statement on a line of its own."""
    SourceDocument.objects.create(
        role=role,
        path=path,
        dialect="profile",
        digest="0" * 64,
        content=b"",
        rank=1,
        parsed=said.to_json(),
        lines={key: number for number, key in enumerate(statements(said), start=1)},
    )


def mission_of(client: Client, slug: str = "bridge-keeper") -> Origin:
    parts = client.get(f"/roles/{slug}/").context["page"].sections
    origin: Origin = next(part.content for part in parts if part.id == "mission").origin
    return origin


def test_a_statement_of_a_document_names_its_line(client: Client) -> None:
    write_down(written(FULL), FULL)
    [place] = mission_of(client).places
    line = list(statements(FULL)).index("mission") + 1
    assert (place.path, place.line) == ("bridge.md", line)
    words = words_of(section(page(client, "/roles/bridge-keeper/"), "mission"))
    assert f"From bridge.md, line {line}" in words


def test_that_a_role_was_first_loaded_with_what_its_document_says_is_not_said_again(client: Client) -> None:
    role = store.write(None, FULL, store.Change(origin=RoleRevision.Origin.LOAD))[0]
    write_down(role, FULL)
    origin = mission_of(client)
    assert [place.path for place in origin.places] == ["bridge.md"]
    assert origin.written is None


def test_a_statement_that_a_later_load_brought_says_when(client: Client) -> None:
    loaded = store.Change(origin=RoleRevision.Origin.LOAD)
    role = store.write(None, replace(FULL, mission="Close the bridge."), loaded)[0]
    store.write(role, FULL, loaded)
    write_down(role, FULL)
    written_in = mission_of(client).written
    assert written_in is not None
    assert (written_in.number, written_in.loaded) == (2, True)


def test_an_edited_statement_says_in_which_revision_and_what_the_document_says(client: Client) -> None:
    write_down(written(FULL), FULL)
    edit("bridge-keeper", mission="Close the bridge.")
    edit("bridge-keeper", tags=())
    origin = mission_of(client)
    assert origin.places == []
    assert origin.written is not None
    assert origin.written.address == "/roles/bridge-keeper/revisions/2/"
    [other] = origin.otherwise
    assert [detail.after for detail in other.details] == ["Get people across *safely*."]


def test_an_editor_is_named_to_people_who_have_signed_in(reader: Client) -> None:
    written(FULL)
    words = words_of(section(page(reader, "/roles/bridge-keeper/"), "mission"))
    assert "Edited by Hanna on" in words


def test_an_editor_is_not_named_to_the_public(client: Client) -> None:
    written(FULL)
    edit("bridge-keeper", mission="Close the bridge.")
    for address in ("", "?sources=shown", "revisions/", "revisions/2/"):
        assert "Hanna" not in page(client, f"/roles/bridge-keeper/{address}")


def test_what_a_document_states_and_the_catalogue_does_not_stands_among_the_sources(client: Client) -> None:
    write_down(written(FULL), FULL)
    edit("bridge-keeper", capabilities=FULL.capabilities[1:])
    html = page(client, "/roles/bridge-keeper/")
    words = words_of(section(html, "sources"))
    assert "differs in 1 statement" in words
    assert "Carpentry the catalogue does not say so" in words


def test_origins_are_shown_for_all_statements_on_request(client: Client) -> None:
    written(FULL)
    assert "page--with-origins" in page(client, "/roles/bridge-keeper/?sources=shown")
    assert "page--with-origins" not in page(client, "/roles/bridge-keeper/?sources=no")


def test_a_statement_written_in_a_draft_is_told_by_the_revision_that_published_it(client: Client) -> None:
    role = written(FULL, status=Role.Status.DRAFT)
    edit("bridge-keeper", tags=())
    role.refresh_from_db()
    role.status = Role.Status.PUBLISHED
    role.save()
    store.save_rows(role, change())
    origin = mission_of(client)
    assert origin.written is not None
    assert origin.written.number == 2


@given(st.lists(role_documents, min_size=2, max_size=4))
def test_each_statement_is_traced_to_the_revision_that_wrote_it(documents: list[RoleDocument]) -> None:
    with transaction.atomic():
        role = written(documents[0])
        for said in documents[1:]:
            store.write(role, replace(said, slug=documents[0].slug), change())
        revisions = list(RoleRevision.objects.of_role(role.uid).reverse())
        said_then = [statements(RoleDocument.stored(revision.document)) for revision in revisions]
        for key, statement in said_then[-1].items():
            number = revisions[-1].since.get(key, 1)
            assert said_then[number - 1].get(key) == statement
            assert number == 1 or said_then[number - 2].get(key) != statement
            assert all(said.get(key) == statement for said in said_then[number - 1 :])
        transaction.set_rollback(True)


def test_a_role_that_was_brought_back_remembers_who_wrote_what() -> None:
    role = written(FULL)
    edit("bridge-keeper", mission="Close the bridge.")
    history.delete([role], change())
    back = history.bring_back(role.uid, change())
    assert back.revision is not None
    assert back.revision.since == {"mission": 2}


def test_a_contact_that_only_the_partner_states_leads_to_where_it_says_so(client: Client) -> None:
    master = written(document("Ferry Master"))
    keeper = written(FULL)
    keeper.interactions.filter(partner_name="Ferry Master").update(partner=master)
    html = section(page(client, "/roles/ferry-master/"), "interactions")
    assert 'href="/roles/bridge-keeper/#interactions-reports-to--ferry-master"' in html


def test_statements_of_older_catalogues_are_traced_when_they_are_brought_up_to_date() -> None:
    for name in ("Cook", "Clerk"):
        role = written(document(name, mission="Work."))
        edit(role.slug, mission="Work hard.")
        edit(role.slug, tags=("office",))
    wanted = dict(RoleRevision.objects.values_list("pk", "since"))
    RoleRevision.objects.update(since={})
    import_module("roles.migrations.0012_revision_statements").trace_statements(apps, None)
    assert dict(RoleRevision.objects.values_list("pk", "since")) == wanted
    assert {"mission": 2, "tags:office": 3} in wanted.values()
