"""The map: what is drawn and where, what its address asks for, and the table that says the same."""

import subprocess
import sys
from itertools import combinations, pairwise
from math import dist, hypot

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from roles.documents.document import Interaction
from roles.map.drawing import MOST_ON_RINGS, ZOOMS, name_box, named
from roles.map.layout import EDGE, RING, Layout, Point, atlas, rings
from roles.models import OldSlug, Role
from roles.partners import link_partners
from roles.views.map import map_page as map_module
from roles.views.map.map_page import EDGES_ON_PAGE, MapPage
from roles.views.role_page.neighbours import LINE_LENGTH, MOST, in_lines
from tests.builders import document, written

database = pytest.mark.django_db
some_pairs = st.sets(st.tuples(st.integers(0, 24), st.integers(0, 24)).filter(lambda pair: pair[0] < pair[1]))
groups = st.lists(st.sampled_from(["Data", "People", "Works", ""]), min_size=25, max_size=25)


def doing(kind: str, partner: str, frequency: str | None = None) -> Interaction:
    return Interaction(kind=kind, partner=partner, frequency=frequency)


@pytest.fixture
def some_roles(db: None) -> None:
    written(
        document(
            "Engineer",
            family="Data",
            interactions=(doing("Delivers report", "Analyst", "weekly"), doing("Consults", "Recruiter")),
        )
    )
    written(document("Analyst", family="Data", interactions=(doing("Receives report", "Engineer", "daily"),)))
    written(document("Recruiter", family="People", interactions=(doing("Consults", "Director"),)))
    written(document("Director"))
    written(document("Hermit", family="Woods"))
    written(document("Secret Plan", interactions=(doing("Consults", "Engineer"),)), status=Role.Status.DRAFT)
    link_partners()


def page_of(client: Client, query: str) -> MapPage:
    page = client.get(f"/map/?{query}").context["page"]
    assert isinstance(page, MapPage)
    return page


def names(client: Client, query: str) -> set[str]:
    """The names on the drawing."""
    drawing = page_of(client, query).drawing
    return {mark.node.name for mark in drawing.marks} if drawing else set()


def rows(client: Client, query: str) -> list[tuple[str, str, str, str]]:
    """The table: who does what with whom, how often."""
    return [
        (row.who.name, row.kind, row.whom.name, ", ".join(row.edge.frequencies))
        for row in page_of(client, query).rows
    ]


# Where things stand


@given(groups, some_pairs)
@settings(max_examples=20, deadline=None)
def test_regions_do_not_touch_and_each_role_is_in_its_own(
    groups: list[str], pairs: set[tuple[int, int]]
) -> None:
    layout = atlas(tuple(groups), tuple(sorted(pairs)))
    for one, other in combinations(layout.regions, 2):
        assert dist(one.center, other.center) > one.radius + other.radius
    regions = {region.name: region for region in layout.regions}
    for group, point in zip(groups, layout.points, strict=True):
        assert dist(point, regions[group].center) <= regions[group].radius - EDGE + 0.01
    assert all(dist(one, other) > 40 for one, other in combinations(layout.points, 2))


@given(groups, some_pairs)
@settings(max_examples=10, deadline=None)
def test_the_same_graph_gives_the_same_map(groups: list[str], pairs: set[tuple[int, int]]) -> None:
    def drawn() -> Layout:
        atlas.cache_clear()
        return atlas(tuple(groups), tuple(sorted(pairs)))

    assert drawn() == drawn()


