"""Sign-in, and the password that is to be changed first."""

import io

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from catalogue.passwords import NewPasswordValidator
from roles.models import PasswordChangeDue

GIVEN = "handed-out-7319"
OWN = "chosen-by-me-8846"

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor() -> User:
    """Somebody of HR whose password was chosen by somebody else."""
    user = User.objects.create_user("editor", password=GIVEN, is_staff=True)
    PasswordChangeDue.objects.create(user=user)
    return user


def change(client: Client, address: str, new: str) -> int:
    """The status of the answer to a change from GIVEN to `new`."""
    return client.post(
        address, {"old_password": GIVEN, "new_password1": new, "new_password2": new}
    ).status_code


def test_sign_in_leads_back_to_where_it_was_asked_for(client: Client) -> None:
    User.objects.create_user("reader", password=OWN)
    answer = client.post(reverse("login") + "?next=/roles/", {"username": "reader", "password": OWN})
    assert (answer.status_code, answer["Location"]) == (302, "/roles/")


@pytest.mark.parametrize(
    "address", ["/", "/roles/", "/admin/", "/admin/password_change/", "/api/v1/docs", "/api/v1/docs/problems"]
)
def test_a_password_that_is_due_leads_every_page_to_its_change(
    client: Client, editor: User, address: str
) -> None:
    client.force_login(editor)
    answer = client.get(address)
    assert (answer.status_code, answer.headers.get("Location")) == (302, reverse("password_change"))


def test_a_password_that_is_due_closes_the_api(client: Client, editor: User) -> None:
    client.force_login(editor)
    answer = client.get("/api/v1/roles")
    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")


def test_its_change_says_why_and_sign_out_stays_open(client: Client, editor: User) -> None:
    client.force_login(editor)
    assert "chosen by somebody else" in client.get(reverse("password_change")).text
    assert client.post(reverse("logout"))["Location"] == "/"


def test_the_change_opens_the_catalogue(client: Client, editor: User) -> None:
    client.force_login(editor)
    assert change(client, reverse("password_change"), OWN) == 302
    assert client.get("/admin/password_change/").status_code == 200


def test_the_same_password_is_no_change(client: Client, editor: User) -> None:
    client.force_login(editor)
    assert change(client, reverse("password_change"), GIVEN) == 200
    assert client.get("/admin/")["Location"] == reverse("password_change")


def test_a_change_by_command_counts_too(editor: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getpass", lambda prompt: OWN)
    call_command("changepassword", "editor", stdout=io.StringIO())
    assert not PasswordChangeDue.objects.exists()


def test_whose_password_is_not_due_may_keep_it() -> None:
    user = User.objects.create_user("reader", password=OWN)
    NewPasswordValidator().validate(OWN, user)


def test_the_refusal_says_what_to_do(editor: User) -> None:
    with pytest.raises(ValidationError, match="differs from the old one"):
        NewPasswordValidator().validate(GIVEN, editor)


def test_another_user_is_not_concerned(client: Client, editor: User) -> None:
    client.force_login(User.objects.create_user("reader"))
    assert client.get("/roles/").status_code == 200
