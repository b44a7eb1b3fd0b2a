"""Role files loaded over HTTP, as the command line loads them."""

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from roles.loading.sent import MAX_FILES
from roles.models import LoadRun, Proposal, Role, RoleRevision, SourceDocument
from roles.models.api_token import Scope
from tests.builders import document, edit, profile, written
from tests.test_api_errors import problem
from tests.tokens import program

pytestmark = pytest.mark.django_db

LOADS = "/api/v1/loads"
COOK, BAKER = {"ops/cook.md": profile("Cook")}, {"ops/baker.md": profile("Baker")}


@pytest.fixture
def merged(reviewer: Any) -> Client:
    """What runs after a merge, for somebody who may publish."""
    return program(reviewer, Scope.LOAD, name="Merge job")


def packed(files: dict[str, str]) -> bytes:
    """A ZIP of these files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return stream.getvalue()


def parts(files: Mapping[str, str | bytes], *, field: str = "files", boundary: str = "parted") -> bytes:
    """The body of a form with these files."""
    body = b""
    for path, content in files.items():
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"; filename="{path}"\r\n\r\n'
        body += head.encode() + (content.encode() if isinstance(content, str) else content) + b"\r\n"
    return body + f"--{boundary}--\r\n".encode()


def load(client: Client, files: dict[str, str], query: str = "", **headers: str) -> Any:
    """The answer to a ZIP of files."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post(f"{LOADS}{query}", packed(files), content_type="application/zip", headers=named)


def load_parts(client: Client, body: bytes, query: str = "", boundary: str = "parted", **headers: str) -> Any:
    """The answer to the parts of a form."""
    media = f"multipart/form-data; boundary={boundary}"
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post(f"{LOADS}{query}", body, content_type=media, headers=named)


def report(answer: Any) -> Any:
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_a_zip_is_loaded_and_reported_file_by_file(merged: Client) -> None:
    told = report(load(merged, COOK | {"ops/notes.md": "Nothing"}, "?root=roles&commit=8f14e45"))
    assert [(file["path"], file["outcome"], file["role"]) for file in told["files"]] == [
        ("ops/cook.md", "created", "cook"),
        ("ops/notes.md", "skipped", None),
    ]
    assert [file["url"] for file in told["files"]] == ["http://testserver/roles/cook/", None]
    assert told["files"][1]["messages"][0].keys() == {"line", "severity", "code", "text"}
    assert (told["changed"], told["commit"], told["dry_run"], told["failed"]) == (
        ["cook"],
        "8f14e45",
        False,
        False,
    )
    assert (told["counts"]["created"], told["counts"]["skipped"]) == (1, 1)


def test_the_history_names_token_person_and_commit(merged: Client) -> None:
    report(load(merged, COOK, "?commit=8f14e45"))
    revision, run = RoleRevision.objects.get(), LoadRun.objects.get()
    assert (revision.origin, revision.author_name, revision.reason) == ("load", "Merge job", "Commit 8f14e45")
    assert revision.author is not None
    assert revision.author.username == "reviewer"
    assert (run.commit, run.by_name) == ("8f14e45", "Merge job")


def test_parts_of_a_form_keep_their_paths(merged: Client) -> None:
    body = parts({"roles/ops/cook.md": profile("Cook"), "roles/sea/cook.md": profile("Ship Cook")})
    report(load_parts(merged, body, "?root=roles"))
    found = SourceDocument.objects.order_by("path").values_list("root", "path")
    assert list(found) == [("roles", "ops/cook.md"), ("roles", "sea/cook.md")]


def test_a_zip_may_be_the_one_part_of_a_form(merged: Client) -> None:
    assert report(load_parts(merged, parts({"roles.zip": packed(COOK)})))["changed"] == ["cook"]


def test_a_folder_within_the_root_is_no_reason_to_leave_it_out(merged: Client) -> None:
    report(load(merged, COOK, "?root=roles"))
    assert SourceDocument.objects.get().path == "ops/cook.md"


def test_the_same_files_again_change_nothing(merged: Client) -> None:
    report(load(merged, COOK, "?root=roles"))
    told = report(load(merged, COOK, "?root=roles"))
    assert (told["changed"], told["counts"]["unchanged"], RoleRevision.objects.count()) == ([], 1, 1)


def test_a_dry_run_tells_the_same_and_does_nothing(merged: Client) -> None:
    told = report(load(merged, COOK, "?dry_run=true"))
    assert (told["dry_run"], told["changed"]) == (True, ["cook"])
    assert (Role.objects.count(), LoadRun.objects.count()) == (0, 0)


def test_files_that_were_not_sent_are_not_missing(merged: Client) -> None:
    report(load(merged, COOK | BAKER, "?root=roles"))
    assert report(load(merged, COOK, "?root=roles"))["missing"] == []


def test_what_is_gone_from_all_files_of_a_folder_is_withdrawn_on_request(merged: Client) -> None:
    report(load(merged, COOK | BAKER, "?root=roles"))
    told = report(load(merged, COOK, "?root=roles&withdraw=true&max_withdrawn=0.5"))
    assert (told["withdrawn"], told["without_files"], told["failed"]) == (["ops/baker.md"], ["baker"], False)
    assert Role.objects.get(slug="baker").mission == ""


def test_more_than_a_share_is_not_withdrawn(merged: Client) -> None:
    report(load(merged, COOK | BAKER, "?root=roles"))
    told = report(load(merged, COOK, "?root=roles&withdraw=true"))
    assert (told["too_many_missing"], told["failed"]) == (True, True)
    assert (told["missing"], told["withdrawn"]) == (["ops/baker.md"], [])


