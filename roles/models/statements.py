"""What a role says, in order: one table for each kind of statement."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from roles.models.role import Role
from roles.models.vocabulary import Artifact, Capability, ProficiencyLevel, Responsibility


class Statement(models.Model):
    """One statement of a role; each concrete class links its own `role`.

    Statements are found again by `key`, which is derived from what they say; it is empty only while a row
    typed into a form waits to be read into a document.
    """

    role: ClassVar["models.ForeignKey[Role, Role]"]

    key = models.TextField(_("key"), blank=True, default="", editable=False)
    position = models.PositiveIntegerField(_("order"), default=0)

    class Meta:
        abstract = True
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["role", "key"], condition=~Q(key=""), name="%(app_label)s_%(class)s_key"
            ),
        ]


class RoleResponsibility(Statement):
    """Something the role answers for, and how its success is measured."""

    role = models.ForeignKey(Role, models.CASCADE, related_name="responsibilities", verbose_name=_("role"))
    responsibility = models.ForeignKey(
        Responsibility,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="uses",
        verbose_name=_("shared responsibility"),
        help_text=_("Links this with the same responsibility of other roles."),
    )
    name = models.TextField(_("name"), blank=True, default="")
    text = models.TextField(_("text"), blank=True, default="")
    success_metric = models.TextField(
        _("success metric"), blank=True, default="", help_text=_("How one sees that it goes well.")
    )
    primary = models.BooleanField(_("primary"), default=False, help_text=_("The role exists for this."))
    group = models.TextField(_("group"), blank=True, default="", help_text=_("Heading it stands under."))

    class Meta(Statement.Meta):
        verbose_name = _("responsibility of a role")
        verbose_name_plural = _("responsibilities of roles")
        constraints = [
            *Statement.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(name="") | ~Q(text=""), name="roles_roleresponsibility_says_something"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.text


class RoleCapability(Statement):
    """Something that people in the role can do, and how well."""

    role = models.ForeignKey(Role, models.CASCADE, related_name="capabilities", verbose_name=_("role"))
    capability = models.ForeignKey(
        Capability, models.PROTECT, related_name="uses", verbose_name=_("shared capability")
    )
    name = models.TextField(_("name as written"))
    proficiency = models.ForeignKey(
        ProficiencyLevel,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="uses",
        verbose_name=_("proficiency level"),
    )
    level = models.TextField(_("level as written"), blank=True, default="")
    detail = models.TextField(_("detail"), blank=True, default="")

    class Meta(Statement.Meta):
        verbose_name = _("capability of a role")
        verbose_name_plural = _("capabilities of roles")
        constraints = [
            *Statement.Meta.constraints,
            models.CheckConstraint(condition=~Q(name=""), name="roles_rolecapability_name_given"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.level})" if self.level else self.name


class RoleArtifact(Statement):
    """Something that the role makes or looks after."""

    role = models.ForeignKey(Role, models.CASCADE, related_name="artifacts", verbose_name=_("role"))
    artifact = models.ForeignKey(
        Artifact, models.PROTECT, related_name="uses", verbose_name=_("shared artifact")
    )
    name = models.TextField(_("name as written"))
    type = models.TextField(_("type"), blank=True, default="", help_text=_("For example: dataset"))
    type_slug = models.TextField(_("type for comparing"), blank=True, default="", editable=False)

    class Meta(Statement.Meta):
        verbose_name = _("artifact of a role")
        verbose_name_plural = _("artifacts of roles")
        constraints = [
            *Statement.Meta.constraints,
            models.CheckConstraint(condition=~Q(name=""), name="roles_roleartifact_name_given"),
        ]

    def __str__(self) -> str:
        return self.name


class RoleProperty(Statement):
    """One value of a property: three values are three rows, and a property without values has one too."""

    role = models.ForeignKey(Role, models.CASCADE, related_name="properties", verbose_name=_("role"))
    name = models.TextField(_("name"))
    name_slug = models.TextField(_("name for comparing"), blank=True, default="", editable=False)
    value = models.TextField(_("value"), blank=True, default="")
    folded = models.TextField(_("value for comparing"), blank=True, default="", editable=False)

    class Meta(Statement.Meta):
        verbose_name = _("property of a role")
        verbose_name_plural = _("properties of roles")
        constraints = [
            *Statement.Meta.constraints,
            models.CheckConstraint(condition=~Q(name=""), name="roles_roleproperty_name_given"),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.value}"


class RoleVariation(Statement):
    """A form that the role takes in some teams."""

    role = models.ForeignKey(Role, models.CASCADE, related_name="variations", verbose_name=_("role"))
    name = models.TextField(_("name"), blank=True, default="")
    text = models.TextField(_("text"), blank=True, default="")

    class Meta(Statement.Meta):
        verbose_name = _("variation of a role")
        verbose_name_plural = _("variations of roles")
        constraints = [
            *Statement.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(name="") | ~Q(text=""), name="roles_rolevariation_says_something"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.text


class DailyTask(Statement):
    """Something done on an average day, and when."""

    role = models.ForeignKey(Role, models.CASCADE, related_name="daily_tasks", verbose_name=_("role"))
    time = models.TextField(
        _("time"), blank=True, default="", help_text=_("As written, for example 09:00 AM.")
    )
    name = models.TextField(_("name"), blank=True, default="")
    text = models.TextField(_("text"), blank=True, default="")

    class Meta(Statement.Meta):
        verbose_name = _("daily task")
        verbose_name_plural = _("daily tasks")
        constraints = [
            *Statement.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(time="") | ~Q(name="") | ~Q(text=""), name="roles_dailytask_says_something"
            ),
        ]

    def __str__(self) -> str:
        return " ".join(part for part in (self.time, self.name or self.text) if part)


class RoleMetric(Statement):
    """A measure of success of the role as a whole."""

    role = models.ForeignKey(Role, models.CASCADE, related_name="metrics", verbose_name=_("role"))
    text = models.TextField(_("text"))

    class Meta(Statement.Meta):
        verbose_name = _("success metric")
        verbose_name_plural = _("success metrics")
        constraints = [
            *Statement.Meta.constraints,
            models.CheckConstraint(condition=~Q(text=""), name="roles_rolemetric_says_something"),
        ]

    def __str__(self) -> str:
        return self.text


class RolePrinciple(Statement):
    """A principle by which people in the role work."""

    role = models.ForeignKey(Role, models.CASCADE, related_name="principles", verbose_name=_("role"))
    text = models.TextField(_("text"))

    class Meta(Statement.Meta):
        verbose_name = _("operating principle")
        verbose_name_plural = _("operating principles")
        constraints = [
            *Statement.Meta.constraints,
            models.CheckConstraint(condition=~Q(text=""), name="roles_roleprinciple_says_something"),
        ]

    def __str__(self) -> str:
        return self.text


class RoleMember(Statement):
    """A role that belongs to this one, in a description of a squad, and how many people hold it there."""

    role = models.ForeignKey(Role, models.CASCADE, related_name="members", verbose_name=_("role"))
    role_code = models.TextField(_("role code"))
    count = models.PositiveIntegerField(_("head count"), null=True, blank=True)
    member = models.ForeignKey(
        Role,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="memberships",
        verbose_name=_("role with this code"),
    )

    class Meta(Statement.Meta):
        verbose_name = _("member role")
        verbose_name_plural = _("member roles")
        constraints = [
            *Statement.Meta.constraints,
            models.CheckConstraint(condition=~Q(role_code=""), name="roles_rolemember_code_given"),
        ]

    def __str__(self) -> str:
        return self.role_code


class RoleSection(Statement):
    """Text of a document that no other table has a place for, kept word for word."""

    role = models.ForeignKey(Role, models.CASCADE, related_name="sections", verbose_name=_("role"))
    heading = models.TextField(
        _("heading"), null=True, blank=True, help_text=_("Empty for text before the first heading.")
    )
    level = models.PositiveSmallIntegerField(
        _("heading level"), choices=[(2, _("section")), (3, _("subsection"))], default=2
    )
    text = models.TextField(_("text"), blank=True, default="")
    after = models.TextField(
        _("stands after"),
        blank=True,
        default="",
        help_text=_("The known section it follows. Empty: it stands before all."),
    )

    class Meta(Statement.Meta):
        verbose_name = _("further section")
        verbose_name_plural = _("further sections")
        constraints = [
            *Statement.Meta.constraints,
            models.CheckConstraint(condition=Q(level__in=[2, 3]), name="roles_rolesection_level"),
            models.CheckConstraint(
                condition=(Q(heading__isnull=False) & ~Q(heading="")) | ~Q(text=""),
                name="roles_rolesection_says_something",
            ),
        ]

    def __str__(self) -> str:
        return self.heading or self.text
