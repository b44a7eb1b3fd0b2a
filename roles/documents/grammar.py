"""The small lexical rules that reading and writing share: what a name, a time, a label or a link looks like.

`document.py` refuses what these rules would read otherwise than it was meant, `sections.py` reads and writes
by them. They know nothing of sections or files.
"""

import re
import unicodedata

BLANKS = " \t\xa0\u202f"
"""The white space inside a line; no-break spaces come from word processors."""

# Hostile files are read too: none of these may take more than linear time on any line. So those that are
# searched for don't start with a run of spaces, which could start anywhere in a longer one; callers strip.
BOLD = re.compile(r"(?:\*\*(?!\s)(?P<name>.+?)(?<!\s)\*\*|__(?!\s)(?P<alt>.+?)(?<!\s)__)")
ARROW = re.compile(r"[→⇒⟶➔➙➜➝➞➡]\ufe0f?|(?<![-–—])[-–—]+>|=>")
SEPARATOR = re.compile(rf"[{BLANKS}]*(?:[:：—–]|--?(?=\s|$))[{BLANKS}]*")
"""What stands between a bold name and its text; to be matched, not searched."""
SPACED_SEPARATOR = re.compile(r"(?<=[ \t])(?:[—–]|--?)(?=[ \t])|:(?=[ \t]|$)")
"""What stands between a plain name and its text."""
LINK = re.compile(r"\[(?P<name>.+)\]\((?P<link>[^()\s<>]+)\)")
CODE_OR_LINK = re.compile(rf"(`[^`\n]+`|\[[^\[\]\n]+\]\([^()\s<>]+\))[{BLANKS}]*(?:[:：—–]|-(?=\s)|$)")
QUOTE = re.compile('["“”„«»‘’]')
_CLOCK = r"(?:\d{1,2}[:h]\d{2}(?:[ \t]?[AaPp]\.?[Mm]\b\.?)?|\d{1,2}[ \t]?[AaPp]\.?[Mm]\b\.?)"
_DASH = r"[ \t]?[-–—][ \t]?"
TIME = re.compile(rf"(?:\d{{1,2}}{_DASH})?{_CLOCK}(?:{_DASH}{_CLOCK})?(?=[\s:—–-]|$)")
_BULLET_BEFORE = r"^[ \t]*(?:[-*+•][ \t]+)?"


def _label(words: str, *, after: str = "") -> re.Pattern[str]:
    """What stands before a labelled value: emphasised after a space, or plain at the start of a line.

    `after` is what a plain label may follow as well. A bullet before the label is part of it.
    """
    return re.compile(
        rf"(?im)(?:(?:{_BULLET_BEFORE})?(?<!\S)(?P<mark>[*_]{{1,3}}){words}"
        r"(?:[ \t]*[:：](?P=mark)|(?P=mark)[ \t]*(?:[:：]|[—–-](?=[ \t])))"
        rf"|(?:{_BULLET_BEFORE}{after}){words}[ \t]*[:：])[ \t]*"
    )


