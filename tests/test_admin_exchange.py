"""Export and import in the admin: who may, what is asked, what is shown, and what counts."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from roles.documents.document import Capability as Needed
from roles.exchange.catalogue import SHEETS
from roles.models import Capability, Proposal, Role, Upload
from tests.builders import document, edit, row_counts, written
from tests.conftest import signed_in
from tests.sheets import exported, person, rows, said, table

pytestmark = pytest.mark.django_db


def at(page: str, model: str = "role", *args: object) -> str:
    return reverse(f"admin:roles_{model}_{page}", args=args)


def send(client: Client, data: bytes, sheet: str = "roles", model: str = "role", name: str = "a.csv") -> Any:
    """Choose a file, and follow to what it would change."""
    values = {"sheet": sheet, "file": SimpleUploadedFile(name, data)}
    return client.post(at("import", model), values, follow=True)


def agree(client: Client, answer: Any, reason: str = "") -> Any:
    """Agree to what a page shows, and follow to where that leads."""
    seen = answer.context["form"].initial["seen"]
    return client.post(answer.request["PATH_INFO"], {"seen": seen, "reason": reason}, follow=True)


def told(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


@pytest.fixture
def cook() -> Role:
    return written(document("Cook", mission="Cook.", capabilities=(Needed(name="Soups"),)))


# Out


@pytest.mark.parametrize("name", SHEETS)
def test_every_table_is_exported_as_both_kinds_of_file(name: str, administrator_client: Client) -> None:
    written(document("Cook"))
    model = SHEETS[name].model._meta.model_name or ""
    for ending in ("csv", "xlsx"):
        answer = administrator_client.post(at("export", model), {"sheet": name, "ending": ending})
        assert f'filename="{name}-' in answer["Content-Disposition"]
        assert rows(name, answer.content) == rows(name, exported(name))


def test_an_export_holds_what_the_list_is_narrowed_to(cook: Role, viewer_client: Client) -> None:
    written(document("Waiter"))
    answer = viewer_client.post(f"{at('export')}?q=waiter", {"sheet": "roles", "ending": "csv"})
    assert [row["slug"] for row in rows("roles", answer.content)] == ["waiter"]


def test_an_export_holds_what_was_ticked(cook: Role, viewer_client: Client) -> None:
    written(document("Waiter"))
    ticking = {"action": "export_ticked", "_selected_action": [cook.pk]}
    page = viewer_client.post(at("changelist"), ticking)
    ticked = page.context["form"].initial["ticked"]
    answer = viewer_client.post(at("export"), {"sheet": "roles", "ending": "csv", "ticked": ticked})
    assert [row["slug"] for row in rows("roles", answer.content)] == ["cook"]


def test_who_may_not_see_drafts_exports_none(viewer_client: Client) -> None:
    draft = written(document("Cook"), status=Role.Status.DRAFT)
    ticked = {"sheet": "roles", "ending": "csv", "ticked": str(draft.pk)}
    assert rows("roles", viewer_client.post(at("export"), ticked).content) == []


@pytest.mark.each_database
def test_the_number_of_queries_of_an_export_does_not_grow(cook: Role, viewer_client: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            viewer_client.post(at("export"), {"sheet": "role-capabilities", "ending": "csv"})
        return len(found)

    before = queries()
    for number in range(5):
        written(document(f"Role {number}", capabilities=(Needed(name="Bread"),)))
    assert queries() == before


@pytest.mark.parametrize(
    "values", [{"sheet": "x"}, {"ending": "exe"}, {"ticked": "1,x"}, {"ticked": "9" * 30}]
)
def test_an_export_of_something_else_is_asked_for_again(
    values: dict[str, str], viewer_client: Client
) -> None:
    answer = viewer_client.post(at("export"), {"sheet": "roles", "ending": "csv", **values})
    assert answer.context["form"].errors


def test_filters_that_mean_nothing_are_no_fault_of_the_export(cook: Role, viewer_client: Client) -> None:
    assert viewer_client.get(f"{at('export')}?nonsense__exact=1").status_code == 200


# In


def test_a_file_changes_nothing_until_somebody_agrees(cook: Role, reviewer_client: Client) -> None:
    before = row_counts()
    shown = send(reviewer_client, table(["slug", "mission"], [["cook", "Serve."]]))
    assert "Serve" in shown.content.decode()
    assert row_counts() == before | {"roles.Upload": 1}
    answer = agree(reviewer_client, shown, "new menu")
    assert told(answer) == ["1 row was imported."]
    assert said("cook")["mission"] == "Serve."
    assert cook.revisions.order_by("-number")[0].reason == "new menu"
    assert not Upload.objects.exists()


def test_without_a_reason_the_file_is_the_reason(cook: Role, reviewer_client: Client) -> None:
    agree(reviewer_client, send(reviewer_client, table(["slug", "tags"], [["cook", "hot"]]), name="menu.csv"))
    assert cook.revisions.order_by("-number")[0].reason == "Imported from menu.csv"


def test_what_somebody_else_changed_meanwhile_is_shown_again(cook: Role, reviewer_client: Client) -> None:
    shown = send(reviewer_client, table(["slug", "mission"], [["cook", "Serve."]]))
    edit("cook", mission="Bake.")
    answer = agree(reviewer_client, shown)
    assert "Look again" in told(answer)[0]
    assert said("cook")["mission"] == "Bake."
    agree(reviewer_client, answer)
    assert said("cook")["mission"] == "Serve."


def test_agreeing_twice_counts_once(cook: Role, reviewer_client: Client) -> None:
    shown = send(reviewer_client, table(["slug", "mission"], [["cook", "Serve."]]))
    agree(reviewer_client, shown)
    assert "not here any more" in told(agree(reviewer_client, shown))[0]
    assert cook.revisions.count() == 2


def test_an_editor_proposes(cook: Role, editor_client: Client) -> None:
    answer = agree(editor_client, send(editor_client, table(["slug", "mission"], [["cook", "Serve."]])))
    assert told(answer) == ["1 row is proposed: a reviewer looks at it."]
    assert Proposal.objects.count() == 1


def test_refused_rows_are_said_and_left_out(cook: Role, reviewer_client: Client) -> None:
    data = table(["slug", "mission"], [["cook", "Serve."], ["kook", "x"]])
    assert told(agree(reviewer_client, send(reviewer_client, data))) == [
        "1 row was imported.",
        "1 row was left out.",
    ]


def test_a_file_that_is_no_table_is_refused_beside_its_field(reviewer_client: Client) -> None:
    assert send(reviewer_client, b"a\0b").context["form"].errors["file"]
    assert not Upload.objects.exists()


def test_rows_are_shown_by_what_becomes_of_them(cook: Role, reviewer_client: Client) -> None:
    shown = send(reviewer_client, table(["slug", "mission"], [["cook", "Cook."], ["kook", "x"]]))
    address = shown.request["PATH_INFO"]
    assert [row.number for row, _told in shown.context["rows"]] == [3]
    assert [row.number for row, _t in reviewer_client.get(f"{address}?show=same").context["rows"]] == [2]
    assert reviewer_client.get(f"{address}?show=%00&p=999").status_code == 200


def test_a_file_is_for_the_eyes_of_its_owner(
    cook: Role, reviewer_client: Client, administrator_client: Client
) -> None:
    address = send(reviewer_client, table(["slug"], [["cook"]])).request["PATH_INFO"]
    assert "not here any more" in told(administrator_client.get(address, follow=True))[0]


def test_files_that_nobody_agreed_to_go(reviewer: User) -> None:
    for number in range(7):
        Upload.objects.keep(reviewer, "roles", f"{number}.csv", b"")
    assert [kept.name for kept in Upload.objects.order_by("pk")] == [f"{n}.csv" for n in range(2, 7)]


def test_vocabulary_is_imported_into_its_own_list(reviewer_client: Client) -> None:
    data = table(["name", "category"], [["Soups", "Kitchen"]])
    agree(reviewer_client, send(reviewer_client, data, "capabilities", "capability"))
    assert Capability.objects.get().category == "Kitchen"


# Who may


@pytest.mark.parametrize("model", ["role", "capability"])
def test_who_only_reads_imports_nothing(model: str, viewer_client: Client) -> None:
    assert viewer_client.get(at("import", model)).status_code == 403
    assert viewer_client.post(at("import", model)).status_code == 403
    assert viewer_client.get(at("import_preview", model, 1)).status_code == 403
    assert "import/" not in viewer_client.get(at("changelist", model)).content.decode()


def test_who_may_not_see_a_list_exports_nothing() -> None:
    client = signed_in(person("carl", "view_capability"))
    assert client.get(at("export")).status_code == 403
    assert client.post(at("export"), {"sheet": "roles", "ending": "csv"}).status_code == 403
