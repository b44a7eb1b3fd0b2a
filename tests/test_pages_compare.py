"""Roles side by side, two revisions of one, and the way from one role to another."""

import re
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from roles.documents.document import (
    Artifact,
    Capability,
    Interaction,
    Property,
    Responsibility,
)
from roles.models import Capability as SharedCapability
from roles.models import CapabilityAlias, Role
from roles.partners import link_partners
from tests.builders import document, edit, written
from tests.levels import ladder_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ladder() -> None:
    ladder_of("Basic", "Competent", "Advanced")


def able(name: str, status: Any = "published", **levels: str | None) -> Role:
    """A role that needs these capabilities."""
    needs = tuple(Capability(name=each, level=level) for each, level in levels.items())
    return written(document(name, capabilities=needs), status=status)


def plain(html: str) -> str:
    """What is read of some HTML, in one line."""
    within_words = re.sub(r"</?(?:a|b|em)\b[^>]*>", "", html)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", within_words)).split())


def html_of(client: Client, address: str) -> str:
    """The main part of a page."""
    answer = client.get(address)
    assert answer.status_code == 200, answer
    return str(answer.content.decode().split("<main")[1].split("</main>")[0])


def words_of(client: Client, address: str) -> str:
    """What a reader of the page reads, in one line."""
    html = re.sub(r"<(script|template)\b.*?</\1>", " ", html_of(client, address), flags=re.S)
    return plain(html)


def row(client: Client, address: str, name: str) -> list[str]:
    """The cells of the row of this name, without the names of the roles."""
    for each in re.findall(r'<tr role="row".*?</tr>', html_of(client, address), flags=re.S):
        if (found := re.search(r'scope="row">(.*?)</th>', each, flags=re.S)) and plain(found[1]) == name:
            cells = re.findall(
                r"<td.*?</td>", re.sub(r'<span class="compare__whose">.*?</span>', "", each), re.S
            )
            return [plain(cell) for cell in cells]
    raise AssertionError(f"no row {name}")


def sees_drafts(client: Client) -> None:
    """Sign somebody in who may see drafts."""
    user = User.objects.create_user("hanna")
    user.user_permissions.add(Permission.objects.get(codename="view_draft_role"))
    client.force_login(user)


TWO = "/compare/?roles=cook,chef"


# Side by side -----------------------------------------------------------------------------------------------


def test_a_capability_stands_in_one_row_with_the_level_of_each_role(client: Client) -> None:
    able("Cook", Soups="Basic")
    able("Chef", Soups="Advanced")
    assert row(client, TWO, "Soups") == ["Basic", "Advanced higher"]


def test_a_capability_that_one_role_alone_needs_is_marked(client: Client) -> None:
    able("Cook", Soups="Basic")
    able("Chef", Wine=None)
    assert row(client, TWO, "Soups") == ["Basic only here", "– not stated"]
    assert row(client, TWO, "Wine") == ["– not stated", "level not stated only here"]


def test_other_spellings_of_a_capability_meet_in_one_row(client: Client) -> None:
    CapabilityAlias.objects.create(item=SharedCapability.objects.create(name="Soups"), name="Broths")
    able("Cook", Broths="Basic")
    able("Chef", Soups="Basic")
    assert row(client, TWO, "Soups") == ["Basic", "Basic"]


def test_each_group_counts_what_is_shared(client: Client) -> None:
    able("Cook", Soups="Basic", Bread="Basic")
    able("Chef", Soups="Advanced", Wine="Basic", Menus="Basic")
    assert "Capabilities 1 shared 1 at different levels 3 in one role only" in words_of(client, TWO)


def test_shared_things_have_a_row_and_the_others_stand_together(client: Client) -> None:
    stock, menu = Responsibility(name="Stock"), Responsibility(name="Menu")
    written(document("Cook", responsibilities=(stock,), artifacts=(Artifact(name="Soup"),)))
    written(document("Chef", responsibilities=(stock, menu)))
    assert row(client, TWO, "Stock") == ["Stock", "Stock"]
    assert row(client, TWO, "Only here") == ["– not stated", "Menu"]


