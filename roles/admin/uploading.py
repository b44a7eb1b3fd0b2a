"""Role documents that somebody sends: looked at first, then loaded as the command line would load them."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from roles.admin.loads import LoadShown, shown_report
from roles.admin.theme import ModelAdmin, TextInput
from roles.loading.sent import MAX_SENT, Unusable, load_sent, pack, unpack
from roles.models import Upload

KIND = "documents"


class ManyFiles(forms.ClearableFileInput):
    """A choice of any number of files."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Any number of files, and at least one."""

    widget = ManyFiles(attrs={"class": "exchange-files"})

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Return the files in a list."""
        sent = [each for each in data or [] if each] if isinstance(data, list | tuple) else [data]
        return [super(ManyFilesField, self).clean(each, initial) for each in sent or [None]]


class UploadForm(forms.Form):
    """Files, and the folder that they belong to."""

    documents = ManyFilesField(
        label=gettext_lazy("Role documents"),
        help_text=gettext_lazy(
            "One file, several, or a ZIP of a folder: .md, .markdown or .txt. Up to 20 MB in all."
        ),
    )
    folder = forms.RegexField(
        r"^[^/\\:\x00-\x1f][^\\:\x00-\x1f]*$",
        label=gettext_lazy("Folder"),
        required=False,
        max_length=200,
        widget=TextInput,
        help_text=gettext_lazy(
            "Empty for files that were loaded before, and for a ZIP of a folder: their names tell. Else the "
            "folder that they belong to, as it is named when it is loaded, such as roles/finance."
        ),
        error_messages={"invalid": gettext_lazy("Write it like roles/finance.")},
    )

    def clean_folder(self) -> str:
        """Refuse a folder that leads out of itself."""
        folder: str = self.cleaned_data["folder"]
        if ".." in folder.split("/"):
            raise forms.ValidationError(_("Write it like roles/finance."))
        return folder


class AgreeForm(forms.Form):
    """What somebody saw before they agreed."""

    seen = forms.CharField(widget=forms.HiddenInput)


def may_upload(request: HttpRequest) -> bool:
    """Whether this person may load documents; what they change may still wait for review."""
    return all(request.user.has_perm(f"roles.{each}_role") for each in ("add", "change"))


def upload(model_admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """Ask for documents, and keep them until somebody has seen what they would change."""
    _demand(request)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_valid():
        try:
            content = pack(_read(form.cleaned_data["documents"]))
            unpack(content, folder=form.cleaned_data["folder"])
        except Unusable as error:
            form.add_error("documents", str(error))
        else:
            user: Any = request.user
            name = ", ".join(file.name for file in form.cleaned_data["documents"][:3])
            folder = form.cleaned_data["folder"]
            kept = Upload.objects.keep(user, KIND, name, content, folder=folder)
            return redirect("admin:roles_sourcedocument_upload_preview", kept.pk)
    return _page(model_admin, request, "upload", title=_("Upload role documents"), form=form)


def look(model_admin: ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Show what documents would change, and load them once somebody agrees."""
    _demand(request)
    user: Any = request.user
    kept = Upload.objects.of(user, KIND).filter(pk=pk).first()
    if kept is None:
        text = _("These files are not here any more: they were loaded, or too long ago. Choose them again.")
        messages.warning(request, text)
        return redirect("admin:roles_sourcedocument_upload")
    files = unpack(bytes(kept.content), folder=kept.folder)
    form = AgreeForm(request.POST or None)
    seen = form.cleaned_data["seen"] if request.method == "POST" and form.is_valid() else None
    shown = load_sent(
        files,
        user,
        lambda report: shown_report(report, request.GET.get("p")),
        lambda found: found.digest == seen,
    )
    if seen is not None and seen == shown.digest:
        kept.delete()
        _tell(request, shown)
        return redirect("admin:roles_loadrun_changelist")
    if seen is not None:
        text = _("Somebody changed the catalogue after you opened this page. Look again, then decide.")
        messages.error(request, text)
    return _page(
        model_admin,
        request,
        "preview",
        title=_("Load %(files)s") % {"files": kept.name},
        shown=shown,
        form=AgreeForm(initial={"seen": shown.digest}),
        back=reverse("admin:roles_sourcedocument_upload"),
    )


def _demand(request: HttpRequest) -> None:
    if not may_upload(request):
        raise PermissionDenied


def _read(files: Sequence[Any]) -> list[tuple[str, bytes]]:
    if sum(file.size or 0 for file in files) > MAX_SENT:
        raise Unusable(
            _("This is larger than %(most)d MB. Send it in several parts.") % {"most": MAX_SENT >> 20}
        )
    return [(file.name or "", file.read()) for file in files]


def _tell(request: HttpRequest, shown: LoadShown) -> None:
    if shown.changed:
        text = ngettext("%(count)d role was changed.", "%(count)d roles were changed.", shown.changed)
        messages.success(request, text % {"count": shown.changed})
    else:
        messages.info(request, _("No role was changed."))
    if shown.proposals:
        text = ngettext(
            "%(count)d change is proposed: a reviewer looks at it.",
            "%(count)d changes are proposed: a reviewer looks at them.",
            shown.proposals,
        )
        messages.success(request, text % {"count": shown.proposals})
    if shown.conflicts:
        text = ngettext(
            "%(count)d statement waits for a decision.",
            "%(count)d statements wait for a decision.",
            len(shown.conflicts),
        )
        messages.warning(request, text % {"count": len(shown.conflicts)})


def _page(model_admin: ModelAdmin, request: HttpRequest, name: str, **context: Any) -> HttpResponse:
    context = {**model_admin.admin_site.each_context(request), "opts": model_admin.opts, **context}
    return TemplateResponse(request, f"admin/roles/sourcedocument/{name}.html", context)
