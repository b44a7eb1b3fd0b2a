"""The pages of the vocabulary that roles share: lists of words, and a page for each word."""

import re
from html import unescape
from itertools import pairwise
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils.html import strip_tags
from pytest_django import DjangoAssertNumQueries

from roles.documents.document import (
    Agent,
    Artifact,
    Capability,
    Interaction,
    McpServer,
    Property,
    Responsibility,
    RoleDocument,
)
from roles.models import Artifact as SharedArtifact
from roles.models import Capability as SharedCapability
from roles.models import (
    CapabilityAlias,
    CapabilityLevel,
    JobFamily,
    ProficiencyLevel,
    Role,
    RoleRendering,
    SeniorityLevel,
)
from roles.models import McpServer as SharedServer
from roles.partners import link_partners
from roles.rendering import RENDERING_VERSION
from roles.views.vocabulary.index import ROLES_IN_ROW, WORDS_ON_PAGE
from roles.views.vocabulary.words import USES_ON_PAGE
from tests.builders import document, written

pytestmark = pytest.mark.django_db

INDEXES = [
    "/capabilities/",
    "/responsibilities/",
    "/artifacts/",
    "/families/",
    "/levels/",
    "/properties/",
    "/mcp-servers/",
]


def needing(name: str, *needs: str | tuple[str, str], **parts: Any) -> RoleDocument:
    """What a role says that needs these capabilities, each with its level or without."""
    pairs = [(need, None) if isinstance(need, str) else need for need in needs]
    return document(
        name, capabilities=tuple(Capability(name=each, level=level) for each, level in pairs), **parts
    )


def full(name: str, number: int = 0) -> RoleDocument:
    """What a role says that uses each vocabulary, the same words as others and one of its own."""
    own = f"Thing {number}"
    return document(
        name,
        family="Data",
        seniority="Senior",
        capabilities=(
            Capability(name="SQL", level="Advanced", detail="joins"),
            Capability(name=own, level="Novice"),
        ),
        responsibilities=(
            Responsibility(name="Data quality", text="Looks after it.", success_metric="No gaps"),
            Responsibility(name=own),
        ),
        artifacts=(Artifact(name="Curated datasets", type="dataset"), Artifact(name=own, type="plan")),
        properties=(Property(name="Tools", values=("dbt", own)),),
        interactions=(Interaction(kind="Delivers dataset", partner="Reader", notes="Curated datasets"),),
        agent=Agent(name="Bot", mcp_servers=(McpServer(name="gauge", purpose="Levels"), McpServer(name=own))),
    )


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def words_of(html: str) -> str:
    """What a page says, without markup, its white space collapsed."""
    return " ".join(unescape(strip_tags(html.replace("<", " <"))).split())


def names_on(client: Client, address: str) -> list[str]:
    groups = client.get(address).context["index"].groups
    return [entry.word.name for group in groups for entry in group.entries]


@pytest.fixture
def editor_client() -> Client:
    editor = User.objects.create_user("editor")
    editor.user_permissions.set(Permission.objects.filter(content_type__app_label="roles"))
    client = Client()
    client.force_login(editor)
    return client


# Lists


def test_capabilities_stand_under_their_letters_as_a_person_sorts_them(client: Client) -> None:
    written(needing("Analyst", "Übersetzen", "sql", "SAP 10", "SAP 2", "3D printing", "Ärzte", "Zahlen"))
    index = client.get("/capabilities/").context["index"]
    assert [(group.title, [entry.word.name for entry in group.entries]) for group in index.groups] == [
        ("0–9", ["3D printing"]),
        ("A", ["Ärzte"]),
        ("S", ["SAP 2", "SAP 10", "sql"]),
        ("U", ["Übersetzen"]),
        ("Z", ["Zahlen"]),
    ]


def test_letters_lead_to_the_page_on_which_they_begin(client: Client) -> None:
    names = [f"Art {number:03}" for number in range(WORDS_ON_PAGE)]
    written(needing("Analyst", *names, "SQL"))
    jumps = client.get("/capabilities/?q=").context["index"].jumps
    assert [(jump.title, jump.count, jump.address) for jump in jumps] == [
        ("A", WORDS_ON_PAGE, "?q=#group-a"),
        ("S", 1, "?q=&page=2#group-s"),
    ]
    assert names_on(client, "/capabilities/?page=2") == ["SQL"]


