"""Roles as JSON: every role in short, and all of one."""

import dataclasses
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from pydantic import BaseModel
from pytest_django import DjangoAssertNumQueries, Settings

from api.schemas import roles as schemas
from roles.documents import document as documents
from roles.documents.anchors import anchors
from roles.documents.document import (
    Agent,
    Capability,
    Interaction,
    McpServer,
    Member,
    RoleDocument,
    statements,
)
from roles.documents.reader import parse
from roles.models import Interaction as InteractionRow
from roles.models import OldSlug, Role, RoleJson, RoleMember, RoleRevision, SourceDocument
from roles.role_json import renew
from roles.store import Change, write
from tests.test_pages_role import FULL

pytestmark = pytest.mark.django_db

ADDED = {"url", "status", "replaced_by", "revision", "updated_at", "owner", "sources", "anchors"}


def publish(document: RoleDocument, **fields: Any) -> Role:
    """A role that says what the document says; its partners are but names."""
    role, _revision = write(None, document, Change(origin=RoleRevision.Origin.LOAD))
    Role.objects.filter(pk=role.pk).update(**fields)
    return Role.objects.get(pk=role.pk)


def describe(name: str, **parts: Any) -> RoleDocument:
    return RoleDocument(slug=name.lower().replace(" ", "-"), name=name, **parts)


def meet(role: Role, partner: Role) -> None:
    """Make one role the partner and the member in all that the other states."""
    InteractionRow.objects.filter(role=role).update(partner=partner)
    RoleMember.objects.filter(role=role).update(member=partner)


def get(client: Client, address: str) -> Any:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json; charset=utf-8"
    return answer.json()


def detail(client: Client, role: Role) -> dict[str, Any]:
    answer: dict[str, Any] = get(client, f"/api/v1/roles/{role.slug}")
    return answer


def names(client: Client, query: str = "") -> list[str]:
    return [item["name"] for item in get(client, f"/api/v1/roles{query}")["items"]]


def without(value: Any, added: set[str]) -> Any:
    """A JSON value without these keys, wherever they stand."""
    if isinstance(value, dict):
        return {key: without(part, added) for key, part in value.items() if key not in added}
    return [without(part, added) for part in value] if isinstance(value, list) else value


@pytest.fixture
def editor_client() -> Client:
    editor = User.objects.create_user("editor")
    editor.user_permissions.add(Permission.objects.get(codename="view_draft_role"))
    client = Client()
    client.force_login(editor)
    return client


@pytest.fixture
def three_roles() -> None:
    publish(describe("Data Engineer", family="Data", seniority="Senior", summary="Builds pipelines."))
    publish(describe("Data Analyst", family="Data", seniority="Mid", mission="Answers questions."))
    publish(describe("Recruiter", family="People", seniority="Mid", description="Finds people."))


# One role


def test_a_role_is_its_document_and_what_the_catalogue_adds(client: Client) -> None:
    answer = detail(client, publish(FULL))
    assert answer.keys() - FULL.to_json().keys() == ADDED
    stated = {field: value for field, value in answer.items() if field not in ADDED}
    assert without(stated, {"anchor", "role"}) == FULL.to_json()


@pytest.mark.parametrize(
    ("field", "keys"),
    [
        ("identifiers", {"scheme", "value", "anchor"}),
        ("properties", {"name", "values", "anchor"}),
        ("responsibilities", {"name", "text", "success_metric", "primary", "group", "anchor"}),
        ("capabilities", {"name", "level", "detail", "anchor"}),
        ("artifacts", {"name", "type", "anchor"}),
        ("interactions", {"kind", "partner", "frequency", "notes", "link", "role", "anchor"}),
        ("variations", {"name", "text", "anchor"}),
        ("daily_tasks", {"time", "name", "text", "anchor"}),
        ("members", {"role_code", "count", "role", "anchor"}),
        ("personalities", {"name", "text", "anchor"}),
        ("example_phrases", {"label", "text", "anchor"}),
        ("mcp_servers", {"name", "url", "purpose", "anchor"}),
        ("sections", {"heading", "level", "text", "position", "anchor"}),
    ],
)
def test_the_parts_of_a_role_have_exactly_these_keys(client: Client, field: str, keys: set[str]) -> None:
    answer = detail(client, publish(FULL))
    items = answer[field] if field in answer else answer["agent"][field]
    assert items
    assert [item.keys() for item in items] == [keys] * len(items)


