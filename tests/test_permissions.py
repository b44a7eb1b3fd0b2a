"""Who gets through which door: each page of the admin, and drafts wherever they could be read.

A person of each group tries every address. A new page of the admin needs a line in LISTS or PAGES.
"""

from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.http import HttpResponse
from django.template.response import SimpleTemplateResponse
from django.test import Client
from django.urls import get_resolver, reverse

from roles.models import Role
from tests.addresses import patterns
from tests.builders import document, edit, written
from tests.test_admin_pages import role

__all__ = ["role"]

pytestmark = pytest.mark.django_db

GROUPS = ["Viewers", "Editors", "Reviewers", "Administrators"]
STAFF, VIEWERS, EDITORS, REVIEWERS, ADMINISTRATORS, NOBODY = range(-1, 5)
"""From which group on people get through; STAFF is everybody who may open the admin at all."""


class Rows(NamedTuple):
    """From which group on people see the rows of a table, add, change and delete them."""

    see: int
    add: int
    change: int
    delete: int


WORDS = Rows(VIEWERS, EDITORS, REVIEWERS, REVIEWERS)
RECORDS = Rows(EDITORS, NOBODY, NOBODY, NOBODY)
LISTS = {
    "roles_role": Rows(VIEWERS, EDITORS, EDITORS, ADMINISTRATORS),
    "roles_standingtext": Rows(VIEWERS, REVIEWERS, REVIEWERS, REVIEWERS),
    "roles_responsibility": WORDS,
    "roles_capability": WORDS,
    "roles_artifact": WORDS,
    "roles_interactionkind": WORDS,
    "roles_jobfamily": WORDS,
    "roles_senioritylevel": WORDS,
    "roles_proficiencylevel": WORDS,
    "roles_mcpserver": WORDS,
    "roles_sourcedocument": RECORDS,
    "roles_loadrun": RECORDS,
    "roles_rolerevision": RECORDS,
    "roles_conflict": RECORDS,
    "roles_apitoken": Rows(VIEWERS, VIEWERS, NOBODY, NOBODY),
    "roles_accountevent": Rows(ADMINISTRATORS, NOBODY, NOBODY, NOBODY),
    "roles_suggestion": Rows(EDITORS, NOBODY, EDITORS, NOBODY),
    "roles_webhook": Rows(ADMINISTRATORS, ADMINISTRATORS, ADMINISTRATORS, ADMINISTRATORS),
    "roles_webhookdelivery": Rows(ADMINISTRATORS, NOBODY, NOBODY, NOBODY),
    "roles_merge": Rows(EDITORS, NOBODY, NOBODY, NOBODY),
    "roles_bulkchange": Rows(EDITORS, NOBODY, NOBODY, NOBODY),
    "roles_proposal": RECORDS,
    "auth_user": Rows(ADMINISTRATORS, ADMINISTRATORS, ADMINISTRATORS, ADMINISTRATORS),
    "auth_group": Rows(ADMINISTRATORS, ADMINISTRATORS, ADMINISTRATORS, ADMINISTRATORS),
    "axes_accessattempt": Rows(ADMINISTRATORS, NOBODY, NOBODY, ADMINISTRATORS),
}
"""The lists of the admin, each with its pages to add, change and delete a row."""

EXCHANGED = [
    "role",
    "artifact",
    "capability",
    "interactionkind",
    "jobfamily",
    "mcpserver",
    "proficiencylevel",
    "responsibility",
    "senioritylevel",
]
"""The lists that go to spreadsheets and come back from them."""

