"""The small lexical rules that reading and writing share: what a name, a time, a label or a link looks like.

`document.py` refuses what these rules would read otherwise than it was meant, `sections.py` reads and writes
by them. They know nothing of sections or files.
"""

import re

# Hostile files are read too: none of these may take more than linear time on any line. So those that are
# searched for don't start with a run of spaces, which could start anywhere in a longer one; callers strip.
BOLD = re.compile(r"(?:\*\*(?!\s)(?P<name>.+?)(?<!\s)\*\*|__(?!\s)(?P<alt>.+?)(?<!\s)__)")
ARROW = re.compile(r"→|(?<!-)-+>|=>")
SEPARATOR = re.compile(r"[ \t]*(?::|—|–|-(?=\s|$))[ \t]*")
"""What stands between a bold name and its text; to be matched, not searched."""
SPACED_SEPARATOR = re.compile(r"(?<=[ \t])[—–-](?=[ \t])|:(?=[ \t]|$)")
"""What stands between a plain name and its text."""
LINK = re.compile(r"\[(?P<name>.+)\]\((?P<link>[^()\s<>]+)\)")
_CLOCK = r"(?:\d{1,2}[:h]\d{2}(?:[ \t]?[AaPp]\.?[Mm]\b\.?)?|\d{1,2}[ \t]?[AaPp]\.?[Mm]\b\.?)"
_DASH = r"[ \t]?[-–—][ \t]?"
TIME = re.compile(rf"(?:\d{{1,2}}{_DASH})?{_CLOCK}(?:{_DASH}{_CLOCK})?(?=[\s:—–-]|$)")
METRIC = re.compile(
    r"(?im)(?:(?<![^\s])(?P<mark>[*_]{1,3})success metrics?(?:[ \t]*:(?P=mark)|(?P=mark)[ \t]*:)"
    r"|(?:^|(?<=[*):;,.—–-]))[ \t]*success metrics?[ \t]*:)[ \t]*"
)
NOTES = re.compile(
    r"(?im)(?:(?<![^\s])(?P<mark>[*_]{1,3})notes?(?:[ \t]*:(?P=mark)|(?P=mark)[ \t]*:)"
    r"|^[ \t]*notes?[ \t]*:)[ \t]*"
)
PRIMARY = re.compile(r"(?i)\(primary\)")
PRIMARY_NAME = re.compile(r"(?i)\(primary\)$")
LAST_BRACKET = re.compile(r"\([^()]*\)$")
TYPE_LABEL = re.compile(r"(?i)^[ \t]*type[ \t]*:")
HEAD_COUNT = re.compile(r"\(([1-9][0-9]{0,5})\)$")
LAST_NUMBER = re.compile(r"\([0-9]+\)$")
AFTER_FREQUENCY = re.compile(r"\([^()]*\)[ \t]*[:—–-][ \t]")
RULE = re.compile(r"[ \t]*([-*_])[ \t]*(?:\1[ \t]*){2,}")
CLOSING_HASHES = re.compile(r"(?:^|[ \t])#+$")
SENTENCE_END = (".", "!", "?", ":", ";", ".)", '."', ".”", "…")
NAME_LENGTH = 100
LABEL_LENGTH = 60
LEVEL_LENGTH = 60

# Markdown takes up to nine digits for the number of an item; a longer one than these is a year, say.
_BULLET = re.compile(r"[ \t]*(?:[-*+]|\d{1,3}[.)])(?:[ \t]+|$)")
_BRACKET = re.compile(r"\((?P<inside>[^()\n]*)\)")
_AFTER_BRACKET = re.compile(r"[ \t]*[:—–-][ \t]+")
_COMMA_OR_BRACKET = re.compile(r"[,()]")


def bullet(line: str) -> str:
    """The bullet or number that a list item's first line starts with, and the white space around it."""
    match = _BULLET.match(line)
    return match[0] if match else ""


def says_nothing(line: str) -> bool:
    """Whether a line is blank or a rule."""
    return not line.strip() or RULE.fullmatch(line) is not None


def split_frequency(text: str) -> tuple[str, str, str] | None:
    """`Data Analyst (daily) - rest` → ("Data Analyst", "daily", "rest"); None if no brackets follow."""
    for match in _BRACKET.finditer(text):
        partner = text[: match.start()].rstrip(" \t")
        if len(partner) in (0, match.start()):
            continue
        if match.end() == len(text):
            return partner, match["inside"], ""
        separator = _AFTER_BRACKET.match(text, match.end())
        if separator and separator.end() < len(text):
            return partner, match["inside"], text[separator.end() :]
    return None


