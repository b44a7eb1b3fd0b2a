"""The list of roles: what is found, in which order, and what it can be narrowed to."""

import re
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone
from django.utils.html import strip_tags
from pytest_django import DjangoAssertNumQueries

from roles import partners
from roles.documents.document import (
    Agent,
    Artifact,
    Capability,
    Identifier,
    Interaction,
    Property,
    Responsibility,
)
from roles.models import ProficiencyLevel, Role, SeniorityLevel
from roles.views.role_list import ROLES_ON_PAGE, RoleList
from roles.views.role_list.facets import SHOWN, Facet
from tests.builders import document, written

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]

LEVELS = ("Novice", "Competent", "Advanced", "Expert")


@pytest.fixture(autouse=True)
def ladders() -> None:
    """Levels as HR has set them up, whatever the catalogue starts with."""
    for model, names in ((ProficiencyLevel, LEVELS), (SeniorityLevel, ("Junior", "Mid", "Senior"))):
        model.objects.update(rank=None)
        for rank, name in enumerate(names, start=1):
            model.objects.update_or_create(folded=name.lower(), defaults={"name": name, "rank": rank})


@pytest.fixture
def three_roles() -> None:
    written(
        document(
            "Data Engineer",
            family="Data",
            seniority="Senior",
            summary="Builds *pipelines*.",
            capabilities=(Capability(name="SQL", level="Advanced"), Capability(name="Python")),
            artifacts=(Artifact(name="Orders", type="Dataset"), Artifact(name="Returns", type="dataset")),
            properties=(Property(name="Preferred Tech", values=("Spark", "C++")),),
            interactions=(
                Interaction(kind="Delivers dataset", partner="Data Analyst"),
                Interaction(kind="Advises", partner="Works Council"),
            ),
            agent=Agent(name="Data_Bot"),
        )
    )
    written(
        document(
            "Data Analyst",
            family="Data",
            seniority="Mid",
            mission="Answers questions.",
            capabilities=(
                Capability(name="SQL", level="Competent"),
                Capability(name="Python", level="Expert"),
            ),
            artifacts=(Artifact(name="Memos", type="Document"),),
            properties=(Property(name="preferred tech", values=("spark", "C#")), Property(name="On-call")),
        )
    )
    written(document("Recruiter", family="People", seniority="Mid", description="Finds people."))
    partners.link_partners()


@pytest.fixture
def editor_client() -> Client:
    editor = User.objects.create_user("editor")
    editor.user_permissions.add(Permission.objects.get(codename="view_draft_role"))
    client = Client()
    client.force_login(editor)
    return client


def listed(client: Client, query: str = "") -> RoleList:
    response = client.get(f"/roles/?{query}")
    assert response.status_code == 200
    found: RoleList = response.context["list"]
    return found


def names(client: Client, query: str = "") -> list[str]:
    return [row.role.name for row in listed(client, query).rows]


def facet(found: RoleList, key: str) -> Facet:
    return next(each for each in found.facets if each.key == key)


def counts(found: RoleList, key: str) -> dict[str, int]:
    return {option.value: option.count for option in facet(found, key).options}


def text(pieces: Any) -> str:
    """Pieces as text, those that match in brackets."""
    return "".join(f"[{piece.text}]" if piece.marked else piece.text for piece in pieces)


def words_of(html: str) -> str:
    return " ".join(unescape(strip_tags(re.sub(r"<(?!/?(?:a|b|code|em|mark|strong)\b)", " <", html))).split())


# Rows


@pytest.mark.usefixtures("three_roles")
def test_the_list_has_all_roles_by_name(client: Client) -> None:
    assert names(client) == ["Data Analyst", "Data Engineer", "Recruiter"]


@pytest.mark.usefixtures("three_roles")
def test_a_row_answers_what_the_role_is(client: Client) -> None:
    html = client.get("/roles/?q=pipelines").content.decode().split('<ol class="rows">')[1]
    assert words_of(html).startswith("Data Engineer Senior Data Builds pipelines. SQL Advanced Python")


