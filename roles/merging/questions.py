"""What both of two say otherwise, for a person to choose."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Answer = Literal["kept", "gone", "both"]
Answers = Mapping[str, Answer]
"""Whose value stays, by the name of the question; where nothing is answered, that of what stays."""


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that both say otherwise."""

    name: str
    label: str
    kept: str
    gone: str
    can_be_both: bool = False
    """Whether one can stand behind the other."""


def both(kept: str, gone: str) -> str:
    """One text behind the other."""
    return f"{kept}\n\n{gone}"
