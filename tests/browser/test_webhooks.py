"""A webhook's life: an address inside is refused, another one is told, and a message is sent again."""

from collections.abc import Iterator
from threading import Semaphore

import pytest

from tests.browser import checks
from tests.browser.conftest import SignedIn
from tests.browser.test_desk_pages import OF_THE_THEME
from tests.receiver import Receiver, receiving


@pytest.fixture
def other_system() -> Iterator[Receiver]:
    with receiving() as server:
        yield server


def test_another_system_is_told_and_told_again(signed_in: SignedIn, other_system: Receiver) -> None:
    arrived = Semaphore(0)
    other_system.before_answering = arrived.release
    page = signed_in("administrator")
    page.goto("/admin/roles/webhook/")
    page.get_by_role("link", name="Add webhook").first.click()
    page.get_by_label("Name").fill("Payroll")
    page.get_by_label("Address").fill("https://10.1.2.3/role-changes")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("inside the own network: nothing is sent there.").wait_for()

    page.get_by_label("Address").fill(other_system.url)
    page.get_by_role("button", name="Save", exact=True).click()
    assert page.get_by_label("Secret of Payroll").input_value().startswith("whsec_")
    assert [fault for fault in checks.faults(page) if not fault.startswith(OF_THE_THEME)] == []
    page.get_by_role("link", name="I have copied it").click()

    page.get_by_role("button", name="Send a test").click()
    page.get_by_text("The test arrived: the receiver answered 204.").wait_for()
    page.get_by_role("button", name="Send again").click()
    page.get_by_text("1 message is sent again within seconds.").wait_for()
    assert all(arrived.acquire(timeout=60) for _time in range(2))
    assert len({headers["webhook-id"] for headers, _body in other_system.got}) == 1
