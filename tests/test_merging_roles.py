"""Merging two roles, and parting them again."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from roles import history, merging, store
from roles.documents.document import Capability, Identifier, Interaction
from roles.loading.run import load
from roles.merging import roles as merging_roles
from roles.models import Conflict, Merge, Role, RoleRevision, SourceDocument
from roles.models import Interaction as Row
from roles.partners import link_partners
from tests.builders import change, document, edit, job, put, written

pytestmark = pytest.mark.django_db


def code(value: str) -> tuple[Identifier, ...]:
    return (Identifier(scheme="role-code", value=value),)


def skills(**levels: str) -> tuple[Capability, ...]:
    return tuple(Capability(name=name, level=level) for name, level in levels.items())


@pytest.fixture
def chef() -> Role:
    return written(
        document(
            "Chef",
            identifiers=code("CHEF1"),
            mission="Feeds people.",
            capabilities=skills(Soups="Expert", Knives="Novice"),
            interactions=(Interaction(kind="Advises", partner="Cook"),),
        )
    )


@pytest.fixture
def cook(chef: Role) -> Role:
    """The role that goes; others work with it and it takes the place of one."""
    owner = User.objects.create_user("olga")
    role = written(
        document(
            "Cook",
            identifiers=code("COOK1"),
            aliases=("Kitchen hand",),
            mission="Cooks.",
            summary="Stirs.",
            capabilities=skills(Soups="Novice", Sauces="Expert"),
            interactions=(Interaction(kind="Reports to", partner="Chef"),),
        )
    )
    edit("cook", slug="the-cook")
    edit("the-cook", slug="cook")
    Role.objects.filter(pk=role.pk).update(owner=owner, review_by=date(2027, 1, 2), successor=chef)
    written(document("Waiter", interactions=(Interaction(kind="Serves", partner="Cook"),)))
    written(document("Scullion"))
    Role.objects.filter(slug="scullion").update(status="archived", successor=role)
    Conflict.objects.create(role=role, key="summary", base="A", ours="Stirs.", theirs="C")
    link_partners()
    return Role.objects.get(pk=role.pk)


def state() -> dict[str, Any]:
    """What the catalogue says of all roles, where they lead, and how they are kept; keys do not count."""
    roles = Role.objects.select_related("revision", "successor", "owner").order_by("slug")
    return {
        "roles": [
            (
                role.uid,
                store.read(role),
                role.status,
                role.owner,
                role.review_by,
                role.successor and role.successor.slug,
                sorted(role.old_slugs.values_list("slug", flat=True)),
                list(role.documents.order_by("rank").values_list("path", "rank")),
                list(role.conflicts.values_list("key", "base", "ours", "theirs")),
                sorted(role.incoming.values_list("role__slug", "partner_name")),
            )
            for role in roles
        ],
        "public": list(RoleRevision.objects.filter(draft=True).values_list("slug")),
    }


def test_the_one_that_stays_says_what_both_say(chef: Role, cook: Role) -> None:
    merging_roles.merge(chef, cook, change())
    said = store.current(Role.objects.get(slug="chef"))
    assert (said.mission, said.summary) == ("Feeds people.", "Stirs.")
    assert {(each.name, each.level) for each in said.capabilities} == {
        ("Soups", "Expert"),
        ("Knives", "Novice"),
        ("Sauces", "Expert"),
    }
    assert set(said.aliases) == {"Kitchen hand", "Cook"}
    assert {each.value for each in said.identifiers} == {"CHEF1", "COOK1"}
    assert said == store.read(Role.objects.get(slug="chef"))


def test_what_they_say_of_each_other_goes(chef: Role, cook: Role) -> None:
    merging_roles.merge(chef, cook, change())
    assert store.current(Role.objects.get(slug="chef")).interactions == ()


def test_what_both_say_otherwise_is_chosen(chef: Role, cook: Role) -> None:
    asked = merging_roles.conflicts(chef, cook)
    assert [each.key for each in asked] == ["mission", "capabilities:soups"]
    merging_roles.merge(chef, cook, change(), {asked[0].key: asked[0].theirs})
    assert store.current(Role.objects.get(slug="chef")).mission == "Cooks."


def test_partners_and_predecessors_mean_the_one_that_stays(chef: Role, cook: Role) -> None:
    merging_roles.merge(chef, cook, change())
    row = Row.objects.get(role__slug="waiter")
    assert (row.partner, row.partner_name) == (chef, "Cook")
    assert Role.objects.get(slug="scullion").successor == chef


def test_its_addresses_lead_to_the_one_that_stays(chef: Role, cook: Role, client: Client) -> None:
    merging_roles.merge(chef, cook, change())
    for slug in ("cook", "the-cook"):
        assert client.get(f"/roles/{slug}/")["Location"] == "/roles/chef/"


def test_its_history_stays_and_says_where_it_went(chef: Role, cook: Role) -> None:
    merging_roles.merge(chef, cook, change("One job"))
    last = RoleRevision.objects.of_role(cook.uid)[0]
    assert (last.origin, last.reason) == ("delete", "Merged into Chef: One job")
    assert RoleRevision.objects.of_role(chef.uid)[0].reason == "Merged with Cook: One job"


def test_a_role_is_not_merged_with_itself(chef: Role) -> None:
    with pytest.raises(ValueError, match="two roles"):
        merging_roles.merge(chef, Role.objects.get(pk=chef.pk), change())


def test_loading_the_files_again_changes_nothing(tmp_path: Path) -> None:
    files = {"chef.md": job("Chef", code="CHEF1"), "cook.md": job("Cook", "## Tools\n- Pan\n", code="COOK1")}
    put(tmp_path, files)
    load([tmp_path])
    chef, cook = Role.objects.order_by("slug")
    merging_roles.merge(chef, cook, change())
    before = state(), RoleRevision.objects.count()
    load([tmp_path])
    assert (state(), RoleRevision.objects.count()) == before
    assert SourceDocument.objects.filter(role=chef).count() == 2


# Undoing ----------------------------------------------------------------------------------------------------


def test_undone_all_is_as_it_was(chef: Role, cook: Role) -> None:
    before = state()
    merge = merging_roles.merge(chef, cook, change())
    assert merging.undo(merge, change()).left == []
    assert state() == before


def test_undone_the_documents_describe_both_again(tmp_path: Path) -> None:
    put(tmp_path, {"chef.md": job("Chef", code="CHEF1"), "cook.md": job("Cook", code="COOK1")})
    load([tmp_path])
    before = state()
    chef, cook = Role.objects.order_by("slug")
    merging.undo(merging_roles.merge(chef, cook, change()), change())
    assert state() == before
    revisions = RoleRevision.objects.count()
    load([tmp_path])
    assert (state(), RoleRevision.objects.count()) == (before, revisions)


def test_what_the_one_that_stays_changed_since_stays_and_is_told(chef: Role, cook: Role) -> None:
    merge = merging_roles.merge(chef, cook, change())
    edit("chef", summary="Stirs well.", mission="Feeds all.")
    assert merging.undo(merge, change()).left == ["Summary was changed since and stays as it is."]
    said = store.current(Role.objects.get(slug="chef"))
    assert (said.summary, said.mission, said.aliases) == ("Stirs well.", "Feeds all.", ())


def test_one_that_was_brought_back_by_itself_is_told(chef: Role, cook: Role) -> None:
    merge = merging_roles.merge(chef, cook, change())
    edit("chef", identifiers=code("CHEF1"))
    history.bring_back(cook.uid, change())
    with pytest.raises(merging.CannotUndo, match="brought back already"):
        merging.undo(merge, change())


def test_a_code_that_another_has_by_now_is_told_and_nothing_is_changed(chef: Role, cook: Role) -> None:
    merge = merging_roles.merge(chef, cook, change())
    edit("chef", identifiers=code("CHEF1"))
    written(document("Baker", identifiers=code("COOK1")))
    before = state()
    with pytest.raises(merging.CannotUndo, match="COOK1 of Cook is that of Baker"):
        merging.undo(merge, change())
    assert state() == before
    assert Merge.objects.get().undone_at is None


def test_a_draft_that_comes_back_is_as_hidden_as_before(chef: Role) -> None:
    draft = written(document("Secret"), status=Role.Status.DRAFT)
    before = state()
    merging.undo(merging_roles.merge(chef, draft, change()), change())
    assert state()["roles"] == before["roles"]
    assert Role.objects.get(slug="secret").status == "draft"
