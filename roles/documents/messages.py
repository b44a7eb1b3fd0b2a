"""What reading a document may have to say: a code, a severity, a line and a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

Severity = Literal["error", "warning", "info"]

CODES: dict[str, Severity] = {
    # The file is not loaded.
    "not-utf8": "error",
    "nul-byte": "error",
    "empty": "error",
    "no-title": "error",
    "front-matter-invalid": "error",
    "front-matter-alias": "error",
    "front-matter-too-deep": "error",
    "front-matter-unclosed": "error",
    "unreadable-file": "error",
    "too-large": "error",
    "path-taken": "error",
    "identifier-taken": "error",
    "not-written": "error",
    "held-back": "error",
    "word-lost": "error",
    # The file is loaded; something in it was not understood and is kept as text.
    "front-matter-not-a-mapping": "warning",
    "front-matter-duplicate-key": "warning",
    "front-matter-unquoted": "warning",
    "front-matter-value": "warning",
    "slug-invalid": "warning",
    "profile-id-invalid": "warning",
    "unread-item": "warning",
    "unread-text": "warning",
    "unclosed-block": "warning",
    "duplicate-section": "warning",
    "outside-folder": "warning",
    # Two sources of one role, or one that is missing.
    "conflict": "warning",
    "differs": "warning",
    "name-shared": "warning",
    "slug-shared": "warning",
    "file-missing": "warning",
    "file-withdrawn": "info",
    "role-deleted": "info",
    "role-returned": "warning",
    "twin-document": "info",
    "waits-for-review": "info",
    # Worth knowing.
    "unknown-heading": "info",
    "unknown-seniority": "info",
    "unknown-level": "info",
    "unknown-partner": "info",
    "partner-link": "info",
    "not-a-role": "info",
}
"""Every code and its severity. An error keeps the file from being loaded; what it said before stays."""


@dataclass(frozen=True, slots=True)
class Message:
    """A doubt or a fault at a line of a file (from 1). `text` says what is wrong and how to mend it."""

    code: str
    line: int
    text: str

    @property
    def severity(self) -> Severity:
        return CODES[self.code]

    def at(self, path: str, *, severity: str | None = None) -> str:
        """The message as a line, in the way of compilers; `severity` is its word, if it has a colour, say."""
        return f"{path}:{self.line}: {severity or self.severity}: {self.text} ({self.code})"

    def to_json(self) -> dict[str, Any]:
        """The message as JSON values."""
        return {"line": self.line, "severity": self.severity, "code": self.code, "text": self.text}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The message of JSON values that `to_json` gave."""
        return cls(data["code"], data["line"], data["text"])
