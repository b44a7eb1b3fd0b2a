"""How one item of each section is read and written.

`read_*` takes a list item's content, as `blocks.dedent_item` gives it, and returns its value, or None where
it can't be understood or would not be read back as written. `write_*` gives a value's content.
"""

import re
from collections.abc import Callable
from typing import TypeVar

from roles.documents import checks, grammar
from roles.documents.checks import InvalidDocument, clean_line
from roles.documents.parts import (
    COMMON_PARTNER,
    Artifact,
    Capability,
    DailyTask,
    Interaction,
    McpServer,
    Member,
    Phrase,
    Property,
    Responsibility,
    Variation,
)

T = TypeVar("T")


def _valid(build: Callable[[], T]) -> T | None:
    try:
        return build()
    except InvalidDocument:
        return None


def _line(text: str | None) -> str | None:
    """A one-line value, None where nothing is left of it."""
    return clean_line(text) or None if text else None


def _bold(name: str | None, text: str | None) -> str:
    if name is None:
        return text or ""
    return f"**{name}:** {text}" if text else f"**{name}**"


# Properties -------------------------------------------------------------------------------------------------


def read_property(content: str) -> Property | None:
    """`**Preferred Tech**: Airflow, dbt`, bold or not."""
    bold = grammar.split_bold(content)
    name, values = bold or (content.partition(":")[0].strip(), content.partition(":")[2])
    if not bold and ":" not in content:
        return None
    return make_property(name, values)


def make_property(name: str, values: str) -> Property | None:
    """A property from its name and its comma-separated values; None if they can't be one."""
    split = tuple(clean_line(value) for value in grammar.split_values(values) if clean_line(value))
    return _valid(lambda: Property(name=clean_line(name), values=split))


def write_property(item: Property) -> str:
    return f"**{item.name}**: {', '.join(item.values)}".rstrip()


# Responsibilities -------------------------------------------------------------------------------------------


def read_responsibility(content: str) -> Responsibility | None:
    label = grammar.METRIC.search(content)
    metric, more = grammar.split_nested(label[0], content[label.end() :]) if label else ("", "")
    head = content[: label.start()].rstrip(" \t") if label else content
    if label and not head.endswith("\n"):
        head = head.rstrip(" \t;,—–-")
    name, text, primary = _responsibility_head(f"{head.strip()}{more}")
    return _valid(
        lambda: Responsibility(
            name=_line(name), text=text or None, success_metric=metric.strip() or None, primary=primary
        )
    )


def _responsibility_head(head: str) -> tuple[str, str, bool]:
    """The name, the text, and whether it is marked as primary, of what stands before the success metric."""
    bold = grammar.split_bold(head) or grammar.split_emphasised(head)
    if bold:
        name, rest = bold
        primary = grammar.PRIMARY.match(rest)
        if primary is None:
            marked = grammar.PRIMARY_NAME.search(name)
            return (name[: marked.start()], rest, True) if marked else (name, rest, False)
        separator = grammar.SEPARATOR.match(rest, primary.end())
        return name, rest[(separator or primary).end() :].strip(), True
    primary = grammar.PRIMARY.search(head)
    if primary:
        return head[: primary.start()].strip(), head[primary.end() :].strip(" \t\n:—–-"), True
    name_or_none, text = grammar.split_plain(head)
    return (name_or_none or "").rstrip(" —–-"), text or "", False


def write_responsibility(item: Responsibility) -> str:
    head = f"**{item.name}** (primary)" if item.primary else _bold(item.name, item.text)
    if item.primary and item.text:
        head += f": {item.text}"
    return f"{head}  \n*Success metric*: {item.success_metric}" if item.success_metric else head


# Capabilities and artifacts ---------------------------------------------------------------------------------


def read_capability(content: str) -> Capability | None:
    name, rest = grammar.split_bold(content) or _split_capability(content)
    level, detail = grammar.split_level(rest)
    return _valid(lambda: Capability(name=clean_line(name), level=_line(level), detail=detail or None))


