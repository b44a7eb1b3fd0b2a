"""The page of a role: all that the catalogue knows of it, and nothing that a reader may not see."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape
from pytest_django import DjangoAssertNumQueries

from roles.documents.document import (
    Agent,
    Artifact,
    Capability,
    DailyTask,
    Identifier,
    McpServer,
    Member,
    Phrase,
    Property,
    Responsibility,
    RoleDocument,
    Section,
    Variation,
    field_of,
    statements,
)
from roles.documents.document import Interaction as StatedInteraction
from roles.models import Interaction, OldSlug, Role, RoleMember, RoleRendering, SourceDocument
from roles.models import McpServer as SharedServer
from roles.sources import stated_document
from tests.test_pages import describe, editor_client, page, publish, words_of

__all__ = ["editor_client"]

pytestmark = pytest.mark.django_db

FULL = RoleDocument(
    slug="data-engineer",
    name="Data Engineer",
    identifiers=(Identifier(scheme="role-code", value="DATA4002"),),
    aliases=("Pipeline Engineer",),
    tags=("warehouse",),
    extra={"grade": "L5", "sites": ["Bonn", "Porto"], "budget": {"owner": "CDO"}},
    family="Data",
    seniority="Senior",
    mission="Deliver *reliable* data.",
    summary="Builds pipelines.",
    description="First paragraph.\n\nSecond paragraph.",
    properties=(Property(name="Preferred Tech", values=("Airflow", "dbt")), Property(name="Travel")),
    responsibilities=(
        Responsibility(name="Pipelines", text="Build them.", success_metric="99.9% fresh", primary=True),
        Responsibility(text="Answer questions about the data, whoever asks."),
        Responsibility(name="Contracts", group="Across teams"),
    ),
    capabilities=(
        Capability(name="SQL", level="Advanced", detail="window functions"),
        Capability(name="Patience", level="Endless"),
        Capability(name="Spanish"),
    ),
    artifacts=(Artifact(name="Datasets", type="dataset"), Artifact(name="Lineage map")),
    interactions=(
        StatedInteraction(
            kind="Delivers dataset", partner="Data Analyst", frequency="daily", notes="By *contract*."
        ),
        StatedInteraction(kind="Depends on", partner="Platform Engineer"),
        StatedInteraction(kind="Common partner", partner="Executive stakeholders"),
    ),
    variations=(Variation(name="Analytics Engineer", text="Closer to analysis."),),
    daily_tasks=(DailyTask(time="10:00", name="Pipeline check"), DailyTask(text="Reads what others wrote.")),
    metrics=("Few incidents",),
    principles=("Automate it",),
    members=(Member(role_code="SWEN1002", count=4),),
    agent=Agent(
        name="DataPipe_Builder",
        system_prompt="You are an engineer.\n\n## Rules\n\n- be kind",
        personalities=(Variation(name="Calm", text="Never hurries."),),
        example_phrases=(Phrase(label="Greeting", text="Good morning."),),
        mcp_servers=(McpServer(name="snowflake", url="https://snowflake.example/", purpose="Querying."),),
        knowledge=("docs/pipelines.md",),
    ),
    sections=(
        Section(text="Before everything."),
        Section(heading="Guardrails", level=3, text="Never drops tables.", position="agent"),
        Section(heading="Hiring notes", text="Ask about *backfills*.", position="agent"),
    ),
)
WITHOUT_ANCHOR = ("slug",)


def words_on(client: Client, slug: str) -> str:
    return words_of(page(client, f"/roles/{slug}/"))


def section(html: str, name: str) -> str:
    """The HTML of one section of a page."""
    return re.split(r"<section id=|</section>", html.split(f'<section id="{name}"')[1])[0]


def meet(role: Role, partner: Role, kind: str | None = None) -> None:
    """Make the role the partner in what another role's interactions state."""
    interactions = Interaction.objects.filter(role=role)
    (interactions.filter(kind_name=kind) if kind else interactions).update(partner=partner)


