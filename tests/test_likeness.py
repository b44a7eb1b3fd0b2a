"""Roles that are like one, and roles that can come after it."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from pytest_django import DjangoAssertNumQueries

from roles.documents.document import Artifact, Capability, Interaction, Responsibility
from roles.likeness import MOST_SHOWN, Neighbourhood, neighbourhood, with_users
from roles.models import ProficiencyLevel, Role, RoleCapability, SeniorityLevel
from roles.partners import link_partners
from tests.builders import document, written

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ladders() -> None:
    for model, names in (
        (ProficiencyLevel, ("Basic", "Competent", "Advanced")),
        (SeniorityLevel, ("Junior", "Senior", "Staff")),
    ):
        model._default_manager.all().delete()
        for rank, name in enumerate(names, start=1):
            model._default_manager.create(name=name, rank=rank)


def role(
    name: str, *capabilities: str, at: str = "Competent", status: str = "published", **said: Any
) -> Role:
    needs = tuple(Capability(name=each, level=at) for each in capabilities)
    return written(document(name, capabilities=needs, **said), status=status)


def near(found: Role) -> Neighbourhood:
    own = with_users(RoleCapability.objects.filter(role=found).select_related("proficiency"))
    return neighbourhood(found, Role.objects.visible_to(AnonymousUser()), list(own))


def similar(found: Role) -> list[str]:
    return [kin.role.name for kin in near(found).similar]


def following(found: Role) -> list[str]:
    return [kin.role.name for kin in near(found).following]


# Similar roles ----------------------------------------------------------------------------------------------


def test_a_role_that_shares_more_capabilities_is_more_alike() -> None:
    cook = role("Cook", "Soups", "Bread", "Stock")
    role("Baker", "Bread")
    role("Chef", "Soups", "Bread")
    assert similar(cook) == ["Chef", "Baker"]


def test_a_rare_capability_counts_more_than_one_that_many_need() -> None:
    cook = role("Cook", "Soups", "Talking")
    role("Waiter", "Talking")
    role("Host", "Talking")
    role("Zoo Keeper", "Soups")
    assert similar(cook) == ["Zoo Keeper", "Host", "Waiter"]


def test_a_capability_at_a_nearer_level_counts_more() -> None:
    cook = role("Cook", "Soups", at="Advanced")
    role("Apprentice", "Soups", at="Basic")
    role("Chef", "Soups", at="Advanced")
    assert similar(cook) == ["Chef", "Apprentice"]


def test_a_role_without_levels_is_alike_all_the_same() -> None:
    cook = role("Cook", "Soups", at="Endless")
    role("Chef", "Soups", at="Advanced")
    [chef] = near(cook).similar
    assert (chef.capabilities, chef.common.likeness > 0) == (1, True)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("responsibility", {"responsibilities": (Responsibility(name="Menu"),)}),
        ("artifact", {"artifacts": (Artifact(name="Menu card"),)}),
        ("partner", {"interactions": (Interaction(kind="Serves with", partner="Waiter"),)}),
        ("family", {"family": "Kitchen"}),
    ],
)
def test_each_thing_that_two_roles_share_makes_them_alike(kind: str, said: dict[str, Any]) -> None:
    role("Waiter")
    cook = role("Cook", **said)
    role("Chef", **said)
    link_partners()
    [chef] = [kin for kin in near(cook).similar if kin.role.name == "Chef"]
    assert (chef.common.counts[kind], chef.common.likeness > 0) == (1, True)


def test_roles_that_work_together_are_near_whichever_says_so() -> None:
    cook = role("Cook", interactions=(Interaction(kind="Serves with", partner="Waiter"),))
    waiter = role("Waiter")
    link_partners()
    assert (similar(cook), similar(waiter)) == (["Waiter"], ["Cook"])


def test_a_role_that_shares_nothing_is_not_alike() -> None:
    cook = role("Cook", "Soups")
    role("Diver", "Diving")
    assert similar(cook) == []


def test_drafts_and_archived_roles_are_not_alike_to_the_public() -> None:
    cook = role("Cook", "Soups", family="Kitchen", seniority="Junior")
    role("Chef", "Soups", family="Kitchen", seniority="Senior", status="draft")
    role("Old Chef", "Soups", family="Kitchen", seniority="Senior", status="archived")
    assert (similar(cook), following(cook)) == ([], [])


# Next roles -------------------------------------------------------------------------------------------------


def test_one_step_up_in_the_family_comes_next() -> None:
    cook = role("Cook", family="Kitchen", seniority="Junior")
    role("Chef", family="Kitchen", seniority="Senior")
    role("Head Chef", family="Kitchen", seniority="Staff")
    assert following(cook) == ["Chef"]
    assert similar(cook) == ["Head Chef"]


def test_the_next_step_up_that_there_is_comes_next() -> None:
    cook = role("Cook", family="Kitchen", seniority="Junior")
    role("Head Chef", family="Kitchen", seniority="Staff")
    assert following(cook) == ["Head Chef"]


def test_a_step_up_elsewhere_comes_next_if_a_third_of_what_it_needs_is_there() -> None:
    cook = role("Cook", "Soups", seniority="Junior")
    role("Host", "Soups", "Talking", "Wine", seniority="Senior")
    role("Diver", "Soups", "Diving", "Breathing", "Silence", seniority="Senior")
    assert following(cook) == ["Host"]


def test_a_role_beside_comes_after_those_above() -> None:
    cook = role("Cook", "Soups", "Bread", family="Kitchen", seniority="Junior")
    role("Baker", "Bread", family="Kitchen", seniority="Junior")
    role("Chef", "Wine", family="Kitchen", seniority="Senior")
    assert following(cook) == ["Chef", "Baker"]


def test_nothing_follows_a_role_whose_seniority_is_not_stated() -> None:
    cook = role("Cook", "Soups", family="Kitchen")
    role("Chef", "Soups", family="Kitchen", seniority="Senior")
    assert following(cook) == []


def test_what_comes_next_is_not_told_again_among_similar_roles() -> None:
    cook = role("Cook", "Soups", family="Kitchen", seniority="Junior")
    role("Chef", "Soups", family="Kitchen", seniority="Senior")
    assert (following(cook), similar(cook)) == (["Chef"], [])


@pytest.mark.parametrize("others", [1, 12])
def test_finding_what_is_near_takes_two_queries_however_many_roles_there_are(
    others: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    cook = role("Cook", "Soups", "Bread", family="Kitchen", seniority="Junior")
    for number in range(others):
        role(f"Chef {number}", "Soups", "Bread", family="Kitchen", seniority="Senior")
    own = list(with_users(RoleCapability.objects.filter(role=cook).select_related("proficiency")))
    cook = Role.objects.select_related("seniority").get(pk=cook.pk)
    visible = Role.objects.visible_to(AnonymousUser())
    with django_assert_num_queries(2):
        found = neighbourhood(cook, visible, own)
    assert len(found.following) == min(others, MOST_SHOWN)
