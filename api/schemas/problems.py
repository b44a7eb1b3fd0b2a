"""How every error is told (RFC 9457)."""

from pydantic import BaseModel, ConfigDict, Field


class Problem(BaseModel):
    """An error, whatever went wrong. Its media type is application/problem+json."""

    model_config = ConfigDict(extra="forbid")

    type: str = Field(
        description="What kind of problem it is: the address, on this site, of what explains it.",
        examples=["/api/v1/docs/problems#not-found"],
    )
    title: str = Field(description="The kind of problem in a few words.", examples=["Not found"])
    status: int = Field(description="The HTTP status.", examples=[404])
    detail: str = Field(
        description="What went wrong this time, for people.",
        examples=["There is nothing at this address that you may see."],
    )


class Fault(BaseModel):
    """One thing that is wrong with a request."""

    model_config = ConfigDict(extra="forbid")

    location: str = Field(description="Where it stands: query, path, header or body.", examples=["query"])
    name: str = Field(
        description="The parameter or header; of a body the JSON Pointer of the value.",
        examples=["family", "/responsibilities/2/name"],
    )
    detail: str = Field(
        description="What is wrong with it, and how to mend it.",
        examples=["Not known here, did you mean family? Known are family, limit, offset"],
    )


class InvalidRequest(Problem):
    """An error in the request, with all of its faults."""

    errors: list[Fault]
