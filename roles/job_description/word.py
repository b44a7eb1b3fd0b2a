"""A job description as a file of Word (Office Open XML), made of real headings, lists, tables and links."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from io import BytesIO
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from roles.job_description.parts import Entry, JobDescription, Section, Wording
from roles.rendering import MAX_CHARACTERS

TEXT_FONT, DISPLAY_FONT, CODE_FONT = "Calibri", "Cambria", "Consolas"
ACCENT, QUIET = RGBColor(0x0B, 0x5F, 0x68), RGBColor(0x5D, 0x5A, 0x52)
PAGE_WIDTH, PAGE_HEIGHT, MARGIN, FACT_NAMES = Mm(210), Mm(297), Mm(20), Mm(42)

# What XML cannot carry, however it is written.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WEB_ADDRESS = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)
_DEEPEST_LIST = 3


def word_file(job: JobDescription) -> bytes:
    """Write a job description as a .docx file, on A4, with labels in the language in force."""
    writer = _Writer(job)
    writer.write()
    content = BytesIO()
    writer.file.save(content)
    return content.getvalue()


@dataclass(frozen=True, slots=True)
class _Face:
    """How a run of text looks, and where it leads."""

    bold: bool = False
    italic: bool = False
    code: bool = False
    link: str = ""


class _Writer:
    """One job description on its way into a file."""

    def __init__(self, job: JobDescription) -> None:
        self.job = job
        self.file: DocxDocument = Document()

    def write(self) -> None:
        self._set_up()
        self.file.add_paragraph(_legal(self.job.title), style="Title")
        for wording in self.job.lead:
            self._blocks(wording, "Subtitle")
        self._facts()
        for section in self.job.sections:
            self._section(section)
        citation = self.file.add_paragraph(style="Caption")
        _add_run(citation, self.job.citation.sentence + " ", _Face())
        _add_run(citation, self.job.citation.address, _Face(link=self.job.citation.address))

    # The frame

    def _set_up(self) -> None:
        section = self.file.sections[0]
        section.page_width, section.page_height = PAGE_WIDTH, PAGE_HEIGHT
        section.left_margin = section.right_margin = MARGIN
        section.top_margin = section.bottom_margin = MARGIN
        _dress(self.file)
        self._name()
        footer = section.footer.paragraphs[0]
        self.file.styles["Footer"].paragraph_format.tab_stops.clear_all()
        footer.paragraph_format.tab_stops.add_tab_stop(PAGE_WIDTH - 2 * MARGIN, WD_TAB_ALIGNMENT.RIGHT)
        _add_run(footer, f"{self.job.title}\t", _Face())
        _add_field(footer, "PAGE")
        _add_run(footer, " / ", _Face())
        _add_field(footer, "NUMPAGES")

    def _name(self) -> None:
        properties = self.file.core_properties
        properties.title = _legal(self.job.title)[:255]
        properties.subject = _("Job description")
        properties.comments = _legal(self.job.citation.sentence)[:255]
        properties.identifier = self.job.citation.address[:255]
        properties.language = get_language() or ""
        properties.author = properties.last_modified_by = properties.keywords = ""

    # Sections

    def _facts(self) -> None:
        if not self.job.facts:
            return
        table = self.file.add_table(rows=0, cols=2)
        table.autofit = False
        widths = FACT_NAMES, PAGE_WIDTH - 2 * MARGIN - FACT_NAMES
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
        for fact in self.job.facts:
            name, value = table.add_row().cells
            name.width, value.width = widths
            name.paragraphs[0].style = self.file.styles["Fact Name"]
            _add_run(name.paragraphs[0], fact.name, _Face())
            value.paragraphs[0].style = self.file.styles["Fact"]
            self._inline(value.paragraphs[0], fact.value)

    def _section(self, section: Section) -> None:
        if section.title:
            self.file.add_heading(_legal(section.title), 1)
        group = ""
        for entry in section.entries:
            if entry.group != group:
                group = entry.group
                self.file.add_heading(_legal(group), 2)
            if section.layout == "items":
                self._item(entry)
            elif entry.text:
                self._blocks(entry.text, "Normal")

    def _item(self, entry: Entry) -> None:
        """A point of a list: name, note and a text that is one paragraph on one line, other texts below."""
        paragraph = self.file.add_paragraph(style="List Bullet")
        if entry.name:
            self._inline(paragraph, entry.name, _Face(bold=True))
        if entry.note:
            _add_run(paragraph, f" ({entry.note})" if entry.name else entry.note, _Face())
        if entry.text:
            blocks = _parsed(entry.text.markdown)
            if blocks and blocks[0].type == "paragraph":
                if entry.name or entry.note:
                    _add_run(paragraph, ": ", _Face())
                self._runs(paragraph, blocks[0].children, _Face())
                blocks = blocks[1:]
            self._nodes(blocks, "List Continue", depth=1)
        if entry.metric:
            below = self.file.add_paragraph(style="List Continue")
            _add_run(below, _("Success metric:") + " ", _Face(italic=True))
            self._inline(below, entry.metric)

    # Markdown

    def _blocks(self, wording: Wording, style: str) -> None:
        self._nodes(_parsed(wording.markdown), style, depth=0)

    def _inline(self, paragraph: Paragraph, wording: Wording, face: _Face = _Face()) -> None:
        """Write a text into a paragraph; blocks of it become lines."""
        for number, block in enumerate(_parsed(wording.markdown)):
            if number:
                paragraph.add_run().add_break()
            leaves = [node for node in block.walk() if node.type in ("inline", "fence", "code_block")]
            for place, leaf in enumerate(leaves):
                if place:
                    _add_run(paragraph, " ", face)
                self._runs(paragraph, [leaf], face)

    def _nodes(self, nodes: Sequence[SyntaxTreeNode], style: str, *, depth: int) -> None:
        """Write blocks in a style; `depth` is how many lists they stand in."""
        shallowest = min((int(node.tag[1]) for node in nodes if node.type == "heading"), default=1)
        for node in nodes:
            match node.type:
                case "paragraph":
                    self._runs(self.file.add_paragraph(style=style), node.children, _Face())
                case "heading":
                    level = min(int(node.tag[1]) - shallowest + 2, 6)
                    self._runs(self.file.add_heading(level=level), node.children, _Face())
                case "bullet_list" | "ordered_list":
                    self._list(node, depth + 1)
                case "blockquote":
                    self._nodes(node.children, "Quote", depth=depth)
                case "fence" | "code_block":
                    self._runs(self.file.add_paragraph(style="Code"), [node], _Face())
                case "table":
                    self._table(node)
                case "hr":
                    self.file.add_paragraph("⁂", style="Normal")

    def _list(self, node: SyntaxTreeNode, depth: int) -> None:
        level = min(depth, _DEEPEST_LIST)
        suffix = "" if level == 1 else f" {level}"
        is_ordered = node.type == "ordered_list"
        numbering = (
            self._numbering(f"List Number{suffix}", int(node.attrs.get("start", 1))) if is_ordered else None
        )
        for item in node.children:
            point = self.file.add_paragraph(style=f"List {'Number' if is_ordered else 'Bullet'}{suffix}")
            if numbering is not None:
                properties = point._p.get_or_add_pPr().get_or_add_numPr()
                properties.get_or_add_numId().val = numbering
                properties.get_or_add_ilvl().val = 0
            rest = list(item.children)
            if rest and rest[0].type == "paragraph":
                self._runs(point, rest.pop(0).children, _Face())
            self._nodes(rest, f"List Continue{suffix}", depth=depth)

    def _numbering(self, style: str, start: int) -> int:
        """A numbering of its own for a list: those of one style would go on counting."""
        numbering: Any = self.file.part.numbering_part.element
        element: Any = self.file.styles[style].element
        kind = numbering.num_having_numId(element.pPr.numPr.numId.val).abstractNumId.val
        number = numbering.add_num(kind)
        number.add_lvlOverride(ilvl=0).add_startOverride(start)
        identity: int = number.numId
        return identity

    def _table(self, node: SyntaxTreeNode) -> None:
        rows = [row for part in node.children for row in part.children]
        table = self.file.add_table(rows=0, cols=len(rows[0].children), style="Table Grid")
        for number, row in enumerate(rows):
            for cell, source in zip(table.add_row().cells, row.children, strict=True):
                cell.paragraphs[0].style = self.file.styles["Fact"]
                self._runs(cell.paragraphs[0], source.children, _Face(bold=number == 0))
        self.file.add_paragraph(style="Fact")

    def _runs(self, paragraph: Paragraph, nodes: Sequence[SyntaxTreeNode], face: _Face) -> None:
        for node in nodes:
            match node.type:
                case "text":
                    _add_run(paragraph, node.content, face)
                case "softbreak":
                    _add_run(paragraph, " ", face)
                case "hardbreak":
                    paragraph.add_run().add_break()
                case "code_inline":
                    _add_run(paragraph, node.content, replace(face, code=True))
                case "fence" | "code_block":
                    _add_run(paragraph, node.content.rstrip("\n"), replace(face, code=True))
                case "strong":
                    self._runs(paragraph, node.children, replace(face, bold=True))
                case "em":
                    self._runs(paragraph, node.children, replace(face, italic=True))
                case "link":
                    self._runs(paragraph, node.children, replace(face, link=str(node.attrs.get("href", ""))))
                case _:  # an inline node around others, or a picture, of which the words stay
                    self._runs(paragraph, node.children, face)


def _parsed(markdown: str) -> list[SyntaxTreeNode]:
    if len(markdown) > MAX_CHARACTERS:
        markdown = re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", markdown)
    return list(SyntaxTreeNode(_parser().parse(markdown)).children)


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")


def _legal(text: str) -> str:
    return _NO_XML.sub("", text)


def _add_run(paragraph: Paragraph, text: str, face: _Face) -> None:
    text = _legal(text)
    if not text:
        return
    run = paragraph.add_run(text)
    run.bold, run.italic = face.bold or None, face.italic or None
    if face.code:
        run.style = "Code Text"
    if _WEB_ADDRESS.match(face.link):
        run.style = "Hyperlink"
        _lead_to(paragraph, run, face.link)


def _lead_to(paragraph: Paragraph, run: Run, address: str) -> None:
    """Make the run a link, which the library has no words for."""
    link: Any = OxmlElement("w:hyperlink")
    link.set(
        qn("r:id"), paragraph.part.relate_to(_legal(address), RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    )
    link.append(run._r)
    paragraph._p.append(link)


def _add_field(paragraph: Paragraph, name: str) -> None:
    """Add what the reader's program works out, such as the number of the page."""
    element: Any = OxmlElement("w:fldSimple")
    element.set(qn("w:instr"), name)
    element.append(paragraph.add_run("1")._r)
    paragraph._p.append(element)


