"""The page of a role and its history as people use them: pointing, tapping, and with the keyboard alone."""

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PHONE, window


def test_following_a_statements_link_shows_where_it_comes_from_and_copies_the_link(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/roles/data-engineer/")
    origin = page.locator("#capabilities-sql .origin")
    expect(origin).to_be_hidden()
    page.get_by_role("link", name="Link to “SQL”").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Link copied")).to_be_visible()
    expect(origin).to_be_visible()
    expect(origin).to_contain_text("line")
    assert page.url.endswith("/roles/data-engineer/#capabilities-sql")
    assert page.evaluate("navigator.clipboard.readText()") == page.url


def test_a_phone_without_javascript_shows_where_a_statement_comes_from(browser: Browser, site: str) -> None:
    for page in window(browser, site, **PHONE, java_script_enabled=False):
        page.goto("/roles/data-engineer/")
        link = page.get_by_role("link", name="Link to “SQL”")
        expect(link).to_have_css("opacity", "1")
        link.tap()
        expect(page.locator("#capabilities-sql .origin")).to_be_visible()


def test_origins_of_all_statements_are_shown_and_hidden_again(plain_page: Page) -> None:
    plain_page.goto("/roles/data-engineer/")
    plain_page.get_by_role("link", name="Show sources").click()
    expect(plain_page.locator("#mission .origin")).to_be_visible()
    expect(plain_page.locator("#capabilities-sql .origin")).to_be_visible()
    plain_page.get_by_role("link", name="Hide sources").click()
    expect(plain_page.locator("#mission .origin")).to_be_hidden()


def test_the_keyboard_opens_what_a_level_means(page: Page) -> None:
    page.goto("/roles/data-engineer/")
    level = page.locator("#capabilities-sql details")
    level.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(level).to_contain_text("Advanced in SQL")
    expect(level.get_by_text("not defined yet")).to_be_visible()


def test_the_prompt_of_an_agent_is_copied_as_it_is_written(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/roles/bridge-keeper/")
    page.get_by_role("button", name="Copy the prompt").click()
    expect(page.get_by_role("status").filter(has_text="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "You keep a bridge.\n\n## Rules\n\n- be kind"


def test_without_javascript_the_prompt_can_be_read_as_plain_text(plain_page: Page) -> None:
    plain_page.goto("/roles/bridge-keeper/")
    expect(plain_page.get_by_role("button", name="Copy the prompt")).to_have_count(0)
    plain_page.get_by_text("The prompt as plain text").click()
    expect(plain_page.locator("#system-prompt-text")).to_contain_text("## Rules")


def test_the_contents_list_marks_the_section_that_is_read(page: Page) -> None:
    page.goto("/roles/data-engineer/")
    contents = page.get_by_role("navigation", name="On this page")
    contents.get_by_role("link", name="Interactions").click()
    expect(contents.locator("[aria-current]")).to_have_text("Interactions")
    page.keyboard.press("End")
    expect(contents.locator("[aria-current]")).to_have_text("Sources")


def test_the_history_leads_to_the_role_as_it_was_and_back(plain_page: Page) -> None:
    plain_page.goto("/roles/data-analyst/")
    plain_page.get_by_role("link", name="History").click()
    expect(plain_page.get_by_text("Reworded the summary")).to_be_visible()
    plain_page.get_by_role("link", name="Revision 1").click()
    expect(plain_page.get_by_text("This is what the role said in revision 1")).to_be_visible()
    plain_page.get_by_role("link", name="What it says now").click()
    assert plain_page.url.endswith("/roles/data-analyst/")


def test_changes_can_be_narrowed_to_a_family(plain_page: Page) -> None:
    plain_page.goto("/changes/")
    plain_page.get_by_label("Family").select_option("data")
    plain_page.get_by_role("button", name="Show").click()
    expect(plain_page).to_have_url(plain_page.url.split("?")[0] + "?family=data")
    expect(plain_page.get_by_role("link", name="Data Analyst").first).to_be_visible()
    expect(plain_page.get_by_role("link", name="Backend Engineer")).to_have_count(0)


def test_downloads_stand_in_a_menu_that_escape_closes(page: Page) -> None:
    page.goto("/roles/data-engineer/")
    menu, profile = page.get_by_text("Download", exact=True), page.get_by_role("link", name="Role profile")
    menu.press("Enter")
    expect(profile).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(profile).to_be_hidden()
    expect(menu).to_be_focused()
