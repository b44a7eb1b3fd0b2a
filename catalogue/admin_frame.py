"""The catalogue's own style and script around the admin's theme; their addresses change with the files."""

from django.http import HttpRequest
from django.templatetags.static import static


def style(request: HttpRequest) -> str:
    """Return the address of the style sheet, as the theme's setting wants it."""
    return static("admin/frame.css")


def script(request: HttpRequest) -> str:
    """Return the address of the script, as the theme's setting wants it."""
    return static("admin/frame.js")
