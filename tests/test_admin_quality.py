"""The quality report in the admin: what it shows, how findings are set aside, and who may."""

from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from roles import quality
from roles.documents.document import Artifact, Capability
from roles.models import JobFamily, Role, SetAside
from roles.partners import link_partners
from tests.accounts import account
from tests.builders import document, written
from tests.test_admin_history import told

pytestmark = pytest.mark.django_db

PAGE = "/admin/roles/role/quality/"
ASIDE = f"{PAGE}set-aside/"


@pytest.fixture
def hr() -> Client:
    client = Client()
    client.force_login(account("editor"))
    return client


@pytest.fixture
def viewer() -> Client:
    client = Client()
    client.force_login(account("viewer"))
    return client


@pytest.fixture
def cook() -> Role:
    """A role that says little, beside one that says more."""
    written(document("Baker", family="Kitchen", mission="Bake.", artifacts=(Artifact(name="Bread"),)))
    return written(document("Cook", capabilities=(Capability(name="Soups"),)))


def text(answer: Any) -> str:
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def finding(code: str) -> quality.Finding:
    return next(each for each in quality.report_of(Role.objects.all()).findings if each.code == code)


def test_the_page_tells_the_points_the_kinds_and_the_roles_worst_first(hr: Client, cook: Role) -> None:
    answer = hr.get(PAGE)
    assert "9 of 30 points (30 %)" in text(answer)
    kinds = {each.title: (each.findings, each.roles) for each in answer.context["kinds"]}
    assert kinds["No mission"] == (1, 1)
    assert kinds["No owner"] == (2, 2)
    assert [(each.head.name, each.score.points) for each in answer.context["roles"]] == [
        ("Cook", 4),
        ("Baker", 5),
    ]


def test_a_kind_lists_its_findings_each_with_the_way_to_mend_it(hr: Client, cook: Role) -> None:
    html = text(hr.get(PAGE, {"kind": "missing-mission"}))
    assert "It does not say what the role is for." in html
    assert f'href="/admin/roles/role/{cook.pk}/change/#general"' in html


def test_who_may_not_edit_is_led_to_the_public_page(viewer: Client, cook: Role) -> None:
    html = text(viewer.get(PAGE, {"kind": "missing-level"}))
    assert 'href="/roles/cook/#capabilities-soups"' in html
    assert "Set the ticked ones aside" not in html


def test_a_word_leads_to_its_own_form(client: Client, cook: Role) -> None:
    client.force_login(account("reviewer"))
    word = finding("unreceived-artifact").word
    assert word is not None
    assert f'href="/admin/roles/artifact/{word.pk}/change/"' in text(
        client.get(PAGE, {"kind": "unreceived-artifact"})
    )


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({"unowned": "on"}, ["Cook", "Baker"]),
        ({"owner": "0"}, ["Cook", "Baker"]),
        ({"family": "nowhere", "owner": "x", "kind": "y", "p": "z"}, ["Cook", "Baker"]),
        ({"owner": "9" * 30, "family": "\x00"}, ["Cook", "Baker"]),
    ],
)
def test_filters_overlook_what_is_not_known(
    hr: Client, cook: Role, asked: dict[str, str], names: list[str]
) -> None:
    assert [each.head.name for each in hr.get(PAGE, asked).context["roles"]] == names


def test_the_report_is_narrowed_by_a_family_by_an_owner_and_by_having_none(hr: Client, cook: Role) -> None:
    cook.owner = User.objects.create_user("olga")
    cook.save()
    family = JobFamily.objects.get(name="Kitchen")
    for asked, name in (
        ({"family": str(family.pk)}, "Baker"),
        ({"owner": str(cook.owner.pk)}, "Cook"),
        ({"unowned": "on"}, "Baker"),
    ):
        assert [each.head.name for each in hr.get(PAGE, asked).context["roles"]] == [name]


def test_who_may_not_look_accounts_up_narrows_by_no_owner(viewer: Client, cook: Role) -> None:
    html = text(viewer.get(PAGE, {"owner": "1"}))
    assert 'name="family"' in html
    assert 'name="owner"' not in html


