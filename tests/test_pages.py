"""The front page, the list of roles, and what all pages have in common."""

import re
from datetime import UTC, datetime
from html import unescape
from typing import Any, TypeVar

import pytest
from django.contrib.auth.models import Permission, User
from django.template.loader import render_to_string
from django.test import Client
from django.utils.html import strip_tags
from pytest_django import DjangoAssertNumQueries

from roles.documents.document import Identifier, RoleDocument, statements
from roles.documents.text import fold_key
from roles.models import (
    AgentMcpServer,
    Interaction,
    InteractionKind,
    JobFamily,
    McpServer,
    ProficiencyLevel,
    Role,
    RoleCapability,
    RoleMember,
    RoleRendering,
    RoleRevision,
    SearchDocument,
    SeniorityLevel,
    VocabularyItem,
)
from roles.models import Capability as SharedCapability
from roles.rendering import RENDERING_VERSION, render_document
from roles.search import search_document
from roles.views.home_page import FAMILIES_ON_PAGE

pytestmark = pytest.mark.django_db

Word = TypeVar("Word", bound=VocabularyItem)


def word(vocabulary: type[Word], name: str | None) -> Word | None:
    """The word of the vocabulary with this name, added if need be."""
    if name is None:
        return None
    manager = vocabulary._default_manager
    return manager.filter(folded=fold_key(name)).first() or manager.create(name=name)


def known(vocabulary: type[Word], name: str) -> Word:
    found = word(vocabulary, name)
    assert found is not None
    return found


def publish(document: RoleDocument, **fields: Any) -> Role:
    """A role that says what the document says, with the rows that pages read; partners are but names."""
    role = Role.objects.create(
        slug=document.slug,
        name=document.name,
        family_name=document.family or "",
        family=word(JobFamily, document.family),
        seniority_name=document.seniority or "",
        seniority=word(SeniorityLevel, document.seniority),
        **fields,
    )
    role.revision = RoleRevision.objects.create(
        role=role,
        role_uid=role.uid,
        slug=role.slug,
        number=1,
        catalogue_number=RoleRevision.objects.count() + 1,
        document=document.to_json(),
        origin="load",
    )
    role.save()
    html = render_document(document.to_json())
    RoleRendering.objects.create(role=role, html=html, version=RENDERING_VERSION)
    SearchDocument.objects.create(role=role, **search_document(document.to_json()))
    keys = {id(statement): key for key, statement in statements(document).items()}
    for position, capability in enumerate(document.capabilities):
        RoleCapability.objects.create(
            role=role,
            key=keys[id(capability)],
            position=position,
            name=capability.name,
            level=capability.level or "",
            capability=known(SharedCapability, capability.name),
            proficiency=word(ProficiencyLevel, capability.level),
        )
    for position, interaction in enumerate(document.interactions):
        Interaction.objects.create(
            role=role,
            key=keys[id(interaction)],
            position=position,
            kind_name=interaction.kind,
            kind=known(InteractionKind, interaction.kind),
            partner_name=interaction.partner,
            frequency=interaction.frequency or "",
            notes=interaction.notes or "",
        )
    for position, member in enumerate(document.members):
        RoleMember.objects.create(
            role=role, key=keys[id(member)], position=position, role_code=member.role_code, count=member.count
        )
    for position, server in enumerate(document.agent.mcp_servers if document.agent else ()):
        AgentMcpServer.objects.create(
            role=role,
            key=keys[id(server)],
            position=position,
            name=server.name,
            server=known(McpServer, server.name),
        )
    return role


def describe(name: str, **parts: Any) -> RoleDocument:
    """The document of a role with this name."""
    return RoleDocument(slug=name.lower().replace(" ", "-"), name=name, **parts)


def words_of(html: str) -> str:
    """What a page says, without markup, its white space collapsed."""
    return " ".join(unescape(strip_tags(re.sub(r"<(?!/?(?:a|b|code|em|strong)\b)", " <", html))).split())


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def names_on(client: Client, address: str) -> list[str]:
    return [row.role.name for row in client.get(address).context["list"].rows]


@pytest.fixture
def editor_client() -> Client:
    editor = User.objects.create_user("editor")
    editor.user_permissions.add(Permission.objects.get(codename="view_draft_role"))
    client = Client()
    client.force_login(editor)
    return client


