"""A manager makes a job description: picks, types, and takes it along."""

import re
from io import BytesIO
from pathlib import Path

from docx import Document
from playwright.sync_api import Page, expect

ADDRESS = "/roles/data-engineer/job-description/"
TITLE = "Data Engineer"


def typed(page: Page) -> None:
    page.get_by_label("Place").fill("Bonn")
    page.get_by_label("Pay").fill("60,000 to 72,000 €")


def test_the_preview_follows_what_is_typed_and_picked_and_the_address_what_is_picked(page: Page) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    page.goto("/roles/data-engineer/")
    page.get_by_role("link", name="Job description", exact=True).click()
    sheet = page.locator("#sheet")
    expect(sheet).to_contain_text("Monitoring & observability")
    typed(page)
    page.get_by_label("Monitoring & observability").uncheck()
    expect(sheet).to_contain_text("60,000 to 72,000 €")
    expect(sheet).not_to_contain_text("Monitoring & observability")
    expect(page).to_have_url(re.compile(r"\?without=capabilities-[a-z0-9-]+$"))
    assert not [url for url in sent if "Bonn" in url or "72%2C" in url or "72,000" in url]
    page.reload()
    expect(sheet).not_to_contain_text("Monitoring & observability")
    expect(sheet).not_to_contain_text("Bonn")


def test_it_is_made_without_javascript(plain_page: Page) -> None:
    page = plain_page
    page.goto(ADDRESS)
    expect(page.get_by_role("button", name="Copy")).to_be_hidden()
    typed(page)
    page.get_by_text("An average day").first.click()
    page.get_by_label("Pipeline check").check()
    page.get_by_role("button", name="Update the preview").click()
    sheet = page.locator("#sheet")
    expect(sheet).to_contain_text("60,000 to 72,000 €")
    expect(sheet).to_contain_text("An average day")
    expect(page.get_by_label("Place")).to_have_value("Bonn")
    page.get_by_role("link", name="Address of this choice").click()
    expect(page).to_have_url(re.compile(r"\?with=daily-tasks-[a-z0-9-]+$"))
    expect(sheet).to_contain_text("An average day")


def test_the_file_for_word_holds_what_is_on_the_sheet(plain_page: Page) -> None:
    plain_page.goto(ADDRESS)
    typed(plain_page)
    with plain_page.expect_download() as download:
        plain_page.get_by_role("button", name="Download for Word").click()
    assert download.value.suggested_filename == "data-engineer.docx"
    file = Document(BytesIO(Path(download.value.path()).read_bytes()))
    assert file.paragraphs[0].text == TITLE
    assert [row.cells[1].text for row in file.tables[0].rows][:2] == ["Bonn", "60,000 to 72,000 €"]


def test_a_copy_keeps_headings_and_lists(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(ADDRESS)
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("status").filter(has_text="Copied")).to_be_visible()
    copied = page.evaluate(
        """navigator.clipboard.read().then(([item]) => Promise.all(['text/html', 'text/plain'].map(
            type => item.getType(type).then(blob => blob.text()))))"""
    )
    assert f"<h1>{TITLE}</h1>" in copied[0]
    assert "<h2>Responsibilities</h2>" in copied[0]
    assert "<li>" in copied[0]
    assert copied[1].startswith(TITLE)


def test_it_is_printed_by_itself_on_at_most_two_pages(page: Page) -> None:
    page.goto(ADDRESS)
    page.emulate_media(media="print")
    for shown in ("form", ".maker-head", ".maker__actions"):
        assert not page.locator(shown).filter(visible=True).count()
    printed = page.pdf(format="A4", prefer_css_page_size=True)
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= 2


def test_a_role_is_kept_as_files(page: Page) -> None:
    page.goto("/roles/data-engineer/")
    page.get_by_text("Download", exact=True).click()
    names = []
    for link in page.locator(".actions a[download]").all():
        with page.expect_download() as download:
            link.click()
        names.append(download.value.suggested_filename)
    assert names == ["data-engineer.md", "data-engineer-job.md", "data-engineer.json"]
