"""Documents into tables and back: what is kept in place, what a change leaves, and what it refuses."""

from dataclasses import replace
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from roles import store
from roles.documents.document import (
    LISTS,
    Artifact,
    Capability,
    Identifier,
    Interaction,
    InvalidDocument,
    Property,
    Responsibility,
    RoleDocument,
    Section,
)
from roles.models import (
    Capability as SharedCapability,
)
from roles.models import (
    CapabilityAlias,
    Conflict,
    InteractionKind,
    JobFamily,
    OldSlug,
    Role,
    RoleAlias,
    RoleCapability,
    RoleIdentifier,
    RoleProperty,
    RoleRevision,
    RoleTag,
)
from roles.models import Interaction as InteractionRow
from tests.builders import FULL, change, document, edit, row_counts, writing, written
from tests.strategies import role_documents

pytestmark = pytest.mark.django_db

SQL, PYTHON, DBT = (Capability(name=name, level="Advanced") for name in ("SQL", "Python", "dbt"))


def rows(model: Any, *fields: str) -> list[Any]:
    return list(model.objects.order_by("pk").values_list(*fields, flat=len(fields) == 1))


def test_tables_and_newest_revision_say_what_was_written() -> None:
    role = written(FULL)
    assert role.revision is not None
    assert role.revision.document == FULL.to_json()
    assert store.read(role) == FULL


def test_the_full_document_leaves_no_list_out() -> None:
    said = FULL.to_json() | {f"agent.{key}": value for key, value in FULL.to_json()["agent"].items()}
    assert all(said[name] for name in LISTS)


@settings(max_examples=30, suppress_health_check=list(HealthCheck))
@given(st.lists(role_documents, min_size=1, max_size=3))
def test_whatever_is_written_over_each_other_is_read_back(said: list[RoleDocument]) -> None:
    with transaction.atomic():
        role: Role | None = None
        for each in said:
            role, _revision = store.write(role, each, change())
            assert store.read(role) == each
            assert store.current(role) == each
        transaction.set_rollback(True)


def test_writing_the_same_again_writes_nothing() -> None:
    role = written(FULL)
    with CaptureQueriesContext(connection) as queries:
        _role, revision = store.write(role, FULL, change())
    assert revision is None
    assert writing(queries.captured_queries) == []


def test_a_revision_tells_who_changed_the_role_through_which_door_and_why() -> None:
    hanna = User.objects.create_user("hanna")
    by_hanna = store.Change(origin=RoleRevision.Origin.API, author=hanna, reason="New bridge")
    role, revision = store.write(None, FULL, by_hanna)
    assert revision is not None
    assert (revision.author, revision.author_name, revision.origin) == (hanna, "hanna", "api")
    assert (revision.reason, revision.slug, revision.role_uid) == ("New bridge", "bridge-keeper", role.uid)


def test_revisions_are_numbered_without_gaps_in_the_role_and_in_the_catalogue() -> None:
    written(document("One"))
    written(document("Two"))
    edit("one", mission="First.")
    with pytest.raises(store.SlugTaken):
        written(document("One"))
    edit("two", mission="Second.")
    edit("one", mission="Third.")
    found = list(RoleRevision.objects.order_by("catalogue_number").values_list("slug", "number"))
    assert found == [("one", 1), ("two", 1), ("one", 2), ("two", 2), ("one", 3)]
    assert sorted(rows(RoleRevision, "catalogue_number")) == [1, 2, 3, 4, 5]


def test_rows_keep_their_primary_keys_when_values_change() -> None:
    written(document("Keeper", capabilities=(SQL, PYTHON)))
    before = rows(RoleCapability, "pk")
    edit("keeper", capabilities=(Capability(name="sql", level="Expert", detail="joins"), PYTHON))
    assert rows(RoleCapability, "pk", "name", "level") == [
        (before[0], "sql", "Expert"),
        (before[1], "Python", "Advanced"),
    ]