def test_a_shared_partner_is_told_in_the_words_of_each_role(client: Client) -> None:
    written(document("Waiter"))
    serves = Interaction(kind="Serves with", partner="Waiter", frequency="daily")
    written(document("Cook", interactions=(serves,)))
    written(document("Chef", interactions=(Interaction(kind="Instructs", partner="Waiter"),)))
    link_partners()
    assert row(client, TWO, "Waiter") == ["Serves with (daily)", "Instructs"]


def test_facts_and_texts_stand_side_by_side(client: Client) -> None:
    tools = Property(name="Tools", values=("Knife", "Pan"))
    written(document("Cook", mission="Feed *people*.", seniority="Junior", properties=(tools,)))
    written(document("Chef", family="Kitchen"))
    assert row(client, TWO, "Mission") == ["Feed people.", "– not stated"]
    assert row(client, TWO, "Seniority") == ["Junior", "– not stated"]
    assert row(client, TWO, "Family") == ["– not stated", "Kitchen"]
    assert row(client, TWO, "Tools") == ["Knife Pan", "– not stated"]


def test_only_differences_leaves_out_what_all_say_alike(client: Client) -> None:
    able("Cook", Soups="Basic", Bread="Basic")
    able("Chef", Soups="Basic", Bread="Advanced")
    words = words_of(client, f"{TWO}&differences=only")
    assert ("Bread" in words, "Soups" in words) == (True, False)


def test_the_switch_and_the_heads_lead_to_other_comparisons(client: Client) -> None:
    for name in ("Cook", "Chef", "Waiter"):
        able(name)
    html = html_of(client, "/compare/?roles=cook,chef,waiter")
    links = set(re.findall(r'href="(/compare/[^"]*)"', unescape(html)))
    assert links == {
        "/compare/?roles=cook,chef,waiter&differences=only",
        "/compare/?roles=chef,waiter",
        "/compare/?roles=cook,waiter",
        "/compare/?roles=cook,chef",
        "/compare/?roles=chef,cook,waiter",
        "/compare/?roles=waiter,cook,chef",
    }


# Choosing ---------------------------------------------------------------------------------------------------


def test_a_role_is_added_by_its_name(client: Client) -> None:
    able("Cook")
    able("Head Chef")
    assert (
        client.get("/compare/?roles=cook&add=head+chef").headers["Location"]
        == "/compare/?roles=cook,head-chef"
    )


def test_words_that_mean_no_role_exactly_give_a_choice(client: Client) -> None:
    for name in ("Cook", "Head Chef", "Sous Chef"):
        able(name)
    html = html_of(client, "/compare/?roles=cook&add=chef")
    assert 'href="/compare/?roles=cook,head-chef"' in html
    assert 'href="/compare/?roles=cook,sous-chef"' in html


def test_a_former_slug_leads_on_to_the_role(client: Client) -> None:
    able("Cook")
    able("Chef")
    edit("chef", slug="head-chef")
    assert client.get(TWO).headers["Location"] == "/compare/?roles=cook,head-chef"


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("", "Two to five roles side by side"),
        ("roles=", "Two to five roles side by side"),
        ("roles=cook", "One role is chosen: Cook"),
        ("roles=cook,nobody", "No role has the address name “nobody”."),
        ("roles=cook,secret", "No role has the address name “secret”."),
        ("roles=cook&add=secret", "No role answers to “secret”."),
        ("roles=cook&add=nobody", "No role answers to “nobody”."),
        ("roles=r0,r1,r2,r3,r4,r5", "No more than 5 roles stand side by side"),
        ("roles=%00,%22%3E", 'No role has the address name “">”.'),
        (f"roles=cook,{'x' * 10_000}", "No role has the address name “xxx"),
        (f"add={'x' * 10_000}", "No role answers to “xxx"),
    ],
)
def test_what_cannot_be_compared_is_told_in_words(client: Client, query: str, told: str) -> None:
    for name in ("Cook", *(f"R{number}" for number in range(6))):
        able(name)
    able("Secret", status="draft")
    assert told in words_of(client, f"/compare/?{query}")