def test_every_process_draws_the_same_map() -> None:
    program = (
        "from roles.map.layout import atlas;"
        "print(atlas(('Data', 'People', 'Data', '', 'People'), ((0, 1), (0, 2), (1, 3), (3, 4))))"
    )
    drawn = {
        subprocess.run(
            [sys.executable, "-c", program], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(drawn) == 1


@given(groups, some_pairs)
@settings(max_examples=10, deadline=None)
def test_a_name_stands_nearer_to_its_own_mark_than_to_any_other(
    groups: list[str], pairs: set[tuple[int, int]]
) -> None:
    points = tuple(atlas(tuple(groups), tuple(sorted(pairs))).points)
    texts = tuple("Machine Learning Engineer"[: 5 + place % 20] for place in range(len(points)))
    order = tuple(range(len(points)))
    labels, _titles = named(points, texts, order, (), (-1000, -1000, 1000, 1000))

    def away(mark: Point, box: tuple[float, float, float, float], zoom: float) -> float:
        x, y = mark.x * zoom, mark.y * zoom
        return hypot(max(box[0] - x, 0, x - box[2]), max(box[1] - y, 0, y - box[3]))

    for place, label in enumerate(labels):
        zoom = ZOOMS[label.zoom]
        box = name_box(points[place], texts[place], label.side, zoom)
        own = away(points[place], box, zoom)
        assert all(own < away(mark, box, zoom) for mark in points if mark != points[place])


def test_the_name_of_a_region_is_covered_by_no_name_of_a_role() -> None:
    # There is room for the short name long before there is for the long one.
    points, texts, title = (Point(0, 0), Point(0, 56)), ("Engineer", "Analyst"), Point(0, -30)
    labels, zooms = named(points, texts, (0, 1), ((title, "Data Engineering"),), (-100, -200, 100, 200))
    for point, text, label in zip(points, texts, labels, strict=True):
        for zoom in ZOOMS[max(label.zoom, *zooms) :]:
            assert name_box(point, text, label.side, zoom)[1] > title.y * zoom


@given(st.integers(1, MOST_ON_RINGS), st.integers(1, 4))
@settings(max_examples=20, deadline=None)
def test_what_is_further_away_stands_on_a_wider_ring_and_nothing_on_one_place(count: int, reach: int) -> None:
    steps = sorted(1 + number % reach for number in range(count))
    pairs = tuple((place if step > 1 else 0, place + 1) for place, step in enumerate(steps))
    layout = rings((0, *steps), pairs)
    for point, step in zip(layout.points, (0, *steps), strict=True):
        assert hypot(*point) == pytest.approx(layout.rings[step - 1] if step else 0)
    assert all(wider - narrower > RING - 0.01 for narrower, wider in pairwise(layout.rings))
    assert all(dist(one, other) > 24 for one, other in combinations(layout.points, 2))


# What is drawn


@pytest.mark.usefixtures("some_roles")
def test_the_whole_map_shows_all_roles_also_those_that_work_with_nobody(client: Client) -> None:
    assert names(client, "") == {"Engineer", "Analyst", "Recruiter", "Director", "Hermit"}


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("role=engineer", {"Engineer", "Analyst", "Recruiter"}),
        ("role=Engineer", {"Engineer", "Analyst", "Recruiter"}),
        ("role=engineer&depth=2", {"Engineer", "Analyst", "Recruiter", "Director"}),
        ("role=engineer&depth=99", {"Engineer", "Analyst", "Recruiter"}),
        ("role=hermit", {"Hermit"}),
        ("family=data", {"Engineer", "Analyst", "Recruiter"}),
        ("family=woods,people", {"Hermit", "Recruiter", "Engineer", "Director"}),
        ("kind=consults", {"Engineer", "Recruiter", "Director"}),
        ("role=engineer&kind=consults", {"Engineer", "Recruiter"}),
        ("role=hermit&kind=consults", {"Hermit"}),
        ("family=data&kind=delivers-report", {"Engineer", "Analyst"}),
    ],
)
@pytest.mark.usefixtures("some_roles")
def test_an_address_says_what_is_drawn(client: Client, query: str, shown: set[str]) -> None:
    assert names(client, query) == shown


@database
def test_steps_are_counted_along_the_kinds_that_are_shown(client: Client) -> None:
    written(document("Engineer", interactions=(doing("Consults", "Analyst"), doing("Advises", "Recruiter"))))
    written(document("Analyst", interactions=(doing("Advises", "Recruiter"),)))
    written(document("Recruiter", interactions=(doing("Consults", "Analyst"),)))
    link_partners()
    assert names(client, "role=engineer") == {"Engineer", "Analyst", "Recruiter"}
    assert names(client, "role=engineer&kind=consults") == {"Engineer", "Analyst"}
    assert names(client, "role=engineer&kind=consults&depth=2") == {"Engineer", "Analyst", "Recruiter"}


@pytest.mark.usefixtures("some_roles")
def test_a_draft_is_nowhere_on_the_page(client: Client) -> None:
    for query in ("", "others=shown", "q=secret", "role=secret-plan"):
        page = page_of(client, query)
        assert page.role is None
        assert "Secret Plan" not in names(client, query)
        assert not any("Secret Plan" in row for row in rows(client, query))
        assert b"/roles/secret-plan/" not in client.get(f"/map/?{query}").content


@pytest.mark.usefixtures("some_roles")
def test_whoever_may_see_drafts_sees_them(admin_client: Client) -> None:
    assert "Secret Plan" in names(admin_client, "")


@pytest.mark.usefixtures("some_roles")
def test_a_role_is_found_by_the_address_name_that_it_once_had(client: Client) -> None:
    OldSlug.objects.create(role=Role.objects.get(slug="engineer"), slug="builder")
    assert page_of(client, "role=builder").role == Role.objects.get(slug="engineer")


@pytest.mark.usefixtures("some_roles")
def test_names_that_are_looked_for_are_marked_and_listed(client: Client) -> None:
    page = page_of(client, "q=RECRUIT")
    assert page.drawing is not None
    assert [mark.node.name for mark in page.drawing.marks if mark.found] == ["Recruiter"]
    assert [node.name for node in page.found] == ["Recruiter"]