def test_the_page_of_a_role_adds_its_points_up(hr: Client, cook: Role) -> None:
    html = text(hr.get(f"{PAGE}{cook.pk}/"))
    assert "4 of 15 points (26 %)" in html
    assert "Mission" in html
    assert "No interaction says who gets Bread." not in html
    assert "Only Cook uses Soups." in html


def test_a_role_that_is_not_there_or_not_visible_has_no_page(viewer: Client, cook: Role) -> None:
    draft = written(document("New"), status=Role.Status.DRAFT)
    for pk in (draft.pk, 9_999, int("9" * 18)):
        assert viewer.get(f"{PAGE}{pk}/").status_code == 404


def test_ticked_findings_are_set_aside_with_a_reason(hr: Client, cook: Role) -> None:
    sent = {"finding": finding("missing-mission").token, "reason": "It explains itself."}
    assert told(hr.post(f"{PAGE}{cook.pk}/", sent, follow=True)) == ["1 finding is set aside."]
    row = SetAside.objects.get()
    assert (row.code, row.role, row.by_name) == ("missing-mission", cook, "editor")
    assert "It explains itself." in text(hr.get(ASIDE))


def test_findings_of_several_roles_are_set_aside_together(hr: Client, cook: Role) -> None:
    tokens = [
        each.token for each in quality.report_of(Role.objects.all()).findings if each.code == "missing-owner"
    ]
    answer = hr.post(f"{PAGE}?kind=missing-owner", {"finding": tokens, "reason": "New team."}, follow=True)
    assert told(answer) == ["2 findings are set aside."]
    assert answer.redirect_chain == [(f"{PAGE}?kind=missing-owner", 302)]


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"reason": "x"}, "Nothing was changed: tick what you set aside."),
        ({"finding": "y", "reason": " "}, "Nothing was changed: say why they need no mending."),
        ({"finding": "y", "reason": "x"}, "0 findings are set aside."),
    ],
)
def test_without_a_choice_or_a_reason_nothing_is_set_aside(
    hr: Client, cook: Role, sent: dict[str, str], said: str
) -> None:
    assert told(hr.post(PAGE, sent, follow=True)) == [said]
    assert not SetAside.objects.exists()


def test_taken_back_it_is_told_again(hr: Client, cook: Role) -> None:
    row = quality.set_aside(finding("missing-mission"), "x", User.objects.get(username="editor"))
    assert told(hr.post(ASIDE, {"row": row.pk}, follow=True)) == ["The report tells of it again."]
    assert told(hr.post(ASIDE, {"row": row.pk}, follow=True)) == [
        "Nothing was changed: it was taken back before."
    ]
    for sent in ("", "x", "²", "9" * 30):
        assert hr.post(ASIDE, {"row": sent}).status_code == 302


def test_who_may_not_set_aside_neither_does_nor_takes_back(viewer: Client, cook: Role) -> None:
    sent = {"finding": finding("missing-mission").token, "reason": "x"}
    assert viewer.post(PAGE, sent).status_code == 403
    assert viewer.post(f"{PAGE}{cook.pk}/", sent).status_code == 403
    assert viewer.post(ASIDE, {"row": "1"}).status_code == 403


def test_nobody_opens_the_pages_who_may_not_see_roles(client: Client, cook: Role) -> None:
    client.force_login(User.objects.create_user("nobody", is_staff=True))
    assert [client.get(page).status_code for page in (PAGE, ASIDE, f"{PAGE}{cook.pk}/")] == [403] * 3


@pytest.mark.parametrize("count", [2, 9])
def test_the_pages_take_a_fixed_number_of_queries(
    hr: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        role = written(document(f"Role {number}", family=f"Family {number}"))
    link_partners()
    # The report's, and for the session, the user and permissions.
    with django_assert_num_queries(29):
        hr.get(PAGE)
    with django_assert_num_queries(29):
        hr.get(f"{PAGE}{role.pk}/")
