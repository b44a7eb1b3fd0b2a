"""A token's life: made in the admin, seen once, used by a program, and revoked."""

from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlsplit

from tests.browser import checks
from tests.browser.conftest import SignedIn
from tests.browser.test_desk_pages import OF_THE_THEME


def status(address: str, token: str) -> int:
    """What a program is answered that sends a token."""
    where = urlsplit(address)
    with closing(HTTPConnection(where.netloc, timeout=60)) as connection:
        connection.request("GET", where.path, headers={"Authorization": f"Bearer {token}"})
        return connection.getresponse().status


def test_a_program_gets_a_token_and_loses_it(signed_in: SignedIn, desk: str) -> None:
    page = signed_in("editor")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/admin/roles/apitoken/")
    page.get_by_role("link", name="Add API token").first.click()
    page.get_by_label("Name").fill("Board on the wall")
    page.get_by_label("Read drafts").check()
    page.get_by_role("button", name="Make the token").click()

    page.get_by_role("button", name="Copy").click()
    page.get_by_text("Copied", exact=True).wait_for()
    token = page.evaluate("navigator.clipboard.readText()")
    assert token == page.get_by_label("Board on the wall").input_value()
    found = [fault for fault in checks.faults(page) if not fault.startswith(OF_THE_THEME)]
    assert found == []
    roles = f"{desk}/api/v1/roles"
    assert status(roles, token) == 200

    page.get_by_role("link", name="I have copied it").click()
    page.get_by_role("link", name="Board on the wall").click()
    assert token[12:] not in page.content()
    page.get_by_role("link", name="Revoke").click()
    page.get_by_role("button", name="Revoke").click()
    page.get_by_text("It opens nothing any more").wait_for()
    assert status(roles, token) == 401
