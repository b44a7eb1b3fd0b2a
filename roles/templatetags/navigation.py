"""Where the pages are, and which of them this is."""

from typing import Any

from django import template
from django.urls import reverse

from roles import inbox

register = template.Library()


@register.inclusion_tag("components/place.html", takes_context=True)
def place(context: dict[str, Any], view: str, name: str) -> dict[str, str]:
    """Link to the page of a view without parameters; marked if this is the page, or one below it."""
    address, here = reverse(view), context["request"].path
    current = "page" if here == address else "true" if here.startswith(address) else ""
    return {"address": address, "name": name, "current": current}


@register.simple_tag(takes_context=True)
def waiting_number(context: dict[str, Any]) -> int:
    """How many things wait in the admin for the person who looks at the page."""
    return sum(inbox.counts(context["request"].user).values())
