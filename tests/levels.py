"""Proficiency levels for tests."""

from roles.ladder import Ladder
from roles.models import ProficiencyLevel


def ladder_of(*names: str) -> Ladder:
    """A ladder of these levels, the lowest first, in place of whatever levels there are."""
    ProficiencyLevel.objects.all().delete()
    for rank, name in enumerate(names, start=1):
        ProficiencyLevel.objects.create(name=name, rank=rank)
    return Ladder.fetch()
