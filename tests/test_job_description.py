"""A job description made from a role: what can be picked, what is added, and the three ways out."""

import logging
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils.translation import override
from docx import Document
from docx.document import Document as DocxDocument
from hypothesis import given
from pytest_django import DjangoAssertNumQueries

from roles.documents.anchors import anchors
from roles.documents.document import (
    Capability,
    DailyTask,
    Identifier,
    Interaction,
    Property,
    Responsibility,
    RoleDocument,
    field_of,
    statements,
)
from roles.job_description import Choice, job_description, offer, word_file
from roles.models import OldSlug, Role, RoleRevision, StandingText
from tests.builders import FULL, document, edit, row_counts, written
from tests.strategies import role_documents
from tests.test_pages import words_of

pytestmark = pytest.mark.django_db

ADDRESS = "/roles/bridge-keeper/job-description/"
# What a job description cannot say: names for machines and filing, and everything of the agent.
NEVER = {"slug", "name", "identifiers", "aliases", "tags", "extra"}


@pytest.fixture
def keeper() -> Role:
    return written(FULL)


@pytest.fixture
def standing() -> StandingText:
    return StandingText.objects.create(name="About us", text="We keep **bridges**.")


def sheet(client: Client, address: str = ADDRESS, typed: dict[str, Any] | None = None) -> str:
    """What the job description says, in words; with what is typed and picked, if anything is sent."""
    answer = client.get(address) if typed is None else client.post(address, typed)
    assert answer.status_code == 200
    return words_of(
        answer.content.decode().split('<article id="sheet" class="sheet">')[1].split("</article>")[0]
    )


def picks(role: Role) -> dict[str, bool]:
    """Everything that can be picked, by anchor, and whether it is chosen."""
    return {entry.anchor: section.chosen for section in offer(role, []) for entry in section.entries}


def word(client: Client, **typed: Any) -> DocxDocument:
    answer = client.post(ADDRESS, {"word": "1", "pick": list(picks(Role.objects.get())), **typed})
    assert answer["Content-Disposition"] == 'attachment; filename="bridge-keeper.docx"'
    return Document(BytesIO(b"".join(answer)))


def paragraphs(file: DocxDocument) -> list[tuple[str, str]]:
    """Style and text of each paragraph."""
    return [(paragraph.style.name or "", paragraph.text) for paragraph in file.paragraphs if paragraph.style]


# What can be picked


@pytest.mark.usefixtures("keeper")
def test_what_outsiders_want_to_know_is_chosen(client: Client) -> None:
    said = sheet(client)
    for words in ("Keeps the bridge open.", "Get people across safely.", "Opens at dawn."):
        assert words in said
    for words in ("Crossing", "Success metric: No one falls", "Carpentry (Advanced)", "Crossings a day"):
        assert words in said
    assert "Tools Rope, Lamp, Bell" in said
    for words in (
        "Logbook",
        "Ferry Master",
        "Drawbridge",
        "06:00",
        "alone at night",
        "TOLL1001",
        "warm coat",
    ):
        assert words not in said


def test_every_statement_can_be_picked_but_codes_and_the_agent(keeper: Role) -> None:
    offered = picks(keeper)
    missing = [key for key, anchor in anchors(statements(FULL)).items() if anchor not in offered]
    others = [key for key in missing if field_of(key) not in NEVER and not key.startswith("agent.")]
    # A fact without a value says nothing, and the guardrails are the agent's.
    assert others == ["properties:night shift", "sections:guardrails"]


@pytest.mark.usefixtures("keeper")
def test_nothing_of_the_agent_gets_in_whatever_is_asked_for(client: Client) -> None:
    said = sheet(client, typed={"pick": list(anchors(statements(FULL)).values())})
    assert "Drawbridge Keeper" in said
    for words in ("Bridge_Bot", "You keep a bridge", "Gruff", "Who goes there", "gauge.example", "tides.md"):
        assert words not in said
    assert "Never closes early" not in said


@pytest.mark.usefixtures("keeper")
def test_standing_text_comes_last_and_is_chosen_unless_hr_says_otherwise(client: Client) -> None:
    StandingText.objects.create(name="How to apply", text="Write to **us**.", position=2)
    StandingText.objects.create(name="About us", text="We keep bridges.", position=1)
    StandingText.objects.create(name="Shifts", text="By day and night.", position=3, chosen=False)
    said = sheet(client)
    assert "About us We keep bridges. How to apply Write to us. From revision 1" in said
    assert "Shifts" not in said
    shifts = StandingText.objects.get(name="Shifts")
    assert "Shifts By day and night." in sheet(client, f"{ADDRESS}?with={shifts.anchor}")


