"""The daily mail to owners: who gets one, what it tells, and how it is turned off."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from roles import proposals
from roles.models import Conflict, MailSettings, Role, RoleRevision
from roles.store import Change
from tests.builders import document, edit, written

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def site(settings: Settings) -> None:
    settings.SITE_URL = "https://roles.example.org"


@pytest.fixture
def owner() -> User:
    return User.objects.create_user("olga", "olga@example.org", first_name="Olga", last_name="Ost")


@pytest.fixture
def role(owner: User) -> Role:
    """A role of which there is no news."""
    return owned("Bridge Keeper", owner)


def owned(name: str, owner: User, days: int | None = None, **options: Any) -> Role:
    role = written(document(name), **options)
    role.owner = owner
    role.review_by = None if days is None else timezone.localdate() + timedelta(days=days)
    role.save()
    return role


def send(*arguments: str) -> str:
    out = StringIO()
    call_command("send_digest", *arguments, stdout=out, stderr=out, no_color=True)
    return out.getvalue()


def conflict(role: Role, key: str = "mission") -> Conflict:
    return Conflict.objects.create(role=role, key=key)


def body() -> str:
    (sent,) = mail.outbox
    return str(sent.body)


def written_as_html() -> str:
    (sent,) = mail.outbox
    assert isinstance(sent, EmailMultiAlternatives)
    content, _media = sent.alternatives[0]
    return str(content)


def test_without_news_there_is_no_mail(role: Role) -> None:
    assert send() == "0 mails.\n"
    assert mail.outbox == []


def test_conflicts_are_told_with_how_many_wait(role: Role) -> None:
    conflict(role)
    conflict(role, "summary")
    assert send() == "1 mail.\n"
    assert mail.outbox[0].to == ["olga@example.org"]
    assert "Hello Olga Ost," in body()
    assert "- Bridge Keeper, 2 statements wait\n  https://roles.example.org/roles/bridge-keeper/" in body()


def test_proposals_of_others_are_told_with_their_reason(role: Role, owner: User) -> None:
    for author, name in ((owner, ""), (None, "Hanna")):
        change = Change(origin=RoleRevision.Origin.ADMIN, author=author, author_name=name, reason="New <law>")
        proposals.propose(role, document("Bridge Keeper", mission="Keep."), change)
    send()
    assert "- Bridge Keeper, Hanna: “New <law>”" in body()
    assert "olga" not in body().replace("olga@", "")


def test_changes_by_files_are_told_and_those_by_people_are_not(role: Role) -> None:
    edit("bridge-keeper", mission="Keep it.")
    assert send() == "0 mails.\n"
    RoleRevision.objects.update(origin=RoleRevision.Origin.LOAD)
    send()
    assert "- Bridge Keeper, 2 new revisions" in body()
    assert "https://roles.example.org/roles/bridge-keeper/revisions/" in body()


@pytest.mark.parametrize(("days", "is_news"), [(-2, False), (0, True), (1, False), (30, True), (31, False)])
def test_a_review_is_news_on_its_day_and_thirty_days_before(owner: User, days: int, is_news: bool) -> None:
    owned("Bridge Keeper", owner, days)
    send()
    assert bool(mail.outbox) is is_news


def test_with_news_all_reviews_that_are_due_are_listed(role: Role, owner: User) -> None:
    owned("Ferry Master", owner, -40)
    conflict(role)
    send()
    assert "- Ferry Master, overdue since " in body()


def test_a_mail_is_also_html_in_which_nothing_is_markup_that_somebody_wrote(owner: User) -> None:
    conflict(owned("<b>Keeper</b>", owner))
    send()
    html = written_as_html()
    assert "&lt;b&gt;Keeper&lt;/b&gt;" in html
    assert "<b>Keeper</b>" in body()


def test_a_mail_speaks_its_reader_s_language(role: Role, owner: User) -> None:
    MailSettings.objects.create(user=owner, language="de")
    conflict(role)
    send()
    assert '<html lang="de">' in written_as_html()
    for said in (written_as_html(), body()):
        assert "Sie bekommen diese E-Mail" in said


def test_nobody_is_told_twice_on_a_day_and_news_after_a_mail_is_in_the_next(role: Role) -> None:
    conflict(role)
    send()
    conflict(role, "summary")
    assert send() == "0 mails.\n"
    MailSettings.objects.update(told_until=timezone.now() - timedelta(days=1))
    Conflict.objects.filter(key="mission").update(opened_at=timezone.now() - timedelta(days=2))
    send()
    assert "1 statement waits" in str(mail.outbox[1].body)


def test_only_active_people_with_an_address_who_want_it_get_a_mail(role: Role, owner: User) -> None:
    conflict(role)
    User.objects.update(is_active=False)
    send()
    User.objects.update(is_active=True, email="")
    send()
    User.objects.update(email="olga@example.org")
    MailSettings.objects.update_or_create(user=owner, defaults={"daily": False})
    assert send() == "0 mails.\n"


def test_nobody_hears_of_drafts_who_may_not_see_them(owner: User) -> None:
    conflict(owned("Secret", owner, status=Role.Status.DRAFT))
    assert send() == "0 mails.\n"


def test_a_dry_run_prints_the_mails_and_sends_none(role: Role) -> None:
    conflict(role)
    said = send("--dry-run")
    assert "olga@example.org: Role catalogue: news of your roles" in said
    assert said.endswith("Dry run: 1 mail.\n")
    assert mail.outbox == []
    assert send() == "1 mail.\n"


class Refusing(EmailBackend):
    """A server that takes no mail for Olga."""

    def send_messages(self, messages: Any) -> int:
        if any("olga@example.org" in message.to for message in messages):
            raise ConnectionRefusedError("no such mailbox")
        return super().send_messages(messages)


def test_a_mail_that_cannot_be_sent_stops_no_other_and_is_sent_next_time(
    role: Role, owner: User, settings: Settings
) -> None:
    conflict(role)
    conflict(owned("Ferry Master", User.objects.create_user("pia", "pia@example.org")))
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    with pytest.raises(CommandError, match="1 mail was not sent"):
        send()
    assert [sent.to for sent in mail.outbox] == [["pia@example.org"]]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send() == "1 mail.\n"
    assert mail.outbox[1].to == ["olga@example.org"]


def test_without_a_server_or_an_address_of_the_catalogue_nothing_is_sent(
    role: Role, settings: Settings
) -> None:
    conflict(role)
    settings.SITE_URL = ""
    with pytest.raises(CommandError, match="Set SITE_URL"):
        send()
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    with pytest.raises(CommandError, match="set EMAIL_URL"):
        send()


# The way out


@pytest.fixture
def way_out(owner: User) -> str:
    return f"/mail/{MailSettings.objects.create(user=owner).token}/"


def test_each_mail_leads_to_the_page_that_turns_it_off(role: Role, way_out: str) -> None:
    conflict(role)
    send()
    assert f"https://roles.example.org{way_out}" in body()
    assert mail.outbox[0].extra_headers["List-Unsubscribe"] == f"<https://roles.example.org{way_out}>"


def test_the_page_turns_mails_off_and_on_without_signing_in(way_out: str, settings: Settings) -> None:
    settings.READ_ACCESS = "login"
    client = Client(enforce_csrf_checks=True)
    assert "checked" in client.get(way_out).content.decode()
    assert "You get no more daily mails." in client.post(way_out, {}, follow=True).content.decode()
    assert not MailSettings.objects.get().daily
    client.post(way_out, {"daily": "on", "language": "de"})
    assert (MailSettings.objects.get().daily, MailSettings.objects.get().language) == (True, "de")


def test_a_mail_program_turns_it_off_with_one_click(way_out: str) -> None:
    Client(enforce_csrf_checks=True).post(way_out, {"List-Unsubscribe": "One-Click"})
    assert not MailSettings.objects.get().daily


def test_looking_at_the_page_changes_nothing(way_out: str) -> None:
    Client().get(way_out)
    assert MailSettings.objects.get().daily


@pytest.mark.parametrize("sent", ["xx", "a" * 10_000, "\x00"])
def test_a_language_that_is_none_is_refused(way_out: str, sent: str) -> None:
    assert Client().post(way_out, {"daily": "on", "language": sent}).status_code == 200
    assert MailSettings.objects.get().language == ""


def test_an_address_that_nobody_has_leads_nowhere(way_out: str) -> None:
    for token in ("x", "a" * 5_000, "%00"):
        assert Client().get(f"/mail/{token}/").status_code == 404
