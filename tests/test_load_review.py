"""What files change, and somebody is to look at first: LOAD_REVIEW."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st

from roles import proposals, store
from roles.documents.document import Agent, RoleDocument
from roles.documents.reader import Dialect
from roles.documents.writer import render
from roles.loading.export import State, export
from roles.loading.report import Report
from roles.loading.run import load
from roles.models import Conflict, Proposal, Role, RoleRevision, SourceDocument
from tests.builders import codes, edit, job, outcomes, profile, put, row_counts, writing
from tests.strategies import versions

pytestmark = pytest.mark.django_db

COOK = "---\nslug: cook\nname: Cook\n---\n\n# Mission\n{mission}\n\n# Capabilities\n{skills}"
AGENT = "# AI Agent Profile\n\n## System Prompt\n\n{prompt}\n"


@pytest.fixture
def ruth() -> User:
    return User.objects.create_superuser("ruth")


class Cook:
    """A role with one file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def in_file(
        self, mission: str = "Cook.", skills: tuple[str, ...] = ("Salt", "Fire"), prompt: str = ""
    ) -> Report:
        """Let the file say this, and load it."""
        listed = "".join(f"- **{name}** — Novice\n" for name in skills)
        agent = f"\n{AGENT.format(prompt=prompt)}" if prompt else ""
        put(self.folder, {"cook.md": COOK.format(mission=mission, skills=listed) + agent})
        return load([self.folder])

    @property
    def said(self) -> RoleDocument:
        """What the catalogue says."""
        role = Role.objects.select_related("revision").get()
        assert store.current(role) == store.read(role)
        return store.current(role)


@pytest.fixture
def cook(tmp_path: Path, settings: Any) -> Cook:
    """The role as it was loaded, before reviews were asked for."""
    made = Cook(tmp_path)
    made.in_file()
    settings.LOAD_REVIEW = "all"
    return made


def waiting() -> Proposal:
    return Proposal.objects.open().get()


# Once approved, the catalogue says what it would have said without review -----------------------------------


def state_of_all() -> dict[str, tuple[str, RoleDocument]]:
    """Every role's status and what it says, and that its tables say the same."""
    found = {}
    for role in Role.objects.select_related("revision"):
        assert store.current(role) == store.read(role)
        found[role.slug] = (role.status, store.current(role))
    return found


Files = dict[str, str]
Catalogue = dict[str, tuple[str, RoleDocument]]


def after(loaded: list[Files], reviews: list[str]) -> Catalogue:
    """What the catalogue says when these were loaded one after the other, and all that waits is approved."""
    with transaction.atomic(), TemporaryDirectory() as name:
        for files, review in zip(loaded, reviews, strict=True):
            with override_settings(LOAD_REVIEW=review):
                load([put(Path(name), files)])
        for proposal in Proposal.objects.open().order_by("pk"):
            proposals.apply(proposal, None)
        found = state_of_all()
        transaction.set_rollback(True)
    return found


@trying(max_examples=6, suppress_health_check=list(HealthCheck), deadline=None)
@given(
    versions(),
    st.sampled_from(["profile", "job"]),
    st.lists(st.sampled_from(["none", "prompts", "all"]), min_size=4, max_size=4),
)
def test_what_was_reviewed_and_approved_says_what_was_loaded_without_review(
    said: tuple[RoleDocument, ...], dialect: Dialect, reviews: list[str]
) -> None:
    turns = (replace(each, slug="role", identifiers=()) for each in (*said, said[0]))
    loaded = [{"role.md": render(each, dialect, with_slug=True)} for each in turns]
    assert after(loaded, reviews) == after(loaded, ["none"] * 4)


# What waits, and what does not ------------------------------------------------------------------------------


def test_a_published_role_goes_on_saying_what_was_approved_last(cook: Cook, ruth: User) -> None:
    report = cook.in_file("Bake.")
    assert cook.said.mission == "Cook."
    assert (report.proposed, report.changed) == (["cook"], [])
    assert (outcomes(report), codes(report)) == ({"cook.md": "proposed"}, {"cook.md": ["waits-for-review"]})
    proposals.apply(waiting(), ruth)
    assert cook.said.mission == "Bake."
    assert RoleRevision.objects.latest("number").origin == "load"


def test_loading_the_same_files_again_changes_nothing(cook: Cook) -> None:
    cook.in_file("Bake.")
    before = row_counts()
    with CaptureQueriesContext(connection) as queries:
        report = cook.in_file("Bake.")
    assert (outcomes(report), report.proposed) == ({"cook.md": "unchanged"}, [])
    assert writing(queries.captured_queries) == []
    assert row_counts() == before


