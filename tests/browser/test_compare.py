"""Comparing roles, the way from one to another, and somebody's own levels."""

import re

from playwright.sync_api import Page, expect

LEVELS = "level=sql:advanced&level=data-modeling:novice&level=python:expert"


def test_roles_are_chosen_compared_and_changed_without_javascript(plain_page: Page) -> None:
    plain_page.goto("/roles/data-analyst/")
    plain_page.get_by_label("With this role").get_by_role("link", name="Compare").click()
    plain_page.get_by_label("Add a role").fill("engineer")
    plain_page.get_by_role("button", name="Add").click()
    plain_page.get_by_role("main").get_by_role("link", name="Data Engineer").click()
    row = plain_page.get_by_role("row", name="Data modeling")
    expect(row).to_contain_text("higher")
    plain_page.get_by_role("link", name="Show only differences").click()
    expect(plain_page.get_by_role("rowheader", name="SQL", exact=True)).to_have_count(0)
    plain_page.get_by_role("link", name="put first Data Engineer").click()
    expect(plain_page).to_have_url(re.compile(r"roles=data-engineer,data-analyst&differences=only$"))
    plain_page.get_by_role("link", name="remove Data Analyst").click()
    expect(plain_page.get_by_role("main")).to_contain_text("One role is chosen: Data Engineer")


def test_names_are_suggested_while_one_types(page: Page) -> None:
    page.goto("/compare/")
    page.get_by_label("Add a role").press_sequentially("data an")
    expect(page.locator("#add-names option").first).to_have_attribute("value", "Data Analyst")


def test_the_way_from_one_role_to_another_is_told_and_leads_back(plain_page: Page) -> None:
    plain_page.goto("/gap/")
    plain_page.get_by_label("From", exact=True).fill("Data Analyst")
    plain_page.get_by_label("To", exact=True).fill("Data Engineer")
    plain_page.get_by_role("button", name="Show the way").click()
    expect(plain_page.get_by_role("heading", level=1)).to_have_text("From Data Analyst to Data Engineer")
    expect(plain_page.get_by_role("main")).to_contain_text("Raise Data modeling from Competent to Advanced")
    plain_page.get_by_role("link", name="The way back").click()
    expect(plain_page.get_by_role("heading", level=1)).to_have_text("From Data Engineer to Data Analyst")


def test_levels_stay_in_the_browser_and_give_what_the_server_would_give(page: Page, plain_page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(f"{request.url} {request.post_data}"))
    page.goto("/gap/?to=data-engineer")
    page.get_by_label("SQL").select_option("Advanced")
    page.get_by_label("Data modeling").select_option("Novice")
    page.get_by_label("Something else that I can do").fill("python")
    page.get_by_label("Level", exact=True).select_option("Expert")
    page.get_by_role("button", name="Show what fits").press("Enter")
    expect(page.get_by_label("Python", exact=True)).to_have_value("python:expert")
    assert not [address for address in asked if "level=" in address or "python" in address]

    page.reload()
    plain_page.goto(f"/gap/?to=data-engineer&{LEVELS}")
    for part in ("#way .gap-facts", "#way .gap-groups", "#fitting"):
        expect(page.locator(part)).to_have_text(plain_page.locator(part).inner_text(), use_inner_text=True)

    page.get_by_role("button", name="Forget my levels").click()
    expect(page.locator("#fitting")).to_be_hidden()
    assert page.evaluate("localStorage.length") == 0


def test_levels_of_an_address_are_shown_and_leave_it_with_the_first_change(page: Page) -> None:
    page.goto(f"/gap/?to=data-engineer&{LEVELS}")
    expect(page.locator("#way")).to_contain_text("Keep SQL at Advanced")
    assert page.evaluate("localStorage.length") == 0
    page.get_by_label("SQL").select_option("Novice")
    expect(page.locator("#way")).to_contain_text("Raise SQL from Novice to Advanced")
    expect(page).to_have_url(re.compile(r"/gap/\?to=data-engineer$"))


def test_levels_are_stated_without_javascript(plain_page: Page) -> None:
    plain_page.goto("/gap/?to=data-engineer")
    plain_page.get_by_label("SQL").select_option("Advanced")
    plain_page.get_by_role("button", name="Show what fits").click()
    expect(plain_page).to_have_url(re.compile(r"/gap/\?to=data-engineer&level=sql:advanced$"))
    expect(plain_page.get_by_role("main")).to_contain_text("Keep SQL at Advanced")


def test_a_role_leads_on_to_what_is_next_and_similar(phone: Page) -> None:
    phone.goto("/roles/data-analyst/")
    phone.get_by_role("link", name="what is missing Data Engineer").tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text("From Data Analyst to Data Engineer")
