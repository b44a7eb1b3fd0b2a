"""What schemas are made of."""

from collections.abc import Collection

from pydantic import BaseModel, ConfigDict, Field, create_model


class Part(BaseModel):
    """Something with exactly these fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def in_list(detail: type[BaseModel], expansions: Collection[str]) -> type[BaseModel]:
    """The schema of something in a list, of which these fields are there only when they are asked for."""
    fields = {
        name: (
            field.annotation,
            # Not stated by default, so that they are neither required nor null: they are absent.
            Field(default_factory=lambda: None, description=field.description, examples=field.examples)
            if name in expansions
            else field,
        )
        for name, field in detail.model_fields.items()
    }
    said = (detail.__doc__ or "").split("\n")[0].removesuffix(".")
    item: type[BaseModel] = create_model(
        detail.__name__.replace("Detail", "Item"),
        __config__=ConfigDict(extra="forbid", frozen=True),
        __doc__=f"{said}, and what of it was asked for with expand.",
        **fields,  # type: ignore[call-overload]
    )
    return item
