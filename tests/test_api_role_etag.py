"""Conditional requests for one role."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory

from api.writing.role import told
from tests.builders import document, edit, written

pytestmark = pytest.mark.django_db

ROLE = "/api/v1/roles/cook"


def test_who_knows_a_role_as_it_is_gets_no_body(client: Client) -> None:
    written(document("Cook"))
    tag = client.get(ROLE)["ETag"]
    answer = client.get(ROLE, headers={"If-None-Match": tag})
    assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", tag)


def test_who_knows_a_role_as_it_was_gets_all_of_it(client: Client) -> None:
    written(document("Cook"))
    tag = client.get(ROLE)["ETag"]
    edit("cook", mission="Cook.")
    answer = client.get(ROLE, headers={"If-None-Match": tag})
    assert (answer.status_code, answer.json()["mission"]) == (200, "Cook.")
    assert answer["ETag"] != tag


def test_what_was_told_compressed_is_known_too(client: Client) -> None:
    written(document("Cook", mission="Cook." * 100))
    squeezed = client.get(ROLE, headers={"Accept-Encoding": "gzip"})
    assert squeezed["ETag"].startswith("W/")
    assert client.get(ROLE, headers={"If-None-Match": squeezed["ETag"]}).status_code == 304


def test_the_tag_for_writers_is_the_one_that_readers_are_told(client: Client) -> None:
    role = written(document("Cook"))
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    assert told(request, role).etag == client.get(ROLE)["ETag"]
