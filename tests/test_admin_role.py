"""The form of a role in the admin: what a save records, what it refuses, and what it leaves alone."""

from collections.abc import Iterable
from html.parser import HTMLParser
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from roles import store
from roles.documents.document import (
    Agent,
    Artifact,
    Capability,
    DailyTask,
    Identifier,
    McpServer,
    Phrase,
    Property,
    Responsibility,
    RoleDocument,
    Section,
    Variation,
)
from roles.documents.document import Interaction as StatedInteraction
from roles.models import (
    AgentProfile,
    Interaction,
    JobFamily,
    OldSlug,
    ProficiencyLevel,
    Role,
    RoleCapability,
    RoleIdentifier,
    RoleMetric,
    RoleProperty,
    RoleResponsibility,
    RoleRevision,
    RoleTag,
    SearchDocument,
)
from roles.models import Capability as SharedCapability
from tests.test_pages_role import FULL

pytestmark = pytest.mark.django_db

Fields = dict[str, str]

SQL = RoleDocument(
    slug="analyst",
    name="Analyst",
    capabilities=(Capability(name="SQL", level="Advanced", detail="joins"), Capability(name="Python")),
    metrics=("Few incidents",),
    interactions=(StatedInteraction(kind="Advises", partner="Data Engineer"),),
)


class FormReader(HTMLParser):
    """The fields of a form as a browser would send them."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self.form, self.inside = form, False
        self.fields: Fields = {}
        self._select = self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "form":
            self.inside = given.get("id") == self.form
        if not self.inside or "disabled" in given:
            return
        if tag == "input" and name and (given.get("type") != "checkbox" or "checked" in given):
            self.fields[name] = given.get("value", "on" if given.get("type") == "checkbox" else "")
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in given or self._select not in self.fields):
            self.fields[self._select] = given.get("value", "")
        elif tag == "textarea":
            self._text = name
            self.fields[name] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "select":
            self._select = ""
        elif tag == "textarea" and self._text:
            # A browser drops the line end after the tag and sends others as two characters.
            text = self.fields[self._text].replace("\r\n", "\n").removeprefix("\n")
            self.fields[self._text] = text.replace("\n", "\r\n")
            self._text = ""

    def handle_data(self, data: str) -> None:
        if self._text:
            self.fields[self._text] += data


def form_of(html: str, form: str = "role_form") -> Fields:
    reader = FormReader(form)
    reader.feed(html)
    assert reader.fields, "there is no such form"
    return reader.fields


def address(role: Role) -> str:
    return reverse("admin:roles_role_change", args=[role.pk])


def opened(client: Client, role: Role) -> Fields:
    """The fields of a role's form, just opened."""
    return form_of(client.get(address(role)).content.decode())


def save(client: Client, role: Role, fields: Fields) -> None:
    """Save a form that nothing is to be said against."""
    answer = client.post(address(role), fields)
    assert answer.status_code == 302, problems(answer)


def problems(answer: Any) -> list[Any]:
    """Every error on a page that shows a form."""
    form = answer.context["adminform"].form
    rows = [formset.formset for formset in answer.context["inline_admin_formsets"]]
    return [
        form.errors,
        *(found for formset in rows for found in (*formset.errors, formset.non_form_errors())),
    ]


def refused(client: Client, role: Role, fields: Fields) -> str:
    """The page that answers a form with something wrong in it, after a look that nothing was saved."""
    before = everything(role)
    answer = client.post(address(role), fields)
    assert answer.status_code == 200
    assert everything(role) == before
    return answer.content.decode()


def prefix_of(fields: Fields, name: str, value: str) -> str:
    """The row of a form whose field has a value: `metrics-0`."""
    found = [key for key, given in fields.items() if given == value and key.endswith(f"-{name}")]
    assert len(found) == 1
    return found[0].removesuffix(f"-{name}")


