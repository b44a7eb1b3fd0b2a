"""The form of a role, as somebody at the desk uses it."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import SignedIn


def rows(page: Page) -> Locator:
    return page.locator("#capabilities-group tbody.form-group:not(.empty-form)")


def names(page: Page) -> list[str]:
    """The capabilities in their order, as they are called."""
    return [name.strip() for name in rows(page).locator("td.field-capability option").all_text_contents()]


def test_a_new_role_is_written_from_another_by_keyboard_and_looked_at_before_it_is_saved(
    signed_in: SignedIn,
) -> None:
    page = signed_in("editor")
    page.goto("/admin/roles/role/?q=bridge-keeper")
    page.get_by_role("link", name="Bridge Keeper", exact=True).click()
    page.get_by_role("link", name="New from this role").click()
    expect(page.get_by_label("Name", exact=False).first).to_have_value("Bridge Keeper (copy)")
    page.locator("#id_name").fill("Bridge Painter")
    page.locator("#id_slug").fill("bridge-painter")
    page.get_by_role("navigation", name="Parts of the role").get_by_role("link", name="Capabilities").click()

    # A row that was just added is given a new word, and moved up.
    page.get_by_role("link", name="Add another Capability").click()
    rows(page).last.locator(".select2-selection").first.click()
    page.keyboard.type("Carpentri")
    expect(page.get_by_role("option", name="Carpentry used by")).to_be_visible()
    page.get_by_role("option", name="Carpentri (new)").click()
    rows(page).last.get_by_role("button", name="Move up").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    assert names(page) == ["Carpentry", "Carpentri (new)", "Patience", "Swimming"]

    # Its text is shown as the page would show it.
    text = rows(page).nth(1).locator("textarea")
    text.fill("with **oak**")
    rows(page).nth(1).get_by_role("button", name="Show as on the page").click()
    expect(rows(page).nth(1).locator(".markdown-shown strong")).to_have_text("oak")
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Preview").click()
    preview = opened.value
    expect(preview.get_by_role("heading", name="Bridge Painter")).to_be_visible()
    expect(preview.get_by_text("Nothing was saved")).to_be_visible()
    preview.close()

    page.get_by_role("button", name="Save and continue editing").click()
    expect(page.get_by_text("was added successfully")).to_be_visible()
    assert names(page) == ["Carpentry", "Carpentri", "Patience", "Swimming"]


def test_an_error_is_found_at_once_and_nothing_is_left_without_a_question(signed_in: SignedIn) -> None:
    page = signed_in("editor")
    page.goto("/admin/roles/role/add/")
    page.locator("#id_name").fill("Half Written")
    page.locator("#id_slug").fill("half-written")
    tabs = page.get_by_role("navigation", name="Parts of the role")
    tabs.get_by_role("link", name="Responsibilities").click()
    page.get_by_role("link", name="Add another Success metric").click()
    page.locator("#id_metrics-0-text").fill("----")
    tabs.get_by_role("link", name="Essentials").click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#id_metrics-0-text")).to_be_focused()
    expect(page.locator("#id_metrics-0-text")).to_have_value("----")

    with page.expect_event("dialog") as asked:
        page.once("dialog", lambda dialog: dialog.accept())
        page.goto("/admin/roles/role/")
    assert asked.value.type == "beforeunload"


def test_each_choice_is_called_like_its_field_however_long_the_page_took_to_make_it(
    signed_in: SignedIn,
) -> None:
    page = signed_in("editor")
    # jQuery makes choices in timers; a busy machine runs them long after everything is loaded.
    page.add_init_script("""const soon = setTimeout;
        window.setTimeout = (run, delay, ...rest) => soon(run, (delay ?? 0) + 200, ...rest)""")
    page.goto("/admin/roles/role/1/change/")
    expect(page.get_by_role("combobox", name="Successor")).to_be_visible()
    expect(page.locator(".select2-container [role=combobox]:not([aria-label])")).to_have_count(0)
