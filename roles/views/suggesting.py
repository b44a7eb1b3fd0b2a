"""Where readers suggest changes, and see what became of them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from catalogue.accounts import client_address
from roles.models import Role, RoleRevision, Suggestion
from roles.models.proposal import new_token
from roles.readers import Sender, Subject, TooMany, may_suggest, send, subject_of
from roles.views.asked import page_of
from roles.views.old_slugs import following_old_slugs

LONGEST_TEXT = 2_000
LONGEST_WORDING = 20_000
"""Characters; as many as a long system prompt has."""
OPEN_FOR = 7 * 24 * 60 * 60
"""Seconds for which a form that was opened can be sent."""
SUGGESTIONS_ON_PAGE = 25

_SALT = "roles.suggesting"


class TextField(forms.CharField):
    """Several lines of plain text."""

    def __init__(self, *, rows: int, **options: Any) -> None:
        super().__init__(required=False, widget=forms.Textarea({"rows": rows}), **options)

    def to_python(self, value: Any) -> str:
        """The text with line breaks of one character each, as they are counted and kept."""
        return super().to_python(re.sub(r"\r\n?", "\n", value) if isinstance(value, str) else value) or ""


class SuggestionForm(forms.Form):
    """What somebody would have said otherwise, and who that is."""

    text = TextField(label=gettext_lazy("What should change, and why?"), rows=5, max_length=LONGEST_TEXT)
    wording = TextField(
        label=gettext_lazy("Your wording"),
        rows=6,
        max_length=LONGEST_WORDING,
        help_text=gettext_lazy("Change it as you would say it, or leave it as it is."),
    )
    name = forms.CharField(
        label=gettext_lazy("Your name (optional)"),
        max_length=100,
        required=False,
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("Your e-mail address (optional)"),
        required=False,
        widget=forms.EmailInput({"autocomplete": "email"}),
        help_text=gettext_lazy("Only HR sees who you are."),
    )
    # Only programs that fill in whatever they find write into this; nobody sees it.
    website = forms.CharField(label=gettext_lazy("Leave this empty"), required=False)

    def __init__(self, *args: Any, subject: Subject, is_known: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.says_now = subject.wording
        if subject.wording is None:
            del self.fields["wording"]
        else:
            self.initial["wording"] = subject.wording
            self.fields["text"].widget.attrs["rows"] = 3
        if is_known:
            del self.fields["name"], self.fields["email"]

    def clean_wording(self) -> str:
        """What was worded otherwise, empty if nothing was."""
        wording: str = self.cleaned_data["wording"]
        return "" if wording == (self.says_now or "").strip() else wording

    def clean(self) -> None:
        """Check that something was said, and not by a program.

        Raises:
            ValidationError: if not.
        """
        if self.cleaned_data.get("website"):
            raise ValidationError(_("The field “Leave this empty” was filled in. Empty it, and send again."))
        if not self.errors and not self.cleaned_data["text"] and not self.cleaned_data.get("wording"):
            self.add_error("text", _("Say what should change, or change the wording."))


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestPage:
    """A form about a role or one of its statements. `opened` tells, signed, what it was opened on.

    `gone`: the statement that the address names is not in the role any more.
    """

    role: Role
    subject: Subject
    form: SuggestionForm
    opened: str
    gone: bool = False

    @property
    def statements(self) -> Sequence[tuple[str, Sequence[Subject]]]:
        """What else it may be about, by kind."""
        return [(what, list(each)) for what, each in groupby(self.subject.parts(), lambda part: part.what)]


@sensitive_post_parameters()
@never_cache
@following_old_slugs
def suggest(request: HttpRequest, slug: str) -> HttpResponse:
    """The form for a suggestion about the statement whose place is `about`, or about all of the role."""
    role = Role.objects.visible_to(request.user).select_related("revision").get(slug=slug)
    if role.revision is None or not may_suggest(role, request.user):
        raise Http404
    if request.method == "POST":
        return _sent(request, role, role.revision)
    about = request.GET.get("about", "")
    subject = Subject.anchored(role.revision, about)
    form = SuggestionForm(subject=subject, is_known=request.user.is_authenticated)
    return _form_page(request, role, subject, form, gone=bool(about and not subject.key))


def _form_page(
    request: HttpRequest,
    role: Role,
    subject: Subject,
    form: SuggestionForm,
    *,
    gone: bool = False,
    status: int = 200,
) -> HttpResponse:
    opened = signing.dumps([new_token(), subject.revision.pk, subject.key], salt=_SALT)
    page = SuggestPage(role=role, subject=subject, form=form, opened=opened, gone=gone)
    return render(request, "suggestions/suggest.html", {"page": page}, status=status)


def _sent(request: HttpRequest, role: Role, newest: RoleRevision) -> HttpResponse:
    """Keep what was sent and lead to where it can be followed, or show the form with what is wrong."""
    about = request.GET.get("about", "")
    token, subject = _opened(request, role) or ("", Subject.anchored(newest, about))
    form = SuggestionForm(request.POST, subject=subject, is_known=request.user.is_authenticated)
    if not form.is_valid():
        return _form_page(request, role, subject, form, status=422)
    if not token:
        form.add_error(None, _("This form was open for too long. Look at it again, then send it."))
        return _form_page(request, role, subject, form, status=422)
    said = form.cleaned_data
    sender = Sender(
        user=request.user,
        name=said.get("name", ""),
        email=said.get("email", ""),
        address=client_address(request),
    )
    try:
        suggestion = send(subject, sender, token, text=said["text"], wording=said.get("wording", ""))
    except TooMany:
        form.add_error(
            None, _("Many suggestions came within the last hour. Keep this page open, and send it later.")
        )
        return _form_page(request, role, subject, form, status=429)
    return redirect(f"{suggestion.get_absolute_url()}?sent")


def _opened(request: HttpRequest, role: Role) -> tuple[str, Subject] | None:
    """The token and the subject of a form that this catalogue handed out for this role not long ago."""
    try:
        token, revision, key = signing.loads(request.POST.get("opened", ""), salt=_SALT, max_age=OPEN_FOR)
    except signing.BadSignature:
        return None
    found = RoleRevision.objects.of_role(role.uid).filter(pk=revision).first()
    return (token, Subject.of(found, key)) if found else None


@never_cache
def suggestion(request: HttpRequest, token: str) -> HttpResponse:
    """What became of a suggestion, for whoever has its address."""
    suggestions = Suggestion.objects.select_related("revision__role")
    found = get_object_or_404(suggestions, token=token)
    role = found.revision.role
    context = {
        "suggestion": found,
        "subject": subject_of(found),
        "role": role if role and role.is_visible_to(request.user) else None,
        "is_new": "sent" in request.GET,
        "address": request.build_absolute_uri(found.get_absolute_url()),
    }
    answer = render(request, "suggestions/suggestion.html", context)
    answer["X-Robots-Tag"], answer["Referrer-Policy"] = "noindex", "no-referrer"
    return answer


@login_required
@never_cache
def my_suggestions(request: HttpRequest) -> HttpResponse:
    """What somebody suggested while signed in."""
    sent = Suggestion.objects.of_sender(request.user).select_related("revision")
    paged = page_of(sent, request.GET.get("page"), SUGGESTIONS_ON_PAGE)
    rows = [(each, subject_of(each)) for each in paged.page]
    return render(request, "suggestions/mine.html", {"rows": rows, "paged": paged})