@pytest.mark.parametrize(
    ("texts", "line"),
    [
        ({"summary": "Short.", "mission": "Mission.", "description": "Long."}, "Short."),
        ({"mission": "Mission.", "description": "Long."}, "Mission."),
        ({"description": "Long.\n\nStill **long**."}, "Long. Still long."),
        ({}, ""),
    ],
)
def test_a_row_takes_its_line_from_the_first_text_that_is_stated(
    client: Client, texts: dict[str, str], line: str
) -> None:
    written(document("Analyst", **texts))
    assert text(listed(client).rows[0].line) == line


def test_a_row_has_the_highest_capabilities_first_with_their_marks_and_counts_the_rest(
    client: Client,
) -> None:
    levels = ["Novice", "Expert", None, "Competent", "Advanced", "Learning"]
    written(document("Analyst", capabilities=tuple(Capability(name=f"Skill {n}", level=n) for n in levels)))
    row = listed(client).rows[0]
    assert [(each.level, sum(each.marks)) for each in row.capabilities] == [
        ("Expert", 4),
        ("Advanced", 3),
        ("Competent", 2),
    ]
    assert row.more_capabilities == 3


@pytest.mark.usefixtures("three_roles")
def test_the_words_are_marked_in_the_name_and_in_the_line(client: Client) -> None:
    [row] = listed(client, "q=data+pipeline").rows
    assert (text(row.name), text(row.line)) == ("[Data] Engineer", "Builds [pipelines].")
    assert row.snippets == []


@pytest.mark.usefixtures("three_roles")
def test_a_row_says_where_else_the_words_stand(client: Client) -> None:
    [row] = listed(client, "q=c%2B%2B+engineer").rows
    assert [(snippet.label, text(snippet.pieces)) for snippet in row.snippets] == [
        ("Preferred Tech", "Spark · [C++]")
    ]


# Narrowing


@pytest.mark.usefixtures("three_roles")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=pipelines", ["Data Engineer"]),
        ("q=++questions+answers", ["Data Analyst"]),
        ("q=%22%28*", []),
        ("q=" + "x" * 10_000, []),
        ("family=data", ["Data Analyst", "Data Engineer"]),
        ("family=data&family=people", ["Data Analyst", "Data Engineer", "Recruiter"]),
        ("seniority=mid", ["Data Analyst", "Recruiter"]),
        ("family=data&seniority=mid", ["Data Analyst"]),
        ("q=data&seniority=senior", ["Data Engineer"]),
        ("family=nonsense", []),
        ("capability=sql", ["Data Analyst", "Data Engineer"]),
        ("capability=sql:competent", ["Data Analyst", "Data Engineer"]),
        ("capability=sql:advanced", ["Data Engineer"]),
        ("capability=sql:expert", []),
        # A capability without a level meets no minimum.
        ("capability=python:novice", ["Data Analyst"]),
        # Both are needed, since people look for a role that fits what they can.
        ("capability=sql:advanced&capability=python", ["Data Engineer"]),
        ("capability=sql:guru", []),
        # Of a capability that is asked for twice, the last level counts.
        ("capability=sql:expert&capability=sql:advanced", ["Data Engineer"]),
        ("artifact_type=dataset", ["Data Engineer"]),
        ("artifact_type=dataset&artifact_type=document", ["Data Analyst", "Data Engineer"]),
        ("property=preferred-tech:spark", ["Data Analyst", "Data Engineer"]),
        ("property=preferred-tech:Spark", ["Data Analyst", "Data Engineer"]),
        ("property=preferred-tech:c%2B%2B", ["Data Engineer"]),
        ("property=preferred-tech:c%2B%2B&property=preferred-tech:c%23", ["Data Analyst", "Data Engineer"]),
        ("property=preferred-tech:c%2B%2B&property=on-call:", []),
        ("property=on-call", ["Data Analyst"]),
        ("partner=data-analyst", ["Data Engineer"]),
        ("partner=works-council", ["Data Engineer"]),
        ("partner=data-analyst&partner=nobody", ["Data Engineer"]),
        ("has_agent=true", ["Data Engineer"]),
        ("has_agent=false", ["Data Analyst", "Recruiter"]),
        ("has_agent=true&has_agent=false", ["Data Analyst", "Data Engineer", "Recruiter"]),
        ("has_agent=perhaps", []),
        ("unknown=1", ["Data Analyst", "Data Engineer", "Recruiter"]),
    ],
)
def test_words_and_filters_narrow_the_list(client: Client, query: str, found: list[str]) -> None:
    assert sorted(names(client, query)) == found


