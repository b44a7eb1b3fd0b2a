"""Programs that write at the same time: one wins, the others are told, and nothing is written twice."""

from functools import partial
from typing import Any

from django.contrib.auth.models import User
from django.test import Client

from roles.models import Role
from tests.accounts import account
from tests.builders import document, written
from tests.test_api_writes import PATCH, read, send
from tests.threads import Threads, at_once
from tests.tokens import program

COOK = "/api/v1/roles/cook"


def reviewer() -> User:
    """The account, made by the first thread that needs it."""
    return User.objects.filter(username="reviewer").first() or account("reviewer")


def prepared() -> tuple[list[Client], str]:
    """Three programs that have read the same role, and its entity tag."""
    clients = [program(reviewer(), name=f"Program {number}") for number in range(3)]
    written(document("Cook"))
    return clients, read(clients[0], COOK)[1]


@at_once
def test_of_changes_of_the_same_text_one_wins_and_the_others_are_told(threads: Threads) -> None:
    [(clients, tag)] = threads.run(prepared)

    def change(number: int) -> Any:
        body = {"mission": f"Mission {number}."}
        return send(clients[number], "PATCH", COOK, body, media=PATCH, If_Match=tag)

    answers = threads.run(*[partial(change, number) for number in range(3)])
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412]
    [won] = [answer.json() for answer in answers if answer.status_code == 200]
    assert {answer.json()["current"]["mission"] for answer in answers if answer.status_code == 412} == {
        won["mission"]
    }
    threads.run(lambda: _has_revisions(2))


@at_once
def test_of_requests_with_one_key_one_is_done(threads: Threads) -> None:
    [client] = threads.run(lambda: program(reviewer()))

    def make() -> Any:
        return send(client, "PUT", COOK, {"name": "Cook"}, If_None_Match="*", Idempotency_Key="k1")

    answers = threads.run(make, make, make)
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert 201 in {answer.status_code for answer in answers}
    [again] = threads.run(make)
    assert (again.status_code, again["Idempotency-Replayed"]) == (201, "true")
    threads.run(lambda: _has_revisions(1))


@at_once
def test_of_roles_with_one_slug_one_is_made(threads: Threads) -> None:
    [clients] = threads.run(lambda: [program(reviewer()), program(reviewer(), name="Other")])

    def make(client: Client) -> Any:
        return send(client, "PUT", COOK, {"name": "Cook"}, If_None_Match="*")

    answers = threads.run(*[partial(make, client) for client in clients])
    assert sorted(answer.status_code for answer in answers) == [201, 412]
    threads.run(lambda: _has_revisions(1))


def _has_revisions(count: int) -> None:
    assert Role.objects.get(slug="cook").revisions.count() == count
