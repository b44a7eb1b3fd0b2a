"""Search finds the same roles on every database, and its index follows the table whatever is done to it."""

import json
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import Count

from roles.models import Interaction, InteractionKind, JobFamily, Role, SearchDocument
from roles.search import COLUMN_BYTES, QUERY_TERMS, search_document

pytestmark = pytest.mark.django_db


def document(**said: Any) -> dict[str, Any]:
    """The JSON of a role document that says nothing but this."""
    empty: dict[str, Any] = {
        "slug": "",
        "name": "",
        "identifiers": [],
        "aliases": [],
        "tags": [],
        "extra": {},
        "family": None,
        "seniority": None,
        "mission": None,
        "summary": None,
        "description": None,
        "responsibilities": [],
        "interactions": [],
        "agent": None,
        "sections": [],
    }
    return empty | said


def role(slug: str, **said: Any) -> Role:
    """A stored role that search knows by a document that says this."""
    made = Role.objects.create(slug=slug, name=said.get("name") or slug)
    SearchDocument.objects.create(role=made, **search_document(document(**said)))
    return made


def found(query: str) -> list[str]:
    return list(Role.objects.matching(query).values_list("slug", flat=True))


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("Data Engineer", "data engineer"),
        ("Data Engineer", "engineer data"),
        ("Data Engineer", "DATA eng"),
        ("Data Engineer", '"data engineer"'),
        ("Data Engineer", '"data'),
        ("Data Engineer", "data*"),
        ("Data Engineer", "(data) & engineer | : !"),
        ("Data Engineer", "data \\ engineer'"),
        ("on-call rota", "on-call"),
        ("on-call rota", "on call"),
        ("CI/CD", "ci/cd"),
        ("CI/CD", "CD CI"),
        ("C++ and C#", "c++"),
        ("C++ and C#", "C#"),
        ("modern C++17 code", "c++17"),
        ("Node.js, .NET", "node.js"),
        ("Node.js, .NET", ".net"),
        ("O'Brien’s law", "o'brien’s"),
        ("snake_case_name", "snake_case"),
        ("**bold**text", "text bold"),
        ("Résumé", "resume"),
        ("resume", "résumé"),
        ("Straße", "strasse"),
        ("STRASSE", "straße"),
        ("Łódź", "lodz"),
        ("Ｆｕｌｌｗｉｄｔｈ", "fullwidth"),
        ("İstanbul", "istanbul"),
        ("Ёлка Διαχείριση", "ёлка διαχειριση"),
        ("データエンジニアの仕事", "エンジニア"),
        ("データエンジニアの仕事", "仕"),
        ("データエンジニアの仕事", "事"),
        ("データエンジニアの仕事", "仕事 データ"),
        ("SQLデータ", "sql"),
        ("数据工程师", "工程"),
        ("데이터 엔지니어", "데이"),
        ("build 7e3fab of 2024-06", "7e3fab"),
        ("build 7e3fab of 2024-06", "2024-06"),
        ("0x1f 1e5 3d 24x7 1.5", "1e5"),
        ("0x1f 1e5 3d 24x7 1.5", "0x1f"),
        ("0x1f 1e5 3d 24x7 1.5", "3d 24x7"),
        ("0x1f 1e5 3d 24x7 1.5", "1.5"),
        ("level ٣", "level 3"),
        ("20°C", "20 c"),
        ("see http://example.org/a/b.html?x=1", "example.org a b html"),
        ("mail hr@example.org", "hr@example.org"),
        ("rock AND roll OR NOT NEAR", "AND"),
        ("rock AND roll OR NOT NEAR", "rock OR"),
        ("rock AND roll OR NOT NEAR", "NOT rock"),
        ("rock AND roll OR NOT NEAR", "NEAR(rock)"),
        ("data pipelines", "pipeline data"),
        ("a data pipeline", "pipelines data"),
        ("policies", "policy"),
        ("one policy a day", "policies day"),
        ("one batch a day", "batches day"),
        ("access and status", "access status"),
        ("APIs", "api"),
        ("root cause analysis", "analys"),
        ("technology", "technolog"),
        ("technologies", "technologie"),
        ("d" * 200, "d" * 200),
        ("d" * 200, "d" * 3),
        ("the end of it", "of the"),
    ],
)
def test_a_role_is_found(text: str, query: str) -> None:
    role("other", mission="Nothing")
    role("wanted", mission=text)
    assert found(query) == ["wanted"]


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("Data Engineer", "data scientist"),
        ("Data Engineer", "dat engineer"),
        ("Data Engineer", "data OR scientist"),
        ("Data Engineer", "ngineer"),
        ("Data Engineer", "data -engineering"),
        ("C++", "c#"),
        ("C code", "c++"),
        ("rock", "rock*roll"),
        ("工程师", "程工"),
        ("データ 仕事", "タ仕"),
        ("Data Engineer", "++"),
        ("Data Engineer", "'"),
        ("Data Engineer", '"" -- %_?*'),
        ("Data Engineer", "\x00"),
        ("Data Engineer", "title:data"),
        ("Data Engineer", "{title summary}: data"),
    ],
)
def test_a_role_is_not_found(text: str, query: str) -> None:
    role("unwanted", mission=text)
    assert found(query) == []