PAGES = {
    "search": (STAFF, STAFF),
    "app_list": (VIEWERS, VIEWERS),
    "jsi18n": (STAFF, NOBODY),
    "view_on_site": (STAFF, STAFF),
    "password_change": (STAFF, STAFF),
    "password_change_done": (STAFF, NOBODY),
    "autocomplete": (VIEWERS, NOBODY),
    "roles_quality": (VIEWERS, EDITORS),
    "roles_quality_role": (VIEWERS, EDITORS),
    "roles_quality_aside": (VIEWERS, EDITORS),
    "roles_role_archive": (EDITORS, EDITORS),
    "roles_role_publish_again": (EDITORS, EDITORS),
    "roles_role_impact": (VIEWERS, VIEWERS),
    "auth_user_password_change": (ADMINISTRATORS, ADMINISTRATORS),
    "roles_role_unresolved": (EDITORS, EDITORS),
    "roles_rolerevision_of": (EDITORS, EDITORS),
    "roles_rolerevision_restore": (EDITORS, EDITORS),
    "roles_rolerevision_bring_back": (EDITORS, EDITORS),
    "roles_rolerevision_deleted": (EDITORS, EDITORS),
    "roles_role_settle": (EDITORS, EDITORS),
    "roles_role_markdown": (NOBODY, VIEWERS),
    "roles_due": (VIEWERS, VIEWERS),
    "roles_webhook_secret": (ADMINISTRATORS, ADMINISTRATORS),
    "roles_webhook_test": (ADMINISTRATORS, ADMINISTRATORS),
    "roles_webhookdelivery_again": (ADMINISTRATORS, ADMINISTRATORS),
    **{f"roles_{word}_export": (VIEWERS, VIEWERS) for word in EXCHANGED},
    **{f"roles_{word}_import": (EDITORS, EDITORS) for word in EXCHANGED},
    **{f"roles_{word}_import_preview": (EDITORS, EDITORS) for word in EXCHANGED},
    "roles_role_words": (VIEWERS, NOBODY),
    "roles_conflict_decide": (EDITORS, EDITORS),
    "roles_inbox": (STAFF, STAFF),
    "roles_sourcedocument_twins": (EDITORS, EDITORS),
    "roles_role_merge": (ADMINISTRATORS, ADMINISTRATORS),
    "roles_merge_undo": (REVIEWERS, REVIEWERS),
    **{f"roles_{word}_merge": (REVIEWERS, REVIEWERS) for word in EXCHANGED if word != "role"},
    **{f"roles_{word}_impact": (VIEWERS, VIEWERS) for word in EXCHANGED if word != "role"},
    "roles_role_documents": (NOBODY, EDITORS),
    "roles_sourcedocument_upload": (EDITORS, EDITORS),
    "roles_sourcedocument_upload_preview": (EDITORS, EDITORS),
    "roles_role_bulk": (EDITORS, EDITORS),
    "roles_bulkchange_undo": (EDITORS, EDITORS),
    "roles_role_share": (EDITORS, EDITORS),
    # Of somebody else; their own, all of them do.
    "roles_apitoken_renew": (ADMINISTRATORS, ADMINISTRATORS),
    "roles_apitoken_revoke": (ADMINISTRATORS, ADMINISTRATORS),
    "roles_role_history": (EDITORS, EDITORS),
}
"""The other pages of the admin: from which group on people open them, and send something to them."""

# The first leads on to the inbox, which asks for itself.
FOR_EVERYBODY = {"index", "login", "logout"}
KINDS = ("changelist", "add", "change", "delete", "history")


class Door(NamedTuple):
    """An address of the admin, with the groups from which on people get an answer there."""

    address: str
    opens: int
    takes: int


@cache
def routes() -> dict[str, str]:
    """All addresses of the admin by their names."""
    found = patterns(get_resolver().url_patterns)
    return {name: route for name, route in found if route.startswith("/admin/") and name != "None"}


def names() -> set[str]:
    """The names of all addresses of the admin."""
    return set(routes())


