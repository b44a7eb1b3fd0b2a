"""How much a browser loads."""

import pytest
from playwright.sync_api import Page

from tests.browser.addresses import EXAMPLES

LIMIT = 100_000
"""Bytes of HTML, CSS and JavaScript of a role's page together, compressed as they come."""
LOADED = """() => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
    .map(entry => [new URL(entry.name).pathname, entry.encodedBodySize, entry.decodedBodySize])"""


@pytest.mark.parametrize("slug", [example["slug"] for example in EXAMPLES["role"]])
def test_the_page_of_a_role_is_light(page: Page, slug: str) -> None:
    page.goto(f"/roles/{slug}/", wait_until="networkidle")
    files = page.evaluate(LOADED)
    assert sum(size for _path, size, _whole in files) < LIMIT, files
    assert [path for path, size, whole in files if size == whole and whole > 1000] == []
