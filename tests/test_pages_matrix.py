"""The matrix of roles and the capabilities they need, as a page and as CSV."""

import csv
import io
import re

import pytest
from django.http import StreamingHttpResponse
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from roles.documents.document import Capability, RoleDocument
from roles.exchange.cells import FORMULA, harmless
from roles.models import OldSlug, Role
from roles.views.matrix import csv_file as csv_module
from roles.views.matrix.heat_map import CAPABILITIES_SHOWN, ROLES_ON_PAGE
from tests.builders import document, written

pytestmark = pytest.mark.django_db


def needing(name: str, needs: dict[str, str | None], **parts: str) -> RoleDocument:
    """What a role says that needs these capabilities at these levels."""
    return document(
        name,
        capabilities=tuple(Capability(name=each, level=level) for each, level in needs.items()),
        **parts,
    )


@pytest.fixture
def three_roles() -> None:
    written(needing("Analyst", {"SQL": "Advanced", "Statistics": "Expert"}, family="Data", seniority="Mid"))
    written(needing("Engineer", {"SQL": "Expert", "Python": None}, family="Data", seniority="Senior"))
    written(needing("Recruiter", {"Patience": "Endless", "SQL": "Novice"}, family="People"))


def table(client: Client, query: str) -> dict[str, list[str | None]]:
    """The level in each cell by the role's name; "" if none is stated, None if it is not needed."""
    shown = client.get(f"/matrix/?{query}").context["matrix"]
    return {
        row.role.name: [cell and (cell.level.name if cell.level else "") for cell in row.cells]
        for row in shown.rows
    }


def columns(client: Client, query: str) -> list[str]:
    return [column.name for column in client.get(f"/matrix/?{query}").context["matrix"].columns]


def file(client: Client, query: str) -> list[list[str]]:
    response = client.get(f"/matrix/?{query}&format=csv")
    assert isinstance(response, StreamingHttpResponse)
    return list(csv.reader(io.StringIO(response.getvalue().decode("utf-8-sig"))))


# What stands in it


@pytest.mark.usefixtures("three_roles")
def test_a_family_stands_by_seniority_and_its_capabilities_by_need(client: Client) -> None:
    assert columns(client, "family=data") == ["SQL", "Statistics", "Python"]
    assert table(client, "family=data") == {
        "Analyst": ["Advanced", "Expert", None],
        "Engineer": ["Expert", None, ""],
    }
    assert list(table(client, "family=data")) == ["Analyst", "Engineer"]


@pytest.mark.usefixtures("three_roles")
def test_roles_and_capabilities_can_stand_by_name(client: Client) -> None:
    assert columns(client, "roles=recruiter,engineer,analyst&sort=name") == [
        "Patience",
        "Python",
        "SQL",
        "Statistics",
    ]
    assert list(table(client, "roles=recruiter,engineer,analyst&sort=name")) == [
        "Analyst",
        "Engineer",
        "Recruiter",
    ]


@pytest.mark.usefixtures("three_roles")
@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("roles=analyst,recruiter", {"Analyst", "Recruiter"}),
        ("roles=analyst&roles=recruiter", {"Analyst", "Recruiter"}),
        ("roles=analyst&add=recruiter", {"Analyst", "Recruiter"}),
        ("roles=analyst&family=people", {"Analyst"}),
        ("add=RECRUITER", {"Recruiter"}),
        ("capability=statistics", {"Analyst"}),
        ("capability=sql&family=data", {"Analyst", "Engineer"}),
        ("capability=no-such", set()),
        ("family=no-such", set()),
        ("roles=no-such", set()),
        ("roles=,%00,&add=%00&family=%00&capability=%00", set()),
        ("", set()),
    ],
)
def test_a_choice_says_which_roles_stand_in_it(client: Client, query: str, names: set[str]) -> None:
    assert set(table(client, query)) == names


@pytest.mark.usefixtures("three_roles")
def test_a_chosen_capability_is_the_first_column(client: Client) -> None:
    assert columns(client, "capability=statistics") == ["Statistics", "SQL"]


@pytest.mark.usefixtures("three_roles")
def test_a_role_that_was_renamed_is_found_by_its_old_slug(client: Client) -> None:
    OldSlug.objects.create(role=Role.objects.get(slug="analyst"), slug="number-cruncher")
    response = client.get("/matrix/?roles=number-cruncher")
    assert [row.role.name for row in response.context["matrix"].rows] == ["Analyst"]
    assert response.context["matrix"].choice.unknown == []


@pytest.mark.usefixtures("three_roles")
def test_roles_that_nobody_knows_are_named(client: Client) -> None:
    html = client.get("/matrix/?roles=analyst,zebra&add=Unicorn").content.decode()
    assert "No role is called so: zebra, Unicorn" in html


def test_what_a_cell_says_needs_no_colour(client: Client) -> None:
    written(needing("Analyst", {"SQL": "Expert", "Python": "Endless", "Rust": None}))
    html = client.get("/matrix/?roles=analyst&sort=name").content.decode()
    cells = re.findall(r'<td class="heat__cell (shade-\d)"><span aria-hidden="true">(.)</span>', html)
    assert cells == [("shade-0", "~"), ("shade-0", "•"), ("shade-5", "4")]
    assert re.findall(r'<span class="visually-hidden">([^<]+)</span></td>', html) == [
        "Endless",
        "level not stated",
        "Expert",
    ]


def test_a_role_that_states_a_capability_twice_has_the_higher_level(client: Client) -> None:
    written(needing("Analyst", {"SQL": "Expert", "Python": "Novice"}))
    role = Role.objects.get()
    first, second = role.capabilities.order_by("name")
    first.capability = second.capability
    first.save()
    assert table(client, "roles=analyst") == {"Analyst": ["Expert"]}


