"""What reading a document may have to say: a code, a severity, a line and a sentence."""

from dataclasses import dataclass
from typing import Literal

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
    "role-deleted": "info",
    "twin-document": "info",
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
