"""The pages of the vocabulary: lists of words, and a page for each."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from roles.models import Artifact, Capability, JobFamily, McpServer, Responsibility, Role, RoleQuerySet
from roles.views.old_slugs import following_former_slugs
from roles.views.vocabulary import index
from roles.views.vocabulary.artifact import artifact_page
from roles.views.vocabulary.capability import capability_page
from roles.views.vocabulary.family import families as list_families
from roles.views.vocabulary.family import family_page
from roles.views.vocabulary.levels import levels_page
from roles.views.vocabulary.mcp_server import mcp_server_page
from roles.views.vocabulary.properties import property_list, property_page
from roles.views.vocabulary.responsibility import responsibility_page


def _listed(request: HttpRequest) -> RoleQuerySet:
    return Role.objects.visible_to(request.user).listed().order_by()


def capabilities(request: HttpRequest) -> HttpResponse:
    """What roles need people to be able to do."""
    found = index.capabilities(_listed(request), request.GET)
    return render(request, "vocabulary/capabilities.html", {"index": found})


@following_former_slugs(Capability)
def capability(request: HttpRequest, slug: str) -> HttpResponse:
    """A capability: what its levels mean, and who needs it."""
    page = capability_page(slug, request.user, request.GET)
    return render(request, "vocabulary/capability.html", {"page": page})


def responsibilities(request: HttpRequest) -> HttpResponse:
    """What roles answer for."""
    found = index.responsibilities(_listed(request), request.GET)
    return render(request, "vocabulary/responsibilities.html", {"index": found})


@following_former_slugs(Responsibility)
def responsibility(request: HttpRequest, slug: str) -> HttpResponse:
    """A responsibility, and the roles that answer for it."""
    page = responsibility_page(slug, request.user, request.GET)
    return render(request, "vocabulary/responsibility.html", {"page": page})


def artifacts(request: HttpRequest) -> HttpResponse:
    """What roles make and look after."""
    found = index.artifacts(_listed(request), request.GET)
    return render(request, "vocabulary/artifacts.html", {"index": found})


@following_former_slugs(Artifact)
def artifact(request: HttpRequest, slug: str) -> HttpResponse:
    """An artifact: who produces it, and who receives it."""
    page = artifact_page(slug, request.user, request.GET)
    return render(request, "vocabulary/artifact.html", {"page": page})


def families(request: HttpRequest) -> HttpResponse:
    """The families that roles belong to."""
    found = list_families(_listed(request), request.GET)
    return render(request, "vocabulary/families.html", {"index": found})


@following_former_slugs(JobFamily)
def family(request: HttpRequest, slug: str) -> HttpResponse:
    """A family: its ladder of roles, what they share, and its neighbours."""
    page = family_page(slug, request.user, request.GET)
    return render(request, "vocabulary/family.html", {"page": page})


def mcp_servers(request: HttpRequest) -> HttpResponse:
    """The servers that agents use."""
    found = index.mcp_servers(_listed(request), request.GET)
    return render(request, "vocabulary/mcp_servers.html", {"index": found})


@following_former_slugs(McpServer)
def mcp_server(request: HttpRequest, slug: str) -> HttpResponse:
    """A server: how to connect, and which roles use it for what."""
    page = mcp_server_page(slug, request.user, request.GET)
    return render(request, "vocabulary/mcp_server.html", {"page": page})


def levels(request: HttpRequest) -> HttpResponse:
    """The ladders of seniority and proficiency."""
    return render(request, "vocabulary/levels.html", {"page": levels_page(_listed(request))})


def properties(request: HttpRequest) -> HttpResponse:
    """Tools and other facts that roles state."""
    found = property_list(_listed(request), request.GET)
    return render(request, "vocabulary/properties.html", {"list": found})


def one_property(request: HttpRequest, slug: str) -> HttpResponse:
    """A property: each value with its roles."""
    page = property_page(_listed(request), slug, request.GET)
    return render(request, "vocabulary/property.html", {"page": page})
