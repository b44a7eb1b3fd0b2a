"""Tokens: what they open, what they do not, and what ends them."""

import io
import sys
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.signals import got_request_exception
from django.db import transaction
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.utils import timezone
from django.views.debug import ExceptionReporter
from ninja import NinjaAPI, Router, Schema

from api.api import CatalogueAPI
from api.auth import change, demand, demanding
from api.errors import ProblemType, Refused, register_exception_handlers
from api.operations import writable
from roles import proposals, state, store
from roles.accounts import tokens
from roles.models import AccountEvent, ApiToken, Role, TokenHolder
from roles.models.api_token import SCOPES, Scope, scope_for
from tests.accounts import account
from tests.builders import document, written
from tests.threads import Threads, at_once

pytestmark = pytest.mark.django_db

LIST = "/api/v1/roles"


def token(user: User, *scopes: Scope, days: float = 30) -> tokens.Made:
    """A token of somebody, which works for some days."""
    return tokens.make("HR sync", user, scopes, timezone.now() + timedelta(days=days))


def program(written: str) -> Client:
    """A client that sends this token with each request."""
    return Client(headers={"authorization": f"Bearer {written}"})


def request(made: tokens.Made) -> HttpRequest:
    """A request that came with this token."""
    asked = RequestFactory().get(LIST)
    asked.user, asked.token = TokenHolder.of(made.token), made.token  # type: ignore[attr-defined]
    return asked


def draft() -> Role:
    return written(document("Draft"), status=Role.Status.DRAFT)


# What a token opens


def test_a_token_reads_where_only_people_who_signed_in_may(viewer: User, settings: Any) -> None:
    settings.READ_ACCESS = "login"
    assert program(token(viewer).written).get(LIST).status_code == 200


@pytest.mark.parametrize(("scopes", "status"), [([], 404), ([Scope.READ_DRAFTS], 200)])
def test_drafts_are_read_with_a_scope_of_their_own(editor: User, scopes: list[Scope], status: int) -> None:
    draft()
    assert program(token(editor, *scopes).written).get(f"{LIST}/draft").status_code == status


def test_no_scope_gives_more_than_the_person_may(viewer: User) -> None:
    draft()
    assert program(token(viewer, *Scope).written).get(f"{LIST}/draft").status_code == 404


def test_a_token_comes_before_a_session(editor: User, viewer: User) -> None:
    draft()
    client = program(token(viewer).written)
    client.force_login(editor)
    assert client.get(f"{LIST}/draft").status_code == 404


def test_a_token_opens_nothing_outside_the_api(administrator: User) -> None:
    assert program(token(administrator, *Scope).written).get("/admin/").status_code == 302


# What a token does not open


def refused(client: Client) -> tuple[int, str, str]:
    """Status and type of a refusal, and the way in that it names."""
    answer = client.get(LIST)
    return answer.status_code, answer.json()["type"].partition("#")[2], answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize(
    "sent",
    [
        "Bearer rc_aaaaaaaa_" + 43 * "A",
        "Bearer rc_aaaaaaaa_",
        "bearer",
        "Bearer \0",
        "Token rc_aaaaaaaa_" + 43 * "A",
        "rc_aaaaaaaa_" + 43 * "A",
    ],
)
def test_a_wrong_token_is_refused_even_where_everybody_reads(sent: str) -> None:
    status, kind, way_in = refused(Client(headers={"authorization": sent}))
    assert (status, kind) == (401, "invalid-token")
    assert way_in.startswith('Bearer realm="role catalogue", error="invalid_token", error_description="')


def test_the_right_prefix_with_a_wrong_secret_is_no_token(viewer: User) -> None:
    made = token(viewer)
    wrong = made.written[:-1] + ("A" if made.written[-1] != "A" else "B")
    assert refused(program(wrong))[0] == 401


def test_a_password_that_a_proxy_asked_for_is_none_of_the_catalogues_business() -> None:
    assert Client(headers={"authorization": "Basic YTpi"}).get(LIST).status_code == 200


def test_a_token_in_the_address_is_an_unknown_parameter(viewer: User) -> None:
    assert Client().get(f"{LIST}?access_token={token(viewer).written}").status_code == 422


