"""A day at the HR desk, in the order in which its work comes: an editor's, then a reviewer's."""

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import SignedIn
from tests.builders import profile

WATCH, WRITTEN, EDITED, FILED = "Night Watch", "Keep Night Watch going.", "Watches.", "Watches by night."


def role_form(page: Page, name: str) -> None:
    """Open the form of a role by way of the list, as one does who doesn't know its address."""
    page.goto("/admin/roles/role/")
    page.get_by_placeholder("Names, codes and all that roles say").fill(name)
    page.keyboard.press("Enter")
    page.get_by_role("link", name=name, exact=True).click()
    expect(page.locator("[name=mission]")).to_be_visible()


def from_inbox(page: Page, title: str) -> Locator:
    """What waits for this person under a heading of the inbox."""
    page.goto("/admin/")
    return page.locator("section", has=page.get_by_role("heading", name=title))


def upload(page: Page, file: Path) -> None:
    """Send a role document, and load it after a look at what it would change."""
    page.goto("/admin/roles/sourcedocument/")
    page.get_by_role("link", name="Upload documents").click()
    page.get_by_label("Role documents").set_input_files(file)
    page.get_by_role("button", name="Look at the changes").click()
    expect(page.get_by_text("Nothing is changed yet.")).to_be_visible()
    page.get_by_role("button", name="Load these files").click()
    expect(page).to_have_url(re.compile("/admin/roles/loadrun/$"))


def ticked(page: Page, address: str, names: tuple[str, ...], action: str) -> None:
    """Tick rows of a list, and ask for something to be done with them."""
    page.goto(address)
    for name in names:
        page.get_by_role("row", name=name).get_by_role("checkbox").check()
    page.locator("select[name=action]").select_option(label=action)
    page.get_by_role("button", name="Run").click()


def chosen(page: Page, field: str, words: str, option: str) -> None:
    """Look something up in a field, and choose it."""
    page.locator(f"#id_{field} + .select2 .select2-selection").click()
    page.keyboard.type(words)
    page.get_by_role("option", name=option).click()


def test_an_editors_new_role_is_published_by_a_reviewer_who_finds_it_in_the_inbox(
    signed_in: SignedIn,
) -> None:
    editor, reviewer, reader = signed_in("editor"), signed_in("reviewer"), signed_in("viewer")
    role_form(editor, "Lamp Lighter")
    editor.get_by_role("link", name="New from this role").click()
    editor.locator("#id_name").fill("Gas Lighter")
    editor.locator("#id_slug").fill("gas-lighter")
    editor.get_by_label("Reason for the change").fill("The town has gas now")
    editor.get_by_role("button", name="Save and ask to publish").click()
    expect(editor.get_by_text("Proposed for publication: a reviewer looks at it.")).to_be_visible()

    # Who has the link sees what nobody else does.
    editor.get_by_role("link", name="Proposals", exact=True).click()
    editor.get_by_role("row", name="Gas Lighter").get_by_role("link").click()
    reader.goto("/roles/gas-lighter/")
    expect(reader.get_by_role("heading", name="There is no such page")).to_be_visible()
    reader.goto(str(editor.get_by_role("link", name="/previews/").get_attribute("href")))
    expect(reader.get_by_role("heading", name="Gas Lighter")).to_be_visible()

    from_inbox(reviewer, "Proposals").get_by_role("link", name="Gas Lighter").click()
    reviewer.get_by_role("button", name="Approve and publish now").click()
    expect(reviewer.get_by_text("readers see it from now on")).to_be_visible()
    reader.goto("/roles/gas-lighter/")
    expect(reader.get_by_role("heading", name="Gas Lighter")).to_be_visible()
    expect(from_inbox(reviewer, "Proposals").get_by_role("link", name="Gas Lighter")).to_have_count(0)


