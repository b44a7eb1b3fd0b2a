"""Every page of the admin, for those who may open it."""

import json
from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.db.models import Model
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from roles.accounts import tokens
from roles.admin.navigation import sidebar
from roles.models import (
    AccountEvent,
    ApiToken,
    BulkChange,
    Capability,
    CapabilityLevel,
    Conflict,
    InteractionKind,
    LoadOutcome,
    LoadRun,
    McpServer,
    Merge,
    ProficiencyLevel,
    Proposal,
    Role,
    RoleRevision,
    SourceDocument,
    StandingText,
    Suggestion,
    Webhook,
    WebhookDelivery,
)
from roles.webhooks import put_test
from tests.test_admin_role import editor, hr, load
from tests.test_pages_role import FULL

__all__ = ["editor", "hr"]

pytestmark = pytest.mark.django_db

READ_ONLY: set[type[Model]] = {Conflict, LoadRun, RoleRevision, SourceDocument, BulkChange, Merge}
FOR_ADMINISTRATORS: set[type[Model]] = {User, Group, AccessAttempt, AccountEvent, Webhook, WebhookDelivery}
REGISTERED = sorted(admin.site._registry, key=lambda model: model.__name__)


@pytest.fixture
def role() -> Role:
    """A role that came from a file, with something on every page."""
    role = load(FULL)
    assert role.revision
    run = LoadRun.objects.create(by_name="loader", paths=["roles"])
    message = {"line": 3, "severity": "info", "code": "unknown-heading", "text": "Kept as <text>."}
    LoadOutcome.objects.create(run=run, path="data.md", role=role, outcome="created", messages=[message])
    SourceDocument.objects.create(
        role=role,
        path="data.md",
        dialect="profile",
        digest="0" * 64,
        content="# Data Engineer – <b>\xff".encode(),
        rank=1,
        parsed={},
        run=run,
    )
    Conflict.objects.create(role=role, key="mission", base="A", ours="B", theirs="C", run=run)
    Suggestion.objects.create(revision=role.revision, text="Say more.")
    Merge.objects.create(kind="capability", kept="1", gone="2", record={})
    BulkChange.objects.create(asked={})
    said = role.revision.document
    Proposal.objects.create(
        role=role, role_uid=role.uid, base=said, document={**said, "mission": "Another."}, origin="admin"
    )
    BulkChange.objects.create(asked={})
    StandingText.objects.create(name="About us", text="We keep a bridge.")
    level = ProficiencyLevel.objects.get(name="Advanced")
    CapabilityLevel.objects.create(capability=Capability.objects.get(name="SQL"), proficiency=level)
    board = User.objects.create_user("board")
    tokens.make("Board", board, [], timezone.now() + timedelta(days=9))
    AccessAttempt.objects.create(username="editor", ip_address="192.0.2.1", failures_since_start=5)
    put_test(Webhook.objects.create(name="HR system", url="http://127.0.0.1:1/"))
    return role


def page(client: Client, model: type[Model], kind: str, *args: Any) -> Any:
    return client.get(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{kind}", args=args))


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model.__name__)
def test_editors_open_what_is_theirs(hr: Client, role: Role, model: type[Model]) -> None:
    app = model._meta.app_label
    item = model._default_manager.first()
    assert item is not None
    pages = {
        "changelist": hr.get(reverse(f"admin:{app}_{model._meta.model_name}_changelist")),
        "change": hr.get(reverse(f"admin:{app}_{model._meta.model_name}_change", args=[item.pk])),
        "add": hr.get(reverse(f"admin:{app}_{model._meta.model_name}_add")),
    }
    expected = dict.fromkeys(pages, 403 if model in FOR_ADMINISTRATORS else 200)
    if model in READ_ONLY | {Suggestion, Proposal}:
        expected["add"] = 403
    if model is Conflict:
        expected["change"] = 302  # To the page where it is decided.
    if model is ApiToken:
        expected["change"] = 302  # It is somebody else's.
    assert {kind: answer.status_code for kind, answer in pages.items()} == expected