def write_down(
    role: Role, lines: dict[str, int], *, says: RoleDocument | None = None, missing: bool = False
) -> None:
    """Give the role a document that has its statements, or those of `says`, on these lines."""
    SourceDocument.objects.create(
        role=role,
        path="data.md",
        dialect="profile",
        digest="0" * 64,
        content=b"",
        rank=1,
        parsed=(says or stated_document(role)).to_json(),
        lines=lines,
        missing=missing,
    )


def texts_in(value: Any) -> list[str]:
    """Every text of a document's JSON, without marks of emphasis and headings."""
    if isinstance(value, str):
        lines = [" ".join(re.sub(r"[*#]|^- ", "", line).split()) for line in value.splitlines()]
        return [line for line in lines if line]
    if isinstance(value, dict):
        return [text for inner in value.values() for text in texts_in(inner)]
    return [text for inner in value for text in texts_in(inner)] if isinstance(value, list) else []


def test_the_page_says_everything_that_the_document_says(client: Client) -> None:
    publish(FULL)
    stated = FULL.to_json()
    for field in ("slug", "identifiers"):
        stated.pop(field)
    for part in (*stated["sections"], *stated["interactions"]):
        part.pop("position", None)
    stated["agent"]["mcp_servers"][0].pop("url")
    html = page(client, "/roles/data-engineer/")
    words = words_of(html)
    assert [text for text in texts_in(stated) if text not in words] == []
    assert "DATA4002" in words
    assert 'href="https://snowflake.example/"' in html


def test_every_link_within_the_page_leads_to_one_place(client: Client) -> None:
    role = publish(FULL)
    lines = {key: number for number, key in enumerate(statements(FULL), start=2)}
    write_down(role, lines)
    html = page(client, "/roles/data-engineer/")
    places = re.findall(r'\sid="([^"]+)"', html)
    assert len(places) == len(set(places))
    assert [link for link in re.findall(r'href="#([^"]*)"', html) if link not in places] == []


@pytest.mark.parametrize("key", [key for key in statements(FULL) if field_of(key) not in WITHOUT_ANCHOR])
def test_each_statement_has_its_place_on_the_page(client: Client, key: str) -> None:
    write_down(publish(FULL), {key: 7})
    source = client.get("/roles/data-engineer/").context["page"].sources[0]
    assert f'id="{source.lines[0].anchor}"' in page(client, "/roles/data-engineer/")


def test_sources_name_document_and_line_of_each_statement(client: Client) -> None:
    write_down(publish(FULL), {"capabilities:sql": 21, "mission": 8}, missing=True)
    html = page(client, "/roles/data-engineer/")
    assert words_of(section(html, "sources")).endswith("Line Statement 8 Mission 21 SQL")
    assert "data.md role profile · its file is gone" in words_of(section(html, "sources"))
    assert "From data.md, line 21 its file is gone" in words_of(section(html, "capabilities"))


def test_a_level_is_marks_and_a_word(client: Client) -> None:
    publish(FULL)
    html = section(page(client, "/roles/data-engineer/"), "capabilities")
    sql, patience, spanish = html.split('<li class="capability"')[1:]
    assert (sql.count("mark--set"), sql.count('class="mark')) == (3, 5)
    assert "Advanced" in sql
    assert "mark--set" not in patience
    assert "Endless" in patience
    assert "level not stated" in spanish


def test_the_strip_of_facts_counts_partners_artifacts_and_capabilities(client: Client) -> None:
    publish(FULL)
    facts = client.get("/roles/data-engineer/").context["page"].facts
    assert [str(fact.words) for fact in facts] == [
        "works with <b>3</b> roles",
        "owns <b>2</b> artifacts",
        "needs <b>3</b> capabilities",
    ]


def test_text_inside_a_section_stays_there_and_other_text_is_a_section(client: Client) -> None:
    publish(FULL)
    shown = client.get("/roles/data-engineer/").context["page"]
    assert [text.text for text in shown.preamble] == ["<p>Before everything.</p>"]
    assert [(part.title, [text.item.heading for text in part.further]) for part in shown.sections[-2:]] == [
        ("AI agent profile", ["Guardrails"]),
        ("Hiring notes", []),
    ]


