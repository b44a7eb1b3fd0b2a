"""Version 1 of the API."""

from typing import Any

import orjson
from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.openapi.docs import Swagger
from ninja.openapi.schema import OpenAPISchema
from ninja.renderers import BaseRenderer

from api.errors import MEDIA_TYPE, register_exception_handlers
from api.routers.changes import router as changes
from api.routers.comparing import router as comparing
from api.routers import role_writes  # noqa: F401  its operations stand at the addresses of roles
from api.routers.proposals import router as proposals
from api.routers.quality import router as quality
from api.routers.references import router as references
from api.routers.related import router as related
from api.routers.roles import router as roles


class ORJSONRenderer(BaseRenderer):
    """Writes JSON, with moments in UTC."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: object, *, response_status: int) -> bytes:
        return orjson.dumps(data, option=orjson.OPT_UTC_Z)


class Docs(Swagger):
    """The browsable documentation, on a page that loads only files of this site.

    Its setting `validatorUrl` must stay empty, or it sends the description to a validator on the internet.
    """

    template = "api/docs.html"


SECURITY_SCHEMES = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "rc_<prefix>_<secret>",
        "description": "A token, made in the admin under API tokens. Operations name the scope they need.",
    }
}


class CatalogueAPI(NinjaAPI):
    """An API whose errors have a media type of their own, which its description tells."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**options)
        schema["components"]["securitySchemes"] = SECURITY_SCHEMES
        for operations in schema["paths"].values():
            for operation in operations.values():
                for status, answer in operation["responses"].items():
                    if status >= 400:
                        answer["content"] = {MEDIA_TYPE: answer["content"]["application/json"]}
        return schema


api = CatalogueAPI(
    title="Role catalogue",
    version="1",
    description="What each role of the company is for. Errors are problems as of RFC 9457.",
    urls_namespace="api",
    renderer=ORJSONRenderer(),
    docs=Docs(settings={"validatorUrl": None, "defaultModelsExpandDepth": 0}),
)
# Before what has a slug in the same place.
api.add_router("", references)
api.add_router("", roles)
api.add_router("", related)
api.add_router("", comparing)
api.add_router("", quality)
api.add_router("", changes)
api.add_router("", proposals)
register_exception_handlers(api)