def arguments(name: str, role: Role) -> list[Any]:
    """What stands in the place of an address's parameters."""
    ways: dict[str, list[Any]] = {
        "app_list": ["roles"],
        "view_on_site": [ContentType.objects.get_for_model(Role).pk, role.pk],
        "roles_rolerevision_of": [role.uid],
        "roles_rolerevision_restore": [role.uid, 1],
        "roles_rolerevision_bring_back": [role.uid],
        "roles_conflict_decide": [role.pk],
        "roles_sourcedocument_twins": [role.pk, "profile"],
        "roles_quality_role": [role.pk],
        "roles_role_impact": [role.pk, "conflicts"],
    }
    if name in ways or "<" not in routes()[name]:
        return ways.get(name, [])
    named = [model for model in admin.site._registry if name.startswith(model._meta.db_table)]
    item = max(named, key=lambda model: len(model._meta.db_table))
    rows = item._default_manager.all()
    if name.endswith("_impact"):
        known: Any = admin.site._registry[item]
        uses = known.uses.partition("__")[0]
        return [rows.exclude(**{uses: None}).values_list("pk", flat=True)[0], "uses"]
    row = rows.first()
    assert row is not None, f"The fixture `role` makes no {item.__name__}."
    return [row.pk]


def doors(role: Role) -> Iterator[Door]:
    """Every address of the admin that has a line above."""
    for table, rows in LISTS.items():
        groups = {
            "changelist": (rows.see, rows.see),
            "add": (rows.add, rows.add),
            "change": (rows.see, rows.change),
            "delete": (rows.delete, rows.delete),
            "history": (rows.see, rows.see),
        }
        for kind, (opens, takes) in groups.items():
            name = f"{table}_{kind}"
            if name not in PAGES:
                yield Door(reverse(f"admin:{name}", args=arguments(name, role)), opens, takes)
    query = {
        "autocomplete": "?app_label=roles&model_name=role&field_name=successor",
        "roles_role_words": "?app_label=roles&model_name=rolecapability&field_name=capability",
    }
    for name, (opens, takes) in PAGES.items():
        address = reverse(f"admin:{name}", args=arguments(name, role)) + query.get(name, "")
        yield Door(address, opens, takes)


def gets_through(answer: HttpResponse) -> bool:
    """Whether somebody got an answer, and neither a refusal nor the way to sign in."""
    turned_away = answer.headers.get("Location", "").startswith(reverse("admin:login"))
    assert answer.status_code < 500
    return answer.status_code not in (403, 404, 405) and not turned_away


@pytest.fixture(autouse=True)
def somebody_else() -> User:
    """The account that is opened and deleted; nobody deletes their own."""
    return User.objects.create_user("somebody-else")


def person(group: str = "", **options: Any) -> User:
    """Somebody in a group."""
    user = User.objects.create_user(group.lower() or "somebody", password="chosen-by-me-8846", **options)
    if group:
        user.groups.add(Group.objects.get(name=group))
    return user


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def wrong(client: Client, role: Role, place: int) -> list[str]:
    """Each door that this person gets through and should not, and each that stays shut and should open."""
    found = []
    for door in doors(role):
        for method, lowest in (("get", door.opens), ("post", door.takes)):
            with transaction.atomic():
                answer = getattr(client, method)(door.address)
                transaction.set_rollback(True)
            if gets_through(answer) != (place >= lowest):
                found.append(f"{method} {door.address}: {answer.status_code}")
    return found


def test_every_page_of_the_admin_has_its_line() -> None:
    of_lists = {f"{table}_{kind}" for table in LISTS for kind in KINDS}
    assert names() == of_lists | PAGES.keys() | FOR_EVERYBODY


