"""Which role a partner's name means, and that links follow names by themselves."""

from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from roles.documents.document import Identifier, Interaction, Member
from roles.loading.run import load
from roles.models import Interaction as InteractionRow
from roles.models import RevisionCounter, Role, RoleMember, RoleRevision
from roles.partners import PartnerIndex, link_partners, spellings
from tests.builders import document, edit, job, profile, put, writing, written

pytestmark = pytest.mark.django_db


def partner_of(name: str) -> str | None:
    """The slug of the role that a partner's name means now."""
    pk = PartnerIndex().by_name(name)
    return Role.objects.get(pk=pk).slug if pk else None


def links() -> list[str | None]:
    return list(InteractionRow.objects.order_by("pk").values_list("partner__slug", flat=True))


def naming(*partners: str) -> tuple[Interaction, ...]:
    return tuple(Interaction(kind="Advises", partner=partner) for partner in partners)


def test_a_partner_is_found_by_name_in_any_case() -> None:
    written(document("Bridge Keeper"))
    assert partner_of("bridge KEEPER") == "bridge-keeper"


def test_a_partner_is_found_by_alias() -> None:
    written(document("Bridge Keeper", aliases=("Gatekeeper",)))
    assert partner_of("gatekeeper") == "bridge-keeper"


def test_a_partner_is_found_by_code() -> None:
    written(document("Bridge Keeper", identifiers=(Identifier(scheme="role-code", value="BRID7001"),)))
    assert partner_of("brid7001") == "bridge-keeper"


def test_a_partner_is_found_by_a_code_in_brackets_behind_its_name() -> None:
    written(document("Bridge Keeper", identifiers=(Identifier(scheme="role-code", value="BRID7001"),)))
    assert partner_of("Bridges (BRID7001)") == "bridge-keeper"
    assert partner_of("Bridges (BRID*)") is None


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Backend Engineer", "Backend Eng"),
        ("Backend Engineer", "BE Eng."),
        ("Engineering Manager", "Eng Mgr"),
        ("Product Manager", "PM"),
        ("Frontend Developer", "FE Dev"),
        ("QA Engineer", "Quality Assurance Eng"),
        ("Site Reliability Engineer", "SRE"),
        ("HR Business Partner", "Human Resources Business Partner"),
    ],
)
def test_a_partner_is_found_by_abbreviation(name: str, short: str) -> None:
    role = written(document(name))
    assert partner_of(short) == role.slug


def test_a_name_that_is_no_role_means_nobody() -> None:
    written(document("Bridge Keeper"))
    assert partner_of("Executive stakeholders") is None


def test_a_name_counts_before_an_alias_and_an_alias_before_an_abbreviation() -> None:
    written(document("Backend Engineer"))
    written(document("Boatbuilder", aliases=("Backend Engineer", "Backend Eng")))
    assert partner_of("Backend Engineer") == "backend-engineer"
    assert partner_of("Backend Eng") == "boatbuilder"


def test_what_several_roles_may_mean_means_none() -> None:
    written(document("Product Manager"))
    written(document("Project Manager"))
    written(document("Ann", aliases=("A",)))
    written(document("Anton", aliases=("A",)))
    index = PartnerIndex()
    assert (index.by_name("PM"), index.by_name("A")) == (None, None)
    assert (len(index.meant_by("PM")), len(index.meant_by("A"))) == (2, 2)


def test_the_ways_to_spell_out_a_name_are_bounded() -> None:
    assert spellings("Eng Mgr") == {
        f"{first} {second}" for first in ("eng", "engineer", "engineering") for second in ("mgr", "manager")
    }
    assert len(spellings(" ".join(["pm"] * 40))) <= 32


def test_partners_that_are_roles_are_linked_and_others_stay_text() -> None:
    written(document("Ann", interactions=naming("Bob", "Nobody")))
    written(document("Bob"))
    assert link_partners() == 1
    assert links() == ["bob", None]


