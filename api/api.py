"""Version 1 of the API."""

from typing import Any

import orjson
from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.renderers import BaseRenderer

from api import description
from api.docs import Docs
from api.errors import register_exception_handlers
from api.routers import role_writes  # noqa: F401  its operations stand at the addresses of roles
from api.routers.artifacts import router as artifacts
from api.routers.capabilities import router as capabilities
from api.routers.changes import router as changes
from api.routers.comparing import router as comparing
from api.routers.families import router as families
from api.routers.graph import router as graph
from api.routers.loads import router as loads
from api.routers.matrix import router as matrix
from api.routers.mcp_servers import router as mcp_servers
from api.routers.proposals import router as proposals
from api.routers.quality import router as quality
from api.routers.references import router as references
from api.routers.related import router as related
from api.routers.responsibilities import router as responsibilities
from api.routers.roles import router as roles
from api.routers.searching import router as searching


class ORJSONRenderer(BaseRenderer):
    """Writes JSON, with moments in UTC."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: object, *, response_status: int) -> bytes:
        return orjson.dumps(data, option=orjson.OPT_UTC_Z)


class CatalogueAPI(NinjaAPI):
    """An API whose description says what all of its operations have in common."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**options)
        description.finish(schema)
        return schema


api = CatalogueAPI(
    title="Role catalogue",
    version="1.0",
    description="What each role of the company is for. Errors are problems as of RFC 9457.",
    servers=[{"url": "/", "description": "This catalogue."}],
    openapi_extra={"info": description.INFO},
    urls_namespace="api",
    renderer=ORJSONRenderer(),
    docs=Docs(),
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
api.add_router("", mcp_servers)
api.add_router("", graph)
api.add_router("", matrix)
api.add_router("", quality)
api.add_router("", changes)
api.add_router("", proposals)
api.add_router("", loads)
register_exception_handlers(api)