def test_words_of_other_scripts_stand_together_in_the_end(client: Client) -> None:
    written(needing("Analyst", "日本語", "Zahlen", "Ελληνικά"))
    groups = client.get("/capabilities/").context["index"].groups
    assert [(group.title, len(group.entries)) for group in groups] == [("Z", 1), ("Other", 2)]


def test_a_capability_says_how_many_roles_need_it_at_which_level(client: Client) -> None:
    for name, level in (("A", "Expert"), ("B", "Novice"), ("C", "Novice"), ("D", "Endless")):
        written(needing(name, ("SQL", level)))
    written(needing("E", "SQL"))
    [group] = client.get("/capabilities/").context["index"].groups
    [entry] = group.entries
    assert entry.count == 5
    assert [(share.level and share.level.name, share.count, share.start) for share in entry.detail] == [
        ("Expert", 1, 0),
        ("Novice", 2, 1),
        ("Endless", 1, 3),
        (None, 1, 4),
    ]


def test_capabilities_are_grouped_by_category_those_without_one_last(client: Client) -> None:
    written(needing("Analyst", "SQL", "Patience", "Python"))
    SharedCapability.objects.filter(name__in=["SQL", "Python"]).update(category="Technical")
    groups = client.get("/capabilities/?by=kind").context["index"].groups
    assert [(group.title, [entry.word.name for entry in group.entries]) for group in groups] == [
        ("Technical", ["Python", "SQL"]),
        ("Not stated", ["Patience"]),
    ]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("mod", ["Data Modelling"]),
        ("modelling DATA", ["Data Modelling"]),
        ("structured", ["SQL"]),
        ("zebra", []),
        ("%", []),
        ("", ["Data Modelling", "SQL"]),
        ("\x00", ["Data Modelling", "SQL"]),
        ("x" * 10_000, []),
        ("o " * 5_000, ["Data Modelling"]),
    ],
)
def test_a_list_is_narrowed_by_parts_of_names(client: Client, text: str, names: list[str]) -> None:
    written(needing("Analyst", "SQL", "Data Modelling"))
    CapabilityAlias.objects.create(
        item=SharedCapability.objects.get(name="SQL"), name="Structured Query Language"
    )
    response = client.get("/capabilities/", {"q": text})
    found = [entry.word.name for group in response.context["index"].groups for entry in group.entries]
    assert found == names


def test_artifacts_stand_under_the_type_that_hr_gave_else_one_that_roles_state(client: Client) -> None:
    for number, type_ in enumerate(("report", "Report", None)):
        written(document(f"R{number}", artifacts=(Artifact(name=f"Thing {number}", type=type_),)))
    written(document("R3", artifacts=(Artifact(name="Plan", type="report"),)))
    SharedArtifact.objects.filter(name="Plan").update(type="document")
    groups = client.get("/artifacts/").context["index"].groups
    assert [(group.title.lower(), [entry.word.name for entry in group.entries]) for group in groups] == [
        ("document", ["Plan"]),
        ("report", ["Thing 0", "Thing 1"]),
        ("not stated", ["Thing 2"]),
    ]


def test_a_row_names_the_first_roles_and_counts_the_others(client: Client) -> None:
    for number in range(ROLES_IN_ROW + 2):
        written(document(f"Role {number}", responsibilities=(Responsibility(name="Budget", primary=True),)))
    [group] = client.get("/responsibilities/").context["index"].groups
    [entry] = group.entries
    assert [role.name for role in entry.roles] == [f"Role {number}" for number in range(ROLES_IN_ROW)]
    assert (entry.count, entry.more, entry.detail) == (ROLES_IN_ROW + 2, 2, ROLES_IN_ROW + 2)


@pytest.mark.parametrize("address", ["/capabilities/", "/responsibilities/", "/artifacts/", "/mcp-servers/"])
@pytest.mark.parametrize("status", [Role.Status.DRAFT, Role.Status.ARCHIVED])
def test_a_list_has_no_word_that_only_unlisted_roles_use(
    client: Client, address: str, status: Role.Status
) -> None:
    written(full("Hidden"), status=status)
    written(document("Seen"))
    assert names_on(client, address) == []


