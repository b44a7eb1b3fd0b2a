"""How every error is told (RFC 9457)."""

from pydantic import BaseModel, Field


class Problem(BaseModel):
    """An error, whatever went wrong. Its media type is application/problem+json."""

    type: str = Field(description="Always about:blank: the status says what kind of error it is.")
    title: str = Field(description="The name of the status.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What went wrong this time, for people.")


class Fault(BaseModel):
    """One thing that is wrong with a request."""

    location: str = Field(description="Where it stands: query or path.")
    name: str = Field(description="The parameter.")
    detail: str = Field(description="What is wrong with it.")


class InvalidRequest(Problem):
    """An error in the request, with all of its faults."""

    errors: list[Fault]