def test_reading_the_same_files_anew_changes_nothing_either(cook: Cook) -> None:
    cook.in_file("Bake.")
    SourceDocument.objects.update(reader="an older one")
    before = Proposal.objects.values().get()
    assert cook.in_file("Bake.").proposed == []
    assert Proposal.objects.values().get() == before


def test_a_further_change_of_the_file_joins_what_waits(cook: Cook) -> None:
    cook.in_file("Bake.")
    cook.in_file("Fry.", ("Salt", "Fire", "Knives"))
    assert waiting().document["mission"] == "Fry."
    assert [each["name"] for each in waiting().document["capabilities"]] == ["Salt", "Fire", "Knives"]


def test_a_file_that_takes_its_change_back_leaves_nothing_to_approve(cook: Cook) -> None:
    cook.in_file("Bake.")
    cook.in_file("Cook.")
    assert Proposal.objects.get().state == "withdrawn"
    assert cook.said.mission == "Cook."


def test_what_the_catalogue_changes_meanwhile_is_kept(cook: Cook, ruth: User) -> None:
    cook.in_file("Bake.")
    edit("cook", summary="Ours.")
    cook.in_file("Fry.")
    proposals.apply(waiting(), ruth)
    assert (cook.said.mission, cook.said.summary) == ("Fry.", "Ours.")


def test_what_both_change_meanwhile_is_decided_by_whoever_approves(cook: Cook, ruth: User) -> None:
    cook.in_file("Bake.")
    edit("cook", mission="Ours.")
    cook.in_file("Bake.", ("Salt",))
    with pytest.raises(proposals.Undecided) as refused:
        proposals.apply(waiting(), ruth)
    [conflict] = refused.value.conflicts
    assert (conflict.base, conflict.ours, conflict.theirs) == ("Cook.", "Ours.", "Bake.")
    assert cook.said.mission == "Ours."


def test_what_changed_on_both_sides_before_it_was_loaded_is_a_conflict_as_ever(cook: Cook) -> None:
    edit("cook", mission="Ours.")
    assert [item.key for item in cook.in_file("Bake.", ("Salt",)).conflicts] == ["mission"]
    assert Conflict.objects.get().ours == "Ours."
    assert proposals.pending(waiting()).keys == {"capabilities:fire"}


def test_declined_the_catalogue_keeps_its_words_and_differs_from_the_file(cook: Cook, ruth: User) -> None:
    cook.in_file("Bake.")
    proposals.decline(waiting(), ruth, "No.")
    assert cook.in_file("Bake.").proposed == []
    assert cook.said.mission == "Cook."
    [exported] = export(Role.objects.all())
    assert exported.state((cook.folder / "cook.md").read_bytes()) == State.CHANGED


def test_what_is_changed_again_after_it_was_declined_is_a_conflict(cook: Cook, ruth: User) -> None:
    cook.in_file("Bake.")
    proposals.decline(waiting(), ruth, "No.")
    assert [item.key for item in cook.in_file("Fry.").conflicts] == ["mission"]


@pytest.mark.parametrize(
    "changed",
    [{"mission": "Bake."}, {"skills": ("Fire", "Salt")}, {"skills": ("Salt",)}, {"skills": ("Ash",)}],
)
def test_what_waits_stays_in_the_files_as_they_have_it(cook: Cook, changed: dict[str, Any]) -> None:
    cook.in_file(**changed)
    [exported] = export(Role.objects.all())
    assert exported.data == (cook.folder / "cook.md").read_bytes()
    edit("cook", summary="Ours.")
    [exported] = export(Role.objects.all())
    put(cook.folder, {"cook.md": exported.data})
    before = proposals.pending(waiting()).keys
    load([cook.folder])
    assert proposals.pending(waiting()).keys == before
    assert cook.said.summary == "Ours."


def test_nobody_reads_in_the_files_what_a_reviewer_reworded_and_nobody_approved(cook: Cook) -> None:
    cook.in_file("Bake.")
    wanted = replace(proposals.pending(waiting()).document, mission="Reworded.")
    proposals.revise(waiting(), wanted, store.Change(origin=RoleRevision.Origin.ADMIN))
    [exported] = export(Role.objects.all())
    assert exported.data == (cook.folder / "cook.md").read_bytes()


def test_a_new_role_is_a_draft_until_it_is_approved(cook: Cook, ruth: User) -> None:
    report = load([put(cook.folder, {"baker.md": job("Baker")})])
    role = Role.objects.get(slug="baker")
    assert (role.status, role.revision and role.revision.draft) == ("draft", True)
    assert (outcomes(report)["baker.md"], report.proposed) == ("created", ["baker"])
    proposals.apply(waiting(), ruth)
    role = Role.objects.get(slug="baker")
    assert (role.status, role.revision and role.revision.draft) == ("published", False)