def _split_capability(content: str) -> tuple[str, str]:
    """`SQL — Advanced (joins)` → ("SQL", "Advanced (joins)")."""
    first, newline, more = content.partition("\n")
    head, bracket, tail = first.partition(" (")
    name, level = _split_at_separator(head)
    return name, f"{level}{bracket}{tail}{newline}{more}".strip()


def _split_at_separator(text: str) -> tuple[str, str]:
    """`SQL — Advanced` → ("SQL", " Advanced")."""
    separator = grammar.SPACED_SEPARATOR.search(text)
    return (text[: separator.start()].strip(), text[separator.end() :]) if separator else (text.strip(), "")


def write_capability(item: Capability) -> str:
    level = f" — {item.level}" if item.level else ""
    return f"**{item.name}**{level}" + (f" ({item.detail})" if item.detail else "")


def read_artifact(content: str) -> Artifact | None:
    """`**Menus** (type: document)`, or one word after a dash or colon."""
    bold = grammar.split_bold(content)
    bracket = None if bold else grammar.LAST_BRACKET.search(content)
    name, rest = bold or (
        (content[: bracket.start()], bracket[0]) if bracket else _split_at_separator(content)
    )
    rest = grammar.strip_marks(rest.strip().removesuffix("."))
    if rest.startswith("(") and rest.endswith(")"):
        rest = grammar.TYPE_LABEL.sub("", rest[1:-1], count=1)
    elif len(rest.split()) > 1:
        return None
    return _valid(lambda: Artifact(name=clean_line(name), type=_line(rest)))


def write_artifact(item: Artifact) -> str:
    return f"**{item.name}**" + (f" (type: {item.type})" if item.type else "")


# Interactions -----------------------------------------------------------------------------------------------


def read_interaction(content: str) -> Interaction | None:
    whole = grammar.BOLD.match(content)
    if whole and grammar.ARROW.search(whole[0]):
        # `**Feeds → Guest** (daily)`
        content = f"{whole[0][2:-2]}{content[whole.end() :]}"
    arrow = grammar.ARROW.search(content)
    if arrow is None:
        return None
    kind = content[: arrow.start()].strip()
    bold = grammar.unbold(kind)
    label = grammar.NOTES.search(content, arrow.end())
    target = content[arrow.end() : label.start() if label else len(content)]
    first, _, more = target.strip().partition("\n")
    notes = [more.strip(), content[label.end() :].strip() if label else ""]
    partner, frequency, rest = grammar.split_frequency(first.strip()) or (first, None, "")
    notes = [rest.strip(), *notes]
    name, link = linked(partner.strip())
    return _valid(
        lambda: Interaction(
            kind=clean_line(bold.rstrip(": ") if bold else kind),
            partner=name,
            frequency=_line(frequency),
            notes="\n".join(filter(None, notes)) or None,
            link=link,
        )
    )


def linked(text: str) -> tuple[str, str | None]:
    """A name, and the target of the link that it is the text of, if it is one."""
    text = grammar.strip_marks(text)
    link = grammar.LINK.fullmatch(text)
    name = link["name"] if link else text
    return clean_line(grammar.strip_marks(name)), link["link"] if link else None


def _link(name: str, target: str | None) -> str:
    return f"[{name}]({target})" if target else name


def write_interaction(item: Interaction) -> str:
    text = f"**{item.kind}** → {_link(item.partner, item.link)}"
    if item.frequency:
        text += f" ({item.frequency})"
    elif grammar.split_frequency(item.partner):
        text += " ()"  # The partner's own brackets are not a frequency.
    return f"{text}  \n*Notes*: {item.notes}" if item.notes else text


def read_common_partner(content: str) -> Interaction | None:
    bold = grammar.split_bold(content)
    if bold:
        partner, notes = bold
    else:
        first, _, more = content.partition("\n")
        partner, rest = _split_at_separator(first)
        notes = f"{rest}\n{more}".strip()
        if len(partner) > grammar.NAME_LENGTH or partner.endswith(grammar.SENTENCE_END):
            return None
    name, link = linked(partner)
    if not notes and grammar.is_placeholder(name):
        return None
    return _valid(lambda: Interaction(kind=COMMON_PARTNER, partner=name, notes=notes or None, link=link))


