"""What a load of role files did."""

from typing import Literal

from pydantic import Field

from api.schemas.parts import Part

Outcome = Literal["created", "updated", "unchanged", "skipped", "failed", "held", "proposed"]


class LoadMessage(Part):
    """Something that a file leaves in doubt, or that is wrong with it."""

    line: int = Field(description="Where it stands in the file, from 1.")
    severity: Literal["error", "warning", "info"]
    code: str = Field(examples=["unknown-level"])
    text: str


class LoadedFile(Part):
    """What became of a file."""

    path: str = Field(description="Its path, without the folder that was loaded.")
    outcome: Outcome
    role: str | None = Field(description="The slug of the role that it describes.")
    url: str | None = Field(description="The page of that role, for people.")
    messages: list[LoadMessage]


class LoadCounts(Part):
    """How many files came to what."""

    created: int
    updated: int
    unchanged: int
    skipped: int
    failed: int
    held: int = Field(description="A newer text waits until somebody has looked at it.")
    proposed: int


class LoadConflict(Part):
    """A statement that changed both in the files and in the catalogue; the catalogue's stayed."""

    role: str
    key: str = Field(examples=["capabilities:sql"])


class LoadReport(Part):
    """What a load did, or would do."""

    dry_run: bool
    failed: bool = Field(description="Whether something was not done that should have been.")
    commit: str | None
    counts: LoadCounts
    changed: list[str] = Field(description="The slugs of roles that have a new revision.")
    conflicts: list[LoadConflict] = Field(description="What waits for somebody to choose.")
    proposed: list[str] = Field(description="The slugs of roles of which something waits for review.")
    missing: list[str] = Field(description="Paths of files that are gone; what they say stays.")
    withdrawn: list[str] = Field(description="Paths of files that are gone, with what only they said.")
    without_files: list[str] = Field(description="The slugs of roles that no file describes any more.")
    too_many_missing: bool = Field(
        description="Whether more files are gone than may be withdrawn, so that nothing was."
    )
    files: list[LoadedFile]