@pytest.mark.usefixtures("three_roles")
@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("family=nonsense", "Family: no role has “nonsense”."),
        ("capability=cobol", "Capability: no role has “cobol”."),
        (
            "capability=sql:guru",
            "“guru” is no level that can be asked for. There are: Novice, Competent, Advanced, Expert.",
        ),
        ("property=colour:red", "Property: no role has “colour:red”."),
        ("partner=nobody", "Partner: no role has “nobody”."),
        ("has_agent=perhaps", "Agent: no role has “perhaps”."),
        ("sort=size", "The list can’t be sorted by “size”."),
        ("q=" + "x" * 201, "Only the first 200 characters and the first 24 filters are looked at."),
        (
            "&".join(f"family={n}" for n in range(25)),
            "Only the first 200 characters and the first 24 filters",
        ),
    ],
)
def test_what_means_nothing_is_said(client: Client, query: str, fault: str) -> None:
    assert any(said.startswith(fault) for said in listed(client, query).faults)


@pytest.mark.usefixtures("three_roles")
@pytest.mark.parametrize(
    "query",
    ["", "q=data", "family=data&capability=sql:advanced&property=preferred-tech:spark", "sort=seniority"],
)
def test_nothing_is_said_of_what_means_something(client: Client, query: str) -> None:
    assert listed(client, query).faults == []


@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "q[]=1",
        "family=%00&family=a%00b",
        "capability=:",
        "capability=:::",
        "property=:",
        "page=%00&sort=%00x",
    ],
)
def test_no_query_is_a_fault_of_the_server(client: Client, query: str) -> None:
    assert client.get(f"/roles/?{query}", follow=True).status_code == 200


# Facets


@pytest.mark.usefixtures("three_roles")
def test_the_counts_of_a_facet_follow_all_other_choices_but_not_its_own(client: Client) -> None:
    found = listed(client, "family=data&seniority=mid")
    assert counts(found, "family") == {"data": 1, "people": 1}
    assert counts(found, "seniority") == {"mid": 1, "senior": 1}
    assert counts(found, "property:preferred-tech") == {
        "preferred-tech:c#": 1,
        "preferred-tech:spark": 1,
    }


@pytest.mark.usefixtures("three_roles")
def test_the_counts_follow_the_words(client: Client) -> None:
    found = listed(client, "q=pipelines")
    assert counts(found, "family") == {"data": 1}
    assert counts(found, "artifact_type") == {"dataset": 1}
    assert counts(found, "partner") == {"data-analyst": 1, "works-council": 1}
    assert counts(found, "has_agent") == {"true": 1}


@pytest.mark.usefixtures("three_roles")
def test_the_counts_of_capabilities_follow_those_that_are_chosen(client: Client) -> None:
    assert counts(listed(client, "capability=sql:advanced"), "capability") == {"sql": 1, "python": 1}


@pytest.mark.usefixtures("three_roles")
def test_each_count_is_the_number_of_roles_that_choosing_the_value_leaves(client: Client) -> None:
    for query in ("", "q=data", "seniority=mid", "property=preferred-tech:c%2B%2B", "partner=works-council"):
        for each in listed(client, query).facets:
            for option in each.options:
                if option.chosen:
                    continue
                kept = [
                    part
                    for part in query.split("&")
                    if part and not part.startswith(f"{each.key.replace(':', '=')}")
                ]
                asked = "&".join([*kept, urlencode({each.parameter: option.value})])
                assert listed(client, asked).paged.page.paginator.count == option.count, asked


@pytest.mark.usefixtures("three_roles")
def test_values_that_are_spelt_alike_are_one(client: Client) -> None:
    assert counts(listed(client), "property:preferred-tech")["preferred-tech:spark"] == 2


@pytest.mark.usefixtures("three_roles")
def test_chosen_values_that_leave_nothing_are_still_there_by_their_names(client: Client) -> None:
    found = listed(
        client, "q=recruiter&family=data&capability=sql&property=preferred-tech:spark&partner=data-analyst"
    )
    assert [chip.value for chip in found.chips] == ["recruiter", "Data", "SQL", "Spark", "Data Analyst"]
    assert found.faults == []


