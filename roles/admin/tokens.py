"""The tokens by which programs use the API: made, shown once, renewed and ended."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables

from roles.accounts import tokens
from roles.admin.accounts import keeper_of
from roles.admin.base import ReadOnlyAdmin, demand, one_writer, when
from roles.admin.fields import ChosenField, LineField
from roles.admin.theme import CheckboxSelectMultiple, DateInput, RadioSelect, display
from roles.models import ApiToken
from roles.models.api_token import FURTHER, PREFIX_LENGTH, Scope, new_prefix

EXPLAINED = {
    Scope.READ_DRAFTS: gettext_lazy("Read drafts, and what is proposed, as far as the person may."),
    Scope.PROPOSE: gettext_lazy("Propose: change what readers see once a reviewer agrees, and write drafts."),
    Scope.WRITE: gettext_lazy(
        "Write: change, archive and delete roles, as far as the person may; what the person may not publish "
        "is proposed."
    ),
    Scope.LOAD: gettext_lazy("Load role documents, as the person may upload them: for a pipeline."),
}
OFFERED = [(scope, EXPLAINED[Scope(scope)]) for scope in FURTHER]


class BeginningField(forms.RegexField):
    """How the token is going to begin: a form that is sent twice makes one token."""

    def __init__(self) -> None:
        super().__init__(rf"^[a-z0-9]{{{PREFIX_LENGTH}}}\Z", widget=forms.HiddenInput, initial=new_prefix)


class MakeForm(forms.Form):
    """What a token is for."""

    name = LineField(
        label=gettext_lazy("Name"),
        max_length=100,
        help_text=gettext_lazy("Which program uses it, like “HR sync”. The history names it so."),
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What the program may do beside reading"),
        required=False,
        choices=OFFERED,
        widget=CheckboxSelectMultiple,
        help_text=gettext_lazy("Never more than the person may do. Tick as little as the program needs."),
    )
    last_day = forms.DateField(
        label=gettext_lazy("Works until"),
        widget=DateInput,
        initial=tokens.last_day,
        help_text=gettext_lazy("A year at most. It can be renewed before it ends."),
    )
    beginning = BeginningField()

    def __init__(self, maker: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.maker = maker
        if tokens.keeps_accounts(maker):
            self.fields["user"] = ChosenField(
                ApiToken._meta.get_field("user"),
                label=_("Acts for"),
                initial=maker,
                help_text=_("The person whose name its changes bear, and who may do what it does."),
            )
        else:
            can = tokens.scopes_open_to(maker)
            self.fields["scopes"].choices = [choice for choice in OFFERED if choice[0] in can]  # type: ignore[attr-defined]
            if not self.fields["scopes"].choices:  # type: ignore[attr-defined]
                self.fields["scopes"].help_text = _("Nothing more: your account only reads.")
        self.order_fields(["name", "user", "scopes", "last_day"])

    def clean_last_day(self) -> Any:
        """Refuse days that are over, and those too far away."""
        day = self.cleaned_data["last_day"]
        if not timezone.localdate() <= day <= tokens.last_day():
            last = date_format(tokens.last_day(), "DATE_FORMAT")
            raise forms.ValidationError(_("Choose a day from today to %(last)s.") % {"last": last})
        return day

    def clean(self) -> dict[str, Any]:
        """Refuse what the token could not be used for."""
        data: dict[str, Any] = super().clean() or {}
        data.setdefault("user", None if "user" in self.errors else self.maker)
        person: User | None = data["user"]
        if person is None:
            return data
        if not tokens.may_make_for(self.maker, person):
            text = _("You may not act for %(person)s, or the account is not active. Choose somebody else.")
            self.add_error("user" if "user" in self.fields else None, text % {"person": person})
            return data
        can = tokens.scopes_open_to(person)
        vain = [scope for scope in map(Scope, data.get("scopes", [])) if scope not in can]
        for scope in vain:
            text = _("%(person)s may not do this, and so no token could: “%(what)s” Take away its tick.")
            self.add_error("scopes", text % {"person": person, "what": EXPLAINED[scope]})
        return data


class RenewForm(forms.Form):
    """When a token ends that is renewed."""

    ends = forms.ChoiceField(
        label=gettext_lazy("When the old one ends"),
        choices=[
            ("later", gettext_lazy("In a day, so that the program can be given the new one before")),
            ("now", gettext_lazy("At once, because somebody may have got hold of it")),
        ],
        initial="later",
        widget=RadioSelect,
    )
    beginning = BeginningField()


class StateFilter(admin.SimpleListFilter):
    """Those that work, unless all are asked for."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the choice beside that of those that work."""
        return [("all", gettext_lazy("all, also those that ended"))]

    def choices(self, changelist: Any) -> Any:
        """Return the choices as the list shows them, first those that work."""
        first, *others = super().choices(changelist)
        return [first | {"display": _("those that work")}, *others]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the tokens that are asked for."""
        running: QuerySet[Any] = queryset if self.value() == "all" else queryset.running()  # type: ignore[attr-defined]
        return running


@admin.register(ApiToken)
class TokenAdmin(ReadOnlyAdmin):
    """Tokens: one's own, and everybody's for who keeps accounts. What they are written like is shown once."""

    class Media:
        # It names choices for screen readers.
        js = ["admin/js/jquery.init.js", "admin/rows.js"]

    fields = ["name", "begins", "acts_for", "may", "until", "last_used_at", "made", "state"]
    readonly_fields = ["begins", "acts_for", "may", "until", "made", "state"]
    list_display = ["name", "begins", "acts_for", "may", "last_used_at", "until", "shown_state"]
    list_filter = [StateFilter]
    list_select_related = ["user"]
    search_fields = ["name", "prefix", "user__username"]
    search_help_text = gettext_lazy("Names, user names, and the eight letters behind rc_")
    change_form_template = "admin/roles/apitoken/change_form.html"

    def get_urls(self) -> list[URLPattern]:
        """Return the addresses of the steps beside those of the list."""
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/revoke/", view(self.revoke_view), name="roles_apitoken_revoke"),
            path("<int:pk>/renew/", view(self.renew_view), name="roles_apitoken_renew"),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the tokens that this person may see."""
        return tokens.seen_by(keeper_of(request), super().get_queryset(request))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let those make tokens who may."""
        return request.user.has_perm("roles.add_apitoken")

    # The list

    @admin.display(description=gettext_lazy("begins with"), ordering="prefix")
    def begins(self, token: ApiToken) -> str:
        """How the token begins."""
        return token.beginning

    @admin.display(description=gettext_lazy("acts for"), ordering="user__username")
    def acts_for(self, token: ApiToken) -> str:
        """The person in whose name the token is used; most who look may not open that account."""
        return token.user.get_username()

    @admin.display(description=gettext_lazy("scopes"), ordering="scopes")
    def may(self, token: ApiToken) -> str:
        """What the token may be used for."""
        return ", ".join(str(Scope(scope).label) for scope in token.scopes.split())

    @admin.display(description=gettext_lazy("works until"), ordering="expires_at")
    def until(self, token: ApiToken) -> str:
        """The last day on which the token works."""
        return date_format(token.last_day, "DATE_FORMAT")

    @admin.display(description=gettext_lazy("made"))
    def made(self, token: ApiToken) -> str:
        """When the token was made, and by whom."""
        return _("%(when)s by %(who)s") % {"when": when(token.created_at), "who": token.created_by_name}

    @display(  # type: ignore[untyped-decorator]
        description=gettext_lazy("state"),
        label={"works": "success", "soon": "warning", "over": "danger"},
    )
    def shown_state(self, token: ApiToken) -> tuple[str, str]:
        """Whether the token works, as a coloured label."""
        return _state(token)

    @admin.display(description=gettext_lazy("state"))
    def state(self, token: ApiToken) -> str:
        """Whether the token works, in words."""
        return _state(token)[1]

    # A token

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        """Show a token, with the steps that this person may take with it."""
        token: ApiToken | None = kwargs.get("obj")
        context["token_tools"] = self._tools(request, token) if token else []
        return super().render_change_form(request, context, *args, **kwargs)

    def _tools(self, request: HttpRequest, token: ApiToken) -> list[tuple[str, str, str]]:
        """Label, icon and address of the steps."""
        if token.revoked_at is not None or not request.user.has_perm("roles.change_apitoken"):
            return []
        by, steps = keeper_of(request), []
        if tokens.may_make_for(by, token.user):
            steps.append((_("Renew"), "autorenew", reverse("admin:roles_apitoken_renew", args=[token.pk])))
        if tokens.may_end(by, token):
            steps.append((_("Revoke"), "block", reverse("admin:roles_apitoken_revoke", args=[token.pk])))
        return steps

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Lead to the token: what happened to it is in the log of accounts."""
        demand(request, "roles.view_apitoken")
        return redirect("admin:roles_apitoken_change", object_id)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Ask what a token is for, make it and show it once."""
        demand(request, "roles.add_apitoken")
        by = keeper_of(request)
        with one_writer(request):
            form = MakeForm(by, request.POST or None)
            if request.method == "POST" and form.is_valid():
                wanted = form.cleaned_data
                try:
                    made = tokens.make(
                        wanted["name"],
                        wanted["user"],
                        map(Scope, wanted["scopes"]),
                        tokens.end_of(wanted["last_day"]),
                        by=by,
                        prefix=wanted["beginning"],
                    )
                except tokens.MadeBefore:
                    return self._made_before(request)
                return self._shown(request, made)
        return self._step(
            request,
            form,
            title=_("Make an API token"),
            intro=_(
                "With a token, a program uses the API in the name of a person: it reads what they may read, "
                "and does what is ticked here. Give each program its own."
            ),
            button=_("Make the token"),
        )

    def renew_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask when a token ends, make another like it and show that once."""
        demand(request, "roles.change_apitoken")
        by = keeper_of(request)
        with one_writer(request):
            token = self._token(request, pk)
            if not tokens.may_make_for(by, token.user):
                raise PermissionDenied
            if token.revoked_at is not None:
                return self._over(request, token)
            form = RenewForm(request.POST or None)
            if request.method == "POST" and form.is_valid():
                at_once = form.cleaned_data["ends"] == "now"
                try:
                    made = tokens.renew(token, by=by, at_once=at_once, prefix=form.cleaned_data["beginning"])
                except tokens.MadeBefore:
                    return self._made_before(request)
                return self._shown(request, made)
        return self._step(
            request,
            form,
            title=_("Renew %(token)s") % {"token": token},
            intro=_("You get a new token for another year, with the same name and the same scopes."),
            button=_("Renew"),
        )

    def revoke_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask once whether a token is to end, and end it."""
        demand(request, "roles.change_apitoken")
        by = keeper_of(request)
        with one_writer(request):
            token = self._token(request, pk)
            if not tokens.may_end(by, token):
                raise PermissionDenied
            if token.revoked_at is not None:
                return self._over(request, token)
            if request.method == "POST":
                tokens.revoke(token, by=by)
                text = _("%(token)s is revoked. It opens nothing any more.") % {"token": token}
                self.message_user(request, text, messages.SUCCESS)
                return redirect("admin:roles_apitoken_changelist")
        return self._step(
            request,
            forms.Form(),
            title=_("Revoke %(token)s") % {"token": token},
            intro=_(
                "The programs that use it are refused from the next request on. This cannot be undone; a new "
                "token can be made at any time. What was done with it stays in the history."
            ),
            button=_("Revoke"),
            variant="danger",
        )

    def _token(self, request: HttpRequest, pk: int) -> ApiToken:
        found: ApiToken = get_object_or_404(self.get_queryset(request).select_related("user"), pk=pk)
        return found

    def _over(self, request: HttpRequest, token: ApiToken) -> HttpResponse:
        text = _("%(token)s was revoked already.") % {"token": token}
        self.message_user(request, text, messages.WARNING)
        return redirect("admin:roles_apitoken_changelist")

    def _made_before(self, request: HttpRequest) -> HttpResponse:
        text = _("This token was made already, and shown once. If nobody wrote it down, renew it.")
        self.message_user(request, text, messages.WARNING)
        return redirect("admin:roles_apitoken_changelist")

    def _step(self, request: HttpRequest, form: forms.Form, **context: Any) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "form": form,
            "media": self.media + form.media,
            "back": reverse("admin:roles_apitoken_changelist"),
            **context,
        }
        return TemplateResponse(request, "admin/roles/apitoken/step.html", context)

    @sensitive_variables()
    def _shown(self, request: HttpRequest, made: tokens.Made) -> HttpResponse:
        """The only page that a token ever stands on, which no cache keeps."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Copy the token now"),
            "token": made.token,
            "written": made.written,
            "try_at": request.build_absolute_uri(reverse("api:list_roles")),
            "back": reverse("admin:roles_apitoken_changelist"),
        }
        page = TemplateResponse(request, "admin/roles/apitoken/shown.html", context)
        page.headers["Cache-Control"] = "no-store, private"
        page.headers["Referrer-Policy"] = "no-referrer"
        return page


def _state(token: ApiToken) -> tuple[str, str]:
    """Whether a token works, as a word for the label's colour and in words for people."""
    now = timezone.now()
    if token.revoked_at is not None:
        day = date_format(timezone.localdate(token.revoked_at), "DATE_FORMAT")
        return "over", _("revoked on %(day)s") % {"day": day}
    if not token.is_running(now):
        return "over", _("expired")
    if not token.user.is_active:
        return "over", _("the account is not active")
    if token.ends_soon:
        return "soon", _("ends soon")
    return "works", _("works")
