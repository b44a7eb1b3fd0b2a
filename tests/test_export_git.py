"""`export_roles --git`: the catalogue's edits as commits on a new branch, and nothing else touched."""

import io
import os
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from roles import store
from roles.loading.branch import author_of, message_of
from roles.loading.git import opened
from roles.models import Conflict, Role, RoleRevision
from tests.builders import document, edit, job, put, written
from tests.test_commands import run

pytestmark = pytest.mark.django_db

Said = Mapping[str, Any]


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "no-settings"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


def git(repository: Path, *arguments: str) -> str:
    """What git prints, without the last line end."""
    command = ["git", "-C", str(repository), "-c", "user.name=Ida", "-c", "user.email=ida@example.org"]
    done = subprocess.run([*command, *arguments], check=True, capture_output=True)
    return done.stdout.decode().rstrip("\n")


def repository(path: Path, files: Mapping[str, str | bytes]) -> Path:
    """A repository with one commit of these files."""
    git(put(path, files).parent, "init", "-q", "-b", "main", str(path))
    commit(path)
    return path


def commit(path: Path) -> None:
    git(path, "add", "-A")
    git(path, "commit", "-q", "-m", "By hand")


def changed(slug: str, author: User | None = None, name: str = "", reason: str = "", **parts: Any) -> None:
    """Change a role as this person."""
    role = Role.objects.select_related("revision").get(slug=slug)
    said = store.current(role).to_json() | parts
    change = store.Change(origin=RoleRevision.Origin.ADMIN, author=author, author_name=name, reason=reason)
    store.write(role, store.current(role).from_json(said), change)


def exported(path: Path, **options: Any) -> str:
    """Export to the branch `hr`, and return what was printed."""
    return run("export_roles", git=path, branch="hr", verbosity=1, **options)


def refused(path: Path, **options: Any) -> str:
    """Why an export fails."""
    with pytest.raises(CommandError) as failed:
        call_command("export_roles", git=path, stdout=io.StringIO(), stderr=io.StringIO(), **options)
    assert failed.value.returncode == 1
    return str(failed.value)


def log(path: Path, form: str, branch: str = "hr") -> list[str]:
    """The commits of a branch, the first one first, each in this form."""
    return git(path, "log", "-z", "--reverse", f"--format={form}", f"main..{branch}").rstrip("\0").split("\0")


def test_each_edited_role_is_one_commit_with_its_editor_and_reason(tmp_path: Path) -> None:
    files = {"a.md": job("Ann"), "b.md": job("Bob"), "c.md": job("Cid")}
    run("load_roles", repository(tmp_path, files))
    hanna = User.objects.create_user("hanna", "hanna@example.org", first_name="Hanna", last_name="Ek")
    changed("ann", hanna, reason="The board decided", description="Rule.")
    changed("bob", name="Ole", description="Serve.")
    printed = exported(tmp_path)
    assert printed.splitlines()[0] == "2 commits on the new branch hr."
    assert f"git -C {tmp_path} push origin hr" in printed
    assert log(tmp_path, "%an <%ae>|%B") == [
        "Hanna Ek <hanna@example.org>|The board decided\n\nRole-Revision: ann#2\n",
        "Ole <ole@users.noreply.invalid>|Update Bob\n\nRole-Revision: bob#2\n",
    ]
    assert git(tmp_path, "diff", "--stat", "hr~1", "hr").splitlines()[0].split() == ["b.md", "|", "2", "+-"]
    assert git(tmp_path, "show", "hr:a.md") == job("Ann").replace("Work as Ann.", "Rule.").rstrip("\n")
    assert git(tmp_path, "fsck", "--strict") == ""


def test_a_commit_has_the_date_of_the_edit_in_it(tmp_path: Path) -> None:
    run("load_roles", repository(tmp_path, {"a.md": job("Ann")}))
    edit("ann", description="Rule.")
    moment = datetime(2126, 3, 1, 9, 30, tzinfo=UTC)
    RoleRevision.objects.filter(number=2).update(created_at=moment)
    exported(tmp_path)
    assert datetime.fromisoformat(log(tmp_path, "%aI")[0]) == moment


def test_the_same_edits_upon_the_same_commit_are_the_same_commits(tmp_path: Path) -> None:
    run("load_roles", repository(tmp_path, {"a.md": job("Ann"), "b.md": job("Bob")}))
    late, later = datetime(2120, 3, 1, tzinfo=UTC), datetime(2126, 3, 1, tzinfo=UTC)
    for slug, moment in (("ann", later), ("bob", late)):
        edit(slug, description="Rule.")
        RoleRevision.objects.filter(slug=slug, number=2).update(created_at=moment)
    exported(tmp_path)
    assert log(tmp_path, "%at") == [f"{moment.timestamp():.0f}" for moment in (later, late)]
    # Never earlier than the commit below it.
    assert log(tmp_path, "%ct") == [f"{later.timestamp():.0f}"] * 2


