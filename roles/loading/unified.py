"""The difference of two versions of a file as a unified diff, which `git apply` and `patch -p1` take."""

import difflib
import re

_PLAIN = re.compile(r"[^\x00-\x1f\"\\\x7f]+")
_ESCAPES = {"\n": "\\n", "\t": "\\t", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


def unified_diff(path: str, before: bytes | None, after: bytes) -> str:
    """What changes a file from one text to another; `before` is None for a new file.

    Both are UTF-8. Line ends stay as they are: only \\n parts lines here, as it does for git.
    """
    old, new = "/dev/null" if before is None else _name("a", path), _name("b", path)
    lines = difflib.unified_diff(_lines(before or b""), _lines(after), old, new)
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )


def _lines(data: bytes) -> list[str]:
    return re.findall(r"[^\n]*\n|[^\n]+", data.decode())


def _name(side: str, path: str) -> str:
    """A path as git writes it in a diff: quoted if need be, closed by a tab if it holds spaces."""
    name = f"{side}/{path}"
    if not _PLAIN.fullmatch(name):
        escaped = (
            _ESCAPES.get(char) or (f"\\{ord(char):03o}" if ord(char) < 32 or ord(char) == 127 else char)
            for char in name
        )
        return f'"{"".join(escaped)}"'
    return f"{name}\t" if " " in name else name