@pytest.fixture
def three_roles() -> None:
    publish(describe("Data Engineer", family="Data", seniority="Senior", summary="Builds *pipelines*."))
    publish(describe("Data Analyst", family="Data", seniority="Mid", mission="Answers questions."))
    publish(describe("Recruiter", family="People", seniority="Mid", description="Finds people."))


# The front page


@pytest.mark.usefixtures("three_roles")
def test_the_front_page_counts_roles_by_family(client: Client) -> None:
    publish(describe("Draft", family="Data"), status="draft")
    publish(describe("Old", family="Data"), status="archived")
    home = client.get("/").context["home"]
    assert home.count == 3
    assert [(family.name, family.listed_roles) for family in home.families] == [("Data", 2), ("People", 1)]


def test_the_front_page_has_the_largest_families_by_name_and_leads_to_all(client: Client) -> None:
    for number in range(FAMILIES_ON_PAGE + 1):
        publish(describe(f"Role {number}", family=f"Family {number}"))
    publish(describe("Second", family=f"Family {FAMILIES_ON_PAGE}"))
    names = [family.name for family in client.get("/").context["home"].families]
    assert len(names) == FAMILIES_ON_PAGE
    assert names[-1] == f"Family {FAMILIES_ON_PAGE}"
    assert "All job families" in page(client, "/")


def test_the_front_page_has_what_changed_last(client: Client) -> None:
    for day in range(1, 10):
        publish(describe(f"Role {day}"), updated_at=datetime(2026, 1, day, tzinfo=UTC))
    changed = client.get("/").context["home"].changed
    assert [role.name for role in changed] == [f"Role {day}" for day in range(9, 3, -1)]


@pytest.mark.usefixtures("three_roles")
def test_the_front_page_takes_the_same_queries_however_much_there_is(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    # How many roles there are, families, what changed last.
    with django_assert_num_queries(3):
        page(client, "/")


@pytest.mark.parametrize("address", ["/", "/roles/"])
def test_an_empty_catalogue_has_pages(client: Client, address: str) -> None:
    assert " yet" in words_of(page(client, address))


# All pages


@pytest.mark.usefixtures("three_roles")
@pytest.mark.parametrize(
    "address", ["/", "/roles/", "/roles/?q=zebra", "/roles/recruiter/", "/accounts/login/"]
)
def test_pages_need_no_inline_code_and_nothing_from_others(client: Client, address: str) -> None:
    html = page(client, address)
    own = r'<script(?![^>]*\s(?:src=|type="application/(?:ld\+)?json"))'
    assert re.findall(rf"<style|\sstyle=|{own}|\son[a-z]+=", html) == []
    assert re.findall(r'(?:src|href)="(?:https?:)?//(?!testserver/)[^"]*', html) == []


@pytest.mark.usefixtures("three_roles")
@pytest.mark.parametrize(
    "address", ["/", "/roles/", "/roles/recruiter/", "/accounts/login/", "/roles/no-such/"]
)
def test_pages_have_one_heading_of_the_first_level_and_a_way_past_the_header(
    client: Client, address: str
) -> None:
    html = client.get(address).content.decode()
    assert html.count("<h1") == 1
    assert '<a class="skip-link" href="#content">' in html
    assert 'id="content"' in html


def test_every_page_but_sign_in_has_one_search_box(client: Client) -> None:
    publish(describe("Recruiter"))
    for address in ("/", "/roles/", "/roles/recruiter/", "/roles/no-such/"):
        assert client.get(address).content.decode().count('id="search-words"') == 1


def test_a_page_that_does_not_exist_says_so_in_the_look_of_the_site(client: Client) -> None:
    response = client.get("/no-such-page")
    assert response.status_code == 404
    assert "There is no such page" in response.content.decode()


def test_the_page_for_faults_needs_no_context() -> None:
    assert "Something went wrong" in render_to_string("500.html")


def test_who_is_signed_in_can_sign_out(editor_client: Client) -> None:
    assert 'action="/accounts/logout/"' in page(editor_client, "/")


def test_an_identifier_finds_its_role(client: Client) -> None:
    publish(describe("Recruiter", identifiers=(Identifier(scheme="role-code", value="HR42"),)))
    assert names_on(client, "/roles/?q=hr42") == ["Recruiter"]
