"""Archiving a role in favour of another, and publishing it again."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from roles.models import LifecycleChange, Proposal, Role
from tests.builders import document, written
from tests.test_admin_role import form_of
from tests.test_impact import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def cook() -> Role:
    return written(document("Cook"))


@pytest.fixture
def chef() -> Role:
    return written(document("Chef"))


def send(client: Client, page: str, role: Role, **values: object) -> Any:
    return client.post(reverse(f"admin:roles_role_{page}", args=[role.pk]), values, follow=True)


def told(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def test_a_reviewer_archives_a_role_in_favour_of_another(cook: Role, chef: Role) -> None:
    answer = send(signed_in("reviewer"), "archive", cook, successor=chef.pk, reason="Renamed by the board")
    assert told(answer) == ["Cook is archived. Its address still works, and leads on to its successor."]
    cook.refresh_from_db()
    assert (cook.status, cook.successor) == ("archived", chef)
    kept = LifecycleChange.objects.get(field="status")
    assert (kept.by_name, kept.reason) == ("reviewer", "Renamed by the board")


def test_that_there_is_no_successor_is_said_explicitly(cook: Role) -> None:
    client = signed_in("reviewer")
    answer = send(client, "archive", cook, reason="Gone")
    assert "successor" in answer.context["form"].errors
    send(client, "archive", cook, reason="Gone", none="on")
    assert Role.objects.get().status == "archived"


def test_archiving_needs_a_reason(cook: Role) -> None:
    assert "reason" in send(signed_in("reviewer"), "archive", cook, none="on").context["form"].errors
    assert Role.objects.get().status == "published"


@pytest.mark.parametrize("status", ["archived", "itself", "both"])
def test_a_successor_that_can_be_none_is_refused(cook: Role, chef: Role, status: str) -> None:
    if status == "archived":
        Role.objects.filter(pk=chef.pk).update(status="archived")
    chosen: dict[str, object] = {"successor": cook.pk if status == "itself" else chef.pk, "reason": "Gone"}
    if status == "both":
        chosen["none"] = "on"
    answer = send(signed_in("reviewer"), "archive", cook, **chosen)
    assert answer.context["form"].errors
    cook.refresh_from_db()
    assert cook.status == "published"


def test_an_editor_proposes_to_archive(cook: Role, chef: Role) -> None:
    answer = send(signed_in("editor"), "archive", cook, successor=chef.pk, reason="Renamed")
    assert told(answer) == ["Proposed: a reviewer looks at it. Until then Cook stays as it is."]
    proposal = Proposal.objects.get()
    assert (proposal.role, proposal.status, proposal.successor) == (cook, "archived", chef)
    assert proposal.reason == "Renamed"
    cook.refresh_from_db()
    assert cook.status == "published"


def test_an_archived_role_is_published_again_without_a_successor(cook: Role, chef: Role) -> None:
    Role.objects.filter(pk=cook.pk).update(status="archived", successor=chef)
    client = signed_in("reviewer")
    assert told(send(client, "publish_again", cook, reason="Needed")) == ["Cook is published again."]
    cook.refresh_from_db()
    assert (cook.status, cook.successor) == ("published", None)
    assert told(send(client, "publish_again", cook, reason="Needed")) == ["Cook is not archived."]


def test_an_editor_proposes_to_publish_an_archived_role_again(cook: Role) -> None:
    Role.objects.filter(pk=cook.pk).update(status="archived")
    send(signed_in("editor"), "publish_again", cook, reason="Needed")
    assert Proposal.objects.get().status == "published"


def test_archiving_never_shows_a_draft_to_the_public() -> None:
    draft = written(document("Secret"), status=Role.Status.DRAFT)
    send(signed_in("reviewer"), "archive", draft, none="on", reason="Gone")
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_a_form_that_is_sent_twice_archives_once(cook: Role) -> None:
    client = signed_in("reviewer")
    send(client, "archive", cook, none="on", reason="Gone")
    answer = send(client, "archive", cook, none="on", reason="Gone")
    assert told(answer) == ["Cook is archived already."]
    assert LifecycleChange.objects.count() == 1


def test_the_page_shows_what_archiving_touches_before_it_is_done(cook: Role) -> None:
    html = signed_in("editor").get(reverse("admin:roles_role_archive", args=[cook.pk])).content.decode()
    assert "Nothing else in the catalogue names it." in html
    assert "Propose to archive it" in html


def test_the_form_of_a_role_leads_to_archiving_it_and_back(cook: Role) -> None:
    client = signed_in("editor")
    form = reverse("admin:roles_role_change", args=[cook.pk])
    assert reverse("admin:roles_role_archive", args=[cook.pk]) in client.get(form).content.decode()
    Role.objects.update(status="archived")
    assert reverse("admin:roles_role_publish_again", args=[cook.pk]) in client.get(form).content.decode()


@pytest.mark.parametrize("page", ["archive", "publish_again"])
def test_who_only_reads_does_neither(cook: Role, page: str) -> None:
    client = signed_in("viewer")
    address = reverse(f"admin:roles_role_{page}", args=[cook.pk])
    assert client.get(address).status_code == 403
    assert client.post(address, {"none": "on", "reason": "Gone"}).status_code == 403


def test_the_form_of_a_role_asks_for_a_successor_before_it_archives(cook: Role, chef: Role) -> None:
    client, form = signed_in("reviewer"), reverse("admin:roles_role_change", args=[cook.pk])
    fields = form_of(client.get(form).content.decode()) | {"status": "archived"}
    page = client.post(form, fields)
    assert "use “Archive” above the form" in page.content.decode()
    assert client.post(form, fields | {"successor": str(chef.pk)}).status_code == 302
    cook.refresh_from_db()
    assert (cook.status, cook.successor) == ("archived", chef)
