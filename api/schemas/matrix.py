"""Roles and the capabilities they need."""

from pydantic import Field

from api.pagination import PageOf
from api.schemas.computed import RoleHead
from api.schemas.parts import Part


class MatrixCapability(Part):
    """A column of the matrix."""

    slug: str = Field(examples=["sql"])
    name: str = Field(examples=["SQL"])
    roles: int = Field(description="How many of all roles that were asked for need it.")


class Needed(Part):
    """How well a role needs to master a capability; both are null where no document says it."""

    level: str | None = Field(examples=["Advanced"])
    rung: int | None = Field(
        description="Its place on the ladder of levels, from 1; null for a level that is not compared."
    )


class MatrixRow(Part):
    """A role, and what it needs of the capabilities."""

    role: RoleHead
    needs: dict[str, Needed] = Field(description="By the slugs of the capabilities.")


class RoleMatrix(PageOf[MatrixRow]):
    """Some of the roles that were asked for, against the capabilities that most of all of them need."""

    capabilities: list[MatrixCapability]
    left_out: int = Field(description="How many capabilities that they need are not among these.")