def test_links_that_are_right_are_not_written_again() -> None:
    written(document("Ann", interactions=naming("Bob", "Nobody")))
    written(document("Bob"))
    link_partners()
    with CaptureQueriesContext(connection) as queries:
        assert link_partners() == 0
    assert writing(queries.captured_queries) == []


def test_a_link_follows_the_name_to_another_role() -> None:
    written(document("Ann", interactions=naming("Bob")))
    written(document("Bob"))
    link_partners()
    edit("bob", name="Robert")
    written(document("Bob", slug="bob-the-second"))
    link_partners()
    assert links() == ["bob-the-second"]


def test_an_alias_that_hr_taught_links_partners() -> None:
    written(document("Ann", interactions=naming("The Boss")))
    written(document("Bob"))
    edit("bob", aliases=("The boss",))
    link_partners()
    assert links() == ["bob"]


def test_a_link_ends_when_its_name_becomes_ambiguous() -> None:
    written(document("Ann", interactions=naming("B")))
    written(document("Bob", aliases=("B",)))
    link_partners()
    written(document("Bill", aliases=("B",)))
    link_partners()
    assert links() == [None]


def test_members_of_a_squad_are_linked_by_code_and_else_by_name() -> None:
    written(
        document(
            "Squad", members=(Member(role_code="BRID7001"), Member(role_code="Ann"), Member(role_code="X"))
        )
    )
    written(document("Bridge Keeper", identifiers=(Identifier(scheme="role-code", value="BRID7001"),)))
    written(document("Ann"))
    link_partners()
    found = RoleMember.objects.order_by("position").values_list("member__slug", flat=True)
    assert list(found) == ["bridge-keeper", "ann", None]


def test_a_link_in_a_file_leads_where_the_name_leads_nowhere(tmp_path: Path) -> None:
    partners = "## Common Partners\n\n* **[The boss](../b/big%20bob.md#top)**\n* **[The web](https://x.example/a.md)**\n"
    load([put(tmp_path, {"a/ann.md": job("Ann", partners), "b/big bob.md": job("Bob")})])
    assert links() == ["bob", None]


def test_a_name_counts_before_the_link_written_with_it(tmp_path: Path) -> None:
    partners = "## Common Partners\n\n* **[Cid](bob.md)**\n"
    load([put(tmp_path, {"ann.md": job("Ann", partners), "bob.md": job("Bob"), "cid.md": job("Cid")})])
    assert links() == ["cid"]


def test_a_partner_becomes_a_link_when_its_role_is_loaded_without_a_revision_of_who_names_it(
    tmp_path: Path,
) -> None:
    body = "# Interactions\n- **Advises** → Bob\n"
    load([put(tmp_path, {"ann.md": profile("Ann", body)})])
    assert links() == [None]
    load([put(tmp_path, {"bob.md": job("Bob")})])
    assert links() == ["bob"]
    assert list(RoleRevision.objects.values_list("slug", "number")) == [("bob", 1), ("ann", 1)]


def test_a_link_ends_with_its_role_and_comes_back_with_it(tmp_path: Path) -> None:
    body = "# Interactions\n- **Advises** → Bob\n"
    load([put(tmp_path, {"ann.md": profile("Ann", body), "bob.md": job("Bob")})])
    Role.objects.get(slug="bob").delete()
    assert links() == [None]
    load([put(tmp_path, {"bob.md": job("Bob", code="B1")})])
    assert links() == ["bob"]


def test_links_are_made_by_the_next_load_if_one_was_interrupted_before_it_made_them(tmp_path: Path) -> None:
    body = "# Interactions\n- **Advises** → Bob\n"
    load([put(tmp_path, {"ann.md": profile("Ann", body), "bob.md": job("Bob")})])
    InteractionRow.objects.update(partner=None)
    RevisionCounter.objects.update(links_are_stale=True)
    report = load([tmp_path])
    assert links() == ["bob"]
    assert report.changed == []
