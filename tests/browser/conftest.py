"""A catalogue to look at, and browsers that look at it: with JavaScript, without, and on a phone.

A second catalogue is the HR desk's: there people sign in and change things, see `signed_in`.

Browsers live as long as this folder's tests: while one runs, its event loop keeps Django from using the
database in this process. Tests of this folder use pages only; what is in the catalogues, `stock.py` says.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from tests import tables
from tests.browser import stock
from tests.serving import healthy, started

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# A container has neither the rights for the sandbox nor a graphics card; nothing from elsewhere is needed.
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
NONE_FOUND = "no Chromium or Chrome is on the PATH"
HOW_TO_GET_ONE = """On Debian: apt install chromium fonts-liberation. On Ubuntu: snap install chromium.
On Fedora: dnf install chromium. On macOS: brew install --cask chromium."""
WAITS_FOR = 30_000
"""Milliseconds until what does not come is given up: a busy machine needs many times what a free one does."""
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The Chromium of this system. Without one tests are skipped, with REQUIRE_BROWSER=1 they fail."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(f"{NONE_FOUND}. {HOW_TO_GET_ONE}", pytrace=False)
        pytest.skip(NONE_FOUND)
    expect.set_options(timeout=WAITS_FOR)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="package")
def databases(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The files of both databases: what pages show, and what people of HR change."""
    folder = tmp_path_factory.mktemp("browser")
    looked_at, desk = tables.copy_to(folder / "catalogue.sqlite3"), folder / "desk.sqlite3"
    subprocess.run(
        [sys.executable, "-m", "tests.browser.stock", desk],
        env=os.environ | {"DATABASE_URL": f"sqlite:///{looked_at}"},
        cwd=settings.BASE_DIR,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return looked_at, desk


@pytest.fixture(scope="package")
def site(databases: tuple[Path, Path]) -> Iterator[str]:
    """The address of a catalogue with what `stock.fill` puts into it, like http://127.0.0.1:5000."""
    yield from served(databases[0])


@pytest.fixture(scope="package")
def desk(databases: tuple[Path, Path]) -> Iterator[str]:
    """The address of a catalogue that is changed: it began with what `stock.lay_out` adds, too."""
    yield from served(databases[1])


def served(database: Path) -> Iterator[str]:
    """The address of a catalogue on this database."""
    with started(database) as (server, port):
        assert healthy(port)
        yield f"http://127.0.0.1:{port}"
        server.terminate()
        server.communicate(timeout=30)


SignedIn = Callable[[str], Page]


@pytest.fixture
def signed_in(browser: Browser, desk: str) -> Iterator[SignedIn]:
    """Open a window at the desk for somebody of `accounts.PEOPLE`: `signed_in("editor").goto("/admin/")`.

    Each window is a browser of its own, so that two people can be at work at once.
    """
    with ExitStack() as windows:

        def opened(username: str) -> Page:
            page = windows.enter_context(contextmanager(window)(browser, desk))
            key = stock.session(username)
            page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": desk}])
            return page

        yield opened


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    """A window of 1280 pixels with JavaScript. `page.goto("/roles/")` starts at the catalogue."""
    yield from window(browser, site)


@pytest.fixture
def plain_page(browser: Browser, site: str) -> Iterator[Page]:
    """The same without JavaScript."""
    yield from window(browser, site, java_script_enabled=False)


@pytest.fixture
def german_page(browser: Browser, site: str) -> Iterator[Page]:
    """The window of somebody whose browser asks for German."""
    yield from window(browser, site, locale="de-DE")


@pytest.fixture
def phone(browser: Browser, site: str) -> Iterator[Page]:
    """A phone: 390 pixels wide, with touch and JavaScript."""
    yield from window(browser, site, **PHONE)


def window(browser: Browser, site: str, **options: Any) -> Iterator[Page]:
    """A page in a context of its own. The test fails in the end if anything complained on the console."""
    page, complaints = opened(browser, site, **options)
    yield page
    page.context.close()
    assert not complaints


def opened(browser: Browser, site: str, **options: Any) -> tuple[Page, list[str]]:
    """A page in a context of its own, and the list of what will complain on its console."""
    usual: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}, "locale": "en-GB", "base_url": site}
    context = browser.new_context(**(usual | options))
    context.set_default_timeout(WAITS_FOR)
    page = context.new_page()
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        # That the page itself is a 404 or a 403 is not its fault, and what is no page names no icon.
        known = message.location["url"] == page.url or message.location["url"].endswith("/favicon.ico")
        if message.type in ("error", "warning") and not known:
            complaints.append(f"{page.url}: {message.text}")

    page.on("console", hear)
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    return page, complaints


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Iterator[None]:
    """Say in the very end, where it is seen, that a part was not tested."""
    yield
    skipped = terminalreporter.stats.get("skipped", [])
    if any(NONE_FOUND in str(report.longrepr) for report in skipped):
        terminalreporter.section(f"NOT TESTED IN A BROWSER: {NONE_FOUND}", red=True, bold=True)
        terminalreporter.write_line(HOW_TO_GET_ONE, red=True)
