"""Administrators look after webhooks: the form, the secret, a test, what was sent, and sending it again."""

import re
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from roles import webhooks
from roles.models import Webhook, WebhookDelivery
from roles.webhooks import sending
from tests.builders import document, written

pytestmark = pytest.mark.django_db

LIST = "/admin/roles/webhook/"
MESSAGES = "/admin/roles/webhookdelivery/"
TYPED = {"name": "HR system", "url": "http://127.0.0.1:1/in", "kinds": ["published"], "active": "on"}


def text(answer: Any) -> str:
    """What an answer says, without its markup."""
    return " ".join(re.sub("<[^>]+>", " ", answer.content.decode()).split())


@pytest.fixture
def webhook() -> Webhook:
    return Webhook.objects.create(name="HR system", url="http://127.0.0.1:1/in")


def test_a_new_webhook_answers_with_its_secret_and_no_page_does_again(administrator_client: Client) -> None:
    answer = administrator_client.post(f"{LIST}add/", TYPED)
    webhook = Webhook.objects.get()
    assert f'value="{webhook.secret}"' in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert (webhook.kinds, webhook.created_by_name) == (["published"], "administrator")
    for address in (LIST, f"{LIST}{webhook.pk}/change/", f"{LIST}{webhook.pk}/history/"):
        assert webhook.secret not in administrator_client.get(address).content.decode()


def test_a_form_that_is_sent_twice_makes_one_webhook(administrator_client: Client) -> None:
    for _time in range(2):
        answer = administrator_client.post(f"{LIST}add/", TYPED)
    assert "Webhook with this Address already exists." in text(answer)
    assert Webhook.objects.count() == 1


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://10.0.0.1/", "WEBHOOK_ALLOWED_HOSTS has to name 10.0.0.1."),
        ("https://user@8.8.8.8/", "Leave user name and password out"),
        ("hr.example.org", "Give a web address that begins with https:// and a host."),
        ("https://8.8.8.8/\x00", "Null characters are not allowed."),
        ("https://8.8.8.8/" + "x" * 10_000, "at most 1000 characters"),
        ("", "This field is required."),
    ],
)
def test_an_address_that_nothing_would_be_sent_to_is_refused_with_the_way_out(
    administrator_client: Client, url: str, said: str
) -> None:
    answer = administrator_client.post(f"{LIST}add/", TYPED | {"url": url})
    assert said in text(answer)
    assert not Webhook.objects.exists()


def test_an_address_that_stays_is_not_looked_up_again(administrator_client: Client, webhook: Webhook) -> None:
    Webhook.objects.update(url="https://gone.invalid/")
    sent = TYPED | {"url": "https://gone.invalid/", "name": "Payroll"}
    assert administrator_client.post(f"{LIST}{webhook.pk}/change/", sent).status_code == 302
    assert Webhook.objects.get().name == "Payroll"


def test_a_kind_that_does_not_exist_is_refused(administrator_client: Client) -> None:
    answer = administrator_client.post(f"{LIST}add/", TYPED | {"kinds": ["created"]})
    assert "Select a valid choice. created is not one of the available choices." in text(answer)


def test_why_the_catalogue_switched_one_off_is_told_until_it_is_switched_on(
    administrator_client: Client, webhook: Webhook
) -> None:
    Webhook.objects.update(active=False, stopped="The receiver answered 410.")
    address = f"{LIST}{webhook.pk}/change/"
    assert "The receiver answered 410." in text(administrator_client.get(address))
    administrator_client.post(address, TYPED)
    assert Webhook.objects.get().stopped == ""


def test_a_new_secret_is_made_once_it_is_said_what_that_means(
    administrator_client: Client, webhook: Webhook
) -> None:
    address = f"{LIST}{webhook.pk}/secret/"
    assert "For a day, messages are signed with both" in text(administrator_client.get(address))
    assert Webhook.objects.get().secret == webhook.secret
    answer = administrator_client.post(address)
    new = Webhook.objects.get()
    assert (new.former_secret, new.secret != webhook.secret) == (webhook.secret, True)
    assert f'value="{new.secret}"' in answer.content.decode()
    assert webhook.secret not in answer.content.decode()


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (sending.Outcome(204), "The test arrived: the receiver answered 204."),
        (
            sending.Outcome(500, "The receiver answered 500."),
            "The test has not arrived. The receiver answered 500.",
        ),
    ],
)
def test_a_test_says_at_once_whether_it_arrived(
    administrator_client: Client,
    webhook: Webhook,
    monkeypatch: pytest.MonkeyPatch,
    outcome: sending.Outcome,
    said: str,
) -> None:
    monkeypatch.setattr(sending, "_send", lambda delivery, moment: outcome)
    answer = administrator_client.post(f"{LIST}{webhook.pk}/test/", follow=True)
    assert said in text(answer)
    assert (WebhookDelivery.objects.get().event, WebhookDelivery.objects.get().attempts) == (None, 1)


