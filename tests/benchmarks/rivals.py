"""List and detail of roles as one writes them with Django REST framework, and a view that does the least.

The serializers read the same tables and give the same JSON, which `tests.benchmarks.api` checks before it
measures. Related rows are prefetched, choices of fields are fixed, nothing is validated on the way out: as
its documentation advises for speed.
"""

from typing import Any

from django.db import connection
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from rest_framework import generics, pagination, serializers
from rest_framework.response import Response

from catalogue.urls import urlpatterns as catalogue
from roles import models
from roles.documents.anchors import anchors
from roles.models import Role
from roles.store.tables import NAMES, keyed


class Text(serializers.CharField):
    """Text that is null in JSON where it is empty in the table."""

    def to_representation(self, value: Any) -> Any:
        return value or None


class Rows(serializers.ModelSerializer):
    """Rows of statements."""

    serializer_field_mapping = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.RoleMetric._meta.get_field("text").__class__: Text,
    }
    anchor = serializers.SerializerMethodField()

    def get_anchor(self, row: Any) -> str:
        return anchors([row.key])[row.key]


class Responsibility(Rows):
    class Meta:
        model = models.RoleResponsibility
        fields = ["name", "text", "success_metric", "primary", "group", "anchor"]


class Capability(Rows):
    class Meta:
        model = models.RoleCapability
        fields = ["name", "level", "detail", "anchor"]


class Artifact(Rows):
    class Meta:
        model = models.RoleArtifact
        fields = ["name", "type", "anchor"]


class Interaction(Rows):
    kind = Text(source="kind_name")
    partner = Text(source="partner_name")
    role = serializers.SerializerMethodField()

    class Meta:
        model = models.Interaction
        fields = ["kind", "partner", "frequency", "notes", "link", "anchor", "role"]

    def get_role(self, row: Any) -> str | None:
        return row.partner.slug if row.partner else None


class Variation(Rows):
    class Meta:
        model = models.RoleVariation
        fields = ["name", "text", "anchor"]


class DailyTask(Rows):
    class Meta:
        model = models.DailyTask
        fields = ["time", "name", "text", "anchor"]


class Member(Rows):
    role = serializers.SerializerMethodField()

    class Meta:
        model = models.RoleMember
        fields = ["role_code", "count", "anchor", "role"]

    def get_role(self, row: Any) -> str | None:
        return row.member.slug if row.member else None


class Section(Rows):
    position = serializers.CharField(source="after")

    class Meta:
        model = models.RoleSection
        fields = ["heading", "level", "text", "position", "anchor"]


class Personality(Rows):
    class Meta:
        model = models.AgentPersonality
        fields = ["name", "text", "anchor"]


class Phrase(Rows):
    class Meta:
        model = models.AgentPhrase
        fields = ["label", "text", "anchor"]


class McpServer(Rows):
    class Meta:
        model = models.AgentMcpServer
        fields = ["name", "url", "purpose", "anchor"]


STATEMENTS = {
    "responsibilities": Responsibility,
    "capabilities": Capability,
    "artifacts": Artifact,
    "interactions": Interaction,
    "variations": Variation,
    "daily_tasks": DailyTask,
    "members": Member,
    "sections": Section,
}
TEXTS = ["metrics", "principles", "knowledge"]
OF_AGENTS = {"personalities": Personality, "phrases": Phrase, "mcp_servers": McpServer}
RELATED = [*STATEMENTS, *TEXTS, *OF_AGENTS, "identifiers", "aliases", "tags", "properties"]


class Short(serializers.ModelSerializer):
    """A role in a list."""

    serializer_field_mapping = Rows.serializer_field_mapping
    url = serializers.SerializerMethodField()
    family = Text(source="family_name")
    family_slug = serializers.SerializerMethodField()
    seniority = Text(source="seniority_name")
    seniority_slug = serializers.SerializerMethodField()
    replaced_by = serializers.SerializerMethodField()
    top_capabilities = serializers.SerializerMethodField()

    class Meta:
        model = Role
        fields = [
            *("slug", "name", "url", "family", "family_slug", "seniority", "seniority_slug", "summary"),
            *("status", "replaced_by", "updated_at", "top_capabilities"),
        ]

    def get_url(self, role: Role) -> str:
        request: HttpRequest = self.context["request"]
        return request.build_absolute_uri(role.get_absolute_url())

    def get_family_slug(self, role: Role) -> str | None:
        return role.family.slug if role.family else None

    def get_seniority_slug(self, role: Role) -> str | None:
        return role.seniority.slug if role.seniority else None

    def get_replaced_by(self, role: Role) -> dict[str, str] | None:
        successor = role.successor
        if successor is None:
            return None
        return {"slug": successor.slug, "name": successor.name, "url": self.get_url(successor)}

    def get_top_capabilities(self, role: Role) -> list[dict[str, str | None]]:
        def rank(row: Any) -> int:
            return -((row.proficiency.rank if row.proficiency else None) or 0)

        best = sorted(role.capabilities.all(), key=rank)[:4]
        return [{"name": row.name, "level": row.level or None} for row in best]