def test_the_commit_is_the_last_editors_and_tells_of_the_others(tmp_path: Path) -> None:
    run("load_roles", repository(tmp_path, {"a.md": job("Ann")}))
    hanna = User.objects.create_user("hanna", "hanna@example.org")
    changed("ann", hanna, reason="Rules now", description="Rule.")
    changed("ann", name="Ole", reason="And has a goal\n\nWhich all share.", mission="Peace.")
    changed("ann", hanna, reason="Nothing that a file says", mission="Peace.")
    exported(tmp_path)
    assert log(tmp_path, "%an")[0] == "Ole"
    day = RoleRevision.objects.get(number=2).created_at.date()
    assert log(tmp_path, "%B")[0] == (
        "And has a goal\n\nWhich all share.\n\n"
        f"- Rules now (hanna, {day})\n\n"
        "Role-Revision: ann#3\nCo-authored-by: hanna <hanna@example.org>\n"
    )


def test_only_edits_since_the_file_was_exported_last_are_told_of(tmp_path: Path) -> None:
    run("load_roles", repository(tmp_path, {"a.md": job("Ann")}))
    changed("ann", name="Hanna", reason="First", description="Rule.")
    run("export_roles", tmp_path)
    commit(tmp_path)
    changed("ann", name="Ole", reason="Second", mission="Peace.")
    exported(tmp_path)
    assert log(tmp_path, "%an: %s, %b") == ["Ole: Second, Role-Revision: ann#3\n"]


def test_both_files_of_a_role_are_in_one_commit(tmp_path: Path) -> None:
    skills = "## Capabilities\n\n* **Go** — Novice\n"
    files = {name: job("Ann", skills, code="ANN1") for name in ("a.md", "b.md")}
    run("load_roles", repository(tmp_path, files))
    edit("ann", description="Rule.")
    assert "1 commit on" in exported(tmp_path)
    assert git(tmp_path, "diff", "--name-only", "main", "hr").split() == ["a.md", "b.md"]


def test_a_role_without_a_file_gets_one(tmp_path: Path) -> None:
    repository(tmp_path, {"README.md": "# Read me\n"})
    written(document("Ann", family="Hall", mission="Rule."))
    exported(tmp_path)
    assert git(tmp_path, "diff", "--name-status", "main", "hr") == "A\thall/ann.md"
    assert git(tmp_path, "ls-tree", "-r", "hr", "hall").startswith("100644 ")


def test_work_tree_index_and_branches_stay_as_they_are(tmp_path: Path) -> None:
    run("load_roles", repository(tmp_path, {"a.md": job("Ann"), "b.md": job("Bob"), "c.md": job("Cid")}))
    edit("ann", description="Rule.")
    put(tmp_path, {"b.md": "changed", "new.md": "new", "staged.md": "staged"})
    git(tmp_path, "add", "staged.md")
    (tmp_path / "c.md").unlink()
    before = git(tmp_path, "status", "--porcelain"), git(tmp_path, "rev-parse", "HEAD", "main")
    exported(tmp_path)
    assert (git(tmp_path, "status", "--porcelain"), git(tmp_path, "rev-parse", "HEAD", "main")) == before
    assert git(tmp_path, "symbolic-ref", "HEAD") == "refs/heads/main"
    assert git(tmp_path, "diff", "--name-only", "main", "hr") == "a.md"


def test_a_bare_repository_will_do(tmp_path: Path) -> None:
    work = repository(tmp_path / "work", {"docs/roles/a.md": job("Ann")})
    git(tmp_path, "clone", "-q", "--bare", str(work), "bare")
    run("load_roles", work / "docs" / "roles")
    edit("ann", description="Rule.")
    exported(tmp_path / "bare", folder="docs/roles")
    assert git(tmp_path / "bare", "diff", "--name-only", "main", "hr") == "docs/roles/a.md"


def test_where_nothing_was_edited_there_is_no_branch(tmp_path: Path) -> None:
    run("load_roles", repository(tmp_path, {"a.md": job("Ann")}))
    assert exported(tmp_path) == "Nothing to commit, so there is no new branch.\n"
    assert git(tmp_path, "branch", "--list", "hr") == ""


def test_the_branch_is_named_after_day_and_revision(tmp_path: Path) -> None:
    run("load_roles", repository(tmp_path, {"a.md": job("Ann")}))
    edit("ann", description="Rule.")
    run("export_roles", git=tmp_path)
    (name,) = git(tmp_path, "for-each-ref", "--format=%(refname)", "refs/heads/catalogue").split()
    number = RoleRevision.objects.get(number=2).catalogue_number
    assert name.startswith("refs/heads/catalogue/20")
    assert name.endswith(f"-{number}")


