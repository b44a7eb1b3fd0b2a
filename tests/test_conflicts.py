"""Decisions where files and catalogue both changed a statement, and that the next load respects them."""

from pathlib import Path

import pytest
from django.contrib.auth.models import User

from roles import conflicts, history, proposals, store
from roles.conflicts import Answer, Decision, answer, decide
from roles.documents.document import Capability, RoleDocument
from roles.loading.export import export
from roles.loading.run import load
from roles.models import Conflict, Proposal, Role, RoleRevision
from tests.accounts import account
from tests.builders import change, edit, profile, put

pytestmark = pytest.mark.django_db

ORIGIN = RoleRevision.Origin


def file(mission: str, skills: str = "Advanced") -> str:
    text = profile("Keeper", f"# Capabilities\n\n- **SQL** — {skills}\n")
    return text.replace("Keep Keeper going.", mission)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder whose only file and whose role changed both the mission and a level."""
    load([put(tmp_path, {"keeper.md": file("Base.")})])
    edit("keeper", mission="Ours.", capabilities=(Capability(name="SQL", level="Expert"),))
    load([put(tmp_path, {"keeper.md": file("Theirs.", "Novice")})])
    assert Conflict.objects.open().count() == 2
    return tmp_path


def keeper() -> Role:
    return Role.objects.select_related("revision").get(slug="keeper")


def said() -> RoleDocument:
    document = store.current(keeper())
    assert document == store.read(keeper())
    return document


def answered(**decisions: Decision | str) -> dict[str, Answer]:
    """The answers to conflicts, by their fields; a text is a third wording."""
    rows = {row.key.partition(":")[0]: row for row in Conflict.objects.open()}
    return {
        rows[field].key: answer(rows[field], given)
        if isinstance(given, Decision)
        else Answer(Decision.OWN, given)
        for field, given in decisions.items()
    }


def open_keys() -> list[str]:
    return list(Conflict.objects.open().order_by("key").values_list("key", flat=True))


def test_the_files_statement_is_taken_and_the_conflict_closed(folder: Path) -> None:
    decided = decide(keeper(), answered(mission=Decision.FILES), change("The file is right"))
    assert (said().mission, said().capabilities[0].level) == ("Theirs.", "Expert")
    assert open_keys() == ["capabilities:sql"]
    assert decided.revision is not None
    assert (decided.revision.author_name, decided.revision.reason) == ("Hanna", "The file is right")
    row = Conflict.objects.get(key="mission")
    assert (row.decision, row.closed_by_name, row.ours) == ("files", "Hanna", "Theirs.")


def test_keeping_ours_makes_no_revision(folder: Path) -> None:
    before = RoleRevision.objects.count()
    decided = decide(keeper(), answered(mission=Decision.CATALOGUE), change())
    assert (decided.revision, RoleRevision.objects.count(), said().mission) == (None, before, "Ours.")
    row = Conflict.objects.get(key="mission")
    assert (row.decision, row.closed_by_name, row.closed_at is None) == ("catalogue", "Hanna", False)


def test_many_decisions_on_a_role_make_one_revision(folder: Path) -> None:
    before = RoleRevision.objects.count()
    decide(keeper(), answered(mission="A third.", capabilities=Decision.FILES), change())
    assert (said().mission, said().capabilities[0].level) == ("A third.", "Novice")
    assert RoleRevision.objects.count() == before + 1
    assert open_keys() == []


@pytest.mark.parametrize("mission", [Decision.FILES, Decision.CATALOGUE, "A third."])
def test_what_was_decided_is_not_asked_again(folder: Path, mission: Decision | str) -> None:
    decide(keeper(), answered(mission=mission, capabilities=Decision.CATALOGUE), change())
    before, known = said(), Conflict.objects.count()
    for prefer in (None, "files", "catalogue"):
        load([folder], prefer=prefer)
        assert (said(), open_keys(), Conflict.objects.count()) == (before, [], known)


def test_once_the_file_says_something_else_it_is_asked_again(folder: Path) -> None:
    decide(keeper(), answered(mission=Decision.CATALOGUE, capabilities=Decision.CATALOGUE), change())
    load([put(folder, {"keeper.md": file("Theirs again.", "Novice")})])
    assert open_keys() == ["mission"]


def test_a_third_wording_goes_to_the_file(folder: Path) -> None:
    decide(keeper(), answered(mission="A third.", capabilities=Decision.CATALOGUE), change())
    [exported] = export([keeper()])
    assert exported.data.decode() == file("A third.", "Expert")


def test_a_statement_that_the_file_lacks_is_taken_away(tmp_path: Path) -> None:
    load([put(tmp_path, {"keeper.md": file("Base.")})])
    edit("keeper", capabilities=(Capability(name="SQL", level="Expert"),))
    load([put(tmp_path, {"keeper.md": profile("Keeper").replace("Keep Keeper going.", "Base.")})])
    decide(keeper(), answered(capabilities=Decision.FILES), change())
    assert (said().capabilities, open_keys()) == ((), [])


def test_a_decision_is_undone_in_the_history(folder: Path) -> None:
    number = keeper().revision.number  # type: ignore[union-attr]
    decide(keeper(), answered(mission=Decision.FILES), change())
    history.restore(keeper(), number, change())
    assert said().mission == "Ours."


def test_a_decision_to_keep_ours_is_taken_back(folder: Path) -> None:
    decide(keeper(), answered(mission=Decision.CATALOGUE), change())
    edit("keeper", mission="Ours, newer.")
    assert conflicts.ask_again(Conflict.objects.filter(key="mission")) == 1
    row = Conflict.objects.open().get(key="mission")
    assert (row.ours, row.theirs, row.decision) == ("Ours, newer.", "Theirs.", "")


def test_what_both_sides_say_by_now_is_not_asked_again(folder: Path) -> None:
    decide(keeper(), answered(mission=Decision.FILES), change())
    assert conflicts.ask_again(Conflict.objects.all()) == 0


def test_an_answer_to_what_is_decided_already_changes_nothing(folder: Path) -> None:
    answers = answered(mission=Decision.FILES)
    decide(keeper(), answers, change())
    before = RoleRevision.objects.count()
    assert decide(keeper(), answers, change()).closed == 0
    assert RoleRevision.objects.count() == before


# Who may only propose ---------------------------------------------------------------------------------------


@pytest.fixture
def editor() -> User:
    return account("editor")


def by(user: User) -> store.Change:
    return store.Change(origin=ORIGIN.ADMIN, author=user)


def test_a_decision_of_who_may_not_publish_waits_with_its_proposal(folder: Path, editor: User) -> None:
    decided = decide(keeper(), answered(mission="A third."), by(editor))
    assert (said().mission, decided.proposal, decided.closed) == ("Ours.", Proposal.objects.get(), 0)
    assert open_keys() == ["capabilities:sql", "mission"]
    assert [row.key for row in conflicts.waiting(keeper())] == ["capabilities:sql"]


def test_a_conflict_is_closed_when_its_proposal_is_published(folder: Path, editor: User) -> None:
    decide(keeper(), answered(mission="A third."), by(editor))
    proposals.apply(Proposal.objects.get(), account("reviewer"))
    assert (said().mission, open_keys()) == ("A third.", ["capabilities:sql"])
    row = Conflict.objects.get(key="mission")
    assert (row.decision, row.closed_by_name) == ("own", "reviewer")


def test_a_conflict_waits_again_when_its_proposal_is_declined(folder: Path, editor: User) -> None:
    decide(keeper(), answered(mission="A third."), by(editor))
    Proposal.objects.update(state="declined")
    assert [row.key for row in conflicts.waiting(keeper())] == ["capabilities:sql", "mission"]


# Deleted roles ----------------------------------------------------------------------------------------------


def test_what_waits_for_a_deleted_role_waits_again_when_it_is_brought_back(folder: Path) -> None:
    uid = keeper().uid
    history.delete([keeper()], change())
    assert open_keys() == []
    history.bring_back(uid, change())
    assert open_keys() == ["capabilities:sql", "mission"]