def split_at_commas(text: str) -> list[str]:
    """The parts between the commas that stand outside of brackets."""
    cuts, inside = [len(text)], False
    for match in reversed(list(_COMMA_OR_BRACKET.finditer(text))):
        if match[0] != ",":
            inside = match[0] == ")"
        elif not inside:
            cuts.append(match.start())
    starts = [0, *(cut + 1 for cut in reversed(cuts[1:]))]
    return [text[start:end] for start, end in zip(starts, reversed(cuts), strict=True)]


def split_time(text: str) -> tuple[str | None, str]:
    """Take a clock time, or a span of two, from the start of a text: `10:00 Pipeline check`.

    Returns the time as written (or None) and what follows it, without the dash or colon between them.
    A bare number is no time: "3 reviews" stays whole.
    """
    match = TIME.match(text)
    if match is None:
        return None, text
    rest = text[match.end() :]
    separator = SEPARATOR.match(rest)
    return match[0], rest[separator.end() if separator else 0 :].strip()


def split_bold_time(text: str) -> tuple[str, str] | None:
    """`**10:00** Pipeline check` → ("10:00", "Pipeline check"); None if no bold time starts it."""
    match = BOLD.match(text)
    time = (match["name"] or match["alt"]) if match else ""
    if match is None or not is_time(time.rstrip(": \t")):
        return None
    rest = text[match.end() :]
    separator = None if time.endswith(":") else SEPARATOR.match(rest)
    return time.rstrip(": \t"), rest[separator.end() if separator else 0 :].strip()


def is_time(text: str) -> bool:
    """Whether a text is a clock time and nothing else."""
    return split_time(text) == (text, "")


def unbold(text: str) -> str | None:
    """What stands in bold, if the text as a whole does."""
    match = BOLD.fullmatch(text)
    return match["name"] or match["alt"] if match else None


def split_bold(text: str) -> tuple[str, str] | None:
    """Split an item that starts with a bold name into the name and what follows, verbatim.

    The colon may stand inside the bold or after it; a dash may stand for it. None if the text does not start
    with a bold name, or goes on as a sentence that merely starts in bold.
    """
    match = BOLD.match(text)
    if match is None:
        return None
    name, rest = match["name"] or match["alt"], text[match.end() :]
    separator = None if name.endswith(":") else SEPARATOR.match(rest)
    if separator:
        rest = rest[separator.end() :]
    elif not name.endswith(":") and rest.strip() and not rest.lstrip(" \t").startswith(("(", "\n")):
        return None
    name = name.rstrip(": \t")
    return (name, rest.strip()) if is_name(name) else None


def split_plain(text: str) -> tuple[str | None, str | None]:
    """Read an item without bold as a name, a name and a text, or a text.

    `Label: text` is both if the label is short and has no sentence in it; one short line that does not end
    like a sentence is a name; all else is text.
    """
    label, colon, rest = text.partition(": ")
    if colon and rest.strip() and len(label) <= LABEL_LENGTH and is_name(label) and "." not in label:
        return label, rest.strip()
    if len(text) <= NAME_LENGTH and not text.endswith(SENTENCE_END) and is_name(text):
        return text, None
    return None, text


def split_head(text: str) -> tuple[str | None, str | None]:
    """Read the start of any item: its name, bold or plain, and its text; at least one of them is there."""
    bold = split_bold(text)
    return (bold[0], bold[1] or None) if bold else split_plain(text)


def is_name(text: str) -> bool:
    """Whether a text can stand as the bold name of an item and be read back as written."""
    return (
        bool(text)
        and text == text.strip()
        and "\n" not in text
        and "**" not in text
        and not text.startswith(("*", "__", "[ ] ", "[x] "))
        and not text.endswith(("*", ":", "\\"))
        and METRIC.search(text) is None
    )


def reads_as_rule(text: str) -> bool:
    """Whether a text's first line, alone or behind a bullet, is a rule (`---`) to Markdown."""
    first = text.split("\n", 1)[0]
    return any(RULE.fullmatch(bullet + first) for bullet in ("", "* ", "- "))


def is_level(text: str) -> bool:
    """Whether a text reads as a proficiency level ("Advanced") rather than as a sentence about one."""
    return (
        0 < len(text) <= LEVEL_LENGTH
        and text == text.strip()
        and "\n" not in text
        and not any(mark in text for mark in ("(", "**"))
        and not text.endswith(SENTENCE_END)
        and SEPARATOR.match(text) is None
    )


def strip_code(text: str) -> str:
    """A text without the backticks that it as a whole stands in."""
    inner = text.strip("`").strip()
    return inner if len(text) > 2 and text[0] == text[-1] == "`" and "`" not in inner and inner else text


def strip_quotes(text: str) -> str:
    """A phrase without the quotation marks around it (and the emphasis around those)."""
    for opening, closing in (('"', '"'), ("“", "”"), ("„", "“"), ("«", "»")):
        if len(text) > 2 and text.startswith(opening) and text.endswith(closing):
            return text[1:-1].strip() or text
    return text