def test_a_file_that_was_changed_at_head_and_not_loaded_is_left_alone(tmp_path: Path) -> None:
    run("load_roles", repository(tmp_path, {"a.md": job("Ann"), "b.md": job("Bob")}))
    put(tmp_path, {"a.md": job("Ann") + "By hand.\n"})
    commit(tmp_path)
    edit("ann", description="Rule.")
    edit("bob", description="Serve.")
    errors = io.StringIO()
    with pytest.raises(CommandError, match="1 file was not written"):
        exported(tmp_path, stderr=errors)
    assert errors.getvalue().startswith("a.md: error: It has changes that were never loaded")
    assert git(tmp_path, "diff", "--name-only", "main", "hr") == "b.md"


def test_what_waits_for_a_decision_is_not_committed(tmp_path: Path) -> None:
    run("load_roles", repository(tmp_path, {"a.md": job("Ann")}))
    edit("ann", description="Ours.")
    put(tmp_path, {"a.md": job("Ann").replace("Work", "Toil")})
    commit(tmp_path)
    run("load_roles", tmp_path)
    assert "Nothing to commit" in exported(tmp_path, stderr=io.StringIO())
    Conflict.objects.all().delete()
    exported(tmp_path)
    assert "+Ours." in git(tmp_path, "diff", "main", "hr")


def test_the_file_of_a_deleted_role_stays_and_is_told_of(tmp_path: Path) -> None:
    run("load_roles", repository(tmp_path, {"a.md": job("Ann"), "b.md": job("Bob")}))
    Role.objects.get(slug="ann").delete()
    edit("bob", description="Serve.")
    errors = io.StringIO()
    exported(tmp_path, stderr=errors)
    assert errors.getvalue() == (
        "a.md: warning: Its role was deleted in the catalogue; the file is left as it is.\n"
    )
    assert git(tmp_path, "diff", "--name-only", "main", "hr") == "b.md"


def test_a_check_against_a_repository_prints_the_diff_and_makes_no_branch(tmp_path: Path) -> None:
    run("load_roles", repository(tmp_path, {"a.md": job("Ann"), "index.md": "# Index\n"}))
    edit("ann", description="Rule.")
    out = io.StringIO()
    with pytest.raises(CommandError, match="1 file differs"):
        call_command("export_roles", git=tmp_path, check=True, stdout=out)
    assert "+Rule." in out.getvalue()
    assert git(tmp_path, "branch", "--list", "catalogue/*") == ""


# What is refused --------------------------------------------------------------------------------------------


def test_a_branch_that_exists_is_refused(tmp_path: Path) -> None:
    run("load_roles", repository(tmp_path, {"a.md": job("Ann")}))
    edit("ann", description="Rule.")
    assert refused(tmp_path, branch="main").startswith("There is a branch main already")


@pytest.mark.parametrize("name", ["-d", "--all", "a b", "a..b", "HEAD", "@{-1}", "a/", "x.lock", "a\nb", ""])
def test_a_name_that_no_branch_can_have_is_refused(tmp_path: Path, name: str) -> None:
    assert "no name for a branch" in refused(repository(tmp_path, {"a.md": ""}), branch=name)


@pytest.mark.parametrize("folder", ["..", "a/../../b", "/etc", ".git", "a/.GIT/hooks"])
def test_a_folder_outside_the_files_of_the_repository_is_refused(tmp_path: Path, folder: str) -> None:
    assert "no folder inside" in refused(repository(tmp_path, {"a.md": ""}), folder=folder)


def test_what_is_no_repository_is_refused(tmp_path: Path) -> None:
    assert "not a git repository" in refused(tmp_path)
    assert "nowhere" in refused(tmp_path / "nowhere")


