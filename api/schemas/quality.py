"""How good the catalogue is."""

from typing import Literal

from pydantic import Field

from api.pagination import PageOf
from api.schemas.computed import RoleHead
from api.schemas.parts import Part

Severity = Literal["high", "low", "hint"]


class AspectScore(Part):
    """What one aspect of the descriptions has of its points."""

    name: str = Field(examples=["mission"])
    points: int
    of: int


class Score(Part):
    """Points with their arithmetic: the aspects add up to the whole."""

    points: int
    of: int = Field(description="The points that there could be: 15 for each role.")
    percent: int = Field(description="Rounded down: 100 is all of them.")
    aspects: list[AspectScore]


class FoundKind(Part):
    """A kind of finding, and how often it is found."""

    code: str = Field(examples=["missing-mission"])
    title: str
    severity: Severity
    points: int = Field(description="What it costs a role, however often it is found there.")
    advice: str = Field(description="What to do about it.")
    findings: int
    roles: int = Field(description="How many roles are concerned.")


class FoundWord(Part):
    """A word of the shared vocabulary."""

    type: Literal["capability", "artifact", "proficiencylevel", "senioritylevel"]
    slug: str
    name: str
    url: str


class FindingItem(Part):
    """Something that may be better."""

    code: str = Field(examples=["missing-mission"])
    severity: Severity
    text: str = Field(description="What is wrong, in a sentence.")
    role: str | None = Field(description="The slug of the role that it is found at; null in the vocabulary.")
    roles: list[str] = Field(description="The slugs of all roles that it concerns.")
    word: FoundWord | None = Field(description="The word that it is about; null at a role.")
    statement: str | None = Field(
        description="The key of the role's statement that it is about.", examples=["capabilities:sql"]
    )
    url: str | None = Field(description="Where you can mend it, or see it if you may not.")


class RoleScore(Part):
    """How good the description of a role is."""

    role: RoleHead
    owner: str | None = Field(description="Who keeps it up to date.")
    score: Score
    findings: dict[str, int] = Field(
        description="What is found at it: codes, and how often each.", examples=[{"missing-mission": 1}]
    )


class RoleScorePage(PageOf[RoleScore]):
    """Some of the roles that were asked for, those with the fewest points first, or by name."""

    score: Score = Field(description="Of all of them together.")


class QualityReport(PageOf[FindingItem]):
    """A part of the findings, and the score of all roles that were asked for."""

    score: Score
    kinds: list[FoundKind]
