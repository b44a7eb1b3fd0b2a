"""What holds for the pages of the desk: they are accessible in light and dark, and fit a phone."""

import pytest

from tests.browser import checks
from tests.browser.conftest import SignedIn

OF_THE_THEME = ("empty-table-header", "landmark-unique", "target-size", "aria-prohibited-attr")
"""Rules that the theme's own lists, rows and scroll areas break."""

ROLES = "/admin/roles"
PAGES = (
    "/admin/",
    f"{ROLES}/role/",
    f"{ROLES}/role/1/change/",
    f"{ROLES}/role/1/archive/",
    f"{ROLES}/role/due/?what=unkept&whose=all",
    f"{ROLES}/role/export/",
    f"{ROLES}/role/quality/",
    f"{ROLES}/role/quality/1/",
    f"{ROLES}/role/unresolved-partners/",
    f"{ROLES}/proposal/1/change/",
    f"{ROLES}/suggestion/1/change/",
    f"{ROLES}/sourcedocument/1/change/",
    f"{ROLES}/sourcedocument/upload/",
    f"{ROLES}/loadrun/1/change/",
    f"{ROLES}/apitoken/add/",
    f"{ROLES}/capability/1/delete/",
    f"{ROLES}/capability/merge/?keep=1&gone=2",
    f"{ROLES}/webhook/1/change/",
    f"{ROLES}/webhook/1/secret/",
    f"{ROLES}/webhookdelivery/",
    f"{ROLES}/webhookdelivery/1/change/",
)


@pytest.mark.parametrize("address", PAGES)
def test_it_is_accessible_in_light_and_dark_and_fits_a_phone(signed_in: SignedIn, address: str) -> None:
    page = signed_in("administrator")
    page.emulate_media(reduced_motion="reduce")
    answer = page.goto(address)
    assert answer is not None
    assert answer.ok
    page.wait_for_function("!document.querySelector('.select2-selection__rendered:not([aria-label])')")
    found = checks.faults(page)
    # The theme looks only once whether somebody prefers it dark.
    page.evaluate("document.documentElement.classList.add('dark')")
    found += checks.faults(page, checks.OF_COLOURS)
    assert [fault for fault in found if not fault.startswith(OF_THE_THEME)] == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert checks.sideways(page) == []
