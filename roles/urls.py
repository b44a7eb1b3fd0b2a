"""Addresses of the pages."""

from django.urls import path

from roles.views import downloads, job_description, pages
from roles.views.agents import agents
from roles.views.comparing import pages as comparing
from roles.views.matrix.pages import matrix
from roles.views.vocabulary import pages as vocabulary

urlpatterns = [
    path("", pages.home, name="home"),
    path("roles/", pages.roles, name="roles"),
    path("roles/<slug:slug>/", pages.role, name="role"),
    path("roles/<slug:slug>.md", downloads.role_markdown, name="role-markdown"),
    path("roles/<slug:slug>.json", downloads.role_as_json, name="role-json"),
    path("roles/<slug:slug>/job-description/", job_description.make_job_description, name="job-description"),
    path("capabilities/", vocabulary.capabilities, name="capabilities"),
    path("capabilities/<slug:slug>/", vocabulary.capability, name="capability"),
    path("responsibilities/", vocabulary.responsibilities, name="responsibilities"),
    path("responsibilities/<slug:slug>/", vocabulary.responsibility, name="responsibility"),
    path("artifacts/", vocabulary.artifacts, name="artifacts"),
    path("artifacts/<slug:slug>/", vocabulary.artifact, name="artifact"),
    path("families/", vocabulary.families, name="families"),
    path("families/<slug:slug>/", vocabulary.family, name="family"),
    path("levels/", vocabulary.levels, name="levels"),
    path("properties/", vocabulary.properties, name="properties"),
    path("agents/", agents, name="agents"),
    path("mcp-servers/", vocabulary.mcp_servers, name="mcp-servers"),
    path("mcp-servers/<slug:slug>/", vocabulary.mcp_server, name="mcp-server"),
    path("matrix/", matrix, name="matrix"),
    path("compare/", comparing.compare, name="compare"),
    path("compare/suggestions/", comparing.role_suggestions, name="role-suggestions"),
    path("gap/", comparing.gap, name="gap"),
    path("gap/roles.json", comparing.needs, name="gap-roles"),
]