def test_a_file_is_uploaded_disagrees_with_an_edit_and_its_words_are_taken_and_taken_back(
    signed_in: SignedIn, tmp_path: Path
) -> None:
    reviewer = signed_in("reviewer")
    file = tmp_path / "night-watch.md"
    file.write_text(profile(WATCH))
    upload(reviewer, file)
    role_form(reviewer, WATCH)
    reviewer.locator("[name=mission]").fill(EDITED)
    reviewer.get_by_role("button", name="Save", exact=True).click()
    expect(reviewer.get_by_text("was changed successfully")).to_be_visible()
    file.write_text(profile(WATCH).replace(WRITTEN, FILED))
    upload(reviewer, file)
    expect(reviewer.get_by_text("1 statement waits for a decision.")).to_be_visible()

    row = from_inbox(reviewer, "Files and catalogue disagree").locator("li", has_text=WATCH)
    row.get_by_role("link").click()
    reviewer.get_by_role("radio", name="In the file").check()
    reviewer.get_by_role("button", name="Decide").click()
    expect(reviewer.get_by_text("1 statement is decided.")).to_be_visible()
    reviewer.goto("/roles/night-watch/")
    expect(reviewer.locator("#mission")).to_contain_text(FILED)

    role_form(reviewer, WATCH)
    reviewer.get_by_role("link", name="History", exact=True).last.click()
    reviewer.get_by_role("link", name="2", exact=True).click()
    reviewer.get_by_role("link", name="Restore").click()
    reviewer.get_by_label("Reason for the change").fill("It watches by day, too")
    reviewer.get_by_role("button", name="Restore this revision").click()
    expect(reviewer.get_by_text("says again what it said in revision 2")).to_be_visible()
    reviewer.goto("/roles/night-watch/")
    expect(reviewer.locator("#mission")).to_contain_text(EDITED)


def test_two_capabilities_are_merged_and_parted_again(signed_in: SignedIn) -> None:
    reviewer = signed_in("reviewer")
    names = ("Cleaning lamps", "Lamp cleaning")
    ticked(reviewer, "/admin/roles/capability/?q=lamp", names, "Merge two …")
    expect(reviewer.get_by_text("Torch Bearer")).to_be_visible()
    reviewer.get_by_label("Reason").fill("It is one")
    reviewer.get_by_role("button", name="Merge", exact=True).click()
    expect(reviewer.get_by_text("Lamp cleaning is part of Cleaning lamps now.")).to_be_visible()
    reviewer.goto("/capabilities/lamp-cleaning/")
    expect(reviewer).to_have_url(re.compile("/capabilities/cleaning-lamps/$"))

    reviewer.goto("/admin/roles/merge/")
    reviewer.get_by_role("row", name="Lamp cleaning").get_by_role("link", name="Undo").click()
    reviewer.get_by_label("Reason").fill("They are two after all")
    reviewer.get_by_role("button", name="Undo the merge").click()
    expect(reviewer.get_by_text("Lamp cleaning and Cleaning lamps are two again.")).to_be_visible()
    reviewer.goto("/capabilities/lamp-cleaning/")
    expect(reviewer).to_have_url(re.compile("/capabilities/lamp-cleaning/$"))


def test_many_roles_are_changed_together_and_one_gives_way_to_the_other(signed_in: SignedIn) -> None:
    reviewer = signed_in("reviewer")
    names = ("Lamp Lighter", "Torch Bearer")
    ticked(reviewer, "/admin/roles/role/?q=lamp", names, "Change together …")
    chosen(reviewer, "family", "River", "River Works")
    reviewer.get_by_role("button", name="Look at it first").click()
    expect(reviewer.get_by_role("row", name="Torch Bearer")).to_be_visible()
    reviewer.get_by_label("Reason").fill("They light the river")
    reviewer.get_by_role("button", name="Change").click()
    expect(reviewer.get_by_text("2 roles are changed.")).to_be_visible()
    reviewer.get_by_role("link", name="Undo").click()
    reviewer.get_by_label("Reason").fill("The river is dark")
    reviewer.get_by_role("button", name="Undo the change").click()
    expect(reviewer.get_by_text("The change is undone.")).to_be_visible()

    role_form(reviewer, "Torch Bearer")
    reviewer.get_by_role("link", name="Archive").click()
    chosen(reviewer, "successor", "Lamp", "Lamp Lighter")
    reviewer.get_by_label("Reason").fill("Lamps are safer")
    reviewer.get_by_role("button", name="Archive").click()
    expect(reviewer.get_by_text("Torch Bearer is archived.")).to_be_visible()
    reviewer.goto("/roles/torch-bearer/")
    reviewer.get_by_role("link", name="Lamp Lighter").first.click()
    expect(reviewer).to_have_url(re.compile("/roles/lamp-lighter/$"))