@pytest.mark.parametrize(
    ("part", "added"),
    [
        (schemas.RoleDetail, ADDED),
        (schemas.Agent, set()),
        *((schema, {"anchor", "role"}) for schema in (schemas.Interaction, schemas.Member)),
        *(
            (schema, {"anchor"})
            for schema in schemas.Statement.__subclasses__()
            if schema not in (schemas.Interaction, schemas.Member)
        ),
    ],
)
def test_the_schema_has_every_field_of_the_document(part: type[BaseModel], added: set[str]) -> None:
    stated = documents.RoleDocument if part is schemas.RoleDetail else getattr(documents, part.__name__)
    fields = {field.name for field in dataclasses.fields(stated)}
    assert part.model_fields.keys() == fields | added


def test_every_statement_has_its_anchor(client: Client) -> None:
    answer = detail(client, publish(FULL))
    assert answer["anchors"] == anchors(statements(FULL))


def test_an_object_has_the_anchor_of_its_statement(client: Client) -> None:
    answer = detail(client, publish(FULL))
    assert [item["anchor"] for item in answer["capabilities"]] == [
        answer["anchors"]["capabilities:sql"],
        answer["anchors"]["capabilities:patience"],
        answer["anchors"]["capabilities:spanish"],
    ]
    assert answer["agent"]["mcp_servers"][0]["anchor"] == answer["anchors"]["agent.mcp_servers:snowflake"]


def test_statements_that_are_named_alike_have_anchors_of_their_own(client: Client) -> None:
    same = (Capability(name="SQL", level="Expert"), Capability(name="sql"))
    answer = detail(client, publish(describe("Analyst", capabilities=same)))
    assert [item["anchor"] for item in answer["capabilities"]] == [
        answer["anchors"]["capabilities:sql"],
        answer["anchors"]["capabilities:sql#2"],
    ]


def test_partners_and_members_that_are_roles_are_named_by_slug(client: Client) -> None:
    stated = (Interaction(kind="Advises", partner="Data Eng"), Interaction(kind="Advises", partner="Boards"))
    ops = publish(describe("Ops", interactions=stated, members=(Member(role_code="DATA4002"),)))
    meet(ops, publish(FULL))
    InteractionRow.objects.filter(partner_name="Boards").update(partner=None)
    answer = detail(client, ops)
    assert [(item["partner"], item["role"]) for item in answer["interactions"]] == [
        ("Data Eng", "data-engineer"),
        ("Boards", None),
    ]
    assert answer["members"][0]["role"] == "data-engineer"


def test_drafts_are_named_only_to_those_who_may_see_them(client: Client, editor_client: Client) -> None:
    stated = (Interaction(kind="Advises", partner="Plan"),)
    ops = publish(describe("Ops", interactions=stated, members=(Member(role_code="PLAN"),)))
    meet(ops, publish(describe("Plan"), status="draft"))
    for reader, slug in ((client, None), (editor_client, "plan")):
        answer = detail(reader, ops)
        assert (answer["interactions"][0]["role"], answer["members"][0]["role"]) == (slug, slug)


