"""The page that makes a job description. What is typed there gets into no address, no table and no log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django_htmx.http import replace_url

from roles.job_description import (
    Choice,
    Entry,
    JobDescription,
    Section,
    for_job_description,
    job_description,
    offer,
    word_file,
)
from roles.models import Role, StandingText
from roles.views.downloads import WORD, file_answer
from roles.views.old_slugs import following_old_slugs

LONGEST = 300
"""Characters that can be typed into a field."""


class TypedForm(forms.Form):
    """What the role does not say. Each field may be left empty."""

    title = forms.CharField(label=_("Title"), max_length=LONGEST, required=False)
    place = forms.CharField(label=_("Place"), max_length=LONGEST, required=False)
    pay = forms.CharField(label=_("Pay"), max_length=LONGEST, required=False)
    hours = forms.CharField(label=_("Hours"), max_length=LONGEST, required=False)
    start = forms.CharField(label=_("Start"), max_length=LONGEST, required=False)
    contact = forms.CharField(label=_("Contact"), max_length=LONGEST, required=False)

    def facts(self) -> Mapping[str, str]:
        """What was typed and can be shown, without the title, by the labels of the fields."""
        typed: Mapping[str, str] = getattr(self, "cleaned_data", {})
        return {str(self[name].label): typed[name] for name in typed if typed[name] and name != "title"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """Something that can be picked."""

    entry: Entry
    ticked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Boxes:
    """What can be picked of a section."""

    section: Section
    boxes: Sequence[Box]

    @property
    def ticked(self) -> int:
        """How many are picked."""
        return sum(box.ticked for box in self.boxes)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPage:
    """A form, and beside it what it makes. `address` holds what is picked and nothing that is typed."""

    role: Role
    form: TypedForm
    picks: Sequence[Boxes]
    has_standing_texts: bool
    job: JobDescription
    address: str


@sensitive_post_parameters()
@never_cache
@following_old_slugs
def make_job_description(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the form and the job description; as a Word file, or by itself, for whoever asks for that."""
    page = _page(for_job_description(Role.objects.visible_to(request.user)).get(slug=slug), request)
    if "word" in request.POST and page.form.is_valid():
        return file_answer(word_file(page.job), WORD, f"{slug}.docx", keep=True)
    if "HX-Request" in request.headers:
        return replace_url(render(request, "job_description/sheet.html", {"job": page.job}), page.address)
    return render(request, "job_description/page.html", {"page": page, "job": page.job})


def _source(role: Role) -> str:
    """Where the words can be read: the page of the newest revision, or of the role if it has none."""
    if role.revision is None:
        return role.get_absolute_url()
    return reverse("role-revision", args=[role.slug, role.revision.number])


def _page(role: Role, request: HttpRequest) -> JobPage:
    posted = request.method == "POST"
    form = TypedForm(request.POST if posted else None, initial={"title": role.name})
    form.is_valid()
    standing = list(StandingText.objects.all())
    offered = offer(role, standing)
    choice = Choice.ticked(request.POST.getlist("pick"), offered) if posted else Choice.addressed(request.GET)
    return JobPage(
        role=role,
        form=form,
        picks=[
            Boxes(
                section=section,
                boxes=[Box(entry=entry, ticked=choice.has(section, entry)) for entry in section.entries],
            )
            for section in offered
        ],
        has_standing_texts=bool(standing),
        job=job_description(
            role,
            offered,
            choice,
            form.facts(),
            title=getattr(form, "cleaned_data", {}).get("title") or role.name,
            address=request.build_absolute_uri(_source(role)),
        ),
        address=reverse("job-description", args=[role.slug]) + choice.address_query,
    )
