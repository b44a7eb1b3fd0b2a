"""Making one of two words or two roles, and parting them again."""

from roles.merging.refusal import CannotUndo
from roles.merging.undo import Undone, undo

__all__ = ["CannotUndo", "Undone", "undo"]