def read_partners(text: str) -> list[Interaction]:
    """`Data Scientist, Backend Eng` on one line, or a name on each; a sentence names nobody."""
    if text.endswith(grammar.SENTENCE_END):
        return []
    lines = [text] if re.search("[,;]", text) else text.split("\n")
    parts = [part for line in lines for part in grammar.split_at_commas(line, ",;")]
    partners = [read_common_partner(clean_line(part)) for part in parts if part.strip()]
    return [partner for partner in partners if partner] if all(partners) else []


def write_common_partner(item: Interaction) -> str:
    return _bold(_link(item.partner, item.link), item.notes)


# The rest ---------------------------------------------------------------------------------------------------


def read_variation(content: str) -> Variation | None:
    name, text = grammar.split_head(content)
    return _valid(lambda: Variation(name=_line(name), text=text))


def write_variation(item: Variation) -> str:
    return _bold(item.name, item.text)


def read_task(content: str) -> DailyTask | None:
    time: str | None
    name: str | None
    text: str | None
    timed = grammar.split_marked_time(content)
    bold = grammar.split_bold(content) or grammar.split_emphasised(content)
    if bold and not timed:
        time, name = grammar.split_time(bold[0])
        text = bold[1] or None
    else:
        time, rest = timed or grammar.split_time(content)
        name, text = grammar.split_head(rest) if rest else (None, None)
    return _valid(lambda: DailyTask(time=_line(time), name=_line(name), text=text))


def write_task(item: DailyTask) -> str:
    start = item.time or ""
    plain = f"{start} {item.name or item.text}".strip()
    if read_task(plain) == item and not grammar.reads_as_rule(plain):
        return plain
    head = " - ".join(filter(None, (item.time, item.name)))
    return _bold(head, item.text)


def read_member(content: str) -> Member | None:
    split = grammar.split_member(content)
    return _valid(lambda: Member(role_code=clean_line(split[0]), count=split[1])) if split else None


def write_member(item: Member) -> str:
    return f"{item.role_code} ({item.count})" if item.count else item.role_code


def read_phrase(content: str) -> Phrase | None:
    """`"A phrase"`, in quotation marks or not; a label before it is bold, or is followed by them."""
    whole = grammar.strip_quotes(grammar.strip_marks(content))
    if whole != grammar.strip_marks(content):
        return _valid(lambda: Phrase(text=whole))
    label, text = grammar.split_bold(content) or (None, content)
    plain, colon, rest = content.partition(": ")
    if label is None and colon and grammar.strip_quotes(rest) != rest and not grammar.QUOTE.search(plain):
        label, text = plain, rest
    return _valid(lambda: Phrase(label=_line(label), text=grammar.strip_quotes(text)))


def write_phrase(item: Phrase) -> str:
    quoted = f'"{item.text}"'
    return f"**{item.label}:** {quoted}" if item.label else quoted


def read_server(content: str) -> McpServer | None:
    """`**snowflake**: what for`; the name may be a link, or in backticks without bold."""
    start, bold = grammar.CODE_OR_LINK.match(content), grammar.BOLD.match(content)
    name, purpose = (
        grammar.split_bold(content)
        or ((start[1], content[start.end() :].strip()) if start else None)
        or ((bold["name"] or bold["alt"], content[bold.end() :].strip()) if bold else None)
        or grammar.split_plain(content)
    )
    if name is None:
        return None
    name, url = linked(name)
    return _valid(lambda: McpServer(name=name, url=url, purpose=purpose or None))


def write_server(item: McpServer) -> str:
    return f"**{_link(item.name, item.url)}**" + (f": {item.purpose}" if item.purpose else "")


def read_bullet(content: str) -> str | None:
    return None if any(checks.item_text("", content)) else content


def read_knowledge(content: str) -> str | None:
    return read_bullet(grammar.strip_code(content))