METRIC = _label("success metrics?", after=r"|(?<=[*):：;,.—–-])[ \t]*")
NOTES = _label("notes?")
# `*Menu:* Writes it.`, `***Menu***: Writes it.`
_EMPHASISED = re.compile(
    r"(?P<mark>\*{3}|_{3}|\*|_)(?![\s*_])(?P<name>[^\n*_]+?)(?<!\s)"
    r"(?:[:：](?P=mark)|(?P=mark)[:：])(?=\s)"
)
# `**Menu.** Writes it.`
_BOLD_SENTENCE = re.compile(
    r"(?P<mark>\*\*|__)(?![\s*_])(?P<name>[^\n*_.]+)(?:\.(?P=mark)|(?P=mark)\.)(?=\s)"
)
PRIMARY = re.compile(r"(?i)(?P<mark>[*_]?)\(primary\)(?P=mark)")
PRIMARY_NAME = re.compile(r"(?i)\(primary\)$")
LAST_BRACKET = re.compile(r"\([^()]*\)$")
TYPE_LABEL = re.compile(r"(?i)^[ \t]*type[ \t]*:")
AFTER_FREQUENCY = re.compile(r"\([^()]*\)[ \t]*[:—–-][ \t]")
RULE = re.compile(r"[ \t]*([-*_])[ \t]*(?:\1[ \t]*){2,}")
CLOSING_HASHES = re.compile(r"(?:^|[ \t])#+$")
SENTENCE_END = (".", "!", "?", ":", ";", ".)", '."', ".”", "…")
COLONS = (":", "：")
_COLONS_AND_BLANKS = "".join((*COLONS, BLANKS))
_MOST_SYMBOLS = 12
NAME_LENGTH = 100
LABEL_LENGTH = 60
LEVEL_LENGTH = 60
_LEVEL_WORDS = 4
# `(Advanced)`, `Advanced, joins`, `*Advanced*: joins`, `Advanced.`
_USUAL_LEVEL = re.compile(
    r"(?i)(?P<open>\()?[*_`]*"
    r"(?P<level>novice|beginner|basic|working|intermediate|competent|practitioner|proficient|advanced|expert)"
    rf"[*_`]*(?(open)\)|(?=\.?$|[{BLANKS}]*[,;:：—–|(-]))[{BLANKS}]*(?:\.$|[,;:：—–|-])?[{BLANKS}]*"
)

# `**10:00**`, `[10:00]`: whether a time stands there is another question.
_IN_TIME = r"[^\n*_`\[\]()]{1,40}"
_MARKED_TIME = re.compile(
    "|".join(
        rf"{mark}(?P<inside{number}>{_IN_TIME}){close}"
        for number, (mark, close) in enumerate(
            [*((mark, mark) for mark in (r"\*\*", "__", r"\*", "_", "`")), (r"\[", r"\]"), (r"\(", r"\)")]
        )
    )
)
_VALUE_BULLET = re.compile(r"(?:^|\n)[ \t]*[-*+•][ \t]+")
# `COOK2 (4)`, `COOK2 × 4`, `COOK2: 4`, `COOK2 – 4`
_COUNT_AFTER = re.compile(
    r"(?P<code>.*?\S)(?:[ \t]*\((\d+)\)|[ \t]+×[ \t]?(\d+)|:[ \t]+(\d+)|[ \t]+[—–-][ \t]+(\d+))"
)
_COUNT_BEFORE = re.compile(r"(\d+)[ \t]?×[ \t]+(?P<code>\S.*)")
# A letter for the sign would be a word that the count does not keep.
_COUNT_WITH_LETTER = re.compile(r"(?i).*[ \t]x[ \t]?\d+|\d+[ \t]?x[ \t].*")
_PLACEHOLDERS = frozenset(
    {"tbd", "tba", "todo", "n/a", "na", "none", "null", "unknown", "pending", "xxx", "to be defined"}
)
_MOST_DIGITS = 6
# Markdown takes up to nine digits for the number of an item; a longer one than these is a year, say.
_BULLET = re.compile(r"[ \t]*(?:[-*+]|\d{1,3}[.)])(?:[ \t]+|$)")
_NEXT_BULLET = re.compile(r"\n([ \t]*)[-*+•][ \t]")
_MARKED = re.compile(r"(?P<mark>\*{1,3}|_{1,3})(?![\s*_])(?P<inside>[^\n*_]+)(?<!\s)(?P=mark)")
_BRACKET = re.compile(r"\((?P<inside>[^()\n]*)\)")
_AFTER_BRACKET = re.compile(rf"[{BLANKS}]*[:：—–-][{BLANKS}]+")


def bullet(line: str) -> str:
    """The bullet or number that a list item's first line starts with, and the white space around it."""
    match = _BULLET.match(line)
    return match[0] if match else ""


def says_nothing(line: str) -> bool:
    """Whether a line is blank or a rule."""
    return not line.strip() or RULE.fullmatch(line) is not None


