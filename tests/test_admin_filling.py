"""The form of a role filled in from a document: sent back untouched, it makes the role say the document."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.contrib.admin import site
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest
from django.test import Client, RequestFactory
from hypothesis import HealthCheck, given, settings

from roles import store
from roles.admin.filling import Filling, typed_fields
from roles.admin.role import RoleAdmin
from roles.admin.typed import Lifecycle, Opened
from roles.documents.document import RoleDocument
from roles.models import Capability, Role, RoleCapability
from tests.builders import FULL, document, written
from tests.strategies import role_documents
from tests.test_admin_role import Fields, address, everything, form_of

pytestmark = pytest.mark.django_db

DRAFT = Lifecycle(Role.Status.DRAFT, None, None, None)


def filled(role: Role | None, said: RoleDocument) -> Fields:
    return typed_fields(role, Filling(document=said, lifecycle=Lifecycle.of(role) if role else DRAFT))


def sent(client: Client, role: Role | None, fields: Fields) -> None:
    answer = client.post(address(role) if role else "/admin/roles/role/add/", fields)
    assert answer.status_code == 302


def now(role: Role) -> RoleDocument:
    return store.current(Role.objects.get(pk=role.pk))


@settings(max_examples=12, suppress_health_check=list(HealthCheck))
@given(role_documents, role_documents)
def test_a_role_says_exactly_what_its_form_was_filled_with(
    admin_client: Client, before: RoleDocument, said: RoleDocument
) -> None:
    with transaction.atomic():
        role = written(before)
        sent(admin_client, role, filled(role, said))
        assert now(role) == said
        transaction.set_rollback(True)


@settings(max_examples=6, suppress_health_check=list(HealthCheck))
@given(role_documents)
def test_a_new_role_says_exactly_what_its_form_was_filled_with(
    admin_client: Client, said: RoleDocument
) -> None:
    with transaction.atomic():
        sent(admin_client, None, filled(None, said))
        assert now(Role.objects.get()) == said
        transaction.set_rollback(True)


def test_a_form_filled_with_what_the_role_says_changes_nothing(admin_client: Client) -> None:
    role = written(FULL)
    before = everything(role)
    sent(admin_client, role, filled(role, FULL))
    assert everything(role) == before


def test_rows_of_the_same_statement_keep_their_ids_and_stand_where_the_document_has_them(
    admin_client: Client,
) -> None:
    role = written(FULL)
    ids = dict(RoleCapability.objects.values_list("name", "pk"))
    carpentry, patience, swimming = FULL.capabilities
    new = replace(carpentry, name="Rowing")
    said = replace(FULL, capabilities=(new, swimming, replace(carpentry, level="Novice")))
    fields = filled(role, said)
    rows = {fields[f"capabilities-{n}-id"]: n for n in range(4)}
    places = {pk: fields[f"capabilities-{number}-position"] for pk, number in rows.items()}
    assert places[str(ids["Swimming"])] == "1"
    assert (places[""], places[str(ids["Carpentry"])]) == ("0", "2")
    assert fields[f"capabilities-{rows[str(ids['Patience'])]}-DELETE"] == "on"
    sent(admin_client, role, fields)
    rows = dict(RoleCapability.objects.filter(role=role).order_by("position").values_list("name", "pk"))
    assert list(rows) == ["Rowing", "Swimming", "Carpentry"]
    assert rows["Carpentry"] == ids["Carpentry"]
    assert patience.name not in rows


def test_a_link_that_somebody_chose_stays_while_the_name_does(admin_client: Client) -> None:
    role = written(FULL)
    other = Capability.objects.create(name="Woodwork")
    RoleCapability.objects.filter(name="Carpentry").update(capability=other)
    carpentry, *rest = FULL.capabilities
    sent(
        admin_client,
        role,
        filled(role, replace(FULL, capabilities=(replace(carpentry, name="CARPENTRY"), *rest))),
    )
    assert RoleCapability.objects.get(name="CARPENTRY").capability == other


class Filled(RoleAdmin):
    """The form of a role with a document of somebody else's in it."""

    def filling_for(self, request: HttpRequest, object_id: str | None) -> Filling:
        said = replace(FULL, capabilities=FULL.capabilities[1:], mission="Let nobody *swim*.")
        lifecycle = Lifecycle("archived", None, date(2030, 5, 4), None)
        return Filling(document=said, lifecycle=lifecycle, reason="Why not", notice="This is a proposal.")


def shown(role: Role | None, method: str) -> str:
    """The filled form as a page; it must not save anything."""
    request = getattr(RequestFactory(), method)("/", {"name": "Something else"})
    request.user = User.objects.create_superuser("root")
    request.session = {}
    page: Any = Filled(Role, site)
    before = everything(role) if role else []
    pk = str(role.pk) if role else None
    answer = page.changeform_view(request, pk) if method == "get" else None
    answer = answer or page.show_filled(request, pk, page.filling_for(request, pk))
    html: str = answer.render().content.decode()
    assert (everything(role) if role else []) == before
    return html


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_form_can_be_shown_filled_whatever_was_sent(method: str) -> None:
    role = written(FULL)
    html = shown(role, method)
    fields = form_of(html)
    assert fields["mission"] == "Let nobody *swim*."
    assert fields["opened_on"] == str(Opened.of(Role.objects.get()))
    assert (fields["status"], fields["review_by"], fields["reason"]) == ("archived", "2030-05-04", "Why not")
    assert "This is a proposal." in html
    gone = RoleCapability.objects.get(name="Carpentry").pk
    [row] = [n for n in range(3) if fields[f"capabilities-{n}-id"] == str(gone)]
    assert fields[f"capabilities-{row}-DELETE"] == "on"


def test_rows_that_a_filled_form_adds_stand_between_those_that_are_there() -> None:
    role = written(document("Cook", metrics=("one", "two")))
    said = document("Cook", metrics=("one", "between", "two"))
    filled_with = Filling(document=said, lifecycle=Lifecycle.of(role))
    request = RequestFactory().get("/")
    request.user = User.objects.create_superuser("root")
    page: Any = RoleAdmin(Role, site)
    html = page.show_filled(request, str(role.pk), filled_with).render().content.decode()
    typed = [key for key in form_of(html) if key.startswith("metrics-") and key.endswith("-text")]
    assert typed == ["metrics-0-text", "metrics-2-text", "metrics-1-text", "metrics-__prefix__-text"]