@pytest.mark.parametrize("query", ["roles=cook,cook,chef", "roles=cook&roles=chef", "roles=cook,,chef,"])
def test_a_role_that_is_asked_for_twice_stands_once(client: Client, query: str) -> None:
    able("Cook")
    able("Chef")
    answer = client.get(f"/compare/?{query}", follow=True)
    assert answer.content.decode().count('class="compare__name"') == 2


def test_drafts_are_compared_by_who_may_see_them(client: Client) -> None:
    able("Cook")
    able("Chef", status="draft")
    sees_drafts(client)
    assert "Chef draft" in words_of(client, TWO)


def test_names_are_suggested_while_one_types(client: Client) -> None:
    able("Head Chef")
    able("Secret Chef", status="draft")
    able("Cook")
    assert client.get("/compare/suggestions/?q=che").json() == ["Head Chef"]
    assert client.get("/compare/suggestions/").json() == []


# Two revisions ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("revisions", ["revisions=1,2", "revisions=2&revisions=1"])
def test_two_revisions_of_a_role_are_told_apart_from_the_older_to_the_newer(
    client: Client, revisions: str
) -> None:
    able("Cook", Soups="Basic")
    edit("cook", capabilities=(Capability(name="Soups", level="Advanced"),))
    assert "Raised Soups from Basic to Advanced" in words_of(client, f"/compare/?role=cook&{revisions}")


@pytest.mark.parametrize("revisions", ["", "1", "1,9", "x,1", "1,99999999999999999999", "-1,1"])
def test_whoever_asks_for_fewer_than_two_revisions_is_led_to_the_history(
    client: Client, revisions: str
) -> None:
    able("Cook")
    edit("cook", mission="Feed.")
    html = html_of(client, f"/compare/?role=cook&revisions={revisions}")
    assert "Choose two revisions" in html
    assert 'href="/roles/cook/revisions/"' in html


def test_the_history_offers_to_compare_two_revisions(client: Client) -> None:
    able("Cook")
    assert "Compare two" not in words_of(client, "/roles/cook/revisions/")
    edit("cook", mission="Feed.")
    assert "Compare two chosen revisions" in words_of(client, "/roles/cook/revisions/")


def test_what_was_written_while_the_role_was_a_draft_is_not_compared(client: Client) -> None:
    able("Cook", status="draft")
    edit("cook", mission="Feed.")
    Role.objects.update(status="published")
    assert "Choose two revisions" in html_of(client, "/compare/?role=cook&revisions=1,2")


def test_revisions_of_a_draft_are_not_found_by_the_public(client: Client) -> None:
    able("Cook", status="draft")
    edit("cook", mission="Feed.")
    assert client.get("/compare/?role=cook&revisions=1,2").status_code == 404


# The way ----------------------------------------------------------------------------------------------------

WAY = "/gap/?from=cook&to=chef"


@pytest.mark.parametrize(
    ("there", "needed", "told"),
    [
        ({"Soups": "Basic"}, {"Soups": "Advanced"}, "Raise Soups from Basic to Advanced"),
        ({}, {"Soups": "Advanced"}, "Add Soups at Advanced"),
        ({}, {"Soups": None}, "Add Soups; the level is not stated, talk about it"),
        ({"Soups": "Basic"}, {"Soups": "Basic"}, "Keep Soups at Basic"),
        ({"Soups": "Advanced"}, {"Soups": "Basic"}, "Keep Soups: Advanced is there, Basic is needed"),
        ({"Soups": None}, {"Soups": None}, "Talk about Soups: no level is stated"),
        (
            {"Soups": None},
            {"Soups": "Basic"},
            "Talk about Soups: Basic is needed, what is there is not stated",
        ),
        (
            {"Soups": "Basic"},
            {"Soups": None},
            "Talk about Soups: Basic is there, what is needed is not stated",
        ),
        (
            {"Soups": "Endless"},
            {"Soups": "Basic"},
            "Talk about Soups: Endless and Basic stand on no common ladder",
        ),
    ],
)
def test_each_capability_on_the_way_is_told_in_a_sentence(
    client: Client, there: dict[str, str | None], needed: dict[str, str | None], told: str
) -> None:
    able("Cook", **there)
    able("Chef", **needed)
    assert told in words_of(client, WAY)