def test_rows_keep_their_primary_keys_when_the_order_changes() -> None:
    written(document("Keeper", capabilities=(SQL, PYTHON, DBT)))
    first, second, third = rows(RoleCapability, "pk")
    edit("keeper", capabilities=(DBT, SQL, PYTHON))
    found = list(RoleCapability.objects.order_by("position").values_list("pk", flat=True))
    assert found == [third, first, second]


def test_only_the_row_of_a_statement_that_is_gone_is_deleted() -> None:
    written(document("Keeper", capabilities=(SQL, PYTHON, DBT)))
    first, _second, third = rows(RoleCapability, "pk")
    edit("keeper", capabilities=(SQL, DBT))
    assert rows(RoleCapability, "pk") == [first, third]


def test_identifiers_aliases_and_tags_keep_their_rows() -> None:
    code = Identifier(scheme="role-code", value="data4002")
    written(document("Keeper", identifiers=(code,), aliases=("A", "B"), tags=("x", "y")))
    before = [rows(model, "pk") for model in (RoleIdentifier, RoleAlias, RoleTag)]
    shouted = Identifier(scheme="role-code", value="DATA4002")
    edit("keeper", identifiers=(shouted,), aliases=("B", "a"), tags=("y", "x"))
    assert [rows(model, "pk") for model in (RoleIdentifier, RoleAlias, RoleTag)] == before
    assert rows(RoleIdentifier, "value") == ["DATA4002"]
    assert list(RoleAlias.objects.values_list("name", flat=True)) == ["B", "a"]
    assert list(RoleTag.objects.values_list("name", flat=True)) == ["y", "x"]


def test_a_property_has_a_row_for_each_value_and_one_if_it_has_none() -> None:
    said = (Property(name="Tools", values=("Rope", "Lamp")), Property(name="Night shift"))
    written(document("Keeper", properties=said))
    assert rows(RoleProperty, "name", "value") == [("Tools", "Rope"), ("Tools", "Lamp"), ("Night shift", "")]


def test_statements_that_are_named_alike_are_told_apart() -> None:
    role = written(document("Keeper", artifacts=(Artifact(name="Log"), Artifact(name="Log", type="record"))))
    assert store.read(role).artifacts == (Artifact(name="Log"), Artifact(name="Log", type="record"))


def test_a_change_of_one_text_does_not_touch_the_lists() -> None:
    role = written(FULL)
    with CaptureQueriesContext(connection) as queries:
        store.write(role, replace(FULL, mission="Otherwise."), change())
    # The role and its slug, the counter, the revision, its event, the role's revision, search, a new word,
    # rendering, JSON.
    assert len(writing(queries.captured_queries)) == 9


@pytest.mark.parametrize("count", [1, 20])
def test_the_number_of_queries_does_not_grow_with_the_statements(count: int) -> None:
    def said(level: str) -> RoleDocument:
        return document(
            "Keeper",
            capabilities=tuple(Capability(name=f"Skill {n}", level=level) for n in range(count)),
            interactions=tuple(
                Interaction(kind="Advises", partner=f"P{n}", notes=level) for n in range(count)
            ),
        )

    with CaptureQueriesContext(connection) as creating:
        role = written(said("Novice"))
    with CaptureQueriesContext(connection) as changing:
        store.write(role, said("Expert"), change())
    # Two for the slug, one for each list, two to four for each of its vocabularies, 14 for the role, its
    # number, revision, event, webhooks, search, its words, rendering, JSON and conflicts.
    assert len(creating) == 26
    # Only the changed level is looked up.
    assert len(changing) == 24


def test_a_renamed_role_is_found_under_its_former_slugs() -> None:
    role = written(document("Keeper"))
    edit("keeper", slug="bridge-keeper")
    edit("bridge-keeper", slug="warden")
    assert rows(OldSlug, "slug", "role") == [("keeper", role.pk), ("bridge-keeper", role.pk)]


def test_a_role_that_takes_a_former_slug_back_has_it_as_its_own() -> None:
    written(document("Keeper"))
    edit("keeper", slug="warden")
    edit("warden", slug="keeper")
    assert rows(OldSlug, "slug") == ["warden"]


