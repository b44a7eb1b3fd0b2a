"""Role documents that somebody sends in the admin, and the page of what a load did."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from roles.loading.run import load
from roles.models import LoadRun, Proposal, Role, SourceDocument, Upload
from tests.builders import document, edit, profile, put, row_counts, written

pytestmark = pytest.mark.django_db

UPLOAD = "/admin/roles/sourcedocument/upload/"


def send(client: Client, *files: tuple[str, str | bytes], folder: str = "") -> Any:
    """Choose files, and follow to what they would change."""
    documents = [SimpleUploadedFile(name, d.encode() if isinstance(d, str) else d) for name, d in files]
    return client.post(UPLOAD, {"documents": documents, "folder": folder}, follow=True)


def agree(client: Client, answer: Any) -> Any:
    """Agree to what a page shows, and follow to where that leads."""
    seen = answer.context["form"].initial["seen"]
    return client.post(answer.request["PATH_INFO"], {"seen": seen}, follow=True)


def told(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def test_documents_are_looked_at_before_they_count(reviewer_client: Client) -> None:
    before = row_counts()
    shown = send(reviewer_client, ("cook.md", profile("Cook")), ("chef.md", profile("Chef")))
    assert [(file.path, file.mark) for file in shown.context["shown"].files] == [
        ("chef.md", "new"),
        ("cook.md", "new"),
    ]
    assert row_counts() == before | {"roles.Upload": 1}
    assert told(agree(reviewer_client, shown)) == ["2 roles were changed."]
    assert Role.objects.count() == 2
    assert not Upload.objects.exists()


def test_a_change_is_shown_word_by_word(reviewer_client: Client, tmp_path: Path) -> None:
    load([put(tmp_path / "roles", {"cook.md": profile("Cook")})])
    shown = send(reviewer_client, ("cook.md", profile("Cook").replace("going", "warm")))
    [file] = shown.context["shown"].files
    [difference] = file.told
    assert difference["sentence"] == "Reworded the mission"
    assert "<ins>" in shown.content.decode()


def test_what_changed_meanwhile_is_shown_again(reviewer_client: Client, tmp_path: Path) -> None:
    load([put(tmp_path / "roles", {"cook.md": profile("Cook", slug="cook")})])
    shown = send(reviewer_client, ("cook.md", profile("Cook", slug="cook").replace("going", "warm")))
    edit("cook", mission="Bake.")
    answer = agree(reviewer_client, shown)
    assert "Look again" in told(answer)[0]
    assert answer.context["shown"].conflicts == ["Cook: mission"]
    assert told(agree(reviewer_client, answer))[-1] == "1 statement waits for a decision."


def test_a_zip_that_was_downloaded_can_be_uploaded(reviewer_client: Client) -> None:
    written(document("Cook", mission="Cook."))
    answer: Any = reviewer_client.post(reverse("admin:roles_role_documents"), {"dialect": "job"})
    data = b"".join(answer.streaming_content)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.namelist() == ["roles/cook.md"]
    agree(reviewer_client, send(reviewer_client, ("roles.zip", data)))
    assert SourceDocument.objects.get().root == "roles"


@pytest.mark.parametrize("folder", ["../roles", "/etc", "a\\b", "a/../b", "C:/x"])
def test_a_folder_that_leads_out_is_refused(folder: str, reviewer_client: Client) -> None:
    answer = send(reviewer_client, ("cook.md", profile("Cook")), folder=folder)
    assert answer.context["form"].errors["folder"]


@pytest.mark.parametrize("name", ["picture.png", "cook.docx"])
def test_what_is_no_role_file_is_refused_beside_its_field(name: str, reviewer_client: Client) -> None:
    assert send(reviewer_client, (name, "x")).context["form"].errors["documents"]


def test_nothing_is_asked_for_again(reviewer_client: Client) -> None:
    assert reviewer_client.post(UPLOAD, {}).context["form"].errors["documents"]


def test_a_file_that_can_not_be_read_says_why(reviewer_client: Client) -> None:
    shown = send(
        reviewer_client, ("cook.md", b"---\nname: [\n---\n# Mission\nx"), ("chef.md", profile("Chef"))
    )
    files = {file.path: file for file in shown.context["shown"].files}
    assert files["cook.md"].mark == "refused"
    assert files["cook.md"].messages
    assert told(agree(reviewer_client, shown)) == ["1 role was changed."]


def test_files_are_for_the_eyes_of_who_sent_them(
    reviewer_client: Client, administrator_client: Client
) -> None:
    address = send(reviewer_client, ("cook.md", profile("Cook"))).request["PATH_INFO"]
    assert "not here any more" in told(administrator_client.get(address, follow=True))[0]


def test_what_an_editor_sends_waits_for_review(editor_client: Client, tmp_path: Path) -> None:
    load([put(tmp_path / "roles", {"cook.md": profile("Cook", slug="cook")})])
    shown = send(editor_client, ("cook.md", profile("Cook", slug="cook").replace("going", "warm")))
    answer = agree(editor_client, shown)
    assert told(answer)[-1] == "1 change is proposed: a reviewer looks at it."
    assert Role.objects.get().mission == "Keep Cook going."


def test_who_only_reads_loads_nothing(viewer_client: Client) -> None:
    assert viewer_client.get(UPLOAD).status_code == 403
    assert send(viewer_client, ("cook.md", profile("Cook"))).status_code == 403
    assert viewer_client.get(f"{UPLOAD}1/").status_code == 403


def test_who_may_not_see_documents_downloads_none(viewer_client: Client) -> None:
    assert viewer_client.post(reverse("admin:roles_role_documents"), {"dialect": "job"}).status_code == 403
    assert "documents_form" not in viewer_client.get(reverse("admin:roles_role_export")).content.decode()


# Loads that are over


def page_of(client: Client) -> Any:
    run = LoadRun.objects.latest("pk")
    return client.get(reverse("admin:roles_loadrun_change", args=[run.pk]))


def test_a_load_shows_what_became_of_its_files(editor_client: Client, tmp_path: Path) -> None:
    folder = put(
        tmp_path / "roles", {"cook.md": profile("Cook"), "bad.md": "---\nname: [\n---\n# Mission\nx"}
    )
    load([folder])
    shown = page_of(editor_client).context["shown"]
    assert [(file.path, file.mark) for file in shown.files] == [("bad.md", "refused"), ("cook.md", "new")]
    assert shown.files[1].sentences == ["Made the role"]


@pytest.mark.each_database
def test_the_number_of_queries_of_a_load_does_not_grow(editor_client: Client, tmp_path: Path) -> None:
    def queries() -> int:
        page_of(editor_client)
        with CaptureQueriesContext(connection) as found:
            assert page_of(editor_client).status_code == 200
        return len(found)

    load([put(tmp_path / "roles", {"cook.md": profile("Cook")})])
    one = queries()
    load([put(tmp_path / "roles", {f"{n}.md": profile(f"Role {n}") for n in range(4)})])
    assert queries() == one


def test_what_an_editors_upload_proposes_is_nowhere_to_be_read(
    editor_client: Client, client: Client, tmp_path: Path
) -> None:
    load([put(tmp_path / "roles", {"cook.md": profile("Cook")})])
    agree(editor_client, send(editor_client, ("cook.md", profile("Cook").replace("going", "secretly warm"))))
    assert Proposal.objects.get().document["mission"] == "Keep Cook secretly warm."
    for address in ("/roles/cook/?sources=shown", "/roles/cook.json", "/roles/cook.md", "/api/v1/roles/cook"):
        assert "secretly" not in client.get(address).content.decode()
