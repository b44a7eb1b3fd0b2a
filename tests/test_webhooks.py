"""Other systems are told what happens to roles: signed, at least once, and again until they take it."""

import base64
import hashlib
import hmac
import json
import ssl
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from roles import history, lifecycle, store, webhooks
from roles.models import Role, RoleEvent, RoleRevision, Webhook, WebhookAttempt, WebhookDelivery
from roles.webhooks import sending
from roles.webhooks.addresses import checked, read
from roles.webhooks.connection import MOST_READ, Answer
from tests.builders import document, edit, written
from tests.receiver import Receiver, Taking, receiving
from tests.threads import Threads, at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as server:
        yield server


@pytest.fixture
def webhook(receiver: Receiver) -> Webhook:
    return Webhook.objects.create(name="HR system", url=receiver.url)


def delivery() -> WebhookDelivery:
    """The only message."""
    return WebhookDelivery.objects.get()


def hours_later() -> None:
    """Let the next attempt of everything that waits be due."""
    WebhookDelivery.objects.open().update(next_at=timezone.now())


# The outbox -------------------------------------------------------------------------------------------------


def test_what_everybody_may_know_is_put_into_the_outbox_with_what_happened(webhook: Webhook) -> None:
    Webhook.objects.update(kinds=["published", "changed", "archived", "hidden", "deleted"])
    draft = written(document("Ann"), status=Role.Status.DRAFT)
    edit("ann", mission="Row.")
    for status in ("published", "archived", "draft"):
        lifecycle.change(draft, by=None, status=status)
    gone = written(document("Bob"))
    edit("bob", mission="Sail.")
    history.delete([gone], store.Change(origin=RoleRevision.Origin.DELETE))
    told = WebhookDelivery.objects.order_by("id").values_list("event__kind", "event__slug")
    assert list(told) == [
        *(("published", "ann"), ("archived", "ann"), ("hidden", "ann")),
        *(("published", "bob"), ("changed", "bob"), ("deleted", "bob")),
    ]


def test_a_webhook_is_told_of_what_it_asked_for_while_it_is_active(webhook: Webhook) -> None:
    Webhook.objects.update(kinds=["changed"])
    written(document("Ann"))
    edit("ann", mission="Row.")
    Webhook.objects.update(active=False)
    edit("ann", mission="Sail.")
    assert delivery().event == RoleEvent.objects.get(number=2)


def test_nothing_is_sent_of_what_was_rolled_back(webhook: Webhook) -> None:
    with transaction.atomic():
        written(document("Ann"))
        transaction.set_rollback(True)
    assert not WebhookDelivery.objects.exists()


def test_telling_of_many_roles_takes_no_more_queries(webhook: Webhook) -> None:
    def queries(count: int) -> int:
        wanted = [
            (None, document(f"Role {count} {number}"), Role.Status.PUBLISHED) for number in range(count)
        ]
        with CaptureQueriesContext(connection) as captured:
            store.write_all(wanted, store.Change(origin=RoleRevision.Origin.LOAD))
        return len(captured)

    queries(1)  # Later ones find the words of search.
    assert queries(2) == queries(20)
    assert WebhookDelivery.objects.count() == 23


# A message --------------------------------------------------------------------------------------------------


def test_a_message_says_which_role_to_look_at(
    webhook: Webhook, receiver: Receiver, settings: Settings
) -> None:
    settings.SITE_URL = "https://roles.example.org"
    role = written(document("Ann"))
    edit("ann", mission="Row.")
    assert webhooks.send_due() == webhooks.Sent(2, 0)
    headers, body = receiver.got[1]
    event = RoleEvent.objects.get(number=2)
    assert json.loads(body) == {
        "type": "role.changed",
        "timestamp": event.at.isoformat().replace("+00:00", "Z"),
        "data": {
            "number": 2,
            "uid": str(role.uid),
            "slug": "ann",
            "name": "Ann",
            "url": "https://roles.example.org/roles/ann/",
            "revision": 2,
            "fields": ["mission"],
        },
    }
    assert headers["content-type"] == "application/json"
    assert headers["host"] == f"127.0.0.1:{receiver.server_port}"


