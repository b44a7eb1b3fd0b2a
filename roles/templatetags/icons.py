"""Icons as inline SVG: `{% icon "search" %}`."""

from django import template
from lucide.templatetags.lucide import lucide

register = template.Library()


@register.simple_tag
def icon(name: str, size: int = 16) -> str:
    """Draw an icon beside words that say the same, hidden from whoever listens to the page."""
    return lucide(name, size=size, stroke_width=2, aria_hidden="true", focusable="false")
