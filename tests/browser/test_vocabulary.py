"""From a word to the roles that share it, and from those to their matrix."""

import csv
import re
from pathlib import Path

from playwright.sync_api import Page, expect


def test_from_capability_to_its_roles_to_their_matrix(plain_page: Page) -> None:
    plain_page.goto("/")
    plain_page.get_by_role("navigation", name="Main").get_by_role("link", name="Capabilities").click()
    plain_page.get_by_role("navigation", name="In this list").get_by_role(
        "link", name="S", exact=True
    ).click()
    plain_page.get_by_role("link", name="SQL", exact=True).click()
    expect(plain_page.get_by_role("heading", level=1)).to_have_text("SQL")
    expect(plain_page.get_by_role("link", name="Data Engineer", exact=True)).to_be_visible()
    plain_page.get_by_role("link", name="Matrix of these roles").click()
    row = plain_page.get_by_role("row").filter(has=plain_page.get_by_role("rowheader", name="Data Engineer"))
    expect(row.get_by_role("cell").first).to_have_text(re.compile("Advanced"))


def test_a_list_is_narrowed_and_widened_again(plain_page: Page) -> None:
    plain_page.goto("/capabilities/?by=kind")
    plain_page.get_by_label("Narrow the list").fill("sql")
    plain_page.get_by_role("button", name="Show", exact=True).click()
    expect(plain_page.locator(".word")).to_have_count(1)
    expect(plain_page).to_have_url(re.compile("by=kind"))
    plain_page.locator("main").get_by_role("link", name="Show all").click()
    assert plain_page.locator(".word").count() > 1


def test_ticked_roles_are_what_the_matrix_shows_and_the_file_holds(plain_page: Page, tmp_path: Path) -> None:
    plain_page.goto("/matrix/")
    plain_page.get_by_label("Family").select_option("Data")
    plain_page.get_by_role("button", name="Show", exact=True).click()
    plain_page.get_by_role("checkbox", name="choose Data Analyst").check()
    plain_page.get_by_label("Add a role by its name").fill("recruiter")
    plain_page.get_by_role("button", name="Show the ticked roles only").click()
    expect(plain_page.locator("tbody").get_by_role("rowheader")).to_have_count(2)
    with plain_page.expect_download() as waiting:
        plain_page.get_by_role("link", name="CSV").click()
    waiting.value.save_as(tmp_path / "matrix.csv")
    with (tmp_path / "matrix.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row[0] for row in csv.reader(file)] == ["Role", "Data Analyst", "Recruiter"]


def test_headers_of_the_matrix_stay_in_view_on_a_phone(phone: Page) -> None:
    phone.goto("/matrix/?family=engineering-technology")
    frame = phone.get_by_role("region", name="Which role needs which capability")
    frame.evaluate("frame => frame.scrollTo(400, 120)")
    assert frame.evaluate("frame => frame.scrollLeft") > 0
    corner = phone.get_by_role("columnheader", name="Role", exact=True)
    assert corner.evaluate("cell => cell.getBoundingClientRect().left") >= 0
    column = phone.get_by_role("columnheader").nth(1)
    top = frame.evaluate("frame => frame.getBoundingClientRect().top")
    assert column.evaluate("cell => cell.getBoundingClientRect().top") >= top - 1


def test_an_agent_is_found_by_a_word_of_its_prompt(page: Page) -> None:
    page.goto("/agents/")
    page.get_by_label("Words in a name, prompt, server or role").fill("pipelines snowflake")
    page.get_by_role("button", name="Show", exact=True).click()
    page.get_by_role("link", name="snowflake").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("snowflake")
    expect(page.get_by_role("link", name="Data Engineer", exact=True)).to_be_visible()