def add_row(fields: Fields, rows: str, **values: Any) -> None:
    """Add a row to a form, as the button below the rows does."""
    number = int(fields[f"{rows}-TOTAL_FORMS"])
    fields[f"{rows}-TOTAL_FORMS"] = str(number + 1)
    for name, value in {"id": "", "position": "", **values}.items():
        fields[f"{rows}-{number}-{name}"] = str(value)


def everything(role: Role) -> list[list[dict[str, Any]]]:
    """All that the database holds of a role."""
    relations = [
        relation
        for relation in Role._meta.related_objects
        if relation.field.name == "role" and relation.related_model._meta.managed
    ]
    tables: list[Iterable[Any]] = [Role.objects.filter(pk=role.pk), OldSlug.objects.all()]
    tables += [
        relation.related_model._default_manager.filter(role=role).order_by("pk") for relation in relations
    ]
    return [list(table.values()) for table in tables]  # type: ignore[attr-defined]


def assert_in_step(role: Role) -> None:
    """The newest revision is what the rows say, and their keys and order are as `write` makes them."""
    role = Role.objects.get(pk=role.pk)
    assert role.revision is not None
    document = store.read(role)
    assert role.revision.document == document.to_json()
    written, _ = store.write(
        None,
        RoleDocument.from_json({**document.to_json(), "slug": "twin", "identifiers": []}),
        store.Change(origin=RoleRevision.Origin.LOAD),
    )
    for table in store.TABLES:
        assert keyed(table.model, role) == keyed(table.model, written)
    assert keyed(RoleProperty, role) == keyed(RoleProperty, written)
    title = SearchDocument.objects.get(role=role).statements
    assert title == SearchDocument.objects.get(role=written).statements
    written.delete()


def keyed(model: type[Model], role: Role) -> list[tuple[Any, ...]]:
    return list(model._default_manager.filter(role=role).order_by("position").values_list("key", "position"))


@pytest.fixture
def editor() -> User:
    """Somebody whose changes count at once."""
    user = User.objects.create_user("anna", is_staff=True)
    user.groups.add(Group.objects.get(name="Reviewers"))
    return user


@pytest.fixture
def hr(editor: User) -> Client:
    """A browser in which an editor has signed in."""
    client = Client()
    client.force_login(editor)
    return client


def load(document: RoleDocument, **values: Any) -> Role:
    role, _ = store.write(None, document, store.Change(origin=RoleRevision.Origin.LOAD))
    if values:
        Role.objects.filter(pk=role.pk).update(**values)
    return Role.objects.get(pk=role.pk)


# What makes a revision


@pytest.mark.parametrize(
    "document", [FULL, SQL, RoleDocument(slug="bare", name="Bare")], ids=["full", "some", "bare"]
)
def test_an_unchanged_form_changes_nothing(hr: Client, document: RoleDocument) -> None:
    role = load(document)
    before = everything(role)
    save(hr, role, opened(hr, role))
    assert everything(role) == before


def test_a_changed_statement_makes_one_revision_that_says_who_and_why(hr: Client, editor: User) -> None:
    role = load(SQL)
    fields = opened(hr, role)
    fields[f"{prefix_of(fields, 'text', 'Few incidents')}-text"] = "No incidents"
    save(hr, role, {**fields, "reason": "We aim higher"})
    revision = RoleRevision.objects.get(role=role, number=2)
    assert (revision.author, revision.author_name) == (editor, "anna")
    assert (revision.origin, revision.reason) == ("admin", "We aim higher")
    assert revision.document["metrics"] == ["No incidents"]
    assert_in_step(role)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "Lead Data Engineer"),
        ("mission", "Deliver.\r\n\r\nAlways."),
        ("extra", '{"grade": "L6"}'),
        ("responsibilities-0-text", "Build them\r\nand keep them."),
        ("responsibilities-2-primary", "on"),
        ("capabilities-0-detail", ""),
        ("interactions-0-partner_name", "Analyst"),
        ("members-0-count", "5"),
        ("agent-0-system_prompt", "You are another."),
        ("phrases-0-label", ""),
        ("sections-1-text", "Drops tables."),
        ("properties-0-values", "Airflow, dbt, Spark"),
        ("tags-0-name", "lake"),
        ("aliases-0-name", "Pipeliner"),
        ("identifiers-0-value", "DATA4003"),
    ],
)
def test_whatever_is_edited_stays_in_step_with_the_newest_revision(
    hr: Client, field: str, value: str
) -> None:
    role = load(FULL)
    fields = opened(hr, role)
    assert fields.get(field) != value
    save(hr, role, {**fields, field: value})
    assert role.revisions.count() == 2
    assert_in_step(role)