@pytest.mark.parametrize("address", ["/families/", "/properties/", "/levels/"])
def test_no_list_tells_what_drafts_say(client: Client, address: str) -> None:
    said = needing(
        "Hidden",
        ("Juggling", "Wizardly"),
        family="Magicians",
        seniority="Grand",
        properties=(Property(name="Wand", values=("oak",)),),
    )
    written(said, status=Role.Status.DRAFT)
    html = page(client, address)
    assert not re.findall("Magicians|Wizardly|Grand|Wand|oak|Juggling", html)


@pytest.mark.parametrize("address", INDEXES)
def test_an_empty_catalogue_has_lists(client: Client, address: str) -> None:
    assert " yet" in words_of(page(client, address))


@pytest.mark.parametrize("address", INDEXES)
@pytest.mark.parametrize(
    "query", ["page=0", "page=x", "by=", "by=%00", "q=%00", "q=a&q=b", "page=99", "by=kind&by=letter"]
)
def test_whatever_is_typed_into_an_address_a_list_answers(client: Client, address: str, query: str) -> None:
    written(full("Analyst"))
    page(client, f"{address}?{query}")


@pytest.mark.parametrize(
    ("address", "queries"),
    [
        # Headings, words, roles of each; then the levels asked for, their names, the ladder.
        ("/capabilities/", 6),
        ("/capabilities/?by=kind&q=t", 6),
        # Headings, words, roles of each, the first of them, for how many it is primary.
        ("/responsibilities/", 5),
        # Headings, words, roles of each, the first of them, all types.
        ("/artifacts/", 5),
        # Headings, words, roles of each, the first of them.
        ("/mcp-servers/", 4),
        # How many, the page of them, roles by seniority, the levels, the ladder.
        ("/families/", 5),
        # For both ladders: how many roles at each level, the ladder, levels beside it.
        ("/levels/", 6),
        # How many, the page of them, values.
        ("/properties/", 3),
        # The property, its values.
        ("/properties/tools/", 2),
        # The word, its other names, the ladder, roles, how many of them, statements, levels, their names,
        # meanings, companions.
        ("/capabilities/sql/", 10),
        # The word, its other names, statements, roles.
        ("/responsibilities/data-quality/", 5),
        # The word, its other names, types, deliveries, partners, statements.
        ("/artifacts/curated-datasets/", 7),
        # The word, its other names, roles, how many, capabilities, neighbours on either side.
        ("/families/data/", 7),
        # The word, its other names, statements and how many.
        ("/mcp-servers/gauge/", 4),
    ],
)
def test_a_page_takes_the_same_queries_however_much_there_is(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, address: str, queries: int
) -> None:
    written(document("Reader", family="Reading"))
    for number in range(2):
        written(full(f"Role {number}", number))
    link_partners()
    with django_assert_num_queries(queries):
        page(client, address)
    for number in range(2, 9):
        written(full(f"Role {number}", number))
    link_partners()
    with django_assert_num_queries(queries):
        page(client, address)


# A capability


def test_the_roles_that_need_a_capability_stand_by_level_the_highest_first(client: Client) -> None:
    needs = {"A": "Novice", "B": "Expert", "C": "Endless", "D": None, "E": "Novice", "F": "Advanced"}
    for name, level in needs.items():
        written(needing(name, ("SQL", level) if level else "SQL"))
    groups = client.get("/capabilities/sql/").context["page"].groups
    assert [
        (group.level and group.level.name, [need.role.name for need in group.needs]) for group in groups
    ] == [("Expert", ["B"]), ("Advanced", ["F"]), ("Novice", ["A", "E"]), ("Endless", ["C"]), (None, ["D"])]


def test_a_capability_that_very_many_roles_need_is_paged(client: Client) -> None:
    for number in range(USES_ON_PAGE + 1):
        written(needing(f"Role {number:03}", "SQL"))
    shown = client.get("/capabilities/sql/?page=2").context["page"]
    assert shown.count == USES_ON_PAGE + 1
    assert [need.role.name for need in shown.groups[0].needs] == [f"Role {USES_ON_PAGE:03}"]