@pytest.mark.parametrize("model", sorted(READ_ONLY, key=str), ids=lambda model: model.__name__)
def test_what_came_from_elsewhere_is_changed_by_nobody(
    admin_client: Client, role: Role, model: type[Model]
) -> None:
    item = model._default_manager.first()
    assert item is not None
    for kind in ("change", "delete"):
        address = reverse(f"admin:roles_{model._meta.model_name}_{kind}", args=[item.pk])
        assert admin_client.post(address, {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("model", [User, Group], ids=lambda model: model.__name__)
def test_administrators_keep_accounts(admin_client: Client, model: type[Model]) -> None:
    item = model._default_manager.first()
    assert item is not None
    name = model._meta.model_name
    assert admin_client.get(reverse(f"admin:auth_{name}_changelist")).status_code == 200
    assert admin_client.get(reverse(f"admin:auth_{name}_change", args=[item.pk])).status_code == 200


def test_nobody_else_gets_in(client: Client) -> None:
    client.force_login(User.objects.create_user("reader"))
    assert client.get(reverse("admin:roles_role_changelist"))["Location"].startswith("/admin/login/")


@pytest.mark.parametrize("ticked", ["x", "²", "9" * 20, "1\0"])
@pytest.mark.parametrize("model", [Role, Capability, WebhookDelivery])
def test_ticks_that_no_list_has_are_a_bad_request(
    admin_client: Client, model: type[Model], ticked: str
) -> None:
    address = reverse(f"admin:roles_{model._meta.model_name}_changelist")
    chosen = {"action": "delete_selected", "index": "0", "_selected_action": [ticked]}
    assert admin_client.post(address, chosen).status_code == 400


def test_a_document_is_shown_as_text(hr: Client, role: Role) -> None:
    document = SourceDocument.objects.get()
    assert "# Data Engineer – &lt;b&gt;" in page(hr, SourceDocument, "change", document.pk).content.decode()


def test_a_load_says_what_became_of_each_file(hr: Client, role: Role) -> None:
    html = page(hr, LoadRun, "change", LoadRun.objects.get().pk).content.decode()
    assert "data.md" in html
    assert "3: Kept as &lt;text&gt;." in html


def test_a_role_shows_where_it_comes_from_and_what_waits(hr: Client, role: Role) -> None:
    html = page(hr, Role, "change", role.pk).content.decode()
    assert reverse("admin:roles_sourcedocument_change", args=[SourceDocument.objects.get().pk]) in html
    assert reverse("admin:roles_conflict_change", args=[Conflict.objects.get().pk]) in html
    waiting = hr.get(reverse("admin:roles_role_changelist"), {"conflicts": "open"})
    assert [(found.name, found.open_conflicts) for found in waiting.context["cl"].result_list] == [
        ("Data Engineer", 1)
    ]
    Conflict.objects.update(closed_at=role.updated_at)
    assert (
        not hr.get(reverse("admin:roles_role_changelist"), {"conflicts": "open"}).context["cl"].result_count
    )


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model.__name__)
def test_a_list_takes_as_many_queries_for_many_rows(
    admin_client: Client,
    role: Role,
    model: type[Model],
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(4):
        revised = Role.objects.create(slug=f"role-{number}", name=f"Role {number}")
        RoleRevision.objects.create(
            role=revised,
            role_uid=revised.uid,
            slug=revised.slug,
            number=1,
            catalogue_number=50 + number,
            document={},
            origin="load",
        )
        Conflict.objects.create(role=revised, key="mission")
        SourceDocument.objects.create(
            role=revised, path=f"{number}.md", dialect="job", digest="0" * 64, content=b"", rank=1, parsed={}
        )
        inverse = InteractionKind.objects.create(name=f"Kind {number}")
        InteractionKind.objects.create(name=f"Inverse {number}", inverse=inverse)
        McpServer.objects.create(name=f"server-{number}")
        User.objects.create_user(f"user-{number}")
    # Session, account, whether its password is due; two counts, choices of filters and dates, the rows.
    with django_assert_max_num_queries(10):
        admin_client.get(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"))


def test_a_revision_shows_the_document(hr: Client, role: Role) -> None:
    html = page(hr, RoleRevision, "change", RoleRevision.objects.get().pk).content.decode()
    assert json.dumps("Preferred Tech")[1:-1] in html


def linked(user: User) -> set[str]:
    """The addresses at the side of the admin's pages."""
    request = RequestFactory().get("/admin/")
    request.user = user
    return {page["link"] for group in sidebar(request) for page in group["items"]}


def lists(models: set[type[Model]]) -> set[str]:
    return {reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist") for model in models}


UNRESOLVED, DELETED = "/admin/roles/role/unresolved-partners/", "/admin/roles/rolerevision/deleted/"
INBOX = "/admin/roles/role/inbox/"
QUALITY, DUE = "/admin/roles/role/quality/", "/admin/roles/role/due/"


def test_the_sidebar_leads_to_every_list_that_one_may_open(editor: User, admin_user: User) -> None:
    assert linked(admin_user) == lists(set(REGISTERED)) | {INBOX, UNRESOLVED, DELETED, QUALITY, DUE}
    assert linked(editor) == lists(set(REGISTERED) - FOR_ADMINISTRATORS) | {
        *(INBOX, UNRESOLVED, DELETED, QUALITY, DUE)
    }
    viewer = User.objects.create_user("vera")
    viewer.groups.add(Group.objects.get(name="Viewers"))
    assert not linked(viewer) & {UNRESOLVED, DELETED}


@pytest.mark.parametrize(
    "address", [UNRESOLVED, DELETED, "/admin/roles/role/", "/admin/roles/role/1/change/"]
)
def test_the_sidebar_marks_the_page_that_is_open(admin_user: User, address: str) -> None:
    request = RequestFactory().get(address)
    request.user = admin_user
    marked = [page["link"] for group in sidebar(request) for page in group["items"] if page["active"]]
    assert marked == [address.removesuffix("1/change/")]


@pytest.mark.parametrize("pk", ["abc", "9" * 5_000, "٣"])
@pytest.mark.parametrize(
    "address", ["role/{}/history/", "role/{}/delete/", "role/{}/change/", "suggestion/{}/change/"]
)
def test_what_is_no_id_leads_nowhere(admin_client: Client, address: str, pk: str) -> None:
    assert admin_client.get(f"/admin/roles/{address.format(pk)}").status_code in (302, 404)


@pytest.mark.parametrize(
    "asked",
    ["role/?family=" + "9" * 30, "role/?status__exact=%00", "accountevent/?created_at__year=" + "9" * 30],
)
def test_a_list_that_is_asked_for_what_no_database_can_look_for_is_shown_whole(
    admin_client: Client, asked: str
) -> None:
    assert admin_client.get(f"/admin/roles/{asked}", follow=True).status_code == 200


def test_a_role_that_is_sent_to_be_saved_as_new_and_refused_is_shown_again(
    admin_client: Client, role: Role
) -> None:
    answer = admin_client.post(f"/admin/roles/role/{role.pk}/change/", {"_saveasnew": "1"})
    assert answer.status_code == 200
