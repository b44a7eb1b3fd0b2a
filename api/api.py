"""Version 1 of the API."""

import re
from typing import Any

from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.errors import ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.renderers import BaseRenderer

from api import description
from api.answers import dumped
from api.errors import register_exception_handlers
from api.pagination import unknown
from api.routers import role_writes  # noqa: F401  its operations stand at the addresses of roles
from api.routers.agents import router as agents
from api.routers.artifacts import router as artifacts
from api.routers.capabilities import router as capabilities
from api.routers.changes import router as changes
from api.routers.comparing import router as comparing
from api.routers.documents import router as documents
from api.routers.families import router as families
from api.routers.graph import router as graph
from api.routers.interactions import router as interactions
from api.routers.levels import router as levels
from api.routers.loads import router as loads
from api.routers.matrix import router as matrix
from api.routers.mcp_servers import router as mcp_servers
from api.routers.proposals import router as proposals
from api.routers.quality import router as quality
from api.routers.references import router as references
from api.routers.related import router as related
from api.routers.responsibilities import router as responsibilities
from api.routers.revisions import router as revisions
from api.routers.roles import router as roles
from api.routers.searching import router as searching


class ORJSONRenderer(BaseRenderer):
    """Writes JSON, with moments in UTC."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: object, *, response_status: int) -> bytes:
        return dumped(data)


class CatalogueAPI(NinjaAPI):
    """An API whose description says what all of its operations have in common."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**options)
        description.finish(schema)
        return schema

    def validation_error_from_error_contexts(self, error_contexts: list[Any]) -> ValidationError:
        """As django-ninja does, and where only some names are known, with the one that may be meant."""
        found = super().validation_error_from_error_contexts(error_contexts)
        errors = [error for each in error_contexts for error in each.pydantic_validation_error.errors()]
        for fault, error in zip(found.errors, errors, strict=True):
            if error["type"] == "literal_error" and isinstance(error["input"], str):
                fault["msg"] = unknown(error["input"], re.findall("'([^']*)'", error["ctx"]["expected"]))
        return found


api = CatalogueAPI(
    title="Role catalogue",
    version="1.0",
    description="What each role of the company is for. Errors are problems as of RFC 9457.",
    servers=[{"url": "/", "description": "This catalogue."}],
    openapi_extra={"info": description.INFO},
    urls_namespace="api",
    renderer=ORJSONRenderer(),
    # api/docs.py says both, to people and to programs.
    openapi_url=None,
)
# Before what has a slug in the same place.
api.add_router("", references)
api.add_router("", roles)
api.add_router("", related)
api.add_router("", searching)
api.add_router("", comparing)
api.add_router("", responsibilities)
api.add_router("", capabilities)
api.add_router("", artifacts)
api.add_router("", families)
api.add_router("", levels)
api.add_router("", mcp_servers)
api.add_router("", graph)
api.add_router("", matrix)
api.add_router("", agents)
api.add_router("", interactions)
api.add_router("", documents)
api.add_router("", revisions)
api.add_router("", quality)
api.add_router("", changes)
api.add_router("", proposals)
api.add_router("", loads)
register_exception_handlers(api)