def test_a_taken_slug_is_refused_and_leaves_nothing_behind() -> None:
    written(document("Keeper"))
    edit("keeper", slug="warden")
    before = row_counts()
    for slug in ("warden", "keeper"):
        with pytest.raises(store.SlugTaken, match=slug):
            written(replace(FULL, slug=slug))
    assert row_counts() == before


def test_a_taken_identifier_is_refused_however_it_is_spelled_and_leaves_nothing_behind() -> None:
    written(document("Keeper", identifiers=(Identifier(scheme="role-code", value="BRID7001"),)))
    before = row_counts()
    with pytest.raises(store.IdentifierTaken, match="role-code BRID7001 is that of Keeper"):
        written(replace(FULL, identifiers=(Identifier(scheme="role-code", value="brid7001"),)))
    assert row_counts() == before


def test_two_roles_may_have_the_same_value_in_different_schemes() -> None:
    written(document("Keeper", identifiers=(Identifier(scheme="role-code", value="7"),)))
    written(document("Warden", identifiers=(Identifier(scheme="esco", value="7"),)))
    assert Role.objects.count() == 2


def test_a_changed_role_is_found_by_its_new_words_only() -> None:
    written(document("Keeper", mission="Count lighthouses."))
    edit("keeper", mission="Count ferries.")
    assert [role.slug for role in Role.objects.matching("ferries")] == ["keeper"]
    assert not Role.objects.matching("lighthouses").exists()


def test_a_changed_text_is_rendered_anew() -> None:
    role = written(document("Keeper", mission="Keep *calm*."))
    assert "<em>calm</em>" in role.rendering.html["mission"]
    role = edit("keeper", mission="Keep **going**.")
    assert "<strong>going</strong>" in role.rendering.html["mission"]


def test_vocabulary_is_shared_by_name_and_by_alias() -> None:
    shared = SharedCapability.objects.create(name="SQL")
    CapabilityAlias.objects.create(item=shared, name="Structured Query Language")
    for name, written_as in {"A": "sql", "B": "Structured  query language".replace("  ", " ")}.items():
        written(document(name, capabilities=(Capability(name=written_as),)))
    assert set(rows(RoleCapability, "capability")) == {shared.pk}
    assert rows(RoleCapability, "name") == ["sql", "Structured query language"]


def test_new_vocabulary_is_added_once() -> None:
    written(document("A", family="River Works", capabilities=(SQL,)))
    written(document("B", family="river works", capabilities=(Capability(name="sql"),)))
    assert rows(SharedCapability, "name") == ["SQL"]
    assert rows(JobFamily, "name") == ["River Works"]


def test_levels_that_nobody_ranked_are_kept_without_a_rank() -> None:
    role = written(document("A", seniority="Wizard", capabilities=(Capability(name="SQL", level="Endless"),)))
    proficiency = RoleCapability.objects.get().proficiency
    assert proficiency is not None
    assert role.seniority is not None
    assert (proficiency.name, proficiency.rank) == ("Endless", None)
    assert (role.seniority.name, role.seniority.rank) == ("Wizard", None)


def test_a_link_that_somebody_chose_stays_while_the_name_stays() -> None:
    role = written(document("A", family="Data", capabilities=(SQL,)))
    chosen, family = SharedCapability.objects.create(name="Databases"), JobFamily.objects.create(name="Tech")
    RoleCapability.objects.update(capability=chosen)
    Role.objects.update(family=family)
    edit("a", mission="Other.", capabilities=(replace(SQL, level="Expert"),))
    role.refresh_from_db()
    assert (RoleCapability.objects.get().capability, role.family) == (chosen, family)


def test_a_link_follows_a_changed_name() -> None:
    written(document("A", family="Data", responsibilities=(Responsibility(text="Look after it."),)))
    edit("a", family="Tech", responsibilities=(Responsibility(name="Care", text="Look after it."),))
    role = Role.objects.get()
    assert role.family is not None
    assert role.family.name == "Tech"
    assert [str(row.responsibility) for row in role.responsibilities.all()] == ["Care"]