@pytest.mark.usefixtures("keeper")
def test_who_may_write_standing_text_is_led_there_while_there_is_none(client: Client) -> None:
    assert "/admin/roles/standingtext/add/" not in client.get(ADDRESS).content.decode()
    editor = User.objects.create_user("editor")
    editor.user_permissions.add(Permission.objects.get(codename="add_standingtext"))
    client.force_login(editor)
    assert "/admin/roles/standingtext/add/" in client.get(ADDRESS).content.decode()
    StandingText.objects.create(name="About us", text="We keep bridges.")
    assert "/admin/roles/standingtext/add/" not in client.get(ADDRESS).content.decode()


# The choice, and its address


@pytest.mark.usefixtures("keeper")
def test_an_address_holds_what_is_added_and_left_out(client: Client) -> None:
    said = sheet(client, f"{ADDRESS}?with=principles-nobody-crosses-alone-at-night&without=mission")
    assert "Nobody crosses alone at night" in said
    assert "Get people across" not in said


def test_the_address_of_a_choice_leads_back_to_it(client: Client, keeper: Role) -> None:
    anchors_picked = [anchor for number, anchor in enumerate(picks(keeper)) if number % 3]
    sent = client.post(ADDRESS, {"pick": anchors_picked, "pay": "60,000"})
    there = client.get(sent.context["page"].address)
    assert ticked(there) == ticked(sent) == anchors_picked


def ticked(answer: Any) -> list[str]:
    return [box.entry.anchor for pick in answer.context["page"].picks for box in pick.boxes if box.ticked]


def test_the_usual_choice_has_the_bare_address(client: Client, keeper: Role) -> None:
    usual = [anchor for anchor, chosen in picks(keeper).items() if chosen]
    assert client.post(ADDRESS, {"pick": usual}).context["page"].address == ADDRESS


def test_a_statement_that_the_role_gains_later_is_part_of_an_address_that_leaves_others_out(
    client: Client, keeper: Role
) -> None:
    edit("bridge-keeper", metrics=("Crossings a day", "Lamps lit"))
    said = sheet(client, f"{ADDRESS}?without=metrics-crossings-a-day")
    assert "Measures of success Lamps lit" in said


@pytest.mark.usefixtures("keeper")
@pytest.mark.parametrize(
    "query",
    [
        "?with=nothing&without=nobody",
        "?with=&with=%00&without=%FF",
        "?without=" + "x" * 10_000,
        "?pick=mission&pay=60000",
        "?with=standing-999999999999999999999999",
        "?" + "&".join(["without=mission"] * 900),
    ],
)
def test_what_an_address_names_in_vain_is_passed_over(client: Client, query: str) -> None:
    assert "Bridge Keeper" in sheet(client, ADDRESS + query)


@pytest.mark.usefixtures("keeper")
def test_nothing_picked_leaves_the_title_and_where_it_is_from(client: Client) -> None:
    said = sheet(client, typed={"title": "Keeper"})
    assert said.startswith("Keeper From revision 1 of the role “Bridge Keeper” in the role catalogue,")
    assert said.endswith("http://testserver/roles/bridge-keeper/revisions/1/")


# What is typed


TYPED = {"title": "Keeper (m/f/x)", "place": "North bank", "pay": "4,711 *a month*", "contact": "<b>Ada</b>"}


@pytest.mark.usefixtures("keeper")
def test_what_is_typed_is_said_first_and_word_for_word(client: Client) -> None:
    said = sheet(client, typed={**TYPED, "pick": ["family"]})
    expected = "Keeper (m/f/x) Place North bank Pay 4,711 *a month* Contact <b>Ada</b> Job family River Works"
    assert said.startswith(expected)