def test_levels_have_the_meaning_that_hr_gave_them_for_this_capability(client: Client) -> None:
    written(needing("Analyst", ("SQL", "Novice")))
    sql = SharedCapability.objects.get()
    beside = ProficiencyLevel.objects.create(name="Legendary")
    for level, meaning in ((ProficiencyLevel.objects.get(name="Novice"), "Reads."), (beside, "Sings.")):
        CapabilityLevel.objects.create(capability=sql, proficiency=level, meaning=meaning)
    shown = client.get("/capabilities/sql/").context["page"].meanings
    assert [(meaning.level.name, meaning.text) for meaning in shown] == [
        ("Novice", "Reads."),
        ("Competent", ""),
        ("Advanced", ""),
        ("Expert", ""),
        ("Legendary", "Sings."),
    ]
    assert "Competent not defined yet" in words_of(page(client, "/capabilities/sql/"))


def test_capabilities_that_two_roles_or_more_need_beside_it_are_named(client: Client) -> None:
    written(needing("A", "SQL", "Python", "Patience"))
    written(needing("B", "SQL", "Python", "Patience"))
    written(needing("C", "SQL", "Python", "Rust"))
    written(needing("D", "Rust"))
    companions = client.get("/capabilities/sql/").context["page"].companions
    assert [(each.name, each.roles) for each in companions] == [("Python", 3), ("Patience", 2)]


def test_what_a_role_says_of_a_capability_is_shown_as_it_is_rendered(client: Client) -> None:
    said = document("Analyst", capabilities=(Capability(name="SQL", detail="*joins* <b>"),))
    written(said)
    assert "<em>joins</em> &lt;b&gt;" in page(client, "/capabilities/sql/")
    RoleRendering.objects.update(version=RENDERING_VERSION - 1)
    assert "*joins* &lt;b&gt;" in page(client, "/capabilities/sql/")


def test_a_capability_leads_to_its_roles_and_their_matrix(client: Client) -> None:
    written(needing("Analyst", "SQL"))
    html = page(client, "/capabilities/sql/")
    assert 'href="/roles/?capability=sql"' in html
    assert 'href="/matrix/?capability=sql"' in html


@pytest.mark.parametrize(
    "address",
    [
        "/capabilities/sql/",
        "/responsibilities/data-quality/",
        "/artifacts/curated-datasets/",
        "/families/data/",
        "/mcp-servers/gauge/",
    ],
)
class TestWhoSeesAWord:
    """A word can tell what a draft says, so it has a page for those only who may see a role that uses it."""

    def test_a_word_that_only_drafts_use_has_no_page(self, client: Client, address: str) -> None:
        written(full("Hidden"), status=Role.Status.DRAFT)
        assert client.get(address).status_code == 404

    def test_its_editors_see_it_and_are_led_to_its_form(self, editor_client: Client, address: str) -> None:
        written(full("Hidden"), status=Role.Status.DRAFT)
        edit = re.search(r'href="(/admin/roles/[a-z]+/\d+/change/)"', page(editor_client, address))
        assert edit

    def test_readers_are_not_led_to_the_form(self, client: Client, address: str) -> None:
        written(full("Analyst"))
        assert "/admin/" not in page(client, address)

    def test_a_word_of_an_archived_role_keeps_its_page(self, client: Client, address: str) -> None:
        written(full("Retired"), status=Role.Status.ARCHIVED)
        html = page(client, address)
        assert "No " in words_of(html)
        assert "Retired" not in html

    def test_a_draft_does_not_stand_on_the_page_of_a_word(self, client: Client, address: str) -> None:
        written(full("Analyst"))
        written(full("Hidden"), status=Role.Status.DRAFT)
        assert "Hidden" not in page(client, address)


@pytest.mark.parametrize(
    "vocabulary", ["capabilities", "responsibilities", "artifacts", "families", "properties", "mcp-servers"]
)
def test_a_word_that_nobody_knows_is_not_found(client: Client, vocabulary: str) -> None:
    assert client.get(f"/{vocabulary}/no-such-word/").status_code == 404


# Other words


