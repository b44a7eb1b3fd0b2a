"""What the answers have in common that the catalogue works out."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from pydantic import BaseModel

from api.answers import as_json
from api.errors import faulty
from api.schemas.computed import RoleHead
from api.schemas.roles import Successor
from roles.lookup import by_slug
from roles.models import Role, RoleQuerySet


def told(answer: BaseModel) -> HttpResponse:
    """Tell an answer as JSON, each field by the name that its description has."""
    return as_json(answer.model_dump(by_alias=True))


def named_roles(roles: RoleQuerySet, named: Sequence[tuple[str, str]]) -> list[Role]:
    """The roles that parameters name, given with the names of these. A slug may be one of former times.

    Raises:
        ValidationError: which says of all that name none of these roles.
    """
    found = by_slug(roles, list(dict.fromkeys(slug for _name, slug in named)))
    unknown = [(name, slug) for name, slug in named if slug not in found]
    if unknown:
        said = _("No role that you may see has the slug “%(slug)s”")
        raise faulty((name, said % {"slug": slug}) for name, slug in unknown)
    return [found[slug] for _name, slug in named]


def head(role: Role, request: HttpRequest) -> RoleHead:
    """Tell which role it is, of one that was fetched with its family and seniority."""
    return RoleHead(
        slug=role.slug,
        name=role.name,
        url=request.build_absolute_uri(role.get_absolute_url()),
        family=role.family.name if role.family else None,
        family_slug=role.family.slug if role.family else None,
        seniority=role.seniority.name if role.seniority else None,
        seniority_slug=role.seniority.slug if role.seniority else None,
        status=role.status,  # type: ignore[arg-type]
    )


def link(role: Role, request: HttpRequest) -> Successor:
    """Tell in the shortest way which role it is."""
    address = request.build_absolute_uri(role.get_absolute_url())
    return Successor(slug=role.slug, name=role.name, url=address)
