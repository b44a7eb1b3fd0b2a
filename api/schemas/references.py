"""Roles by what others know them by."""

from typing import Annotated, Self
from uuid import UUID

from django.utils.translation import gettext as _
from pydantic import Field, StringConstraints, model_validator

from api.collections.operation import some_of
from api.schemas.parts import Part
from api.schemas.roles import RoleItem

MOST_REFERENCES = 100

Known = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=r"^[^\x00]+$")]


class RoleReference(Part):
    """What a role is found by: its slug, its uid, or one of its identifiers."""

    slug: Known | None = Field(
        None, description="Its slug, perhaps one of former times.", examples=["data-engineer"]
    )
    uid: UUID | None = Field(None, description="What outlasts a change of its name.")
    scheme: Known | None = Field(None, description="The scheme of an identifier.", examples=["role-code"])
    value: Known | None = Field(None, description="The identifier in it.", examples=["DATA4002"])

    @model_validator(mode="after")
    def is_one(self) -> Self:
        """Refuse what refers in several ways, or in none."""
        stated = frozenset(
            name for name in ("slug", "uid", "scheme", "value") if getattr(self, name) is not None
        )
        if stated not in ({"slug"}, {"uid"}, {"scheme", "value"}):
            raise ValueError(_("Send either slug, or uid, or both scheme and value"))
        return self


class RoleReferences(Part):
    """Roles that are asked for together."""

    refs: list[RoleReference] = Field(
        max_length=MOST_REFERENCES, description="In the order in which they are wanted; some may be the same."
    )


class ReferredRoles(Part):
    """The roles that were asked for, in that order: null where you see none."""

    items: list[RoleItem | None] | list[some_of(RoleItem) | None]  # type: ignore[valid-type]