def test_a_message_is_signed_as_standard_webhooks_has_it(webhook: Webhook, receiver: Receiver) -> None:
    written(document("Ann"))
    webhooks.send_due()
    headers, body = receiver.got[0]
    assert is_signed_by(webhook.secret, headers, body)
    assert not is_signed_by("whsec_" + base64.b64encode(b"x" * 32).decode(), headers, body)
    assert abs(int(headers["webhook-timestamp"]) - timezone.now().timestamp()) < 60
    assert headers["webhook-id"] == delivery().message_id


def is_signed_by(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """As a receiver checks it."""
    key = base64.b64decode(secret.split("_", 1)[1])
    said = b".".join((headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body))
    expected = base64.b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode()
    return f"v1,{expected}" in headers["webhook-signature"].split(" ")


def test_for_a_day_a_new_secret_signs_beside_the_one_before(webhook: Webhook, receiver: Receiver) -> None:
    new = webhooks.rotate_secret(webhook)
    webhooks.put_test(webhook)
    webhooks.send_due()
    assert all(is_signed_by(secret, *receiver.got[0]) for secret in (webhook.secret, new))
    Webhook.objects.update(former_secret_until=timezone.now())
    webhooks.put_test(webhook)
    webhooks.send_due()
    assert [is_signed_by(secret, *receiver.got[1]) for secret in (webhook.secret, new)] == [False, True]


def test_a_secret_that_is_made_twice_leaves_the_other_system_its_day(
    webhook: Webhook, receiver: Receiver
) -> None:
    lost = webhooks.rotate_secret(webhook)
    new = webhooks.rotate_secret(webhook)
    webhooks.put_test(webhook)
    webhooks.send_due()
    assert all(is_signed_by(secret, *receiver.got[0]) for secret in (webhook.secret, lost, new))
    Webhook.objects.update(former_secret_until=timezone.now())
    webhooks.rotate_secret(webhook)
    webhooks.put_test(webhook)
    webhooks.send_due()
    signed = [is_signed_by(secret, *receiver.got[1]) for secret in (webhook.secret, lost, new)]
    assert signed == [False, False, True]


def test_a_test_says_that_it_is_one(webhook: Webhook, receiver: Receiver) -> None:
    webhooks.put_test(webhook)
    webhooks.send_due()
    assert receiver.told == ["webhook.test"]


# Sending ----------------------------------------------------------------------------------------------------


def test_messages_come_in_the_order_of_what_happened(webhook: Webhook, receiver: Receiver) -> None:
    for name in ("Cid", "Ann", "Bob"):
        written(document(name))
    edit("ann", mission="Row.")
    call_command("send_webhooks", verbosity=0)
    assert receiver.told == [
        *("role.published cid", "role.published ann", "role.published bob", "role.changed ann"),
    ]
    assert set(WebhookDelivery.objects.values_list("state", "attempts")) == {("sent", 1)}


def test_what_was_taken_is_not_sent_again(webhook: Webhook, receiver: Receiver) -> None:
    written(document("Ann"))
    webhooks.send_due()
    hours_later()
    assert webhooks.send_due() == webhooks.Sent(0, 0)
    assert len(receiver.got) == 1


def test_what_is_refused_is_sent_again_with_the_same_id_until_it_is_given_up(
    webhook: Webhook, receiver: Receiver
) -> None:
    receiver.status, receiver.body = 500, b"Out of order"
    written(document("Ann"))
    began, waits = timezone.now(), []
    while delivery().state != "given-up":
        webhooks.send_due()
        if next_at := delivery().next_at:
            waits.append(next_at - timezone.now())
        hours_later()
    assert len({headers["webhook-id"] for headers, _body in receiver.got}) == 1
    assert len({body for _headers, body in receiver.got}) == 1
    assert (len(receiver.got), delivery().attempts) == (8, 8)
    assert waits == sorted(waits)
    assert timedelta(days=1) <= sum(waits, timedelta()) + (timezone.now() - began) <= timedelta(days=1.25)
    attempt = WebhookAttempt.objects.first()
    assert attempt
    assert (attempt.status_code, attempt.error) == (500, "The receiver answered 500.")
    assert attempt.excerpt == "Out of order"
    assert WebhookAttempt.objects.count() == 8


def test_one_that_fails_does_not_hold_up_the_next_ones_for_long(webhook: Webhook, receiver: Receiver) -> None:
    written(document("Ann"))
    written(document("Bob"))
    receiver.status = 503
    assert webhooks.send_due() == webhooks.Sent(0, 1)
    receiver.status = 200
    assert webhooks.send_due() == webhooks.Sent(1, 0)
    assert receiver.told == ["role.published ann", "role.published bob"]
    hours_later()
    assert webhooks.send_due() == webhooks.Sent(1, 0)


def test_however_many_are_due_all_are_sent_at_once(
    webhook: Webhook, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "AT_ONCE", 2)
    for _number in range(5):
        webhooks.put_test(webhook)
    assert webhooks.send_due() == webhooks.Sent(5, 0)


def test_whoever_takes_long_to_take_many_lets_others_have_their_turn(
    webhook: Webhook, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "TURN", 0)
    other = Webhook.objects.create(name="Payroll", url=f"{receiver.url}&to=payroll")
    for told in (webhook, webhook, other):
        webhooks.put_test(told)
    webhooks.send_due()
    attempts = WebhookAttempt.objects.order_by("id").values_list("delivery__webhook__name", flat=True)
    assert list(attempts) == ["HR system", "Payroll", "HR system"]


def test_a_webhook_that_fails_does_not_hold_up_others(webhook: Webhook, receiver: Receiver) -> None:
    Webhook.objects.create(name="Down", url="http://127.0.0.1:1/")
    for name in ("Ann", "Bob"):
        written(document(name))
    assert webhooks.send_due() == webhooks.Sent(2, 1)


def test_a_receiver_that_asks_for_a_pause_gets_it(webhook: Webhook, receiver: Receiver) -> None:
    receiver.status, receiver.headers = 429, {"Retry-After": "7200"}
    webhooks.put_test(webhook)
    webhooks.send_due()
    next_at = delivery().next_at
    assert next_at
    assert timedelta(minutes=119) < next_at - timezone.now() <= timedelta(hours=2)


@pytest.mark.parametrize("said", ["Wed, 21 Oct 2015 07:28:00 GMT", "soon", "-5", "9" * 400, "1" * 8])
def test_a_receiver_that_asks_for_nonsense_is_tried_again_within_a_day(
    said: str, webhook: Webhook, receiver: Receiver
) -> None:
    receiver.status, receiver.headers = 503, {"Retry-After": said}
    webhooks.put_test(webhook)
    webhooks.send_due()
    next_at = delivery().next_at
    assert next_at
    assert timedelta() < next_at - timezone.now() <= timedelta(days=1)


def test_a_receiver_that_is_gone_is_told_nothing_any_more(webhook: Webhook, receiver: Receiver) -> None:
    receiver.status = 410
    written(document("Ann"))
    webhooks.send_due()
    webhook.refresh_from_db()
    assert not webhook.active
    assert webhook.stopped == delivery().error
    assert delivery().state == "given-up"
    written(document("Bob"))
    assert WebhookDelivery.objects.count() == 1


def test_redirects_are_not_followed(webhook: Webhook, receiver: Receiver) -> None:
    receiver.status, receiver.headers = 307, {"Location": receiver.url}
    webhooks.put_test(webhook)
    webhooks.send_due()
    assert len(receiver.got) == 1
    assert delivery().error == "The receiver answered 307, a redirect. Enter the address that it leads to."


def test_of_a_long_answer_only_the_beginning_is_kept(webhook: Webhook, receiver: Receiver) -> None:
    receiver.status, receiver.body = 200, b"\x00\xff" + b"x" * 200_000
    webhooks.put_test(webhook)
    webhooks.send_due()
    assert delivery().state == "sent"
    assert len(WebhookAttempt.objects.get().excerpt) == 500


@pytest.mark.parametrize("size", ["-5", "-1", "x", "FFFFFFFFFFFFFFFFFFFF"])
def test_an_answer_in_pieces_of_a_strange_size_is_an_attempt_like_others(
    size: str, webhook: Webhook, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = f"HTTP/1.1 500 No\r\nTransfer-Encoding: chunked\r\n\r\n{size}\r\n".encode() + b"x" * 200_000
    monkeypatch.setattr(Taking, "do_POST", lambda handler: handler.wfile.write(answer))
    read: list[int] = []
    judged = sending._judged

    def judge(said: Answer) -> sending.Outcome:
        read.append(len(said.body))
        return judged(said)

    monkeypatch.setattr(sending, "_judged", judge)
    webhooks.put_test(webhook)
    assert webhooks.send_due() == webhooks.Sent(0, 1)
    assert (delivery().state, delivery().log.count()) == ("failed", 1)
    assert all(length <= 2 * MOST_READ for length in read)


def test_a_fault_of_the_program_is_an_attempt_that_failed(
    webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*asked: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(sending, "body_of", fail)
    webhooks.put_test(webhook)
    assert webhooks.send_due() == webhooks.Sent(0, 1)
    assert delivery().error == "The program failed: RuntimeError."


def test_a_receiver_that_answers_too_late_is_given_up_for_now(
    webhook: Webhook, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = threading.Event()
    receiver.before_answering = lambda: over.wait(5)
    monkeypatch.setattr(sending, "SECONDS", 0.05)
    webhooks.put_test(webhook)
    webhooks.send_due()
    over.set()
    assert delivery().error.startswith("There was no answer within")


def test_a_receiver_that_drips_is_cut_off(
    webhook: Webhook, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "SECONDS", 0.2)
    over = threading.Event()

    def drip(handler: Taking) -> None:
        while not over.wait(0.02):
            handler.wfile.write(b"X")

    monkeypatch.setattr(Taking, "do_POST", drip)
    webhooks.put_test(webhook)
    webhooks.send_due()
    over.set()
    assert delivery().error.startswith("There was no answer within")


def test_nobody_there_is_told_in_a_sentence(webhook: Webhook) -> None:
    Webhook.objects.update(url="http://127.0.0.1:1/")
    webhooks.put_test(webhook)
    webhooks.send_due()
    assert (delivery().state, delivery().error) == ("failed", "No connection: Connection refused.")


def test_what_is_inside_the_own_network_is_refused_when_it_is_sent_too(
    webhook: Webhook, receiver: Receiver, settings: Settings
) -> None:
    settings.WEBHOOK_ALLOWED_HOSTS = []
    Webhook.objects.update(url="https://127.0.0.1:8443/")
    webhooks.put_test(webhook)
    webhooks.send_due()
    assert receiver.got == []
    assert delivery().error == (
        "“127.0.0.1” is 127.0.0.1, inside the own network: nothing is sent there. "
        "Whoever runs the catalogue can allow it: WEBHOOK_ALLOWED_HOSTS has to name 127.0.0.1."
    )


def test_what_is_connected_to_is_the_address_that_was_checked(
    webhook: Webhook, receiver: Receiver, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that leads somewhere else a moment later leads nowhere."""
    settings.WEBHOOK_ALLOWED_HOSTS = ["hr.example.org"]
    answers = iter([["127.0.0.1"], ["127.0.0.2"]])
    monkeypatch.setattr("roles.webhooks.addresses.resolve", lambda host, port: next(answers))
    Webhook.objects.update(url=f"http://hr.example.org:{receiver.server_port}/")
    webhooks.put_test(webhook)
    webhooks.send_due()
    assert receiver.got[0][0]["host"] == f"hr.example.org:{receiver.server_port}"
    assert checked(read("http://hr.example.org/")) == ["127.0.0.2"]


def certificate(folder: Path, host: str) -> Path:
    """A key and a certificate of a host, which signs itself, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(timezone.now() - timedelta(days=1))
    made = made.not_valid_after(timezone.now() + timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
    file = folder / f"{host}.pem"
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    signed = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    file.write_bytes(key.private_bytes(*form) + signed)
    return file


@pytest.mark.parametrize(("host", "arrives"), [("hr.example.org", True), ("evil.example.org", False)])
def test_over_https_the_receiver_must_prove_that_it_is_the_host(
    host: str,
    arrives: bool,
    receiver: Receiver,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    file = certificate(tmp_path, host)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    receiver.socket = context.wrap_socket(receiver.socket, server_side=True)
    trusting = ssl.create_default_context(cafile=file)
    monkeypatch.setattr(ssl, "create_default_context", lambda: trusting)
    monkeypatch.setattr("roles.webhooks.addresses.resolve", lambda host, port: ["127.0.0.1"])
    settings.WEBHOOK_ALLOWED_HOSTS = ["hr.example.org"]
    url = f"https://hr.example.org:{receiver.server_port}/"
    webhooks.put_test(Webhook.objects.create(name="HR system", url=url))
    webhooks.send_due()
    assert (delivery().state == "sent") is arrives
    if not arrives:
        assert delivery().error.startswith("The certificate of the receiver is not valid: Hostname mismatch")


# Crashes and several senders --------------------------------------------------------------------------------


def test_what_a_sender_had_taken_when_it_died_is_sent_by_another_one(
    webhook: Webhook, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(document("Ann"))

    def die(*said: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(sending, "_judged", die)
        with pytest.raises(KeyboardInterrupt):
            webhooks.send_due()
    assert webhooks.send_due() == webhooks.Sent(0, 0)
    hours_later()
    assert webhooks.send_due() == webhooks.Sent(1, 0)
    first, second = receiver.got
    assert first[0]["webhook-id"] == second[0]["webhook-id"]
    assert delivery().attempts == 2


@at_once
def test_two_senders_at_once_send_each_message_once(threads: Threads, receiver: Receiver) -> None:
    def prepare() -> None:
        Webhook.objects.create(name="HR system", url=receiver.url)
        for number in range(12):
            written(document(f"Role {number}"))

    threads.run(prepare)
    done = threads.run(webhooks.send_due, webhooks.send_due)
    assert sum(each.sent for each in done) == len(receiver.got) == len(set(receiver.told)) == 12


def test_a_webhook_can_be_deleted_while_a_message_is_sent_to_it(webhook: Webhook, receiver: Receiver) -> None:
    other = Webhook.objects.create(name="Payroll", url=f"{receiver.url}&to=payroll")
    for told in (webhook, webhook, other):
        webhooks.put_test(told)
    send = sending._send

    def deleted_meanwhile(message: WebhookDelivery, moment: datetime) -> sending.Outcome:
        Webhook.objects.filter(pk=webhook.pk).delete()
        return send(message, moment)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sending, "_send", deleted_meanwhile)
        webhooks.send_due()
    assert (delivery().webhook, delivery().state) == (other, "sent")


def test_what_is_put_into_the_outbox_again_while_it_is_sent_is_sent_once_more(
    webhook: Webhook, receiver: Receiver
) -> None:
    webhooks.put_test(webhook)
    send = sending._send

    def put_again_meanwhile(message: WebhookDelivery, moment: datetime) -> sending.Outcome:
        if not receiver.got:
            webhooks.put_again(WebhookDelivery.objects.all())
        return send(message, moment)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sending, "_send", put_again_meanwhile)
        webhooks.send_due()
    assert (len(receiver.got), delivery().state) == (2, "sent")


def test_put_into_the_outbox_again_a_message_is_sent_once_more(webhook: Webhook, receiver: Receiver) -> None:
    written(document("Ann"))
    webhooks.send_due()
    assert webhooks.put_again(WebhookDelivery.objects.all()) == 1
    webhooks.send_due()
    assert receiver.got[0][0]["webhook-id"] == receiver.got[1][0]["webhook-id"]
    assert (delivery().state, delivery().log.count()) == ("sent", 2)


def test_what_is_over_can_be_looked_at_for_a_month(webhook: Webhook, receiver: Receiver) -> None:
    long_ago = timezone.now() - timedelta(days=31)
    for state, next_at in (("sent", None), ("given-up", None), ("failed", timezone.now() + timedelta(1))):
        webhooks.put_test(webhook)
        WebhookDelivery.objects.due(timezone.now()).update(created_at=long_ago, state=state, next_at=next_at)
    webhooks.put_test(webhook)
    webhooks.send_due()
    assert set(WebhookDelivery.objects.values_list("state", flat=True)) == {"failed", "sent"}


def test_what_was_sent_late_can_be_looked_at_for_a_month_from_then(
    webhook: Webhook, receiver: Receiver
) -> None:
    webhooks.put_test(webhook)
    WebhookDelivery.objects.update(created_at=timezone.now() - timedelta(days=31))
    webhooks.send_due()
    assert delivery().state == "sent"
    WebhookAttempt.objects.update(at=timezone.now() - timedelta(days=31))
    webhooks.put_test(webhook)
    webhooks.send_due()
    assert WebhookDelivery.objects.count() == 1


def test_with_nothing_due_a_look_is_one_query(webhook: Webhook) -> None:
    with CaptureQueriesContext(connection) as captured:
        webhooks.send_due()
    assert len(captured) == 1
