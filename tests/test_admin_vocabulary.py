"""The shared vocabulary in the admin: names that stay unambiguous, and roles that stay as they are."""

import pytest
from django.test import Client
from django.urls import reverse

from roles.admin.vocabulary import SEEN
from roles.documents.document import Artifact as StatedArtifact
from roles.documents.document import Capability as StatedCapability
from roles.documents.document import RoleDocument
from roles.models import (
    Artifact,
    Capability,
    JobFamily,
    ProficiencyLevel,
    Role,
    RoleCapability,
    VocabularyItem,
)
from tests.test_admin_role import Fields, add_row, editor, form_of, hr, load

__all__ = ["editor", "hr"]

pytestmark = pytest.mark.django_db

USER = RoleDocument(
    slug="analyst",
    name="Analyst",
    family="Data",
    capabilities=(StatedCapability(name="SQL", level="Advanced"),),
    artifacts=(StatedArtifact(name="Reports"),),
)


def address(item: VocabularyItem) -> str:
    return reverse(f"admin:roles_{item._meta.model_name}_change", args=[item.pk])


def opened(client: Client, item: VocabularyItem) -> Fields:
    return form_of(client.get(address(item)).content.decode(), f"{item._meta.model_name}_form")


def test_a_renamed_word_changes_no_role_and_is_still_found_by_its_old_name(hr: Client) -> None:
    role = load(USER)
    sql = Capability.objects.get(name="SQL")
    assert (
        hr.post(address(sql), {**opened(hr, sql), "name": "Structured queries", SEEN: "1"}).status_code == 302
    )
    assert [alias.name for alias in sql.aliases.all()] == ["SQL"]
    other = load(RoleDocument(slug="other", name="Other", capabilities=(StatedCapability(name="sql"),)))
    written = RoleCapability.objects.filter(role__in=[role, other]).values_list("name", "capability")
    assert sorted(written) == [("SQL", sql.pk), ("sql", sql.pk)]


def test_a_word_can_be_given_back_the_name_it_had(hr: Client) -> None:
    sql = Capability.objects.create(name="SQL")
    for name in ("Structured queries", "SQL"):
        hr.post(address(sql), {**opened(hr, sql), "name": name, SEEN: "1"})
    assert Capability.objects.get(pk=sql.pk).name == "SQL"
    assert [alias.name for alias in sql.aliases.all()] == ["Structured queries"]


def test_another_spelling_of_the_same_name_needs_no_other_name(hr: Client) -> None:
    sql = Capability.objects.create(name="sql")
    hr.post(address(sql), {**opened(hr, sql), "name": "SQL"})
    assert Capability.objects.get(pk=sql.pk).name == "SQL"
    assert not sql.aliases.exists()


@pytest.mark.parametrize("name", ["KAFKA", "Apache  kafka"], ids=["name", "other name"])
def test_a_name_belongs_to_one_word(hr: Client, name: str) -> None:
    kafka = Capability.objects.create(name="Kafka")
    kafka.aliases.create(name="Apache Kafka")
    sql = Capability.objects.create(name="SQL")
    answer = hr.post(address(sql), {**opened(hr, sql), "name": name, SEEN: "1"})
    assert "“Kafka” is a name of this already." in answer.content.decode()
    fields = opened(hr, sql)
    add_row(fields, "aliases", name=name)
    assert "“Kafka” is a name of this already." in hr.post(address(sql), fields).content.decode()


def test_another_name_stands_there_once(hr: Client) -> None:
    sql = Capability.objects.create(name="SQL")
    fields = opened(hr, sql)
    for name in ("Queries", "queries "):
        add_row(fields, "aliases", name=name)
    assert "One of these names stands here twice." in hr.post(address(sql), fields).content.decode()
    assert not sql.aliases.exists()


@pytest.mark.parametrize(
    ("vocabulary", "name"),
    [(Artifact, "**Reports**"), (JobFamily, "x" * 501), (ProficiencyLevel, "Advanced (almost)")],
)
def test_a_name_that_no_document_can_carry_is_refused(
    hr: Client, vocabulary: type[VocabularyItem], name: str
) -> None:
    add = reverse(f"admin:roles_{vocabulary._meta.model_name}_add")
    fields = form_of(hr.get(add).content.decode(), f"{vocabulary._meta.model_name}_form")
    assert "must" in hr.post(add, {**fields, "name": name}).content.decode()
    assert not vocabulary._default_manager.filter(name=name).exists()


def test_a_word_made_beside_a_role_is_handed_back_to_its_form(hr: Client) -> None:
    add = f"{reverse('admin:roles_capability_add')}?_to_field=id&_popup=1"
    fields = form_of(hr.get(add).content.decode(), "capability_form")
    answer = hr.post(add, {**fields, "name": " Kafka  streams "})
    kafka = Capability.objects.get(name="Kafka streams")
    assert (kafka.slug, kafka.folded) == ("kafka-streams", "kafka streams")
    assert f"&quot;value&quot;: &quot;{kafka.pk}&quot;" in answer.content.decode()


def test_words_are_offered_by_any_of_their_names_in_any_case(hr: Client) -> None:
    street = Capability.objects.create(name="Straßenbau")
    street.aliases.create(name="Road Works")
    asked = {"app_label": "roles", "model_name": "rolecapability", "field_name": "capability"}
    for term in ("STRASSE", "road w"):
        found = hr.get(reverse("admin:autocomplete"), {**asked, "term": term}).json()["results"]
        assert found == [{"id": str(street.pk), "text": "Straßenbau"}]


def test_the_list_says_how_many_roles_use_a_word(hr: Client) -> None:
    load(USER)
    load(RoleDocument(slug="other", name="Other", family="Data"))
    for vocabulary, used in ((JobFamily, 2), (Artifact, 1)):
        answer = hr.get(reverse(f"admin:roles_{vocabulary._meta.model_name}_changelist"))
        assert [item.used for item in answer.context["cl"].result_list] == [used]
    assert Role.objects.count() == 2


def test_a_word_in_use_is_not_deleted_but_leads_to_its_roles_and_to_the_merge(hr: Client) -> None:
    role = load(USER)
    sql = Capability.objects.get(name="SQL")
    delete = reverse("admin:roles_capability_delete", args=[sql.pk])
    html = hr.get(delete).content.decode()
    assert reverse("admin:roles_role_change", args=[role.pk]) in html
    assert f"{reverse('admin:roles_capability_merge')}?keep={sql.pk}" in html
    assert address(sql) in html
    hr.post(delete, {"post": "yes"})
    assert Capability.objects.filter(pk=sql.pk).exists()


def test_a_word_that_nobody_uses_is_deleted_after_a_question(hr: Client) -> None:
    unused = Capability.objects.create(name="Juggling")
    delete = reverse("admin:roles_capability_delete", args=[unused.pk])
    assert "Juggling" in hr.get(delete).content.decode()
    hr.post(delete, {"post": "yes"})
    assert not Capability.objects.filter(pk=unused.pk).exists()
