"""What holds for every page: it is accessible, fits, keeps still, and prints without its frame."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page

from tests.browser import checks, conftest
from tests.browser.addresses import every_address

PHONE, SCREEN = 320, 1280  # the first is also the second at a zoom of 400 %
WIDTHS = (PHONE, 390, 820, SCREEN, 1920)
ADDRESSES = every_address()

Kept = tuple[Page, list[str]]
"""A window, and what has complained on its console."""


def kept(browser: Browser, site: str, **options: Any) -> Iterator[Kept]:
    """A window for many tests, as a new one costs more than a page. It opens each as if it were the first."""
    page, complaints = conftest.opened(browser, site, **options)
    page.context.new_cdp_session(page).send("Network.setCacheDisabled", {"cacheDisabled": True})
    checks.watch_shifts(page)
    yield page, complaints
    page.context.close()


@pytest.fixture(scope="module")
def english(browser: Browser, site: str) -> Iterator[Kept]:
    yield from kept(browser, site)


@pytest.fixture(scope="module")
def german(browser: Browser, site: str) -> Iterator[Kept]:
    yield from kept(browser, site, locale="de-DE")


def left_as_it_was(window: Kept) -> Iterator[Page]:
    """The window for one test. The test fails in the end if anything complained."""
    page, complaints = window
    page.emulate_media(media="screen", color_scheme="light", reduced_motion="no-preference")
    yield page
    page.goto("about:blank")
    page.context.clear_cookies()
    heard = list(complaints)
    complaints.clear()
    assert not heard


@pytest.fixture
def page(english: Kept) -> Iterator[Page]:
    yield from left_as_it_was(english)


@pytest.fixture
def german_page(german: Kept) -> Iterator[Page]:
    yield from left_as_it_was(german)


def opened(page: Page, address: str, width: int) -> None:
    """Open the page, or skip the test if there is something else, like a feed or a part of a page."""
    resized(page, width)
    try:
        answer = page.goto(address)
    except Error as error:
        if "Download is starting" not in error.message:
            raise
        pytest.skip("a download")
    assert answer is not None
    assert answer.ok, answer.status
    if not answer.text().lstrip().lower().startswith("<!doctype html"):
        pytest.skip("no page")


def keeps_still(page: Page) -> bool:
    """Whether next to nothing jumps while the page is opened."""
    if checks.shifted(page) < 0.02:
        return True
    # On a busy machine a part of a page may be drawn before the rest of it is read. What jumps because of the
    # page itself does so each time.
    page.reload()
    return checks.shifted(page) < 0.02


def resized(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})


@pytest.mark.parametrize("address", ADDRESSES)
def test_axe_finds_nothing_in_light_and_dark_wide_and_narrow(page: Page, address: str) -> None:
    # Or else colours that are still changing would be judged.
    page.emulate_media(reduced_motion="reduce")
    opened(page, address, SCREEN)
    found = checks.faults(page)
    page.emulate_media(color_scheme="dark")
    found += checks.faults(page, checks.OF_COLOURS)
    resized(page, PHONE)
    assert found + checks.faults(page) == []


@pytest.mark.parametrize("address", ADDRESSES)
def test_it_fits_every_width_and_a_phone_sees_nothing_jump(page: Page, address: str) -> None:
    opened(page, address, PHONE)
    assert keeps_still(page)
    found = {}
    for width in WIDTHS:
        resized(page, width)
        found[width] = checks.sideways(page)
    assert not any(found.values()), found
    resized(page, PHONE)
    assert checks.cut_by_spacing(page) == []


@pytest.mark.parametrize("address", ADDRESSES)
def test_german_fits_a_phone_too(german_page: Page, address: str) -> None:
    opened(german_page, address, PHONE)
    assert checks.sideways(german_page) == []


@pytest.mark.parametrize("address", ADDRESSES)
def test_it_keeps_still_marks_the_focus_and_prints_without_its_frame(page: Page, address: str) -> None:
    opened(page, address, SCREEN)
    assert keeps_still(page)
    assert checks.unmarked(page) == []
    assert checks.moving(page) == []
    assert checks.frame_on_paper(page) == []
