"""Wrong passwords: after a few from one address, an account is closed to it for a while."""

import pytest
from axes.models import AccessAttempt
from django.conf import settings as given
from django.contrib.auth.models import Permission, User
from django.test import Client, RequestFactory
from pytest_django import Settings

from catalogue.accounts import client_address

RIGHT, WRONG = "chosen-by-me-8846", "guessed-at-1204"
SIGN_IN, ADMIN = "/accounts/login/", "/admin/login/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor() -> User:
    """Somebody of HR."""
    return User.objects.create_user("editor", password=RIGHT, is_staff=True)


def sign_in(client: Client, password: str, *, at: str = SIGN_IN, name: str = "editor", **sent: str) -> int:
    """The status of the answer to a try."""
    return client.post(at, {"username": name, "password": password}, **sent).status_code  # type: ignore[arg-type]


def fail(client: Client, times: int = given.AXES_FAILURE_LIMIT, **sent: str) -> list[int]:
    """The answers to this many tries with a wrong password."""
    return [sign_in(client, WRONG, **sent) for _try in range(times)]


@pytest.mark.usefixtures("editor")
@pytest.mark.parametrize("at", [SIGN_IN, ADMIN])
def test_the_last_of_five_wrong_passwords_closes_every_way_in(client: Client, at: str) -> None:
    assert fail(client, at=at) == [200, 200, 200, 200, 429]
    assert [sign_in(client, RIGHT, at=way) for way in (SIGN_IN, ADMIN)] == [429, 429]


@pytest.mark.usefixtures("editor")
def test_the_refusal_says_how_long_to_wait_and_whom_to_ask(client: Client) -> None:
    fail(client)
    answer = client.post(SIGN_IN, {"username": "editor", "password": RIGHT})
    assert "Try again in 15 minutes." in answer.text
    assert answer["Retry-After"] == "900"
    assert "unsafe" not in answer["Content-Security-Policy"]


@pytest.mark.usefixtures("editor")
def test_the_right_password_in_time_forgets_the_wrong_ones(client: Client) -> None:
    fail(client, 4)
    assert sign_in(client, RIGHT) == 302
    client.logout()
    assert fail(client, 4) == [200, 200, 200, 200]


@pytest.mark.usefixtures("editor")
def test_who_guesses_from_elsewhere_closes_nobodys_account(client: Client) -> None:
    fail(client, REMOTE_ADDR="192.0.2.7")
    assert sign_in(client, RIGHT) == 302


@pytest.mark.usefixtures("editor")
def test_other_accounts_at_the_same_address_stay_open(client: Client) -> None:
    User.objects.create_user("reader", password=RIGHT)
    fail(client)
    assert sign_in(client, RIGHT, name="reader") == 302


@pytest.mark.usefixtures("editor")
def test_the_way_in_opens_again_after_a_while(client: Client) -> None:
    fail(client)
    for attempt in AccessAttempt.objects.all():
        AccessAttempt.objects.update(attempt_time=attempt.attempt_time - given.AXES_COOLOFF_TIME)
    assert sign_in(client, RIGHT) == 302


def test_a_name_that_nobody_bears_is_treated_alike(client: Client) -> None:
    assert fail(client)[-1] == 429


def test_no_password_is_kept(client: Client, editor: User) -> None:
    fail(client, 1)
    assert WRONG not in str(AccessAttempt.objects.values().get())


@pytest.mark.parametrize(
    ("proxy", "forwarded", "address"),
    [
        (False, "198.51.100.1", "192.0.2.1"),
        (True, "198.51.100.1", "198.51.100.1"),
        (True, "203.0.113.9, 198.51.100.1", "198.51.100.1"),
        (True, "2001:DB8::1", "2001:db8::1"),
        (True, "anything", "192.0.2.1"),
        (True, "", "192.0.2.1"),
    ],
)
def test_only_the_proxys_own_word_is_believed(
    settings: Settings, proxy: bool, forwarded: str, address: str
) -> None:
    settings.BEHIND_PROXY = proxy
    request = RequestFactory().get("/", headers={"X-Forwarded-For": forwarded}, REMOTE_ADDR="192.0.2.1")
    assert client_address(request) == address


def test_administrators_see_the_failures_and_open_the_way_again(admin_client: Client, editor: User) -> None:
    fail(Client())
    assert "editor" in admin_client.get("/admin/axes/accessattempt/").text
    attempt = AccessAttempt.objects.get()
    admin_client.post(f"/admin/axes/accessattempt/{attempt.pk}/delete/", {"post": "yes"})
    assert sign_in(Client(), RIGHT) == 302


def test_editors_dont_see_them(client: Client, editor: User) -> None:
    editor.user_permissions.set(Permission.objects.filter(content_type__app_label="roles"))
    client.force_login(editor)
    assert client.get("/admin/axes/accessattempt/").status_code == 403
