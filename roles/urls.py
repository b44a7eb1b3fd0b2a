"""Addresses of the pages."""

from django.urls import path

from roles.views import downloads, job_description, pages
from roles.views.comparing import pages as comparing

urlpatterns = [
    path("", pages.home, name="home"),
    path("roles/", pages.roles, name="roles"),
    path("roles/<slug:slug>/", pages.role, name="role"),
    path("roles/<slug:slug>.md", downloads.role_markdown, name="role-markdown"),
    path("roles/<slug:slug>.json", downloads.role_as_json, name="role-json"),
    path("roles/<slug:slug>/job-description/", job_description.make_job_description, name="job-description"),
    path("compare/", comparing.compare, name="compare"),
    path("compare/suggestions/", comparing.role_suggestions, name="role-suggestions"),
    path("gap/", comparing.gap, name="gap"),
    path("gap/suggestions/", comparing.capability_suggestions, name="capability-suggestions"),
    path("gap/roles.json", comparing.needs, name="gap-roles"),
]
