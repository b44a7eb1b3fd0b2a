"""What is near a role, as the API tells it."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from api.schemas.computed import RelatedRoles
from roles.documents.document import Artifact, Capability, Interaction, Responsibility
from roles.models import OldSlug, Role, SeniorityLevel
from roles.partners import link_partners
from tests.builders import document, written
from tests.levels import ladder_of

pytestmark = pytest.mark.django_db

SAID: dict[str, Any] = {
    "family": "Kitchen",
    "capabilities": tuple(Capability(name=name, level="Basic") for name in ("Soups", "Bread")),
    "responsibilities": (Responsibility(name="Clean kitchen"),),
    "artifacts": (Artifact(name="Menu"),),
    "interactions": (Interaction(kind="Feeds", partner="Guest"),),
}


@pytest.fixture(autouse=True)
def _ladders(db: None) -> None:
    ladder_of("Basic", "Advanced")
    SeniorityLevel.objects.all().delete()
    for rank, name in enumerate(("Junior", "Senior"), start=1):
        SeniorityLevel.objects.create(name=name, rank=rank)


@pytest.fixture
def kitchen(_ladders: None) -> None:
    """A cook, a chef who comes next, and a baker who is alike; each works with guests."""
    written(document("Guest"))
    written(document("Cook", seniority="Junior", **SAID))
    written(document("Chef", seniority="Senior", **SAID))
    written(document("Baker", **SAID | {"family": "Bakery"}))
    link_partners()


def get(client: Client, address: str = "cook") -> Any:
    answer = client.get(f"/api/v1/roles/{address.partition('?')[0]}/related?{address.partition('?')[2]}")
    assert answer.status_code == 200, answer.content
    RelatedRoles.model_validate(answer.json())
    return answer.json()


@pytest.mark.usefixtures("kitchen")
def test_roles_to_go_on_to_and_others_come_with_what_they_share(client: Client) -> None:
    answer = get(client)
    assert [each["role"]["slug"] for each in answer["following"]] == ["chef"]
    assert answer["similar"][0]["role"]["slug"] == "baker"
    [chef] = answer["following"]
    assert chef["shared"] == {
        "capabilities": ["Bread", "Soups"],
        "responsibilities": ["Clean kitchen"],
        "artifacts": ["Menu"],
        "partners": ["Guest"],
    }
    assert chef["covered"] == 1
    assert chef["reasons"][0] == "more senior: Senior"
    assert answer["role"]["slug"] == "cook"


@pytest.mark.usefixtures("kitchen")
def test_what_a_role_replaces_and_is_replaced_by_comes_too(client: Client) -> None:
    cook, baker = Role.objects.get(slug="cook"), Role.objects.get(slug="baker")
    Role.objects.filter(pk=cook.pk).update(status="archived", successor=baker)
    assert get(client)["replaced_by"]["slug"] == "baker"
    assert [each["slug"] for each in get(client, "baker")["replaces"]] == ["cook"]


@pytest.mark.usefixtures("kitchen")
def test_drafts_are_neither_near_nor_shared_partners(client: Client) -> None:
    Role.objects.filter(slug__in=("chef", "guest")).update(status=Role.Status.DRAFT)
    Role.objects.filter(slug="chef").update(successor=Role.objects.get(slug="cook"))
    answer = get(client)
    assert answer["following"] == answer["replaces"] == []
    assert answer["similar"][0]["shared"]["partners"] == []


@pytest.mark.usefixtures("kitchen")
def test_more_is_told_if_asked_for(client: Client) -> None:
    for number in range(6):
        written(document(f"Cook {number}", **SAID))
    assert len(get(client)["similar"]) == 4
    assert len(get(client, "cook?limit=7")["similar"]) == 7


@pytest.mark.usefixtures("kitchen")
def test_a_former_slug_leads_on(client: Client) -> None:
    OldSlug.objects.create(role=Role.objects.get(slug="cook"), slug="kitchen-hand")
    answer = client.get("/api/v1/roles/kitchen-hand/related?limit=2")
    assert (answer.status_code, answer["Location"]) == (308, "/api/v1/roles/cook/related?limit=2")


@pytest.mark.usefixtures("kitchen")
def test_nothing_is_near_a_role_that_is_none(client: Client) -> None:
    answer = client.get("/api/v1/roles/nobody/related")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.usefixtures("kitchen")
def test_an_answer_holds_until_the_catalogue_changes(client: Client) -> None:
    etag = client.get("/api/v1/roles/cook/related")["ETag"]
    assert client.get("/api/v1/roles/cook/related", headers={"If-None-Match": etag}).status_code == 304
    written(document("Waiter", **SAID))
    assert client.get("/api/v1/roles/cook/related", headers={"If-None-Match": etag}).status_code == 200


@pytest.mark.parametrize("count", [1, 6])
def test_an_answer_takes_a_fixed_number_of_queries(
    client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count + 1):
        written(document(f"Cook {number}", **SAID))
    # The state, the role, its capabilities and predecessors, what is near (2), who that is, and the names.
    with django_assert_num_queries(8):
        get(client, "cook-0")
