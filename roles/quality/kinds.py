"""The kinds of findings: what each means, what it costs a role, how to mend it, and where.

A role starts with the points of all aspects. Each kind that is found at it takes its points away once,
however often it is found; an aspect never has less than none. See docs/quality.md.
"""

from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Aspect:
    """A part of what makes a description good, and how many points it is worth."""

    name: str
    title: Any
    points: int


ASPECTS: Final = (
    Aspect("mission", _("mission"), 2),
    Aspect("responsibilities", _("responsibilities"), 2),
    Aspect("success", _("success metrics"), 2),
    Aspect("capabilities", _("capabilities"), 2),
    Aspect("levels", _("levels"), 1),
    Aspect("partners", _("partners"), 2),
    Aspect("keeping", _("owner and review"), 2),
    Aspect("documents", _("documents"), 1),
    Aspect("agent", _("agent"), 1),
)
POINTS: Final = sum(aspect.points for aspect in ASPECTS)
"""What a role without findings has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of finding. One without an aspect is about the vocabulary and costs nothing."""

    title: Any
    """What is wrong, in a few words."""
    sentence: Any
    """What is wrong here, with the names that a finding says."""
    advice: Any
    """What to do about it."""
    aspect: str = ""
    points: int = 0
    tab: str = ""
    """The part of the role's form where it is mended."""

    @property
    def severity(self) -> str:
        """How much it matters: "high" if it takes two points, "low" if it takes one, else "hint"."""
        return {2: "high", 1: "low"}.get(self.points, "hint")


SEVERITIES: Final[dict[str, Any]] = {"high": _("important"), "low": _("minor"), "hint": _("hint")}

KINDS: Final[dict[str, Kind]] = {
    "missing-mission": Kind(
        title=_("No mission"),
        sentence=_("It does not say what the role is for."),
        advice=_("Write the mission in a sentence or two."),
        aspect="mission",
        points=2,
        tab="general",
    ),
    "missing-responsibility": Kind(
        title=_("No responsibilities"),
        sentence=_("It names nothing that the role answers for."),
        advice=_("Add what people in this role answer for."),
        aspect="responsibilities",
        points=2,
        tab="responsibilities",
    ),
    "missing-metric": Kind(
        title=_("No success metric"),
        sentence=_("Neither the role nor any of its responsibilities says how success is seen."),
        advice=_("Give a responsibility its success metric, or add one for the role as a whole."),
        aspect="success",
        points=2,
        tab="responsibilities",
    ),
    "missing-capability": Kind(
        title=_("No capabilities"),
        sentence=_("It names nothing that people in this role must be able to do."),
        advice=_("Add the capabilities that the role needs, each with its level."),
        aspect="capabilities",
        points=2,
        tab="capabilities",
    ),
    "missing-level": Kind(
        title=_("Capability without a level"),
        sentence=_("It does not say how well people must master %(capability)s."),
        advice=_("Choose a level for it."),
        aspect="levels",
        points=1,
        tab="capabilities",
    ),
    "missing-partner": Kind(
        title=_("No partners"),
        sentence=_("It names nobody whom the role works with."),
        advice=_("Add the roles that it works with, and how."),
        aspect="partners",
        points=2,
        tab="interactions",
    ),
    "unknown-partner": Kind(
        title=_("Partner that is no role"),
        sentence=_("%(partner)s is no role of the catalogue."),
        advice=_("Correct the name, add that role, or say under Unresolved partners which role it means."),
        aspect="partners",
        points=1,
        tab="interactions",
    ),
    "one-sided": Kind(
        title=_("Interaction that only one side knows of"),
        sentence=_("%(other)s says “%(kind)s → %(role)s”, and %(role)s says nothing of it."),
        advice=_("Add it to this role, or take it out of the other one."),
        aspect="partners",
        points=1,
        tab="interactions",
    ),
    "missing-owner": Kind(
        title=_("No owner"),
        sentence=_("Nobody keeps this description up to date."),
        advice=_("Choose an owner."),
        aspect="keeping",
        points=1,
        tab="general",
    ),
    "missing-review-date": Kind(
        title=_("No review date"),
        sentence=_("No day is set on which somebody looks at it again."),
        advice=_("Set a review date, or press “Still right” if it is."),
        aspect="keeping",
        points=1,
        tab="general",
    ),
    "review-overdue": Kind(
        title=_("Review overdue"),
        sentence=_("Somebody should have looked at it again by %(date)s."),
        advice=_("Read it, correct what is wrong, and press “Still right”."),
        aspect="keeping",
        points=1,
        tab="general",
    ),
    "document-failed": Kind(
        title=_("Document that can't be read"),
        sentence=_("%(path)s could not be read when it was loaded last."),
        advice=_("Correct the file; the load says what is wrong and in which line. Then load it again."),
        aspect="documents",
        points=1,
        tab="documents",
    ),
    "document-held": Kind(
        title=_("Document held back"),
        sentence=_("Newer text of %(path)s waits, for it would take away most of what the role says."),
        advice=_("Look at the document, then load it all the same or correct the file."),
        aspect="documents",
        points=1,
        tab="documents",
    ),
    "missing-prompt": Kind(
        title=_("Agent without a prompt"),
        sentence=_("The role has an agent, but no system prompt tells it what to do."),
        advice=_("Write its system prompt."),
        aspect="agent",
        points=1,
        tab="agent",
    ),
    "unapproved-server": Kind(
        title=_("MCP server that is not approved"),
        sentence=_("Its agent is to use the server %(server)s, which is not approved."),
        advice=_("Approve the server, or take it away from the agent."),
        aspect="agent",
        points=1,
        tab="agent",
    ),
    "unranked-level": Kind(
        title=_("Level without a rank"),
        sentence=_("%(name)s is used, but has no rank, so it meets no minimum."),
        advice=_("Give it its place among the levels."),
    ),
    "unreceived-artifact": Kind(
        title=_("Artifact that nobody receives"),
        sentence=_("No interaction says who gets %(name)s."),
        advice=_("Add to a role that makes it to whom it goes, and name it there."),
    ),
    "shared-artifact": Kind(
        title=_("Artifact that several roles own"),
        sentence=_("%(name)s is owned by %(roles)s."),
        advice=_("Leave it with one of them, or give the others names of their own."),
    ),
    "single-capability": Kind(
        title=_("Capability that one role uses"),
        sentence=_("Only %(role)s uses %(name)s."),
        advice=_("Perhaps other roles call it otherwise: use one name, or leave it if it is special."),
    ),
    "alike-capability": Kind(
        title=_("Capabilities that are nearly alike"),
        sentence=_("%(name)s and %(other)s may be the same."),
        advice=_("If they are, merge them; the other name stays as another name."),
    ),
}
"""The kinds by their codes, which stay."""


def kind_of(code: str) -> Kind | None:
    """The kind with this code."""
    return KINDS.get(code)
