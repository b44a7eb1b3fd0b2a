"""What the form of a role does beside saving: showing what was typed, and beginning a new role."""

import re
from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import conditional_escape

from roles.admin.role.tabs import DOCUMENTS, HISTORY, TABS
from roles.documents.document import (
    LISTS,
    Agent,
    Artifact,
    Capability,
    DailyTask,
    Identifier,
    Interaction,
    McpServer,
    Property,
    Responsibility,
    RoleDocument,
    Section,
    Variation,
)
from roles.models import Role
from tests.accounts import account
from tests.builders import FULL, document, edit, row_counts, written
from tests.test_admin_filling import filled, now
from tests.test_admin_role import add_row, address, everything, form_of, opened

pytestmark = pytest.mark.django_db

ADD = "/admin/roles/role/add/"
MARKDOWN = "/admin/roles/role/markdown/"


@pytest.fixture
def hr() -> Client:
    """A browser in which an editor has signed in."""
    return signed_in("editor")


def signed_in(username: str) -> Client:
    client = Client()
    client.force_login(account(username))
    return client


def page_of(html: str) -> list[str]:
    """The lines of a role's page."""
    shown = html[html.index('<header class="role-head">') : html.index("</main>")]
    lines = (line.strip() for line in shown.splitlines())
    return [line for line in lines if line and "csrf" not in line and "<time" not in line]


# Preview


def test_the_preview_is_the_public_page_of_what_was_typed(hr: Client) -> None:
    role = written(FULL, status=Role.Status.DRAFT)
    written(document("Ferry Master"))
    fields = opened(hr, role) | {"mission": "Let *everybody* over."}
    add_row(fields, "capabilities", capability="name:Knot tying", proficiency="name:Endless", detail="")
    before, counts = everything(role), row_counts()
    shown = hr.post(address(role), {**fields, "_preview": ""}).content.decode()
    assert (everything(role), row_counts()) == (before, counts)
    assert "<em>everybody</em>" in shown
    hr.post(address(role), {**fields, "_save": ""})
    assert page_of(shown) == page_of(hr.get(role.get_absolute_url()).content.decode())


def test_a_new_role_is_shown_before_there_is_one(hr: Client) -> None:
    counts = row_counts()
    answer = hr.post(ADD, {**filled(None, FULL), "_preview": ""})
    assert "<h1>Bridge Keeper" in answer.content.decode()
    assert row_counts() == counts


def test_what_cannot_be_shown_says_where_it_is_to_be_mended(hr: Client) -> None:
    role = written(FULL)
    fields = opened(hr, role) | {"metrics-0-text": "----", "name": ""}
    html = hr.post(address(role), {**fields, "_preview": ""}).content.decode()
    assert "<strong>Name</strong>: This field is required." in html
    assert "must not start with a line of dashes" in html
    assert "role_form" not in html


def test_a_text_is_rendered_as_the_public_page_renders_it(hr: Client) -> None:
    answer = hr.post(MARKDOWN, {"text": "# One\n\n- *two*\n\n<script>", "heading": "3"})
    assert answer.content.decode().startswith("<h3>One</h3>")
    assert "<em>two</em>" in answer.content.decode()
    assert "<script>" not in answer.content.decode()


@pytest.mark.parametrize("heading", ["", "0", "999999", "x", "\0"])
def test_any_heading_may_be_asked_for(hr: Client, heading: str) -> None:
    assert hr.post(MARKDOWN, {"text": "# One" * 20_000, "heading": heading}).status_code == 200
    assert hr.get(MARKDOWN).status_code == 405


def test_nobody_renders_texts_who_sees_no_roles(client: Client) -> None:
    user = account("viewer")
    user.groups.clear()
    client.force_login(user)
    assert client.post(MARKDOWN, {"text": "x"}).status_code == 403


# New from this role


def test_a_new_role_begins_with_what_another_says_but_not_with_what_it_is_found_by(hr: Client) -> None:
    role = written(FULL)
    button = f'href="{ADD}?like={role.pk}"'
    assert button in hr.get(address(role)).content.decode()
    counts = row_counts()
    answer = hr.get(ADD, {"like": role.pk})
    assert row_counts() == counts
    html = answer.content.decode()
    assert "begins with what “Bridge Keeper” says" in html
    fields = form_of(html)
    assert (fields["name"], fields["slug"]) == ("Bridge Keeper (copy)", "bridge-keeper-copy")
    assert hr.post(ADD, fields).status_code == 302
    copy = Role.objects.get(slug="bridge-keeper-copy")
    assert (copy.status, copy.owner) == ("draft", None)
    said = now(copy).to_json()
    left_out = {
        "identifiers": [],
        "aliases": [],
        "slug": "bridge-keeper-copy",
        "name": "Bridge Keeper (copy)",
    }
    assert said == {**FULL.to_json(), **left_out}
    assert now(role) == FULL


def test_a_second_copy_has_an_address_of_its_own(hr: Client) -> None:
    role = written(document("Cook"))
    written(document("Cook (copy)"))
    assert form_of(hr.get(ADD, {"like": role.pk}).content.decode())["slug"] == "cook-copy-2"