def test_what_is_not_stated_is_said_quietly(client: Client) -> None:
    publish(describe("Analyst", mission="Answer.", metrics=("Few questions",)))
    words = words_on(client, "analyst")
    assert "No short description is stated." in words
    assert "Not stated: About the role, Responsibilities, Capabilities, Artifacts, Interactions," in words


def test_a_role_of_which_nothing_is_said_has_a_page(client: Client) -> None:
    Role.objects.create(slug="analyst", name="Analyst")
    assert "Nothing more is written about this role yet." in words_on(client, "analyst")


# Interactions


def sides(client: Client, slug: str) -> dict[str, list[tuple[str, str]]]:
    parts = client.get(f"/roles/{slug}/").context["page"].sections
    contacts = next(part.content for part in parts if part.id == "interactions")
    return {
        side: [
            (group.kind, contact.partner) for group in getattr(contacts, side) for contact in group.contacts
        ]
        for side in ("gives", "receives", "together")
    }


def test_interactions_stand_by_what_the_role_gives_and_receives(client: Client) -> None:
    publish(FULL)
    assert sides(client, "data-engineer") == {
        "gives": [("Delivers dataset", "Data Analyst")],
        "receives": [("Depends on", "Platform Engineer")],
        "together": [("Common partner", "Executive stakeholders")],
    }


def test_what_others_state_is_shown_in_the_words_of_this_role(client: Client) -> None:
    analyst = publish(describe("Data Analyst"))
    meet(publish(FULL), analyst, "Delivers dataset")
    assert sides(client, "data-analyst")["receives"] == [("Receives dataset", "Data Engineer")]
    words = words_of(section(page(client, "/roles/data-analyst/"), "interactions"))
    assert "Receives dataset Data Engineer daily By *contract*. says Data Engineer" in words


def test_what_others_depend_on_is_what_the_role_gives(client: Client) -> None:
    platform = publish(describe("Platform Engineer"))
    meet(publish(FULL), platform, "Depends on")
    assert sides(client, "platform-engineer")["gives"] == [("Supports", "Data Engineer")]


def test_what_both_sides_state_stands_once(client: Client) -> None:
    receives = StatedInteraction(kind="Receives dataset", partner="Data Engineer")
    analyst, engineer = publish(describe("Data Analyst", interactions=(receives,))), publish(FULL)
    meet(engineer, analyst, "Delivers dataset")
    meet(analyst, engineer)
    assert sides(client, "data-analyst")["receives"] == [("Receives dataset", "Data Engineer")]
    assert "Data Engineer says so too" in words_on(client, "data-analyst")


def test_a_kind_without_an_inverse_is_shown_as_the_partner_puts_it(client: Client) -> None:
    analyst = publish(describe("Data Analyst"))
    sings = StatedInteraction(kind="Sings for", partner="Data Analyst")
    meet(publish(describe("Bard", interactions=(sings,))), analyst)
    assert "Sings for (as the partners put it) Bard says Bard" in words_on(client, "data-analyst")


def test_a_partner_that_is_a_role_is_linked_by_its_name(client: Client) -> None:
    engineer = publish(describe("Ops", interactions=(StatedInteraction(kind="Advises", partner="DATA4002"),)))
    meet(engineer, publish(FULL))
    html = section(page(client, "/roles/ops/"), "interactions")
    assert '<a href="/roles/data-engineer/">Data Engineer</a>' in html
    assert "DATA4002" in html


def test_a_partner_that_is_no_role_is_not_linked(client: Client) -> None:
    publish(FULL)
    html = section(page(client, "/roles/data-engineer/"), "interactions")
    assert not re.search(r'href="/roles/(?!data-engineer/revisions/)', html)


def test_members_and_squads_link_to_each_other(client: Client) -> None:
    squad = publish(describe("Squad", members=(Member(role_code="DATA4002", count=2),)))
    squad.members.update(member=publish(FULL))
    assert "2 × Data Engineer DATA4002" in words_on(client, squad.slug)
    assert words_of(section(page(client, "/roles/data-engineer/"), "memberships")).endswith(
        "Part of 2 × Squad"
    )


