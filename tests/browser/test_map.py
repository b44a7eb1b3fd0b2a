"""The map in a browser: looked at, moved, searched, and walked with the keyboard alone."""

import re

import pytest
from playwright.sync_api import Page, expect

SAID = "[data-panel=said]"


def box(page: Page) -> list[float]:
    """What part of the map is in view: left, top, width and height."""
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return [float(each) for each in str(page.locator("#map").get_attribute("viewBox")).split()]


def test_looking_at_a_role_says_what_it_gives_and_receives(page: Page) -> None:
    page.goto("/map/")
    page.locator(".spot[href='/roles/data-engineer/'] use").hover()
    panel = page.locator(".map__panel")
    expect(panel.get_by_role("heading", name="Data Engineer")).to_be_visible()
    expect(panel.get_by_role("link", name="Open its page")).to_have_attribute("href", "/roles/data-engineer/")
    assert page.locator(".line--lit").count() == page.locator(".spot--lit").count() > 2
    page.locator(".spot[href='/roles/data-engineer/'] use").click()
    expect(page).to_have_url(re.compile("/roles/data-engineer/$"))


def test_the_keyboard_leads_from_role_to_role_and_back(page: Page) -> None:
    page.goto("/map/?role=data-engineer")
    middle = page.locator(".spot--middle")
    middle.focus()
    assert page.locator(".spot[tabindex='0']").count() == 1
    for key in ("ArrowRight", "ArrowLeft", "ArrowUp", "ArrowDown"):
        page.keyboard.press(key)
    expect(page.locator(".spot:focus")).to_have_count(1)
    expect(page.locator(SAID)).not_to_be_empty()
    for _key in range(4):
        page.keyboard.press("Escape")
    expect(middle).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/roles/data-engineer/$"))


def test_the_map_comes_closer_moves_and_comes_back(page: Page) -> None:
    page.goto("/map/")
    whole = box(page)
    page.get_by_role("button", name="Closer").click()
    closer = box(page)
    assert closer[2] < whole[2]
    frame = page.locator("#map").bounding_box()
    assert frame is not None
    page.mouse.move(frame["x"] + 20, frame["y"] + 20)
    page.mouse.down()
    page.mouse.move(frame["x"] + 120, frame["y"] + 70)
    page.mouse.up()
    moved = box(page)
    assert moved[0] < closer[0]
    assert moved[1] < closer[1]
    page.get_by_role("button", name="All of it").click()
    assert box(page) == whole


def test_a_map_that_is_held_is_pushed_and_drawn_anew_when_it_is_let_go(page: Page) -> None:
    page.goto("/map/")
    page.get_by_role("button", name="Closer").click()
    closer = box(page)
    chart = page.locator("#map")
    frame = chart.bounding_box()
    assert frame is not None
    page.mouse.move(frame["x"] + 20, frame["y"] + 20)
    page.mouse.down()
    page.mouse.move(frame["x"] + 60, frame["y"] + 50, steps=5)
    assert box(page) == closer
    expect(chart).to_have_css("transform", "matrix(1, 0, 0, 1, 40, 30)")
    page.mouse.up()
    expect(chart).to_have_css("transform", "none")
    scale = frame["width"] / closer[2]
    assert box(page)[:2] == pytest.approx([closer[0] - 40 / scale, closer[1] - 30 / scale], abs=0.1)


def test_a_tap_on_a_region_brings_it_closer_once(phone: Page) -> None:
    phone.goto("/map/")
    whole = box(phone)
    area = phone.locator(".area").first
    for _tap in range(2):
        frame = area.bounding_box()
        assert frame is not None
        phone.touchscreen.tap(frame["x"] + frame["width"] / 2, frame["y"] + 12)
    closer = box(phone)
    assert closer[2] < whole[2] / 1.5
    radius = float(str(area.get_attribute("r")))
    assert min(closer[2:]) == pytest.approx(2.4 * radius, rel=0.01)


def test_a_search_marks_names_and_leads_to_them(page: Page) -> None:
    page.goto("/map/")
    field = page.get_by_label("Mark names with")
    field.fill("data eng")
    expect(page.locator(".spot--found")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"\?q=data(\+|%20)eng$"))
    field.press("Enter")
    expect(page.locator(".spot[href='/roles/data-engineer/']")).to_be_focused()


def test_without_javascript_choices_and_links_work(plain_page: Page) -> None:
    page = plain_page
    page.goto("/map/")
    page.get_by_label("Around the role").fill("Data Engineer")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Around Data Engineer")
    page.locator(".map-option").filter(has_text="Data").first.click()
    expect(page).to_have_url(re.compile("family=data"))
    page.get_by_role("link", name="with whom").click()
    expect(page.locator("th[aria-sort]")).to_have_text("with whom")


def test_a_tap_looks_and_a_second_one_opens(phone: Page) -> None:
    phone.goto("/map/?role=data-engineer")
    spot = phone.locator(".spot[href='/roles/data-analyst/'] use")
    spot.tap()
    expect(phone.get_by_role("heading", name="Data Analyst")).to_be_visible()
    spot.tap()
    expect(phone).to_have_url(re.compile("/roles/data-analyst/$"))