def test_a_responsibility_shows_metrics_side_by_side_those_that_exist_for_it_first(client: Client) -> None:
    for name, primary, metric in (("A", False, "**99 %**"), ("B", True, None)):
        said = Responsibility(name="Uptime", text="Watch it.", primary=primary, success_metric=metric)
        written(document(name, responsibilities=(Responsibility(text="Other."), said)))
    answers = client.get("/responsibilities/uptime/").context["page"].answers
    assert [(answer.role.name, answer.primary, answer.success_metric) for answer in answers] == [
        ("B", True, ""),
        ("A", False, "<p><strong>99 %</strong></p>"),
    ]


def test_who_receives_an_artifact_is_said_with_whoever_states_it(client: Client) -> None:
    produced = (Artifact(name="Curated datasets", type="dataset"),)
    gives = Interaction(kind="Delivers dataset", partner="Reader", notes="the curated datasets, daily")
    outside = Interaction(kind="Hands over to", partner="Auditors", notes="Curated datasets")
    takes = Interaction(kind="Receives dataset", partner="Maker", notes="Something")
    other = Interaction(kind="Receives dataset", partner="Reader", notes="Curated datasets")
    back = Interaction(kind="Reports to", partner="Reader", notes="on curated datasets")
    written(document("Maker", artifacts=produced, interactions=(gives, outside, back)))
    written(document("Reader"))
    written(document("Taker", interactions=(takes, other)))
    link_partners()
    shown = client.get("/artifacts/curated-datasets/").context["page"]
    assert [(each.name, each.producer.name, each.said_by.name) for each in shown.named] == [
        ("Reader", "Maker", "Maker"),
        ("Auditors", "Maker", "Maker"),
    ]
    assert [(each.name, each.producer.name, each.said_by.name) for each in shown.perhaps] == [
        ("Taker", "Maker", "Taker")
    ]


def test_a_name_inside_another_word_is_no_mention_of_an_artifact(client: Client) -> None:
    gives = Interaction(kind="Informs", partner="Reader", notes="planning")
    written(document("Maker", artifacts=(Artifact(name="Plan"),), interactions=(gives,)))
    shown = client.get("/artifacts/plan/").context["page"]
    assert (list(shown.named), list(shown.perhaps)) == ([], [])


def test_a_draft_that_receives_an_artifact_is_but_the_name_that_was_written(client: Client) -> None:
    gives = Interaction(kind="Delivers to", partner="reader", notes="Plan")
    written(document("Maker", artifacts=(Artifact(name="Plan"),), interactions=(gives,)))
    written(document("Reader", slug="secret-slug"), status=Role.Status.DRAFT)
    link_partners()
    [delivery] = client.get("/artifacts/plan/").context["page"].named
    assert (delivery.role, delivery.name) == (None, "reader")


def test_a_family_is_a_ladder_with_shared_capabilities_and_neighbours(client: Client) -> None:
    asks = Interaction(kind="Consults", partner="Recruiter")
    written(needing("Lead", "SQL", family="Data", seniority="Principal", interactions=(asks,)))
    written(needing("Trainee", "SQL", "Python", family="Data", seniority="Junior"))
    written(needing("Someone", family="Data"))
    back = (Interaction(kind="Informs", partner="Lead"), Interaction(kind="Informs", partner="Nobody"))
    written(document("Recruiter", family="People", interactions=back))
    link_partners()
    shown = client.get("/families/data/").context["page"]
    assert [(rung.level and rung.level.name, [role.name for role in rung.roles]) for rung in shown.rungs] == [
        ("Junior", ["Trainee"]),
        ("Principal", ["Lead"]),
        (None, ["Someone"]),
    ]
    assert [(each.name, each.roles) for each in shown.shared] == [("SQL", 2)]
    assert [(each.name, each.interactions) for each in shown.neighbours] == [("People", 2)]


def test_families_are_listed_with_their_roles_by_seniority(client: Client) -> None:
    for name, seniority in (("A", "Senior"), ("B", "Junior"), ("C", "Junior"), ("D", None)):
        written(document(name, family="Data", seniority=seniority))
    JobFamily.objects.create(name="Empty")
    [entry] = client.get("/families/").context["index"].entries
    assert (entry.word.name, entry.count) == ("Data", 4)
    assert [(share.level and share.level.name, share.count) for share in entry.spread] == [
        ("Senior", 1),
        ("Junior", 2),
        (None, 1),
    ]