def test_a_long_facet_shows_the_commonest_and_more_when_asked(client: Client) -> None:
    for number in range(SHOWN + 2):
        skills = tuple(Capability(name=f"Skill {n:02}") for n in range(number, SHOWN + 2))
        written(document(f"Role {number}", capabilities=skills))
    shown = facet(listed(client, "q=role"), "capability")
    assert [option.name for option in shown.options] == [f"Skill {n:02}" for n in range(SHOWN + 1, 1, -1)]
    assert shown.more == "/roles/?q=role&more=capability"
    opened = facet(listed(client, "q=role&more=capability"), "capability")
    assert (len(opened.options), opened.more, opened.fewer) == (SHOWN + 2, "", "/roles/?q=role")
    chosen = facet(listed(client, "capability=skill-00"), "capability")
    assert chosen.options[0].name == "Skill 00"


# Who sees what


def test_drafts_are_listed_and_counted_only_for_those_who_may_see_them(
    client: Client, editor_client: Client
) -> None:
    written(document("Partner of It", interactions=(Interaction(kind="Advises", partner="Secret"),)))
    draft = document(
        "Secret",
        slug="hidden-one",
        family="Data",
        seniority="Mid",
        capabilities=(Capability(name="SQL"),),
        properties=(Property(name="Tools", values=("Rope",)),),
        interactions=(Interaction(kind="Advises", partner="Somebody"),),
    )
    written(draft, status=Role.Status.DRAFT)
    partners.link_partners()
    assert names(client) == ["Partner of It"]
    found = listed(client)
    # A partner that is a draft is a name that nobody bears yet.
    assert [(each.key, counts(found, each.key)) for each in found.facets] == [
        ("partner", {"secret": 1}),
        ("has_agent", {"false": 1}),
    ]
    assert names(client, "partner=secret") == ["Partner of It"]
    assert names(client, "partner=hidden-one") == []
    for query in ("family=data", "seniority=mid", "capability=sql", "property=tools:rope"):
        assert len(listed(client, query).faults) == 1
    assert names(editor_client) == ["Partner of It", "Secret"]
    assert names(editor_client, "partner=hidden-one") == ["Partner of It"]


def test_archived_roles_are_not_listed(client: Client) -> None:
    written(document("Old", family="Data"), status=Role.Status.ARCHIVED)
    assert names(client, "q=old") == []
    assert listed(client).facets == []


# Chips, addresses, order, pages


@pytest.mark.usefixtures("three_roles")
def test_each_filter_in_force_is_a_chip_that_takes_it_away(client: Client) -> None:
    found = listed(client, "q=data&family=data&family=people&capability=sql:competent&sort=name&page=2")
    assert [(chip.label, chip.value, chip.address) for chip in found.chips] == [
        ("Words", "data", "/roles/?family=data&family=people&capability=sql:competent&sort=name"),
        ("Family", "Data", "/roles/?q=data&family=people&capability=sql:competent&sort=name"),
        ("Family", "People", "/roles/?q=data&family=data&capability=sql:competent&sort=name"),
        ("Capability", "SQL, Competent or higher", "/roles/?q=data&family=data&family=people&sort=name"),
    ]


@pytest.mark.usefixtures("three_roles")
@pytest.mark.parametrize(
    ("query", "address"),
    [
        ("q=&family=&seniority=", "/roles/"),
        ("q=+data+&family=", "/roles/?q=data"),
        ("q=data&sort=relevance&page=", "/roles/?q=data"),
        ("q=&capability=sql:advanced&capability=", "/roles/?capability=sql:advanced"),
        ("q=%00&family=%00", "/roles/"),
    ],
)
def test_a_form_with_blank_fields_leads_to_the_shortest_address(
    client: Client, query: str, address: str
) -> None:
    response = client.get(f"/roles/?{query}")
    assert (response.status_code, response["Location"]) == (302, address)


