"""How many requests a token or an address may make, and what the others are told."""

import multiprocessing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from api import throttle
from api.throttle import Meter, network
from catalogue.environment import Rate
from roles.accounts import tokens

LIST = "/api/v1/roles"
TWO_A_MINUTE = Rate(2, 60)


@pytest.fixture
def rates(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two requests a minute for each token and each address, of which nobody has made one."""
    settings.API_RATE_TOKEN = settings.API_RATE_ADDRESS = TWO_A_MINUTE
    monkeypatch.setattr(throttle, "meter", Meter())


def spent(client: Client) -> Any:
    """The answer to the third request."""
    answers = [client.get(LIST) for _time in range(3)]
    assert [answer.status_code for answer in answers[:2]] == [200, 200]
    return answers[2]


def program(user: User) -> Client:
    """A client with a token of its own."""
    made = tokens.make("Board", user, [], timezone.now() + timedelta(days=1))
    return Client(headers={"authorization": f"Bearer {made.written}"})


# What programs are told


@pytest.mark.django_db
@pytest.mark.usefixtures("rates")
def test_each_answer_says_what_is_left(client: Client) -> None:
    told = [client.get(LIST).headers for _time in range(2)]
    assert told[0]["RateLimit-Policy"] == '"address";q=2;w=60'
    left = [headers["RateLimit"].partition(";t=") for headers in told]
    assert [what for what, _t, _seconds in left] == ['"address";r=1', '"address";r=0']
    assert all(0 < int(seconds) <= 60 for _what, _t, seconds in left)


@pytest.mark.django_db
@pytest.mark.usefixtures("rates")
def test_one_request_too_many_is_a_problem_that_says_when_to_come_again(client: Client) -> None:
    answer = spent(client)
    assert (answer.status_code, answer.headers["Content-Type"]) == (429, "application/problem+json")
    assert answer.json()["type"].endswith("#too-many-requests")
    assert f";t={answer.headers['Retry-After']}" in answer.headers["RateLimit"]
    assert answer.headers["Retry-After"] in answer.json()["detail"]


@pytest.mark.django_db
@pytest.mark.usefixtures("rates")
@pytest.mark.parametrize("address", ["/api/v1/openapi.json", "/api/v1/nothing", "/api/v1/roles?nothing=1"])
def test_whatever_stands_below_api_counts(client: Client, address: str) -> None:
    assert '"address";r=1' in client.get(address).headers["RateLimit"]


@pytest.mark.django_db
@pytest.mark.usefixtures("rates")
def test_pages_for_people_do_not_count(client: Client) -> None:
    answers = [client.get("/roles/") for _time in range(3)]
    assert {(answer.status_code, "RateLimit" in answer.headers) for answer in answers} == {(200, False)}


# Who is counted as one


@pytest.mark.django_db
@pytest.mark.usefixtures("rates")
def test_each_address_has_its_own_rate(client: Client) -> None:
    spent(client)
    assert client.get(LIST, REMOTE_ADDR="192.0.2.9").status_code == 200


@pytest.mark.usefixtures("rates")
def test_each_token_has_its_own_rate_wherever_it_is_used(viewer: User) -> None:
    first, second = program(viewer), program(viewer)
    assert first.get(LIST, REMOTE_ADDR="192.0.2.9").headers["RateLimit-Policy"] == '"token";q=2;w=60'
    assert [first.get(LIST).status_code for _time in range(2)] == [200, 429]
    assert second.get(LIST).status_code == 200


@pytest.mark.django_db
@pytest.mark.usefixtures("rates")
def test_wrong_tokens_count_for_their_address_and_stop_no_right_one(viewer: User) -> None:
    wrong = Client(headers={"authorization": "Bearer rc_aaaaaaaa_" + 43 * "A"})
    assert [wrong.get(LIST).status_code for _time in range(3)] == [401, 401, 429]
    assert program(viewer).get(LIST).status_code == 200


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("fe80::1%eth0", "fe80::2"),
    ],
)
def test_addresses_that_one_sender_chooses_from_count_as_one(first: str, second: str) -> None:
    assert network(first) == network(second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:3::1"),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2"),
        ("192.0.2.1", "192.0.2.2"),
        (None, "192.0.2.2"),
    ],
)
def test_addresses_of_two_senders_count_as_two(first: str | None, second: str | None) -> None:
    assert network(first) != network(second)


@given(st.text())
def test_no_address_is_too_strange(address: str) -> None:
    network(address)


# Counting


@given(st.integers(1, 20), st.integers(1, 30), st.floats(0, 2e9))
def test_a_rate_lets_its_quota_pass_and_no_more(quota: int, times: int, now: float) -> None:
    meter, rate = Meter(), Rate(quota, 3600)
    left = [meter.count("a", rate, now)[0] for _time in range(times)]
    assert left == [max(-1, quota - 1 - time) for time in range(times)]


@given(st.text(), st.floats(0, 2e9), st.sampled_from([1, 60, 3600]))
def test_what_was_spent_comes_back_when_it_was_said_to(key: str, now: float, seconds: int) -> None:
    meter, rate = Meter(), Rate(1, seconds)
    meter.count(key, rate, now)
    spent, wait = meter.count(key, rate, now)
    assert spent == -1
    assert 0 < wait <= seconds
    assert meter.count(key, rate, now + wait)[0] == 0


def count_twice(meter: Meter, rate: Rate) -> None:
    """What another worker does."""
    for _time in range(2):
        meter.count("a", rate, 0)


def test_workers_count_together(tmp_path: Path) -> None:
    meter, rate = Meter(tmp_path / "var" / "meter"), Rate(4, 60)
    assert meter.count("a", rate, 0)[0] == 3
    # A forked process takes a column of its own, as a started one does.
    worker = multiprocessing.get_context("fork").Process(target=count_twice, args=(meter, rate))
    worker.start()
    worker.join(10)
    assert [meter.count("a", rate, 0)[0] for _time in range(2)] == [0, -1]


def test_where_no_file_can_be_had_a_worker_counts_for_itself(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    meter = Meter(tmp_path / "file" / "meter")
    assert [meter.count("a", Rate(1, 60), 0)[0] for _time in range(2)] == [0, -1]


def test_the_counters_do_not_say_who_was_counted(tmp_path: Path) -> None:
    meter = Meter(tmp_path / "meter", secret="known to the catalogue alone")
    meter.count("192.0.2.1", TWO_A_MINUTE)
    other = Meter(tmp_path / "meter", secret="another")
    assert b"192.0.2.1" not in (tmp_path / "meter").read_bytes()
    assert meter._tag("192.0.2.1") != other._tag("192.0.2.1")