@pytest.fixture
def unrendered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages without their contents and what stands at their side, which take most of the time."""
    monkeypatch.setattr(SimpleTemplateResponse, "rendered_content", "")
    monkeypatch.setattr("roles.admin.navigation.sidebar", lambda request: [])


@pytest.mark.usefixtures("unrendered")
@pytest.mark.parametrize("group", GROUPS)
def test_each_group_opens_its_doors_and_no_others(role: Role, group: str) -> None:
    assert wrong(signed_in(person(group, is_staff=True)), role, GROUPS.index(group)) == []


@pytest.mark.usefixtures("unrendered")
def test_who_is_in_no_group_gets_no_further_than_the_first_page(role: Role) -> None:
    assert wrong(signed_in(person(is_staff=True)), role, STAFF) == []


@pytest.mark.parametrize("group", ["", "Administrators"])
def test_nobody_enters_the_admin_who_is_not_let_into_it(role: Role, group: str) -> None:
    assert wrong(signed_in(person(group)), role, STAFF - 1) == []


def test_strangers_enter_no_page_of_the_admin(client: Client, role: Role) -> None:
    person()
    assert wrong(client, role, STAFF - 1) == []


@pytest.mark.parametrize("group", ["", *GROUPS])
@pytest.mark.parametrize(
    "address",
    [
        "/roles/draft/",
        "/roles/draft/revisions/",
        "/roles/draft/revisions/2/",
        "/roles/draft/job-description/",
        "/roles/draft.md",
        "/roles/draft.json",
        "/api/v1/roles/draft",
    ],
)
def test_drafts_are_read_by_those_who_write_them(client: Client, group: str, address: str) -> None:
    written(document("Draft"))
    Role.objects.update(status=Role.Status.DRAFT)
    edit("draft", summary="Not for everybody yet.")
    client.force_login(person(group))
    expected = 200 if group in GROUPS[EDITORS:] else 404
    assert client.get(address).status_code == expected


def test_the_way_to_the_history_does_not_tell_that_a_draft_is_there() -> None:
    draft = written(document("Draft"), status=Role.Status.DRAFT)
    answer = signed_in(person("Viewers", is_staff=True)).get(f"/admin/roles/role/{draft.pk}/history/")
    assert answer.status_code == 403


@pytest.mark.parametrize("group", ["Viewers", "Editors"])
def test_the_admin_lists_drafts_to_those_who_write_them(group: str) -> None:
    draft = written(document("Draft"))
    Role.objects.update(status=Role.Status.DRAFT)
    client = signed_in(person(group, is_staff=True))
    shown = client.get(reverse("admin:roles_role_changelist")).context["cl"].result_count
    found = client.get(
        f"{reverse('admin:autocomplete')}?app_label=roles&model_name=role&field_name=successor"
    )
    page = client.get(reverse("admin:roles_role_change", args=[draft.pk]))
    assert (shown, len(found.json()["results"]), page.status_code) == (
        (1, 1, 200) if group == "Editors" else (0, 0, 302)
    )


# What is granted


def may(group: str) -> set[str]:
    """The permissions of a group."""
    return person(group).get_all_permissions()


def test_each_group_may_what_the_one_before_it_may_and_more() -> None:
    granted = [may(group) for group in GROUPS]
    assert all(fewer < more for fewer, more in pairwise(granted))


def test_each_table_is_granted_to_a_group_or_is_the_machines_own() -> None:
    """A new table stands in the migration of the groups, or here."""
    own = {"searchdocument", "searchterm", "passwordchangedue", "mailsettings"}
    tables = {
        model._meta.model_name
        for model in apps.get_app_config("roles").get_models()
        if model._meta.default_permissions
    }
    granted = {permission.partition("_")[2] for permission in may("Administrators")}
    assert tables - granted == own


def test_only_reviewers_and_administrators_publish() -> None:
    assert [group for group in GROUPS if "roles.publish_role" in may(group)] == GROUPS[REVIEWERS:]


def test_only_administrators_keep_accounts() -> None:
    of_accounts = [{name for name in may(group) if not name.startswith("roles.")} for group in GROUPS]
    actions = ("view", "add", "change", "delete")
    everything = {f"auth.{action}_{model}" for action in actions for model in ("user", "group")}
    everything |= {"axes.view_accessattempt", "axes.delete_accessattempt"}
    assert of_accounts == [set(), set(), set(), everything]