def test_a_message_shows_what_is_sent_and_each_attempt(
    administrator_client: Client, webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(document("Ann <b>"))
    refused = sending.Outcome(500, "The receiver answered 500.", "<script>Out of order")
    monkeypatch.setattr(sending, "_send", lambda delivery, moment: refused)
    webhooks.send_due()
    answer = administrator_client.get(f"{MESSAGES}{WebhookDelivery.objects.get().pk}/change/")
    html = answer.content.decode()
    assert "&quot;type&quot;:&quot;role.published&quot;" in html
    assert "The receiver answered 500. It took" in text(answer)
    assert "&lt;script&gt;Out of order" in html


def test_messages_are_sent_again_one_or_those_that_are_ticked(
    administrator_client: Client, webhook: Webhook
) -> None:
    written(document("Ann"))
    written(document("Bob"))
    WebhookDelivery.objects.update(state="given-up", next_at=None, attempts=8)
    first, second = WebhookDelivery.objects.order_by("id")
    answer = administrator_client.post(f"{MESSAGES}{first.pk}/again/", follow=True)
    assert "1 message is sent again within seconds." in text(answer)
    assert list(WebhookDelivery.objects.order_by("id").values_list("state", "attempts")) == [
        *(("waiting", 0), ("given-up", 8))
    ]
    ticked = {"action": "send_again", "_selected_action": [first.pk, second.pk]}
    answer = administrator_client.post(MESSAGES, ticked, follow=True)
    assert "2 messages are sent again within seconds." in text(answer)


def test_that_nothing_is_sent_to_a_webhook_that_is_off_is_told(
    administrator_client: Client, webhook: Webhook
) -> None:
    delivery = webhooks.put_test(webhook)
    Webhook.objects.update(active=False)
    answer = administrator_client.post(f"{MESSAGES}{delivery.pk}/again/", follow=True)
    assert "Switched off, and told nothing until that changes: HR system." in text(answer)


def test_all_that_a_search_finds_are_sent_again_however_many(
    administrator_client: Client, webhook: Webhook, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for name in ("Ann", "Annabel", "Bob"):
        written(document(name))
    WebhookDelivery.objects.update(state="given-up", next_at=None)
    Webhook.objects.update(active=False)
    WebhookDelivery.objects.bulk_create(
        WebhookDelivery(webhook=webhook, event_id=1, state="given-up", next_at=None) for _number in range(60)
    )
    ticked = {"action": "send_again", "select_across": "1", "_selected_action": ["1"]}
    asked = f"{MESSAGES}?q=ann&state__exact=given-up"
    with django_assert_max_num_queries(20):
        answer = administrator_client.post(asked, ticked)
    said = text(administrator_client.get(answer["Location"]))
    assert "62 messages are sent again within seconds." in said
    assert "Switched off, and told nothing until that changes: HR system." in said


@pytest.mark.parametrize(
    "asked", ["state__exact=sent", "kind=published", "kind=test", "q=ann", "kind=x", "p=x"]
)
def test_the_list_of_messages_is_narrowed(administrator_client: Client, webhook: Webhook, asked: str) -> None:
    written(document("Ann"))
    assert administrator_client.get(f"{MESSAGES}?{asked}", follow=True).status_code == 200


def test_deleting_a_webhook_says_how_many_messages_go_with_it(
    administrator_client: Client, webhook: Webhook
) -> None:
    for _time in range(3):
        webhooks.put_test(webhook)
    answer = administrator_client.get(f"{LIST}{webhook.pk}/delete/")
    assert "messages, with their attempts: 3" in text(answer).lower()
    administrator_client.post(f"{LIST}{webhook.pk}/delete/", {"post": "yes"})
    assert not WebhookDelivery.objects.exists()


@pytest.mark.parametrize("pk", ["0", "999999999"])
def test_what_is_gone_leads_nowhere(administrator_client: Client, pk: str) -> None:
    for address in (f"{LIST}{pk}/secret/", f"{LIST}{pk}/test/", f"{MESSAGES}{pk}/again/"):
        assert administrator_client.post(address).status_code == 404


@pytest.mark.parametrize("count", [2, 12])
def test_the_list_of_messages_takes_a_fixed_number_of_queries(
    administrator_client: Client,
    webhook: Webhook,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(count):
        written(document(f"Role {number}"))
    # Session, user, permissions of both kinds, the inbox; two counts, the webhooks to choose from, the rows.
    with django_assert_num_queries(10):
        administrator_client.get(MESSAGES)
