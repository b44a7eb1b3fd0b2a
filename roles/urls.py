"""Addresses of the pages."""

from django.urls import path

from roles.views import pages

urlpatterns = [
    path("", pages.home, name="home"),
    path("roles/", pages.roles, name="roles"),
    path("roles/<slug:slug>/", pages.role, name="role"),
]
