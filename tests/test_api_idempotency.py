"""Requests with an `Idempotency-Key`: done once, however often they are sent."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from api.writing.role import role_answer
from roles.models import IdempotentAnswer, Role
from roles.models.idempotent_answer import ABANDONED, KEPT
from tests.builders import FULL, document, written
from tests.test_api_errors import problem
from tests.test_api_writes import JSON, KEEPER, PATCH, read, send
from tests.tokens import program

pytestmark = pytest.mark.django_db

COOK = "/api/v1/roles/cook"


@pytest.fixture
def publisher(reviewer: Any) -> Client:
    """A program that may change what everybody reads."""
    return program(reviewer)


def make(client: Client, key: str = "k1", name: str = "Cook", **further: Any) -> Any:
    """Make a role under a key."""
    return send(client, "PUT", COOK, {"name": name}, If_None_Match="*", Idempotency_Key=key, **further)


def test_the_same_request_is_done_once_and_answered_alike(publisher: Client) -> None:
    first, second = make(publisher), make(publisher)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    for header in ("ETag", "Location", "Content-Type"):
        assert first[header] == second[header]
    assert (first.get("Idempotency-Replayed"), second["Idempotency-Replayed"]) == (None, "true")
    assert Role.objects.get().revisions.count() == 1


def test_a_change_that_was_made_is_not_stale_when_it_is_sent_again(publisher: Client) -> None:
    role = written(FULL)
    _body, tag = read(publisher)
    for _time in range(2):
        answer = send(
            publisher, "PATCH", KEEPER, {"mission": "New."}, media=PATCH, If_Match=tag, Idempotency_Key="k1"
        )
        assert answer.status_code == 200
    assert role.revisions.count() == 2


def test_quotation_marks_around_a_key_are_no_part_of_it(publisher: Client) -> None:
    make(publisher, '"k1"')
    assert make(publisher, "k1")["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize("other", [{"name": "Chef"}, {"reason": "Otherwise"}])
def test_another_request_needs_another_key(publisher: Client, other: dict[str, str]) -> None:
    make(publisher)
    content = problem(make(publisher, **other), 422)
    assert content["type"].endswith("#idempotency-key-reused")
    assert [(fault["location"], fault["name"]) for fault in content["errors"]] == [
        ("header", "Idempotency-Key")
    ]


def test_what_was_refused_as_stale_is_another_request_once_it_was_read_again(publisher: Client) -> None:
    written(FULL)
    tags = '"old"', read(publisher)[1]
    stale, anew = (
        send(publisher, "PATCH", KEEPER, {}, media=PATCH, If_Match=tag, Idempotency_Key="k1") for tag in tags
    )
    problem(stale, 412)
    assert problem(anew, 422)["type"].endswith("#idempotency-key-reused")


def test_a_whole_role_and_a_patch_of_the_same_bytes_are_two_requests(publisher: Client) -> None:
    written(FULL)
    _body, tag = read(publisher)
    first, second = (
        send(
            publisher,
            "POST",
            f"{KEEPER}/proposals",
            {"name": "x"},
            media=media,
            If_Match=tag,
            Idempotency_Key="k1",
        )
        for media in (PATCH, JSON)
    )
    assert first.status_code == 201
    assert problem(second, 422)["type"].endswith("#idempotency-key-reused")


def test_a_method_that_an_address_does_not_have_is_refused_whatever_its_key(publisher: Client) -> None:
    make(publisher)
    refused = send(publisher, "POST", KEEPER, {"name": "Chef"}, Idempotency_Key="k1")
    problem(refused, 405)


def test_keys_of_different_tokens_have_nothing_to_do_with_each_other(publisher: Client, editor: Any) -> None:
    make(publisher)
    assert "Idempotency-Replayed" not in make(program(editor))


@pytest.mark.parametrize("key", ["", "two words", "x" * 201, "ä"])
def test_a_key_is_a_short_word(publisher: Client, key: str) -> None:
    assert [fault["location"] for fault in problem(make(publisher, key), 422)["errors"]] == ["header"]


def test_while_a_request_is_being_done_it_is_not_done_again(publisher: Client) -> None:
    make(publisher)
    IdempotentAnswer.objects.update(status=None)
    Role.objects.all().delete()
    answer = make(publisher)
    assert problem(answer, 409)["type"].endswith("#request-in-progress")
    assert answer["Retry-After"] == "1"
    assert not Role.objects.exists()


@pytest.mark.parametrize(("status", "age"), [(None, ABANDONED), (201, KEPT)])
def test_what_is_too_old_is_done_anew(publisher: Client, status: int | None, age: timedelta) -> None:
    make(publisher)
    then = timezone.now() - age - timedelta(seconds=1)
    IdempotentAnswer.objects.update(status=status, created_at=then)
    Role.objects.all().delete()
    assert make(publisher).status_code == 201
    assert IdempotentAnswer.objects.get().created_at > then


def test_a_failure_leaves_nothing_and_is_not_kept(reviewer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    client = program(reviewer)
    client.raise_request_exception = False
    with monkeypatch.context() as patched:
        patched.setattr("api.routers.role_writes.role_answer", lambda *arguments: 1 / 0)
        assert make(client).status_code == 500
    assert not Role.objects.exists()
    assert make(client).status_code == 201


def test_who_loses_the_claim_changes_nothing(reviewer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def after_a_long_time(*arguments: Any) -> Any:
        IdempotentAnswer.objects.all().delete()
        return role_answer(*arguments)

    monkeypatch.setattr("api.routers.role_writes.role_answer", after_a_long_time)
    problem(make(program(reviewer)), 409)
    assert not Role.objects.exists()


def test_a_refusal_for_what_was_sent_is_answered_alike(publisher: Client) -> None:
    first, second = make(publisher, name=""), make(publisher, name="")
    assert first.content == second.content
    assert second["Idempotency-Replayed"] == "true"


def test_a_refusal_for_who_asks_is_decided_anew(editor: Any) -> None:
    written(document("Cook"))
    client = program(editor)
    for _time in range(2):
        problem(send(client, "DELETE", COOK, If_Match='"x"', Idempotency_Key="k1"), 403)
    assert not IdempotentAnswer.objects.exists()


def test_of_what_was_sent_only_a_digest_is_kept(publisher: Client, reviewer: Any) -> None:
    send(publisher, "PUT", COOK, {"name": "", "mission": "Secret"}, If_None_Match="*", Idempotency_Key="k1")
    [kept] = IdempotentAnswer.objects.values()
    assert "Secret" not in str(kept)
    assert reviewer.api_tokens.get().digest not in str(kept)


def test_a_session_has_no_keys(reviewer_client: Client) -> None:
    problem(make(reviewer_client), 401)
    assert not IdempotentAnswer.objects.exists()