@pytest.mark.usefixtures("three_roles")
@pytest.mark.parametrize(
    ("before", "query", "header"),
    [
        ("/roles/", "q=da", "HX-Push-Url"),
        ("/roles/?q=da", "q=dat", "HX-Replace-Url"),
        ("/roles/?q=da&page=2", "q=dat", "HX-Replace-Url"),
        ("/roles/?q=da", "q=", "HX-Push-Url"),
        ("/roles/?q=da", "q=da&family=data", "HX-Push-Url"),
    ],
)
def test_typing_on_is_one_step_of_the_way_back(client: Client, before: str, query: str, header: str) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{before}"}
    response = client.get(f"/roles/?{query}", headers=headers)
    assert response.status_code == 200
    shown = "?" + query if query != "q=" else ""
    assert {name: response.get(name) for name in ("HX-Push-Url", "HX-Replace-Url")} == {
        "HX-Push-Url": None,
        "HX-Replace-Url": None,
    } | {header: f"/roles/{shown}"}


@pytest.mark.usefixtures("three_roles")
@pytest.mark.parametrize(
    ("query", "order"),
    [
        ("sort=name", ["Data Analyst", "Data Engineer", "Recruiter"]),
        ("sort=seniority", ["Data Analyst", "Recruiter", "Data Engineer"]),
        ("sort=changed", ["Recruiter", "Data Engineer", "Data Analyst"]),
        ("sort=relevance", ["Data Analyst", "Data Engineer", "Recruiter"]),
    ],
)
def test_roles_are_sorted_as_asked(client: Client, query: str, order: list[str]) -> None:
    for days, slug in enumerate(("recruiter", "data-engineer", "data-analyst")):
        Role.objects.filter(slug=slug).update(updated_at=timezone.now() - timedelta(days=days))
    assert names(client, query) == order


@pytest.mark.usefixtures("three_roles")
def test_with_words_the_best_match_comes_first_unless_asked_otherwise(client: Client) -> None:
    written(document("Architect", mission="Recruiter, recruiter and recruiter."))
    assert names(client, "q=recruiter") == ["Recruiter", "Architect"]
    assert names(client, "q=recruiter&sort=name") == ["Architect", "Recruiter"]
    orders = listed(client, "q=recruiter&family=people&page=3").orders
    assert [(order.address, order.is_current) for order in orders] == [
        ("/roles/?q=recruiter&family=people", True),
        ("/roles/?q=recruiter&family=people&sort=name", False),
        ("/roles/?q=recruiter&family=people&sort=seniority", False),
        ("/roles/?q=recruiter&family=people&sort=changed", False),
    ]


def test_a_long_list_is_paged_and_pages_keep_the_filters(client: Client) -> None:
    for number in range(ROLES_ON_PAGE + 1):
        written(document(f"Role {number}", family="Data"))
    assert len(names(client, "family=data")) == ROLES_ON_PAGE
    assert names(client, "family=data&page=2") == [f"Role {ROLES_ON_PAGE}"]
    assert 'href="?family=data&amp;page=2"' in client.get("/roles/?family=data").content.decode()


@pytest.mark.usefixtures("three_roles")
@pytest.mark.parametrize("number", ["0", "-1", "99", "x"])
def test_a_page_that_does_not_exist_is_the_nearest_one(client: Client, number: str) -> None:
    assert len(names(client, f"page={number}")) == 3


@pytest.mark.usefixtures("three_roles")
def test_the_search_box_keeps_the_words(client: Client) -> None:
    assert 'name="q" value="&lt;data&gt;"' in client.get("/roles/?q=%3Cdata%3E").content.decode()


# Nothing found


@pytest.mark.usefixtures("three_roles")
def test_an_empty_result_says_how_many_roles_there_are_without_each_filter(client: Client) -> None:
    found = listed(client, "q=pipelines&seniority=mid&capability=sql:expert")
    assert [(each.label, each.value, each.count, each.address) for each in found.relaxations] == [
        ("Words", "pipelines", 0, "/roles/?seniority=mid&capability=sql:expert"),
        ("Seniority", "Mid", 0, "/roles/?q=pipelines&capability=sql:expert"),
        ("Capability", "SQL, Expert or higher", 0, "/roles/?q=pipelines&seniority=mid"),
        ("Level", "SQL, Expert or higher", 0, "/roles/?q=pipelines&seniority=mid&capability=sql"),
    ]
    found = listed(client, "seniority=mid&capability=sql:advanced")
    assert [(each.label, each.count) for each in found.relaxations] == [
        ("Capability", 2),
        ("Seniority", 1),
        ("Level", 1),
    ]