def test_a_server_that_is_approved_says_so_and_links_to_its_home_page(client: Client) -> None:
    publish(describe("Ops", agent=Agent(mcp_servers=(McpServer(name="dbt"), McpServer(name="rm")))))
    SharedServer.objects.filter(name="dbt").update(approved=True, home_page="https://dbt.example/")
    SharedServer.objects.filter(name="rm").update(home_page="javascript:alert(1)")
    html = section(page(client, "/roles/ops/"), "agent")
    assert "dbt approved" in words_of(html)
    assert "rm not approved yet" in words_of(html)
    assert 'href="https://dbt.example/"' in html
    assert "javascript" not in html


# Who sees what


def test_a_draft_has_a_page_only_for_those_who_may_see_it(client: Client, editor_client: Client) -> None:
    publish(FULL, status="draft")
    assert client.get("/roles/data-engineer/").status_code == 404
    assert "This is a draft." in words_on(editor_client, "data-engineer")


def test_a_draft_partner_is_not_linked_from_public_pages(client: Client, editor_client: Client) -> None:
    ops = publish(describe("Ops", interactions=(StatedInteraction(kind="Advises", partner="Plan"),)))
    meet(ops, publish(describe("Draft"), status="draft"))
    assert 'href="/roles/draft/"' not in page(client, "/roles/ops/")
    assert 'href="/roles/draft/"' in page(editor_client, "/roles/ops/")


def test_a_draft_member_is_not_linked_from_public_pages(client: Client, editor_client: Client) -> None:
    publish(describe("Ops", members=(Member(role_code="SECRET"),)))
    RoleMember.objects.update(member=publish(describe("Draft"), status="draft"))
    assert 'href="/roles/draft/"' not in page(client, "/roles/ops/")
    assert 'href="/roles/draft/"' in page(editor_client, "/roles/ops/")


def test_a_draft_successor_is_not_linked_from_public_pages(client: Client, editor_client: Client) -> None:
    publish(describe("Ops"), status="archived", successor=publish(describe("Draft"), status="draft"))
    assert 'href="/roles/draft/"' not in page(client, "/roles/ops/")
    assert 'href="/roles/draft/"' in page(editor_client, "/roles/ops/")


@pytest.mark.parametrize(
    ("status", "seen_by_public", "seen_by_editor"),
    [
        ("published", True, True),
        ("draft", False, True),
        ("archived", False, False),
    ],
)
def test_what_drafts_and_archived_roles_state_is_kept_from_their_partners(
    client: Client, editor_client: Client, status: str, seen_by_public: bool, seen_by_editor: bool
) -> None:
    analyst = publish(describe("Data Analyst"))
    squad = publish(describe("Squad", members=(Member(role_code="A"),)), status=status)
    RoleMember.objects.update(member=analyst)
    meet(publish(FULL, status=status), analyst, "Delivers dataset")
    for reader, seen in ((client, seen_by_public), (editor_client, seen_by_editor)):
        html = page(reader, "/roles/data-analyst/")
        assert ("Receives dataset" in html, squad.get_absolute_url() in html) == (seen, seen)


def test_an_archived_role_stays_readable_and_points_to_its_successor(client: Client) -> None:
    publish(FULL, status="archived", successor=publish(describe("Analytics Engineer")))
    assert "This role is archived. In its place: Analytics Engineer" in words_on(client, "data-engineer")


def test_an_old_slug_leads_on_for_good(client: Client) -> None:
    OldSlug.objects.create(role=publish(FULL), slug="pipeline-engineer")
    response = client.get("/roles/pipeline-engineer/")
    assert (response.status_code, response["Location"]) == (308, "/roles/data-engineer/")


def test_a_browser_asks_again_where_an_old_slug_leads_for_the_role_may_get_it_back(client: Client) -> None:
    OldSlug.objects.create(role=publish(FULL), slug="pipeline-engineer")
    assert client.get("/roles/pipeline-engineer/")["Cache-Control"] == "no-cache"