def test_a_repository_without_a_commit_is_refused(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    assert "has no commit" in refused(tmp_path)


def test_a_folder_in_a_repository_is_refused_with_what_to_say_instead(tmp_path: Path) -> None:
    repository(tmp_path, {"docs/roles/a.md": job("Ann")})
    assert "--folder docs/roles" in refused(tmp_path / "docs" / "roles")


def test_files_that_stand_elsewhere_in_the_repository_are_not_added_anew(tmp_path: Path) -> None:
    repository(tmp_path, {"docs/roles/a.md": job("Ann")})
    run("load_roles", tmp_path / "docs" / "roles")
    assert "--folder docs/roles" in refused(tmp_path)
    assert "--folder docs/roles" in refused(tmp_path, folder="docs")


def test_without_git_the_message_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository(tmp_path, {"a.md": ""})
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "git is not installed" in refused(tmp_path)


@pytest.mark.parametrize(
    "arguments",
    [{}, {"directory": "out", "git": "repo"}, {"directory": "out", "branch": "hr"}, {"folder": "roles"}],
    ids=["nothing", "folder and repository", "branch without repository", "folder without repository"],
)
def test_a_place_is_a_folder_or_a_repository(arguments: Said, tmp_path: Path) -> None:
    named = {key: Path(value) if key in ("directory", "git") else value for key, value in arguments.items()}
    options = {"directory": None, "git": None, "branch": None, "folder": None} | named
    with pytest.raises(CommandError, match="Name a folder"):
        run("export_roles", **options)


def test_links_and_folders_in_the_way_are_left_alone(tmp_path: Path) -> None:
    files = {"a/x.md": job("Ann"), "b.md": job("Bob"), "c.md": job("Cid"), "d.md": job("Dan")}
    run("load_roles", put(tmp_path / "in", files))
    path = put(tmp_path / "repo", {"b.md/inside.md": "", "d.md": job("Dan")})
    (path / "a").symlink_to(tmp_path / "in" / "a")
    (path / "c.md").symlink_to(tmp_path / "in" / "c.md")
    repository(path, {})
    edit("dan", description="Rule.")
    errors = io.StringIO()
    with pytest.raises(CommandError, match="3 files were not written"):
        exported(path, stderr=errors)
    assert [line.split(":")[0] for line in errors.getvalue().splitlines()] == ["a/x.md", "b.md", "c.md"]
    assert git(path, "diff", "--name-only", "main", "hr") == "d.md"


# What does no harm ------------------------------------------------------------------------------------------


def test_what_a_hook_sets_leads_nowhere_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = repository(tmp_path / "other", {"b.md": ""})
    run("load_roles", repository(tmp_path / "repo", {"a.md": job("Ann")}))
    edit("ann", description="Rule.")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / "index"))
    exported(tmp_path / "repo")
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name)
    assert git(tmp_path / "repo", "branch", "--list", "hr") == "  hr"
    assert git(other, "branch", "--list", "hr") == ""


def test_no_hook_is_run(tmp_path: Path) -> None:
    run("load_roles", repository(tmp_path, {"a.md": job("Ann")}))
    hook = tmp_path / ".git" / "hooks" / "reference-transaction"
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    edit("ann", description="Rule.")
    exported(tmp_path)


def test_the_committer_is_who_git_says_else_the_catalogue(tmp_path: Path) -> None:
    run("load_roles", repository(tmp_path, {"a.md": job("Ann")}))
    edit("ann", description="Rule.")
    run("export_roles", git=tmp_path, branch="one")
    git(tmp_path, "config", "user.name", "Build")
    git(tmp_path, "config", "user.email", "build@example.org")
    run("export_roles", git=tmp_path, branch="two")
    assert log(tmp_path, "%cn <%ce>", "one") == ["Role catalogue <role-catalogue@users.noreply.invalid>"]
    assert log(tmp_path, "%cn <%ce>", "two") == ["Build <build@example.org>"]


nasty = st.text(st.sampled_from("ab \n\r\t\0\x1b<>@.,:;\"'\\-#ß\u202e\ud800é%$`"), max_size=30).map(
    lambda text: text.encode(errors="replace").decode()
)


@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(name=nasty, email=nasty, reason=nasty)
@example(name="", email=".@.", reason="")
@example(name="", email="\0@.", reason="")
@example(name="<>", email="x>\n\nboom <y", reason="\0")
@example(name="-n", email="--amend", reason="--author=x\n\nCo-authored-by: Boss <b@example.org>")
@example(name="ö" * 5000, email="a" * 5000 + "@b", reason="why " * 5000)
def test_no_name_address_or_reason_does_harm(
    tmp_path_factory: pytest.TempPathFactory, name: str, email: str, reason: str
) -> None:
    path = repository(tmp_path_factory.mktemp("repo"), {"README.md": ""})
    role = Role(name="Ann", slug="ann")
    user = User(username="hanna", first_name=name, email=email)
    revision = RoleRevision(
        slug="ann", number=1, author=user, reason=reason, created_at=datetime(2026, 3, 1, tzinfo=UTC)
    )
    author, message = author_of(revision), message_of(role, [revision])
    with opened(path) as repo:
        repo.commit({"a.md": b"x"}, message, author, revision.created_at)
        repo.make_branch("hr")
    assert log(path, "%an|%ae") == [f"{author.name}|{author.email}"]
    assert log(path, "%(trailers:only)") == ["Role-Revision: ann#1\n"]
    assert len(log(path, "%s")[0]) <= 72
    assert git(path, "fsck", "--strict") == ""
