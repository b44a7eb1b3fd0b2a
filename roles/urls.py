"""Addresses of the pages."""

from django.contrib.sitemaps import views as sitemaps
from django.urls import path

from roles.views import (
    changes,
    downloads,
    job_description,
    machines,
    mail,
    pages,
    previews,
    review,
    role,
    suggesting,
)
from roles.views.agents import agents
from roles.views.comparing import pages as comparing
from roles.views.map.pages import role_map
from roles.views.matrix.pages import matrix
from roles.views.sitemaps import SITEMAPS
from roles.views.vocabulary import pages as vocabulary

urlpatterns = [
    path("", pages.home, name="home"),
    path("roles/", pages.roles, name="roles"),
    path("roles/<slug:slug>/", role.role, name="role"),
    path("roles/<slug:slug>.md", downloads.role_markdown, name="role-markdown"),
    path("roles/<slug:slug>.json", downloads.role_as_json, name="role-json"),
    path("roles/<slug:slug>/job-description/", job_description.make_job_description, name="job-description"),
    path("roles/<slug:slug>/suggest/", suggesting.suggest, name="suggest"),
    path("suggestions/", suggesting.my_suggestions, name="my-suggestions"),
    path("suggestions/<slug:token>/", suggesting.suggestion, name="suggestion"),
    path("robots.txt", machines.robots, name="robots"),
    path("llms.txt", machines.llms, name="llms"),
    # An index and its parts, whatever their size: one map may name no more than 50,000 pages.
    path(
        "sitemap.xml",
        sitemaps.index,
        {"sitemaps": SITEMAPS, "sitemap_url_name": "sitemap-part"},
        name="sitemap",
    ),
    path("sitemap-<section>.xml", sitemaps.sitemap, {"sitemaps": SITEMAPS}, name="sitemap-part"),
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
    path("properties/<slug:slug>/", vocabulary.one_property, name="property"),
    path("agents/", agents, name="agents"),
    path("mcp-servers/", vocabulary.mcp_servers, name="mcp-servers"),
    path("mcp-servers/<slug:slug>/", vocabulary.mcp_server, name="mcp-server"),
    path("matrix/", matrix, name="matrix"),
    path("map/", role_map, name="map"),
    path("compare/", comparing.compare, name="compare"),
    path("compare/suggestions/", comparing.role_suggestions, name="role-suggestions"),
    path("gap/", comparing.gap, name="gap"),
    path("gap/roles.json", comparing.needs, name="gap-roles"),
    path("roles/<slug:slug>/still-right/", review.still_right, name="still-right"),
    path("mail/<slug:token>/", mail.mail_settings, name="mail-settings"),
    path("roles/<slug:slug>/revisions/", role.revisions, name="role-revisions"),
    path("roles/<slug:slug>/revisions/<int:number>/", role.revision, name="role-revision"),
    path("previews/<slug:token>/", previews.preview, name="proposal-preview"),
    path("changes/", changes.changes, name="changes"),
    path("changes/feed.atom", changes.feed, name="changes-feed"),
]
