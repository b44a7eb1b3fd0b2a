"""Documents that were stored under other rules of reading stay readable."""

from pathlib import Path

import pytest
from django.test import Client
from hypothesis import given

from roles import store
from roles.documents.document import RoleDocument, Variation, statements, to_fields
from roles.loading.run import load
from roles.models import Role, SourceDocument
from tests.builders import document, job, profile, put, written
from tests.strategies import role_documents

pytestmark = pytest.mark.django_db


def test_a_role_that_today_s_rules_would_read_otherwise_keeps_its_page(client: Client) -> None:
    role = written(document("Cook", variations=(Variation(name="Night", text="Cooks late."),)))
    assert role.revision is not None
    # As if an earlier version had taken the name for a part of the text.
    role.revision.document["variations"] = [{"name": None, "text": "**Night:** Cooks late."}]
    role.revision.document["name"] = "**Cook**"
    role.revision.save()
    with pytest.raises(ValueError, match="emphasis"):
        RoleDocument.from_json(role.revision.document)
    assert store.current(role).variations[0].text == "**Night:** Cooks late."
    assert store.current(role).to_json() == role.revision.document
    assert client.get(role.get_absolute_url()).status_code == 200


def test_a_role_of_which_one_document_was_read_by_other_rules_is_still_loaded(tmp_path: Path) -> None:
    folder = put(tmp_path, {"a.md": job("Ann", code="ANN1"), "b.md": profile("Ann")})
    load([folder])
    stored = SourceDocument.objects.get(path="a.md")
    stored.parsed["variations"] = [{"name": None, "text": "**Night:** Works late."}]
    stored.save()
    report = load([put(folder, {"b.md": profile("Ann", "# Artifacts\n\n- Plan\n")})])
    assert not report.failed
    assert [row.name for row in Role.objects.get().artifacts.all()] == ["Plan"]


@given(role_documents)
def test_a_document_is_made_again_of_the_json_of_its_statements(said: RoleDocument) -> None:
    assert RoleDocument.stored(to_fields(statements(said))) == said
