"""HR with a spreadsheet: out, a cell changed, and in again after a look."""

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import SignedIn
from tests.sheets import rows, table_of


def test_a_cell_is_changed_in_a_spreadsheet(signed_in: SignedIn, tmp_path: Path) -> None:
    reviewer = signed_in("reviewer")
    reviewer.goto("/admin/roles/role/?q=bridge")
    reviewer.get_by_role("link", name="Export").click()
    with reviewer.expect_download() as download:
        reviewer.get_by_role("button", name="Export").click()
    exported = rows("roles", Path(download.value.path()).read_bytes())
    row = next(row for row in exported if row["slug"] == "bridge-keeper")
    edited = tmp_path / "edited.csv"
    edited.write_bytes(table_of([row | {"summary": "Keeps the old bridge open."}]))

    reviewer.goto("/admin/roles/role/")
    reviewer.get_by_role("link", name="Import").click()
    reviewer.locator("input[type=file]").set_input_files(edited)
    reviewer.get_by_role("button", name="Look at the changes").click()
    expect(reviewer.locator("ins")).to_contain_text("old")
    reviewer.get_by_label("Reason for the change").fill("The new one is built")
    reviewer.get_by_role("button", name="Import 1 row").click()
    expect(reviewer.get_by_text("1 row was imported.")).to_be_visible()

    reviewer.goto("/roles/bridge-keeper/")
    expect(reviewer.get_by_text("Keeps the old bridge open.").first).to_be_visible()
