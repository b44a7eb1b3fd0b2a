"""How pages and static files are sent: compressed, and kept by browsers until they change."""

import gzip

import pytest
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpResponseBase
from django.templatetags.static import static
from django.test import Client

pytestmark = pytest.mark.django_db
SHEET = "css/components.css"


def sent(client: Client, address: str, **headers: str) -> HttpResponseBase:
    """The answer to a browser that takes compressed content."""
    return client.get(address, headers={"Accept-Encoding": "gzip", **headers})


def body(answer: HttpResponseBase) -> bytes:
    """What comes over the wire."""
    return b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]


@pytest.mark.parametrize("address", ["/roles/", "/nowhere/", "/api/v1/openapi.json", f"/static/{SHEET}"])
def test_text_comes_compressed(client: Client, address: str) -> None:
    answer = sent(client, address)
    assert answer["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer["Vary"]
    content = body(answer)
    assert len(content) < len(gzip.decompress(content))
    answer.close()


def test_what_is_compressed_already_comes_as_it_is(client: Client) -> None:
    fonts = [name for name in listed("unfold/fonts") if name.endswith(".woff2")]
    answer = sent(client, static(fonts[0]))
    assert "Content-Encoding" not in answer.headers
    answer.close()


def listed(folder: str) -> list[str]:
    """The static files below a folder."""
    return [path for finder in get_finders() for path, _storage in finder.list([]) if path.startswith(folder)]


def test_a_part_of_a_file_is_counted_in_the_file_as_it_is(client: Client) -> None:
    answer = sent(client, static(SHEET), Range="bytes=0-9")
    assert answer.status_code == 206
    assert "Content-Encoding" not in answer.headers
    assert len(body(answer)) == 10
    answer.close()


def test_the_address_of_a_static_file_changes_with_its_content(client: Client) -> None:
    address = static(SHEET)
    assert address.startswith(f"/static/{SHEET}?")
    answer = client.get(address)
    assert answer.status_code == 200
    assert "max-age=86400" in answer["Cache-Control"]
    answer.close()


def test_a_static_file_that_is_not_there_has_an_address_all_the_same() -> None:
    assert staticfiles_storage.url("nowhere.css") == "/static/nowhere.css"