def split_nested(label: str, rest: str) -> tuple[str, str]:
    """A labelled value, and what follows it from the next bullet on if the label is a bullet itself.

    `  - *Success metric*: yes` ends where `  - Tools: none` begins.
    """
    first = bullet(label)
    if not first.strip():
        return rest, ""
    for match in _NEXT_BULLET.finditer(rest):
        if len(match[1]) <= len(first) - len(first.lstrip()):
            return rest[: match.start()], rest[match.start() :]
    return rest, ""


def split_frequency(text: str) -> tuple[str, str, str] | None:
    """`Data Analyst (daily) - rest` → ("Data Analyst", "daily", "rest"); None if no brackets follow."""
    for match in _BRACKET.finditer(text):
        partner = text[: match.start()].rstrip(BLANKS)
        if len(partner) in (0, match.start()):
            continue
        if match.end() == len(text):
            return partner, match["inside"], ""
        separator = _AFTER_BRACKET.match(text, match.end())
        if separator and separator.end() < len(text):
            return partner, match["inside"], text[separator.end() :]
    return None


def split_at_commas(text: str, commas: str = ",") -> list[str]:
    """The parts between the commas, or other marks, that stand outside of brackets."""
    cuts, inside = [len(text)], False
    for match in reversed(list(re.finditer(f"[{commas}()]", text))):
        if match[0] not in commas:
            inside = match[0] == ")"
        elif not inside:
            cuts.append(match.start())
    starts = [0, *(cut + 1 for cut in reversed(cuts[1:]))]
    return [text[start:end] for start, end in zip(starts, reversed(cuts), strict=True)]


def split_values(text: str) -> list[str]:
    """The values of a property: between commas that stand outside of brackets, or each behind a bullet."""
    return [value for part in _VALUE_BULLET.split(text) for value in split_at_commas(part)]


def split_member(text: str) -> tuple[str, int | None] | None:
    """`COOK2 (4)`, `COOK2: 4`, `4 × COOK2` → ("COOK2", 4); None if no code or no count stands there."""
    if len(text) > NAME_LENGTH or text.endswith(SENTENCE_END) or _COUNT_WITH_LETTER.fullmatch(text):
        return None
    match = _COUNT_BEFORE.fullmatch(text) or _COUNT_AFTER.fullmatch(text)
    code, count = strip_marks(match["code"] if match else text), None
    if match:
        number = next(group for group in match.groups() if group and group != match["code"])
        if number.startswith("0") or len(number) > _MOST_DIGITS:
            return None
        count = int(number)
    return None if "](" in code or SPACED_SEPARATOR.search(code) else (code, count)


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


def split_marked_time(text: str) -> tuple[str, str] | None:
    """`**10:00** Pipeline check` → ("10:00", "Pipeline check"); None if no time in marks starts it.

    The marks are emphasis, backticks or brackets.
    """
    match = _MARKED_TIME.match(text)
    inside = match[match.lastgroup or 0] if match else ""
    time = inside.rstrip(_COLONS_AND_BLANKS)
    if match is None or not is_time(time):
        return None
    rest = text[match.end() :]
    separator = None if inside.endswith(COLONS) else SEPARATOR.match(rest)
    return time, rest[separator.end() if separator else 0 :].strip()


def is_time(text: str) -> bool:
    """Whether a text is a clock time and nothing else."""
    return split_time(text) == (text, "")


def unbold(text: str) -> str | None:
    """What stands in bold, if the text as a whole does."""
    match = BOLD.fullmatch(text)
    return match["name"] or match["alt"] if match else None


def split_bold(text: str) -> tuple[str, str] | None:
    """Split an item that starts with a bold name into the name and what follows, verbatim.

    The colon may stand inside the bold or after it; a dash may stand for it. Symbols before the bold belong
    to the name. None if the text does not start with a bold name, or goes on as a sentence that merely starts
    in bold.
    """
    start = _symbols(text)
    match = BOLD.match(text, start)
    if match is None:
        return None
    name, rest = match["name"] or match["alt"], text[match.end() :]
    separator = None if name.endswith(COLONS) else SEPARATOR.match(rest)
    if separator:
        rest = rest[separator.end() :]
    elif not name.endswith(COLONS) and rest.strip() and not _goes_on(rest.lstrip(BLANKS)):
        return None
    name = text[:start] + name.rstrip(_COLONS_AND_BLANKS)
    return (name, rest.strip()) if is_name(name) else None