def test_lifecycle_changes_without_a_revision(hr: Client, editor: User) -> None:
    role, successor = load(FULL), load(SQL)
    fields = opened(hr, role)
    fields |= {"status": "archived", "owner": str(editor.pk), "review_by": "2027-01-31"}
    save(hr, role, {**fields, "successor": str(successor.pk)})
    saved = Role.objects.get(pk=role.pk)
    assert (saved.status, saved.owner, saved.successor) == ("archived", editor, successor)
    assert str(saved.review_by) == "2027-01-31"
    assert saved.revision == role.revision


def test_a_new_role_is_a_draft_with_its_first_revision(hr: Client) -> None:
    fields = form_of(hr.get(reverse("admin:roles_role_add")).content.decode())
    assert fields["status"] == "draft"
    fields |= {"name": "Tester", "slug": "tester", "mission": "Finds out."}
    add_row(fields, "metrics", text="Found before release")
    assert hr.post(reverse("admin:roles_role_add"), fields).status_code == 302
    role = Role.objects.get(slug="tester")
    assert (role.status, role.revisions.count()) == ("draft", 1)
    assert_in_step(role)


# Rows


def test_rows_that_swap_names_keep_their_places_and_swap_their_keys(hr: Client) -> None:
    role = load(FULL)
    first, second = RoleResponsibility.objects.filter(role=role).exclude(name="")
    fields = opened(hr, role)
    one, other = prefix_of(fields, "name", first.name), prefix_of(fields, "name", second.name)
    save(hr, role, {**fields, f"{one}-name": second.name, f"{other}-name": first.name})
    keys = dict(RoleResponsibility.objects.filter(role=role).values_list("pk", "key"))
    assert (keys[first.pk], keys[second.pk]) == (second.key, first.key)
    assert_in_step(role)


def test_a_row_that_says_something_else_is_the_same_row(hr: Client) -> None:
    role = load(SQL)
    metric = RoleMetric.objects.get(role=role)
    fields = opened(hr, role)
    save(hr, role, {**fields, "metrics-0-text": "No incidents"})
    assert RoleMetric.objects.get(role=role).pk == metric.pk


@pytest.mark.each_database
def test_rows_come_in_the_order_into_which_they_were_dragged(hr: Client) -> None:
    role = load(SQL)
    fields = opened(hr, role)
    save(hr, role, {**fields, "capabilities-0-position": "1", "capabilities-1-position": "0"})
    assert [row.name for row in RoleCapability.objects.filter(role=role)] == ["Python", "SQL"]
    assert_in_step(role)


def test_rows_can_be_removed_and_new_ones_come_last(hr: Client) -> None:
    role = load(FULL)
    fields = opened(hr, role)
    fields[f"{prefix_of(fields, 'text', 'Few incidents')}-DELETE"] = "on"
    fields["tags-0-DELETE"] = "on"
    for text in ("Second thoughts", "First come"):
        add_row(fields, "principles", text=text)
    save(hr, role, fields)
    document = store.read(Role.objects.get(pk=role.pk))
    assert document.metrics == () == document.tags
    assert document.principles == ("Automate it", "Second thoughts", "First come")
    assert_in_step(role)


def test_a_row_removed_and_typed_anew_is_no_change(hr: Client) -> None:
    role = load(SQL)
    fields = opened(hr, role)
    fields["metrics-0-DELETE"] = "on"
    add_row(fields, "metrics", text="Few incidents")
    save(hr, role, fields)
    assert role.revisions.count() == 1
    assert_in_step(role)