@pytest.mark.parametrize("query", ["", "  ", "\t\n", "\u00a0"])
def test_a_blank_query_keeps_all_roles_in_their_order(query: str) -> None:
    role("b", name="Beta")
    role("a", name="Alpha")
    assert found(query) == ["a", "b"]


def test_a_query_of_any_length_is_answered() -> None:
    role("wanted", mission="word " * 10)
    assert found("word " * QUERY_TERMS * 1000 + "unknown") == ["wanted"]


def test_a_match_in_the_name_comes_before_one_in_the_text() -> None:
    role("in-agent", agent={"name": "Pipeline"})
    role("in-statement", responsibilities=[{"name": "Pipeline", "text": None}])
    role("in-mission", mission="Pipeline")
    role("in-name", name="Pipeline")
    assert found("pipeline") == ["in-name", "in-mission", "in-statement", "in-agent"]


def test_words_that_follow_one_another_come_before_words_apart() -> None:
    role("apart", mission="The quality of quality, and data.")
    role("in-a-row", description="Many other words before it. They answer for data quality. " + "More. " * 50)
    assert found("data quality") == ["in-a-row", "apart"]
    assert found("data qualit") == ["in-a-row", "apart"]


def test_a_document_is_split_by_weight() -> None:
    columns = search_document(
        document(
            slug="data-eng",
            name="Data Engineer",
            aliases=["Pipeliner"],
            identifiers=[{"scheme": "role-code", "value": "DATA4002"}],
            tags=["Big"],
            seniority="Senior",
            extra={"audience": {"who": ["Everyone"], "count": 3}},
            mission="Move",
            summary="Short",
            description="Long",
            interactions=[{"kind": "Advises", "partner": "Analyst", "frequency": None, "link": "analyst.md"}],
            agent={"name": "Bot", "mcp_servers": [{"name": "dbt", "url": "https://example.org"}]},
        )
    )
    assert columns == {
        "title": "data engineer pipeliner data4002 data eng",
        "summary": "move short long",
        "statements": "big everyon senior advis analyst",
        "agent": "bot dbt",
    }


def test_the_longest_document_can_be_indexed() -> None:
    characters = [chr(number) for number in range(0x4E00, 0x9FFF)]
    longest = "".join(characters) + "".join(characters[::-1]) + "".join(characters[::2])
    made = role("long", name=longest, mission=longest[::-1], tags=[longest[::3] * 2], agent={"name": longest})
    stored = SearchDocument.objects.get(role=made)
    assert COLUMN_BYTES - 10 < len(stored.title.encode()) <= COLUMN_BYTES
    assert found(longest[:5]) == ["long"]