def _goes_on(rest: str) -> bool:
    """Whether what follows a bold name is no sentence that it starts: a bracket, or the next line."""
    return rest.startswith(("(", "*(", "_(", "\n"))


def _symbols(text: str) -> int:
    """Where a text goes on behind an emoji or two that it starts with: `🍲 **Menu**`."""
    head = text[:_MOST_SYMBOLS].partition(" ")[0]
    is_symbol = head and all(unicodedata.category(sign) in ("So", "Sk", "Mn", "Me", "Cf") for sign in head)
    return len(head) + 1 if is_symbol and text[len(head) : len(head) + 1] == " " else 0


def split_emphasised(text: str) -> tuple[str, str] | None:
    """Split an item that starts with a name in italics and a colon, or a bold name that ends in a stop."""
    match = _EMPHASISED.match(text) or _BOLD_SENTENCE.match(text)
    if match is None:
        return None
    name, rest = match["name"].rstrip(_COLONS_AND_BLANKS), text[match.end() :].strip()
    return (name, rest) if rest and is_name(name) else None


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
    split = split_bold(text) or split_emphasised(text)
    return (split[0], split[1] or None) if split else split_plain(text)


def is_name(text: str) -> bool:
    """Whether a text can stand as the bold name of an item and be read back as written."""
    return (
        bool(text)
        and text == text.strip()
        and "\n" not in text
        and "**" not in text
        and not text.startswith(("*", "__", "[ ] ", "[x] "))
        and not text.endswith(("*", *COLONS, "\\"))
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
        and len(text.split()) <= _LEVEL_WORDS
        and not text.startswith(("*", "_", "`"))
        and not any(mark in text for mark in ("(", "**", "\n", ",", ";", "|"))
        and not text.endswith(SENTENCE_END)
        and SEPARATOR.match(text) is None
        and SPACED_SEPARATOR.search(text) is None
    )


def split_level(text: str) -> tuple[str | None, str]:
    """`Advanced (a, b)` → ("Advanced", "a, b"); what does not read as a level is all detail.

    In brackets, or before a comma, a colon or a dash, only a usual level is one.
    """
    first = text.partition("\n")[0]
    level = strip_marks(first.partition("(")[0].strip())
    end = first.find("(") if "(" in first else len(first)
    if not is_level(level):
        usual = _USUAL_LEVEL.match(text)
        if usual is None:
            return None, _unbracketed(text.strip())
        level, end = usual["level"], usual.end()
    return level, _unbracketed(text[end:].strip())


def _unbracketed(text: str) -> str:
    return text[1:-1].strip() if text.startswith("(") and text.endswith(")") else text


def strip_code(text: str) -> str:
    """A text without the backticks that it as a whole stands in."""
    inner = text.strip("`").strip()
    return inner if len(text) > 2 and text[0] == text[-1] == "`" and "`" not in inner and inner else text


def strip_marks(text: str) -> str:
    """A word or a name without the emphasis or the backticks that it as a whole stands in."""
    match = _MARKED.fullmatch(text)
    return strip_code(match["inside"] if match else text)


def is_placeholder(text: str) -> bool:
    """Whether a text stands where a code or a name is still to come: `TBD`, `n/a`, `—`."""
    return text.casefold() in _PLACEHOLDERS or not any(map(str.isalnum, text))


def strip_quotes(text: str) -> str:
    """A phrase without the quotation marks around it (and the emphasis around those)."""
    for opening, closing in (('"', '"'), ("“", "”"), ("„", "“"), ("«", "»"), ("‘", "’")):
        if len(text) > 2 and text.startswith(opening) and text.endswith(closing):
            return text[1:-1].strip() or text
    return text