def test_an_added_row_that_was_taken_out_again_is_not_saved(hr: Client) -> None:
    role = load(SQL)
    fields = opened(hr, role)
    add_row(fields, "metrics", text="Never mind", DELETE="on")
    add_row(fields, "metrics", text="This one")
    save(hr, role, fields)
    assert [metric.text for metric in role.metrics.all()] == ["Few incidents", "This one"]


def test_a_row_added_and_left_empty_is_not_saved(hr: Client) -> None:
    role = load(SQL)
    fields = opened(hr, role)
    add_row(fields, "metrics", text="")
    save(hr, role, fields)
    assert role.revisions.count() == 1


def test_a_property_is_one_row_with_its_values_between_commas(hr: Client) -> None:
    role = load(FULL)
    fields = opened(hr, role)
    assert fields[f"{prefix_of(fields, 'name', 'Preferred Tech')}-values"] == "Airflow, dbt"
    fields[f"{prefix_of(fields, 'name', 'Preferred Tech')}-name"] = "Tools"
    fields[f"{prefix_of(fields, 'name', 'Travel')}-DELETE"] = "on"
    add_row(fields, "properties", name="Languages", values=" German,English ,")
    save(hr, role, fields)
    assert store.read(Role.objects.get(pk=role.pk)).properties == (
        Property(name="Tools", values=("Airflow", "dbt")),
        Property(name="Languages", values=("German", "English")),
    )
    assert_in_step(role)


def test_properties_are_dragged_like_other_rows(hr: Client) -> None:
    role = load(FULL)
    fields = opened(hr, role)
    save(hr, role, {**fields, "properties-0-position": "5", "properties-1-position": "1"})
    names = [stated.name for stated in store.read(Role.objects.get(pk=role.pk)).properties]
    assert names == ["Travel", "Preferred Tech"]
    assert_in_step(role)


def test_the_agent_is_gone_once_nothing_is_said_of_it(hr: Client) -> None:
    role = load(RoleDocument(slug="bot", name="Bot", agent=Agent(name="Robo", knowledge=("docs.md",))))
    fields = opened(hr, role)
    save(hr, role, {**fields, "agent-0-name": "", "knowledge-0-DELETE": "on"})
    assert store.read(Role.objects.get(pk=role.pk)).agent is None
    assert not AgentProfile.objects.filter(role=role).exists()
    assert_in_step(role)


def test_an_agent_that_only_has_tools_is_an_agent(hr: Client) -> None:
    role = load(SQL)
    fields = opened(hr, role)
    add_row(fields, "knowledge", text="docs.md")
    save(hr, role, fields)
    assert AgentProfile.objects.filter(role=role).exists()
    assert_in_step(role)


# Names as written


def test_a_name_as_written_follows_another_choice(hr: Client) -> None:
    role = load(SQL)
    spark = SharedCapability.objects.create(name="Spark")
    expert = ProficiencyLevel.objects.get(name="Expert")
    fields = opened(hr, role)
    fields |= {"capabilities-0-capability": str(spark.pk), "capabilities-0-proficiency": str(expert.pk)}
    save(hr, role, fields)
    first = store.read(Role.objects.get(pk=role.pk)).capabilities[0]
    assert first == Capability(name="Spark", level="Expert", detail="joins")


def test_a_name_as_written_stays_where_the_choice_does(hr: Client) -> None:
    postgres = SharedCapability.objects.create(name="PostgreSQL")
    postgres.aliases.create(name="Postgres")
    role = load(RoleDocument(slug="dba", name="DBA", capabilities=(Capability(name="Postgres"),)))
    assert "PostgreSQL, here written “Postgres”" in hr.get(address(role)).content.decode()
    save(hr, role, {**opened(hr, role), "capabilities-0-detail": "tuning"})
    row = RoleCapability.objects.get(role=role)
    assert (row.name, row.capability) == ("Postgres", postgres)