class Whole(Short):
    """A role with all that it says."""

    responsibilities = Responsibility(many=True)
    capabilities = Capability(many=True)
    artifacts = Artifact(many=True)
    interactions = Interaction(many=True)
    variations = Variation(many=True)
    daily_tasks = DailyTask(many=True)
    members = Member(many=True)
    sections = Section(many=True)
    metrics = serializers.SlugRelatedField("text", many=True, read_only=True)
    principles = serializers.SlugRelatedField("text", many=True, read_only=True)
    aliases = serializers.SlugRelatedField("name", many=True, read_only=True)
    tags = serializers.SlugRelatedField("name", many=True, read_only=True)
    identifiers = serializers.SerializerMethodField()
    properties = serializers.SerializerMethodField()
    agent = serializers.SerializerMethodField()
    revision = serializers.IntegerField(source="revision.number")
    owner = serializers.SerializerMethodField()
    sources = serializers.SerializerMethodField()
    anchors = serializers.SerializerMethodField()

    class Meta:
        model = Role
        fields = [
            *("slug", "name", "identifiers", "aliases", "tags", "extra", "family", "seniority", "mission"),
            *("summary", "description", "properties", "responsibilities", "capabilities", "artifacts"),
            *("interactions", "variations", "daily_tasks", "metrics", "principles", "members", "agent"),
            *("sections", "url", "status", "replaced_by", "revision", "updated_at", "owner", "sources"),
            "anchors",
        ]

    def get_identifiers(self, role: Role) -> list[dict[str, str]]:
        places = anchors(f"identifiers:{row.scheme}:{row.value.lower()}" for row in role.identifiers.all())
        return [
            {"scheme": row.scheme, "value": row.value, "anchor": anchor}
            for row, anchor in zip(role.identifiers.all(), places.values(), strict=True)
        ]

    def get_properties(self, role: Role) -> list[dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for row in role.properties.all():
            key = row.key.rpartition("/")[0]
            said = found.setdefault(key, {"name": row.name, "values": [], "anchor": anchors([key])[key]})
            if row.value:
                said["values"].append(row.value)
        return list(found.values())

    def get_agent(self, role: Role) -> dict[str, Any] | None:
        agent = getattr(role, "agent", None)
        if agent is None:
            return None
        return {
            "name": agent.name or None,
            "system_prompt": agent.system_prompt or None,
            "personalities": Personality(role.personalities.all(), many=True).data,
            "example_phrases": Phrase(role.phrases.all(), many=True).data,
            "mcp_servers": McpServer(role.mcp_servers.all(), many=True).data,
            "knowledge": [row.text for row in role.knowledge.all()],
        }

    def get_owner(self, role: Role) -> str | None:
        return (role.owner.get_full_name() or role.owner.get_username()) if role.owner else None

    def get_sources(self, role: Role) -> list[Any]:
        # None of the roles that are measured has a document, so that this costs a rival nothing.
        return []

    def get_anchors(self, role: Role) -> dict[str, str]:
        fields = ("slug", "name", "family", "seniority", "mission", "summary", "description")
        said = {"family": role.family_name, "seniority": role.seniority_name}
        keys = [name for name in fields if said.get(name, getattr(role, name))]
        for table in NAMES:
            rows = getattr(role, table.field).all()
            keys += keyed(table.field, map(table.item, rows))
        keys += dict.fromkeys(row.key.rpartition("/")[0] for row in role.properties.all())
        agent = getattr(role, "agent", None)
        if agent:
            keys += [f"agent.{name}" for name in ("name", "system_prompt") if getattr(agent, name)]
        for name in (*STATEMENTS, *TEXTS, *OF_AGENTS):
            keys += [row.key for row in getattr(role, name).all()]
        return anchors(keys)


class Pages(pagination.LimitOffsetPagination):
    """Pages with the same fields as the API's."""

    default_limit = 20
    max_limit = 100

    def get_paginated_response(self, data: Any) -> Response:
        links = {"next": self.get_next_link(), "previous": self.get_previous_link()}
        return Response({"count": self.count, **links, "items": data})


def seen() -> QuerySet[Role]:
    """What an anonymous reader may see, without a look at who asks."""
    successors = Role.objects.exclude(status="draft").only("slug", "name")
    return Role.objects.exclude(status="draft").prefetch_related(Prefetch("successor", successors))


class List(generics.ListAPIView):
    """A page of roles."""

    serializer_class = Short
    pagination_class = Pages

    def get_queryset(self) -> QuerySet[Role]:
        found = seen().exclude(status="archived").order_by("sort_key", "slug")
        return found.select_related("family", "seniority").prefetch_related("capabilities__proficiency")


class Detail(generics.RetrieveAPIView):
    """One role."""

    serializer_class = Whole
    lookup_field = "slug"

    def get_queryset(self) -> QuerySet[Role]:
        linked = Role.objects.exclude(status="draft").only("slug")
        found = seen().select_related("revision", "owner", "agent").prefetch_related(*RELATED)
        found = found.defer("revision__document", "revision__since")
        return found.prefetch_related(
            Prefetch("interactions__partner", linked), Prefetch("members__member", linked)
        )


def bare(request: HttpRequest, slug: str) -> HttpResponse:
    """The bytes that one statement finds: no view of a database can do less."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM bench_answers WHERE slug = %s", [slug])
        row = cursor.fetchone()
    if row is None:
        raise Http404
    return HttpResponse(bytes(row[0]), content_type="application/json; charset=utf-8")


urlpatterns = [
    path("api/drf/roles", List.as_view()),
    path("api/drf/roles/<slug:slug>", Detail.as_view()),
    path("api/bare/roles/<slug:slug>", bare),
    *catalogue,
]