def test_levels_without_a_rank_stand_beside_their_ladder(client: Client) -> None:
    written(needing("A", ("SQL", "Expert"), ("Python", "Expert"), ("Rust", "8/10"), seniority="Guru"))
    written(needing("B", ("SQL", "Expert"), seniority="Senior"))
    SeniorityLevel.objects.create(name="Unused")
    shown = client.get("/levels/").context["page"]
    assert [(entry.level.name, entry.count) for entry in shown.seniority][:3] == [
        ("Principal", 0),
        ("Staff", 0),
        ("Senior", 1),
    ]
    assert [(entry.level.name, entry.count) for entry in shown.other_seniority] == [("Guru", 1)]
    assert (shown.proficiency[0].level.name, shown.proficiency[0].count) == ("Expert", 2)
    assert [(entry.level.name, entry.count) for entry in shown.other_proficiency] == [("8/10", 1)]


def test_values_of_properties_lead_to_the_roles_that_have_them(client: Client) -> None:
    written(document("A", properties=(Property(name="Preferred Tech", values=("dbt", "SQL & more")),)))
    written(document("B", properties=(Property(name="preferred tech", values=("DBT",)),)))
    written(document("C", properties=(Property(name="On-call"),)))
    first, second = client.get("/properties/").context["list"].entries
    assert (first.slug, first.count, first.value_count) == ("preferred-tech", 2, 2)
    assert [(each.value.lower(), each.count, each.address) for each in first.values] == [
        ("dbt", 2, "/roles/?property=preferred-tech%3Adbt"),
        ("sql & more", 1, "/roles/?property=preferred-tech%3Asql+%26+more"),
    ]
    assert (second.name, second.count, list(second.values)) == ("On-call", 1, [])


@pytest.mark.parametrize(
    ("text", "values"), [("", ["2 dbt", "10 dbt", "airflow"]), ("DB", ["2 dbt", "10 dbt"])]
)
def test_the_values_of_a_property_stand_by_name_and_can_be_narrowed(
    client: Client, text: str, values: list[str]
) -> None:
    written(document("A", properties=(Property(name="Tools", values=("airflow", "10 dbt", "2 dbt")),)))
    shown = client.get("/properties/tools/", {"q": text}).context["page"]
    assert [each.value for each in shown.paged.page] == values


def test_a_server_says_how_to_connect_and_which_roles_use_it_for_what(client: Client) -> None:
    uses = (McpServer(name="other"), McpServer(name="gauge", purpose="Water *levels*."))
    written(document("Keeper", agent=Agent(name="Bot", mcp_servers=uses)))
    SharedServer.objects.filter(name="gauge").update(
        home_page="https://gauge.example/", connection="npx gauge", approved=True
    )
    html = page(client, "/mcp-servers/gauge/")
    assert '<a href="https://gauge.example/" rel="noopener nofollow">' in html
    assert "<code>npx gauge</code>" in html
    assert "Water <em>levels</em>." in html
    assert "status approved" in words_of(html)
    assert "status not approved" in words_of(page(client, "/mcp-servers/other/"))


def test_an_address_that_a_browser_should_not_open_is_no_link(client: Client) -> None:
    written(document("Keeper", agent=Agent(name="Bot", mcp_servers=(McpServer(name="gauge"),))))
    SharedServer.objects.update(home_page="javascript:alert(1)")
    assert "javascript:" not in page(client, "/mcp-servers/gauge/")


@pytest.mark.parametrize(
    "address",
    [
        *INDEXES,
        "/capabilities/sql/",
        "/responsibilities/data-quality/",
        "/artifacts/curated-datasets/",
        "/families/data/",
        "/properties/tools/",
        "/mcp-servers/gauge/",
    ],
)
def test_pages_have_one_heading_of_the_first_level_and_skip_none(client: Client, address: str) -> None:
    written(full("Analyst"))
    levels = [int(level) for level in re.findall(r"<h([1-6])", page(client, address))]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