def test_a_level_that_is_written_but_not_linked_stays(hr: Client) -> None:
    role = load(SQL)
    RoleCapability.objects.filter(role=role, name="SQL").update(proficiency=None)
    save(hr, role, {**opened(hr, role), "capabilities-0-detail": "windows"})
    assert store.read(Role.objects.get(pk=role.pk)).capabilities[0].level == "Advanced"


def test_a_level_that_is_taken_away_is_no_longer_written(hr: Client) -> None:
    role = load(SQL)
    save(hr, role, {**opened(hr, role), "capabilities-0-proficiency": ""})
    assert store.read(Role.objects.get(pk=role.pk)).capabilities[0].level is None
    assert_in_step(role)


def test_a_renamed_responsibility_is_linked_by_its_new_name(hr: Client) -> None:
    role = load(FULL)
    fields = opened(hr, role)
    save(hr, role, {**fields, f"{prefix_of(fields, 'name', 'Pipelines')}-name": "Streams"})
    row = RoleResponsibility.objects.get(role=role, name="Streams")
    assert row.responsibility is not None
    assert row.responsibility.name == "Streams"


def test_a_chosen_responsibility_gives_its_name(hr: Client) -> None:
    role, other = load(FULL), load(SQL)
    shared = RoleResponsibility.objects.get(role=role, name="Pipelines").responsibility
    assert shared is not None
    fields = opened(hr, other)
    add_row(fields, "responsibilities", name="", responsibility=shared.pk, text="Use them.")
    save(hr, other, fields)
    stated = store.read(Role.objects.get(pk=other.pk)).responsibilities
    assert stated == (Responsibility(name="Pipelines", text="Use them."),)


def test_family_as_written_follows_the_family(hr: Client) -> None:
    role = load(FULL)
    family = JobFamily.objects.create(name="Platforms")
    save(hr, role, {**opened(hr, role), "family": str(family.pk), "seniority": ""})
    document = store.read(Role.objects.get(pk=role.pk))
    assert (document.family, document.seniority) == ("Platforms", None)


def test_a_partner_is_linked_as_soon_as_a_role_bears_the_name(hr: Client) -> None:
    role, partner = load(SQL), load(FULL)
    assert Interaction.objects.get(role=role).partner is None
    save(hr, partner, {**opened(hr, partner), "summary": "Builds."})
    assert Interaction.objects.get(role=role).partner == partner
    assert address(partner) in hr.get(address(role)).content.decode()


def test_a_former_slug_still_leads_to_the_role(hr: Client) -> None:
    role = load(SQL)
    save(hr, role, {**opened(hr, role), "slug": "data-analyst"})
    assert list(OldSlug.objects.values_list("slug", "role")) == [("analyst", role.pk)]
    assert_in_step(role)


# What is refused


def test_a_form_without_the_state_it_was_opened_on_is_refused(hr: Client) -> None:
    role = load(SQL)
    fields = opened(hr, role)
    del fields["opened_on"]
    refused(hr, role, fields)


@pytest.mark.parametrize(
    ("field", "value", "fault"),
    [
        ("mission", "Before\n\n## Duties\n\nAfter", "contains a heading of level 2"),
        ("name", "Mission", "is the heading of a known section"),
        ("extra", '{"grade": 5}', "write numbers and dates as text"),
        ("extra", "[]", "Write it like this"),
        ("properties-0-name", "**Bold**", "must not contain bold marks"),
        ("responsibilities-0-group", "Role Variations", "is the heading of a section"),
        ("capabilities-0-capability", "999999", "Select a valid choice"),
        ("interactions-0-partner_name", "[A](b.md)", "must not be a Markdown link"),
        ("metrics-0-text", "---", "must not start with a line of dashes"),
        ("members-0-count", "0", "must be a number of people"),
        ("sections-1-text", "# Title", "contains a heading of level 1"),
        ("agent-0-name", "`Robo`", "must not contain backticks"),
        ("knowledge-0-text", "`docs.md`", "must not stand in backticks"),
        ("aliases-0-name", "x" * 501, "at most 500 characters"),
        ("identifiers-0-scheme", "Role Code", "lower-case words joined by hyphens"),
    ],
)
def test_what_no_document_can_carry_is_refused_beside_the_field(
    hr: Client, field: str, value: str, fault: str
) -> None:
    role = load(FULL)
    fields = {**opened(hr, role), field: value}
    before = everything(role)
    answer = hr.post(address(role), fields)
    assert everything(role) == before
    forms = [answer.context["adminform"].form]
    forms += [form for rows in answer.context["inline_admin_formsets"] for form in rows.formset.forms]
    errors = {form.add_prefix(name): found for form in forms for name, found in form.errors.items()}
    assert list(errors) == [field]
    assert fault in str(errors[field])