@pytest.mark.usefixtures("keeper", "standing")
@pytest.mark.parametrize("sent", [TYPED, TYPED | {"word": "1"}])
def test_nothing_that_is_typed_is_stored_or_logged_or_put_into_an_address(
    client: Client, caplog: pytest.LogCaptureFixture, sent: dict[str, str]
) -> None:
    before = row_counts()
    with caplog.at_level(logging.DEBUG):
        answer = client.post(ADDRESS, sent, headers={"hx-request": "true"} if "word" not in sent else {})
    assert row_counts() == before
    assert "4,711" not in caplog.text
    assert not any("711" in value for value in answer.headers.values())
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.usefixtures("keeper")
def test_a_failure_tells_nobody_what_was_typed(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("roles.views.job_description.word_file", fail)
    answer = Client(raise_request_exception=False).post(ADDRESS, TYPED | {"word": "1"})
    assert answer.status_code == 500
    assert b"4,711" not in answer.content
    assert "4,711" not in caplog.text


@pytest.mark.usefixtures("keeper")
@pytest.mark.parametrize("pay", ["x" * 301, "60\x00000", "\ud7ff" * 301])
def test_what_cannot_be_taken_is_refused_and_the_rest_is_shown(client: Client, pay: str) -> None:
    answer = client.post(ADDRESS, TYPED | {"pay": pay, "word": "1"})
    assert answer["Content-Type"].startswith("text/html")
    assert answer.context["page"].form.errors.keys() == {"pay"}
    assert "North bank" in answer.content.decode()


@pytest.mark.usefixtures("keeper")
def test_a_form_of_another_site_is_refused() -> None:
    assert Client(enforce_csrf_checks=True).post(ADDRESS, TYPED).status_code == 403


@pytest.mark.usefixtures("keeper")
def test_a_live_preview_is_the_sheet_alone_and_the_address_follows_the_picks(client: Client) -> None:
    answer = client.post(ADDRESS, TYPED | {"pick": "mission"}, headers={"hx-request": "true"})
    assert answer.content.decode().lstrip().startswith('<article id="sheet"')
    assert answer["HX-Replace-Url"].startswith(f"{ADDRESS}?without=")


# The file


@pytest.mark.usefixtures("keeper", "standing")
def test_the_file_has_real_headings_and_lists(client: Client) -> None:
    said = paragraphs(word(client))
    assert said[0] == ("Title", "Bridge Keeper")
    headings = [text for style, text in said if style == "Heading 1"]
    assert headings[:4] == ["Mission", "About the role", "Responsibilities", "What you bring"]
    assert ("Heading 2", "Upkeep") in said
    assert ("List Bullet", "Crossing: Lets people over.") in said
    assert ("List Continue", "Success metric: No one falls") in said
    assert ("List Bullet", "Carpentry (Advanced): joints, planks") in said


@pytest.mark.usefixtures("keeper", "standing")
def test_the_file_says_what_the_sheet_says(client: Client) -> None:
    role = Role.objects.get()
    typed = {**TYPED, "pick": [*picks(role), StandingText.objects.get().anchor]}
    file = word(client, **typed)
    cells = [cell.text for table in file.tables for row in table.rows for cell in row.cells]
    in_file = [*cells, *(text for _style, text in paragraphs(file))]
    marks = str.maketrans("", "", ":()·")
    said = sheet(client, typed=typed)
    assert sorted(" ".join(in_file).translate(marks).split()) == sorted(said.translate(marks).split())


@pytest.mark.usefixtures("keeper")
def test_the_file_names_itself_and_nobody(client: Client) -> None:
    named = word(client, title="Keeper").core_properties
    assert (named.title, named.subject, named.author) == ("Keeper", "Job description", "")
    assert "revision 1 of the role “Bridge Keeper”" in named.comments
    assert named.identifier == "http://testserver/roles/bridge-keeper/revisions/1/"


MARKED = """First *slanted*, **fat** and `coded`, [linked](https://example.org/a?b=1&c=2).

# Heading

3. three
4. four
   - inner

> quoted

| a | b |
| - | - |
| 1 | **2** |

```
raw <b>
  code
```

![a picture](https://example.org/x.png) [nowhere](javascript:alert(1)) \\* <i>x</i>
"""


def test_markdown_becomes_real_runs_lists_tables_and_links(client: Client) -> None:
    written(document("Bridge Keeper"))
    StandingText.objects.create(name="About us", text=MARKED)
    file = word(client, pick=[StandingText.objects.get().anchor])
    said = paragraphs(file)
    assert ("Heading 2", "Heading") in said
    assert ("List Number", "three") in said
    assert ("List Bullet 2", "inner") in said
    assert ("Quote", "quoted") in said
    assert ("Code", "raw <b>\n  code") in said
    assert ("Normal", "a picture [nowhere](javascript:alert(1)) * <i>x</i>") in said
    assert [[cell.text for cell in row.cells] for row in file.tables[-1].rows] == [["a", "b"], ["1", "2"]]
    first = next(paragraph for paragraph in file.paragraphs if paragraph.text.startswith("First"))
    assert [run.text for run in first.runs if run.italic] == ["slanted"]
    assert [run.text for run in first.runs if run.bold] == ["fat"]
    assert [link.address for link in first.hyperlinks] == ["https://example.org/a?b=1&c=2"]
    links = [link.address for paragraph in file.paragraphs for link in paragraph.hyperlinks]
    assert links == ["https://example.org/a?b=1&c=2", "http://testserver/roles/bridge-keeper/revisions/1/"]


def test_a_list_counts_from_its_own_beginning(client: Client) -> None:
    written(document("Bridge Keeper"))
    StandingText.objects.create(name="About us", text="1. a\n2. b\n\nand\n\n7. c\n8. d")
    file = word(client, pick=[StandingText.objects.get().anchor])
    numbers: dict[int, list[str]] = {}
    for paragraph in file.paragraphs:
        if paragraph.style and paragraph.style.name == "List Number":
            element: Any = paragraph._p
            numbers.setdefault(element.pPr.numPr.numId.val, []).append(paragraph.text)
    assert list(numbers.values()) == [["a", "b"], ["c", "d"]]
    starts = [
        numbering.xpath("w:lvlOverride/w:startOverride/@w:val")
        for numbering in file.part.numbering_part.element.num_lst
        if numbering.numId in numbers
    ]
    assert starts == [["1"], ["7"]]


@given(said=role_documents)
def test_any_role_makes_a_file_that_opens(said: RoleDocument) -> None:
    role = Role(slug=said.slug, name=said.name, revision=RoleRevision(number=1, document=said.to_json()))
    offered = offer(role, [])
    choice = Choice.ticked([entry.anchor for section in offered for entry in section.entries], offered)
    made = job_description(role, offered, choice, {"Pay": "\x07"}, title=said.name, address="https://x/y")
    assert paragraphs(Document(BytesIO(word_file(made))))[0] == ("Title", said.name)


# The rest of the page


def test_labels_are_in_the_language_of_the_page_and_the_words_are_the_role_s(client: Client) -> None:
    role = written(FULL)
    with override("de"):
        made = job_description(role, offer(role, []), Choice(), {}, title="K", address="https://x/y")
        assert b"<dc:language>de<" in ZipFile(BytesIO(word_file(made))).read("docProps/core.xml")


def test_a_role_that_says_nothing_is_a_title(client: Client) -> None:
    Role.objects.create(slug="cook", name="Cook")
    said = sheet(client, "/roles/cook/job-description/")
    assert said.startswith("Cook From the role “Cook” in the role catalogue, as of")


def test_an_old_slug_leads_on_with_the_choice(client: Client, keeper: Role) -> None:
    OldSlug.objects.create(role=keeper, slug="gatekeeper")
    answer = client.get("/roles/gatekeeper/job-description/?without=mission")
    assert (answer.status_code, answer["Location"]) == (308, f"{ADDRESS}?without=mission")


@pytest.mark.usefixtures("keeper")
def test_a_draft_is_there_only_for_those_who_may_see_it(client: Client) -> None:
    Role.objects.update(status=Role.Status.DRAFT)
    assert (client.get(ADDRESS).status_code, client.post(ADDRESS, {"word": "1"}).status_code) == (404, 404)
    editor = User.objects.create_user("editor")
    editor.user_permissions.add(Permission.objects.get(codename="view_draft_role"))
    client.force_login(editor)
    assert client.get(ADDRESS).status_code == 200


def test_the_page_takes_the_same_queries_however_much_there_is(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for size in (1, 5):
        written(
            document(
                f"Role {size}",
                identifiers=(Identifier(scheme="role-code", value=f"R{size}"),),
                responsibilities=tuple(Responsibility(name=f"R {number}") for number in range(size)),
                capabilities=tuple(Capability(name=f"C {number}") for number in range(size)),
                interactions=tuple(Interaction(kind="Advises", partner=f"P{n}") for n in range(size)),
                properties=tuple(Property(name=f"Q {n}", values=("x",)) for n in range(size)),
                daily_tasks=tuple(DailyTask(name=f"D {number}") for number in range(size)),
            )
        )
        StandingText.objects.create(name=f"Text {size}", text="Words.")
        # The role with its newest revision and its HTML; the standing texts.
        with django_assert_num_queries(2):
            client.get(f"/roles/role-{size}/job-description/")
