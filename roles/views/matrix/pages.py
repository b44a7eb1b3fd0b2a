"""The matrix as a page and as a file."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

from roles.models import Role
from roles.views.matrix.choice import choose
from roles.views.matrix.csv_file import csv_file
from roles.views.matrix.heat_map import heat_map


def matrix(request: HttpRequest) -> HttpResponseBase:
    """The matrix of the roles that were chosen, with `format=csv` as a file."""
    choice = choose(Role.objects.visible_to(request.user).listed(), request.GET)
    if choice.made and request.GET.get("format") == "csv":
        return csv_file(choice)
    return render(request, "matrix/matrix.html", {"matrix": heat_map(choice, request.GET)})