def test_what_only_all_rows_together_get_wrong_is_refused_with_its_place(hr: Client) -> None:
    role = load(FULL)
    fields = {**opened(hr, role), "metrics-0-text": "Typed too"}
    add_row(fields, "sections", heading="", after="", level="2", text="Before everything, again.")
    html = refused(hr, role, fields)
    assert "Further sections: has two texts without heading in one place" in html
    assert form_of(html)["metrics-0-text"] == "Typed too"


def test_faults_are_all_shown_at_once(hr: Client) -> None:
    role = load(FULL)
    fields = {
        **opened(hr, role),
        "mission": "# Duties",
        "metrics-0-text": "---",
        "daily_tasks-0-time": "soon",
    }
    html = refused(hr, role, fields)
    for fault in ("contains a heading of level 1", "must not start with a line", "must be a time of day"):
        assert fault in html


def test_another_roles_address_is_refused_and_a_former_one_too(hr: Client) -> None:
    role, other = load(SQL), load(RoleDocument(slug="writer", name="Writer"))
    OldSlug.objects.create(role=other, slug="author")
    assert "already exists" in refused(hr, role, {**opened(hr, role), "slug": "writer"})
    assert "still leads there" in refused(hr, role, {**opened(hr, role), "slug": "author"})


def test_another_roles_code_is_refused(hr: Client) -> None:
    load(FULL)
    role = load(SQL)
    fields = opened(hr, role)
    add_row(fields, "identifiers", scheme="role-code", value="DATA4002")
    assert "already exists" in refused(hr, role, fields)


def test_a_refused_new_role_leaves_nothing_behind(hr: Client) -> None:
    fields = form_of(hr.get(reverse("admin:roles_role_add")).content.decode())
    fields |= {"name": "Tester", "slug": "tester"}
    for text in ("One", "Two"):
        add_row(fields, "sections", heading="", after="", level="2", text=text)
    assert hr.post(reverse("admin:roles_role_add"), fields).status_code == 200
    assert not Role.objects.exists()


def test_a_refused_form_shows_rows_where_they_were_dragged(hr: Client) -> None:
    role = load(SQL)
    fields = {**opened(hr, role), "capabilities-0-position": "1", "capabilities-1-position": "0", "name": ""}
    html = refused(hr, role, fields)
    assert html.index('name="capabilities-1-detail"') < html.index('name="capabilities-0-detail"')


# Who may do what


def test_editors_do_not_delete_roles(hr: Client) -> None:
    role = load(SQL)
    assert hr.post(reverse("admin:roles_role_delete", args=[role.pk]), {"post": "yes"}).status_code == 403
    assert Role.objects.filter(pk=role.pk).exists()


def test_a_deleted_role_leaves_its_name_to_the_one_that_bears_it_too(admin_client: Client) -> None:
    role, gone = load(SQL), load(FULL)
    twin = load(RoleDocument(slug="data-engineer-2", name="Data Engineer"))
    admin_client.post(reverse("admin:roles_role_delete", args=[gone.pk]), {"post": "yes"})
    assert Interaction.objects.get(role=role).partner == twin


def test_viewers_read_the_form_and_save_nothing() -> None:
    viewer = User.objects.create_user("vera", is_staff=True)
    viewer.groups.add(Group.objects.get(name="Viewers"))
    client = Client()
    client.force_login(viewer)
    role = load(FULL)
    html = client.get(address(role)).content.decode()
    assert "Preferred Tech" in html
    assert 'name="reason"' not in html
    assert "History" not in html
    assert client.post(address(role), {"name": "Mine"}).status_code == 403


