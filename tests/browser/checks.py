"""What is asked of every page. Each function gives what is wrong, in words; an empty list is a good page."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

# Every rule of axe, that of WCAG 2.2 on the size of targets too, which it doesn't ask by itself.
RULES = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
OF_COLOURS = {"resultTypes": ["violations"], "runOnly": ["color-contrast"]}

FOCUSABLE = """[...document.querySelectorAll(
        'a[href], button, input, select, textarea, summary, [tabindex="0"]')]
    .filter(element => !element.disabled && element.type !== 'hidden' && element.checkVisibility())"""

# What has no visible outline while it has the focus, or is then out of sight.
UNMARKED = f"""() => {FOCUSABLE}.flatMap(element => {{
    element.focus();
    if (document.activeElement !== element) return [];
    const style = getComputedStyle(element), place = element.getBoundingClientRect();
    const seen = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    const visible = place.width > 1 && place.height > 1 && place.right > 0;
    return seen && visible ? [] : [element.outerHTML.slice(0, 120)];
}})"""

# WCAG 1.4.12: line height 1.5, paragraphs 2, letters 0.12 and words 0.16 times the size of the text.
SPACING = """() => {
    const clipped = () => [...document.querySelectorAll('body *')].filter(element => {
        const style = getComputedStyle(element);
        const hides = /hidden|clip/.test(style.overflow) && style.webkitLineClamp === 'none';
        const {clientWidth, clientHeight, scrollWidth, scrollHeight} = element;
        return hides && clientWidth > 1 && (scrollHeight > clientHeight + 1 || scrollWidth > clientWidth + 1);
    });
    const before = new Set(clipped());
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
        word-spacing: 0.16em !important; } p { margin-block-end: 2em !important; }`);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    const after = clipped().filter(element => !before.has(element));
    document.adoptedStyleSheets = [];
    return after.map(element => element.outerHTML.slice(0, 120));
}"""

SIDEWAYS = """() => {
    const page = document.scrollingElement, width = page.clientWidth;
    if (page.scrollWidth <= width) return [];
    const wide = [...document.querySelectorAll('body *')].filter(
        element => element.getBoundingClientRect().right > width + 1);
    const last = wide.slice(-1).map(element => element.outerHTML.slice(0, 120));
    return [`${page.scrollWidth} instead of ${width} pixels: ${last}`];
}"""

MOVING = """() => [...document.querySelectorAll('*')].filter(element => {
    const style = getComputedStyle(element);
    const lasting = style.transitionDuration.split(',').some(duration => parseFloat(duration) > 0);
    return lasting || style.animationName !== 'none';
}).map(element => element.outerHTML.slice(0, 120))"""

SHIFTS = """window.shifts = [];
new PerformanceObserver(list => list.getEntries().forEach(entry => window.shifts.push(entry.value)))
    .observe({type: 'layout-shift', buffered: true});"""


# axe looks at each element for itself, and would look at the API's reference for a minute.
SHORTEN = """() => document.querySelectorAll('main *').forEach(parent => {
    const seen = {};
    for (const child of [...parent.children]) {
        const kind = `${child.tagName}.${child.className}`;
        seen[kind] = (seen[kind] ?? 0) + 1;
        if (seen[kind] > 8) child.remove();
    }
})"""


def faults(page: Page, rules: dict[str, Any] = RULES) -> list[str]:
    """The faults that axe finds, with the elements they are at. It is shown eight alike siblings."""
    page.evaluate(SHORTEN)
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate("rules => axe.run(rules).then(results => results.violations)", rules)
    return [
        f"{each['id']}: {each['help']}: {' | '.join(node['html'][:160] for node in each['nodes'][:4])}"
        for each in found
    ]


def sideways(page: Page) -> list[str]:
    """By how much the page is wider than the window, and the last thing that is."""
    return list(page.evaluate(SIDEWAYS))


def unmarked(page: Page) -> list[str]:
    """The stops of the tab key that don't show that they have the focus."""
    # Browsers mark the focus that scripts set only for whoever uses the keyboard.
    page.keyboard.press("Tab")
    return list(page.evaluate(UNMARKED))


def cut_by_spacing(page: Page) -> list[str]:
    """What is cut off when a reader sets text wider, as far as WCAG 1.4.12 wants it to be possible."""
    return list(page.evaluate(SPACING))


def moving(page: Page) -> list[str]:
    """What would move although the reader asked for no motion."""
    page.emulate_media(reduced_motion="reduce")
    return list(page.evaluate(MOVING))


def frame_on_paper(page: Page) -> list[str]:
    """What is printed although it belongs to the screen: header, footer, the link to skip them."""
    page.emulate_media(media="print")
    frame = page.locator(".site-header, .site-footer, .skip-link").filter(visible=True)
    return [str(each.get_attribute("class")) for each in frame.all()]


def watch_shifts(page: Page) -> None:
    """Before the page is opened: begin to note what jumps."""
    page.add_init_script(SHIFTS)


def shifted(page: Page) -> float:
    """How much has jumped since the page was opened, as the web vital CLS measures it."""
    # Two frames after the last thing was loaded, it has been drawn.
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return float(page.evaluate("window.shifts.reduce((sum, each) => sum + each, 0)"))
