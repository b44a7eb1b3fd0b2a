"""The checks themselves: each finds its fault on a page that has it."""

import pytest
from playwright.sync_api import Page

from tests.browser import checks

BAD = """<!doctype html><html lang="en"><title>Bad</title>
<style>
  .wide { width: 3000px } .still:focus { outline: none } .away:focus { position: absolute; left: -999px }
  .tight { height: 1.2em; overflow: hidden; line-height: 1.2 } .moves { transition: color 1s }
  .tiny { width: 12px; height: 12px; padding: 0 } .tiny:focus { outline: 2px solid }
</style>
<main><h1>Bad</h1>
<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="><p class="wide">Wide</p>
<a class="still" href="#a">Unmarked</a> <a class="away" href="#b">Away</a>
<button class="tiny" aria-label="A"></button><button class="tiny" aria-label="B"></button>
<p class="tight">One line of text</p><p class="moves">Moves</p>
<header class="site-header">Frame</header></main>"""


@pytest.fixture
def bad_page(page: Page) -> Page:
    """A page of faults."""
    page.set_content(BAD)
    return page


def test_axe_is_asked_all_its_rules(bad_page: Page) -> None:
    assert [fault.split(":")[0] for fault in checks.faults(bad_page)] == ["image-alt", "target-size"]


def test_axe_is_shown_the_first_eight_of_what_is_alike(page: Page) -> None:
    page.set_content(f"""<!doctype html><html lang="en"><title>Long</title>
        <main><h1>Long</h1><ul>{"<li>Row</li>" * 30}</ul></main>""")
    assert checks.faults(page) == []
    assert page.locator("li").count() == 8


def test_what_is_wider_than_the_window_is_found(bad_page: Page) -> None:
    assert "3008" in checks.sideways(bad_page)[0]


def test_an_unmarked_stop_is_found_and_one_out_of_sight(bad_page: Page) -> None:
    assert [stop.split('"')[1] for stop in checks.unmarked(bad_page)] == ["still", "away"]


def test_text_that_wider_spacing_cuts_is_found(bad_page: Page) -> None:
    assert [text.split('"')[1] for text in checks.cut_by_spacing(bad_page)] == ["tight"]


def test_what_moves_nevertheless_is_found(bad_page: Page) -> None:
    assert [text.split('"')[1] for text in checks.moving(bad_page)] == ["moves"]


def test_a_printed_frame_is_found(bad_page: Page) -> None:
    assert checks.frame_on_paper(bad_page) == ["site-header"]


def test_a_jump_is_measured(page: Page) -> None:
    checks.watch_shifts(page)
    page.goto("/")
    page.evaluate("""document.querySelector('main').prepend(
        Object.assign(document.createElement('h2'), {textContent: 'Late '.repeat(200)}))""")
    assert checks.shifted(page) > 0.02
