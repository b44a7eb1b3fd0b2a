"""Finding roles: typing, filtering, going back; with JavaScript, without, and on a phone."""

import re

from playwright.sync_api import Page, expect


def test_results_follow_typing_and_the_cursor_stays(page: Page) -> None:
    page.goto("/roles/")
    box = page.get_by_role("searchbox", name="Search roles")
    box.click()
    page.keyboard.type("analys")
    expect(page).to_have_url(re.compile(r"/roles/\?q=analys$"))
    expect(page.locator(".row__name").first).to_have_text(re.compile("Data Analyst"))
    expect(page.locator("#list-count")).to_have_text(re.compile(r"^\d+ roles?$"))
    page.keyboard.type("t")
    expect(page).to_have_url(re.compile(r"\?q=analyst$"))
    expect(box).to_be_focused()
    expect(page.locator("mark").first).to_have_text("Analyst")


def test_going_back_leads_to_the_list_before_the_words(page: Page) -> None:
    page.goto("/roles/")
    everything = page.locator("#list-count").text_content()
    page.get_by_role("searchbox", name="Search roles").press_sequentially("anal", delay=150)
    expect(page).to_have_url(re.compile(r"\?q=anal$"))
    page.go_back()
    expect(page).to_have_url(re.compile(r"/roles/$"))
    expect(page.locator("#list-count")).to_have_text(everything or "")
    expect(page.get_by_role("searchbox", name="Search roles")).to_have_value("")


def test_choosing_a_value_narrows_the_list_and_keeps_the_focus_and_open_facets(page: Page) -> None:
    page.goto("/roles/?q=data")
    page.locator("summary", has_text="Artifact type").click()
    data = page.get_by_role("group", name="Family").get_by_role("checkbox", name=re.compile("^Data "))
    data.focus()
    page.keyboard.press("Space")
    expect(page).to_have_url(re.compile(r"\?q=data&family=data$"))
    expect(page.get_by_role("list", name="Filters in force").get_by_role("link")).to_have_count(3)
    expect(data).to_be_focused()
    expect(page.locator("#facet-artifact-type")).to_have_attribute("open", "")
    page.get_by_role("link", name=re.compile("Family Data")).click()
    expect(page).to_have_url(re.compile(r"\?q=data$"))


def test_a_capability_is_asked_for_at_a_least_level(page: Page) -> None:
    page.goto("/roles/")
    # What is ticked gives way to a choice of levels at once: it could not be seen to be ticked.
    page.get_by_role("group", name="Capability").get_by_role("checkbox", name=re.compile("^SQL ")).click()
    level = page.get_by_role("combobox", name="SQL")
    level.select_option("Advanced or higher")
    expect(page).to_have_url(re.compile(r"\?capability=sql:advanced$"))
    expect(page.get_by_text("SQL, Advanced or higher")).to_be_visible()
    level.select_option("leave out")
    expect(page).to_have_url(re.compile(r"/roles/$"))


def test_a_long_facet_is_opened_and_searched(page: Page) -> None:
    page.goto("/roles/")
    page.get_by_role("link", name="more … Capability").click()
    expect(page).to_have_url(re.compile(r"\?more=capability#facet-capability$"))
    find = page.get_by_role("searchbox", name="Find in Capability")
    find.fill("sql")
    group = page.get_by_role("group", name="Capability")
    expect(group.get_by_role("checkbox", name=re.compile("SQL")).first).to_be_visible()
    expect(group.get_by_role("checkbox", name=re.compile("^Python "))).to_be_hidden()
    find.press("Enter")
    expect(page).to_have_url(re.compile(r"\?more=capability#facet-capability$"))


def test_everything_works_with_a_form_and_its_button(plain_page: Page) -> None:
    plain_page.goto("/roles/")
    plain_page.get_by_role("searchbox", name="Search roles").fill("data enginer")
    family = plain_page.get_by_role("group", name="Family")
    family.get_by_role("checkbox", name=re.compile("^Data ")).check()
    plain_page.get_by_role("button", name="Apply").click()
    expect(plain_page).to_have_url(re.compile(r"\?q=data\+enginer&family=data$"))
    expect(plain_page.get_by_text("No role has “enginer”.")).to_be_visible()
    expect(plain_page.locator(".row__name").first).to_have_text(re.compile("Data Engineer"))
    plain_page.get_by_role("link", name="Search for exactly what I typed").click()
    expect(plain_page.get_by_role("heading", name="No role answers to all of this")).to_be_visible()
    plain_page.get_by_role("link", name=re.compile("without Words")).click()
    expect(plain_page).to_have_url(re.compile(r"/roles/\?family=data$"))


def test_on_a_phone_the_filters_are_a_sheet_that_stays_while_one_chooses(phone: Page) -> None:
    phone.goto("/roles/")
    sheet = phone.locator("#filters")
    expect(sheet).to_be_hidden()
    phone.get_by_role("button", name="Filters").tap()
    sheet.get_by_role("checkbox", name=re.compile("^Senior ")).tap()
    expect(phone).to_have_url(re.compile(r"\?seniority=senior$"))
    expect(sheet).to_be_visible()
    sheet.get_by_role("button", name=re.compile(r"Show \d+ roles?")).tap()
    expect(sheet).to_be_hidden()
    expect(phone.get_by_role("link", name="Seniority Senior")).to_be_visible()
