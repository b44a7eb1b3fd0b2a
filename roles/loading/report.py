"""What a load did, file by file, for people and for machines."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from roles.documents.document import Key
from roles.documents.messages import Message
from roles.models import LoadOutcome, LoadRun

Outcome = LoadOutcome.Outcome


@dataclass(slots=True)
class FileReport:
    """What became of one file, and what it had to say. `role` and `role_id` are the role it describes."""

    path: str
    outcome: Outcome = Outcome.UNCHANGED
    role: str | None = None
    role_id: int | None = None
    messages: list[Message] = field(default_factory=list)

    def say(self, code: str, line: int, text: str) -> None:
        """Add a message."""
        self.messages.append(Message(code, line, text))

    def end(self, outcome: Outcome, *messages: Message) -> None:
        """Say how it ended."""
        self.outcome = outcome
        self.messages += messages

    def to_json(self) -> dict[str, Any]:
        """The report as JSON values."""
        return {
            "path": self.path,
            "outcome": self.outcome.value,
            "role": self.role,
            "messages": self.messages_to_json(),
        }

    def messages_to_json(self) -> list[dict[str, Any]]:
        """The messages as JSON values, in the order of their lines."""
        return [found.to_json() for found in sorted(self.messages, key=lambda message: message.line)]


@dataclass(frozen=True, slots=True)
class ConflictReport:
    """A statement that changed both in the files and in the catalogue; the catalogue's stayed."""

    role: str
    key: Key


@dataclass(slots=True)
class Report:
    """What a load did. `changed` are the slugs of roles with a new revision."""

    dry_run: bool = False
    files: list[FileReport] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    conflicts: list[ConflictReport] = field(default_factory=list)
    decided: list[ConflictReport] = field(default_factory=list)
    """Conflicts that this run decided, since it was told which side to prefer."""
    proposed: list[str] = field(default_factory=list)
    """Slugs of roles of which something waits for review since this run."""
    missing: list[str] = field(default_factory=list)
    """Paths of documents whose files are gone; what they say stays."""
    withdrawn: list[str] = field(default_factory=list)
    """Paths of documents whose files are gone, and what only they said with them."""
    without_files: list[str] = field(default_factory=list)
    """Slugs of roles that no file describes any more since this run."""
    run: LoadRun | None = None
    """The record of the load; it has an id if there was something to record."""
    too_many_missing: bool = False
    """Whether more files are gone than may be withdrawn, so that nothing was."""

    @property
    def failed(self) -> bool:
        """Whether something was not done that should have been."""
        return self.too_many_missing or any(
            report.outcome in (Outcome.FAILED, Outcome.HELD) for report in self.files
        )

    @property
    def counts(self) -> dict[str, int]:
        """Files by outcome, all outcomes in their order."""
        found = Counter(report.outcome for report in self.files)
        return {outcome.value: found[outcome] for outcome in Outcome}

    def to_json(self) -> dict[str, Any]:
        """The report as JSON values."""
        return {
            "dry_run": self.dry_run,
            "counts": self.counts,
            "changed": self.changed,
            "conflicts": [{"role": item.role, "key": item.key} for item in self.conflicts],
            "decided": [{"role": item.role, "key": item.key} for item in self.decided],
            "proposed": self.proposed,
            "missing": self.missing,
            "withdrawn": self.withdrawn,
            "without_files": self.without_files,
            "too_many_missing": self.too_many_missing,
            "files": [report.to_json() for report in self.files],
        }
