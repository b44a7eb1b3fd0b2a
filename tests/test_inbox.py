"""The inbox: what waits for whom, counted cheaply, each leading to the place where it is done."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from roles import inbox, proposals
from roles.accounts import tokens
from roles.documents.document import Interaction
from roles.loading.run import load
from roles.models import ApiToken, Conflict, Proposal, Role, SourceDocument
from tests.accounts import account
from tests.builders import change, document, edit, job, put, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer() -> User:
    return account("reviewer")


@pytest.fixture
def desk(reviewer: User) -> Client:
    client = Client()
    client.force_login(reviewer)
    return client


def number(user: User, kind: str) -> int:
    return inbox.counts(user)[kind]


def conflict(name: str = "Ann") -> Conflict:
    """A statement of a new role that waits for a decision."""
    role = written(document(name, mission="Ours."))
    return Conflict.objects.create(role=role, key="mission", base="Base.", ours="Ours.", theirs="Theirs.")


def test_a_conflict_waits_until_it_is_decided_or_its_decision_is_proposed(reviewer: User) -> None:
    row = conflict()
    assert number(reviewer, "conflicts") == 1
    assert row.role is not None
    proposed = Proposal.objects.create(
        role=row.role, role_uid=row.role.uid, base={}, document={}, origin="admin"
    )
    Conflict.objects.update(proposal=proposed)
    assert number(reviewer, "conflicts") == 0
    Proposal.objects.update(state="declined")
    assert number(reviewer, "conflicts") == 1
    Conflict.objects.update(closed_at="2026-01-01T00:00Z")
    assert number(reviewer, "conflicts") == 0


def test_proposals_wait_for_reviewers_and_those_that_came_back_for_their_author(reviewer: User) -> None:
    editor = account("editor")
    role = written(document("Ann"))
    Proposal.objects.create(
        role=role, role_uid=role.uid, base={}, document={"name": "Ann"}, origin="admin", author=editor
    )
    assert (number(reviewer, "proposals"), number(editor, "proposals")) == (1, 0)
    Proposal.objects.update(state="returned")
    assert (number(reviewer, "proposals"), number(editor, "proposals")) == (0, 1)
    assert inbox.waiting(editor)[0].rows[0].text == "Ann"


def test_what_was_approved_and_nobody_published_in_time_waits_again(reviewer: User) -> None:
    role = written(document("Ann"))
    proposal = proposals.propose(role, document("Ann", mission="New."), change())
    proposals.schedule(proposal, reviewer, timezone.now() - timedelta(minutes=14))
    assert number(reviewer, "proposals") == 0
    Proposal.objects.update(publish_at=timezone.now() - timedelta(minutes=16))
    assert number(reviewer, "proposals") == 1


def test_names_of_partners_that_mean_no_role_count_once_each(reviewer: User) -> None:
    for name in ("Ann", "Bob"):
        partners = ("Zoe", "zoe", f"No {name}")
        asks = tuple(Interaction(kind="Asks", partner=partner) for partner in partners)
        written(document(name, interactions=asks))
    assert number(reviewer, "unresolved") == 3


def test_files_that_can_not_be_read_wait_until_they_can_or_are_gone(tmp_path: Path, reviewer: User) -> None:
    put(tmp_path, {"ann.md": job("Ann"), "bob.md": b"\xff\xfe\x00broken"})
    load([tmp_path])
    assert number(reviewer, "failed") == 1
    [row] = next(each for each in inbox.waiting(reviewer) if each.kind.name == "failed").rows
    assert "bob.md" in row.text
    (tmp_path / "bob.md").unlink()
    load([put(tmp_path, {"ann.md": job("Ann").replace("Work", "Toil")})])
    assert number(reviewer, "failed") == 0


def test_a_file_that_was_held_back_waits(reviewer: User) -> None:
    role = written(document("Ann"))
    SourceDocument.objects.create(
        role=role, path="a.md", dialect="job", digest="0" * 64, content=b"", held=b"x", rank=1, parsed={}
    )
    assert number(reviewer, "held") == 1


def test_names_that_roles_in_use_share_wait(reviewer: User) -> None:
    written(document("Ann"))
    twin = written(document("Ann", slug="ann-2"))
    assert number(reviewer, "names") == 1
    Role.objects.filter(pk=twin.pk).update(status="archived")
    assert number(reviewer, "names") == 0


def test_reviews_wait_for_the_owner_alone(reviewer: User) -> None:
    role = written(document("Ann"))
    Role.objects.filter(pk=role.pk).update(owner=reviewer, review_by=date(2020, 1, 1))
    assert number(reviewer, "due") == 1
    assert number(account("second-reviewer"), "due") == 0


# The page and the badge -------------------------------------------------------------------------------------


def test_the_admin_begins_with_the_inbox(desk: Client) -> None:
    assert desk.get("/admin/")["Location"] == reverse("admin:roles_inbox")
    assert "Nothing waits for you." in desk.get(reverse("admin:roles_inbox")).content.decode()


def test_each_kind_shows_its_first_and_says_how_many_more_there_are(desk: Client) -> None:
    for place in range(inbox.FIRST + 2):
        conflict(f"Role {place}")
    html = desk.get(reverse("admin:roles_inbox")).content.decode()
    assert html.count("/admin/roles/conflict/of/") == inbox.FIRST
    assert "and 2 more" in html


@pytest.mark.parametrize("address", ["/admin/roles/role/inbox/", "/"])
def test_the_number_of_all_that_waits_stands_on_every_page(desk: Client, address: str) -> None:
    conflict("Ann")
    conflict("Bob")
    badge = [line for line in desk.get(address).content.decode().splitlines() if line.strip() == "2"]
    assert badge or ">2</span>" in desk.get(address).content.decode()


def token(
    user: User, name: str = "HR sync", *, ends_in: int = 9, used: int | None = 1, made_ago: int = 300
) -> ApiToken:
    """A token that ends in so many days, was used so many days ago, and was made so many days ago."""
    now = timezone.now()
    made = tokens.make(name, user, [], now + timedelta(days=ends_in)).token
    made.last_used_at = None if used is None else now - timedelta(days=used)
    made.created_at = now - timedelta(days=made_ago)
    made.save()
    return made


def test_a_token_that_a_program_uses_waits_for_its_person_and_for_keepers_of_accounts_before_it_ends(
    reviewer: User,
) -> None:
    editor, administrator = account("editor"), account("administrator")
    ends = token(editor)
    assert [number(user, "tokens") for user in (reviewer, editor, administrator)] == [0, 1, 1]
    [row] = inbox.waiting(editor)[0].rows
    assert (row.text, row.parameters) == ("HR sync", (ends.pk,))
    tokens.revoke(ends, by=editor)
    assert number(editor, "tokens") == 0


@pytest.mark.parametrize(
    ("ends_in", "used", "made_ago"), [(31, 1, 300), (9, 31, 300), (9, None, 300), (-1, 1, 300), (9, 1, 5)]
)
def test_a_token_that_nobody_will_miss_soon_does_not_wait(
    reviewer: User, ends_in: int, used: int | None, made_ago: int
) -> None:
    token(reviewer, ends_in=ends_in, used=used, made_ago=made_ago)
    assert number(reviewer, "tokens") == 0


def test_a_token_waits_until_the_one_that_replaces_it_is_used(reviewer: User) -> None:
    ends = token(reviewer)
    token(reviewer, "Another")
    made = tokens.renew(ends, by=reviewer, at_once=False)
    assert number(reviewer, "tokens") == 2
    tokens.note_use(made.token)
    [kind] = inbox.waiting(reviewer)
    assert [row.text for row in kind.rows] == ["Another"]


def test_a_superusers_token_waits_for_nobody_who_may_not_renew_it() -> None:
    administrator, first, second = account("administrator"), superuser("first"), superuser("second")
    token(first)
    assert [number(user, "tokens") for user in (administrator, first, second)] == [0, 1, 1]


def superuser(name: str) -> User:
    return User.objects.create_superuser(name)


def test_a_token_of_somebody_who_may_use_it_no_more_does_not_wait() -> None:
    editor, administrator = account("editor"), account("administrator")
    token(editor)
    User.objects.filter(pk=editor.pk).update(is_active=False)
    assert number(administrator, "tokens") == 0


def test_readers_are_told_of_no_number(client: Client) -> None:
    conflict()
    assert "waits for you" not in client.get("/").content.decode()


def test_what_waits_is_counted_in_one_query(
    reviewer: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    conflict()
    reviewer.has_perm("roles.view_role")
    with django_assert_num_queries(1):
        inbox.counts(reviewer)


def test_the_inbox_takes_as_many_queries_for_much_as_for_little(desk: Client, reviewer: User) -> None:
    def fill(name: str) -> None:
        role = written(document(name, interactions=(Interaction(kind="Asks", partner=f"No {name}"),)))
        Conflict.objects.create(role=role, key="mission", ours="Ours.", theirs="Theirs.")
        Role.objects.filter(pk=role.pk).update(owner=reviewer, review_by=date(2020, 1, 1))
        token(reviewer, name)
        SourceDocument.objects.bulk_create(
            SourceDocument(
                role=role,
                path=f"{name} {place}",
                dialect="job",
                digest="0" * 64,
                content=b"",
                held=b"x",
                rank=place,
                parsed={},
            )
            for place in (1, 2)
        )

    address = reverse("admin:roles_inbox")
    fill("A")
    desk.get(address)

    with CaptureQueriesContext(
        connection,
    ) as few:
        desk.get(address)
    for name in "BCDE":
        fill(name)
    with CaptureQueriesContext(connection) as many:
        desk.get(address)
    assert len(many) == len(few) <= 16


def test_who_may_do_nothing_about_it_sees_nothing_of_it() -> None:
    conflict()
    client = Client()
    client.force_login(account("viewer"))
    html = client.get(reverse("admin:roles_inbox")).content.decode()
    assert "disagree" not in html


# Twins ------------------------------------------------------------------------------------------------------


@pytest.fixture
def twins(tmp_path: Path) -> Role:
    """A role that two documents of one kind describe, each with a sentence of its own."""
    put(
        tmp_path,
        {
            "a.md": job("Ann", "## Operating principles\n\n* One\n", code="ANNA1001"),
            "b.md": job("Ann", "## Operating principles\n\n* Two\n", code="ANNA1001").replace("Work", "Toil"),
        },
    )
    load([tmp_path])
    return Role.objects.get()


def answer(client: Client, role: Role, step: str) -> str:
    address = reverse("admin:roles_sourcedocument_twins", args=[role.pk, "job"])
    answered = client.post(address, {"step": step})
    return answered.content.decode() if answered.status_code == 200 else ""


def row(path: str) -> SourceDocument:
    return SourceDocument.objects.get(path__endswith=path)


def test_twins_wait_until_somebody_looked_at_them(desk: Client, reviewer: User, twins: Role) -> None:
    assert number(reviewer, "twins") == 1
    html = desk.get(reverse("admin:roles_sourcedocument_twins", args=[twins.pk, "job"])).content.decode()
    assert "Gained principle “Two”" in html
    answer(desk, twins, "accept")
    assert number(reviewer, "twins") == 0


def test_the_twin_that_is_let_decide_ranks_first_and_the_role_follows(
    desk: Client, twins: Role, tmp_path: Path
) -> None:
    before = Role.objects.get().revision.document["description"]  # type: ignore[union-attr]
    answer(desk, twins, f"decide {row('b.md').pk}")
    after = Role.objects.get().revision.document["description"]  # type: ignore[union-attr]
    assert (row("b.md").rank, row("a.md").rank) == (1, 2)
    assert after != before
    assert "Toil" in after
    assert load([tmp_path]).changed == []


def test_what_somebody_edited_becomes_a_conflict_when_another_twin_decides(desk: Client, twins: Role) -> None:
    edit("ann", description="Ours.")
    answer(desk, twins, f"decide {row('b.md').pk}")
    [waits] = Conflict.objects.waiting()
    assert (waits.key, waits.ours) == ("description", "Ours.")
    assert "Toil" in str(waits.theirs)


def test_a_twin_that_is_let_go_takes_with_it_what_only_it_said(desk: Client, twins: Role) -> None:
    answer(desk, twins, f"drop {row('b.md').pk}")
    assert Role.objects.get().revision.document["principles"] == ["One"]  # type: ignore[union-attr]
    assert not SourceDocument.objects.filter(path__endswith="b.md").exists()


@pytest.mark.parametrize("step", ["", "decide", "decide 0", "drop x", "burn 1", "decide \x00"])
def test_a_step_that_there_is_not_changes_nothing(desk: Client, twins: Role, step: str) -> None:
    assert "Nothing was changed" in answer(desk, twins, step)


def test_who_may_only_propose_lets_no_twin_decide(twins: Role) -> None:
    client = Client()
    client.force_login(account("editor"))
    assert "Only a reviewer can do this" in answer(client, twins, f"decide {row('b.md').pk}")
    assert row("a.md").rank == 1


@pytest.mark.parametrize(("dialect", "status"), [("job", 302), ("nothing", 404)])
def test_a_role_without_twins_has_no_page_of_them(desk: Client, dialect: str, status: int) -> None:
    role = written(document("Ann"))
    address = reverse("admin:roles_sourcedocument_twins", args=[role.pk, dialect])
    assert desk.get(address).status_code == status