def test_an_expired_token_is_refused_and_says_so(viewer: User) -> None:
    _status, _kind, way_in = refused(program(token(viewer, days=-0.01).written))
    assert 'error_description="The token has expired."' in way_in


def test_a_revoked_token_is_refused_and_says_so(viewer: User) -> None:
    made = token(viewer)
    tokens.revoke(made.token, by=viewer)
    assert 'error_description="The token was revoked."' in refused(program(made.written))[2]


def test_a_token_of_somebody_who_was_deactivated_is_refused(viewer: User) -> None:
    made = token(viewer)
    User.objects.filter(pk=viewer.pk).update(is_active=False)
    assert refused(program(made.written))[0] == 401


def test_a_token_does_not_come_back_with_its_person(viewer: User) -> None:
    made = token(viewer)
    for active in (False, True):
        viewer.is_active = active
        viewer.save()
    assert refused(program(made.written))[0] == 401


# What operations ask for


def test_an_operation_that_writes_asks_for_a_token(editor: User) -> None:
    asked = RequestFactory().put(LIST)
    asked.user = editor
    with pytest.raises(Refused) as refusal:
        demand(asked, Scope.PROPOSE)
    assert refusal.value.kind == ProblemType.SIGN_IN_NEEDED
    assert refusal.value.headers["WWW-Authenticate"] == 'Bearer realm="role catalogue", scope="propose"'


def test_a_token_without_the_scope_is_told_which_one_it_lacks(editor: User) -> None:
    with pytest.raises(Refused) as refusal:
        demanding(Scope.LOAD)(request(token(editor, Scope.WRITE)))
    assert refusal.value.kind == ProblemType.SCOPE_NEEDED
    assert 'error="insufficient_scope", scope="load"' in refusal.value.headers["WWW-Authenticate"]


def test_who_may_write_may_propose(editor: User) -> None:
    made = token(editor, Scope.WRITE)
    assert demand(request(made), Scope.PROPOSE) == made.token


@pytest.mark.parametrize(("scope", "at_once"), [(Scope.PROPOSE, False), (Scope.WRITE, True)])
def test_a_change_counts_at_once_only_with_the_scope_to_write(
    reviewer: User, scope: Scope, at_once: bool
) -> None:
    role = written(document("Cook"))
    made = change(request(token(reviewer, scope)), "Tidying up")
    saved = proposals.save_or_propose(role, document("Cook", summary="Cooks."), made)
    assert (saved.revision is not None) == at_once


def test_a_change_by_a_token_is_its_persons_and_has_the_tokens_name(reviewer: User) -> None:
    role = written(document("Cook"))
    made = change(request(token(reviewer, Scope.WRITE)), "Tidying up")
    store.write(role, document("Cook", summary="Cooks."), made)
    revision = role.revisions.get(number=2)
    assert (revision.author, revision.author_name, revision.reason, revision.origin) == (
        reviewer,
        "HR sync",
        "Tidying up",
        "api",
    )


@pytest.mark.parametrize(
    ("permission", "scope"),
    [
        ("roles.view_role", Scope.READ),
        ("roles.view_draft_role", Scope.READ_DRAFTS),
        ("roles.view_proposal", Scope.READ_DRAFTS),
        ("roles.change_role", Scope.PROPOSE),
        ("roles.publish_role", Scope.WRITE),
        ("roles.delete_role", Scope.WRITE),
        ("roles.add_apitoken", None),
        ("roles.view_accountevent", None),
        ("auth.change_user", None),
    ],
)
def test_each_permission_belongs_to_one_scope_or_is_for_no_token(
    permission: str, scope: Scope | None
) -> None:
    assert scope_for(permission) == scope


def test_a_token_of_a_superuser_is_narrowed_too() -> None:
    root = User.objects.create_superuser("root")
    holder = TokenHolder.of(token(root, Scope.PROPOSE).token)
    assert [holder.has_perm(f"roles.{name}_role") for name in ("change", "publish")] == [True, False]


# Making, renewing and ending


def test_no_column_holds_what_a_token_is_written_like(viewer: User) -> None:
    made = token(viewer)
    stored = ApiToken.objects.values().get()
    assert not [column for column, value in stored.items() if made.written[12:] in str(value)]


def test_neither_the_token_nor_what_was_made_shows_the_secret(viewer: User) -> None:
    made = token(viewer)
    assert made.written[12:] not in f"{made} {made!r} {made.token} {made.token!r}"


