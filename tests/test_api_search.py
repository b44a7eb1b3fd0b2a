"""Search by the API: where words stand, what was probably meant, and how many roles each filter leaves."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from api.schemas.search import SearchPage
from roles.documents.document import Capability, Responsibility
from roles.models import Role
from tests.builders import document, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def kitchen(db: None) -> None:
    written(
        document(
            "Cook",
            family="Kitchen",
            summary="Cooks soups.",
            responsibilities=(Responsibility(name="Clean <b>kitchen</b>"),),
        )
    )
    written(document("Baker", family="Kitchen", capabilities=(Capability(name="Soups"),)))
    written(document("Waiter", family="Hall"))


def get(client: Client, query: str) -> Any:
    answer = client.get(f"/api/v1/search?{query}")
    assert answer.status_code == 200, answer.content
    SearchPage.model_validate(answer.json())
    return answer.json()


def found(client: Client, query: str) -> list[str]:
    return [item["role"]["slug"] for item in get(client, query)["items"]]


def marked(pieces: Any) -> list[str]:
    return [piece["text"] for piece in pieces if piece["marked"]]


@pytest.mark.usefixtures("kitchen")
def test_words_are_marked_where_they_stand(client: Client) -> None:
    cook, baker = get(client, "q=soup")["items"]
    assert cook["role"]["slug"] == "cook"
    assert (marked(cook["line"]), cook["snippets"]) == (["soups"], [])
    assert [(each["label"], marked(each["pieces"])) for each in baker["snippets"]] == [
        ("Capability", ["Soups"])
    ]
    assert "".join(piece["text"] for piece in cook["line"]) == "Cooks soups."


@pytest.mark.usefixtures("kitchen")
def test_pieces_are_plain_text(client: Client) -> None:
    [cook] = get(client, "q=clean")["items"]
    [snippet] = cook["snippets"]
    assert "".join(piece["text"] for piece in snippet["pieces"]) == "Clean <b>kitchen</b>"


@pytest.mark.usefixtures("kitchen")
def test_what_was_probably_meant_is_looked_for(client: Client) -> None:
    answer = get(client, "q=bakre")
    assert answer["correction"] == {"text": "baker", "unknown": ["bakre"], "meant": ["baker"]}
    assert [item["role"]["slug"] for item in answer["items"]] == ["baker"]


@pytest.mark.usefixtures("kitchen")
def test_nothing_else_is_looked_for_if_that_is_not_wanted(client: Client) -> None:
    answer = get(client, "q=bakre&exact=true")
    assert (answer["count"], answer["correction"]) == (0, None)


@pytest.mark.usefixtures("kitchen")
def test_words_that_a_filter_rules_out_are_not_put_right(client: Client) -> None:
    answer = get(client, "q=waiter&family=kitchen")
    assert (answer["count"], answer["correction"]) == (0, None)


@pytest.mark.usefixtures("kitchen")
def test_filters_and_facets_are_those_of_the_list(client: Client) -> None:
    assert found(client, "q=soups&capability=soups") == ["baker"]
    answer = get(client, "q=soups&facets=family,capability&capability=soups")
    assert answer["facets"]["family"] == [{"value": "kitchen", "name": "Kitchen", "count": 1}]
    listed = client.get("/api/v1/roles?q=soups&facets=family,capability&capability=soups").json()
    assert answer["facets"] == listed["facets"]
    assert get(client, "q=soups")["facets"] == {}


@pytest.mark.usefixtures("kitchen")
def test_the_order_and_the_pages_are_those_of_the_list(client: Client) -> None:
    listed = client.get("/api/v1/roles?q=soups").json()
    assert found(client, "q=soups") == [item["slug"] for item in listed["items"]]
    first = get(client, "q=soups&limit=1")
    second = client.get(first["next"]).json()
    assert (first["count"], second["items"][0]["role"]["slug"], second["next"]) == (2, "baker", None)


@pytest.mark.usefixtures("kitchen")
def test_drafts_are_neither_found_nor_suggested(client: Client, editor_client: Client) -> None:
    Role.objects.filter(slug="baker").update(status=Role.Status.DRAFT)
    assert found(client, "q=baker") == []
    assert get(client, "q=bakre")["correction"] is None
    assert found(editor_client, "q=baker") == ["baker"]


@pytest.mark.parametrize(
    "query", ["", "q=", f"q={'a' * 201}", "q=a&sort=name", "q=a&facets=salary", "q=a&qq=b"]
)
def test_what_cannot_be_looked_for_is_refused(client: Client, query: str) -> None:
    assert client.get(f"/api/v1/search?{query}").status_code == 422


@pytest.mark.usefixtures("kitchen")
def test_words_without_a_letter_find_nothing(client: Client) -> None:
    assert found(client, "q=%2B") == []
    assert found(client, "q=%00") == []


@pytest.mark.parametrize("count", [1, 6])
def test_an_answer_takes_a_fixed_number_of_queries(
    client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        written(document(f"Cook {number}", capabilities=(Capability(name="Soups"),)))
    # The state, whether a role has the words, which do, how many, the ladder, the roles, their capabilities.
    with django_assert_num_queries(7):
        get(client, "q=soups")
