"""What pages tell programs: where they are found, and what they say in the words of schema.org."""

import json
from collections.abc import Sequence

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from roles.documents.document import Json, RoleDocument
from roles.linked_data import Word, defined_term, occupation
from roles.models import Role

register = template.Library()

# Within a script element, only these could end it or begin another.
_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


@register.simple_tag(takes_context=True)
def canonical(context: template.Context) -> SafeString | str:
    """The one address of a page: filters, words and choices, which the query holds, make no other page."""
    request = context.get("request")
    if request is None:
        return ""
    return format_html('<link rel="canonical" href="{}">', request.build_absolute_uri(request.path))


@register.simple_tag(takes_context=True)
def occupation_data(context: template.Context, role: Role, document: RoleDocument) -> SafeString:
    """A role as JSON-LD."""
    return _script(occupation(role, document, context["request"].build_absolute_uri))


@register.simple_tag(takes_context=True)
def term_data(context: template.Context, word: Word, other_names: Sequence[str]) -> SafeString:
    """A word of a vocabulary as JSON-LD."""
    return _script(defined_term(word, other_names, context["request"].build_absolute_uri))


def _script(data: dict[str, Json]) -> SafeString:
    content = json.dumps(data, ensure_ascii=False).translate(_ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', SafeString(content))
