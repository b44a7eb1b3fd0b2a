"""A role for programs and for keeping: the document that its page is made from, as Markdown and as JSON."""

from collections.abc import Callable
from typing import cast, get_args

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import conditional_page

from roles.documents.reader import Dialect
from roles.documents.writer import render
from roles.models import Role
from roles.representation import role_answer
from roles.sources import stated_document
from roles.views.old_slugs import following_old_slugs

MARKDOWN, JSON = "text/markdown; charset=utf-8", "application/json; charset=utf-8"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

View = Callable[[HttpRequest, str], HttpResponseBase]


@conditional_page
@following_old_slugs
def role_markdown(request: HttpRequest, slug: str) -> HttpResponse:
    """The role as a role document: a profile, or with `?dialect=job` a job description."""
    dialect = request.GET.get("dialect", "profile")
    if dialect not in get_args(Dialect):
        raise Http404
    role = Role.objects.visible_to(request.user).select_related("revision").get(slug=slug)
    text = render(stated_document(role), cast(Dialect, dialect), with_slug=True)
    name = role.slug if dialect == "profile" else f"{role.slug}-{dialect}"
    return file_answer(text.encode(), MARKDOWN, f"{name}.md", keep="download" in request.GET)


@conditional_page
@following_old_slugs
def role_as_json(request: HttpRequest, slug: str) -> HttpResponse:
    """The role as the API tells it."""
    told = role_answer(
        slug, request.user, lambda slug: request.build_absolute_uri(reverse("role", args=[slug]))
    )
    answer = file_answer(told.content(), JSON, f"{slug}.json", keep="download" in request.GET)
    answer["ETag"] = told.etag
    return answer


def preferred(request: HttpRequest) -> View | None:
    """The view of what the request would rather have than the page; None if it takes the page, or nothing."""
    downloads: dict[str | None, View] = {"text/markdown": role_markdown, "application/json": role_as_json}
    return downloads.get(request.get_preferred_type(["text/html", *filter(None, downloads)]))


def file_answer(content: bytes, media_type: str, name: str, *, keep: bool) -> HttpResponse:
    """Answer with a file of this name, which the browser is to keep or to show."""
    answer = HttpResponse(content, content_type=media_type)
    if keep:
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
