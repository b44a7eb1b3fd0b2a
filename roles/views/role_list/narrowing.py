"""The roles that answer to a filter."""

from collections.abc import Sequence
from dataclasses import dataclass

from roles.ladder import Ladder
from roles.models import RoleQuerySet
from roles.models.vocabulary import RankedVocabularyItem
from roles.views.role_list.asked import Choice


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Finds the roles that answer to a filter, of the `visible` ones: those that the reader may see."""

    visible: RoleQuerySet
    ladder: Ladder

    def of(self, choices: Sequence[Choice]) -> RoleQuerySet:
        """The roles that answer to one of these choices, which are of one facet."""
        values = [choice.value for choice in choices]
        first, second = choices[0].parts
        match choices[0].parameter:
            case "family":
                return self.visible.in_family(values)
            case "seniority":
                return self.visible.at_seniority(values)
            case "capability":
                return self._needing(first, second)
            case "artifact_type":
                return self.visible.with_artifact_of(values)
            case "partner":
                return self.visible.working_with(values, self.visible)
            case "property":
                return self.visible.with_property(first, [choice.parts[1] for choice in choices])
            case _:
                answers = {answer for answer in ("true", "false") if answer in values}
                if len(answers) == 1:
                    return self.visible.with_agent("true" in answers)
                return self.visible if answers else self.visible.none()

    def minimum(self, slug: str) -> RankedVocabularyItem | None:
        """The ranked level with this slug, None if there is none that could be a minimum."""
        return next((level for level in self.ladder.levels if level.slug == slug), None)

    def _needing(self, capability: str, level: str) -> RoleQuerySet:
        if not level:
            return self.visible.needing(capability)
        minimum = self.minimum(level)
        # A level that is not compared with others meets no minimum, and is none.
        return self.visible.needing(capability, minimum.rank) if minimum else self.visible.none()