def test_a_statement_that_both_sides_changed_waits(merged: Client) -> None:
    report(load(merged, COOK))
    edit("cook", mission="Ours.")
    changed = {"ops/cook.md": profile("Cook").replace("Keep Cook going", "Theirs")}
    assert report(load(merged, changed))["conflicts"] == [{"role": "cook", "key": "mission"}]


def test_where_files_are_reviewed_a_load_says_what_waits(merged: Client, settings: Settings) -> None:
    report(load(merged, COOK))
    settings.LOAD_REVIEW = "all"
    told = report(load(merged, {"ops/cook.md": profile("Cook", "# Key Principles\n- Taste\n")}))
    assert (told["proposed"], told["counts"]["proposed"]) == (["cook"], 1)


def test_what_somebody_loads_who_may_not_publish_waits(editor: Any) -> None:
    told = report(load(program(editor, Scope.LOAD), COOK))
    assert (told["proposed"], Role.objects.get().status) == (["cook"], "draft")
    assert Proposal.objects.get().status == "published"


def test_a_load_that_is_sent_again_with_its_key_is_done_once(merged: Client) -> None:
    first = load_parts(merged, parts(COOK), Idempotency_Key="build-7")
    edit("cook", mission="Ours.")
    again = load_parts(merged, parts(COOK, boundary="other"), boundary="other", Idempotency_Key="build-7")
    assert (again.content, again["Idempotency-Replayed"]) == (first.content, "true")
    assert LoadRun.objects.count() == 1


def test_one_file_that_fails_keeps_none_of_the_others_out(merged: Client) -> None:
    told = report(load(merged, COOK | {"ops/bad.md": "---\nname: [\n---\n# Mission\nx\n"}))
    assert (told["changed"], told["failed"], told["counts"]["failed"]) == (["cook"], True, 1)


def test_paths_that_lead_out_are_not_read(merged: Client) -> None:
    told = report(
        load_parts(merged, parts({"../cook.md": profile("Cook"), "ops/baker.md": profile("Baker")}))
    )
    assert {file["path"]: file["outcome"] for file in told["files"]} == {
        "../cook.md": "skipped",
        "baker.md": "created",
    }


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("?root=../roles", "root"),
        ("?root=/etc", "root"),
        ("?root=roles/../..", "root"),
        ("?root=.", "root"),
        ("?root=./roles", "root"),
        ("?root=roles//finance", "root"),
        ("?withdraw=true", "root"),
        ("?withdraw=true&root=roles/finance", "root"),
        ("?commit=%00", "commit"),
        ("?commit=a&commit=b", "commit"),
        ("?max_withdrawn=2", "max_withdrawn"),
        ("?dry_run=perhaps", "dry_run"),
        ("?dryrun=true", "dryrun"),
    ],
)
def test_a_parameter_that_is_not_understood_is_named(merged: Client, query: str, name: str) -> None:
    content = problem(load(merged, COOK, query), 422)
    assert [fault["name"] for fault in content["errors"]] == [name]
    assert not Role.objects.exists()


FIELD = b'--parted\r\nContent-Disposition: form-data; name="commit"\r\n\r\nx\r\n--parted--\r\n'


@pytest.mark.parametrize(
    ("body", "media", "status"),
    [
        (b" ", "application/zip", 422),
        (b"PK\x03\x04 no zip", "application/zip", 422),
        (packed({}), "application/zip", 422),
        (packed({"photo.png": "x"}), "application/zip", 422),
        (b"{}", "application/json", 415),
        (b"x", "text/markdown", 415),
        (b"x", "multipart/form-data", 400),
        (b"no parts", "multipart/form-data; boundary=parted", 422),
        (parts({"a.md": "x"}, field="file"), "multipart/form-data; boundary=parted", 422),
        (
            FIELD,
            "multipart/form-data; boundary=parted",
            422,
        ),
        (b" " * (22 * 1024 * 1024), "application/zip", 413),
    ],
)
def test_what_are_no_files_is_told_so(merged: Client, body: bytes, media: str, status: int) -> None:
    problem(merged.post(LOADS, body, content_type=media), status)


def test_too_many_parts_are_refused(merged: Client) -> None:
    body = parts({f"{number}.md": "x" for number in range(MAX_FILES + 1)})
    problem(load_parts(merged, body), 413)


def test_a_load_needs_a_token_with_its_scope_of_somebody_who_may_change_roles(
    client: Client, reviewer: Any, reviewer_client: Client, viewer: Any
) -> None:
    problem(load(client, COOK), 401)
    problem(load(reviewer_client, COOK), 401)
    problem(load(program(reviewer, Scope.WRITE), COOK), 403)
    problem(load(program(viewer, Scope.LOAD), COOK), 403)
    assert not Role.objects.exists()


def test_a_failure_takes_the_whole_load_back(reviewer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    written(document("Chef"))
    client = program(reviewer, Scope.LOAD)
    client.raise_request_exception = False
    monkeypatch.setattr("roles.loading.run._Load.finish", lambda run: json.loads("{"))
    assert load(client, COOK).status_code == 500
    assert [role.slug for role in Role.objects.all()] == ["chef"]


def test_two_files_with_one_path_are_refused(merged: Client) -> None:
    part = parts({"cook.md": "# Cook"}).partition(b"--parted--")[0]
    answer = load_parts(merged, part + parts({"cook.md": "# Other"}))
    assert problem(answer, 422)["detail"] == "Two files have the path “cook.md”. Send each once."