def test_a_copy_of_a_role_with_the_longest_name_keeps_the_name(hr: Client) -> None:
    role = written(document("x" * 500))
    assert form_of(hr.get(ADD, {"like": role.pk}).content.decode())["name"] == "x" * 500


@pytest.mark.parametrize("unknown", ["0", "x", "\0", "9" * 30, ""])
def test_a_copy_of_no_role_is_an_empty_form_that_says_so(hr: Client, unknown: str) -> None:
    answer = hr.get(ADD, {"like": unknown})
    assert "is not there any more" in answer.content.decode()
    assert form_of(answer.content.decode())["name"] == ""


def test_viewers_make_no_copies() -> None:
    role, viewer = written(document("Cook")), signed_in("viewer")
    assert "like=" not in viewer.get(address(role)).content.decode()
    assert viewer.get(ADD, {"like": role.pk}).status_code == 403


# Tabs, and what is wrong


def test_each_tab_says_what_belongs_there(hr: Client) -> None:
    html = hr.get(address(written(FULL))).content.decode()
    for tab in (*TABS, DOCUMENTS, HISTORY):
        assert f'href="#{tab.id}"' in html
        assert conditional_escape(tab.help) in html


def test_the_latest_changes_stand_beside_the_role_with_their_reasons(hr: Client) -> None:
    role = written(document("Cook"))
    for number in range(12):
        edit("cook", mission=f"Feed {number}.")
    html = hr.get(address(role)).content.decode()
    shown = html[html.index('id="history-group"') :]
    assert len(re.findall(r"/admin/roles/rolerevision/\d+/change/", shown)) == 10
    assert reverse("admin:roles_rolerevision_of", args=[role.uid]) in shown


def test_errors_are_summed_up_with_a_link_to_each_field(hr: Client) -> None:
    role = written(FULL, status=Role.Status.DRAFT)
    fields = opened(hr, role) | {"name": "", "metrics-0-text": "----", "responsibilities-1-text": ""}
    html = hr.post(address(role), fields).content.decode()
    told = html[html.index('class="role-faults"') : html.index("</nav>", html.index('class="role-faults"'))]
    assert re.findall(r'data-tab="(.*?)" data-field="(.*?)">(.*?)</a>', told) == [
        ("general", "id_name", "Name: This field is required."),
        (
            *("responsibilities", "id_responsibilities-1-name"),
            "Responsibilities, row 2: Name: name or text is needed",
        ),
        (
            "responsibilities",
            "id_metrics-0-text",
            "Success metrics: Text: must not start with a line of dashes or asterisks",
        ),
    ]


def test_a_role_without_faults_has_no_summary(hr: Client) -> None:
    assert "role-faults" not in hr.get(address(written(FULL))).content.decode()


def test_names_of_roles_are_suggested_for_a_partner(hr: Client) -> None:
    html = hr.get(address(written(FULL))).content.decode()
    assert re.search(r'name="interactions-0-partner_name"[^>]*list="role-names"', html)
    assert '<datalist id="role-names"></datalist>' in html


def many_rows() -> RoleDocument:
    return document(
        "Many",
        identifiers=tuple(Identifier(scheme="role-code", value=f"C{n}") for n in range(30)),
        aliases=tuple(f"Name {n}" for n in range(30)),
        tags=tuple(f"tag {n}" for n in range(30)),
        properties=tuple(Property(name=f"Property {n}", values=("a",)) for n in range(30)),
        responsibilities=tuple(Responsibility(name=f"Duty {n}") for n in range(30)),
        capabilities=tuple(Capability(name=f"Skill {n}", level="Novice") for n in range(30)),
        artifacts=tuple(Artifact(name=f"Thing {n}") for n in range(30)),
        interactions=tuple(Interaction(kind="Feeds", partner=f"Guest {n}") for n in range(30)),
        daily_tasks=tuple(DailyTask(name=f"Task {n}") for n in range(30)),
        variations=tuple(Variation(name=f"Form {n}") for n in range(30)),
        metrics=tuple(f"Metric {n}" for n in range(30)),
        agent=Agent(mcp_servers=tuple(McpServer(name=f"server-{n}") for n in range(30))),
        sections=tuple(Section(heading=f"Section {n}", text="Text") for n in range(30)),
    )


@pytest.mark.each_database
def test_saving_the_form_takes_no_more_queries_for_many_rows(hr: Client) -> None:
    many = many_rows()
    lists = [name for name in ("identifiers", "aliases", "tags", "properties", *LISTS) if "." not in name]
    few = replace(many, slug="few", name="Few", **{name: getattr(many, name)[:1] for name in lists})
    other = Identifier(scheme="role-code", value="Other")
    few = replace(few, identifiers=(other,), agent=Agent(mcp_servers=(McpServer(name="server-0"),)))
    counts = []
    for said in (few, few, many):
        role = Role.objects.filter(slug=said.slug).first() or written(said, status=Role.Status.DRAFT)
        fields = opened(hr, role)
        with CaptureQueriesContext(connection) as queries:
            hr.post(address(role), fields)
        counts.append(len(queries))
    # The first time, kinds of content are learned.
    assert counts[1] == counts[2]
    assert counts[2] < 110