@pytest.mark.usefixtures("three_roles")
def test_alternatives_are_left_out_together(client: Client) -> None:
    found = listed(client, "q=recruiter&seniority=senior&seniority=junior")
    assert [(each.value, each.count, each.address) for each in found.relaxations] == [
        ("recruiter", 1, "/roles/?seniority=senior&seniority=junior"),
        ("Senior, junior", 1, "/roles/?q=recruiter"),
    ]


def test_an_empty_catalogue_says_how_roles_get_here(client: Client) -> None:
    assert "No roles yet" in words_of(client.get("/roles/").content.decode())


# Misspelt words


@pytest.mark.usefixtures("three_roles")
def test_a_misspelt_word_is_put_right_and_that_is_said(client: Client) -> None:
    found = listed(client, "q=data+enginer")
    assert [text(row.name) for row in found.rows] == ["[Data] [Engineer]"]
    assert found.words == "data enginer"
    html = words_of(client.get("/roles/?q=data+enginer").content.decode())
    assert "No role has “enginer”. These are the roles with data engineer." in html


@pytest.mark.usefixtures("three_roles")
def test_a_question_finds_what_it_asks_about_and_that_is_said(client: Client) -> None:
    html = words_of(client.get("/roles/?q=who+is+the+zebra+data+enginer").content.decode())
    assert "No role has all of these words. These are the roles with data engineer." in html


@pytest.mark.usefixtures("three_roles")
def test_what_was_typed_can_be_insisted_on(client: Client) -> None:
    assert listed(client, "q=enginer").exact_address == "/roles/?q=enginer&exact=true"
    found = listed(client, "q=enginer&exact=true")
    assert (found.rows, found.correction) == ([], None)


@pytest.mark.usefixtures("three_roles")
def test_a_filter_that_leaves_nothing_is_no_spelling_mistake(client: Client) -> None:
    assert listed(client, "q=recruiter&family=data").correction is None


@pytest.mark.usefixtures("three_roles")
def test_a_misspelt_word_and_a_filter_say_what_to_leave_out(client: Client) -> None:
    found = listed(client, "q=enginer&family=people")
    assert found.correction is not None
    assert [(each.label, each.count) for each in found.relaxations] == [("Words", 1), ("Family", 1)]


# Queries


def stock(roles: int, statements: int) -> None:
    for number in range(roles):
        written(
            document(
                f"Keeper {number}",
                family=f"Family {number % 3}",
                seniority="Mid" if number % 2 else "Senior",
                summary="Keeps.",
                identifiers=(Identifier(scheme="role-code", value=f"K{number}"),),
                responsibilities=tuple(Responsibility(name=f"Duty {n}") for n in range(statements)),
                capabilities=tuple(
                    Capability(name=f"Skill {n}", level=LEVELS[n % 4]) for n in range(statements)
                ),
                artifacts=tuple(Artifact(name=f"Log {n}", type=f"type {n}") for n in range(statements)),
                properties=tuple(Property(name=f"Tool {n}", values=("Rope",)) for n in range(statements)),
                interactions=tuple(
                    Interaction(kind="Advises", partner=f"Keeper {n}") for n in range(statements)
                ),
            )
        )
    partners.link_partners()


@pytest.mark.parametrize(("roles", "statements"), [(2, 2), (30, 12)])
def test_the_list_takes_as_many_queries_however_much_there_is(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, roles: int, statements: int
) -> None:
    stock(roles, statements)
    every = "family=family-0&seniority=senior&capability=skill-0&artifact_type=type-0&has_agent=false"
    every += "&property=tool-0:rope&partner=keeper-1"
    # The ladder, the roles with the words; capabilities, artifacts, properties, partners; the roles of the
    # page, their capabilities.
    for query in ("", "q=keep", f"q=keep&{every}", "sort=changed", "more=capability&more=property"):
        with django_assert_num_queries(8):
            assert listed(client, query).rows


@pytest.mark.parametrize(
    "query",
    [
        "q=keepre",
        "q=keepre&family=family-9&seniority=mid&capability=skill-0:expert",
        "q=zebra",
        "q=zebra+keepre",
    ],
)
def test_no_list_takes_more_than_twelve_queries(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries, query: str
) -> None:
    stock(4, 3)
    with django_assert_max_num_queries(12):
        listed(client, query)