def test_a_wide_matrix_says_how_many_capabilities_it_leaves_out(client: Client) -> None:
    written(needing("Analyst", {f"Skill {number}": None for number in range(CAPABILITIES_SHOWN + 3)}))
    response = client.get("/matrix/?roles=analyst")
    assert len(response.context["matrix"].columns) == CAPABILITIES_SHOWN
    assert "3 capabilities that fewer of these roles need are left out here" in response.content.decode()
    assert len(file(client, "roles=analyst")[0]) == 3 + CAPABILITIES_SHOWN + 3


def test_a_long_matrix_is_paged_and_keeps_the_choice(client: Client) -> None:
    slugs = []
    for number in range(ROLES_ON_PAGE + 1):
        written(needing(f"Role {number:02}", {"SQL": None}))
        slugs.append(f"role-{number:02}")
    response = client.get(f"/matrix/?roles={','.join(slugs)}&page=2")
    assert [row.role.name for row in response.context["matrix"].rows] == [f"Role {ROLES_ON_PAGE:02}"]
    kept = re.findall(r'<input type="hidden" name="roles" value="([^"]+)"', response.content.decode())
    assert kept == slugs[:-1]


@pytest.mark.usefixtures("three_roles")
def test_drafts_and_archived_roles_stand_in_no_matrix(client: Client) -> None:
    written(needing("Hidden", {"SQL": "Expert"}, family="Data"), status=Role.Status.DRAFT)
    written(needing("Retired", {"SQL": "Expert"}, family="Data"), status=Role.Status.ARCHIVED)
    assert set(table(client, "roles=hidden,retired,analyst")) == {"Analyst"}
    assert client.get("/matrix/?family=data").context["matrix"].columns[0].count == 2
    assert [row[0] for row in file(client, "capability=sql")] == ["Role", "Analyst", "Engineer", "Recruiter"]


def test_an_empty_catalogue_has_a_matrix_page(client: Client) -> None:
    assert "Nothing here yet" in client.get("/matrix/").content.decode()


@pytest.mark.usefixtures("three_roles")
@pytest.mark.parametrize("query", ["page=x", "sort=%00", "roles=" + "a," * 5_000, "add=" + "x" * 10_000])
def test_whatever_is_typed_into_the_address_it_answers(client: Client, query: str) -> None:
    assert client.get(f"/matrix/?family=data&{query}").status_code == 200


@pytest.mark.parametrize(
    ("query", "queries"),
    [
        # Families.
        ("", 1),
        # Families, how many roles, roles, columns, cells, the ladder.
        ("family=data", 6),
        # The same, and the capability.
        ("family=data&capability=sql", 7),
        # The same without it, and whom the slugs mean.
        ("roles=role-0,role-1", 7),
    ],
)
def test_the_matrix_takes_the_same_queries_however_large_it_is(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, query: str, queries: int
) -> None:
    for number in range(2):
        written(needing(f"Role {number}", {"SQL": "Expert"}, family="Data"))
    with django_assert_num_queries(queries):
        client.get(f"/matrix/?{query}")
    for number in range(2, 8):
        needs: dict[str, str | None] = {f"Skill {each}": "Expert" for each in range(number)}
        written(needing(f"Role {number}", needs | {"SQL": "Novice"}, family="Data"))
    with django_assert_num_queries(queries):
        client.get(f"/matrix/?{query}")


# CSV


@pytest.mark.usefixtures("three_roles")
def test_the_file_has_the_matrix_with_levels_in_words(client: Client) -> None:
    assert file(client, "family=data") == [
        ["Role", "Family", "Seniority", "SQL", "Statistics", "Python"],
        ["Analyst", "Data", "Mid", "Advanced", "Expert", ""],
        ["Engineer", "Data", "Senior", "Expert", "", "level not stated"],
    ]


@pytest.mark.usefixtures("three_roles")
def test_the_file_is_named_after_what_was_chosen_and_known_as_utf_8(client: Client) -> None:
    response = client.get("/matrix/?family=data&format=csv")
    assert isinstance(response, StreamingHttpResponse)
    assert response["Content-Disposition"] == 'attachment; filename="matrix-data.csv"'
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response.getvalue().startswith(b"\xef\xbb\xbfRole,")


def test_the_file_holds_no_formula(client: Client) -> None:
    written(needing("=cmd|' /C calc'!A0", {"@SUM(1)": "-1", "+1 mentoring": None}, family="=1+1", slug="a"))
    cells = [cell for row in file(client, "roles=a") for cell in row]
    assert [cell for cell in cells if cell.startswith("'")] == [
        "'+1 mentoring",
        "'@SUM(1)",
        "'=cmd|' /C calc'!A0",
        "'=1+1",
        "'-1",
    ]


@given(st.text())
def test_no_cell_begins_as_a_formula_does_and_every_word_is_kept(text: str) -> None:
    cell = harmless(text)
    assert cell[:1] not in {*FORMULA, "＝", "＋", "－", "＠"}
    assert cell in (text, f"'{text}")


def test_a_file_that_would_be_too_large_says_what_it_leaves_out(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_module, "CELLS", 1)
    written(needing("Analyst", {f"Skill {number}": None for number in range(CAPABILITIES_SHOWN + 2)}))
    titles, _row = file(client, "roles=analyst")
    assert titles[-1] == "2 capabilities are left out"


@pytest.mark.usefixtures("three_roles")
def test_a_file_of_nothing_chosen_is_the_page_that_says_so(client: Client) -> None:
    response = client.get("/matrix/?format=csv")
    assert response["Content-Type"].startswith("text/html")