def test_what_files_change_in_a_draft_waits_for_nobody_and_is_no_news_for_its_publication(cook: Cook) -> None:
    load([put(cook.folder, {"baker.md": job("Baker")})])
    load([put(cook.folder, {"baker.md": job("Baker").replace("Work as", "Be")})])
    assert store.current(Role.objects.get(slug="baker")).description == "Be Baker."
    assert waiting().status == "published"


def test_a_role_whose_file_calls_it_a_draft_asks_for_nothing(cook: Cook) -> None:
    load([put(cook.folder, {"baker.md": profile("Baker", status="draft")})])
    assert not Proposal.objects.exists()


def test_what_was_approved_for_later_waits_again_when_the_file_changes(cook: Cook, ruth: User) -> None:
    cook.in_file("Bake.")
    proposals.schedule(waiting(), ruth, RoleRevision.objects.get().created_at)
    cook.in_file("Fry.")
    assert (waiting().state, waiting().publish_at) == ("waiting", None)


def test_a_dry_run_proposes_nothing(cook: Cook) -> None:
    put(cook.folder, {"cook.md": COOK.format(mission="Bake.", skills="")})
    assert load([cook.folder], dry_run=True).proposed == ["cook"]
    assert not Proposal.objects.exists()


def test_what_is_withdrawn_with_its_file_waits_too(cook: Cook) -> None:
    (cook.folder / "cook.md").unlink()
    load([cook.folder], max_withdrawn=1)
    assert cook.said.mission == "Cook."
    assert waiting().document["mission"] is None


def test_what_waits_goes_on_to_wait_when_reviews_are_switched_off(cook: Cook, settings: Any) -> None:
    cook.in_file("Bake.")
    settings.LOAD_REVIEW = "none"
    cook.in_file("Fry.", ("Salt", "Fire", "Knives"))
    assert (cook.said.mission, len(cook.said.capabilities)) == ("Cook.", 3)
    assert proposals.pending(waiting()).document.mission == "Fry."


def test_who_may_not_publish_loads_for_review_whatever_the_setting(cook: Cook, settings: Any) -> None:
    settings.LOAD_REVIEW = "none"
    put(cook.folder, {"cook.md": COOK.format(mission="Bake.", skills="- **Salt** — Novice\n")})
    eve = User.objects.create_user("eve")
    load([cook.folder], by=eve)
    assert cook.said.mission == "Cook."
    assert (waiting().document["mission"], waiting().author) == ("Bake.", eve)


# Prompts ----------------------------------------------------------------------------------------------------


def test_what_an_agent_is_told_waits_and_the_rest_is_written(cook: Cook, settings: Any, ruth: User) -> None:
    settings.LOAD_REVIEW = "prompts"
    report = cook.in_file("Bake.", prompt="You bake.")
    assert (cook.said.mission, cook.said.agent) == ("Bake.", None)
    assert (report.proposed, report.changed, outcomes(report)) == (["cook"], ["cook"], {"cook.md": "updated"})
    proposals.apply(waiting(), ruth)
    assert cook.said.agent == Agent(system_prompt="You bake.")


def test_nothing_waits_where_no_agent_is_told_anything_else(cook: Cook, settings: Any) -> None:
    settings.LOAD_REVIEW = "prompts"
    assert cook.in_file("Bake.").proposed == []
    assert not Proposal.objects.exists()


def test_a_new_role_is_published_without_its_agent(cook: Cook, settings: Any, ruth: User) -> None:
    settings.LOAD_REVIEW = "prompts"
    load([put(cook.folder, {"baker.md": profile("Baker", AGENT.format(prompt="You bake."))})])
    baker = Role.objects.get(slug="baker")
    assert (baker.status, store.current(baker).agent) == ("published", None)
    proposals.apply(waiting(), ruth)
    baker.refresh_from_db()
    assert store.current(baker).agent == Agent(system_prompt="You bake.")


def test_a_section_inside_the_agents_profile_waits_with_it(cook: Cook, settings: Any) -> None:
    settings.LOAD_REVIEW = "prompts"
    agent = AGENT.format(prompt="You bake.") + "\n## Guardrails\n\nBurns nothing.\n"
    load([put(cook.folder, {"cook.md": COOK.format(mission="Cook.", skills="- **Salt**\n\n") + agent})])
    assert cook.said.sections == ()
    assert proposals.pending(waiting()).document.sections


def test_what_waits_is_read_with_one_query_however_many_roles_are_loaded(cook: Cook) -> None:
    files = {f"{name}.md": job(name.title()) for name in ("ann", "bob", "cid", "dan")}
    load([put(cook.folder, files)])
    with CaptureQueriesContext(connection) as queries:
        load([put(cook.folder, {path: text.replace("Work", "Toil") for path, text in files.items()})])
    assert sum('FROM "roles_proposal"' in query["sql"] for query in queries.captured_queries) == 1
