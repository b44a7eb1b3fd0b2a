"""What every page has around it: the search, the navigation, the way in."""

import re

from playwright.sync_api import Browser, Page, expect

from tests.browser import checks
from tests.browser.conftest import PHONE, window
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
    expect(plain_page.get_by_role("heading", level=1)).to_contain_text("Data Engineer")
    plain_page.get_by_role("button", name="Sign out").click()
    expect(plain_page.get_by_role("link", name="Sign in")).to_be_visible()


def test_a_phones_menu_opens_closes_and_leads_on_without_javascript(browser: Browser, site: str) -> None:
    for page in window(browser, site, **PHONE, java_script_enabled=False):
        page.goto("/")
        menu = page.get_by_role("navigation", name="Main")
        expect(menu).to_be_hidden()
        page.get_by_role("button", name="Menu").tap()
        expect(menu).to_be_visible()
        menu.get_by_role("button", name="Close").tap()
        expect(menu).to_be_hidden()
        page.get_by_role("button", name="Menu").tap()
        menu.get_by_role("link", name="Roles").tap()
        expect(page.get_by_role("heading", level=1)).to_have_text("Roles")


def test_the_keyboard_opens_the_menu_and_escape_gives_the_focus_back(page: Page) -> None:
    page.set_viewport_size({"width": 820, "height": 900})
    page.goto("/")
    page.get_by_role("button", name="Menu").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Close")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("navigation", name="Main").get_by_role("link", name="Roles")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Menu")).to_be_focused()


def test_the_navigation_says_where_one_is(page: Page) -> None:
    page.goto("/roles/data-engineer/")
    link = page.get_by_role("navigation", name="Main").get_by_role("link", name="Roles")
    expect(link).to_have_attribute("aria-current", "true")


def test_the_keyboard_alone_leads_past_the_header_and_from_role_to_role(page: Page) -> None:
    page.goto("/roles/data-engineer/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    partner = page.get_by_role("link", name="Data Analyst").first
    for _stop in range(250):
        page.keyboard.press("Tab")
        if partner.evaluate("element => element === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Data Analyst")


def test_the_language_is_chosen_in_the_footer_and_the_page_stays(plain_page: Page) -> None:
    plain_page.goto("/roles/?q=data")
    plain_page.get_by_role("button", name="Deutsch").click()
    expect(plain_page.locator("html")).to_have_attribute("lang", "de")
    expect(plain_page).to_have_url(re.compile(r"/roles/\?q=data$"))
    plain_page.goto("/roles/data-engineer/")
    expect(plain_page.locator("html")).to_have_attribute("lang", "de")


def test_a_mistyped_address_leads_on(page: Page) -> None:
    page.goto("/rolls/data-enginer/")
    assert checks.faults(page) == []
    page.get_by_role("link", name="Data Engineer").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Data Engineer")


def test_who_guesses_a_password_is_told_how_long_to_wait(page: Page) -> None:
    page.goto("/accounts/login/")
    for _guess in range(5):
        page.get_by_label("Username").fill("nobody")
        page.get_by_label("Password").fill("guessed")
        page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Too many attempts to sign in")
    assert checks.faults(page) == []
