"""The admin's page of partners that mean no role, and teaching a role what it is called."""

from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from roles.documents.document import Interaction
from roles.models import Interaction as InteractionRow
from roles.models import Proposal, Role, RoleRevision
from tests.accounts import account
from tests.builders import document, edit, written
from tests.conftest import signed_in
from tests.test_admin_history import told, viewer
from tests.test_admin_role import editor, hr

__all__ = ["editor", "hr"]

pytestmark = pytest.mark.django_db

PAGE = "/admin/roles/role/unresolved-partners/"


def naming(*partners: str) -> tuple[Interaction, ...]:
    return tuple(Interaction(kind="Advises", partner=partner) for partner in partners)


@pytest.fixture
def keeper() -> Role:
    """A role that another one calls by a name nearly its own."""
    written(document("Ann", interactions=naming("Bridge Keepers", "The <Web>")))
    return written(document("Bridge Keeper"))


def choose(client: Client, chosen: str) -> Any:
    return client.post(PAGE, {"means": chosen}, follow=True)


def test_each_name_is_shown_with_who_uses_it_and_what_it_may_mean(hr: Client, keeper: Role) -> None:
    for name in ("Bea", "Cid", "Dan"):
        written(document(name, interactions=naming("Bridge Keepers")))
    html = unescape(hr.get(PAGE).content.decode())
    assert "Bridge Keeper (96 %)" in html
    assert f'value="{keeper.pk} Bridge Keepers"' in html
    assert "and 1 more" in html
    assert "No role has a name like this." in html
    assert "The <Web>" not in hr.get(PAGE).content.decode()


def test_a_choice_teaches_the_name_and_says_so(hr: Client, editor: User, keeper: Role) -> None:
    answer = choose(hr, f"{keeper.pk} Bridge Keepers")
    assert answer.redirect_chain == [(PAGE, 302)]
    assert told(answer) == ["“Bridge Keepers” means Bridge Keeper now, and is another name of it."]
    newest = RoleRevision.objects.order_by("catalogue_number").last()
    assert newest is not None
    assert (newest.role, newest.origin, newest.author) == (keeper, "admin", editor)
    assert newest.reason == "Partners call it “Bridge Keepers”"
    assert InteractionRow.objects.get(partner_name="Bridge Keepers").partner == keeper
    assert "Bridge Keepers" not in [row[0] for row in answer.context["table"]["rows"]]


def test_an_editor_proposes_the_name_of_a_published_role(keeper: Role) -> None:
    answer = choose(signed_in(account("second-editor")), f"{keeper.pk} Bridge Keepers")
    assert told(answer) == ["Proposed: a reviewer looks at it. Until then Bridge Keeper stays as it is."]
    assert keeper.aliases.count() == 0
    assert Proposal.objects.get(role=keeper).document["aliases"] == ["Bridge Keepers"]


def test_a_name_of_another_role_is_not_taught(hr: Client, keeper: Role) -> None:
    edit("ann", aliases=("Bridge Keepers",))
    assert told(choose(hr, f"{keeper.pk} Bridge Keepers")) == [
        "Nothing was changed: “Bridge Keepers” is a name of Ann too. Take it away from there first."
    ]
    assert keeper.aliases.count() == 0


def test_a_name_that_no_document_can_carry_is_not_taught(hr: Client, keeper: Role) -> None:
    answer = choose(hr, f"{keeper.pk} {'x' * 501}")
    assert "must have at most 500 characters" in told(answer)[0]
    assert keeper.aliases.count() == 0


@pytest.mark.parametrize(
    "chosen", ["", "x", "1", "99999 Bridge Keepers", f"{'9' * 30} Bridge Keepers", "² B"]
)
def test_a_choice_that_is_none_changes_nothing(hr: Client, keeper: Role, chosen: str) -> None:
    assert "Nothing was changed" in told(choose(hr, chosen))[0]
    assert RoleRevision.objects.count() == 2


def test_without_unresolved_names_the_page_says_so(hr: Client) -> None:
    assert "Every partner and every member is a role" in hr.get(PAGE).content.decode()


def test_who_may_not_change_roles_sees_nothing_of_it() -> None:
    client = viewer()
    assert client.get(PAGE).status_code == client.post(PAGE).status_code == 403


def test_the_page_takes_as_many_queries_for_many_names(
    hr: Client, keeper: Role, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for more in ((), ("Bea", "Cid", "Dan")):
        for name in more:
            written(document(name, interactions=naming(f"{name}s", "Bridge Keepers")))
        # Session, account, whether its password is due, two for its permissions, what waits; partners,
        # members; names, other names and codes of roles.
        with django_assert_num_queries(11):
            hr.get(PAGE)
