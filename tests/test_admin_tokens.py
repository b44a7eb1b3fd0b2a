"""Tokens in the admin: made, shown once, renewed and revoked."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from roles.accounts import tokens
from roles.models import ApiToken
from roles.models.api_token import Scope
from tests.accounts import account

pytestmark = pytest.mark.django_db

LIST = reverse("admin:roles_apitoken_changelist")
ADD = reverse("admin:roles_apitoken_add")
WRITTEN = re.compile(r"rc_[a-z0-9]{8}_[A-Za-z0-9]{43}")


def token(user: User, name: str = "HR sync", days: float = 90) -> ApiToken:
    """A token of somebody."""
    return tokens.make(name, user, [Scope.WRITE], timezone.now() + timedelta(days=days)).token


def sent(**values: Any) -> dict[str, Any]:
    """What the form that makes a token sends."""
    day = timezone.localdate() + timedelta(days=30)
    return {"name": "HR sync", "last_day": day.isoformat(), "beginning": "abcdefgh"} | values


def step(name: str, made: ApiToken) -> str:
    return reverse(f"admin:roles_apitoken_{name}", args=[made.pk])


def faults(answer: Any) -> dict[str, list[str]]:
    """What is wrong with a form that was sent, by field."""
    return {name: list(texts) for name, texts in answer.context["form"].errors.items()}


def told(answer: Any) -> list[str]:
    """The messages of the page that an answer led to."""
    return [str(message) for message in answer.context["messages"]]


# Making


def test_a_token_is_shown_once_and_works(editor_client: Client, editor: User) -> None:
    page = editor_client.post(ADD, sent(scopes=["propose"]))
    written = WRITTEN.findall(page.content.decode())
    assert len(written) == 1
    found = tokens.holding(written[0])
    assert (found.name, found.user, found.scopes) == ("HR sync", editor, "read propose")
    assert written[0][12:] not in editor_client.get(LIST).content.decode()


def test_nothing_keeps_the_page_that_shows_it(editor_client: Client) -> None:
    headers = editor_client.post(ADD, sent()).headers
    assert "no-store" in headers["Cache-Control"]
    assert headers["Referrer-Policy"] == "no-referrer"


def test_a_form_that_is_sent_twice_makes_one_token(editor_client: Client) -> None:
    editor_client.post(ADD, sent())
    again = editor_client.post(ADD, sent(), follow=True)
    assert ApiToken.objects.count() == 1
    assert told(again) == ["This token was made already, and shown once. If nobody wrote it down, renew it."]


def test_a_token_works_until_the_end_of_its_day(editor_client: Client) -> None:
    day = timezone.localdate() + timedelta(days=30)
    editor_client.post(ADD, sent(last_day=day.isoformat()))
    made = ApiToken.objects.get()
    assert made.last_day == day
    assert (made.expires_at - timezone.now()).days == 30


@pytest.mark.parametrize("days", [-1, 366, 100_000])
def test_a_day_that_is_over_or_too_far_away_is_refused(editor_client: Client, days: int) -> None:
    day = timezone.localdate() + timedelta(days=days)
    answer = editor_client.post(ADD, sent(last_day=day.isoformat()))
    assert faults(answer)["last_day"][0].startswith("Choose a day from today to ")
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": 101 * "x"}, "name"),
        ({"name": "\0"}, "name"),
        ({"last_day": "soon"}, "last_day"),
        ({"scopes": ["admin"]}, "scopes"),
        ({"beginning": "short"}, "beginning"),
        ({"beginning": 10_000 * "a"}, "beginning"),
    ],
)
def test_what_makes_no_token_is_refused_with_its_reason(
    editor_client: Client, values: dict[str, Any], field: str
) -> None:
    assert list(faults(editor_client.post(ADD, sent(**values)))) == [field]


def test_who_only_reads_is_offered_nothing_more(viewer_client: Client) -> None:
    page = viewer_client.get(ADD).content.decode()
    assert 'name="scopes"' not in page
    assert list(faults(viewer_client.post(ADD, sent(scopes=["write"])))) == ["scopes"]


def test_people_make_tokens_for_themselves_alone(editor_client: Client, editor: User, viewer: User) -> None:
    editor_client.post(ADD, sent(user=viewer.pk))
    assert ApiToken.objects.get().user == editor


# Accounts of others


def test_who_keeps_accounts_makes_a_token_for_somebody(
    administrator_client: Client, administrator: User, editor: User
) -> None:
    administrator_client.post(ADD, sent(user=editor.pk, scopes=["load"]))
    made = ApiToken.objects.get()
    assert (made.user, made.created_by, made.created_by_name) == (editor, administrator, "administrator")


def test_a_scope_that_the_person_could_not_use_is_refused(administrator_client: Client, viewer: User) -> None:
    answer = administrator_client.post(ADD, sent(user=viewer.pk, scopes=["read-drafts"]))
    assert faults(answer)["scopes"][0].startswith("viewer may not do this")


@pytest.mark.parametrize("whose", ["root", "gone"])
def test_nobody_acts_for_somebody_who_may_more_or_is_not_active(
    administrator_client: Client, whose: str
) -> None:
    User.objects.create_superuser("root")
    User.objects.create_user("gone", is_active=False)
    answer = administrator_client.post(ADD, sent(user=User.objects.get(username=whose).pk))
    assert faults(answer)["user"] == [
        f"You may not act for {whose}, or the account is not active. Choose somebody else."
    ]


@pytest.mark.parametrize("user", ["", "0", "99999999999999999999", "x", "\0"])
def test_somebody_who_is_not_there_is_refused(administrator_client: Client, user: str) -> None:
    assert list(faults(administrator_client.post(ADD, sent(user=user)))) == ["user"]


def test_people_see_their_own_tokens_and_keepers_those_of_all(
    editor_client: Client, administrator_client: Client, editor: User, viewer: User
) -> None:
    token(editor)
    token(viewer)
    counts = [client.get(LIST).context["cl"].result_count for client in (editor_client, administrator_client)]
    assert counts == [1, 2]


@pytest.mark.parametrize("name", ["revoke", "renew"])
def test_nobody_ends_or_renews_what_is_somebody_elses(editor_client: Client, name: str) -> None:
    others = token(account("reviewer"))
    assert editor_client.post(step(name, others), {"ends": "now", "beginning": "abcdefgh"}).status_code == 404
    others.refresh_from_db()
    assert others.revoked_at is None


@pytest.mark.parametrize("name", ["revoke", "renew"])
def test_keepers_touch_no_token_of_somebody_who_may_more(administrator_client: Client, name: str) -> None:
    roots = token(User.objects.create_superuser("root"))
    assert administrator_client.get(step(name, roots)).status_code == 403
    assert step(name, roots) not in page_of(administrator_client, roots)


# Renewing and revoking


def page_of(client: Client, made: ApiToken) -> str:
    """The page of a token."""
    return client.get(step("change", made)).content.decode()


def test_the_page_of_a_token_leads_to_both_steps(editor_client: Client, editor: User) -> None:
    made = token(editor)
    page = page_of(editor_client, made)
    assert step("renew", made) in page
    assert step("revoke", made) in page


def test_a_token_is_revoked_once_somebody_said_so_twice(editor_client: Client, editor: User) -> None:
    made = token(editor)
    assert "cannot be undone" in editor_client.get(step("revoke", made)).content.decode()
    assert ApiToken.objects.running().exists()
    answer = editor_client.post(step("revoke", made), follow=True)
    assert told(answer) == ["HR sync is revoked. It opens nothing any more."]
    assert not ApiToken.objects.running().exists()
    again = editor_client.post(step("revoke", made), follow=True)
    assert told(again) == ["HR sync was revoked already."]


def renewed(client: Client, made: ApiToken, ends: str) -> Any:
    """The answer to the form that renews a token."""
    return client.post(step("renew", made), {"ends": ends, "beginning": "abcdefgh"})


@pytest.mark.parametrize(("ends", "running"), [("later", 2), ("now", 1)])
def test_a_renewed_token_ends_when_it_was_said(
    editor_client: Client, editor: User, ends: str, running: int
) -> None:
    page = renewed(editor_client, token(editor), ends).content.decode()
    assert tokens.holding(WRITTEN.findall(page)[0]).scopes == "read write"
    assert ApiToken.objects.running().count() == running


@pytest.mark.parametrize("ends", ["later", "now"])
def test_a_renewal_that_is_sent_twice_makes_one_token(editor_client: Client, editor: User, ends: str) -> None:
    made = token(editor)
    renewed(editor_client, made, ends)
    assert renewed(editor_client, made, ends).status_code == 302
    assert ApiToken.objects.count() == 2


def test_a_revoked_token_is_not_renewed(editor_client: Client, editor: User) -> None:
    made = token(editor)
    tokens.revoke(made, by=editor)
    assert renewed(editor_client, made, "later").status_code == 302
    assert ApiToken.objects.count() == 1


# The list


@pytest.mark.parametrize(
    ("days", "state"), [(90, "works"), (3, "ends soon"), (-1, "expired")], ids=["works", "soon", "expired"]
)
def test_the_state_of_a_token_is_said(editor_client: Client, editor: User, days: int, state: str) -> None:
    assert state in page_of(editor_client, token(editor, days=days))


def test_a_revoked_token_says_when_it_ended(editor_client: Client, editor: User) -> None:
    made = token(editor)
    tokens.revoke(made, by=editor)
    assert "revoked on" in page_of(editor_client, made)


def test_the_list_leaves_out_what_ended_unless_all_is_asked_for(editor_client: Client, editor: User) -> None:
    token(editor, days=-1)
    counts = [editor_client.get(LIST + asked).context["cl"].result_count for asked in ("", "?state=all")]
    assert counts == [0, 1]


def test_the_list_makes_as_many_queries_for_many_tokens(
    editor_client: Client, editor: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for expected in (0, 9):
        for number in range(expected):
            token(editor, f"Board {number}")
        # Session, user, whether a password is due, permissions (2), counts (2), what waits, the tokens.
        with django_assert_num_queries(9):
            editor_client.get(LIST)