@pytest.mark.parametrize("scopes", [[], [Scope.LOAD, Scope.READ_DRAFTS], list(Scope)])
def test_a_token_has_the_scopes_that_it_was_given(viewer: User, scopes: list[Scope]) -> None:
    made = token(viewer, *scopes)
    assert made.token.granted == {Scope.READ, *scopes}
    assert made.token.scopes in SCOPES


def test_the_log_of_accounts_tells_who_made_and_who_revoked(viewer: User, administrator: User) -> None:
    until = timezone.now() + timedelta(days=1)
    made = tokens.make("Board", viewer, [Scope.WRITE], until, by=administrator)
    tokens.revoke(made.token, by=viewer)
    events = AccountEvent.objects.filter(about=viewer, kind__startswith="token-").order_by("id")
    told = f"Board (rc_{made.token.prefix}): read, write"
    assert list(events.values_list("kind", "by_name", "gained", "lost")) == [
        ("token-made", "administrator", [told], []),
        ("token-revoked", "viewer", [], [told]),
    ]


def test_what_ended_long_ago_is_forgotten_with_the_log(viewer: User) -> None:
    running, revoked = token(viewer, days=9), token(viewer, days=9)
    token(viewer, days=-20)
    tokens.revoke(revoked.token, by=viewer)
    ApiToken.objects.filter(pk=revoked.token.pk).update(revoked_at=timezone.now() - timedelta(days=20))
    recent = token(viewer, days=-5)
    call_command("tidy_accounts", days=10, stdout=io.StringIO())
    assert set(ApiToken.objects.all()) == {running.token, recent.token}


def test_a_token_is_revoked_once(viewer: User) -> None:
    made = token(viewer)
    assert [tokens.revoke(made.token, by=viewer) for _time in range(2)] == [True, False]


@pytest.mark.parametrize(("at_once", "status"), [(False, 200), (True, 401)])
def test_a_renewed_token_works_for_a_day_beside_the_new_one_unless_ended(
    viewer: User, at_once: bool, status: int
) -> None:
    old = token(viewer, Scope.READ_DRAFTS)
    new = tokens.renew(old.token, by=viewer, at_once=at_once)
    assert program(old.written).get(LIST).status_code == status
    assert program(new.written).get(LIST).status_code == 200
    old.token.refresh_from_db()
    assert old.token.expires_at <= timezone.now() + tokens.OVERLAP or at_once
    assert (new.token.name, new.token.scopes) == (old.token.name, old.token.scopes)


def test_renewing_keeps_no_token_alive_longer(viewer: User) -> None:
    old = token(viewer, days=0.5)
    tokens.renew(old.token, by=viewer, at_once=False)
    before = old.token.expires_at
    old.token.refresh_from_db()
    assert old.token.expires_at == before


@pytest.mark.parametrize(
    ("group", "scopes"),
    [
        ("viewer", {Scope.READ}),
        ("editor", set(Scope)),
    ],
)
def test_people_are_offered_the_scopes_that_they_can_use(db: None, group: str, scopes: set[Scope]) -> None:
    assert set(tokens.scopes_open_to(account(group))) == scopes


def test_who_keeps_accounts_makes_tokens_for_those_who_may_no_more(
    viewer: User, reviewer: User, administrator: User
) -> None:
    root = User.objects.create_superuser("root")
    makes = [
        tokens.may_make_for(maker, person)
        for maker, person in (
            (viewer, viewer),
            (administrator, reviewer),
            (reviewer, viewer),
            (administrator, root),
        )
    ]
    assert makes == [True, True, False, False]


# The last use


def test_the_last_use_is_noted_once_a_minute(viewer: User) -> None:
    made = token(viewer)
    program(made.written).get(LIST)
    first = ApiToken.objects.get().last_used_at
    program(made.written).get(LIST)
    assert first is not None
    assert ApiToken.objects.get().last_used_at == first
    ApiToken.objects.update(last_used_at=first - timedelta(seconds=61))
    program(made.written).get(LIST)
    assert ApiToken.objects.get().last_used_at > first  # type: ignore[operator]


