"""What is found for words."""

from pydantic import Field

from api.collections import FacetValue
from api.pagination import PageOf
from api.schemas.computed import RoleHead
from api.schemas.parts import Part


class Piece(Part):
    """A piece of a text; pieces follow one another without anything between them."""

    text: str
    marked: bool = Field(description="Whether it is a word that was looked for.")


class Snippet(Part):
    """A text in which words stand that are neither in the name nor in the line."""

    label: str = Field(description="What kind of statement it is from, for people.", examples=["Capability"])
    pieces: list[Piece]


class SearchHit(Part):
    """A role that was found, and where the words stand in it."""

    role: RoleHead
    name: list[Piece] = Field(description="Its name.")
    line: list[Piece] = Field(description="What it is, in plain text; empty if it does not say.")
    snippets: list[Snippet]


class Correction(Part):
    """What was looked for instead, because no role has the words that were sent."""

    text: str = Field(description="What was looked for.", examples=["data engineer"])
    unknown: list[str] = Field(description="The words that no role has.", examples=[["enginer"]])
    meant: list[str] = Field(
        description="What was put in the place of each; empty if they were left out.", examples=[["engineer"]]
    )


class SearchPage(PageOf[SearchHit]):
    """Some of the roles that were found, the best match first."""

    correction: Correction | None
    facets: dict[str, list[FacetValue]] = Field(
        description="The facets that were asked for, by the names of their filters."
    )
