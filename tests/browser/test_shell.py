"""What every page has around it: the search, the navigation, the way in."""

import re

from playwright.sync_api import Page, expect

from tests.browser.stock import PASSWORD, READER


def test_a_slash_brings_the_cursor_to_the_search_and_enter_finds(page: Page) -> None:
    page.goto("/roles/data-engineer/")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("analyst")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/roles/\?(.*&)?q=analyst"))
    expect(page.get_by_role("link", name="Data Analyst").first).to_be_visible()


def test_search_works_without_javascript(plain_page: Page) -> None:
    plain_page.goto("/")
    plain_page.get_by_role("searchbox").fill("analyst")
    plain_page.get_by_role("searchbox").press("Enter")
    expect(plain_page.get_by_role("link", name="Data Analyst").first).to_be_visible()


def test_signing_in_leads_back_to_the_page_and_out_again(plain_page: Page) -> None:
    plain_page.goto("/roles/data-engineer/")
    plain_page.get_by_role("link", name="Sign in").click()
    plain_page.get_by_label("Username").fill(READER)
    plain_page.get_by_label("Password").fill(PASSWORD)
    plain_page.get_by_role("button", name="Sign in").click()
    expect(plain_page.get_by_role("heading", level=1)).to_have_text("Data Engineer")
    plain_page.get_by_role("button", name="Sign out").click()
    expect(plain_page.get_by_role("link", name="Sign in")).to_be_visible()