def test_editors_choose_owners_though_they_see_no_accounts(hr: Client, editor: User) -> None:
    asked = {"app_label": "roles", "model_name": "role", "field_name": "owner", "term": "ann"}
    found = hr.get(reverse("admin:autocomplete"), asked).json()["results"]
    assert found == [{"id": str(editor.pk), "text": "anna"}]
    assert hr.get(reverse("admin:auth_user_changelist")).status_code == 403


# The pages


def test_the_form_leads_to_the_page_the_documents_and_the_history(hr: Client) -> None:
    role = load(SQL)
    html = hr.get(address(role)).content.decode()
    assert f'href="{role.get_absolute_url()}"' in html
    assert "No document describes this role." in html
    history = reverse("admin:roles_role_history", args=[role.pk])
    assert f'href="{history}"' in html
    assert hr.get(history)["Location"] == reverse("admin:roles_rolerevision_of", args=[role.uid])


@pytest.mark.each_database
def test_the_list_finds_roles_by_what_they_say_and_sorts_them_when_asked(hr: Client) -> None:
    load(FULL)
    load(SQL)

    def found(**asked: str) -> list[str]:
        answer = hr.get(reverse("admin:roles_role_changelist"), asked)
        return [role.name for role in answer.context["cl"].result_list]

    assert found() == ["Analyst", "Data Engineer"]
    assert found(q="data4002") == ["Data Engineer"]
    assert found(q="sql", o="-1") == ["Data Engineer", "Analyst"]
    assert found(q="nowhere") == []


def test_the_list_takes_as_many_queries_for_many_roles(
    hr: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(4):
        load(RoleDocument(slug=f"role-{number}", name=f"Role {number}", family=f"Family {number}"))
    # Session, account, whether its password is due, two for its permissions; two counts, the choices of two
    # filters, the owners, the roles.
    with django_assert_num_queries(9):
        assert hr.get(reverse("admin:roles_role_changelist")).status_code == 200


def test_the_form_takes_as_many_queries_for_many_rows(
    hr: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    few = load(FULL)
    many = load(
        RoleDocument(
            slug="many",
            name="Many",
            family="Data",
            seniority="Senior",
            properties=tuple(Property(name=f"Property {n}", values=("a", "b")) for n in range(5)),
            responsibilities=tuple(Responsibility(name=f"Duty {n}") for n in range(5)),
            capabilities=tuple(Capability(name=f"Skill {n}", level=f"Level {n}") for n in range(5)),
            artifacts=tuple(Artifact(name=f"Thing {n}") for n in range(5)),
            interactions=tuple(
                StatedInteraction(kind=f"Kind {n}", partner="Data Engineer") for n in range(5)
            ),
            daily_tasks=tuple(DailyTask(name=f"Task {n}") for n in range(5)),
            agent=Agent(
                mcp_servers=tuple(McpServer(name=f"server-{n}") for n in range(5)),
                example_phrases=tuple(Phrase(text=f"Phrase {n}") for n in range(5)),
                personalities=tuple(Variation(name=f"Manner {n}") for n in range(5)),
            ),
            sections=tuple(Section(heading=f"Section {n}", text="Text") for n in range(5)),
            identifiers=tuple(Identifier(scheme="role-code", value=f"C{n}") for n in range(5)),
        )
    )
    # Session, account, whether its password is due, two for its permissions; the role, its revision, family
    # and seniority; one for each of 19 tables of rows, and one for the values of properties; documents,
    # conflicts; the latest revisions, the one before them, and the ranks of levels and of their other names.
    assert hr.get(address(few)).status_code == 200
    for role in (few, many):
        with django_assert_num_queries(39):
            assert hr.get(address(role)).status_code == 200
    assert RoleTag.objects.filter(role=few).exists()
    assert RoleIdentifier.objects.filter(role=many).count() == 5
