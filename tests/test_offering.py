"""Words that are offered while somebody types one."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from roles.documents import document as documents
from roles.models import (
    Capability,
    CapabilityAlias,
    JobFamily,
    Role,
    RoleCapability,
    SeniorityLevel,
)
from roles.offering import Offer, nearly_alike, offer
from tests.accounts import account
from tests.builders import document, written
from tests.test_admin_filling import now
from tests.test_admin_role import add_row, address, opened, problems

pytestmark = pytest.mark.django_db

WORDS = "/admin/roles/role/words/"
CHOICE = {"app_label": "roles", "model_name": "rolecapability", "field_name": "capability"}


def needing(*names: str) -> None:
    for number, name in enumerate(names):
        written(document(f"Role {number} of {name}", capabilities=(documents.Capability(name=name),)))


def signed_in(username: str) -> Client:
    client = Client()
    client.force_login(account(username))
    return client


def names(typed: str, page: int = 1) -> list[str]:
    return [each.name for each in offer(Capability, typed, page).fitting]


def test_what_begins_so_comes_before_what_holds_it_and_all_words_count() -> None:
    needing("Modelling of data", "Data modelling", "Data", "Big data")
    assert names("DATA") == ["Data", "Data modelling", "Big data", "Modelling of data"]
    assert names("mod  data") == ["Data modelling", "Modelling of data"]
    assert names("data_%") == []


def test_words_are_found_by_their_other_names_too() -> None:
    CapabilityAlias.objects.create(item=Capability.objects.create(name="BI"), name="Business intelligence")
    assert names("business") == ["BI"]
    assert offer(Capability, "business intelligence").new == ""


def test_levels_are_offered_by_rank_with_what_the_rank_is() -> None:
    SeniorityLevel.objects.all().delete()
    for rank, name in ((2, "Able"), (1, "New"), (None, "Any")):
        SeniorityLevel.objects.create(name=name, rank=rank, description="Knows it." if rank == 2 else "")
    assert [(each.name, each.note) for each in offer(SeniorityLevel, "").fitting] == [
        ("New", "step 1 of 2"),
        ("Able", "step 2 of 2: Knows it."),
        ("Any", "has no rank, and meets no minimum"),
    ]


def test_a_new_name_comes_with_the_words_that_it_may_be_meant_for() -> None:
    needing("Data modelling", "Data modelling")
    offered = offer(Capability, "dbt modelling")
    known = Capability.objects.get()
    assert offered.meant == [Offer(known.pk, "Data modelling", "used by 2 roles")]
    assert (offered.fitting, offered.new) == ([], "dbt modelling")


def test_families_are_counted_by_the_roles_in_them() -> None:
    written(document("Cook", family="Kitchen"))
    assert [each.note for each in offer(JobFamily, "kit").fitting] == ["used by 1 role"]


def test_further_words_stand_on_further_pages() -> None:
    Capability.objects.bulk_create(Capability.for_names(f"Skill {number}" for number in range(45)))
    assert [len(names("skill", page)) for page in (1, 2, 3, 4)] == [20, 20, 5, 0]
    assert offer(Capability, "skill", 2).more
    assert not offer(Capability, "skill", 3).more


def test_words_take_as_many_queries_however_many_there_are(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(2):
        Capability.objects.bulk_create(
            Capability.for_names(f"Skill {n}" for n in range(Capability.objects.count(), 60))
        )
        # What fits; whether a word or another name is so called; all names and other names; what is shown.
        with django_assert_num_queries(6):
            offer(Capability, "skil")


# In the admin


def test_somebody_who_may_add_words_is_offered_the_new_one() -> None:
    needing("Data modelling")
    answer = signed_in("editor").get(WORDS, {**CHOICE, "term": "dbt modelling"}).json()
    known = {"id": str(Capability.objects.get().pk), "text": "Data modelling"}
    assert answer["results"] == [
        {
            "text": "Did you mean",
            "children": [{**known, "note": "used by 1 role"}],
        },
        {
            "text": "Or create it",
            "children": [
                {
                    "id": "name:dbt modelling",
                    "text": "dbt modelling (new)",
                    "note": "is added when you save the role",
                }
            ],
        },
    ]


def test_somebody_who_may_not_add_words_is_offered_none() -> None:
    viewer = account("viewer")
    client = Client()
    client.force_login(viewer)
    assert client.get(WORDS, {**CHOICE, "term": "dbt"}).json()["results"] == []


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {**CHOICE, "field_name": "role"},
        {**CHOICE, "field_name": "\0"},
        {**CHOICE, "model_name": "user"},
        {**CHOICE, "app_label": "auth", "model_name": "group", "field_name": "permissions"},
    ],
)
def test_only_choices_of_words_are_answered(asked: dict[str, str]) -> None:
    assert signed_in("editor").get(WORDS, asked).status_code in (403, 404)


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999999", "\0", "9999"])
@pytest.mark.parametrize("term", ["", "\0", "x" * 10_000, "name:", "%", "🙂"])
def test_whatever_is_asked_for_is_answered(page: str, term: str) -> None:
    assert signed_in("editor").get(WORDS, {**CHOICE, "term": term, "page": page}).status_code == 200


def test_a_new_word_is_added_when_the_role_is_saved() -> None:
    editor, role = signed_in("editor"), written(document("Cook"), status=Role.Status.DRAFT)
    fields = opened(editor, role)
    add_row(fields, "capabilities", capability="name: Soups", proficiency="name:Endless", detail="")
    answer = editor.post(address(role), fields | {"family": "name:Kitchen"})
    assert answer.status_code == 302
    assert now(role).capabilities == (documents.Capability(name="Soups", level="Endless"),)
    row = RoleCapability.objects.select_related("capability", "proficiency").get()
    assert (row.capability.name, row.proficiency and row.proficiency.name) == ("Soups", "Endless")
    assert Role.objects.get().family == JobFamily.objects.get(name="Kitchen")


def test_a_name_that_a_word_has_already_adds_none() -> None:
    needing("Data modelling")
    editor, role = signed_in("editor"), written(document("Cook"), status=Role.Status.DRAFT)
    fields = opened(editor, role)
    add_row(fields, "capabilities", capability="name:DATA modelling", proficiency="", detail="")
    assert editor.post(address(role), fields).status_code == 302
    assert RoleCapability.objects.get(role=role).capability == Capability.objects.get()
    assert now(role).capabilities[0].name == "DATA modelling"


def test_somebody_who_may_not_add_words_is_told_so_and_what_was_typed_stays() -> None:
    user = account("editor")
    theirs = Permission.objects.filter(group__user=user).exclude(codename="add_capability")
    user.user_permissions.set(theirs)
    user.groups.clear()
    client, role = Client(), written(document("Cook"), status=Role.Status.DRAFT)
    client.force_login(user)
    fields = opened(client, role)
    add_row(fields, "capabilities", capability="name:Soups", proficiency="", detail="")
    answer = client.post(address(role), fields)
    assert "There is no capability “Soups”, and you may not add one" in str(problems(answer))
    assert '<option value="name:Soups" selected' in answer.content.decode()
    assert not Capability.objects.exists()


@pytest.mark.parametrize("name", ["name:", "name:\0", "name:" + "x" * 501])
def test_a_new_word_that_no_document_can_carry_is_refused(name: str) -> None:
    editor, role = signed_in("editor"), written(document("Cook"), status=Role.Status.DRAFT)
    fields = opened(editor, role)
    add_row(fields, "capabilities", capability=name, proficiency="", detail="")
    assert editor.post(address(role), fields).status_code == 200
    assert not Capability.objects.exists()


# The vocabulary's own form

ADD = "/admin/roles/capability/add/"


def word(name: str) -> dict[str, str]:
    none = {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0"}
    rows = {f"{rows}-{field}": value for rows in ("aliases", "levels") for field, value in none.items()}
    return {"name": name, "slug": "", "category": "", "description": "", **rows}


def test_a_word_that_is_nearly_there_already_is_asked_about_once() -> None:
    needing("Data modelling")
    reviewer = signed_in("reviewer")
    html = reviewer.post(ADD, word("Data modeling")).content.decode()
    assert "Did you mean <strong>Data modelling</strong> (used by 1 role)?" in html
    assert 'name="is_another" value="data modeling"' in html
    assert Capability.objects.count() == 1
    answer = reviewer.post(ADD, {**word("Data modeling"), "is_another": "data modeling"})
    assert answer.status_code == 302
    assert Capability.objects.count() == 2


def test_another_name_is_asked_about_again() -> None:
    needing("Data modelling")
    answer = signed_in("reviewer").post(ADD, {**word("Data modellings"), "is_another": "data modeling"})
    assert answer.status_code == 200


def test_a_word_is_not_held_against_itself() -> None:
    needing("Data modelling")
    known = Capability.objects.get()
    assert nearly_alike(Capability, "Data modelling", besides=known.pk) == []
    assert [each.id for each in nearly_alike(Capability, "Data modeling")] == [known.pk]