def _dress(file: DocxDocument) -> None:
    """Set the styles: dark headings with air above, dense text, quiet small print."""
    styles: Any = file.styles
    styles.add_style("Code", WD_STYLE_TYPE.PARAGRAPH).base_style = styles["Normal"]
    styles.add_style("Fact", WD_STYLE_TYPE.PARAGRAPH).base_style = styles["Normal"]
    styles.add_style("Fact Name", WD_STYLE_TYPE.PARAGRAPH).base_style = styles["Fact"]
    styles.add_style("Code Text", WD_STYLE_TYPE.CHARACTER)
    styles.add_style("Hyperlink", WD_STYLE_TYPE.CHARACTER)
    for name, font, size, color, before, after in (
        ("Normal", TEXT_FONT, 10.5, None, 0, 4),
        ("Title", DISPLAY_FONT, 24, ACCENT, 0, 6),
        ("Subtitle", DISPLAY_FONT, 12.5, None, 0, 8),
        ("Heading 1", DISPLAY_FONT, 14, ACCENT, 12, 4),
        ("Heading 2", TEXT_FONT, 11, None, 8, 2),
        *((f"Heading {level}", TEXT_FONT, 10.5, None, 6, 2) for level in range(3, 7)),
        *(
            (f"List {kind}{suffix}", TEXT_FONT, 10.5, None, 0, 3)
            for kind in _LISTS
            for suffix in ("", " 2", " 3")
        ),
        ("Quote", TEXT_FONT, 10.5, QUIET, 0, 4),
        ("Fact", TEXT_FONT, 10.5, None, 0, 2),
        ("Fact Name", TEXT_FONT, 10.5, QUIET, 0, 2),
        ("Code", CODE_FONT, 9.5, None, 0, 4),
        ("Caption", TEXT_FONT, 8.5, QUIET, 18, 0),
        ("Footer", TEXT_FONT, 8.5, QUIET, 0, 0),
    ):
        style = styles[name]
        _set_font(style, font)
        style.font.size, style.font.color.rgb = Pt(size), color
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
        style.paragraph_format.line_spacing = 1.1
        for stray in style.element.xpath("./w:pPr/w:contextualSpacing | ./w:rPr/w:spacing"):
            stray.getparent().remove(stray)
    for name in ("Subtitle", "Caption"):
        styles[name].font.italic = styles[name].font.bold = False
    _set_font(styles["Code Text"], CODE_FONT)
    styles["Hyperlink"].font.color.rgb, styles["Hyperlink"].font.underline = ACCENT, True


_LISTS = ("Bullet", "Number", "Continue")


def _set_font(style: Any, name: str) -> None:
    """Set a font for all scripts; those of a theme, which would win, are taken away."""
    style.font.name = name
    fonts = style.element.rPr.rFonts
    fonts.attrib.clear()
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), name)