def test_the_way_is_counted_in_its_head(client: Client) -> None:
    able("Cook", Soups="Basic", Bread="Basic", Stock="Basic")
    able("Chef", Soups="Advanced", Bread="Basic", Wine="Basic", Menus="Basic")
    words = words_of(client, WAY)
    assert "1 to raise 2 to add 1 there already" in words
    assert "Not asked for there 1 Stock" in words


def test_the_way_names_what_else_is_new(client: Client) -> None:
    written(document("Cook", responsibilities=(Responsibility(name="Stock"),)))
    written(
        document(
            "Chef",
            responsibilities=(Responsibility(name="Stock"), Responsibility(name="Menu", text="Writes it.")),
            artifacts=(Artifact(name="Menu card", type="document"),),
            interactions=(Interaction(kind="Instructs", partner="Waiter"),),
        )
    )
    words = words_of(client, WAY)
    for told in (
        "New responsibilities 1 Menu Writes it.",
        "Artifacts to take over 1 Menu card document",
        "New partners to meet 1 Waiter",
    ):
        assert told in words


def test_names_in_the_form_lead_to_the_address_with_slugs(client: Client) -> None:
    able("Cook")
    able("Head Chef")
    answer = client.get("/gap/?from=Cook&to=head+chef")
    assert answer.headers["Location"] == "/gap/?from=cook&to=head-chef"


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("from=cook&to=nobody", "No role answers to “nobody”."),
        ("from=cook&to=secret", "No role answers to “secret”."),
        ("from=cook&to=cook", "Both ends of the way are the same role."),
        ("from=cook&to=chef", "Chef states no capabilities."),
        ("from=%00&to=%00", "My levels"),
        (f"from={'x' * 10_000}", "No role answers to “xxx"),
        ("", "What it takes to get from one role to another"),
    ],
)
def test_a_way_that_cannot_be_shown_is_told_in_words(client: Client, query: str, told: str) -> None:
    able("Cook")
    able("Chef")
    able("Secret", status="draft")
    answer = client.get(f"/gap/?{query}", follow=True)
    assert told in plain(answer.content.decode())


# Somebody's own levels --------------------------------------------------------------------------------------


def test_levels_in_the_address_are_held_against_what_a_role_needs(client: Client) -> None:
    able("Chef", Soups="Advanced", Wine="Basic")
    words = words_of(client, "/gap/?to=chef&level=soups:competent")
    assert "Raise Soups from Competent to Advanced" in words
    assert "Add Wine at Basic" in words


def test_roles_are_ranked_by_how_well_the_levels_fit_with_the_arithmetic(client: Client) -> None:
    able("Cook", Soups="Basic")
    able("Chef", Soups="Advanced", Wine="Basic")
    able("Waiter", Wine="Advanced")
    words = words_of(client, "/gap/?level=soups:competent")
    assert words.index("100 % Cook") < words.index("33 % Chef")
    assert "33 % Chef 0.67 of 2 Soups Competent / Advanced 2/3 Wine – / Basic 0" in words
    assert "Waiter" not in words


def test_drafts_and_archived_roles_are_not_ranked(client: Client) -> None:
    able("Cook", status="draft", Soups="Basic")
    able("Chef", status="archived", Soups="Basic")
    assert "No role needs any of these capabilities." in words_of(client, "/gap/?level=soups:basic")