def test_an_old_slug_of_a_draft_leads_nowhere(client: Client) -> None:
    OldSlug.objects.create(role=publish(FULL, status="draft"), slug="pipeline-engineer")
    assert client.get("/roles/pipeline-engineer/").status_code == 404


@pytest.mark.parametrize("slug", ["no-such-role", "Data-Engineer", "data_engineer"])
def test_a_role_that_does_not_exist_is_not_found(client: Client, slug: str) -> None:
    publish(FULL)
    assert client.get(f"/roles/{slug}/").status_code == 404


# Rendering


def test_a_script_in_a_document_is_shown_and_not_run(client: Client) -> None:
    evil = "<script>alert(1)</script> [x](javascript:alert(2)) <img src=x onerror=alert(3)>"
    line = "<script>boo</script>"
    document = describe(
        "Evil",
        mission=evil,
        family=line,
        seniority=line,
        tags=(line,),
        extra={line: line},
        properties=(Property(name=line, values=(evil,)),),
        responsibilities=(Responsibility(name=line, text=evil, success_metric=evil, group=line),),
        capabilities=(Capability(name=line, level=line, detail=evil),),
        artifacts=(Artifact(name=line, type=line),),
        interactions=(StatedInteraction(kind=line, partner=line, frequency=line, notes=evil),),
        daily_tasks=(DailyTask(name=line, text=evil),),
        agent=Agent(name=line, system_prompt=evil, mcp_servers=(McpServer(name=line, purpose=evil),)),
        sections=(Section(heading=line, text=evil),),
    )
    publish(document)
    html = page(client, "/roles/evil/")
    assert (
        re.findall(
            r"<script(?! src=\"/static/| type=\"application/ld\+json\">{)|<img|href=\"javascript", html
        )
        == []
    )
    assert escape(line) in html


def test_markdown_is_taken_from_where_it_was_rendered_when_it_changed(client: Client) -> None:
    publish(FULL)
    RoleRendering.objects.update(html={"mission": "<p>As rendered then.</p>"})
    assert "As rendered then." in words_on(client, "data-engineer")


def test_a_rendering_of_another_version_is_not_shown(client: Client) -> None:
    publish(FULL)
    RoleRendering.objects.update(html={"mission": "<p>As rendered then.</p>"}, version=0)
    assert "Deliver reliable data." in words_on(client, "data-engineer")


def test_a_page_takes_the_same_queries_however_much_there_is(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    small = describe(
        "Small",
        capabilities=FULL.capabilities[:1],
        interactions=FULL.interactions[:1],
        members=FULL.members,
        agent=FULL.agent,
    )
    many = tuple(StatedInteraction(kind="Advises", partner=f"Role {number}") for number in range(30))
    skills = tuple(Capability(name=f"Skill {number}", level="Expert") for number in range(20))
    members = tuple(Member(role_code=f"M{number}") for number in range(5))
    big = describe("Big", interactions=many, capabilities=skills, members=members, agent=FULL.agent)
    others = [publish(describe(f"Role {number}", interactions=many, members=members)) for number in range(3)]
    roles = [publish(small), publish(big)]
    for role in roles:
        role.successor = others[0]
        role.save()
        for number, interaction in enumerate(role.interactions.all()):
            interaction.partner = others[number % 3]
            interaction.save()
        role.members.update(member=others[1])
    for other in others:
        other.interactions.filter(position__lt=9).update(partner=roles[1])
        other.interactions.filter(position__gte=9).update(partner=roles[0])
        other.members.filter(position__lt=3).update(member=roles[1])
        other.members.filter(position__gte=3).update(member=roles[0])
    # The role with its newest revision, rendering and successor; its capabilities, what their levels mean,
    # MCP servers and documents; the revisions that a reader may see; interactions from both sides with
    # partners, members and squads, shared words; the ladder of levels.
    for slug in ("small", "big"):
        with django_assert_num_queries(12):
            page(client, f"/roles/{slug}/")
