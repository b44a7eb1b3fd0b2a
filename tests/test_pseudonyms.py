"""A person who is to be forgotten, and all the places that know of them."""

import io
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from axes.models import AccessAttempt
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command
from django.db import models
from django.test import Client

from roles.accounts import pseudonyms
from roles.models import (
    AccountEvent,
    BulkChange,
    LifecycleChange,
    LoadRun,
    MailSettings,
    Proposal,
    Role,
    RoleRevision,
    Suggestion,
)
from tests.builders import document, edit, written

NAME = "anna.berg"
EMAIL = "anna@example.org"
SAID_BY_PEOPLE = re.compile(r"(_name|username|email|^address|ip_address|user_agent|post_data|get_data)$")
"""What columns are called that may say who somebody is."""
OF_NOBODY = {
    # What roles and words are called.
    "alias_name",
    "capability_name",
    "family_name",
    "gone_name",
    "kept_name",
    "kind_name",
    "level_name",
    "partner_name",
    "seniority_name",
}

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna() -> User:
    """Somebody who has been everywhere."""
    user = User.objects.create_user(NAME, EMAIL, "chosen-by-me-8846", first_name="Anna", last_name="Berg")
    user.groups.add(Group.objects.get(name="Reviewers"))
    client = Client(REMOTE_ADDR="192.0.2.7")
    client.post("/accounts/login/", {"username": NAME, "password": "chosen-by-me-8846"})
    role = written(document("Cook"))
    edit("cook", summary="Cooks.")
    RoleRevision.objects.filter(number=2).update(author=user, author_name=NAME)
    Role.objects.update(owner=user)
    LifecycleChange.objects.create(role_uid=role.uid, field="owner", after=NAME, by=user, by_name=NAME)
    LoadRun.objects.create(by=user, by_name=NAME)
    Proposal.objects.create(
        role=role, role_uid=role.uid, base={}, document={}, origin="admin", author=user, author_name=NAME
    )
    SocialAccount.objects.create(user=user, provider="https://login.example.org", uid="s-1")
    EmailAddress.objects.create(user=user, email=EMAIL)
    MailSettings.objects.create(user=user)
    AccessAttempt.objects.create(username=NAME, ip_address="192.0.2.7", failures_since_start=1)
    LogEntry.objects.log_actions(user.pk, [user], CHANGE, "Changed.", single_object=True)
    return user


def texts() -> Iterator[tuple[str, str]]:
    """Everything that any column of any table says, but for sessions, which are sealed."""
    for model in apps.get_models():
        for row in model._default_manager.values():
            for column, value in row.items():
                yield f"{model._meta.label}.{column}", str(value)


def forget(name: str = NAME, **options: Any) -> str:
    output = io.StringIO()
    call_command("pseudonymise", name, stdout=output, **({"yes": True} | options))
    return output.getvalue()


def test_no_column_of_any_table_knows_the_person_any_more(anna: User) -> None:
    forget()
    known = (NAME, EMAIL, "Anna", "Berg", "192.0.2.7")
    assert [place for place, said in texts() if any(word in said for word in known)] == []


def test_what_the_person_did_stays_and_is_one_persons_doing(anna: User) -> None:
    forget()
    names = {
        RoleRevision.objects.get(number=2).author_name,
        Proposal.objects.get().author_name,
        LoadRun.objects.get(by=anna).by_name,
        LifecycleChange.objects.get().by_name,
        LifecycleChange.objects.get().after,
    }
    assert names == {"Former colleague 1"}
    assert RoleRevision.objects.get(number=2).author == anna


def test_the_account_opens_nothing_any_more(anna: User) -> None:
    forget()
    anna.refresh_from_db()
    assert (anna.username, anna.email, anna.get_full_name()) == (
        "former-colleague-1",
        "",
        "Former colleague 1",
    )
    opens = [anna.is_active, anna.is_staff, anna.has_usable_password(), anna.groups.exists()]
    assert not any(opens)
    assert AccountEvent.objects.first().kind == "pseudonymised"  # type: ignore[union-attr]


def test_the_next_one_gets_the_next_number(anna: User) -> None:
    User.objects.create_user("bert")
    forget()
    assert "bert is Former colleague 2 now." in forget("bert")