def test_a_name_that_is_taken_away_takes_its_link_with_it() -> None:
    written(document("A", family="Data", seniority="Senior", capabilities=(SQL,)))
    edit("a", family=None, seniority=None, capabilities=(Capability(name="SQL"),))
    role = Role.objects.get()
    assert (role.family, role.seniority, RoleCapability.objects.get().proficiency) == (None, None, None)


def test_lifecycle_is_not_changed_by_what_a_document_says() -> None:
    role = written(FULL, status=Role.Status.DRAFT)
    store.write(role, replace(FULL, mission="Otherwise."), change(), status=Role.Status.ARCHIVED)
    role.refresh_from_db()
    assert role.status == Role.Status.DRAFT


def test_a_conflict_ends_when_the_catalogue_says_what_the_files_say() -> None:
    role = written(document("A", mission="Ours."))
    for key, theirs in {"mission": "Theirs.", "summary": "Theirs."}.items():
        Conflict.objects.create(role=role, key=key, theirs=theirs)
    edit("a", mission="Theirs.")
    assert list(Conflict.objects.filter(closed_at=None).values_list("key", flat=True)) == ["summary"]


# Rows that a person edited -------------------------------------------------------------------------------


def test_edited_rows_are_recorded_and_their_keys_follow() -> None:
    role = written(document("A", capabilities=(SQL, PYTHON)))
    RoleCapability.objects.filter(name="SQL").update(
        name="Spark", capability=SharedCapability.objects.create(name="Spark")
    )
    revision = store.save_rows(role, change())
    assert revision is not None
    assert revision.document == store.read(role).to_json()
    assert rows(RoleCapability, "key") == ["capabilities:spark", "capabilities:python"]


def test_rows_that_swap_their_names_swap_their_keys() -> None:
    role = written(document("A", artifacts=(Artifact(name="Log"), Artifact(name="Map"))))
    first, second = role.artifacts.all()
    for row, name in ((first, "Map"), (second, "Log")):
        row.name = name
        row.save(update_fields=["name"])
    store.save_rows(role, change())
    assert rows(type(first), "pk", "key") == [(first.pk, "artifacts:map"), (second.pk, "artifacts:log")]


def test_unchanged_rows_make_no_revision() -> None:
    role = written(FULL)
    assert store.save_rows(role, change()) is None
    assert RoleRevision.objects.count() == 1


def test_a_typed_row_is_linked_to_vocabulary_and_gets_its_key() -> None:
    role = written(document("A"))
    advises = InteractionKind.objects.get(name="Advises")
    role.interactions.create(kind=advises, kind_name="Advises", partner_name="B")
    role.responsibilities.create(name="Care")
    store.save_rows(role, change())
    assert rows(InteractionRow, "key") == ["interactions:advises:b"]
    assert str(role.responsibilities.get().responsibility) == "Care"


def test_typed_property_rows_are_put_under_one_key() -> None:
    role = written(document("A"))
    for value in ("Rope", "Lamp"):
        role.properties.create(name="Tools", value=value)
    store.save_rows(role, change())
    assert store.read(role).properties == (Property(name="Tools", values=("Rope", "Lamp")),)
    assert rows(RoleProperty, "key") == ["properties:tools/0", "properties:tools/1"]


def test_a_role_renamed_by_hand_is_found_under_its_former_slug() -> None:
    role = written(document("A"))
    role.slug = "b"
    role.save(update_fields=["slug"])
    store.save_rows(role, change())
    assert rows(OldSlug, "slug") == ["a"]


def test_rows_that_no_document_can_carry_are_refused() -> None:
    role = written(document("A"))
    role.sections.create(heading="Mission", text="A heading that is a section's own.")
    with pytest.raises(InvalidDocument, match="heading of a known section"):
        store.save_rows(role, change())


def test_sections_are_read_in_the_order_of_files() -> None:
    said = (
        Section(heading="B", text="b", position="agent"),
        Section(heading="A", text="a", position="mission"),
    )
    role = written(document("Keeper", mission="Go.", sections=said))
    assert [section.heading for section in store.read(role).sections] == ["A", "B"]