@pytest.mark.usefixtures("some_roles")
def test_of_too_many_roles_those_with_most_partners_are_drawn_and_the_table_has_all(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(map_module, "MOST_DRAWN", 2)
    page = page_of(client, "")
    assert names(client, "") == {"Engineer", "Recruiter"}
    assert (page.left_out, len(page.rows)) == (3, 3)


@pytest.mark.parametrize(
    "query",
    [
        "role=no-such",
        "role=%00",
        f"role={'x' * 10_000}&q={'y' * 10_000}",
        "role=engineer&role=analyst&depth=&depth=-1&depth=1e9",
        "kind=no-such&family=no-such&kind=&family=,,",
        "page=-4&sort=nothing&others=maybe",
        "page=99999999999999999999",
    ],
)
@pytest.mark.usefixtures("some_roles")
def test_whatever_an_address_asks_for_there_is_a_map(client: Client, query: str) -> None:
    assert client.get(f"/map/?{query}").status_code == 200
    assert names(client, query)


@pytest.mark.usefixtures("some_roles")
def test_several_families_and_kinds_can_be_kept_to_and_each_let_go(client: Client) -> None:
    page = page_of(client, "family=data,people&kind=consults")
    assert [(option.name, option.address) for option in page.kept] == [
        ("Data", "/map/?kind=consults&family=people"),
        ("People", "/map/?kind=consults&family=data"),
        ("Consults", "/map/?family=data%2Cpeople"),
    ]


@pytest.mark.usefixtures("some_roles")
def test_what_means_nothing_is_said(client: Client) -> None:
    assert "no-such" in page_of(client, "role=no-such").problems[0]
    assert "nowhere" in page_of(client, "family=nowhere").problems[0]


@database
def test_an_empty_catalogue_says_what_to_do(client: Client) -> None:
    assert "No roles yet" in client.get("/map/").content.decode()


# The table


@pytest.mark.usefixtures("some_roles")
def test_what_both_sides_state_is_one_row_with_both_frequencies(client: Client) -> None:
    assert ("Engineer", "Delivers report", "Analyst", "daily, weekly") in rows(client, "")
    assert len(rows(client, "")) == 3


@pytest.mark.parametrize(
    ("sort", "column", "expected"),
    [
        ("who", 0, ["Engineer", "Engineer", "Recruiter"]),
        ("kind", 1, ["Consults", "Consults", "Delivers report"]),
        ("whom", 2, ["Analyst", "Director", "Recruiter"]),
        ("often", 3, ["daily, weekly", "", ""]),
    ],
)
@pytest.mark.usefixtures("some_roles")
def test_the_table_is_sorted_by_a_column(client: Client, sort: str, column: int, expected: list[str]) -> None:
    assert [row[column] for row in rows(client, f"sort={sort}")] == expected


@database
def test_a_long_table_comes_in_pages(client: Client) -> None:
    partners = tuple(doing("Consults", f"Somebody {number}") for number in range(EDGES_ON_PAGE + 1))
    written(document("Engineer", interactions=partners))
    assert len(rows(client, "others=shown")) == EDGES_ON_PAGE
    assert len(rows(client, "others=shown&page=2")) == 1


@pytest.mark.parametrize("count", [3, 30])
@database
def test_the_number_of_queries_does_not_depend_on_the_number_of_roles(
    client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        written(
            document(
                f"Role {number}",
                family=f"Family {number}",
                interactions=tuple(doing("Consults", f"Role {other}") for other in range(number)),
            )
        )
    link_partners()
    with django_assert_num_queries(3):  # roles, interactions, kinds
        client.get("/map/")
    with django_assert_num_queries(4):  # and the role in the middle
        client.get("/map/?role=role-1&depth=4&others=shown&q=role&family=family-2&kind=consults")


# The small map on the page of a role


def small(client: Client, slug: str) -> dict[str, tuple[str, bool, bool]]:
    """By the first line of its name: on which side a neighbour stands, whether it receives and gives."""
    neighbours = client.get(f"/roles/{slug}/").context["page"].neighbours
    return {each.lines[0][0]: (each.anchor, each.to, each.back) for each in neighbours.neighbours}


@database
def test_receivers_stand_to_the_right_givers_to_the_left_and_partners_below(client: Client) -> None:
    said = (
        doing("Delivers report", "Analyst"),
        doing("Receives report", "Recruiter"),
        doing("Delivers report", "Director"),
        doing("Receives report", "Director"),
        doing("Pairs with", "Twin"),
    )
    written(document("Engineer", interactions=said))
    assert small(client, "engineer") == {
        "Analyst": ("start", True, False),
        "Recruiter": ("end", False, True),
        "Director": ("start", True, True),
        "Twin": ("middle", False, False),
    }


@database
def test_what_the_small_map_has_no_room_for_is_counted(client: Client) -> None:
    said = tuple(doing("Consults", f"Somebody {number}") for number in range(MOST + 3))
    written(document("Engineer", interactions=said))
    neighbours = client.get("/roles/engineer/").context["page"].neighbours
    assert (len(neighbours.neighbours), neighbours.more) == (MOST, 3)


@database
def test_a_role_without_interactions_has_no_small_map(client: Client) -> None:
    written(document("Hermit"))
    assert client.get("/roles/hermit/").context["page"].neighbours is None


@given(st.text(min_size=1))
def test_a_name_has_at_most_two_lines_that_fit(name: str) -> None:
    lines = in_lines(name)
    assert 1 <= len(lines) <= 2
    assert all(len(line) <= LINE_LENGTH for line in lines)
