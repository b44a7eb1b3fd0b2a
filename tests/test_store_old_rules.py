"""Documents that were stored under other rules of reading stay readable."""

import pytest
from django.test import Client

from roles import store
from roles.documents.document import RoleDocument, Variation
from tests.builders import document, written

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
