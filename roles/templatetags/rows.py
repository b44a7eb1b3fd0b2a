"""What the templates of a role's form need to show its rows."""

from typing import Any

from django import template
from django.contrib.admin.helpers import InlineAdminFormSet

register = template.Library()


@register.filter
def in_order(part: InlineAdminFormSet) -> list[Any]:
    """Give the rows of a part of the form by their places; the one that further rows are made of is last."""
    return sorted(part, key=lambda row: row.form.place)