def test_the_catalogue_adds_address_status_revision_and_time(client: Client) -> None:
    role = publish(FULL, status="archived", updated_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    answer = detail(client, role)
    assert answer["url"] == "http://testserver/roles/data-engineer/"
    assert answer["status"] == "archived"
    assert answer["updated_at"] == "2026-01-02T03:04:05Z"
    assert answer["revision"] == 1


def test_the_revision_counts_changes(client: Client) -> None:
    role = publish(describe("Analyst"))
    write(role, describe("Analyst", mission="Answer."), Change(origin=RoleRevision.Origin.ADMIN))
    answer = detail(client, role)
    assert (answer["revision"], answer["mission"]) == (2, "Answer.")


@pytest.mark.parametrize(
    ("user", "name"),
    [({"first_name": "Ada", "last_name": "Lovelace"}, "Ada Lovelace"), ({"email": "hr@example.org"}, "hr")],
)
def test_the_owner_is_a_name(client: Client, user: dict[str, str], name: str) -> None:
    owner = User.objects.create_user("hr", **user)
    assert detail(client, publish(describe("Analyst"), owner=owner))["owner"] == name


def test_an_archived_role_says_what_replaced_it(client: Client) -> None:
    successor = publish(describe("Data Analyst"))
    role = publish(describe("Analyst"), status="archived", successor=successor)
    assert detail(client, role)["replaced_by"] == {
        "slug": "data-analyst",
        "name": "Data Analyst",
        "url": "http://testserver/roles/data-analyst/",
    }


def test_a_successor_that_is_a_draft_is_not_told(client: Client) -> None:
    hidden = publish(describe("Data Analyst"), status="draft")
    role = publish(describe("Analyst"), successor=hidden)
    assert detail(client, role)["replaced_by"] is None


def test_a_listed_role_says_what_will_replace_it(client: Client) -> None:
    role = publish(describe("Analyst"), successor=publish(describe("Data Analyst")))
    items = {item["slug"]: item for item in client.get("/api/v1/roles").json()["items"]}
    assert items[role.slug]["replaced_by"]["slug"] == "data-analyst"
    assert items["data-analyst"]["replaced_by"] is None


def test_a_role_without_owner_document_or_agent_says_so(client: Client) -> None:
    answer = detail(client, publish(describe("Analyst")))
    assert (answer["owner"], answer["sources"], answer["agent"]) == (None, [], None)


def test_a_role_of_which_nothing_was_ever_written_is_its_name(client: Client) -> None:
    answer = detail(client, Role.objects.create(slug="analyst", name="Analyst"))
    assert (answer["name"], answer["revision"], answer["mission"]) == ("Analyst", None, None)


def test_sources_tell_where_a_document_says_something_else(client: Client) -> None:
    text = b"---\nid: a-1\nname: Analyst\n---\n# Mission\nAnswer.\n# Capabilities\n- **SQL**: Expert\n"
    parsed = parse(text)
    assert parsed.document is not None
    role = publish(dataclasses.replace(parsed.document, mission="Answer well.", capabilities=()))
    SourceDocument.objects.create(
        role=role,
        path="data/analyst.md",
        dialect="profile",
        digest="0" * 64,
        content=text,
        rank=1,
        parsed=parsed.document.to_json(),
        lines=parsed.statement_lines,
    )
    assert detail(client, role)["sources"] == [
        {
            "path": "data/analyst.md",
            "dialect": "profile",
            "rank": 1,
            "differs": [
                {"field": "mission", "value": "Answer.", "line": 6},
                {
                    "field": "capabilities:sql",
                    "value": {"name": "SQL", "level": "Expert", "detail": None},
                    "line": 8,
                },
            ],
        }
    ]


def test_an_old_slug_leads_on_for_good(client: Client) -> None:
    OldSlug.objects.create(role=publish(FULL), slug="pipeline-engineer")
    answer = client.get("/api/v1/roles/pipeline-engineer")
    assert (answer.status_code, answer["Location"]) == (308, "/api/v1/roles/data-engineer")


def test_a_browser_asks_again_where_an_old_slug_leads_for_the_role_may_get_it_back(client: Client) -> None:
    OldSlug.objects.create(role=publish(FULL), slug="pipeline-engineer")
    assert client.get("/api/v1/roles/pipeline-engineer")["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("slug", ["plan", "former-plan"])
def test_a_draft_is_there_only_for_those_who_may_see_it(
    client: Client, editor_client: Client, slug: str
) -> None:
    OldSlug.objects.create(role=publish(describe("Plan"), status="draft"), slug="former-plan")
    assert client.get(f"/api/v1/roles/{slug}").status_code == 404
    assert editor_client.get(f"/api/v1/roles/{slug}", follow=True).json()["status"] == "draft"


def test_who_signed_in_reads_a_role_where_reading_needs_it(
    client: Client, editor_client: Client, settings: Settings
) -> None:
    settings.READ_ACCESS = "login"
    role = publish(FULL)
    assert client.get(f"/api/v1/roles/{role.slug}").status_code == 401
    assert editor_client.get(f"/api/v1/roles/{role.slug}").status_code == 200


def test_a_role_takes_the_same_queries_however_much_it_says(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    others = [publish(describe(f"Partner {number}")) for number in range(3)]
    for size in (1, 4):
        role = publish(
            describe(
                f"Role {size}",
                interactions=tuple(Interaction(kind="Advises", partner=f"P {n}") for n in range(size)),
                members=tuple(Member(role_code=f"M{n}") for n in range(size)),
                capabilities=tuple(Capability(name=f"C {n}") for n in range(size)),
                agent=Agent(mcp_servers=tuple(McpServer(name=f"s{n}") for n in range(size))),
            ),
            owner=User.objects.create_user(f"owner {size}"),
        )
        for number, partner in enumerate(others[:size]):
            InteractionRow.objects.filter(role=role, position=number).update(partner=partner)
            RoleMember.objects.filter(role=role, position=number).update(member=partner)
            SourceDocument.objects.create(
                role=role,
                path=f"{size}/{number}.md",
                dialect="job",
                digest="0" * 64,
                content=b"",
                rank=number,
                parsed=describe("Role").to_json(),
            )
        renew()
        # The role with what was made of its revision and documents; the roles that it names.
        with django_assert_num_queries(2):
            detail(client, role)
        RoleJson.objects.update(version=0)
        # Made anew: the revision and the documents too.
        with django_assert_num_queries(4):
            detail(client, role)


# The list


@pytest.mark.usefixtures("three_roles")
def test_the_list_has_all_roles_by_name_in_short(client: Client) -> None:
    answer = get(client, "/api/v1/roles")
    assert without(answer, {"items"}) == {"count": 3, "next": None, "previous": None}
    assert [item["name"] for item in answer["items"]] == ["Data Analyst", "Data Engineer", "Recruiter"]


def test_an_item_of_the_list_has_exactly_these_keys(client: Client) -> None:
    publish(FULL, updated_at=datetime(2026, 1, 2, tzinfo=UTC))
    assert get(client, "/api/v1/roles")["items"] == [
        {
            "slug": "data-engineer",
            "name": "Data Engineer",
            "url": "http://testserver/roles/data-engineer/",
            "family": "Data",
            "family_slug": "data",
            "seniority": "Senior",
            "seniority_slug": "senior",
            "summary": "Builds pipelines.",
            "status": "published",
            "replaced_by": None,
            "updated_at": "2026-01-02T00:00:00Z",
            "top_capabilities": [
                {"name": "SQL", "level": "Advanced"},
                {"name": "Patience", "level": "Endless"},
                {"name": "Spanish", "level": None},
            ],
        }
    ]


def test_what_a_role_does_not_state_is_null_in_the_list(client: Client) -> None:
    publish(describe("Analyst"))
    item = get(client, "/api/v1/roles")["items"][0]
    unstated = ("family", "family_slug", "seniority", "seniority_slug", "summary")
    assert [item[field] for field in unstated] == [None] * len(unstated)


def test_the_capabilities_in_the_list_are_the_highest(client: Client) -> None:
    levels = ("Novice", "Expert", "Someday", "Advanced", "Competent", "Expert")
    skills = tuple(Capability(name=f"Skill {n}", level=level) for n, level in enumerate(levels))
    publish(describe("Analyst", capabilities=skills))
    item = get(client, "/api/v1/roles")["items"][0]
    assert [skill["name"] for skill in item["top_capabilities"]] == [
        "Skill 1",
        "Skill 5",
        "Skill 3",
        "Skill 4",
    ]


@pytest.mark.usefixtures("three_roles")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?q=pipelines", ["Data Engineer"]),
        ("?q=questions+answers", ["Data Analyst"]),
        ("?q=", ["Data Analyst", "Data Engineer", "Recruiter"]),
        ("?q=zebra", []),
        ("?q=%00", []),
        ("?family=data", ["Data Analyst", "Data Engineer"]),
        ("?family=data&family=people", ["Data Analyst", "Data Engineer", "Recruiter"]),
        ("?seniority=mid", ["Data Analyst", "Recruiter"]),
        ("?seniority=mid&seniority=senior&family=data", ["Data Analyst", "Data Engineer"]),
        ("?q=data&seniority=senior", ["Data Engineer"]),
        ("?family=nonsense", []),
    ],
)
def test_words_and_filters_narrow_the_list(client: Client, query: str, found: list[str]) -> None:
    assert names(client, query) == found


def test_the_best_match_comes_first(client: Client) -> None:
    publish(describe("Analyst", description="Now and then asks a recruiter for help with something else."))
    publish(describe("Recruiter"))
    assert names(client, "?q=recruiter") == ["Recruiter", "Analyst"]


def test_drafts_are_listed_only_for_those_who_may_see_them(client: Client, editor_client: Client) -> None:
    publish(describe("Plan"), status="draft")
    assert (names(client), names(editor_client)) == ([], ["Plan"])


def test_archived_roles_are_not_listed(client: Client, editor_client: Client) -> None:
    publish(describe("Old"), status="archived")
    assert (names(client), names(editor_client)) == ([], [])


@pytest.mark.parametrize("limit", [1, 3, 7, 8])
def test_following_next_and_previous_meets_every_role_once(client: Client, limit: int) -> None:
    expected = [f"Role {number}" for number in range(7)]
    for name in (*expected, "Other"):
        publish(describe(name, family=None if name == "Other" else "Data"))
    forth, address = [], f"/api/v1/roles?family=data&limit={limit}"
    while address:
        answer = get(client, address)
        assert answer["count"] == 7
        forth += [item["name"] for item in answer["items"]]
        last, address = address, answer["next"]
    assert forth == expected
    back: list[str] = []
    address = last
    while address:
        answer = get(client, address)
        back = [item["name"] for item in answer["items"]] + back
        address = answer["previous"]
    assert back == expected


def test_neighbouring_pages_keep_what_was_asked_for(client: Client) -> None:
    for number in range(5):
        publish(describe(f"Role {number}", family="Data", seniority="Mid"))
    answer = get(client, "/api/v1/roles?q=role&family=data&family=people&limit=2&offset=2")
    start = "http://testserver/api/v1/roles?q=role&family=data&family=people&limit=2"
    assert (answer["previous"], answer["next"]) == (f"{start}&offset=0", f"{start}&offset=4")


def test_a_page_has_twenty_roles_unless_asked_otherwise(client: Client) -> None:
    for number in range(21):
        publish(describe(f"Role {number}"))
    assert (len(names(client)), len(names(client, "?limit=100"))) == (20, 21)


@pytest.mark.usefixtures("three_roles")
def test_past_the_end_there_is_only_a_way_back(client: Client) -> None:
    answer = get(client, "/api/v1/roles?offset=2147483647&limit=2")
    assert (answer["items"], answer["next"]) == ([], None)
    assert [item["name"] for item in get(client, answer["previous"])["items"]] == [
        "Data Engineer",
        "Recruiter",
    ]


@pytest.mark.parametrize("address", ["/api/v1/roles", "/api/v1/roles/data-engineer"])
def test_head_answers_as_get_does_without_a_body(client: Client, address: str) -> None:
    publish(FULL)
    whole, head = client.get(address), client.head(address)
    assert (head.status_code, head.content) == (200, b"")
    assert head["Content-Length"] == whole["Content-Length"]


@pytest.mark.parametrize("query", ["", "?q=role", "?family=data&seniority=mid"])
def test_the_list_takes_the_same_queries_however_long_it_is(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, query: str
) -> None:
    for number in range(5):
        skills = tuple(Capability(name=f"Skill {number}.{n}", level="Expert") for n in range(1, number + 2))
        publish(describe(f"Role {number}", family="Data", seniority="Mid", capabilities=skills))
        # The state, how many there are, the roles of the page, their capabilities with those' levels.
        with django_assert_num_queries(4):
            names(client, query)