def test_a_capability_is_added_by_its_name_or_another_one(client: Client) -> None:
    able("Cook", Soups="Basic")
    CapabilityAlias.objects.create(item=SharedCapability.objects.get(), name="Broths")
    answer = client.get("/gap/?to=cook&level=&can=broths&at=advanced")
    assert answer.headers["Location"] == "/gap/?to=cook&level=soups:advanced"


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("level=nothing:basic", "No role needs a capability called “nothing”."),
        ("level=soups:godlike", "“godlike” is no level that can be compared."),
        ("can=Flying&at=basic", "No role needs a capability called “Flying”."),
        ("can=Soups&at=godlike", "Choose a level for “Soups”."),
    ],
)
def test_levels_that_mean_nothing_are_told_in_words(client: Client, query: str, told: str) -> None:
    able("Cook", Soups="Basic")
    assert told in words_of(client, f"/gap/?{query}")


@pytest.mark.parametrize(
    "query",
    ["level=soups", "level=%00:%00", "level=" + ",".join(f"c{number}:basic" for number in range(500))],
)
def test_odd_levels_do_no_harm(client: Client, query: str) -> None:
    able("Cook", Soups="Basic")
    assert client.get(f"/gap/?{query}", follow=True).status_code == 200


def test_an_answer_about_levels_is_kept_by_no_cache_and_not_told_to_the_next_page(client: Client) -> None:
    able("Cook", Soups="Basic")
    answer = client.get("/gap/?to=cook&level=soups:basic")
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["Referrer-Policy"] == "strict-origin"


def test_nothing_that_somebody_can_do_is_logged_or_kept_in_a_cookie(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    able("Cook", Soups="Basic")
    with caplog.at_level("INFO"):
        answer = client.get("/gap/?to=cook&level=soups:advanced")
    assert "soups" not in caplog.text + answer.cookies.output() + str(list(client.session.items()))


def test_the_needs_of_all_listed_roles_are_there_for_a_browser_to_compare(client: Client) -> None:
    written(
        document(
            "Cook",
            family="Kitchen",
            capabilities=(
                Capability(name="Soups", level="Advanced"),
                Capability(name="Patience", level="Endless"),
            ),
        )
    )
    able("Secret", status="draft", Spying="Basic")
    able("Bare")
    assert client.get("/gap/roles.json").json() == {
        "levels": [["basic", "Basic"], ["competent", "Competent"], ["advanced", "Advanced"]],
        "capabilities": [["soups", "Soups"], ["patience", "Patience"]],
        "roles": [["bare", "Bare", "", []], ["cook", "Cook", "Kitchen", [[0, 3], [1, 0, "Endless"]]]],
    }


# Queries ----------------------------------------------------------------------------------------------------


def full(name: str, things: int) -> None:
    """A role that says this many things of each kind."""
    numbers = range(things)
    parts: dict[str, Any] = {
        "capabilities": tuple(Capability(name=f"Capability {number}", level="Basic") for number in numbers),
        "responsibilities": tuple(Responsibility(name=f"Responsibility {number}") for number in numbers),
        "artifacts": tuple(Artifact(name=f"Artifact {number}") for number in numbers),
        "interactions": tuple(Interaction(kind="Meets", partner=f"Role {number}") for number in numbers),
    }
    written(document(name, family="Kitchen", **parts))


@pytest.mark.parametrize(
    ("address", "queries"),
    [
        ("/compare/?roles=role-0,role-1", 8),
        ("/compare/?roles=role-0,role-1,role-2,role-3,role-4", 8),
        ("/compare/?roles=role-0,nobody", 9),
        ("/compare/?roles=role-0&add=rol", 11),
        ("/gap/?from=role-0&to=role-1", 8),
        ("/gap/?to=role-1&level=capability-0:basic", 14),
        ("/gap/roles.json", 3),
        ("/compare/suggestions/?q=rol", 1),
    ],
)
@pytest.mark.parametrize("things", [1, 12])
def test_the_number_of_queries_is_fixed(
    client: Client,
    address: str,
    queries: int,
    things: int,
    django_assert_max_num_queries: Any,
) -> None:
    for number in range(5 + things):
        full(f"Role {number}", things)
    link_partners()
    with django_assert_max_num_queries(queries):
        client.get(address)