def test_nobody_else_is_touched(anna: User) -> None:
    bert = User.objects.create_user("anna", "anna.b@example.org", first_name="Bert")
    LoadRun.objects.create(by=bert, by_name="anna")
    forget()
    bert.refresh_from_db()
    assert (bert.username, bert.email, bert.first_name) == ("anna", "anna.b@example.org", "Bert")
    assert LoadRun.objects.get(by=bert).by_name == "anna"


def test_somebody_whose_account_was_deleted_is_forgotten_too(anna: User) -> None:
    anna.delete()
    forget()
    assert RoleRevision.objects.get(number=2).author_name == "Former colleague 1"
    assert [place for place, said in texts() if NAME in said] == []


def test_what_a_reader_sent_without_an_account_is_found_by_the_address(anna: User) -> None:
    revision = RoleRevision.objects.get(number=2)
    Suggestion.objects.create(revision=revision, text="Add salt.", sender_name="A. B.", sender_email=EMAIL)
    forget()
    kept = Suggestion.objects.get()
    assert (kept.sender_name, kept.sender_email, kept.text) == ("Former colleague 1", "", "Add salt.")


def test_a_dry_run_counts_and_changes_nothing(anna: User) -> None:
    before = sorted(texts())
    said = forget(dry_run=True)
    assert sorted(texts()) == before
    assert re.search(r"^ +1  Proposals$", said, flags=re.MULTILINE)
    assert "anna.berg would be Former colleague 1" in said
    assert "backups" in said


@pytest.mark.parametrize(("typed", "active"), [("yes", True), (NAME, False)])
def test_it_is_done_only_when_the_name_is_typed(
    anna: User, monkeypatch: pytest.MonkeyPatch, typed: str, active: bool
) -> None:
    monkeypatch.setattr("builtins.input", lambda prompt: typed)
    with suppress(CommandError):
        forget(yes=False)
    anna.refresh_from_db()
    assert anna.is_active is active


def test_it_is_not_done_where_nobody_can_be_asked(anna: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("pseudonymise", NAME, stdout=io.StringIO())
    anna.refresh_from_db()
    assert anna.username == NAME


def test_a_name_that_nobody_has_is_refused() -> None:
    with pytest.raises(CommandError, match=r"Nobody is called nobody\."):
        forget("nobody")


def test_the_log_is_kept_as_long_as_was_set(anna: User, settings: Any) -> None:
    AccountEvent.objects.update(created_at="2020-01-01T00:00Z")
    kept = AccountEvent.objects.create(kind="failed")
    call_command("tidy_accounts", stdout=io.StringIO())
    assert list(AccountEvent.objects.all()) == [kept]


# What a table that is new has to say


def test_each_relation_to_an_account_is_decided_on() -> None:
    """Let a new one have a name beside it (`author`, `author_name`), or stand in pseudonyms.py."""
    covered = {(each.model, each.person) for each in pseudonyms.named()}
    undecided = {
        f"{model._meta.label_lower}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey)
        and field.related_model is User
        and not model._meta.auto_created
        and model not in pseudonyms.DELETED
        and (model, field.name) not in covered
    }
    assert undecided == pseudonyms.ACCOUNT_ONLY


def test_each_column_that_may_name_a_person_is_decided_on() -> None:
    """Let a new one stand beside a relation to an account, or in pseudonyms.py."""
    covered = {(each.model, each.name) for each in pseudonyms.named()}
    covered |= {(User, "username"), (User, "first_name"), (User, "last_name"), (User, "email")}
    covered |= {(Suggestion, "sender_email"), (AccountEvent, "address")}
    cleared = {*pseudonyms.DELETED, *pseudonyms.ATTEMPTS}
    undecided = {
        f"{model._meta.label_lower}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if SAID_BY_PEOPLE.search(field.name)
        and isinstance(field, models.CharField | models.TextField | models.GenericIPAddressField)
        and field.name not in OF_NOBODY
        and model not in cleared
        and not model._meta.proxy
        and (model, field.name) not in covered
    }
    assert undecided == set()


def test_a_change_of_many_roles_does_not_say_any_more_whom_it_gave_them(anna: User) -> None:
    BulkChange.objects.create(asked={"owner": NAME, "status": "draft"})
    pseudonyms.pseudonymise(NAME)
    assert BulkChange.objects.get().asked == {"owner": "Former colleague 1", "status": "draft"}
