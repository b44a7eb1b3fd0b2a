"""The people of HR at their desk."""

from playwright.sync_api import expect

from tests.browser.conftest import SignedIn


def test_two_people_are_signed_in_at_once(signed_in: SignedIn) -> None:
    editor, reviewer = signed_in("editor"), signed_in("reviewer")
    editor.goto("/admin/roles/role/")
    reviewer.goto("/admin/roles/role/")
    for page in (editor, reviewer):
        expect(page.get_by_role("link", name="Bridge Keeper")).to_be_visible()
    assert editor.context.cookies() != reviewer.context.cookies()
