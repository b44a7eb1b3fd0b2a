"""The people of HR at their desk."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import SignedIn


def test_two_people_are_signed_in_at_once(signed_in: SignedIn) -> None:
    editor, reviewer = signed_in("editor"), signed_in("reviewer")
    editor.goto("/admin/roles/role/")
    reviewer.goto("/admin/roles/role/")
    for page in (editor, reviewer):
        expect(page.get_by_role("link", name="Bridge Keeper")).to_be_visible()
    assert editor.context.cookies() != reviewer.context.cookies()


def test_an_editor_sets_a_finding_aside_and_says_that_a_role_is_still_right(signed_in: SignedIn) -> None:
    editor = signed_in("editor")
    editor.goto("/admin/roles/role/quality/?kind=missing-metric")
    editor.get_by_role("checkbox", name="Suggested Role:").focus()
    editor.keyboard.press("Space")
    editor.get_by_label("Why they need no mending").fill("It is an example.")
    editor.keyboard.press("Enter")
    expect(editor.get_by_text("1 finding is set aside.")).to_be_visible()
    expect(editor.get_by_role("link", name="Suggested Role")).to_have_count(0)
    editor.get_by_role("link", name="Set aside").click()
    expect(editor.get_by_text("It is an example.")).to_be_visible()

    editor.goto("/admin/roles/role/due/?what=unkept&whose=all")
    editor.get_by_role("button", name="Still right: Suggested Role").click()
    expect(editor.get_by_text("1 role is still right, and is looked at again by")).to_be_visible()
    editor.goto("/roles/suggested-role/")
    expect(editor.get_by_text("reviewed", exact=True)).to_be_visible()


def test_a_reader_suggests_and_a_reviewer_takes_it_over(signed_in: SignedIn) -> None:
    reader, reviewer = signed_in("viewer"), signed_in("reviewer")
    reader.goto("/roles/suggested-role/")
    reader.get_by_role("link", name="Link to “Mission”").focus()
    reader.keyboard.press("Enter")
    reader.get_by_role("link", name="Suggest a change of “Mission”").focus()
    reader.keyboard.press("Enter")
    reader.get_by_label("Your wording").fill("Says it better.")
    reader.get_by_role("button", name="Send the suggestion").click()
    expect(reader.get_by_text("waits for an answer")).to_be_visible()

    reviewer.goto("/admin/roles/suggestion/?q=suggested-role")
    reviewer.get_by_role("link", name="Says it better.").click()
    expect(reviewer.get_by_label("New wording")).to_have_value("Says it better.")
    reviewer.get_by_label("Answer to the sender").fill("Thank you.")
    reviewer.get_by_role("button", name="Accept and save this wording").click()
    expect(reviewer).to_have_url(re.compile("/admin/roles/suggestion/$"))

    reader.reload()
    expect(reader.get_by_text("accepted", exact=True)).to_be_visible()
    expect(reader.get_by_text("Thank you.", exact=True)).to_be_visible()
    reader.goto("/roles/suggested-role/")
    expect(reader.locator("#mission")).to_contain_text("Says it better.")


def test_two_people_change_one_role_and_the_second_chooses_where_both_did(signed_in: SignedIn) -> None:
    first, second = signed_in("reviewer"), signed_in("second-reviewer")
    for person in (first, second):
        person.goto("/admin/roles/role/?q=two-hands-role")
        person.get_by_role("link", name="Two Hands Role").click()
        expect(person.locator("[name=mission]")).to_be_visible()
    first.locator("[name=mission]").fill("Serves the first one.")
    first.locator("[name=description]").fill("What the first one added.")
    first.get_by_role("button", name="Save", exact=True).click()
    expect(first).to_have_url(re.compile(r"/admin/roles/role/\?"))

    second.locator("[name=mission]").fill("Serves the second one.")
    second.locator("[name=summary]").fill("What the second one added.")
    second.get_by_role("button", name="Save", exact=True).click()
    expect(second.get_by_text("reviewer changed this role after you opened it")).to_be_visible()
    expect(second.get_by_role("group")).to_have_count(1)
    second.get_by_role("radio", name="As you typed it").check()
    second.get_by_role("button", name="Save", exact=True).click()

    expect(second.get_by_text("Both are saved now")).to_be_visible()
    expect(second.locator("[name=mission]")).to_have_value("Serves the second one.")
    expect(second.locator("[name=summary]")).to_have_value("What the second one added.")
    expect(second.locator("[name=description]")).to_have_value("What the first one added.")


def test_an_editor_proposes_and_a_reviewer_approves(signed_in: SignedIn) -> None:
    editor, reviewer = signed_in("editor"), signed_in("reviewer")
    editor.goto("/admin/roles/role/?q=proposed")
    editor.get_by_role("link", name="Proposed Role").first.click()
    expect(editor.get_by_text("Readers go on seeing the published text")).to_be_visible()
    editor.get_by_label("Mission", exact=True).fill("Bakes bread.")
    editor.get_by_label("Reason for the change").fill("Clearer")
    editor.get_by_role("button", name="Propose", exact=True).click()
    expect(editor.get_by_text("Proposed: a reviewer looks at it.")).to_be_visible()

    reviewer.goto(editor.url)
    expect(reviewer.get_by_text("Bakes bread.")).to_be_visible()
    reviewer.get_by_label("Comment", exact=True).fill("Which bread?")
    reviewer.get_by_role("button", name="Send back").click()
    expect(reviewer.get_by_text("Sent back to its author.")).to_be_visible()

    editor.reload()
    editor.get_by_role("link", name="Change it in the form").click()
    expect(editor.get_by_label("Mission", exact=True)).to_have_value("Bakes bread.")
    editor.get_by_label("Mission", exact=True).fill("Bakes rye bread.")
    editor.get_by_role("button", name="Propose", exact=True).click()

    reviewer.reload()
    reviewer.get_by_role("button", name="Approve and publish now").click()
    expect(reviewer.get_by_text("Approved: readers see it from now on.")).to_be_visible()
    reviewer.goto("/roles/proposed-role/")
    expect(reviewer.locator("#mission")).to_contain_text("Bakes rye bread.")
