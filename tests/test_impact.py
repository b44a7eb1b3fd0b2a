"""What is told of a step before it is taken."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from roles import impact, proposals, store
from roles.documents.document import Capability, Interaction, Member, Section
from roles.models import Capability as Word
from roles.models import CapabilityLevel, JobFamily, ProficiencyLevel, Role, SourceDocument
from roles.partners import link_partners
from tests.accounts import account
from tests.builders import change, document, written

pytestmark = pytest.mark.django_db


def told(groups: list[impact.Group]) -> dict[str, list[tuple[str, str]]]:
    return {group.name: [(each.name, each.detail) for each in group.first] for group in groups}


def signed_in(name: str) -> Client:
    client = Client()
    client.force_login(account(name))
    return client


@pytest.fixture
def cook() -> Role:
    """A role that others name in every way."""
    role = written(document("Cook"))
    written(document("Waiter", interactions=(Interaction(kind="Serves", partner="Cook"),)))
    written(document("Kitchen", members=(Member(role_code="Cook"),)))
    written(document("Guest", mission="Praises the Cook."))
    written(document("Critic", sections=(Section(heading="See", text="[there](/roles/cook/)"),)))
    written(document("Cookie Baker", mission="Bakes cookies, not for a Cooking show."))
    written(document("Traveller", sections=(Section(heading="See", text="[there](/roles/cookery/)"),)))
    Role.objects.filter(slug="guest").update(successor=role)
    link_partners()
    return role


def test_a_role_is_named_by_partners_squads_texts_links_and_predecessors(cook: Role) -> None:
    assert told(impact.of_role(cook)) == {
        "partners": [("Waiter", "Serves → Cook")],
        "squads": [("Kitchen", "Cook")],
        "mentions": [("Critic", ""), ("Guest", "")],
        "predecessors": [("Guest", "")],
    }


def test_proposals_and_conflicts_of_a_role_are_told(cook: Role) -> None:
    author = account("editor")
    made = store.Change(origin=change().origin, author=author)
    proposals.propose(cook, document("Cook", mission="Bake."), made)
    cook.conflicts.create(key="mission", ours="A", theirs="B")
    found = told(impact.of_role(cook))
    assert found["proposals"] == [("Cook", "editor")]
    assert found["conflicts"] == [("mission", "")]


def test_a_role_that_nobody_names_touches_nothing() -> None:
    assert impact.of_role(written(document("Hermit"))) == []


def test_a_statement_is_told_with_the_line_of_its_document() -> None:
    role = written(document("Waiter", capabilities=(Capability(name="Tact", level="Expert"),)))
    SourceDocument.objects.create(
        role=role,
        path="waiter.md",
        dialect="job",
        digest="0" * 64,
        content=b"",
        rank=1,
        parsed={},
        lines={"capabilities:tact": 7, "mission": 3},
    )
    [uses] = impact.of_word(Word.objects.get(name="Tact"))
    assert [(place.path, place.line) for place in uses.first[0].places] == [("waiter.md", 7)]


def test_a_word_is_used_named_otherwise_explained_and_linked() -> None:
    written(document("Waiter", family="Service", capabilities=(Capability(name="Tact", level="Expert"),)))
    written(document("Guest", mission="Has [tact](/capabilities/tact/)."))
    word = Word.objects.get(name="Tact")
    word.aliases.create(name="Diplomacy")
    level = ProficiencyLevel.objects.get(name="Expert")
    CapabilityLevel.objects.create(capability=word, proficiency=level, meaning="Soothes anybody.")
    assert told(impact.of_word(word)) == {
        "uses": [("Waiter", "Tact (Expert)")],
        "levels": [("Tact: Expert", "Soothes anybody.")],
        "aliases": [("Diplomacy", "")],
        "links": [("Guest", "")],
    }
    assert told(impact.of_word(level))["levels"] == [("Tact: Expert", "Soothes anybody.")]
    assert told(impact.of_word(JobFamily.objects.get(name="Service")))["uses"] == [("Waiter", "Service")]


def test_many_are_counted_and_shown_from_the_beginning(cook: Role) -> None:
    for number in range(impact.SHOWN + 3):
        written(document(f"Helper {number}", interactions=(Interaction(kind="Helps", partner="Cook"),)))
    link_partners()
    group = impact.of_role(cook)[0]
    assert (group.count, len(group.first)) == (impact.SHOWN + 4, impact.SHOWN)
    page = signed_in("editor").get(reverse("admin:roles_role_impact", args=[cook.pk, "partners"]))
    assert len(page.context["table"]["rows"]) == group.count


def test_the_number_of_queries_is_the_same_for_few_and_many(
    cook: Role, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    # A count for each of seven groups; the first of the four that are not empty; their places in documents.
    with django_assert_num_queries(12):
        impact.of_role(cook)
    for number in range(12):
        written(document(f"Helper {number}", interactions=(Interaction(kind="Helps", partner="Cook"),)))
    link_partners()
    with django_assert_num_queries(12):
        impact.of_role(cook)


def test_an_unknown_group_or_role_is_not_found(cook: Role) -> None:
    client = signed_in("editor")
    assert client.get(reverse("admin:roles_role_impact", args=[cook.pk, "friends"])).status_code == 404
    assert client.get(reverse("admin:roles_role_impact", args=[0, "partners"])).status_code == 404


def test_deleting_a_role_shows_first_what_that_touches(cook: Role) -> None:
    html = signed_in("administrator").get(reverse("admin:roles_role_delete", args=[cook.pk])).content.decode()
    assert "Interactions with it" in html
    assert "Waiter" in html