# Each does something to the role "kept" that says "old", or to the role "gone", and to no other.
CHANGES: list[tuple[str, Callable[[], object], dict[str, list[str]]]] = [
    (
        "save",
        lambda: SearchDocument(role=Role.objects.get(slug="kept"), statements="new").save(),
        {"old": ["gone"], "new": ["kept"]},
    ),
    (
        "update",
        lambda: SearchDocument.objects.filter(role__slug="kept").update(statements="new"),
        {"old": ["gone"], "new": ["kept"]},
    ),
    (
        "bulk_update",
        lambda: SearchDocument.objects.bulk_update(
            [
                SearchDocument(role=each, title="", summary="new", statements="", agent="")
                for each in Role.objects.all()
            ],
            ["title", "summary", "statements", "agent"],
        ),
        {"old": [], "new": ["gone", "kept"]},
    ),
    (
        "bulk_create",
        lambda: SearchDocument.objects.bulk_create(
            SearchDocument(role=Role.objects.create(slug=slug, name=slug), agent="new") for slug in ("x", "y")
        ),
        {"old": ["gone", "kept"], "new": ["x", "y"]},
    ),
    (
        "bulk_create over existing rows",
        lambda: SearchDocument.objects.bulk_create(
            [SearchDocument(role=each, title="new") for each in Role.objects.all()],
            update_conflicts=True,
            unique_fields=["role"],
            update_fields=["title", "statements"],
        ),
        {"old": [], "new": ["gone", "kept"]},
    ),
    (
        "delete",
        lambda: SearchDocument.objects.filter(role__slug="gone").delete(),
        {"old": ["kept"], "new": []},
    ),
    ("delete a role", lambda: Role.objects.get(slug="gone").delete(), {"old": ["kept"], "new": []}),
    ("delete all roles", lambda: Role.objects.all().delete(), {"old": [], "new": []}),
]


@pytest.mark.parametrize(("change", "hits"), [change[1:] for change in CHANGES], ids=[c[0] for c in CHANGES])
def test_the_index_follows_the_table(change: Callable[[], object], hits: dict[str, list[str]]) -> None:
    for slug in ("gone", "kept"):
        made = Role.objects.create(slug=slug, name=slug)
        SearchDocument.objects.create(role=made, statements="old")
    change()
    assert {query: sorted(found(query)) for query in ("old", "new")} == hits
    check_index()


def test_the_index_forgets_what_was_rolled_back() -> None:
    role("kept", mission="old")

    with transaction.atomic():
        SearchDocument.objects.update(summary="new")
        transaction.set_rollback(True)
    assert (found("old"), found("new")) == (["kept"], [])
    check_index()


def check_index() -> None:
    """Raise DatabaseError if SQLite's index differs from its table; PostgreSQL computes its own."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO roles_searchindex(roles_searchindex, rank) VALUES ('integrity-check', 1)"
            )


def test_found_roles_can_be_narrowed_counted_sliced_and_ordered() -> None:
    for slug in ("a", "b", "c"):
        role(slug, mission="data")
    Role.objects.filter(slug="a").update(status=Role.Status.ARCHIVED)
    hits = Role.objects.matching("data")
    assert hits.count() == 3
    assert hits.listed().count() == 2
    assert [each.slug for each in hits.order_by("-slug")[1:3]] == ["b", "a"]
    assert Role.objects.listed().matching("data").exclude(slug="b").get().slug == "c"


def test_a_search_is_one_query(django_assert_num_queries: Any) -> None:
    role("a", mission="data")
    with django_assert_num_queries(1):
        assert [each.slug for each in Role.objects.listed().matching("data")] == ["a"]


def test_found_roles_carry_their_rank() -> None:
    role("less", mission="data")
    role("more", name="Data", mission="data")
    ranks = {each.slug: each.rank for each in Role.objects.matching("data")}  # type: ignore[attr-defined]
    assert ranks["more"] < ranks["less"]


def test_found_roles_can_be_part_of_another_query() -> None:
    other = role("other")
    wanted = role("wanted", mission="data")
    kind = InteractionKind.objects.all()[0]
    for each in (other, wanted):
        Interaction.objects.create(role=each, kind=kind, partner_name="Somebody")
    assert Interaction.objects.filter(role__in=Role.objects.matching("data")).get().role == wanted


def test_found_roles_can_be_counted_by_family() -> None:
    family = JobFamily.objects.create(name="Engineering")
    for slug in ("a", "b"):
        role(slug, mission="data " * len(slug))
    role("other")
    Role.objects.update(family=family)
    counted = Role.objects.matching("data").order_by("family__name").values_list("family__name")
    assert list(counted.annotate(number=Count("pk"))) == [("Engineering", 2)]


def test_a_dump_of_the_database_leaves_the_index_out() -> None:
    role("a", mission="data")
    dump = StringIO()
    call_command("dumpdata", "roles", "auth", stdout=dump)
    kept = {row["model"] for row in json.loads(dump.getvalue())}
    assert "roles.searchdocument" in kept
    assert "roles.searchhit" not in kept
