"""What readers suggest, from the page of a role to HR's answer."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from roles import history, readers
from roles.documents.anchors import anchors
from roles.documents.document import Capability, Responsibility, RoleDocument, statements
from roles.models import Proposal, Role, RoleRevision, Suggestion
from roles.readers import Sender, Subject, TooMany, subject_now, subject_of
from roles.store import Change
from tests.builders import FULL, document, edit, written

pytestmark = pytest.mark.django_db

HIDDEN = re.compile(r'name="opened" value="([^"]+)"')
FORM = "/roles/bridge-keeper/suggest/"


@pytest.fixture
def role() -> Role:
    return written(FULL)


def fields(client: Client, address: str = FORM, **typed: str) -> dict[str, str]:
    """What a browser sends from the form at this address."""
    page = client.get(address)
    opened = HIDDEN.search(page.content.decode())
    assert opened
    wording = page.context["page"].form.initial.get("wording")
    said = {} if wording is None else {"wording": wording.replace("\n", "\r\n")}
    return {"opened": opened[1], **said, **typed}


def sent(client: Client, address: str = FORM, **typed: str) -> Suggestion:
    """A suggestion that somebody sent from this address."""
    answer = client.post(address, fields(client, address, **typed))
    assert answer.status_code == 302, answer.content.decode()
    return Suggestion.objects.get(token=answer["Location"].split("/")[-2])


def suggested(role: Role, key: str = "", **values: Any) -> Suggestion:
    """A suggestion about what a role says."""
    return Suggestion.objects.create(
        **{"revision": role.revision, "key": key, "text": "It is said otherwise."} | values
    )


# The page of a role


def test_the_role_and_each_of_its_statements_lead_to_the_form(client: Client, role: Role) -> None:
    html = client.get(role.get_absolute_url()).content.decode()
    assert f'href="{FORM}"' in html
    about = set(re.findall(r'href="suggest/\?about=([^"]+)"', html))
    places = anchors(statements(FULL).keys() - {"slug"}).values()
    assert about == set(places)


@pytest.mark.parametrize("status", [Role.Status.DRAFT, Role.Status.ARCHIVED])
def test_only_published_roles_have_suggestions(admin_client: Client, status: str) -> None:
    written(FULL, status=status)
    assert "suggest/" not in admin_client.get("/roles/bridge-keeper/").content.decode()
    assert admin_client.get(FORM).status_code == 404


def test_an_older_revision_leads_to_no_form(client: Client, role: Role) -> None:
    edit("bridge-keeper", summary="Keeps it shut.")
    assert "suggest/" not in client.get("/roles/bridge-keeper/revisions/1/").content.decode()


@pytest.mark.parametrize(
    ("choice", "reader", "signed_in"), [("everyone", 200, 200), ("signed-in", 404, 200), ("off", 404, 404)]
)
def test_the_setting_says_who_suggests(
    client: Client, role: Role, settings: Settings, choice: str, reader: int, signed_in: int
) -> None:
    settings.SUGGESTIONS = choice
    assert client.get(FORM).status_code == reader
    assert ("suggest/" in client.get("/roles/bridge-keeper/").content.decode()) == (reader == 200)
    client.force_login(User.objects.create_user("reader"))
    assert client.get(FORM).status_code == signed_in


def test_a_closed_catalogue_asks_for_a_sign_in_first(client: Client, role: Role, settings: Settings) -> None:
    settings.READ_ACCESS = "login"
    suggestion = suggested(role)
    for address in (FORM, suggestion.get_absolute_url(), "/suggestions/"):
        assert client.get(address)["Location"].startswith("/accounts/login/")


# The form


def test_the_form_shows_the_statement_and_its_words(client: Client, role: Role) -> None:
    page = client.get(f"{FORM}?about=capabilities-carpentry")
    assert page.context["page"].subject.key == "capabilities:carpentry"
    html = page.content.decode()
    assert "Advanced" in html
    assert "joints, planks</textarea>" in html


def test_a_statement_without_words_of_its_own_takes_a_text_alone(client: Client, role: Role) -> None:
    form = client.get(f"{FORM}?about=artifacts-logbook").context["page"].form
    assert "wording" not in form.fields


def test_a_statement_that_is_gone_leaves_the_role_as_a_whole(client: Client, role: Role) -> None:
    page = client.get(f"{FORM}?about=capabilities-flying").context["page"]
    assert (page.gone, page.subject.key) == (True, "")


def test_the_form_is_kept_by_nobody_on_the_way(client: Client, role: Role) -> None:
    answer = client.get(FORM)
    assert "no-store" in answer["Cache-Control"]
    assert 'content="noindex"' in answer.content.decode()


def test_what_is_sent_is_kept_with_what_it_is_about(client: Client, role: Role) -> None:
    suggestion = sent(
        client,
        f"{FORM}?about=capabilities-carpentry",
        text="Bolts matter.\r\nA lot.",
        wording="joints, planks, bolts",
        name="Rita",
        email="rita@example.org",
    )
    assert suggestion.revision == role.revision
    assert (suggestion.key, suggestion.state) == ("capabilities:carpentry", "waiting")
    assert (suggestion.text, suggestion.wording) == ("Bolts matter.\nA lot.", "joints, planks, bolts")
    assert (suggestion.sender, suggestion.sender_name) == (None, "Rita")
    assert suggestion.sender_email == "rita@example.org"


def test_words_that_were_left_as_they_are_suggest_no_wording(client: Client, role: Role) -> None:
    suggestion = sent(client, f"{FORM}?about=description", text="Longer, please.")
    assert suggestion.wording == ""


def test_a_suggestion_is_about_what_its_sender_saw(client: Client, role: Role) -> None:
    address = f"{FORM}?about=summary"
    typed = fields(client, address, text="Too short.")
    edit("bridge-keeper", summary="Keeps it shut.")
    client.post(address, typed)
    assert subject_of(Suggestion.objects.get()).statement == FULL.summary


def test_somebody_signed_in_is_known_without_saying(client: Client, role: Role) -> None:
    reader = User.objects.create_user("rita", "rita@example.org", first_name="Rita", last_name="Ek")
    client.force_login(reader)
    suggestion = sent(client, text="More.", name="Somebody else", email="else@example.org")
    assert (suggestion.sender, suggestion.sender_name) == (reader, "Rita Ek")
    assert suggestion.sender_email == "rita@example.org"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Say what should change"),
        ({"text": " \r\n "}, "Say what should change"),
        ({"text": "a" * 2_001}, "at most 2000 characters"),
        ({"text": "a\x00b"}, "Null characters"),
        ({"text": "More.", "name": "a" * 101}, "at most 100 characters"),
        ({"text": "More.", "email": "nowhere"}, "valid email address"),
        ({"text": "More.", "website": "https://spam.example/"}, "Leave this empty"),
    ],
)
def test_a_form_that_cannot_be_kept_says_why_and_keeps_what_was_typed(
    client: Client, role: Role, typed: dict[str, str], said: str
) -> None:
    answer = client.post(FORM, fields(client, **typed))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Suggestion.objects.exists()
    assert answer.context["page"].form["text"].value() == typed.get("text")


@pytest.mark.parametrize(
    "opened",
    ["", "a\x00b", "never:signed", signing.dumps(["t", 0, ""], salt="roles.suggesting")],
    # The last one is signed at this moment, and each process of a run is to know it by the same name.
    ids=["empty", "hostile", "unsigned", "of no revision"],
)
def test_a_form_that_was_opened_too_long_ago_loses_nothing(client: Client, role: Role, opened: str) -> None:
    address = f"{FORM}?about=summary"
    answer = client.post(address, {"opened": opened, "text": "More.", "wording": "Keeps it."})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "open for too long" in html
    assert "Keeps it.</textarea>" in html
    again = {"text": "More.", "wording": "Keeps it.", "opened": answer.context["page"].opened}
    assert client.post(address, again).status_code == 302


def test_a_form_of_another_role_is_not_taken(client: Client, role: Role) -> None:
    written(document("Ferry Master"))
    typed = fields(client, "/roles/ferry-master/suggest/", text="More.")
    assert client.post(FORM, typed).status_code == 422


def test_a_form_that_is_sent_twice_is_one_suggestion(client: Client, role: Role) -> None:
    typed = fields(client, text="More.")
    first, second = client.post(FORM, typed), client.post(FORM, typed)
    assert first["Location"] == second["Location"]
    assert Suggestion.objects.count() == 1


def test_other_sites_cannot_send_for_a_reader(role: Role) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post(FORM, fields(client, text="More.")).status_code == 403


def test_the_role_page_of_a_reader_sets_no_cookie(client: Client, role: Role) -> None:
    assert not client.get("/roles/bridge-keeper/").cookies


# How often


Sending = Callable[..., Suggestion]


@pytest.fixture
def send(role: Role) -> Sending:
    assert role.revision
    subject, serial = Subject.of(role.revision), iter(range(1_000))

    def sending(address: str, user: Any = None) -> Suggestion:
        sender = Sender(user=user or AnonymousUser(), address=address)
        return readers.send(subject, sender, f"token-{next(serial)}", text="More.", wording="")

    return sending


def test_one_address_sends_only_so_many_in_an_hour(send: Sending, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "FROM_ONE_PLACE", 2)
    send("2001:db8::1")
    send("2001:db8::2")
    with pytest.raises(TooMany):
        send("2001:db8::3")
    send("2001:db8:0:1::1")
    send("192.0.2.1")
    Suggestion.objects.update(created_at=timezone.now() - timedelta(minutes=61))
    send("2001:db8::1")


def test_people_behind_one_address_who_signed_in_are_counted_each(
    send: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers, "FROM_ONE_PLACE", 1)
    send("192.0.2.1")
    send("192.0.2.1", User.objects.create_user("rita"))
    send("192.0.2.1", User.objects.create_user("pat"))


def test_all_together_send_only_so_many_in_an_hour(send: Sending, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "ALTOGETHER", 1)
    send("192.0.2.1")
    with pytest.raises(TooMany):
        send("192.0.2.2")


def test_who_sends_too_much_is_told_and_loses_nothing(
    client: Client, role: Role, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers, "ALTOGETHER", 0)
    answer = client.post(FORM, fields(client, text="More."))
    assert answer.status_code == 429
    assert "More.</textarea>" in answer.content.decode()


def test_no_address_is_kept_and_its_digest_only_for_a_day(send: Sending) -> None:
    first = send("192.0.2.1")
    assert "192.0.2.1" not in str(vars(first))
    assert first.sent_from
    Suggestion.objects.update(created_at=timezone.now() - timedelta(hours=25))
    send("192.0.2.1")
    first.refresh_from_db()
    assert first.sent_from == ""


# Following


def test_the_sender_sees_the_answer_and_nobody_else_the_sender(client: Client, role: Role) -> None:
    suggestion = suggested(
        role, "summary", sender_name="Rita", sender_email="rita@example.org", state="declined", answer="No."
    )
    answer = client.get(suggestion.get_absolute_url())
    html = answer.content.decode()
    assert "No." in html
    assert "Keeps the bridge open." in html
    assert "rita" not in html.lower()
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Robots-Tag"] == "noindex"
    assert answer["Referrer-Policy"] == "no-referrer"


def test_only_right_after_sending_the_page_shows_its_address(client: Client, role: Role) -> None:
    answer = client.post(FORM, fields(client, text="More."))
    shown = f"http://testserver{Suggestion.objects.get().get_absolute_url()}"
    assert shown in client.get(answer["Location"]).content.decode().split("<main")[1]
    assert shown not in client.get(shown).content.decode().split("<main")[1]


@pytest.mark.parametrize("token", ["unknown", "a" * 10_000, "1"])
def test_an_unknown_address_is_not_found(client: Client, role: Role, token: str) -> None:
    assert client.get(f"/suggestions/{token}/").status_code == 404


def test_a_suggestion_outlives_its_statement_and_its_role(client: Client, role: Role) -> None:
    suggestion = suggested(role, "capabilities:swimming")
    role = edit("bridge-keeper", capabilities=())
    assert "Swimming" in client.get(suggestion.get_absolute_url()).content.decode()
    history.delete([role], Change(origin=RoleRevision.Origin.DELETE))
    suggestion = Suggestion.objects.get()
    assert subject_now(suggestion) is None
    assert "Swimming" in client.get(suggestion.get_absolute_url()).content.decode()


def test_people_find_their_own_suggestions_again(client: Client, role: Role) -> None:
    rita, pat = User.objects.create_user("rita"), User.objects.create_user("pat")
    suggested(role, text="From Rita.", sender=rita)
    suggested(role, text="From Pat.", sender=pat)
    assert client.get("/suggestions/")["Location"].startswith("/accounts/login/")
    client.force_login(rita)
    html = client.get("/suggestions/").content.decode()
    assert "From Rita." in html
    assert "From Pat." not in html


# HR


def decide(client: Client, suggestion: Suggestion, decision: str, **typed: Any) -> Any:
    page = client.get(reverse("admin:roles_suggestion_change", args=[suggestion.pk]))
    form = page.context["form"]
    sent = {name: form[name].value() or "" for name in form.fields} | typed
    return client.post(page.request["PATH_INFO"], {**sent, "decision": decision}, follow=True)


def now(suggestion: Suggestion) -> RoleDocument:
    role = Role.objects.select_related("revision").get(slug="bridge-keeper")
    assert role.revision
    return RoleDocument.stored(role.revision.document)


def test_the_list_shows_what_waits_unless_asked_for_more(editor_client: Client, role: Role) -> None:
    suggested(role, text="First.")
    suggested(role, text="Second.", state="declined")
    address = reverse("admin:roles_suggestion_changelist")
    for query, expected in (
        ("", {"First."}),
        ("?state=declined", {"Second."}),
        ("?state=all", {"First.", "Second."}),
    ):
        found = editor_client.get(address + query).context["cl"].result_list
        assert {each.text for each in found} == expected


def test_an_editor_proposes_a_readers_wording(editor_client: Client, role: Role) -> None:
    suggestion = suggested(role, "summary", wording="Keeps the bridge open at night.")
    decide(editor_client, suggestion, "reword", answer="Thank you.")
    suggestion.refresh_from_db()
    proposal = Proposal.objects.get()
    assert (suggestion.state, suggestion.proposal, suggestion.answer) == ("accepted", proposal, "Thank you.")
    assert proposal.document["summary"] == "Keeps the bridge open at night."
    assert now(suggestion).summary == FULL.summary


def test_a_reviewer_saves_a_readers_wording_at_once(reviewer_client: Client, role: Role) -> None:
    suggestion = suggested(role, "responsibilities:crossing", wording="Lets people over, and back.")
    decide(reviewer_client, suggestion, "reword")
    said = now(suggestion).responsibilities
    assert said[0] == Responsibility(
        name="Crossing", text="Lets people over, and back.", success_metric="No one falls", primary=True
    )
    assert said[1:] == FULL.responsibilities[1:]
    assert Suggestion.objects.get().state == "accepted"
    assert not Proposal.objects.exists()


def test_hr_may_change_the_wording_first(reviewer_client: Client, role: Role) -> None:
    suggestion = suggested(role, "capabilities:carpentry", wording="bolts")
    decide(reviewer_client, suggestion, "reword", wording="joints,\r\nplanks, bolts")
    assert now(suggestion).capabilities[0].detail == "joints,\nplanks, bolts"


def test_a_wording_that_no_document_can_carry_is_refused_and_kept(
    reviewer_client: Client, role: Role
) -> None:
    suggestion = suggested(role, "summary", wording="Keeps it.")
    answer = decide(reviewer_client, suggestion, "reword", wording="# A heading")
    assert answer.context["form"].errors["wording"]
    assert "# A heading</textarea>" in answer.content.decode()
    assert Suggestion.objects.get().state == "waiting"


def test_a_role_that_changed_after_the_page_was_opened_is_looked_at_again(
    reviewer_client: Client, role: Role
) -> None:
    suggestion = suggested(role, "summary", wording="Keeps it.")
    answer = decide(reviewer_client, suggestion, "reword", newest=0)
    assert "after you opened the page" in answer.content.decode()
    assert now(suggestion).summary == FULL.summary
    assert answer.context["form"]["newest"].value() == 1


def test_hr_sees_what_changed_in_the_statement_since(editor_client: Client, role: Role) -> None:
    suggestion = suggested(role, "summary")
    edit("bridge-keeper", summary="Keeps it shut.")
    page = editor_client.get(reverse("admin:roles_suggestion_change", args=[suggestion.pk]))
    html = page.content.decode()
    assert "Keeps the bridge open.</del>" in html
    assert "Keeps it shut.</ins>" in html


def test_a_statement_that_is_gone_cannot_be_reworded(editor_client: Client, role: Role) -> None:
    suggestion = suggested(role, "capabilities:swimming", wording="Also in winter.")
    edit("bridge-keeper", capabilities=(Capability(name="Patience"),))
    answer = decide(editor_client, suggestion, "reword", wording="Also in winter.")
    assert "does not make this statement any more" in answer.content.decode()
    assert Suggestion.objects.get().state == "waiting"


def test_declining_takes_a_word_to_the_sender(editor_client: Client, editor: User, role: Role) -> None:
    suggestion = suggested(role)
    assert "Tell the sender why" in decide(editor_client, suggestion, "declined").content.decode()
    decide(editor_client, suggestion, "declined", answer="It is said elsewhere.")
    suggestion.refresh_from_db()
    assert (suggestion.state, suggestion.answer) == ("declined", "It is said elsewhere.")
    assert (suggestion.decided_by, suggestion.decided_by_name) == (editor, "editor")


@pytest.mark.parametrize("decision", ["accepted", "spam"])
def test_other_decisions_leave_the_role_alone(editor_client: Client, role: Role, decision: str) -> None:
    suggestion = suggested(role, "summary", wording="Keeps it.")
    decide(editor_client, suggestion, decision)
    assert Suggestion.objects.get().state == decision
    assert RoleRevision.objects.count() == 1


def test_a_decision_can_be_taken_back(editor_client: Client, role: Role) -> None:
    suggestion = suggested(role, state="spam", decided_at=timezone.now())
    decide(editor_client, suggestion, "waiting")
    assert Suggestion.objects.get().state == "waiting"


@pytest.mark.parametrize("decision", ["declined", "reword", "", "unknown", "a\x00"])
def test_a_suggestion_is_decided_once(editor_client: Client, role: Role, decision: str) -> None:
    suggestion = suggested(role, "summary", state="accepted")
    answer = decide(editor_client, suggestion, decision, answer="No.", wording="Keeps it.")
    assert "Somebody decided this" in answer.content.decode()
    assert Suggestion.objects.get().state == "accepted"


def test_viewers_read_no_suggestions(viewer_client: Client, role: Role) -> None:
    suggestion = suggested(role)
    for address in (
        reverse("admin:roles_suggestion_changelist"),
        reverse("admin:roles_suggestion_change", args=[suggestion.pk]),
    ):
        assert viewer_client.get(address).status_code == 403
        assert viewer_client.post(address, {"decision": "spam"}).status_code == 403


@pytest.mark.parametrize("number", ["0", "9" * 30, "none", "%00"])
def test_no_suggestion_is_not_found(editor_client: Client, number: str) -> None:
    assert editor_client.get(f"/admin/roles/suggestion/{number}/change/").status_code == 404


def test_pages_take_as_many_queries_for_much_as_for_little(
    client: Client, editor_client: Client, role: Role, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    rita = User.objects.create_user("rita")
    client.force_login(rita)
    for many in (1, 6):
        made = [suggested(role, "summary", sender=rita) for _number in range(many)]
        # Session, account, whether its password is due; the suggestions, their number.
        with django_assert_num_queries(5):
            client.get("/suggestions/")
        # Without a session: the suggestion with its revision and role.
        with django_assert_num_queries(1):
            Client().get(made[0].get_absolute_url())
        # The role with its revision.
        with django_assert_num_queries(1):
            Client().get(f"{FORM}?about=summary")