@at_once
def test_a_request_waits_for_nobody_who_writes(threads: Threads) -> None:
    kept: list[tokens.Made] = []
    threads.run(lambda: kept.append(token(account("viewer"))))
    holds, is_answered = threading.Event(), threading.Event()

    def write() -> bool:
        with transaction.atomic():
            ApiToken.objects.update(name="Another name")
            holds.set()
            # Less than SQLite waits for a writer by itself.
            return is_answered.wait(15)

    def read() -> bool:
        holds.wait(15)
        answer = program(kept[0].written).get(LIST)
        is_answered.set()
        return answer.status_code == 200

    assert threads.run(write, read) == [True, True]

    def read_again() -> bool:
        before = ApiToken.objects.get().last_used_at
        program(kept[0].written).get(LIST)
        return before is None and ApiToken.objects.get().last_used_at is not None

    assert threads.run(read_again) == [True]


def test_using_a_token_is_no_new_state_of_the_catalogue(viewer: User) -> None:
    made = token(viewer)
    before = state.current()
    program(made.written).get(LIST)
    assert state.current() == before


def test_an_answer_for_a_token_is_for_nobody_elses_cache(viewer: User) -> None:
    answer = program(token(viewer).written).get(LIST)
    assert "private" in answer.headers["Cache-Control"]
    assert "Authorization" in answer.headers["Vary"]


# What is kept of a request


@pytest.mark.parametrize("debug", [False, True])
def test_no_log_and_no_error_report_says_what_a_token_is_written_like(
    viewer: User,
    settings: Any,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    debug: bool,
) -> None:
    settings.DEBUG = debug
    made = token(viewer)
    monkeypatch.setattr("api.throttle.counted", fail)
    reports: list[str] = []

    def report(sender: object, request: HttpRequest, **kwargs: object) -> None:
        reporter = ExceptionReporter(request, *sys.exc_info())
        reports.extend([reporter.get_traceback_html(), reporter.get_traceback_text()])

    client = program(made.written)
    client.raise_request_exception = False
    got_request_exception.connect(report)
    answer = client.get(LIST)
    got_request_exception.disconnect(report)
    assert answer.status_code == 500
    said = [*reports, caplog.text, answer.content.decode()]
    assert len(reports) == 2
    assert "RuntimeError" in caplog.text
    assert not [text for text in said if made.written[12:] in text]


def fail(*arguments: object, **options: object) -> None:
    raise RuntimeError("Broken")


# How an operation says that it writes


class Body(Schema):
    name: str


@pytest.fixture
def writing() -> NinjaAPI:
    """An API with one operation, which asks for the scope to write."""
    api = CatalogueAPI(urls_namespace="writing")
    register_exception_handlers(api)
    router = Router()

    @writable(router, "PUT", "/x", {200: Body}, scope=Scope.WRITE, operation_id="put_x", summary="Write")
    def put_x(request: HttpRequest, body: Body) -> Body:
        return body

    api.add_router("", router)
    return api


def put(api: NinjaAPI, user: User | None, *scopes: Scope, body: str = "{}") -> int:
    """The status of a PUT by a token of somebody, or by a stranger."""
    asked = RequestFactory(enforce_csrf_checks=True).put("/x", body, content_type="application/json")
    if user:
        asked.token = token(user, *scopes).token  # type: ignore[attr-defined]
    patterns: list[Any] = api.urls[0]
    view = next(pattern.callback for pattern in patterns if pattern.name == "put_x")
    return int(view(asked).status_code)


def test_an_operation_that_writes_refuses_before_it_looks_at_the_body(
    writing: NinjaAPI, editor: User
) -> None:
    statuses = put(writing, None), put(writing, editor, Scope.PROPOSE), put(writing, editor, Scope.WRITE)
    assert statuses == (401, 403, 422)


def test_the_description_names_the_scope_that_an_operation_needs(writing: NinjaAPI) -> None:
    schema = writing.get_openapi_schema(path_prefix="")
    assert schema["paths"]["/x"]["put"]["security"] == [{"token": ["write"]}]
    assert schema["components"]["securitySchemes"]["token"]["scheme"] == "bearer"


def test_the_description_says_that_reading_needs_no_token() -> None:
    schema = Client().get("/api/v1/openapi.json").json()
    assert schema["paths"]["/api/v1/roles"]["get"]["security"] == [{}, {"token": ["read"]}]
